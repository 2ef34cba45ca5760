//! Calls of shortcodes whose output depends on data, parameters and the page: they are run one by one.

use std::{
    cell::{Cell, LazyCell},
    cmp::Reverse,
    ops::Range,
    rc::Rc,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Site,
    anchors::{self, PageAnchors, Setting},
    cascaded::Parameters,
    catalogue::{Catalogue, Rosters},
    data::{self, DataFiles},
    printouts::{self, Printouts, Ran, Reader},
    quotes::{Shelves, settle},
    resolve::Resolver,
    texts,
    witness::{Asking, Memory, Witness},
};
use crate::{
    edition_set::EditionSet,
    hugo::{
        definitions::{Definition, Origin},
        published::Published,
        shortcode::Tag,
        templates::{
            Evaluated, Exactness, Family, Known, Library, Lists, PageStore, Param, Printout, Role, SiteData,
            Template, evaluate, parse,
        },
    },
    page::Page,
    tree::Tree,
};

/// So many calls of a shortcode are tried…
const TRIED: usize = 8;
/// …and where they read so many nodes of templates each for nothing, all others are given up.
const DEAR: usize = 1000;

/// So often the calls of pages are run that bring in pages with calls: these may bring in others.
const ROUNDS: usize = 4;

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
            || makes_address(definition)
            || summary.unknown_headings
            || summary.unknown_terms
            || summary.reads_store
            || summary.page_store.is_some() && !summary.anchors.is_empty())
}

/// Whether a template makes an address of an argument, and not by `ref` alone, which is followed anyhow.
fn makes_address(definition: &Definition) -> bool {
    let is_link =
        |role: &Role| matches!(role, Role::LinkDestination | Role::MarkdownLink | Role::PageReference);
    let mut made =
        definition.roles.iter().filter(|(_, role, own)| is_link(role) && *own == Exactness::Derived);
    made.any(|(param, ..)| {
        let is_reference = |(other, role, own): &(Param, Role, Exactness)| {
            other == param && *role == Role::PageReference && *own != Exactness::Derived
        };
        !definition.roles.iter().any(is_reference)
    })
}

/// Whether a template may hand something up to the call around.
fn asks_parent(template: &str) -> bool {
    template.contains(".Parent")
}

impl Site {
    /// Runs the calls of some pages whose output depends on data, parameters and the page, and takes down what they
    /// print.
    pub(super) fn run_calls(&mut self, tree: &dyn Tree, pages: Range<usize>) {
        let mut left: Vec<usize> = pages.collect();
        for round in 1.. {
            let setting = |index: usize| self.anchors_of(index, None);
            let (found, early) = run(self, tree, &left, &setting);
            // Pages that bring in each other never get further.
            let is_last = round == ROUNDS || early.len() == left.len();
            let is_done = |(index, _): &(usize, Printouts)| is_last || !early.contains(index);
            let found: Vec<(usize, Printouts)> = found.into_iter().filter(is_done).collect();
            for (index, printouts) in &found {
                let goldmark = &self.editions[0].config.goldmark;
                texts::add(&mut self.pages[*index], printouts, self.visibility[*index].page, goldmark);
            }
            let anchors = |(index, printouts): &(usize, Printouts)| {
                let setting = self.anchors_of(*index, Some(printouts));
                anchors::collect(&self.pages[*index], &self.visibility[*index], &setting)
            };
            let anchors: Vec<PageAnchors> = found.par_iter().map(anchors).collect();
            for ((index, printouts), anchors) in found.into_iter().zip(anchors) {
                self.anchors[index] = anchors;
                printouts::add_links(&mut self.pages[index], &printouts);
            }
            if is_last || early.is_empty() {
                return;
            }
            left.retain(|index| early.contains(index));
        }
    }
}

/// Runs such calls on some pages: what they print, by page, and the pages into which others of them come, so that there is
/// more to be known when those have run.
fn run<'s>(
    site: &'s Site,
    tree: &dyn Tree,
    pages: &[usize],
    setting: &(dyn Fn(usize) -> Setting<'s> + Sync),
) -> (Vec<(usize, Printouts)>, FxHashSet<usize>) {
    let waits = |page: usize| {
        site.pages[page].tags.iter().any(|tag| site.definitions.get(&tag.name).is_some_and(is_worth_it))
    };
    let in_texts: FxHashMap<usize, Vec<usize>> = pages
        .par_iter()
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
    let trials = if site.printed.barren().is_some() { FxHashMap::default() } else { trials(site, &waiting) };
    let tried: Vec<&Trial<'_>> = trials.values().collect();
    let memory = Memory::default();
    let next = AtomicUsize::new(0);
    // Each thread has the data in its own form.
    let run = |_| -> Vec<(usize, Printouts)> {
        let runner = Runner {
            site,
            tree,
            templates: &templates,
            data: data.map(DataFiles::seen),
            rosters: &rosters,
            parameters: &parameters,
            pending: &pending,
            in_texts: &in_texts,
            trials: &trials,
            memory: &memory,
            waits: Cell::new(true),
            is_left: Cell::new(false),
        };
        let mut found = Vec::new();
        let mut left = Vec::new();
        let mut page = |index: usize| {
            let own = runner.page(index, &setting(index));
            if runner.is_left.take() {
                return false;
            }
            if !own.is_empty() {
                found.push((index, own));
            }
            true
        };
        // Pages that take long stand next to each other: whoever is done takes the next one.
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if let Some(trial) = tried.get(at) {
                runner.is_barren(trial.name);
                continue;
            }
            let Some(&index) = waiting.get(at - tried.len()) else { break };
            if !page(index) {
                left.push(index);
            }
        }
        runner.waits.set(false);
        left.into_iter().for_each(|index| _ = page(index));
        found
    };
    let threads = rayon::current_num_threads();
    let mut found: Vec<(usize, Printouts)> = (0..threads).into_par_iter().flat_map_iter(run).collect();
    found.sort_unstable_by_key(|(index, _)| *index);
    site.printed.note_barren(|| {
        let barren = tried.iter().filter(|trial| trial.is_barren.get() == Some(&true));
        barren.map(|trial| trial.name.to_owned()).collect()
    });
    // Nobody waits until what is no longer needed is taken apart.
    rayon::spawn(move || drop((rosters, memory)));
    let is_early = |(_, found): &&(usize, Printouts)| found.values().any(|own| own.is_early);
    let early = found.iter().filter(is_early).map(|(index, _)| *index).collect();
    (found, early)
}

/// Whether the calls of a shortcode are worth running, found out when somebody wants to know.
struct Trial<'s> {
    name: &'s str,
    /// How many calls there are.
    count: usize,
    /// The first of them, by page and index in [`Page::calls`].
    first: Vec<(usize, usize)>,
    is_barren: OnceLock<bool>,
}

/// The shortcodes, by name, of which there are so many calls on these pages that it is worth trying some.
fn trials<'s>(site: &'s Site, pages: &[usize]) -> FxHashMap<&'s str, Trial<'s>> {
    let mut trials: FxHashMap<&str, Trial<'_>> = FxHashMap::default();
    for &index in pages {
        let page = &site.pages[index];
        for (number, call) in page.calls.iter().enumerate() {
            let name = page.tags[call.open].name.as_str();
            if site.definitions.get(name).is_some_and(is_worth_it) {
                let trial = trials.entry(name).or_insert_with(|| Trial {
                    name,
                    count: 0,
                    first: Vec::new(),
                    is_barren: OnceLock::new(),
                });
                trial.count += 1;
                if trial.first.len() < TRIED {
                    trial.first.push((index, number));
                }
            }
        }
    }
    trials.retain(|_, trial| trial.count > 2 * TRIED);
    trials
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

/// What a call shows for all its readers.
fn only(mut all: Vec<(Evaluated, Vec<Reader>)>) -> Option<Evaluated> {
    if all.len() == 1 { all.pop().map(|(only, _)| only) } else { None }
}

/// What running calls takes.
struct Runner<'r> {
    site: &'r Site,
    tree: &'r dyn Tree,
    templates: &'r FxHashMap<&'r str, Template>,
    data: Option<Rc<SiteData>>,
    /// The lists of pages that calls asked for.
    rosters: &'r Rosters,
    /// By edition.
    parameters: &'r [Parameters<'r>],
    /// Pages on which calls are being run.
    pending: &'r FxHashSet<usize>,
    /// The calls on pages that print part of the destination of a link, or of a heading.
    in_texts: &'r FxHashMap<usize, Vec<usize>>,
    trials: &'r FxHashMap<&'r str, Trial<'r>>,
    memory: &'r Memory,
    /// Whether a page is left for later where another thread is running the same call: it need not be run twice then.
    waits: Cell<bool>,
    /// Whether that has happened.
    is_left: Cell<bool>,
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
    /// Whether the calls of a shortcode are not worth running.
    fn is_barren(&self, name: &str) -> bool {
        match (self.site.printed.barren(), self.trials.get(name)) {
            (Some(barren), _) => barren.contains(name),
            (None, Some(trial)) => *trial.is_barren.get_or_init(|| self.read_for_nothing(&trial.first)),
            (None, None) => false,
        }
    }

    /// Whether calls read much for nothing.
    fn read_for_nothing(&self, calls: &[(usize, usize)]) -> bool {
        let is_of_use = |own: &Printout| {
            let leads_out = own.outside.as_ref().is_some_and(|all| !all.is_empty());
            own.closed || leads_out || !own.links.is_empty() || !own.quotes.is_empty()
        };
        let waits = self.waits.replace(false);
        let mut nodes = 0;
        let is_useless = calls.iter().all(|&(index, number)| {
            let places = LazyCell::new(|| self.places(index));
            let shown = self.call(index, number, &places, Readers::First);
            nodes += shown.iter().map(|(own, _)| own.nodes).sum::<usize>();
            !shown.iter().any(|(own, _)| is_of_use(&own.printout))
        });
        self.waits.set(waits);
        is_useless && nodes > calls.len() * DEAR
    }

    fn page(&self, index: usize, setting: &Setting<'_>) -> Printouts {
        let page = &self.site.pages[index];
        let places = self.places(index);
        let mut found = Printouts::default();
        let mut taken = FxHashSet::default();
        let is_known = |page: usize| !self.pending.contains(&page);
        let in_code = page.calls_in_code();
        for number in (0..page.calls.len()).filter(|number| in_code.binary_search(number).is_err()) {
            if !self.is_worth_it(page.tag(number)) || self.is_barren(&page.tag(number).name) {
                continue;
            }
            let all = self.call(index, number, &places, Readers::All);
            if self.is_left.get() {
                return Printouts::default();
            }
            let all = all.into_iter().map(|(shown, readers)| {
                let mut taken = taken.clone();
                (
                    settle(self.site, (index, number), shown.printout, setting, &is_known, &mut taken),
                    taken,
                    readers,
                )
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
                let all = self.call(index, number, &places, Readers::Of(edition));
                if let Some(text) = only(all).and_then(|own| own.printout.text) {
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
                    match only(self.call(index, number, &places, Readers::All)) {
                        Some(Evaluated { page_store: Some(after), .. }) => store = after,
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

    /// What a call shows, and for whom. Nothing where its readers see more than a few different things.
    fn call(
        &self,
        index: usize,
        number: usize,
        places: &Places,
        readers: Readers,
    ) -> Vec<(Evaluated, Vec<Reader>)> {
        let page = &self.site.pages[index];
        let tag = page.tag(number);
        let Some((path, _)) = self.template(tag) else { return Vec::new() };
        let Some(family) = self.family(page, number, places) else { return Vec::new() };
        let parent = page.calls[number].parent;
        let around = parent.map(|parent| page.tag(parent));
        let outer_ordinal = parent.map_or(0, |parent| places.ordinals[parent]);
        let mut found: Vec<(Evaluated, Vec<Reader>)> = Vec::new();
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
                    let mut way = format!("{edition}\n{is_own}\n{}\n", known.base_url);
                    // What other calls left in the page's store is not asked for.
                    let is_whole = written(&family, page, &mut way);
                    let witness = Witness::new(Asking {
                        known,
                        parameters,
                        shelves: &shelves,
                        catalogue: &catalogue,
                        around: around.map_or("", |around| page.source.slice(around.span)),
                        ordinals: (family.ordinal, outer_ordinal),
                    });
                    let remembered = is_whole.then(|| self.memory.of(way));
                    if let Some((printout, nodes)) = remembered.as_ref().and_then(|own| own.recall(&witness))
                    {
                        return Some(Evaluated { printout, page_store: None, nodes });
                    }
                    if found.first().is_some_and(|(own, _)| own.is_given_up()) {
                        return None;
                    }
                    if remembered.as_ref().is_some_and(|own| !own.begin()) && self.waits.get() {
                        self.is_left.set(true);
                        return None;
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
                    let shown = evaluate(&family, self.site.printed.partials(), &known);
                    if let Some(remembered) = remembered {
                        remembered.keep(witness, &shown.printout, shown.nodes);
                    }
                    Some(shown)
                };
                // What is too much for one reader is tried for no other who is told something else.
                let Some(shown) = resolver.with_known(Some(page), self.data.as_deref(), run) else {
                    return Vec::new();
                };
                let reader = (edition, Arc::clone(&resolver.instance.language));
                let is_same =
                    |own: &Evaluated| own.printout == shown.printout && own.page_store == shown.page_store;
                match found.iter_mut().find(|(own, _)| is_same(own)) {
                    Some((_, readers)) => readers.push(reader),
                    None => found.push((shown, vec![reader])),
                }
                // Of what is open for one, nobody need know for whom.
                let is_open = found.len() > 1 && found.iter().any(|(own, _)| !own.printout.may_be_closed());
                if is_open || found.len() > DIFFERENT {
                    return Vec::new();
                }
                if matches!(readers, Readers::First) {
                    return found;
                }
            }
        }
        found
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
