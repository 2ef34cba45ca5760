//! A file's text and positions in it: [`Source`], [`Span`], lines and columns.

use std::ops::Range;

/// A byte range in one [`Source`], on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from byte `start` to byte `end`. Files above 4 GiB are refused by `disk`, so offsets fit.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: offset(start), end: offset(end) }
    }

    /// The same bytes as a `usize` range, to slice with.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies within this span.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Number of bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

fn offset(byte: usize) -> u32 {
    u32::try_from(byte).expect("disk refuses files above 4 GiB")
}

/// One file: its path from the site's root, with `/`, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path from the site's root, `/`-separated on every platform.
    pub path: String,
    /// The text as it stands on disk (a BOM and CRLF included), invalid UTF-8 replaced by U+FFFD.
    pub text: String,
}

/// Where a byte is, for people: both 1-based, the column in Unicode code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: usize,
    /// 1-based column in Unicode code points.
    pub column: usize,
}

impl Source {
    /// A source from its path and text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// The bytes of `span`.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// Line and column of a byte. Linear in the text: meant for the few places that are reported.
    pub fn position(&self, byte: u32) -> Position {
        let before = &self.text[..byte as usize];
        let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |newline| newline + 1);
        let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
        let bom = usize::from(line_start == 0 && before.starts_with('\u{feff}'));
        Position { line, column: before[line_start..].chars().count() + 1 - bom }
    }

    /// 1-based line of a byte.
    pub fn line(&self, byte: u32) -> usize {
        self.position(byte).line
    }
}
