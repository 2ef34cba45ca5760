//! The same items, bulleted in one version and numbered in another.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeSet;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::{BlockKind, Page},
    site::Site,
    variants::{Columns, Group, Member, axis, first_line, names, readers},
};

/// The same items, bulleted in one version and numbered in another.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ListTypeDisagreement {}

impl Rule for ListTypeDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let Some(axis) = axis(site) else { return };
        let mut reported = BTreeSet::new();
        for group in site.alternatives(page) {
            for dissent in lists(page, group).dissents(|list| kind(page, list)) {
                if !reported.insert(dissent.member.node) {
                    continue;
                }
                let line = |list: u32| first_line(page, page.blocks[list as usize].span);
                let own = names(axis, group, &[dissent.member]);
                let others = readers(page, axis, group, &dissent.others, line);
                let (this, that) = (dissent.value, dissent.most);
                let message = format!("{this} list for {own}, but {that} for {others}");
                let finding = findings.report(page, line(dissent.member.node), message);
                for &other in &dissent.others {
                    let label = format!("{that} for {}", names(axis, group, &[other]));
                    finding.label(page, line(other.node), label);
                }
                finding.help("mark the items alike: number them if their order matters");
            }
        }
    }
}

/// Lists are the same if a sentence is in both, at the same depth, and in the same lists around them.
fn lists(page: &Page, group: &Group) -> Columns {
    let mut columns = Columns::default();
    for sentence in &group.sentences {
        for (at, one) in sentence.places.iter().enumerate() {
            for other in &sentence.places[at + 1..] {
                if one.lists.len() != other.lists.len() {
                    continue;
                }
                for (&list, &counterpart) in one.lists.iter().zip(&other.lists) {
                    columns.join(
                        Member { branch: one.branch, node: list },
                        Member { branch: other.branch, node: counterpart },
                    );
                    if kind(page, list) != kind(page, counterpart) {
                        break;
                    }
                }
            }
        }
    }
    columns
}

fn kind(page: &Page, list: u32) -> &'static str {
    match page.blocks[list as usize].kind {
        BlockKind::OrderedList(_) => "numbered",
        _ => "bullet",
    }
}
