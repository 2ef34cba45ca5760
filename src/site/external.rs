//! Links that leave the site, and what the web said of them: [`External`].

use std::collections::BTreeSet;

use rayon::prelude::*;
use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Site,
    edition::EditionSet,
    links::{instances, is_judged},
    resolve::{Resolver, split},
};
use crate::{
    page::{Link, Page},
    settings::external::{Exclude, FailAfter},
    web::{
        Question,
        address::{self, Address, Skip},
        anchors::{self, Wanted},
        cause::{Cause, Verdict, plain},
        guard::Openings,
        known,
        memory::{AnchorVerdict, Answer, Memory},
        stamp::Stamp,
    },
};

/// A link that leaves the site, for some readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Index in [`Page::links`].
    pub link: u32,
    /// For whom it leads there.
    pub editions: EditionSet,
    /// The full URL, as people see it.
    pub url: String,
    /// The address that is asked, or why none is.
    pub address: Result<Address, Skip>,
}

/// Links that leave the site, and what is known of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct External {
    /// Parallel to [`Site::pages`]; of a page by link, then by URL.
    pub uses: Vec<Vec<Use>>,
    /// By address. Addresses begin alike, so that to compare them takes long.
    pub answers: FxHashMap<String, Answer>,
    /// When that was.
    pub now: Stamp,
    /// How many requests were made.
    pub requests: usize,
    /// How many addresses earlier runs knew.
    pub remembered: usize,
    /// The numbers of the exclusions that left something out.
    pub used_excludes: BTreeSet<usize>,
}

/// What is left out of a run.
#[derive(Debug)]
pub struct Selection {
    /// What is open in spite of the guard.
    pub open: Openings,
    /// Patterns that other tools leave out.
    pub ignored: Vec<Regex>,
    /// The day of the run, as a date.
    pub today: String,
}

/// How many addresses came to what.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// All addresses.
    pub addresses: usize,
    /// Their hosts.
    pub hosts: usize,
    /// Those that answer.
    pub alive: usize,
    /// Those that are gone.
    pub dead: usize,
    /// Those that did not answer now.
    pub temporary: usize,
    /// Those of which the server wants to be asked less often.
    pub rate_limited: usize,
    /// Those that do not answer programs.
    pub blocked: usize,
    /// Those that nobody asked.
    pub unchecked: usize,
    /// Anchors that cannot be verified.
    pub unverifiable_anchors: usize,
    /// How many earlier runs knew.
    pub remembered: usize,
    /// Requests made.
    pub requests: usize,
}

impl Counts {
    /// Those of two sites together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            addresses: self.addresses + other.addresses,
            hosts: self.hosts + other.hosts,
            alive: self.alive + other.alive,
            dead: self.dead + other.dead,
            temporary: self.temporary + other.temporary,
            rate_limited: self.rate_limited + other.rate_limited,
            blocked: self.blocked + other.blocked,
            unchecked: self.unchecked + other.unchecked,
            unverifiable_anchors: self.unverifiable_anchors + other.unverifiable_anchors,
            remembered: self.remembered + other.remembered,
            requests: self.requests + other.requests,
        }
    }
}

impl Site {
    /// The links that leave the site, page by page, of the pages that are `wanted`; and the numbers of the exclusions
    /// that left something out.
    pub fn leaving(
        &self,
        selection: &Selection,
        wanted: impl Fn(&Page) -> bool + Sync,
    ) -> (Vec<Vec<Use>>, BTreeSet<usize>) {
        let of_page =
            |index: usize| if wanted(&self.pages[index]) { self.leaving_page(index) } else { Vec::new() };
        let found: Vec<Vec<(u32, EditionSet, String)>> =
            (0..self.pages.len()).into_par_iter().map(of_page).collect();
        let excludes = &self.settings.external.excludes;
        // The address, or why it is not asked, and the number of the exclusion that leaves it out.
        let judge = |url: &str| {
            let read = address::read(url, &selection.open);
            let asked = read.as_ref().map_or(url, |address| address.url.as_str());
            let mut excluding = excludes.iter().enumerate();
            match excluding.find(|(_, own)| own.matches(asked, url, &selection.today)) {
                Some((number, own)) => {
                    let why = format!("`{}` is excluded: {}", own.pattern, own.reason);
                    (Err(Skip::Reason(why)), Some(number))
                }
                None => (self.refine(read, selection), None),
            }
        };
        let urls: FxHashSet<&str> = found.iter().flatten().map(|(_, _, url)| url.as_str()).collect();
        let judged: FxHashMap<&str, (Result<Address, Skip>, Option<usize>)> =
            urls.into_par_iter().map(|url| (url, judge(url))).collect();
        let used = judged.values().filter_map(|(_, exclude)| *exclude).collect();
        let one = |(link, editions, url): &(u32, EditionSet, String)| Use {
            link: *link,
            editions: *editions,
            address: judged[url.as_str()].0.clone(),
            url: plain(url),
        };
        let uses = found.par_iter().map(|links| links.iter().map(one).collect()).collect();
        (uses, used)
    }

    fn refine(&self, read: Result<Address, Skip>, selection: &Selection) -> Result<Address, Skip> {
        let skip = |reason: &str| Err(Skip::Reason(reason.to_owned()));
        let address = read?;
        if let Some(pattern) = selection.ignored.iter().find(|pattern| pattern.is_match(&address.url)) {
            return skip(&format!("`{pattern}` of .lycheeignore leaves it out"));
        }
        if known::says_nothing(&address.url) {
            return skip("the page says nothing about whether something is there");
        }
        if self.repository.as_ref().is_some_and(|own| own.may_be_pending(&address.url)) {
            return skip("it names a release of this repository, which may be the one that is being made");
        }
        Ok(address)
    }

    fn leaving_page(&self, index: usize) -> Vec<(u32, EditionSet, String)> {
        let page = &self.pages[index];
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        let mut found: Vec<(u32, EditionSet, String)> = Vec::new();
        let published: Vec<Vec<u32>> = self.published.iter().map(|own| instances(own, number)).collect();
        for (link_number, link) in (0_u32..).zip(&page.links).filter(|(_, link)| is_judged(page, link)) {
            let editions = self.visibility[index].of(link.call);
            for edition in editions.iter().take_while(|&edition| edition < self.editions.len()) {
                for &instance in &published[edition] {
                    let Some(url) = Resolver::new(self, edition, instance).way_out(page, link) else {
                        continue;
                    };
                    let url = with_rest(url, link);
                    let one = EditionSet::one(edition);
                    // Those of this link are the last.
                    let mut same = found.iter_mut().rev().take_while(|own| own.0 == link_number);
                    match same.find(|own| own.2 == url) {
                        Some((_, editions, _)) => *editions = editions.or(one),
                        None => found.push((link_number, one, url)),
                    }
                }
            }
        }
        found
    }

    /// The links of a page that leave the site, with what the web said; nothing if nobody asked.
    pub fn external<'s>(
        &'s self,
        page: &'s Page,
    ) -> impl Iterator<Item = (&'s Link, &'s Use, Option<&'s Answer>)> {
        let uses = self.external.as_ref().and_then(|own| own.uses.get(self.index(page)));
        uses.into_iter().flatten().map(|own| {
            let answer = own
                .address
                .as_ref()
                .ok()
                .and_then(|address| self.external.as_ref()?.answers.get(&address.url));
            (&page.links[own.link as usize], own, answer)
        })
    }

    /// Answers from what earlier runs learned, and from nobody else.
    pub fn remember(&mut self, memory: &Memory, now: Stamp) {
        let selection = Selection { open: Openings::default(), ignored: Vec::new(), today: now.day() };
        let (uses, used_excludes) = self.leaving(&selection, |_| true);
        let answers = memory.answers.values().map(|answer| (answer.url.clone(), answer.clone())).collect();
        self.external = Some(External { uses, answers, now, used_excludes, ..External::default() });
    }
}

/// A host-relative address has lost the query and fragment of its link.
fn with_rest(url: String, link: &Link) -> String {
    let written = link.destination.trim();
    let is_full = written.starts_with("//")
        || written.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':'));
    match written.find(['?', '#']).filter(|_| !is_full) {
        Some(at) => url + &written[at..],
        None => url,
    }
}

/// What has to be asked to know of these links, by address.
pub fn questions(uses: &[Vec<Use>]) -> Vec<Question> {
    let mut questions: FxHashMap<&str, BTreeSet<String>> = FxHashMap::default();
    for address in uses.iter().flatten().filter_map(|own| own.address.as_ref().ok()) {
        let anchors = questions.entry(&address.url).or_default();
        if let Some(fragment) = &address.fragment
            && let Wanted::Anchor(anchor) = anchors::wanted(&address.url, fragment)
        {
            anchors.insert(anchor);
        }
    }
    let all = questions.into_iter().map(|(url, anchors)| Question { url: url.to_owned(), anchors });
    let mut all: Vec<Question> = all.collect();
    all.sort_unstable();
    all
}

impl Use {
    /// What became of the anchor that the link names; `None`: it names none.
    pub fn anchor(&self, answer: &Answer) -> Option<AnchorVerdict> {
        let address = self.address.as_ref().ok()?;
        match anchors::wanted(&address.url, address.fragment.as_deref()?) {
            Wanted::Nothing => None,
            Wanted::Unverifiable => Some(AnchorVerdict::Unverifiable),
            Wanted::Anchor(anchor) => answer.anchors.get(&anchor).copied(),
        }
    }
}

impl External {
    /// How many addresses came to what.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { requests: self.requests, remembered: self.remembered, ..Counts::default() };
        let mut hosts: FxHashSet<&str> = FxHashSet::default();
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        for own in self.uses.iter().flatten() {
            let answer = own.address.as_ref().ok().and_then(|address| self.answers.get(&address.url));
            if answer.is_some_and(|answer| own.anchor(answer) == Some(AnchorVerdict::Unverifiable)) {
                counts.unverifiable_anchors += 1;
            }
            let url = own.address.as_ref().map_or(own.url.as_str(), |address| address.url.as_str());
            if !seen.insert(url) {
                continue;
            }
            counts.addresses += 1;
            hosts.extend(url.split('/').nth(2));
            *match answer.map_or(Verdict::Unchecked, |answer| answer.verdict) {
                Verdict::Alive => &mut counts.alive,
                Verdict::Dead => &mut counts.dead,
                Verdict::Temporary => &mut counts.temporary,
                Verdict::RateLimited => &mut counts.rate_limited,
                Verdict::Blocked => &mut counts.blocked,
                Verdict::Unchecked => &mut counts.unchecked,
            } += 1;
        }
        counts.hosts = hosts.len();
        counts
    }

    /// Why a link is neither alive nor dead, for people; `None`: it is.
    pub fn doubt(&self, own: &Use) -> Option<String> {
        let address = match &own.address {
            Ok(address) => address,
            Err(Skip::Reason(reason)) => return Some(format!("not asked: {reason}")),
            Err(Skip::Invalid(_)) => return None,
        };
        let Some(answer) = self.answers.get(&address.url) else { return Some("not asked".to_owned()) };
        let why = answer.cause.as_ref().map(Cause::in_words).unwrap_or_default();
        match answer.verdict {
            Verdict::Alive => (own.anchor(answer) == Some(AnchorVerdict::Unverifiable))
                .then(|| "the page is there, but its anchors cannot be verified".to_owned()),
            Verdict::Dead => None,
            verdict => {
                let seen =
                    answer.last_ok.map(|last| format!("; alive {}", last.ago(self.now))).unwrap_or_default();
                Some(format!("{}: {why}{seen}", verdict.name()))
            }
        }
    }

    /// Whether a failure is one that the author of a change should see as an error: what was never alive, or has failed
    /// for long enough.
    pub fn is_broken(answer: &Answer, fail_after: &FailAfter) -> bool {
        match answer.verdict {
            Verdict::Dead => answer.last_ok.is_none() || fail_after.dead.is_reached(answer),
            Verdict::Temporary => fail_after.temporary.is_some_and(|streak| streak.is_reached(answer)),
            _ => false,
        }
    }
}

impl Exclude {
    /// Whether it leaves an address out, given as it is asked and as it is written, on a day.
    pub fn matches(&self, asked: &str, written: &str, today: &str) -> bool {
        let holds = self.until.as_deref().is_none_or(|until| today <= until);
        holds && [asked, written, split(written).0].iter().any(|url| fits(&self.pattern, url))
    }
}

/// Whether a text fits a pattern in which `*` stands for anything.
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{hugo::paths::Day, site::load::Circumstances, tree::MemoryTree};

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text, expected) in [
            ("https://a.org/*", "https://a.org/x/y", true),
            ("https://a.org/*", "https://a.organ/", false),
            ("https://a.org/", "https://a.org/x", false),
            ("*://*.a.org/*.pdf", "https://b.a.org/x.pdf", true),
            ("*a*a", "a", false),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    fn leaving(files: &[(&str, &str)]) -> Vec<String> {
        let tree = MemoryTree::new(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        let today = Day { year: 2026, month: 1, day: 1 };
        let site = Site::load(&tree, Circumstances { today, version: None });
        let selection =
            Selection { open: Openings::default(), ignored: Vec::new(), today: "2026-01-01".to_owned() };
        let (uses, _) = site.leaving(&selection, |_| true);
        let show = |own: &Use| match &own.address {
            Ok(address) => format!("{} {} {:?}", address.url, site.names(own.editions), address.fragment),
            Err(skip) => format!("{} {skip:?}", own.url),
        };
        uses.iter().flatten().map(show).collect()
    }

    #[test]
    fn links_to_other_products_on_the_host_are_asked_at_each_editions_own_host() {
        let found = leaving(&[
            ("config_jp.toml", "baseURL = \"https://jp.kumo.dev/guide/\"\n[params]\nTargetRegion = \"JP\"\n"),
            ("config_us.toml", "baseURL = \"https://us.kumo.dev/guide/\"\n[params]\nTargetRegion = \"US\"\n"),
            (
                "content/page.md",
                "[k](/k/ja/?a=1#b) [own](/guide/page/) [out](https://gohugo.io/x) [net](//gohugo.io/y) [mail](mailto:a@b.org)",
            ),
        ]);
        assert_eq!(
            found,
            [
                "https://jp.kumo.dev/k/ja/?a=1 JP Some(\"b\")",
                "https://us.kumo.dev/k/ja/?a=1 US Some(\"b\")",
                "https://gohugo.io/x JP, US None",
                "https://gohugo.io/y JP, US None",
                "mailto:a@b.org Reason(\"it is no web address\")",
            ]
        );
    }

    #[test]
    fn what_is_excluded_is_left_out_until_its_day() {
        let settings = "[external]\nexclude = [{ url = \"https://gohugo.io/x*\", reason = \"slow\", until = \"2026-01-01\" }, { url = \"https://gohugo.io/y\", reason = \"old\", until = \"2025-12-31\" }]\n";
        let found = leaving(&[
            ("hugo.toml", "baseURL = \"https://kumo.dev/\"\n"),
            ("javert.toml", settings),
            ("content/page.md", "[a](https://gohugo.io/x1) [b](https://gohugo.io/y)"),
        ]);
        assert_eq!(
            found,
            [
                "https://gohugo.io/x1 Reason(\"`https://gohugo.io/x*` is excluded: slow\")",
                "https://gohugo.io/y  None",
            ]
        );
    }
}
