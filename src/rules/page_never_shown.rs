//! A page that is hidden from every reader.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, page::Page, site::Site};

/// A page that is hidden from every reader.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PageNeverShown {}

impl Rule for PageNeverShown {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let (Some(axis), visibility) = (site.axes.first(), site.visibility(page)) else { return };
        let Some(key) = visibility.page_key.filter(|_| visibility.page.is_empty()) else { return };
        let message = format!("this page is disabled for everybody: {}", axis.names(axis.everybody()));
        findings.report(page, key, message).help("delete the page, or mark it as a draft");
    }
}
