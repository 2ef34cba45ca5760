//! What a map holds, by key: [`Entries`].

use std::rc::Rc;

use super::value::Value;

/// Maps of up to so many entries are small.
const FEW: usize = 16;

/// The entries of a map, in the order of their keys. Templates merge small maps by the thousand, and keys are the same
/// everywhere: a copy of one is a list whose keys are shared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Entries(Vec<(Rc<str>, Value)>);

impl Entries {
    pub(super) fn new() -> Self {
        Self::default()
    }

    fn at(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| (**own).cmp(key))
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        // In small maps most keys differ in length, which is at hand.
        match self.0.len() {
            0..=FEW => {
                self.0.iter().find(|(own, _)| own.len() == key.len() && **own == *key).map(|(_, own)| own)
            }
            _ => self.at(key).ok().map(|at| &self.0[at].1),
        }
    }

    pub(super) fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Adds an entry, or takes the place of that of this key.
    pub(super) fn insert(&mut self, key: &str, value: Value) {
        match self.at(key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key.into(), value)),
        }
    }

    /// The entries of both; where both have a key, `choose` says what it holds.
    pub(super) fn merge(&self, other: &Self, choose: impl Fn(&Value, &Value) -> Value) -> Self {
        let mut all = Vec::with_capacity(self.len() + other.len());
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(one), Some(two)) = (left.peek(), right.peek()) {
            let order = one.0.cmp(&two.0);
            if order.is_eq() {
                all.push((Rc::clone(&one.0), choose(&one.1, &two.1)));
            }
            let next = if order.is_le() { left.next() } else { None };
            let other = if order.is_ge() { right.next() } else { None };
            if order.is_ne() {
                all.extend(next.or(other).cloned());
            }
        }
        all.extend(left.chain(right).cloned());
        Self(all)
    }

    /// Keys and values, by key.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (&**key, value))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(key, _)| key)
    }

    /// By key.
    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.0.iter().map(|(_, value)| value)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Of two entries with the same key, the later one.
impl<K: Into<Rc<str>>> FromIterator<(K, Value)> for Entries {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Self {
        let mut all: Vec<(Rc<str>, Value)> =
            entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                std::mem::swap(later, earlier);
            }
            is_same
        });
        Self(all)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::known::literal, *};

    fn written(entries: &Entries) -> String {
        let all = entries.iter().map(|(key, value)| format!("{key}={}", value.literal().unwrap_or("?")));
        all.collect::<Vec<_>>().join(" ")
    }

    fn entries(text: &str) -> Entries {
        let pair = |own: &str| (own[..1].to_owned(), literal(&own[2..]));
        text.split_whitespace().map(pair).collect()
    }

    #[test]
    fn entries_are_in_order_and_the_later_one_wins() {
        assert_eq!(written(&entries("b=1 a=2 b=3 c=4 b=5")), "a=2 b=5 c=4");
        let mut all = entries("a=1 c=2");
        all.insert("b", literal("3"));
        all.insert("a", literal("4"));
        assert_eq!(written(&all), "a=4 b=3 c=2");
        assert_eq!((all.len(), all.get("c").and_then(Value::literal), all.get("d")), (3, Some("2"), None));
    }

    #[test]
    fn merging_keeps_the_entries_of_both() {
        for (one, other, merged) in [
            ("a=1 c=2", "b=3 c=4 d=5", "a=1 b=3 c=4 d=5"),
            ("c=1", "a=2 b=3", "a=2 b=3 c=1"),
            ("", "a=1", "a=1"),
            ("a=1", "", "a=1"),
            ("a=1", "a=2", "a=2"),
        ] {
            let all = entries(one).merge(&entries(other), |_, later| later.clone());
            assert_eq!(written(&all), merged);
        }
    }
}
