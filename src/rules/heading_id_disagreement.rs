//! The same heading with another id in another version.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeSet;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::{Heading, Page},
    site::{Site, edition::Axis},
    source::Span,
    variants::{first_line, headings_agree, headings_by_words, names, readers},
};

/// The same heading with another id in another version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct HeadingIdDisagreement {}

impl Rule for HeadingIdDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported = BTreeSet::new();
        // Alternatives that every reader gets are in one page, where an id is given once.
        if site.axes.iter().any(Axis::is_in_one_page) {
            return;
        }
        for group in site.alternatives(page).iter().filter(|group| !group.is_choice()) {
            let own_id = |heading: u32| id(&page.headings[heading as usize]);
            if headings_agree(page, group, own_id) {
                continue;
            }
            for dissent in headings_by_words(page, group).dissents(own_id) {
                if !reported.insert(dissent.member.node) {
                    continue;
                }
                let line = |heading: u32| match &page.headings[heading as usize].id {
                    Some((_, span)) => *span,
                    None => first_line(page, page.headings[heading as usize].span),
                };
                let others = readers(page, site, group, &dissent.others, line);
                let own = names(site, group, &[dissent.member]);
                let message = match (dissent.value, dissent.most) {
                    (Some(id), Some(most)) => {
                        format!("heading id `{id}` for {own}, but `{most}` for {others}")
                    }
                    (Some(id), None) => format!("heading id `{id}` for {own}, but none for {others}"),
                    (None, most) => {
                        format!("no heading id for {own}, but `{}` for {others}", most.unwrap_or_default())
                    }
                };
                let finding = findings.report(page, line(dissent.member.node), message);
                for &other in &dissent.others {
                    finding.label(page, line(other.node), format!("for {}", names(site, group, &[other])));
                }
                finding.help("links to this heading work for some readers only: give it one id");
                if let Some(edit) = dissent.most.and_then(|id| with_id(page, dissent.member.node, id)) {
                    finding.fix(Safety::Unsafe, [edit]);
                }
            }
        }
    }
}

/// Gives a heading an id, if it is one line that starts with `#`.
fn with_id(page: &Page, heading: u32, id: &str) -> Option<Edit> {
    let heading = &page.headings[heading as usize];
    if let Some((_, span)) = &heading.id {
        return Some(Edit { span: *span, text: id.to_owned() });
    }
    let line = first_line(page, heading.span);
    let text = page.source.slice(line);
    let is_plain = text.starts_with('#') && !text.ends_with(['#', '}']);
    is_plain.then(|| Edit { span: Span { start: line.end, end: line.end }, text: format!(" {{#{id}}}") })
}

fn id(heading: &Heading) -> Option<&str> {
    heading.id.as_ref().map(|(id, _)| id.as_str())
}
