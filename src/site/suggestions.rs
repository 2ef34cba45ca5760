//! What somebody may have meant whose link leads nowhere: "did you mean …".

use std::collections::BTreeSet;

use super::{
    Site,
    links::LinkProblem,
    resolve::{decode, resolve_path, split},
};
use crate::{
    hugo::published::{Place, Published, divide, stem},
    page::{Link, Page},
};

impl Site {
    /// What `ref` may have meant: the page with the most similar last element.
    pub fn nearest_reference(&self, problem: &LinkProblem) -> Option<String> {
        let published = &self.published[problem.editions.iter().next()?];
        let last = |path: &str| {
            let path = path.trim_end_matches(".md").trim_end_matches('/').to_lowercase();
            path.rsplit('/').next().unwrap_or_default().to_owned()
        };
        let wanted = last(&problem.url);
        let pages = published.instances.iter().filter(|own| own.page.is_some() && own.unpublished.is_none());
        let limit = (wanted.chars().count() / 3).max(1);
        let near = pages
            .filter_map(|own| Some((distance(&last(&own.identity), &wanted, limit)?, own.identity.as_str())));
        near.min().map(|(_, identity)| format!("/{identity}"))
    }

    /// A published URL that may have been meant: one step up or down from there, in the reader's language, of a similar
    /// name in the same directory, or of the same name elsewhere; or the URL that lacks a slash.
    pub fn nearest_url(&self, link: &Link, problem: &LinkProblem) -> Option<String> {
        if let Some((scheme @ ("http" | "https"), rest)) = link.destination.split_once(':')
            && !rest.starts_with("//")
        {
            return Some(format!("{scheme}://{}", rest.trim_start_matches('/')));
        }
        let edition = problem.editions.iter().next()?;
        let published = &self.published[edition];
        let url = self.near_url(link, problem, edition, published)?;
        Some(match published.at(&url) {
            Some(Place::Page(number) | Place::Alias(number)) => {
                published.instances[*number as usize].url.clone()
            }
            _ => url,
        })
    }

    fn near_url(
        &self,
        link: &Link,
        problem: &LinkProblem,
        edition: usize,
        published: &Published,
    ) -> Option<String> {
        if let Some(url) = self.one_step_off(link, problem, published) {
            return Some(url);
        }
        let wanted = problem.url.trim_end_matches('/');
        let (directory, name) = wanted.rsplit_once('/')?;
        let limit = (name.chars().count() / 5).max(1);
        let similar = published.urls_in(directory).filter_map(|url| {
            let (_, other) = divide(url);
            Some((distance(other, name, limit).filter(|_| stem(other) != stem(name))?, url))
        });
        if let Some((_, url)) = similar.min() {
            return Some(url.to_owned());
        }
        if let Some(url) = self.in_other_prefix(edition, &problem.url) {
            return Some(url);
        }
        let same_name = published.urls_of_name(name).filter(|_| !name.is_empty());
        closest(wanted, same_name).map(str::to_owned)
    }

    /// The URL of a relative link with one `../` more or less.
    fn one_step_off(&self, link: &Link, problem: &LinkProblem, published: &Published) -> Option<String> {
        let written = split(link.destination.trim()).0;
        if written.starts_with('/') || written.contains("//") || written.is_empty() {
            return None;
        }
        let written = decode(written.split('?').next().unwrap_or(written));
        let rest = written.trim_start_matches("./");
        let down = rest.trim_start_matches("../");
        // Where the climb ended: the URL without what was written behind it.
        let start = problem.url.strip_suffix(down)?;
        let up = resolve_path(start, &format!("../{down}"));
        let lower = || {
            let mut inside = published.urls_in(start.trim_end_matches('/')).filter_map(|url| {
                let candidate = [url.trim_end_matches('/'), "/", down].concat();
                published.at(&candidate).is_some().then_some(candidate)
            });
            inside.next().filter(|_| inside.next().is_none())
        };
        if published.at(&up).is_some() && up != problem.url { Some(up) } else { lower() }
    }

    /// The URL with the base path or a language in front, or with another language, where only one of these exists.
    fn in_other_prefix(&self, edition: usize, url: &str) -> Option<String> {
        let (config, published) = (&self.editions[edition].config, &self.published[edition]);
        let below = url.strip_prefix(config.base_path.as_str()).unwrap_or(url).trim_start_matches('/');
        let prefixes: Vec<String> =
            config.languages.iter().map(|language| config.language_prefix(&language.key)).collect();
        let own = prefixes.iter().find(|prefix| !prefix.is_empty() && below.starts_with(prefix.as_str()));
        let rest = own.map_or(below, |prefix| &below[prefix.len()..]);
        if rest.is_empty() {
            return None;
        }
        let urls = prefixes.iter().map(|prefix| format!("{}{prefix}{rest}", config.base_path));
        let mut there = urls.filter(|other| other != url && published.at(other).is_some());
        there.next().filter(|_| there.next().is_none())
    }

    /// What may have been meant by an anchor that a page does not have, as it would be written behind `#` or, where it
    /// is on another page, as a URL; with a word on why, if that is not plain.
    pub fn nearest_anchor(&self, target: &Page, fragment: &str, problem: &LinkProblem) -> Option<String> {
        let index = self.index(target);
        let anchors = &self.anchors[index];
        let ids: BTreeSet<&str> = anchors.ids.iter().map(|own| own.id.as_str()).collect();
        if let Some(same) = ids.iter().copied().find(|id| letters(id).eq(letters(fragment))) {
            return Some(format!("did you mean `#{same}`?"));
        }
        let id_of = |heading: usize| {
            let own = |id: &&super::anchors::Id| id.heading.is_some_and(|own| own as usize == heading);
            anchors.ids.iter().find(own).map(|id| id.id.as_str())
        };
        let named = target.headings.iter().position(|heading| letters(&heading.text).eq(letters(fragment)));
        if let Some(id) = named.filter(|_| letters(fragment).next().is_some()).and_then(id_of) {
            return Some(format!("did you mean `#{id}`, the id of that heading?"));
        }
        let limit = |id: &str| (id.chars().count() / 3).max(1);
        let near = ids.iter().filter_map(|id| Some((distance(id, fragment, limit(id))?, *id)));
        if let Some((_, near)) = near.min() {
            return Some(format!("did you mean `#{near}`?"));
        }
        let edition = problem.editions.iter().next()?;
        if let Some((heading, language)) = self.heading_of_translation(edition, index, fragment)
            && let Some(id) = id_of(heading)
        {
            return Some(format!("did you mean `#{id}`, which is `#{fragment}` on the `{language}` page?"));
        }
        let tail = |long: &str, short: &str| {
            short.chars().count() > 3
                && long.strip_suffix(short).is_some_and(|rest| rest.ends_with(['-', '_']))
        };
        let mut prefixed = ids.iter().filter(|id| tail(id, fragment) || tail(fragment, id));
        if let (Some(id), None) = (prefixed.next(), prefixed.next()) {
            return Some(format!("did you mean `#{id}`?"));
        }
        let url = self.anchor_nearby(edition, index, fragment)?;
        Some(format!("did you mean `{url}#{fragment}`?"))
    }

    /// The heading that has this id on a translation of the page which has the same headings otherwise.
    fn heading_of_translation(&self, edition: usize, page: usize, fragment: &str) -> Option<(usize, String)> {
        let (config, published) = (&self.editions[edition].config, &self.published[edition]);
        let own = published.of_page.get(&u32::try_from(page).ok()?)?.first()?;
        let identity = &published.instances[*own as usize].identity;
        let levels = |page: usize| self.pages[page].headings.iter().map(|heading| heading.level);
        config.languages.iter().find_map(|language| {
            let other = published.identity(&language.key, identity)?;
            let other = published.instances[other as usize].page? as usize;
            let heading = self.anchors[other].with_id(fragment).iter().find_map(|id| id.heading)?;
            (other != page && levels(other).eq(levels(page)))
                .then(|| (heading as usize, language.key.clone()))
        })
    }

    /// The only page beside or directly below a page that has this id.
    fn anchor_nearby(&self, edition: usize, page: usize, fragment: &str) -> Option<String> {
        let published = &self.published[edition];
        let own = published.of_page.get(&u32::try_from(page).ok()?)?.first()?;
        let own = &published.instances[*own as usize].url;
        let has_id = |url: &&str| match published.at(url) {
            Some(Place::Page(number)) => {
                let other = published.instances[*number as usize].page;
                other
                    .is_some_and(|other| self.anchors[other as usize].editions_of(fragment).contains(edition))
            }
            _ => false,
        };
        let below = own.trim_end_matches('/').trim_end_matches(".html");
        let only = |directory: &str| {
            let mut there = published.urls_in(directory).filter(has_id);
            there.next().filter(|_| there.next().is_none()).map(str::to_owned)
        };
        only(below).or_else(|| only(divide(own).0))
    }
}

/// The URL that shares most of its directories with the one that is wanted, if only one does.
fn closest<'u>(wanted: &str, urls: impl Iterator<Item = &'u str>) -> Option<&'u str> {
    let wanted: Vec<&str> = divide(wanted).0.split('/').filter(|part| !part.is_empty()).collect();
    let shared = |url: &str| divide(url).0.split('/').filter(|part| wanted.contains(part)).count();
    let mut scored: Vec<(usize, &str)> = urls.map(|url| (shared(url), url)).collect();
    scored.sort_unstable_by(|a, b| b.cmp(a));
    match scored[..] {
        [] => None,
        [(first, _), (second, _), ..] if first == second => None,
        [(_, url), ..] => Some(url),
    }
}

/// What is left of a heading or an id when case, spaces and punctuation do not matter.
fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// The Damerau-Levenshtein distance of two names if it is at most `limit`. Most pairs of names are far from another,
/// and their characters alone say so.
fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    let is_far = if a.is_ascii() && b.is_ascii() {
        if a.len().abs_diff(b.len()) > limit {
            return None;
        }
        let mut counts = [0_i32; 128];
        a.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
        b.bytes().for_each(|byte| counts[usize::from(byte)] -= 1);
        let (more, less) = counts.iter().fold((0, 0), |(more, less), &count| {
            (more + count.max(0).unsigned_abs(), less + count.min(0).unsigned_abs())
        });
        more.max(less) as usize > limit
    } else {
        a.chars().count().abs_diff(b.chars().count()) > limit
    };
    if is_far { None } else { Some(strsim::damerau_levenshtein(a, b)).filter(|&found| found <= limit) }
}
