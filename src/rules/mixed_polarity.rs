//! A block for some readers next to one for all but some.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    hugo::shortcode::{CallEnd, Quoting},
    page::Page,
    site::Site,
    source::Span,
    variants::{Condition, conditions, runs},
};

/// A block for some readers next to one for all but some.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MixedPolarity {}

impl Rule for MixedPolarity {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let all: Vec<Condition<'_>> =
            conditions(site, page).filter(|condition| condition.said.certain).collect();
        let of = |call: usize| all.iter().find(|condition| condition.call == call);
        for run in runs(page, site.visibility(page)) {
            let known: Vec<&Condition<'_>> = run.iter().filter_map(|&call| of(call)).collect();
            for (at, hides) in known.iter().enumerate().filter(|(_, condition)| !condition.said.shows) {
                let shown = known.iter().enumerate().filter(|(_, condition)| condition.said.shows);
                let Some((_, shows)) = shown.min_by_key(|(other, _)| other.abs_diff(at)) else { continue };
                let (one, other) = (hides.written(page), shows.written(page));
                let finding =
                    findings.report(page, hides.tag_span(page), format!("`{one}` next to `{other}`"));
                finding.label(page, shows.tag_span(page), "names those who see it");
                let values = hides.axis.values_of(hides.said.shown).join(" ");
                let name = &page.tag(shows.call).name;
                finding.help(format!("name those who see it here, too: `{name} {values}`"));
                if let Some(edits) = rewriting(page, hides, name, &values) {
                    finding.fix(Safety::Unsafe, edits);
                }
            }
        }
    }
}

fn rewriting(page: &Page, condition: &Condition<'_>, name: &str, values: &str) -> Option<[Edit; 2]> {
    let CallEnd::Closed(close) = page.calls[condition.call].end else { return None };
    let tag = page.tag(condition.call);
    let bare = tag.arguments.iter().all(|own| own.key.is_none() && own.quoting == Quoting::Bare);
    let last = tag.arguments.last().filter(|_| bare && !values.is_empty())?;
    let open = Span { start: tag.name_span.start, end: last.span.end };
    Some([
        Edit { span: open, text: format!("{name} {values}") },
        Edit { span: page.tags[close].name_span, text: name.to_owned() },
    ])
}
