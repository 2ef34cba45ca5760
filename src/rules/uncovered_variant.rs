//! Versions of a text for some readers, and nothing in their place for the others.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::{Site, edition::EditionSet},
    variants::{Readers, runs},
};

/// Versions of a text for some readers, and nothing in their place for the others.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UncoveredVariant {}

impl Rule for UncoveredVariant {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let visibility = site.visibility(page);
        let groups = site.alternatives(page);
        if groups.is_empty() {
            return;
        }
        for run in runs(page, visibility) {
            let is_in = |call: u32| run.contains(&(call as usize));
            let Some(group) = groups.iter().find(|group| is_in(group.branches[0].call)) else { continue };
            let Readers::Axis(axis) = group.readers else { continue };
            let axis = &site.axes[axis];
            let is_certain =
                |call: &usize| visibility.conditions[*call].as_ref().is_some_and(|own| own.certain);
            let all = |set: EditionSet, call: &usize| set.or(visibility.on_axis(Some(*call)));
            let covered = run.iter().fold(EditionSet::EMPTY, all);
            let missing = visibility.on_axis(page.calls[run[0]].parent).without(covered);
            if missing.is_empty() || !run.iter().all(is_certain) {
                continue;
            }
            let own = group.branches.iter().fold(EditionSet::EMPTY, |set, own| set.or(own.editions));
            let message =
                format!("alternatives for {}, but nothing for {}", axis.names(own), axis.names(missing));
            let finding = findings.report(page, page.tag(run[0]).span, message);
            for branch in &group.branches {
                let tag = page.tag(branch.call as usize).span;
                finding.label(page, tag, format!("for {}", axis.names(branch.editions)));
            }
            finding.help("write a block for the others, if they should know");
        }
    }
}
