//! The same image with another alternative text in another version.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeSet;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::{Alt, Page},
    site::Site,
    source::Span,
    variants::{alternative, images, names, readers},
};

/// The same image with another alternative text in another version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ImageAltDisagreement {}

impl Rule for ImageAltDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported = BTreeSet::new();
        for group in site.alternatives(page).iter().filter(|group| !group.is_choice()) {
            for dissent in images(page, group).dissents(|image| alternative(page, image)) {
                let image = dissent.member.node;
                let Some((alt, said)) = alt(page, image).filter(|_| reported.insert(image)) else { continue };
                let Some((_, most)) = alt_of_first(page, &dissent.others) else { continue };
                let place = |image: u32| alt_span(page, image);
                let own = names(site, group, &[dissent.member]);
                let others = readers(page, site, group, &dissent.others, place);
                let file = page.destination(&page.links[image as usize]);
                let file = file.rsplit('/').next().unwrap_or(file);
                let message = format!("alt `{said}` of {file} for {own}, but `{most}` for {others}");
                let finding = findings.report(page, alt.span, message);
                for &other in &dissent.others {
                    finding.label(page, place(other.node), format!("for {}", names(site, group, &[other])));
                }
                finding.help("the same image deserves the same words for all readers");
                let edits = longest(page, image, said, dissent.others.iter().map(|other| other.node), most);
                if let Some(edits) = edits {
                    finding.fix(Safety::Unsafe, edits);
                }
            }
        }
    }
}

fn alt(page: &Page, image: u32) -> Option<(&Alt, &str)> {
    let alt = page.links[image as usize].alt.as_deref()?;
    Some((alt, alt.text.as_deref()?))
}

fn alt_of_first<'p>(page: &'p Page, others: &[crate::variants::Member]) -> Option<(&'p Alt, &'p str)> {
    alt(page, others.first()?.node)
}

fn alt_span(page: &Page, image: u32) -> Span {
    let link = &page.links[image as usize];
    link.alt.as_ref().map_or(link.span, |alt| alt.span)
}

/// Writes the longer text, which usually says more, in place of the shorter; where each of them is plain text.
fn longest(
    page: &Page,
    image: u32,
    said: &str,
    others: impl Iterator<Item = u32>,
    most: &str,
) -> Option<Vec<Edit>> {
    let own_is_longer = said.chars().count() > most.chars().count();
    let (text, images): (&str, Vec<u32>) =
        if own_is_longer { (said, others.collect()) } else { (most, vec![image]) };
    if text.contains(['"', '\'', '`', '[', ']', '\\', '\n', '&', '<', '*', '_']) {
        return None;
    }
    let edit = |image: u32| {
        let span = alt_span(page, image);
        let (_, written) = alt(page, image)?;
        (page.source.slice(span) == written).then(|| Edit { span, text: text.to_owned() })
    };
    let mut edits: Vec<Edit> = images.into_iter().map(edit).collect::<Option<_>>()?;
    edits.sort_by_key(|edit| edit.span);
    Some(edits)
}
