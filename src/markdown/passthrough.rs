//! Mathematical expressions and the like, which Goldmark's passthrough extension prints as they are written: nothing in them
//! is Markdown. Hugo: `hugo-goldmark-extensions/passthrough`.

use std::{borrow::Cow, ops::Range};

use super::inline::code_end;
use crate::hugo::passthrough::Delimiters;

/// Stands for what is not read as Markdown. It is no sign of any kind for Markdown, and in no text.
pub(super) const HIDDEN: char = '\u{1}';

/// Where such expressions are in a document, for pairs of delimiters.
pub(super) fn find(text: &str, delimiters: &[Delimiters]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !delimiters.iter().any(|own| text.contains(&own.open)) {
        return found;
    }
    let mut fence: Option<&str> = None;
    let (mut start, mut end) = (0, 0);
    for line in text.split_inclusive('\n') {
        end += line.len();
        let inside = line.trim_start_matches([' ', '>', '\t']).trim_end();
        let marks = &inside[..inside.len() - inside.trim_start_matches(['`', '~']).len()];
        let is_edge = inside.is_empty() || marks.len() >= 3;
        if is_edge && fence.is_none() {
            in_paragraph(text, start..end - line.len(), delimiters, &mut found);
        }
        match fence {
            Some(open) if marks == inside && marks.starts_with(open) => fence = None,
            None if marks.len() >= 3 => fence = Some(marks),
            _ => {}
        }
        if is_edge || fence.is_some() {
            start = end;
        }
    }
    in_paragraph(text, start..end, delimiters, &mut found);
    found
}

/// Those in a paragraph.
fn in_paragraph(
    text: &str,
    paragraph: Range<usize>,
    delimiters: &[Delimiters],
    found: &mut Vec<Range<usize>>,
) {
    // Where one has no end, none of its kind behind it has.
    let mut left: Vec<&Delimiters> = delimiters.iter().collect();
    let mut at = paragraph.start;
    while at < paragraph.end {
        let rest = &text[at..paragraph.end];
        let own = left.iter().filter(|own| rest.starts_with(&own.open)).max_by_key(|own| own.open.len());
        if let Some(&own) = own {
            if let Some(length) = rest[own.open.len()..].find(&own.close) {
                let end = at + own.open.len() + length + own.close.len();
                found.push(at..end);
                at = end;
                continue;
            }
            left.retain(|other| other.open != own.open);
        }
        at += match rest.as_bytes()[0] {
            b'`' => {
                let ticks = rest.len() - rest.trim_start_matches('`').len();
                ticks + code_end(&rest.as_bytes()[ticks..], ticks).unwrap_or(0)
            }
            b'\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
}

/// A document in which such expressions are hidden; offsets and lines stay.
pub(super) fn without<'t>(text: Cow<'t, str>, hidden: &[Range<usize>]) -> Cow<'t, str> {
    if hidden.is_empty() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for range in hidden {
        out.push_str(&text[done..range.start]);
        let blank =
            |c: char| if c == '\n' { "\n".to_owned() } else { HIDDEN.to_string().repeat(c.len_utf8()) };
        out.extend(text[range.clone()].chars().map(blank));
        done = range.end;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, hidden: &str) {
        let pairs = [("$", "$"), ("$$", "$$"), ("\\(", "\\)")];
        let delimiters =
            pairs.map(|(open, close)| Delimiters { open: open.to_owned(), close: close.to_owned() });
        let found = find(text, &delimiters);
        assert_eq!(without(text.into(), &found).replace(HIDDEN, "·"), hidden, "{text}");
    }

    #[test]
    fn expressions_are_hidden() {
        check("a $x[y](z)$ b", "a ········· b");
        check("$5 and $6 or $7", "········6 or $7");
        check("\\$5 $x$", "\\$5 ···");
        check("`$a` $b$ ``$c`$``", "`$a` ··· ``$c`$``");
        check("\\(x\\) é$é$", "····· é····");
        check("$a\n\nb$", "$a\n\nb$");
        check("$$\na\n- b\n$$\nc", "··\n·\n···\n··\nc");
        check("$$\na\n\n$$", "$$\na\n\n$$");
        check("> $$\n> a\n> $$", "> ··\n···\n····");
        check("```\n$a\n```\nb$ c", "```\n$a\n```\nb$ c");
    }
}
