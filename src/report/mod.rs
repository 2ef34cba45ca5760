//! How findings are shown: one file per format.

use std::time::Duration;

use crate::{
    diagnostic::{Diagnostic, Level},
    site::{Site, edition::EditionSet},
};

pub mod checkstyle;
pub mod concise;
pub mod counts;
pub mod diff;
pub mod finding;
pub mod github;
pub mod gitlab;
pub mod html;
pub mod human;
pub mod json;
pub mod json_lines;
pub mod junit;
pub mod markdown;
pub mod rdjsonl;
pub mod sarif;
pub mod side_by_side;
pub mod summary;
mod xml;

/// One site and what was found in it.
#[derive(Debug)]
pub struct Checked {
    /// The site.
    pub site: Site,
    /// The path of the site's root relative to the working directory, with `/` at its end unless it is empty.
    pub prefix: String,
    /// What was found, in the order in which it is shown.
    pub diagnostics: Vec<Diagnostic>,
    /// What the user should know before believing it, a sentence each.
    pub notes: Vec<String>,
    /// What is not reported, and why.
    pub aside: Aside,
}

/// How many findings are not reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Aside {
    /// A fix mended them.
    pub fixed: usize,
    /// A suppression in the page covers them.
    pub suppressed: usize,
    /// The baseline has them.
    pub baseline: usize,
    /// They were there before the change.
    pub before: usize,
}

/// What a run found.
#[derive(Debug)]
pub struct Outcome {
    /// The sites, in the order in which they were given.
    pub sites: Vec<Checked>,
    /// How long it took.
    pub time: Duration,
}

impl Outcome {
    /// Findings with their sites.
    pub fn diagnostics(&self) -> impl Iterator<Item = (&Checked, &Diagnostic)> {
        self.sites.iter().flat_map(|checked| checked.diagnostics.iter().map(move |found| (checked, found)))
    }

    /// How many findings have at least this level.
    pub fn at_least(&self, level: Level) -> usize {
        self.diagnostics().filter(|(_, found)| found.level >= level).count()
    }
}

impl Checked {
    /// A site and all that was found in it.
    pub fn new(site: Site, prefix: impl Into<String>, diagnostics: Vec<Diagnostic>) -> Self {
        Self { site, prefix: prefix.into(), diagnostics, notes: Vec::new(), aside: Aside::default() }
    }

    /// A path from the site's root as a path from the working directory.
    pub fn path(&self, path: &str) -> String {
        placed(&self.prefix, path)
    }

    /// The names of editions, in order; nothing where the site has only one.
    pub fn edition_names(&self, editions: EditionSet) -> Vec<&str> {
        let names = |edition: usize| Some(self.site.editions.get(edition)?.name.as_str());
        editions.iter().filter_map(names).filter(|name| !name.is_empty()).collect()
    }

    /// A message with the readers it holds for.
    pub fn message(&self, found: &Diagnostic) -> String {
        let editions = found.editions.map(|editions| self.edition_names(editions)).unwrap_or_default();
        if editions.is_empty() {
            found.message.clone()
        } else {
            format!("{} (for {})", found.message, editions.join(", "))
        }
    }
}

/// A path from a site's root behind the path of that root, which is empty or ends in a slash.
pub fn placed(prefix: &str, path: &str) -> String {
    let (mut above, mut rest) = (prefix, path);
    while let Some(below) = rest.strip_prefix("../") {
        let directory = above.trim_end_matches('/');
        if directory.is_empty() || directory.ends_with("..") {
            break;
        }
        above = &above[..directory.rfind('/').map_or(0, |at| at + 1)];
        rest = below;
    }
    [above, rest].concat()
}

/// A path in a URL: each `/` stays, all else that means something there is encoded.
fn encoded(path: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    percent_encoding::utf8_percent_encode(path, KEPT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_outside_of_the_site_are_named_from_the_working_directory() {
        for (prefix, path, expected) in [
            ("", "content/a.md", "content/a.md"),
            ("docs/", "content/a.md", "docs/content/a.md"),
            ("docs/site/", "../../README.md", "README.md"),
            ("docs/", "../../x/a.md", "../x/a.md"),
            ("", "../a.md", "../a.md"),
            ("../", "../a.md", "../../a.md"),
            ("/abs/site/", "../a.md", "/abs/a.md"),
        ] {
            assert_eq!(placed(prefix, path), expected, "{prefix} {path}");
        }
    }
}
