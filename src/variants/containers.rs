//! The containers of a page: what they offer, and what their branches are for.

use std::collections::BTreeMap;

use crate::{hugo::shortcode::Argument, page::Page, site::Site, source::Span};

/// Alternatives that every reader gets and chooses from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Its call, by index in [`Page::calls`].
    pub call: u32,
    /// What it offers, as listed; empty where it lists nothing.
    pub offered: Vec<(String, Span)>,
    /// Its branches by position: their calls by index in [`Page::calls`], and the values that each is for.
    pub branches: Vec<(u32, Vec<(String, Span)>)>,
    /// Whether branches say what they are for; where they do not, they follow the order of what is offered.
    pub named: bool,
}

/// The containers of a page that have branches, by position.
pub fn containers(page: &Page, site: &Site) -> Vec<Container> {
    let mut by_container: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &(container, branch) in &site.visibility(page).branches {
        by_container.entry(container).or_default().push(branch);
    }
    let read = |(call, calls): (u32, Vec<u32>)| {
        let labels = calls.iter().map(|&branch| site.definitions.label(page.tag(branch as usize)));
        let labels: Vec<Option<&Argument>> = labels.collect();
        let named = labels.iter().all(Option::is_some);
        let values = labels.iter().map(|label| label.map(Argument::listed).unwrap_or_default());
        let branches = calls.iter().copied().zip(values).collect();
        Container { call, offered: site.definitions.offered(page.tag(call as usize)), branches, named }
    };
    by_container.into_iter().map(read).collect()
}

/// Whether a place is in an HTML comment.
pub fn is_in_comment(page: &Page, byte: u32) -> bool {
    let before = &page.source.text[page.body.start as usize..byte as usize];
    before.rfind("<!--").is_some_and(|open| !before[open..].contains("-->"))
}
