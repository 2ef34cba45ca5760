//! `javert config`

use std::collections::BTreeMap;

use super::{Ending, Opened, Surroundings};
use crate::{
    cli::ConfigArgs,
    diagnostic::Level,
    hugo::{
        definitions::{Asks, Choice, Condition, Definition, Offers, Origin},
        templates::Param,
    },
    rules::find,
    settings::{Settings, schema},
    site::{
        Site,
        edition::{Axis, AxisSource},
    },
    source::Source,
};

/// Shows what is taken for granted about a site.
pub fn config(args: &ConfigArgs, around: &Surroundings) -> Ending {
    if args.schema {
        let schema = serde_json::to_string_pretty(&schema::schema()).expect("plain data") + "\n";
        return Ending { out: schema, err: String::new(), code: 0 };
    }
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
    match site.settings.files.as_slice() {
        [] => lines.add("settings", "none", ""),
        files => files.iter().for_each(|(path, _)| lines.add("settings", path, "")),
    }
    rules(&site.settings, &mut lines);
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
    if site.axes.is_empty() {
        lines.add("readers", "all see the same", "");
    }
    for axis in &site.axes {
        lines.add("readers", format!("{}: {}", axis.param, axis.names(axis.everybody())), reason(axis));
        let keys =
            [(&axis.page_hide, "hides a page from them"), (&axis.page_show, "shows a page to them only")];
        for (key, does) in keys {
            if let Some(key) = key {
                lines.add("front matter", format!("`{key}` {does}"), "");
            }
        }
        conditions(site, axis, &mut lines);
    }
    containers(site, &mut lines);
    lines.text()
}

/// What is not as it is without a configuration.
fn rules(settings: &Settings, lines: &mut Lines) {
    let level = |level: Option<Level>| level.map_or("off".to_owned(), |level| level.to_string());
    if let Some(lowest) = settings.fail_on {
        lines.add("fails on", lowest.to_string(), "");
    }
    for entry in &settings.rules.entries {
        let text = settings.files.iter().find(|(path, _)| *path == entry.path).map(|(_, text)| text.as_str());
        let line = Source::new("", text.unwrap_or_default()).line(entry.span.start);
        let from = format!("{}:{line}", entry.path);
        if let Some(own) = entry.level {
            let default = find(&entry.name).map(|rule| rule.manual().level);
            if default != Some(own) {
                let default = default.map_or(String::new(), |default| format!(", else {}", level(default)));
                lines.add("rules", format!("{} is {}{default}", entry.name, level(own)), &from);
            }
        }
        for option in entry.options.entries() {
            lines.add("rules", format!("{}: `{}` is set", entry.name, option.key), &from);
        }
    }
    for setting in &settings.rules.per_file {
        for (name, own) in &setting.levels {
            let says = format!("{name} is {} in `{}`", level(*own), setting.pattern);
            lines.add("rules", says, &setting.path);
        }
    }
    if !settings.rules.exclude.is_empty() {
        lines.add("excluded", format!("`{}`", settings.rules.exclude.join("`, `")), "");
    }
}

fn reason(axis: &Axis) -> &'static str {
    match (axis.source, &axis.pages) {
        (AxisSource::Settings, _) => "settings",
        (AxisSource::Templates, Some(_)) => "pages have different values of it, and shortcodes ask for it",
        (AxisSource::Templates, None) => "it differs between the editions, and templates ask for it",
        (AxisSource::Dimensions, _) => "Hugo builds the site once for each",
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
