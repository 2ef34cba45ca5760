//! What makes a finding the same as before, whatever was written above or below it: [`Fingerprint`].

use crate::{diagnostic::Diagnostic, report::Checked};

/// A finding by its content: never by lines or columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint {
    /// Rule, path, message without numbers, for whom, and the text that the finding points at.
    pub subject: u64,
    /// The line it stands in, white space aside: tells those of one subject apart.
    pub line: u64,
}

impl Fingerprint {
    /// Those of all findings of a site, in their order.
    pub fn all(checked: &Checked) -> Vec<Self> {
        checked.diagnostics.iter().map(|found| Self::of(checked, found, &found.path)).collect()
    }

    /// The fingerprint of a finding, in a file that is called `path` where it is compared.
    pub fn of(checked: &Checked, found: &Diagnostic, path: &str) -> Self {
        let (mut text, mut line) = ("", "");
        if let Some(source) = checked.site.source(&found.path) {
            text = source.text.get(found.span.range()).unwrap_or_default();
            let number = source.line(found.span.start);
            line = source.line_range(number).map_or("", |range| &source.text[range]);
        }
        let first = text.lines().next().unwrap_or_default();
        let message = without_numbers(&found.message);
        let editions = found.editions.map(|editions| checked.edition_names(editions)).unwrap_or_default();
        let subject = [found.rule, path, &message, &editions.join(","), &squeezed(first)].join("\0");
        Self { subject: hash(&subject), line: hash(&squeezed(line)) }
    }
}

/// Text with one space for all white space.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text with `0` for every number.
fn without_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_ascii_digit() {
            out.push(c);
        } else if !out.ends_with('0') {
            out.push('0');
        }
    }
    out
}

/// FNV-1a, which is the same in every version and on every machine.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// For each of `now`, whether it is one of `known`, each of which stands for one finding. Those that stand in the same
/// line are matched first, so that of two of one subject the right one is new. The second value tells which of `known`
/// are gone.
pub fn matched(now: &[Fingerprint], known: &[Fingerprint]) -> (Vec<bool>, Vec<bool>) {
    let mut order: Vec<usize> = (0..known.len()).collect();
    order.sort_by_key(|&index| known[index]);
    let (mut old, mut gone) = (vec![false; now.len()], vec![true; known.len()]);
    for by_line in [true, false] {
        for (index, own) in now.iter().enumerate().filter(|(index, _)| !old[*index]).collect::<Vec<_>>() {
            let low = Fingerprint { line: if by_line { own.line } else { 0 }, ..*own };
            let start = order.partition_point(|&other| known[other] < low);
            let same = |other: &&usize| {
                known[**other].subject == own.subject && (!by_line || known[**other].line == own.line)
            };
            if let Some(&other) = order[start..].iter().take_while(same).find(|&&other| gone[other]) {
                gone[other] = false;
                old[index] = true;
            }
        }
    }
    (old, gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_known_finding_hides_one_and_the_one_in_its_line_first() {
        let print = |subject, line| Fingerprint { subject, line };
        let now = [print(1, 7), print(1, 8), print(2, 1), print(3, 1)];
        let known = [print(1, 8), print(2, 9), print(4, 1)];
        let (old, gone) = matched(&now, &known);
        assert_eq!(old, [false, true, true, false]);
        assert_eq!(gone, [false, false, true]);
    }

    #[test]
    fn numbers_and_white_space_do_not_count() {
        assert_eq!(without_numbers("line 42 of 7, v1.20"), "line 0 of 0, v0.0");
        assert_eq!(squeezed("  a \t b\r\n"), "a b");
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("a"), 0xaf63_dc4c_8601_ec8c);
    }
}
