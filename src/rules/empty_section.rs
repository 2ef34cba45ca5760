//! A section that is empty for some readers.

use std::ops::Range;

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    markdown::fragment::PartKind,
    page::Page,
    site::{Site, edition::EditionSet},
    source::Span,
    variants::{Filling, NodeKind, Projection, first_line},
};

/// A section that is empty for some readers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EmptySection {}

/// What the readers see below one heading.
#[derive(Default)]
struct Section {
    words: String,
    empty: EditionSet,
    full: EditionSet,
    /// All who see the heading.
    seen: EditionSet,
    content: Option<Span>,
}

impl Rule for EmptySection {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let Some(projections) = site.suspected(page, |suspects| suspects.section) else { return };
        // Where layouts list the pages of a section, they do it behind its text.
        let may_go_on = page.is_section();
        let mut sections: FxHashMap<Span, Section> = FxHashMap::default();
        for (edition, projection) in projections.iter() {
            for (heading, node) in projection.nodes.iter().enumerate() {
                let NodeKind::Part(PartKind::Heading(level)) = node.kind else { continue };
                let range = section(projection, heading, level);
                let own = sections.entry(node.span).or_default();
                let one = EditionSet::one(edition);
                own.seen = own.seen.or(one);
                match projection.filling(range.clone()) {
                    Filling::Empty if may_go_on && range.end == projection.nodes.len() => {}
                    Filling::Empty => own.empty = own.empty.or(one),
                    Filling::Unknown => {}
                    Filling::Full => {
                        own.full = own.full.or(one);
                        let first = projection.first_content(range).map(|node| projection.nodes[node].span);
                        own.content = own.content.or(first);
                    }
                }
                if own.words.is_empty() {
                    own.words = projection.words_of(projection.inside(heading)).trim().to_owned();
                }
            }
        }
        let mut found: Vec<(Span, Section)> =
            sections.into_iter().filter(|(_, own)| !own.empty.is_empty() && !own.full.is_empty()).collect();
        found.sort_unstable_by_key(|(span, _)| *span);
        for (span, own) in found {
            let finding = findings.report(
                page,
                first_line(page, span),
                format!("the section `{}` is empty", own.words),
            );
            finding.editions(own.empty, own.seen);
            if let Some(content) = own.content {
                let readers = site.names(own.full);
                finding.label(page, first_line(page, content), format!("what is in it is for {readers}"));
            }
            finding.help(
                "show the heading to the same readers as what is below it, or write something for the others",
            );
        }
    }
}

/// The nodes below a heading, up to the next one that is not deeper, or to the end of the box, item or quote it is in.
fn section(projection: &Projection, heading: usize, level: u8) -> Range<usize> {
    let nodes = &projection.nodes;
    let mut end = nodes.len();
    let mut around = nodes[heading].parent;
    while let Some(node) = around.map(|node| &nodes[node as usize]) {
        if matches!(
            node.kind,
            NodeKind::Inner(_)
                | NodeKind::Dropped(_)
                | NodeKind::Part(
                    PartKind::Item | PartKind::BlockQuote | PartKind::Cell | PartKind::Definition
                )
        ) {
            end = node.end as usize;
            break;
        }
        around = node.parent;
    }
    let start = nodes[heading].end as usize;
    let is_next =
        |node: &usize| matches!(nodes[*node].kind, NodeKind::Part(PartKind::Heading(own)) if own <= level);
    start..(start..end).find(is_next).unwrap_or(end)
}
