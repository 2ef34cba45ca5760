//! A suppression that does not say why.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::{Page, SuppressionForm},
    site::Site,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnexplainedSuppression {}

impl Rule for UnexplainedSuppression {
    fn check_page(&self, page: &Page, _site: &Site, findings: &mut Findings) {
        for own in &page.suppressions {
            if own.reason.is_some() || own.mistake.is_some() || own.form == SuppressionForm::Enable {
                continue;
            }
            let help = if own.form == SuppressionForm::Comment {
                "say why after a colon: `<!-- javert-disable-line RULE: why -->`"
            } else {
                "say why: `{rule: RULE, reason: why}`"
            };
            findings.report(page, own.span, "nobody knows why this is suppressed").help(help);
        }
    }
}
