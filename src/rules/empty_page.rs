//! A page that is empty for some readers.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::{Site, edition::EditionSet},
    source::Span,
    variants::{Filling, first_line},
};

/// A page that is empty for some readers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EmptyPage {}

impl Rule for EmptyPage {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        // What layouts print on the page of a section, such as the list of its pages, may be all that it is for.
        if page.is_section() {
            return;
        }
        let Some(projections) = site.suspected(page, |suspects| suspects.page) else { return };
        let (mut empty, mut full, mut content) = (EditionSet::EMPTY, EditionSet::EMPTY, None);
        for (edition, projection) in projections.iter() {
            let all = 0..projection.nodes.len();
            let one = EditionSet::one(edition);
            match projection.filling(all.clone()) {
                Filling::Empty => empty = empty.or(one),
                Filling::Unknown => {}
                Filling::Full => {
                    full = full.or(one);
                    let first = projection.first_content(all).map(|node| projection.nodes[node].span);
                    content = content.or(first);
                }
            }
        }
        let Some(content) = content.filter(|_| !empty.is_empty()) else { return };
        let title = page.front_matter.fields.entry("title");
        let start = Span { start: page.body.start, end: page.body.start };
        let finding =
            findings.report(page, title.map_or(start, |entry| entry.value.span), "nothing is on this page");
        finding.editions(empty, site.visibility(page).page);
        finding.label(page, first_line(page, content), format!("what is on it is for {}", site.names(full)));
        // Who has these values, and nobody else, sees nothing.
        let hiding = site.axes.iter().find_map(|axis| {
            let values = axis.values_of(empty);
            let all = values.iter().fold(EditionSet::EMPTY, |set, value| set.or(axis.editions_of(value)));
            let key = axis.page_hide.as_ref().filter(|_| all.and(full).is_empty())?;
            Some(format!("{key}: [{}]", values.join(", ")))
        });
        finding.help(match hiding {
            Some(hiding) => format!("hide the page from them (`{hiding}`), or write something for them"),
            None => {
                let names = site.names(empty);
                format!("write something for {names}, or do not publish the page for them")
            }
        });
    }
}
