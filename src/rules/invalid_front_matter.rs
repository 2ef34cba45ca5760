//! Front matter that Hugo cannot read.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, page::Page, site::Site, source::Span};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct InvalidFrontMatter {}

impl Rule for InvalidFrontMatter {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let format = page.front_matter.format.map_or("", |format| format.name());
        for mistake in page.front_matter.mistakes.iter().filter(|mistake| mistake.duplicate_of.is_none()) {
            let says_what = mistake.message.contains("front matter");
            let prefix = if says_what { String::new() } else { format!("invalid {format} front matter: ") };
            findings
                .report(page, mistake.span, format!("{prefix}{}", mistake.message))
                .help(format!("{}Hugo refuses the page", remedy(&mistake.message)));
        }
        let index = u32::try_from(site.index(page)).ok();
        let refused = site.published.iter().flat_map(|own| &own.refusals);
        let mut told: Vec<Span> = Vec::new();
        for (_, refusal) in refused.filter(|(own, _)| Some(*own) == index) {
            if !told.contains(&refusal.span) {
                told.push(refusal.span);
                let found = findings.report(page, refusal.span, refusal.message.as_str());
                found.help(format!("{}\nHugo does not build the site", refusal.help));
            }
        }
    }
}

/// What to do about the mistakes that have one remedy.
fn remedy(message: &str) -> &'static str {
    if message.contains("never closed") {
        "close it with a line of its own behind the last field\n"
    } else if message.contains("must start with") {
        "put front matter (`---`, `title: …`, `---`) or any text before it\n"
    } else if message.contains("must be a map") {
        "write fields, such as `title: …`\n"
    } else {
        ""
    }
}
