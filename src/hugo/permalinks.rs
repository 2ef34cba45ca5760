//! `permalinks` in the configuration: patterns for URLs by kind and path.
//!
//! Hugo: `resources/page/permalinks.go`, `DecodePermalinksConfig`.

use super::{config::Config, glob::Glob, version::Version};
use crate::value::{Data, Value};

/// The patterns of one configuration, in the order in which they are tried.
#[derive(Debug, Default)]
pub struct Permalinks {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    kind: Option<Glob>,
    path: Reach,
    languages: Vec<Glob>,
    pattern: String,
}

#[derive(Debug)]
enum Reach {
    Everywhere,
    /// A section by its path, and what is below it; empty: pages of no section.
    Section(String),
    Paths(Glob),
}

impl Permalinks {
    /// Reads either form: tables by section or by kind and section, or (since 0.161) a list of patterns with targets.
    pub fn new(config: &Config, version: Version) -> Self {
        let Some(own) = config.root.get("permalinks") else { return Self::default() };
        if matches!(own.data, Data::List(_)) {
            if !version.at_least(161) {
                return Self::default();
            }
            return Self { rules: own.items().iter().filter_map(targeted).collect() };
        }
        let mut rules = Vec::new();
        for entry in own.entries() {
            match &entry.value.data {
                Data::String(pattern) => {
                    for kind in ["page", "term"] {
                        rules.push(Rule::of_section(kind, &entry.key, pattern));
                    }
                }
                _ => {
                    for section in entry.value.entries() {
                        if let Data::String(pattern) = &section.value.data {
                            rules.push(Rule::of_section(&entry.key.to_lowercase(), &section.key, pattern));
                        }
                    }
                }
            }
        }
        // Hugo takes any rule that fits; where several do, people mean the closest.
        rules.sort_by_key(|rule| match &rule.path {
            Reach::Section(section) => std::cmp::Reverse(section.len()),
            _ => std::cmp::Reverse(0),
        });
        Self { rules }
    }

    /// The pattern for a page.
    pub fn find(&self, kind: &str, identity: &str, language: &str) -> Option<&str> {
        let fits = |rule: &&Rule| {
            rule.kind.as_ref().is_none_or(|glob| glob.is_match(kind))
                && (rule.languages.is_empty() || rule.languages.iter().any(|glob| glob.is_match(language)))
                && match &rule.path {
                    Reach::Everywhere => true,
                    Reach::Section(section) if section.is_empty() => !identity.contains('/'),
                    Reach::Section(section) => {
                        let rest = identity.strip_prefix(section.as_str());
                        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                    }
                    Reach::Paths(glob) => glob.is_match(&format!("/{identity}")),
                }
        };
        self.rules.iter().find(fits).map(|rule| rule.pattern.as_str())
    }
}

impl Rule {
    fn of_section(kind: &str, section: &str, pattern: &str) -> Self {
        Self {
            kind: Some(Glob::new(kind)),
            path: Reach::Section(section.trim_matches([' ', '/']).to_lowercase()),
            languages: Vec::new(),
            pattern: pattern.to_owned(),
        }
    }
}

fn targeted(rule: &Value) -> Option<Rule> {
    let target = rule.get("target");
    let text = |key: &str| target?.get(key)?.to_text().map(|text| text.to_lowercase());
    let matrix = target.and_then(|target| target.at(&["sites", "matrix", "languages"]));
    let languages = matrix.or_else(|| target?.get("lang")).map(Value::texts).unwrap_or_default();
    let environment = text("environment").is_none_or(|glob| Glob::new(&glob).is_match("production"));
    environment.then_some(())?;
    Some(Rule {
        kind: text("kind").map(|kind| Glob::new(&kind)),
        path: text("path").map_or(Reach::Everywhere, |path| Reach::Paths(Glob::new(&path))),
        languages: languages.iter().map(|glob| Glob::new(&glob.to_lowercase())).collect(),
        pattern: rule.get("pattern")?.to_text()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{source::Span, value};

    #[track_caller]
    fn check(yaml: &str, kind: &str, identity: &str, expected: Option<&str>) {
        let (root, _) = value::parse(value::Format::Yaml, yaml, Span::new(0, yaml.len()));
        let permalinks = Permalinks::new(&Config::of_root(root), Version::NEWEST);
        assert_eq!(permalinks.find(kind, identity, "en"), expected, "{kind} {identity}");
    }

    #[test]
    fn patterns_reach_kinds_and_paths() {
        let old = "permalinks: {docs: /d/, docs/api: /a/, /: /r/, section: {docs: /s/}}";
        check(old, "page", "docs/x", Some("/d/"));
        check(old, "page", "docs/api/x", Some("/a/"));
        check(old, "page", "about", Some("/r/"));
        check(old, "page", "docsy/x", None);
        check(old, "section", "docs", Some("/s/"));
        let new = "permalinks: [{pattern: /p/, target: {kind: page, path: '/b/**'}}, {pattern: /q/}]";
        check(new, "page", "b/x", Some("/p/"));
        check(new, "section", "b", Some("/q/"));
    }
}
