//! Which headings of the versions of a text are the same heading.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{Columns, Group, Member, leaves::words, similarity::Text};
use crate::page::{BlockKind, Page};

/// Headings that are so much alike, and stand between the same headings, are the same.
const ALIKE: f64 = 0.75;
/// Of more headings in one version than this only the first are compared word by word.
const MOST: usize = 32;

/// A heading of a version.
struct Own {
    /// Index in [`Page::headings`].
    node: u32,
    text: String,
}

/// The headings of each version that say the same, by index in [`Page::headings`]. However short they are: unlike
/// sentences they are few, and only those count that a version has once.
pub fn headings_by_words(page: &Page, group: &Group) -> Columns {
    let mut columns = Columns::default();
    join_by_words(&of_branches(page, group), &mut columns);
    columns
}

/// Whether all headings of a group are alike in something, so that they have nothing to disagree about.
pub fn headings_agree<T: PartialEq>(page: &Page, group: &Group, value: impl Fn(u32) -> T) -> bool {
    let leaves = group.branches.iter().flat_map(|branch| &branch.leaves);
    let mut values = leaves.filter_map(|&block| match page.blocks[block as usize].kind {
        BlockKind::Heading(_, node) => Some(value(node)),
        _ => None,
    });
    let first = values.next();
    values.all(|other| Some(other) == first)
}

/// The headings of each version that say the same, have the same explicit id, or are much alike and in the same place,
/// by index in [`Page::headings`].
pub fn headings(page: &Page, group: &Group) -> Columns {
    let branches = of_branches(page, group);
    let mut columns = Columns::default();
    join_by_words(&branches, &mut columns);
    join_once(&branches, &mut columns, |own| {
        page.headings[own.node as usize].id.as_ref().map(|(id, _)| id.as_str())
    });
    join_alike(&branches, &mut columns);
    columns
}

fn of_branches(page: &Page, group: &Group) -> Vec<Vec<Own>> {
    let own = |&block: &u32| match page.blocks[block as usize].kind {
        BlockKind::Heading(_, node) => Some(Own { node, text: words(page, block) }),
        _ => None,
    };
    group.branches.iter().map(|branch| branch.leaves.iter().filter_map(own).collect()).collect()
}

fn join_by_words(branches: &[Vec<Own>], columns: &mut Columns) {
    join_once(branches, columns, |own| Some(own.text.as_str()));
}

/// Joins what has the same key and is the only one with it in its version.
fn join_once<'b>(branches: &'b [Vec<Own>], columns: &mut Columns, key: impl Fn(&'b Own) -> Option<&'b str>) {
    let mut by_key: BTreeMap<&str, Vec<Member>> = BTreeMap::new();
    for (branch, headings) in branches.iter().enumerate() {
        let mut once: FxHashMap<&str, usize> = FxHashMap::default();
        headings.iter().filter_map(&key).for_each(|key| *once.entry(key).or_default() += 1);
        for own in headings {
            if let Some(key) = key(own).filter(|key| once.get(key) == Some(&1)) {
                by_key.entry(key).or_default().push(Member { branch, node: own.node });
            }
        }
    }
    for members in by_key.into_values() {
        members.iter().skip(1).for_each(|&other| columns.join(members[0], other));
    }
}

/// Joins headings of two versions that are much alike and whose neighbours before and after are the same headings.
fn join_alike(branches: &[Vec<Own>], columns: &mut Columns) {
    for (branch, headings) in branches.iter().enumerate() {
        for (counterpart, others) in branches.iter().enumerate().skip(branch + 1) {
            if headings.len() != others.len() || headings.len() > MOST {
                continue;
            }
            for (own, other) in headings.iter().zip(others) {
                let text = |heading: &Own| Text::new(heading.text.clone());
                if own.text != other.text && text(own).ratio(&text(other)) >= ALIKE {
                    columns.join(
                        Member { branch, node: own.node },
                        Member { branch: counterpart, node: other.node },
                    );
                }
            }
        }
    }
}
