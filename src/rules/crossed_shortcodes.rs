//! Two calls that overlap without one being inside the other.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, hugo::shortcode::ProblemKind, page::Page, site::Site};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CrossedShortcodes {}

impl Rule for CrossedShortcodes {
    fn check_page(&self, page: &Page, _site: &Site, findings: &mut Findings) {
        for problem in &page.shortcode_problems {
            if let ProblemKind::OtherName(opened) = &problem.kind {
                let found = findings.report(
                    page,
                    problem.span,
                    format!("`{opened}` is closed by `/{}`", problem.name),
                );
                if let Some(other) = problem.other {
                    found.label(page, other, "opened here");
                }
                found.help(format!(
                    "write `/{opened}`\nHugo closes the innermost call, whatever name the closing tag bears"
                ));
            }
            if problem.kind != ProblemKind::Crossed {
                continue;
            }
            let around = problem.other.and_then(|open| page.enclosing_call(open.start));
            let around =
                around.map_or("the call around it".to_owned(), |call| format!("`{}`", page.tag(call).name));
            let message = format!("`{}` is opened inside {around} and closed after it", problem.name);
            let found = findings.report(page, problem.span, message);
            if let Some(other) = problem.other {
                found.label(page, other, "opened here");
            }
            found.help(
                "close calls in the reverse order of their opening\n\
                 Hugo closes the innermost call, whatever name the closing tag bears",
            );
        }
    }
}
