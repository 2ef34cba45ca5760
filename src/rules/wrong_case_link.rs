//! A link that differs from its target in letter case.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::{LinkKind, Page},
    site::{Site, links::Verdict},
    source::Span,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WrongCaseLink {}

impl Rule for WrongCaseLink {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, problem) in site.problems(page) {
            let Verdict::WrongCase(actual) = &problem.verdict else { continue };
            let message = format!("`{}` is `{actual}`: letter case matters in URLs", problem.url);
            let found = findings.report(page, link.span, message);
            site.explain(page, link, problem, found);
            found.help(format!("write `{actual}`"));
            let written = page.source.slice(link.span);
            let same_length = problem.url.len() == actual.len();
            if !matches!(link.kind, LinkKind::Reference(_))
                && written.starts_with(problem.url.as_str())
                && same_length
            {
                let span =
                    Span { start: link.span.start, end: link.span.start + Span::from(0..actual.len()).end };
                found.fix(Safety::Safe, [Edit { span, text: actual.clone() }]);
            }
        }
    }
}
