//! Glob patterns as Hugo has them: `*` within a path element, `**` across, `{a,b}` with empty alternatives too.
//! Hugo: `hugofs/hglob/glob.go`, on gobwas/glob.

use globset::{GlobBuilder, GlobMatcher};

/// A pattern.
#[derive(Debug, Clone)]
pub struct Glob(Vec<GlobMatcher>);

/// A pattern with more alternatives than this is cut off.
const MAX_ALTERNATIVES: usize = 256;

impl Glob {
    /// Compiles a pattern; what cannot be compiled matches nothing.
    pub fn new(pattern: &str) -> Self {
        let compiled = |pattern: &String| {
            let glob = GlobBuilder::new(&spelled_out(pattern)).literal_separator(true).build().ok()?;
            Some(glob.compile_matcher())
        };
        Self(alternatives(pattern).iter().filter_map(compiled).collect())
    }

    /// Whether a path matches.
    pub fn is_match(&self, path: &str) -> bool {
        self.0.iter().any(|matcher| matcher.is_match(path))
    }
}

/// `**.md` as `**/*.md`, which is how the library spells it.
fn spelled_out(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find("**") {
        let (before, after) = (&rest[..at], rest[at + 2..].trim_start_matches('*'));
        out.push_str(before);
        if !out.is_empty() && !out.ends_with('/') {
            out.push_str("*/");
        }
        out.push_str("**");
        if !after.is_empty() && !after.starts_with('/') {
            out.push_str("/*");
        }
        rest = after;
    }
    out + rest
}

/// Writes out the braces, because `**` next to a brace is not `**` for the library.
fn alternatives(pattern: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut waiting = vec![pattern.to_owned()];
    while let Some(pattern) = waiting.pop() {
        let braces = pattern.find('{').and_then(|open| Some((open, open + closing(&pattern[open..])?)));
        let Some((open, close)) = braces.filter(|_| done.len() + waiting.len() < MAX_ALTERNATIVES) else {
            done.push(pattern);
            continue;
        };
        for part in split(&pattern[open + 1..close]) {
            waiting.push(format!("{}{part}{}", &pattern[..open], &pattern[close + 1..]));
        }
    }
    done
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
            ("{a", "x", false),
        ] {
            assert_eq!(Glob::new(pattern).is_match(path), matches, "{pattern} {path}");
        }
    }
}
