//! A call that Hugo wants closed and that never is.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, hugo::shortcode::ProblemKind, page::Page, site::Site};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnclosedShortcode {}

impl Rule for UnclosedShortcode {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for problem in page.shortcode_problems.iter().filter(|problem| problem.kind == ProblemKind::Unclosed)
        {
            let found = findings.report(page, problem.span, format!("`{}` is never closed", problem.name));
            if let Some(other) = problem.other {
                found.label(page, other, "still open here");
            }
            let says = if site.version.at_least(111) {
                format!("Hugo {} refuses the page", site.version)
            } else {
                format!(
                    "Hugo {} takes the rest of the page for its inner text and says nothing",
                    site.version
                )
            };
            found.help(format!(
                "close it with `{}`\n{says}",
                closer(page.source.slice(problem.span), &problem.name)
            ));
        }
    }
}

/// The closing tag for an opening one.
fn closer(open: &str, name: &str) -> String {
    if open.starts_with("{{%") { format!("{{{{% /{name} %}}}}") } else { format!("{{{{< /{name} >}}}}") }
}
