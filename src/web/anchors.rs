//! Whether a page that arrives piece by piece has an anchor: [`Scanner`]. It keeps no more of the page than one tag.

use percent_encoding::percent_decode_str;

use super::{known, memory::AnchorVerdict};
use crate::fragment::{before_text, is_for_script};

/// What a fragment of a link asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing: the top of the page, or a part of its text.
    Nothing,
    /// Something that only a program in the browser knows.
    Unverifiable,
    /// An anchor.
    Anchor(String),
}

/// What the fragment of a link to `url` asks for.
pub fn wanted(url: &str, fragment: &str) -> Wanted {
    let anchor = before_text(fragment);
    if anchor.is_empty() || anchor.eq_ignore_ascii_case("top") {
        return Wanted::Nothing;
    }
    // Of pages that are not ours, less is known.
    let is_route = is_for_script(anchor) || anchor.contains(['=', '&', '?']);
    if is_route || known::is_made_by_script(url, anchor) {
        return Wanted::Unverifiable;
    }
    Wanted::Anchor(anchor.to_owned())
}

#[derive(Debug)]
struct Anchor {
    /// The forms in which it may stand in the page.
    forms: Vec<String>,
    found: bool,
}

/// Reads a page, as text, in pieces.
#[derive(Debug)]
pub struct Scanner {
    anchors: Vec<Anchor>,
    /// What was not read yet: less than a tag.
    rest: String,
    /// Inside this element, of which the text is no markup; or inside a comment, `!--`.
    inside: Option<String>,
    ids: usize,
    text: usize,
    has_root: bool,
}

/// No tag is longer; what looks like one is text.
const LONGEST_TAG: usize = 64 * 1024;

impl Scanner {
    /// Looks for these anchors, given as they are written in links.
    pub fn new<'a>(anchors: impl IntoIterator<Item = &'a str>) -> Self {
        let forms = |written: &str| {
            let decoded = percent_decode_str(written).decode_utf8_lossy().into_owned();
            let mut forms = vec![written.to_owned(), format!("user-content-{decoded}")];
            forms.insert(1, decoded);
            forms
        };
        let anchors = anchors.into_iter().map(|own| Anchor { forms: forms(own), found: false }).collect();
        Self { anchors, rest: String::new(), inside: None, ids: 0, text: 0, has_root: false }
    }

    /// Reads on; whether there is more to look for.
    pub fn read(&mut self, text: &str) -> bool {
        let mut input = std::mem::take(&mut self.rest);
        input.push_str(text);
        let mut at = 0;
        while at < input.len() {
            match self.step(&input[at..]) {
                Some(length) => at += length,
                None => break,
            }
        }
        input.drain(..at);
        self.rest = input;
        !self.anchors.iter().all(|anchor| anchor.found)
    }

    /// Reads one tag, or the text before it; `None`: its end is not here yet.
    fn step(&mut self, input: &str) -> Option<usize> {
        if let Some(element) = &self.inside {
            let end = if element == "!--" { "-->".to_owned() } else { format!("</{element}") };
            let found = find_ignoring_case(input, &end);
            return match found {
                Some(at) => {
                    self.inside = None;
                    Some(at + if end == "-->" { 3 } else { 0 })
                }
                None => {
                    // The end may be cut in two.
                    let mut kept = input.len().saturating_sub(end.len());
                    while !input.is_char_boundary(kept) {
                        kept -= 1;
                    }
                    (kept > 0).then_some(kept)
                }
            };
        }
        let Some(start) = input.find('<') else {
            self.text += input.trim().len();
            return Some(input.len());
        };
        if start > 0 {
            self.text += input[..start].trim().len();
            return Some(start);
        }
        if input.starts_with("<!--") {
            self.inside = Some("!--".to_owned());
            return Some(4);
        }
        if input.len() < 4 {
            return None;
        }
        let is_tag = input.as_bytes()[1].is_ascii_alphabetic();
        if !is_tag {
            return Some(1);
        }
        let Some(end) = tag_end(input) else {
            return (input.len() > LONGEST_TAG).then_some(1);
        };
        self.tag(&input[1..end]);
        Some(end + 1)
    }

    fn tag(&mut self, tag: &str) {
        let name_end = tag.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(tag.len());
        let name = tag[..name_end].to_ascii_lowercase();
        for (attribute, value) in attributes(&tag[name_end..]) {
            let is_id = attribute.eq_ignore_ascii_case("id");
            let is_name = name == "a" && attribute.eq_ignore_ascii_case("name");
            if !is_id && !is_name {
                continue;
            }
            let value = entities(value);
            self.ids += 1;
            self.has_root |= is_id && matches!(value.as_str(), "root" | "app" | "__next" | "__nuxt");
            for anchor in &mut self.anchors {
                let is_it = |form: &String| *form == value || is_name && form.eq_ignore_ascii_case(&value);
                anchor.found = anchor.found || anchor.forms.iter().any(is_it);
            }
        }
        if matches!(name.as_str(), "script" | "style" | "textarea" | "title" | "noscript" | "template") {
            self.inside = Some(name);
        }
    }

    /// What became of the anchors, in the order in which they were given; `whole`: the page was read to its end.
    pub fn verdicts(&self, whole: bool) -> Vec<AnchorVerdict> {
        let is_shell = self.ids < 10 && self.has_root || self.text < 200;
        let otherwise = if whole && !is_shell { AnchorVerdict::Missing } else { AnchorVerdict::Unverifiable };
        let verdict = |anchor: &Anchor| if anchor.found { AnchorVerdict::Found } else { otherwise };
        self.anchors.iter().map(verdict).collect()
    }
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|part| part.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// Where a tag that starts with the text ends: at the first `>` outside of quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = b' ';
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match quote {
            Some(mark) if byte == mark => quote = None,
            Some(_) => {}
            // A quote starts a value only behind `=`.
            None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
            None if byte == b'>' => return Some(at),
            None => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    None
}

fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return None;
        }
        // A first `=` belongs to the name.
        let start = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[start..]
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '='))
            .map_or(rest.len(), |at| start + at);
        let name = &rest[..end];
        rest = rest[end..].trim_start_matches(|c: char| c.is_ascii_whitespace());
        let Some(value) = rest.strip_prefix('=') else { return Some((name, "")) };
        let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let value = match quote {
            Some(mark) => {
                let inner = &value[1..];
                let end = inner.find(mark).unwrap_or(inner.len());
                rest = inner.get(end + 1..).unwrap_or("");
                &inner[..end]
            }
            None => {
                let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
                rest = &value[end..];
                &value[..end]
            }
        };
        Some((name, value))
    })
}

/// A value with its references resolved, as far as ids have any.
fn entities(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').unwrap_or(0);
        let name = rest.get(1..end).unwrap_or("");
        let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        });
        let c = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => number.and_then(char::from_u32),
        };
        match c {
            Some(c) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text enough for a page that no script fills.
    fn page(body: &str) -> String {
        format!("<title>id=\"no\"</title>{body}<p>{}</p>", "Words of a page that people read. ".repeat(9))
    }

    #[track_caller]
    fn check(html: &str, anchor: &str, expected: AnchorVerdict) {
        for size in [1, 2, 7, 1000] {
            let mut scanner = Scanner::new([anchor]);
            let mut rest = html;
            while !rest.is_empty() {
                let mut end = size.min(rest.len());
                while !rest.is_char_boundary(end) {
                    end += 1;
                }
                scanner.read(&rest[..end]);
                rest = &rest[end..];
            }
            assert_eq!(scanner.verdicts(true), [expected], "{anchor} in pieces of {size}: {html}");
        }
    }

    #[test]
    fn anchors_are_found_wherever_browsers_find_them() {
        for (html, anchor) in [
            ("<h2 id=\"a\">", "a"),
            ("<h2 class=x id = 'a b'>", "a%20b"),
            ("<h2 id=a/>", "a/"),
            ("<H2\nID=a>", "a"),
            ("<a name=\"Old\">", "old"),
            ("<h2 id=\"user-content-a\">", "a"),
            ("<h2 id=\"日本\">", "%E6%97%A5%E6%9C%AC"),
            ("<h2 id=\"r&amp;d\">", "r&d"),
            ("<h2 id=\"&#x61;\">", "a"),
            ("<h2 title=\"a > b\" id=\"a\">", "a"),
            ("<!-- x --><h2 id=a>", "a"),
            ("<script>if (a<b) '<h2 id=no>'</script><h2 id=a>", "a"),
            ("a < b <h2 id=a>", "a"),
        ] {
            check(&page(html), anchor, AnchorVerdict::Found);
        }
    }

    #[test]
    fn what_browsers_do_not_see_is_no_anchor() {
        for html in [
            "<h2 id=\"b\">",
            "<h2 name=\"a\">",
            "<!-- <h2 id=a> -->",
            "<script>\"<h2 id='a'>\"</script>",
            "<h2 data-id=\"a\">",
            "id=\"a\"",
            "<h2 id=\"A\">",
        ] {
            check(&page(html), "a", AnchorVerdict::Missing);
        }
    }

    #[test]
    fn pages_that_a_script_fills_say_nothing() {
        check("<div id=\"root\"></div><script src=x></script>", "a", AnchorVerdict::Unverifiable);
        check("<p>Loading</p>", "a", AnchorVerdict::Unverifiable);
        let mut scanner = Scanner::new(["a"]);
        assert!(scanner.read(&page("")));
        assert_eq!(scanner.verdicts(false), [AnchorVerdict::Unverifiable]);
    }

    #[test]
    fn reading_ends_with_the_last_anchor() {
        let mut scanner = Scanner::new(["a", "b"]);
        assert!(scanner.read("<h1 id=b>"));
        assert!(!scanner.read("<h1 id=a>"));
    }

    #[test]
    fn fragments_ask_for_anchors_or_for_something_else() {
        let anchor = |text: &str| Wanted::Anchor(text.to_owned());
        for (fragment, expected) in [
            ("", Wanted::Nothing),
            ("Top", Wanted::Nothing),
            (":~:text=a", Wanted::Nothing),
            ("a:~:text=b", anchor("a")),
            ("/route", Wanted::Unverifiable),
            ("!a", Wanted::Unverifiable),
            ("page=3", Wanted::Unverifiable),
            ("a", anchor("a")),
        ] {
            assert_eq!(wanted("https://a.org/", fragment), expected, "{fragment}");
        }
        assert_eq!(wanted("https://github.com/a/b/blob/main/x.rs", "L10-L12"), Wanted::Unverifiable);
        assert_eq!(wanted("https://github.com/a/b/issues/1", "issuecomment-1"), Wanted::Unverifiable);
    }
}
