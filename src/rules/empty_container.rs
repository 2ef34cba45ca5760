//! A list item, box, row or heading that is empty for some readers.

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

/// A list item, box, row or heading that is empty for some readers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EmptyContainer {}

/// What the readers see in one container.
#[derive(Default)]
struct Container {
    name: String,
    empty: EditionSet,
    full: EditionSet,
    seen: EditionSet,
    content: Option<Span>,
}

impl Rule for EmptyContainer {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let Some(projections) = site.suspected(page, |suspects| suspects.container) else { return };
        let mut containers: FxHashMap<(Span, u8), Container> = FxHashMap::default();
        for (edition, projection) in projections.iter() {
            let mut empty_until = 0;
            for node in 0..projection.nodes.len() {
                let Some((rank, name)) = container(page, projection, node) else { continue };
                let place = match projection.nodes[node].kind {
                    NodeKind::Inner(call) | NodeKind::Dropped(call) => page.tag(call as usize).span,
                    _ => projection.nodes[node].span,
                };
                let own = containers.entry((place, rank)).or_default();
                let (one, range) = (EditionSet::one(edition), projection.inside(node));
                own.name = name;
                own.seen = own.seen.or(one);
                match projection.filling(range.clone()) {
                    // Of an empty item in an empty quote, the quote says it.
                    Filling::Empty if node < empty_until => {}
                    Filling::Empty => {
                        own.empty = own.empty.or(one);
                        empty_until = range.end;
                    }
                    Filling::Unknown => {}
                    Filling::Full => {
                        own.full = own.full.or(one);
                        let first = projection.first_content(range).map(|node| projection.nodes[node].span);
                        own.content = own.content.or(first);
                    }
                }
            }
        }
        let is_found = |own: &Container| !own.empty.is_empty() && !own.full.is_empty();
        let mut found: Vec<_> = containers.into_iter().filter(|(_, own)| is_found(own)).collect();
        found.sort_unstable_by_key(|(place, _)| *place);
        for ((span, _), own) in found {
            let finding = findings.report(page, first_line(page, span), format!("the {} is empty", own.name));
            finding.editions(own.empty, own.seen);
            if let Some(content) = own.content {
                let readers = site.names(own.full);
                finding.label(page, first_line(page, content), format!("what is in it is for {readers}"));
            }
            finding.help(format!("put the condition around the whole {}", own.name));
        }
    }
}

/// What a node is that looks odd when it is empty, and a number that tells kinds apart.
fn container(page: &Page, projection: &Projection, node: usize) -> Option<(u8, String)> {
    let own = &projection.nodes[node];
    let (rank, name) = match own.kind {
        NodeKind::Part(PartKind::Item) => (0, "list item"),
        NodeKind::Part(PartKind::BlockQuote) => (1, "block quote"),
        NodeKind::Part(PartKind::Row) => (2, "table row"),
        NodeKind::Part(PartKind::Heading(_)) => (3, "heading"),
        NodeKind::Part(PartKind::Definition) => (4, "definition"),
        NodeKind::Inner(call) | NodeKind::Dropped(call) => {
            // A box with a picture of its own is something to see.
            let around = own.parent.map(|parent| parent as usize)?;
            let is_call = projection.nodes[around].kind == NodeKind::Call(call);
            let range = projection.inside(around).filter(|other| !projection.inside(node).contains(other));
            let mut others = range.map(|other| projection.nodes[other].kind);
            let has_picture = is_call && others.any(|kind| kind == NodeKind::Part(PartKind::Object));
            let name = format!("`{}` box", page.tag(call as usize).name);
            return (!has_picture && page.calls[call as usize].inner.is_some()).then_some((5, name));
        }
        _ => return None,
    };
    Some((rank, name.to_owned()))
}
