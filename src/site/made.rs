//! Files that the templates of pages publish at paths which they make up: [`add`].

use std::{cell::Cell, collections::BTreeMap, sync::Arc};

use rayon::prelude::*;

use super::{
    Site,
    adapters::Files,
    catalogue::Catalogue,
    data::{self, DataFiles},
    quotes::Shelves,
    resolve::Resolver,
};
use crate::{
    hugo::{
        published::{Instance, Place},
        templates::{Known, Library, Made, MadePath, SiteData, Template, is_maker, made, making, whole},
    },
    tree::Tree,
};

/// What is made for each page, by its index among all that are published.
type Found = Vec<(u32, Vec<Made>)>;

/// Adds to what a site publishes what the templates of its pages make.
pub(super) fn add(site: &mut Site, tree: &dyn Tree) {
    let layouts = site.editions.iter().flat_map(|own| &own.mounts.layouts);
    let of_pages = layouts.filter(|own| !own.path.contains("shortcodes/") && !own.path.contains("_markup/"));
    let texts = of_pages.filter_map(|own| Some(site.source(&own.disk)?.text.as_str()));
    let makers: Vec<&str> = texts.filter(|text| is_maker(text)).collect();
    if makers.is_empty() {
        return;
    }
    let reads_data = makers.iter().any(|text| data::is_asked(text));
    for edition in 0..site.editions.len() {
        let found = find(site, tree, edition, reads_data);
        let config = &site.editions[edition].config;
        // What another reading published holds these files already.
        let Some(published) = Arc::get_mut(&mut site.published[edition]) else { continue };
        for (number, made) in found {
            let own = &published.instances[number as usize];
            let host = if config.is_multihost() {
                config.site_root(&own.language).into_owned()
            } else {
                config.base_path.clone()
            };
            let address = [config.origin_of(&own.language), own.url.as_str()].concat();
            let targets = [own.url.clone(), address];
            let url = |path: &str| [host.as_str(), path.trim_start_matches('/')].concat();
            for made in made {
                match made.path {
                    MadePath::Whole(path) if made.is_sure => {
                        let place = match made.sends_to {
                            Some(target) if targets.contains(&target) => Place::Alias(number),
                            Some(_) => Place::Redirect,
                            None => Place::Generated,
                        };
                        published.add_made(&url(&path), place);
                    }
                    MadePath::Whole(path) => published.add_may_be_made(url(&path), String::new()),
                    // Nothing is known of it.
                    MadePath::Between(start, end) if start.len() + end.len() < 2 => {}
                    MadePath::Between(start, end) => published.add_may_be_made(url(&start), end),
                }
            }
        }
    }
}

/// The layout of pages, by index in [`Published::layouts`], and their language.
type Group<'p> = (Option<u32>, &'p str);

/// What the templates of all pages make.
fn find(site: &Site, tree: &dyn Tree, edition: usize, reads_data: bool) -> Found {
    let published = &site.published[edition];
    let text = |path: &str| site.source(path).map(|source| source.text.as_str());
    let partials = site.printed.partials();
    let makings: Vec<Option<Template>> = published
        .layouts
        .iter()
        .map(|layout| {
            let base = match &layout.base {
                Some(base) => Some(text(base)?),
                None => None,
            };
            making(&whole(text(&layout.template)?, base), partials)
        })
        .collect();
    let data = reads_data.then(|| site.printed.data(site, tree)).flatten();
    let made_by = |own: &Instance| makings.get(own.layout? as usize)?.as_ref();
    let pages: Vec<(u32, &Instance, &Template)> = (0_u32..)
        .zip(&published.instances)
        .filter(|(_, own)| own.unpublished.is_none())
        .filter_map(|(number, own)| Some((number, own, made_by(own)?)))
        .collect();
    let run = |data: Option<&SiteData>, number: u32, template: &Template| {
        let resolver = Resolver::new(site, edition, number);
        let page = resolver.instance.page.map(|page| &site.pages[page as usize]);
        let lists = Catalogue::new(&resolver, None);
        let files = Files { tree, edition: &site.editions[edition] };
        let shelves = page.map(|page| Shelves {
            resolver: &resolver,
            tree,
            page,
            asked: Cell::default(),
            placed: Cell::default(),
        });
        let reads: &dyn Library = shelves.as_ref().map_or(&files, |shelves| shelves);
        resolver.with_known(page, data, |known| {
            made(template, partials, &Known { lists: Some(&lists), reads: Some(reads), ..*known })
        })
    };
    let seen = || data.map(DataFiles::seen);
    let files = Files { tree, edition: &site.editions[edition] };
    let on_any = |data: Option<&SiteData>, number: u32, template: &Template| {
        Resolver::new(site, edition, number).with_known(None, data, |known| {
            let reads: Option<&dyn Library> = Some(&files);
            let any = Known { fields: &|_| None, kind: "", section: "", url: "", reads, ..*known };
            made(template, partials, &any)
        })
    };
    // What makes no pages makes the same in a whole language, as a rule: all that may be made on any of its pages is known
    // from one.
    let mut firsts: BTreeMap<Group<'_>, (u32, &Template)> = BTreeMap::new();
    for (number, own, template) in &pages {
        firsts.entry((own.layout, &own.language)).or_insert((*number, template));
    }
    let alike: BTreeMap<Group<'_>, (u32, Vec<Made>)> = firsts
        .into_par_iter()
        .map_init(seen, |data, (group, (number, template))| {
            let mut all = on_any(data.as_ref(), number, template);
            if all.iter().any(Made::is_open) {
                let here = run(data.as_ref(), number, template);
                let is_same = here == all;
                all.retain(|own| !own.is_open());
                // Where this page has nothing that could be it, others may.
                let is_found = here.iter().any(|own| !own.is_open() && !all.contains(own));
                (is_same || is_found).then_some(())?;
                all.extend(here.into_iter().filter(|own| !own.is_open()));
            }
            (!all.iter().any(Made::is_page)).then_some((group, (number, all)))
        })
        .flatten()
        .collect();
    let others =
        pages.into_par_iter().filter(|(_, own, _)| !alike.contains_key(&(own.layout, &*own.language)));
    let mut found: Found = others
        .map_init(seen, |data, (number, _, template)| (number, run(data.as_ref(), number, template)))
        .filter(|(_, made)| !made.is_empty())
        .collect();
    found.extend(alike.into_values());
    found
}
