//! A front matter field that is given twice.

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Findings, Level},
    page::Page,
    site::Site,
    value::{Entry, Format},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DuplicateKey {}

impl Rule for DuplicateKey {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for mistake in &page.front_matter.mistakes {
            let Some(first) = mistake.duplicate_of else { continue };
            let refused = page.front_matter.format != Some(Format::Yaml) || site.version.at_least(152);
            let found = findings.report(page, mistake.span, mistake.message.as_str());
            found.label(page, first, "given here first");
            if refused {
                found.help(format!("remove one; Hugo {} refuses the page", site.version));
            } else {
                found.level(Level::Warning);
                found.help(format!(
                    "remove one; Hugo {} takes the last, newer versions refuse the page",
                    site.version
                ));
            }
        }
        other_case(page, findings);
    }
}

/// Keys that differ in letter case are one field. Hugo takes the one that is not in lower case
/// (`common/maps/params.go`).
fn other_case(page: &Page, findings: &mut Findings) {
    // By lower-case key: the first entry, and the first that is spelt in another way.
    let mut spellings: FxHashMap<String, (&Entry, Option<&Entry>)> = FxHashMap::default();
    for later in page.front_matter.fields.entries() {
        let (first, other) = spellings.entry(later.key.to_ascii_lowercase()).or_insert((later, None));
        let earlier = if first.key == later.key { *other } else { Some(*first) };
        let Some(earlier) = earlier else { continue };
        if other.is_none() {
            *other = Some(later);
        }
        let is_lower = !later.key.contains(|c: char| c.is_ascii_uppercase());
        let taken = if is_lower { earlier } else { later };
        findings
            .report(page, later.key_span, format!("`{}` and `{}` are the same key", earlier.key, later.key))
            .level(Level::Warning)
            .label(page, earlier.key_span, "given here first")
            .help(format!("remove one; Hugo takes `{}`", taken.key));
    }
}
