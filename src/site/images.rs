//! The ids that image hooks print, one run for each image.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Site, anchors::Id, resolve::Resolver};
use crate::{
    hugo::templates::{Known, Printout, Template, evaluate_image, hooks::Hooks, parse},
    page::{Link, LinkKind},
};

/// Why an image's ids are not known.
const OPEN: &str = "the site's image hook may print ids";

/// Adds to the ids of each of some pages those that hooks print for its images.
pub(super) fn add_ids(site: &mut Site, pages: Range<usize>) {
    if site.image_id_hooks.is_empty() {
        return;
    }
    let found: Vec<(usize, Vec<Id>, bool)> = {
        let site = &*site;
        let of_page = |index: usize| of_page(site, index, &site.image_id_hooks);
        pages.into_par_iter().filter_map(of_page).collect()
    };
    for (index, ids, closed) in found {
        let anchors = &mut site.anchors[index];
        anchors.add(ids);
        if !closed {
            anchors.open = Some(OPEN);
        }
    }
}

/// The ids that are printed for the images of a page, and whether these are all; `None`: there are no images.
fn of_page(site: &Site, index: usize, hooks: &Hooks<String>) -> Option<(usize, Vec<Id>, bool)> {
    let page = &site.pages[index];
    let is_seen = |link: &&Link| {
        link.embedded && link.rendered && matches!(link.kind, LinkKind::Inline | LinkKind::Reference(_))
    };
    page.links.iter().find(is_seen)?;
    let number = u32::try_from(index).ok()?;
    let mut templates: FxHashMap<&str, Template> = FxHashMap::default();
    let (mut ids, mut closed) = (Vec::new(), true);
    for link in page.links.iter().filter(is_seen) {
        let mut outputs: Vec<Printout> = Vec::new();
        for (edition, published) in site.published.iter().enumerate() {
            for &instance in published.of_page.get(&number).into_iter().flatten() {
                let resolver = Resolver::new(site, edition, instance);
                let Some(text) = hooks.on(&resolver.instance.identity).filter(|text| !text.is_empty()) else {
                    outputs.push(Printout { closed: true, ..Printout::default() });
                    continue;
                };
                let template = &*templates.entry(text).or_insert_with(|| parse(text));
                let run = |known: &Known<'_>| {
                    evaluate_image(template, site.printed.partials(), known, &link.destination)
                };
                outputs.push(resolver.with_known(Some(page), None, run));
            }
        }
        outputs.dedup();
        match outputs.as_slice() {
            [] => {}
            [only] if only.closed && !link.computed => ids.extend(only.ids.iter().map(|id| Id {
                id: id.clone(),
                editions: site.visibility[index].of(link.call),
                span: link.whole,
                heading: None,
                explicit: false,
                numbered: false,
            })),
            _ => closed = false,
        }
    }
    (!closed || !ids.is_empty()).then_some((index, ids, closed))
}
