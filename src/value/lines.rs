//! YAML as nearly all front matter and data is written, line by line: keys with values that end with their line, and lists and
//! maps below one another. Whatever is written in another way is left to the parser, which takes ten times as long.

use super::{Data, Entry, Value, plain_scalar};
use crate::source::Span;

/// Lists and maps nested deeper than this are left to the parser.
const DEPTH: usize = 8;

/// Maps of more keys than this are left to the parser, which knows an index.
const KEYS: usize = 32;

/// Reads `part`, which starts at the byte `base` of its file; exactly what the parser would make of it, or `None`.
pub(super) fn read(part: &str, base: usize) -> Option<Value> {
    let has_plain_bytes = part.bytes().all(|byte| byte == b'\n' || byte >= b' ' && byte != 0x7f);
    if !has_plain_bytes || !part.is_ascii() && part.contains(is_odd) {
        return None;
    }
    let mut lines = Lines { text: part, base, next: 0, line: None };
    lines.advance();
    let first = lines.line?;
    let map = (first.indent == 0).then(|| lines.map(0, 0))??;
    lines.line.is_none().then_some(map)
}

/// Characters of which the parser may have an opinion.
fn is_odd(c: char) -> bool {
    c != '\n' && c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A line that says something: no comment, and not empty.
#[derive(Clone, Copy)]
struct Line<'t> {
    /// Spaces before it.
    indent: usize,
    /// The byte at which it starts, behind them.
    start: usize,
    /// What it says, without white space at the ends.
    text: &'t str,
}

struct Lines<'t> {
    text: &'t str,
    base: usize,
    /// The byte at which the line after this one starts.
    next: usize,
    /// The line to be read; `None` at the end.
    line: Option<Line<'t>>,
}

impl<'t> Lines<'t> {
    fn advance(&mut self) {
        self.line = None;
        while self.line.is_none() && self.next < self.text.len() {
            let rest = &self.text[self.next..];
            let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let written = rest[..end].trim_start_matches(' ');
            let indent = end - written.len();
            let (start, text) = (self.next + indent, written.trim_end_matches(' '));
            self.line = (!text.is_empty() && !text.starts_with('#')).then_some(Line { indent, start, text });
            self.next += end + 1;
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.base + start, self.base + end)
    }

    /// From a list's or map's first line to where the next thing starts, as the parser has it.
    fn span_from(&self, start: usize) -> Span {
        self.span(start, self.line.map_or(self.text.len(), |line| line.start))
    }

    /// The lines that are indented like this one, as a map.
    fn map(&mut self, indent: usize, depth: usize) -> Option<Value> {
        let start = self.line?.start;
        let mut entries: Vec<Entry> = Vec::new();
        while let Some(line) = self.line.filter(|line| line.indent == indent) {
            let entry = self.entry(line, depth)?;
            if entries.len() == KEYS || entries.iter().any(|known| known.key == entry.key) {
                return None;
            }
            entries.push(entry);
        }
        let is_over = self.line.is_none_or(|line| line.indent < indent);
        is_over.then(|| Value { data: Data::Map(entries), span: self.span_from(start) })
    }

    fn entry(&mut self, line: Line<'t>, depth: usize) -> Option<Entry> {
        let (key, rest) = key_and_rest(line.text)?;
        let colon = line.start + key.len();
        let written = rest.trim_start_matches(' ');
        if !matches!(written.as_bytes(), [b'|' | b'>', ..]) {
            self.advance();
        }
        let value = if written.is_empty() {
            self.below(line.indent, colon, depth)?
        } else {
            self.value(written, line.start + line.text.len() - written.len(), line.indent)?
        };
        Some(Entry { key: key.to_owned(), key_span: self.span(line.start, colon), value })
    }

    /// The value of a key that has none on its line, which is indented like this and has its colon at the byte
    /// `colon`.
    fn below(&mut self, indent: usize, colon: usize, depth: usize) -> Option<Value> {
        match self.line {
            Some(_) if depth == DEPTH => None,
            Some(line) if line.indent >= indent && line.text.starts_with("- ") => {
                self.list(line.indent, line.indent > indent, depth)
            }
            Some(line) if line.indent > indent && is_plain(line.text) => {
                self.advance();
                self.value(line.text, line.start, indent)
            }
            Some(line) if line.indent > indent => self.map(line.indent, depth + 1),
            _ => Some(Value { data: Data::Null, span: self.span(colon, colon) }),
        }
    }

    /// The lines that are indented like this one and start with a dash, as a list. For the parser, a list that is
    /// indented no more than its key starts behind its first dash.
    fn list(&mut self, indent: usize, is_indented: bool, depth: usize) -> Option<Value> {
        let mut start = self.line.filter(|_| is_indented).map(|line| line.start);
        let mut items = Vec::new();
        while let Some((line, item)) = self.line.and_then(|line| Some((line, line.text.strip_prefix("- ")?)))
        {
            if line.indent != indent {
                break;
            }
            let written = item.trim_start_matches(' ');
            let at = line.start + line.text.len() - written.len();
            start = start.or(Some(at));
            let own = Line { indent: indent + at - line.start, start: at, text: written };
            items.push(match key_and_rest(written) {
                Some(_) if depth == DEPTH => return None,
                Some(_) => {
                    self.line = Some(own);
                    self.map(own.indent, depth + 1)?
                }
                None => {
                    self.advance();
                    self.value(written, at, indent)?
                }
            });
        }
        let is_over = self.line.is_none_or(|line| line.indent <= indent);
        let start = start.filter(|_| is_over)?;
        Some(Value { data: Data::List(items), span: self.span_from(start) })
    }

    /// A value that starts on the line before this one, below something that is indented like this. Only for a block,
    /// that line is still this one.
    fn value(&mut self, written: &str, start: usize, indent: usize) -> Option<Value> {
        let written = match written.as_bytes().first()? {
            b'[' | b'{' | b'"' | b'\'' => without_comment(written),
            _ => written,
        };
        let data = match written.as_bytes().first()? {
            b'[' => Data::List(self.items(written, start)?),
            b'{' => Data::Map(self.pairs(written, start, 0)?),
            b'|' | b'>' => return self.block(written, indent),
            _ => match quoted(written) {
                Some(data) => data,
                None => return self.plain(written, start, indent),
            },
        };
        Some(Value { data, span: self.span(start, start + written.len()) })
    }

    /// A plain scalar, with the lines that are indented more than what it stands in.
    fn plain(&mut self, written: &str, start: usize, indent: usize) -> Option<Value> {
        let comment = written.find(" #");
        let first = comment.map_or(written, |at| written[..at].trim_end_matches(' '));
        if !is_plain(first) {
            return None;
        }
        let mut end = start + first.len();
        let mut joined: Option<String> = None;
        while let Some(line) = self.line.filter(|line| line.indent > indent) {
            // Behind a comment, nothing goes on; behind an empty line, it does on a line of its own.
            let is_next = self.text[end..line.start].bytes().filter(|byte| *byte == b'\n').count() == 1;
            if comment.is_some() || !is_next || !goes_on(line.text) {
                return None;
            }
            let text = joined.get_or_insert_with(|| first.to_owned());
            text.push(' ');
            text.push_str(line.text);
            end = line.start + line.text.len();
            self.advance();
        }
        let data = joined.map_or_else(|| plain_scalar(first), Data::String);
        Some(Value { data, span: self.span(start, end) })
    }

    /// `>-` or `|`, and the lines below it that are indented alike.
    fn block(&mut self, header: &str, indent: usize) -> Option<Value> {
        let (is_folded, is_stripped) = match header {
            ">" => (true, false),
            ">-" => (true, true),
            "|" => (false, false),
            "|-" => (false, true),
            _ => return None,
        };
        let mut text = String::new();
        let mut margin = None;
        let mut is_over = false;
        let (mut start, mut end) = (None, self.next);
        while self.next < self.text.len() {
            let rest = &self.text[self.next..];
            let length = memchr::memchr(b'\n', rest.as_bytes())?;
            let line = rest[..length].trim_start_matches(' ');
            let own = length - line.len();
            if !line.is_empty() && own <= indent {
                end = self.next + own;
                break;
            }
            // Empty lines within, lines that are indented more, and blanks at the end have a meaning of their own.
            let is_odd = is_over || *margin.get_or_insert(own) != own || line.ends_with(' ');
            is_over = line.is_empty();
            if !is_over && is_odd || is_over && (own > 0 || text.is_empty()) {
                return None;
            }
            start = start.or(Some(self.next + own));
            self.next += length + 1;
            end = self.next;
            if !is_over {
                text.push_str(line);
                text.push(if is_folded { ' ' } else { '\n' });
            }
        }
        text.pop()?;
        if !is_stripped {
            text.push('\n');
        }
        self.advance();
        Some(Value { data: Data::String(text), span: self.span(start?, end) })
    }

    /// `[a, "b"]`
    fn items(&self, written: &str, start: usize) -> Option<Vec<Value>> {
        let inside = written.strip_prefix('[')?.strip_suffix(']')?;
        if inside.trim_matches(' ').is_empty() {
            return Some(Vec::new());
        }
        let mut at = start + 1;
        let mut items = Vec::new();
        for part in inside.split(',') {
            let item = part.trim_start_matches(' ');
            let first = at + part.len() - item.len();
            let item = item.trim_end_matches(' ');
            items.push(self.word(item, first)?);
            at += part.len() + 1;
        }
        Some(items)
    }

    /// What stands between the commas of a list or map in brackets.
    fn word(&self, written: &str, start: usize) -> Option<Value> {
        let data = quoted(written).or_else(|| is_word(written).then(|| plain_scalar(written)))?;
        Some(Value { data, span: self.span(start, start + written.len()) })
    }

    /// `{ a: b, c: "d" }`, where a last value may be a map of this kind.
    fn pairs(&self, written: &str, start: usize, depth: usize) -> Option<Vec<Entry>> {
        let inside = written.strip_prefix('{')?.strip_suffix('}')?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut at = start + 1;
        let mut rest = inside;
        while !rest.trim_matches(' ').is_empty() {
            let pair = rest.trim_start_matches(' ');
            at += rest.len() - pair.len();
            let (key, value) = key_and_rest(pair)?;
            let item = value.trim_start_matches(' ');
            let first = at + pair.len() - item.len();
            let end = match item.as_bytes().first()? {
                b'{' => item.trim_end_matches(' ').len(),
                _ => memchr::memchr(b',', item.as_bytes()).unwrap_or(item.len()),
            };
            let written = item[..end].trim_end_matches(' ');
            let value = match written.starts_with('{') {
                true if depth == DEPTH => return None,
                true => {
                    let data = Data::Map(self.pairs(written, first, depth + 1)?);
                    Value { data, span: self.span(first, first + written.len()) }
                }
                false => self.word(written, first)?,
            };
            if entries.iter().any(|known| known.key == key) {
                return None;
            }
            entries.push(Entry { key: key.to_owned(), key_span: self.span(at, at + key.len()), value });
            at = first + end;
            rest = &item[end..];
            if let Some(behind) = rest.strip_prefix(',') {
                (at, rest) = (at + 1, behind);
                // The parser has its own opinion of an empty one.
                if rest.trim_matches(' ').is_empty() {
                    return None;
                }
            }
        }
        Some(entries)
    }
}

/// `key: rest` or `key:`; a colon with something else behind it is part of the key, such as `cSpell:ignore`.
fn key_and_rest(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let ends = |at: &usize| bytes.get(at + 1).is_none_or(|next| *next == b' ');
    let colon = memchr::memchr_iter(b':', bytes).find(ends)?;
    let (key, rest) = (&text[..colon], &text[colon + 1..]);
    let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':'))
        && matches!(plain_scalar(key), Data::String(_));
    is_key.then_some((key, rest))
}

/// A text up to a comment at its end.
fn without_comment(written: &str) -> &str {
    written.find(" #").map_or(written, |at| written[..at].trim_end_matches(' '))
}

/// A text in quotes in which nothing is escaped.
fn quoted(written: &str) -> Option<Data> {
    let quote = written.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inside = written.strip_prefix(quote)?.strip_suffix(quote)?;
    let is_literal = !inside.contains(quote) && (quote == '\'' || !inside.contains('\\'));
    is_literal.then(|| Data::String(inside.to_owned()))
}

/// Whether a text is a plain scalar to its end, outside of brackets.
fn is_plain(written: &str) -> bool {
    let bytes = written.as_bytes();
    let starts = match bytes {
        [b'-', second, ..] => second.is_ascii_alphanumeric(),
        [first, ..] => {
            first.is_ascii_alphanumeric() || matches!(first, b'_' | b'/' | b'.' | b'(') || !first.is_ascii()
        }
        [] => false,
    };
    starts && goes_on(written)
}

/// Whether a plain scalar goes on to the end of this text.
fn goes_on(written: &str) -> bool {
    let bytes = written.as_bytes();
    let ends_at = |at: usize| match bytes[at] {
        b':' => bytes.get(at + 1).is_none_or(|next| *next == b' '),
        _ => at == 0 || bytes[at - 1] == b' ',
    };
    !memchr::memchr2_iter(b':', b'#', bytes).any(ends_at)
}

/// Whether a text is a plain scalar everywhere.
fn is_word(written: &str) -> bool {
    let is_inner =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'_' | b'-' | b'.' | b'/' | b'*');
    let starts =
        |first: u8| first.is_ascii_alphanumeric() || matches!(first, b'/' | b'.') || !first.is_ascii();
    written.bytes().next().is_some_and(starts)
        && written.bytes().all(|byte| is_inner(byte) || !byte.is_ascii())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::events;

    #[test]
    fn everyday_front_matter_is_read_without_the_parser() {
        for text in [
            "\ntitle: Start here\nweight: 10\ndraft: false\n",
            "\naliases: [/a/*, ../b] # c\nmenu: { main: { weight: 10, name: 'a b' } } # d\nx: \"y\" #z\nbuild: {render: link}\ncSpell:ignore: x\nmap: {}\n",
            "\ntitle: \"a: b\"\n# comment\nurl: /x/#y\ntags: [a, 'b c', 3]\naliases:\n  - /old/\n  - /older/\n",
            "\ntitle: 使い方\ndisabled: [JP]\n\nmenu:\n  docs:\n    weight: 1\n  main:\nempty: \nlist: []\n",
            "\naliases:\n- /old\n- /older # comment\n",
            "\ndescription: >-\n  one\n  two\ntitle: |\n  x\n\n# c\na: b\n",
            "\ndescription: one\n  two: no,\n  three\n",
            "\ndescription: one\n  two,\n  three\ntitle:\n  four\n  five\n",
            "\nlist:\n  - name: a\n    title: b # c\n  - name: d\nx: y\n",
        ] {
            let expected = events(text, 3);
            match read(text, 3) {
                Some(value) => assert_eq!((value, Vec::new()), expected, "{text:?}"),
                None => assert!(text.contains("two: no"), "{text:?}"),
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn what_is_read_is_what_the_parser_reads(
            pieces in proptest::collection::vec(
                prop::sample::select(vec![
                    "\n", "\n", "\n", "\n  ", "\n    ", "\n- ", "\n  - ", "a: ", "b: ", "c:", "d.e-f:", "true:", "~: ",
                    "x", "a b", ".", "/*", "..", "- ", "-", "-1", "1.5", "0x1F", "null", "~", "yes", "#", " # c", ":", ": ", "/u/",
                    "\"", "'", "{ ", " }", "{a: b}", "\"q r\"", "'s'", "\\", "[", "]", "[x, y z]", "[ ]", ",", " ", "  ", "{", "}", "&n ",
                    "*n", "!t ", "|", ">", "%", "@", "`", "?", "? ", "...", "---", "é", "題", "\u{a0}", "\u{85}",
                    "\u{2028}", "\u{feff}", "\t", "\r\n", "<<: ", "2024-01-02", "(z)", "_", ".", "=", "$",
                ]),
                0..24,
            )
        ) {
            let text = format!("\n{}", pieces.concat());
            for text in [&text, &text[1..]] {
                if let Some(value) = read(text, 5) {
                    prop_assert_eq!((value, Vec::new()), events(text, 5), "{:?}", text);
                }
            }
        }

        #[test]
        fn maps_and_lists_are_what_the_parser_reads(
            lines in proptest::collection::vec(
                (prop::sample::select(vec!["", "", "  ", "  ", "    ", " "]),
                 prop::sample::select(vec![
                    "a:", "b:", "a:b: c", "d:e:", "m: { n: o }", "m2: {p: { q: 'r', s: t } }", "u: {}", "v: {w: x, y: \"z\"} ",
                    "{ aa: b }", "m3: { a: b }, c", "m4: {a:b: c, d: {e: f}, g: h}", "- {h: i}", "- {h: /i/*, j: 'k'} # l", "n: [/o, ./p, .5, ...] #q", "r: 's' # t", "u: [v #w]", "x: \"y\"  #z", "m5: {j}", "m6: {k: }", "c: x", "d: 'y z'", "e: [p, \"q\", 3 ]  ", "f:  ", "- g", "- \"h\"", "-   i", "-",
                    "- j: k", "# l", "", " ", "m: n:o", "p: q: r", "s: t #u", "v: w#x", "y", "z: -", "aa: - b",
                    "bb: /c//d/", "ab: |", "ac: >-", "ad: >", "ae: |-", "- af: g", "ag # h", "c c: d", "ee: [f, ]", "gg: [h", "ii: \"j\\n\"", "kk: '", "ll: 'm''n'",
                 ])),
                0..12,
            )
        ) {
            let text: String = lines.iter().map(|(indent, line)| format!("\n{indent}{line}")).collect();
            let with_end = format!("{text}\n");
            for text in [&with_end, &text, with_end.trim_start_matches('\n')] {
                if let Some(value) = read(text, 0) {
                    prop_assert_eq!((value, Vec::new()), events(text, 0), "{:?}", text);
                }
            }
        }
    }
}
