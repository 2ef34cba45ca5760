//! Hugo's own shortcode lexer, state for state: text to items, up to the first error.
//!
//! A port of the behaviour of `parser/pageparser/pagelexer_shortcode.go`, quirks included, so that positions and
//! messages are Hugo's. [`scan()`](super::scan()) resumes it behind an error; [`verdict()`](super::verdict()) does not.

use std::sync::LazyLock;

use memchr::memmem;
use regex::Regex;
use rustc_hash::FxHashSet;

use super::{Delimiter, Quoting};
use crate::{hugo::version::Version, source::Span};

/// What Hugo's lexer hands to its parser. Text is left out: nothing depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ItemKind {
    /// `{{<` or `{{%`
    Left(Delimiter),
    /// `>}}` or `%}}`
    Right(Delimiter),
    /// `/`
    Close,
    /// A shortcode's name.
    Name { inline: bool },
    /// A positional argument, or the key of a named one.
    Param(Quoting),
    /// The value of a named argument.
    Value(Quoting),
    /// `{{</* … */>}}`; the span is the whole.
    Comment,
    /// The text ends outside any tag.
    End,
    /// Lexing stopped here: why, and in Hugo's words.
    Error(Failure, String),
}

/// Why Hugo's lexer stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// `{{</*` without `*/>}}`.
    OpenComment,
    /// A shortcode within an inline shortcode.
    Nested,
    /// The text ends within a tag.
    OpenTag,
    /// Something but blanks behind a closing tag's name.
    AfterClosingName,
    /// A character that starts nothing.
    Unrecognized(char),
    /// `` \` ``
    Escape,
    /// Named and positional arguments in one call.
    Mixed,
    /// A quoted string that does not end in its line.
    OpenString,
    /// A raw string that does not end.
    OpenRawString,
    /// A `.` in a name.
    Period,
    /// A `/` before any shortcode was opened.
    NothingOpen,
    /// A closing name that was never opened.
    NotOpened,
}

/// One item; `span` is what Hugo takes as its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) kind: ItemKind,
    pub(super) span: Span,
    /// A quoted value with `\"` in it, from which Hugo then removes every backslash.
    pub(super) escaped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Main,
    Inside,
    EndOfTag,
    Stopped,
}

/// The lexer. [`Lexer::item`] gives one item after the other; behind an error or the end, the same again.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    version: Version,
    /// Where reading goes on, and where the current item starts.
    position: usize,
    start: usize,
    state: State,
    delimiter: Delimiter,
    inline: bool,
    /// The last name read; never forgotten, as in Hugo.
    last_name: &'a str,
    /// A `/` was read and its name is due.
    closing: bool,
    /// Whether this tag has its name.
    named: bool,
    parameters: Parameters,
    opened: FxHashSet<&'a str>,
    /// Whether closing tags of names that were never opened are let through.
    lenient: bool,
    /// The end of a word last looked for, and from where: resuming must not look for it again.
    word: (usize, usize),
    /// From where on no comment of either kind is closed.
    comments_end: [usize; 2],
    /// Whether the current tag has shown a name, even if a `/` came since.
    tag_named: bool,
}

/// What the arguments of the current tag are, as far as the lexer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parameters {
    None,
    Positional,
    Named,
}

static PRINTABLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\p{L}\p{M}\p{N}\p{P}\p{S}]$").expect("a valid pattern"));
static LETTER_OR_DIGIT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\p{L}\p{Nd}]$").expect("a valid pattern"));

/// Go's `unicode.IsLetter || unicode.IsDigit || '_'`, which is narrower than Rust's `is_alphanumeric`
/// (no `Ⅲ`, no `〇`, no combining vowels).
pub(super) fn is_alphanumeric(c: char) -> bool {
    c == '_'
        || c.is_ascii_alphanumeric()
        || (!c.is_ascii() && {
            let mut buffer = [0; 4];
            c.is_alphanumeric() && LETTER_OR_DIGIT.is_match(c.encode_utf8(&mut buffer))
        })
}

/// Go's `unicode.IsPrint`, for its verb `%#U`.
fn is_printable(c: char) -> bool {
    c == ' ' || c.is_ascii_graphic() || PRINTABLE.is_match(c.encode_utf8(&mut [0; 4]))
}

fn is_alphanumeric_or_hyphen(c: char) -> bool {
    c == '-' || is_alphanumeric(c)
}

/// Go's ASCII white space, which includes the vertical tab.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// The first `{{<` or `{{%` in `text` at or behind `from`.
pub(super) fn find_left(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'{', bytes.get(from..)?)
        .map(|found| from + found)
        .find(|&at| matches!(bytes.get(at..at + 3), Some(b"{{<" | b"{{%")))
}

impl<'a> Lexer<'a> {
    /// A lexer for the bytes `body` of `text`, which must not contain the front matter.
    pub(super) fn new(text: &'a str, body: Span, version: Version) -> Self {
        Self {
            text: &text[..body.range().end],
            version,
            position: body.range().start,
            start: body.range().start,
            state: State::Main,
            delimiter: Delimiter::Html,
            inline: false,
            last_name: "",
            closing: false,
            named: false,
            parameters: Parameters::None,
            opened: FxHashSet::default(),
            lenient: false,
            word: (0, 0),
            comments_end: [usize::MAX; 2],
            tag_named: false,
        }
    }

    /// A lexer that lets closing tags through whose name was never opened: pairing says it better.
    pub(super) fn lenient(text: &'a str, body: Span, version: Version) -> Self {
        Self { lenient: true, ..Self::new(text, body, version) }
    }

    /// Forgets the error and the tag it was in, and goes on with the text at `position`.
    pub(super) fn resume(&mut self, position: usize) {
        self.position = position;
        self.start = position;
        self.state = State::Main;
        self.closing = false;
        self.inline = false;
    }

    /// The next item. Behind an error or the end there is only [`ItemKind::End`].
    pub(super) fn item(&mut self) -> Item {
        loop {
            let item = match self.state {
                State::Main => Some(self.main()),
                State::Inside => self.inside(),
                State::EndOfTag => self.end_of_tag(),
                State::Stopped => Some(self.emit(ItemKind::End)),
            };
            if let Some(item) = item {
                return item;
            }
        }
    }

    /// Whether this is a closing tag that needs no opener.
    fn excused(&self) -> bool {
        self.lenient && !self.tag_named
    }

    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.position += next.len_utf8();
        Some(next)
    }

    fn skip_while(&mut self, accept: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.position += rest.find(|c| !accept(c)).unwrap_or(rest.len());
    }

    fn current(&self) -> &'a str {
        &self.text[self.start..self.position]
    }

    fn ignore(&mut self) {
        self.start = self.position;
    }

    fn emit(&mut self, kind: ItemKind) -> Item {
        let span = Span::new(self.start, self.position);
        self.ignore();
        Item { kind, span, escaped: false }
    }

    fn error(&mut self, failure: Failure, message: impl Into<String>) -> Item {
        self.state = State::Stopped;
        self.emit(ItemKind::Error(failure, message.into()))
    }

    /// 0.163.3 made white space the same everywhere: ASCII.
    fn ascii_space_everywhere(&self) -> bool {
        self.version >= Version { major: 0, minor: 163, patch: 3 }
    }

    fn is_word_break(&self, c: char) -> bool {
        if self.ascii_space_everywhere() { is_space(c) } else { c.is_whitespace() }
    }

    fn is_space_in_tag(&self, c: char) -> bool {
        if self.ascii_space_everywhere() { is_space(c) } else { matches!(c, ' ' | '\t' | '\r' | '\n') }
    }

    fn is_space_after_closing_name(&self, c: char) -> bool {
        if self.ascii_space_everywhere() { is_space(c) } else { matches!(c, ' ' | '\t') }
    }

    fn main(&mut self) -> Item {
        let Some(left) = find_left(self.text, self.position) else {
            self.position = self.text.len();
            self.ignore();
            self.state = State::Stopped;
            return self.emit(ItemKind::End);
        };
        self.position = left;
        self.ignore();
        let after = &self.text[left + 3..];
        if self.inline && !self.closes_inline(after) {
            return self.error(Failure::Nested, "inline shortcodes do not support nesting");
        }
        self.delimiter = if self.rest().starts_with("{{%") { Delimiter::Markdown } else { Delimiter::Html };
        if after.starts_with("/*") {
            return self.comment(after);
        }
        self.position += 3;
        self.named = false;
        self.tag_named = false;
        self.parameters = Parameters::None;
        self.state = State::Inside;
        self.emit(ItemKind::Left(self.delimiter))
    }

    /// Inside an inline shortcode only its own closing tag may follow.
    fn closes_inline(&self, after: &str) -> bool {
        let name = after.trim_start_matches(is_space).strip_prefix('/').map(str::trim);
        name.and_then(|rest| rest.strip_prefix(self.last_name)).is_some_and(|rest| rest.starts_with(' '))
    }

    fn comment(&mut self, after: &str) -> Item {
        let (end, kind) = match self.delimiter {
            Delimiter::Html => ("*/>}}", 0),
            Delimiter::Markdown => ("*/%}}", 1),
        };
        let may_end = self.position < self.comments_end[kind];
        let found = if may_end { memmem::find(after.as_bytes(), end.as_bytes()) } else { None };
        if found.is_none() {
            self.comments_end[kind] = self.comments_end[kind].min(self.position);
        }
        match found {
            Some(found) if found > 1 => {
                self.position += 3 + found + end.len();
                self.emit(ItemKind::Comment)
            }
            _ => {
                self.position += 3;
                self.error(Failure::OpenComment, "comment must be closed")
            }
        }
    }

    fn right(&mut self) -> Item {
        self.closing = false;
        self.position += 3;
        self.state = State::Main;
        self.emit(ItemKind::Right(self.delimiter))
    }

    fn inside(&mut self) -> Option<Item> {
        if self.rest().starts_with(self.delimiter.right()) {
            return Some(self.right());
        }
        match self.next() {
            None => return Some(self.error(Failure::OpenTag, "unclosed shortcode action")),
            Some(c) if self.is_space_in_tag(c) => self.ignore(),
            Some('=') => {
                self.skip_while_word_break();
                self.ignore();
                return Some(match self.peek() {
                    Some('"') => self.quoted(true, ItemKind::Value(Quoting::Quoted)),
                    Some('\\') => self.quoted(false, ItemKind::Value(Quoting::Quoted)),
                    Some('`') => self.raw(ItemKind::Value(Quoting::Raw)),
                    _ => self.bare_value(),
                });
            }
            Some('/') => {
                if self.last_name.is_empty() && !self.excused() {
                    return Some(self.error(Failure::NothingOpen, NOTHING_OPEN));
                }
                self.closing = true;
                self.inline = false;
                self.named = false;
                return Some(self.emit(ItemKind::Close));
            }
            Some('\\') => {
                self.ignore();
                match self.peek() {
                    Some('"') => return Some(self.quoted_positional(false)),
                    Some('`') => return Some(self.error(Failure::Escape, "unrecognized escape character")),
                    _ => {}
                }
            }
            Some('"') if self.named => {
                self.position -= 1;
                return Some(self.quoted_positional(true));
            }
            Some('`') if self.named => {
                self.position -= 1;
                return Some(self.raw_positional());
            }
            Some(c) if self.named && is_alphanumeric_or_hyphen(c) => return Some(self.bare()),
            Some(c) if is_alphanumeric(c) => return Some(self.name()),
            Some(c) => return Some(self.unrecognized(c)),
        }
        None
    }

    fn unrecognized(&mut self, c: char) -> Item {
        let number = u32::from(c);
        let shown = if is_printable(c) { format!(" '{c}'") } else { String::new() };
        let message = format!(
            "unrecognized character in shortcode action: U+{number:04X}{shown}. \
             Note: Parameters with non-alphanumeric args must be quoted"
        );
        self.error(Failure::Unrecognized(c), message)
    }

    fn skip_while_word_break(&mut self) {
        let ascii = self.ascii_space_everywhere();
        self.skip_while(|c| if ascii { is_space(c) } else { c.is_whitespace() });
    }

    fn bare_value(&mut self) -> Item {
        if !(self.word.0..self.word.1).contains(&self.position) {
            let rest = self.rest();
            let end = rest.find(|c| self.is_word_break(c)).unwrap_or(rest.len());
            self.word = (self.position, self.position + end);
        }
        self.position = self.word.1;
        self.emit(ItemKind::Value(Quoting::Bare))
    }

    /// A positional value or the key of a named one; its first character has been read.
    fn bare(&mut self) -> Item {
        self.skip_while(|c| is_alphanumeric_or_hyphen(c) || c == '.');
        let is_key = self.peek() == Some('=');
        let word = self.current();
        match (self.parameters, is_key) {
            (Parameters::Positional, true) => {
                return self.error(Failure::Mixed, format!("got named parameter '{word}'. {MIXED}"));
            }
            (Parameters::Named, false) => {
                return self.error(Failure::Mixed, format!("got positional parameter '{word}'. {MIXED}"));
            }
            (Parameters::None, true) => self.parameters = Parameters::Named,
            (Parameters::None, false) => self.parameters = Parameters::Positional,
            _ => {}
        }
        self.emit(ItemKind::Param(Quoting::Bare))
    }

    fn quoted_positional(&mut self, escapes: bool) -> Item {
        if self.parameters == Parameters::Named {
            return self.error(Failure::Mixed, format!("got quoted positional parameter. {MIXED}"));
        }
        self.parameters = Parameters::Positional;
        self.quoted(escapes, ItemKind::Param(Quoting::Quoted))
    }

    fn raw_positional(&mut self) -> Item {
        if self.parameters == Parameters::Named {
            return self.error(Failure::Mixed, format!("got quoted positional parameter. {MIXED}"));
        }
        self.parameters = Parameters::Positional;
        self.raw(ItemKind::Param(Quoting::Raw))
    }

    fn raw(&mut self, kind: ItemKind) -> Item {
        self.position += 1;
        self.ignore();
        let Some(length) = self.rest().find('`') else {
            self.position = self.text.len();
            let message =
                format!("unterminated raw string in shortcode parameter-argument: '{}'", self.current());
            return self.error(Failure::OpenRawString, message);
        };
        self.position += length;
        let item = self.emit(kind);
        self.position += 1;
        self.ignore();
        item
    }

    /// A `"…"`, in which `\"` is a quote; or, without `escapes`, a `\"…\"`.
    fn quoted(&mut self, escapes: bool, kind: ItemKind) -> Item {
        let (mut open, mut escaped, mut escape) = (false, false, false);
        loop {
            match self.next() {
                Some('\\') => match self.peek() {
                    Some('"') if open && !escapes => {
                        self.position -= 1;
                        break;
                    }
                    Some('"') if open => (escaped, escape) = (true, true),
                    Some('`') => return self.error(Failure::Escape, "unrecognized escape character"),
                    _ => {}
                },
                None | Some('\n') => {
                    let message = format!(
                        "unterminated quoted string in shortcode parameter-argument: '{}'",
                        self.current()
                    );
                    return self.error(Failure::OpenString, message);
                }
                Some('"') if escape => escape = false,
                Some('"') if open => {
                    self.position -= 1;
                    break;
                }
                Some('"') => {
                    open = true;
                    self.ignore();
                }
                Some(_) => {}
            }
        }
        let item = Item { escaped, ..self.emit(kind) };
        self.position += if self.rest().starts_with('"') { 1 } else { 2 };
        self.ignore();
        item
    }

    fn name(&mut self) -> Item {
        loop {
            self.skip_while(|c| is_alphanumeric_or_hyphen(c) || c == '/');
            if self.peek() != Some('.') {
                break;
            }
            self.position += 1;
            self.inline = self.rest().starts_with("inline ");
            if !self.inline {
                return self
                    .error(Failure::Period, "period in shortcode name only allowed for inline identifiers");
            }
        }
        let name = self.current();
        if self.closing && !self.opened.contains(name) && !self.excused() {
            return self.error(Failure::NotOpened, not_opened(name));
        }
        self.state = if self.closing { State::EndOfTag } else { State::Inside };
        self.closing = false;
        self.last_name = name;
        self.opened.insert(name);
        self.named = true;
        self.tag_named = true;
        self.emit(ItemKind::Name { inline: self.inline })
    }

    fn end_of_tag(&mut self) -> Option<Item> {
        self.inline = false;
        if self.rest().starts_with(self.delimiter.right()) {
            return Some(self.right());
        }
        match self.next() {
            Some(c) if self.is_space_after_closing_name(c) => {
                self.ignore();
                None
            }
            _ => Some(self.error(Failure::AfterClosingName, "unclosed shortcode")),
        }
    }
}

/// Hugo's words for a closing tag before any shortcode.
pub(super) const NOTHING_OPEN: &str = "got closing shortcode, but none is open";

/// Hugo's words for a closing tag of a name that was never opened.
pub(super) fn not_opened(name: &str) -> String {
    format!("closing tag for shortcode '{name}' does not match start tag")
}

const MIXED: &str = "Cannot mix named and positional parameters";
