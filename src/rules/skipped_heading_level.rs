//! A heading more than one level below the one before it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::{Heading, Page, Reading},
    site::{Site, edition::EditionSet},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct SkippedHeadingLevel {}

impl Rule for SkippedHeadingLevel {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let visibility = site.visibility(page);
        // What a template makes of its inner text may be unknown: then that text may hold any heading, or none.
        let is_known = |heading: &Heading| {
            let own = page.documents.get(heading.document as usize);
            own.is_none_or(|own| own.reading != Reading::Opaque && !own.assumed)
        };
        let mut headings: Vec<&Heading> = page.headings.iter().collect();
        headings.sort_by_key(|heading| heading.span);
        let mut skips: Vec<(&Heading, &Heading, EditionSet)> = Vec::new();
        for edition in visibility.page.iter().take_while(|&edition| edition < site.editions.len()) {
            let mut last: Option<&Heading> = None;
            for &heading in headings.iter().filter(|heading| visibility.of(heading.call).contains(edition)) {
                let before = last;
                last = is_known(heading).then_some(heading);
                if let (Some(before), Some(heading)) = (before, last)
                    && heading.level > before.level + 1
                {
                    match skips
                        .iter_mut()
                        .find(|(own, other, _)| own.span == heading.span && other.span == before.span)
                    {
                        Some((_, _, editions)) => *editions = editions.or(EditionSet::one(edition)),
                        None => skips.push((heading, before, EditionSet::one(edition))),
                    }
                }
            }
        }
        for (heading, before, editions) in skips {
            findings
                .report(
                    page,
                    heading.span,
                    format!("h{} follows h{}, a level is skipped", heading.level, before.level),
                )
                .editions(editions, visibility.of(heading.call))
                .label(page, before.span, format!("h{}", before.level))
                .help(format!("make it h{}", before.level + 1));
        }
    }
}
