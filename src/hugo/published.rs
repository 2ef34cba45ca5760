//! What is published, and questions about it: [`Published`].

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;

use super::{host::Host, layouts::PageLayout, redirects::Redirect, refusals::Refusal};

/// Why a page is not published, though its file is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unpublished {
    /// `draft: true`
    Draft,
    /// Its date is in the future.
    Future,
    /// Its expiry date is past.
    Expired,
    /// `build.render` is `never`, or `headless: true`.
    NotRendered,
    /// No template is made for it.
    NoTemplate,
    /// `build.render` is `link`: it has a URL, at which something else than Hugo must answer.
    LinkOnly,
}

/// What kind of page it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PageKind {
    /// The home page.
    Home,
    /// A section.
    Section,
    /// A list of terms.
    Taxonomy,
    /// A term.
    Term,
    /// An ordinary page.
    Page,
    /// An ordinary page with a directory of its own.
    Leaf,
}

impl PageKind {
    /// Its name in templates (`.Kind`) and configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Section => "section",
            Self::Taxonomy => "taxonomy",
            Self::Term => "term",
            Self::Page | Self::Leaf => "page",
        }
    }
}

/// A page of one language of the published site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The content file's index in the site's pages; `None` for pages that Hugo makes itself.
    pub page: Option<u32>,
    /// Language key; one text for all pages of a language, which stays at hand.
    pub language: Arc<str>,
    /// Kind.
    pub kind: PageKind,
    /// Decoded URL path on its host, base path included: `/guide/ja/a.html` or `/a/`.
    pub url: String,
    /// Path without extension and language, lower-cased.
    pub identity: String,
    /// Why it is not there.
    pub unpublished: Option<Unpublished>,
    /// Whether its fields, those that cascade to it included, give it a title; Hugo itself titles pages that it makes.
    pub titled: bool,
    /// Whether it is kept out of lists of pages.
    pub unlisted: bool,
    /// The templates that make its first output format, by index in [`Published::layouts`]; `None`: that is not known.
    pub layout: Option<u32>,
}

/// An alias that a page asks for, whether or not something else is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The decoded URL path.
    pub url: String,
    /// The page, by index in [`Published::instances`].
    pub instance: u32,
    /// Which of the page's aliases it is.
    pub index: usize,
}

/// Where the further pages of a list are in one output format. Hugo: `hugolib/site_render.go`, `renderPaginator`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    /// How their decoded URL paths begin, up to the number.
    pub prefix: String,
    /// How they end: `/` or `.html`.
    pub end: &'static str,
    /// The page whose list it is, by index in [`Published::instances`].
    pub instance: u32,
    /// Whether that is its first output format.
    pub is_main: bool,
    /// Whether the first of them leads to the list.
    pub has_first: bool,
}

/// What is published at a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A page, by index in [`Published::instances`].
    Page(u32),
    /// An alias of a page.
    Alias(u32),
    /// A redirect of the host, or one that Hugo makes between languages.
    Redirect,
    /// A file, by its path on disk.
    File(String),
    /// A page in another output format than its main one: a feed, a print view.
    Output {
        /// The page, by index in [`Published::instances`].
        page: u32,
        /// Whether it is HTML too.
        web_page: bool,
    },
    /// Something that Hugo makes: a site map, `404.html`.
    Generated,
    /// Whatever another version or role of the site has there.
    Elsewhere,
}

/// Everything that one configuration publishes.
#[derive(Debug, Default)]
pub struct Published {
    /// Pages, those that Hugo makes itself included.
    pub instances: Vec<Instance>,
    /// Instances of each page of the site, by page index.
    pub of_page: FxHashMap<u32, Vec<u32>>,
    /// The aliases that pages ask for, page by page.
    pub aliases: Vec<Alias>,
    /// What Hugo refuses in the front matter of pages, by page index.
    pub refusals: Vec<(u32, Refusal)>,
    /// Content files that Hugo refuses whole, by path on disk.
    pub refused_files: Vec<(String, Refusal)>,
    /// The output formats of instances that have others than HTML alone: names, and where each is published.
    pub formats: FxHashMap<u32, Vec<(String, Option<String>)>>,
    /// The content files that are neither Markdown nor HTML, by the instance that is made of each.
    pub others: FxHashMap<u32, String>,
    /// The templates that pages are made with.
    pub layouts: Vec<PageLayout>,
    /// The `translationKey` of instances that have one.
    pub(super) translation_key: FxHashMap<u32, String>,
    /// The instances with a `translationKey`, in order.
    pub(super) translation_keys: FxHashMap<String, Vec<u32>>,
    pub(super) urls: FxHashMap<String, Place>,
    pub(super) unpublished: FxHashMap<String, u32>,
    pub(super) identities: FxHashMap<Arc<str>, FxHashMap<String, u32>>,
    /// The same of pages that are not rendered, though templates have them.
    pub(super) unrendered: FxHashMap<Arc<str>, FxHashMap<String, u32>>,
    pub(super) base_names: FxHashMap<Arc<str>, FxHashMap<String, Vec<u32>>>,
    /// URL prefixes below which content adapters make pages that we do not know.
    pub(super) adapters: Vec<String>,
    /// How the URLs begin and end of files that templates may make.
    pub(super) made: Vec<(String, String)>,
    /// The further pages of lists.
    pub(super) pagers: Vec<Pager>,
    pub(super) host: Host,
    /// The URLs of all versions and roles of the site.
    beyond: Arc<FxHashSet<String>>,
    folded: OnceLock<FxHashMap<String, String>>,
    /// Directories of published files and pages, for telling a missing directory from a missing file.
    directories: OnceLock<FxHashSet<String>>,
    catalogue: OnceLock<Catalogue>,
    /// Of the rules that templates may make: those for one path, by that, and the others.
    possible_redirects: OnceLock<(FxHashMap<String, usize>, Vec<usize>)>,
}

/// So many rewrites are followed one after the other.
const REWRITES: usize = 5;

/// The form in which URLs are kept: `…/index.html` is its directory.
pub fn canonical(url: &str) -> String {
    match url.strip_suffix("/index.html") {
        Some(directory) => slashed(directory),
        None => url.to_owned(),
    }
}

/// The path of a directory. Every second link asks for one, and `format!` takes several times as long.
fn slashed(path: &str) -> String {
    [path, "/"].concat()
}

impl Published {
    /// What is at a decoded URL path of the host.
    pub fn at(&self, path: &str) -> Option<&Place> {
        self.exactly(path)
            .or_else(|| {
                // Servers send `/a` on to `/a/`.
                if path.ends_with('/') { None } else { self.urls.get(&slashed(path)) }
            })
            .or_else(|| {
                let page = || self.urls.get(&[path.trim_end_matches('/'), ".html"].concat());
                if self.host.serves_html_without_extension { page() } else { None }
            })
            .or_else(|| {
                let known = |path: &str| self.beyond.contains(path) || self.beyond.contains(&slashed(path));
                let is_beyond = !self.beyond.is_empty() && known(&canonical(path));
                is_beyond.then_some(&Place::Elsewhere)
            })
    }

    /// Makes the URLs of all versions and roles known to each of them.
    pub fn join(all: &mut [&mut Self]) {
        let urls = all.iter().flat_map(|own| own.urls.keys().cloned());
        let urls: Arc<FxHashSet<String>> = Arc::new(urls.collect());
        for own in all {
            own.beyond = Arc::clone(&urls);
        }
    }

    fn exactly(&self, path: &str) -> Option<&Place> {
        let found = if path.ends_with("/index.html") {
            self.urls.get(&canonical(path)).or_else(|| self.urls.get(path))
        } else {
            self.urls.get(path)
        };
        found.or_else(|| {
            if path.is_ascii() {
                return None;
            }
            let composed: String = path.nfc().collect();
            self.urls.get(&composed).or_else(|| self.urls.get(&path.nfd().collect::<String>()))
        })
    }

    /// Everything that is published, by URL.
    pub fn places(&self) -> Vec<(&str, &Place)> {
        let mut places: Vec<(&str, &Place)> =
            self.urls.iter().map(|(url, place)| (url.as_str(), place)).collect();
        places.sort_unstable_by_key(|(url, _)| *url);
        places
    }

    /// URL prefixes below which content adapters make pages, or templates files, that we do not know.
    pub fn open(&self, base_path: &str) -> Vec<String> {
        let made = self.made.iter().map(|(start, _)| start).filter(|start| start.as_str() != base_path);
        self.adapters.iter().chain(made).cloned().collect()
    }

    /// The further pages of lists that templates may divide.
    pub fn pagers(&self) -> &[Pager] {
        &self.pagers
    }

    /// A page that is not published and would be here.
    pub fn unpublished_at(&self, path: &str) -> Option<&Instance> {
        let path = canonical(path);
        let number = self.unpublished.get(&path).or_else(|| self.unpublished.get(&slashed(&path)))?;
        Some(&self.instances[*number as usize])
    }

    /// The URL that differs from `path` in letter case only.
    pub fn in_other_case(&self, path: &str) -> Option<&str> {
        let folded = self.folded.get_or_init(|| {
            let mut folded: FxHashMap<String, String> = FxHashMap::default();
            let has_upper =
                |url: &&String| !url.is_ascii() || url.bytes().any(|byte| byte.is_ascii_uppercase());
            // Of several URLs the first by name is kept.
            for url in self.urls.keys().filter(has_upper) {
                let first = folded.entry(url.to_lowercase()).or_insert_with(|| url.clone());
                if url < first {
                    first.clone_from(url);
                }
            }
            folded
        });
        let lower = canonical(path).to_lowercase();
        let find =
            |lower: &str| folded.get(lower).or_else(|| self.urls.get_key_value(lower).map(|(url, _)| url));
        find(&lower).or_else(|| find(&slashed(&lower))).map(String::as_str)
    }

    /// Whether content adapters make pages.
    pub fn has_adapters(&self) -> bool {
        !self.adapters.is_empty()
    }

    /// Whether a content adapter may make what is at `path`.
    pub fn may_be_adapted(&self, path: &str) -> bool {
        self.adapters.iter().any(|prefix| path.starts_with(prefix.as_str()))
    }

    /// Adds what a template makes at a URL path below the base path, unless something else is there.
    pub fn add_made(&mut self, url: &str, place: Place) {
        self.urls.entry(canonical(url)).or_insert(place);
    }

    /// Adds that a template may make files whose URLs begin and end like this.
    pub fn add_may_be_made(&mut self, start: String, end: String) {
        let own = (start, end);
        if !self.made.contains(&own) {
            self.made.push(own);
        }
    }

    /// Whether a template may make a file at `path`.
    pub fn may_be_made(&self, path: &str) -> bool {
        let file = || if path.ends_with('/') { [path, "index.html"].concat() } else { path.to_owned() };
        let fits = |path: &str, (start, end): &(String, String)| {
            path.strip_prefix(start.as_str()).is_some_and(|rest| rest.ends_with(end.as_str()))
        };
        !self.made.is_empty() && {
            let (file, index) = (file(), format!("{path}/index.html"));
            self.made.iter().any(|own| fits(&file, own) || fits(&index, own))
        }
    }

    /// The redirect rule of the host that covers `path`: the first. Rewrites count where something is published to which
    /// they lead.
    pub fn redirect(&self, path: &str) -> Option<&Redirect> {
        self.host
            .redirects
            .iter()
            .find(|own| own.covers(path) && (!own.is_rewrite || self.rewrites(own, path, REWRITES)))
    }

    /// Whether a rewrite, or those that follow it, leads to something that is published.
    fn rewrites(&self, rule: &Redirect, path: &str, times: usize) -> bool {
        let Some(target) = rule.target(path) else { return false };
        let leads_on = |next: &Redirect| next.covers(&target) && self.rewrites(next, &target, times - 1);
        self.at(&target).is_some() || times > 0 && self.host.redirects.iter().any(leads_on)
    }

    /// Where the rule of the host may come from that a template may make for `path`.
    pub fn possible_redirect(&self, path: &str) -> Option<&str> {
        let is_filled = |filled: Option<usize>| {
            filled.is_none_or(|filled| {
                let at = path.match_indices('/').nth(filled).map_or(path.len(), |(at, _)| at);
                // Nobody sends readers away from a whole directory that is there.
                !self.has_directory_of(&[&path[..at], "/x"].concat())
            })
        };
        let possible = &self.host.possible_redirects;
        let (exact, others) = self.possible_redirects.get_or_init(|| {
            let (mut exact, mut others) = (FxHashMap::default(), Vec::new());
            for (number, own) in possible.iter().enumerate() {
                match own.rule.only_path() {
                    Some(path) => _ = exact.entry(path).or_insert(number),
                    None if others.iter().any(|&other: &usize| possible[other].covers_like(own)) => {}
                    None => others.push(number),
                }
            }
            (exact, others)
        });
        let found = exact.get(path.trim_matches('/')).map(|number| &possible[*number]).or_else(|| {
            let mut others = others.iter().map(|number| &possible[*number]);
            others.find(|own| own.rule.covers(path) && is_filled(own.filled))
        });
        Some(&found?.rule.place)
    }

    /// Whether a template computes redirect rules of the host.
    pub fn computes_redirects(&self) -> bool {
        self.host.computes_redirects
    }

    /// Whether anything is published below the directory of `path`.
    pub fn has_directory_of(&self, path: &str) -> bool {
        let directories = self.directories.get_or_init(|| {
            let mut directories = FxHashSet::default();
            #[expect(clippy::iter_over_hash_type, reason = "a set is built, whose order nobody sees")]
            for url in self.urls.keys() {
                let mut end = url.rfind('/');
                while let Some(at) = end {
                    if directories.contains(&url[..=at]) {
                        break;
                    }
                    directories.insert(url[..=at].to_owned());
                    end = url[..at].rfind('/');
                }
            }
            directories
        });
        let trimmed = path.trim_end_matches('/');
        let end = trimmed.rfind('/').map_or(0, |at| at + 1);
        directories.contains(&trimmed[..end])
    }

    /// The topmost directory of `path` in which nothing is published; `None` if its own directory is there.
    pub fn missing_directory(&self, path: &str) -> Option<String> {
        if self.has_directory_of(path) {
            return None;
        }
        let mut missing = &path[..path.rfind('/').map_or(0, |at| at + 1)];
        loop {
            if self.has_directory_of(missing) {
                return Some(missing.to_owned());
            }
            let trimmed = missing.trim_end_matches('/');
            missing = &trimmed[..trimmed.rfind('/')? + 1];
        }
    }

    /// The page of this identity in a language.
    pub fn identity(&self, language: &str, identity: &str) -> Option<u32> {
        self.identities.get(language)?.get(identity).copied()
    }

    /// The page of this identity in a language, for templates: it may be one that is not rendered.
    pub fn kept(&self, language: &str, identity: &str) -> Option<u32> {
        let unrendered = || self.unrendered.get(language)?.get(identity).copied();
        self.identity(language, identity).or_else(unrendered)
    }

    /// A page's translation into a language, if that has a file of its own and is published.
    pub fn in_language(&self, number: u32, language: &str) -> Option<u32> {
        let page = &self.instances[number as usize];
        let found = self.identity(language, &page.identity)?;
        let own = &self.instances[found as usize];
        (own.page.is_some() && own.page != page.page && own.unpublished.is_none()).then_some(found)
    }

    /// The published translations of a page that have files of their own, by language and place in the list of
    /// instances. Hugo (`hugolib/page.go`): a page with a `translationKey` has those with the same key, every other those
    /// of its path.
    pub fn translations(&self, number: u32) -> Vec<u32> {
        let page = &self.instances[number as usize];
        let key = self.translation_key.get(&number);
        let mut found: Vec<u32> = match key.and_then(|key| self.translation_keys.get(key)) {
            Some(same) => same.clone(),
            None => self.identities.values().filter_map(|own| own.get(&page.identity).copied()).collect(),
        };
        found.retain(|&own| {
            let own = &self.instances[own as usize];
            own.page.is_some()
                && own.page != page.page
                && own.unpublished.is_none()
                && own.language != page.language
        });
        found.sort_by_key(|&own| (&self.instances[own as usize].language, own));
        found
    }

    /// Whether pages are published in more than one language.
    pub fn has_languages(&self) -> bool {
        self.identities.len() > 1
    }

    /// Pages whose last path element is `name`.
    pub fn by_base_name(&self, language: &str, name: &str) -> &[u32] {
        self.base_names.get(language).and_then(|names| names.get(name)).map_or(&[], Vec::as_slice)
    }

    /// The published URLs whose last element is `name`, but for the extension of a page; sorted.
    pub fn urls_of_name<'p>(&'p self, name: &str) -> impl Iterator<Item = &'p str> + use<'p> {
        let catalogue = self.catalogue();
        catalogue.of_key(&catalogue.by_stem, stem(name))
    }

    /// The published URLs directly in a directory (without trailing slash); sorted.
    pub fn urls_in<'p>(&'p self, directory: &str) -> impl Iterator<Item = &'p str> + use<'p> {
        let catalogue = self.catalogue();
        catalogue.of_key(&catalogue.by_directory, directory)
    }

    fn catalogue(&self) -> &Catalogue {
        self.catalogue.get_or_init(|| Catalogue::of(&self.urls))
    }
}

/// Directory and last element of an URL.
pub(crate) fn divide(url: &str) -> (&str, &str) {
    url.trim_end_matches('/').rsplit_once('/').unwrap_or(("", url))
}

/// A path's last element without the extension of a page.
pub(crate) fn stem(name: &str) -> &str {
    name.strip_suffix(".html").or_else(|| name.strip_suffix(".md")).unwrap_or(name)
}

/// URLs by what suggestions look for.
#[derive(Debug)]
struct Catalogue {
    urls: Vec<String>,
    by_directory: FxHashMap<String, Vec<u32>>,
    by_stem: FxHashMap<String, Vec<u32>>,
}

impl Catalogue {
    fn of(urls: &FxHashMap<String, Place>) -> Self {
        let mut urls: Vec<String> = urls.keys().cloned().collect();
        urls.sort_unstable();
        let (mut by_directory, mut by_stem) = (FxHashMap::default(), FxHashMap::default());
        let add = |to: &mut FxHashMap<String, Vec<u32>>, key: &str, number: u32| match to.get_mut(key) {
            Some(numbers) => numbers.push(number),
            None => _ = to.insert(key.to_owned(), vec![number]),
        };
        for (number, url) in (0_u32..).zip(&urls) {
            let (directory, name) = divide(url);
            add(&mut by_directory, directory, number);
            add(&mut by_stem, stem(name), number);
        }
        Self { urls, by_directory, by_stem }
    }

    fn of_key<'c>(
        &'c self,
        index: &'c FxHashMap<String, Vec<u32>>,
        key: &str,
    ) -> impl Iterator<Item = &'c str> + use<'c> {
        let numbers = index.get(key).map_or(&[][..], Vec::as_slice);
        numbers.iter().map(|&number| self.urls[number as usize].as_str())
    }
}
