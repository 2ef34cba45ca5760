//! Which parts of Markdown a document is read with.

use pulldown_cmark::Options;

use crate::hugo::config::Goldmark;

/// Whether a text may hold definitions. To Goldmark a blank follows their colon, pulldown-cmark does without and would
/// take `:smile:` and the `:--|:--` of a table for definitions. Goldmark: `extension/definition_list.go`.
fn has_definitions(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b':', bytes).any(|at| {
        let starts_line = || {
            let before = bytes[..at].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'>'));
            before.is_none_or(|byte| *byte == b'\n')
        };
        matches!(bytes.get(at + 1), Some(b' ' | b'\t')) && starts_line()
    })
}

pub(super) fn options(goldmark: &Goldmark, text: &str) -> Options {
    let mut options = Options::empty();
    for (on, option) in [
        (goldmark.tables, Options::ENABLE_TABLES),
        (goldmark.footnotes, Options::ENABLE_FOOTNOTES),
        (goldmark.strikethrough, Options::ENABLE_STRIKETHROUGH),
        (goldmark.task_lists, Options::ENABLE_TASKLISTS),
        (goldmark.definition_lists && has_definitions(text), Options::ENABLE_DEFINITION_LIST),
    ] {
        options.set(option, on);
    }
    options
}
