//! Two versions of a block with the same text.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    hugo::shortcode::{Argument, CallEnd, Quoting},
    page::Page,
    site::{Site, edition::Axis},
    source::Span,
    variants::{Branch, Readers, is_same_inside},
};

/// Two versions of a block with the same text.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct IdenticalAlternatives {}

impl Rule for IdenticalAlternatives {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for group in site.alternatives(page) {
            let Readers::Axis(axis) = group.readers else { continue };
            let axis = &site.axes[axis];
            for (at, branch) in group.branches.iter().enumerate().skip(1) {
                let is_same =
                    |other: &&Branch| is_same_inside(page, other.call as usize, branch.call as usize);
                let Some(first) = group.branches[..at].iter().find(is_same) else { continue };
                report(page, site, axis, first, branch, findings);
            }
        }
    }
}

fn report(page: &Page, site: &Site, axis: &Axis, first: &Branch, copy: &Branch, findings: &mut Findings) {
    let (first_tag, tag) = (page.tag(first.call as usize), page.tag(copy.call as usize));
    let readers = axis.names(first.editions);
    let line = page.source.line(first_tag.span.start);
    let message = format!("same text as the block for {readers} (line {line})");
    let finding = findings.report(page, tag.span, message);
    finding.label(page, first_tag.span, format!("for {readers}"));
    let together = first.editions.or(copy.editions);
    if site.visibility(page).on_axis(page.calls[copy.call as usize].parent) == together {
        finding.help("everybody who sees this place sees this text: it needs no condition");
    } else {
        finding.help(format!("merge them into one block for {}", axis.names(together)));
    }
    if let Some(edits) = merging(page, site, first, copy) {
        // Where the template is not there, it is a guess that the shortcode is a condition and nothing else.
        let known = site.definitions.get(&tag.name).is_some_and(|definition| !definition.assumed());
        finding.fix(if known { Safety::Safe } else { Safety::Unsafe }, edits);
    }
}

/// Adds the copy's values to the first block and deletes the copy, where both name their readers word by word and
/// nothing stands between them.
fn merging(page: &Page, site: &Site, first: &Branch, copy: &Branch) -> Option<[Edit; 2]> {
    let (call, copy_call) = (&page.calls[first.call as usize], &page.calls[copy.call as usize]);
    let (tag, copy_tag) = (&page.tags[call.open], &page.tags[copy_call.open]);
    let conditions = &site.visibility(page).conditions;
    let said = conditions[first.call as usize].as_ref()?;
    let copy_said = conditions[copy.call as usize].as_ref()?;
    let between = Span { start: call.span.end, end: copy_call.span.start };
    let adjacent = copy.position == first.position + 1 && page.source.slice(between).trim().is_empty();
    let alike =
        tag.name == copy_tag.name && tag.delimiter == copy_tag.delimiter && said.shows && copy_said.shows;
    let closed = [call, copy_call].iter().all(|call| matches!(call.end, CallEnd::Closed(_)));
    let word_by_word = [(tag, said), (copy_tag, copy_said)].iter().all(|(tag, said)| {
        let bare = |argument: &Argument| argument.key.is_none() && argument.quoting == Quoting::Bare;
        tag.arguments.iter().all(bare) && tag.arguments.len() == said.values.len()
    });
    if !(adjacent && alike && closed && word_by_word) {
        return None;
    }
    let end = tag.arguments.last()?.span.end;
    let new: String = copy_said
        .values
        .iter()
        .filter(|value| said.values.iter().all(|own| own.value != value.value))
        .map(|value| format!(" {}", value.value))
        .collect();
    let deletion = Span { start: call.span.end, end: copy_call.span.end };
    Some([Edit { span: Span { start: end, end }, text: new }, Edit { span: deletion, text: String::new() }])
}
