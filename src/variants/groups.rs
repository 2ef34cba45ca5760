//! Which conditional blocks are versions of one another: [`groups`].

use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet},
    ops::{Deref, Range},
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    leaves::{Leaves, normalise},
    outline::Outline,
    runs::runs,
    sentences::{Sentence, shared},
    similarity::Text,
};
use crate::{
    hugo::definitions::Definitions,
    page::{Alt, Page},
    site::{
        Site,
        edition::{EditionSet, Visibility},
    },
    source::Span,
};

/// Blocks less alike than this are about different things.
const ALIKE: f64 = 0.30;
/// Blocks of a run further apart than this are not compared, so that a page of conditions takes linear time.
const REACH: usize = 8;
/// A longer run is taken in pieces of this length.
const LONGEST_RUN: usize = 96;

/// Versions of one text for different readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What tells its readers apart.
    pub readers: Readers,
    /// The versions by position; no reader sees two of them.
    pub branches: Vec<Branch>,
    /// What they share.
    pub sentences: Vec<Sentence>,
}

/// What tells the readers of a group apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readers {
    /// One of the site's axes, by index: each condition names some of its values.
    Axis(usize),
    /// Their choice among the branches of a container.
    Choice {
        /// The container, by index in [`Page::calls`].
        container: u32,
        /// What each branch is called, by index in [`Group::branches`].
        labels: Vec<String>,
    },
}

impl Group {
    /// The names of those who see one of these versions: `JP, US`, `python`.
    pub fn names(&self, site: &Site, editions: EditionSet) -> String {
        match &self.readers {
            Readers::Axis(axis) => site.axes[*axis].names(editions),
            Readers::Choice { labels, .. } => {
                let names: Vec<&str> =
                    editions.iter().filter_map(|index| labels.get(index).map(String::as_str)).collect();
                names.join(", ")
            }
        }
    }

    /// Whether one page holds all versions, and each reader chooses one.
    pub fn is_choice(&self) -> bool {
        matches!(self.readers, Readers::Choice { .. })
    }

    /// The leaves that not all versions share, by version; by index in [`Page::blocks`].
    pub(super) fn differing(&self) -> Vec<Vec<u32>> {
        let in_all = self.sentences.iter().filter(|sentence| sentence.places.len() == self.branches.len());
        let shared: FxHashSet<u32> =
            in_all.flat_map(|sentence| &sentence.places).map(|place| place.block).collect();
        let own =
            |branch: &Branch| branch.leaves.iter().copied().filter(|block| !shared.contains(block)).collect();
        self.branches.iter().map(own).collect()
    }
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The condition or branch, by index in [`Page::calls`].
    pub call: u32,
    /// Who sees it; in a container, the branch's own index.
    pub editions: EditionSet,
    /// Its leaves by position, by index in [`Page::blocks`].
    pub leaves: Vec<u32>,
    /// Its index in its run: blocks with consecutive numbers have nothing between them.
    pub position: usize,
}

/// The groups of a page by their first block's place in the page's runs. Blocks that nobody sees, and those for
/// readers that do not exist, are in none.
pub fn groups(page: &Page, visibility: &Visibility, definitions: &Definitions) -> Vec<Group> {
    let has_runs = visibility.conditions.iter().flatten().nth(1).is_some();
    let runs = if has_runs { runs(page, visibility) } else { Vec::new() };
    if runs.is_empty() && visibility.branches.len() < 2 {
        return Vec::new();
    }
    let leaves = Leaves::new(page, visibility);
    // Both are asked for by few pages.
    let outline = LazyCell::new(|| Outline::new(page));
    let values = LazyCell::new(|| -> BTreeSet<String> {
        let conditions = visibility.conditions.iter().flatten();
        conditions.flat_map(|condition| &condition.values).map(|value| value.value.to_lowercase()).collect()
    });
    let mut groups = Vec::new();
    for run in runs {
        let start = page.calls[run[0]].span.start;
        let Some(said) = &visibility.conditions[run[0]] else { continue };
        let members: Vec<Candidate<'_>> = run
            .iter()
            .enumerate()
            .filter_map(|(position, &call)| {
                Candidate::new(page, visibility, &leaves, &values, position, call)
            })
            .collect();
        for cluster in members.chunks(LONGEST_RUN).flat_map(cluster) {
            let branches: Vec<Branch> = cluster.iter().map(|member| member.branch(&leaves)).collect();
            let ranges: Vec<Range<usize>> = cluster.iter().map(|member| member.leaves.clone()).collect();
            let sentences = shared(page, &branches, &ranges, &leaves, &outline, start);
            groups.push(Group { readers: Readers::Axis(said.axis), branches, sentences });
        }
    }
    groups.extend(choices(page, visibility, definitions, &leaves, &outline));
    groups
}

/// The containers of a page, each of which is one group by itself.
fn choices(
    page: &Page,
    visibility: &Visibility,
    definitions: &Definitions,
    leaves: &Leaves,
    outline: &impl Deref<Target = Outline>,
) -> Vec<Group> {
    let mut by_container: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &(container, branch) in &visibility.branches {
        if page.calls[branch as usize].inner.is_some() {
            by_container.entry(container).or_default().push(branch);
        }
    }
    let mut groups = Vec::new();
    for (container, calls) in by_container {
        // More are not told apart.
        if calls.len() < 2 || calls.len() > EditionSet::MAX {
            continue;
        }
        let ranges: Vec<Range<usize>> = calls
            .iter()
            .map(|&call| leaves.range(page.calls[call as usize].inner.unwrap_or_default()))
            .collect();
        let branches: Vec<Branch> = calls
            .iter()
            .zip(&ranges)
            .enumerate()
            .map(|(position, (&call, range))| Branch {
                call,
                editions: EditionSet::one(position),
                leaves: leaves.slice(range.clone()).iter().map(|leaf| leaf.block).collect(),
                position,
            })
            .collect();
        let mut offered = definitions.offered(page.tag(container as usize)).into_iter();
        let labels = branches
            .iter()
            .map(|branch| {
                let label = definitions.label(page.tag(branch.call as usize));
                let label = label.map(|argument| argument.value.clone());
                let in_order = offered.next().map(|(value, _)| value);
                label.or(in_order).unwrap_or_else(|| format!("branch {}", branch.position + 1))
            })
            .collect();
        let start = page.calls[container as usize].span.start;
        let sentences = shared(page, &branches, &ranges, leaves, outline, start);
        groups.push(Group { readers: Readers::Choice { container, labels }, branches, sentences });
    }
    groups
}

/// A block of a run that may have other versions.
struct Candidate<'p> {
    call: u32,
    /// Its inner text as it is written.
    source: &'p str,
    position: usize,
    editions: EditionSet,
    leaves: Range<usize>,
    text: Text,
    /// The names of its pictures, if it has nothing else.
    pictures: Vec<String>,
}

impl<'p> Candidate<'p> {
    fn new(
        page: &'p Page,
        visibility: &Visibility,
        leaves: &Leaves,
        values: &impl Deref<Target = BTreeSet<String>>,
        position: usize,
        call: usize,
    ) -> Option<Self> {
        let editions = visibility.on_axis(Some(call));
        let inner = page.calls[call].inner?;
        if editions.is_empty() || !visibility.conditions[call].as_ref()?.certain {
            return None;
        }
        let range = leaves.range(inner);
        // What flows into a sentence around it makes no block of its own.
        let alone = if range.is_empty() { without_tags(page, inner) } else { String::new() };
        let own = || leaves.slice(range.clone()).iter().map(|leaf| leaf.text.as_str());
        let text = Text::of(own().chain([alone.as_str()]));
        let pictures = pictures(page, inner, values, || {
            own().chain([alone.as_str()]).map(|text| text.chars().count()).sum()
        });
        Some(Self {
            call: u32::try_from(call).ok()?,
            source: page.source.slice(inner).trim(),
            position,
            editions,
            leaves: range.clone(),
            pictures,
            text,
        })
    }

    fn alike(&self, other: &Self) -> f64 {
        if self.source == other.source {
            return 1.0;
        }
        let text = self.text.ratio(&other.text);
        let most = self.pictures.len().max(other.pictures.len());
        if most == 0 || self.pictures.is_empty() || other.pictures.is_empty() {
            return text;
        }
        let same = self.pictures.iter().filter(|name| other.pictures.contains(name)).count();
        text.max(same as f64 / most as f64)
    }

    fn branch(&self, leaves: &Leaves) -> Branch {
        Branch {
            call: self.call,
            editions: self.editions,
            leaves: leaves.slice(self.leaves.clone()).iter().map(|leaf| leaf.block).collect(),
            position: self.position,
        }
    }
}

/// A text without the shortcode tags in it, as it is compared.
fn without_tags(page: &Page, span: Span) -> String {
    let mut text = String::new();
    let mut start = span.start;
    let first = page.tags.partition_point(|tag| tag.span.start < span.start);
    for tag in page.tags[first..].iter().take_while(|tag| tag.span.end <= span.end) {
        text.push_str(page.source.slice(Span { start, end: tag.span.start.max(start) }));
        start = tag.span.end;
    }
    text.push_str(page.source.slice(Span { start, end: span.end.max(start) }));
    normalise(&text)
}

/// The names of a block's pictures without the reader they are for (`login_us.png`, `login_jp.png`), if the block has
/// no other words than theirs.
fn pictures(
    page: &Page,
    inner: Span,
    values: &impl Deref<Target = BTreeSet<String>>,
    length: impl FnOnce() -> usize,
) -> Vec<String> {
    let first = page.links.partition_point(|link| link.span.start < inner.start);
    let links = page.links[first..].iter().take_while(|link| link.span.start < inner.end);
    let images: Vec<_> = links.filter(|link| link.embedded).collect();
    if images.is_empty() {
        return Vec::new();
    }
    let said = |alt: &Alt| alt.text.as_deref().map_or(0, |text| normalise(text).chars().count());
    let alts: usize = images.iter().filter_map(|link| link.alt.as_deref()).map(said).sum();
    if length() > alts {
        return Vec::new();
    }
    images.iter().map(|link| picture_name(&link.destination, values)).collect()
}

fn picture_name(destination: &str, values: &BTreeSet<String>) -> String {
    let file = destination.rsplit('/').next().unwrap_or(destination);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_lowercase();
    let parts: Vec<&str> = stem.split(['_', '-']).filter(|part| !values.contains(*part)).collect();
    parts.join("_")
}

/// Average-linkage clustering of blocks that nobody sees two of. Clusters of one are left out.
fn cluster<'m, 'p>(members: &'m [Candidate<'p>]) -> Vec<Vec<&'m Candidate<'p>>> {
    let mut alike: FxHashMap<(usize, usize), f64> = FxHashMap::default();
    for (at, one) in members.iter().enumerate() {
        for (next, other) in members.iter().enumerate().skip(at + 1).take(REACH) {
            if one.editions.and(other.editions).is_empty() {
                alike.insert((at, next), one.alike(other));
            }
        }
    }
    let mut clusters: Vec<(Vec<usize>, EditionSet)> =
        members.iter().enumerate().map(|(at, member)| (vec![at], member.editions)).collect();
    let linkage = |one: &[usize], other: &[usize]| -> f64 {
        let pairs = one.iter().flat_map(|&a| other.iter().map(move |&b| (a.min(b), a.max(b))));
        let sum: f64 = pairs.filter_map(|pair| alike.get(&pair)).sum();
        sum / (one.len() * other.len()) as f64
    };
    loop {
        let mut best: Option<(f64, usize, usize)> = None;
        for (at, (one, seen)) in clusters.iter().enumerate() {
            for (next, (other, other_seen)) in clusters.iter().enumerate().skip(at + 1) {
                if one.is_empty() || other.is_empty() || !seen.and(*other_seen).is_empty() {
                    continue;
                }
                if other[0] > one.last().map_or(0, |last| last + REACH) {
                    break;
                }
                let linkage = linkage(one, other);
                let nearer = |(_, a, b): (f64, usize, usize)| next - at < b - a;
                if linkage >= ALIKE
                    && best.is_none_or(|best| linkage > best.0 || linkage == best.0 && nearer(best))
                {
                    best = Some((linkage, at, next));
                }
            }
        }
        let Some((_, at, next)) = best else { break };
        let (other, seen) = std::mem::take(&mut clusters[next]);
        clusters[at].0.extend(other);
        clusters[at].0.sort_unstable();
        clusters[at].1 = clusters[at].1.or(seen);
    }
    let several = clusters.into_iter().filter(|(cluster, _)| cluster.len() > 1);
    several.map(|(cluster, _)| cluster.into_iter().map(|at| &members[at]).collect()).collect()
}
