//! The same items, bulleted in one version and numbered in another.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeSet;

use super::Rule;
use crate::{
    diagnostic::{Findings, Safety},
    page::Page,
    site::Site,
    variants::{first_line, is_numbered, lists, marked_like, names, readers},
};

/// The same items, bulleted in one version and numbered in another.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ListTypeDisagreement {}

impl Rule for ListTypeDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported = BTreeSet::new();
        for group in site.alternatives(page) {
            for dissent in lists(page, group).dissents(|list| is_numbered(page, list)) {
                if !reported.insert(dissent.member.node) {
                    continue;
                }
                let line = |list: u32| first_line(page, page.blocks[list as usize].span);
                let own = names(site, group, &[dissent.member]);
                let others = readers(page, site, group, &dissent.others, line);
                let [this, that] = [dissent.value, dissent.most]
                    .map(|numbered| if numbered { "numbered" } else { "bullet" });
                let message = format!("{this} list for {own}, but {that} for {others}");
                let finding = findings.report(page, line(dissent.member.node), message);
                for &other in &dissent.others {
                    let label = format!("{that} for {}", names(site, group, &[other]));
                    finding.label(page, line(other.node), label);
                }
                finding.help("mark the items alike: number them if their order matters");
                if let Some(edits) = marked_like(page, dissent.member.node, dissent.others[0].node) {
                    finding.fix(Safety::Unsafe, edits);
                }
            }
        }
    }
}
