//! A link to an anchor that its page does not have.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    rules::nearest,
    site::{Site, links::Verdict},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BrokenAnchor {}

impl Rule for BrokenAnchor {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, problem) in site.problems(page) {
            let Verdict::NoAnchor(target, having) = problem.verdict else { continue };
            let fragment = link.destination.split_once('#').map_or("", |(_, fragment)| fragment);
            let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
            let target_page = &site.pages[target as usize];
            let anchors = &site.anchors[target as usize];
            let here = target_page.path() == page.path();
            let place = if here { "this page".to_owned() } else { format!("`{}`", problem.url) };
            let found = findings.report(page, link.span, format!("{place} has no anchor `#{fragment}`"));
            site.explain(page, link, problem, found);
            found.help = None;
            if let Some(other) = anchors.with_id(&fragment).first() {
                found.label(
                    target_page,
                    other.span,
                    format!("this anchor is only for {}", site.names(having)),
                );
                found.help("show the link to the same readers only, or give the others such an anchor");
            } else if let Some(near) = nearest(&fragment, anchors.ids.iter().map(|own| own.id.as_str())) {
                found.help(format!("did you mean `#{near}`?"));
            } else {
                let ids: BTreeSet<&str> = anchors.ids.iter().map(|own| own.id.as_str()).collect();
                found.help(match ids.len() {
                    0 => format!("`{}` has no anchors; link to the page", target_page.path()),
                    1..=5 => format!("it has {}", listed(&ids)),
                    _ => format!("its anchors are the headings and ids of `{}`", target_page.path()),
                });
            }
        }
    }
}

/// `#a`, `#b`
fn listed(ids: &BTreeSet<&str>) -> String {
    ids.iter().map(|id| format!("`#{id}`")).collect::<Vec<_>>().join(", ")
}
