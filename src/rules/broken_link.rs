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
            if let Verdict::NoPageElsewhere(number) = problem.verdict {
                let other = &site.neighbours[number as usize];
                let message = format!("the site `{}` has no page at `{}`", other.prefix, problem.url);
                let found = findings.report(page, link.span, message);
                site.explain(page, link, problem, found);
                found.help_first(format!("looked for in {}", other.path));
            }
            if problem.verdict == Verdict::NotInRepository {
                let message = format!("this repository has no `{}`", problem.url);
                findings
                    .report(page, link.span, message)
                    .help("link to where the file is now, or remove the link");
            }
            if problem.verdict == Verdict::NoPage {
                let found =
                    findings.report(page, link.span, format!("there is no page at `{}`", problem.url));
                site.explain(page, link, problem, found);
                if let Some(url) = site.url_of_named_source(page, link, problem) {
                    found.help_first(format!(
                        "write `{url}`, or use `relref`: Hugo does not turn file names into addresses here"
                    ));
                } else if let Some(near) = site.nearest_url(link, problem) {
                    found.help_first(format!("did you mean `{near}`?"));
                }
            }
        }
    }
}
