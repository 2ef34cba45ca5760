//! Which headings of a page and its translation are the same, though their words differ: [`headings_in_common`]. What
//! joins them does not depend on the language: ids, levels, neighbours, and the shape of the text below.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::{
    page::{Block, BlockKind, Page},
    site::{Site, anchors::Id},
    source::Span,
};

use super::sentences::admonition;

/// Whether a translation says that it is older than the original. It is Docsy's scripts that write this.
pub fn is_marked_old(page: &Page) -> bool {
    page.front_matter.fields.get("drifted_from_default").is_some()
}

/// A heading of a page and the same one of its translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Index in [`Page::headings`] of the original.
    pub original: u32,
    /// Index in [`Page::headings`] of the translation.
    pub translation: u32,
    /// Whether both have the same id; else they stand at the same place between the same neighbours.
    pub by_id: bool,
}

/// The ids that the headings of a page have, by index in [`Page::headings`]; `None` where that is unknown or differs
/// from reader to reader.
pub fn heading_ids<'s>(site: &'s Site, page: &Page) -> Vec<Option<&'s Id>> {
    let mut ids: Vec<Option<&Id>> = vec![None; page.headings.len()];
    let mut several = vec![false; page.headings.len()];
    for id in &site.anchors[site.index(page)].ids {
        let Some(heading) = id.heading.map(|heading| heading as usize) else { continue };
        several[heading] |= ids[heading].is_some_and(|own| own.id != id.id);
        ids[heading] = Some(id);
    }
    ids.into_iter().zip(several).map(|(id, several)| id.filter(|_| !several)).collect()
}

/// The headings that a page and its translation have in common, in order. Those with the same id are; between two of
/// these (or the page's ends) so are the others, if there are as many in both pages, of the same levels.
pub fn headings_in_common(
    (original, original_ids): (&Page, &[Option<&Id>]),
    (page, ids): (&Page, &[Option<&Id>]),
) -> Vec<Pair> {
    let places: FxHashMap<&str, u32> = (0_u32..)
        .zip(original_ids)
        .filter_map(|(place, id)| Some((id.as_ref()?.id.as_str(), place)))
        .collect();
    let by_id: Vec<Pair> = (0_u32..)
        .zip(ids)
        .filter_map(|(translation, id)| {
            let original = *places.get(id.as_ref()?.id.as_str())?;
            Some(Pair { original, translation, by_id: true })
        })
        .collect();
    let level = |page: &Page, heading: u32| page.headings.get(heading as usize).map(|own| own.level);
    let mut pairs = Vec::with_capacity(by_id.len());
    let (mut from, mut own_from) = (0, 0);
    let length = |page: &Page| u32::try_from(page.headings.len()).unwrap_or(u32::MAX);
    let end = Pair { original: length(original), translation: length(page), by_id: true };
    for pair in in_order(&by_id).into_iter().chain([end]) {
        let between = || (from..pair.original).zip(own_from..pair.translation);
        let as_many = pair.original - from == pair.translation - own_from;
        if as_many && between().all(|(one, other)| level(original, one) == level(page, other)) {
            pairs.extend(between().map(|(one, other)| Pair {
                original: one,
                translation: other,
                by_id: false,
            }));
        }
        pairs.push(pair);
        (from, own_from) = (pair.original + 1, pair.translation + 1);
    }
    pairs.pop();
    pairs
}

/// The longest part of `pairs`, which are sorted by translation, in which the originals are in order too.
fn in_order(pairs: &[Pair]) -> Vec<Pair> {
    // For each length the pair that ends such a part with the smallest original, and each pair's predecessor.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].original < pair.original);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut chain: Vec<Pair> = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(index) = next {
        chain.push(pairs[index]);
        next = before[index];
    }
    chain.reverse();
    chain
}

/// The text below each heading of the body, up to the next one, and what stands before the first.
#[derive(Debug)]
pub struct Sections<'p> {
    page: &'p Page,
    /// How many blocks each block is in, by index in [`Page::blocks`].
    depths: Vec<u32>,
    /// Where the blocks of each heading's section are, by index in [`Page::headings`].
    ranges: Vec<Range<usize>>,
    /// Where the blocks of the body before the first heading are.
    first: Range<usize>,
}

impl<'p> Sections<'p> {
    /// The sections of a page.
    pub fn of(page: &'p Page) -> Self {
        let mut depths: Vec<u32> = Vec::with_capacity(page.blocks.len());
        let mut ranges = vec![0..0; page.headings.len()];
        let body = page.blocks.iter().take_while(|block| block.document == 0);
        let first = 0..body.take_while(|block| !matches!(block.kind, BlockKind::Heading(..))).count();
        let mut open: Option<(usize, usize)> = None;
        let mut document = 0;
        for (index, block) in page.blocks.iter().enumerate() {
            depths.push(block.parent.map_or(0, |parent| depths[parent as usize] + 1));
            let heading = match block.kind {
                BlockKind::Heading(_, heading) => Some(heading as usize),
                _ => None,
            };
            if let Some((last, start)) = open.take_if(|_| heading.is_some() || block.document != document) {
                ranges[last] = start..index;
            }
            document = block.document;
            if let Some(heading) = heading {
                open = Some((heading, index + 1));
            }
        }
        if let Some((last, start)) = open {
            ranges[last] = start..page.blocks.len();
        }
        Self { page, depths, ranges, first }
    }

    /// The blocks below a heading (or before the first one), without the cells of tables, by index in [`Page::blocks`].
    pub fn blocks(&self, heading: Option<u32>) -> impl Iterator<Item = usize> {
        let range = heading.map_or(&self.first, |heading| &self.ranges[heading as usize]);
        range.clone().filter(|&block| !matches!(self.page.blocks[block].kind, BlockKind::Cell))
    }

    /// The admonitions below a heading (or before the first one), by index in [`Page::calls`], and the kind of each.
    pub fn admonitions(&self, heading: Option<u32>) -> Vec<(usize, String)> {
        let headings = &self.page.headings;
        let start = heading.map_or(self.page.body.start, |heading| headings[heading as usize].span.start);
        let later = headings.iter().map(|heading| heading.span.start);
        let end = later.filter(|&later| later >= start && heading.is_none() || later > start).min();
        let span = Span { start, end: end.unwrap_or(self.page.body.end) };
        let calls = self.page.calls.iter().enumerate();
        let inside = calls
            .filter(|(_, call)| call.inner.is_some() && span.range().contains(&(call.span.start as usize)));
        inside.filter_map(|(index, _)| Some((index, admonition(self.page.tag(index))?))).collect()
    }

    /// What a block is, coarsely, and how deep it lies.
    fn shape(&self, index: usize) -> (u32, u8) {
        (self.depths[index], coarse(&self.page.blocks[index]))
    }

    /// Whether two sections have the same blocks in the same places.
    pub fn are_alike(&self, heading: Option<u32>, other: &Sections<'_>, other_heading: Option<u32>) -> bool {
        let own = self.blocks(heading).map(|block| self.shape(block));
        own.eq(other.blocks(other_heading).map(|block| other.shape(block)))
    }
}

/// Whether a page and its translation are of the same time, as far as their form tells: each heading of one is also in
/// the other, and the text below most of them has the same blocks.
pub fn are_in_step(pairs: &[Pair], original: &Sections<'_>, translation: &Sections<'_>) -> bool {
    let is_alike =
        |pair: &&Pair| translation.are_alike(Some(pair.translation), original, Some(pair.original));
    [original, translation].iter().all(|sections| sections.page.headings.len() == pairs.len())
        && 4 * pairs.iter().filter(is_alike).count() >= 3 * pairs.len()
}

/// The kind of a block, whatever the type of a list.
fn coarse(block: &Block) -> u8 {
    match block.kind {
        BlockKind::Paragraph => 0,
        BlockKind::Heading(..) => 1,
        BlockKind::OrderedList | BlockKind::BulletList => 2,
        BlockKind::Item => 3,
        BlockKind::BlockQuote => 4,
        BlockKind::Code => 5,
        BlockKind::Html => 6,
        BlockKind::Table => 7,
        BlockKind::Row => 8,
        BlockKind::Cell => 9,
        BlockKind::DefinitionList => 10,
        BlockKind::Term => 11,
        BlockKind::Definition => 12,
        BlockKind::Footnote => 13,
        BlockKind::Rule => 14,
        BlockKind::Call(_) => 15,
    }
}
