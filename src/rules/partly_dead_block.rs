//! A condition that names readers who cannot see the place where it stands, next to others who can.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::Page,
    site::Site,
    variants::{conditions, value_removal},
};

/// A condition that names readers who cannot see the place where it stands, next to others who can.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PartlyDeadBlock {}

impl Rule for PartlyDeadBlock {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let visibility = site.visibility(page);
        for condition in conditions(site, page) {
            let (axis, said) = (condition.axis, condition.said);
            if !said.certain || said.shown.and(condition.around).is_empty() {
                continue;
            }
            for (at, written) in said.values.iter().enumerate() {
                if !axis.editions_of(&written.value).and(condition.around).is_empty() {
                    continue;
                }
                let readers = axis.names(condition.around);
                let message = if said.shows {
                    format!("{} can never see this block: its place is only for {readers}", written.value)
                } else {
                    format!("{} need not be kept away: this place is only for {readers}", written.value)
                };
                let finding = findings.report(page, written.span, message);
                if let Some(span) =
                    visibility.page_key.filter(|_| condition.around == visibility.on_axis(None))
                {
                    finding.label(page, span, "the page is hidden from others");
                }
                finding.help("leave the value out");
                if said.values.len() > 1 {
                    let span = value_removal(page.tag(condition.call), &said.values, at);
                    finding.fix(Safety::Unsafe, [Edit { span, text: String::new() }]);
                }
            }
        }
    }
}
