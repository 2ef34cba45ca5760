//! Texts that differ in punctuation only: [`marks`].

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::{
    Columns, Group, Member,
    leaves::{normalise, words},
    sentences::SHORTEST,
};
use crate::{
    page::{BlockKind, Page},
    source::Span,
};

/// Sentences of different versions that are the same but for their punctuation. Nodes are indexes in [`Page::blocks`].
pub fn marks(page: &Page, group: &Group) -> Columns {
    let mut columns = Columns::default();
    let mut by_words: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for (branch, leaves) in group.differing().into_iter().enumerate() {
        for block in leaves {
            let kind = &page.blocks[block as usize].kind;
            if matches!(kind, BlockKind::Code | BlockKind::Html) {
                continue;
            }
            let key = without_marks(page, block);
            if key.chars().take(SHORTEST).count() == SHORTEST {
                by_words.entry(key).or_default().push(Member { branch, node: block });
            }
        }
    }
    for same in by_words.into_values().filter(|same| same.len() > 1) {
        let is_once =
            |member: &&Member| same.iter().filter(|other| other.branch == member.branch).count() == 1;
        let once: Vec<Member> = same.iter().filter(is_once).copied().collect();
        let Some((first, others)) = once.split_first() else { continue };
        let text = words(page, first.node);
        if others.iter().any(|other| words(page, other.node) != text) {
            others.iter().for_each(|&other| columns.join(*first, other));
        }
    }
    columns
}

/// The words of a leaf without punctuation, but with what is part of a word or a number: `1.5`, `a-b`, `/etc`.
pub(super) fn without_marks(page: &Page, block: u32) -> String {
    let text = page.words(block);
    let bytes = text.as_bytes();
    let mut words = String::with_capacity(text.len());
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let letter = letter(rest);
        if letter > 0 {
            at += letter;
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        let end = at + c.len_utf8();
        let is_within = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
        let in_word = c.is_ascii() && (at > 0 && is_within(at - 1) && is_within(end) || is_path(c));
        if !in_word && is_mark(c) {
            words.push_str(&text[start..at]);
            start = end;
        }
        at = end;
    }
    words.push_str(&text[start..]);
    normalise(&words)
}

/// The length of the letter or digit at the start of a text, if it is one of those that most texts consist of. To look up
/// the category of each character takes half the time of this module.
fn letter(text: &[u8]) -> usize {
    match *text {
        [b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z', ..] => 1,
        // U+5000 to U+9FFF.
        [0xE5..=0xE9, ..] => 3,
        // U+3041 to U+3096, and U+30A1 to U+30FA.
        [0xE3, 0x81, 0x81..=0xBF, ..]
        | [0xE3, 0x82, 0x80..=0x96 | 0xA1..=0xBF, ..]
        | [0xE3, 0x83, ..=0xBA, ..] => 3,
        _ => 0,
    }
}

/// Characters that make a path, a variable or a pattern rather than a sentence, and those that stand for calls.
fn is_path(c: char) -> bool {
    matches!(c, '/' | '\\' | '_' | '@' | '#' | '%' | '&' | '*' | '-')
}

fn is_mark(c: char) -> bool {
    !matches!(c, '⟦' | '⟧') && c.general_category_group() == GeneralCategoryGroup::Punctuation
}

/// The first mark in which two texts of the same words differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// What the one has.
    pub own: Option<char>,
    /// What the other has in its place.
    pub most: Option<char>,
    /// Where it is in the source: the mark of the one, or else the place behind the character before it.
    pub span: Option<Span>,
}

impl Mark {
    /// Compares the words of a leaf with those of another.
    pub fn between(page: &Page, block: u32, other: u32) -> Option<Self> {
        let texts = [block, other].map(|block| words(page, block));
        let [own, most]: [Vec<char>; 2] = texts.map(|text| text.chars().collect());
        let at = own.iter().zip(&most).take_while(|(a, b)| a == b).count();
        let mark = |text: &[char]| text.get(at).copied().filter(|&c| is_mark(c));
        let (mine, theirs) = match (mark(&own), mark(&most)) {
            (None, None) => return None,
            // Which of two marks is the one too many shows what follows.
            (Some(a), Some(_)) if own.get(at + 1) == most.get(at) => (Some(a), None),
            (Some(_), Some(b)) if own.get(at) == most.get(at + 1) => (None, Some(b)),
            both => both,
        };
        let wanted = mine.map_or(at, |_| at + 1);
        let span = locate(page, page.blocks[block as usize].span, &own[..wanted]).map(|last| match mine {
            Some(_) => last,
            None => Span { start: last.end, end: last.end },
        });
        Some(Self { own: mine, most: theirs, span })
    }
}

/// Where in the source the last of these characters is, with which a leaf's text begins; if that is certain.
fn locate(page: &Page, leaf: Span, beginning: &[char]) -> Option<Span> {
    let text = page.source.slice(leaf);
    let mut characters: Vec<(char, Span)> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        let start = leaf.range().start + at;
        let span = Span::new(start, start + c.len_utf8());
        characters.extend(c.nfkc().map(|c| (c, span)));
    }
    for length in (2..=beginning.len().min(8)).rev() {
        let wanted = &beginning[beginning.len() - length..];
        let mut found = characters.windows(length).filter(|part| part.iter().map(|(c, _)| c).eq(wanted));
        match (found.next(), found.next()) {
            (Some(part), None) => return part.last().map(|(_, span)| *span),
            (Some(_), Some(_)) => return None,
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_letters_are_no_marks() {
        for c in '\0'..='\u{ffff}' {
            let text = c.to_string();
            let length = letter(text.as_bytes());
            assert!(length == 0 || length == text.len() && !is_mark(c) && !is_path(c), "{c}");
        }
    }
}
