//! The words of a heading by Hugo's first-child rule, and bare URLs.

use std::{
    borrow::Cow,
    sync::{Arc, LazyLock},
};

use regex::Regex;

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

/// A text of a heading with its numeric character references as they are written: ids are made before they are
/// resolved, so that `&#x41;` is `x41`. And with its escaped hyphens, of which the typographer makes no dash, set apart
/// by a character that ids do not have; `is_escaped`: the first character is.
pub(super) fn as_written<'t>(text: &'t str, source: &str, is_escaped: bool) -> Cow<'t, str> {
    const JOINER: char = '\u{2060}';
    if source.contains("\\-") {
        return source.replace("\\-", &format!("{JOINER}-{JOINER}")).into();
    }
    if let Some(rest) = text.strip_prefix('-').filter(|_| is_escaped) {
        return format!("-{JOINER}{rest}").into();
    }
    static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new("&#(?:[xX][0-9a-fA-F]{1,6}|[0-9]{1,7});").expect("the pattern is constant")
    });
    if !source.contains("&#") {
        return text.into();
    }
    let mut written = String::new();
    let (mut rest, mut done) = (text, 0);
    for found in REFERENCE.find_iter(source) {
        let before = &source[done..found.start()];
        // Escapes and named references would be longer in the source than in the text.
        let Some(behind) = rest.strip_prefix(before) else { return text.into() };
        written.push_str(before);
        written.push_str(found.as_str());
        rest = behind.get(behind.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
        done = found.end();
    }
    written.push_str(rest);
    written.into()
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

    pub(super) fn text(&mut self, text: &str, bare: &[Bare]) {
        let nested = !self.open.is_empty();
        if !self.take_turn() || text.is_empty() {
            return;
        }
        self.unknown |= has_filler(text);
        if nested {
            let text = bare.first().map_or(text, |url| &text[..url.start.min(text.len())]);
            match first_text_node(text, self.typographer) {
                "" => self.mark(text),
                first => self.plain.push_str(first),
            }
            return;
        }
        let mut done = 0;
        for url in bare.iter().filter(|url| url.end <= text.len()) {
            self.words(&text[done..url.start]);
            done = url.end;
        }
        self.words(&text[done..]);
    }

    /// The typographer's mark that a text starts with, if it does: ids have none, but it is no blank at their end.
    fn mark(&mut self, text: &str) {
        const MARKS: [&str; 6] = ["--", "...", "<<", ">>", "'", "\""];
        let own =
            self.typography.as_ref().and_then(|all| all.iter().find(|(mark, _)| text.starts_with(mark)));
        match own {
            Some((_, word)) => self.plain.push_str(word),
            None if self.typographer && MARKS.iter().any(|mark| text.starts_with(mark)) => {
                self.plain.push('–')
            }
            None => {}
        }
    }

    /// Text, of which the typographer makes `--` and `---` dashes, which ids do not have. Goldmark:
    /// `extension/typographer.go`.
    fn words(&mut self, text: &str) {
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
            self.plain.push_str(text);
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
