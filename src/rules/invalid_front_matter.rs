//! Front matter that Hugo cannot read.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, page::Page, site::Site};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct InvalidFrontMatter {}

impl Rule for InvalidFrontMatter {
    fn check_page(&self, page: &Page, _site: &Site, findings: &mut Findings) {
        let format = page.front_matter.format.map_or("", |format| format.name());
        for mistake in page.front_matter.mistakes.iter().filter(|mistake| mistake.duplicate_of.is_none()) {
            findings
                .report(page, mistake.span, format!("invalid front matter: {}", mistake.message))
                .help(format!("Hugo refuses the page; write valid {format}"));
        }
    }
}
