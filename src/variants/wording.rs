//! Texts that are nearly the same: [`nearly_same`].

use rustc_hash::FxHashSet;

use super::{
    Columns, Group, Member,
    leaves::words,
    punctuation::without_marks,
    sentences::SHORTEST,
    similarity::{Text, common_end, common_start},
};
use crate::page::{BlockKind, Page};

/// As much alike as this are sentences that were the same once.
const NEARLY: f64 = 0.9;
/// Of more sentences in one version than this only the first are compared with each other.
const MOST: usize = 64;

/// Sentences of different versions that differ in a few characters, more than their punctuation. Nodes are indexes in
/// [`Page::blocks`].
pub fn nearly_same(page: &Page, group: &Group) -> Columns {
    let shared: FxHashSet<u32> =
        group.sentences.iter().flat_map(|sentence| &sentence.places).map(|place| place.block).collect();
    let own: Vec<Vec<(u32, Text, String)>> = group
        .differing()
        .into_iter()
        .map(|leaves| {
            let leaves = leaves.into_iter().filter(|block| {
                let kind = &page.blocks[*block as usize].kind;
                !shared.contains(block) && !matches!(kind, BlockKind::Code | BlockKind::Html)
            });
            let text = |block: u32| (block, Text::new(words(page, block)), without_marks(page, block));
            leaves.map(text).filter(|(_, text, _)| text.length >= SHORTEST).take(MOST).collect()
        })
        .collect();
    let mut columns = Columns::default();
    for (branch, leaves) in own.iter().enumerate() {
        for (counterpart, others) in own.iter().enumerate().skip(branch + 1) {
            for (block, text, bare) in leaves {
                let alike = |other: &&(u32, Text, String)| {
                    let (short, long) = (text.length.min(other.1.length), text.length.max(other.1.length));
                    2.0 * short as f64 >= NEARLY * (short + long) as f64
                        && *bare != other.2
                        && text.ratio(&other.1) >= NEARLY
                };
                if let Some((other, _, _)) = others.iter().find(alike) {
                    columns
                        .join(Member { branch, node: *block }, Member { branch: counterpart, node: *other });
                }
            }
        }
    }
    columns
}

/// What stands in the one text between what both begin with and what both end with, and what stands there in the other.
pub fn difference<'t>(one: &'t str, other: &'t str) -> (&'t str, &'t str) {
    let start = common_start(one, other);
    let (one, other) = (&one[start..], &other[start..]);
    let end = common_end(one, other);
    (&one[..one.len() - end], &other[..other.len() - end])
}
