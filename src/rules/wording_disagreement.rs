//! Nearly the same sentence in another version.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeSet;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::Site,
    variants::{difference, first_line, names, nearly_same, readers, words},
};

/// Nearly the same sentence in another version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WordingDisagreement {}

impl Rule for WordingDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported = BTreeSet::new();
        for group in site.alternatives(page).iter().filter(|group| !group.is_choice()) {
            for dissent in nearly_same(page, group).dissents(|block| words(page, block)) {
                let block = dissent.member.node;
                if !reported.insert(block) {
                    continue;
                }
                let line = |block: u32| first_line(page, page.blocks[block as usize].span);
                let own = names(site, group, &[dissent.member]);
                let others = readers(page, site, group, &dissent.others, line);
                let (this, that) = difference(&dissent.value, &dissent.most);
                let message = match (this, that) {
                    ("", _) => format!("`{that}` is missing for {own}, but present for {others}"),
                    (_, "") => format!("`{this}` for {own}, but not for {others}"),
                    _ => format!("`{this}` for {own}, but `{that}` for {others}"),
                };
                let finding = findings.report(page, line(block), message);
                for &other in &dissent.others {
                    finding.label(page, line(other.node), format!("for {}", names(site, group, &[other])));
                }
                finding.help("say the same thing in the same words");
            }
        }
    }
}
