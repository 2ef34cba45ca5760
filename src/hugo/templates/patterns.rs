//! Regular expressions in templates: [`Pattern`].

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    sync::{Mutex, PoisonError},
};

use memchr::memmem::Finder;
use regex::Regex;
use regex_syntax::hir::{Hir, HirKind};
use rustc_hash::FxHashMap;

/// So many patterns are kept.
const PATTERNS: usize = 500;

/// Patterns that are compiled, by their text: to compile one takes far longer than to match it.
static COMPILED: Mutex<BTreeMap<String, Option<Regex>>> = Mutex::new(BTreeMap::new());

thread_local! {
    /// Those of one thread, which has room of its own to match in: templates ask for the same few at every call.
    static OWN: RefCell<FxHashMap<String, Option<Rc<Pattern>>>> = RefCell::default();
}

/// A regular expression of Go. It is compiled for the first text in which it may match.
#[derive(Debug)]
pub(super) struct Pattern {
    text: String,
    /// What stands in all that it matches.
    needed: Finder<'static>,
    compiled: OnceCell<Option<Regex>>,
}

impl Pattern {
    /// `None`: it is none, or we do not know its syntax.
    pub(super) fn of(pattern: &str) -> Option<Rc<Self>> {
        let read = || {
            let text = of_go(pattern);
            let needed = Finder::new(needed(&regex_syntax::parse(&text).ok()?)).into_owned();
            Some(Rc::new(Self { text, needed, compiled: OnceCell::new() }))
        };
        OWN.with_borrow_mut(|known| {
            if let Some(own) = known.get(pattern) {
                return own.clone();
            }
            if known.len() == PATTERNS {
                known.clear();
            }
            known.entry(pattern.to_owned()).or_insert_with(read).clone()
        })
    }

    /// The expression, if it may match in this text; `None`: it is too large.
    pub(super) fn on(&self, text: &str) -> Option<Option<&Regex>> {
        if self.needed.find(text.as_bytes()).is_none() {
            return Some(None);
        }
        self.compiled.get_or_init(|| self.compile()).as_ref().map(Some)
    }

    fn compile(&self) -> Option<Regex> {
        // A thread that panicked has left nothing half-written here.
        let mut all = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() == PATTERNS {
            all.clear();
        }
        all.entry(self.text.clone()).or_insert_with(|| Regex::new(&self.text).ok()).clone()
    }
}

/// The longest text that is certainly there.
fn needed(pattern: &Hir) -> &[u8] {
    match pattern.kind() {
        HirKind::Literal(literal) => &literal.0,
        HirKind::Capture(group) => needed(&group.sub),
        HirKind::Repetition(repeated) if repeated.min > 0 => needed(&repeated.sub),
        HirKind::Concat(all) => all.iter().map(needed).max_by_key(|own| own.len()).unwrap_or_default(),
        _ => &[],
    }
}

/// A pattern of Go as one of ours: `\d` is a digit of ASCII, `\s` no space but its, and brackets in brackets mean
/// themselves. That is also far less to compile. Go: `regexp/syntax`.
fn of_go(pattern: &str) -> String {
    let mut out = String::with_capacity(2 * pattern.len());
    let mut chars = pattern.chars();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        let next = chars.clone().next();
        match (c, next) {
            ('\\', Some(next)) => {
                chars.next();
                match next {
                    'd' => out.push_str("[0-9]"),
                    'D' => out.push_str("[^0-9]"),
                    's' => out.push_str(r"[\t\n\x0C\r ]"),
                    'S' => out.push_str(r"[^\t\n\x0C\r ]"),
                    'w' => out.push_str("[0-9A-Za-z_]"),
                    'W' => out.push_str("[^0-9A-Za-z_]"),
                    'b' => out.push_str(r"(?-u:\b)"),
                    'B' => out.push_str(r"(?-u:\B)"),
                    next => out.extend([c, next]),
                }
            }
            ('[', _) if !in_class => {
                in_class = true;
                out.push(c);
                let rest = chars.as_str();
                let first = rest.strip_prefix('^').unwrap_or(rest);
                let start = rest.len() - first.len() + usize::from(first.starts_with(']'));
                out.push_str(&rest[..start]);
                chars = rest[start..].chars();
            }
            // `[:alpha:]`
            ('[', Some(':')) if in_class && chars.as_str().contains(":]") => {
                let rest = chars.as_str();
                let end = rest.find(":]").map_or(0, |at| at + 2);
                out.push(c);
                out.push_str(&rest[..end]);
                chars = rest[end..].chars();
            }
            ('[' | '&' | '~', _) if in_class => out.extend(['\\', c]),
            _ => {
                in_class &= c != ']';
                out.push(c);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn check(pattern: &str, text: &str, expected: Option<&str>) {
        let found = Pattern::of(pattern).expect("a pattern");
        let found = found.on(text).expect("a small one").and_then(|own| own.find(text));
        assert_eq!(found.map(|found| found.as_str()), expected, "{pattern}");
    }

    #[test]
    fn patterns_mean_what_they_mean_in_go() {
        check(r"\d+", "٣3", Some("3"));
        check(r"a\s", "a\u{a0}a ", Some("a "));
        check(r"\w+$", "éa_1", Some("a_1"));
        check(r"[^\s[]+", "[日本 x", Some("日本"));
        check(r"[[:alpha:]&&~]+", "1a&&~", Some("a&&~"));
        check(r"[]\d]+", "x]1", Some("]1"));
        check(r"[^]]+", "]a]", Some("a"));
        check(r"^([^:]+):[a-z]+", "a: b:c", None);
        check(r"[\s:]+[a-z]", "1: a", Some(": a"));
        check(r"[[:x]+", "a[:x", Some("[:x"));
        check(r"[[:digit:]:][a-z]", "x:a1", Some(":a"));
        check(r"\bb", "éb", Some("b"));
        check(r"\{\{\s*\$a\s*\}\}", "{{ $a }}", Some("{{ $a }}"));
    }

    #[test]
    fn patterns_are_compiled_where_they_may_match() {
        let check = |pattern: &str, text: &str, expected: bool| {
            let own = Pattern::of(pattern).expect("a pattern");
            assert_eq!(own.on(text).expect("a small one").is_some(), expected, "{pattern}");
        };
        check(r"\{\{\s*\$ab\s*\}\}", "{{ $a }}", false);
        check(r"\{\{\s*\$ab\s*\}\}", "$ab", true);
        check("(abc|d)e?", "d", true);
        check("(?:abc){0,2}d", "d", true);
        check("(?:abc){1,2}", "ab", false);
        check("(?i)abc", "ABC", true);
        check("abc*", "ab", true);
        check("abc|d", "d", true);
        check("", "", true);
    }
}
