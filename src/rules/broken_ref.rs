//! A `ref` or `relref` to a page that is not there.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    hugo::definitions::Origin,
    page::{Link, LinkKind, Page},
    site::{Site, links::Verdict},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BrokenRef {}

impl Rule for BrokenRef {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        miscalled(page, site, findings);
        for (link, problem) in site.problems(page) {
            if problem.verdict == Verdict::NoReference {
                let found = findings.report(
                    page,
                    link.span,
                    format!("`{}` finds no page `{}`", name(page, link), problem.url),
                );
                site.explain(page, link, problem, found);
                if let Some(near) = site.nearest_reference(problem) {
                    found.help_first(format!("did you mean `{near}`?"));
                } else {
                    found.help_first("write the path of a published page from the content directory");
                }
            }
            if let Verdict::NoFormat(format) = &problem.verdict {
                let message = format!("the page at `{}` has no output format `{format}`", problem.url);
                let found = findings.report(page, link.span, message);
                site.explain(page, link, problem, found);
                found.help_first("leave the format out, or add it to the `outputs` of that page");
            }
        }
    }
}

/// What the author calls it.
fn name<'p>(page: &'p Page, link: &Link) -> &'p str {
    match &link.kind {
        LinkKind::Argument { call, .. } => page.tag(*call as usize).name.as_str(),
        _ => "ref",
    }
}

/// Calls of Hugo's own shortcodes with too many arguments or none. Hugo: `tpl/urls/urls.go`, `hugolib/site.go`.
fn miscalled(page: &Page, site: &Site, findings: &mut Findings) {
    for call in &page.calls {
        let tag = &page.tags[call.open];
        let is_reference = ["ref", "relref"].iter().any(|name| tag.name.eq_ignore_ascii_case(name));
        let is_own = || site.definitions.get(&tag.name).is_some_and(|own| own.origin == Origin::Embedded);
        if !is_reference || !matches!(tag.arguments.len(), 0 | 3..) || !is_own() || !site.is_published(page) {
            continue;
        }
        let name = &tag.name;
        let found = match tag.arguments.get(2).filter(|argument| argument.key.is_none()) {
            Some(third) => findings.report(
                page,
                third.span,
                format!("`{name}` takes a path and perhaps an output format: this argument is one too many"),
            ),
            None if tag.arguments.is_empty() => {
                findings.report(page, tag.span, format!("this `{name}` names no page"))
            }
            None => continue,
        };
        found.help("write one path, such as `/docs/page`\nHugo does not build the site");
    }
}
