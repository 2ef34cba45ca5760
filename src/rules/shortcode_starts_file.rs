//! A shortcode where Hugo expects front matter.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, page::Page, site::Site, source::Span};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ShortcodeStartsFile {}

impl Rule for ShortcodeStartsFile {
    fn check_page(&self, page: &Page, _site: &Site, findings: &mut Findings) {
        if page.front_matter.starts_with_shortcode {
            let start = page.body.start as usize;
            findings
                .report(
                    page,
                    Span::new(start, start + 3),
                    "the page starts with a shortcode, which Hugo reads as JSON front matter",
                )
                .help("put front matter (`---`, `title: …`, `---`) or any text before it");
        }
    }
}
