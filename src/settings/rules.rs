//! `[rules]`, `[per-file]` and `exclude`: which rules run, at which levels, with which options, and where.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{level, mistake, unknown_keys};
use crate::{
    diagnostic::{Diagnostic, Level},
    lint::Chosen,
    rules,
    source::Span,
    value::{Data, Mistake, Value},
};

/// What is configured about rules. Of two entries about one thing the later counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RuleSettings {
    /// `[rules]`: those of files that are extended come first.
    pub entries: Vec<RuleSetting>,
    /// `[per-file]`, in the same order.
    pub per_file: Vec<FileSetting>,
    /// `exclude`: patterns of files in which nothing is reported.
    pub exclude: Vec<String>,
}

/// `missing-alt = "off"`, or a table with a level and the rule's own options.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleSetting {
    /// A rule or a group.
    pub name: String,
    /// Its level, if one is given; `Some(None)` is off.
    pub level: Option<Option<Level>>,
    /// The rule's own options.
    pub options: Value,
    /// The file that says so.
    pub path: String,
    /// Where.
    pub span: Span,
}

/// `"content/ja/**" = { ignore = ["links"], levels = { missing-alt = "warning" } }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSetting {
    /// Which files, as in a .gitignore at the site's root.
    pub pattern: String,
    /// Rules and groups with their levels; `None` is off.
    pub levels: Vec<(String, Option<Level>)>,
    /// The file that says so.
    pub path: String,
}

impl RuleSettings {
    pub(super) fn add(&mut self, root: &Value, path: &str, mistakes: &mut Vec<Mistake>) {
        for entry in root.get("rules").map(Value::entries).unwrap_or_default() {
            if is_known(&entry.key, entry.key_span, mistakes) {
                let read = RuleSetting::read(&entry.key, &entry.value, mistakes);
                let (level, options) = read.unwrap_or((None, Value::map()));
                let (name, span) = (entry.key.clone(), entry.key_span);
                self.entries.push(RuleSetting { name, level, options, path: path.to_owned(), span });
            }
        }
        for entry in root.get("per-file").map(Value::entries).unwrap_or_default() {
            is_pattern(&entry.key, entry.key_span, mistakes);
            unknown_keys(&entry.value, &["ignore", "levels"], mistakes);
            let mut levels = Vec::new();
            for name in entry.value.get("ignore").map(Value::items).unwrap_or_default() {
                let text = name.to_text().unwrap_or_default();
                if is_known(&text, name.span, mistakes) {
                    levels.push((text, None));
                }
            }
            for own in entry.value.get("levels").map(Value::entries).unwrap_or_default() {
                if is_known(&own.key, own.key_span, mistakes) {
                    levels.extend(level(&own.value, mistakes).map(|level| (own.key.clone(), level)));
                }
            }
            self.per_file.push(FileSetting { pattern: entry.key.clone(), levels, path: path.to_owned() });
        }
        for pattern in root.get("exclude").map(Value::items).unwrap_or_default() {
            let text = pattern.to_text().unwrap_or_default();
            if is_pattern(&text, pattern.span, mistakes) {
                self.exclude.push(text);
            }
        }
    }

    /// The level of a rule whose default is this; `None` is off.
    pub fn level(&self, rule: &str, group: &str, default: Option<Level>) -> Option<Level> {
        let own = self.entries.iter().rev().find(|entry| entry.name == rule && entry.level.is_some());
        // What a rule's own name says counts over what its group's says, which does not switch on what is off.
        let of_group =
            || self.entries.iter().rev().find(|entry| entry.name == group && entry.level.is_some());
        match (own, default) {
            (Some(own), _) => own.level.flatten(),
            (None, Some(default)) => of_group().map_or(Some(default), |group| group.level.flatten()),
            (None, None) => None,
        }
    }

    /// The options of a rule, those of all entries together.
    pub fn options(&self, rule: &str) -> Value {
        let mut options = Value::map();
        for entry in self.entries.iter().filter(|entry| entry.name == rule) {
            options.overlay(entry.options.clone());
        }
        options
    }

    /// Takes away what is excluded, and gives findings the levels that they have in their files.
    pub fn adjust(&self, found: &mut Vec<Diagnostic>, rules: &[Chosen]) {
        if self.exclude.is_empty() && self.per_file.is_empty() {
            return;
        }
        let excluded = matcher(&self.exclude);
        let files: Vec<(Gitignore, &FileSetting)> = self
            .per_file
            .iter()
            .map(|setting| (matcher(std::slice::from_ref(&setting.pattern)), setting))
            .collect();
        found.retain_mut(|finding| {
            if matches(&excluded, &finding.path) {
                return false;
            }
            let chosen = rules.iter().find(|chosen| chosen.entry.name == finding.rule);
            let group = chosen.map_or("", |chosen| chosen.group.as_str());
            let here = files.iter().filter(|(files, _)| matches(files, &finding.path));
            let levels = || here.clone().flat_map(|(_, setting)| &setting.levels);
            let own = levels().rfind(|(name, _)| name == finding.rule);
            let Some((_, level)) = own.or_else(|| levels().rfind(|(name, _)| name == group)) else {
                return true;
            };
            // A finding that is less bad than its rule stays so.
            let usual = chosen.is_none_or(|chosen| chosen.level == finding.level);
            finding.level =
                level.map_or(finding.level, |level| if usual { level } else { finding.level.min(level) });
            level.is_some()
        });
    }
}

impl RuleSetting {
    /// The level and the options.
    fn read(
        name: &str,
        value: &Value,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<(Option<Option<Level>>, Value)> {
        let Data::Map(entries) = &value.data else {
            return Some((Some(level(value, mistakes)?), Value::map()));
        };
        let (levels, options): (Vec<_>, Vec<_>) =
            entries.iter().cloned().partition(|entry| entry.key == "level");
        let own_level = levels.first().and_then(|entry| level(&entry.value, mistakes));
        let options = Value { data: Data::Map(options), span: value.span };
        match rules::find(name) {
            Some(rule) => {
                let schema = (rule.schema)();
                let own = schema.get("properties").and_then(serde_json::Value::as_object);
                let mut known: Vec<&str> =
                    own.into_iter().flat_map(|own| own.keys()).map(String::as_str).collect();
                known.push("level");
                let before = mistakes.len();
                unknown_keys(&options, &known, mistakes);
                let fault = (rule.configure)(&options).err().filter(|_| mistakes.len() == before);
                mistakes.extend(fault);
                if mistakes.len() > before {
                    return Some((own_level, Value::map()));
                }
            }
            None => unknown_keys(&options, &["level"], mistakes),
        }
        Some((own_level, options))
    }
}

fn is_known(name: &str, span: Span, mistakes: &mut Vec<Mistake>) -> bool {
    let known = rules::known(name);
    mistakes.extend(known.clone().err().map(|message| mistake(span, message)));
    known.is_ok()
}

fn is_pattern(text: &str, span: Span, mistakes: &mut Vec<Mistake>) -> bool {
    let mut builder = GitignoreBuilder::new("");
    let fault = builder.add_line(None, text).err().map(|error| error.to_string());
    let fault = fault.or_else(|| text.trim().is_empty().then(|| "expected a pattern of paths".to_owned()));
    mistakes.extend(fault.clone().map(|message| mistake(span, message)));
    fault.is_none()
}

/// Patterns as in a .gitignore at the site's root.
fn matcher(patterns: &[String]) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    for pattern in patterns {
        // What is no pattern was said when it was read.
        _ = builder.add_line(None, pattern);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

fn matches(files: &Gitignore, path: &str) -> bool {
    !path.starts_with("../") && files.matched_path_or_any_parents(Path::new(path), false).is_ignore()
}
