//! The front matter of a content file. Hugo: `parser/pageparser/pagelexer_intro.go`.

use crate::{
    source::Span,
    value::{self, Format, Mistake, Value},
};

/// What a page says of itself before its body.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrontMatter {
    /// The format, if there is any front matter.
    pub format: Option<Format>,
    /// The front matter with its delimiters.
    pub span: Span,
    /// The fields; keys are case-insensitive ([`Value::get`]).
    pub fields: Value,
    /// What is wrong with it.
    pub mistakes: Vec<Mistake>,
    /// Whether Hugo would take a shortcode at the start of the file for JSON front matter.
    pub starts_with_shortcode: bool,
}

/// Finds and reads the front matter; the second value is where the body starts.
pub fn read(text: &str) -> (FrontMatter, usize) {
    let start = skip_blanks(text);
    let rest = &text[start..];
    let after_bom = skip_bom(text);
    match rest.as_bytes().first() {
        Some(b'-') => delimited(text, start, "---", Format::Yaml, after_bom),
        Some(b'+') => delimited(text, start, "+++", Format::Toml, after_bom),
        Some(b'{') => json(text, start),
        _ => (FrontMatter::default(), after_bom),
    }
}

fn skip_bom(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

fn skip_blanks(text: &str) -> usize {
    let mut bom_seen = false;
    for (at, c) in text.char_indices() {
        match c {
            '\t' | '\n' | '\x0b' | '\x0c' | '\r' | ' ' => {}
            '\u{feff}' if !bom_seen => bom_seen = true,
            _ => return at,
        }
    }
    text.len()
}

fn mistake(span: Span, message: String) -> Mistake {
    Mistake { span, message, duplicate_of: None }
}

fn delimited(text: &str, start: usize, fence: &str, format: Format, body: usize) -> (FrontMatter, usize) {
    let opener = Span::new(start, start + text[start..].find(['\n', '\r']).unwrap_or(text.len() - start));
    if !text[start..].starts_with(fence) {
        let first = Span::new(start, start + 1);
        let message = format!(
            "a file that starts with `{}` must start with `{fence}` and {} front matter",
            &fence[..1],
            format.name()
        );
        let mistakes = vec![mistake(first, message)];
        return (
            FrontMatter { format: Some(format), span: opener, mistakes, ..FrontMatter::default() },
            body,
        );
    }
    let content_start = start + fence.len();
    let Some((content_end, body_start)) = closing_line(text, content_start, fence) else {
        let message = format!("the front matter is never closed: no line starts with `{fence}`");
        let mistakes = vec![mistake(Span::new(start, start + fence.len()), message)];
        let front_matter =
            FrontMatter { format: Some(format), span: opener, mistakes, ..FrontMatter::default() };
        return (front_matter, text.len());
    };
    let (fields, mistakes) = value::parse(format, text, Span::new(content_start, content_end));
    let span = Span::new(start, body_start);
    (finish(text, format, span, fields, mistakes), body_start)
}

/// Where the front matter's text ends and where the body starts. Hugo accepts LF, CRLF and lone CR line ends and
/// looks at the first three bytes of a line only; it eats one line end after the closing delimiter.
fn closing_line(text: &str, from: usize, fence: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += memchr::memchr2(b'\n', b'\r', &bytes[at..])? + 1;
        if text[at..].starts_with(fence) {
            let mut body = at + fence.len();
            if text[body..].starts_with("\r\n") {
                body += 2;
            } else if text[body..].starts_with(['\n', '\r']) {
                body += 1;
            }
            return Some((at, body));
        }
    }
}

fn json(text: &str, start: usize) -> (FrontMatter, usize) {
    let shortcode = text[start..].starts_with("{{<") || text[start..].starts_with("{{%");
    if shortcode {
        let starts_with_shortcode = true;
        return (FrontMatter { starts_with_shortcode, ..FrontMatter::default() }, start);
    }
    match json_end(&text[start..]) {
        Some(length) => {
            let span = Span::new(start, start + length);
            let (fields, mistakes) = value::parse(Format::Json, text, span);
            (finish(text, Format::Json, span, fields, mistakes), start + length)
        }
        None => {
            let span = Span::new(start, start + 1);
            let mistakes = vec![mistake(span, "the JSON front matter is never closed".to_owned())];
            (FrontMatter { format: Some(Format::Json), span, mistakes, ..FrontMatter::default() }, text.len())
        }
    }
}

fn json_end(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn finish(text: &str, format: Format, span: Span, fields: Value, mut mistakes: Vec<Mistake>) -> FrontMatter {
    let nothing = matches!(fields.data, value::Data::Null);
    if !fields.is_map() && !nothing && mistakes.is_empty() {
        let message = "the front matter must be a map of fields and values".to_owned();
        let first_line = text[fields.span.range()].find(['\n', '\r']);
        let end = first_line.map_or(fields.span.end as usize, |length| fields.span.start as usize + length);
        mistakes.push(mistake(Span::new(fields.span.start as usize, end), message));
    }
    FrontMatter { format: Some(format), span, fields, mistakes, starts_with_shortcode: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let (front_matter, body) = read(text);
        let found = if front_matter.starts_with_shortcode {
            "shortcode".to_owned()
        } else if let Some(first) = front_matter.mistakes.first() {
            format!("{}: {}", &text[first.span.range()], first.message)
        } else {
            let keys: Vec<&str> = front_matter.fields.entries().iter().map(|e| e.key.as_str()).collect();
            format!("[{}] {:?}", keys.join(","), &text[body..])
        };
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn delimiters_are_found_as_hugo_finds_them() {
        check("---\ntitle: a\n---\nb", "[title] \"b\"");
        check("\n\n  ---\ntitle: a\n---\nb", "[title] \"b\"");
        check("\u{feff}---\ntitle: a\n---\nb", "[title] \"b\"");
        check("---\r\ntitle: a\r\n---\r\n\r\nb", "[title] \"\\r\\nb\"");
        check("---\rtitle: a\r---\rb", "[title] \"b\"");
        check("--- \ntitle: a\n---x\nb", "[title] \"x\\nb\"");
        check("+++\ntitle = 'a'\n+++\nb", "[title] \"b\"");
        check("{\"title\": \"a }\"}\nb", "[title] \"\\nb\"");
        check("---\n---\nb", "[] \"b\"");
        check("", "[] \"\"");
        check("text {{< x >}}", "[] \"text {{< x >}}\"");
        check("# heading", "[] \"# heading\"");
    }

    #[test]
    fn mistakes_are_said() {
        check("{{< x >}} text", "shortcode");
        check("- item", "-: a file that starts with `-` must start with `---` and YAML front matter");
        check("---\ntitle: a\n", "---: the front matter is never closed: no line starts with `---`");
        check("+++\na = 1\n---\n", "+++: the front matter is never closed: no line starts with `+++`");
        check("{\"a\": 1", "{: the JSON front matter is never closed");
        check("---\n- a\n---\n", "- a: the front matter must be a map of fields and values");
    }
}
