//! A call of a shortcode that has no template.

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    hugo::shortcode::ProblemKind,
    page::{Block, BlockKind, Page},
    rules::nearest,
    site::Site,
    source::Span,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnknownShortcode {}

impl Rule for UnknownShortcode {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut code: Vec<Span> = Vec::new();
        let mut known: FxHashMap<&str, Option<&str>> = FxHashMap::default();
        for problem in
            page.shortcode_problems.iter().filter(|problem| problem.kind == ProblemKind::NoTemplate)
        {
            if known.is_empty() {
                code = code_blocks(page);
            }
            let near = *known
                .entry(&problem.name)
                .or_insert_with(|| nearest(&problem.name, site.definitions.iter().map(|(name, _)| name)));
            let before = code.partition_point(|block| block.start <= problem.span.start);
            let in_code = before > 0 && problem.span.end <= code[before - 1].end;
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

/// The code blocks of a page by their starts; each ends no earlier than those before it.
fn code_blocks(page: &Page) -> Vec<Span> {
    let is_code = |block: &&Block| matches!(block.kind, BlockKind::Code);
    let mut code: Vec<Span> = page.blocks.iter().filter(is_code).map(|block| block.span).collect();
    code.sort_unstable();
    let mut end = 0;
    for block in &mut code {
        end = block.end.max(end);
        block.end = end;
    }
    code
}
