//! Where in the HTML (or Markdown) that a template prints an action stands.

use super::value::{Condition, Origin, Value};
use crate::source::Span;

/// A piece of an attribute or destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    Value(Value),
}

/// Something printed at a place that matters.
#[derive(Debug, Clone)]
pub(super) struct Sink {
    pub(super) place: Place,
    pub(super) parts: Vec<Part>,
    /// From the first to the last literal byte of the parts; only in the template itself, not in partials.
    pub(super) span: Option<Span>,
    /// What must hold for it to be printed.
    pub(super) conditions: Vec<Condition>,
}

/// Where something is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In the value of this attribute of this element; both in lower case.
    Attribute(String, String),
    /// Inside the tag of this element, as an attribute of unknown name.
    Tag(String),
    /// Between tags.
    Text,
    /// As the destination of a Markdown link, or image.
    Destination { image: bool },
    /// Inside `<script>`, `<style>`, `<title>`, `<textarea>` or an HTML comment.
    Hidden,
    /// Not printed: a heading starts here.
    Heading,
    /// The text of a Markdown heading (`## …`), with its attributes.
    MarkdownHeading,
}

impl Part {
    pub(super) fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Literal(_) => None,
        }
    }
}

impl Place {
    pub(super) fn visible(&self) -> bool {
        !matches!(self, Self::Hidden | Self::MarkdownHeading)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Text,
    Destination,
    /// After `<`.
    Open,
    TagName,
    Tag,
    AttributeName,
    AfterName,
    BeforeValue,
    Value(Option<char>),
    Comment,
    /// In a closing tag or declaration.
    Skip,
    /// In an element whose content is no HTML.
    Raw,
}

/// So many bytes are remembered of what was printed: all that may stand in front of the mark of a heading.
const RECENT: usize = 16;

/// The state of the output between two pieces of it.
#[derive(Debug, Clone)]
pub(super) struct Html {
    state: State,
    tag: String,
    attribute: String,
    parts: Vec<Part>,
    span: Option<Span>,
    /// The last characters, to know what a `-->`, `](` or `# ` belongs to.
    recent: String,
    /// The last `[` stood after a `!`.
    image: bool,
    /// What there is so far of the Markdown heading that the text is in.
    heading: Option<Vec<Part>>,
}

impl Default for Html {
    fn default() -> Self {
        Self {
            state: State::Text,
            tag: String::new(),
            attribute: String::new(),
            parts: Vec::new(),
            span: None,
            recent: "\n".to_owned(),
            image: false,
            heading: None,
        }
    }
}

impl Html {
    /// Whether what is printed next is no HTML.
    pub(super) fn is_raw(&self) -> bool {
        self.state == State::Raw
    }

    /// Whether the next byte is outside any tag.
    pub(super) fn in_text(&self) -> bool {
        matches!(self.state, State::Text | State::Destination)
    }

    /// Literal text. `start` is its first byte in the template, if it is the template's own.
    pub(super) fn text(&mut self, text: &str, start: Option<usize>, sinks: &mut Vec<Sink>) {
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            // What means something is far apart.
            let end = match self.state {
                State::Text if self.heading.is_none() => self.end_of_words(text, at),
                State::Value(Some(quote)) => text[at..].find(quote).map_or(text.len(), |length| at + length),
                _ => at,
            };
            let is_run = end > at;
            let end = if is_run { end } else { at + c.len_utf8() };
            let span = start.map(|start| Span::new(start + at, start + end));
            match self.state {
                State::Value(_) if is_run => self.literal(&text[at..end], span),
                _ if is_run => {}
                _ => self.character(c, span, &text[..at], sinks),
            }
            at = end;
        }
        self.remember(text);
    }

    /// Where the next character stands that means something between tags.
    fn end_of_words(&self, text: &str, from: usize) -> usize {
        let bytes = text.as_bytes();
        let is_told = |at: &usize| match bytes[*at] {
            b'<' | b'[' | b'(' => true,
            b' ' => match at.checked_sub(1) {
                Some(before) => bytes[before] == b'#',
                None => self.recent.ends_with('#'),
            },
            _ => false,
        };
        (from..bytes.len()).find(is_told).unwrap_or(bytes.len())
    }

    /// Takes down the last characters.
    fn remember(&mut self, text: &str) {
        let cut = |text: &str| {
            let from = text.len().saturating_sub(RECENT);
            (from..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
        };
        if text.len() >= RECENT {
            self.recent.clear();
        }
        self.recent.push_str(&text[cut(text)..]);
        if self.recent.len() > 4 * RECENT {
            self.recent.drain(..cut(&self.recent));
        }
    }

    /// Whether the output ends like this, with `before` behind what is remembered.
    fn ends_with(&self, before: &str, end: &str) -> bool {
        before.ends_with(end)
            || end.strip_suffix(before).is_some_and(|rest| !rest.is_empty() && self.recent.ends_with(rest))
    }

    /// Whether what stands before is the start of a line and the marks of a heading.
    fn starts_heading(&self, before: &str) -> bool {
        let marks = |text: &str| text.trim_end_matches('#').trim_end_matches(' ').len();
        let rest = marks(before);
        match rest {
            0 => {
                let line = before.trim_end_matches('#');
                let recent = if line.is_empty() {
                    marks(&self.recent)
                } else {
                    self.recent.trim_end_matches(' ').len()
                };
                self.recent[..recent].ends_with('\n') && self.recent.len() - recent + before.len() < RECENT
            }
            rest => before[..rest].ends_with('\n') && before.len() - rest < RECENT,
        }
    }

    /// `before` is the piece of text up to it.
    fn character(&mut self, c: char, span: Option<Span>, before: &str, sinks: &mut Vec<Sink>) {
        let space = c.is_ascii_whitespace();
        match self.state {
            State::Text => self.in_body(c, before, sinks),
            State::Destination => match c {
                ')' | '>' => self.flush(sinks, State::Text),
                _ if space => self.flush(sinks, State::Text),
                '<' if self.parts.is_empty() => {}
                _ => self.literal(c.encode_utf8(&mut [0; 4]), span),
            },
            State::Open => match c {
                '/' | '!' | '?' => self.state = State::Skip,
                c if c.is_ascii_alphabetic() => {
                    self.tag = c.to_ascii_lowercase().to_string();
                    self.state = State::TagName;
                }
                _ => self.state = State::Text,
            },
            State::TagName if c == '>' => self.finish_tag(sinks),
            State::TagName if space || c == '/' => self.start_attributes(sinks),
            State::TagName => self.tag.push(c.to_ascii_lowercase()),
            State::Tag | State::AfterName => match c {
                '>' => self.finish_tag(sinks),
                '=' if self.state == State::AfterName => self.state = State::BeforeValue,
                '/' => self.state = State::Tag,
                _ if space => {}
                _ => {
                    self.attribute = c.to_ascii_lowercase().to_string();
                    self.state = State::AttributeName;
                }
            },
            State::AttributeName => match c {
                '=' => self.state = State::BeforeValue,
                '>' => self.finish_tag(sinks),
                _ if space => self.state = State::AfterName,
                _ => self.attribute.push(c.to_ascii_lowercase()),
            },
            State::BeforeValue => match c {
                '"' | '\'' => self.state = State::Value(Some(c)),
                '>' => self.finish_tag(sinks),
                _ if space => {}
                _ => {
                    self.state = State::Value(None);
                    self.literal(c.encode_utf8(&mut [0; 4]), span);
                }
            },
            State::Value(Some(quote)) if c == quote => self.flush(sinks, State::Tag),
            State::Value(None) if space => self.flush(sinks, State::Tag),
            State::Value(None) if c == '>' => {
                self.flush(sinks, State::Tag);
                self.finish_tag(sinks);
            }
            State::Value(_) => self.literal(c.encode_utf8(&mut [0; 4]), span),
            State::Comment if c == '>' && self.ends_with(before, "--") => self.state = State::Text,
            State::Skip if c == '-' && self.ends_with(before, "<!-") => self.state = State::Comment,
            State::Skip if c == '>' => self.state = State::Text,
            State::Raw if c == '/' && self.ends_with(before, "<") => self.state = State::Skip,
            State::Comment | State::Skip | State::Raw => {}
        }
    }

    fn in_body(&mut self, c: char, before: &str, sinks: &mut Vec<Sink>) {
        match (c, &mut self.heading) {
            ('\n', Some(_)) => self.finish(sinks),
            // What tags and links in a heading leave of its text is not ours to know.
            ('<' | '[', Some(heading)) => heading.push(Part::Value(Origin::Other.into())),
            (c, Some(heading)) => match heading.last_mut() {
                Some(Part::Literal(text)) => text.push(c),
                _ => heading.push(Part::Literal(c.to_string())),
            },
            (_, None) => {}
        }
        match c {
            '<' => self.state = State::Open,
            '[' => self.image = self.ends_with(before, "!"),
            '(' if self.ends_with(before, "]") => {
                self.parts.clear();
                self.span = None;
                self.state = State::Destination;
            }
            ' ' if self.ends_with(before, "#") && self.starts_heading(before) => {
                self.sink(Place::Heading, sinks);
                self.heading = Some(Vec::new());
            }
            _ => {}
        }
    }

    /// The end of the output, or of a Markdown heading in it.
    pub(super) fn finish(&mut self, sinks: &mut Vec<Sink>) {
        if let Some(parts) = self.heading.take() {
            sinks.push(Sink { place: Place::MarkdownHeading, parts, span: None, conditions: Vec::new() });
        }
    }

    fn literal(&mut self, piece: &str, span: Option<Span>) {
        match self.parts.last_mut() {
            Some(Part::Literal(text)) => text.push_str(piece),
            _ => self.parts.push(Part::Literal(piece.to_owned())),
        }
        self.span = match (self.span, span) {
            (Some(old), Some(new)) => Some(Span { start: old.start, end: new.end }),
            (old, new) => old.or(new),
        };
    }

    fn start_attributes(&mut self, sinks: &mut Vec<Sink>) {
        let heading = matches!(self.tag.as_str(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "h?");
        if heading {
            self.sink(Place::Heading, sinks);
        }
        self.state = State::Tag;
    }

    fn finish_tag(&mut self, sinks: &mut Vec<Sink>) {
        if self.state == State::TagName {
            self.start_attributes(sinks);
        }
        let is_raw = matches!(self.tag.as_str(), "script" | "style" | "title" | "textarea");
        self.state = if is_raw { State::Raw } else { State::Text };
    }

    fn sink(&mut self, place: Place, sinks: &mut Vec<Sink>) {
        let parts = std::mem::take(&mut self.parts);
        sinks.push(Sink { place, parts, span: self.span.take(), conditions: Vec::new() });
    }

    /// The end of an attribute or destination.
    fn flush(&mut self, sinks: &mut Vec<Sink>, next: State) {
        let place = match self.state {
            State::Destination => Place::Destination { image: self.image },
            _ => Place::Attribute(self.tag.clone(), std::mem::take(&mut self.attribute)),
        };
        self.sink(place, sinks);
        self.state = next;
    }

    /// A value printed by an action.
    pub(super) fn value(&mut self, value: &Value, sinks: &mut Vec<Sink>) {
        // `<a{{ $attributes }}>`, but not `<h{{ .Level }}>`
        if self.state == State::TagName && self.tag != "h" {
            self.start_attributes(sinks);
        }
        let place = match self.state {
            State::Text => {
                if let Some(heading) = &mut self.heading {
                    heading.push(Part::Value(value.clone()));
                }
                Place::Text
            }
            State::Destination | State::Value(_) => {
                self.parts.push(Part::Value(value.clone()));
                return;
            }
            State::BeforeValue => {
                self.state = State::Value(None);
                self.parts.push(Part::Value(value.clone()));
                return;
            }
            State::Open | State::TagName => {
                if self.state == State::Open {
                    self.tag.clear();
                }
                self.state = State::TagName;
                self.tag.push('?');
                Place::Hidden
            }
            State::Tag | State::AttributeName | State::AfterName => Place::Tag(self.tag.clone()),
            State::Comment | State::Skip | State::Raw => Place::Hidden,
        };
        let parts = vec![Part::Value(value.clone())];
        sinks.push(Sink { place, parts, span: None, conditions: Vec::new() });
        match self.state {
            // Whatever was printed, the line has begun.
            State::Text => self.recent.push('x'),
            State::Tag | State::AttributeName | State::AfterName => {
                self.attribute = "?".to_owned();
                self.state = State::AttributeName;
            }
            _ => {}
        }
    }

    /// Goes on after two branches that both started from `before`: in the state after `self`, the first.
    pub(super) fn join(&mut self, before: &Self, other: &Self) {
        // `<a{{- with .Title }}title="…"{{ end }}` forgets a space on one of the ways: the other is meant.
        if self.tag != other.tag && self.tag.starts_with(&other.tag) && before.state == State::TagName {
            *self = other.clone();
            return;
        }
        if matches!(self.state, State::Value(_) | State::Destination) && self.parts != other.parts {
            let known = before.parts.len();
            let mine = self.parts.split_off(known.min(self.parts.len()));
            let theirs = other.parts.get(known..).unwrap_or_default();
            // A literal that the branch continued ends up in the last known part: then nothing is certain.
            let continued = self.parts != before.parts || other.parts.get(..known) != Some(&before.parts[..]);
            let union = match (one(&mine), one(theirs)) {
                (Some(mine), Some(theirs)) if !continued => mine.union(&theirs),
                _ => derived(&mine).union(&derived(theirs)).union(&derived(&self.parts)),
            };
            if continued {
                self.parts.clone_from(&before.parts);
            }
            self.parts.push(Part::Value(union));
        }
    }
}

/// The value of a branch that printed at most one thing.
fn one(parts: &[Part]) -> Option<Value> {
    match parts {
        [] => Some(Origin::Literal("".into()).into()),
        [Part::Literal(text)] => Some(Origin::Literal(text.as_str().into()).into()),
        [Part::Value(value)] => Some(value.clone()),
        _ => None,
    }
}

fn derived(parts: &[Part]) -> Value {
    let values = parts.iter().filter_map(|part| match part {
        Part::Value(value) => Some(value.derived()),
        Part::Literal(_) => None,
    });
    values.flat_map(|value| value.origins().to_vec()).collect()
}
