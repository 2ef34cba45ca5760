//! Footnotes: their ids, and those that nobody refers to, which are not printed. Goldmark: `extension/footnote.go`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Walker;
use crate::{page::AnchorKind, source::Span};

/// The footnotes of a document.
#[derive(Default)]
pub(super) struct Footnotes {
    /// Labels and places of references, in order.
    references: Vec<(String, Span)>,
    /// Labels and blocks of definitions, in order.
    definitions: Vec<(String, u32)>,
}

impl Walker<'_, '_> {
    pub(super) fn footnote_reference(&mut self, label: &str, range: &std::ops::Range<usize>) {
        self.inline(range);
        self.footnotes.references.push((label.to_owned(), self.context.span(range.clone())));
    }

    /// The definition of which the block is the next one.
    pub(super) fn footnote_definition(&mut self, label: &str) {
        let block = u32::try_from(self.facts.blocks.len()).unwrap_or(u32::MAX);
        self.footnotes.definitions.push((label.to_owned(), block));
    }

    /// `fn:1`, `fnref:1`, `fnref1:1`, …: numbers by first reference. Labels are alike in letter case too, and of several
    /// definitions the first one counts.
    pub(super) fn finish_footnotes(&mut self) {
        let Footnotes { references, definitions } = std::mem::take(&mut self.footnotes);
        let mut defined: FxHashMap<&str, u32> = FxHashMap::default();
        for (label, block) in &definitions {
            defined.entry(label).or_insert(*block);
        }
        let used: FxHashSet<&str> = references.iter().map(|(label, _)| label.as_str()).collect();
        let is_printed = |(label, block): &&(String, u32)| {
            defined[label.as_str()] == *block && used.contains(label.as_str())
        };
        let dropped = definitions.iter().filter(|own| !is_printed(own));
        let dropped: Vec<Span> = dropped.map(|(_, block)| self.facts.blocks[*block as usize].span).collect();
        let is_dropped = |span: Span| {
            let before = dropped.partition_point(|own| own.start <= span.start);
            dropped[..before].last().is_some_and(|own| span.end <= own.end)
        };
        if !dropped.is_empty() {
            let document = self.context.document;
            for link in self.facts.links.iter_mut().filter(|own| own.document == document) {
                link.rendered &= !is_dropped(link.whole);
            }
            self.facts.anchors.retain(|own| own.document != document || !is_dropped(own.span));
        }
        let mut numbers: FxHashMap<&str, (usize, usize)> = FxHashMap::default();
        for (label, span) in references.iter().filter(|(label, _)| defined.contains_key(label.as_str())) {
            let next = numbers.len() + 1;
            let (number, count) = numbers.entry(label).or_insert((next, 0));
            let back = if *count == 0 { format!("fnref:{number}") } else { format!("fnref{count}:{number}") };
            if *count == 0 {
                self.footnote_anchor(format!("fn:{number}"), *span);
            }
            if !is_dropped(*span) {
                self.footnote_anchor(back, *span);
            }
            *count += 1;
        }
    }

    fn footnote_anchor(&mut self, id: String, span: Span) {
        if !self.context.goldmark.footnote_prefix {
            self.anchor(id, span, AnchorKind::Footnote);
        }
    }
}
