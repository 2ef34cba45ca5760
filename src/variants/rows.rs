//! The versions of a text side by side, one row for what corresponds: [`rows`].

use std::ops::Range;

use super::{Group, leaves::normalise, outline::Outline, sentences::admonition, similarity::Text};
use crate::page::{BlockKind, Page};

/// Texts that are so much alike correspond where they stand between the same sentences.
const CORRESPONDS: f64 = 0.42;

/// What corresponds in the versions of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// For each branch of the group, in their order: its leaf, if it has one here.
    pub cells: Vec<Option<Cell>>,
    /// How they go together.
    pub agreement: Agreement,
}

/// A leaf of a version and the role it plays there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The leaf, by index in [`Page::blocks`].
    pub block: u32,
    /// For each list it is in within its version, the outermost first: whether it is numbered.
    pub lists: Vec<bool>,
    /// The innermost admonition it is in within its version.
    pub admonition: Option<String>,
}

/// How the cells of a row go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// All versions say the same, in the same role.
    Same,
    /// Some say the same in another role.
    Disagree,
    /// They say it in other words.
    Differ,
    /// Some have nothing here.
    Partial,
}

/// The rows of a group, in the order of its first branch as far as that goes.
pub fn rows(page: &Page, group: &Group) -> Vec<Row> {
    let outline = Outline::new(page);
    let start =
        group.branches.iter().map(|branch| page.calls[branch.call as usize].span.start).min().unwrap_or(0);
    // The sentence that a leaf of a branch says, by index.
    let sentence = |branch: usize, block: u32| {
        let says =
            |places: &[super::Place]| places.iter().any(|own| own.branch == branch && own.block == block);
        group.sentences.iter().position(|sentence| says(&sentence.places))
    };
    let mut rows: Vec<Corresponding> = Vec::new();
    for (branch, own) in group.branches.iter().enumerate() {
        let leaves: Vec<(u32, Option<usize>)> =
            own.leaves.iter().map(|&block| (block, sentence(branch, block))).collect();
        rows = merge(page, rows, &leaves, branch, group.branches.len());
    }
    rows.into_iter()
        .map(|(blocks, _)| {
            let cell = |(branch, block): (usize, Option<u32>)| {
                let block = block?;
                let byte = page.blocks[block as usize].span.start;
                let lists = outline.lists_of(page, block, start);
                let call = outline.admonition_of(page, byte, group.branches[branch].call);
                Some(Cell {
                    block,
                    lists: lists.into_iter().map(|list| super::is_numbered(page, list)).collect(),
                    admonition: call.and_then(|call| admonition(page.tag(call as usize))),
                })
            };
            let cells: Vec<Option<Cell>> = blocks.into_iter().enumerate().map(cell).collect();
            let agreement = agreement(page, &cells);
            Row { cells, agreement }
        })
        .collect()
}

/// Blocks of one row by branch, and the sentence they say if it is a shared one.
type Corresponding = (Vec<Option<u32>>, Option<usize>);

/// Puts a branch beside those that are there: what says the same sentence, and between those what is much alike.
fn merge(
    page: &Page,
    rows: Vec<Corresponding>,
    leaves: &[(u32, Option<usize>)],
    branch: usize,
    width: usize,
) -> Vec<Corresponding> {
    let sentences = common(0..rows.len(), 0..leaves.len(), &|row, leaf| {
        rows[row].1.is_some() && rows[row].1 == leaves[leaf].1
    });
    let mut pairs = Vec::new();
    let (mut row, mut leaf) = (0, 0);
    for (next_row, next_leaf) in sentences.into_iter().chain([(rows.len(), leaves.len())]) {
        pairs.extend(common(row..next_row, leaf..next_leaf, &|row, leaf| {
            rows[row].0.iter().flatten().any(|&other| corresponds(page, leaves[leaf].0, other))
        }));
        pairs.push((next_row, next_leaf));
        (row, leaf) = (next_row + 1, next_leaf + 1);
    }
    let mut merged = Vec::new();
    let mut rows = rows.into_iter();
    let (mut row, mut leaf) = (0, 0);
    for (next_row, next_leaf) in pairs {
        merged.extend(rows.by_ref().take(next_row - row));
        merged.extend(leaves[leaf..next_leaf].iter().map(|&(block, sentence)| {
            let mut blocks = vec![None; width];
            blocks[branch] = Some(block);
            (blocks, sentence)
        }));
        if let (Some((mut blocks, key)), Some(&(block, sentence))) = (rows.next(), leaves.get(next_leaf)) {
            blocks[branch] = Some(block);
            merged.push((blocks, key.or(sentence)));
        }
        (row, leaf) = (next_row + 1, next_leaf + 1);
    }
    merged
}

/// A table larger than this is not worth its time: nothing corresponds then.
const LARGEST: usize = 1 << 16;

/// The longest common subsequence of rows and leaves, as pairs of indexes.
fn common(
    rows: Range<usize>,
    leaves: Range<usize>,
    is_same: &dyn Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    if rows.len() * leaves.len() > LARGEST {
        return Vec::new();
    }
    let same: Vec<Vec<bool>> =
        rows.clone().map(|row| leaves.clone().map(|leaf| is_same(row, leaf)).collect()).collect();
    let mut lengths = vec![vec![0_usize; leaves.len() + 1]; rows.len() + 1];
    for row in (0..rows.len()).rev() {
        for leaf in (0..leaves.len()).rev() {
            lengths[row][leaf] = if same[row][leaf] {
                lengths[row + 1][leaf + 1] + 1
            } else {
                lengths[row + 1][leaf].max(lengths[row][leaf + 1])
            };
        }
    }
    let (mut row, mut leaf) = (0, 0);
    let mut pairs = Vec::new();
    while row < rows.len() && leaf < leaves.len() {
        if same[row][leaf] {
            pairs.push((rows.start + row, leaves.start + leaf));
            (row, leaf) = (row + 1, leaf + 1);
        } else if lengths[row + 1][leaf] >= lengths[row][leaf + 1] {
            row += 1;
        } else {
            leaf += 1;
        }
    }
    pairs
}

fn corresponds(page: &Page, one: u32, other: u32) -> bool {
    let kind = |block: u32| std::mem::discriminant(&page.blocks[block as usize].kind);
    let text = |block: u32| Text::new(normalise(page.words(block)));
    kind(one) == kind(other) && text(one).ratio(&text(other)) >= CORRESPONDS
}

fn agreement(page: &Page, cells: &[Option<Cell>]) -> Agreement {
    let present: Vec<&Cell> = cells.iter().flatten().collect();
    let role = |cell: &Cell| {
        let kind = match page.blocks[cell.block as usize].kind {
            BlockKind::Heading(level, _) => Some(level),
            _ => None,
        };
        (kind, cell.lists.clone(), cell.admonition.clone())
    };
    let says = |cell: &Cell| normalise(page.words(cell.block));
    let disagree = present.iter().enumerate().any(|(at, one)| {
        present[at + 1..].iter().any(|other| says(one) == says(other) && role(one) != role(other))
    });
    match present.as_slice() {
        _ if disagree => Agreement::Disagree,
        all if all.len() < cells.len() => Agreement::Partial,
        [first, rest @ ..] if rest.iter().all(|other| says(first) == says(other)) => Agreement::Same,
        _ => Agreement::Differ,
    }
}
