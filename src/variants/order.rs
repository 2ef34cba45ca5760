//! Which sentences stand in another order than in most versions of a text: [`moved`].

use rustc_hash::FxHashMap;

use super::{Group, Sentence};
use crate::page::Page;

/// A sentence that comes before another one in its version and after it in another version. All places are indexes in
/// [`Page::blocks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The version, by index in [`Group::branches`].
    pub branch: usize,
    /// The sentence.
    pub block: u32,
    /// The sentence behind it that comes before it in the other version.
    pub next: u32,
    /// The other version.
    pub other: usize,
    /// The sentence there.
    pub counterpart: u32,
    /// And the one that comes before it there.
    pub next_counterpart: u32,
}

/// For each version whose order differs from another one that differs from fewer (or is as good and comes first), the
/// first sentence that comes too early.
pub fn moved(page: &Page, group: &Group) -> Vec<Moved> {
    let count = group.branches.len();
    let mut crossings: FxHashMap<(usize, usize), Moved> = FxHashMap::default();
    for one in 0..count {
        for other in 0..count {
            if one != other
                && let Some(found) = crossing(page, &group.sentences, one, other)
            {
                crossings.insert((one, other), found);
            }
        }
    }
    if crossings.is_empty() {
        return Vec::new();
    }
    let conflicts = |one: usize| (0..count).filter(|&other| crossings.contains_key(&(one, other))).count();
    let weight: Vec<(usize, usize)> = (0..count).map(|branch| (conflicts(branch), branch)).collect();
    let blamed = |branch: usize| {
        let mut others = (0..count).filter(|&other| weight[other] < weight[branch]);
        others.find_map(|other| crossings.get(&(branch, other)).copied())
    };
    (0..count).filter_map(blamed).collect()
}

/// The first sentence of a version that comes before one which it comes after in the other version.
fn crossing(page: &Page, sentences: &[Sentence], branch: usize, other: usize) -> Option<Moved> {
    let mut pairs: Vec<(u32, u32)> = sentences
        .iter()
        .filter_map(|sentence| {
            let of = |branch: usize| sentence.places.iter().find(|place| place.branch == branch);
            let (own, there) = (of(branch)?, of(other)?);
            // What is in a list here and in none there was rearranged for other reasons.
            (own.lists.len() == there.lists.len()).then_some((own.block, there.block))
        })
        .collect();
    let start = |block: u32| page.blocks[block as usize].span.start;
    pairs.sort_by_key(|&(own, _)| start(own));
    // The sentence that comes first there, among those behind each.
    let mut least: Option<(u32, u32)> = None;
    let mut found = None;
    for &(own, there) in pairs.iter().rev() {
        if let Some((next, next_there)) = least.filter(|&(_, least)| start(least) < start(there)) {
            found = Some(Moved {
                branch,
                block: own,
                next,
                other,
                counterpart: there,
                next_counterpart: next_there,
            });
        }
        if least.is_none_or(|(_, least)| start(there) < start(least)) {
            least = Some((own, there));
        }
    }
    found
}
