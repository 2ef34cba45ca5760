//! A `ref` or `relref` that several pages answer to.

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
pub(super) struct AmbiguousRef {}

impl Rule for AmbiguousRef {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, problem) in site.problems(page) {
            let Verdict::AmbiguousReference(pages) = &problem.verdict else { continue };
            let paths: Vec<String> =
                pages.iter().map(|&index| format!("`{}`", site.pages[index as usize].path())).collect();
            let found = findings.report(
                page,
                link.span,
                format!("`{}` may be any of {}", problem.url, paths.join(", ")),
            );
            site.explain(page, link, problem, found);
            let example = pages.first().and_then(|&index| site.reference_to(index, problem));
            let example = example.map(|path| format!(": `{path}`")).unwrap_or_default();
            found.help_first(format!(
                "write the path from the content directory, with a leading `/`{example}"
            ));
        }
    }
}
