//! Fences with tabs behind them, which end code to Goldmark but not to pulldown-cmark.

use std::borrow::Cow;

/// The text with blanks for such tabs; offsets stay. Goldmark: `parser/fcode_block.go`.
pub(super) fn without_tabs(text: Cow<'_, str>) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let mut tabs = Vec::new();
    let mut done = 0;
    for at in memchr::memchr_iter(b'\t', bytes) {
        if at < done {
            continue;
        }
        let before = bytes[..at].trim_ascii_end();
        let end =
            bytes[at..].iter().position(|byte| !is_blank(byte)).map_or(bytes.len(), |length| at + length);
        done = end;
        let ends_line = matches!(bytes.get(end), None | Some(b'\n' | b'\r'));
        let is_same_line = bytes[before.len()..at].iter().all(is_blank);
        if ends_line && is_same_line && (before.ends_with(b"```") || before.ends_with(b"~~~")) {
            tabs.push(at..end);
        }
    }
    if tabs.is_empty() {
        return text;
    }
    let mut text = text.into_owned();
    for range in tabs {
        let blanks = " ".repeat(range.len());
        text.replace_range(range, &blanks);
    }
    Cow::Owned(text)
}
