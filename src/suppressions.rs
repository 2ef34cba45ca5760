//! Takes away what pages say must not be reported, and remembers which of their suppressions were good for something.

use std::collections::BTreeMap;

use crate::{
    diagnostic::Diagnostic,
    hugo::paths::Day,
    lint::Chosen,
    page::{Page, Suppression},
    site::Site,
};

/// What the suppressions of a page were good for.
#[derive(Debug)]
pub struct Usage<'u> {
    /// For each suppression, for each of its names, whether it covered something; one without names has one place.
    pub used: Vec<Vec<bool>>,
    /// The rules that looked at the site, by name: what the others would have said is not known.
    pub ran: &'u [&'static str],
}

impl Suppression {
    /// Whether its last day is over.
    pub fn has_expired(&self, today: Day) -> bool {
        self.until.is_some_and(|(last, _)| last < today)
    }

    /// Whether it counts at all.
    fn counts(&self, today: Day) -> bool {
        self.mistake.is_none() && !self.covers.is_empty() && !self.has_expired(today)
    }

    /// The name of those it lists that a rule goes by, if it lists any.
    fn covers_rule(&self, rule: &str, group: &str) -> Option<usize> {
        if self.names.is_empty() {
            return Some(0);
        }
        self.names.iter().position(|(name, _)| name == rule || name == group)
    }
}

impl Page {
    /// What its suppressions are before they were good for anything.
    fn unused(&self) -> Vec<Vec<bool>> {
        self.suppressions.iter().map(|own| vec![false; own.names.len().max(1)]).collect()
    }
}

/// Removes what some pages suppress; for each of them that suppresses anything, by index, what that was good for.
pub fn apply(
    site: &Site,
    rules: &[Chosen],
    pages: impl Iterator<Item = usize>,
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<usize, Vec<Vec<bool>>> {
    let mut usage: BTreeMap<usize, Vec<Vec<bool>>> = BTreeMap::new();
    for index in pages.filter(|&index| !site.pages[index].suppressions.is_empty()) {
        usage.insert(index, site.pages[index].unused());
    }
    if usage.is_empty() {
        return usage;
    }
    let groups: BTreeMap<&str, &str> =
        rules.iter().map(|chosen| (chosen.entry.name, chosen.group.as_str())).collect();
    found.retain(|finding| {
        let Some(index) = site.page_at(&finding.path) else { return true };
        let Some(used) = usage.get_mut(&index) else { return true };
        let group = groups.get(finding.rule).copied().unwrap_or_default();
        let mut kept = true;
        for (suppression, used) in site.pages[index].suppressions.iter().zip(used) {
            let (start, covers) = (finding.span.start, suppression.covers);
            let last = covers.end == start && finding.span.is_empty();
            if suppression.counts(site.today)
                && (covers.start <= start && start < covers.end || last)
                && let Some(name) = suppression.covers_rule(finding.rule, group)
            {
                used[name] = true;
                kept = false;
            }
        }
        kept
    });
    usage
}
