//! A chooser that offers what it does not have.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::Site,
    source::Span,
    variants::{Container, containers},
};

/// A chooser that offers what it does not have.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingBranch {}

impl Rule for MissingBranch {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for container in containers(page, site) {
            for (missing, span) in missing(&container) {
                let tag = page.tag(container.call as usize);
                let branch = page.tag(container.branches[0].0 as usize);
                let message = format!("`{}` is offered but has no branch", missing);
                findings.report(page, *span, message).label(page, branch.span, "the first branch").help(
                    format!("add a `{}` for it, or take it off the list of this `{}`", branch.name, tag.name),
                );
            }
        }
    }
}

/// What is offered and not there. A list of which nothing is there means something else.
fn missing(container: &Container) -> Vec<&(String, Span)> {
    let offered = container.offered.iter();
    if !container.named {
        return offered.skip(container.branches.len()).collect();
    }
    let is_there = |value: &str| {
        let mut values = container.branches.iter().flat_map(|(_, values)| values);
        values.any(|(own, _)| own.eq_ignore_ascii_case(value))
    };
    if !container.offered.iter().any(|(own, _)| is_there(own)) {
        return Vec::new();
    }
    offered.filter(|(own, _)| !is_there(own)).collect()
}
