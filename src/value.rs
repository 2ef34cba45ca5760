//! YAML, TOML and JSON as one tree with spans: what front matter and configuration files are made of.

use granit_parser::{Event, Parser, ScalarStyle};
use rustc_hash::FxHashMap;
use toml::de::{DeTable, DeValue};

use crate::source::Span;

mod deserialize;
mod lines;

pub use deserialize::read;

/// A data format of front matter and configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// YAML 1.2
    Yaml,
    /// TOML 1.0
    Toml,
    /// JSON
    Json,
}

impl Format {
    /// The format that a file's extension says.
    pub fn of_path(path: &str) -> Option<Self> {
        match path.rsplit_once('.')?.1 {
            "yaml" | "yml" => Some(Self::Yaml),
            "toml" => Some(Self::Toml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Its name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yaml => "YAML",
            Self::Toml => "TOML",
            Self::Json => "JSON",
        }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// Where it stands in the file that was parsed.
    pub span: Span,
}

/// The content of a [`Value`].
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Data {
    /// `null`, `~`, nothing.
    #[default]
    Null,
    /// `true`, `false`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A string; dates are strings too.
    String(String),
    /// A list.
    List(Vec<Value>),
    /// A map, in source order.
    Map(Vec<Entry>),
}

/// One key and its value in a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as written.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Value,
}

/// Why a text could not be read, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub span: Span,
    /// What, in a lower-case phrase.
    pub message: String,
    /// For a key that stands twice: where it stood first.
    pub duplicate_of: Option<Span>,
}

impl Value {
    /// The value of `key` in a map; Hugo's keys are case-insensitive, and the last one wins.
    pub fn get(&self, key: &str) -> Option<&Self> {
        Some(&self.entry(key)?.value)
    }

    /// Like [`Value::get`], with the key's own span.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key.eq_ignore_ascii_case(key))
    }

    /// Follows keys one after the other.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The entries of a map, nothing for any other value.
    pub fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// Scalars as text, the way Hugo's `cast` does; `None` for lists, maps and null.
    pub fn to_text(&self) -> Option<String> {
        match &self.data {
            Data::String(text) => Some(text.clone()),
            Data::Bool(flag) => Some(flag.to_string()),
            Data::Int(number) => Some(number.to_string()),
            Data::Float(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A flag, also when written as the string "true" or a number.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.data {
            Data::Bool(flag) => Some(*flag),
            Data::Int(number) => Some(*number != 0),
            Data::String(text) => text.to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }

    /// The items of a list; a scalar counts as a list of itself (as Hugo's `ToStringSlice` has it).
    pub fn items(&self) -> &[Self] {
        match &self.data {
            Data::List(items) => items,
            Data::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// Every scalar of a list or the scalar itself as text.
    pub fn texts(&self) -> Vec<String> {
        self.items().iter().filter_map(Self::to_text).collect()
    }

    /// Whether this is a map.
    pub fn is_map(&self) -> bool {
        matches!(self.data, Data::Map(_))
    }

    /// Adds what `other` says on top: maps are merged, anything else is replaced (Hugo: later files win).
    pub fn overlay(&mut self, other: Self) {
        let (Data::Map(ours), true) = (&mut self.data, other.is_map()) else {
            *self = other;
            return;
        };
        let Data::Map(theirs) = other.data else { return };
        for entry in theirs {
            match ours.iter_mut().find(|own| own.key.eq_ignore_ascii_case(&entry.key)) {
                Some(own) => own.value.overlay(entry.value),
                None => ours.push(entry),
            }
        }
    }

    /// Adds to a map a key that it does not have; nothing to anything else.
    pub fn push(&mut self, key: &str, value: Self) {
        if let Data::Map(entries) = &mut self.data {
            entries.push(Entry { key: key.to_owned(), key_span: value.span, value });
        }
    }

    /// An empty map.
    pub fn map() -> Self {
        Self { data: Data::Map(Vec::new()), span: Span::default() }
    }

    /// A map of one key.
    pub fn singleton(key: &str, value: Self) -> Self {
        let span = value.span;
        Self { data: Data::Map(vec![Entry { key: key.to_owned(), key_span: span, value }]), span }
    }
}

/// Reads the bytes `span` of `text`. The value is what could be read; nothing when nothing could.
pub fn parse(format: Format, text: &str, span: Span) -> (Value, Vec<Mistake>) {
    let part = &text[span.range()];
    let base = span.start as usize;
    let (value, mut mistakes) = match format {
        Format::Yaml => yaml(part, base),
        Format::Toml => toml_table(part, base),
        Format::Json => match json_fault(part, base) {
            Some(mistake) => (Value::default(), vec![mistake]),
            None => yaml(part, base),
        },
    };
    mistakes.sort_by_key(|mistake| mistake.span);
    (value, mistakes)
}

fn json_fault(part: &str, base: usize) -> Option<Mistake> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(part).err()?;
    let line_start: usize =
        part.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = floor(part, line_start + error.column().saturating_sub(1));
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
    Some(Mistake { span: char_span(part, at, base), message, duplicate_of: None })
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The character at byte `at` of `part`, as a span of the whole text.
fn char_span(part: &str, at: usize, base: usize) -> Span {
    let width = part[at..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
    Span::new(base + at, base + at + width)
}

fn toml_table(part: &str, base: usize) -> (Value, Vec<Mistake>) {
    let (table, errors) = DeTable::parse_recoverable(part);
    let mut mistakes: Vec<Mistake> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            Mistake {
                span: Span::new(base + floor(part, span.start), base + floor(part, span.end)),
                message: error.message().trim().replace('\n', ", "),
                duplicate_of: None,
            }
        })
        .collect();
    for mistake in &mut mistakes {
        if mistake.message.contains("duplicate key") {
            let key = text_of(part, mistake.span, base);
            let first = base + key_before(part, key, mistake.span.start as usize - base).unwrap_or(0);
            mistake.message = format!("duplicate key `{key}`");
            mistake.duplicate_of = Some(Span::new(first, first + key.len()));
        }
    }
    let span = table.span();
    let map = from_toml_table(table.into_inner(), base);
    (Value { data: map, span: Span::new(base + span.start, base + span.end) }, mistakes)
}

/// Where a TOML key stands for the last time before the byte `end`.
fn key_before(part: &str, key: &str, end: usize) -> Option<usize> {
    let is_key = |at: &usize| {
        let before = part[..*at].trim_end_matches([' ', '\t', '"', '\'']);
        let after = part[at + key.len()..].trim_start_matches([' ', '\t', '"', '\'']);
        (before.is_empty() || before.ends_with(['\n', '[', '{', ',', '.']))
            && after.starts_with(['=', ']', '.'])
    };
    part[..end].rmatch_indices(key).map(|(at, _)| at).find(is_key)
}

fn text_of(part: &str, span: Span, base: usize) -> &str {
    &part[span.start as usize - base..span.end as usize - base]
}

fn from_toml_table(table: DeTable<'_>, base: usize) -> Data {
    let mut entries: Vec<Entry> = table
        .into_iter()
        .map(|(key, value)| {
            let (key_span, span) = (key.span(), value.span());
            Entry {
                key: key.into_inner().into_owned(),
                key_span: Span::new(base + key_span.start, base + key_span.end),
                value: from_toml(value.into_inner(), Span::new(base + span.start, base + span.end), base),
            }
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span);
    Data::Map(entries)
}

fn from_toml(value: DeValue<'_>, span: Span, base: usize) -> Value {
    let data = match value {
        DeValue::String(text) => Data::String(text.into_owned()),
        DeValue::Integer(number) => i64::from_str_radix(&number.as_str().replace('_', ""), number.radix())
            .map_or_else(|_| Data::String(number.as_str().to_owned()), Data::Int),
        DeValue::Float(number) => number
            .as_str()
            .replace('_', "")
            .parse()
            .map_or_else(|_| Data::String(number.as_str().to_owned()), Data::Float),
        DeValue::Boolean(flag) => Data::Bool(flag),
        DeValue::Datetime(date) => Data::String(date.to_string()),
        DeValue::Array(items) => Data::List(
            items
                .into_iter()
                .map(|item| {
                    let span = item.span();
                    from_toml(item.into_inner(), Span::new(base + span.start, base + span.end), base)
                })
                .collect(),
        ),
        DeValue::Table(table) => from_toml_table(table, base),
    };
    Value { data, span }
}

/// A list or map under construction.
enum Open {
    List(Span, usize, Vec<Value>),
    Map(Span, usize, Vec<Entry>, Option<(String, Span)>, Keys),
}

/// Where the keys of a map stood first, so far. Only maps of many keys get an index.
#[derive(Default)]
struct Keys {
    first: FxHashMap<String, Span>,
    indexed: usize,
}

impl Keys {
    fn first(&mut self, entries: &[Entry], name: &str) -> Option<Span> {
        const MANY: usize = 32;
        if entries.len() < MANY {
            return entries.iter().find(|entry| entry.key == name).map(|entry| entry.key_span);
        }
        for entry in &entries[self.indexed..] {
            self.first.entry(entry.key.clone()).or_insert(entry.key_span);
        }
        self.indexed = entries.len();
        self.first.get(name).copied()
    }
}

fn yaml(part: &str, base: usize) -> (Value, Vec<Mistake>) {
    lines::read(part, base).map_or_else(|| events(part, base), |value| (value, Vec::new()))
}

/// YAML through the event parser, without recursion, so that depth is no danger.
fn events(part: &str, base: usize) -> (Value, Vec<Mistake>) {
    let mut builder = Builder::default();
    let mut mistakes = Vec::new();
    for event in Parser::new_from_str(part) {
        match event {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or(0..0);
                let at = Span::new(base + floor(part, range.start), base + floor(part, range.end));
                builder.event(event, at);
            }
            Err(error) => {
                let at = floor(part, error.marker().byte_offset().unwrap_or(0));
                let text = error.kind().to_string();
                // The parser says where the text before the tab starts.
                let tab = part[at..].find("\n\t").filter(|_| text.contains("tab")).map(|tab| at + tab + 1);
                let text = if tab.is_some() { "a tab cannot indent YAML".to_owned() } else { text };
                let span = char_span(part, tab.unwrap_or(at), base);
                mistakes.push(Mistake { span, message: text, duplicate_of: None });
                break;
            }
        }
    }
    while !builder.open.is_empty() {
        builder.close(span_end(part, base));
    }
    mistakes.extend(builder.duplicates);
    (builder.root.unwrap_or_default(), mistakes)
}

fn span_end(part: &str, base: usize) -> u32 {
    Span::new(base, base + part.len()).end
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Value>,
    duplicates: Vec<Mistake>,
    /// Anchored values by YAML anchor number.
    anchors: Vec<(usize, Value)>,
    /// Values copied through aliases so far.
    copied: usize,
}

/// A file that copies more values than this through aliases is an attack, not a configuration.
const MAX_COPIED: usize = 100_000;

fn size(value: &Value) -> usize {
    let mut waiting = vec![value];
    let mut count = 0;
    while let Some(value) = waiting.pop() {
        count += 1;
        match &value.data {
            Data::List(items) => waiting.extend(items),
            Data::Map(entries) => waiting.extend(entries.iter().map(|entry| &entry.value)),
            _ => {}
        }
    }
    count
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let data = if plain { plain_scalar(&text) } else { Data::String(text.into_owned()) };
                self.value(Value { data, span }, anchor);
            }
            Event::SequenceStart(_, anchor, _) => self.open.push(Open::List(span, anchor, Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                self.open.push(Open::Map(span, anchor, Vec::new(), None, Keys::default()))
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span.end),
            Event::Alias(number) => {
                let found = self.anchors.iter().find(|(anchor, _)| *anchor == number);
                self.copied += found.map_or(0, |(_, value)| size(value));
                let copy = found.filter(|_| self.copied <= MAX_COPIED).map(|(_, value)| value.clone());
                self.value(copy.unwrap_or_default(), 0);
            }
            _ => {}
        }
    }

    fn close(&mut self, end: u32) {
        match self.open.pop() {
            Some(Open::List(span, anchor, items)) => {
                let span = Span { end: end.max(span.end), ..span };
                self.value(Value { data: Data::List(items), span }, anchor);
            }
            Some(Open::Map(span, anchor, entries, ..)) => {
                let span = Span { end: end.max(span.end), ..span };
                self.value(Value { data: Data::Map(entries), span }, anchor);
            }
            None => {}
        }
    }

    fn value(&mut self, value: Value, anchor: usize) {
        if anchor > 0 {
            self.anchors.push((anchor, value.clone()));
        }
        match self.open.last_mut() {
            None => self.root = self.root.take().or(Some(value)),
            Some(Open::List(_, _, items)) => items.push(value),
            Some(Open::Map(_, _, entries, key @ None, keys)) => {
                let name = value.to_text().unwrap_or_default();
                if let Some(first) = keys.first(entries, &name) {
                    let message = format!("duplicate key `{name}`");
                    let duplicate_of = Some(first);
                    self.duplicates.push(Mistake { span: value.span, message, duplicate_of });
                }
                *key = Some((name, value.span));
            }
            Some(Open::Map(_, _, entries, key, keys)) => {
                let (name, key_span) = key.take().unwrap_or_default();
                if name == "<<" && value.is_map() {
                    let Data::Map(merged) = value.data else { return };
                    *keys = Keys::default();
                    let own: Vec<String> = entries.iter().map(|entry| entry.key.clone()).collect();
                    entries.splice(0..0, merged.into_iter().filter(|entry| !own.contains(&entry.key)));
                } else {
                    entries.push(Entry { key: name, key_span, value });
                }
            }
        }
    }
}

/// A plain YAML scalar by the 1.2 core schema.
fn plain_scalar(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
        "true" | "True" | "TRUE" => return Data::Bool(true),
        "false" | "False" | "FALSE" => return Data::Bool(false),
        _ => {}
    }
    let starts_like_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    if !starts_like_number {
        return Data::String(text.to_owned());
    }
    if let Ok(number) = text.parse() {
        return Data::Int(number);
    }
    let has_only_number_characters =
        text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'));
    match text.parse() {
        Ok(number) if has_only_number_characters => Data::Float(number),
        _ => Data::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: Format, text: &str) -> (Value, Vec<Mistake>) {
        parse(format, text, Span::new(0, text.len()))
    }

    fn slices<'t>(text: &'t str, value: &Value) -> Vec<(&'t str, &'t str)> {
        let entries = value.entries().iter();
        entries.map(|entry| (&text[entry.key_span.range()], &text[entry.value.span.range()])).collect()
    }

    #[test]
    fn spans_are_those_of_the_source_in_all_formats() {
        for (format, text) in [
            (Format::Yaml, "題: 日本語\nn: [1, \"二\"]\n"),
            (Format::Toml, "\"題\" = '日本語'\nn = [1, \"二\"]\n"),
            (Format::Json, "{\"題\": \"日本語\", \"n\": [1, \"二\"]}"),
        ] {
            let (value, mistakes) = read(format, text);
            assert_eq!(mistakes, []);
            assert_eq!(value.get("題").and_then(Value::as_str), Some("日本語"));
            assert_eq!(value.get("n").map(Value::texts), Some(vec!["1".to_owned(), "二".to_owned()]));
            assert!(slices(text, &value)[0].0.contains('題'), "{format:?}");
            assert!(slices(text, &value)[0].1.contains("日本語"), "{format:?}");
        }
    }

    #[test]
    fn duplicate_keys_point_at_both() {
        let text = "a: 1\nb: 2\na: 3\n";
        let (value, mistakes) = read(Format::Yaml, text);
        assert_eq!(mistakes.len(), 1);
        assert_eq!((mistakes[0].span.start, mistakes[0].duplicate_of), (10, Some(Span::new(0, 1))));
        assert_eq!(value.get("A").and_then(Value::to_text).as_deref(), Some("3"));
        let (_, mistakes) = read(Format::Toml, "a = 1\nb = 2\na = 3\n");
        assert_eq!(mistakes[0].duplicate_of, Some(Span::new(0, 1)));
    }

    #[test]
    fn mistakes_have_places() {
        let (_, mistakes) = read(Format::Json, "{\"a\": }");
        assert_eq!(mistakes[0].span, Span::new(6, 7));
        let (_, mistakes) = read(Format::Yaml, "a: [1, 2\nb: 3\n");
        assert_eq!(mistakes.len(), 1);
        let (_, mistakes) = read(Format::Toml, "a = \n");
        assert_eq!(mistakes.len(), 1);
    }

    #[test]
    fn aliases_and_merge_keys_are_followed() {
        let (value, _) = read(Format::Yaml, "base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  x: 3\n");
        let used = value.get("use").expect("the key is there");
        assert_eq!(used.get("x").and_then(Value::to_text).as_deref(), Some("3"));
        assert_eq!(used.get("y").and_then(Value::to_text).as_deref(), Some("2"));
    }

    #[test]
    fn a_billion_laughs_stay_few() {
        let mut bomb = "a0: &a0 [1, 1]\n".to_owned();
        for level in 1..40 {
            bomb += &format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1);
        }
        let (value, _) = read(Format::Yaml, &bomb);
        assert!(size(&value) < 3 * MAX_COPIED);
    }

    #[test]
    fn depth_is_no_danger() {
        let deep = "[".repeat(20_000);
        read(Format::Yaml, &deep);
        read(Format::Json, &deep);
        read(Format::Toml, &format!("a = {deep}"));
    }
}
