//! A condition around nothing.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Findings, Safety},
    page::Page,
    site::Site,
    variants::{conditions, removal},
};

/// A condition around nothing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EmptyBlock {}

impl Rule for EmptyBlock {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for condition in conditions(site, page) {
            let inner = page.calls[condition.call].inner;
            let is_empty = inner.is_some_and(|inner| page.source.slice(inner).trim().is_empty());
            if is_empty && condition.is_closed(page) {
                let message = format!("`{}` has nothing in it", condition.written(page));
                findings
                    .report(page, page.calls[condition.call].span, message)
                    .help("remove it, or write what was meant to be here")
                    .fix(Safety::Unsafe, [removal(page, condition.call)]);
            }
        }
    }
}
