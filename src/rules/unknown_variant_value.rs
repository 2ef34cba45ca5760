//! A condition on a value that no edition has, or on none.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::Page,
    site::{
        Site,
        edition::{Axis, WrittenValue},
    },
    variants::{Condition, conditions},
};

/// A condition on a value that no edition has, or on none.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnknownVariantValue {}

impl Rule for UnknownVariantValue {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for axis in &site.axes {
            in_front_matter(page, axis, findings);
        }
        for condition in conditions(site, page).filter(|condition| !condition.said.certain) {
            let axis = condition.axis;
            if condition.said.values.is_empty() {
                let name = &page.tag(condition.call).name;
                findings
                    .report(page, condition.tag_span(page), format!("`{name}` names no {}", axis.param))
                    .help(format!("name the readers: {}", known(axis)));
            }
            for written in &condition.said.values {
                if !axis.knows(&written.value) {
                    unknown(page, &condition, written, findings);
                }
            }
        }
    }
}

/// Values of the key that hides or shows the page.
fn in_front_matter(page: &Page, axis: &Axis, findings: &mut Findings) {
    for key in [&axis.page_hide, &axis.page_show].into_iter().flatten() {
        let Some(value) = page.front_matter.fields.get(key) else { continue };
        for item in value.items() {
            let Some(written) = item.as_str().filter(|own| axis.values.iter().all(|value| value != own))
            else {
                continue;
            };
            findings
                .report(page, item.span, format!("unknown {} `{written}`", axis.param))
                .help(advice(nearest(written, &axis.values), axis));
        }
    }
}

fn unknown(page: &Page, condition: &Condition<'_>, written: &WrittenValue, findings: &mut Findings) {
    let axis = condition.axis;
    let message = format!("unknown {} `{}`", axis.param, written.value);
    let finding = findings.report(page, written.span, message);
    let tag = page.tag(condition.call);
    let argument = tag.arguments.iter().find(|argument| argument.value_span.contains(written.span));
    let parts: Vec<&str> =
        written.value.split([',', ' ', '|', ';']).filter(|part| !part.is_empty()).collect();
    let is_list = parts.len() > 1 && parts.iter().all(|part| axis.values.iter().any(|value| value == part));
    if let (true, Some(argument)) = (is_list, argument) {
        let apart = parts.join(" ");
        finding.help(format!("one value is one word: `{} {apart}`", tag.name));
        if argument.value_span == written.span && argument.key.is_none() {
            finding.fix(Safety::Unsafe, [Edit { span: argument.span, text: apart }]);
        }
        return;
    }
    let nearest = nearest(&written.value, &axis.values);
    finding.help(advice(nearest, axis));
    if let Some(value) = nearest {
        finding.fix(Safety::Unsafe, [Edit { span: written.span, text: value.to_owned() }]);
    }
}

fn advice(nearest: Option<&str>, axis: &Axis) -> String {
    match nearest {
        Some(value) => format!("did you mean `{value}`? Known: {}", known(axis)),
        None => format!("known: {}", known(axis)),
    }
}

fn known(axis: &Axis) -> String {
    axis.names(axis.everybody())
}

fn nearest<'v>(value: &str, values: &'v [String]) -> Option<&'v str> {
    let folded = value.to_lowercase();
    let scored = values.iter().map(|own| {
        let own_folded = own.to_lowercase();
        let part = own_folded.split(['-', '_']).any(|part| part == folded);
        let score = if part { 0.9 } else { strsim::normalized_damerau_levenshtein(&folded, &own_folded) };
        (score, own)
    });
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best.0 >= 0.6).then_some(best.1.as_str())
}
