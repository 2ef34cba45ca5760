//! A link to a page that is not published for the reader of the link.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::{
        Site,
        links::{Verdict, Why},
    },
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnpublishedTarget {}

impl Rule for UnpublishedTarget {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, problem) in site.problems(page) {
            let (target, why) = match problem.verdict {
                Verdict::Unpublished(target, why) => (target, Some(why)),
                Verdict::Hidden(target) => (target, None),
                _ => continue,
            };
            let key = match why {
                Some(Why::Draft) => "draft",
                Some(Why::Future) => "date",
                Some(Why::Expired) => "expirydate",
                Some(Why::NotRendered) => "build",
                None => "",
            };
            let target_page = &site.pages[target as usize];
            let message = match why {
                None => format!("`{}` is hidden from readers of this link", problem.url),
                Some(why) => format!("`{}` is not published: {}", problem.url, why.in_words()),
            };
            let found = findings.report(page, link.span, message);
            site.explain(page, link, problem, found);
            found.help = None;
            let of_key = target_page.front_matter.fields.entry(key).map(|entry| entry.key_span);
            if let Some(span) = of_key.or(site.visibility[target as usize].page_key) {
                found.label(target_page, span, "this hides the page");
            }
            if matches!(problem.verdict, Verdict::Hidden(_)) {
                found.help("show the link only to those who can see the page");
            } else {
                found.help("remove the link until the page is published");
            }
        }
    }
}
