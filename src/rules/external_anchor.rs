//! A link to an anchor that a page of another site does not have.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, page::Page, site::Site, web::memory::AnchorVerdict};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ExternalAnchor {}

impl Rule for ExternalAnchor {
    fn is_silent(&self, site: &Site) -> bool {
        site.external.is_none()
    }

    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, own, answer) in site.external(page) {
            let Some(answer) = answer.filter(|answer| own.anchor(answer) == Some(AnchorVerdict::Missing))
            else {
                continue;
            };
            let fragment = own.address.as_ref().ok().and_then(|address| address.fragment.as_deref());
            let message = format!("`{}` has no anchor `#{}`", answer.last(), fragment.unwrap_or_default());
            let found = findings.report(page, link.span, message);
            found.editions(own.editions, site.visibility(page).of(link.call));
            found.help("the page was read whole; readers get to its top");
        }
    }
}
