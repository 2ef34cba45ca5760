//! Calls of shortcodes whose output depends on data, parameters and the page: they are run one by one.

use std::{
    cell::{LazyCell, RefCell},
    cmp::Reverse,
    collections::BTreeSet,
    sync::Arc,
};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Site,
    anchors::Setting,
    cascaded::Parameters,
    catalogue::{Catalogue, Rosters},
    data::{self, DataFiles},
    printouts::{Printouts, Ran, Reader},
    quotes::{Shelves, settle},
    resolve::Resolver,
    texts,
    witness::{Asking, Outcomes, Witness},
};
use crate::{
    edition_set::EditionSet,
    hugo::{
        definitions::{Definition, Origin},
        paths::PathStyle,
        published::Published,
        shortcode::Tag,
        templates::{
            Family, Known, Library, Lists, PageStore, Printout, SiteData, Template, evaluate, parse,
        },
    },
    page::Page,
    tree::Tree,
};

/// So many calls of a shortcode are tried…
const TRIED: usize = 8;
/// …and where they read so many nodes of templates each for nothing, all others are given up.
const DEAR: usize = 1000;

/// Readers who see more different things than so many are not told apart.
const DIFFERENT: usize = 16;

/// Whether a shortcode's calls are worth running: its template alone does not say what they print.
fn is_worth_it(definition: &Definition) -> bool {
    let summary = &definition.summary;
    matches!(definition.origin, Origin::Template(_))
        && summary.problem.is_none()
        && (summary.unknown_anchors
            || summary.opaque
            || summary.computed_links
            || summary.unknown_headings
            || summary.unknown_terms
            || summary.reads_store
            || summary.page_store.is_some() && !summary.anchors.is_empty())
}

/// Whether a template may hand something up to the call around.
fn asks_parent(template: &str) -> bool {
    template.contains(".Parent")
}

/// Runs such calls on some pages: what they print, by page, and the pages into which others of them come, so that there is
/// more to be known when those have run.
pub(super) fn run<'s>(
    site: &'s Site,
    tree: &dyn Tree,
    pages: &[usize],
    setting: &(dyn Fn(usize) -> Setting<'s> + Sync),
) -> (Vec<(usize, Printouts)>, FxHashSet<usize>) {
    let waits = |page: usize| {
        site.pages[page].tags.iter().any(|tag| site.definitions.get(&tag.name).is_some_and(is_worth_it))
    };
    let in_texts: FxHashMap<usize, Vec<usize>> = pages
        .iter()
        .map(|&index| (index, texts::calls(&site.pages[index])))
        .filter(|(_, calls)| !calls.is_empty())
        .collect();
    let pending: FxHashSet<usize> = pages.iter().copied().filter(|&index| waits(index)).collect();
    let is_waiting = |index: &usize| pending.contains(index) || in_texts.contains_key(index);
    let waiting: Vec<usize> = pages.iter().copied().filter(is_waiting).collect();
    if waiting.is_empty() {
        return (Vec::new(), FxHashSet::default());
    }
    let names = in_texts.iter().flat_map(|(&index, calls)| {
        let page = &site.pages[index];
        calls.iter().map(|&call| page.tag(call).name.as_str())
    });
    let names: FxHashSet<&str> = names.collect();
    let templates: FxHashMap<&str, Template> = site
        .definitions
        .iter()
        .filter_map(|(name, own)| match &own.origin {
            Origin::Template(path) => {
                let text = &site.source(path)?.text;
                let is_asking = asks_parent(text) || own.summary.page_store.is_some();
                let is_wanted = is_worth_it(own) || is_asking || names.contains(name);
                is_wanted.then(|| (path.as_str(), parse(text)))
            }
            _ => None,
        })
        .collect();
    let mentions_data = site.sources.iter().any(|own| data::is_asked(&own.text));
    let data = if mentions_data { site.printed.data(site, tree) } else { None };
    let rosters = Rosters::default();
    let parameters = |(edition, published): (usize, &'s Arc<Published>)| {
        Parameters::of_all(&site.pages, published, &site.editions[edition].config, site.version)
    };
    let parameters: Vec<Parameters<'_>> = site.published.iter().enumerate().map(parameters).collect();
    // Each thread has the data in its own form.
    let runner = |barren| Runner {
        site,
        tree,
        templates: &templates,
        data: data.map(DataFiles::seen),
        rosters: &rosters,
        parameters: &parameters,
        pending: &pending,
        in_texts: &in_texts,
        barren,
        known: RefCell::default(),
    };
    let none = BTreeSet::new();
    let barren = site.printed.barren(|| {
        let all: Vec<(&str, Vec<(usize, usize)>)> = first_calls(site, &waiting).into_iter().collect();
        let tried = all.into_par_iter().map_init(
            || runner(&none),
            |runner, (name, calls)| runner.is_barren(&calls).then(|| name.to_owned()),
        );
        tried.flatten().collect()
    });
    let of_pages = |pages: &[usize]| -> Vec<(usize, Printouts)> {
        let runner = runner(barren);
        let one = |&index: &usize| (index, runner.page(index, &setting(index)));
        pages.iter().map(one).filter(|(_, found)| !found.is_empty()).collect()
    };
    // Pages that take long stand next to each other.
    let threads = rayon::current_num_threads();
    let share =
        |first: usize| of_pages(&waiting.iter().copied().skip(first).step_by(threads).collect::<Vec<_>>());
    let mut found: Vec<(usize, Printouts)> = (0..threads).into_par_iter().flat_map_iter(share).collect();
    found.sort_unstable_by_key(|(index, _)| *index);
    let is_early = |(_, found): &&(usize, Printouts)| found.values().any(|own| own.is_early);
    let early = found.iter().filter(is_early).map(|(index, _)| *index).collect();
    (found, early)
}

/// The first calls on these pages, by page and index in [`Page::calls`], of each shortcode whose calls are worth running and
/// so many that it is worth trying some.
fn first_calls<'s>(site: &'s Site, pages: &[usize]) -> FxHashMap<&'s str, Vec<(usize, usize)>> {
    let mut first: FxHashMap<&str, Vec<(usize, usize)>> = FxHashMap::default();
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for &index in pages {
        let page = &site.pages[index];
        for (number, call) in page.calls.iter().enumerate() {
            let name = page.tags[call.open].name.as_str();
            if site.definitions.get(name).is_some_and(is_worth_it) {
                *counts.entry(name).or_default() += 1;
                let own = first.entry(name).or_default();
                if own.len() < TRIED {
                    own.push((index, number));
                }
            }
        }
    }
    first.retain(|name, _| counts[name] > 2 * TRIED);
    first
}

/// For whom a call is run.
#[derive(Clone, Copy)]
enum Readers {
    /// Those of all editions, in all languages.
    All,
    /// Those of one edition, in all languages.
    Of(usize),
    /// The first of them.
    First,
}

/// What a call prints for all its readers.
fn only(mut all: Vec<(Printout, Vec<Reader>)>) -> Option<Printout> {
    if all.len() == 1 { all.pop().map(|(only, _)| only) } else { None }
}

/// What running calls takes.
struct Runner<'r> {
    site: &'r Site,
    tree: &'r dyn Tree,
    templates: &'r FxHashMap<&'r str, Template>,
    data: Option<SiteData>,
    /// The lists of pages that calls asked for.
    rosters: &'r Rosters,
    /// By edition.
    parameters: &'r [Parameters<'r>],
    /// Pages on which calls are being run.
    pending: &'r FxHashSet<usize>,
    /// The calls on pages that print part of the destination of a link, or of a heading.
    in_texts: &'r FxHashMap<usize, Vec<usize>>,
    /// Shortcodes whose calls are not worth running.
    barren: &'r BTreeSet<String>,
    /// What calls print, by how they are written, with those around and inside.
    known: RefCell<FxHashMap<String, Option<Outcomes>>>,
}

/// How the calls of a page stand to each other.
struct Places {
    /// For each call, which of those next to each other it is.
    ordinals: Vec<usize>,
    /// For each call, those right inside it.
    inside: Vec<Vec<usize>>,
    /// For each call that does something with the page's store, what that holds before; empty: there is none.
    stores: Vec<Option<PageStore>>,
}

impl Places {
    fn of(page: &Page) -> Self {
        let mut inside: Vec<Vec<usize>> = vec![Vec::new(); page.calls.len()];
        let mut ordinals = Vec::with_capacity(page.calls.len());
        let mut outermost = 0;
        for (number, call) in page.calls.iter().enumerate() {
            match call.parent {
                Some(parent) => {
                    ordinals.push(inside[parent].len());
                    inside[parent].push(number);
                }
                None => {
                    ordinals.push(outermost);
                    outermost += 1;
                }
            }
        }
        Self { ordinals, inside, stores: Vec::new() }
    }
}

impl Runner<'_> {
    /// Whether the first calls of a shortcode read much for nothing: pages and, by index in [`Page::calls`], calls.
    fn is_barren(&self, calls: &[(usize, usize)]) -> bool {
        let is_of_use = |own: &Printout| {
            let leads_out = own.outside.as_ref().is_some_and(|all| !all.is_empty());
            own.closed || leads_out || !own.links.is_empty() || !own.quotes.is_empty()
        };
        let mut nodes = 0;
        for &(index, number) in calls {
            let places = LazyCell::new(|| self.places(index));
            let (outputs, read) = self.call(index, number, &places, Readers::First);
            if outputs.iter().any(|(own, _)| is_of_use(own)) {
                return false;
            }
            nodes += read;
        }
        nodes > calls.len() * DEAR
    }

    fn page(&self, index: usize, setting: &Setting<'_>) -> Printouts {
        let page = &self.site.pages[index];
        let places = self.places(index);
        let mut found = Printouts::default();
        let mut taken = FxHashSet::default();
        let is_known = |page: usize| !self.pending.contains(&page);
        let in_code = page.calls_in_code();
        for number in (0..page.calls.len()).filter(|number| in_code.binary_search(number).is_err()) {
            if self.barren.contains(&page.tag(number).name) || !self.is_worth_it(page.tag(number)) {
                continue;
            }
            let all = self.call(index, number, &places, Readers::All).0;
            let all = all.into_iter().map(|(printout, readers)| {
                let mut taken = taken.clone();
                (settle(self.site, (index, number), printout, setting, &is_known, &mut taken), taken, readers)
            });
            let all: Vec<(Ran, FxHashSet<String>, Vec<Reader>)> = all.collect();
            taken.extend(all.iter().flat_map(|(_, taken, _)| taken.iter().cloned()));
            let mut ran = Ran::of_all(all.into_iter().map(|(ran, _, readers)| (ran, readers)).collect());
            // What it hands up, the call around may print.
            let is_closed = |number: usize| found.get(&number).is_some_and(|own: &Ran| own.closed);
            let hands_up = || self.template(page.tag(number)).is_some_and(|(_, text)| asks_parent(text));
            let around = page.calls[number].parent;
            ran.closed &= around.is_none_or(is_closed) || !hands_up();
            if ran.closed || ran.links_told || ran.is_early || !ran.links.is_empty() {
                found.insert(number, ran);
            }
        }
        for &number in self.in_texts.get(&index).into_iter().flatten() {
            for edition in 0..self.site.published.len() {
                let all = self.call(index, number, &places, Readers::Of(edition)).0;
                if let Some(text) = only(all).and_then(|own| own.text) {
                    found.entry(number).or_default().text.put(EditionSet::one(edition), text);
                }
            }
        }
        found
    }

    fn is_worth_it(&self, tag: &Tag) -> bool {
        self.site.definitions.get(&tag.name).is_some_and(is_worth_it)
    }

    /// The path and the text of a call's template, if it can be followed.
    fn template(&self, tag: &Tag) -> Option<(&str, &str)> {
        let definition = self.site.definitions.get(&tag.name)?;
        let Origin::Template(path) = &definition.origin else { return None };
        definition.summary.problem.is_none().then_some((path, self.site.source(path)?.text.as_str()))
    }

    /// A call with those inside it; `None`: its template is not there.
    fn family<'p>(&'p self, page: &'p Page, number: usize, places: &Places) -> Option<Family<'p>> {
        let tag = page.tag(number);
        let (path, _) = self.template(tag)?;
        let inside = places.inside[number].iter().filter_map(|&inner| match self.template(page.tag(inner)) {
            Some((_, text)) => asks_parent(text).then(|| self.family(page, inner, places)),
            // Hugo's own templates ask for nothing.
            None => {
                let definition = self.site.definitions.get(&page.tag(inner).name);
                (definition.is_none_or(|own| own.origin != Origin::Embedded)).then_some(None)
            }
        });
        let inside = inside.collect();
        let page_store = places.stores.get(number).cloned().flatten();
        let (ordinal, template) = (places.ordinals[number], self.templates.get(path)?);
        Some(Family { tag, ordinal, template, inside, page_store })
    }

    /// How the calls of a page stand to each other, and what they find in its store. Hugo runs the inner ones first.
    fn places(&self, index: usize) -> Places {
        let page = &self.site.pages[index];
        let mut places = Places::of(page);
        let definition = |number: usize| self.site.definitions.get(&page.tag(number).name);
        let others = |number: usize| definition(number)?.summary.page_store.as_ref();
        let Some(first) = (0..page.calls.len()).find_map(others) else { return places };
        let mut store = PageStore::new(Arc::clone(first));
        let mut order: Vec<usize> = (0..page.calls.len()).collect();
        order.sort_by_key(|&number| {
            let span = page.calls[number].span;
            (span.end, Reverse(span.start))
        });
        places.stores = vec![None; page.calls.len()];
        for number in order {
            let is_followed = |own: &&Definition| own.origin != Origin::Use && own.summary.problem.is_none();
            match definition(number).filter(is_followed) {
                Some(own) if own.summary.page_store.is_some() => {
                    places.stores[number] = Some(store.clone());
                    match only(self.call(index, number, &places, Readers::All).0) {
                        Some(Printout { page_store: Some(after), .. }) => store = after,
                        _ => store.lose(),
                    }
                }
                Some(own) if !own.summary.opaque => {}
                _ => store.lose(),
            }
        }
        places
    }

    /// The page of whose bundle a page is a part.
    fn bundle_of(&self, page: &Page) -> Option<usize> {
        let (mut directory, name) = page.path().rsplit_once('/')?;
        let language = name.strip_suffix(".md")?.rsplit_once('.').map_or("", |(_, language)| language);
        while !directory.is_empty() {
            let named = |name: String| self.site.page_at(&format!("{directory}/{name}"));
            let found = named(format!("index.{language}.md")).or_else(|| named("index.md".to_owned()));
            if found.is_some() {
                return found;
            }
            directory = directory.rsplit_once('/').map_or("", |(above, _)| above);
        }
        None
    }

    /// What a call prints, and for whom, and how much was read for that. Nothing where its readers see more than a few
    /// different things.
    fn call(
        &self,
        index: usize,
        number: usize,
        places: &Places,
        readers: Readers,
    ) -> (Vec<(Printout, Vec<Reader>)>, usize) {
        let page = &self.site.pages[index];
        let tag = page.tag(number);
        let Some((path, _)) = self.template(tag) else { return (Vec::new(), 0) };
        let Some(family) = self.family(page, number, places) else { return (Vec::new(), 0) };
        let parent = page.calls[number].parent;
        let around = parent.map(|parent| page.tag(parent));
        let outer_ordinal = parent.map_or(0, |parent| places.ordinals[parent]);
        let mut found: Vec<(Printout, Vec<Reader>)> = Vec::new();
        let mut all_nodes = 0;
        let all = self.site.published.iter().enumerate();
        for (edition, published) in all.filter(|(own, _)| !matches!(readers, Readers::Of(one) if one != *own))
        {
            let of = |page: usize| published.of_page.get(&u32::try_from(page).ok()?);
            let instances = of(index).or_else(|| of(self.bundle_of(page)?));
            for &instance in instances.into_iter().flatten() {
                let resolver = Resolver::new(self.site, edition, instance);
                let shelves = Shelves { resolver: &resolver, tree: self.tree, page };
                let parameters = &self.parameters[edition];
                let catalogue = Catalogue::new(&resolver, Some((self.rosters, parameters)));
                // What stands in a file of a bundle is on a page of its own.
                let is_own = resolver.instance.page.is_some_and(|own| own as usize == index);
                let run = |known: &Known<'_>| {
                    let outer = around.map_or("", |around| page.source.slice(around.span));
                    let mut way = format!("{edition}\n{is_own}\n{}\n{outer}\n", known.base_url);
                    // What other calls left in the page's store is not asked for.
                    let is_whole = written(&family, page, &mut way);
                    let witness = Witness::new(Asking {
                        known,
                        parameters,
                        shelves: &shelves,
                        catalogue: &catalogue,
                        ordinals: (family.ordinal, outer_ordinal),
                    });
                    let recalled =
                        is_whole.then(|| witness.recall(self.known.borrow().get(&way)?.as_ref()?)).flatten();
                    if let Some(printout) = recalled {
                        return printout;
                    }
                    let known = Known {
                        fields: &|field| witness.field(field),
                        params: &|name| witness.site_param(name),
                        placed: Some(&|place| witness.note_place(place)),
                        call: Some(tag),
                        around: Some(around),
                        ordinal: Some(&|| witness.ordinal()),
                        around_ordinal: Some(&|| witness.ordinal_around()),
                        messages: Some(&|key, counted| witness.message(key, counted)),
                        reads: Some(&witness as &dyn Library),
                        // The store of a page keeps pages from call to call.
                        lists: is_own.then_some(if is_whole { &witness as &dyn Lists } else { &catalogue }),
                        escapes: path.ends_with(".html"),
                        ..*known
                    };
                    let (printout, nodes) = evaluate(&family, self.site.printed.partials(), &known);
                    all_nodes += nodes;
                    if is_whole {
                        witness.keep(self.known.borrow_mut().entry(way).or_default(), &printout);
                    }
                    printout
                };
                let printout = resolver.with_known(Some(page), self.data.as_ref(), run);
                let reader = (edition, Arc::clone(&resolver.instance.language));
                match found.iter_mut().find(|(own, _)| *own == printout) {
                    Some((_, readers)) => readers.push(reader),
                    None => found.push((printout, vec![reader])),
                }
                // Of what is open for one, nobody need know for whom.
                let is_open = found.len() > 1 && found.iter().any(|(own, _)| !own.may_be_closed());
                if is_open || found.len() > DIFFERENT {
                    return (Vec::new(), all_nodes);
                }
                if matches!(readers, Readers::First) {
                    return (found, all_nodes);
                }
            }
        }
        (found, all_nodes)
    }
}

/// Adds a call and those inside it to a key, as they are written; whether that is all of them.
fn written(family: &Family<'_>, page: &Page, key: &mut String) -> bool {
    key.push_str(page.source.slice(family.tag.span));
    let Some(inside) = family.inside.as_ref().filter(|_| family.page_store.is_none()) else { return false };
    for own in inside {
        key.push('\n');
        key.push_str(&own.ordinal.to_string());
        if !written(own, page, key) {
            return false;
        }
    }
    key.push('\n');
    true
}

impl Resolver<'_> {
    /// Hands on what is known of this page.
    pub(super) fn with_known<T>(
        &self,
        page: Option<&Page>,
        data: Option<&SiteData>,
        with: impl FnOnce(&Known<'_>) -> T,
    ) -> T {
        let fields = |key: &str| Some(self.field(page, key));
        let params = |key: &str| Some(self.config.param(&[key], &self.instance.language)?.cloned());
        let section = self.instance.identity.split('/').next().unwrap_or("");
        let is_single = self.instance.kind.name() == "page" && !self.instance.identity.contains('/');
        let config = self.config;
        let origin = config.origin_of(&self.instance.language);
        let is_plain = !config.canonify_urls && !config.relative_urls && origin == config.origin;
        with(&Known {
            base_url: if is_plain { &config.base_url } else { "" },
            fields: &fields,
            params: &params,
            data,
            kind: self.instance.kind.name(),
            section: if is_single { "" } else { section },
            language: &self.instance.language,
            url: if is_plain_url(&self.instance.url) { &self.instance.url } else { "" },
            id_type: self.config.goldmark.auto_id_type,
            paths: Some(&PathStyle::new(self.config)),
            ..Known::nothing()
        })
    }
}

/// Whether an URL is written as it is.
fn is_plain_url(url: &str) -> bool {
    url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte))
}
