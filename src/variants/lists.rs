//! Which lists of the versions of a text are the same list: [`lists`].

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use super::{Branch, Columns, Group, Member, leaves::normalise, similarity::Text};
use crate::page::{BlockKind, Page};

/// Items that are so much alike are the same item.
const SAME_ITEM: f64 = 0.75;
/// Of more lists and longer lists than this only the first are compared item by item.
const MOST: usize = 32;

/// Lists are the same if they share a sentence at the same depth, in the same lists around them, or if half of their
/// items are much alike. Nodes are indexes in [`Page::blocks`].
pub fn lists(page: &Page, group: &Group) -> Columns {
    let mut columns = Columns::default();
    let found: Vec<Vec<u32>> = group.branches.iter().map(|branch| of_branch(page, branch)).collect();
    let places = group.sentences.iter().flat_map(|sentence| &sentence.places);
    let mut all = places.flat_map(|place| &place.lists).chain(found.iter().flatten());
    // Lists of one kind have nothing to disagree about.
    let Some(first) = all.next().map(|&list| is_numbered(page, list)) else { return columns };
    if all.all(|&list| is_numbered(page, list) == first) {
        return columns;
    }
    let disagree = group.sentences.iter().any(|sentence| {
        let kinds = |lists: &[u32]| lists.iter().map(|&list| is_numbered(page, list)).collect::<Vec<bool>>();
        let first = kinds(&sentence.places[0].lists);
        sentence.places.iter().skip(1).any(|place| {
            place.lists.len() != first.len()
                || place.lists.iter().zip(&first).any(|(&list, &kind)| is_numbered(page, list) != kind)
        })
    });
    // Lists that share a sentence with another version: what they are there is known.
    let mut known: FxHashSet<(u32, usize)> = FxHashSet::default();
    for sentence in &group.sentences {
        for (at, one) in sentence.places.iter().enumerate() {
            for other in &sentence.places[at + 1..] {
                known.extend(one.lists.iter().map(|&list| (list, other.branch)));
                known.extend(other.lists.iter().map(|&list| (list, one.branch)));
                if one.lists.len() != other.lists.len() {
                    continue;
                }
                for (&list, &counterpart) in one.lists.iter().zip(&other.lists).filter(|_| disagree) {
                    columns.join(
                        Member { branch: one.branch, node: list },
                        Member { branch: other.branch, node: counterpart },
                    );
                    if is_numbered(page, list) != is_numbered(page, counterpart) {
                        break;
                    }
                }
            }
        }
    }
    join_alike(page, found, &known, &mut columns);
    columns
}

/// Whether the list is numbered rather than bulleted.
pub fn is_numbered(page: &Page, list: u32) -> bool {
    matches!(page.blocks[list as usize].kind, BlockKind::OrderedList)
}

/// A list and the texts of its items, before any list in them.
struct Items {
    list: u32,
    depth: usize,
    /// Made when first compared: few lists have a counterpart of another kind.
    texts: OnceCell<Vec<Text>>,
}

impl Items {
    fn texts(&self, page: &Page) -> &[Text] {
        self.texts.get_or_init(|| texts(page, self.list))
    }
}

/// Joins lists of different kinds whose items are alike; those of one kind have nothing to disagree about.
fn join_alike(page: &Page, found: Vec<Vec<u32>>, known: &FxHashSet<(u32, usize)>, columns: &mut Columns) {
    let all = || found.iter().flatten();
    if all().all(|&list| is_numbered(page, list)) || !all().any(|&list| is_numbered(page, list)) {
        return;
    }
    let read = |lists: Vec<u32>| -> Vec<Items> { lists.into_iter().map(|list| items(page, list)).collect() };
    let branches: Vec<Vec<Items>> = found.into_iter().map(read).collect();
    for (branch, lists) in branches.iter().enumerate() {
        for (counterpart, others) in branches.iter().enumerate().skip(branch + 1) {
            for one in lists.iter().filter(|one| !known.contains(&(one.list, counterpart))) {
                let same = others.iter().find(|other| {
                    other.depth == one.depth
                        && !known.contains(&(other.list, branch))
                        && is_numbered(page, other.list) != is_numbered(page, one.list)
                        && alike(one.texts(page), other.texts(page))
                });
                if let Some(other) = same {
                    columns.join(
                        Member { branch, node: one.list },
                        Member { branch: counterpart, node: other.list },
                    );
                }
            }
        }
    }
}

/// The lists around a version's leaves, by position.
fn of_branch(page: &Page, branch: &Branch) -> Vec<u32> {
    let start = page.calls[branch.call as usize].span.start;
    let mut lists = Vec::new();
    for &leaf in &branch.leaves {
        let mut next = page.blocks[leaf as usize].parent;
        while let Some(block) = next.filter(|&block| page.blocks[block as usize].span.start >= start) {
            if matches!(page.blocks[block as usize].kind, BlockKind::OrderedList | BlockKind::BulletList) {
                if lists.contains(&block) {
                    break;
                }
                lists.push(block);
            }
            next = page.blocks[block as usize].parent;
        }
        if lists.len() >= MOST {
            break;
        }
    }
    lists.sort_unstable();
    lists
}

fn texts(page: &Page, list: u32) -> Vec<Text> {
    let children = list + 1..page.blocks[list as usize].end;
    let items = children.filter(|&block| page.blocks[block as usize].parent == Some(list)).take(MOST);
    items
        .filter(|&item| page.blocks.get(item as usize + 1).is_some_and(|first| first.parent == Some(item)))
        .map(|item| Text::new(normalise(page.words(item + 1))))
        .collect()
}

fn items(page: &Page, list: u32) -> Items {
    let mut depth = 0;
    let mut next = page.blocks[list as usize].parent;
    while let Some(block) = next {
        depth += 1;
        next = page.blocks[block as usize].parent;
    }
    Items { list, depth, texts: OnceCell::new() }
}

/// Whether at least half of the items of the longer list have one of their own in the other, in the same order.
fn alike(one: &[Text], other: &[Text]) -> bool {
    let mut from = 0;
    let mut same = 0;
    for text in one.iter().filter(|text| text.length > 0) {
        let found = other[from..].iter().position(|candidate| {
            let (short, long) = (text.length.min(candidate.length), text.length.max(candidate.length));
            2.0 * short as f64 >= SAME_ITEM * (short + long) as f64 && text.ratio(candidate) >= SAME_ITEM
        });
        if let Some(at) = found {
            from += at + 1;
            same += 1;
        }
    }
    same > 0 && same * 2 >= one.len().max(other.len())
}
