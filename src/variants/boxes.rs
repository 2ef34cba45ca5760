//! Which admonitions of the versions of a text are the same: [`admonitions`].

use rustc_hash::FxHashSet;

use super::{Columns, Group, Member, admonition, leaves::normalise, similarity::Text};
use crate::page::Page;

/// Admonitions that are so much alike are the same.
const ALIKE: f64 = 0.75;
/// Of more admonitions in one version than this only the first are compared word by word.
const MOST: usize = 16;

/// Admonitions are the same if a sentence is in both, or if they are much alike. Nodes are indexes in [`Page::calls`].
pub fn admonitions(page: &Page, group: &Group) -> Columns {
    let mut columns = Columns::default();
    let mut known: FxHashSet<u32> = FxHashSet::default();
    for sentence in &group.sentences {
        let mut boxes = sentence
            .places
            .iter()
            .filter_map(|place| Some(Member { branch: place.branch, node: place.admonition? }));
        if let Some(first) = boxes.next() {
            for other in boxes {
                columns.join(first, other);
                known.extend([first.node, other.node]);
            }
        }
    }
    join_alike(page, group, &known, &mut columns);
    columns
}

/// Joins admonitions of different kinds; those of one kind have nothing to disagree about.
fn join_alike(page: &Page, group: &Group, known: &FxHashSet<u32>, columns: &mut Columns) {
    let branches: Vec<Vec<(u32, String)>> = group
        .branches
        .iter()
        .map(|branch| {
            let inner = page.calls[branch.call as usize].inner.unwrap_or_default();
            let first = page.calls.partition_point(|call| call.span.start < inner.start);
            let calls = (0_u32..).zip(&page.calls).skip(first);
            let inside = calls.take_while(|(_, call)| call.span.start < inner.end);
            let boxes = inside.filter_map(|(node, call)| {
                let kind = call.inner.and_then(|_| admonition(&page.tags[call.open]))?;
                Some((node, kind))
            });
            boxes.take(MOST).collect()
        })
        .collect();
    let text = |node: u32| {
        let inner = page.calls[node as usize].inner.unwrap_or_default();
        Text::new(normalise(page.source.slice(inner)))
    };
    for (branch, boxes) in branches.iter().enumerate() {
        for (counterpart, others) in branches.iter().enumerate().skip(branch + 1) {
            for (one, kind) in boxes {
                let same = others.iter().find(|(other, other_kind)| {
                    let is_known = known.contains(one) && known.contains(other);
                    kind != other_kind && !is_known && text(*one).ratio(&text(*other)) >= ALIKE
                });
                if let Some(&(other, _)) = same {
                    columns.join(Member { branch, node: *one }, Member { branch: counterpart, node: other });
                }
            }
        }
    }
}
