//! The same sentence as a heading in one version and as text in another.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::{BTreeMap, BTreeSet};

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::{BlockKind, Page},
    site::Site,
    variants::{Columns, Group, Member, Place, first_line, names, readers, words},
};

/// Words that are longer make a sentence: bytes.
const LONGEST: usize = 64;

/// The same sentence as a heading in one version and as text in another.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RoleDisagreement {}

impl Rule for RoleDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported = BTreeSet::new();
        for group in site.alternatives(page) {
            for dissent in sentences(page, group).dissents(|block| role(page, block)) {
                let block = dissent.member.node;
                let (Some(this), Some(that)) = (dissent.value, dissent.most) else { continue };
                if !reported.insert(block) {
                    continue;
                }
                let line = |block: u32| first_line(page, page.blocks[block as usize].span);
                let own = names(site, group, &[dissent.member]);
                let others = readers(page, site, group, &dissent.others, line);
                let message = format!("{this} for {own}, but {that} for {others}");
                let finding = findings.report(page, line(block), message);
                for &other in &dissent.others {
                    let label = format!("{that} for {}", names(site, group, &[other]));
                    finding.label(page, line(other.node), label);
                }
                finding.help("the same words deserve the same role for all readers");
            }
        }
    }
}

/// Sentences that have a role to agree on, by index in [`Page::blocks`]. In a list or a table a heading's words are one
/// of several things, and versions may well arrange those differently.
fn sentences(page: &Page, group: &Group) -> Columns {
    let mut columns = Columns::default();
    let counts = |place: &&Place| role(page, place.block).is_some() && place.lists.is_empty();
    for sentence in &group.sentences {
        let mut places = sentence.places.iter().filter(counts);
        if let Some(first) = places.next() {
            let member = |place: &Place| Member { branch: place.branch, node: place.block };
            places.for_each(|other| columns.join(member(first), member(other)));
        }
    }
    for members in short(page, group).into_values() {
        let once =
            |member: &&Member| members.iter().filter(|other| other.branch == member.branch).count() == 1;
        let mut members = members.iter().filter(once).copied();
        if let Some(first) = members.next() {
            members.for_each(|other| columns.join(first, other));
        }
    }
    columns
}

/// Paragraphs and headings that are too short for a sentence, by what they say: a paragraph of one word in the place of a
/// heading is meant as one.
fn short(page: &Page, group: &Group) -> BTreeMap<String, Vec<Member>> {
    let known: BTreeSet<u32> =
        group.sentences.iter().flat_map(|sentence| &sentence.places).map(|place| place.block).collect();
    let mut texts: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for (branch, own) in group.branches.iter().enumerate() {
        for &block in own.leaves.iter().filter(|block| !known.contains(block)) {
            let is_free = page.blocks[block as usize].parent.is_none();
            let is_short = page.words(block).len() <= LONGEST;
            let text = if is_free && is_short && role(page, block).is_some() {
                words(page, block)
            } else {
                continue;
            };
            if text.chars().nth(1).is_some() {
                texts.entry(text).or_default().push(Member { branch, node: block });
            }
        }
    }
    texts
}

fn role(page: &Page, block: u32) -> Option<&'static str> {
    match page.blocks[block as usize].kind {
        BlockKind::Heading(..) => Some("heading"),
        BlockKind::Paragraph => Some("paragraph"),
        BlockKind::Code => Some("code"),
        _ => None,
    }
}
