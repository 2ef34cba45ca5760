//! A `ref` or `relref` to a page that is not there.

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
pub(super) struct BrokenRef {}

impl Rule for BrokenRef {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, problem) in site.problems(page) {
            if problem.verdict == Verdict::NoReference {
                let found =
                    findings.report(page, link.span, format!("`ref` finds no page `{}`", problem.url));
                site.explain(page, link, problem, found);
                found.help(format!("Hugo {} fails the build for it", site.version));
            }
        }
    }
}
