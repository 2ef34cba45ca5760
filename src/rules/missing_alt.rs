//! An image without alternative text.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, page::Page, site::Site};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingAlt {}

impl Rule for MissingAlt {
    fn check_page(&self, page: &Page, _site: &Site, findings: &mut Findings) {
        for link in &page.links {
            let Some(alt) = link.alt.as_ref().filter(|alt| !alt.exempt) else { continue };
            let is_image = !link.destination.trim().is_empty() || link.computed;
            let is_empty = alt.text.as_deref().is_none_or(|text| text.trim().is_empty());
            if is_image && is_empty {
                let span = if alt.text.is_some() && !alt.span.is_empty() { alt.span } else { link.whole };
                findings
                    .report(page, span, format!("the image `{}` has no alternative text", link.destination))
                    .help("say what the image shows, for readers who do not see it");
            }
        }
    }
}
