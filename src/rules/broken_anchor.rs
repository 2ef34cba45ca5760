//! A link to an anchor that its page does not have.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::{Link, Page},
    site::{
        Site,
        links::{LinkProblem, Verdict},
    },
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BrokenAnchor {}

impl Rule for BrokenAnchor {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, problem) in site.problems(page) {
            let fragment = link.destination.split_once('#').map_or("", |(_, fragment)| fragment);
            let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
            if let Verdict::NoAnchorElsewhere(number) = problem.verdict {
                let other = &site.neighbours[number as usize];
                let message =
                    format!("`{}` on the site `{}` has no anchor `#{fragment}`", problem.url, other.prefix);
                let found = findings.report(page, link.span, message);
                site.explain(page, link, problem, found);
                found.help_first(format!("looked for in {}", other.path));
            }
            let made = match &problem.verdict {
                Verdict::NoAnchorOfLayout(kind) => {
                    Some(format!("Hugo makes this {kind} page, and its layout prints no such id"))
                }
                _ => None,
            };
            if let Some(made) = made {
                let message = format!("`{}` has no anchor `#{fragment}`", problem.url);
                let found = findings.report(page, link.span, message);
                site.explain(page, link, problem, found);
                found.help = None;
                found.help(elsewhere(link).map_or(made, str::to_owned));
            }
            let Verdict::NoAnchor(target, having) = problem.verdict else { continue };
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
            } else if let (false, Some(why)) = (here, elsewhere(link)) {
                found.help(why);
            } else {
                found.help(advice(&fragment, here, target_page, problem, site));
            }
        }
    }
}

/// Why a link without a path leads to another page than its own.
fn elsewhere(link: &Link) -> Option<&'static str> {
    link.destination.trim().starts_with('#').then_some(
        "the shortcode renders the text with `markdownify`, for which Hugo's link hook leads to the home page; in its \
         template `.Page.RenderString` keeps such links on the page",
    )
}

/// What to write instead of `#fragment`.
fn advice(fragment: &str, here: bool, target: &Page, problem: &LinkProblem, site: &Site) -> String {
    let place = if here { "this page".to_owned() } else { format!("`{}`", target.path()) };
    let ids: BTreeSet<&str> =
        site.anchors[site.index(target)].ids.iter().map(|own| own.id.as_str()).collect();
    if let Some(near) = site.nearest_anchor(target, fragment, problem) {
        return near;
    }
    let raw = [format!("id=\"{fragment}\""), format!("name=\"{fragment}\"")];
    let is_dropped = !site.editions[0].config.goldmark.raw_html
        && raw.iter().any(|attribute| target.source.text.contains(attribute));
    if is_dropped {
        return "Hugo drops raw HTML, and the ids in it, unless `markup.goldmark.renderer.unsafe` is set"
            .to_owned();
    }
    match ids.len() {
        0 => format!("{place} has no anchors"),
        1..=5 => {
            let listed: Vec<String> = ids.iter().map(|id| format!("`#{id}`")).collect();
            format!("the anchors of {place}: {}", listed.join(", "))
        }
        _ => format!("its anchors are the headings and ids of {place}"),
    }
}
