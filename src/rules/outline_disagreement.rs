//! More or fewer items, rows, images in another version.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::Site,
    variants::{Columns, Member, counts, names, readers},
};

/// More or fewer items, rows, images in another version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OutlineDisagreement {}

impl Rule for OutlineDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for group in site.alternatives(page).iter().filter(|group| !group.is_choice()) {
            let mut columns = Columns::default();
            let members: Vec<Member> = (0_u32..)
                .zip(&group.branches)
                .map(|(node, _)| Member { branch: node as usize, node })
                .collect();
            members.iter().skip(1).for_each(|&other| columns.join(members[0], other));
            for dissent in columns.dissents(|branch| counts(page, &group.branches[branch as usize])) {
                let tag = |branch: u32| page.tag(group.branches[branch as usize].call as usize).span;
                let differing = || dissent.value.iter().zip(&dissent.most).filter(|(own, most)| own != most);
                let this: Vec<String> = differing().map(|(own, _)| own.in_words()).collect();
                let that: Vec<String> = differing().map(|(_, most)| most.count.to_string()).collect();
                let own = names(site, group, &[dissent.member]);
                let others = readers(page, site, group, &dissent.others, tag);
                let message = format!("{} for {own}, but {} for {others}", this.join(", "), that.join(", "));
                let finding = findings.report(page, tag(dissent.member.node), message);
                for &other in &dissent.others {
                    finding.label(page, tag(other.node), format!("for {}", names(site, group, &[other])));
                }
                finding.help("see whether something was forgotten");
            }
        }
    }
}
