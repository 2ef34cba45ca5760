//! The host's redirect rules: `_redirects` as Netlify and Cloudflare read it, and netlify.toml.

use crate::{
    source::Span,
    value::{self, Format, Value},
};

/// One rule that sends readers elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Path without the splat.
    from: String,
    splat: bool,
}

impl Redirect {
    /// Whether the rule applies to a path.
    pub fn covers(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        if self.splat {
            path.starts_with(&self.from) || self.from.strip_suffix('/') == Some(path)
        } else {
            path == self.from.trim_end_matches('/')
        }
    }
}

/// Reads `_redirects`. Rewrites (status 200) and error pages (404) send nobody anywhere, so they are left out; so are
/// rules with placeholders in the middle and the rule for everything.
pub fn read(text: &str) -> Vec<Redirect> {
    text.lines().filter_map(rule).collect()
}

/// Reads the `[[redirects]]` of a netlify.toml, on the same terms.
pub fn read_netlify(text: &str) -> Vec<Redirect> {
    let (root, _) = value::parse(Format::Toml, text, Span::new(0, text.len()));
    let rules = root.get("redirects").map(Value::items).unwrap_or_default();
    rules
        .iter()
        .filter_map(|rule| {
            let status = rule.get("status").and_then(Value::to_text).unwrap_or_default();
            redirect(&rule.get("from")?.to_text()?, status.parse().unwrap_or(301))
        })
        .collect()
}

/// Reads a template that makes a `_redirects` file: the rules that are written out in it, and whether it computes
/// others.
pub fn read_template(text: &str) -> (Vec<Redirect>, bool) {
    let mut rules = Vec::new();
    let mut computes = false;
    for line in text.lines().map(str::trim) {
        if let Some(action) = line.strip_prefix("{{") {
            let action = action.trim_start_matches(['-', ' ']);
            let silent = ["/*", "$", "if ", "range ", "with ", "end", "else", "define ", "/* "];
            computes |= !silent.iter().any(|word| action.starts_with(word)) || line.contains("}} ");
            continue;
        }
        let plain = line.split("{{").next().unwrap_or("");
        let in_from = line.contains("{{") && !plain.contains(char::is_whitespace);
        if in_from {
            rules.extend(redirect(&format!("{plain}*"), 301));
        } else {
            // What follows the first action may hold anything, but no status that we could read.
            rules.extend(rule(plain));
        }
    }
    (rules, computes)
}

fn rule(line: &str) -> Option<Redirect> {
    let mut words = line.split('#').next()?.split_whitespace();
    let (from, rest) = (words.next()?, words.collect::<Vec<_>>());
    let status = rest.iter().find_map(|word| word.trim_end_matches('!').parse::<u16>().ok()).unwrap_or(301);
    redirect(from, status)
}

fn redirect(from: &str, status: u16) -> Option<Redirect> {
    if !(300..400).contains(&status) {
        return None;
    }
    let path = from.split_once("://").map_or(from, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    let (path, splat) = match path.strip_suffix('*') {
        Some(path) => (path, true),
        None => (path, false),
    };
    let is_plain = path.starts_with('/') && !path.contains(['*', ':']);
    (is_plain && path != "/").then(|| Redirect { from: path.to_owned(), splat })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_of_rules_are_read_as_far_as_they_are_written_out() {
        let (rules, computes) = read_template(
            "{{ $v := 1 }}\n/slack https://x\n/docs/next/* /docs/{{ $v }}/:splat\n/v{{ $v }}/x /y\n",
        );
        let covers = |path| rules.iter().any(|rule| rule.covers(path));
        assert!(
            covers("/slack") && covers("/docs/next/a") && covers("/v7/x") && !covers("/docs/a") && !computes
        );
        assert!(read_template("{{ range .Pages }}\n{{ .RelPermalink }} {{ .Params.to }}\n{{ end }}").1);
    }

    #[test]
    fn redirects_cover_paths_and_rewrites_do_not() {
        let rules = read(
            "# c\n/old /new\n/docs/* /guide/:splat 302!\n/g/* /:splat 200!\n/x/* /404.html 404\n/* /y\n",
        );
        let covers = |path| rules.iter().any(|rule| rule.covers(path));
        assert!(covers("/old") && covers("/old/") && covers("/docs/a/b") && covers("/docs"));
        assert!(!covers("/older") && !covers("/g/a") && !covers("/x/a") && !covers("/other"));
    }
}
