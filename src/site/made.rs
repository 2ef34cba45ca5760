//! Files that the templates of pages publish at paths which they make up: [`add`].

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

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
        layouts::PageLayout,
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
            // Of the open ones nothing is known.
            for made in made.into_iter().filter(|made| !made.is_open()) {
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
                    MadePath::Between(start, end) => published.add_may_be_made(url(&start), end),
                }
            }
        }
    }
}

/// What is left of the layout of pages, by its index among all that differ, and their language.
type Group<'p> = (usize, &'p str);

/// What the templates of all pages make.
fn find(site: &Site, tree: &dyn Tree, edition: usize, reads_data: bool) -> Found {
    let published = &site.published[edition];
    let text = |path: &str| site.source(path).map(|source| source.text.as_str());
    let making = |layout: &PageLayout| {
        let base = match &layout.base {
            Some(base) => Some(text(base)?),
            None => None,
        };
        making(&whole(text(&layout.template)?, base), site.printed.partials())
    };
    // Of layouts with the same base the same is left, as a rule.
    let mut templates: Vec<Template> = Vec::new();
    let mut index = |template: Template| {
        templates.iter().position(|own| *own == template).unwrap_or_else(|| {
            templates.push(template);
            templates.len() - 1
        })
    };
    let made: Vec<Option<Template>> = published.layouts.par_iter().map(making).collect();
    let of_layouts: Vec<Option<usize>> = made.into_iter().map(|own| own.map(&mut index)).collect();
    let data = reads_data.then(|| site.printed.data(site, tree)).flatten();
    let seen = || data.map(DataFiles::seen);
    let made_by = |own: &Instance| *of_layouts.get(own.layout? as usize)?;
    let pages: Vec<(u32, &Instance, usize)> = (0_u32..)
        .zip(&published.instances)
        .filter(|(_, own)| own.unpublished.is_none())
        .filter_map(|(number, own)| Some((number, own, made_by(own)?)))
        .collect();
    // The first page of each language, by template.
    let mut firsts: Vec<Vec<(u32, &Instance)>> = vec![Vec::new(); templates.len()];
    for &(number, own, template) in &pages {
        let known = &mut firsts[template];
        if known.iter().all(|(_, other)| other.language != own.language) {
            known.push((number, own));
        }
    }
    let run = Run { site, tree, edition };
    let alike: BTreeMap<Group<'_>, (u32, Vec<Made>)> = firsts
        .into_par_iter()
        .enumerate()
        .map_init(seen, |data, (template, firsts)| {
            let found = run.on_all(data.as_deref(), &templates[template], &firsts);
            found.into_iter().map(move |(own, number, made)| ((template, &*own.language), (number, made)))
        })
        .flatten_iter()
        .collect();
    let others =
        pages.into_par_iter().filter(|(_, own, template)| !alike.contains_key(&(*template, &*own.language)));
    let mut found: Found = others
        .map_init(seen, |data, (number, _, template)| {
            (number, run.on_page(data.as_deref(), number, &templates[template]))
        })
        .filter(|(_, made)| !made.is_empty())
        .collect();
    found.extend(alike.into_values());
    found
}

/// A language in which a template was run, the site parameters that made a difference, and what came of it.
type Tried<'p> = (&'p str, BTreeSet<String>, Option<Vec<Made>>);

/// What running templates for what they make takes.
struct Run<'s> {
    site: &'s Site,
    tree: &'s dyn Tree,
    edition: usize,
}

impl Run<'_> {
    /// What a template makes for a page.
    fn on_page(&self, data: Option<&SiteData>, number: u32, template: &Template) -> Vec<Made> {
        let resolver = Resolver::new(self.site, self.edition, number);
        let page = resolver.instance.page.map(|page| &self.site.pages[page as usize]);
        let lists = Catalogue::new(&resolver, None);
        let files = self.files();
        let shelves = page.map(|page| Shelves { resolver: &resolver, tree: self.tree, page });
        let reads: &dyn Library = shelves.as_ref().map_or(&files, |shelves| shelves);
        resolver.with_known(page, data, |known| {
            let known = Known { lists: Some(&lists), reads: Some(reads), ..*known };
            made(template, self.site.printed.partials(), &known)
        })
    }

    /// What a template may make for any page in the language of this one, where these site parameters are not known, and
    /// the site parameters that it asked for.
    fn on_any(
        &self,
        data: Option<&SiteData>,
        number: u32,
        template: &Template,
        unknown: &BTreeSet<String>,
    ) -> (Vec<Made>, BTreeSet<String>) {
        let asked = RefCell::new(BTreeSet::new());
        let files = self.files();
        let resolver = Resolver::new(self.site, self.edition, number);
        let made = resolver.with_known(None, data, |known| {
            let params = |key: &str| {
                asked.borrow_mut().insert(key.to_owned());
                if unknown.contains(key) { None } else { (known.params)(key) }
            };
            let reads: Option<&dyn Library> = Some(&files);
            let any =
                Known { fields: &|_| None, params: &params, kind: "", section: "", url: "", reads, ..*known };
            made(template, self.site.printed.partials(), &any)
        });
        (made, asked.into_inner())
    }

    /// What a template makes that makes no pages, in those languages in which one page, the first, shows all that may be
    /// made on any.
    fn on_all<'p>(
        &self,
        data: Option<&SiteData>,
        template: &Template,
        firsts: &[(u32, &'p Instance)],
    ) -> Vec<(&'p Instance, u32, Vec<Made>)> {
        let config = &self.site.editions[self.edition].config;
        // Languages with the same parameters need not be tried one by one, nor those whose parameters make no difference.
        let mut tried: Vec<Tried<'_>> = Vec::new();
        let mut found = Vec::new();
        for &(number, own) in firsts {
            let is_same = |language: &str, key: &str| {
                config.param(&[key], language) == config.param(&[key], &own.language)
            };
            let known =
                tried.iter().position(|(language, keys, _)| keys.iter().all(|key| is_same(language, key)));
            let at = known.unwrap_or_else(|| {
                let (any, mut keys) = self.on_any(data, number, template, &BTreeSet::new());
                let differs = |key: &String| !firsts.iter().all(|(_, other)| is_same(&other.language, key));
                let differing: BTreeSet<String> = keys.iter().filter(|key| differs(key)).cloned().collect();
                if !differing.is_empty() && self.on_any(data, number, template, &differing).0 == any {
                    keys.retain(|key| !differing.contains(key));
                }
                let made = self.completed(any, data, number, template);
                tried.push((&own.language, keys, made));
                tried.len() - 1
            });
            found.extend(tried[at].2.clone().map(|made| (own, number, made)));
        }
        found
    }

    /// What may be made on any page, with what a page shows of it whose path depends on more; `None`: that is not all, or
    /// there are pages among it.
    fn completed(
        &self,
        mut any: Vec<Made>,
        data: Option<&SiteData>,
        number: u32,
        template: &Template,
    ) -> Option<Vec<Made>> {
        if any.iter().any(Made::is_open) {
            let here = self.on_page(data, number, template);
            let is_same = here == any;
            any.retain(|own| !own.is_open());
            // Where this page has nothing that could be it, others may.
            let is_found = here.iter().any(|own| !own.is_open() && !any.contains(own));
            (is_same || is_found).then_some(())?;
            any.extend(here);
        }
        (!any.iter().any(Made::is_page)).then_some(any)
    }

    fn files(&self) -> Files<'_> {
        Files { tree: self.tree, edition: &self.site.editions[self.edition] }
    }
}
