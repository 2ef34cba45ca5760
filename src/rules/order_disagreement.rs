//! The same sentences in another order in another version.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeSet;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::Site,
    source::Span,
    variants::{Member, excerpt, first_line, moved, names, readers},
};

/// The same sentences in another order in another version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OrderDisagreement {}

impl Rule for OrderDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported = BTreeSet::new();
        for group in site.alternatives(page).iter().filter(|group| !group.is_choice()) {
            for found in moved(page, group) {
                if !reported.insert(found.block) {
                    continue;
                }
                let line = |block: u32| -> Span { first_line(page, page.blocks[block as usize].span) };
                let own = Member { branch: found.branch, node: found.block };
                let there = Member { branch: found.other, node: found.counterpart };
                let [place, than] = [found.block, found.next].map(line);
                let message = format!(
                    "`{}` comes before `{}` for {}, but after it for {}",
                    excerpt(page, place),
                    excerpt(page, than),
                    names(site, group, &[own]),
                    readers(page, site, group, &[there], line)
                );
                let reader = names(site, group, &[there]);
                findings
                    .report(page, place, message)
                    .label(page, than, "before this")
                    .label(page, line(found.counterpart), format!("for {reader} it is here"))
                    .label(page, line(found.next_counterpart), format!("for {reader} this comes before it"))
                    .help("keep the order that is right for all readers, or say why it differs");
            }
        }
    }
}
