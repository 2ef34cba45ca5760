//! Text: the words of leaves, bare URLs, and what headings have their ids from.

use super::{
    super::{
        inline::{Bare, HeadingText, bare_urls},
        passthrough::HIDDEN,
    },
    NESTED_IMAGES, Walker,
};
use crate::{
    page::{BlockKind, LinkKind},
    source::Span,
};

impl Walker<'_, '_> {
    pub(super) fn text(&mut self, text: &str, range: &std::ops::Range<usize>) {
        self.inline(range);
        // Readers see what is not read as Markdown.
        let seen = if text.contains(HIDDEN) { &self.context.text[range.clone()] } else { text };
        let shown = match self.heading.as_ref().and_then(HeadingText::cut) {
            Some(cut) if range.start >= cut => "",
            Some(cut) if range.end > cut => seen.get(..cut - range.start).unwrap_or(seen),
            _ => seen,
        };
        self.add_words(shown, range);
        if let Some((_, _, code)) = &mut self.code {
            code.push_str(text);
        }
        let mut at = range.start;
        let first = self.hidden.partition_point(|hidden| hidden.end <= range.start);
        for number in first..self.hidden.len() {
            let hidden = self.hidden[number].clone();
            if hidden.start >= range.end {
                break;
            }
            if at < hidden.start {
                self.inline_text(at..hidden.start);
            }
            if let Some(heading) = &mut self.heading {
                heading.other();
            }
            at = hidden.end;
        }
        if at < range.end || at == range.start {
            self.inline_text(at..range.end);
        }
    }

    /// Text that is read as Markdown.
    fn inline_text(&mut self, range: std::ops::Range<usize>) {
        let in_code = matches!(
            self.blocks.last().map(|&index| &self.facts.blocks[index as usize].kind),
            Some(BlockKind::Code)
        );
        let bare = if in_code || !self.links.is_empty() || !self.context.goldmark.linkify {
            Vec::new()
        } else {
            self.bare_urls(&range)
        };
        for Bare { start, end } in &bare {
            let place = range.start + start..range.start + end;
            self.bare_link(&self.context.text[place.clone()], self.context.span(place));
        }
        if let Some(heading) = &mut self.heading {
            heading.text(self.context.text, &range, &bare);
        }
    }

    /// The bare URLs in the source of a text, by their places in it.
    fn bare_urls(&mut self, range: &std::ops::Range<usize>) -> Vec<Bare> {
        let text = self.context.text;
        let mut found = bare_urls(&text[range.clone()], self.context.goldmark);
        let block = self.blocks.last().map(|&index| self.facts.blocks[index as usize].span.start as usize);
        let start = block.map_or(0, |start| start.saturating_sub(self.context.base)).min(range.start);
        found.retain(|url| !self.brackets.is_open(text, start, range.start + url.start));
        found
    }

    pub(super) fn add_words(&mut self, text: &str, range: &std::ops::Range<usize>) {
        if self.wants_words || self.heading.is_some() {
            self.context.words(text, range, &mut self.words);
        }
        for link in self.links.iter_mut().rev().take(NESTED_IMAGES) {
            link.text_end = link.text_end.max(range.end);
            if link.image {
                self.context.words(text, range, &mut link.alt);
            }
        }
    }

    fn bare_link(&mut self, text: &str, span: Span) {
        let destination = if text.starts_with("www.") { format!("https://{text}") } else { text.to_owned() };
        self.link(destination, span, span, LinkKind::Bare, None);
    }
}
