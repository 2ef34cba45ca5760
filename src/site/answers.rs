//! What rules ask a [`Site`] when they word a finding about a link.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;

use super::{
    Site,
    edition::EditionSet,
    links::{LinkProblem, Verdict},
    resolve::resolve_path,
};
use crate::{
    diagnostic::{Diagnostic, Findings, Level},
    hugo::{published::PageKind, shortcode::Problem},
    page::{Link, LinkKind, Page},
};

impl Site {
    /// The links of a page that lead nowhere for somebody, in order.
    pub fn problems<'s>(&'s self, page: &'s Page) -> impl Iterator<Item = (&'s Link, &'s LinkProblem)> {
        let problems = &self.links[self.index(page)].problems;
        problems.iter().map(|problem| (&page.links[problem.link as usize], problem))
    }

    /// What is wrong with a link, for people.
    pub fn in_words(&self, verdict: &Verdict) -> String {
        let path = |page: u32| self.pages[page as usize].path();
        match verdict {
            Verdict::Empty => "it has no destination".to_owned(),
            Verdict::NoPage => "there is no page".to_owned(),
            Verdict::NoFile => "there is no file".to_owned(),
            Verdict::NoDirectory(directory) => format!("nothing at all is published in `{directory}`"),
            Verdict::NoAnchor(page, having) if having.is_empty() => {
                format!("{} has no such anchor", path(*page))
            }
            Verdict::NoAnchor(page, having) => {
                format!("{} has such an anchor only for {}", path(*page), self.names(*having))
            }
            Verdict::NoAnchorOfLayout(kind) => {
                format!("the {kind} page, which Hugo makes, has no such anchor")
            }
            Verdict::Unpublished(page, why) => {
                format!("{} is not published: {}", path(*page), why.in_words())
            }
            Verdict::Hidden(page) => format!("{} is hidden from these readers", path(*page)),
            Verdict::WrongCase(url) => format!("it is `{url}` in other letter case"),
            Verdict::OutsideBase(url) => format!("it lies outside the site, which has `{url}`"),
            Verdict::NoPageElsewhere(site) => {
                format!("the site `{}` has no such page", self.neighbours[*site as usize].prefix)
            }
            Verdict::NoAnchorElsewhere(site) => {
                format!(
                    "that page of the site `{}` has no such anchor",
                    self.neighbours[*site as usize].prefix
                )
            }
            Verdict::NotInRepository => "this repository has no such file".to_owned(),
            Verdict::NoReference => "`ref` finds no such page".to_owned(),
            Verdict::Misdirected { to, .. } => format!("it is redirected to `{to}`, where nothing is"),
            Verdict::NoFormat(format) => format!("the page has no output format `{format}`"),
            Verdict::Destroyed(scheme) => format!("Hugo's own link hook destroys `{scheme}:` addresses"),
            Verdict::Emptied => "Hugo empties it".to_owned(),
            Verdict::AmbiguousReference(pages) => {
                let pages: Vec<&str> = pages.iter().map(|&page| path(page)).collect();
                format!("`ref` finds several pages: {}", pages.join(", "))
            }
        }
    }

    /// Adds to a finding for whom it holds and how the link was read.
    pub fn explain(&self, page: &Page, link: &Link, problem: &LinkProblem, found: &mut Diagnostic) {
        found.editions(problem.editions, self.visibility(page).of(link.call));
        if let LinkKind::Reference(definition) = &link.kind {
            found.label(page, *definition, "the destination is defined here");
        }
        if let LinkKind::Printed { call, .. } = &link.kind {
            let name = &page.tag(*call as usize).name;
            found.label(page, link.span, format!("`{name}` prints a link to `{}`", link.destination));
        }
        let written = link.destination.split(['#', '?']).next().unwrap_or("");
        let from = match &problem.language {
            Some(language) => format!("the `{language}` page"),
            None => "this page".to_owned(),
        };
        let as_written = written == problem.url || written.contains("://");
        if (!as_written || problem.language.is_some()) && !problem.url.is_empty() {
            found.help(format!("`{}` leads to `{}` from {from}", link.destination, problem.url));
        }
    }

    /// Where the page is published whose source file a link names (`../guide.md`), for one of those who have the
    /// problem.
    pub fn url_of_named_source(&self, page: &Page, link: &Link, problem: &LinkProblem) -> Option<&str> {
        let path = link.destination.split(['#', '?']).next().filter(|path| path.ends_with(".md"))?;
        let path = percent_decode_str(path).decode_utf8_lossy();
        let edition = problem.editions.iter().next()?;
        let named = resolve_path(&format!("/{}", page.path()), &path);
        let from_root = self.editions[edition].mounts.content_roots.iter().filter_map(|(source, target)| {
            let below = path.strip_prefix('/')?.strip_prefix(target.as_str())?;
            Some(format!("/{source}/{}", below.trim_start_matches('/')))
        });
        let find = |named: String| self.pages.binary_search_by(|own| own.path().cmp(&named[1..])).ok();
        let named = std::iter::once(named).chain(from_root).find_map(find)?;
        let published = &self.published[edition];
        let instance = published.of_page.get(&u32::try_from(named).ok()?)?.first()?;
        let instance = &published.instances[*instance as usize];
        instance.unpublished.is_none().then_some(instance.url.as_str())
    }

    /// The argument with which `ref` finds a page from anywhere.
    pub fn reference_to(&self, page: u32, problem: &LinkProblem) -> Option<String> {
        let published = &self.published[problem.editions.iter().next()?];
        let instance = published.of_page.get(&page)?.first()?;
        Some(format!("/{}", published.instances[*instance as usize].identity))
    }

    /// The file that would be published at the URL of a problem: of the page's bundle, or in `static`, if the site keeps to
    /// Hugo's directories.
    pub fn source_file(&self, page: &Page, problem: &LinkProblem) -> Option<String> {
        self.bundle_file(page, problem).or_else(|| self.static_file(problem))
    }

    fn bundle_file(&self, page: &Page, problem: &LinkProblem) -> Option<String> {
        let (directory, name) = page.path().rsplit_once('/')?;
        if !name.starts_with("index.") && !name.starts_with("_index.") {
            return None;
        }
        let published = &self.published[problem.editions.iter().next()?];
        let instance = published.of_page.get(&u32::try_from(self.index(page)).ok()?)?.first()?;
        let instance = &published.instances[*instance as usize];
        let inside = problem.url.strip_prefix(instance.url.as_str()).filter(|inside| !inside.is_empty())?;
        // Anything may lie below the home page.
        (instance.kind != PageKind::Home).then(|| format!("{directory}/{inside}"))
    }

    fn static_file(&self, problem: &LinkProblem) -> Option<String> {
        let config = &self.editions[problem.editions.iter().next()?].config;
        let moved = config.root.get("staticdir").is_some() || config.root.at(&["module", "mounts"]).is_some();
        let below = problem.url.strip_prefix(config.base_path.as_str()).filter(|_| !moved)?;
        Some(format!("static/{below}"))
    }

    /// A line `Hugo 0.72.0 says: …` behind a help, where Hugo says something.
    pub fn hugo_says(&self, problem: &Problem) -> String {
        let said = problem.hugo.as_deref().and_then(|hugo| hugo.lines().next());
        said.map(|hugo| format!("\nHugo {} says: {hugo}", self.version)).unwrap_or_default()
    }

    /// One finding for each directory in which nothing is published though several links lead there: of images
    /// (`embedded`), or of files where no image leads there.
    pub fn report_missing_directories(&self, embedded: bool, findings: &mut Findings) {
        let mut directories: BTreeMap<&str, Missing<'_>> = BTreeMap::new();
        for (page, links) in self.pages.iter().zip(&self.links) {
            for problem in &links.problems {
                let Verdict::NoDirectory(directory) = &problem.verdict else { continue };
                let link = &page.links[problem.link as usize];
                let own = directories.entry(directory).or_insert_with(|| Missing {
                    first: (page, link),
                    places: 0,
                    files: BTreeSet::new(),
                    embedded: false,
                    editions: EditionSet::EMPTY,
                });
                own.places += 1;
                own.files.insert(&problem.url);
                own.embedded |= link.embedded;
                own.editions = own.editions.or(problem.editions);
            }
        }
        for (directory, missing) in directories.iter().filter(|(_, missing)| missing.embedded == embedded) {
            let (page, link) = missing.first;
            let what = if embedded { "images" } else { "files" };
            let (files, places) = (missing.files.len(), missing.places);
            let message = format!(
                "nothing is published in `{directory}`, where {files} {what} should be ({places} links)"
            );
            let found = findings.report(page, link.span, message);
            let lacks_module = self.editions.iter().any(|edition| edition.mounts.lacks_module());
            let base = missing
                .editions
                .iter()
                .next()
                .map_or("/", |edition| self.editions[edition].config.base_path.as_str());
            let path = directory.strip_prefix(base).unwrap_or(directory).trim_end_matches('/');
            if lacks_module {
                found.level(Level::Info);
                found.help(format!("`static/{path}` is not in this checkout, nor is the theme or module that may have it: these links were not checked"));
            } else {
                found.help(format!("is `static/{path}` missing from this checkout?"));
            }
        }
    }
}

/// A directory that is not there.
struct Missing<'s> {
    first: (&'s Page, &'s Link),
    places: usize,
    files: BTreeSet<&'s str>,
    embedded: bool,
    editions: EditionSet,
}
