//! A block of its own glued to a paragraph.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    hugo::shortcode::{Problem, ProblemKind},
    page::{BlockKind, Document, Page, Reading},
    site::Site,
    source::Span,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct GluedBlock {}

impl Rule for GluedBlock {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let outermost = outermost_blocks(page);
        for document in &page.documents {
            let is_known = document.reading == Reading::Separate && !document.assumed;
            let has_blocks = || has_blocks(page, document, &outermost);
            let Some(call) = document.call.filter(|_| is_known && has_blocks()) else {
                continue;
            };
            // What another call prints does not land here.
            let definition = site.definitions.get(&page.tag(call as usize).name);
            if definition.is_some_and(|own| own.summary.shown_by.is_some()) {
                continue;
            }
            let call = &page.calls[call as usize];
            // Where calls are crossed, Hugo pairs the tags in another way.
            let is_crossed = |problem: &Problem| {
                problem.kind == ProblemKind::Crossed
                    && problem.other.is_some_and(|opener| call.span.contains(opener))
            };
            if page.shortcode_problems.iter().any(is_crossed) {
                continue;
            }
            let paragraph = page.blocks.iter().find(|block| {
                block.kind == BlockKind::Paragraph
                    && !block.tight
                    && block.span.contains(call.span)
                    && page.documents[block.document as usize].span != document.span
            });
            let Some(paragraph) = paragraph else { continue };
            let before = Span { start: paragraph.span.start, end: call.span.start };
            let after = Span { start: call.span.end, end: paragraph.span.end.max(call.span.end) };
            let is_first = page.source.slice(before).trim().is_empty();
            // Of two blocks that are glued to each other, the second says it.
            if is_first && starts_with_call(page, after) {
                continue;
            }
            let place = if is_first { "after" } else { "before" };
            let finding = findings.report(
                page,
                page.tags[call.open].span,
                "the block is glued to a paragraph, so its lists and boxes land inside the paragraph",
            );
            finding.help(format!("put a blank line {place} the block"));
            if let Some(edits) = blank_lines(page, call.span).filter(|_| paragraph.parent.is_none()) {
                finding.fix(Safety::Safe, edits);
            }
        }
    }
}

/// Empty lines around a block that has its lines to itself.
fn blank_lines(page: &Page, call: Span) -> Option<Vec<Edit>> {
    let text = &page.source.text;
    let (before, after) = (&text[..call.start as usize], &text[call.end as usize..]);
    let (line, rest) = (before.rsplit('\n').next()?, after.split('\n').next()?);
    if !line.trim().is_empty() || !rest.trim().is_empty() {
        return None;
    }
    let newline = if rest.ends_with('\r') { "\r\n" } else { "\n" };
    let edit = |at: usize| Edit { span: Span::new(at, at), text: newline.to_owned() };
    let start = before.len() - line.len();
    let end = call.range().end + (rest.len() + 1).min(after.len());
    let is_text = |line: Option<&str>| line.is_some_and(|line| !line.trim().is_empty());
    let mut edits = Vec::new();
    if is_text(before[..start].lines().next_back()) {
        edits.push(edit(start));
    }
    if is_text(text[end..].lines().next()) {
        edits.push(edit(end));
    }
    Some(edits).filter(|edits| !edits.is_empty())
}

/// How many paragraphs and other blocks each document consists of, by index in [`Page::documents`]. A lone call without
/// inner text, such as an image, is none.
fn outermost_blocks(page: &Page) -> Vec<(usize, usize)> {
    let mut counts = vec![(0, 0); page.documents.len()];
    for block in page.blocks.iter().filter(|block| block.parent.is_none()) {
        let Some((paragraphs, others)) = counts.get_mut(block.document as usize) else { continue };
        match block.kind {
            BlockKind::Paragraph => *paragraphs += 1,
            BlockKind::Call(call) if page.calls[call as usize].inner.is_none() => {}
            _ => *others += 1,
        }
    }
    counts
}

/// Whether the text of a document makes blocks: anything but a paragraph, or several of those.
fn has_blocks(page: &Page, document: &Document, outermost: &[(usize, usize)]) -> bool {
    let same = page.documents.iter().zip(outermost).filter(|(own, _)| own.span == document.span);
    let sum = |(all, more): (usize, usize), (_, &(paragraphs, others))| (all + paragraphs, more + others);
    let (paragraphs, others) = same.fold((0, 0), sum);
    others > 0 || paragraphs > 1
}

fn starts_with_call(page: &Page, rest: Span) -> bool {
    let text = page.source.slice(rest);
    let trimmed = text.trim_start();
    let start = rest.start as usize + text.len() - trimmed.len();
    page.calls.iter().any(|call| call.span.start as usize == start)
}
