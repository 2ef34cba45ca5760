//! A rule's page in `rules/`: its metadata, its text, and examples that are also its tests.

use std::ops::Range;

use crate::{diagnostic::Level, markdown::front_matter, value::Value};

/// A rule's page, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Manual<'m> {
    /// The family of rules it belongs to.
    pub group: String,
    /// Its level unless configured; `None` is off.
    pub level: Option<Level>,
    /// What kind of fix it offers: `safe`, `unsafe`, or nothing.
    pub fix: Option<String>,
    /// The first paragraph.
    pub summary: String,
    /// The page without its front matter.
    pub text: &'m str,
}

impl<'m> Manual<'m> {
    /// Reads a page. What is missing is empty: `tests/tidy.rs` insists on it being there.
    pub fn read(page: &'m str) -> Self {
        let (front_matter, body) = front_matter::read(page);
        let field = |key: &str| front_matter.fields.get(key).and_then(Value::to_text);
        let text = page[body..].trim_start();
        let summary = text.split("\n\n").nth(1).unwrap_or("").replace('\n', " ");
        Self {
            group: field("group").unwrap_or_default(),
            level: field("level").and_then(|level| Level::parse(&level)),
            fix: field("fix"),
            summary: summary.trim().to_owned(),
            text,
        }
    }
}

/// One example: files, and what the rule says about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The line of the page on which it starts, 1-based.
    pub line: usize,
    /// The files of the site, as `(path, text)`.
    pub files: Vec<(String, String)>,
    /// What is printed; nothing for a good example.
    pub output: Option<Block>,
    /// The first file after the fix.
    pub fixed: Option<Block>,
}

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its text.
    pub text: String,
    /// Where the text is in the page, in bytes.
    pub range: Range<usize>,
}

/// The examples of a page: `bad` blocks with the `output` and `fixed` blocks behind them, and `good` blocks.
pub fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for (info, block) in fences(page) {
        let role = info.split_once(' ').map_or("", |(_, role)| role);
        match (role, examples.last_mut()) {
            ("bad" | "good", _) => examples.push(Example {
                line: page[..block.range.start].lines().count(),
                files: files(&block.text),
                output: None,
                fixed: None,
            }),
            ("output", Some(last)) => last.output = Some(block),
            ("fixed", Some(last)) => last.fixed = Some(block),
            _ => {}
        }
    }
    examples
}

/// Fenced blocks with their info strings. Only fences at the start of a line count, which is all that rule pages have.
fn fences(page: &str) -> Vec<(String, Block)> {
    let mut blocks: Vec<(String, Block)> = Vec::new();
    let mut open: Option<(String, String, usize)> = None;
    let mut at = 0;
    for line in page.split_inclusive('\n') {
        let next = at + line.len();
        let marks = line.len() - line.trim_start_matches('`').len();
        match &open {
            None if marks >= 3 => {
                open = Some(("`".repeat(marks), line[marks..].trim().to_owned(), next));
            }
            Some((fence, info, start)) if line.trim_end() == fence => {
                let block = Block { text: page[*start..at].to_owned(), range: *start..at };
                blocks.push((info.clone(), block));
                open = None;
            }
            _ => {}
        }
        at = next;
    }
    blocks
}

/// Splits a txtar archive (`-- path --` before each file); text without headers is one page.
pub fn files(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let header = line.trim_end().strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --"));
        match (header, files.last_mut()) {
            (Some(path), _) => files.push((path.to_owned(), String::new())),
            (None, Some(file)) => file.1.push_str(line),
            (None, None) => files.push(("content/page.md".to_owned(), line.to_owned())),
        }
    }
    files
}
