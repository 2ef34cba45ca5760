//! Where a page's blocks stand, through all its documents: [`Outline`].

use rustc_hash::FxHashMap;

use super::sentences::admonition;
use crate::{
    page::{Block, BlockKind, Page},
    source::Span,
};

/// Lists deeper than this are not told apart.
const DEEPEST: usize = 64;

/// So many characters of a text are quoted in a message.
const EXCERPT: usize = 24;

/// For each block the list it is in, and for each call the admonition it is or is in.
#[derive(Debug)]
pub(super) struct Outline {
    lists: Vec<Option<u32>>,
    admonitions: Vec<Option<u32>>,
}

impl Outline {
    pub(super) fn new(page: &Page) -> Self {
        let mut admonitions: Vec<Option<u32>> = Vec::with_capacity(page.calls.len());
        for (index, call) in page.calls.iter().enumerate() {
            let around = call.parent.and_then(|parent| admonitions[parent]);
            let own = call.inner.and_then(|_| admonition(&page.tags[call.open]));
            admonitions.push(own.and_then(|_| u32::try_from(index).ok()).or(around));
        }
        Self { lists: lists(page), admonitions }
    }

    /// The lists around a block that start behind `from`, the outermost first.
    pub(super) fn lists_of(&self, page: &Page, block: u32, from: u32) -> Vec<u32> {
        let mut chain = Vec::new();
        let mut next = self.lists[block as usize];
        while let Some(list) = next.filter(|&list| page.blocks[list as usize].span.start >= from) {
            if chain.len() == DEEPEST {
                break;
            }
            chain.push(list);
            next = self.lists[list as usize];
        }
        chain.reverse();
        chain
    }

    /// The innermost admonition around a byte that stands inside of `branch`.
    pub(super) fn admonition_of(&self, page: &Page, byte: u32, branch: u32) -> Option<u32> {
        let call = page.enclosing_call(byte)?;
        self.admonitions[call].filter(|&admonition| admonition > branch)
    }
}

/// For each block, the innermost list around it, in whichever document that is.
fn lists(page: &Page) -> Vec<Option<u32>> {
    let documents: Vec<&[Block]> =
        page.blocks.chunk_by(|block, next| block.document == next.document).collect();
    let mut starts: FxHashMap<u32, (usize, usize)> = FxHashMap::default();
    let mut start = 0;
    for blocks in documents {
        if let Some(first) = blocks.first() {
            starts.insert(first.document, (start, start + blocks.len()));
        }
        start += blocks.len();
    }
    let of_call: FxHashMap<u32, u32> = page
        .documents
        .iter()
        .enumerate()
        .filter_map(|(index, document)| Some((document.call?, u32::try_from(index).ok()?)))
        .collect();
    let mut lists: Vec<Option<u32>> = Vec::with_capacity(page.blocks.len());
    let mut outer = (u32::MAX, None);
    for block in &page.blocks {
        if outer.0 != block.document {
            let call = page.documents.get(block.document as usize).and_then(|document| document.call);
            let around = call.and_then(|call| block_around(page, call, &of_call, &starts));
            outer = (block.document, around.and_then(|around| own_or_outer(page, around, &lists)));
        }
        lists.push(match block.parent {
            Some(parent) => own_or_outer(page, parent, &lists),
            None => outer.1,
        });
    }
    lists
}

fn own_or_outer(page: &Page, block: u32, lists: &[Option<u32>]) -> Option<u32> {
    match page.blocks[block as usize].kind {
        BlockKind::OrderedList | BlockKind::BulletList => Some(block),
        _ => lists.get(block as usize).copied().flatten(),
    }
}

/// The innermost block that holds a call.
fn block_around(
    page: &Page,
    call: u32,
    of_call: &FxHashMap<u32, u32>,
    starts: &FxHashMap<u32, (usize, usize)>,
) -> Option<u32> {
    let mut outer = page.calls[call as usize].parent;
    let home = loop {
        match outer {
            None => break 0,
            Some(call) => match u32::try_from(call).ok().and_then(|call| of_call.get(&call)) {
                Some(&document) => break document,
                None => outer = page.calls[call].parent,
            },
        }
    };
    let &(start, end) = starts.get(&home)?;
    let byte = page.calls[call as usize].span.start;
    let before = page.blocks[start..end].partition_point(|block| block.span.start <= byte);
    let mut candidate = u32::try_from((start + before).checked_sub(1)?).ok().filter(|_| before > 0);
    while let Some(block) = candidate {
        if page.blocks[block as usize].span.end > byte {
            return Some(block);
        }
        candidate = page.blocks[block as usize].parent;
    }
    None
}

/// The first line of a block, without white space around it.
pub fn first_line(page: &Page, span: Span) -> Span {
    let text = page.source.slice(span);
    let start = text.len() - text.trim_start().len();
    let line = text[start..].lines().next().unwrap_or("").trim_end();
    let start = span.range().start + start;
    Span::new(start, start + line.len())
}

/// A text without HTML tags.
fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        let close = rest[open..].find('>').map_or(rest.len(), |close| open + close + 1);
        rest = &rest[close..];
    }
    text + rest
}

/// The beginning of a text, for a message.
pub fn excerpt(page: &Page, span: Span) -> String {
    let line = without_tags(page.source.slice(first_line(page, span)));
    let text = line.trim_start_matches(['#', ' ', '*']);
    match text.char_indices().nth(EXCERPT) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}
