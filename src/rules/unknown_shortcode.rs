//! A call of a shortcode that has no template.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    hugo::shortcode::ProblemKind,
    page::{BlockKind, Page},
    rules::nearest,
    site::Site,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnknownShortcode {}

impl Rule for UnknownShortcode {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for problem in
            page.shortcode_problems.iter().filter(|problem| problem.kind == ProblemKind::NoTemplate)
        {
            let in_code = page
                .blocks
                .iter()
                .any(|block| matches!(block.kind, BlockKind::Code(_)) && block.span.contains(problem.span));
            let near = nearest(&problem.name, site.definitions.iter().map(|(name, _)| name));
            let found =
                findings.report(page, problem.span, format!("there is no shortcode `{}`", problem.name));
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if in_code => "shortcodes run in code too; write `{{</* … */>}}` to show one".to_owned(),
                None => format!(
                    "its template would be `layouts/{}/{}.html`",
                    if site.version.at_least(146) { "_shortcodes" } else { "shortcodes" },
                    problem.name
                ),
            };
            found.help(format!("{hint}{}", site.hugo_says(problem)));
        }
    }
}
