//! A closing tag without an opening one.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    hugo::shortcode::{CallEnd, Problem, ProblemKind},
    page::Page,
    site::Site,
    source::Span,
};

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
            if let Some(other) = closed_before(page, problem) {
                found.label(page, other, format!("the last `{}` is closed here", problem.name));
            }
            found.help(format!(
                "remove the tag, or open `{}` before it{}",
                problem.name,
                site.hugo_says(problem)
            ));
        }
    }
}

/// The tag that closed the last call of the same name.
fn closed_before(page: &Page, problem: &Problem) -> Option<Span> {
    let mut before = page.calls.iter().filter(|call| call.span.end <= problem.span.start);
    let last = before.rfind(|call| page.tags[call.open].name == problem.name)?;
    match last.end {
        CallEnd::Closed(tag) => Some(page.tags[tag].span),
        _ => None,
    }
}
