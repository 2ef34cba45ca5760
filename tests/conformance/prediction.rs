//! What we predict of a case, held against its recording: [`Comparison`].

use javert::{
    hugo::{
        paths::Day,
        published,
        templates::{LayoutIds, Other},
    },
    lint,
    page::{Link, LinkKind, Page},
    rules::RULES,
    site::{
        Site,
        inventory::Inventory,
        links::Verdict,
        load::Circumstances,
        resolve::{Outcome, Target},
    },
    tree::MemoryTree,
};

use crate::{
    case::{Case, Release},
    recording::{Item, Place, Recording},
};

/// The rules that find what Hugo refuses to build; for references that depends on `refLinksErrorLevel`.
const REFUSALS: [&str; 6] = [
    "invalid-template",
    "malformed-shortcode",
    "unclosable-shortcode",
    "unclosed-shortcode",
    "unknown-shortcode",
    "unopened-shortcode",
];

/// What came of it.
#[derive(Default)]
pub(crate) struct Comparison {
    /// Where we predict something else than Hugo does.
    pub(crate) differences: Vec<String>,
    /// What we do not know.
    pub(crate) unknown: Vec<String>,
}

/// Predicts a case and compares.
pub(crate) fn compare(case: &Case, release: Release, recording: &Recording) -> Comparison {
    let circumstances =
        Circumstances { today: Day { year: 2026, month: 6, day: 1 }, version: Some(release.version()) };
    let site = Site::load(&MemoryTree::new(case.files.clone()), circumstances);
    let judge = Judge { site: &site, recording, unseen: case.unseen(release).is_some() };
    let mut compared = Comparison::default();
    judge.refusal(&mut compared);
    if recording.refused.is_none() || !recording.places.is_empty() {
        judge.urls(&mut compared);
    }
    compared
}

struct Judge<'c> {
    site: &'c Site,
    recording: &'c Recording,
    unseen: bool,
}

impl Judge<'_> {
    /// Hugo refuses a site exactly if we find something that it refuses.
    fn refusal(&self, compared: &mut Comparison) {
        let found = lint::run(self.site, &lint::defaults(RULES));
        let mut rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
        rules.dedup();
        match &self.recording.refused {
            Some(why) if rules.is_empty() => {
                compared.differences.push(format!("Hugo refuses it, and we find nothing: {why}"));
            }
            None if rules.iter().any(|rule| REFUSALS.contains(rule)) => {
                compared.differences.push(format!("Hugo builds it, and we find {rules:?}"));
            }
            _ => {}
        }
    }

    /// The same URLs, with the same in them.
    fn urls(&self, compared: &mut Comparison) {
        // Versions and roles of a site are editions of it, and the small sites have no other editions.
        let places = || self.site.published.iter().enumerate().map(|(edition, own)| (edition, own.places()));
        let inventory = &Inventory::of(self.site).editions[0];
        for (url, place) in &self.recording.places {
            let found = places().find_map(|(edition, own)| {
                Some((edition, own.into_iter().find(|(own, _)| own == url).map(|(_, place)| place)?))
            });
            let (edition, predicted) = found.map_or((0, None), |(edition, place)| (edition, Some(place)));
            // How lists are divided, only the inventory says.
            let is_pager = match place {
                Place::Redirect(target) => inventory.aliases.get(url) == Some(target),
                Place::Content(_) => inventory.pages.contains_key(url),
            };
            if predicted.is_none() && is_pager {
                continue;
            }
            match (place, predicted) {
                (Place::Redirect(target), Some(published::Place::Alias(number))) => {
                    let ours = &self.site.published[edition].instances[*number as usize].url;
                    if ours != target {
                        compared.differences.push(format!("{url} sends readers to {target}, not to {ours}"));
                    }
                }
                (Place::Redirect(_), Some(published::Place::Redirect)) => {}
                (Place::Redirect(target), other) => {
                    compared.differences.push(format!("{url} sends readers to {target}; we say {other:?}"));
                }
                (Place::Content(items), Some(published::Place::Page(number))) => {
                    self.page(url, (edition, *number), items, compared);
                }
                (
                    Place::Content(_),
                    Some(
                        published::Place::File(_)
                        | published::Place::Output { .. }
                        | published::Place::Generated,
                    ),
                ) => {}
                (Place::Content(_), None)
                    if self.site.published[0].may_be_adapted(url)
                        || self.site.published[0].may_be_made(url) =>
                {
                    compared.unknown.push(url.clone())
                }
                (Place::Content(_), other) => {
                    compared.differences.push(format!("{url} is published; we say {other:?}"));
                }
            }
        }
        for url in inventory.pages.keys().chain(inventory.aliases.keys()) {
            if !self.recording.places.contains_key(url) {
                compared.differences.push(format!("{url} is not published; the inventory has it"));
            }
        }
        for (url, place) in places().flat_map(|(_, own)| own) {
            // Feeds, site maps and error pages that may be there: links to them are never wrong.
            let spare = *place == published::Place::Generated;
            if !spare && !self.recording.places.contains_key(url) {
                compared.differences.push(format!("{url} is not published; we say {place:?}"));
            }
        }
    }

    /// The ids and links of a page.
    fn page(&self, url: &str, (edition, number): (usize, u32), items: &[Item], compared: &mut Comparison) {
        let published = &self.site.published[edition];
        let instance = &published.instances[number as usize];
        let layout = self.site.printed_on(published, instance).unwrap_or_default();
        let may_print =
            |id: &str| layout.has(id) || layout.may_compute(id) || is_open(&layout) || layout.prints_text;
        let Some(index) = instance.page else {
            let is_known = |item: &&Item| match item {
                Item::Id(id) => may_print(id),
                Item::Link { .. } => is_open(&layout),
            };
            let unknown: Vec<&Item> = items.iter().filter(|item| !is_known(item)).collect();
            if !unknown.is_empty() {
                compared.differences.push(format!("{url} is made by Hugo, and holds {unknown:?}"));
            }
            return;
        };
        let anchors = &self.site.anchors[index as usize];
        let is_own = |id: &str| anchors.ids_in(edition, &instance.language).any(|own| own == id);
        let page = &self.site.pages[index as usize];
        let prints_more = layout.prints_text || layout.other_content == Other::Content;
        let mut unknown = Vec::new();
        let mut is_of_layout = |id: &str| {
            if layout.has(id) || !is_own(id) && layout.may_compute(id) {
                return true;
            }
            let outcome = (prints_more && !is_own(id)).then(|| self.anchor(page, (edition, number), id));
            if matches!(outcome, Some(Outcome::Unknown(_))) {
                unknown.push(format!("{url}#{id}"));
            }
            matches!(outcome, Some(Outcome::Good(_) | Outcome::Unknown(_)))
        };
        let of_content = |item: &&Item| !matches!(item, Item::Id(id) if is_of_layout(id));
        let items: Vec<&Item> = items.iter().filter(of_content).collect();
        compared.unknown.append(&mut unknown);
        let ours = anchors.ids_in(edition, &instance.language).collect();
        self.ids(url, index as usize, ours, &items, compared);
        if self.unseen {
            return;
        }
        let recorded =
            items.into_iter().filter(|item| matches!(item, Item::Link { href, .. } if !is_mail(href)));
        let recorded: Vec<&Item> = recorded.collect();
        let links = self.links(page, (edition, number));
        if links.len() != recorded.len() {
            let ours: Vec<&str> = links.iter().map(|(link, _)| link.destination.as_str()).collect();
            let theirs: Vec<String> = recorded.iter().map(ToString::to_string).collect();
            compared.differences.push(format!("{url} has links {theirs:?}; we see {ours:?}"));
            return;
        }
        for ((link, outcome), item) in links.into_iter().zip(recorded) {
            self.link((edition, url), link, &outcome, item, compared);
        }
    }

    /// What we say of a link from a page to an anchor of its own.
    fn anchor(&self, page: &Page, (edition, number): (usize, u32), id: &str) -> Outcome<'_> {
        let link = Link::supposed(format!("#{id}"), LinkKind::Bare, page.body);
        let led = self.site.follow(page, &link, false).into_iter();
        let mut own = led.filter(|led| led.edition == edition && led.from == number);
        own.next().expect("the page is published").outcome
    }

    /// The links that readers of a published page see, in document order.
    fn links<'p>(&'p self, page: &'p Page, (edition, number): (usize, u32)) -> Vec<(&'p Link, Outcome<'p>)> {
        // `[x]({{< ref "b" >}})` is one link: that of the argument.
        let is_of_argument = |link: &Link| {
            let is_argument = |link: &Link| matches!(link.kind, LinkKind::Argument { .. });
            let stands_for = |other: &Link| {
                let around = if is_argument(link) { link.span } else { link.whole };
                around.contains(other.span) && is_argument(other) && !other.computed
            };
            link.computed && page.links.iter().any(stands_for)
        };
        let seen = page.links.iter().filter(|link| !is_mail(&link.destination) && !is_of_argument(link));
        let mut seen: Vec<&Link> = seen.collect();
        seen.sort_by_key(|link| (link.whole.start, std::cmp::Reverse(link.whole.end)));
        let of = |link: &'p Link| {
            let led = self.site.follow(page, link, false).into_iter();
            led.filter(|led| led.edition == edition && led.from == number).map(move |led| (link, led.outcome))
        };
        seen.into_iter().flat_map(of).collect()
    }

    fn ids(
        &self,
        url: &str,
        index: usize,
        mut ours: Vec<String>,
        items: &[&Item],
        compared: &mut Comparison,
    ) {
        let anchors = &self.site.anchors[index];
        for item in items {
            let Item::Id(id) = item else { continue };
            if let Some(at) = ours.iter().position(|own| own == id) {
                ours.remove(at);
            } else if anchors.open.is_some() || anchors.other_lines || anchors.may_be(id) {
                compared.unknown.push(format!("{url}#{id}"));
            } else {
                compared.differences.push(format!("{url} has the id {id}, which we do not predict"));
            }
        }
        if !ours.is_empty() {
            compared.differences.push(format!("{url} has no id {}, which we predict", ours.join(", ")));
        }
    }

    /// One link.
    fn link(
        &self,
        (edition, url): (usize, &str),
        link: &Link,
        outcome: &Outcome<'_>,
        item: &Item,
        compared: &mut Comparison,
    ) {
        let Item::Link { embedded, href, found } = item else { return };
        if let Outcome::Unknown(reason) = outcome {
            if found != "outside" {
                compared.unknown.push(format!("{url} {}: {reason}", link.destination));
            }
            return;
        }
        if *embedded != link.embedded || !self.agrees(edition, outcome, href, found) {
            let target = match outcome {
                Outcome::Good(Target::Page(number) | Target::Alias(number)) => {
                    self.site.published[edition].instances[*number as usize].url.as_str()
                }
                _ => "",
            };
            let ours = format!("{}: {outcome:?} {target}", link.destination);
            compared.differences.push(format!("{url} has {item}; we say {ours}"));
        }
    }

    /// Whether what we say of a link is what a browser finds.
    fn agrees(&self, edition: usize, outcome: &Outcome<'_>, href: &str, found: &str) -> bool {
        let url_of = |number: u32| self.site.published[edition].instances[number as usize].url.as_str();
        let redirect = found.strip_suffix(" (redirect)");
        let lacking = found.strip_suffix(" (no id)");
        let is_there = found.starts_with('/') && lacking.is_none();
        match outcome {
            Outcome::Unknown(_) => true,
            // Hugo prints nothing where it finds nothing, and a browser stays on the page.
            Outcome::Bad { verdict, .. } if href.is_empty() => {
                let is_reference = matches!(verdict, Verdict::NoReference | Verdict::AmbiguousReference(_));
                !is_reference || self.recording.refused.is_some() || self.site_warns()
            }
            Outcome::Good(Target::Page(number)) => found == url_of(*number),
            Outcome::Good(Target::Alias(number)) => {
                redirect.and_then(|url| self.recording.places.get(url))
                    == Some(&Place::Redirect(url_of(*number).to_owned()))
            }
            Outcome::Good(Target::Redirect) => redirect.is_some(),
            Outcome::Good(Target::File(_) | Target::Generated | Target::Resource) => {
                is_there && redirect.is_none()
            }
            Outcome::Good(Target::OtherSite | Target::Repository | Target::External) => {
                found == "elsewhere" || found == "outside"
            }
            Outcome::Good(Target::Nowhere) => href.is_empty(),
            Outcome::Bad { url, verdict } => match verdict {
                Verdict::Destroyed(_) => href == "#ZgotmplZ",
                Verdict::NoAnchor(..) | Verdict::NoAnchorOfLayout(_) => lacking == Some(url.as_str()),
                Verdict::Empty | Verdict::NoReference | Verdict::AmbiguousReference(_) => false,
                Verdict::OutsideBase(_) => found == "outside",
                _ => found == "no page",
            },
        }
    }

    /// Whether references that find nothing are let pass.
    fn site_warns(&self) -> bool {
        self.site.editions[0].config.text("reflinkserrorlevel", "").eq_ignore_ascii_case("warning")
    }
}

/// Whether templates print what they do not hold.
fn is_open(layout: &LayoutIds) -> bool {
    layout.open.is_some() || layout.other_content != Other::Nothing || !layout.summaries_of.is_empty()
}

/// Mail addresses are of no interest to us.
fn is_mail(href: &str) -> bool {
    href.starts_with("mailto:")
}
