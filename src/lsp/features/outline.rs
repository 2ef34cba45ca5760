//! What a page is made of: its headings, what can be folded, and its links.

use gen_lsp_types::{
    DocumentLink, DocumentLinkParams, DocumentSymbol, DocumentSymbolParams, FoldingRange, FoldingRangeKind,
    FoldingRangeParams, SymbolKind, Uri,
};

use crate::{
    lsp::{desk::Desk, server::Server},
    site::resolve::{Outcome, Target},
    source::Span,
};

/// The headings, each with those below it.
pub(in crate::lsp) fn symbols(
    server: &Server<'_>,
    params: DocumentSymbolParams,
) -> Option<Vec<DocumentSymbol>> {
    let desk = Desk::of(server, &params.text_document.uri)?;
    let all: Vec<usize> = (0..desk.page.headings.len()).collect();
    Some(nested(&desk, &all))
}

fn nested(desk: &Desk<'_>, mut headings: &[usize]) -> Vec<DocumentSymbol> {
    let mut found = Vec::new();
    while let Some((&first, rest)) = headings.split_first() {
        let own = &desk.page.headings[first];
        let below = rest.iter().take_while(|&&other| desk.page.headings[other].level > own.level).count();
        let children = nested(desk, &rest[..below]);
        headings = &rest[below..];
        let name = if own.text.trim().is_empty() { "#".repeat(own.level.into()) } else { own.text.clone() };
        let (range, name_range) = (desk.range(section(desk, first)), desk.range(own.span));
        let mut symbol =
            DocumentSymbol::new(name, None, SymbolKind::String, None, None, range, name_range, None);
        symbol.detail = desk.id_of(first).map(|id| format!("#{id}"));
        symbol.children = (!children.is_empty()).then_some(children);
        found.push(symbol);
    }
    found
}

/// A heading and everything below it.
fn section(desk: &Desk<'_>, heading: usize) -> Span {
    let own = &desk.page.headings[heading];
    let later = desk.page.headings[heading + 1..].iter();
    let next = later.filter(|other| other.document == own.document).find(|other| other.level <= own.level);
    let document = desk.page.documents.get(own.document as usize);
    let end = next.map(|other| other.span.start).or(document.map(|own| own.span.end));
    Span { start: own.span.start, end: end.unwrap_or(own.span.end).max(own.span.end) }
}

/// What can be folded: the front matter, sections, calls.
pub(in crate::lsp) fn folds(server: &Server<'_>, params: FoldingRangeParams) -> Option<Vec<FoldingRange>> {
    let desk = Desk::of(server, &params.text_document.uri)?;
    let front_matter = Span { start: 0, end: desk.page.body.start };
    let sections = (0..desk.page.headings.len()).map(|heading| section(&desk, heading));
    let calls = desk.page.calls.iter().filter(|call| call.inner.is_some()).map(|call| call.span);
    let fold = |(span, kind): (Span, Option<FoldingRangeKind>)| {
        let text = &desk.page.source.text[span.range()];
        let end = span.start as usize + text.trim_end().len();
        let range = desk.range(Span::new(span.start as usize, end));
        (range.end.line > range.start.line).then(|| FoldingRange {
            start_line: range.start.line,
            end_line: range.end.line,
            kind,
            ..FoldingRange::default()
        })
    };
    let mut folds: Vec<FoldingRange> = std::iter::once((front_matter, None))
        .chain(sections.map(|span| (span, None)))
        .chain(calls.map(|span| (span, Some(FoldingRangeKind::Region))))
        .filter_map(fold)
        .collect();
    folds.sort_by_key(|fold| (fold.start_line, std::cmp::Reverse(fold.end_line)));
    Some(folds)
}

/// The links that lead to a file of the site, and to which.
pub(in crate::lsp) fn links(server: &Server<'_>, params: DocumentLinkParams) -> Option<Vec<DocumentLink>> {
    let desk = Desk::of(server, &params.text_document.uri)?;
    let mut found = Vec::new();
    for link in &desk.page.links {
        let led = desk.site.follow(desk.page, link, false);
        let Some(led) = led.into_iter().next() else { continue };
        let target: Option<Uri> = match (&led.outcome, desk.target(&led)) {
            (_, Some(page)) => desk.uri(page.path()),
            (Outcome::Good(Target::File(path)), _) => desk.uri(path),
            _ => None,
        };
        let Some(target) = target else { continue };
        let span = desk.page.written(link).unwrap_or(link.span);
        found.push(DocumentLink { range: desk.range(span), target: Some(target), ..DocumentLink::default() });
    }
    Some(found)
}
