//! Glob patterns as Hugo has them: `*` within a path element, `**` across, `{a,b}` with empty alternatives too.
//! Hugo: `hugofs/hglob/glob.go`, on gobwas/glob.

use std::sync::OnceLock;

use regex::bytes::Regex;

/// A pattern.
#[derive(Debug, Clone)]
pub struct Glob {
    pattern: String,
    matcher: Matcher,
}

#[derive(Debug, Clone)]
enum Matcher {
    /// A pattern without special characters.
    Literal,
    /// Compiled when it is needed first: few patterns are asked for every path. `None` if it cannot be compiled.
    Pattern(OnceLock<Option<Regex>>),
}

impl Glob {
    /// A pattern; what cannot be compiled matches nothing.
    pub fn new(pattern: &str) -> Self {
        let is_literal = !pattern.contains(['*', '?', '[', '{', '\\']);
        let matcher = if is_literal { Matcher::Literal } else { Matcher::Pattern(OnceLock::new()) };
        Self { pattern: pattern.to_owned(), matcher }
    }

    /// Whether a path matches.
    pub fn is_match(&self, path: &str) -> bool {
        match &self.matcher {
            Matcher::Literal => self.pattern == path,
            Matcher::Pattern(compiled) => {
                let compiled = compiled.get_or_init(|| compile(&self.pattern));
                compiled.as_ref().is_some_and(|compiled| compiled.is_match(path.as_bytes()))
            }
        }
    }
}

/// Stars stand for bytes, as what stands for characters takes long to compile.
fn compile(pattern: &str) -> Option<Regex> {
    let mut expression = String::from("^(?s:");
    translate(pattern, &mut expression, 0);
    expression.push_str(")$");
    Regex::new(&expression).ok()
}

/// Whether patterns choose a name: one of them matches and none of those that start with `!` does.
pub fn chooses(patterns: &[String], name: &str) -> bool {
    let matches = |pattern: &str| Glob::new(&pattern.trim().to_lowercase()).is_match(name);
    let mut wanted = patterns.iter().filter(|pattern| !pattern.starts_with('!')).peekable();
    let included = wanted.peek().is_none() || wanted.any(|pattern| matches(pattern));
    included && !patterns.iter().filter_map(|pattern| pattern.strip_prefix('!')).any(matches)
}

/// Braces nested deeper than this are taken literally.
const MAX_DEPTH: usize = 8;

/// Writes a pattern as a regular expression.
fn translate(pattern: &str, out: &mut String, depth: usize) {
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let mut used = c.len_utf8();
        match c {
            '*' if rest.starts_with("**") => {
                used = rest.len() - rest.trim_start_matches('*').len();
                out.push_str("(?-u:.*)");
            }
            '*' => out.push_str("(?-u:[^/]*)"),
            '?' => out.push_str("[^/]"),
            '[' if rest[1..].contains(']') => {
                let end = rest[1..].find(']').unwrap_or(0);
                let class = rest[1..=end].replace('\\', "\\\\").replace('[', "\\[").replace('&', "\\&");
                let class =
                    class.strip_prefix('!').map_or_else(|| class.clone(), |class| format!("^{class}"));
                out.push_str(&format!("[{class}]"));
                used = end + 2;
            }
            '{' if depth < MAX_DEPTH && closing(rest).is_some() => {
                let close = closing(rest).unwrap_or(0);
                out.push_str("(?:");
                for (number, part) in split(&rest[1..close]).into_iter().enumerate() {
                    out.push_str(if number == 0 { "" } else { "|" });
                    translate(part, out, depth + 1);
                }
                out.push(')');
                used = close + 1;
            }
            '\\' if rest.len() > 1 => {
                let next = rest[1..].chars().next().map_or(0, char::len_utf8);
                out.push_str(&regex::escape(&rest[1..1 + next]));
                used = 1 + next;
            }
            _ => out.push_str(&regex::escape(&rest[..used])),
        }
        rest = &rest[used..];
    }
}

/// Where the brace that opens `text` closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        depth = match byte {
            b'{' => depth + 1,
            b'}' => depth - 1,
            _ => depth,
        };
        depth == 0
    })
}

/// The parts between commas outside inner braces.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_hugo() {
        for (pattern, path, matches) in [
            ("{,/**}/_includes{,/**}", "/_includes/a", true),
            ("{,/**}/_includes{,/**}", "/docs/x/_includes", true),
            ("{,/**}/_includes{,/**}", "/docs/x/_includes/y/z", true),
            ("{,/**}/_includes{,/**}", "/docs/x_includes", false),
            ("/docs/*", "/docs/a", true),
            ("/docs/*", "/docs/a/b", false),
            ("/docs/**", "/docs/a/b", true),
            ("**.md", "a/b.md", true),
            ("specs/**", "specs/a.md", true),
            ("{a,{b,c}d}", "cd", true),
            ("**/draft/**", "draft/a.md", false),
            ("**/draft/**", "x/draft/a.md", true),
            ("v[0-9].?", "v1.2", true),
            ("[!a]b", "ab", false),
            ("{a", "x", false),
        ] {
            assert_eq!(Glob::new(pattern).is_match(path), matches, "{pattern} {path}");
        }
    }
}
