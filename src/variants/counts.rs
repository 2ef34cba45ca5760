//! How much of what there is in a version of a text: [`counts`].

use super::{Branch, admonition};
use crate::page::{BlockKind, Page};

/// How often something is in a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// What it is, in the singular.
    pub what: &'static str,
    /// How many.
    pub count: usize,
}

impl Count {
    /// `1 list item`, `2 list items`.
    pub fn in_words(self) -> String {
        let plural = if self.count == 1 { "" } else { "s" };
        format!("{} {}{plural}", self.count, self.what)
    }
}

/// What a version has, always in the same order.
pub fn counts(page: &Page, branch: &Branch) -> Vec<Count> {
    let call = branch.call as usize;
    let inner = page.calls[call].inner.unwrap_or_default();
    let blocks: Vec<&BlockKind> = page
        .blocks
        .iter()
        .filter(|block| inner.contains(block.span) && !block.span.is_empty())
        .map(|block| &block.kind)
        .collect();
    let of = |wanted: fn(&BlockKind) -> bool| blocks.iter().filter(|kind| wanted(kind)).count();
    let calls = page.calls.iter().filter(|call| call.inner.is_some() && inner.contains(call.span));
    let boxes = calls.filter(|call| admonition(&page.tags[call.open]).is_some()).count();
    let first = page.links.partition_point(|link| link.span.start < inner.start);
    let links = page.links[first..].iter().take_while(|link| link.span.start < inner.end);
    let images = links.filter(|link| link.embedded).count();
    [
        ("heading", of(|kind| matches!(kind, BlockKind::Heading(..)))),
        ("paragraph", of(|kind| *kind == BlockKind::Paragraph)),
        ("numbered list", of(|kind| *kind == BlockKind::OrderedList)),
        ("bullet list", of(|kind| *kind == BlockKind::BulletList)),
        ("list item", of(|kind| *kind == BlockKind::Item)),
        ("table", of(|kind| *kind == BlockKind::Table)),
        ("table row", of(|kind| *kind == BlockKind::Row)),
        ("table cell", of(|kind| *kind == BlockKind::Cell)),
        ("code block", of(|kind| *kind == BlockKind::Code)),
        ("admonition", boxes),
        ("image", images),
    ]
    .map(|(what, count)| Count { what, count })
    .to_vec()
}
