//! Sentences that versions of a block share, and the role of each in each version.

use std::ops::{Deref, Range};

use rustc_hash::FxHashMap;

use super::{groups::Branch, leaves::Leaves, outline::Outline};
use crate::{hugo::shortcode::Tag, page::Page};

/// Shorter texts are shared by chance.
pub(super) const SHORTEST: usize = 6;

/// What stands exactly once in each of two or more versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Where, in the order of the versions.
    pub places: Vec<Place>,
}

/// A sentence's place in a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Index in [`Group::branches`](super::Group::branches).
    pub branch: usize,
    /// The leaf that says it, by index in [`Page::blocks`]; its kind is part of its role.
    pub block: u32,
    /// The lists it is in within its version, the outermost first, by index in [`Page::blocks`].
    pub lists: Vec<u32>,
    /// The innermost admonition it is in within its version, by index in [`Page::calls`].
    pub admonition: Option<u32>,
}

/// The sentences that the branches share, in the order of the first branch that has them; `leaves` are theirs.
pub(super) fn shared(
    page: &Page,
    branches: &[Branch],
    ranges: &[Range<usize>],
    leaves: &Leaves,
    outline: &impl Deref<Target = Outline>,
    run_start: u32,
) -> Vec<Sentence> {
    // For each text the places where it stands: branch, leaf, and whether it stands there more than once.
    let mut index: FxHashMap<&str, usize> = FxHashMap::default();
    let mut texts: Vec<Vec<(usize, u32, bool)>> = Vec::new();
    for (branch, range) in ranges.iter().enumerate() {
        for leaf in leaves.slice(range.clone()).iter().filter(|leaf| leaf.is_sentence) {
            if leaf.text.chars().take(SHORTEST).count() < SHORTEST {
                continue;
            }
            let at = *index.entry(&leaf.text).or_insert(texts.len());
            if at == texts.len() {
                texts.push(Vec::new());
            }
            match texts[at].last_mut().filter(|last| last.0 == branch) {
                Some(last) => last.2 = true,
                None => texts[at].push((branch, leaf.block, false)),
            }
        }
    }
    let once = texts.into_iter().map(|mut places| {
        places.retain(|place| !place.2);
        places
    });
    once.filter(|places| places.len() > 1)
        .map(|places| Sentence {
            places: places
                .into_iter()
                .map(|(branch, block, _)| {
                    let start = page.blocks[block as usize].span.start;
                    Place {
                        branch,
                        block,
                        lists: outline.lists_of(page, block, run_start),
                        admonition: outline.admonition_of(page, start, branches[branch].call),
                    }
                })
                .collect(),
        })
        .collect()
}

/// Shortcodes that are an admonition by their name alone.
const KINDS: [&str; 20] = [
    "attention",
    "callout-danger",
    "callout-info",
    "callout-warning",
    "caution",
    "danger",
    "error",
    "failure",
    "hint",
    "important",
    "info",
    "memo",
    "note",
    "notes",
    "reference",
    "seealso",
    "success",
    "tip",
    "warn",
    "warning",
];

/// Shortcodes that are an admonition whose kind is an argument.
const GENERIC: [&str; 6] = ["admonition", "alert", "callout", "notice", "notification", "pageinfo"];

/// The kind of admonition that an opening tag is, if it is one: its name, or its name and what it is told to be.
pub fn admonition(tag: &Tag) -> Option<String> {
    let name = tag.name.rsplit('/').next().unwrap_or(&tag.name).to_ascii_lowercase();
    if KINDS.contains(&name.as_str()) {
        return Some(name);
    }
    if !GENERIC.contains(&name.as_str()) {
        return None;
    }
    let named =
        ["type", "kind", "level", "color", "context", "class", "style"].iter().find_map(|key| tag.named(key));
    let kind = named.or_else(|| tag.positional(0));
    Some(kind.map_or(name.clone(), |kind| format!("{name} {}", kind.value.to_lowercase())))
}
