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
            let mut message = format!("h{} follows h{}, a level is skipped", heading.level, before.level);
            // The heading of the level between them that other readers see.
            let missing = headings.iter().rfind(|own| {
                let between = before.span.start < own.span.start && own.span.start < heading.span.start;
                between && before.level < own.level && own.level < heading.level
            });
            let readers = missing.map(|own| site.names(visibility.of(own.call).and(visibility.page)));
            if let (Some(own), Some(readers)) = (missing, readers.filter(|names| !names.is_empty())) {
                let line = page.source.line(own.span.start);
                message = format!("{message}: its h{} on line {line} is only for {readers}", own.level);
            }
            let finding = findings.report(page, heading.span, message);
            finding.editions(editions, visibility.of(heading.call));
            finding.label(page, before.span, format!("h{}", before.level));
            if let Some(own) = missing {
                finding.label(page, own.span, format!("h{}, which they do not see", own.level));
            }
            finding.help(format!("make it h{}", before.level + 1));
        }
    }
}
