//! Our words for what Hugo's lexer stumbles over: what is wrong, and what to do.

use super::{Tag, TagKind, lex::Failure};

/// What is wrong with a malformed tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Culprit {
    /// Hugo's lexer says it best.
    Lexer(Failure),
    /// The right delimiter became part of an unquoted value.
    Swallowed,
    /// The tag ends with the wrong delimiter.
    WrongEnd,
    /// `{{< >}}`
    NoName,
}

/// The message and the help for `culprit`, which stands at `text` in `tag`.
pub(super) fn explain(culprit: Culprit, text: &str, tag: &Tag) -> (String, String) {
    let (left, right) = (tag.delimiter.left(), tag.delimiter.right());
    let (message, help) = match culprit {
        Culprit::NoName => {
            (format!("`{left} {right}` has no shortcode name"), format!("write a name after `{left}`"))
        }
        Culprit::Swallowed => (
            format!("`{right}` is read as part of the unquoted value"),
            format!("put a space before `{right}`, or quote the value"),
        ),
        Culprit::WrongEnd => {
            (format!("a tag that begins with `{left}` cannot end with `{text}`"), format!("write `{right}`"))
        }
        Culprit::Lexer(failure) => return explain_failure(failure, text, tag),
    };
    (message, help)
}

fn explain_failure(failure: Failure, text: &str, tag: &Tag) -> (String, String) {
    let (left, right) = (tag.delimiter.left(), tag.delimiter.right());
    match failure {
        Failure::OpenComment => (
            "this shortcode comment is not closed".into(),
            format!("close it with `*/{right}`, without spaces in between"),
        ),
        Failure::Nested => (
            "an inline shortcode cannot contain shortcodes".into(),
            "close the inline shortcode before this tag".into(),
        ),
        Failure::OpenTag => (
            format!("`{left}` is not closed"),
            format!("close the tag with `{right}`, or write `{left}/* … */{right}` to show it"),
        ),
        Failure::AfterClosingName => {
            (format!("`{text}` does not belong in a closing tag"), "leave only the name".into())
        }
        Failure::Unrecognized(c) => unrecognized(c, text, tag),
        Failure::Escape => ("a backtick cannot be escaped".into(), "remove the backslash".into()),
        Failure::Mixed => (
            format!("`{text}` mixes named and positional arguments"),
            "name all arguments or none, without spaces around `=`".into(),
        ),
        Failure::OpenString => (
            "this quoted argument does not end in its line".into(),
            "add the closing `\"`, or put a text of several lines between backticks".into(),
        ),
        Failure::OpenRawString => {
            ("this argument between backticks does not end".into(), "add the closing backtick".into())
        }
        Failure::Period => (
            format!("`{text}` is not a shortcode name: it contains a `.`"),
            "write the name without the file extension".into(),
        ),
        Failure::NothingOpen | Failure::NotOpened => {
            (format!("`{text}` is not quoted, so that `/` begins a closing tag"), quote(text))
        }
    }
}

fn unrecognized(c: char, text: &str, tag: &Tag) -> (String, String) {
    match c {
        _ if c.is_whitespace() => {
            (format!("{} does not separate arguments", space_name(c)), "write an ordinary space".into())
        }
        '\'' | '‘' | '’' | '“' | '”' | '„' | '«' | '»' | '＂' => {
            (format!("`{c}` does not quote an argument"), quote(text))
        }
        _ if tag.name.is_empty() => {
            let what = if tag.kind == TagKind::Close { "closing tag" } else { "shortcode" };
            (
                format!("the name of a {what} cannot begin with `{c}`"),
                "begin it with a letter, a digit or `_`".into(),
            )
        }
        '{' | '}' => (
            format!("`{c}` cannot stand in a shortcode's arguments unquoted"),
            "quote the argument; template code is not run in it".into(),
        ),
        _ => (format!("`{text}` must be quoted because of the `{c}`"), quote(text)),
    }
}

/// What people call a character that looks like a space.
fn space_name(c: char) -> String {
    let name = match c {
        '\u{3000}' => "a full-width space",
        '\u{a0}' | '\u{202f}' => "a no-break space",
        _ => "the character",
    };
    format!("{name} (U+{:04X})", u32::from(c))
}

/// `write "…"`, for a bare argument.
fn quote(text: &str) -> String {
    let bare = text.trim_matches(['\'', '"', '‘', '’', '“', '”', '„', '«', '»', '＂']);
    if bare.is_empty() || bare.contains(['"', '\n', '`']) {
        "put the argument between double quotes".into()
    } else {
        format!("write `\"{bare}\"`")
    }
}
