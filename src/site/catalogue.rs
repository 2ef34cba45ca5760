//! The pages of an edition, as the templates of one of them see them: [`Catalogue`].

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rustc_hash::FxHashMap;

use super::{cascaded::Parameters, resolve::Resolver};
use crate::{
    hugo::{
        collation::rank,
        dates::DateFields,
        mounts::Mounts,
        order::{Date, Key, pass_dates_up},
        paths::Day,
        published::{Instance, PageKind, Unpublished},
        templates::{Library, Listed, Listing, Lists, Order, Shelf},
    },
    page::Page,
    value::Value,
};

/// What Go leaves as it is in the path of a URL.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b',')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@');

/// The pages of an edition, as a template of one of them sees them.
pub(super) struct Catalogue<'r> {
    resolver: &'r Resolver<'r>,
    /// Lists in order, and the parameters of all pages, for those who ask for them.
    rosters: Option<(&'r Rosters, &'r Parameters<'r>)>,
}

/// The rosters that were asked for.
#[derive(Debug, Default)]
pub(super) struct Rosters(Mutex<ByLanguage>);

/// By edition and language. While one is made, whoever needs another one does not wait.
type ByLanguage = FxHashMap<(usize, Arc<str>), Arc<OnceLock<Arc<Roster>>>>;

/// The listed pages of a language. They are put in order when somebody asks for them, those of a section alone if that is
/// all.
#[derive(Debug)]
struct Roster {
    /// With the list that each is in.
    parents: Vec<(u32, Option<u32>)>,
    /// What is directly in a section or on the home page.
    sections: FxHashMap<u32, Section>,
    all: OnceLock<Ranked>,
}

#[derive(Debug, Default)]
struct Section {
    pages: Vec<u32>,
    /// The same in order, with sections and without.
    ranked: OnceLock<Vec<u32>>,
    regular: OnceLock<Ranked>,
}

impl Roster {
    fn new(catalogue: &Catalogue<'_>) -> Self {
        let pages = catalogue.select(|_, _| true);
        let parents: Vec<(u32, Option<u32>)> =
            pages.into_iter().map(|page| (page, catalogue.parent(page))).collect();
        let mut sections: FxHashMap<u32, Section> = FxHashMap::default();
        for &(page, parent) in &parents {
            if let Some(parent) = parent {
                sections.entry(parent).or_default().pages.push(page);
            }
        }
        Self { parents, sections, all: OnceLock::new() }
    }

    fn all(&self, catalogue: &Catalogue<'_>) -> &Ranked {
        self.all.get_or_init(|| Ranked::new(catalogue, &self.parents))
    }

    /// The pages of a list that are no sections.
    fn regular(&self, catalogue: &Catalogue<'_>, of: u32) -> Option<&Ranked> {
        let section = self.sections.get(&of)?;
        Some(section.regular.get_or_init(|| {
            let all = section.pages.iter().filter(|page| is_regular(catalogue.instance(**page)));
            // Nothing is below them from which they had a date.
            Ranked::new(catalogue, &all.map(|page| (*page, None)).collect::<Vec<_>>())
        }))
    }

    fn children(&self, catalogue: &Catalogue<'_>, of: u32) -> &[u32] {
        let Some(section) = self.sections.get(&of) else { return &[] };
        section.ranked.get_or_init(|| {
            let mut pages = section.pages.clone();
            self.all(catalogue).sort(&mut pages);
            pages
        })
    }
}

/// Pages in the order in which Hugo lists them. Hugo: `resources/page/pages_sort.go`.
#[derive(Debug)]
struct Ranked {
    pages: Vec<u32>,
    keys: FxHashMap<u32, Key>,
    language: Arc<str>,
}

impl Ranked {
    /// These pages, each with the list that it is in, which has its date from them.
    fn new(catalogue: &Catalogue<'_>, parents: &[(u32, Option<u32>)]) -> Self {
        let language = Arc::clone(&catalogue.resolver.instance.language);
        let mut pages: Vec<u32> = parents.iter().map(|(page, _)| *page).collect();
        let dates = DateFields::new(catalogue.resolver.config);
        let mut keys: FxHashMap<u32, Key> =
            pages.iter().map(|&page| (page, catalogue.key(page, &dates))).collect();
        pass_dates_up(&mut keys, parents, catalogue.resolver.config.flag("enablegitinfo"));
        let mut ranked = Self { pages: Vec::new(), keys, language };
        ranked.sort(&mut pages);
        ranked.pages = pages;
        ranked
    }

    fn sort(&self, pages: &mut [u32]) {
        pages.sort_by(|one, other| self.keys[one].compare(&self.keys[other], Order::Default));
    }

    /// Whether Hugo has pages in that order, where those that are alike in it are known to stay as they are, or not
    /// (`ties`).
    fn is_certain(&self, pages: &[u32], order: Order, ties: bool) -> bool {
        let key = |page: &u32| self.keys.get(page);
        pages.windows(2).all(|pair| match (key(&pair[0]), key(&pair[1])) {
            (Some(one), Some(other)) => {
                one.is_certain(other, order, &self.language) && (ties || one.compare(other, order).is_ne())
            }
            _ => false,
        })
    }

    /// Some of the pages, in order.
    fn listing(&self, pages: Vec<u32>) -> Listing {
        Listing { is_ordered: self.is_certain(&pages, Order::Default, true), pages }
    }
}

impl<'r> Catalogue<'r> {
    /// The pages as the page of `resolver` sees them, in order where `rosters` are there.
    pub(super) fn new(
        resolver: &'r Resolver<'r>,
        rosters: Option<(&'r Rosters, &'r Parameters<'r>)>,
    ) -> Self {
        Self { resolver, rosters }
    }

    /// The same pages, but no lists of them, and what `page` says of its file, if the page has one.
    pub(super) fn one_by_one(self, page: Option<&'r Page>) -> OneByOne<'r> {
        OneByOne { catalogue: self, page }
    }

    fn mounts(&self) -> &'r Mounts {
        &self.resolver.site.editions[self.resolver.edition].mounts
    }

    fn instance(&self, page: u32) -> &'r Instance {
        &self.resolver.published.instances[page as usize]
    }

    fn roster(&self) -> Option<Arc<Roster>> {
        let (rosters, _) = self.rosters?;
        let key = (self.resolver.edition, Arc::clone(&self.resolver.instance.language));
        // A thread that panicked has left nothing half-written here.
        let known = || rosters.0.lock().unwrap_or_else(PoisonError::into_inner);
        let roster = Arc::clone(known().entry(key).or_default());
        Some(Arc::clone(roster.get_or_init(|| Arc::new(Roster::new(self)))))
    }

    fn select(&self, wanted: impl Fn(u32, &Instance) -> bool) -> Vec<u32> {
        let language = &self.resolver.instance.language;
        let is_listed = |own: &Instance| {
            let is_built = matches!(
                own.unpublished,
                None | Some(Unpublished::LinkOnly | Unpublished::NotRendered | Unpublished::NoTemplate)
            );
            is_built && !own.unlisted && own.language == *language
        };
        let all = (0_u32..).zip(&self.resolver.published.instances);
        all.filter(|(number, own)| is_listed(own) && wanted(*number, own)).map(|(number, _)| number).collect()
    }

    /// The listed pages for which this holds, in order.
    fn listing(&self, wanted: impl Fn(u32, &Instance) -> bool) -> Listing {
        match self.roster() {
            Some(roster) => {
                let all = roster.all(self);
                let is_wanted = |page: &u32| wanted(*page, self.instance(*page));
                all.listing(all.pages.iter().copied().filter(is_wanted).collect())
            }
            None => Listing { pages: self.select(wanted), is_ordered: false },
        }
    }

    /// The pages directly in a list.
    fn children(&self, of: u32, which: Listed) -> Listing {
        let wanted = |own: &Instance| match which {
            Listed::Sections => own.kind == PageKind::Section,
            _ => is_regular(own) || which == Listed::All && own.kind == PageKind::Section,
        };
        match self.roster() {
            Some(roster) if !matches!(which, Listed::Sections | Listed::All) => {
                match roster.regular(self, of) {
                    Some(regular) => regular.listing(regular.pages.clone()),
                    None => Listing { pages: Vec::new(), is_ordered: true },
                }
            }
            Some(roster) => {
                let all = roster.children(self, of).iter().copied();
                roster.all(self).listing(all.filter(|page| wanted(self.instance(*page))).collect())
            }
            None => {
                self.listing(|number, own| wanted(own) && number != of && self.parent(number) == Some(of))
            }
        }
    }

    /// The pages that have a term.
    fn with_term(&self, identity: &str) -> Option<Listing> {
        let taxonomies = &self.resolver.config.taxonomies;
        let (plural, term) = taxonomies.iter().find_map(|plural| {
            let rest = identity.strip_prefix(&*plural.to_lowercase())?.strip_prefix('/')?;
            Some((plural, rest))
        })?;
        let has = |page: u32| {
            let terms = self.param(page, &plural.to_lowercase()).map(|own| own.texts()).unwrap_or_default();
            terms.iter().any(|own| own.to_lowercase().replace(' ', "-").trim_matches('/') == term)
        };
        let found =
            self.listing(|number, own| own.page.is_some() && own.kind != PageKind::Term && has(number));
        // Weights of their own may put them in another order.
        Some(Listing { is_ordered: found.pages.len() < 2, ..found })
    }

    fn text(&self, page: u32, key: &str) -> Option<String> {
        match self.param(page, key) {
            Some(value) => value.to_text(),
            None => Some(String::new()),
        }
    }

    /// The title of a page; `None`: Hugo makes it up. Hugo: `hugolib/page__meta.go`.
    fn title(&self, page: u32) -> Option<String> {
        let title = self.text(page, "title")?;
        (self.instance(page).page.is_some() || !title.is_empty()).then_some(title)
    }

    fn link_title(&self, page: u32) -> Option<String> {
        match self.text(page, "linktitle")? {
            own if own.is_empty() => self.title(page),
            own => Some(own),
        }
    }

    fn date(&self, page: u32, fields: &DateFields) -> Date {
        let field = |key: &str| self.param(page, key)?.to_text();
        match fields.written(&field, self.resolver.config.flag("enablegitinfo")) {
            None => Date::Unknown,
            Some(None) => Date::None,
            Some(Some(text)) => Day::parse(&text).map_or(Date::Unknown, |day| Date::On(day, text)),
        }
    }

    fn key(&self, page: u32, dates: &DateFields) -> Key {
        let weight = self.param(page, "weight").and_then(|own| own.to_text());
        Key {
            weight: weight.map_or(Some(0), |text| text.trim().parse().ok()),
            date: self.date(page, dates),
            title: self.title(page).as_deref().map(rank),
            link_title: self.link_title(page).as_deref().map(rank),
            path: self.instance(page).identity.clone(),
        }
    }

    /// The path of the URL of a page, as templates print it.
    fn relative_url(&self, page: u32) -> Option<String> {
        let own = self.instance(page);
        match own.unpublished {
            None | Some(Unpublished::LinkOnly) => {}
            Some(Unpublished::NotRendered) => return Some(String::new()),
            Some(_) => return None,
        }
        let config = self.resolver.config;
        let is_plain = !config.canonify_urls && !config.relative_urls;
        is_plain.then(|| utf8_percent_encode(&own.url, PLAIN).to_string())
    }
}

fn is_regular(own: &Instance) -> bool {
    matches!(own.kind, PageKind::Page | PageKind::Leaf)
}

impl Lists for Catalogue<'_> {
    fn own(&self) -> u32 {
        self.resolver.number
    }

    fn pages(&self, of: Option<u32>, which: Listed) -> Option<Listing> {
        let Some(of) = of else {
            return Some(match which {
                Listed::Sections => {
                    let home = self.resolver.published.identity(&self.resolver.instance.language, "")?;
                    self.children(home, which)
                }
                _ => self.listing(|_, own| which == Listed::All || is_regular(own)),
            });
        };
        let list = self.instance(of);
        match (list.kind, which) {
            (PageKind::Home | PageKind::Section, Listed::RegularBelow) => Some(self.listing(|_, own| {
                let rest = own.identity.strip_prefix(list.identity.as_str());
                is_regular(own)
                    && (list.identity.is_empty() || rest.is_some_and(|rest| rest.starts_with('/')))
            })),
            (PageKind::Home | PageKind::Section, _) => Some(self.children(of, which)),
            (PageKind::Term, Listed::Regular | Listed::All | Listed::RegularBelow) => {
                self.with_term(&list.identity)
            }
            (PageKind::Taxonomy, Listed::All) => Some(self.listing(|_, own| {
                let rest = own.identity.strip_prefix(list.identity.as_str());
                own.kind == PageKind::Term && rest.is_some_and(|rest| rest.starts_with('/'))
            })),
            _ => Some(Listing { pages: Vec::new(), is_ordered: true }),
        }
    }

    fn sorted(&self, listing: &Listing, order: Order, is_down: bool) -> Option<Vec<u32>> {
        let roster = self.roster()?;
        let all = roster.all(self);
        let keys = &all.keys;
        let mut sorted = listing.pages.clone();
        if !sorted.iter().all(|page| keys.contains_key(page)) {
            return None;
        }
        sorted.sort_by(|one, other| {
            let order = keys[one].compare(&keys[other], order);
            if is_down { order.reverse() } else { order }
        });
        all.is_certain(&sorted, order, listing.is_ordered).then_some(sorted)
    }

    fn parent(&self, page: u32) -> Option<u32> {
        let own = self.instance(page);
        let mut above = own.identity.as_str();
        if above.is_empty() {
            return None;
        }
        loop {
            above = above.rsplit_once('/').map_or("", |(above, _)| above);
            let found = self.resolver.published.identity(&own.language, above);
            let is_branch = |number: &u32| !is_regular(self.instance(*number));
            if found.is_some_and(|number| is_branch(&number)) || above.is_empty() {
                return found;
            }
        }
    }

    fn fact(&self, page: u32, name: &str) -> Option<String> {
        let own = self.instance(page);
        let first = own.identity.split('/').next().unwrap_or_default();
        let section = if is_regular(own) && !own.identity.contains('/') { "" } else { first };
        Some(match name {
            "Kind" => own.kind.name().to_owned(),
            "Lang" => own.language.to_string(),
            "Section" => section.to_owned(),
            "Path" => format!("/{}", own.identity),
            "Type" => match self.param(page, "type").and_then(|own| own.to_text()) {
                Some(own) => own,
                None if section.is_empty() => "page".to_owned(),
                None => section.to_owned(),
            },
            "Title" => self.title(page)?,
            "LinkTitle" => self.link_title(page)?,
            "Description" => self.text(page, "description")?,
            "RelPermalink" => self.relative_url(page)?,
            "Permalink" => match self.relative_url(page)? {
                url if url.is_empty() => url,
                url => [self.resolver.config.origin_of(&own.language), &url].concat(),
            },
            _ => return None,
        })
    }

    fn param(&self, page: u32, key: &str) -> Option<Value> {
        let resolver = Resolver::new(self.resolver.site, self.resolver.edition, page);
        let instance = self.instance(page);
        let own = instance.page.map(|own| &self.resolver.site.pages[own as usize]);
        match (self.rosters, own) {
            (Some((_, parameters)), Some(own)) => parameters.of(own, instance, &[key]).cloned(),
            _ => resolver.field(own, key),
        }
    }

    fn content(&self, page: u32) -> Option<usize> {
        Some(self.instance(page).page? as usize)
    }

    fn find(&self, path: &str, from: Option<u32>) -> Option<Option<u32>> {
        if path.is_empty() {
            return None;
        }
        let (resolver, site) = (self.resolver, self.resolver.site);
        let found = match from {
            Some(page) => Resolver::new(site, resolver.edition, page).get_kept_page(path),
            None => resolver.get_kept_page(&format!("/{}", path.trim_start_matches('/'))),
        };
        if found.is_some() {
            return Some(found);
        }
        // Hugo looks a name alone up in all directories, and among pages that have no file.
        let name = (from.is_none() && !path.contains('/')).then(|| resolver.identity_of(path));
        let has_name = |name: String| {
            let mut all = resolver.published.instances.iter();
            all.any(|own| own.identity.rsplit('/').next() == Some(&name))
        };
        let may_be = self.mounts().lacks_module()
            || site.generated.configuration.is_some()
            || resolver.published.has_adapters()
            || name.is_some_and(has_name)
            || site.generated.may_publish(path, resolver.edition, resolver.config, self.mounts());
        (!may_be).then_some(None)
    }
}

/// The pages of an edition for templates that are run often: they are found one by one, and there are no lists of them.
pub(super) struct OneByOne<'r> {
    catalogue: Catalogue<'r>,
    page: Option<&'r Page>,
}

impl Lists for OneByOne<'_> {
    fn own(&self) -> u32 {
        self.catalogue.own()
    }

    fn pages(&self, _of: Option<u32>, _which: Listed) -> Option<Listing> {
        None
    }

    fn sorted(&self, _pages: &Listing, _order: Order, _is_down: bool) -> Option<Vec<u32>> {
        None
    }

    fn parent(&self, page: u32) -> Option<u32> {
        self.catalogue.parent(page)
    }

    fn fact(&self, page: u32, name: &str) -> Option<String> {
        self.catalogue.fact(page, name)
    }

    fn param(&self, page: u32, key: &str) -> Option<Value> {
        self.catalogue.param(page, key)
    }

    fn content(&self, page: u32) -> Option<usize> {
        self.catalogue.content(page)
    }

    fn find(&self, path: &str, from: Option<u32>) -> Option<Option<u32>> {
        self.catalogue.find(path, from)
    }
}

impl Library for OneByOne<'_> {
    /// The text of a content file.
    fn read(&self, shelf: Shelf, name: &str) -> Option<String> {
        let name = name.trim_start_matches('/').trim_start_matches("./");
        let site = self.catalogue.resolver.site;
        let mounted = || {
            let mut found = self.catalogue.mounts().content.iter().filter(|file| file.path == name);
            site.page_at(&found.next().filter(|_| found.next().is_none())?.disk)
        };
        let page = &site.pages[site.page_at(name).or_else(mounted).filter(|_| shelf == Shelf::Files)?];
        site.printed.note_read(page.path());
        Some(page.source.text.clone())
    }

    fn body(&self, page: usize) -> String {
        self.catalogue.resolver.site.body_of(page)
    }

    fn path(&self) -> Option<String> {
        self.catalogue.mounts().content_path(self.page?.path()).map(str::to_owned)
    }
}
