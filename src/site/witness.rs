//! What running calls shows, kept by what they asked and were told: [`Outcomes`]. A call that is told the same prints the
//! same, whatever page it is on and whoever reads it.

use std::{
    cell::RefCell,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use rustc_hash::FxHashMap;

use super::{cascaded::Parameters, catalogue::Catalogue, quotes::Shelves};
use crate::{
    hugo::templates::{Known, Library, Listed, Listing, Lists, Order, Place, Printout, Shelf, Shelved},
    value::Value,
};

/// So many answers to one question are kept apart. What is answered otherwise on every page is hardly ever told twice.
const ANSWERS: usize = 64;
/// What takes more questions is not kept.
const QUESTIONS: usize = 1000;

/// What a template asks that is answered otherwise on other pages or for other readers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// A field of the front matter, with what cascades to the page.
    Field(String),
    SiteParam(String),
    Place(Place),
    Ordinal,
    OrdinalAround,
    Message(String, bool),
    // Of [`Library`].
    InBundle(String),
    Page(String, bool),
    ResourcePage(String),
    FilePath,
    // Of [`Lists`].
    Own,
    Pages(Option<u32>, Listed),
    Sorted(Vec<u32>, bool, Order, bool),
    Parent(u32),
    Fact(u32, String),
    Param(u32, String),
    Content(u32),
    Find(String, Option<u32>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Value(Option<Option<Value>>),
    Text(Option<String>),
    Number(Option<usize>),
    Page(Option<Option<u32>>),
    /// With whether they are in order.
    Pages(Option<(Vec<u32>, bool)>),
}

/// What calls that are written alike print.
#[derive(Debug)]
enum Outcomes {
    /// That depends on the answer.
    Asked(Question, Vec<(Answer, Self)>),
    /// With how much was read for that.
    Printed(Printout, usize),
}

impl Outcomes {
    fn of(trace: impl Iterator<Item = (Question, Answer)>, mut outcomes: Self) -> Self {
        let mut all: Vec<(Question, Answer)> = trace.collect();
        while let Some((question, answer)) = all.pop() {
            outcomes = Self::Asked(question, vec![(answer, outcomes)]);
        }
        outcomes
    }

    fn add(&mut self, mut trace: impl Iterator<Item = (Question, Answer)>, printed: Self) {
        // What was asked is told by the answers before: what a template asks first, it always asks first.
        let (Self::Asked(question, answers), Some((asked, answer))) = (self, trace.next()) else { return };
        if *question != asked {
            return;
        }
        if let Some((_, then)) = answers.iter_mut().find(|(own, _)| *own == answer) {
            then.add(trace, printed);
        } else if answers.len() < ANSWERS {
            answers.push((answer, Self::of(trace, printed)));
        }
    }
}

/// What all calls show, by how they are written, with those around and inside.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<FxHashMap<String, Arc<Remembered>>>);

impl Memory {
    pub(super) fn of(&self, way: String) -> Arc<Remembered> {
        // A thread that panicked has left nothing half-written here.
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(way).or_default())
    }
}

/// What calls that are written alike show, as far as they have been run.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    outcomes: RwLock<Option<Outcomes>>,
    is_running: AtomicBool,
}

impl Remembered {
    pub(super) fn recall(&self, witness: &Witness<'_>) -> Option<(Printout, usize)> {
        let outcomes = self.outcomes.read().unwrap_or_else(PoisonError::into_inner);
        witness.recall(outcomes.as_ref()?)
    }

    /// Begins to run such a call; whether nobody does already.
    pub(super) fn begin(&self) -> bool {
        !self.is_running.swap(true, Ordering::Relaxed)
    }

    /// Ends that: keeps what the call printed, for which so many nodes of templates were read.
    pub(super) fn keep(&self, witness: Witness<'_>, printout: &Printout, nodes: usize) {
        let mut outcomes = self.outcomes.write().unwrap_or_else(PoisonError::into_inner);
        witness.keep(&mut outcomes, printout, nodes);
        self.is_running.store(false, Ordering::Relaxed);
    }
}

/// What a call asks, and whom.
pub(super) struct Asking<'r> {
    /// What is known of the page.
    pub(super) known: &'r Known<'r>,
    pub(super) parameters: &'r Parameters<'r>,
    pub(super) shelves: &'r Shelves<'r>,
    pub(super) catalogue: &'r Catalogue<'r>,
    /// The call around it, as it is written; empty: there is none.
    pub(super) around: &'r str,
    /// How many calls there are before it, and before the one around it.
    pub(super) ordinals: (usize, usize),
}

/// Stands between a call and whom it asks, and takes down what is said. Pages have the numbers of the order in which they
/// are first named, so that other readers' pages, which have other numbers, are answers alike.
pub(super) struct Witness<'r> {
    asking: Asking<'r>,
    notes: RefCell<Notes>,
}

#[derive(Default)]
struct Notes {
    /// By what they are called here.
    pages: Vec<u32>,
    names: FxHashMap<u32, u32>,
    trace: Vec<(Question, Answer)>,
    /// Where the answer to a question is in `trace`.
    at: FxHashMap<Question, usize>,
}

impl Notes {
    fn name(&mut self, page: u32) -> u32 {
        let next = u32::try_from(self.pages.len()).unwrap_or(u32::MAX);
        let name = *self.names.entry(page).or_insert(next);
        if name == next {
            self.pages.push(page);
        }
        name
    }

    fn page(&self, name: u32) -> u32 {
        self.pages[name as usize]
    }
}

impl<'r> Witness<'r> {
    pub(super) fn new(asking: Asking<'r>) -> Self {
        Self { asking, notes: RefCell::default() }
    }

    /// What the call prints, if another one was told the same, and how much was read for that.
    fn recall(&self, mut outcomes: &Outcomes) -> Option<(Printout, usize)> {
        loop {
            match outcomes {
                Outcomes::Printed(printout, nodes) => return Some((printout.clone(), *nodes)),
                Outcomes::Asked(question, answers) => {
                    let answer = self.ask(question.clone());
                    outcomes = answers.iter().find(|(own, _)| *own == answer).map(|(_, then)| then)?;
                }
            }
        }
    }

    fn keep(self, outcomes: &mut Option<Outcomes>, printout: &Printout, nodes: usize) {
        let trace = self.notes.into_inner().trace;
        if trace.len() > QUESTIONS {
            return;
        }
        let (trace, printed) = (trace.into_iter(), Outcomes::Printed(printout.clone(), nodes));
        match outcomes {
            Some(outcomes) => outcomes.add(trace, printed),
            None => *outcomes = Some(Outcomes::of(trace, printed)),
        }
    }

    fn ask(&self, question: Question) -> Answer {
        if let Some(&at) = self.notes.borrow().at.get(&question) {
            return self.notes.borrow().trace[at].1.clone();
        }
        let answer = self.answer(&question);
        let notes = &mut *self.notes.borrow_mut();
        notes.at.insert(question.clone(), notes.trace.len());
        notes.trace.push((question, answer.clone()));
        answer
    }

    fn answer(&self, question: &Question) -> Answer {
        let Asking { known, shelves, catalogue, .. } = &self.asking;
        let page = |name: &u32| self.notes.borrow().page(*name);
        let name = |page: u32| self.notes.borrow_mut().name(page);
        match question {
            Question::Field(key) => {
                let (page, instance) = (shelves.page, shelves.resolver.instance);
                Answer::Value(Some(self.asking.parameters.of(page, instance, &[key]).cloned()))
            }
            Question::SiteParam(key) => Answer::Value((known.params)(key)),
            Question::Place(Place::Around) => Answer::Text(Some(self.asking.around.to_owned())),
            Question::Place(place) => Answer::Text(Some(known.at(*place).to_owned())),
            Question::Ordinal => Answer::Number(Some(self.asking.ordinals.0)),
            Question::OrdinalAround => Answer::Number(Some(self.asking.ordinals.1)),
            Question::Message(key, counted) => {
                let site = shelves.resolver.site;
                let all = site.printed.messages(site, shelves.tree);
                Answer::Text(all.and_then(|all| all.text(known.language, key, *counted)).map(str::to_owned))
            }
            Question::InBundle(path) => Answer::Text(shelves.read(Shelf::Bundle, path)),
            Question::Page(path, near) => Answer::Number(shelves.page(path, *near)),
            Question::ResourcePage(path) => Answer::Number(shelves.resource_page(path)),
            Question::FilePath => Answer::Text(shelves.path()),
            Question::Own => Answer::Page(Some(Some(name(catalogue.own())))),
            Question::Pages(of, which) => {
                let found = catalogue.pages(of.as_ref().map(page), *which);
                Answer::Pages(found.map(|own| (own.pages.into_iter().map(name).collect(), own.is_ordered)))
            }
            Question::Sorted(pages, is_ordered, order, is_down) => {
                let listing = Listing { pages: pages.iter().map(page).collect(), is_ordered: *is_ordered };
                let found = catalogue.sorted(&listing, *order, *is_down);
                Answer::Pages(found.map(|own| (own.into_iter().map(name).collect(), true)))
            }
            Question::Parent(of) => Answer::Page(Some(catalogue.parent(page(of)).map(name))),
            Question::Fact(of, key) => Answer::Text(catalogue.fact(page(of), key)),
            Question::Param(of, key) => Answer::Value(Some(catalogue.param(page(of), key))),
            Question::Content(of) => Answer::Number(catalogue.content(page(of))),
            Question::Find(path, from) => {
                let found = catalogue.find(path, from.as_ref().map(page));
                Answer::Page(found.map(|own| own.map(name)))
            }
        }
    }

    fn value(&self, question: Question) -> Option<Option<Value>> {
        match self.ask(question) {
            Answer::Value(value) => value,
            _ => None,
        }
    }

    fn text(&self, question: Question) -> Option<String> {
        match self.ask(question) {
            Answer::Text(text) => text,
            _ => None,
        }
    }

    fn number(&self, question: Question) -> Option<usize> {
        match self.ask(question) {
            Answer::Number(number) => number,
            _ => None,
        }
    }

    fn one_page(&self, question: Question) -> Option<Option<u32>> {
        match self.ask(question) {
            Answer::Page(page) => page,
            _ => None,
        }
    }

    fn all_pages(&self, question: Question) -> Option<(Vec<u32>, bool)> {
        match self.ask(question) {
            Answer::Pages(pages) => pages,
            _ => None,
        }
    }

    pub(super) fn field(&self, key: &str) -> Option<Option<Value>> {
        self.value(Question::Field(key.to_owned()))
    }

    pub(super) fn site_param(&self, key: &str) -> Option<Option<Value>> {
        self.value(Question::SiteParam(key.to_owned()))
    }

    pub(super) fn message(&self, key: &str, counted: bool) -> Option<String> {
        self.text(Question::Message(key.to_owned(), counted))
    }

    pub(super) fn ordinal(&self) -> usize {
        self.number(Question::Ordinal).unwrap_or_default()
    }

    pub(super) fn ordinal_around(&self) -> usize {
        self.number(Question::OrdinalAround).unwrap_or_default()
    }

    /// Takes down that the call asked where its page is.
    pub(super) fn note_place(&self, place: Place) {
        self.ask(Question::Place(place));
    }
}

// What is not asked here is answered alike on every page.
impl Library for Witness<'_> {
    fn read(&self, shelf: Shelf, name: &str) -> Option<String> {
        match shelf {
            Shelf::Bundle => self.text(Question::InBundle(name.to_owned())),
            Shelf::Files | Shelf::Assets => self.asking.shelves.read(shelf, name),
        }
    }

    fn page(&self, path: &str, near: bool) -> Option<usize> {
        self.number(Question::Page(path.to_owned(), near))
    }

    fn resource_page(&self, name: &str) -> Option<usize> {
        self.number(Question::ResourcePage(name.to_owned()))
    }

    fn resource_of(&self, page: usize, pattern: &str) -> Shelved {
        self.asking.shelves.resource_of(page, pattern)
    }

    fn body(&self, page: usize) -> String {
        self.asking.shelves.body(page)
    }

    fn path(&self) -> Option<String> {
        self.text(Question::FilePath)
    }
}

impl Lists for Witness<'_> {
    fn own(&self) -> u32 {
        self.one_page(Question::Own).flatten().unwrap_or_default()
    }

    fn pages(&self, of: Option<u32>, which: Listed) -> Option<Listing> {
        let (pages, is_ordered) = self.all_pages(Question::Pages(of, which))?;
        Some(Listing { pages, is_ordered })
    }

    fn sorted(&self, listing: &Listing, order: Order, is_down: bool) -> Option<Vec<u32>> {
        let question = Question::Sorted(listing.pages.clone(), listing.is_ordered, order, is_down);
        self.all_pages(question).map(|(pages, _)| pages)
    }

    fn parent(&self, page: u32) -> Option<u32> {
        self.one_page(Question::Parent(page)).flatten()
    }

    fn fact(&self, page: u32, name: &str) -> Option<String> {
        self.text(Question::Fact(page, name.to_owned()))
    }

    fn param(&self, page: u32, key: &str) -> Option<Value> {
        self.value(Question::Param(page, key.to_owned())).flatten()
    }

    fn content(&self, page: u32) -> Option<usize> {
        self.number(Question::Content(page))
    }

    fn find(&self, path: &str, from: Option<u32>) -> Option<Option<u32>> {
        self.one_page(Question::Find(path.to_owned(), from))
    }
}
