//! Lines of attributes (`{#id .class}`) that belong to the block above them. They are no text, so they are taken out
//! before Markdown is read. Hugo: `markup/goldmark/internal/extensions/attributes/attributes.go`.

use std::{borrow::Cow, ops::Range};

use crate::hugo::anchors::trailing_attributes;

/// A line of attributes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AttributeLine {
    /// The id, if it gives one to the block above, and where.
    pub(super) id: Option<(String, usize)>,
    /// The line, without its end.
    range: Range<usize>,
}

/// The lines of attributes in a document.
pub(super) fn lines(text: &str) -> Vec<AttributeLine> {
    let mut found = Vec::new();
    if !has_line_with_brace(text) {
        return found;
    }
    let mut fence: Option<&str> = None;
    let mut above = "";
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let inside = line.trim();
        let marks = &inside[..inside.len() - inside.trim_start_matches(['`', '~']).len()];
        let is_fence = marks.len() >= 3;
        match fence {
            Some(open) if is_fence && marks.starts_with(open) && marks == inside => fence = None,
            None if is_fence => fence = Some(marks),
            None if inside.starts_with('{') && !line.starts_with("    ") => {
                if let Some(attributes) = trailing_attributes(inside).filter(|own| own.start == 0) {
                    let indent = line.len() - line.trim_start().len();
                    // A heading has an id already, and code has its attributes on its first line.
                    let takes_it = !above.is_empty() && !above.starts_with(['#', '`', '~']);
                    let id = attributes.id.map(|(id, at)| (id, start + indent + at)).filter(|_| takes_it);
                    found.push(AttributeLine { id, range: start..start + line.trim_end().len() });
                }
            }
            _ => {}
        }
        above = inside;
        start += line.len();
    }
    found
}

/// Whether a line begins with a brace, which most documents have not: quicker than to look at every line.
fn has_line_with_brace(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'{', rest.as_bytes()) {
        let line = memchr::memrchr(b'\n', &rest.as_bytes()[..at]).map_or(0, |newline| newline + 1);
        if rest[line..at].trim_start().is_empty() {
            return true;
        }
        let Some(next) = memchr::memchr(b'\n', &rest.as_bytes()[at..]) else { return false };
        rest = &rest[at + next + 1..];
    }
    false
}

/// A document without its lines of attributes; offsets stay.
pub(super) fn without<'t>(text: &'t str, lines: &[AttributeLine]) -> Cow<'t, str> {
    let mut text = Cow::Borrowed(text);
    for line in lines {
        let blank = " ".repeat(line.range.len());
        text.to_mut().replace_range(line.range.clone(), &blank);
    }
    text
}
