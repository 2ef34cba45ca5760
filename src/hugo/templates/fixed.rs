//! Lists and maps that are known wholly: [`Fixed`].

use std::{
    hash::{Hash, Hasher},
    rc::Rc,
};

use rustc_hash::FxHasher;

use super::{
    entries::Entries,
    known::literal,
    value::{Origin, Value},
};

/// A list or map that is known wholly.
#[derive(Debug, Eq)]
pub(super) struct Fixed {
    elements: Elements,
    /// There is more in it than data.
    is_mixed: bool,
    /// It is a list whose elements may be in another order.
    is_shuffled: bool,
    /// Follows from all that is in it. Loops over data compare everything with everything, most of which differs only deep
    /// inside.
    mark: u64,
}

#[derive(Debug, Eq)]
enum Elements {
    /// The first of them may belong to other lists, too: templates put lists together element by element.
    List { first: Option<Rc<[Value]>>, rest: Vec<Value> },
    /// `folded`: keys are in lower case, and found in any.
    Map { entries: Entries, folded: bool },
}

impl PartialEq for Elements {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List { .. }, Self::List { .. }) => self.list().eq(other.list()),
            (Self::Map { entries, folded }, Self::Map { entries: others, folded: other }) => {
                folded == other && entries == others
            }
            _ => false,
        }
    }
}

impl Elements {
    fn of_list(items: Vec<Value>) -> Self {
        Self::List { first: None, rest: items }
    }

    /// Those of a list.
    fn list(&self) -> impl DoubleEndedIterator<Item = &Value> + Clone {
        let (first, rest) = match self {
            Self::List { first, rest } => (first.as_deref().unwrap_or_default(), &rest[..]),
            Self::Map { .. } => (&[][..], &[][..]),
        };
        first.iter().chain(rest)
    }
}

impl PartialEq for Fixed {
    fn eq(&self, other: &Self) -> bool {
        self.mark == other.mark && self.is_shuffled == other.is_shuffled && self.elements == other.elements
    }
}

pub(super) fn list(items: Vec<Value>) -> Value {
    Origin::Fixed(Rc::new(Fixed::new(Elements::of_list(items)))).into()
}

/// A list whose elements may be in another order.
pub(super) fn shuffled(items: Vec<Value>) -> Value {
    Origin::Fixed(Rc::new(Fixed { is_shuffled: true, ..Fixed::new(Elements::of_list(items)) })).into()
}

pub(super) fn map(entries: Entries) -> Value {
    Origin::Fixed(Rc::new(Fixed::map(entries, false))).into()
}

fn is_more_than_data(value: &Value) -> bool {
    value.origins().iter().any(|origin| match origin {
        Origin::Nil | Origin::Bool(_) | Origin::Literal(_) => false,
        // It knows, and need not be looked through.
        Origin::Fixed(fixed) => fixed.is_mixed(),
        Origin::Concat(parts, _) => parts.iter().any(is_more_than_data),
        Origin::Dict(entries) => entries.values().any(is_more_than_data),
        Origin::Each(value) => is_more_than_data(value),
        _ => true,
    })
}

/// Equal values leave equal marks.
fn mark(value: &Value, hasher: &mut FxHasher) {
    for origin in value.origins() {
        match origin {
            Origin::Nil => 0_u8.hash(hasher),
            Origin::Bool(flag) => flag.hash(hasher),
            Origin::Literal(text) => text.hash(hasher),
            Origin::Fixed(fixed) => fixed.mark.hash(hasher),
            _ => 1_u8.hash(hasher),
        }
    }
}

/// The mark of a list with these items behind those that left `mark`.
fn marked<'v>(mark: u64, items: impl Iterator<Item = &'v Value>) -> u64 {
    items.fold(mark, |before, item| {
        let mut hasher = FxHasher::default();
        before.hash(&mut hasher);
        self::mark(item, &mut hasher);
        hasher.finish()
    })
}

impl Fixed {
    fn new(elements: Elements) -> Self {
        let is_mixed = match &elements {
            Elements::List { .. } => elements.list().any(is_more_than_data),
            Elements::Map { entries, .. } => entries.values().any(is_more_than_data),
        };
        let mark = match &elements {
            Elements::List { .. } => marked(0, elements.list()),
            Elements::Map { entries, .. } => {
                let mut hasher = FxHasher::default();
                for (key, value) in entries.iter() {
                    key.hash(&mut hasher);
                    mark(value, &mut hasher);
                }
                hasher.finish()
            }
        };
        Self { elements, is_mixed, is_shuffled: false, mark }
    }

    /// The list with `more` behind it; `None`: it is a map. What is in it already is not looked through again.
    pub(super) fn with(&self, more: Vec<Value>) -> Option<Value> {
        let is_mixed = self.is_mixed || more.iter().any(is_more_than_data);
        let mark = marked(self.mark, more.iter());
        let Elements::List { first, rest } = &self.elements else { return None };
        let is_short = first.as_ref().is_some_and(|first| rest.len() * rest.len() < first.len());
        let elements = if is_short {
            Elements::List { first: first.clone(), rest: rest.iter().cloned().chain(more).collect() }
        } else {
            let all = self.elements.list().cloned().chain(more);
            Elements::List { first: Some(all.collect()), rest: Vec::new() }
        };
        Some(Origin::Fixed(Rc::new(Self { elements, is_mixed, is_shuffled: self.is_shuffled, mark })).into())
    }

    /// `folded`: the keys are in lower case, and found in any.
    pub(super) fn map(entries: Entries, folded: bool) -> Self {
        Self::new(Elements::Map { entries, folded })
    }

    /// Whether there is more in it than data.
    pub(super) fn is_mixed(&self) -> bool {
        self.is_mixed
    }

    /// Whether its elements are known to be in this order.
    pub(super) fn is_ordered(&self) -> bool {
        !self.is_shuffled
    }

    /// All elements.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Value> {
        let map = match &self.elements {
            Elements::List { .. } => None,
            Elements::Map { entries, .. } => Some(entries),
        };
        self.elements.list().chain(map.into_iter().flat_map(Entries::values))
    }

    pub(super) fn get(&self, key: &str) -> Value {
        let found = match &self.elements {
            Elements::List { .. } => key.parse().ok().and_then(|at| self.elements.list().nth(at)),
            Elements::Map { entries, folded: false } => entries.get(key),
            Elements::Map { entries, folded: true } => entries.get(&key.to_lowercase()),
        };
        found.cloned().unwrap_or_else(|| Origin::Nil.into())
    }

    /// The elements of a list.
    pub(super) fn list(&self) -> Option<impl DoubleEndedIterator<Item = &Value> + Clone> {
        matches!(self.elements, Elements::List { .. }).then(|| self.elements.list())
    }

    /// The entries of a map whose keys are found as they are written.
    pub(super) fn entries(&self) -> Option<&Entries> {
        match &self.elements {
            Elements::Map { entries, folded: false } => Some(entries),
            _ => None,
        }
    }

    pub(super) fn len(&self) -> usize {
        match &self.elements {
            Elements::List { first, rest } => first.as_ref().map_or(0, |first| first.len()) + rest.len(),
            Elements::Map { entries, .. } => entries.len(),
        }
    }

    /// Keys and elements, in the order in which templates range over them.
    pub(super) fn items(&self) -> Vec<(Value, Value)> {
        match &self.elements {
            Elements::List { .. } => self
                .elements
                .list()
                .enumerate()
                .map(|(at, item)| (literal(&at.to_string()), item.clone()))
                .collect(),
            Elements::Map { entries, .. } => {
                entries.iter().map(|(key, value)| (literal(key), value.clone())).collect()
            }
        }
    }
}
