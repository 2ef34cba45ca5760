//! Runs the rules over a site, takes away what is suppressed or excluded, and sorts what is left.

use rayon::prelude::*;

use crate::{
    diagnostic::{Diagnostic, Findings, Level},
    page::Page,
    rules::{Entry, Rule},
    settings::rules::RuleSettings,
    site::Site,
    suppressions::{self, Usage},
    value::Value,
};

/// A rule that is switched on, at its level.
pub struct Chosen {
    /// The rule's entry.
    pub entry: &'static Entry,
    /// The rule with its options.
    pub rule: Box<dyn Rule>,
    /// The level of its findings.
    pub level: Level,
    /// The family of rules it belongs to.
    pub group: String,
}

/// What the command line says about rules; it counts over the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Only these rules and groups, if there are any.
    pub select: Vec<String>,
    /// Not these rules and groups.
    pub ignore: Vec<String>,
    /// Levels of rules and groups, the last counts; `None` is off.
    pub levels: Vec<(String, Option<Level>)>,
}

/// Switches on the rules of `entries` that are on by default, with their default options.
pub fn defaults(entries: &'static [Entry]) -> Vec<Chosen> {
    entries.iter().filter_map(|entry| choose(entry, None)).collect()
}

/// A rule with its default options at `level`, or at its own; `None` if it is off.
pub fn choose(entry: &'static Entry, level: Option<Level>) -> Option<Chosen> {
    let manual = entry.manual();
    Some(choose_with(entry, level.or(manual.level)?, manual.group, &Value::map()))
}

fn choose_with(entry: &'static Entry, level: Level, group: String, options: &Value) -> Chosen {
    // What is wrong with options is a mistake of the configuration; the rule goes on with its defaults.
    let rule = (entry.configure)(options)
        .or_else(|_| (entry.configure)(&Value::map()))
        .expect("every rule has default options");
    Chosen { entry, rule, level, group }
}

/// The rules to run: those that are on by default, in the configuration, or by the command line, which counts most.
pub fn chosen(entries: &'static [Entry], settings: &RuleSettings, wishes: &Wishes) -> Vec<Chosen> {
    let one = |entry: &'static Entry| {
        let manual = entry.manual();
        let named = |name: &str| name == entry.name || *name == manual.group;
        let selected = wishes.select.iter().any(|name| named(name));
        if wishes.ignore.iter().any(|name| named(name)) || !wishes.select.is_empty() && !selected {
            return None;
        }
        let configured = settings.level(entry.name, &manual.group, manual.level);
        let asked = wishes.levels.iter().rev().find(|(name, _)| named(name));
        let level = match asked {
            Some((_, None)) => return None,
            // A group's name does not switch on what is off: that takes the rule's own.
            Some((name, level)) if name == entry.name || configured.is_some() => *level,
            None if wishes.select.iter().any(|name| name == entry.name) => {
                configured.or(manual.level).or(Some(Level::Warning))
            }
            _ => configured,
        };
        Some(choose_with(entry, level?, manual.group, &settings.options(entry.name)))
    };
    entries.iter().filter_map(one).collect()
}

/// What rules have to say, and what they were kept from saying.
#[derive(Debug, Default)]
pub struct Verdict {
    /// By path, position and rule.
    pub findings: Vec<Diagnostic>,
    /// How many findings the pages that were asked for suppress.
    pub suppressed: usize,
    /// What was said of the site as a whole, before anything was suppressed.
    pub of_site: Vec<Diagnostic>,
}

/// What all rules have to say: by path, position and rule.
pub fn run(site: &Site, rules: &[Chosen]) -> Vec<Diagnostic> {
    judge(site, rules).findings
}

/// What all rules have to say of what is neither suppressed nor excluded.
pub fn judge(site: &Site, rules: &[Chosen]) -> Verdict {
    judge_where(site, rules, |_| true)
}

/// The same of files alone whose paths are wanted; other pages are looked at only for what is said of the whole site.
pub fn judge_where(site: &Site, rules: &[Chosen], wanted: impl Fn(&str) -> bool) -> Verdict {
    let of_site: Vec<Diagnostic> = rules
        .par_iter()
        .flat_map_iter(|chosen| {
            let mut findings = Findings::of(chosen.entry.name, chosen.level);
            chosen.rule.check_site(site, &mut findings);
            findings.list
        })
        .collect();
    let pages: Vec<usize> = (0..site.pages.len()).filter(|&index| wanted(site.pages[index].path())).collect();
    let mut found: Vec<Diagnostic> =
        pages.par_iter().flat_map_iter(|&index| check_page(&site.pages[index], site, rules)).collect();
    found.extend(of_site.iter().filter(|finding| wanted(&finding.path)).cloned());
    let (findings, suppressed) = settle(site, rules, pages.into_iter(), found);
    Verdict { findings, suppressed, of_site }
}

/// The same of some pages alone, when the rules have looked at the site as a whole: `of_site` is what they said.
pub fn judge_pages(
    site: &Site,
    rules: &[Chosen],
    pages: &[usize],
    of_site: &[Diagnostic],
) -> Vec<Diagnostic> {
    let paths: Vec<&str> = pages.iter().map(|&index| site.pages[index].path()).collect();
    let mut found: Vec<Diagnostic> =
        of_site.iter().filter(|finding| paths.contains(&finding.path.as_str())).cloned().collect();
    found.extend(pages.iter().flat_map(|&index| check_page(&site.pages[index], site, rules)));
    settle(site, rules, pages.iter().copied(), found).0
}

fn check_page<'p>(
    page: &'p Page,
    site: &'p Site,
    rules: &'p [Chosen],
) -> impl Iterator<Item = Diagnostic> + use<'p> {
    rules.iter().flat_map(move |chosen| {
        let mut findings = Findings::of(chosen.entry.name, chosen.level);
        chosen.rule.check_page(page, site, &mut findings);
        findings.list
    })
}

/// What is left of the findings of some pages, sorted, and how many of them the pages suppress.
fn settle(
    site: &Site,
    rules: &[Chosen],
    pages: impl Iterator<Item = usize>,
    mut found: Vec<Diagnostic>,
) -> (Vec<Diagnostic>, usize) {
    for finding in &mut found {
        finding.affected = finding.editions.unwrap_or_else(|| site.readers_of(&finding.path, finding.span));
    }
    sort(&mut found);
    let all = found.len();
    let usage = suppressions::apply(site, rules, pages, &mut found);
    let suppressed = all - found.len();
    if !usage.is_empty() {
        let loud = rules.iter().filter(|chosen| !chosen.rule.is_silent(site));
        let ran: Vec<&'static str> = loud.map(|chosen| chosen.entry.name).collect();
        for (index, used) in usage {
            let (page, usage) = (&site.pages[index], Usage { used, ran: &ran });
            for chosen in rules {
                let mut findings = Findings::of(chosen.entry.name, chosen.level);
                chosen.rule.check_suppressions(page, site, &usage, &mut findings);
                for mut finding in findings.list {
                    finding.affected = site.readers_of(&finding.path, finding.span);
                    found.push(finding);
                }
            }
        }
        sort(&mut found);
    }
    site.settings.rules.adjust(&mut found, rules);
    // What lies outside of the site's directory is for others too.
    let is_outside = |path: &str| path.starts_with("../");
    for finding in &mut found {
        let path = finding.path.as_str();
        finding.fix.take_if(|fix| is_outside(fix.file.as_deref().unwrap_or(path)));
    }
    (found, suppressed)
}

fn sort(found: &mut Vec<Diagnostic>) {
    found.sort_by(|a, b| {
        (&a.path, a.span, a.rule, &a.message, a.editions)
            .cmp(&(&b.path, b.span, b.rule, &b.message, b.editions))
    });
    found.dedup();
}
