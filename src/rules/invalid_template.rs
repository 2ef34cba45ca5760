//! A template that Hugo cannot parse.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, site::Site, source::Source};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct InvalidTemplate {}

impl Rule for InvalidTemplate {
    fn check_site(&self, site: &Site, findings: &mut Findings) {
        for (path, span, why) in &site.template_problems {
            let unread = Source::new(path.as_str(), "");
            let source = site.source(path).unwrap_or(&unread);
            findings
                .report_in(source, *span, why.as_str())
                .help("until it is fixed, Javert knows nothing about this shortcode");
        }
    }
}
