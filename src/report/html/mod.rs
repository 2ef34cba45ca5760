//! A report as one web page that can be sent around: findings by page and by rule with their source, how many there are
//! in each group and edition, and filters.
//!
//! The page is read without scripts, asks for nothing else, and is safe to open: all that comes from the site is escaped,
//! and the only script that may run is ours, by its hash.

mod excerpt;
mod list;
mod tables;

use std::collections::BTreeMap;

use super::{
    Checked, Outcome,
    finding::{Finding, clean, counts},
    summary::{Statistics, grouped as number},
    xml::escape,
};
use crate::{
    diagnostic::{Diagnostic, Level},
    rules,
};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The SHA-256 of the script in Base64, by which browsers know it; a test says what it has to be.
const SCRIPT_HASH: &str = "BccfwUMWbujWpooP/oTURQpRUhS+HZ6gyqZQdRksmXs=";

/// One finding with all that is shown of it.
struct Entry<'o> {
    /// Its place in the report, from 0.
    index: usize,
    checked: &'o Checked,
    found: &'o Diagnostic,
    shown: &'o Finding<'o>,
    /// The group of its rule.
    group: &'o str,
    /// For whom it holds, as places in [`Shown::editions`]; nothing where the site has only one.
    editions: Vec<usize>,
}

/// All that is shown.
struct Shown<'o> {
    /// In the order in which they are shown.
    entries: Vec<Entry<'o>>,
    /// The names of all editions of all sites; nothing where each has only one.
    editions: Vec<&'o str>,
    /// What stands before a path where the files of the repository can be looked at.
    web: Option<&'o str>,
}

impl<'o> Shown<'o> {
    /// Findings by path, seen from the root of the repository.
    fn pages(&self) -> Vec<(&'o str, Vec<&Entry<'o>>)> {
        let mut pages: BTreeMap<&str, Vec<&Entry<'_>>> = BTreeMap::new();
        for entry in &self.entries {
            pages.entry(&entry.shown.repository_path).or_default().push(entry);
        }
        pages.into_iter().collect()
    }
}

/// The page. `findings` are those of the outcome, in its order; `web` is what stands before a path where the files of the
/// repository can be looked at.
pub fn render(outcome: &Outcome, findings: &[Finding<'_>], web: Option<&str>) -> String {
    let mut groups: BTreeMap<&str, String> = BTreeMap::new();
    for (_, found) in outcome.diagnostics() {
        let read = || rules::find(found.rule).map(|entry| entry.manual().group).unwrap_or_default();
        groups.entry(found.rule).or_insert_with(read);
    }
    let mut editions: Vec<&str> = Vec::new();
    for edition in outcome.sites.iter().flat_map(|checked| &checked.site.editions) {
        if !edition.name.is_empty() && !editions.contains(&edition.name.as_str()) {
            editions.push(&edition.name);
        }
    }
    let entries = outcome.diagnostics().zip(findings).enumerate();
    let entries = entries.map(|(index, ((checked, found), shown))| {
        let names = checked.edition_names(found.affected);
        let place = |name: &&str| editions.iter().position(|own| own == name);
        Entry {
            index,
            checked,
            found,
            shown,
            group: &groups[found.rule],
            editions: names.iter().filter_map(place).collect(),
        }
    });
    let shown = Shown { entries: entries.collect(), editions: editions.clone(), web };
    document(outcome, &shown, &counts(findings))
}

fn document(outcome: &Outcome, shown: &Shown<'_>, says: &str) -> String {
    let mut body = header(outcome, shown, says);
    body.push_str("<main id=\"main\" tabindex=\"-1\">\n");
    body.push_str(&notes(outcome));
    if shown.entries.is_empty() {
        body.push_str("<p class=\"clean\">Nothing found.</p>\n");
    } else {
        body.push_str("<div class=\"overview\">\n");
        body.push_str(&tables::groups(shown));
        body.push_str(&tables::pages(shown));
        body.push_str(&tables::rules(shown));
        body.push_str("</div>\n");
        body.push_str(&list::findings(shown));
        body.push_str(&list::rules(shown));
    }
    body.push_str("</main>\n<footer><p>Made by Javert ");
    body.push_str(env!("CARGO_PKG_VERSION"));
    body.push_str(" from the source of the site. <code>javert explain RULE</code> says more about a rule.</p></footer>\n");
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta \
         http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src \
         'sha256-{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\"/>\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"/>\n<meta name=\"color-scheme\" content=\"light dark\"/>\n<meta \
         name=\"referrer\" content=\"no-referrer\"/>\n<title>Javert: {says}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n{body}<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

/// What was checked, and how much was found.
fn header(outcome: &Outcome, shown: &Shown<'_>, says: &str) -> String {
    let figures = Statistics::of(outcome);
    let mut out = String::from("<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header>\n");
    out.push_str(&format!("<h1>Javert: {says}</h1>\n<ul class=\"tiles\">\n"));
    for (level, name) in tables::LEVELS {
        let count = number(outcome.diagnostics().filter(|(_, found)| found.level == level).count());
        out.push_str(&format!(
            "<li class=\"{level}\"><a href=\"#findings\" data-filter=\"level={level}\"><b>{count}</b> {name}</a></li>\n"
        ));
    }
    out.push_str("</ul>\n<dl class=\"facts\">\n");
    let mut fact = |name: &str, value: &str| {
        out.push_str(&format!("<div><dt>{name}</dt><dd>{value}</dd></div>\n"));
    };
    let sites: Vec<&str> = outcome.sites.iter().map(|checked| checked.prefix.trim_end_matches('/')).collect();
    let sites: Vec<String> = sites.into_iter().filter(|site| !site.is_empty()).map(escape).collect();
    if !sites.is_empty() {
        fact(if sites.len() > 1 { "Sites" } else { "Site" }, &sites.join(", "));
    }
    fact("Pages", &number(figures.pages));
    let unknown = match figures.unknown {
        0 => String::new(),
        unknown => format!(" ({} could not be judged)", number(unknown)),
    };
    fact("Links", &format!("{}{unknown}", number(figures.links)));
    if !shown.editions.is_empty() {
        let names: Vec<String> = shown.editions.iter().map(|name| escape(name)).collect();
        fact("Editions", &names.join(", "));
    }
    fact("Hugo", &escape(&figures.hugo.join(", ")));
    let aside = figures.aside();
    if !aside.is_empty() {
        fact("Not shown", aside.trim().trim_matches(['(', ')']));
    }
    if let Some(line) = figures.external_line() {
        fact("External", &escape(line.trim().trim_start_matches("external: ")));
    }
    out + "</dl>\n</header>\n"
}

/// What the reader should know before believing it.
fn notes(outcome: &Outcome) -> String {
    let notes = outcome.sites.iter().flat_map(|checked| &checked.notes);
    let notes: Vec<String> = notes.map(|note| format!("<li>{}</li>\n", prose(note))).collect();
    if notes.is_empty() {
        return String::new();
    }
    format!(
        "<section class=\"notes\" aria-labelledby=\"notes\">\n<h2 id=\"notes\">To be known</h2>\n<ul>\n{}</ul>\n</section>\n",
        notes.concat()
    )
}

/// A path that may be broken behind each of its folders.
fn path_text(path: &str) -> String {
    escape(path).replace('/', "/<wbr/>")
}

/// How a level is called in a sentence.
fn level_name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "suggestion",
    }
}

/// A text in which what stands between backticks is code.
fn prose(text: &str) -> String {
    let text = clean(text);
    if text.matches('`').count() % 2 == 1 {
        return escape(&text);
    }
    let parts = text.split('`').enumerate().map(|(index, part)| match index % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    });
    parts.collect()
}
