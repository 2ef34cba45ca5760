//! A closed call of a template that takes no inner text.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, hugo::shortcode::ProblemKind, page::Page, site::Site};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnclosableShortcode {}

impl Rule for UnclosableShortcode {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for problem in
            page.shortcode_problems.iter().filter(|problem| problem.kind == ProblemKind::Unclosable)
        {
            let message = format!("`{}` takes no inner text, so it cannot be closed", problem.name);
            let found = findings.report(page, problem.span, message);
            if let Some(other) = problem.other {
                found.label(page, other, "opened here");
            }
            let what = if problem.other.is_some() { "closing tag" } else { "`/`" };
            found.help(format!("remove the {what}{}", site.hugo_says(problem)));
        }
    }
}
