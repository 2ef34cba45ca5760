//! A numbered list that a block cuts in two.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    markdown::fragment::PartKind,
    page::{Page, Reading},
    site::{
        Site,
        edition::{EditionSet, Visibility},
    },
    source::Span,
    variants::{Filling, Node, NodeKind, Projection, first_line},
};

/// A numbered list that a block cuts in two.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ListNumberingRestart {}

/// Where a list begins anew.
struct Restart {
    editions: EditionSet,
    /// The list that begins anew, and the one before it.
    list: Span,
    before: Span,
}

impl Rule for ListNumberingRestart {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let Some(projections) = site.suspected(page, |suspects| suspects.list) else { return };
        let visibility = site.visibility(page);
        // One finding for each block, though a list begins anew in it and behind it.
        let mut found: BTreeMap<u32, Restart> = BTreeMap::new();
        for (edition, projection) in projections.iter() {
            for (before, list) in neighbours(projection) {
                let Some(call) = cut(page, visibility, edition, before, list) else { continue };
                let own = found.entry(call).or_insert_with(|| Restart {
                    editions: EditionSet::EMPTY,
                    list: list.span,
                    before: before.span,
                });
                own.editions = own.editions.or(EditionSet::one(edition));
                // The last list is seen by all whom it concerns.
                own.list = own.list.max(list.span);
                own.before = own.before.min(before.span);
            }
        }
        for (call, own) in found {
            let tag = page.tag(call as usize);
            let line = page.source.line(tag.span.start);
            let message = format!("the numbering begins anew at 1: the block on line {line} cuts the list");
            let seen =
                visibility.of(page.enclosing_call(own.list.start).and_then(|call| u32::try_from(call).ok()));
            findings
                .report(page, first_line(page, own.list), message)
                .editions(own.editions, seen)
                .label(page, first_line(page, own.before), "the list before it")
                .label(page, tag.span, "this block is rendered on its own")
                .help("number the first item as it has to be (`3.`), or put the whole list into the block");
        }
    }
}

/// The numbered lists that begin at 1 right behind another numbered list.
fn neighbours(projection: &Projection) -> Vec<(&Node, &Node)> {
    let mut pairs = Vec::new();
    let nodes = &projection.nodes;
    let is_list = |node: usize| matches!(nodes[node].kind, NodeKind::Part(PartKind::OrderedList(_)));
    let mut parents: Vec<Option<u32>> =
        (0..nodes.len()).filter(|&node| is_list(node)).map(|node| nodes[node].parent).collect();
    parents.dedup();
    parents.sort_unstable();
    parents.dedup();
    for parent in parents {
        let mut last: Option<usize> = None;
        for node in projection.children(parent.map(|parent| parent as usize)) {
            if is_list(node) {
                let begins = matches!(nodes[node].kind, NodeKind::Part(PartKind::OrderedList(1)));
                pairs.extend(last.filter(|_| begins).map(|last| (&nodes[last], &nodes[node])));
                last = Some(node);
            } else if nodes[node].kind == NodeKind::Part(PartKind::Comment)
                || projection.filling(node..nodes[node].end as usize) != Filling::Empty
            {
                last = None;
            }
        }
    }
    pairs
}

/// The condition that keeps two lists apart: it holds one of them, or stands between them.
fn cut(page: &Page, visibility: &Visibility, edition: usize, before: &Node, list: &Node) -> Option<u32> {
    let is_condition = |call: &u32| {
        let said = visibility.conditions[*call as usize].as_ref();
        said.is_some_and(|said| said.certain)
    };
    if before.call != list.call {
        // The deeper of both is the block.
        return list.call.max(before.call).filter(is_condition);
    }
    let is_hidden = |call: &u32| !visibility.calls[*call as usize].contains(edition);
    let is_separate = |call: &u32| {
        let own = page.documents.iter().find(|document| document.call == Some(*call));
        own.is_some_and(|own| own.reading == Reading::Separate)
    };
    let between = |call: &u32| {
        let span = page.calls[*call as usize].span;
        before.span.end <= span.start && span.end <= list.span.start
    };
    let calls = 0..u32::try_from(page.calls.len()).unwrap_or(u32::MAX);
    calls.into_iter().find(|call| is_condition(call) && between(call) && is_hidden(call) && is_separate(call))
}
