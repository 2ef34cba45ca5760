//! `javert check`

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use super::{Ending, Surroundings, external, find_sites, inside, output, relative};
use crate::{
    cli::{CheckArgs, FailOn},
    diagnostic::{Diagnostic, Level},
    disk::Directory,
    lint::{self, Chosen},
    report::{Checked, Outcome, summary::Statistics},
    rules::{self, RULES},
    site::{Site, edition::EditionSet, load::Circumstances},
};

/// Checks the sites that the arguments name.
pub fn check(args: &CheckArgs, around: &Surroundings) -> Ending {
    let start = Instant::now();
    match output::possible(args).and_then(|()| checked(args, around)) {
        Ok(sites) => {
            let outcome = Outcome { sites, time: start.elapsed() };
            let ending = show(args, around, &outcome);
            // The process ends now: to give the memory back piece by piece takes 5 % of a large site's time.
            std::mem::forget(outcome);
            ending
        }
        Err(message) => Ending::failed(message),
    }
}

fn checked(args: &CheckArgs, around: &Surroundings) -> Result<Vec<Checked>, String> {
    let chosen = choose(args)?;
    let mut sites: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here[..] } else { &args.paths };
    for path in paths {
        let full = around.directory.join(path);
        for root in find_sites(&full, path)? {
            match sites.iter_mut().find(|(own, _)| *own == root) {
                Some((_, asked)) => asked.push(full.clone()),
                None => sites.push((root, vec![full.clone()])),
            }
        }
    }
    sites.into_iter().map(|(root, asked)| check_site(args, around, &chosen, &root, &asked)).collect()
}

fn check_site(
    args: &CheckArgs,
    around: &Surroundings,
    chosen: &[Chosen],
    root: &Path,
    asked: &[PathBuf],
) -> Result<Checked, String> {
    let tree = Directory::open(root)?;
    let mut site = Site::load(&tree, Circumstances { today: around.today, version: args.hugo_version });
    if chosen.iter().any(|chosen| chosen.rule.reads_names()) {
        site.read_names(&tree);
    }
    if chosen.iter().any(|chosen| chosen.rule.reads_history()) {
        site.read_history(&tree);
    }
    // An empty path means all.
    let wanted: Vec<String> = asked.iter().map(|path| inside(root, path)).collect();
    let is_wanted = |path: &str| {
        wanted
            .iter()
            .any(|prefix| path == prefix || prefix.is_empty() || path.starts_with(&format!("{prefix}/")))
    };
    let mut notes = Vec::new();
    if args.external {
        let options =
            external::Options { max_time: args.max_time, no_progress: args.no_progress, oldest: None };
        notes = external::ask(&mut site, &tree, around, options, |page| is_wanted(page.path()))?;
    }
    let mut diagnostics = lint::run(&site, chosen);
    diagnostics.retain(|found| is_wanted(&found.path));
    if let Some(name) = &args.edition {
        let index = site.editions.iter().position(|edition| edition.name == *name).ok_or_else(|| {
            let known: Vec<&str> = site.editions.iter().map(|edition| edition.name.as_str()).collect();
            format!("no edition `{name}`; the site has {}", known.join(", "))
        })?;
        diagnostics.retain(|found| found.affected.contains(index));
        for found in &mut diagnostics {
            found.editions = found.editions.map(|_| EditionSet::one(index));
            found.affected = EditionSet::one(index);
        }
    }
    Ok(Checked { site, prefix: relative(root, &around.directory), diagnostics, notes })
}

/// The rules to run: those on by default, or selected, at the levels asked for.
fn choose(args: &CheckArgs) -> Result<Vec<Chosen>, String> {
    let mut levels: Vec<(String, Option<Level>)> = Vec::new();
    for setting in &args.level {
        let (name, level) =
            setting.split_once('=').ok_or_else(|| format!("`--level {setting}`: expected RULE=LEVEL"))?;
        let parsed = Level::parse(level);
        if parsed.is_none() && level != "off" {
            return Err(format!("unknown level `{level}`: expected error, warning, info or off"));
        }
        levels.push((name.to_owned(), parsed));
    }
    let names = args.select.iter().chain(&args.ignore).chain(levels.iter().map(|(name, _)| name));
    for name in names {
        known(name)?;
    }
    let mut chosen = Vec::new();
    for entry in RULES {
        let manual = entry.manual();
        let named = |name: &String| name == entry.name || *name == manual.group;
        let selected = args.select.iter().any(named);
        if args.ignore.iter().any(named) || !args.select.is_empty() && !selected {
            continue;
        }
        let asked = levels.iter().rev().find(|(name, _)| named(name));
        let level = match asked {
            Some((_, None)) => continue,
            // A group's name does not switch on what is off: that takes the rule's own.
            Some((name, level)) if name == entry.name || manual.level.is_some() => *level,
            None if args.select.iter().any(|name| name == entry.name) => {
                manual.level.or(Some(Level::Warning))
            }
            _ => manual.level,
        };
        chosen.extend(level.and_then(|level| lint::choose(entry, Some(level))));
    }
    Ok(chosen)
}

/// That a rule or group exists.
fn known(name: &str) -> Result<(), String> {
    let mut names: Vec<String> = RULES.iter().map(|entry| entry.name.to_owned()).collect();
    names.extend(RULES.iter().map(|entry| entry.manual().group));
    if names.iter().any(|own| own == name) {
        return Ok(());
    }
    let hint = rules::nearest(name, names.iter().map(String::as_str));
    let hint = hint.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(format!("there is no rule or group `{name}`{hint}"))
}

fn show(args: &CheckArgs, around: &Surroundings, outcome: &Outcome) -> Ending {
    let (out, failure) = output::write(args, around, outcome);
    let mut err = String::new();
    if args.show_unknown {
        err.push_str(&unknown_links(outcome));
    }
    for checked in &outcome.sites {
        err.push_str(&notes(&checked.site));
        checked.notes.iter().for_each(|note| err.push_str(&format!("note: {note}\n")));
    }
    let statistics = Statistics::of(outcome);
    err.push_str(&statistics.line());
    err.push('\n');
    err.extend(statistics.external_line());
    let lowest = match args.fail_on {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
        FailOn::Info => Level::Info,
    };
    let failed = outcome.at_least(lowest) > 0 && !args.exit_zero;
    let unread = outcome
        .sites
        .iter()
        .any(|checked| checked.site.pages.is_empty() && !checked.site.mistakes.is_empty());
    let code = if unread || failure.is_some() { 2 } else { u8::from(failed) };
    err.extend(failure);
    Ending { out, err, code }
}

/// What everybody should know before believing the report.
fn notes(site: &Site) -> String {
    let mut notes = String::new();
    let mut names: Vec<&str> = site
        .editions
        .iter()
        .flat_map(|edition| &edition.mounts.missing)
        .map(|missing| missing.name.as_str())
        .collect();
    names.extend(site.generated.configuration.as_deref());
    names.sort_unstable();
    names.dedup();
    if !names.is_empty() {
        let shown: Vec<String> = names.iter().take(8).map(|name| format!("`{name}`")).collect();
        let more = if names.len() > 8 { format!(" and {} more", names.len() - 8) } else { String::new() };
        notes.push_str(&format!(
            "note: not here, so what they would add is unknown: {}{more}\n",
            shown.join(", ")
        ));
    }
    notes
}

fn unknown_links(outcome: &Outcome) -> String {
    let mut text = String::new();
    for checked in &outcome.sites {
        for (page, links) in checked.site.pages.iter().zip(&checked.site.links) {
            for (link, reason) in &links.unknown {
                let link = &page.links[*link as usize];
                let position = page.source.position(link.span.start);
                text.push_str(&format!(
                    "{}{}:{}:{}: unknown: `{}`: {reason}\n",
                    checked.prefix,
                    page.path(),
                    position.line,
                    position.column,
                    page.destination(link)
                ));
            }
        }
        text.push_str(&doubtful_links(checked));
    }
    text
}

/// The links of which the web did not say whether they live.
fn doubtful_links(checked: &Checked) -> String {
    let mut text = String::new();
    let Some(external) = &checked.site.external else { return text };
    for (page, uses) in checked.site.pages.iter().zip(&external.uses) {
        for (own, doubt) in uses.iter().filter_map(|own| Some((own, external.doubt(own)?))) {
            let position = page.source.position(page.links[own.link as usize].span.start);
            let place = format!("{}{}:{}:{}", checked.prefix, page.path(), position.line, position.column);
            text.push_str(&format!("{place}: unverified: `{}`: {doubt}\n", own.url));
        }
    }
    text
}

/// The findings of a site whose rules are all at their defaults; for tests.
pub fn findings(site: &Site) -> Vec<Diagnostic> {
    lint::run(site, &lint::defaults(RULES))
}
