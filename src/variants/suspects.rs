//! Where something may be empty, or a list cut, for some readers: [`Suspects`]. Most pages with conditions have no such
//! place, and to look for it in what is known already costs little beside putting the pages together.

use std::collections::BTreeSet;

use crate::{
    page::{BlockKind, Page},
    site::edition::Visibility,
    source::Span,
};

/// What one edition does not see of a page.
struct Blanks<'p> {
    page: &'p Page,
    /// The outermost calls that are hidden, by position.
    hidden: Vec<Span>,
    /// Where the calls without inner text start, which print something of their own.
    singles: &'p [u32],
}

impl<'p> Blanks<'p> {
    fn new(page: &'p Page, visibility: &Visibility, singles: &'p [u32], edition: usize) -> Self {
        let mut hidden: Vec<Span> = Vec::new();
        for (call, seen) in page.calls.iter().zip(&visibility.calls) {
            let is_inside = hidden.last().is_some_and(|outer| call.span.start < outer.end);
            if !is_inside && call.inner.is_some() && !seen.contains(edition) {
                hidden.push(call.span);
            }
        }
        Self { page, hidden, singles }
    }

    /// Whether nothing in a stretch looks like words: no letter outside of tags and of what is hidden. Numbers may be
    /// those of items.
    fn is_blank(&self, span: Span) -> bool {
        let mut at = span.start;
        let mut tag = self.page.tags.partition_point(|tag| tag.span.end <= at);
        let mut block = self.hidden.partition_point(|hidden| hidden.end <= at);
        while at < span.end {
            let next_tag = self.page.tags.get(tag).map_or(span.end, |tag| tag.span.start);
            let next_block = self.hidden.get(block).map_or(span.end, |hidden| hidden.start);
            let stop = next_tag.min(next_block).clamp(at, span.end);
            if self.page.source.slice(Span { start: at, end: stop }).contains(char::is_alphabetic) {
                return false;
            }
            if stop == span.end {
                return true;
            }
            if next_tag < next_block && self.singles.binary_search(&next_tag).is_ok() {
                return false;
            }
            let past =
                if next_block <= next_tag { self.hidden[block].end } else { self.page.tags[tag].span.end };
            at = past.max(at);
            while self.page.tags.get(tag).is_some_and(|tag| tag.span.end <= at) {
                tag += 1;
            }
            while self.hidden.get(block).is_some_and(|hidden| hidden.end <= at) {
                block += 1;
            }
        }
        true
    }

    /// Whether a stretch lies itself in something hidden.
    fn is_hidden(&self, span: Span) -> bool {
        let first = self.hidden.partition_point(|hidden| hidden.end <= span.start);
        self.hidden.get(first).is_some_and(|hidden| hidden.start < span.start)
    }

    /// Whether something hidden lies in a stretch.
    fn touches(&self, span: Span) -> bool {
        let first = self.hidden.partition_point(|hidden| hidden.end <= span.start);
        self.hidden.get(first).is_some_and(|hidden| hidden.start < span.end)
    }
}

/// Which problems a page may have; what is not here it certainly has not, comments and reference definitions aside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Suspects {
    /// A section may be empty for somebody.
    pub section: bool,
    /// An item, a box, a quote, a row or a heading may be.
    pub container: bool,
    /// The whole page may be.
    pub page: bool,
    /// A list may be cut.
    pub list: bool,
}

impl Suspects {
    /// Looks at a page.
    pub fn of(page: &Page, visibility: &Visibility) -> Self {
        let mut found = Self::default();
        if visibility.conditions.iter().all(Option::is_none) {
            return found;
        }
        let mut headings: Vec<(Span, Option<u32>)> =
            page.headings.iter().map(|heading| (heading.span, heading.call)).collect();
        headings.sort_unstable();
        let containers = containers_with_conditions(page, visibility);
        let singles = page.calls.iter().filter(|call| call.inner.is_none()).map(|call| call.span.start);
        let singles: Vec<u32> = singles.collect();
        let mut lists = numbered_lists(page);
        lists.sort_unstable();
        for edition in visibility.page.iter() {
            let blanks = Blanks::new(page, visibility, &singles, edition);
            let is_seen = |call: Option<u32>| visibility.of(call).contains(edition);
            let seen_lists = lists.iter().filter(|(_, call)| is_seen(*call)).map(|(span, _)| *span);
            found.list = found.list || lists.len() > 1 && has_neighbours(&blanks, seen_lists);
            if blanks.hidden.is_empty() {
                continue;
            }
            found.page |= blanks.is_blank(page.body);
            let seen: Vec<Span> = headings.iter().filter(|own| is_seen(own.1)).map(|own| own.0).collect();
            found.section |= seen.iter().enumerate().any(|(index, heading)| {
                let end = seen.get(index + 1).map_or(page.body.end, |next| next.start);
                let below = Span { start: heading.end, end: end.max(heading.end) };
                blanks.touches(below) && blanks.is_blank(below)
            });
            found.container |= containers.iter().any(|&span| is_empty(&blanks, span));
        }
        found
    }
}

/// Where containers and boxes stand in which something may be hidden, whoever reads.
fn containers_with_conditions(page: &Page, visibility: &Visibility) -> Vec<Span> {
    let calls = || page.calls.iter().zip(&visibility.conditions);
    let conditions = calls().filter(|(call, said)| said.is_some() && call.inner.is_some());
    let starts: Vec<u32> = conditions.map(|(call, _)| call.span.start).collect();
    let has_condition = |span: &Span| {
        let first = starts.partition_point(|start| *start < span.start);
        starts.get(first).is_some_and(|start| *start < span.end)
    };
    let blocks = page.blocks.iter().filter(|block| is_container(&block.kind)).map(|block| block.span);
    let boxes = calls().filter(|(_, said)| said.is_none()).filter_map(|(call, _)| call.inner);
    blocks.chain(boxes).filter(has_condition).collect()
}

fn is_empty(blanks: &Blanks<'_>, span: Span) -> bool {
    blanks.touches(span) && !blanks.is_hidden(span) && blanks.is_blank(span)
}

fn is_container(kind: &BlockKind) -> bool {
    matches!(
        kind,
        BlockKind::Item
            | BlockKind::BlockQuote
            | BlockKind::Row
            | BlockKind::Heading(..)
            | BlockKind::Definition
    )
}

/// The numbered lists and the calls that they stand in.
fn numbered_lists(page: &Page) -> Vec<(Span, Option<u32>)> {
    let lists = page.blocks.iter().filter(|block| block.kind == BlockKind::OrderedList);
    let call_of = |span: Span| page.enclosing_call(span.start).and_then(|call| u32::try_from(call).ok());
    lists.map(|block| (block.span, call_of(block.span))).collect()
}

/// Whether two numbered lists follow each other without words between them, and with a tag between them or around one.
fn has_neighbours(blanks: &Blanks<'_>, lists: impl Iterator<Item = Span>) -> bool {
    let page = blanks.page;
    let mut ends: BTreeSet<u32> = BTreeSet::new();
    for list in lists {
        let before = ends.range(..=list.start).next_back();
        let gap = before.map(|&end| Span { start: end, end: list.start });
        if let Some(gap) = gap {
            let tag = page.tags.partition_point(|tag| tag.span.end <= gap.start);
            let has_tag = page.tags.get(tag).is_some_and(|tag| tag.span.start < gap.end);
            if has_tag && blanks.is_blank(gap) {
                return true;
            }
        }
        ends.insert(list.end);
    }
    false
}
