//! Data, parameters and configuration as templates see them: [`SiteData`].

use std::{borrow::Cow, cell::OnceCell, rc::Rc, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    entries::Entries,
    fixed::{Fixed, list, map},
    known::literal,
    value::{Origin, Value},
};
use crate::value::{Data, Entry, Value as Datum};

/// The data files of a site, in the form in which templates see them.
#[derive(Debug)]
pub struct SiteData {
    tree: Arc<Datum>,
    /// What may be there besides, as paths.
    others: Arc<[String]>,
    seen: OnceCell<Value>,
}

impl SiteData {
    /// All data, by the names of files and directories; there may be `others`, given as paths.
    pub fn new(tree: Arc<Datum>, others: Arc<[String]>) -> Self {
        Self { tree, others, seen: OnceCell::new() }
    }

    /// All of it, as one map.
    pub(super) fn value(&self) -> Value {
        let all = || {
            let seen = of_datum(&self.tree, false);
            self.others.iter().fold(seen, |seen, path| with_unknown(&seen, path))
        };
        self.seen.get_or_init(all).clone()
    }
}

/// A map in which it is not known what is at a path.
fn with_unknown(all: &Value, path: &str) -> Value {
    let (key, rest) = path.split_once('/').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let mut entries = match all.only() {
        Some(Origin::Fixed(fixed)) => fixed.entries().cloned().unwrap_or_default(),
        _ => Entries::new(),
    };
    let below = entries.get(key).cloned().unwrap_or_else(|| Origin::Nil.into());
    entries.insert(key, rest.map_or(Origin::Other.into(), |rest| with_unknown(&below, rest)));
    map(entries)
}

/// A value of front matter, configuration (`folded`) or data.
pub(super) fn of_datum(datum: &Datum, folded: bool) -> Value {
    Shared::default().value(datum, folded)
}

/// Values of more bytes than this are hardly ever there twice.
const WORD: usize = 16;

/// Keys and words that come again and again in data. There is one of each, which stays at hand.
#[derive(Default)]
struct Shared {
    keys: FxHashSet<Rc<str>>,
    words: FxHashMap<Rc<str>, Value>,
}

impl Shared {
    fn value(&mut self, datum: &Datum, folded: bool) -> Value {
        match &datum.data {
            Data::Null => Origin::Nil.into(),
            Data::Bool(flag) => Origin::Bool(*flag).into(),
            Data::String(text) => literal(text),
            Data::Int(_) | Data::Float(_) => literal(&datum.to_text().unwrap_or_default()),
            Data::List(items) => list(items.iter().map(|item| self.inner(item, folded)).collect()),
            Data::Map(all) => {
                let entry = |own: &Entry| (self.key(&own.key, folded), self.inner(&own.value, folded));
                let entries = all.iter().map(entry).collect();
                Origin::Fixed(Rc::new(Fixed::map(entries, folded))).into()
            }
        }
    }

    /// A value in a list or map.
    fn inner(&mut self, datum: &Datum, folded: bool) -> Value {
        let Some(word) = datum.as_str().filter(|text| text.len() <= WORD) else {
            return self.value(datum, folded);
        };
        if let Some(known) = self.words.get(word) {
            return known.clone();
        }
        let value = literal(word);
        self.words.insert(word.into(), value.clone());
        value
    }

    fn key(&mut self, key: &str, folded: bool) -> Rc<str> {
        let key = if folded { Cow::Owned(key.to_lowercase()) } else { Cow::Borrowed(key) };
        if let Some(known) = self.keys.get(&*key) {
            return Rc::clone(known);
        }
        let own: Rc<str> = key.into();
        self.keys.insert(Rc::clone(&own));
        own
    }
}
