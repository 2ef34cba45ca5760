//! How alike two texts are, from 0 to 1.

use rustc_hash::FxHashMap;

/// Of longer texts only so many characters are compared: enough to tell versions of a text from another text.
const LONGEST: usize = 2000;

/// The characters of a text that are compared.
pub(super) fn characters(text: &str) -> Vec<char> {
    text.chars().take(LONGEST).collect()
}

/// Twice the length of the longest common subsequence over both lengths, 1 for equal texts and 0 for none in common.
pub(super) fn ratio(a: &[char], b: &[char]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    if a == b {
        return 1.0;
    }
    // Versions of a text often differ in a word in the middle, and ends that are the same are common to both.
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    let middle = common(&a[start..a.len() - end], &b[start..b.len() - end]);
    2.0 * (start + middle + end) as f64 / (a.len() + b.len()) as f64
}

/// The length of the longest common subsequence, 64 characters at a time (Hyyrö 2004).
fn common(pattern: &[char], text: &[char]) -> usize {
    let words = pattern.len().div_ceil(64);
    // For each character one row of bits: where it stands in the pattern.
    let mut starts: FxHashMap<char, usize> = FxHashMap::default();
    let mut rows: Vec<u64> = Vec::new();
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
            let (sum, over) = open.overflowing_add(*open & row);
            let (sum, again) = sum.overflowing_add(u64::from(carry));
            carry = over || again;
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
