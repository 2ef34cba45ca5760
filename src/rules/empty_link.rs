//! A link without a destination.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::{Site, links::Verdict},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EmptyLink {}

impl Rule for EmptyLink {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, problem) in site.problems(page) {
            if problem.verdict == Verdict::Empty {
                let what = if link.embedded { "image" } else { "link" };
                let found = findings.report(page, link.whole, format!("the {what} has no destination"));
                site.explain(page, link, problem, found);
                found.help("say where it leads, or remove it");
            }
            if problem.verdict == Verdict::Emptied {
                let scheme = problem.url.split(':').next().unwrap_or("");
                let message = format!("Hugo leaves this destination out: `{scheme}:` addresses are not safe");
                let found = findings.report(page, link.span, message);
                site.explain(page, link, problem, found);
                found.help_first("link to a page or file, or remove it");
            }
        }
    }
}
