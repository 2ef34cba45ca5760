//! Brings back what a change removed and others still link to: the address of a page that moved, as an alias; the id of a
//! heading that was reworded, as an explicit id.

use std::collections::BTreeMap;

use crate::{
    diagnostic::{Diagnostic, Edit, Fix, Safety},
    hugo::published::Place,
    markdown::front_matter::FrontMatter,
    page::{Heading, Page},
    site::{
        Site,
        anchors::PageAnchors,
        links::{LinkProblem, Verdict},
    },
    source::Span,
    value::Format,
};

/// What a site was before a change.
#[derive(Debug)]
pub enum Earlier {
    /// A site of its own.
    Site(Box<Site>),
    /// These pages said something else and had other ids, by path. All else was as it is.
    Pages(BTreeMap<String, (Page, PageAnchors)>),
}

impl Earlier {
    fn page(&self, path: &str) -> Option<(&Page, &PageAnchors)> {
        match self {
            Self::Site(site) => site.page_at(path).map(|index| (&site.pages[index], &site.anchors[index])),
            Self::Pages(pages) => pages.get(path).map(|(page, ids)| (page, ids)),
        }
    }
}

/// The site before a change.
#[derive(Debug)]
pub struct Before {
    /// What it was.
    pub was: Earlier,
    /// The files that have another name now: from that before to that now.
    pub renamed: BTreeMap<String, String>,
}

impl Before {
    /// Says of a finding that the change brought how to bring back what it removed, if that can be done. All such fixes
    /// are unsafe: to correct the links may be what the author wants instead.
    pub fn offer(&self, site: &Site, found: &mut Diagnostic) {
        if found.fix.is_some() {
            return;
        }
        let Some(page) = page_at(site, &found.path) else { return };
        let mut problems = site.problems(page).filter(|(link, _)| link.span == found.span);
        let offer = problems.find_map(|(link, problem)| match problem.verdict {
            Verdict::NoPage => self.alias(site, problem),
            Verdict::NoAnchor(target, _) => {
                let fragment = link.destination.split_once('#')?.1;
                let id = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
                self.id(&site.pages[target as usize], &id, site)
            }
            _ => None,
        });
        if let Some((target, edit, help)) = offer {
            let file = (target != found.path).then_some(target);
            found.fix = Some(Fix { safety: Safety::Unsafe, file, edits: vec![edit] });
            found.help_first(help);
        }
    }

    /// An alias for a page that was at an address where nothing is now.
    fn alias(&self, site: &Site, problem: &LinkProblem) -> Option<(String, Edit, String)> {
        let Earlier::Site(earlier) = &self.was else { return None };
        let edition = problem.editions.iter().next()?;
        let (before, now) = (earlier.published.get(edition)?, site.published.get(edition)?);
        let (Place::Page(number) | Place::Alias(number)) = before.at(&problem.url)? else { return None };
        let old = &before.instances[*number as usize];
        let path = earlier.pages[old.page? as usize].path();
        let page = page_at(site, self.renamed.get(path).map_or(path, String::as_str))?;
        let of_page = now.of_page.get(&u32::try_from(site.index(page)).ok()?)?;
        let mut instances = of_page.iter().map(|&own| &now.instances[own as usize]);
        let new = instances.find(|own| own.language == old.language && own.unpublished.is_none())?;
        let config = &site.editions.get(edition)?.config;
        let below = problem.url.strip_prefix(config.base_path.as_str())?;
        let below = match config.aliases_have_language(site.version) {
            true => below.strip_prefix(config.language_prefix(&old.language).as_str())?,
            false => below,
        };
        let alias = format!("/{below}");
        let edit = alias_edit(&page.source.text, &page.front_matter, &alias)?;
        let help = if page.path() == path {
            format!("`{path}` is at `{}` now: give it the alias `{alias}`, or correct the link", new.url)
        } else {
            format!("`{path}` is now `{}`: give that the alias `{alias}`, or correct the link", page.path())
        };
        Some((page.path().to_owned(), edit, help))
    }

    /// An explicit id for the heading that had it before.
    fn id(&self, page: &Page, id: &str, site: &Site) -> Option<(String, Edit, String)> {
        let path = self.renamed.iter().find(|(_, now)| *now == page.path()).map(|(then, _)| then.as_str());
        let (before, ids) = self.was.page(path.unwrap_or_else(|| page.path()))?;
        let index = ids.with_id(id).iter().find_map(|own| own.heading)? as usize;
        let (old, new) = (before.headings.get(index)?, successor(&before.headings, &page.headings, index)?);
        let text = &page.source.text[new.span.range()];
        let line = text.trim_end();
        // Closing marks and other attributes would have to be taken apart.
        let is_plain = line.starts_with('#') && !line.contains('\n') && !line.ends_with(['#', '}']);
        let is_id = !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || "-_.:".contains(c));
        if old.level != new.level || new.id.is_some() || !is_plain || !is_id {
            return None;
        }
        if !site.editions.iter().all(|edition| edition.config.goldmark.heading_attributes) {
            return None;
        }
        let end = new.span.start + u32::try_from(line.len()).ok()?;
        let edit = Edit { span: Span { start: end, end }, text: format!(" {{#{id}}}") };
        let help = format!(
            "this was the id of the heading `{}`, which says `{}` now: give it the id `{{#{id}}}`, or correct the link",
            old.text, new.text
        );
        Some((page.path().to_owned(), edit, help))
    }
}

fn page_at<'s>(site: &'s Site, path: &str) -> Option<&'s Page> {
    site.page_at(path).map(|index| &site.pages[index])
}

/// The heading that stands where one stood before: as many headings were reworded as there are new ones at that place.
fn successor<'p>(before: &[Heading], now: &'p [Heading], index: usize) -> Option<&'p Heading> {
    let same = |(one, other): &(&Heading, &Heading)| (one.level, &one.text) == (other.level, &other.text);
    let start = before.iter().zip(now).take_while(same).count();
    let rest = before[start..].iter().rev().zip(now[start..].iter().rev());
    let end = rest.take_while(same).count();
    // An id can go although the heading's words stay.
    let changed = start..before.len() - end;
    let is_alike = before.len() == now.len() && (changed.contains(&index) || changed.is_empty());
    now.get(index).filter(|_| is_alike)
}

/// Adds an alias to front matter, in its own style; `None` where that would have to be taken apart.
fn alias_edit(text: &str, front_matter: &FrontMatter, alias: &str) -> Option<Edit> {
    let at = |place: usize, text: String| Some(Edit { span: Span::new(place, place), text });
    let is_plain = alias.chars().all(|c| c.is_alphanumeric() || "/-_.~".contains(c));
    let quoted = if is_plain { alias.to_owned() } else { format!("\"{}\"", alias.replace(['"', '\\'], "")) };
    let range = front_matter.span.range();
    let entry = front_matter.fields.entry("aliases");
    match (front_matter.format, entry) {
        (None, _) if text.starts_with('\u{feff}') => None,
        (None, _) => at(0, format!("---\naliases: [{quoted}]\n---\n\n")),
        (Some(Format::Yaml), None) => {
            let closing = text[range.clone()].trim_end().rfind('\n')?;
            at(range.start + closing + 1, format!("aliases: [{quoted}]\n"))
        }
        (Some(Format::Toml), None) => {
            // In front of every table.
            let opening = text[range.clone()].find('\n')?;
            at(range.start + opening + 1, format!("aliases = [\"{alias}\"]\n"))
        }
        (Some(format), Some(entry)) => {
            let span = entry.value.span.range();
            let first = entry.value.items().first()?.span.range().start;
            let quoted = if format == Format::Yaml { quoted } else { format!("\"{alias}\"") };
            if text[span.clone()].starts_with('[') {
                return at(span.start + 1, format!("{quoted}, "));
            }
            let line = text[..first].rfind('\n')? + 1;
            let mark = &text[line..first];
            (mark.trim() == "-").then(|| at(line, format!("{mark}{quoted}\n")))?
        }
        _ => None,
    }
}
