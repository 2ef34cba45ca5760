//! The texts of a page's conditional blocks, normalised once: [`Leaves`].

use std::ops::Range;

use rustc_hash::FxHashSet;
use unicode_normalization::UnicodeNormalization;

use super::similarity;
use crate::{
    page::{BlockKind, Page},
    site::edition::Visibility,
    source::Span,
};

/// A block with words, or raw HTML.
#[derive(Debug)]
pub(super) struct Leaf {
    /// Index in [`Page::blocks`].
    pub(super) block: u32,
    /// Where it starts.
    pub(super) start: u32,
    /// Its words without white space and differences of width.
    pub(super) text: String,
    /// Whether it says something that can be compared word by word: raw HTML does not.
    pub(super) is_sentence: bool,
}

/// The leaves that stand in conditions and branches and that somebody sees, by position.
#[derive(Debug)]
pub(super) struct Leaves(Vec<Leaf>);

impl Leaves {
    pub(super) fn new(page: &Page, visibility: &Visibility) -> Self {
        let mut inside: Vec<bool> = visibility.conditions.iter().map(Option::is_some).collect();
        for &(_, branch) in &visibility.branches {
            inside[branch as usize] = true;
        }
        let versions = inside.clone();
        for (index, call) in page.calls.iter().enumerate() {
            inside[index] |= call.parent.is_some_and(|parent| inside[parent]);
        }
        let alone: FxHashSet<u32> = page
            .blocks
            .iter()
            .filter_map(|block| match block.kind {
                BlockKind::Call(call) => Some(call),
                _ => None,
            })
            .collect();
        // What a call within a line says is a part of the sentence around it: its name stands for it there.
        let is_part = |call: u32| {
            let own = call as usize;
            let inner = page.calls[own].inner.map_or("", |inner| page.source.slice(inner));
            !alone.contains(&call) && !inner.contains('\n') && !versions[own]
        };
        let mut leaves: Vec<Leaf> = Vec::new();
        for (index, block) in (0_u32..).zip(&page.blocks) {
            let is_sentence = match block.kind {
                BlockKind::Paragraph
                | BlockKind::Heading(..)
                | BlockKind::Code
                | BlockKind::Cell
                | BlockKind::Term => true,
                BlockKind::Html => false,
                _ => continue,
            };
            let Some(call) = page.enclosing_call(block.span.start).filter(|&call| inside[call]) else {
                continue;
            };
            let home = page.documents[block.document as usize].call;
            if visibility.calls[call].is_empty() || home.is_some_and(is_part) {
                continue;
            }
            let text = if is_sentence { words(page, index) } else { said(page.source.slice(block.span)) };
            if !text.is_empty() {
                leaves.push(Leaf { block: index, start: block.span.start, text, is_sentence });
            }
        }
        leaves.sort_by_key(|leaf| (leaf.start, leaf.block));
        Self(leaves)
    }

    /// The indexes of those in a stretch of the page.
    pub(super) fn range(&self, span: Span) -> Range<usize> {
        let start = self.0.partition_point(|leaf| leaf.start < span.start);
        start..self.0.partition_point(|leaf| leaf.start < span.end).max(start)
    }

    /// Those with these indexes.
    pub(super) fn slice(&self, range: Range<usize>) -> &[Leaf] {
        &self.0[range]
    }
}

/// The words of a leaf, by index in [`Page::blocks`], as they are compared: the inner texts of calls in it included,
/// which are documents of their own.
pub fn words(page: &Page, block: u32) -> String {
    let own = page.words(block);
    let mut text = normalise(own);
    if has_calls(own) {
        let span = page.blocks[block as usize].span;
        let first = page.calls.partition_point(|call| call.span.start < span.start);
        let mut end = 0;
        for call in page.calls[first..].iter().take_while(|call| call.span.start < span.end) {
            if let Some(inner) = call.inner.filter(|_| call.span.start >= end) {
                text.push_str(&normalise(page.source.slice(inner)));
                end = call.span.end;
            }
        }
    }
    text
}

/// Whether names of calls stand in words, in white brackets.
pub(super) fn has_calls(words: &str) -> bool {
    let bytes = words.as_bytes();
    memchr::memchr_iter("⟦".as_bytes()[0], bytes).any(|at| bytes[at..].starts_with("⟦".as_bytes()))
}

/// A text as it is compared: compatibility characters unified (NFKC), white space gone.
pub(super) fn normalise(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut short = String::new();
    // The start of what is as it will be, and how far that goes.
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        let same = unchanged(&bytes[at..]);
        if same > 0 {
            at += same;
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        let end = at + c.len_utf8();
        let new = match unified(c) {
            Unified::Same => {
                at = end;
                continue;
            }
            Unified::Other(new) => Some(new),
            Unified::Unknown if c.is_whitespace() => None,
            Unified::Unknown => return text.nfkc().filter(|c| !c.is_whitespace()).collect(),
        };
        if start == 0 {
            short.reserve(text.len());
        }
        short.push_str(&text[start..at]);
        short.extend(new);
        (start, at) = (end, end);
    }
    if start == 0 {
        return text.to_owned();
    }
    short.push_str(&text[start..]);
    short
}

/// The length of the character at the start of a text, if it is one of those that most texts consist of and that NFKC
/// leaves as they are: printable ASCII, kana, their punctuation and the common ideographs. To decode them takes twice as long.
fn unchanged(text: &[u8]) -> usize {
    match *text {
        [b'!'..=b'~', ..] => 1,
        // U+5000 to U+9FFF.
        [0xE5..=0xE9, ..] => 3,
        // U+3001 to U+3035, U+3041 to U+3096, and U+30A1 to U+30FE.
        [0xE3, 0x80, 0x81..=0xB5, ..]
        | [0xE3, 0x81, 0x81..=0xBF, ..]
        | [0xE3, 0x82, 0x80..=0x96 | 0xA1..=0xBF, ..]
        | [0xE3, 0x83, ..=0xBE, ..] => 3,
        _ => 0,
    }
}

/// What NFKC makes of a character whatever follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unified {
    Same,
    Other(char),
    /// White space, or nothing that is known without its neighbours.
    Unknown,
}

/// Knows the characters that most texts consist of. NFKC itself took three quarters of the time that this module needs
/// for Japanese.
fn unified(c: char) -> Unified {
    match c {
        '!'..='~' | 'ぁ'..='ゖ' | '一'..='鿿' | 'ァ'..='ヾ' | '、'..='〵' | '⟦' | '⟧' => {
            Unified::Same
        }
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).map_or(Unified::Unknown, Unified::Other),
        _ => Unified::Unknown,
    }
}

/// What raw HTML says, without its tags and as it is compared: no more of it than is.
fn said(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while text.len() < similarity::LONGEST * char::MAX.len_utf8() {
        let Some(open) = memchr::memchr(b'<', rest.as_bytes()) else { return text + &normalise(rest) };
        text.push_str(&normalise(&rest[..open]));
        let Some(close) = memchr::memchr(b'>', &rest.as_bytes()[open..]) else { break };
        rest = &rest[open + close + 1..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_is_nfkc() {
        for c in '\0'..='\u{ffff}' {
            let text = c.to_string();
            assert!(unchanged(text.as_bytes()) == 0 || unified(c) == Unified::Same, "{c}");
            let unified = match unified(c) {
                Unified::Same => Some(c),
                Unified::Other(new) => Some(new),
                Unified::Unknown => None,
            };
            if let Some(unified) = unified {
                for next in ['あ', 'a', '、', 'ん'] {
                    let text: String = [c, next].iter().collect();
                    let expected: String = text.nfkc().collect();
                    assert_eq!(expected, format!("{unified}{next}"), "{c}");
                }
            }
        }
        assert_eq!(normalise("か\u{3099} ＡＢ"), "がAB");
    }
}
