//! The figures of a run, and the last line of a report.

use serde::Serialize;

use super::Outcome;
use crate::{
    diagnostic::Level,
    site::external::{Counts, External},
};

/// The figures of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Statistics {
    /// Markdown files read.
    pub pages: usize,
    /// Editions, of all sites together.
    pub editions: usize,
    /// Links and images, as written.
    pub links: usize,
    /// Links that could not be judged, for somebody.
    pub unknown: usize,
    /// Findings of level error.
    pub errors: usize,
    /// Findings of level warning.
    pub warnings: usize,
    /// Findings of level info.
    pub infos: usize,
    /// Findings that pages suppress.
    #[serde(skip_serializing_if = "is_none")]
    pub suppressed: usize,
    /// Findings that the baseline has.
    #[serde(skip_serializing_if = "is_none")]
    pub baseline: usize,
    /// Findings that were there before the change.
    #[serde(skip_serializing_if = "is_none")]
    pub before: usize,
    /// The Hugo versions that decided, one per site.
    pub hugo: Vec<String>,
    /// Flags and variables of netlify.toml that count over the configuration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<String>,
    /// What became of external links, if the web was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<Counts>,
    /// Time from start to report.
    pub seconds: f64,
}

impl Statistics {
    /// Counts.
    pub fn of(outcome: &Outcome) -> Self {
        let sites = || outcome.sites.iter().map(|checked| &checked.site);
        let count = |level| outcome.diagnostics().filter(|(_, found)| found.level == level).count();
        Self {
            pages: sites().map(|site| site.pages.len()).sum(),
            editions: sites().map(|site| site.editions.len()).sum(),
            links: sites().flat_map(|site| &site.pages).map(|page| page.links.len()).sum(),
            unknown: sites().flat_map(|site| &site.links).map(|links| links.unknown.len()).sum(),
            errors: count(Level::Error),
            warnings: count(Level::Warning),
            infos: count(Level::Info),
            suppressed: outcome.sites.iter().map(|checked| checked.aside.suppressed).sum(),
            baseline: outcome.sites.iter().map(|checked| checked.aside.baseline).sum(),
            before: outcome.sites.iter().map(|checked| checked.aside.before).sum(),
            hugo: sites().map(|site| site.version.to_string()).collect(),
            overrides: sites().flat_map(|site| site.overrides.clone()).collect(),
            external: sites()
                .filter_map(|site| site.external.as_ref())
                .map(External::counts)
                .reduce(Counts::plus),
            seconds: (outcome.time.as_secs_f64() * 1000.0).round() / 1000.0,
        }
    }

    /// `252 pages, 3 editions, 2,345 links (45 unknown): 2 errors, 1 warning in 0.05 s`
    pub fn line(&self) -> String {
        let findings = [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "suggestion")];
        let found: Vec<String> = findings
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| counted(*count, word))
            .collect();
        let found = if found.is_empty() { "nothing found".to_owned() } else { found.join(", ") };
        let unknown =
            if self.unknown > 0 { format!(" ({} unknown)", grouped(self.unknown)) } else { String::new() };
        let overrides = match self.overrides.as_slice() {
            [] => String::new(),
            all => format!(" with `{}` (netlify.toml)", all.join("`, `")),
        };
        format!(
            "{}, {}, {}{unknown}, Hugo {}{overrides}: {found}{} in {:.2} s",
            counted(self.pages, "page"),
            counted(self.editions, "edition"),
            counted(self.links, "link"),
            self.hugo.join(", "),
            self.aside(),
            self.seconds
        )
    }

    /// `external: 120 addresses on 20 hosts: 110 alive, 2 dead, 5 blocked, 3 not asked; 12 requests, 108 remembered`
    pub fn external_line(&self) -> Option<String> {
        let own = self.external.as_ref()?;
        let found = [
            (own.alive, "alive"),
            (own.dead, "dead"),
            (own.temporary, "not answering"),
            (own.rate_limited, "rate-limited"),
            (own.blocked, "blocked"),
            (own.unchecked, "not asked"),
        ];
        let found: Vec<String> = found
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{} {word}", grouped(*count)))
            .collect();
        let anchors = match own.unverifiable_anchors {
            0 => String::new(),
            count => format!(", {} unverified", counted(count, "anchor")),
        };
        Some(format!(
            "external: {} on {}: {}{anchors}; {}, {} remembered\n",
            counted_plural(own.addresses, "address", "addresses"),
            counted(own.hosts, "host"),
            if found.is_empty() { "nothing to ask".to_owned() } else { found.join(", ") },
            counted(own.requests, "request"),
            grouped(own.remembered),
        ))
    }
}

fn counted_plural(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

impl Statistics {
    /// ` (2 suppressed, 12 in the baseline)`
    pub(super) fn aside(&self) -> String {
        let parts = [
            (self.suppressed, "suppressed"),
            (self.baseline, "in the baseline"),
            (self.before, "from before"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{} {word}", grouped(*count)))
            .collect();
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

fn counted(count: usize, word: &str) -> String {
    format!("{} {word}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// `12,345`
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
