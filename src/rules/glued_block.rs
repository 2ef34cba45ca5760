//! A block of its own glued to a paragraph.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::{BlockKind, Page, Reading},
    site::Site,
    source::Span,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GluedBlock {}

impl Rule for GluedBlock {
    fn check_page(&self, page: &Page, _site: &Site, findings: &mut Findings) {
        for document in page.documents.iter().filter(|own| own.reading == Reading::Separate && !own.assumed) {
            let Some(call) = document.call else { continue };
            let call = &page.calls[call as usize];
            if !page.source.slice(document.span).trim().contains('\n') {
                continue;
            }
            let around =
                |block: &crate::page::Block| page.documents[block.document as usize].span != document.span;
            let glued = page.blocks.iter().find(|block| {
                block.kind == BlockKind::Paragraph && block.span.contains(call.span) && around(block)
            });
            let Some(paragraph) = glued else { continue };
            let text_before = !page
                .source
                .slice(Span { start: paragraph.span.start, end: call.span.start })
                .trim()
                .is_empty();
            let message = "this block is glued to a paragraph: its content lands inside the paragraph";
            let where_to = if text_before { "before" } else { "after" };
            findings
                .report(page, page.tags[call.open].span, message)
                .help(format!("put a blank line {where_to} the block"));
        }
    }
}
