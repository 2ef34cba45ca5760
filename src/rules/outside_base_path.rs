//! A link that forgets the path that the site lives under.

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
pub(super) struct OutsideBasePath {}

impl Rule for OutsideBasePath {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, problem) in site.problems(page) {
            let Verdict::OutsideBase(meant) = &problem.verdict else { continue };
            let base = problem
                .editions
                .iter()
                .next()
                .map_or("/", |edition| &site.editions[edition].config.base_path);
            let message =
                format!("`{}` lies outside this site, which is published below `{base}`", problem.url);
            let found = findings.report(page, link.span, message);
            site.explain(page, link, problem, found);
            found.help_first(format!("did you mean `{meant}`?"));
            if !matches!(link.kind, LinkKind::Reference(_)) && page.source.slice(link.span).starts_with('/') {
                let span = Span { start: link.span.start, end: link.span.start + 1 };
                found.fix(Safety::Unsafe, [Edit { span, text: base.to_owned() }]);
            }
        }
    }
}
