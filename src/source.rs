//! A file's text and positions in it: [`Source`], [`Span`], lines and columns.

use std::{ops::Range, sync::OnceLock};

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
#[derive(Debug, Clone)]
pub struct Source {
    /// Path from the site's root, `/`-separated on every platform.
    pub path: String,
    /// The text as it stands on disk (a BOM and CRLF included), invalid UTF-8 replaced by U+FFFD.
    pub text: String,
    lines: OnceLock<Lines>,
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.text == other.text
    }
}

impl Eq for Source {}

/// Where lines start, and how many characters come before every block of bytes: made when a place is first asked for,
/// as most files have none to report.
#[derive(Debug, Clone)]
struct Lines {
    starts: Vec<u32>,
    characters: Vec<u32>,
}

/// Bytes in a block of [`Lines::characters`].
const BLOCK: usize = 1024;

impl Lines {
    fn of(text: &str) -> Self {
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts = std::iter::once(0).chain(newlines.map(|newline| offset(newline + 1))).collect();
        let blocks = text.as_bytes().chunks(BLOCK).scan(0, |before, block| {
            let characters = *before;
            *before += characters_in(block);
            Some(offset(characters))
        });
        // One more, for what is behind the last byte.
        let characters =
            blocks.chain(text.len().is_multiple_of(BLOCK).then_some(offset(text.chars().count())));
        Self { starts, characters: characters.collect() }
    }
}

/// How many characters start in these bytes.
fn characters_in(bytes: &[u8]) -> usize {
    // So many as a byte can count: the processor then counts many at once.
    let in_part = |part: &[u8]| part.iter().map(|byte| u8::from(byte & 0xC0 != 0x80)).sum::<u8>();
    bytes.chunks(usize::from(u8::MAX)).map(|part| usize::from(in_part(part))).sum()
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
        Self { path: path.into(), text: text.into(), lines: OnceLock::new() }
    }

    /// The bytes of `span`.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// Line and column of a byte.
    pub fn position(&self, byte: u32) -> Position {
        let lines = self.lines();
        let line = lines.starts.partition_point(|&start| start <= byte);
        let before = |byte: u32| {
            let (byte, block) = (byte as usize, byte as usize / BLOCK);
            lines.characters[block] as usize + characters_in(&self.text.as_bytes()[block * BLOCK..byte])
        };
        let bom = usize::from(line == 1 && byte > 0 && self.text.starts_with('\u{feff}'));
        Position { line, column: before(byte) - before(lines.starts[line - 1]) + 1 - bom }
    }

    /// The bytes of a 1-based line, its line end included.
    pub fn line_range(&self, line: usize) -> Option<Range<usize>> {
        let starts = &self.lines().starts;
        let start = *starts.get(line.checked_sub(1)?)? as usize;
        Some(start..starts.get(line).map_or(self.text.len(), |&next| next as usize))
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(&self.text))
    }

    /// 1-based line of a byte.
    pub fn line(&self, byte: u32) -> usize {
        self.position(byte).line
    }
}
