//! A block for readers who cannot see the place where it stands.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Findings, Safety},
    page::Page,
    site::{
        Site,
        edition::{Axis, EditionSet, Visibility},
    },
    source::Span,
    variants::{Condition, conditions, removal},
};

/// A block for readers who cannot see the place where it stands.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DeadBlock {}

impl Rule for DeadBlock {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let visibility = site.visibility(page);
        for condition in conditions(site, page) {
            if !condition.said.certain || !visibility.on_axis(Some(condition.call)).is_empty() {
                continue;
            }
            let shown = condition.said.shown;
            let (why, place) = reason(site, page, &condition);
            let block = if shown.is_empty() { String::new() } else { format!(" for {}", named(&condition)) };
            let message = format!("this block{block} is never shown: {why}");
            let finding = findings.report(page, condition.tag_span(page), message);
            if let Some((span, label)) = place {
                finding.label(page, span, label);
            }
            finding.help("remove it, or let its readers see the place");
            if condition.is_closed(page) {
                finding.fix(Safety::Unsafe, [removal(page, condition.call)]);
            }
        }
    }
}

/// For whom the block is. A name may stand for several values of pages: then it says more than they do.
fn named(condition: &Condition<'_>) -> String {
    let axis = condition.axis;
    if axis.pages.is_none() || !condition.said.shows {
        return axis.names(condition.said.shown);
    }
    let values: Vec<&str> = condition.said.values.iter().map(|own| own.value.as_str()).collect();
    values.join(", ")
}

/// Why nobody sees the block, and the place that says so.
fn reason(site: &Site, page: &Page, condition: &Condition<'_>) -> (String, Option<(Span, String)>) {
    let visibility = site.visibility(page);
    let shown = condition.said.shown;
    if shown.is_empty() {
        return (format!("`{}` hides it from everybody", condition.written(page)), None);
    }
    let mut around = page.calls[condition.call].parent;
    while let Some(call) = around {
        if let Some(outer) = &visibility.conditions[call]
            && outer.shown.and(shown).is_empty()
        {
            let span = page.tag(call).span;
            let readers = site.axes[outer.axis].names(outer.shown);
            let why = format!("it is in a block for {readers} (line {})", page.source.line(span.start));
            return (why, Some((span, format!("only for {readers}"))));
        }
        around = page.calls[call].parent;
    }
    if !visibility.on_axis(None).and(shown).is_empty() {
        return ("nobody sees all the blocks it is in".to_owned(), None);
    }
    page_reason(page, visibility, condition.axis, shown)
}

fn page_reason(
    page: &Page,
    visibility: &Visibility,
    axis: &Axis,
    shown: EditionSet,
) -> (String, Option<(Span, String)>) {
    let readers = axis.names(shown);
    if axis.pages.is_some() {
        let own = axis.names(visibility.on_axis(None));
        return match visibility.page_key {
            Some(span) => {
                let line = page.source.line(span.start);
                (format!("the page is for {own} (line {line})"), Some((span, format!("for {own}"))))
            }
            None => (format!("the page is for {own}"), None),
        };
    }
    match visibility.page_key {
        None => (format!("the page is not published for {readers}"), None),
        Some(span) => {
            let line = page.source.line(span.start);
            let why = format!("the page is disabled for {readers} (line {line})");
            (why, Some((span, format!("the page is only for {}", axis.names(visibility.on_axis(None))))))
        }
    }
}
