//! A link that names the site's own host.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings},
    hugo::published::PageKind,
    page::{Link, LinkKind, Page},
    site::{Site, notes::NoteKind},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OwnSiteUrl {}

impl Rule for OwnSiteUrl {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        // Who reads a file from outside of the site where it lies needs the full URL.
        if page.is_outside() {
            return;
        }
        for (link, note, target) in site.notes(page, NoteKind::FullUrl) {
            // What is another edition's site for some readers is meant for it by all.
            let everybody = site.visibility(page).of(link.call).and(site.everybody());
            // Who links to the home page by its full URL names the site.
            let is_home = target.kind == PageKind::Home;
            // What a template computes, nobody has written.
            let is_printed = matches!(link.kind, LinkKind::Printed { .. });
            let is_written = !is_printed || page.source.slice(link.span).contains(&link.destination);
            if is_home || !is_written || note.editions != everybody || is_shown(page, link) {
                continue;
            }
            let Some(path) = path_of(&link.destination) else { continue };
            let Some(safety) = site.leads_alike(page, link, &path) else { continue };
            let found = findings.report(
                page,
                link.span,
                format!("`{}` is a full URL of this site", link.destination),
            );
            found.help(format!("write `{path}`, which works in previews and on a new host too"));
            if let LinkKind::Reference(definition) = link.kind {
                found.label(page, definition, "the destination is defined here");
            }
            if let Some(span) = site.destination_span(page, link) {
                found.fix(safety, [Edit { span, text: path }]);
            }
        }
    }
}

/// Whether readers or machines see the URL itself, so that it has to be whole: no link text, or one that names the host.
fn is_shown(page: &Page, link: &Link) -> bool {
    match &link.kind {
        LinkKind::Autolink | LinkKind::Bare => true,
        LinkKind::Html(attribute) => attribute.element != "a",
        LinkKind::Inline => {
            let text = &page.source.text[link.whole.start as usize..link.span.start as usize];
            let rest = link.destination.split_once("//").map_or("", |(_, rest)| rest);
            text.contains(rest.split(['/', '?', '#']).next().unwrap_or(rest))
        }
        _ => false,
    }
}

/// A full URL without scheme and host.
fn path_of(url: &str) -> Option<String> {
    let rest = &url[url.find("//")? + 2..];
    let rest = &rest[rest.find(['/', '?', '#']).unwrap_or(rest.len())..];
    Some(if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") })
}
