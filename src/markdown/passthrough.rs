//! Mathematical expressions and the like, which Goldmark's passthrough extension prints as they are written: nothing in them
//! is Markdown. Hugo: `hugo-goldmark-extensions/passthrough`.

use std::{borrow::Cow, ops::Range};

use crate::hugo::passthrough::Delimiters;

/// Stands for what is not read as Markdown. It is no sign of any kind for Markdown, and in no text.
pub(super) const HIDDEN: char = '\u{1}';

/// Where such expressions are in a document, for pairs of delimiters.
pub(super) fn find(text: &str, delimiters: &[Delimiters]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    if !delimiters.iter().any(|own| text.contains(&own.open)) {
        return found;
    }
    let mut fence: Option<&str> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let own = start..start + line.len();
        start = own.end;
        if found.last().is_some_and(|last| last.end >= own.end) {
            continue;
        }
        let inside = line.trim_start_matches([' ', '>']).trim_end();
        let marks = &inside[..inside.len() - inside.trim_start_matches(['`', '~']).len()];
        match fence {
            Some(open) if marks == inside && marks.starts_with(open) => fence = None,
            Some(_) => {}
            None if marks.len() >= 3 => fence = Some(marks),
            None => in_line(text, own, delimiters, &mut found),
        }
    }
    found
}

/// Those that start in a line.
fn in_line(text: &str, line: Range<usize>, delimiters: &[Delimiters], found: &mut Vec<Range<usize>>) {
    let mut at = line.start.max(found.last().map_or(0, |last| last.end));
    while at < line.end {
        let rest = &text[at..];
        let bytes = rest.as_bytes();
        if bytes[0] == b'`' {
            at += code_span(&rest[..paragraph(rest)]);
            continue;
        }
        let opens = delimiters.iter().filter(|own| rest.starts_with(&own.open));
        if let Some(own) = opens.max_by_key(|own| own.open.len()) {
            let behind = at + own.open.len();
            let within = behind + paragraph(&text[behind..]);
            if let Some(length) = text[behind..within].find(&own.close) {
                let end = behind + length + own.close.len();
                found.push(at..end);
                at = end;
                continue;
            }
        }
        at += match bytes[0] {
            b'\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
}

/// How long a text is up to the next empty line.
fn paragraph(text: &str) -> usize {
    let mut length = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number > 0 && line.trim_start_matches([' ', '>', '\t']).trim_end().is_empty() {
            break;
        }
        length += line.len();
    }
    length
}

/// The length of the code at the start of a text, or of the backticks that start none.
fn code_span(text: &str) -> usize {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let mut at = ticks;
    while let Some(next) = text[at..].find('`') {
        let run = text[at + next..].len() - text[at + next..].trim_start_matches('`').len();
        at += next + run;
        if run == ticks {
            return at;
        }
    }
    ticks
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
