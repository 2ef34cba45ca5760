//! How alike two texts are, from 0 to 1.

use rustc_hash::{FxBuildHasher, FxHashMap};

/// Of longer texts only so many characters are compared: enough to tell versions of a text from another text.
pub(super) const LONGEST: usize = 2000;

/// As much of a text as is compared.
#[derive(Debug, Default)]
pub(super) struct Text {
    text: String,
    /// How many characters it has.
    pub(super) length: usize,
}

impl Text {
    pub(super) fn new(text: String) -> Self {
        Self { length: text.chars().count(), text }.cut()
    }

    /// A text in pieces.
    pub(super) fn of<'t>(pieces: impl IntoIterator<Item = &'t str>) -> Self {
        let mut text = String::new();
        let mut length = 0;
        for piece in pieces {
            text.push_str(piece);
            length += piece.chars().count();
            if length >= LONGEST {
                break;
            }
        }
        Self { text, length }.cut()
    }

    fn cut(mut self) -> Self {
        if self.length > LONGEST {
            let end = self.text.char_indices().nth(LONGEST).map_or(self.text.len(), |(end, _)| end);
            self.text.truncate(end);
            self.length = LONGEST;
        }
        self
    }

    /// Twice the length of the longest common subsequence over both lengths, 1 for equal texts and 0 for none in common.
    pub(super) fn ratio(&self, other: &Self) -> f64 {
        let (a, b) = (self.text.as_str(), other.text.as_str());
        if a.is_empty() || b.is_empty() {
            return 0.0;
        }
        // Versions of a text often differ in a word in the middle, and ends that are the same are common to both.
        let start = common_start(a, b);
        if start == a.len() && start == b.len() {
            return 1.0;
        }
        let end = common_end(&a[start..], &b[start..]);
        let [a_middle, b_middle] = [a, b].map(|text| &text[start..text.len() - end]);
        let same = a[..start].chars().count() + a[a.len() - end..].chars().count();
        let middle = common(&characters(a_middle), &characters(b_middle));
        2.0 * (same + middle) as f64 / (self.length + other.length) as f64
    }
}

fn characters(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// How many bytes two texts have in common at their start, in whole characters.
pub(super) fn common_start(a: &str, b: &str) -> usize {
    const BLOCK: usize = 64;
    let (one, other) = (a.as_bytes(), b.as_bytes());
    let blocks = one.chunks_exact(BLOCK).zip(other.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count();
    let rest = one[blocks * BLOCK..].iter().zip(&other[blocks * BLOCK..]).take_while(|(a, b)| a == b).count();
    a.floor_char_boundary(blocks * BLOCK + rest)
}

/// How many bytes two texts have in common at their end, in whole characters.
pub(super) fn common_end(a: &str, b: &str) -> usize {
    let same = a.bytes().rev().zip(b.bytes().rev()).take_while(|(a, b)| a == b).count();
    a.len() - a.ceil_char_boundary(a.len() - same)
}

/// The length of the longest common subsequence, 64 characters at a time (Hyyrö 2004).
fn common(pattern: &[char], text: &[char]) -> usize {
    let words = pattern.len().div_ceil(64);
    // For each character one row of bits: where it stands in the pattern.
    let mut starts: FxHashMap<char, usize> =
        FxHashMap::with_capacity_and_hasher(pattern.len().min(256), FxBuildHasher);
    let mut rows: Vec<u64> = Vec::with_capacity(words * pattern.len().min(256));
    for (at, &c) in pattern.iter().enumerate() {
        let start = *starts.entry(c).or_insert(rows.len());
        if start == rows.len() {
            rows.resize(start + words, 0);
        }
        rows[start + at / 64] |= 1 << (at % 64);
    }
    let mut open = vec![u64::MAX; words];
    for c in text {
        let Some(&start) = starts.get(c) else { continue };
        let mut carry = false;
        for (open, &row) in open.iter_mut().zip(&rows[start..start + words]) {
            let sum;
            (sum, carry) = open.carrying_add(*open & row, carry);
            *open = sum | (*open & !row);
        }
    }
    let rest = pattern.len() % 64;
    if let (true, Some(last)) = (rest > 0, open.last_mut()) {
        *last |= u64::MAX << rest;
    }
    open.iter().map(|word| word.count_zeros() as usize).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_subsequences_are_counted_across_words() {
        fn slow(a: &[char], b: &[char]) -> usize {
            let mut row = vec![0; b.len() + 1];
            for &x in a {
                let mut diagonal = 0;
                for (at, &y) in b.iter().enumerate() {
                    let above = row[at + 1];
                    row[at + 1] = if x == y { diagonal + 1 } else { above.max(row[at]) };
                    diagonal = above;
                }
            }
            row[b.len()]
        }
        let text: String = (0..300_u32).map(|n| char::from(b'a' + (n * n % 7) as u8)).collect();
        for (from, to, skip) in [(0, 3, 1), (0, 64, 2), (0, 65, 3), (5, 200, 2), (0, 300, 5)] {
            let a: Vec<char> = text.chars().take(to).skip(from).collect();
            let b: Vec<char> = text.chars().step_by(skip).collect();
            assert_eq!(common(&a, &b), slow(&a, &b), "{from}..{to} by {skip}");
        }
    }
}
