//! Which links and images of the versions of a text are the same: [`links`], [`images`].

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{
    Branch, Columns, Group, Member,
    leaves::{self, normalise},
    sentences::SHORTEST,
};
use crate::{
    page::{BlockKind, Link, LinkKind, Page},
    source::Span,
};

/// The links that start in a stretch of the page, with their indexes in [`Page::links`].
fn within(page: &Page, span: Span) -> impl Iterator<Item = (u32, &Link)> {
    let first = page.links.partition_point(|link| link.span.start < span.start);
    let links = (0_u32..).zip(&page.links).skip(first);
    links.take_while(move |(_, link)| link.span.start < span.end)
}

/// Images are the same if they show the same file: the first in one version and the first in the other, and so on, or
/// all of them where each version says the same of all its own. Nodes are indexes in [`Page::links`]; only images with
/// an alternative text are there.
pub fn images(page: &Page, group: &Group) -> Columns {
    let mut columns = Columns::default();
    let mut by_file: BTreeMap<&str, Vec<Vec<Member>>> = BTreeMap::new();
    for (branch, own) in group.branches.iter().enumerate() {
        let mut files: BTreeMap<&str, Vec<Member>> = BTreeMap::new();
        let inner = page.calls[own.call as usize].inner.unwrap_or_default();
        for (node, link) in within(page, inner) {
            let said = link.alt.as_ref().filter(|alt| !alt.exempt).and_then(|alt| alt.text.as_deref());
            let is_said = said.is_some_and(|text| !text.trim().is_empty());
            if is_said && link.embedded && link.rendered && !link.computed {
                files.entry(&link.destination).or_default().push(Member { branch, node });
            }
        }
        for (file, images) in files {
            by_file.entry(file).or_default().push(images);
        }
    }
    for versions in by_file.into_values() {
        let Some((first, others)) = versions.split_first() else { continue };
        let says_one = |images: &[Member]| {
            let says = |image: &Member| alternative(page, image.node);
            images.iter().all(|image| says(image) == says(&images[0]))
        };
        for images in others {
            if images.len() == first.len() {
                first.iter().zip(images).for_each(|(&one, &other)| columns.join(one, other));
            } else if says_one(first) && says_one(images) {
                columns.join(first[0], images[0]);
            }
        }
    }
    columns
}

/// The alternative text of an image, by index in [`Page::links`], as it is compared.
pub fn alternative(page: &Page, image: u32) -> String {
    let alt = page.links[image as usize].alt.as_ref();
    normalise(alt.and_then(|alt| alt.text.as_deref()).unwrap_or(""))
}

/// The same words of the same sentence in each version, of which at least one is a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedWords {
    /// The words, as they are written where they are a link.
    pub text: String,
    /// In each version that has them: the version, by index in [`Group::branches`]; the sentence, by index in
    /// [`Page::blocks`] (0 where it is the link that matters); the link, by index in [`Page::links`], if they are one.
    pub places: Vec<(usize, u32, Option<u32>)>,
}

/// The words that are a link in some version, in the order of the first version. What is linked twice in a sentence is
/// left out.
pub fn links(page: &Page, group: &Group) -> Vec<LinkedWords> {
    if are_linked_alike(page, group) {
        return Vec::new();
    }
    let is_text = |block: u32| page.blocks[block as usize].kind != BlockKind::Code;
    let mut same: Vec<Vec<(usize, u32)>> = Vec::new();
    for sentence in group.sentences.iter().filter(|sentence| is_text(sentence.places[0].block)) {
        same.push(sentence.places.iter().map(|place| (place.branch, place.block)).collect());
    }
    same.extend(short(page, group));
    let mut found = in_all_sentences(page, group);
    let known: FxHashSet<u32> =
        found.iter().flat_map(|words| &words.places).filter_map(|&(_, _, link)| link).collect();
    for sentence in same {
        let of_leaf: Vec<Vec<(String, u32)>> = sentence
            .iter()
            .map(|&(_, block)| {
                let clickable = within(page, page.blocks[block as usize].span);
                clickable.filter_map(|(node, link)| Some((words(page, link)?, node))).collect()
            })
            .collect();
        let mut texts: Vec<&str> = Vec::new();
        for (text, _) in of_leaf.iter().flatten() {
            if !texts.contains(&text.as_str()) {
                texts.push(text);
            }
        }
        for text in texts {
            let own = |links: &[(String, u32)]| -> Option<Option<u32>> {
                let mut same = links.iter().filter(|(words, _)| words == text);
                let first = same.next().map(|(_, node)| *node);
                same.next().is_none().then_some(first)
            };
            let places: Option<Vec<_>> = sentence
                .iter()
                .zip(&of_leaf)
                .map(|(&(branch, block), links)| Some((branch, block, own(links)?)))
                .collect();
            let is_new =
                |&(_, _, link): &(usize, u32, Option<u32>)| link.is_none_or(|link| !known.contains(&link));
            let Some(places) = places.filter(|places| places.iter().any(is_new)) else { continue };
            let first = places.iter().find_map(|&(_, _, link)| link_text(page, &page.links[link? as usize]));
            found.push(LinkedWords { text: first.unwrap_or(text).to_owned(), places });
        }
    }
    found
}

/// Whether all versions have the same links, written alike and in leaves with the same numbers.
fn are_linked_alike(page: &Page, group: &Group) -> bool {
    let written = |branch: &Branch| -> Vec<(usize, &str)> {
        let inner = page.calls[branch.call as usize].inner.unwrap_or_default();
        let links = within(page, inner).filter(|(_, link)| is_written(link));
        let leaf = |link: &Link| {
            branch.leaves.partition_point(|&leaf| page.blocks[leaf as usize].span.start <= link.span.start)
        };
        links.map(|(_, link)| (leaf(link), page.source.slice(link.whole))).collect()
    };
    let Some((first, others)) = group.branches.split_first() else { return true };
    let first = written(first);
    others.iter().all(|other| written(other) == first)
}

/// Links with the same words in whatever sentences, where each version has such a link once. Short words, such as
/// “here”, say too little.
fn in_all_sentences(page: &Page, group: &Group) -> Vec<LinkedWords> {
    let mut by_text: BTreeMap<String, Vec<(usize, u32)>> = BTreeMap::new();
    for (branch, own) in group.branches.iter().enumerate() {
        let inner = page.calls[own.call as usize].inner.unwrap_or_default();
        for (node, link) in within(page, inner) {
            if let Some(text) = words(page, link).filter(|text| text.chars().nth(SHORTEST - 1).is_some()) {
                by_text.entry(text).or_default().push((branch, node));
            }
        }
    }
    let once =
        |places: &[(usize, u32)]| places.len() > 1 && places.is_sorted_by(|(one, _), (other, _)| one < other);
    let differ = |places: &[(usize, u32)]| {
        let destination = |&(_, link): &(usize, u32)| &page.links[link as usize].destination;
        places.iter().any(|place| destination(place) != destination(&places[0]))
    };
    by_text
        .into_values()
        .filter(|places| once(places) && differ(places))
        .filter_map(|places| {
            let text = link_text(page, &page.links[places[0].1 as usize])?.to_owned();
            let at = |(branch, link): (usize, u32)| (branch, 0, Some(link));
            Some(LinkedWords { text, places: places.into_iter().map(at).collect() })
        })
        .collect()
}

/// Texts too short for a sentence that are the same and hold a link: items of a list of links.
fn short(page: &Page, group: &Group) -> Vec<Vec<(usize, u32)>> {
    let known: std::collections::BTreeSet<u32> =
        group.sentences.iter().flat_map(|sentence| &sentence.places).map(|place| place.block).collect();
    let mut by_text: BTreeMap<String, Vec<(usize, u32)>> = BTreeMap::new();
    for (branch, own) in group.branches.iter().enumerate() {
        for &block in own.leaves.iter().filter(|block| !known.contains(block)) {
            let mut links = within(page, page.blocks[block as usize].span);
            if links.any(|(_, link)| words(page, link).is_some()) {
                by_text.entry(leaves::words(page, block)).or_default().push((branch, block));
            }
        }
    }
    let once = |places: &Vec<(usize, u32)>| {
        places.len() > 1 && places.is_sorted_by(|(one, _), (other, _)| one < other)
    };
    by_text
        .into_iter()
        .filter(|(text, places)| !text.is_empty() && once(places))
        .map(|(_, own)| own)
        .collect()
}

/// What is clicked on, as it is compared; `None` for what is no link of the text.
fn words(page: &Page, link: &Link) -> Option<String> {
    if !is_written(link) {
        return None;
    }
    Some(normalise(link_text(page, link)?)).filter(|text| !text.is_empty())
}

/// Whether this is a link of the text.
fn is_written(link: &Link) -> bool {
    matches!(link.kind, LinkKind::Inline | LinkKind::Reference(_)) && !link.embedded && link.rendered
}

/// The text of a link as it is written.
fn link_text<'p>(page: &'p Page, link: &Link) -> Option<&'p str> {
    let text = page.source.slice(link.whole).strip_prefix('[')?;
    let end = match link.kind {
        LinkKind::Inline => text.rfind("](")?,
        _ => text.find(']')?,
    };
    Some(&text[..end])
}
