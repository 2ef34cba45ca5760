//! `javert config`

use std::collections::BTreeMap;

use super::{Ending, Opened, Surroundings};
use crate::{
    cli::ConfigArgs,
    hugo::{
        definitions::{Asks, Choice, Condition, Definition, Offers, Origin},
        templates::Param,
    },
    settings::FILES,
    site::{
        Site,
        edition::{Axis, AxisSource},
    },
};

/// Shows what is taken for granted about a site.
pub fn config(args: &ConfigArgs, around: &Surroundings) -> Ending {
    match Opened::around(&args.path, around, args.hugo_version) {
        Ok(opened) => Ending { out: text(&opened.site), err: String::new(), code: 0 },
        Err(message) => Ending::failed(message),
    }
}

/// One fact per line: what, and where it was learned.
struct Lines(Vec<(String, String, String)>);

impl Lines {
    fn add(&mut self, subject: &str, says: impl Into<String>, from: impl Into<String>) {
        // A subject is named once for all its lines.
        let known =
            self.0.iter().rev().find(|(own, ..)| !own.is_empty()).is_some_and(|(own, ..)| own == subject);
        let subject = if known { String::new() } else { subject.to_owned() };
        self.0.push((subject, says.into(), from.into()));
    }

    fn text(self) -> String {
        let width = |column: fn(&(String, String, String)) -> &str| {
            self.0.iter().map(|line| unicode_width::UnicodeWidthStr::width(column(line))).max().unwrap_or(0)
        };
        let (first, second) = (width(|line| &line.0), width(|line| &line.1).min(60));
        let line = |(subject, says, from): &(String, String, String)| {
            let line = format!("{subject:<first$}  {says:<second$}  {from}");
            format!("{}\n", line.trim_end())
        };
        self.0.iter().map(line).collect()
    }
}

fn text(site: &Site) -> String {
    let mut lines = Lines(Vec::new());
    let file = site.sources.iter().find(|source| FILES.iter().any(|name| source.path.ends_with(name)));
    lines.add("settings", file.map_or("none", |file| file.path.as_str()), "");
    let assumed = "no file says which: the newest known is assumed";
    let version_source = site.version_source.as_deref().unwrap_or(assumed);
    lines.add("Hugo", site.version.to_string(), version_source);
    for written in &site.overrides {
        lines.add("build", written, "netlify.toml");
    }
    for edition in &site.editions {
        let name = if edition.name.is_empty() { "(only one)" } else { &edition.name };
        lines.add("editions", name, edition.files.join(", "));
    }
    let Some(axis) = &site.axis else {
        lines.add("readers", "all see the same", "");
        containers(site, &mut lines);
        return lines.text();
    };
    lines.add("readers", format!("{}: {}", axis.param, axis.names(axis.everybody())), reason(axis));
    let keys = [(&axis.page_hide, "hides a page from them"), (&axis.page_show, "shows a page to them only")];
    for (key, does) in keys {
        if let Some(key) = key {
            lines.add("front matter", format!("`{key}` {does}"), "");
        }
    }
    conditions(site, axis, &mut lines);
    containers(site, &mut lines);
    lines.text()
}

fn reason(axis: &Axis) -> &'static str {
    match (axis.source, &axis.pages) {
        (AxisSource::Settings, _) => "settings",
        (AxisSource::Templates, Some(_)) => "pages have different values of it, and shortcodes ask for it",
        (AxisSource::Templates, None) => "it differs between the editions, and templates ask for it",
        (AxisSource::FileNames, _) => "its values are in the names of the configuration files",
        (AxisSource::Use, _) => "it differs between the editions, and arguments of shortcodes are its values",
    }
}

/// How often each shortcode is called.
fn calls(site: &Site) -> BTreeMap<&str, usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for page in &site.pages {
        for call in &page.calls {
            *counts.entry(page.tags[call.open].name.as_str()).or_default() += 1;
        }
    }
    counts
}

fn origin(site: &Site, name: &str, definition: &Definition) -> String {
    if site.declared.conditions.iter().any(|own| own.shortcode == name) {
        return "settings".to_owned();
    }
    match &definition.origin {
        Origin::Template(path) => path.clone(),
        Origin::Embedded => "Hugo".to_owned(),
        Origin::Use => "how it is used; its template is not here".to_owned(),
    }
}

fn conditions(site: &Site, axis: &Axis, lines: &mut Lines) {
    let counts = calls(site);
    for (name, definition) in site.definitions.iter() {
        let Some(condition) = definition.condition.as_ref().filter(|own| axis.is_asked_by(own)) else {
            continue;
        };
        let count = counts.get(name).copied().unwrap_or(0);
        lines.add(
            "conditions",
            format!("{name} ({count}) {}", says(condition)),
            origin(site, name, definition),
        );
    }
}

fn says(condition: &Condition) -> String {
    let verb = if condition.shows { "shows to" } else { "hides from" };
    let whom = match &condition.argument {
        None => "its arguments".to_owned(),
        Some(param) => param_name(param),
    };
    let whom = if condition.asks == Asks::Reader { format!("{whom}, in the browser") } else { whom };
    match &condition.separator {
        Some(separator) => format!("{verb} {whom}, split at `{separator}`"),
        None => format!("{verb} {whom}"),
    }
}

fn containers(site: &Site, lines: &mut Lines) {
    let counts = calls(site);
    for (name, definition) in site.definitions.iter() {
        let Some(Choice::Branch { container, label }) = &definition.choice else { continue };
        let offers = match site.definitions.get(container).and_then(|own| own.choice.as_ref()) {
            Some(Choice::Container(Some(Offers::List(param)))) => {
                format!(", offered in {}", param_name(param))
            }
            Some(Choice::Container(Some(Offers::Each))) => ", offered in its arguments".to_owned(),
            _ => String::new(),
        };
        let label =
            label.as_ref().map(|param| format!(", named by {}", param_name(param))).unwrap_or_default();
        let count = counts.get(name).copied().unwrap_or(0);
        let declared = site.declared.containers.iter().any(|own| own.branch == name);
        let from = if declared { "settings" } else { "how they are used" };
        lines.add("choices", format!("{container} › {name} ({count}){label}{offers}"), from);
    }
}

fn param_name(param: &Param) -> String {
    match param {
        Param::Named(name) => format!("`{name}`"),
        Param::Positional(position) => format!("argument {}", position + 1),
    }
}
