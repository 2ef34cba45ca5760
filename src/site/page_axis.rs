//! The axis of a site whose pages decide whose they are: `product: core` in the front matter or a cascade, asked for by
//! `{{% show-in "core" %}}`.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{
    cascaded::Parameters,
    edition::{Axis, AxisSource, EditionSet, PageAxis},
};
use crate::{
    hugo::{
        definitions::{Asks, Definitions},
        published::Instance,
        templates::PageText,
    },
    page::Page,
    source::Span,
    value::Value,
};

/// Whether conditions of the site ask for something that pages decide.
pub(super) fn is_asked(definitions: &Definitions) -> bool {
    definitions.iter().any(|(_, own)| matches!(&own.condition, Some(of) if matches!(of.asks, Asks::Page(_))))
}

/// The axis that most conditions ask for, if pages have at least two values of it and no more than are told apart.
pub(super) fn find(definitions: &Definitions, parameters: &Parameters<'_>) -> Option<Axis> {
    let texts = most_asked(definitions, parameters.pages)?;
    let names: Vec<Vec<String>> = (0_u32..)
        .zip(parameters.pages)
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(number, page)| names(parameters, number, page, &texts))
        .collect();
    let distinct: BTreeSet<&Vec<String>> = names.iter().filter(|names| !names.is_empty()).collect();
    if distinct.len() < 2 || distinct.len() > EditionSet::MAX {
        return None;
    }
    let known: Vec<Vec<String>> = distinct.into_iter().cloned().collect();
    let own = |names: &Vec<String>| known.binary_search(names).ok().map(EditionSet::one);
    let own: Vec<Option<EditionSet>> = names.iter().map(own).collect();
    let mounting = mounting(parameters, &own);
    let of_page = own.iter().enumerate().map(|(page, own)| {
        own.or_else(|| mounting.get(&page).copied()).unwrap_or(EditionSet::all(known.len()))
    });
    let key = texts.iter().flatten().find_map(|part| match part {
        PageText::Param(path) => Some(path.clone()),
        PageText::Literal(_) => None,
    })?;
    let place = |page: &Page| {
        let entry = page.front_matter.fields.entry(&key[0].to_lowercase())?;
        Some(Span { start: entry.key_span.start, end: entry.value.span.end })
    };
    Some(Axis {
        param: key.join("."),
        values: known.iter().map(|names| shortest_unique(names, &known)).collect(),
        source: AxisSource::Templates,
        page_hide: None,
        page_show: None,
        pages: Some(PageAxis {
            of_page: of_page.collect(),
            places: parameters.pages.iter().map(place).collect(),
            names: known,
            texts,
        }),
    })
}

/// What the shortcodes with the most calls compare their arguments with.
fn most_asked(definitions: &Definitions, pages: &[Page]) -> Option<Vec<Vec<PageText>>> {
    let asking: BTreeMap<&str, &Vec<Vec<PageText>>> = definitions
        .iter()
        .filter_map(|(name, own)| match &own.condition.as_ref()?.asks {
            Asks::Page(texts) => Some((name, texts)),
            Asks::SiteParam(_) | Asks::Dimension(_) | Asks::Reader => None,
        })
        .collect();
    let mut counts: BTreeMap<&Vec<Vec<PageText>>, usize> = BTreeMap::new();
    for page in pages {
        for call in &page.calls {
            if let Some(texts) = asking.get(page.tags[call.open].name.as_str()) {
                *counts.entry(texts).or_default() += 1;
            }
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(texts, _)| texts.clone())
}

/// What conditions may call a page, in the order of the texts; empty if it has none of its parameters.
fn names(parameters: &Parameters<'_>, number: u32, page: &Page, texts: &[Vec<PageText>]) -> Vec<String> {
    let Some(instance) = instance(parameters, number) else { return Vec::new() };
    let value = |path: &[String]| {
        let path: Vec<String> = path.iter().map(|part| part.to_lowercase()).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        parameters.of(page, instance, &path)
    };
    let mut names = Vec::new();
    for text in texts {
        if let [PageText::Param(path)] = text.as_slice() {
            names.extend(value(path).map(Value::texts).unwrap_or_default());
            continue;
        }
        let part = |part: &PageText| match part {
            PageText::Literal(text) => Some(text.clone()),
            PageText::Param(path) => value(path)?.to_text(),
        };
        names.extend(text.iter().map(part).collect::<Option<String>>());
    }
    names
}

fn instance<'s>(parameters: &Parameters<'s>, number: u32) -> Option<&'s Instance> {
    let first = parameters.published.of_page.get(&number)?.first()?;
    Some(&parameters.published.instances[*first as usize])
}

/// Files that other pages take their text from (`source: /shared/install.md`): the values of those pages, by the index
/// of the file.
fn mounting(parameters: &Parameters<'_>, own: &[Option<EditionSet>]) -> BTreeMap<usize, EditionSet> {
    let mut mounted: BTreeMap<usize, EditionSet> = BTreeMap::new();
    for ((number, page), own) in (0_u32..).zip(parameters.pages).zip(own) {
        let (Some(own), Some(instance)) = (own, instance(parameters, number)) else { continue };
        for entry in page.front_matter.fields.entries() {
            let Some(path) = entry.value.as_str().and_then(|value| value.strip_prefix('/')) else { continue };
            let Some(path) = path.strip_suffix(".md") else { continue };
            let path = path.strip_suffix("/_index").unwrap_or(path).to_lowercase();
            let target = parameters.published.identity(&instance.language, &path);
            let target = target.and_then(|number| parameters.published.instances[number as usize].page);
            if let Some(target) = target {
                let all = mounted.entry(target as usize).or_default();
                *all = all.or(*own);
            }
        }
    }
    mounted
}

/// The first of a value's names that no other value has.
fn shortest_unique(names: &[String], known: &[Vec<String>]) -> String {
    let unique = names.iter().find(|name| known.iter().filter(|other| other.contains(name)).count() == 1);
    unique.or(names.last()).cloned().unwrap_or_default()
}
