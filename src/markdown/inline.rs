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

/// Bare URLs as Goldmark's linkify extension finds them.
pub(super) fn bare_urls(text: &str) -> Vec<Bare> {
    static URL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:https?|ftp)://[-a-zA-Z0-9@:%._+~#=]{1,256}\.[a-z]+(?::\d+)?(?:[/#?][-a-zA-Z0-9@:%_+.~#$!?&/=();,']*)?|www\.[-a-zA-Z0-9@:%._+~#=]{1,256}\.[a-z]+(?:[/#?][-a-zA-Z0-9@:%_+.~#$!?&/=();,']*)?")
            .expect("the pattern is constant")
    });
    // Most texts are short and have no URL, and to prepare a search for a word takes longer than this search.
    let bytes = text.as_bytes();
    let is_sign = |at: usize| bytes[at..].starts_with(b"://") || bytes[at..].starts_with(b"www.");
    if !memchr::memchr2_iter(b':', b'w', bytes).any(is_sign) {
        return Vec::new();
    }
    URL.find_iter(text)
        .filter(|found| {
            let before = text[..found.start()].chars().next_back();
            before.is_none_or(|c| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(') || !c.is_ascii())
        })
        .map(|found| {
            let url = found.as_str();
            let mut end = url.trim_end_matches(['?', '!', '.', ',', ':', '*', '_', '~', '\'', ';']).len();
            while url[..end].ends_with(')')
                && url[..end].matches(')').count() > url[..end].matches('(').count()
            {
                end -= 1;
            }
            Bare { start: found.start(), end: found.start() + end }
        })
        .collect()
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

    /// The text that stands at `range` in a masked text, and the bare URLs in it, by places in what it says; `length`:
    /// how long that is.
    pub(super) fn text(&mut self, masked: &str, range: &Range<usize>, (bare, length): (Vec<Bare>, usize)) {
        let start = range.start - usize::from(masked[..range.start].ends_with('\\'));
        let end = self.cut.map_or(range.end, |cut| range.end.min(cut).max(start));
        let source = &masked[start..end];
        let has_places = bare.is_empty() || length == source.len();
        let bare = if has_places { bare } else { bare_urls(source) };
        let nested = !self.open.is_empty();
        if !self.take_turn() || source.is_empty() {
            return;
        }
        self.unknown |= has_filler(source);
        if nested {
            let source = bare.first().map_or(source, |url| &source[..url.start.min(source.len())]);
            match first_text_node(source, self.typographer) {
                "" => self.mark(source),
                first => self.plain.push_str(&named(first)),
            }
            return;
        }
        let mut done = 0;
        for url in bare.iter().filter(|url| url.end <= source.len()) {
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
