//! A link without a destination.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::{LinkKind, Page},
    site::{Site, links::Verdict, notes::NoteKind},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EmptyLink {}

impl Rule for EmptyLink {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        const HELP: &str = "say where it leads, or remove it";
        for (link, note, _) in site.notes(page, NoteKind::Empty) {
            let found = findings.report(page, link.whole, "the link has no destination").help(HELP);
            found.editions(note.editions, site.visibility(page).of(link.call));
            if let LinkKind::Reference(definition) = link.kind {
                found.label(page, definition, "the destination is defined here");
            }
        }
        for (link, problem) in site.problems(page) {
            if problem.verdict == Verdict::Empty {
                let found = findings.report(page, link.whole, "the image has no destination");
                site.explain(page, link, problem, found);
                found.help(HELP);
            }
            if problem.verdict == Verdict::Emptied {
                let scheme = problem.url.split(':').next().unwrap_or("");
                let message = format!("Hugo leaves this destination out: `{scheme}:` addresses are not safe");
                let found = findings.report(page, link.span, message);
                site.explain(page, link, problem, found);
                found.help_first("link to a page or file, or remove it");
            }
        }
    }
}
