//! Two blocks next to each other with the same condition.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    hugo::shortcode::CallEnd,
    page::Page,
    site::Site,
    source::Span,
    variants::runs,
};

/// Two blocks next to each other with the same condition.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MergeableNeighbours {}

impl Rule for MergeableNeighbours {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let visibility = site.visibility(page);
        for run in runs(page, visibility) {
            for pair in run.windows(2) {
                let [before, call] = [pair[0], pair[1]];
                let said = |call: usize| visibility.conditions[call].as_ref().filter(|own| own.certain);
                let (Some(one), Some(other)) = (said(before), said(call)) else { continue };
                let (tag, first) = (page.tag(call), page.tag(before));
                let alike = tag.name == first.name && tag.delimiter == first.delimiter;
                if !alike || one.shown != other.shown || visibility.on_axis(Some(call)).is_empty() {
                    continue;
                }
                let line = page.source.line(first.span.start);
                let message = format!("same condition as the block before (line {line})");
                let finding = findings.report(page, tag.span, message);
                finding.label(page, first.span, "the same readers");
                finding.help("merge them into one block");
                if let Some(edit) = merging(page, before, call) {
                    finding.fix(Safety::Unsafe, [edit]);
                }
            }
        }
    }
}

/// Removes the tags between two blocks that have their tags on lines of their own.
fn merging(page: &Page, before: usize, call: usize) -> Option<Edit> {
    let CallEnd::Closed(close) = page.calls[before].end else { return None };
    let (from, to) = (page.tags[close].span, page.tag(call).span);
    let text = &page.source.text;
    let is_line = |span: Span| {
        text[..span.start as usize].ends_with('\n') && text[span.end as usize..].starts_with('\n')
    };
    let between = Span { start: from.end, end: to.start };
    (is_line(from) && is_line(to) && page.source.slice(between).trim().is_empty())
        .then(|| Edit { span: Span { start: from.start, end: to.end }, text: String::new() })
}
