//! Two blocks next to each other that show the same text to the same readers.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::Site,
    variants::{inner_text, is_same_inside, runs},
};

/// Two blocks next to each other that show the same text to the same readers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OverlappingAlternatives {}

/// Shorter texts, a line break or a full stop, may well be there twice.
const SHORTEST: usize = 6;

impl Rule for OverlappingAlternatives {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let visibility = site.visibility(page);
        if visibility.conditions.iter().flatten().nth(1).is_none() {
            return;
        }
        for run in runs(page, visibility) {
            let is_certain =
                |call: usize| visibility.conditions[call].as_ref().is_some_and(|own| own.certain);
            for (at, &call) in run.iter().enumerate().skip(1).filter(|(_, call)| is_certain(**call)) {
                let twice = run[..at].iter().copied().find(|&first| {
                    is_certain(first)
                        && !visibility.on_axis(Some(first)).and(visibility.on_axis(Some(call))).is_empty()
                        && is_same_inside(page, first, call)
                });
                let length =
                    || -> usize { inner_text(page, call).map(|line| line.trim().chars().count()).sum() };
                let Some(first) = twice.filter(|_| length() >= SHORTEST) else { continue };
                let tag = page.tag(first).span;
                let line = page.source.line(tag.start);
                let Some(said) = &visibility.conditions[first] else { continue };
                let axis = &site.axes[said.axis];
                let message = format!("this text is shown twice: also on line {line}");
                findings
                    .report(page, page.tag(call).span, message)
                    .label(page, tag, format!("for {}", axis.names(visibility.on_axis(Some(first)))))
                    .editions(visibility.calls[first].and(visibility.calls[call]), visibility.calls[call])
                    .help("let each reader see one of the blocks");
            }
        }
    }
}
