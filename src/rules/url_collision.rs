//! Two files that Hugo publishes at one URL.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Diagnostic, Findings, Level},
    hugo::published::{Place, Published, canonical},
    page::Page,
    site::{Edition, Site, edition::EditionSet},
    source::Span,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UrlCollision {}

/// Two things at one URL. Pages are indexes in [`Site::pages`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Collision {
    /// Two files that are one page for Hugo.
    Identity { page: u32, other: u32 },
    /// Two pages.
    Pages { page: u32, other: u32, url: String },
    /// A page and a static file.
    File { page: u32, file: String, url: String },
    /// An alias (by its number in the page's list) at the URL of a page.
    Alias { page: u32, alias: usize, other: u32, url: String },
    /// An alias of two pages.
    Aliases { page: u32, alias: usize, other: u32, url: String },
}

impl Rule for UrlCollision {
    fn check_site(&self, site: &Site, findings: &mut Findings) {
        let mut found: BTreeMap<Collision, EditionSet> = BTreeMap::new();
        for (index, (edition, published)) in site.editions.iter().zip(&site.published).enumerate() {
            let mut collisions = BTreeSet::new();
            pages(site, edition, published, &mut collisions);
            files(edition, published, &mut collisions);
            if !edition.config.flag("disablealiases") {
                aliases(site, published, &mut collisions);
            }
            for collision in collisions {
                let editions = found.entry(collision).or_default();
                *editions = editions.or(EditionSet::one(index));
            }
        }
        for (collision, editions) in found {
            report(site, &collision, findings).editions(editions, site.everybody());
        }
    }
}

/// Pages of one language that are one page for Hugo, and pages at one URL.
fn pages(site: &Site, edition: &Edition, published: &Published, collisions: &mut BTreeSet<Collision>) {
    let mut identities: FxHashMap<(&str, &str), u32> = FxHashMap::default();
    let mut urls: FxHashMap<(&str, &str), u32> = FxHashMap::default();
    let multihost = edition.config.is_multihost();
    for instance in published.instances.iter().filter(|own| own.unpublished.is_none()) {
        let Some(page) = instance.page else { continue };
        let language = &*instance.language;
        let name = |page: u32| {
            let path = site.pages[page as usize].path();
            path.rsplit('/').next().unwrap_or(path)
        };
        let other = *identities.entry((language, &instance.identity)).or_insert(page);
        if other != page {
            // Files of the same name come from different mounts, of which the first is meant to win.
            if name(other) != name(page) {
                collisions.insert(Collision::Identity { page: page.max(other), other: page.min(other) });
            }
            continue;
        }
        let host = if multihost { language } else { "" };
        let other = *urls.entry((host, &instance.url)).or_insert(page);
        if other != page {
            let url = instance.url.clone();
            collisions.insert(Collision::Pages { page: page.max(other), other: page.min(other), url });
        }
    }
}

/// Static files at the URL of a page.
fn files(edition: &Edition, published: &Published, collisions: &mut BTreeSet<Collision>) {
    for (path, disk) in &edition.mounts.statics {
        if !path.ends_with(".html") {
            continue;
        }
        let url = canonical(&format!("{}{path}", edition.config.base_path));
        if let Some(Place::Page(number)) = published.at(&url)
            && let Some(page) = published.instances[*number as usize].page
            && published.instances[*number as usize].url == url
        {
            collisions.insert(Collision::File { page, file: disk.clone(), url });
        }
    }
}

/// Aliases at the URL of a page or of another page's alias. Where a site keeps several versions of its pages, copies of
/// one page have its aliases too, which is as well known as it is hard to avoid.
fn aliases(site: &Site, published: &Published, collisions: &mut BTreeSet<Collision>) {
    let name = |page: u32| site.pages[page as usize].path().rsplit('/').next();
    let parent = |page: u32| site.pages[page as usize].path().rsplit('/').nth(1);
    let is_copy =
        |a: u32, b: u32| name(a) == name(b) && (parent(a) == parent(b) || name(a) != Some("_index.md"));
    let mut first: FxHashMap<&str, u32> = FxHashMap::default();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for alias in &published.aliases {
        let Some(page) = published.instances[alias.instance as usize].page else { continue };
        let url = alias.url.clone();
        if let Some(Place::Page(number)) = published.at(&url)
            && let Some(other) = published.instances[*number as usize].page
            && published.instances[*number as usize].url == url
        {
            if other != page {
                collisions.insert(Collision::Alias { page, alias: alias.index, other, url });
            }
            continue;
        }
        let other = *first.entry(&alias.url).or_insert(page);
        if other != page && !is_copy(page, other) && told.insert(alias.url.as_str()) {
            collisions.insert(Collision::Aliases { page, alias: alias.index, other, url });
        }
    }
}

fn report<'f>(site: &Site, collision: &Collision, findings: &'f mut Findings) -> &'f mut Diagnostic {
    let page = |number: u32| &site.pages[number as usize];
    match collision {
        Collision::Identity { page: own, other } => {
            let (own, other) = (page(*own), page(*other));
            let message =
                format!("`{}` is the same page for Hugo, which publishes only one of them", other.path());
            let found = findings.report(own, place(own), message);
            found.label(other, place(other), "the same page");
            found.help("rename one of the files, or merge them")
        }
        Collision::Pages { page: own, other, url } => {
            let (own, other) = (page(*own), page(*other));
            let message = format!(
                "`{url}` is the address of `{}` too, and Hugo publishes only one of them",
                other.path()
            );
            let found = findings.report(own, place(own), message);
            found.label(other, place(other), "the other page");
            found.help("give one of them another address")
        }
        Collision::File { page: own, file, url } => {
            let own = page(*own);
            let message =
                format!("`{url}` is the address of the file `{file}` too, and only one of them is published");
            let found = findings.report(own, place(own), message);
            found.help("remove the file, or give the page another address")
        }
        Collision::Alias { page: own, alias, other, url } => {
            let (own, other) = (page(*own), page(*other));
            let message = format!("this alias does nothing: `{url}` is the address of `{}`", other.path());
            let found = findings.report(own, alias_place(own, *alias), message);
            found.level(Level::Warning);
            found.help("remove the alias")
        }
        Collision::Aliases { page: own, alias, other, url } => {
            let (own, other) = (page(*own), page(*other));
            let message =
                format!("`{url}` is an alias of `{}` too, and leads to only one of them", other.path());
            let found = findings.report(own, alias_place(own, *alias), message);
            found.level(Level::Warning);
            found.help("remove one of the aliases")
        }
    }
}

/// What gives a page its address: a field, or else its file.
fn place(page: &Page) -> Span {
    let fields = &page.front_matter.fields;
    let key = ["url", "slug", "title"].into_iter().find_map(|key| fields.entry(key));
    key.map_or(Span { start: page.body.start, end: page.body.start }, |entry| Span {
        start: entry.key_span.start,
        end: entry.value.span.end,
    })
}

fn alias_place(page: &Page, index: usize) -> Span {
    let aliases = page.front_matter.fields.get("aliases");
    let own = aliases.and_then(|aliases| aliases.items().get(index));
    own.or(aliases).map_or_else(|| place(page), |value| value.span)
}
