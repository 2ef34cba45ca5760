//! The same sentence with other punctuation in another version.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeSet;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::Page,
    site::Site,
    source::Span,
    variants::{Mark, first_line, marks, names, readers, words},
};

/// The same sentence with other punctuation in another version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PunctuationDisagreement {}

impl Rule for PunctuationDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported = BTreeSet::new();
        for group in site.alternatives(page).iter().filter(|group| !group.is_choice()) {
            for dissent in marks(page, group).dissents(|block| words(page, block)) {
                let block = dissent.member.node;
                let Some(mark) = Mark::between(page, block, dissent.others[0].node) else { continue };
                if !reported.insert(block) {
                    continue;
                }
                let line = |block: u32| first_line(page, page.blocks[block as usize].span);
                let place = |block: u32, than: u32| {
                    let found = Mark::between(page, block, than).and_then(|mark| visible(page, mark.span?));
                    found.unwrap_or_else(|| line(block))
                };
                let own = names(site, group, &[dissent.member]);
                let others = readers(page, site, group, &dissent.others, line);
                let message = match (mark.own, mark.most) {
                    (None, Some(most)) => format!("`{most}` is missing for {own}, but present for {others}"),
                    (Some(mine), None) => format!("`{mine}` for {own}, but not for {others}"),
                    (mine, most) => {
                        let text = |mark: Option<char>| mark.map(String::from).unwrap_or_default();
                        format!("`{}` for {own}, but `{}` for {others}", text(mine), text(most))
                    }
                };
                let finding = findings.report(page, place(block, dissent.others[0].node), message);
                for &other in &dissent.others {
                    let label = format!("for {}", names(site, group, &[other]));
                    finding.label(page, place(other.node, block), label);
                }
                finding.help("the same sentence has the same punctuation for all readers");
                if let Some(span) = mark.span {
                    let text = mark.most.map(String::from).unwrap_or_default();
                    finding.fix(Safety::Unsafe, [Edit { span, text }]);
                }
            }
        }
    }
}

/// The place, or, where nothing is there, the character before it.
fn visible(page: &Page, span: Span) -> Option<Span> {
    if !span.is_empty() {
        return Some(span);
    }
    let before = page.source.text[..span.start as usize].chars().next_back()?;
    Some(Span::new(span.range().start - before.len_utf8(), span.range().start))
}
