//! Why nothing is published where a link leads, and who may publish it all the same.

use std::collections::BTreeMap;

use super::{
    Site,
    links::Verdict,
    resolve::{Outcome, Resolver, Target, decode, resolve_path, unknown},
};
use crate::{
    hugo::{
        config::Language,
        extras::pager_setting,
        published::{Place, Unpublished, canonical},
        redirects::Redirect,
    },
    page::Page,
    value::Value,
};

const ON_ANOTHER_SITE: &str = "it lies outside the site's base path, on another site of the same host";

/// So many redirects are followed one after the other.
const MAX_HOPS: u8 = 5;

/// The directory at the top in which an absolute path is, with its slashes.
fn top(path: &str) -> &str {
    path.get(1..).and_then(|rest| rest.find('/')).map_or("/", |at| &path[..at + 2])
}

impl Site {
    /// The other sites on the same host to which links lead and of which nothing is known, by their directory at the top,
    /// with how many links lead there.
    pub fn sites_around(&self) -> BTreeMap<&str, usize> {
        let mut found = BTreeMap::new();
        for (page, links) in self.pages.iter().zip(&self.links) {
            let unknown = links.unknown.iter().filter(|(_, reason)| reason == ON_ANOTHER_SITE);
            for destination in unknown.map(|(link, _)| page.links[*link as usize].destination.as_str()) {
                if destination.starts_with('/') && !destination.starts_with("//") {
                    *found.entry(top(destination)).or_default() += 1;
                }
            }
        }
        found
    }
}

impl<'s> Resolver<'s> {
    /// Why nothing is at a path.
    pub(super) fn missing(&self, path: String, embedded: bool) -> Outcome<'s> {
        let published = self.published;
        let base = self.config.base_path.as_str();
        if !path.starts_with(base) && format!("{path}/") != base {
            let below = format!("{base}{}", path.trim_start_matches('/'));
            return match published.at(&below) {
                Some(_) if path != "/" => Outcome::Bad { verdict: Verdict::OutsideBase(below), url: path },
                _ => {
                    self.leave_for(&path);
                    self.step(|| {
                        let first =
                            path.trim_start_matches('/').split_once('/').map_or("", |(first, _)| first);
                        let prefix = if first.is_empty() { "/".to_owned() } else { format!("/{first}/") };
                        format!("`[sites.\"{prefix}\"]` in javert.toml would say what there is")
                    });
                    unknown(ON_ANOTHER_SITE)
                }
            };
        }
        if let Some(configuration) = &self.site.generated.configuration {
            return unknown(&format!("git ignores `{configuration}`, so what it mounts is not here"));
        }
        if let Some(rule) = published.redirect(&path) {
            return self.redirected(rule, path.clone(), &path, embedded, MAX_HOPS);
        }
        if let Some(instance) = published.unpublished_at(&path)
            && let (Some(page), Some(why)) = (instance.page, instance.unpublished)
        {
            self.step(|| format!("{} would be there", self.site.pages[page as usize].path()));
            if why == Unpublished::LinkOnly {
                return unknown(
                    "the page has a URL and no file, so that something else than Hugo answers there",
                );
            }
            return Outcome::Bad { url: path, verdict: Verdict::Unpublished(page, why.into()) };
        }
        if let Some(reason) = self.may_be_there(&path) {
            return unknown(reason);
        }
        if let Some(actual) = published.in_other_case(&path) {
            let actual = actual.to_owned();
            return Outcome::Bad { url: path, verdict: Verdict::WrongCase(actual) };
        }
        if let Some(place) = published.possible_redirect(&path) {
            self.step(|| {
                format!("a template may make a rule of the host from {place} that redirects from there")
            });
            return unknown("a template computes redirects, and one may lead there");
        }
        if published.computes_redirects() && !published.has_directory_of(&path) {
            return unknown("a template computes redirects, and one may lead there");
        }
        let verdict = if embedded || is_file(&path) { Verdict::NoFile } else { Verdict::NoPage };
        let lacks_module = self.site.editions[self.edition].mounts.lacks_module();
        if lacks_module && verdict == Verdict::NoPage && !published.has_directory_of(&path) {
            return unknown("a theme, module or submodule that is not here may add it");
        }
        Outcome::Bad { url: path, verdict }
    }

    /// Takes down that the link leaves the site for a decoded path of its host.
    pub(super) fn leave_for(&self, path: &str) {
        self.leave(|| {
            let origin = self.config.origin_of(&self.instance.language);
            let path = path.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
            format!("{origin}{path}")
        });
    }

    /// Where a rule of the host sends readers from `path`. The link is broken only where it surely ends at nothing on
    /// this site: rules may depend on the reader, and others may answer.
    fn redirected(&self, rule: &Redirect, url: String, path: &str, embedded: bool, hops: u8) -> Outcome<'s> {
        let good = Outcome::Good(Target::Redirect);
        let place = &rule.place;
        let Some(to) = rule.target(path) else {
            self.step(|| format!("a rule of the host redirects from there ({place})"));
            return good;
        };
        self.step(|| format!("a rule of the host redirects from there to `{to}` ({place})"));
        let end = to.find(['?', '#']).unwrap_or(to.len());
        let target = decode(&to[..end]);
        if !target.starts_with('/') || target.starts_with("//") || target.trim_end_matches('/') == path {
            return good;
        }
        let target = resolve_path("/", &target);
        if self.published.at(&target).is_some() {
            return good;
        }
        if let Some(next) = self.published.redirect(&target) {
            return if hops == 0 { good } else { self.redirected(next, url, &target, embedded, hops - 1) };
        }
        match self.missing(target.clone(), embedded) {
            Outcome::Bad {
                verdict: Verdict::NoPage | Verdict::NoFile | Verdict::Unpublished(..), ..
            } => {
                let verdict = Verdict::Misdirected { to: target, rule: place.clone() };
                Outcome::Bad { url, verdict }
            }
            _ => good,
        }
    }

    fn may_be_there(&self, path: &str) -> Option<&'static str> {
        let rest = path.strip_prefix(self.config.base_path.as_str()).unwrap_or(path);
        let first = rest.split('/').next().unwrap_or("");
        if let Some(language) = self.config.language(&first.to_lowercase())
            && !self
                .published
                .instances
                .iter()
                .any(|own| *own.language == *language.key && own.page.is_some())
            && !self.is_published_elsewhere(language)
        {
            return Some("the content of that language is not here");
        }
        if self.published.may_be_adapted(path) {
            return Some("a content adapter may make it, or content that is not here");
        }
        if self.published.may_be_made(path) {
            return Some("a template makes files there, whose names are not known");
        }
        let page_number =
            rest.trim_end_matches('/').trim_end_matches(".html").rsplit('/').take(2).collect::<Vec<_>>();
        let setting = pager_setting(&self.config.root, "path", self.site.version);
        let pagination = setting.and_then(Value::to_text);
        if let [number, page] = page_number[..]
            && page == pagination.as_deref().unwrap_or("page")
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Some("it is a page of a paginated list");
        }
        if self.config.flag("disablealiases") && self.is_alias(path) {
            return Some("it is an alias, and the site makes redirects in its own way");
        }
        if self.asset(rest) {
            return Some("a template may publish the asset");
        }
        if self.is_generated(rest) {
            return Some("git ignores the file that would be there: something makes it before the build");
        }
        let lacks_module = self.site.editions[self.edition].mounts.lacks_module();
        if lacks_module && self.may_be_other_output(path) {
            return Some("it may be another output format of a page");
        }
        (first.starts_with('.') && !first.is_empty()).then_some("the host may provide it")
    }

    /// Whether the content in the directory of a language is here, and published as that of another language.
    fn is_published_elsewhere(&self, language: &Language) -> bool {
        let is_inside = |page: &Page| {
            page.path().strip_prefix(&language.content_dir).is_some_and(|rest| rest.starts_with('/'))
        };
        language.table.get("contentdir").is_some() && self.site.pages.iter().any(is_inside)
    }

    /// Whether a file that git ignores would be published at a path below the base path.
    pub(super) fn is_generated(&self, path: &str) -> bool {
        let mounts = &self.site.editions[self.edition].mounts;
        self.site.generated.may_publish(path.trim_start_matches('/'), self.edition, self.config, mounts)
    }

    /// With `disableAliases`, aliases are still known, and something else than Hugo may act on them.
    fn is_alias(&self, path: &str) -> bool {
        matches!(self.published.at(path), Some(Place::Alias(_)))
    }

    fn may_be_other_output(&self, path: &str) -> bool {
        let Some((stem, extension)) = path.rsplit_once('.') else { return false };
        if !matches!(extension, "xml" | "json" | "txt" | "md" | "ics" | "csv" | "pdf") {
            return false;
        }
        let configured =
            self.config.root.get("outputs").is_some() || self.config.root.get("outputformats").is_some();
        let directory = &path[..path.rfind('/').map_or(0, |at| at + 1)];
        let page = |url: &str| match self.published.at(&canonical(url)) {
            Some(Place::Page(number)) => Some(&self.published.instances[*number as usize]),
            _ => None,
        };
        let owner = page(directory).or_else(|| page(&format!("{stem}.html")));
        owner.is_some() && configured
    }
}

/// Whether a path's last element has an extension other than that of a web page.
fn is_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or("");
    let extension =
        name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        let is_word = extension.chars().all(|c| c.is_ascii_alphanumeric()) && extension.len() <= 5;
        let is_page =
            matches!(extension.to_ascii_lowercase().as_str(), "html" | "htm" | "md" | "php" | "aspx");
        is_word && !is_page && !extension.chars().all(|c| c.is_ascii_digit())
    })
}
