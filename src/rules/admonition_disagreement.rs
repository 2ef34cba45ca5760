//! The same words in another kind of box in another version.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeSet;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::Site,
    variants::{Columns, Group, Member, admonition, names, readers},
};

/// The same words in another kind of box in another version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct AdmonitionDisagreement {}

impl Rule for AdmonitionDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported = BTreeSet::new();
        for group in site.alternatives(page) {
            for dissent in boxes(group).dissents(|call| admonition(page.tag(call as usize))) {
                if !reported.insert(dissent.member.node) {
                    continue;
                }
                let tag = |call: u32| page.tag(call as usize).span;
                let others = readers(page, site, group, &dissent.others, tag);
                let (kind, most) = (dissent.value.unwrap_or_default(), dissent.most.unwrap_or_default());
                let own = names(site, group, &[dissent.member]);
                let message = format!("`{kind}` for {own}, but `{most}` for {others}");
                let finding = findings.report(page, tag(dissent.member.node), message);
                for &other in &dissent.others {
                    let label = format!("`{most}` for {}", names(site, group, &[other]));
                    finding.label(page, tag(other.node), label);
                }
                finding.help("the same words deserve the same box for all readers");
            }
        }
    }
}

/// Admonitions are the same if a sentence is in both.
fn boxes(group: &Group) -> Columns {
    let mut columns = Columns::default();
    for sentence in &group.sentences {
        let mut boxes = sentence
            .places
            .iter()
            .filter_map(|place| Some(Member { branch: place.branch, node: place.admonition? }));
        if let Some(first) = boxes.next() {
            boxes.for_each(|other| columns.join(first, other));
        }
    }
    columns
}
