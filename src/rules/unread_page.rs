//! A page that could not be read as it was written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, page::Page, site::Site, source::Span};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnreadPage {}

impl Rule for UnreadPage {
    fn check_page(&self, page: &Page, _site: &Site, findings: &mut Findings) {
        if let Some(at) = page.invalid_utf8 {
            let end = page.source.text[at as usize..].chars().next().map_or(0, char::len_utf8);
            findings
                .report(
                    page,
                    Span::new(at as usize, at as usize + end),
                    "the file is not valid UTF-8 from here on",
                )
                .help("save it as UTF-8; browsers show other bytes as `\u{fffd}`");
        }
        if let Some(cut) = &page.cut {
            findings.report(page, Span { start: page.body.start, end: page.body.start }, cut.as_str());
        }
    }
}
