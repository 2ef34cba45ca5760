//! The same heading at another level in another version.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeSet;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::Page,
    site::Site,
    source::Span,
    variants::{first_line, headings, headings_agree, names, readers},
};

/// The same heading at another level in another version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct HeadingLevelDisagreement {}

impl Rule for HeadingLevelDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported = BTreeSet::new();
        let level = |heading: u32| page.headings[heading as usize].level;
        for group in site.alternatives(page) {
            if headings_agree(page, group, level) {
                continue;
            }
            for dissent in headings(page, group).dissents(level) {
                if !reported.insert(dissent.member.node) {
                    continue;
                }
                let line = |heading: u32| first_line(page, page.headings[heading as usize].span);
                let others = readers(page, site, group, &dissent.others, line);
                let (level, most) = (dissent.value, dissent.most);
                let own = names(site, group, &[dissent.member]);
                let message = format!("heading level {level} for {own}, but {most} for {others}");
                let finding = findings.report(page, line(dissent.member.node), message);
                for &other in &dissent.others {
                    let label = format!("level {most} for {}", names(site, group, &[other]));
                    finding.label(page, line(other.node), label);
                }
                finding.help("give the heading the same level for all its readers");
                let start = line(dissent.member.node).range().start;
                let marks = Span::new(start, start + usize::from(level));
                if page.source.text[start..].starts_with(&"#".repeat(usize::from(level))) {
                    let text = "#".repeat(usize::from(most));
                    finding.fix(Safety::Unsafe, [Edit { span: marks, text }]);
                }
            }
        }
    }
}
