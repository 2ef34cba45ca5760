//! What shortcodes hand to each other through `.Page.Store`, `.Parent.Store` and their like: one stores its arguments
//! and its inner text under a name, another prints them. Hugo: `common/hstore/scratch.go`.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    InnerUse, Layout, Partials, Renderer, ShownBy, Summary,
    fixed::list,
    interpret::{Interpreter, is_inner},
    known::items,
    page_store::with_entry,
    parse::Template,
    summary::summarize_given,
    value::{Origin, Value},
};

/// Whose store it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// That of the call.
    Own,
    /// That of the call around this one.
    Parent,
    /// That of the page.
    Page,
    /// One that the template made with `newScratch`; all of them are taken for one.
    Fresh,
}

/// What is stored where; a key that is computed is empty, and may be any.
pub(super) type Stores = BTreeMap<(Scope, String), Value>;

/// What a template puts where other templates find it, and what it looks for there.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) stores: Stores,
    pub(super) reads: BTreeSet<(Scope, String)>,
    /// It prints ids that are made of what it finds.
    pub(super) ids: bool,
    /// It does something with the store of the page.
    pub(super) asks_page: bool,
}

/// One shortcode template on its way into [`super::Shortcodes`].
pub(super) struct Sketch<'a> {
    pub(super) name: &'a str,
    pub(super) template: &'a Template,
    pub(super) flow: Flow,
    pub(super) summary: Summary,
}

impl Interpreter<'_> {
    /// `.Scratch` and `.Store`: what this template put there, besides what others may have.
    pub(super) fn scratch_method(&mut self, scope: Scope, name: &str, args: &[Value]) -> Value {
        let nothing = || Origin::Literal("".into()).into();
        let literal = args.first().and_then(Value::literal).unwrap_or_default();
        let key = (scope, literal.to_owned());
        self.facts.flow.asks_page |= scope == Scope::Page;
        let of_page = self.known.and_then(|known| known.page_store).filter(|_| scope == Scope::Page);
        if let Some(value) = of_page.and_then(|store| self.in_page_store(store, literal, name, args)) {
            return value;
        }
        if let Some(value) = self.known_scratch(&key, name, args) {
            return value;
        }
        match (name, args) {
            ("Get" | "GetSortedMapValues" | "Values", _) if scope == Scope::Fresh => {
                let other = Value::from(Origin::Other);
                lookup(&self.scratch, &key).map_or_else(|| other.clone(), |own| own.union(&other))
            }
            ("Get" | "GetSortedMapValues", _) => {
                let mut found = match (scope, self.given) {
                    (Scope::Parent, _) => Origin::Other.into(),
                    (_, None) => Origin::Stored.into(),
                    (_, Some(given)) => lookup(given, &key).unwrap_or_else(|| Origin::Nil.into()),
                };
                if let Some(own) = lookup(&self.scratch, &key) {
                    found = own.union(&found);
                }
                self.facts.flow.reads.insert(key);
                found
            }
            ("Set" | "Add", [_, value]) | ("SetInMap", [_, _, value]) => {
                match scope {
                    Scope::Own | Scope::Fresh => self.facts.inner_escapes |= value.any(is_inner),
                    Scope::Page | Scope::Parent => put(&mut self.facts.flow.stores, key.clone(), value),
                }
                put(&mut self.scratch, key, value);
                nothing()
            }
            _ => {
                for arg in args {
                    self.consume(arg);
                    self.facts.inner_escapes |= arg.any(is_inner);
                }
                nothing()
            }
        }
    }
}

impl Interpreter<'_> {
    /// The call's own store where it is known what is done with it, and when.
    fn known_scratch(&mut self, key: &(Scope, String), name: &str, args: &[Value]) -> Option<Value> {
        let all_known = match key.0 {
            Scope::Own => self.own_known,
            Scope::Parent => self.above_known,
            Scope::Page | Scope::Fresh => false,
        };
        let has_own = key.0 == Scope::Own || key.0 == Scope::Page && self.in_lists();
        if self.known.is_none() || self.lost || !all_known && !has_own || key.1.is_empty() {
            return None;
        }
        let is_sure = self.conditions.is_empty() && !self.doubtful;
        let nothing = || Some(Origin::Literal("".into()).into());
        let nil = || all_known.then(|| Origin::Nil.into());
        match (name, args) {
            ("Get", [_]) => self.scratch.get(key).cloned().or_else(nil),
            ("Set", [_, value]) if is_sure && (all_known || !value.any(is_inner)) => {
                self.scratch.insert(key.clone(), value.clone());
                nothing()
            }
            ("SetInMap", [_, at, value]) if is_sure && all_known => {
                let all = with_entry(self.scratch.get(key), at, value)?;
                self.scratch.insert(key.clone(), all);
                nothing()
            }
            ("Add", [_, value]) if is_sure && (all_known || self.scratch.contains_key(key)) => {
                let sum = added(self.scratch.get(key), value)?;
                self.scratch.insert(key.clone(), sum);
                nothing()
            }
            _ => None,
        }
    }
}

/// What is there after `Add`.
pub(super) fn added(before: Option<&Value>, value: &Value) -> Option<Value> {
    let Some(before) = before.filter(|own| own.only() != Some(&Origin::Nil)) else {
        return Some(value.clone());
    };
    if let Some(mut all) = items(before) {
        match items(value) {
            Some(more) => all.extend(more),
            None => all.push(value.clone()),
        }
        return Some(list(all));
    }
    let (own, more) = (before.literal()?, value.literal()?);
    // Numbers are kept as text.
    let sum = match (own.parse::<i64>(), more.parse::<i64>()) {
        (Ok(own), Ok(more)) => own.checked_add(more)?.to_string(),
        _ => more.parse::<f64>().is_err().then(|| [own, more].concat())?,
    };
    Some(Origin::Literal(sum.into()).into())
}

fn put(stores: &mut Stores, key: (Scope, String), value: &Value) {
    let stored = stores.entry(key).or_insert_with(|| value.clone());
    *stored = stored.clone().union(value);
}

fn matches(a: &(Scope, String), b: &(Scope, String)) -> bool {
    a.0 == b.0 && (a.1 == b.1 || a.1.is_empty() || b.1.is_empty())
}

fn lookup(stores: &Stores, key: &(Scope, String)) -> Option<Value> {
    let mut found = stores.iter().filter(|(own, _)| matches(own, key)).map(|(_, value)| value.clone());
    let first = found.next()?;
    Some(found.fold(first, |all, value| all.union(&value)))
}

/// Follows what shortcode templates store to the shortcode templates that print it.
pub(super) fn join(sketches: &mut [Sketch<'_>], others: &[Layout<'_>], partials: &Partials) {
    let mut learnt: Vec<(usize, Summary)> = Vec::new();
    for (index, writer) in sketches.iter().enumerate() {
        let stores = &writer.flow.stores;
        if stores.is_empty() || writer.summary.problem.is_some() {
            continue;
        }
        learnt.push((index, followed(writer, index, sketches, others, partials)));
    }
    let unknown: Vec<usize> = (0..sketches.len())
        .filter(|&index| sketches[index].flow.ids && !is_closed(&sketches[index].flow, sketches, others))
        .collect();
    for (index, summary) in learnt {
        sketches[index].summary = summary;
    }
    for index in unknown {
        sketches[index].summary.unknown_anchors = true;
    }
}

/// Where a reader finds what is stored in `scope`.
fn found_in(scope: Scope) -> Scope {
    if scope == Scope::Parent { Scope::Own } else { scope }
}

/// What a writer does, with what becomes of all that it stores.
fn followed(
    writer: &Sketch<'_>,
    index: usize,
    sketches: &[Sketch<'_>],
    others: &[Layout<'_>],
    partials: &Partials,
) -> Summary {
    let given: Stores = writer
        .flow
        .stores
        .iter()
        .map(|((scope, key), value)| {
            let each = Value::from(Origin::Each(std::rc::Rc::new(value.clone())));
            ((found_in(*scope), key.clone()), each)
        })
        .collect();
    let mut summary = writer.summary.clone();
    let keeps_inner = given.values().any(|value| value.any(is_inner));
    let mut uses = BTreeSet::new();
    if !matches!(summary.inner_use, InnerUse::None | InnerUse::Dropped) {
        uses.insert(rank(summary.inner_use));
    }
    let mut readers = BTreeSet::new();
    for (number, reader) in sketches.iter().enumerate() {
        let reads = reader.flow.reads.iter().any(|read| given.keys().any(|key| matches(read, key)));
        if number == index || !reads || reader.summary.problem.is_some() {
            continue;
        }
        readers.insert(reader.name.to_owned());
        let with = summarize_given(reader.template, partials, &given);
        if !matches!(with.inner_use, InnerUse::None | InnerUse::Dropped) {
            uses.insert(rank(with.inner_use));
        }
        summary.take(with, &reader.summary);
    }
    let on_page = given.keys().any(|(scope, _)| *scope == Scope::Page);
    let elsewhere = on_page && given.keys().any(|key| is_read_elsewhere(key, others));
    if keeps_inner {
        let raw = on_page && uses.contains(&rank(InnerUse::Raw));
        summary.inner_use = match uses.iter().collect::<Vec<_>>().as_slice() {
            _ if readers.is_empty() || elsewhere || raw => InnerUse::Unknown,
            [] => InnerUse::Dropped,
            [one] => USES[**one],
            _ => InnerUse::Mixed,
        };
    }
    let shown = matches!(writer.summary.inner_use, InnerUse::None | InnerUse::Dropped);
    if shown && !readers.is_empty() && !elsewhere {
        summary.shown_by = Some(ShownBy { names: readers, around: !on_page });
    }
    summary
}

impl Summary {
    /// Adds what a reader makes of what this template stored. What the reader does anyway is its own.
    fn take(&mut self, with: Self, reader: &Self) {
        for (param, roles) in with.parameters {
            if let Some(own) = self.parameters.get_mut(&param) {
                for (role, exactness) in roles {
                    let known = own.entry(role).or_insert(exactness);
                    *known = exactness.or(*known);
                }
            }
        }
        self.anchors.extend(with.anchors.into_iter().filter(|pattern| pattern.param.is_some()));
        if with.renderer != Renderer::Page {
            self.renderer = with.renderer;
        }
        self.unknown_anchors |= with.unknown_anchors && !reader.unknown_anchors;
    }
}

const USES: [InnerUse; 6] = [
    InnerUse::Raw,
    InnerUse::Markdown,
    InnerUse::Code,
    InnerUse::Attribute,
    InnerUse::Mixed,
    InnerUse::Unknown,
];

fn rank(inner_use: InnerUse) -> usize {
    USES.iter().position(|own| *own == inner_use).unwrap_or(USES.len() - 1)
}

/// Whether all that may be found under the names a template looks for is stored by shortcodes that were followed.
fn is_closed(flow: &Flow, sketches: &[Sketch<'_>], others: &[Layout<'_>]) -> bool {
    flow.reads.iter().filter(|(scope, _)| *scope != Scope::Parent).all(|read| {
        let stored = sketches.iter().filter(|sketch| sketch.summary.problem.is_none()).any(|sketch| {
            let keys = sketch.flow.stores.keys();
            keys.map(|(scope, key)| (found_in(*scope), key.clone())).any(|key| matches(&key, read))
        });
        stored && !(read.0 == Scope::Page && is_read_elsewhere(read, others))
    })
}

/// Whether a layout, partial or hook may use this name of a page's store.
fn is_read_elsewhere((_, key): &(Scope, String), others: &[Layout<'_>]) -> bool {
    others.iter().any(|layout| {
        (layout.text.contains("Scratch") || layout.text.contains("Store"))
            && (key.is_empty() || layout.text.contains(key.as_str()))
    })
}
