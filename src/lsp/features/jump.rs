//! From one place to another: where something is defined, and where it is used.

use gen_lsp_types::{DefinitionParams, Location, ReferenceParams};

use crate::{
    hugo::{
        definitions::Origin,
        shortcode::{Tag, TagKind},
    },
    lsp::{
        desk::{Desk, holds, target},
        server::Server,
    },
    page::{Link, Page},
    site::{
        Site,
        notes::fragment_of,
        resolve::{Outcome, Target},
    },
    source::Span,
};

/// Where what is under the cursor is defined.
pub(in crate::lsp) fn definition(server: &Server<'_>, params: DefinitionParams) -> Option<Vec<Location>> {
    let (desk, byte) = Desk::at(server, &params.text_document_position_params)?;
    if let Some(link) = desk.link_at(byte) {
        return Some(of_link(&desk, link));
    }
    of_tag(&desk, desk.tag_at(byte)?, byte).map(|location| vec![location])
}

/// The pages, headings or files that a link leads to.
fn of_link(desk: &Desk<'_>, link: &Link) -> Vec<Location> {
    let mut found: Vec<Location> = Vec::new();
    for led in desk.site.follow(desk.page, link, false) {
        let location = match (&led.outcome, desk.target(&led)) {
            (_, Some(page)) => desk.location(page.path(), anchor(desk.site, page, link)),
            (Outcome::Good(Target::File(path)), _) => desk.location(path, Span::default()),
            _ => None,
        };
        found.extend(location.filter(|own| !found.contains(own)));
    }
    found
}

/// The place in a page that the fragment of a link names; its beginning where there is none.
fn anchor(site: &Site, page: &Page, link: &Link) -> Span {
    let fragment = fragment_of(link).unwrap_or_default();
    let ids = site.anchors[site.index(page)].with_id(&fragment);
    ids.first().map_or(Span::default(), |id| id.span)
}

/// The template of a shortcode whose name is under the cursor; else the tag at the other end of the call.
fn of_tag(desk: &Desk<'_>, tag: &Tag, byte: u32) -> Option<Location> {
    let origin = desk.site.definitions.get(&tag.name).map(|definition| &definition.origin);
    if tag.kind != TagKind::Close
        && holds(tag.name_span, byte)
        && let Some(Origin::Template(path)) = origin
    {
        return desk.location(path, Span::default());
    }
    let other = other_end(desk.page, tag)?;
    desk.location(desk.page.path(), other.span)
}

/// The tag at the other end of a call.
fn other_end<'p>(page: &'p Page, tag: &Tag) -> Option<&'p Tag> {
    let is_end = |call: &&crate::hugo::shortcode::Call| {
        call.inner.is_some() && (call.span.start == tag.span.start || call.span.end == tag.span.end)
    };
    let call = page.calls.iter().find(is_end)?;
    page.tags.iter().find(|other| {
        **other != *tag
            && (other.span.start == call.span.start && tag.span.end == call.span.end
                || other.span.end == call.span.end && tag.span.start == call.span.start)
    })
}

/// Where the page or heading under the cursor is used.
pub(in crate::lsp) fn references(server: &Server<'_>, params: ReferenceParams) -> Option<Vec<Location>> {
    let (desk, byte) = Desk::at(server, &params.text_document_position_params)?;
    let site = desk.site;
    let (page, id): (&Page, Option<String>) = if let Some(link) = desk.link_at(byte) {
        let led = site.follow(desk.page, link, false);
        let page = led.iter().find_map(|led| desk.target(led))?;
        (page, fragment_of(link).map(std::borrow::Cow::into_owned).filter(|id| !id.is_empty()))
    } else {
        let id = desk.heading_at(byte).and_then(|heading| desk.id_of(heading));
        (desk.page, id.map(str::to_owned))
    };
    let mut found = Vec::new();
    if params.context.include_declaration {
        let place = id.as_deref().map(|id| site.anchors[site.index(page)].with_id(id));
        let place = place.and_then(<[_]>::first).map_or(Span::default(), |id| id.span);
        found.extend(desk.location(page.path(), place));
    }
    let links = links_to(site, page, id.as_deref());
    found.extend(links.into_iter().filter_map(|(from, link)| desk.location(from.path(), link.whole)));
    Some(found)
}

/// The links of the whole site that lead to a page, or to one of its ids.
pub(super) fn links_to<'s>(site: &'s Site, page: &Page, id: Option<&str>) -> Vec<(&'s Page, &'s Link)> {
    let number = u32::try_from(site.index(page)).unwrap_or(u32::MAX);
    let mut found = Vec::new();
    for (from, links) in site.pages.iter().zip(&site.links) {
        if links.targets.binary_search(&number).is_err() {
            continue;
        }
        for link in &from.links {
            if id.is_some_and(|id| fragment_of(link).is_none_or(|own| own != id)) {
                continue;
            }
            let led = site.follow(from, link, false);
            if led.iter().filter_map(|led| target(site, led)).any(|to| to.path() == page.path()) {
                found.push((from, link));
            }
        }
    }
    found
}
