//! Runs the rules over a site and sorts what they found.

use rayon::prelude::*;

use crate::{
    diagnostic::{Diagnostic, Findings, Level},
    rules::{Entry, Rule},
    site::Site,
};

/// A rule that is switched on, at its level.
pub struct Chosen {
    /// The rule's entry.
    pub entry: &'static Entry,
    /// The rule with its options.
    pub rule: Box<dyn Rule>,
    /// The level of its findings.
    pub level: Level,
}

/// Switches on the rules of `entries` that are on by default, with their default options.
pub fn defaults(entries: &'static [Entry]) -> Vec<Chosen> {
    entries.iter().filter_map(|entry| choose(entry, None)).collect()
}

/// A rule with its default options at `level`, or at its own; `None` if it is off.
pub fn choose(entry: &'static Entry, level: Option<Level>) -> Option<Chosen> {
    let level = level.or_else(|| entry.manual().level)?;
    let rule = (entry.configure)(toml::Table::new()).expect("every rule has default options");
    Some(Chosen { entry, rule, level })
}

/// What all rules have to say: by path, position and rule.
pub fn run(site: &Site, rules: &[Chosen]) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = rules
        .par_iter()
        .flat_map_iter(|chosen| {
            let mut findings = Findings::of(chosen.entry.name, chosen.level);
            chosen.rule.check_site(site, &mut findings);
            findings.list
        })
        .collect();
    let of_pages: Vec<Diagnostic> = site
        .pages
        .par_iter()
        .flat_map_iter(|page| {
            rules.iter().flat_map(move |chosen| {
                let mut findings = Findings::of(chosen.entry.name, chosen.level);
                chosen.rule.check_page(page, site, &mut findings);
                findings.list
            })
        })
        .collect();
    found.extend(of_pages);
    for finding in &mut found {
        finding.affected = finding.editions.unwrap_or_else(|| site.readers_of(&finding.path, finding.span));
    }
    found.sort_by(|a, b| {
        (&a.path, a.span, a.rule, &a.message, a.editions)
            .cmp(&(&b.path, b.span, b.rule, &b.message, b.editions))
    });
    found.dedup();
    found
}
