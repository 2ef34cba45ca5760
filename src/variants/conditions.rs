//! The conditions of a page, for the rules that look at them one by one.

use super::similarity::common_start;
use crate::{
    diagnostic::Edit,
    hugo::shortcode::{CallEnd, Tag},
    page::{BlockKind, Page, Reading},
    site::{
        Site,
        edition::{Axis, ConditionCall, EditionSet, Visibility, WrittenValue},
    },
    source::Span,
};

/// A call that is a condition.
#[derive(Debug, Clone, Copy)]
pub struct Condition<'p> {
    /// Index in [`Page::calls`].
    pub call: usize,
    /// What it asks for.
    pub axis: &'p Axis,
    /// What it says.
    pub said: &'p ConditionCall,
    /// Who sees the place where it stands.
    pub around: EditionSet,
}

impl Condition<'_> {
    /// The opening tag.
    pub fn tag_span(&self, page: &Page) -> Span {
        page.tag(self.call).span
    }

    /// What the opening tag says: `enabled US CN`.
    pub fn written(&self, page: &Page) -> String {
        let tag = page.tag(self.call);
        let mut words = vec![tag.name.as_str()];
        words.extend(tag.arguments.iter().map(|argument| page.source.slice(argument.span)));
        words.join(" ")
    }

    /// Whether it is closed by a tag of its own.
    pub fn is_closed(&self, page: &Page) -> bool {
        matches!(page.calls[self.call].end, CallEnd::Closed(_))
    }
}

/// The conditions that stand where somebody can see them. Those in a block that is never closed are left out: where that
/// ends is a guess.
pub fn conditions<'p>(site: &'p Site, page: &'p Page) -> impl Iterator<Item = Condition<'p>> {
    let visibility = site.visibility(page);
    let doubtful = in_open_conditions(page, visibility);
    visibility.conditions.iter().enumerate().filter_map(move |(call, said)| {
        if doubtful.get(call) == Some(&true) {
            return None;
        }
        let around = visibility.on_axis(page.calls[call].parent);
        let said = said.as_ref()?;
        let condition = Condition { call, axis: &site.axes[said.axis], said, around };
        (!around.is_empty()).then_some(condition)
    })
}

/// For each call whether it stands in a condition that is never closed; empty where all are closed.
fn in_open_conditions(page: &Page, visibility: &Visibility) -> Vec<bool> {
    let is_open =
        |call: usize| visibility.conditions[call].is_some() && page.calls[call].end == CallEnd::Unclosed;
    if !(0..page.calls.len()).any(is_open) {
        return Vec::new();
    }
    let mut inside: Vec<bool> = Vec::with_capacity(page.calls.len());
    for call in &page.calls {
        inside.push(call.parent.is_some_and(|parent| inside[parent] || is_open(parent)));
    }
    inside
}

/// The text between the tags of a call without white space around lines' ends, which cannot be seen.
pub fn inner_text(page: &Page, call: usize) -> impl Iterator<Item = &str> + use<'_> {
    let text = page.source.slice(page.calls[call].inner.unwrap_or_default());
    text.trim_end().lines().map(str::trim_end).skip_while(|line| line.is_empty())
}

/// Whether two calls have the same [`inner_text`].
pub fn is_same_inside(page: &Page, one: usize, other: usize) -> bool {
    let text = |call: usize| page.source.slice(page.calls[call].inner.unwrap_or_default()).trim_start();
    let (own, others) = (text(one), text(other));
    // Most texts are told apart by the first letter in which they differ.
    let start = common_start(own, others);
    let next = [own, others].map(|text| text[start..].chars().next());
    if next.iter().all(|c| c.is_some_and(|c| !c.is_whitespace())) {
        return false;
    }
    inner_text(page, one).eq(inner_text(page, other))
}

/// The whole lines of a span, the last line end included, if nothing else stands on them.
fn lines(page: &Page, span: Span) -> Option<Span> {
    let text = &page.source.text;
    let start = text[..span.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
    let end =
        text[span.end as usize..].find('\n').map_or(text.len(), |newline| span.end as usize + newline + 1);
    let around = [&text[start..span.start as usize], &text[span.end as usize..end]];
    around.iter().all(|text| text.trim().is_empty()).then(|| Span::new(start, end))
}

/// What to delete of a tag so that it does not name this value, by index in the values of its condition.
pub fn value_removal(tag: &Tag, values: &[WrittenValue], at: usize) -> Span {
    // The argument with its quotes, if the value is all of it.
    let whole =
        |value: Span| tag.arguments.iter().find(|own| own.value_span == value).map_or(value, |own| own.span);
    let own = whole(values[at].span);
    match (at.checked_sub(1), values.get(at + 1)) {
        (Some(before), _) => Span { start: whole(values[before].span).end, end: own.end },
        (None, Some(next)) => Span { start: own.start, end: whole(next.span).start },
        (None, None) => own,
    }
}

/// The edit that removes a call with everything in it, and with its lines if it has them to itself.
pub fn removal(page: &Page, call: usize) -> Edit {
    let span = page.calls[call].span;
    Edit { span: lines(page, span).unwrap_or(span), text: String::new() }
}

/// The edits that remove the tags of a block-level call and keep what is between them.
pub fn unwrapping(page: &Page, call: usize) -> Option<[Edit; 2]> {
    let CallEnd::Closed(close) = page.calls[call].end else { return None };
    let open = tag_removal(page, page.tag(call).span)?;
    Some([open, tag_removal(page, page.tags[close].span)?])
}

/// Removes the line of a tag; where it keeps other lines apart, an empty line is left.
fn tag_removal(page: &Page, tag: Span) -> Option<Edit> {
    let line = lines(page, tag)?;
    let text = &page.source.text;
    let before = text[..line.start as usize].lines().next_back().unwrap_or("");
    let after = text[line.end as usize..].lines().next().unwrap_or("");
    let apart = !before.trim().is_empty() && !after.trim().is_empty();
    let newline = if text[line.range()].ends_with("\r\n") { "\r\n" } else { "\n" };
    Some(Edit { span: line, text: if apart { newline.to_owned() } else { String::new() } })
}

/// Whether the inner text of a call certainly reads the same without its tags.
pub fn reads_the_same_unwrapped(page: &Page, call: usize) -> bool {
    let Some(inner) = page.calls[call].inner else { return false };
    let own = |document: &&crate::page::Document| document.call.is_some_and(|own| own as usize == call);
    let Some(document) = page.documents.iter().position(|document| own(&document)) else { return false };
    if page.documents[document].assumed || page.documents[document].reading != Reading::Separate {
        return false;
    }
    let lone = page
        .blocks
        .iter()
        .position(|block| block.kind == BlockKind::Call(u32::try_from(call).unwrap_or(u32::MAX)));
    let Some(lone) = lone.filter(|&lone| page.blocks[lone].parent.is_none()) else { return false };
    let home = page.blocks[lone].document;
    let top = |block: &&crate::page::Block| block.parent.is_none();
    let mut before = page.blocks[..lone].iter().rev().take_while(|block| block.document == home).filter(top);
    let mut after = page.blocks[lone + 1..].iter().take_while(|block| block.document == home).filter(top);
    let has_next = after.next().is_some();
    let is_list = |kind: &BlockKind| matches!(kind, BlockKind::OrderedList | BlockKind::BulletList);
    let mut inside = page.blocks.iter().filter(|block| block.document as usize == document);
    let last = inside.clone().rfind(top);
    // A list goes on behind an empty line; so do numbered ids and what depends on being nested.
    let grows = before.next().is_some_and(|block| is_list(&block.kind))
        || has_next && last.is_some_and(|block| is_list(&block.kind));
    let depends = inside.any(|block| match block.kind {
        BlockKind::Heading(_, heading) => page.headings[heading as usize].id.is_none(),
        BlockKind::Footnote => true,
        _ => false,
    });
    // What a call prints inside is HTML before Markdown is read, and at the start of a line it opens a block of HTML; the
    // same call in the page is part of a paragraph.
    let opens_line = |span: Span| {
        let before = &page.source.text[inner.start as usize..span.start as usize];
        before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
    };
    let nested = page.calls.iter().any(|other| {
        inner.contains(other.span) && (other.inner.is_some() || opens_line(page.tags[other.open].span))
    });
    let references = page.undefined_references.iter().any(|reference| inner.contains(reference.span));
    !(grows || depends || nested || references)
}
