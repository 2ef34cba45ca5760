//! Heading ids as Goldmark (and Hugo around it) makes them.
//!
//! Hugo: `markup/goldmark/autoid.go`, `markup/blackfriday/anchors.go`,
//! `markup/goldmark/internal/extensions/attributes/attributes.go`.

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::config::IdType;

/// The id that a text gives, before duplicates are numbered. Empty texts give `None`: such a heading has no id.
pub fn slug(text: &str, id_type: IdType) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    let slug = match id_type {
        IdType::Github => github(text.trim()),
        IdType::GithubAscii => {
            let plain: String = text.trim().nfd().filter(|c| !is_combining_mark(*c)).nfc().collect();
            github(&plain).chars().filter(char::is_ascii).collect()
        }
        IdType::Blackfriday => blackfriday(text),
    };
    Some(if slug.is_empty() { "heading".to_owned() } else { slug })
}

fn github(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '-' | ' ' => slug.push('-'),
            '_' => slug.push('_'),
            _ if is_letter(c) || is_decimal_digit(c) => slug.push(lower(c)),
            _ => {}
        }
    }
    slug
}

fn blackfriday(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut pending = false;
    for c in text.chars() {
        if is_letter(c) || c.is_numeric() {
            if pending && !slug.is_empty() {
                slug.push('-');
            }
            pending = false;
            slug.push(lower(c));
        } else {
            pending = true;
        }
    }
    slug
}

/// Go's `unicode.ToLower`: one rune to one rune (never the final sigma, never two letters).
fn lower(c: char) -> char {
    let mut lowered = c.to_lowercase();
    match (lowered.next(), lowered.next()) {
        (Some(only), None) => only,
        (Some(first), Some(_)) => first,
        _ => c,
    }
}

/// Unicode categories L*; `char::is_alphabetic` also counts marks and letter-numbers, which Go does not.
fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphabetic()
    } else {
        c.general_category_group() == GeneralCategoryGroup::Letter
    }
}

/// Unicode category Nd.
fn is_decimal_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { c.general_category() == GeneralCategory::DecimalNumber }
}

/// The ids given out in one document.
#[derive(Debug, Default)]
pub struct Registry {
    taken: FxHashSet<String>,
    /// The first number that may be free behind each id that was taken; ids are never given back.
    next: FxHashMap<String, usize>,
}

impl Registry {
    /// Registers an id as it is (an explicit one).
    pub fn put(&mut self, id: &str) {
        self.taken.insert(id.to_owned());
    }

    /// Registers `id`, or `id-1`, `id-2`, … if it is taken, and returns what was registered.
    pub fn number(&mut self, id: String) -> String {
        if self.taken.insert(id.clone()) {
            return id;
        }
        let next = self.next.entry(id.clone()).or_insert(1);
        loop {
            let candidate = format!("{id}-{next}");
            *next += 1;
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

/// The attribute block at the end of a heading's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    /// Where the `{` stands in the text.
    pub start: usize,
    /// The id and its place in the text, if one is given.
    pub id: Option<(String, usize)>,
}

/// Reads `{#id .class key=value}` at the end of `line`. `{# x}` and `{#x y}` are text for Goldmark.
pub fn trailing_attributes(line: &str) -> Option<Attributes> {
    let trimmed = line.trim_end();
    let inside_end = trimmed.strip_suffix('}')?.len();
    let start = trimmed.rfind('{')?;
    if trimmed[..start].ends_with('\\') {
        return None;
    }
    let mut id = None;
    for attribute in attributes(&trimmed[start + 1..inside_end])? {
        if attribute.name == "id" {
            id = Some((attribute.value.to_owned(), start + 1 + attribute.at));
        }
    }
    Some(Attributes { start, id })
}

/// One of the attributes in a block: `#x` is `id=x`, `.x` is `class=x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute<'t> {
    /// As it is written.
    pub name: &'t str,
    /// Without quotes.
    pub value: &'t str,
    /// Where the value stands.
    at: usize,
}

/// The attributes in `#x .y key=value`; `None`: it is something else.
pub fn attributes(inside: &str) -> Option<Vec<Attribute<'_>>> {
    let mut found = Vec::new();
    let mut at = 0;
    let bytes = inside.as_bytes();
    while at < bytes.len() {
        if bytes[at].is_ascii_whitespace() || bytes[at] == b',' {
            at += 1;
            continue;
        }
        let length = attribute_length(&inside[at..])?;
        let attribute = &inside[at..at + length];
        found.push(match (attribute.strip_prefix('#'), attribute.strip_prefix('.')) {
            (Some(value), _) => Attribute { name: "id", value, at: at + 1 },
            (_, Some(value)) => Attribute { name: "class", value, at: at + 1 },
            _ => {
                let (name, value) = attribute.split_once('=')?;
                let behind = at + name.len() + 1;
                match value.strip_prefix(['"', '\'']) {
                    Some(quoted) => {
                        Attribute { name, value: &quoted[..quoted.len().saturating_sub(1)], at: behind + 1 }
                    }
                    None => Attribute { name, value, at: behind },
                }
            }
        });
        at += length;
    }
    Some(found)
}

/// The length of one attribute at the start of `rest`, or `None` if there is none.
fn attribute_length(rest: &str) -> Option<usize> {
    let name_character = |c: char| {
        !c.is_whitespace() && !matches!(c, ',' | '{' | '}' | '"' | '\'' | '=' | '<' | '>' | '#' | '`')
    };
    if let Some(name) = rest.strip_prefix(['#', '.']) {
        let length = name.find(|c: char| !name_character(c)).unwrap_or(name.len());
        let id_may_be_empty = rest.starts_with('#') && (name.is_empty() || name.starts_with('#'));
        return (length > 0 || id_may_be_empty).then_some(length + 1);
    }
    let name = rest.find(|c: char| !name_character(c)).unwrap_or(rest.len());
    if name == 0 || !rest[name..].starts_with('=') {
        return None;
    }
    let value = &rest[name + 1..];
    let length = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].find(quote)? + 2,
        '[' => value.find(']')? + 1,
        _ => value.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(value.len()),
    };
    Some(name + 1 + length)
}

/// Where the first text node of a nested inline element ends, in the element's source: Goldmark's text stops at an
/// unmatched delimiter that is not escaped, and Hugo takes the first node only (`hugo-semantics`: the first-child rule).
pub fn first_text_node(source: &str, typographer: bool) -> &str {
    let mut characters = source.char_indices();
    while let Some((at, c)) = characters.next() {
        let rest = &source[at..];
        match c {
            '\\' if rest[1..].starts_with(|next: char| next.is_ascii_punctuation()) => _ = characters.next(),
            '[' | '*' | '~' => return &source[..at],
            '!' if rest.starts_with("![") => return &source[..at],
            '_' => {
                let run = rest.len() - rest.trim_start_matches('_').len();
                return &source[..at + run];
            }
            '\'' | '"' if typographer => return &source[..at],
            '-' | '.' | '<' | '>' if typographer => {
                let splits = ["--", "...", "<<", ">>"].iter().any(|mark| rest.starts_with(mark));
                if splits {
                    return &source[..at];
                }
            }
            _ => {}
        }
    }
    source
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_of_the_three_styles() {
        for (text, github, ascii, blackfriday) in [
            ("Hello, World!", "hello-world", "hello-world", "hello-world"),
            ("hello   world", "hello---world", "hello---world", "hello-world"),
            ("Hello_World", "hello_world", "hello_world", "hello-world"),
            ("C++ & C#", "c--c", "c--c", "c-c"),
            ("a/b/c", "abc", "abc", "a-b-c"),
            ("- lead", "--lead", "--lead", "lead"),
            ("trailing-", "trailing-", "trailing-", "trailing"),
            ("emoji 😀 x", "emoji--x", "emoji--x", "emoji-x"),
            ("Ünïcödé Straße", "ünïcödé-straße", "unicode-strae", "ünïcödé-straße"),
            ("Привет мир", "привет-мир", "-", "привет-мир"),
            ("हिन्दी", "हनद", "heading", "ह-न-द"),
            ("日本語の見出し", "日本語の見出し", "heading", "日本語の見出し"),
            ("手順1：設定する", "手順1設定する", "1", "手順1-設定する"),
            ("ユーザー管理　全角空白", "ユーザー管理全角空白", "heading", "ユーザー管理-全角空白"),
            (
                "ｋｉｎｔｏｎｅ　ＡＢＣ１２３",
                "ｋｉｎｔｏｎｅａｂｃ１２３",
                "heading",
                "ｋｉｎｔｏｎｅ-ａｂｃ１２３",
            ),
            ("①手順", "手順", "heading", "①手順"),
            ("〇〇を設定する", "を設定する", "heading", "〇〇を設定する"),
            ("Ⅲ 設定", "-設定", "-", "ⅲ-設定"),
            ("㈱サイボウズ", "サイボウズ", "heading", "サイボウズ"),
            ("佐々木さん", "佐々木さん", "heading", "佐々木さん"),
            ("カタカナー長音・中点", "カタカナー長音中点", "heading", "カタカナー長音-中点"),
            ("か\u{3099}", "か", "heading", "か"),
            ("☆", "heading", "heading", "heading"),
            ("𠮷野家", "𠮷野家", "heading", "𠮷野家"),
            ("a²b ½ Ⅳ", "ab--", "ab--", "a²b-½-ⅳ"),
        ] {
            assert_eq!(slug(text, IdType::Github).as_deref(), Some(github), "github {text}");
            assert_eq!(slug(text, IdType::GithubAscii).as_deref(), Some(ascii), "ascii {text}");
            assert_eq!(slug(text, IdType::Blackfriday).as_deref(), Some(blackfriday), "blackfriday {text}");
        }
        assert_eq!(slug("  ", IdType::Github), None);
    }

    #[test]
    fn duplicates_are_numbered_as_goldmark_numbers_them() {
        let mut registry = Registry::default();
        let ids: Vec<String> =
            ["dup", "dup", "dup-1", "dup"].iter().map(|id| registry.number((*id).to_owned())).collect();
        assert_eq!(ids, ["dup", "dup-1", "dup-1-1", "dup-2"]);
    }

    #[test]
    fn attributes_end_a_heading() {
        #[track_caller]
        fn check(line: &str, expected: Option<(&str, Option<&str>)>) {
            let found = trailing_attributes(line);
            let shown = found.as_ref().map(|a| (&line[..a.start], a.id.as_ref().map(|(id, _)| id.as_str())));
            assert_eq!(shown, expected, "{line}");
            if let Some((id, at)) = found.and_then(|found| found.id) {
                assert!(line[at..].starts_with(&id));
            }
        }
        check("a {#x}", Some(("a ", Some("x"))));
        check("あ{#x_1}", Some(("あ", Some("x_1"))));
        check("a { #x }", Some(("a ", Some("x"))));
        check("a {.c #x key=\"v w\"}", Some(("a ", Some("x"))));
        check("a {id=foo}", Some(("a ", Some("foo"))));
        check("a {id=\"foo bar\"}", Some(("a ", Some("foo bar"))));
        check("a {.c}", Some(("a ", None)));
        check("a {#}", Some(("a ", Some(""))));
        check("a {##}", Some(("a ", Some(""))));
        check("a {###x}", Some(("a ", Some("x"))));
        check("a {x=[1,\"2-3\"] #x}", Some(("a ", Some("x"))));
        check("a {# x}", None);
        check("a {#x y}", None);
        check("a {#x} trailing", None);
        check("a {{x}}", None);
        check("a {foo}", None);
    }
}
