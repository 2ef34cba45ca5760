//! A call opened with one kind of delimiters and closed with the other.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    hugo::shortcode::{Delimiter, ProblemKind},
    page::Page,
    site::Site,
    source::Span,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MismatchedDelimiters {}

impl Rule for MismatchedDelimiters {
    fn check_page(&self, page: &Page, _site: &Site, findings: &mut Findings) {
        for problem in
            page.shortcode_problems.iter().filter(|problem| problem.kind == ProblemKind::MismatchedDelimiters)
        {
            let Some(open) = problem.other.filter(|open| !is_broken(page, *open)) else { continue };
            if is_broken(page, problem.span) {
                continue;
            }
            let (kind, other) = if page.source.slice(open).starts_with("{{%") {
                (Delimiter::Markdown, Delimiter::Html)
            } else {
                (Delimiter::Html, Delimiter::Markdown)
            };
            let message = format!(
                "`{}` is opened with `{}` and closed with `{}`",
                problem.name,
                kind.left(),
                other.left()
            );
            let close = problem.span;
            let edits = [
                Edit {
                    span: Span { start: close.start, end: close.start + 3 },
                    text: kind.left().to_owned(),
                },
                Edit { span: Span { start: close.end - 3, end: close.end }, text: kind.right().to_owned() },
            ];
            findings
                .report(page, close, message)
                .label(page, open, "opened here")
                .help(format!(
                    "write `{} /{} {}`; Hugo goes by the opening tag",
                    kind.left(),
                    problem.name,
                    kind.right()
                ))
                .fix(Safety::Safe, edits);
        }
    }
}

/// Whether Hugo cannot read the tag anyway, which says more.
fn is_broken(page: &Page, tag: Span) -> bool {
    let mut malformed =
        page.shortcode_problems.iter().filter(|problem| matches!(problem.kind, ProblemKind::Malformed(..)));
    malformed.any(|problem| tag.contains(problem.span))
}
