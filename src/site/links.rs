//! Where every link of the site leads, for everybody who can see it: [`Verdict`].

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    Site,
    edition::EditionSet,
    notes::{self, Note},
    resolve::{Outcome, Resolver, Target},
};
use crate::{
    fitted::fit,
    hugo::{
        published::{Place, Published, Unpublished},
        twins,
    },
    page::{Link, LinkKind, Page, Reading},
};

/// What is wrong with a link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is an image without a destination.
    Empty,
    /// There is no page at its URL.
    NoPage,
    /// There is no file at its URL.
    NoFile,
    /// Nothing at all is published in the directory of its URL, and other links lead there too.
    NoDirectory(String),
    /// The page is there, the anchor is not: page index; who has such an anchor.
    NoAnchor(u32, EditionSet),
    /// Hugo makes the page, and its templates print no such anchor: the page's kind.
    NoAnchorOfLayout(&'static str),
    /// The page's file is there, but it is not published.
    Unpublished(u32, Why),
    /// The page is hidden from these readers.
    Hidden(u32),
    /// The URL exists in other letter case.
    WrongCase(String),
    /// The URL lies outside the site's base path, and would exist below it.
    OutsideBase(String),
    /// Another site has no such page: index in [`Site::neighbours`].
    NoPageElsewhere(u32),
    /// A page of another site has no such anchor: index in [`Site::neighbours`].
    NoAnchorElsewhere(u32),
    /// The repository that the site lies in has no such file; the problem's URL is its path.
    NotInRepository,
    /// `ref` finds no page.
    NoReference,
    /// `ref` finds several pages.
    AmbiguousReference(Vec<u32>),
    /// A redirect rule of the host sends readers to a path of this site where nothing is.
    Misdirected {
        /// That path.
        to: String,
        /// Where the rule stands, for people.
        rule: String,
    },
    /// `ref` finds the page, which has no such output format.
    NoFormat(String),
    /// Hugo's own render hook makes `#ZgotmplZ` of an address with such a scheme.
    Destroyed(String),
    /// Hugo empties the destination, as it may run a program.
    Emptied,
}

/// [`Unpublished`], ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A draft.
    Draft,
    /// Dated in the future.
    Future,
    /// Expired.
    Expired,
    /// Never rendered.
    NotRendered,
}

impl Why {
    /// For people.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Draft => "it is a draft",
            Self::Future => "its date is in the future",
            Self::Expired => "it has expired",
            Self::NotRendered => "it is never rendered",
        }
    }
}

impl From<Unpublished> for Why {
    fn from(why: Unpublished) -> Self {
        match why {
            Unpublished::Draft => Self::Draft,
            Unpublished::Future => Self::Future,
            Unpublished::Expired => Self::Expired,
            Unpublished::NotRendered | Unpublished::NoTemplate | Unpublished::LinkOnly => Self::NotRendered,
        }
    }
}

/// A link that leads nowhere for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkProblem {
    /// Index in [`Page::links`].
    pub link: u32,
    /// For whom.
    pub editions: EditionSet,
    /// The language of the published page, where the file is published in several and only some have the problem.
    pub language: Option<String>,
    /// The decoded URL path that the link leads to, without fragment.
    pub url: String,
    /// What is wrong.
    pub verdict: Verdict,
}

/// What became of the links of one page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageLinks {
    /// Problems, by link.
    pub problems: Vec<LinkProblem>,
    /// What is to be said of links that lead somewhere, by link.
    pub notes: Vec<Note>,
    /// Links that could not be judged, by link, with the reason.
    pub unknown: Vec<(u32, String)>,
    /// The pages that links lead to, or would if the anchor were there: by index, sorted.
    pub targets: Vec<u32>,
}

/// Why a link to an anchor is unknown that a heading may have.
pub const SHORTCODE_IN_ID: &str = "a heading's id holds what a shortcode prints";

/// This many links into a directory that is not there say that the directory is missing, not the files.
const MISSING_DIRECTORY: usize = 3;

/// Judges all links, page by page.
pub(super) fn judge(site: &Site) -> Vec<PageLinks> {
    let agreement = Agreement::new(site);
    let mut judged: Vec<PageLinks> =
        (0..site.pages.len()).into_par_iter().map(|index| judge_page(site, index, &agreement)).collect();
    gather_directories(site, &mut judged);
    judged
}

/// Whether a link is for us to judge: rendered, and not in text that a template changes.
pub(super) fn is_judged(page: &Page, link: &Link) -> bool {
    let document = page.documents.get(link.document as usize);
    link.rendered && document.is_none_or(|own| own.reading != Reading::Hidden && !own.dropped)
}

/// Which editions make the same of a link, so that it is resolved once.
struct Agreement {
    /// For each edition, those that publish the same at the same places.
    twins: Vec<EditionSet>,
    /// For each page, the editions that have it as the first one has it: at one place, in one language. Empty where all
    /// publish the same.
    places: Vec<EditionSet>,
}

impl Agreement {
    /// Of editions that publish the same.
    fn of_twins(site: &Site) -> Self {
        let all = 0..site.published.len();
        let is_twin = |one: usize, other: usize| Arc::ptr_eq(&site.published[one], &site.published[other]);
        Self {
            twins: all.map(|one| editions(site, |other| is_twin(one, other))).collect(),
            places: Vec::new(),
        }
    }

    /// Of all editions. It looks at every page, which pays where most links of the site are judged.
    fn new(site: &Site) -> Self {
        let published = &site.published;
        let twins = Self::of_twins(site);
        let first = &site.editions[0].config;
        let comparable = editions(site, |other| twins::link_alike(first, &site.editions[other].config));
        if twins.twins[0].contains_all(comparable) {
            return twins;
        }
        let places = |page: usize| {
            let page = u32::try_from(page).unwrap_or(u32::MAX);
            let Some(first) = only_place(&published[0], page) else { return EditionSet::EMPTY };
            editions(site, |edition| {
                comparable.contains(edition)
                    && (twins.twins[0].contains(edition)
                        || only_place(&published[edition], page) == Some(first))
            })
        };
        Self { places: (0..site.pages.len()).into_par_iter().map(places).collect(), ..twins }
    }

    fn has_some(&self) -> bool {
        !self.places.is_empty()
            || (0..).zip(&self.twins).any(|(edition, twins)| *twins != EditionSet::one(edition))
    }

    /// The editions in which a link from `page` leads to the same place as in the one of `resolver`, where that is good
    /// for all that publish alike.
    fn editions(&self, page: usize, resolver: &Resolver<'_>, outcome: &Outcome<'_>) -> EditionSet {
        let twins = self.twins[resolver.edition];
        let Outcome::Good(Target::Page(number)) = outcome else { return twins };
        let target = &resolver.published.instances[*number as usize];
        let places = |page: usize| self.places.get(page).copied().unwrap_or(EditionSet::EMPTY);
        let Some(to) = target.page.filter(|_| resolver.as_written.get()) else { return twins };
        let same = places(page).and(places(to as usize));
        let is_one = same.contains(resolver.edition) && target.language == resolver.instance.language;
        if is_one { twins.or(same) } else { twins }
    }
}

fn editions(site: &Site, holds: impl Fn(usize) -> bool) -> EditionSet {
    let holding = (0..site.published.len()).filter(|&edition| holds(edition));
    holding.fold(EditionSet::EMPTY, |set, edition| set.or(EditionSet::one(edition)))
}

/// Where an edition has a page, if it has it once and nothing else is there: URL, language and identity.
fn only_place(published: &Published, page: u32) -> Option<(&str, &str, &str)> {
    let [number] = published.of_page.get(&page)?[..] else { return None };
    let instance = &published.instances[number as usize];
    let is_there =
        instance.unpublished.is_none() && published.at(&instance.url) == Some(&Place::Page(number));
    is_there.then_some((instance.url.as_str(), &*instance.language, instance.identity.as_str()))
}

fn judge_page(site: &Site, index: usize, agreement: &Agreement) -> PageLinks {
    let page = &site.pages[index];
    let visibility = &site.visibility[index];
    let mut judged = PageLinks::default();
    let number = u32::try_from(index).unwrap_or(u32::MAX);
    let resolvers = |(edition, published)| {
        let all = instances(published, number).into_iter();
        all.map(|instance| Resolver::of_all(site, edition, instance)).collect()
    };
    let published = site.published.iter().map(|own| &**own).enumerate();
    let published: Vec<Vec<Resolver<'_>>> = published.map(resolvers).collect();
    let has_agreement = agreement.has_some();
    for (link_number, link) in (0_u32..).zip(&page.links) {
        if !is_judged(page, link) {
            continue;
        }
        // The editions for which it holds that the link is good.
        let mut settled = EditionSet::EMPTY;
        let seen = visibility.of(link.call);
        for edition in seen.iter().take_while(|&edition| edition < site.editions.len()) {
            if settled.contains(edition) {
                continue;
            }
            let published = &published[edition];
            let mut holds = has_agreement && !published.is_empty() && !link.computed;
            let mut like_this = EditionSet::EMPTY;
            for resolver in published {
                let outcome = resolver.resolve_next(page, link);
                judged.targets.extend(target_page(resolver.published, &outcome));
                holds = holds && holds_for_all_alike(resolver, seen, link, &outcome);
                if holds {
                    like_this = agreement.editions(index, resolver, &outcome);
                }
                match doubted(page, link, outcome) {
                    // Addresses that a configuration may change which is not here are not ours to correct.
                    Outcome::Good(_) if site.generated.configuration.is_some() => {}
                    Outcome::Good(target) => {
                        notes::take(&mut judged.notes, link_number, resolver, link, target);
                    }
                    Outcome::Unknown(reason) => {
                        if judged.unknown.last().is_none_or(|(last, _)| *last != link_number) {
                            judged.unknown.push((link_number, reason));
                        }
                    }
                    Outcome::Bad { url, verdict } => {
                        let language = (published.len() > 1).then(|| resolver.instance.language.to_string());
                        add(&mut judged.problems, link_number, edition, language, url, verdict);
                    }
                }
            }
            // What is to be said of it is said for each.
            if holds && judged.notes.last().is_none_or(|note| note.link != link_number) {
                settled = settled.or(like_this);
            }
        }
    }
    judged.targets.sort_unstable();
    judged.targets.dedup();
    fit(&mut judged.targets);
    judged
}

/// The page that a link leads to, whether or not it has the anchor.
fn target_page(published: &Published, outcome: &Outcome<'_>) -> Option<u32> {
    match outcome {
        Outcome::Good(Target::Page(number) | Target::Alias(number)) => {
            published.instances[*number as usize].page
        }
        Outcome::Bad { verdict: Verdict::NoAnchor(page, _), .. } => Some(*page),
        _ => None,
    }
}

/// Whether an outcome is the same in every edition that publishes alike, of those that see the link: it does not depend
/// on the host or on parameters, and all of them see the page and its anchor.
fn holds_for_all_alike(
    resolver: &Resolver<'_>,
    seen: EditionSet,
    link: &Link,
    outcome: &Outcome<'_>,
) -> bool {
    let is_same = match outcome {
        Outcome::Good(Target::File(_) | Target::Resource) => true,
        Outcome::Good(Target::Page(number)) => resolver.published.instances[*number as usize]
            .page
            .is_some_and(|page| resolver.site.visibility[page as usize].page.contains_all(seen)),
        _ => false,
    };
    let destination = link.destination.as_str();
    let has_anchor = || {
        !notes::may_be_numbered(destination)
            && resolver.having.get().is_some_and(|having| having.contains_all(seen))
    };
    is_same
        && memchr::memchr2(b':', b'{', destination.as_bytes()).is_none()
        && !destination.starts_with("//")
        && (memchr::memchr(b'#', destination.as_bytes()).is_none() || has_anchor())
}

/// Where a link leads from one published page.
#[derive(Debug)]
pub struct Led<'s> {
    /// Index in [`Site::editions`].
    pub edition: usize,
    /// The page it is on, by index in [`Published::instances`].
    pub from: u32,
    /// Where it leads.
    pub outcome: Outcome<'s>,
    /// Whether a template that we cannot read may make something else of it.
    pub doubtful: bool,
    /// How that was found, in sentences; empty where nobody asked.
    pub steps: Vec<String>,
}

impl Site {
    /// Where a link of a page leads, for every edition that shows it and every language in which it is published, in
    /// that order; with the way there if `steps` are wanted. Empty for what no reader gets to see.
    pub fn follow(&self, page: &Page, link: &Link, steps: bool) -> Vec<Led<'_>> {
        let index = self.index(page);
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        let mut led = Vec::new();
        let judged = is_judged(page, link);
        let editions = self.visibility[index].of(link.call);
        for edition in editions.iter().take_while(|&edition| judged && edition < self.editions.len()) {
            for from in instances(&self.published[edition], number) {
                let resolver = Resolver::new(self, edition, from);
                let (outcome, doubtful, steps) = if steps {
                    let (outcome, steps) = resolver.trace(page, link);
                    (outcome, false, steps)
                } else {
                    (resolver.resolve(page, link), resolver.doubtful.get(), Vec::new())
                };
                led.push(Led { edition, from, outcome: doubted(page, link, outcome), doubtful, steps });
            }
        }
        led
    }
}

/// In text that a template changes, a link that would be broken as it stands is unknown.
fn doubted<'s>(page: &Page, link: &Link, outcome: Outcome<'s>) -> Outcome<'s> {
    let document = page.documents.get(link.document as usize);
    match outcome {
        Outcome::Bad { .. } if document.is_some_and(|own| own.reading == Reading::Opaque) => {
            Outcome::Unknown("a shortcode changes the text it stands in".to_owned())
        }
        outcome => outcome,
    }
}

/// Where a page is published, by indexes in [`Published::instances`].
pub(super) fn instances(published: &Published, page: u32) -> Vec<u32> {
    let all = published.of_page.get(&page).map_or(&[][..], Vec::as_slice);
    let is_there = |instance: &u32| published.instances[*instance as usize].unpublished.is_none();
    all.iter().copied().filter(is_there).collect()
}

fn add(
    problems: &mut Vec<LinkProblem>,
    link: u32,
    edition: usize,
    language: Option<String>,
    url: String,
    verdict: Verdict,
) {
    let one = EditionSet::one(edition);
    let same = problems.iter_mut().rev().take_while(|problem| problem.link == link).find(|problem| {
        problem.verdict == verdict && (problem.url == url || language.is_some() || problem.editions != one)
    });
    match same {
        Some(problem) => problem.editions = problem.editions.or(one),
        None => problems.push(LinkProblem { link, editions: one, language, url, verdict }),
    }
}

/// The URLs of files that are missing, by the directory that is not there.
type MissingFiles = BTreeMap<String, BTreeSet<String>>;

/// Turns missing files into one missing directory where several are missing from it and nothing else is there.
fn gather_directories(site: &Site, judged: &mut [PageLinks]) {
    let mut counts = MissingFiles::new();
    for page in &*judged {
        count_missing(site, page, &mut counts);
    }
    for (index, page) in judged.iter_mut().enumerate() {
        gather_page(site, index, page, &counts);
    }
}

/// The directory that is not there, of a link to a file.
fn missing_directory(site: &Site, problem: &LinkProblem) -> Option<String> {
    match &problem.verdict {
        Verdict::NoFile => {
            let edition = problem.editions.iter().next()?;
            site.published[edition].missing_directory(&problem.url)
        }
        Verdict::NoDirectory(directory) => Some(directory.clone()),
        _ => None,
    }
}

/// The pages that lack files of the directories of which these lack some: how many there are decides what is said.
pub(super) fn lacking_alike(site: &Site, own: &[&PageLinks]) -> Vec<usize> {
    let directories = |page: &PageLinks| -> BTreeSet<String> {
        page.problems.iter().filter_map(|problem| missing_directory(site, problem)).collect()
    };
    let wanted: BTreeSet<String> = own.iter().flat_map(|page| directories(page)).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let lacks = |index: &usize| !directories(&site.links[*index]).is_disjoint(&wanted);
    (0..site.links.len()).filter(lacks).collect()
}

fn count_missing(site: &Site, page: &PageLinks, counts: &mut MissingFiles) {
    for problem in &page.problems {
        if let Some(directory) = missing_directory(site, problem) {
            counts.entry(directory).or_default().insert(problem.url.clone());
        }
    }
}

fn gather_page(site: &Site, index: usize, page: &mut PageLinks, counts: &MissingFiles) {
    let links = &site.pages[index].links;
    let mut unknown = Vec::new();
    page.problems.retain_mut(|problem| {
        let Some(directory) = missing_directory(site, problem) else { return true };
        if counts.get(&directory).is_some_and(|files| files.len() >= MISSING_DIRECTORY) {
            problem.verdict = Verdict::NoDirectory(directory);
            return true;
        }
        let from_use = matches!(links[problem.link as usize].kind, LinkKind::Argument { .. });
        let may_be_elsewhere =
            problem.editions.iter().any(|edition| site.editions[edition].mounts.lacks_module());
        if may_be_elsewhere || from_use && site.definitions.incomplete {
            let reason = format!("`{directory}` may come from a theme or module that is not here");
            unknown.push((problem.link, reason));
            return false;
        }
        true
    });
    page.unknown.extend(unknown);
}

/// Judges the links of some pages again, when all others are judged already.
pub(super) fn judge_again(site: &mut Site, pages: &[usize]) {
    let agreement = Agreement::of_twins(site);
    let mut judged: Vec<(usize, PageLinks)> =
        pages.iter().map(|&index| (index, judge_page(site, index, &agreement))).collect();
    let mut counts = MissingFiles::new();
    if judged.iter().any(|(_, page)| page.problems.iter().any(|own| missing_directory(site, own).is_some())) {
        let others = site.links.iter().enumerate().filter(|(index, _)| !pages.contains(index));
        others.for_each(|(_, page)| count_missing(site, page, &mut counts));
        judged.iter().for_each(|(_, page)| count_missing(site, page, &mut counts));
    }
    for (index, page) in &mut judged {
        gather_page(site, *index, page, &counts);
    }
    for (index, page) in judged {
        site.links[index] = page;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{hugo::paths::Day, site::load::Circumstances, tree::MemoryTree};

    /// Three editions of which one lacks a language; and a fourth, below another path.
    fn site() -> Site {
        let configuration = |region: &str, path: &str, languages: &[&str]| {
            let mut text = format!(
                "baseURL = 'https://{region}.example{path}'\ndefaultContentLanguage = 'ja'\n\
                 defaultContentLanguageInSubdir = true\n[params]\nregion = '{region}'\n"
            );
            for language in languages {
                text += &format!("[languages.{language}]\ncontentDir = 'content/{language}'\n");
            }
            text
        };
        let page = "---\ntitle: x\n---\n[a](/g/ja/a/) [b](/g/ja/b/#own) [c](/g/en/a/) [d](../b/) [e](#own)\n\
                    [f](/g/files/f.pdf) [g](/g/ja/b/#jp) [h](/nope/) [i]({{< ref \"b\" >}}) [j](/h/ja/a/)\n\n## Own\n\n\
                    {{% enabled jp %}}\n## JP\n\n[k](/g/ja/b/#jp) [l](/g/ja/only/)\n{{% /enabled %}}\n";
        let files = [
            ("config_jp.toml", configuration("jp", "/g/", &["ja", "en"])),
            ("config_us.toml", configuration("us", "/g/", &["ja", "en"])),
            ("config_cn.toml", configuration("cn", "/g/", &["ja"])),
            ("config_kr.toml", configuration("kr", "/h/", &["ja"])),
            ("content/ja/a.md", page.to_owned()),
            ("content/ja/b.md", page.to_owned()),
            ("content/ja/only.md", "---\ndisabled: [cn]\ntitle: x\n---\n[a](/g/ja/a/)\n".to_owned()),
            ("content/en/a.md", page.to_owned()),
            ("static/files/f.pdf", String::new()),
            ("layouts/_default/single.html", "{{ .Content }}".to_owned()),
            (
                "layouts/shortcodes/enabled.html",
                "{{ if in .Params site.Params.region }}{{ .Inner }}{{ end }}".to_owned(),
            ),
        ];
        let tree = MemoryTree::new(files.map(|(path, text)| (path.to_owned(), text)));
        let today = Day { year: 2026, month: 1, day: 1 };
        Site::load(&tree, Circumstances { today, version: None })
    }

    #[test]
    fn what_editions_share_is_judged_as_for_each() {
        let site = site();
        assert_eq!(site.editions.len(), 4);
        let (twins, all) = (Agreement::of_twins(&site), Agreement::new(&site));
        assert!(
            all.places.iter().any(|editions| !twins.twins[0].contains_all(*editions)),
            "nothing is shared"
        );
        let alone =
            Agreement { twins: (0..site.editions.len()).map(EditionSet::one).collect(), places: Vec::new() };
        for page in 0..site.pages.len() {
            let each = judge_page(&site, page, &alone);
            assert_eq!(judge_page(&site, page, &twins), each, "{}", site.pages[page].path());
            assert_eq!(judge_page(&site, page, &all), each, "{}", site.pages[page].path());
        }
    }
}
