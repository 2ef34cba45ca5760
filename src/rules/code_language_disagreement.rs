//! The same code in another language in another version.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeSet;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::{BlockKind, Page},
    site::Site,
    source::Span,
    variants::{Columns, Group, Member, first_line, names, readers},
};

/// The same code in another language in another version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CodeLanguageDisagreement {}

impl Rule for CodeLanguageDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported = BTreeSet::new();
        for group in site.alternatives(page).iter().filter(|group| !group.is_choice()) {
            let language = |block: u32| language(page, block).map(|span| page.source.slice(span));
            for dissent in code(page, group).dissents(language) {
                let block = dissent.member.node;
                if !reported.insert(block) {
                    continue;
                }
                let place = |block: u32| place(page, block);
                let own = names(site, group, &[dissent.member]);
                let others = readers(page, site, group, &dissent.others, place);
                let said = |language: Option<&str>| {
                    language.map_or("no code language".to_owned(), |own| format!("code language `{own}`"))
                };
                let most = dissent.most.map_or("none".to_owned(), |own| format!("`{own}`"));
                let message = format!("{} for {own}, but {most} for {others}", said(dissent.value));
                let finding = findings.report(page, place(block), message);
                for &other in &dissent.others {
                    let label = format!("{most} for {}", names(site, group, &[other]));
                    finding.label(page, place(other.node), label);
                }
                finding.help("the same code has the same language for all readers");
                if let Some((own, most)) = dissent.value.zip(dissent.most) {
                    let span = place(block);
                    debug_assert_eq!(page.source.slice(span), own);
                    finding.fix(Safety::Unsafe, [Edit { span, text: most.to_owned() }]);
                }
            }
        }
    }
}

/// The same code in different versions, by index in [`Page::blocks`].
fn code(page: &Page, group: &Group) -> Columns {
    let mut columns = Columns::default();
    for sentence in &group.sentences {
        let mut blocks = sentence
            .places
            .iter()
            .filter(|place| fence(page, place.block).is_some())
            .map(|place| Member { branch: place.branch, node: place.block });
        if let Some(first) = blocks.next() {
            blocks.for_each(|other| columns.join(first, other));
        }
    }
    columns
}

/// What is written behind the opening fence of a code block, if it has one.
fn fence(page: &Page, block: u32) -> Option<Span> {
    let block = &page.blocks[block as usize];
    if block.kind != BlockKind::Code {
        return None;
    }
    let line = first_line(page, block.span);
    let text = page.source.slice(line);
    let info = text.trim_start_matches(['`', '~']);
    (text.len() - info.len() >= 3).then(|| Span::new(line.range().end - info.len(), line.range().end))
}

/// The language behind the opening fence.
fn language(page: &Page, block: u32) -> Option<Span> {
    let info = fence(page, block)?;
    let text = page.source.slice(info);
    let start = info.range().start + text.len() - text.trim_start().len();
    let length = text.trim_start().find([' ', '\t', '{', ',']).unwrap_or(text.trim().len());
    (length > 0).then(|| Span::new(start, start + length))
}

fn place(page: &Page, block: u32) -> Span {
    language(page, block).unwrap_or_else(|| first_line(page, page.blocks[block as usize].span))
}
