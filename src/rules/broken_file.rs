//! A link to a file that is not there.

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
pub(super) struct BrokenFile {}

impl Rule for BrokenFile {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, problem) in site.problems(page) {
            if problem.verdict == Verdict::NoFile && !link.embedded {
                let found =
                    findings.report(page, link.span, format!("there is no file at `{}`", problem.url));
                site.explain(page, link, problem, found);
                if let Some(near) = site.nearest_url(link, problem) {
                    found.help_first(format!("did you mean `{near}`?"));
                } else if let Some(file) =
                    site.source_file(page, problem).filter(|_| problem.verdict == Verdict::NoFile)
                {
                    found.help_first(format!("in the source it would be `{file}`"));
                }
            }
        }
    }

    fn check_site(&self, site: &Site, findings: &mut Findings) {
        site.report_missing_directories(false, findings);
    }
}
