//! A link to an anchor whose name hangs on the order of headings.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::{
        Site,
        notes::{NoteKind, fragment_of},
    },
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnstableAnchor {}

impl Rule for UnstableAnchor {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, note, target) in site.notes(page, NoteKind::NumberedAnchor) {
            let (Some(target), Some(fragment)) = (target.page, fragment_of(link)) else { continue };
            let target_page = &site.pages[target as usize];
            let Some(id) = site.anchors[target as usize].with_id(&fragment).iter().find(|id| id.numbered)
            else {
                continue;
            };
            let message =
                format!("`#{fragment}` changes when a heading of the same name comes or goes before it");
            let found = findings.report(page, link.span, message);
            found.editions(note.editions, site.visibility(page).of(link.call));
            found.label(target_page, id.span, "Hugo numbers this heading");
            match id.heading.and_then(|heading| suggestion(target_page, site, heading as usize)) {
                Some(own) => found.help(format!("give the heading an id of its own, such as `{{#{own}}}`")),
                None => found.help("give the heading an id of its own: `{#name}` at its end"),
            };
        }
    }
}

/// An id for a heading: that of the heading above it, and its own.
fn suggestion(page: &Page, site: &Site, index: usize) -> Option<String> {
    let of = |index: usize| {
        let ids = &site.anchors[site.index(page)].ids;
        let own = ids.iter().find(|id| id.heading.is_some_and(|heading| heading as usize == index))?;
        let name = if own.numbered { own.id.rsplit_once('-')?.0 } else { own.id.as_str() };
        Some(name).filter(|name| !name.is_empty())
    };
    let above = page.headings[..index].iter().rposition(|above| above.level < page.headings[index].level)?;
    let id = format!("{}-{}", of(above)?, of(index)?);
    site.anchors[site.index(page)].with_id(&id).is_empty().then_some(id)
}
