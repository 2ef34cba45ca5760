//! Redirect rules that a template makes, as far as they can be told without running it: [`RuleTemplates`].

use std::collections::BTreeSet;

use super::redirects::{self, Redirect};
use crate::value::{Data, Value};

/// A rule that there may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PossibleRedirect {
    /// What it covers; where it leads is not known.
    pub rule: Redirect,
    /// How many elements of a path there are up to the one that the template fills in; `None`: it is written out.
    pub filled: Option<usize>,
}

impl PossibleRedirect {
    /// Whether another covers the same.
    pub(super) fn covers_like(&self, other: &Self) -> bool {
        self.filled == other.filled && self.rule.covers_like(&other.rule)
    }
}

/// What the templates say that make rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RuleTemplates {
    /// The rules that are written out in them.
    pub written: Vec<Redirect>,
    /// Those of which a part is.
    pub possible: Vec<PossibleRedirect>,
    /// They make others, too.
    pub computes: bool,
    /// The parameters of pages and of the site that they ask for, in lower case.
    pub params: BTreeSet<String>,
    /// The data files that they ask for: the first element of their path in `data`, in lower case.
    pub data: BTreeSet<String>,
    /// The partials that they call, as they name them.
    pub partials: BTreeSet<String>,
}

impl RuleTemplates {
    /// Reads one more template, which is at `path`.
    pub(super) fn read(&mut self, path: &str, text: &str) {
        for (number, line) in text.lines().map(str::trim).enumerate() {
            if let Some(action) = line.strip_prefix("{{") {
                let action = action.trim_start_matches(['-', ' ']);
                let silent = ["/*", "$", "if ", "range ", "with ", "end", "else", "define "];
                self.computes |= !silent.iter().any(|word| action.starts_with(word)) || line.contains("}} ");
                continue;
            }
            let place = format!("{path}, line {}", number + 1);
            let plain = line.split("{{").next().unwrap_or("");
            let has_action = line.contains("{{");
            if has_action && !plain.contains(char::is_whitespace) {
                self.possible.extend(filled_in(line, place));
            } else {
                // What follows the first action may hold anything, but no status that we could read.
                let rule = redirects::rule(plain, place);
                self.written.extend(rule.map(|rule| if has_action { rule.without_target() } else { rule }));
            }
        }
        self.params.extend(names_after(text, &[".Params.", ".Param \""]));
        self.data.extend(names_after(text, &["ite.Data.", "ite.Data \"", "hugo.Data.", "hugo.Data \""]));
        self.partials.extend(literals_after(text, &["partial ", "partialCached "]));
    }

    /// The rules that may be made from a value that a page at `url` has or, where that is empty, all of the site.
    pub(super) fn possible_of(value: &Value, url: &str, place: &str) -> Vec<PossibleRedirect> {
        let mut found = Vec::new();
        collect(value, url, place, &mut found);
        found
    }
}

/// The rule of a line in whose first word an action stands: it covers what lies below what the action fills in, if more
/// follows there.
fn filled_in(line: &str, place: String) -> Option<PossibleRedirect> {
    let (before, rest) = line.split_once("{{")?;
    let (_, behind) = rest.split_once("}}")?;
    let has_more = behind.split(char::is_whitespace).next().is_some_and(|rest| rest.contains('/'));
    let is_element = before.ends_with('/');
    let filled = before.split('/').filter(|part| !part.is_empty()).count() + usize::from(is_element);
    let pattern = if is_element && !has_more { ":filled" } else { "*" };
    let rule = Redirect::to_unknown(&[before, pattern].concat(), place)?;
    Some(PossibleRedirect { rule, filled: Some(filled) })
}

fn collect(value: &Value, url: &str, place: &str, found: &mut Vec<PossibleRedirect>) {
    match &value.data {
        Data::String(text) => {
            let is_path = !text.is_empty()
                && !text.starts_with('#')
                && !text.contains("://")
                // That is where a rule leads.
                && !text.contains(":splat")
                && !text.contains(char::is_whitespace);
            let from = match text.starts_with('/') {
                true => text.clone(),
                false if url.is_empty() => return,
                false => [url, text.trim_start_matches("./")].concat(),
            };
            let rule = is_path.then(|| Redirect::to_unknown(&from, place.to_owned())).flatten();
            found.extend(rule.map(|rule| PossibleRedirect { rule, filled: None }));
        }
        Data::List(items) => items.iter().for_each(|item| collect(item, url, place, found)),
        Data::Map(entries) => {
            for entry in entries {
                // `/old: /new`
                let key = Value { data: Data::String(entry.key.clone()), span: entry.value.span };
                if entry.key.starts_with('/') {
                    collect(&key, url, place, found);
                }
                collect(&entry.value, url, place, found);
            }
        }
        _ => {}
    }
}

/// The names that follow one of these texts, in lower case.
fn names_after(text: &str, starts: &[&str]) -> BTreeSet<String> {
    let name = |rest: &str| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(rest.len());
        rest[..end].to_lowercase()
    };
    let of = |start: &&str| -> Vec<String> {
        text.match_indices(*start).map(|(at, start)| name(&text[at + start.len()..])).collect()
    };
    starts.iter().flat_map(of).filter(|name| !name.is_empty()).collect()
}

/// The strings that follow one of these words.
fn literals_after(text: &str, words: &[&str]) -> BTreeSet<String> {
    let literal = |rest: &str| {
        let inside = rest.trim_start().strip_prefix(['"', '`'])?;
        Some(inside[..inside.find(['"', '`'])?].to_owned())
    };
    let of = |word: &&str| -> Vec<String> {
        text.match_indices(*word).filter_map(|(at, word)| literal(&text[at + word.len()..])).collect()
    };
    words.iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{source::Span, value};

    fn read(text: &str) -> RuleTemplates {
        let mut templates = RuleTemplates::default();
        templates.read("t", text);
        templates
    }

    #[test]
    fn what_is_written_out_is_known() {
        let own = read("{{ $v := 1 }}\n/slack https://x\n/docs/next/* /docs/{{ $v }}/:splat\n");
        let covers = |path| own.written.iter().any(|rule| rule.covers(path));
        assert!(covers("/slack") && covers("/docs/next/a") && !covers("/docs/a") && !own.computes);
        assert!(own.written[1].target("/docs/next/a").is_none());
    }

    #[test]
    fn what_is_filled_in_is_possible() {
        let covers = |line: &str, path: &str| {
            let own = read(line);
            assert!(own.written.is_empty(), "{line}");
            own.possible.iter().any(|own| own.rule.covers(path)).then(|| own.possible[0].filled)
        };
        assert_eq!(covers("/v{{ $v }}/x /y", "/v7/x"), Some(Some(1)));
        assert_eq!(covers("/docs/{{ $v }} /y", "/docs/a/"), Some(Some(2)));
        assert_eq!(covers("/docs/{{ $v }} /y/{{ $v }}", "/docs/a/b"), None);
        assert_eq!(covers("/docs/{{ $v }}/* /y/:splat", "/docs/a/b"), Some(Some(2)));
        assert_eq!(covers("/{{ $v }}/* /y", "/docs/a"), None, "the rule for everything");
        assert!(read("{{ range .Pages }}\n{{ .RelPermalink }} {{ .Params.to }}\n{{ end }}").computes);
    }

    #[test]
    fn what_templates_ask_for_is_listed() {
        let own = read(
            "{{ range site.Data.Moved }}{{ partial \"r/one.txt\" . }}{{ end }}{{ .Params.redirect_from }}{{ .Param \"to\" }}",
        );
        let all = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(
            (all(&own.data), all(&own.partials), all(&own.params)),
            ("moved".to_owned(), "r/one.txt".to_owned(), "redirect_from to".to_owned())
        );
    }

    #[test]
    fn values_hold_paths() {
        let covers = |yaml: &str, url: &str, path: &str| {
            let value = value::parse(value::Format::Yaml, yaml, Span::new(0, yaml.len())).0;
            RuleTemplates::possible_of(&value, url, "p").iter().any(|own| own.rule.covers(path))
        };
        assert!(covers("- {from: old, to: '#new'}", "/a/", "/a/old"));
        assert!(covers("- {from: '/b/*', to: /c}", "/a/", "/b/x/"));
        assert!(covers("/old: https://x.org", "", "/old/"));
        assert!(!covers("- {from: old, to: '#new'}", "/a/", "/a/new"));
        assert!(!covers("from: old", "", "/old"), "nobody knows below what");
    }
}
