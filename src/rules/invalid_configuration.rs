//! A configuration or file that cannot be read.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Findings, Label},
    hugo::refusals::Refusal,
    site::Site,
    source::Source,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct InvalidConfiguration {}

impl Rule for InvalidConfiguration {
    fn check_site(&self, site: &Site, findings: &mut Findings) {
        for (path, mistake) in &site.mistakes {
            let unread = Source::new(path.as_str(), "");
            let source = site.source(path).unwrap_or(&unread);
            let found = findings.report_in(source, mistake.span, mistake.message.as_str());
            found.help("until it is fixed, Javert goes on without it");
            found.labels.extend(mistake.duplicate_of.map(|span| Label {
                path: path.clone(),
                span,
                message: "given here first".to_owned(),
            }));
        }
        for (path, refusal) in &site.refusals {
            if let Some(source) = site.source(path) {
                findings
                    .report_in(source, refusal.span, refusal.message.as_str())
                    .help(refusal.help.as_str());
            }
        }
        let files = site.published.iter().flat_map(|own| &own.refused_files);
        let files: BTreeMap<&str, &Refusal> = files.map(|(path, refusal)| (path.as_str(), refusal)).collect();
        for (path, refusal) in files {
            let unread = Source::new(path, "");
            findings.report_in(&unread, refusal.span, refusal.message.as_str()).help(refusal.help.as_str());
        }
    }
}
