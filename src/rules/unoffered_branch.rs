//! A branch that its chooser does not offer.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::Site,
    variants::{containers, is_in_comment},
};

/// A branch that its chooser does not offer.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnofferedBranch {}

impl Rule for UnofferedBranch {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for container in containers(page, site) {
            let is_offered =
                |value: &str| container.offered.iter().any(|(own, _)| own.eq_ignore_ascii_case(value));
            let tag = page.tag(container.call as usize);
            let some =
                container.branches.iter().flat_map(|(_, values)| values).any(|(own, _)| is_offered(own));
            // A list that names no branch at all means something else.
            if !some {
                continue;
            }
            for (branch, values) in &container.branches {
                let Some((first, span)) = values.first() else { continue };
                let own = page.tag(*branch as usize);
                if values.iter().any(|(own, _)| is_offered(own)) || is_in_comment(page, own.span.start) {
                    continue;
                }
                let line = page.source.line(tag.span.start);
                let message =
                    format!("branch `{}` is not offered by the `{}` (line {line})", first, tag.name);
                findings
                    .report(page, *span, message)
                    .label(page, tag.span, "offers others")
                    .help("nobody can choose it: offer it, or remove it");
            }
        }
    }
}
