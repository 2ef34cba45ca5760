//! A name written out in one version and left to a parameter of the site in another.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeSet;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::Page,
    site::Site,
    source::Span,
    variants::{Member, first_line, names, readers, spelled_out},
};

/// A name written out in one version and left to a parameter of the site in another.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SpelledOutVariable {}

impl Rule for SpelledOutVariable {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported = BTreeSet::new();
        for group in site.alternatives(page).iter().filter(|group| !group.is_choice()) {
            for found in spelled_out(page, site, group) {
                let (own, other) = (member(found.own), member(found.other));
                let leaf = |block: u32| page.blocks[block as usize].span;
                let tag = page
                    .tags
                    .iter()
                    .find(|tag| tag.name == found.name && leaf(other.node).contains(tag.span));
                let Some(tag) = tag.filter(|_| reported.insert(own.node)) else { continue };
                let written = page.source.slice(tag.span);
                let place = once(page, leaf(own.node), &found.value);
                let message = format!(
                    "`{}` is written out for {}, but `{written}` for {}",
                    found.value,
                    names(site, group, &[own]),
                    readers(page, site, group, &[other], |_| tag.span)
                );
                let span = place.unwrap_or_else(|| first_line(page, leaf(own.node)));
                let finding = findings.report(page, span, message);
                finding.label(page, tag.span, format!("for {}", names(site, group, &[other])));
                finding.help(format!("write `{written}`: the name may change"));
                if let Some(span) = place {
                    finding.fix(Safety::Unsafe, [Edit { span, text: written.to_owned() }]);
                }
            }
        }
    }
}

fn member((branch, node): (usize, u32)) -> Member {
    Member { branch, node }
}

/// Where a leaf says the word, if it does so once.
fn once(page: &Page, leaf: Span, word: &str) -> Option<Span> {
    let mut found = page.source.slice(leaf).match_indices(word);
    let (at, _) = found.next().filter(|_| found.next().is_none())?;
    let start = leaf.range().start + at;
    Some(Span::new(start, start + word.len()))
}
