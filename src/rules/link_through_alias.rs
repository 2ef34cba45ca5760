//! A link to an alias of a page.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings},
    page::{LinkKind, Page},
    site::{Site, notes::NoteKind},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LinkThroughAlias {}

impl Rule for LinkThroughAlias {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, note, target) in site.notes(page, NoteKind::Alias) {
            let message =
                format!("`{}` is an alias that sends readers on to `{}`", link.destination, target.url);
            let found = findings.report(page, link.span, message);
            found.editions(note.editions, site.visibility(page).of(link.call));
            if let LinkKind::Reference(definition) = link.kind {
                found.label(page, definition, "the destination is defined here");
            }
            let Some((text, safety)) = site.rewritten(page, link, note, &target.url) else {
                found.help("link to the page itself");
                continue;
            };
            found.help(format!("write `{text}`"));
            if let Some(span) = site.destination_span(page, link) {
                found.fix(safety, [Edit { span, text }]);
            }
        }
    }
}
