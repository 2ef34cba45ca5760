//! A link to a page that is not there.

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
pub(super) struct BrokenLink {}

impl Rule for BrokenLink {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, problem) in site.problems(page) {
            if problem.verdict == Verdict::NoPage {
                let found =
                    findings.report(page, link.span, format!("there is no page at `{}`", problem.url));
                site.explain(page, link, problem, found);
                if let Some(near) = site.nearest_url(problem) {
                    found.help(format!(
                        "{}did you mean `{near}`?",
                        found.help.as_deref().map(|help| format!("{help}; ")).unwrap_or_default()
                    ));
                }
            }
        }
    }
}
