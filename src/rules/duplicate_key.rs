//! A front matter field that is given twice.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Findings, Level},
    page::Page,
    site::Site,
    value::Format,
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
            found.label(page, first, "the first time");
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
    }
}
