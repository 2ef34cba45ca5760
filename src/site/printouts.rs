//! What calls print that were run, and for whom: [`Ran`].

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::quotes::Brought;
use crate::{
    edition_set::ByEdition,
    hugo::templates::Exactness,
    page::{Link, LinkKind, Page},
};

/// What one call prints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ran {
    /// Ids in the HTML that it prints.
    pub(super) ids: Vec<String>,
    /// Ids in the Markdown that it prints.
    pub(super) of_markdown: Vec<String>,
    /// Ids that it prints for some readers.
    pub(super) for_some: Vec<IdForSome>,
    /// It prints no other ids but those of its inner text.
    pub(super) closed: bool,
    /// It prints no other headings and terms into the text of its page than those whose ids are here.
    pub(super) flow_told: bool,
    pub(super) links: Vec<Brought>,
    /// All links that it prints are among these, or lead to other sites.
    pub(super) links_told: bool,
    /// All that it prints, where that is part of the destination of a link or of a heading, but for what it computes
    /// within tags.
    pub(super) text: ByEdition,
    /// It brings in a page whose calls have not run.
    pub(super) is_early: bool,
}

/// An id that a call prints for some readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IdForSome {
    pub(super) id: String,
    /// It is in the Markdown that the call prints.
    pub(super) in_markdown: bool,
    pub(super) readers: Arc<[Reader]>,
}

/// Readers of an edition, by its index, in a language.
pub(super) type Reader = (usize, Arc<str>);

/// What the calls of one page print that were run, by index in [`Page::calls`].
pub(super) type Printouts = FxHashMap<usize, Ran>;

impl Ran {
    /// What different readers get, as one.
    pub(super) fn of_all(mut all: Vec<(Self, Vec<Reader>)>) -> Self {
        if all.len() < 2 {
            return all.pop().map(|(only, _)| only).unwrap_or_default();
        }
        let in_all =
            |of: &dyn Fn(&Self) -> &Vec<String>, id: &String| all.iter().all(|(own, _)| of(own).contains(id));
        let mut joined = Self {
            closed: all.iter().all(|(own, _)| own.closed),
            flow_told: all.iter().all(|(own, _)| own.flow_told),
            is_early: all.iter().any(|(own, _)| own.is_early),
            ..Self::default()
        };
        for (own, readers) in &all {
            let readers: Arc<[Reader]> = readers.as_slice().into();
            let html = own.ids.iter().filter(|id| !in_all(&|own| &own.ids, id)).map(|id| (id, false));
            let markdown = own.of_markdown.iter().filter(|id| !in_all(&|own| &own.of_markdown, id));
            joined.for_some.extend(html.chain(markdown.map(|id| (id, true))).map(|(id, in_markdown)| {
                IdForSome { id: id.clone(), in_markdown, readers: Arc::clone(&readers) }
            }));
        }
        let (first, rest) = (&all[0].0, &all[1..]);
        let is_everywhere = |link: &&Brought| rest.iter().all(|(own, _)| own.links.contains(link));
        joined.links = first.links.iter().filter(is_everywhere).cloned().collect();
        joined.links_told =
            all.iter().all(|(own, _)| own.links_told && own.links.len() == joined.links.len());
        joined.ids = first.ids.iter().filter(|id| in_all(&|own| &own.ids, id)).cloned().collect();
        let markdown = first.of_markdown.iter().filter(|id| in_all(&|own| &own.of_markdown, id));
        joined.of_markdown = markdown.cloned().collect();
        joined
    }
}

/// Adds the links that calls print to those of their page.
pub(super) fn add_links(page: &mut Page, printouts: &Printouts) {
    let mut links: Vec<Link> = Vec::new();
    for (number, call) in page.calls.iter().enumerate() {
        let Some(printout) = printouts.get(&number) else { continue };
        if printout.links.is_empty() {
            continue;
        }
        let dropped = page.dropped.get(number).copied().unwrap_or(false);
        let tag = &page.tags[call.open];
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let own = |link: &&Link| matches!(link.kind, LinkKind::Argument { call, .. } if call == number);
        let known: Vec<&str> = page
            .links
            .iter()
            .filter(own)
            .filter(|link| !link.computed)
            .map(|link| link.destination.as_str())
            .collect();
        let before = &page.source.text.as_bytes()[..tag.span.start as usize];
        let comment = memchr::memmem::rfind(before, b"<!--");
        let in_comment = comment.is_some_and(|at| memchr::memmem::find(&before[at..], b"-->").is_none());
        let around = call.parent.and_then(|parent| u32::try_from(parent).ok());
        let document = page.documents.iter().position(|own| own.call.is_some() && own.call == around);
        for Brought { destination, hooked, embedded } in
            printout.links.iter().filter(|link| !known.contains(&link.destination.as_str()))
        {
            links.push(Link {
                destination: destination.clone(),
                span: tag.span,
                whole: tag.span,
                kind: LinkKind::Printed { call: number, hooked: *hooked },
                alt: None,
                embedded: *embedded,
                computed: false,
                // Where HTML in Markdown is dropped, links in Markdown stay.
                rendered: !(in_comment || dropped && hooked.is_none()),
                document: document.and_then(|at| u32::try_from(at).ok()).unwrap_or(0),
                call: around,
            });
        }
    }
    // What was taken for an argument in a computed destination.
    page.links.retain(|link| match link.kind {
        LinkKind::Argument { call, exactness: Exactness::Derived, .. } => {
            !printouts.get(&(call as usize)).is_some_and(|own| own.links_told)
        }
        _ => true,
    });
    if !links.is_empty() {
        page.links.extend(links);
        page.links.sort_by_key(|link| link.span);
    }
}
