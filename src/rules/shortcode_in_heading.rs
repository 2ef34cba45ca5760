//! A heading whose id holds what a shortcode prints.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    hugo::{
        anchors::slug,
        shortcode::{Delimiter, Tag, TagKind},
    },
    page::{Heading, Link, Page, Reading},
    site::{
        Site,
        links::SHORTCODE_IN_ID,
        notes::fragment_of,
        resolve::{Outcome, Target},
    },
    source::Span,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ShortcodeInHeading {}

impl Rule for ShortcodeInHeading {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (heading, tag) in headings(page, site).filter(|(_, tag)| tag.delimiter == Delimiter::Html) {
            let message = format!(
                "Hugo makes this heading's id before `{}` is run: it holds a placeholder that changes with the page",
                page.source.slice(tag.span)
            );
            report(page, heading, site, &message, findings);
        }
    }

    /// An id that holds what `{{% … %}}` prints is a good one, and lasts as long as that is printed: only where somebody
    /// links to it is it worth a word.
    fn check_site(&self, site: &Site, findings: &mut Findings) {
        let mut linked: BTreeMap<(usize, u32), (&Page, &Link)> = BTreeMap::new();
        for (page, links) in site.pages.iter().zip(&site.links) {
            for (number, _) in links.unknown.iter().filter(|(_, reason)| reason == SHORTCODE_IN_ID) {
                let link = &page.links[*number as usize];
                let (Some(target), Some(fragment)) = (target_page(page, link, site), fragment_of(link))
                else {
                    continue;
                };
                for heading in site.anchors[target].headings_that_may_be(&fragment) {
                    linked.entry((target, heading)).or_insert((page, link));
                }
            }
        }
        for ((target, index), (page, link)) in linked {
            let target = &site.pages[target];
            let own = &target.headings[index as usize];
            let Some((heading, tag)) = headings(target, site).find(|(heading, _)| heading.span == own.span)
            else {
                continue;
            };
            if tag.delimiter == Delimiter::Markdown {
                let message = format!(
                    "the id of this heading depends on what `{}` prints, and there are links to it",
                    target.source.slice(tag.span)
                );
                report(target, heading, site, &message, findings);
                if let Some(found) = findings.list.last_mut() {
                    found.label(page, link.span, "a link to this heading");
                }
            }
        }
    }
}

/// The headings of a page that Hugo makes an id for from the output of a shortcode, and the first such shortcode.
fn headings<'s>(page: &'s Page, site: &'s Site) -> impl Iterator<Item = (&'s Heading, &'s Tag)> {
    let index = site.index(page);
    let anchors = &site.anchors[index];
    let config = &site.editions[0].config;
    let makes_ids = config.goldmark.auto_heading_id && !site.drops_heading_ids && anchors.open.is_none();
    anchors.computed_headings().filter(move |_| makes_ids).filter_map(move |heading| {
        let heading = &page.headings[heading as usize];
        let document = page.documents.get(heading.document as usize)?;
        let is_read = document.reading != Reading::Hidden && !document.assumed;
        if heading.id.is_some() || !is_read || site.visibility[index].of(heading.call).is_empty() {
            return None;
        }
        let tags = page.tags.iter().filter(|tag| heading.span.contains(tag.span));
        let mut printing = tags.filter(|tag| !matches!(tag.kind, TagKind::Comment | TagKind::Close));
        Some((heading, printing.next()?))
    })
}

fn report(page: &Page, heading: &Heading, site: &Site, message: &str, findings: &mut Findings) {
    let goldmark = &site.editions[0].config.goldmark;
    let text = page.source.slice(heading.span);
    let end = heading.span.start as usize + text.trim_end().len();
    let ends_in_tag = page.tags.iter().any(|tag| tag.span.end as usize == end);
    let ends_in_text = ends_in_tag || !text.trim_end().ends_with(['#', '}', '\\']);
    let mut words = heading.text.clone();
    while let Some(open) = words.find('⟦') {
        let close = words[open..].find('⟧').map_or(words.len(), |at| open + at + '⟧'.len_utf8());
        words.replace_range(open..close, " ");
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = findings.report(page, Span::new(heading.span.start as usize, end), message);
    let id = slug(&words, goldmark.auto_id_type).filter(|id| id != "heading");
    let Some(id) = id.filter(|id| site.anchors[site.index(page)].with_id(id).is_empty()) else {
        let is_underlined = !text.starts_with('#') && text.contains('\n');
        found.help(if is_underlined && words.is_empty() {
            "the dashes below make it a heading: leave a blank line between, or give it an id: `{#name}` at its end"
        } else {
            "give it an id of its own: `{#name}` at its end"
        });
        return;
    };
    found.help(format!("give it an id of its own, such as `{{#{id}}}`"));
    if goldmark.heading_attributes && text.starts_with('#') && ends_in_text {
        let span = Span::new(end, end);
        found.fix(Safety::Unsafe, [Edit { span, text: format!(" {{#{id}}}") }]);
    }
}

/// The page that a link leads to, whatever its fragment.
fn target_page(page: &Page, link: &Link, site: &Site) -> Option<usize> {
    let path = link.destination.split('#').next().unwrap_or("");
    let without = Link { destination: format!("{path}#"), ..link.clone() };
    site.follow(page, &without, false).into_iter().find_map(|led| match led.outcome {
        Outcome::Good(Target::Page(number)) => {
            site.published[led.edition].instances[number as usize].page.map(|page| page as usize)
        }
        _ => None,
    })
}
