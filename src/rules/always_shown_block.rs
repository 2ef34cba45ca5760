//! A condition that everybody meets who can see the place where it stands.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Findings, Safety},
    page::Page,
    site::{Site, edition::Visibility},
    source::Span,
    variants::{Condition, conditions, reads_the_same_unwrapped, unwrapping},
};

/// A condition that everybody meets who can see the place where it stands.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct AlwaysShownBlock {}

impl Rule for AlwaysShownBlock {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let visibility = site.visibility(page);
        for condition in conditions(site, page) {
            if !condition.said.certain || visibility.on_axis(Some(condition.call)) != condition.around {
                continue;
            }
            let (why, place) = reason(page, visibility, &condition);
            let message = format!("`{}` changes nothing: {why}", condition.written(page));
            let finding = findings.report(page, condition.tag_span(page), message);
            if let Some((span, label)) = place {
                finding.label(page, span, label);
            }
            finding.help("remove the condition and keep the text");
            if let Some(edits) = unwrapping(page, condition.call) {
                let same = reads_the_same_unwrapped(page, condition.call);
                finding.fix(if same { Safety::Safe } else { Safety::Unsafe }, edits);
            }
        }
    }
}

/// Why everybody meets the condition, and the place that says so.
fn reason(
    page: &Page,
    visibility: &Visibility,
    condition: &Condition<'_>,
) -> (String, Option<(Span, String)>) {
    let axis = condition.axis;
    let readers = axis.names(condition.around);
    if condition.said.shown == axis.everybody() {
        return ("it is shown to everybody".to_owned(), None);
    }
    let mut around = page.calls[condition.call].parent;
    while let Some(call) = around {
        if visibility.conditions[call].is_some() && visibility.on_axis(Some(call)) != visibility.on_axis(None)
        {
            let span = page.tag(call).span;
            let why = format!("this place is only for {readers} (line {})", page.source.line(span.start));
            return (why, Some((span, format!("for {readers}"))));
        }
        around = page.calls[call].parent;
    }
    match visibility.page_key {
        Some(span) => {
            let why = format!("the page is only for {readers} (line {})", page.source.line(span.start));
            (why, Some((span, "this hides it from the others".to_owned())))
        }
        None => (format!("the page is only for {readers}"), None),
    }
}
