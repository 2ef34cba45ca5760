//! What calls print in headings and in the destinations of links, for each edition.

use super::{edition::EditionSet, printouts::Printouts};
use crate::{
    edition_set::ByEdition,
    hugo::{config::Goldmark, shortcode::Delimiter},
    markdown,
    page::{Heading, Page},
    source::Span,
};

/// The calls that print part of the destination of a link, or of a heading.
pub(super) fn calls(page: &Page) -> Vec<usize> {
    if page.calls.is_empty() {
        return Vec::new();
    }
    let destinations = page.links.iter().filter(|link| link.computed).filter_map(|link| page.written(link));
    let headings = page.headings.iter().filter(|heading| is_computed(heading)).map(|heading| heading.span);
    let mut found: Vec<usize> = Vec::new();
    for span in destinations.chain(headings) {
        let first = page.calls.partition_point(|call| call.span.start < span.start);
        let inside = page.calls[first..].iter().take_while(|call| call.span.end <= span.end);
        found
            .extend((first..).zip(inside).filter(|(_, call)| call.inner.is_none()).map(|(number, _)| number));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a heading has an id of which calls print part.
fn is_computed(heading: &Heading) -> bool {
    heading.plain.is_none() && heading.id.is_none()
}

/// Takes down what headings say and where links lead of which calls print part, for each of the editions.
pub(super) fn add(page: &mut Page, printouts: &Printouts, editions: EditionSet, goldmark: &Goldmark) {
    for index in 0..page.headings.len() {
        let heading = &page.headings[index];
        if is_computed(heading) {
            page.headings[index].printed = words(page, heading, printouts, editions, goldmark);
        }
    }
    let all = printouts.iter().filter(|(_, own)| !own.text.known().is_empty());
    page.texts = all.map(|(number, own)| (page.tag(*number).span.start, own.text.clone())).collect();
    page.texts.sort_by_key(|(start, _)| *start);
}

fn words(
    page: &Page,
    heading: &Heading,
    printouts: &Printouts,
    editions: EditionSet,
    goldmark: &Goldmark,
) -> ByEdition {
    let mut found = ByEdition::default();
    for edition in editions.iter() {
        let text = text(page, heading, printouts, edition);
        if let Some(words) = text.and_then(|text| markdown::heading_words(&text, goldmark)) {
            found.put(EditionSet::one(edition), words);
        }
    }
    found
}

/// A heading with what its calls print for an edition.
fn text(page: &Page, heading: &Heading, printouts: &Printouts, edition: usize) -> Option<String> {
    let (mut text, mut done) = (String::new(), heading.span.start);
    let source = |start: u32, end: u32| page.source.slice(Span { start, end });
    let first = page.tags.partition_point(|tag| tag.span.start < heading.span.start);
    for tag in page.tags[first..].iter().take_while(|tag| tag.span.end <= heading.span.end) {
        let call = page.calls.binary_search_by_key(&tag.span.start, |call| call.span.start).ok()?;
        let own = printouts.get(&call).filter(|_| tag.delimiter == Delimiter::Markdown)?;
        text.push_str(source(done, tag.span.start));
        text.push_str(own.text.of(edition)?);
        done = tag.span.end;
    }
    text.push_str(source(done, heading.span.end));
    Some(text)
}
