//! The containers of a page: what they offer, and what their branches are for.

use std::collections::BTreeMap;

use crate::{
    hugo::{definitions::Choice, shortcode::Argument},
    page::Page,
    site::{Site, edition::WrittenValue},
    source::Span,
};

/// Alternatives that every reader gets and chooses from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Its call, by index in [`Page::calls`].
    pub call: u32,
    /// What it offers, as listed; empty where it lists nothing.
    pub offered: Vec<WrittenValue>,
    /// Its branches by position: their calls by index in [`Page::calls`], and the values that each is for.
    pub branches: Vec<(u32, Vec<WrittenValue>)>,
    /// Whether branches say what they are for; where they do not, they follow the order of what is offered.
    pub named: bool,
}

/// The containers of a page that have branches, by position.
pub fn containers(page: &Page, site: &Site) -> Vec<Container> {
    let mut by_container: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &(container, branch) in &site.visibility(page).branches {
        by_container.entry(container).or_default().push(branch);
    }
    let choice = |call: u32| site.definitions.get(&page.tag(call as usize).name)?.choice.as_ref();
    by_container
        .into_iter()
        .map(|(call, calls)| {
            let listed = |param| page.tag(call as usize).argument(param).map(written);
            let offered = match choice(call) {
                Some(Choice::Container(Some(param))) => listed(param).unwrap_or_default(),
                _ => Vec::new(),
            };
            let mut named = true;
            let branches = calls.into_iter().map(|branch| {
                let label = match choice(branch) {
                    Some(Choice::Branch { label: Some(label), .. }) => page.tag(branch as usize).argument(label),
                    _ => None,
                };
                named &= label.is_some();
                (branch, label.map(written).unwrap_or_default())
            });
            let branches = branches.collect();
            Container { call, offered, branches, named }
        })
        .collect()
}

/// The values of a list with their places.
fn written(argument: &Argument) -> Vec<WrittenValue> {
    let mut at = argument.value_span.start as usize;
    let mut found = Vec::new();
    for part in argument.value.split(',') {
        let value = part.trim();
        let start = (at + part.len() - part.trim_start().len()).min(argument.value_span.end as usize);
        let end = (start + value.len()).min(argument.value_span.end as usize);
        if !value.is_empty() {
            found.push(WrittenValue { value: value.to_owned(), span: Span::new(start, end) });
        }
        at += part.len() + 1;
    }
    found
}

/// Whether a place is in an HTML comment.
pub fn is_in_comment(page: &Page, byte: u32) -> bool {
    let before = &page.source.text[page.body.start as usize..byte as usize];
    before.rfind("<!--").is_some_and(|open| !before[open..].contains("-->"))
}
