//! What a site publishes, for other sites to check their links against: [`Inventory`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Site, pagers};
use crate::{
    fragment::{before_text, is_for_script},
    hugo::published::{Instance, Pager, Place, Published, canonical},
};

/// What one site publishes, edition by edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// The version of this format: 1.
    #[serde(rename = "javert-inventory")]
    pub format: u32,
    /// Editions, in the order of [`Site::editions`].
    pub editions: Vec<EditionInventory>,
}

/// What one edition publishes. All URLs are decoded paths on the host; `…/index.html` is written as its directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionInventory {
    /// The edition's name; empty where there is only one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its base URL.
    pub base_url: String,
    /// Pages by URL.
    pub pages: BTreeMap<String, PageInventory>,
    /// Aliases of pages, by URL: the URL of the page that a reader is sent on to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<String, String>,
    /// Other URLs that send readers on, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirects: Vec<String>,
    /// Published files that are no pages, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// URL prefixes below which something may be published that we cannot know, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// A theme or module was not there, so that there may be directories more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
}

/// A published page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageInventory {
    /// Its title, if its front matter gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The content file, from the site's root; none where Hugo makes the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Its language.
    pub language: String,
    /// `home`, `section`, `taxonomy`, `term` or `page`.
    pub kind: String,
    /// Its readers are sent away or get nothing: the page is switched off in this edition.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// The ids of its content, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anchors: Vec<String>,
    /// Why it may have other ids too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<String>,
}

impl Inventory {
    /// Of a site.
    pub fn of(site: &Site) -> Self {
        let editions = (0..site.editions.len()).map(|edition| EditionInventory::of(site, edition)).collect();
        Self { format: 1, editions }
    }

    /// As JSON: one page to a line, so that a change of the site is a small change of the file.
    pub fn to_json(&self) -> String {
        let mut out = format!("{{\"javert-inventory\":{},\"editions\":[", self.format);
        for (index, edition) in self.editions.iter().enumerate() {
            out.push_str(if index == 0 { "\n" } else { ",\n" });
            edition.write(&mut out);
        }
        out.push_str("\n]}\n");
        out
    }
}

impl EditionInventory {
    fn of(site: &Site, index: usize) -> Self {
        let edition = &site.editions[index];
        let published = &site.published[index];
        let mut own = Self {
            name: edition.name.clone(),
            base_url: edition.config.base_url.clone(),
            pages: BTreeMap::new(),
            aliases: BTreeMap::new(),
            redirects: Vec::new(),
            files: Vec::new(),
            open: published.open(&edition.config.base_path),
            incomplete: edition.mounts.lacks_module(),
        };
        // Languages whose content is not in this checkout.
        for language in &edition.config.languages {
            let is_here = |own: &Instance| *own.language == *language.key && own.page.is_some();
            if !published.instances.iter().any(is_here) {
                own.open.push(edition.config.site_root(&language.key).into_owned());
            }
        }
        for pager in published.pagers() {
            own.divide(site, index, pager);
        }
        own.open.sort();
        own.open.dedup();
        for (url, place) in published.places() {
            match place {
                Place::Page(number) => _ = own.pages.insert(url.to_owned(), page(site, index, *number)),
                Place::Alias(number) => {
                    let target = published.instances[*number as usize].url.clone();
                    own.aliases.insert(url.to_owned(), target);
                }
                Place::Output { page: number, web_page: true } => {
                    let page = page(site, index, *number);
                    let open = Some("another output format, whose anchors templates make".to_owned());
                    own.pages.insert(url.to_owned(), PageInventory { open, ..page });
                }
                Place::Redirect => own.redirects.push(url.to_owned()),
                Place::Elsewhere => {}
                Place::File(_) | Place::Output { .. } | Place::Generated => own.files.push(url.to_owned()),
            }
        }
        own
    }

    /// Adds the further pages of a list.
    fn divide(&mut self, site: &Site, edition: usize, pager: &Pager) {
        let Pager { prefix, end, instance, .. } = pager;
        let list = &site.published[edition].instances[*instance as usize];
        let count = if pager.is_main { pagers::count(site, edition, *instance) } else { None };
        let Some(count) = count else {
            self.open.push(prefix.clone());
            return;
        };
        if count > 0 && pager.has_first {
            self.aliases.insert(format!("{prefix}1{end}"), list.url.clone());
        }
        for further in 2..=count {
            let open = Some("a further page of a list, whose anchors templates make".to_owned());
            let (language, kind) = (list.language.to_string(), list.kind.name().to_owned());
            let page = PageInventory { language, kind, open, ..PageInventory::default() };
            self.pages.insert(format!("{prefix}{further}{end}"), page);
        }
    }

    /// What is at a decoded path: a page, or (`Some(None)`) something else.
    pub fn at(&self, path: &str) -> Option<Option<&PageInventory>> {
        let path = canonical(path);
        let slashed = format!("{path}/");
        let find = |path: &str| {
            let listed = |urls: &[String]| urls.binary_search_by(|own| own.as_str().cmp(path)).is_ok();
            let page = || {
                let target = self.aliases.get(path).map_or(path, String::as_str);
                self.pages.get(target).filter(|page| !page.hidden)
            };
            let other = || listed(&self.files) || listed(&self.redirects) || self.aliases.contains_key(path);
            page().map(Some).or_else(|| other().then_some(None))
        };
        find(&path).or_else(|| find(&slashed).filter(|_| !path.ends_with('/')))
    }

    /// Why there may be something at a path all the same.
    pub fn may_have(&self, path: &str) -> Option<&'static str> {
        if self.open.iter().any(|prefix| path.starts_with(prefix.as_str())) {
            return Some("the inventory of that site cannot know what is published there");
        }
        let directory = &path[..path.trim_end_matches('/').rfind('/').map_or(0, |at| at + 1)];
        let known = self.pages.range(directory.to_owned()..).next();
        let is_known = known.is_some_and(|(url, _)| url.starts_with(directory));
        (self.incomplete && !is_known).then_some("a theme or module of that site may publish it")
    }

    fn write(&self, out: &mut String) {
        out.push('{');
        if !self.name.is_empty() {
            out.push_str(&format!("\"name\":{},", json(&self.name)));
        }
        out.push_str(&format!("\"base_url\":{},\"pages\":{{", json(&self.base_url)));
        lines(out, self.pages.iter().map(|(url, page)| format!("{}:{}", json(url), json(page))));
        out.push('}');
        if !self.aliases.is_empty() {
            out.push_str(",\"aliases\":{");
            lines(out, self.aliases.iter().map(|(url, target)| format!("{}:{}", json(url), json(target))));
            out.push('}');
        }
        for (key, urls) in [("redirects", &self.redirects), ("files", &self.files), ("open", &self.open)] {
            if !urls.is_empty() {
                out.push_str(&format!(",\"{key}\":["));
                lines(out, urls.iter().map(json));
                out.push(']');
            }
        }
        if self.incomplete {
            out.push_str(",\"incomplete\":true");
        }
        out.push('}');
    }
}

impl PageInventory {
    /// Whether it has an anchor; every page has its top.
    pub fn has(&self, anchor: &str) -> bool {
        let anchor = before_text(anchor);
        let is_top = anchor.is_empty() || anchor.eq_ignore_ascii_case("top");
        is_top || is_for_script(anchor) || self.anchors.iter().any(|own| own == anchor)
    }
}

fn page(site: &Site, edition: usize, number: u32) -> PageInventory {
    let published: &Published = &site.published[edition];
    let instance = &published.instances[number as usize];
    let mut own = PageInventory {
        language: instance.language.to_string(),
        kind: instance.kind.name().to_owned(),
        ..PageInventory::default()
    };
    let Some(page) = instance.page.map(|page| page as usize) else {
        if let Some(source) = published.others.get(&number) {
            own.source = Some(source.clone());
            own.open = Some("the page is not written in Markdown".to_owned());
        }
        return own;
    };
    let anchors = &site.anchors[page];
    own.title = site.pages[page].front_matter.fields.get("title").and_then(crate::value::Value::to_text);
    own.source = Some(site.pages[page].path().to_owned());
    own.anchors = anchors.ids_in(edition, &instance.language).collect();
    own.anchors.sort();
    own.anchors.dedup();
    own.hidden = !site.visibility[page].page.contains(edition);
    own.open = anchors.open.map(str::to_owned);
    own
}

fn lines(out: &mut String, lines: impl Iterator<Item = String>) {
    for (index, line) in lines.enumerate() {
        out.push_str(if index == 0 { "\n" } else { ",\n" });
        out.push_str(&line);
    }
}

/// A value that JSON can always hold.
fn json(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
