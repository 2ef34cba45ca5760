//! The same items at another list depth in another version.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeMap;

use super::Rule;
use crate::{
    diagnostic::{Findings, Safety},
    page::Page,
    site::Site,
    source::Span,
    variants::{Member, excerpt, first_line, indented_below, misplaced, names, readers},
};

/// The same items at another list depth in another version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ListNestingDisagreement {}

impl Rule for ListNestingDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported: BTreeMap<u32, ()> = BTreeMap::new();
        for group in site.alternatives(page) {
            for found in misplaced(page, group) {
                if reported.insert(found.place.block, ()).is_some() {
                    continue;
                }
                let line = |block: u32| -> Span { first_line(page, page.blocks[block as usize].span) };
                let others: Vec<Member> = found
                    .others
                    .iter()
                    .map(|other| Member { branch: other.branch, node: other.block })
                    .collect();
                let own = Member { branch: found.place.branch, node: found.place.block };
                let [depth, deep] = [found.place, found.others[0]].map(|place| place.lists.len());
                let is = if depth == 0 { "in no list".to_owned() } else { format!("at list depth {depth}") };
                let message = format!(
                    "`{}` is {is} for {}, but at depth {deep} for {}",
                    excerpt(page, line(own.node)),
                    names(site, group, &[own]),
                    readers(page, site, group, &others, line)
                );
                let finding = findings.report(page, line(own.node), message);
                for &other in &others {
                    finding.label(page, line(other.node), format!("for {}", names(site, group, &[other])));
                }
                finding.help("indent what belongs to an item as far as the item's own text");
                if let Some(edits) = found.list.and_then(|list| indented_below(page, list)) {
                    finding.fix(Safety::Unsafe, edits);
                }
            }
        }
    }
}
