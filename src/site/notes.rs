//! Links that lead somewhere, but not in the way they should: [`Note`].

use std::borrow::Cow;

use super::{
    Site,
    edition::EditionSet,
    links::Led,
    resolve::{Outcome, Resolver, Target, decode, split},
};
use crate::{
    diagnostic::Safety,
    hugo::published::{Instance, PageKind},
    page::{Link, LinkKind, Page},
    source::Span,
};

/// What a rule may want to say about a link that leads somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// It leads to an alias.
    Alias,
    /// It is a full URL of this site.
    FullUrl,
    /// It leads to a page in another language, which the reader's own language has as well.
    OtherLanguage,
    /// It leads to an anchor with a number that Hugo gave it.
    NumberedAnchor,
    /// It has no destination, and so leads to the page it is on.
    Empty,
}

/// A link of which there is something to say though it leads somewhere. Notes are taken while links are judged, so
/// that nobody needs to judge them again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Index in [`Page::links`].
    pub link: u32,
    /// What is to be said.
    pub kind: NoteKind,
    /// For whom.
    pub editions: EditionSet,
    /// The page it leads to, by index in the instances of the first of these editions.
    pub target: u32,
}

/// Takes down what is to be said of a link that leads to `target`.
pub(super) fn take(
    notes: &mut Vec<Note>,
    number: u32,
    resolver: &Resolver<'_>,
    link: &Link,
    target: Target<'_>,
) {
    let edition = resolver.edition;
    let (target, through_alias) = match target {
        Target::Page(target) => (target, false),
        Target::Alias(target) => (target, true),
        _ => return,
    };
    let mut add = |kind: NoteKind| {
        let same =
            notes.iter_mut().rev().take_while(|note| note.link == number).find(|note| note.kind == kind);
        match same {
            Some(note) => note.editions = note.editions.or(EditionSet::one(edition)),
            None => notes.push(Note { link: number, kind, editions: EditionSet::one(edition), target }),
        }
    };
    if through_alias && !resolver.doubtful.get() {
        add(NoteKind::Alias);
    }
    if link.destination.trim().is_empty() {
        add(NoteKind::Empty);
    }
    if is_full_url(&link.destination) {
        add(NoteKind::FullUrl);
    }
    let to = &resolver.published.instances[target as usize];
    if to.language != resolver.instance.language
        && !resolver.doubtful.get()
        && to.kind != PageKind::Home
        && resolver.published.in_language(target, &resolver.instance.language).is_some_and(|own| {
            resolver.published.instances[own as usize].identity != resolver.instance.identity
        })
    {
        add(NoteKind::OtherLanguage);
    }
    if let Some(page) = to.page
        && may_be_numbered(&link.destination)
        && let Some(fragment) = fragment_of(link)
    {
        let anchors = resolver.site.anchors[page as usize].with_id(&fragment);
        let mut own = anchors.iter().filter(|id| id.editions.contains(edition));
        if own.next().is_some_and(|id| id.numbered) && own.next().is_none() {
            add(NoteKind::NumberedAnchor);
        }
    }
}

/// Whether the fragment of a destination may end with a number that Hugo made.
pub(super) fn may_be_numbered(destination: &str) -> bool {
    let name = destination.trim_end_matches(|c: char| c.is_ascii_digit());
    name.len() < destination.len() && name.ends_with('-') && name.contains('#')
}

/// The decoded fragment of a link.
pub fn fragment_of(link: &Link) -> Option<Cow<'_, str>> {
    split(link.destination.trim()).1.map(decode)
}

/// Whether a destination names a host.
fn is_full_url(destination: &str) -> bool {
    let start = destination.trim_start().as_bytes();
    let start = start.get(..5).unwrap_or(start);
    start.starts_with(b"//") || start.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"http"))
}

impl Site {
    /// The links of a page of which this is to be said, in order, and the published page that each leads to.
    pub fn notes<'s>(
        &'s self,
        page: &'s Page,
        kind: NoteKind,
    ) -> impl Iterator<Item = (&'s Link, &'s Note, &'s Instance)> {
        let notes = &self.links[self.index(page)].notes;
        notes.iter().filter(move |note| note.kind == kind).filter_map(|note| {
            let edition = note.editions.iter().next()?;
            let target = self.published.get(edition)?.instances.get(note.target as usize)?;
            Some((&page.links[note.link as usize], note, target))
        })
    }

    /// Whether a link would, with another destination, lead everybody directly to the page that it leads them to now, and
    /// how certain that is.
    pub fn leads_alike(&self, page: &Page, link: &Link, destination: &str) -> Option<Safety> {
        let other = Link { destination: destination.to_owned(), ..link.clone() };
        let now = self.follow(page, link, false);
        let then = self.follow(page, &other, false);
        let direct = |led: &Led<'_>| match led.outcome {
            Outcome::Good(Target::Page(number)) => Some(number),
            _ => None,
        };
        let any = |led: &Led<'_>| match led.outcome {
            Outcome::Good(Target::Alias(number)) => Some(number),
            _ => direct(led),
        };
        let alike = !now.is_empty()
            && now.len() == then.len()
            && now.iter().zip(&then).all(|(now, then)| direct(then).is_some() && any(now) == direct(then));
        let doubtful = then.iter().any(|led| led.doubtful);
        alike.then_some(if doubtful { Safety::Unsafe } else { Safety::Safe })
    }

    /// Whether a link would, with another destination, lead everybody to the published page `target` (in editions that
    /// publish in the same order).
    pub fn leads_to(&self, page: &Page, link: &Link, destination: &str, target: u32) -> bool {
        let other = Link { destination: destination.to_owned(), ..link.clone() };
        let led = self.follow(page, &other, false);
        !led.is_empty() && led.iter().all(|led| led.outcome == Outcome::Good(Target::Page(target)))
    }

    /// A destination that leads everybody directly to the page at `url`, where the link leads by now, in the form in
    /// which the author wrote it.
    pub fn rewritten(&self, page: &Page, link: &Link, note: &Note, url: &str) -> Option<(String, Safety)> {
        let mut forms = self.forms(page, link, note, url).into_iter();
        forms.find_map(|form| self.leads_alike(page, link, &form).map(|safety| (form, safety)))
    }

    /// The destination of a link with another URL path, in the form in which the author wrote it: a full URL, a path,
    /// or a path from the page itself. The first that leads where it should is the right one.
    pub fn forms(&self, page: &Page, link: &Link, note: &Note, url: &str) -> Vec<String> {
        let Some(edition) = note.editions.iter().next() else { return Vec::new() };
        let config = &self.editions[edition].config;
        let written = link.destination.trim();
        let end = written.find(['#', '?']).unwrap_or(written.len());
        let (path, rest) = written.split_at(end);
        let url: Cow<'_, str> = if path.contains('%') { encoded(url).into() } else { url.into() };
        let mut forms = Vec::new();
        if let Some(at) = path.find("//") {
            let host = config.origin.find("//").map_or("", |at| &config.origin[at..]);
            forms.push(format!("{}{host}{url}{rest}", &path[..at]));
        } else if path.starts_with('/') {
            forms.push(format!("{url}{rest}"));
            forms.extend(url.strip_prefix(config.base_path.as_str()).map(|below| format!("/{below}{rest}")));
        } else if let Ok(number) = u32::try_from(self.index(page))
            && let Some(from) = self.published[edition].of_page.get(&number).and_then(|own| own.first())
        {
            let from = &self.published[edition].instances[*from as usize];
            forms.push(relative(&from.url, &url) + rest);
        }
        forms
    }

    /// Where the destination of a link stands as it is, so that it can be replaced.
    pub fn destination_span(&self, page: &Page, link: &Link) -> Option<Span> {
        let written = page.source.slice(link.span);
        if let LinkKind::Reference(definition) = link.kind {
            let text = page.source.slice(definition);
            let at = text.find("]:")? + 2;
            let start = definition.start as usize + at + text[at..].find(link.destination.as_str())?;
            return Some(Span::new(start, start + link.destination.len()));
        }
        (written == link.destination).then_some(link.span)
    }
}

/// A path as it stands in URLs: everything percent-encoded but ASCII letters, digits and the usual marks.
fn encoded(path: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(&decode(path), KEPT).to_string()
}

/// The shortest relative reference from one URL path to another.
fn relative(from: &str, to: &str) -> String {
    let from = &from[..from.rfind('/').map_or(0, |at| at + 1)];
    let common = from
        .split_inclusive('/')
        .zip(to.split_inclusive('/'))
        .take_while(|(a, b)| a == b && a.ends_with('/'))
        .fold(0, |length, (part, _)| length + part.len());
    let climbs = from[common..].matches('/').count();
    let rest = &to[common..];
    if climbs == 0 && rest.is_empty() { "./".to_owned() } else { format!("{}{rest}", "../".repeat(climbs)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_references_lead_from_one_url_to_another() {
        for (from, to, expected) in [
            ("/g/ja/a/x/", "/g/ja/a/y/", "../y/"),
            ("/g/ja/a/x.html", "/g/ja/a/y.html", "y.html"),
            ("/g/ja/a/x.html", "/g/ja/b/y.html", "../b/y.html"),
            ("/g/a/", "/g/a/", "./"),
            ("/g/a/b/", "/g/", "../../"),
            ("/", "/a/", "a/"),
        ] {
            assert_eq!(relative(from, to), expected, "{from} {to}");
        }
    }
}
