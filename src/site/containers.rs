//! Which shortcodes hold alternatives that every reader gets and chooses from, such as `tabs` with `tab` or `chooser`
//! with `choosable`, taught by how the site uses them: [`define`].

use std::collections::{BTreeMap, BTreeSet};

use super::alike::Sheet;
use crate::hugo::{
    definitions::{Choice, Definitions, Offers},
    shortcode::{Argument, Inner, Tag, TagKind},
    templates::Param,
};

/// In so many of ten cases it must be so.
const MOST: usize = 9;
/// Arguments that name an alternative, before all others.
const LABELS: [&str; 8] = ["header", "name", "title", "label", "tabName", "tabname", "lang", "value"];

/// One container of a page and its direct branches of the most common name.
struct Container<'d> {
    tag: &'d Tag,
    children: Vec<&'d Tag>,
}

/// Says of shortcodes that they are containers and branches.
pub(super) fn define(sheets: &[Sheet<'_>], definitions: &mut Definitions) {
    let mut containers: BTreeMap<&str, Vec<Container<'_>>> = BTreeMap::new();
    for sheet in sheets {
        let tags = sheet.tags();
        if has_any(tags) {
            collect(tags, &mut containers);
        }
    }
    let mut choices: Vec<(String, Choice)> = Vec::new();
    let mut branches: BTreeSet<String> = BTreeSet::new();
    for (name, mut all) in containers {
        let Some(branch) = branch_of(&all) else { continue };
        if branch == name || choices.iter().any(|(own, _)| *own == branch) || branches.contains(name) {
            continue;
        }
        for container in &mut all {
            container.children.retain(|child| child.name == branch);
        }
        all.retain(|container| !container.children.is_empty());
        let label = label(&all);
        let offers = offers(&all, label.as_ref());
        branches.insert(branch.clone());
        choices.push((name.to_owned(), Choice::Container(offers)));
        choices.push((branch, Choice::Branch { container: name.to_owned(), label }));
    }
    for (name, choice) in choices {
        if definitions.inner(&name) != Inner::Unused {
            definitions.set_choice(&name, choice);
        }
    }
}

/// Whether there may be containers among these tags.
pub(super) fn has_any(tags: &[Tag]) -> bool {
    tags.iter().any(|tag| tag.kind == TagKind::Close && sounds_like_one(&tag.name))
}

/// Only names decide whether what shortcodes hold is chosen from, or read one after the other like steps and cards.
fn sounds_like_one(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
    (name.contains("tab") && !name.contains("tabl")) || name.contains("choos") || name.contains("pivot")
}

/// The containers among the tags of a page, with their direct children that are closed.
fn collect<'d>(tags: &'d [Tag], containers: &mut BTreeMap<&'d str, Vec<Container<'d>>>) {
    struct Open<'d> {
        tag: &'d Tag,
        /// Calls that are closed and directly in it.
        children: Vec<&'d Tag>,
    }
    let mut open: Vec<Open<'d>> = Vec::new();
    for tag in tags {
        match tag.kind {
            TagKind::Open => open.push(Open { tag, children: Vec::new() }),
            TagKind::SelfClosing | TagKind::Comment => {}
            TagKind::Close => {
                let Some(at) = open.iter().rposition(|own| own.tag.name == tag.name) else { continue };
                // What is open above it is never closed, so what that holds is its own.
                let above = open.drain(at + 1..).flat_map(|own| own.children).collect::<Vec<_>>();
                let Some(mut own) = open.pop() else { continue };
                own.children.extend(above);
                if let Some(parent) = open.last_mut() {
                    parent.children.push(own.tag);
                }
                if sounds_like_one(&own.tag.name) && !own.children.is_empty() {
                    own.children.sort_by_key(|child| child.span);
                    let all = containers.entry(own.tag.name.as_str()).or_default();
                    all.push(Container { tag: own.tag, children: own.children });
                }
            }
        }
    }
}

/// The shortcode that nearly all containers of a name hold; most hold more than one of it.
fn branch_of(all: &[Container<'_>]) -> Option<String> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for container in all {
        let mut names: Vec<&str> = container.children.iter().map(|child| child.name.as_str()).collect();
        names.sort_unstable();
        for same in names.chunk_by(|a, b| a == b) {
            let (any, several) = counts.entry(same[0]).or_default();
            *any += 1;
            *several += usize::from(same.len() > 1);
        }
    }
    let (name, (any, several)) = counts.into_iter().max_by_key(|(_, counts)| *counts)?;
    (any * 10 >= all.len() * MOST && several * 2 >= any).then(|| name.to_owned())
}

/// The argument by which the branches of a container differ.
fn label(all: &[Container<'_>]) -> Option<Param> {
    let mut params: BTreeSet<Param> = BTreeSet::new();
    for tag in all.iter().flat_map(|container| &container.children) {
        params.extend(tag.arguments.iter().filter_map(|own| own.key.clone().map(Param::Named)));
        let positional = tag.arguments.iter().filter(|own| own.key.is_none()).count();
        params.extend((0..positional.min(3)).map(Param::Positional));
    }
    let preference = |param: &Param| match param {
        Param::Named(key) => LABELS.iter().position(|own| own == key).unwrap_or(LABELS.len() + 1),
        Param::Positional(_) => LABELS.len(),
    };
    let mut params: Vec<Param> = params.into_iter().collect();
    params.sort_by_key(preference);
    params.into_iter().find(|param| {
        let differ = all.iter().filter(|container| {
            let mut values: Vec<&str> = container
                .children
                .iter()
                .filter_map(|child| Some(child.argument(param)?.value.as_str()))
                .collect();
            let count = values.len();
            values.sort_unstable();
            values.dedup();
            count == container.children.len() && values.len() == count
        });
        differ.count() * 10 >= all.len() * MOST
    })
}

/// Where containers list what their branches are.
fn offers(all: &[Container<'_>], label: Option<&Param>) -> Option<Offers> {
    let each = all.iter().filter(|container| {
        let positional = container.tag.arguments.iter().filter(|argument| argument.key.is_none()).count();
        positional > 1 && positional == container.children.len()
    });
    if label.is_none() && each.count() * 3 >= all.len() * 2 {
        return Some(Offers::Each);
    }
    list(all, label).map(Offers::List)
}

/// The argument of containers that lists, separated by commas, what their branches are.
fn list(all: &[Container<'_>], label: Option<&Param>) -> Option<Param> {
    let mut params: BTreeSet<Param> = BTreeSet::new();
    for tag in all.iter().map(|container| container.tag) {
        let mut position = 0;
        for own in &tag.arguments {
            let param = match &own.key {
                Some(key) => Param::Named(key.clone()),
                None => {
                    position += 1;
                    Param::Positional(position - 1)
                }
            };
            if own.value.contains(',') {
                params.insert(param);
            }
        }
    }
    params.into_iter().find(|param| {
        let listing: Vec<(&Container<'_>, &Argument)> =
            all.iter().filter_map(|container| Some((container, container.tag.argument(param)?))).collect();
        let fitting = listing.iter().filter(|(container, list)| {
            let offered: Vec<String> = values(&list.value).map(str::to_lowercase).collect();
            let Some(label) = label else { return offered.len() == container.children.len() };
            let known = container.children.iter().filter(|child| {
                child.argument(label).is_some_and(|own| {
                    values(&own.value).any(|value| offered.contains(&value.to_lowercase()))
                })
            });
            known.count() * 2 > container.children.len()
        });
        fitting.count() * 10 >= listing.len() * MOST && !listing.is_empty()
    })
}

/// The values of a list: `typescript, python`.
fn values(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|value| !value.is_empty())
}
