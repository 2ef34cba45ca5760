//! A condition that names a value twice.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::Page,
    site::Site,
    variants::{conditions, value_removal},
};

/// A condition that names a value twice.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DuplicateVariantValue {}

impl Rule for DuplicateVariantValue {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for condition in conditions(site, page) {
            let values = &condition.said.values;
            for (at, written) in values.iter().enumerate().skip(1) {
                let Some(first) = values[..at].iter().find(|other| other.value == written.value) else {
                    continue;
                };
                let span = value_removal(page.tag(condition.call), values, at);
                findings
                    .report(page, written.span, format!("`{}` is listed twice", written.value))
                    .label(page, first.span, "first here")
                    .fix(Safety::Safe, [Edit { span, text: String::new() }]);
            }
        }
    }
}
