//! Which links change when the file of a page gets another name.

use super::jump::links_to;
use crate::{
    lsp::desk::{Desk, Edits},
    page::{Link, LinkKind, Page},
    site::{
        Site,
        resolve::{Outcome, Target},
    },
    source::Span,
};

/// New destinations for the links to a page, and for those on it, when its file is `path` in the site `after`.
pub(super) fn edits(desk: &Desk<'_>, after: &Site, path: &str) -> Edits {
    let mut edits = Edits::new();
    let Some(index) = after.page_at(path) else { return edits };
    let moved = &after.pages[index];
    for (from, link) in links_to(desk.site, desk.page, None) {
        if from.path() == desk.page.path() {
            continue;
        }
        let Some(place) = after.page_at(from.path()) else { continue };
        if let Some(edit) = edit(after, &after.pages[place], link, moved) {
            edits.entry(from.path().to_owned()).or_default().push(edit);
        }
    }
    // The text of the page is the same, and so are the places of its links.
    for link in &desk.page.links {
        let led = desk.site.follow(desk.page, link, false);
        let Some(target) = led.iter().find_map(|led| desk.target(led)) else { continue };
        let path = if target.path() == desk.page.path() { path } else { target.path() };
        let Some(place) = after.page_at(path) else { continue };
        if let Some(edit) = edit(after, moved, link, &after.pages[place]) {
            edits.entry(desk.page.path().to_owned()).or_default().push(edit);
        }
    }
    edits
}

/// The place and the text of a destination by which a link on `from` leads to `to`; `None` where it does so already, or
/// where we know of none in the form in which it is written.
fn edit(after: &Site, from: &Page, link: &Link, to: &Page) -> Option<(Span, String)> {
    if link.computed || matches!(link.kind, LinkKind::Printed { .. }) || leads(after, from, link, to) {
        return None;
    }
    let place = from.written(link)?;
    let written = from.source.slice(place);
    let end = written.find(['#', '?']).unwrap_or(written.len());
    let (path, rest) = written.split_at(end);
    let forms = forms(after, from, path, to);
    let fits = |form: &String| {
        let other = Link { destination: form.clone() + rest, ..link.clone() };
        leads(after, from, &other, to)
    };
    let form = forms.into_iter().find(fits)?;
    Some((Span::new(place.start as usize, place.start as usize + end), form))
}

/// Whether a link leads all its readers to a page.
fn leads(site: &Site, from: &Page, link: &Link, to: &Page) -> bool {
    let path = link.destination.split('#').next().unwrap_or("");
    let plain = Link { destination: path.to_owned(), ..link.clone() };
    let led = site.follow(from, &plain, false);
    let goes = |number: u32, edition: usize| {
        site.published[edition].instances[number as usize].page.map(|page| &site.pages[page as usize])
    };
    !led.is_empty()
        && led.iter().all(|led| match led.outcome {
            Outcome::Good(Target::Page(number)) => {
                goes(number, led.edition).is_some_and(|page| page.path() == to.path())
            }
            _ => false,
        })
}

/// Destinations that may lead from one page to another, those like `written` first.
pub(super) fn forms(site: &Site, from: &Page, written: &str, to: &Page) -> Vec<String> {
    let file = relative(from.path(), to.path());
    let (mut absolute, mut relatives) = (Vec::new(), Vec::new());
    let instance = |page: &Page| {
        let number = u32::try_from(site.index(page)).ok()?;
        let published = site.published.first()?;
        published.of_page.get(&number)?.first().map(|&own| &published.instances[own as usize])
    };
    if let (Some(own), Some(target)) = (instance(from), instance(to)) {
        absolute.push(target.url.clone());
        absolute.push(format!("/{}", target.identity.trim_start_matches('/')));
        absolute.push(format!("/{}.md", target.identity.trim_start_matches('/')));
        relatives.push(relative(&own.url, &target.url));
    }
    if written.ends_with(".md") {
        relatives.insert(0, file);
    } else {
        relatives.push(file.trim_end_matches(".md").to_owned());
        relatives.push(file);
    }
    if written.starts_with('/') { [absolute, relatives].concat() } else { [relatives, absolute].concat() }
}

/// The shortest relative path from one path to another.
pub(super) fn relative(from: &str, to: &str) -> String {
    let from = &from[..from.rfind('/').map_or(0, |at| at + 1)];
    let same = from.split_inclusive('/').zip(to.split_inclusive('/'));
    let common = same
        .take_while(|(one, other)| one == other && one.ends_with('/'))
        .fold(0, |length, (part, _)| length + part.len());
    let rest = "../".repeat(from[common..].matches('/').count()) + &to[common..];
    if rest.is_empty() { "./".to_owned() } else { rest }
}
