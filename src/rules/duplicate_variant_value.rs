//! A condition that names a value twice.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    hugo::shortcode::Tag,
    page::Page,
    site::Site,
    source::Span,
    variants::{axis, conditions},
};

/// A condition that names a value twice.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DuplicateVariantValue {}

impl Rule for DuplicateVariantValue {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        if axis(site).is_none() {
            return;
        }
        for condition in conditions(page, site.visibility(page)) {
            let values = &condition.said.values;
            for (at, written) in values.iter().enumerate().skip(1) {
                let Some(first) = values[..at].iter().find(|other| other.value == written.value) else {
                    continue;
                };
                let tag = page.tag(condition.call);
                let from = whole(tag, values[at - 1].span).end;
                let span = Span { start: from, end: whole(tag, written.span).end };
                findings
                    .report(page, written.span, format!("`{}` is listed twice", written.value))
                    .label(page, first.span, "first here")
                    .fix(Safety::Safe, [Edit { span, text: String::new() }]);
            }
        }
    }
}

/// The argument with its quotes, if the value is all of it.
fn whole(tag: &Tag, value: Span) -> Span {
    tag.arguments.iter().find(|argument| argument.value_span == value).map_or(value, |argument| argument.span)
}
