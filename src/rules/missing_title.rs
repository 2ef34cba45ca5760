//! A page without a title.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    hugo::{
        content::is_html,
        published::{Instance, PageKind},
    },
    page::Page,
    site::{Site, edition::EditionSet},
    source::Span,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingTitle {}

/// Where so many pages of a hundred have no title, titles come from somewhere else.
const USUAL: usize = 20;

impl Rule for MissingTitle {
    fn check_site(&self, site: &Site, findings: &mut Findings) {
        let mut untitled: Vec<(&Page, EditionSet)> = Vec::new();
        let mut pages = 0;
        for (number, page) in (0_u32..).zip(&site.pages) {
            let mut lacking = EditionSet::EMPTY;
            let mut is_page = false;
            for (edition, published) in site.published.iter().enumerate() {
                let instances = published.of_page.get(&number).map_or(&[][..], Vec::as_slice);
                for instance in instances.iter().map(|&instance| &published.instances[instance as usize]) {
                    is_page |= wants_title(instance);
                    if wants_title(instance) && !instance.titled {
                        lacking = lacking.or(EditionSet::one(edition));
                    }
                }
            }
            pages += usize::from(is_page);
            let unread = page.front_matter.starts_with_shortcode;
            // HTML without front matter is mostly a document of its own, with a title of its own.
            let unread = unread || page.front_matter.format.is_none() && is_html(page.path());
            // Front matter would show where else a file from outside of the site is read.
            if !lacking.is_empty()
                && !unread
                && !page.is_outside()
                && page.front_matter.mistakes.is_empty()
                && !computes_title(page)
            {
                untitled.push((page, lacking));
            }
        }
        if untitled.len() * 100 > pages * USUAL {
            return;
        }
        for (page, editions) in untitled {
            let empty = page.front_matter.fields.entry("title");
            let place = Span { start: page.body.start, end: page.body.start };
            let place = empty.map_or(place, |entry| entry.key_span);
            findings
                .report(page, place, "the page has no title")
                .editions(editions, site.visibility(page).page)
                .help(
                    "add `title: …` to its front matter: browsers, search engines and lists of pages show it",
                );
        }
    }
}

/// Whether readers get to see a page under its own title. The home page has the site's.
fn wants_title(instance: &Instance) -> bool {
    instance.unpublished.is_none()
        && matches!(instance.kind, PageKind::Page | PageKind::Leaf | PageKind::Section)
}

/// Whether another field, or a template of its own, may give the page its title.
fn computes_title(page: &Page) -> bool {
    ["linktitle", "layout", "type", "redirect", "redirect_to", "redirecturl", "headless"]
        .iter()
        .any(|key| page.front_matter.fields.get(key).is_some())
}
