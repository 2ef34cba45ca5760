//! The ids that layouts print around the content of pages: [`Printed`].

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rustc_hash::FxHashMap;

use super::{
    Site,
    anchors::PageAnchors,
    catalogue::Catalogue,
    data::DataFiles,
    fragments::FOR_SCRIPT,
    links::Verdict,
    messages::Messages,
    quotes::ids_of_text,
    resolve::{Outcome, Resolver, Target, unknown},
};
use crate::{
    fragment::is_for_script,
    hugo::{
        layouts::PageLayout,
        published::{Instance, Published},
        templates::{Known, LayoutIds, Other, Partials, printed_ids},
    },
    page::Page,
    tree::Tree,
    value::Value,
};

/// Hardly any word of a text is longer, with its link and marks: bytes.
const LONG_WORD: u32 = 40;
/// Hardly any paragraph is longer: bytes.
const LONG_PARAGRAPH: u32 = 2000;

/// What the layouts of a site print, worked out for those that somebody asks for.
#[derive(Debug, Default)]
pub struct Printed {
    partials: Arc<Partials>,
    known: Mutex<FxHashMap<PageLayout, Arc<LayoutIds>>>,
    /// The texts of translations and data files, from which layouts take what they print; read when they are wanted.
    texts: OnceLock<Vec<Written>>,
    /// The data files, if all could be read; read when they are wanted.
    data: OnceLock<Option<DataFiles>>,
    /// The translations of words, if all could be read; read when they are wanted.
    messages: OnceLock<Option<Messages>>,
    /// Shortcodes whose calls are not worth running.
    barren: OnceLock<BTreeSet<String>>,
    /// Something asked for texts or data that were not read yet.
    wanted: AtomicBool,
    /// What layouts print on pages for which that was asked, by edition and index in [`Published::instances`].
    on_pages: Mutex<FxHashMap<(usize, u32), Arc<LayoutIds>>>,
    /// What link hooks print that were run.
    destinations: Mutex<Destinations>,
    /// Whether an id may be made from text that layouts print, by id.
    mentioned: Mutex<FxHashMap<String, bool>>,
    /// The files of other pages and others that calls asked for, by path.
    read: Mutex<BTreeSet<String>>,
    /// Whether an anchor was looked for among those of all pages.
    looked_everywhere: AtomicBool,
}

/// What a link hook prints that asks for nothing of the page: by edition, language and address of the hook's template, and
/// by the destination.
type Destinations = FxHashMap<(usize, Arc<str>, usize), FxHashMap<String, Option<String>>>;

impl Printed {
    /// Of a site with these partials.
    pub(super) fn new(partials: Arc<Partials>) -> Self {
        Self { partials, ..Self::default() }
    }

    /// The partials that templates call.
    pub(super) fn partials(&self) -> &Partials {
        &self.partials
    }

    /// Reads the texts, if anything asked for them that they may answer; then what was unknown without them may be
    /// known.
    pub(super) fn read_wanted(&self, site: &Site, tree: &dyn Tree) -> bool {
        if !self.wanted.load(Ordering::Relaxed) || self.texts.get().is_some() {
            return false;
        }
        self.mentioned.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.on_pages.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.data(site, tree);
        let is_text = |path: &&String| {
            let mut folders = path.split('/').rev().skip(1);
            folders.any(|folder| matches!(folder, "i18n" | "data")) && !path.starts_with("content/")
        };
        let read = |path: &String| Some(Written::new(tree.read(path).ok()?.text.into_owned()));
        self.texts.set(tree.paths().iter().filter(is_text).filter_map(read).collect()).is_ok()
    }

    /// What link hooks print that were run.
    pub(super) fn destinations(&self) -> MutexGuard<'_, Destinations> {
        // A thread that panicked has left nothing half-written here.
        self.destinations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes down that a call asked for a file.
    pub(super) fn note_read(&self, path: &str) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if !read.contains(path) {
            read.insert(path.to_owned());
        }
    }

    /// Whether a call asked for a file.
    pub(super) fn is_read(&self, path: &str) -> bool {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).contains(path)
    }

    /// Whether an anchor was looked for among those of all pages.
    pub(super) fn looked_everywhere(&self) -> bool {
        self.looked_everywhere.load(Ordering::Relaxed)
    }

    /// The shortcodes whose calls are not worth running, once that was found out.
    pub(super) fn barren(&self) -> Option<&BTreeSet<String>> {
        self.barren.get()
    }

    /// Takes down the shortcodes whose calls are not worth running, if nobody has.
    pub(super) fn note_barren(&self, find: impl FnOnce() -> BTreeSet<String>) {
        self.barren.get_or_init(find);
    }

    /// The data files, if all could be read.
    pub(super) fn data(&self, site: &Site, tree: &dyn Tree) -> Option<&DataFiles> {
        let read = || {
            let edition = site.editions.first().filter(|_| site.generated.configuration.is_none());
            DataFiles::read(edition?, tree)
        };
        self.data.get_or_init(read).as_ref()
    }

    /// The translations of words, if all could be read.
    pub(super) fn messages(&self, site: &Site, tree: &dyn Tree) -> Option<&Messages> {
        let read = || {
            let edition = site.editions.first().filter(|_| site.generated.configuration.is_none());
            Messages::read(edition?, tree)
        };
        self.messages.get_or_init(read).as_ref()
    }

    /// What a layout prints; `None`: it is not among the site's templates.
    fn of(&self, layout: &PageLayout, site: &Site) -> Option<Arc<LayoutIds>> {
        // A thread that panicked has left nothing half-written here.
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ids) = known().get(layout) {
            return Some(Arc::clone(ids));
        }
        let ids = Arc::new(self.run(layout, site, None)?);
        Some(Arc::clone(known().entry(layout.clone()).or_insert(ids)))
    }

    /// What a layout prints on any page, or on one that is known.
    fn run(&self, layout: &PageLayout, site: &Site, page: Option<&Known<'_>>) -> Option<LayoutIds> {
        let text = |path: &str| site.source(path).map(|source| source.text.as_str());
        let base = match &layout.base {
            Some(base) => Some(text(base)?),
            None => None,
        };
        Some(printed_ids(text(&layout.template)?, base, &self.partials, page))
    }

    /// Whether front matter, configuration, translations or data hold an id, or words from which Hugo would make it for
    /// a heading.
    fn is_mentioned(&self, id: &str, site: &Site) -> bool {
        let known = || self.mentioned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&answer) = known().get(id) {
            return answer;
        }
        self.wanted.fetch_or(self.texts.get().is_none(), Ordering::Relaxed);
        let mut files = site.editions.iter().flat_map(|edition| &edition.files);
        let answer = self.texts.get().is_none_or(|texts| texts.iter().any(|text| text.holds(id)))
            || files.any(|path| site.source(path).is_some_and(|source| holds(&source.text, id)))
            || site.pages.iter().any(|page| holds(front_matter(page), id));
        known().insert(id.to_owned(), answer);
        answer
    }
}

/// A text from which templates may take what they print, and which is looked through for many ids.
#[derive(Debug)]
struct Written {
    text: String,
    /// The same in small letters, if there may be headings in it.
    small: Option<String>,
}

impl Written {
    fn new(text: String) -> Self {
        Self { small: text.contains('#').then(|| text.to_lowercase()), text }
    }

    fn holds(&self, id: &str) -> bool {
        self.text.contains(id) || self.small.as_ref().is_some_and(|small| holds_words(small, id))
    }
}

/// Whether a text holds an id, or its words from which Hugo would make it for a heading.
fn holds(text: &str, id: &str) -> bool {
    text.contains(id) || text.contains('#') && holds_words(&text.to_lowercase(), id)
}

/// Whether a line in small letters holds the words of an id. A heading, which is in one line, holds them in other letter
/// case and with other marks between them.
fn holds_words(small: &str, id: &str) -> bool {
    let words: Vec<&str> = id.split(['-', '_']).filter(|word| !word.is_empty()).collect();
    small.lines().any(|line| words.iter().all(|word| line.contains(word)))
}

fn front_matter(page: &Page) -> &str {
    &page.source.text[..page.body.start as usize]
}

/// Why an anchor may be there that is made from text.
const PRINTS_TEXT: &str = "the page's layout may print text that has the anchor";

impl Site {
    /// What the templates of a published page print; `None`: it is not known which they are.
    pub fn printed_on(&self, published: &Published, page: &Instance) -> Option<Arc<LayoutIds>> {
        let layout = published.layouts.get(page.layout? as usize)?;
        self.printed.of(layout, self)
    }
}

impl<'s> Resolver<'s> {
    /// An anchor of a page that Hugo makes, or that comes from content that is neither Markdown nor HTML.
    pub(super) fn fragment_of_made(&self, number: u32, fragment: &str) -> Outcome<'s> {
        let target = &self.published.instances[number as usize];
        let good = Outcome::Good(Target::Page(number));
        if self.published.others.contains_key(&number) {
            return unknown("the page comes from content that is no Markdown");
        }
        let Some(ids) = self.site.printed_on(self.published, target) else {
            return unknown("templates make the page's anchors");
        };
        // Data may name what the template computes.
        let has = |ids: &LayoutIds| ids.has(fragment) || self.is_quoted(number, ids, fragment);
        let may_have = ids.may_compute(fragment) || ids.other_content == Other::Content;
        if has(&ids) || may_have && self.printed_exactly(number).is_some_and(|own| has(&own)) {
            self.step(|| format!("whose layout prints the anchor `#{fragment}`"));
            return good;
        }
        if let Some(why) = self.may_be_printed(number, &ids, fragment) {
            return unknown(why);
        }
        if is_for_script(fragment) {
            return unknown(FOR_SCRIPT);
        }
        self.step(|| format!("whose layout prints no anchor `#{fragment}`"));
        Outcome::Bad { url: target.url.clone(), verdict: Verdict::NoAnchorOfLayout(target.kind.name()) }
    }

    /// Why templates may print an anchor all the same. What they may print on any page is asked first, and what they
    /// print on this one only if it matters.
    fn may_be_printed(&self, number: u32, ids: &LayoutIds, fragment: &str) -> Option<&'static str> {
        let why = self.may_print(ids, fragment)?;
        match self.printed_exactly(number) {
            Some(ids) => self.may_print(&ids, fragment),
            None => Some(why),
        }
    }

    fn may_print(&self, ids: &LayoutIds, fragment: &str) -> Option<&'static str> {
        if let Some(why) = ids.open {
            return Some(why);
        }
        if ids.may_compute(fragment) {
            return Some("the page's layout may compute the anchor");
        }
        if self.may_be_of_others(ids, fragment) {
            return Some("the page's layout prints content of other pages, one of which has the anchor");
        }
        let of_text = ids.prints_text && self.site.printed.is_mentioned(fragment, self.site);
        of_text.then_some(PRINTS_TEXT)
    }

    /// Whether what templates print on a page is the content of another one that has the anchor.
    fn is_quoted(&self, number: u32, ids: &LayoutIds, fragment: &str) -> bool {
        let language = &self.published.instances[number as usize].language;
        let has = |page: usize| {
            let anchors = &self.site.anchors[page];
            anchors.ids_in(self.edition, language).any(|own| own == fragment)
        };
        ids.quoted.iter().any(|(page, is_sure)| *is_sure && has(*page))
    }

    /// What templates print on one page.
    fn printed_exactly(&self, number: u32) -> Option<Arc<LayoutIds>> {
        let printed = &self.site.printed;
        let known = || printed.on_pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ids) = known().get(&(self.edition, number)) {
            return Some(Arc::clone(ids));
        }
        // We have not kept the front matter of content that is no Markdown.
        if self.published.others.contains_key(&number) {
            return None;
        }
        let data = printed.data.get();
        printed.wanted.fetch_or(data.is_none(), Ordering::Relaxed);
        let data = data.and_then(Option::as_ref).map(DataFiles::seen);
        let target = &self.published.instances[number as usize];
        let layout = self.published.layouts.get(target.layout? as usize)?;
        let page = target.page.map(|page| &self.site.pages[page as usize]);
        let on_page = Resolver::new(self.site, self.edition, number);
        let pages = Catalogue::new(&on_page, None).one_by_one(page);
        let run = |known: &Known<'_>| {
            let known = Known { lists: Some(&pages), reads: Some(&pages), ..*known };
            printed.run(layout, self.site, Some(&known))
        };
        let mut ids = on_page.with_known(page, data.as_deref(), run)?;
        for text in std::mem::take(&mut ids.rendered) {
            match target.page.and_then(|page| ids_of_text(self.site, page as usize, &text)) {
                Some(own) => ids.add(own),
                None => (ids.other_content, ids.prints_files) = (Other::Content, true),
            }
        }
        let ids = Arc::new(ids);
        Some(Arc::clone(known().entry((self.edition, number)).or_insert(ids)))
    }

    /// Whether the anchor may come with other pages, whose content or summaries templates print.
    fn may_be_of_others(&self, ids: &LayoutIds, fragment: &str) -> bool {
        let site = self.site;
        if ids
            .quoted
            .keys()
            .any(|&page| site.anchors[page].open.is_some() || site.anchors[page].has_for_any(fragment))
        {
            return true;
        }
        if ids.other_content == Other::Nothing && ids.summaries_of.is_empty() {
            return false;
        }
        self.site.printed.looked_everywhere.store(true, Ordering::Relaxed);
        let anchors = || self.site.anchors.iter();
        match ids.other_content {
            Other::Nothing => {
                self.summaries_with(fragment).any(|page| ids.summaries_of.contains(&*self.type_of(page)))
            }
            Other::Summaries => self.summaries_with(fragment).next().is_some(),
            Other::Content => anchors().any(|page| page.open.is_some() || page.has_for_any(fragment)),
        }
    }

    /// Pages whose summary may have an anchor.
    fn summaries_with(&self, fragment: &str) -> impl Iterator<Item = &'s Page> {
        let length = self.summary_bytes();
        let all = self.site.anchors.iter().zip(&self.site.pages);
        let has = move |ids: &PageAnchors, page: &Page| {
            ids.with_id(fragment).iter().any(|id| id.span.start < page.body.start + length)
        };
        all.filter(move |(ids, page)| has(ids, page)).map(|(_, page)| page)
    }

    /// A page's type. Hugo: `hugolib/page__meta.go`, `Type`.
    fn type_of(&self, page: &Page) -> String {
        let is_page = |own: &&Instance| {
            own.page.is_some_and(|number| std::ptr::eq(page, &self.site.pages[number as usize]))
        };
        let Some(own) = self.published.instances.iter().find(is_page) else { return String::new() };
        match self.field(Some(page), "type").and_then(|value| value.to_text()) {
            Some(own) if !own.is_empty() => own,
            _ => match own.identity.split_once('/') {
                Some((section, _)) => section.to_owned(),
                None if own.kind.name() == "section" => own.identity.clone(),
                None => "page".to_owned(),
            },
        }
    }

    /// More bytes than a summary has of a page's text: so many words, up to the end of the paragraph.
    fn summary_bytes(&self) -> u32 {
        let words =
            self.config.root.get("summarylength").and_then(Value::to_text).and_then(|own| own.parse().ok());
        let words: u32 = words.unwrap_or(70);
        words.saturating_mul(LONG_WORD).saturating_add(LONG_PARAGRAPH)
    }

    /// An anchor that templates print, or may print, around the content of a page or inside it.
    pub(super) fn around(&self, number: u32, fragment: &str) -> Option<Outcome<'s>> {
        let target = &self.published.instances[number as usize];
        let ids = self.site.printed_on(self.published, target)?;
        let is_in_fields = || {
            let page = target.page.map(|page| &self.site.pages[page as usize]);
            page.is_some_and(|page| holds(front_matter(page), fragment))
        };
        let of_fields = |ids: &LayoutIds| (ids.prints_text && is_in_fields()).then_some(PRINTS_TEXT);
        let why = self.prints_beside(&ids, fragment).or_else(|| of_fields(&ids))?;
        let Some(ids) = self.printed_exactly(number) else { return Some(unknown(why)) };
        if ids.has(fragment) || self.is_quoted(number, &ids, fragment) {
            self.step(|| format!("whose layout prints the anchor `#{fragment}`"));
            return Some(Outcome::Good(Target::Page(number)));
        }
        self.prints_beside(&ids, fragment).or_else(|| of_fields(&ids)).map(unknown)
    }

    fn prints_beside(&self, ids: &LayoutIds, fragment: &str) -> Option<&'static str> {
        if ids.may_compute(fragment) {
            return Some("the page's layout may compute the anchor");
        }
        if ids.prints_files {
            return Some(
                "the page's layout changes the text of a file before it prints it, and the anchor may be in that",
            );
        }
        let has = |page: &PageAnchors| page.has_for_any(fragment);
        let prints_others = ids.other_content != Other::Nothing || !ids.summaries_of.is_empty();
        let is_of_others = prints_others && self.site.anchors.iter().any(has)
            || ids.quoted.keys().any(|&page| has(&self.site.anchors[page]));
        is_of_others.then_some("the page's layout prints content of other pages, one of which has the anchor")
    }
}
