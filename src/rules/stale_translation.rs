//! A translation of which the original has changed.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, hugo::paths::Day, page::Page, site::Site, source::Span};

/// A translation of which the original has changed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct StaleTranslation {
    /// Also report translations that do not say what they were made from, if the original was changed this many days
    /// after their own last change, or more.
    days: Option<u32>,
}

/// The field with which Docsy's translations say from which commit they were made.
const FIELD: &str = "default_lang_commit";

impl Rule for StaleTranslation {
    fn reads_history(&self) -> bool {
        true
    }

    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let (Some(history), Some(translation)) = (&site.history, site.translation(page)) else { return };
        let original = translation.original;
        let language = site.language_name(translation.default_language);
        let Some(entry) = page.front_matter.fields.entry(FIELD) else {
            let last = |page: &Page| history.last_change(page.path());
            let (Some(limit), Some(own), Some(theirs)) = (self.days, last(page), last(original)) else {
                return;
            };
            let (Some(own_day), Some(day)) = (number(&own.day), number(&theirs.day)) else { return };
            let later = day - own_day;
            if !theirs.parents.is_empty() && later > 0 && later >= i64::from(limit) {
                let start = Span { start: 0, end: 0 };
                let message = format!(
                    "this translation was last changed on {}, and the {language} page {later} days later",
                    own.day
                );
                let finding = findings.report(page, start, message);
                finding.help(format!("compare it with `{}`", original.path()));
            }
            return;
        };
        let Some(name) = entry.value.to_text() else { return };
        let name = name.split_whitespace().next().unwrap_or_default();
        let Some(changes) = history.changes_since(original.path(), name) else { return };
        let (Some(newest), path) = (changes.first(), original.path()) else { return };
        let (short, count) = (short(&newest.id), changes.len());
        let how_often = if count == 1 { "once".to_owned() } else { format!("{count} times") };
        let message = format!(
            "the {language} page was changed {how_often} since this commit, last on {} (`{short}`)",
            newest.day
        );
        let finding = findings.report(page, entry.value.span, message);
        finding
            .help(format!("`git diff {name} -- {path}` shows what to translate; then write `{short}` here"));
    }
}

/// As many characters of a commit's name as git shows.
fn short(id: &str) -> &str {
    id.get(..9).unwrap_or(id)
}

/// Days since a day long ago (the first of March of the year 0).
fn number(day: &str) -> Option<i64> {
    let Day { year, month, day } = Day::parse(day)?;
    // Years that begin in March have their leap day at the end.
    let year = i64::from(year) - i64::from(month < 3);
    let month = (i64::from(month) + 9) % 12;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(365 * year + leap_days + (153 * month + 2) / 5 + i64::from(day) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{diagnostic::Level, lint::Chosen, rules::RULES, site::load::Circumstances, tree::MemoryTree};

    #[test]
    fn days_are_counted_over_months_and_leap_days() {
        let between = |from: &str, to: &str| Some(number(to)? - number(from)?);
        assert_eq!(between("2024-02-28", "2024-03-01"), Some(2));
        assert_eq!(between("2023-02-28", "2023-03-01"), Some(1));
        assert_eq!(between("2025-12-31", "2026-01-01"), Some(1));
        assert_eq!(between("2025-03-01", "2026-03-01"), Some(365));
    }

    fn found(options: &str) -> Vec<String> {
        let log = "commit c3 2026-03-03 b2\n\nM\tcontent/a.md\n\ncommit b2 2026-02-01 a1\n\nM\tcontent/a.ja.md\n\ncommit a1 2026-01-01\n";
        let files = [
            ("hugo.toml", "languages.en.label = \"English\"\nlanguages.ja.weight = 2"),
            ("content/a.md", "Text."),
            ("content/a.ja.md", "本文。"),
            (".git/log", log),
        ];
        let tree = MemoryTree::new(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
        let today = Day { year: 2026, month: 4, day: 1 };
        let mut site = Site::load(&tree, Circumstances { today, version: None });
        site.read_history(&tree);
        let entry = RULES.iter().find(|entry| entry.name == "stale-translation").unwrap();
        let whole = crate::source::Span::new(0, options.len());
        let (value, _) = crate::value::parse(crate::value::Format::Toml, options, whole);
        let rule = (entry.configure)(&value).unwrap();
        let found =
            crate::lint::run(&site, &[Chosen { entry, rule, level: Level::Warning, group: String::new() }]);
        found.into_iter().map(|found| format!("{}: {}", found.path, found.message)).collect()
    }

    #[test]
    fn translations_that_do_not_say_are_judged_by_days_if_asked() {
        let message = "content/a.ja.md: this translation was last changed on 2026-02-01, and the English page 30 days later";
        assert_eq!(found("days = 30"), [message]);
        assert_eq!(found("days = 0"), [message]);
        assert_eq!(found("days = 31"), [""; 0]);
        assert_eq!(found(""), [""; 0]);
    }
}
