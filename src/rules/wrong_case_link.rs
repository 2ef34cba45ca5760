//! A link that differs from its target in letter case.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::{Link, LinkKind, Page},
    site::{
        Site,
        links::{Led, Verdict},
        resolve::Outcome,
    },
    source::Span,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WrongCaseLink {}

impl Rule for WrongCaseLink {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, problem) in site.problems(page) {
            let Verdict::WrongCase(actual) = &problem.verdict else { continue };
            let message = format!("`{}` and `{actual}` differ in letter case", problem.url);
            let found = findings.report(page, link.span, message);
            site.explain(page, link, problem, found);
            let written = page.source.slice(link.span);
            match rewritten(written, &problem.url, actual) {
                Some((range, text)) => {
                    let fixed = format!("{}{text}{}", &written[..range.start], &written[range.end..]);
                    found.help_first(format!("write `{fixed}`: letter case matters in URLs"));
                    if !matches!(link.kind, LinkKind::Reference(_)) {
                        let start = link.span.start as usize;
                        let span = Span::new(start + range.start, start + range.end);
                        let safety = safety(page, site, link, fixed);
                        found.fix(safety, [Edit { span, text: text.to_owned() }]);
                    }
                }
                None => _ = found.help_first(format!("write `{actual}`: letter case matters in URLs")),
            }
        }
    }
}

/// A fix is safe unless its link is broken in another way.
fn safety(page: &Page, site: &Site, link: &Link, fixed: String) -> Safety {
    let other = Link { destination: fixed, ..link.clone() };
    let is_bad = |led: &Led<'_>| matches!(led.outcome, Outcome::Bad { .. });
    if site.follow(page, &other, false).iter().any(is_bad) { Safety::Unsafe } else { Safety::Safe }
}

/// The part of a destination as it is `written` that is a tail of `url`, and the same tail of `actual`.
fn rewritten<'a>(written: &str, url: &str, actual: &'a str) -> Option<(Range<usize>, &'a str)> {
    let path_end = written.find(['#', '?']).unwrap_or(written.len());
    let mut start = 0;
    while let Some(climb) = ["./", "../"].iter().find(|climb| written[start..path_end].starts_with(**climb)) {
        start += climb.len();
    }
    let tail = &written[start..path_end];
    let head = url.strip_suffix(tail)?;
    Some((start..path_end, actual.strip_prefix(head)?))
}
