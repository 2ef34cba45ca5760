//! A `ref` or `relref` to a page that is not there.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::{LinkKind, Page},
    site::{Site, links::Verdict},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BrokenRef {}

impl Rule for BrokenRef {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, problem) in site.problems(page) {
            if problem.verdict == Verdict::NoReference {
                let name = match &link.kind {
                    LinkKind::Argument { call, .. } => page.tag(*call as usize).name.as_str(),
                    _ => "ref",
                };
                let found =
                    findings.report(page, link.span, format!("`{name}` finds no page `{}`", problem.url));
                site.explain(page, link, problem, found);
                if let Some(near) = site.nearest_reference(problem) {
                    found.help_first(format!("did you mean `{near}`?"));
                } else {
                    found.help_first("write the path of a published page from the content directory");
                }
            }
        }
    }
}
