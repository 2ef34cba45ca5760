//! What the store of a page holds while one call after the other is run: [`PageStore`]. Hugo: `common/hstore/scratch.go`.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};

use regex::Regex;

use super::{
    Layout,
    entries::Entries,
    fixed::map,
    interpret::{Interpreter, is_inner},
    stored::added,
    value::{Origin, Value},
};

/// The names under which templates that are no shortcodes put something into stores, those of pages among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OtherKeys {
    keys: BTreeSet<String>,
    /// They compute some names.
    any: bool,
}

impl OtherKeys {
    /// Of all templates that are no shortcodes. Partials that none of these calls are for shortcodes.
    pub(super) fn of(others: &[Layout<'_>]) -> Self {
        static WRITE: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r#"(\$\w+)?\.(?:Set|Add|SetInMap|Delete|DeleteInMap)\s+(?:"([^"]*)"|`([^`]*)`|\S)"#)
                .expect("the pattern is constant")
        });
        let mut found = Self::default();
        for layout in others {
            let mut writes = WRITE.captures_iter(layout.text).peekable();
            if writes.peek().is_none() || is_for_shortcodes(layout, others) {
                continue;
            }
            for write in writes {
                let is_fresh = |own: &str| {
                    let after = layout.text.split(own).skip(1).map(str::trim_start);
                    let mut values = after.filter_map(|rest| rest.strip_prefix(":=")).map(str::trim_start);
                    values.next().is_some_and(|value| value.starts_with("newScratch"))
                };
                // A place of its own, which no page has.
                if write.get(1).is_some_and(|own| is_fresh(own.as_str())) {
                    continue;
                }
                match write.get(2).or_else(|| write.get(3)) {
                    Some(key) => _ = found.keys.insert(key.as_str().to_owned()),
                    None => found.any = true,
                }
            }
        }
        found
    }

    fn has(&self, key: &str) -> bool {
        self.any || self.keys.contains(key)
    }
}

fn is_for_shortcodes(layout: &Layout<'_>, others: &[Layout<'_>]) -> bool {
    let Some((_, name)) = layout.path.rsplit_once("partials/") else { return false };
    let name = name.split('.').next().unwrap_or(name);
    !others.iter().any(|other| other.path != layout.path && other.text.contains(name))
}

/// What the calls before one have put into the store of their page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageStore {
    values: BTreeMap<String, Value>,
    others: Arc<OtherKeys>,
    /// Anything may have been put there.
    lost: bool,
}

impl PageStore {
    /// That of a page of which no call has run.
    pub fn new(others: Arc<OtherKeys>) -> Self {
        Self { values: BTreeMap::new(), others, lost: false }
    }

    /// Forgets all, because a call did something unknown.
    pub fn lose(&mut self) {
        self.lost = true;
    }
}

impl Interpreter<'_> {
    /// A method of the page's store, where it is known what that holds.
    pub(super) fn in_page_store(
        &mut self,
        store: &RefCell<PageStore>,
        key: &str,
        name: &str,
        args: &[Value],
    ) -> Option<Value> {
        let mut store = store.borrow_mut();
        let only_reads = matches!(name, "Get" | "GetSortedMapValues" | "Values");
        if key.is_empty() {
            store.lost |= !only_reads;
            return None;
        }
        if store.lost || store.others.has(key) {
            return None;
        }
        let before = store.values.get(key);
        if only_reads {
            let found = before.cloned().unwrap_or_else(|| Origin::Nil.into());
            return (name == "Get" && found.only() != Some(&Origin::Stored)).then_some(found);
        }
        let is_sure = self.conditions.is_empty() && !self.doubtful && !self.lost;
        let after = match (name, args) {
            ("Set", [_, value]) => Some(value.clone()),
            ("Add", [_, value]) => added(before, value),
            ("SetInMap", [_, at, value]) => with_entry(before, at, value),
            ("Delete", [_]) => Some(Origin::Nil.into()),
            _ => None,
        };
        let after = after.filter(|value| is_sure && !value.any(is_inner));
        store.values.insert(key.to_owned(), after.clone().unwrap_or_else(|| Origin::Stored.into()));
        after.map(|_| Origin::Literal("".into()).into())
    }
}

/// A map with one entry more.
pub(super) fn with_entry(before: Option<&Value>, at: &Value, value: &Value) -> Option<Value> {
    let mut all = match before.map(Value::only) {
        None | Some(Some(Origin::Nil)) => Entries::new(),
        Some(Some(Origin::Fixed(fixed))) => fixed.entries()?.clone(),
        Some(_) => return None,
    };
    all.insert(at.literal()?, value.clone());
    Some(map(all))
}
