//! Raw HTML: its elements and attributes, with their places in the source.

use html5gum::{DefaultEmitter, Token, Tokenizer};

use crate::source::Span;

/// An opening tag.
#[derive(Debug)]
pub(super) struct Element {
    /// Lower-cased name.
    pub(super) name: String,
    /// The whole tag.
    pub(super) span: Span,
    /// Attributes: lower-cased name, value, place of the value.
    pub(super) attributes: Vec<(String, String, Span)>,
}

impl Element {
    /// The value of an attribute and its place.
    pub(super) fn get(&self, name: &str) -> Option<(&str, Span)> {
        let found = self.attributes.iter().find(|(own, _, _)| own == name)?;
        Some((&found.1, found.2))
    }
}

/// The opening tags in `html`, which starts at byte `base` of the source.
pub(super) fn elements(html: &str, base: usize) -> Vec<Element> {
    let mut elements = Vec::new();
    // Comments and closing tags are most of the HTML in pages.
    if !may_open(html.as_bytes()) {
        return elements;
    }
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(Token::StartTag(tag)) = token else { continue };
        let mut attributes: Vec<(String, String, Span)> = tag
            .attributes
            .iter()
            .map(|(name, value)| {
                let span = value_span(html, value.span.start, value.span.end);
                (lossy(name), lossy(&value.value), Span::new(base + span.0, base + span.1))
            })
            .collect();
        attributes.sort_by_key(|(_, _, span)| *span);
        elements.push(Element {
            name: lossy(&tag.name),
            span: Span::new(base + boundary(html, tag.span.start), base + boundary(html, tag.span.end)),
            attributes,
        });
    }
    elements
}

/// Whether there may be an opening tag. WHATWG HTML, §13.2.5.6, tag open state.
fn may_open(html: &[u8]) -> bool {
    memchr::memchr_iter(b'<', html).any(|at| html.get(at + 1).is_some_and(u8::is_ascii_alphabetic))
}

/// What HTML shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Visible {
    /// Text.
    Words(String),
    /// Something to see that is no text.
    Object,
    /// The edge of an element that does not stand within a line.
    Break,
}

/// What `html` shows, and where it is written.
pub(super) fn visible(html: &str) -> Vec<(Visible, std::ops::Range<usize>)> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut found = Vec::new();
    // In how many elements we are whose text is not for people.
    let mut silent = 0_usize;
    for token in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => {
                let range = tag.span.start..tag.span.end;
                silent += usize::from(is_silent(&tag.name) && !tag.self_closing);
                if silent == 0 && is_object(&tag.name) {
                    found.push((Visible::Object, range.clone()));
                }
                if silent == 0 && !is_inline(&tag.name) {
                    found.push((Visible::Break, range));
                }
            }
            Ok(Token::EndTag(tag)) => {
                silent = silent.saturating_sub(usize::from(is_silent(&tag.name)));
                if silent == 0 && !is_inline(&tag.name) {
                    found.push((Visible::Break, tag.span.start..tag.span.end));
                }
            }
            Ok(Token::String(text)) if silent == 0 => {
                found.push((Visible::Words(lossy(&text.value)), text.span.start..text.span.end));
            }
            _ => {}
        }
    }
    found
}

/// Elements whose text no reader sees.
fn is_silent(name: &[u8]) -> bool {
    matches!(name, b"script" | b"style" | b"template" | b"noscript" | b"title")
}

/// Elements that show something without words.
fn is_object(name: &[u8]) -> bool {
    let all: [&[u8]; 15] = [
        b"img", b"picture", b"svg", b"iframe", b"video", b"audio", b"object", b"embed", b"canvas", b"input",
        b"hr", b"math", b"map", b"button", b"select",
    ];
    all.contains(&name)
}

/// Elements that stand within a line.
fn is_inline(name: &[u8]) -> bool {
    let all: [&[u8]; 34] = [
        b"a", b"abbr", b"b", b"bdi", b"bdo", b"big", b"cite", b"code", b"data", b"del", b"dfn", b"em",
        b"font", b"i", b"img", b"ins", b"kbd", b"label", b"mark", b"q", b"ruby", b"rt", b"rp", b"s", b"samp",
        b"small", b"span", b"strike", b"strong", b"sub", b"sup", b"time", b"u", b"var",
    ];
    all.contains(&name)
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The value within `name = "value"`, quotes left out. The tokenizer's span may include a `>` after an unquoted value.
fn value_span(html: &str, start: usize, end: usize) -> (usize, usize) {
    let (start, end) = (boundary(html, start), boundary(html, end));
    let attribute = html.get(start..end).unwrap_or("");
    let Some(equals) = attribute.find('=') else { return (start, end) };
    let value = attribute[equals + 1..].trim_start();
    let at = start + attribute.len() - value.len();
    for quote in ['"', '\''] {
        if let Some(inside) = value.strip_prefix(quote) {
            return (at + 1, at + 1 + inside.find(quote).unwrap_or(inside.len()));
        }
    }
    let length = value.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(value.len());
    (at, at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_exact_places() {
        let html = r#"日<a HREF="/x?a=1&amp;b" id=y name='z'>語</a><!-- <b id=no> --><img src=p.png>"#;
        let shown: Vec<String> = elements(html, 0)
            .iter()
            .flat_map(|element| {
                let name = element.name.clone();
                element
                    .attributes
                    .iter()
                    .map(move |(key, value, span)| format!("{name}.{key}={value} [{}]", &html[span.range()]))
            })
            .collect();
        assert_eq!(
            shown,
            ["a.href=/x?a=1&b [/x?a=1&amp;b]", "a.id=y [y]", "a.name=z [z]", "img.src=p.png [p.png]"]
        );
    }
}
