//! Which sentences stand less deep in lists than in other versions of a text: [`misplaced`].

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Group, Place, Sentence, is_numbered};
use crate::page::{BlockKind, Page};

/// A sentence that is in fewer lists than in other versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplaced<'g> {
    /// Where it is.
    pub place: &'g Place,
    /// Where it is in the deepest list; never empty.
    pub others: Vec<&'g Place>,
    /// The list that is not deep enough, by index in [`Page::blocks`], if it is clear which.
    pub list: Option<u32>,
}

/// The first sentence of each version that stands less deep than in the others: nearly always an indentation that is too
/// small ends a list, which nobody sees in the source. A list of which a version has kept one item only may have become a paragraph there.
pub fn misplaced<'g>(page: &Page, group: &'g Group) -> Vec<Misplaced<'g>> {
    // A heading here that is an item there is another role: a table of contents, say.
    let is_heading = |place: &Place| matches!(page.blocks[place.block as usize].kind, BlockKind::Heading(..));
    let depths_differ = |sentence: &&Sentence| {
        sentence.places.iter().any(|place| place.lists.len() != sentence.places[0].lists.len())
            && !sentence.places.iter().any(is_heading)
    };
    if !group.sentences.iter().any(|sentence| depths_differ(&sentence)) {
        return Vec::new();
    }
    let survivors = survivors(page, group);
    let mut found: Vec<Misplaced<'g>> = Vec::new();
    for sentence in group.sentences.iter().filter(depths_differ) {
        let deepest = sentence.places.iter().map(|place| place.lists.len()).max().unwrap_or(0);
        for place in sentence.places.iter().filter(|place| place.lists.len() < deepest) {
            let others: Vec<&Place> = sentence
                .places
                .iter()
                .filter(|other| other.lists.len() == deepest && is_dropped(page, other, place, &survivors))
                .collect();
            let is_first = found.iter().all(|own| own.place.branch != place.branch);
            if is_first && !others.is_empty() {
                let list = too_shallow(page, others[0], place);
                found.push(Misplaced { place, others, list });
            }
        }
    }
    found
}

/// For each list and each other version, how many of the list's items have a sentence in that version.
fn survivors(page: &Page, group: &Group) -> FxHashMap<(u32, usize), usize> {
    let mut items: FxHashSet<(u32, u32, usize)> = FxHashSet::default();
    for sentence in &group.sentences {
        for place in &sentence.places {
            for &list in &place.lists {
                let Some(item) = item_of(page, place.block, list) else { continue };
                for other in sentence.places.iter().filter(|other| other.branch != place.branch) {
                    items.insert((list, item, other.branch));
                }
            }
        }
    }
    let mut counts = FxHashMap::default();
    #[expect(clippy::iter_over_hash_type, reason = "counting does not depend on the order")]
    for (list, _, branch) in items {
        *counts.entry((list, branch)).or_default() += 1;
    }
    counts
}

/// The item of the list that holds the block: the last one that starts before it.
fn item_of(page: &Page, block: u32, list: u32) -> Option<u32> {
    let start = page.blocks[block as usize].span.start;
    let items = (list + 1..page.blocks[list as usize].end)
        .filter(|&item| page.blocks[item as usize].parent == Some(list))
        .take_while(|&item| page.blocks[item as usize].span.start <= start);
    items.last()
}

/// The list of the flat version that would have to be in the one it lacks.
fn too_shallow(page: &Page, deep: &Place, flat: &Place) -> Option<u32> {
    let mut candidates = candidates(page, deep, flat);
    let only = candidates.next().filter(|_| candidates.next().is_none())?;
    flat.lists.get(only).copied()
}

/// Which one of the deep version's lists the flat version may lack, if it lacks one.
fn candidates(page: &Page, deep: &Place, flat: &Place) -> impl Iterator<Item = usize> {
    let kinds =
        |place: &Place| -> Vec<bool> { place.lists.iter().map(|&list| is_numbered(page, list)).collect() };
    let (long, short) = (kinds(deep), kinds(flat));
    (0..long.len()).filter(move |&at| {
        let mut left = long.clone();
        left.remove(at);
        left == short
    })
}

/// Whether the flat version lacks a list of the deep one of which it has several items, whichever of the lists it is.
fn is_dropped(page: &Page, deep: &Place, flat: &Place, survivors: &FxHashMap<(u32, usize), usize>) -> bool {
    let several = |at: usize| survivors.get(&(deep.lists[at], flat.branch)).is_some_and(|&count| count > 1);
    if deep.lists.len() != flat.lists.len() + 1 {
        return (0..deep.lists.len()).all(several);
    }
    let mut candidates = candidates(page, deep, flat).peekable();
    candidates.peek().is_some() && candidates.all(several)
}
