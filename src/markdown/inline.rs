//! The words of a heading by Hugo's first-child rule, and bare URLs.

use std::{
    borrow::Cow,
    ops::Range,
    sync::{Arc, LazyLock},
};

use pulldown_cmark::{CowStr, Event, Parser};
use regex::{Captures, Regex};

use super::mask::has_filler;
use crate::hugo::{anchors::first_text_node, config::Goldmark};

/// A bare URL in a text, by byte offsets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bare {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Bare URLs in the source of a text, as Goldmark's linkify extension finds them: at the start of the text, which stands
/// behind something else, and where white space or one of a few signs is before them. Quotes are inlines of their own for
/// the typographer. Goldmark: `extension/linkify.go`.
pub(super) fn bare_urls(source: &str, goldmark: &Goldmark) -> Vec<Bare> {
    static URL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?:https?|ftp)://[-a-zA-Z0-9@:%._+~#=]{1,256}\.[a-z]+(?::[0-9]+)?",
            r#"(?:[/#?][-a-zA-Z0-9@:%_+.~#$!?&/=();,'">^{}\[\]`]*)?"#,
            r"|www\.[-a-zA-Z0-9@:%._+~#=]{1,256}\.[a-z]+",
            r#"(?:[/#?][-a-zA-Z0-9@:%_+.~#!?&/=();,'">^{}\[\]`]*)?"#,
        ))
        .expect("the pattern is constant")
    });
    // Most texts are short and have no URL, and to prepare a search for a word takes longer than this search.
    let bytes = source.as_bytes();
    let is_sign = |at: usize| bytes[at..].starts_with(b"://") || bytes[at..].starts_with(b"www.");
    if !memchr::memchr2_iter(b':', b'w', bytes).any(is_sign) {
        return Vec::new();
    }
    let may_start = |at: usize| match bytes[..at] {
        [] => true,
        [.., b'\\', b'*' | b'_' | b'~' | b'('] => false,
        [.., before] => {
            before.is_ascii_whitespace()
                || matches!(before, b'*' | b'_' | b'~' | b'(')
                || goldmark.typographer && matches!(before, b'"' | b'\'')
        }
    };
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(own) = URL.find_at(source, from) {
        if may_start(own.start()) {
            let end = own.start() + url_length(own.as_str(), goldmark.linkify_trims_first);
            found.push(Bare { start: own.start(), end });
            from = end.max(own.start() + 1);
        } else {
            from = own.start() + 1;
        }
    }
    found
}

/// How much of what looks like a URL is one: signs at the end belong to the sentence, and before goldmark 1.8.6 brackets
/// and references are only looked at where no such sign is behind them.
fn url_length(url: &str, signs_first: bool) -> usize {
    let signs: &[_] = &['?', '!', '.', ',', ':', '*', '_', '~'];
    let url = if signs_first { url.trim_end_matches(signs) } else { url };
    let bytes = url.as_bytes();
    let length = match bytes.last() {
        Some(b')') => {
            let count = |sign: u8| memchr::memchr_iter(sign, bytes).count();
            url.len() - count(b')').saturating_sub(count(b'('))
        }
        Some(b';') => {
            let name = url[..url.len() - 1].trim_end_matches(|c: char| c.is_ascii_alphanumeric());
            let is_reference = name.ends_with('&') && name.len() < url.len() - 1;
            if is_reference { name.len() - 1 } else { url.len() }
        }
        _ => url.len(),
    };
    if signs_first { length } else { url[..length].trim_end_matches(signs).len() }
}

/// Which brackets of a block are open: within what may become the text of a link, there are no bare URLs.
/// Goldmark: `parser/link.go`, `IsInLinkLabel`.
#[derive(Debug, Default)]
pub(super) struct Brackets {
    /// Where the block starts.
    block: usize,
    /// Up to where it is read.
    read: usize,
    open: usize,
}

impl Brackets {
    /// Whether one is open at a place of the text, which is behind all that were asked for in the block that starts there.
    pub(super) fn is_open(&mut self, text: &str, block: usize, at: usize) -> bool {
        if self.block != block || self.read < block || at < self.read {
            *self = Self { block, read: block, open: 0 };
        }
        let mut rest = &text.as_bytes()[self.read..at];
        while let Some(place) = rest.iter().position(|byte| matches!(byte, b'\\' | b'`' | b'[' | b']')) {
            let sign = rest[place];
            rest = &rest[place + 1..];
            match sign {
                b'\\' => rest = rest.get(1..).unwrap_or_default(),
                b'[' => self.open += 1,
                b']' => self.open = self.open.saturating_sub(1),
                _ => {
                    let more = rest.iter().take_while(|byte| **byte == b'`').count();
                    rest = &rest[more..];
                    rest = &rest[code_end(rest, more + 1).unwrap_or(0)..];
                }
            }
        }
        self.read = at;
        self.open > 0
    }
}

/// Where code ends that so many backticks have opened; `None`: it does not.
pub(super) fn code_end(text: &[u8], ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'`', &text[at..]) {
        let run = text[at + next..].iter().take_while(|byte| **byte == b'`').count();
        at += next + run;
        if run == ticks {
            return Some(at);
        }
    }
    None
}

/// A part of a heading's source as its id sees it: named character references are resolved, also in code, and numeric
/// ones are not, so that `&#x41;` is `x41`. Escapes keep their backslashes, which ids do not have.
fn named(source: &str) -> Cow<'_, str> {
    static REFERENCE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("&[a-zA-Z][a-zA-Z0-9]*;").expect("the pattern is constant"));
    if !source.contains('&') {
        return source.into();
    }
    REFERENCE.replace_all(source, |found: &Captures<'_>| {
        let texts = Parser::new(&found[0]).filter_map(|event| match event {
            Event::Text(text) => Some(text),
            _ => None,
        });
        texts.map(CowStr::into_string).collect::<String>()
    })
}

/// Collects what an automatic heading id is made from: text directly in the heading, and of each nested element only
/// the first child. Hugo: `markup/goldmark/internal/render/context.go`, `TextPlain`.
#[derive(Debug)]
pub(super) struct HeadingText {
    plain: String,
    /// One entry per open inline element: whether its first child is over.
    open: Vec<bool>,
    unknown: bool,
    cut: Option<usize>,
    typographer: bool,
    typography: Option<Arc<[(&'static str, String); 3]>>,
}

impl HeadingText {
    pub(super) fn new(cut: Option<usize>, goldmark: &Goldmark) -> Self {
        Self {
            plain: String::new(),
            open: Vec::new(),
            unknown: false,
            cut,
            typographer: goldmark.typographer,
            typography: goldmark.typography.clone(),
        }
    }

    /// Where the attributes start in the masked text.
    pub(super) fn cut(&self) -> Option<usize> {
        self.cut
    }

    /// Whether the next child counts; from then on the innermost element's first child is over.
    fn take_turn(&mut self) -> bool {
        let blocked = self.open.contains(&true);
        if let Some(over) = self.open.last_mut() {
            *over = true;
        }
        !blocked
    }

    pub(super) fn open(&mut self) {
        let counts = self.take_turn();
        self.open.push(!counts);
        // The element itself now decides; its parent must not block its first child.
        if counts {
            let depth = self.open.len();
            if depth >= 2 {
                self.open[depth - 2] = false;
            }
        }
    }

    /// An autolink: it contributes nothing.
    pub(super) fn open_hidden(&mut self) {
        self.take_turn();
        self.open.push(true);
    }

    pub(super) fn close(&mut self) {
        self.open.pop();
        if let Some(over) = self.open.last_mut() {
            *over = true;
        }
    }

    /// The text that stands at `range` in a masked text, and the bare URLs in it, by their places in its source.
    pub(super) fn text(&mut self, masked: &str, range: &Range<usize>, bare: &[Bare]) {
        let before = usize::from(masked[..range.start].ends_with('\\'));
        let start = range.start - before;
        let end = self.cut.map_or(range.end, |cut| range.end.min(cut).max(start));
        let source = &masked[start..end];
        let bare = || bare.iter().map(|url| url.start + before..url.end + before);
        let nested = !self.open.is_empty();
        if !self.take_turn() || source.is_empty() {
            return;
        }
        self.unknown |= has_filler(source);
        if nested {
            let source = bare().next().map_or(source, |url| &source[..url.start.min(source.len())]);
            match first_text_node(source, self.typographer) {
                "" => self.mark(source),
                first => self.plain.push_str(&named(first)),
            }
            return;
        }
        let mut done = 0;
        for url in bare().filter(|url| url.end <= source.len()) {
            self.words(&source[done..url.start]);
            done = url.end;
        }
        self.words(&source[done..]);
    }

    /// The typographer's mark or the delimiter that a text starts with: ids have none, but it is no blank at their end.
    fn mark(&mut self, text: &str) {
        const MARKS: [&str; 6] = ["--", "...", "<<", ">>", "'", "\""];
        let own =
            self.typography.as_ref().and_then(|all| all.iter().find(|(mark, _)| text.starts_with(mark)));
        match own {
            Some((_, word)) => self.plain.push_str(word),
            None if self.typographer && MARKS.iter().any(|mark| text.starts_with(mark)) => {
                self.plain.push('–')
            }
            None => self.plain.extend(text.chars().next()),
        }
    }

    /// Text, of which the typographer makes `--` and `---` dashes, which ids do not have. Goldmark:
    /// `extension/typographer.go`.
    fn words(&mut self, source: &str) {
        // No dash begins with an escaped hyphen.
        let source = if source.contains("\\-") {
            source.replace("\\-", "\\-\u{2060}").into()
        } else {
            Cow::from(source)
        };
        let text = &*named(&source);
        if let Some(typography) = self.typography.as_ref().filter(|_| self.typographer) {
            let mut rest = text;
            while let Some(c) = rest.chars().next() {
                let found = typography.iter().find(|(mark, _)| rest.starts_with(mark));
                match found {
                    Some((_, word)) => self.plain.push_str(word),
                    None => self.plain.push(c),
                }
                rest = &rest[found.map_or(c.len_utf8(), |(mark, _)| mark.len())..];
            }
        } else if self.typographer && text.contains("--") {
            self.plain.push_str(&text.replace("---", "—").replace("--", "–"));
        } else {
            self.plain.push_str(text);
        }
    }

    pub(super) fn code(&mut self, text: &str) {
        if self.take_turn() {
            self.unknown |= has_filler(text);
            self.plain.push_str(&named(text));
        }
    }

    /// An element without words.
    pub(super) fn other(&mut self) {
        self.take_turn();
    }

    pub(super) fn line_break(&mut self) {
        if self.take_turn() {
            self.plain.push('\n');
        }
    }

    /// The text, or `None` where shortcodes print part of it.
    pub(super) fn finish(self) -> Option<String> {
        let last_line = self.plain.rsplit('\n').next().unwrap_or("").trim();
        let closed = if self.cut.is_some() { last_line.trim_end_matches('#').trim_end() } else { last_line };
        (!self.unknown).then(|| closed.to_owned())
    }
}
