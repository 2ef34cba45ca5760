//! A page that nothing links to.

use std::collections::BTreeSet;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    hugo::published::{Instance, PageKind},
    page::Page,
    site::{
        Site,
        edition::EditionSet,
        links::Verdict,
        resolve::{Outcome, Target},
    },
    source::Span,
    value::Value,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OrphanPage {}

/// What templates ask for that list pages, or translations of a page.
const LISTS: [&str; 9] = [
    ".Pages",
    ".RegularPages",
    ".Sections",
    ".AllPages",
    ".Sites",
    ".Translations",
    ".AllTranslations",
    ".NextInSection",
    ".PrevInSection",
];

impl Rule for OrphanPage {
    fn check_site(&self, site: &Site, findings: &mut Findings) {
        let lacks_module = site.editions.iter().any(|edition| edition.mounts.lacks_module());
        let layouts = site.editions.iter().flat_map(|edition| &edition.mounts.layouts);
        let has_layouts = layouts.count() > 0;
        if lacks_module || !has_layouts {
            return;
        }
        let lists = site.sources.iter().any(|source| LISTS.iter().any(|list| source.text.contains(list)));
        let linked = linked(site, |_| true);
        for (number, page) in (0_u32..).zip(&site.pages) {
            let mut orphan = EditionSet::EMPTY;
            for (edition, published) in site.published.iter().enumerate() {
                let instances = published.of_page.get(&number).map_or(&[][..], Vec::as_slice);
                let mut own = instances.iter().map(|&own| &published.instances[own as usize]).peekable();
                let is_page = |own: &Instance| {
                    own.unpublished.is_none() && matches!(own.kind, PageKind::Page | PageKind::Leaf)
                };
                let visible = site.visibility[number as usize].page.contains(edition);
                let all_orphans = own.peek().is_some()
                    && own.all(|own| is_page(own) && (own.unlisted || !lists) && !is_named(own, page, site));
                if visible && all_orphans && !linked.contains(&(edition, number)) {
                    orphan = orphan.or(EditionSet::one(edition));
                }
            }
            if !orphan.is_empty() {
                let title = page.front_matter.fields.entry("title");
                let place = Span { start: page.body.start, end: page.body.start };
                findings
                    .report(page, title.map_or(place, |entry| entry.value.span), "nothing links to this page")
                    .editions(orphan, site.visibility(page).page)
                    .help("link to it from another page or a menu, or remove it");
            }
        }
    }
}

/// Which of the pages that are `asked` for other pages link to, or may link to, by edition.
pub(super) fn linked(site: &Site, asked: impl Fn(u32) -> bool + Sync) -> BTreeSet<(usize, u32)> {
    let of_page = |(index, page): (usize, &Page)| -> Vec<(usize, u32)> {
        let mut targets = Vec::new();
        // To follow all links once more takes as long as to judge them.
        if !site.links[index].targets.iter().any(|&target| asked(target)) {
            return targets;
        }
        for led in page.links.iter().flat_map(|link| site.follow(page, link, false)) {
            let target = match led.outcome {
                Outcome::Good(Target::Page(number) | Target::Alias(number)) => {
                    site.published[led.edition].instances[number as usize].page
                }
                Outcome::Bad { verdict: Verdict::NoAnchor(page, _), .. } => Some(page),
                _ => None,
            };
            targets.extend(target.filter(|&own| own as usize != index).map(|own| (led.edition, own)));
        }
        targets
    };
    let found: Vec<Vec<(usize, u32)>> = site.pages.par_iter().enumerate().map(of_page).collect();
    found.into_iter().flatten().collect()
}

/// Whether a menu, a template or a link that cannot be followed names the page: by its address, or by its last element.
pub(super) fn is_named(instance: &Instance, page: &Page, site: &Site) -> bool {
    let in_menu = ["menu", "menus"].iter().any(|key| page.front_matter.fields.get(key).is_some());
    let name = instance.identity.rsplit('/').next().unwrap_or(&instance.identity);
    let configured = |value: &Value| {
        let text = |entry: &Value, key| entry.get(key).and_then(Value::to_text).unwrap_or_default();
        let entries = value.entries().iter().flat_map(|menu| menu.value.items());
        entries
            .into_iter()
            .any(|entry| ends_with(&text(entry, "pageref"), name) || ends_with(&text(entry, "url"), name))
    };
    let in_configuration = site.editions.iter().any(|edition| {
        let root = &edition.config.root;
        let of_languages = edition.config.languages.iter().map(|language| &language.table);
        let mut tables = std::iter::once(root).chain(of_languages);
        tables.any(|table| ["menu", "menus"].iter().any(|key| table.get(key).is_some_and(configured)))
    });
    let quoted = [format!("/{name}\""), format!("/{name}/"), format!("\"{name}\""), format!("/{name}.")];
    let in_template =
        site.sources.iter().any(|source| quoted.iter().any(|name| source.text.contains(name.as_str())));
    let unseen = || {
        site.pages.iter().zip(&site.links).any(|(page, links)| {
            links.unknown.iter().any(|(link, _)| ends_with(&page.links[*link as usize].destination, name))
        })
    };
    in_menu || in_configuration || in_template || unseen()
}

/// Whether the last element of a path is `name`.
fn ends_with(path: &str, name: &str) -> bool {
    let path = path.split(['#', '?']).next().unwrap_or("").trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or(path);
    last.trim_end_matches(".html").trim_end_matches(".md").eq_ignore_ascii_case(name)
}
