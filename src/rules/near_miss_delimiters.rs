//! Text that looks like a shortcode and is none for Hugo.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, hugo::shortcode::ProblemKind, page::Page, site::Site};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NearMissDelimiters {}

impl Rule for NearMissDelimiters {
    fn check_page(&self, page: &Page, _site: &Site, findings: &mut Findings) {
        for problem in &page.shortcode_problems {
            let ProblemKind::NearMiss(meant) = &problem.kind else { continue };
            let is_tag = meant.starts_with("{{");
            let message = if is_tag {
                "this looks like a shortcode, but Hugo prints it as text"
            } else {
                "these are not the quotes that Hugo knows, so they become part of the value"
            };
            findings.report(page, problem.span, message).help(format!("write `{meant}`"));
        }
    }
}
