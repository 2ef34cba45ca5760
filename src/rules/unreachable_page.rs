//! A page whose section some of its readers do not have.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Rule,
    orphan_page::{is_named, linked},
};
use crate::{
    diagnostic::Findings,
    hugo::published::Instance,
    page::Page,
    site::{Site, edition::EditionSet},
    source::Span,
};

/// A page whose section some of its readers do not have.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnreachablePage {}

impl Rule for UnreachablePage {
    fn check_site(&self, site: &Site, findings: &mut Findings) {
        if site.axes.first().is_none_or(|axis| axis.pages.is_some()) {
            return;
        }
        let candidates: Vec<(u32, u32, EditionSet)> =
            (0_u32..).zip(&site.pages).filter_map(|(number, _)| outside(site, number)).collect();
        if candidates.is_empty() {
            return;
        }
        let asked: BTreeSet<u32> = candidates.iter().map(|(number, ..)| *number).collect();
        let linked = linked(site, |number| asked.contains(&number));
        for (number, section, editions) in candidates {
            let page = &site.pages[number as usize];
            let unreached = |edition: &usize| {
                let own = instances(site, *edition, number);
                !linked.contains(&(*edition, number)) && !own.into_iter().any(|own| is_named(own, page, site))
            };
            let editions = editions.iter().filter(unreached);
            let editions = editions.fold(EditionSet::EMPTY, |set, edition| set.or(EditionSet::one(edition)));
            if editions.is_empty() {
                continue;
            }
            let seen = site.visibility(page).page;
            let title = page.front_matter.fields.entry("title");
            let start = Span { start: page.body.start, end: page.body.start };
            let place = title.map_or(start, |entry| entry.value.span);
            let readers = site.names(editions);
            let section = &site.pages[section as usize];
            let finding =
                findings.report(page, place, "the section of this page is hidden, and no page links to it");
            finding.editions(editions, seen);
            if let Some(key) = site.visibility(section).page_key {
                finding.label(section, key, "the section is hidden here");
            }
            finding.help(format!(
                "hide the page from {readers} too, or link to it from a page that they can reach"
            ));
        }
    }
}

/// What an edition publishes a page as.
fn instances(site: &Site, edition: usize, page: u32) -> Vec<&Instance> {
    let published = &site.published[edition];
    let all = published.of_page.get(&page).map_or(&[][..], Vec::as_slice);
    let own = all.iter().map(|&own| &published.instances[own as usize]);
    own.filter(|own| own.unpublished.is_none()).collect()
}

/// The page, its section, and the editions that show the page and not the section.
fn outside(site: &Site, number: u32) -> Option<(u32, u32, EditionSet)> {
    let page: &Page = &site.pages[number as usize];
    let (mut section, mut editions) = (None, EditionSet::EMPTY);
    for edition in site.visibility(page).page.and(site.everybody()).iter() {
        let own = instances(site, edition, number);
        let above = own.first().and_then(|own| section_of(site, edition, own));
        let Some(above) = above.filter(|&above| above != number) else { continue };
        if !site.visibility[above as usize].page.contains(edition) {
            section = Some(above);
            editions = editions.or(EditionSet::one(edition));
        }
    }
    Some((number, section?, editions))
}

/// The page of the section that a page is in; `None` where that is the home page, or has no file.
fn section_of(site: &Site, edition: usize, own: &Instance) -> Option<u32> {
    let published = &site.published[edition];
    let mut path = own.identity.as_str();
    while let Some((above, _)) = path.rsplit_once('/') {
        path = above;
        if path.is_empty() {
            return None;
        }
        if let Some(found) = published.identity(&own.language, path) {
            return published.instances[found as usize].page;
        }
    }
    None
}
