//! A closing tag without an opening one.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, hugo::shortcode::ProblemKind, page::Page, site::Site};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnopenedShortcode {}

impl Rule for UnopenedShortcode {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for problem in page.shortcode_problems.iter().filter(|problem| problem.kind == ProblemKind::Unopened)
        {
            let found = findings.report(
                page,
                problem.span,
                format!("`{}` is closed here, but was not opened", problem.name),
            );
            if let Some(other) = problem.other {
                found.label(page, other, "closed here already");
            }
            found.help(format!(
                "remove the tag, or open `{}` before it{}",
                problem.name,
                site.hugo_says(problem)
            ));
        }
    }
}
