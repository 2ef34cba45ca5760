//! A tag that Hugo cannot read.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, hugo::shortcode::ProblemKind, page::Page, site::Site};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MalformedShortcode {}

impl Rule for MalformedShortcode {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for problem in &page.shortcode_problems {
            let ProblemKind::Malformed(message, remedy) = &problem.kind else { continue };
            let found = findings.report(page, problem.span, message.as_str());
            if let Some(other) = problem.other {
                found.label(page, other, "the tag starts here");
            }
            let says = site.hugo_says(problem);
            found.help(if remedy.is_empty() {
                says.trim_start().to_owned()
            } else {
                format!("{remedy}{says}")
            });
        }
    }
}
