//! The number of a step that some readers do not have.

use std::{collections::BTreeMap, ops::Range, sync::LazyLock};

use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    markdown::fragment::PartKind,
    page::Page,
    site::{Site, edition::EditionSet},
    source::Span,
    variants::{Filling, NodeKind, Projection, first_line},
};

/// The number of a step that some readers do not have.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DanglingStepReference {}

/// A number that is named, and who has that many steps.
#[derive(Default)]
struct Reference {
    written: String,
    lacking: EditionSet,
    having: EditionSet,
    seen: EditionSet,
    /// How many steps those have who lack it.
    steps: u64,
}

impl Rule for DanglingStepReference {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let Some(projections) = site.projections(page).filter(|_| page.is_well_formed()) else { return };
        let mut references: BTreeMap<(Span, u64), Reference> = BTreeMap::new();
        for (edition, projection) in projections.iter() {
            let one = EditionSet::one(edition);
            for section in sections(projection) {
                let steps = steps(projection, section.clone());
                for (span, number, written) in named(projection, section.clone()) {
                    let own = references.entry((span, number)).or_default();
                    own.written = written;
                    own.seen = own.seen.or(one);
                    match steps {
                        Some(steps) if steps < number => {
                            own.lacking = own.lacking.or(one);
                            own.steps = own.steps.max(steps);
                        }
                        Some(_) => own.having = own.having.or(one),
                        None => {}
                    }
                }
            }
        }
        for ((span, _), own) in references {
            if own.lacking.is_empty() || own.having.is_empty() {
                continue;
            }
            let steps = if own.steps == 1 { "1 step".to_owned() } else { format!("{} steps", own.steps) };
            findings
                .report(
                    page,
                    first_line(page, span),
                    format!("`{}`, but the section has only {steps}", own.written),
                )
                .editions(own.lacking, own.seen)
                .help(format!("{} have that step; name it otherwise for the others", site.names(own.having)));
        }
    }
}

/// The stretches between headings.
fn sections(projection: &Projection) -> Vec<Range<usize>> {
    let is_heading =
        |node: &usize| matches!(projection.nodes[*node].kind, NodeKind::Part(PartKind::Heading(_)));
    let mut starts = vec![0];
    starts.extend((0..projection.nodes.len()).filter(is_heading));
    let ends = starts.iter().skip(1).copied().chain([projection.nodes.len()]);
    starts.iter().zip(ends).map(|(&start, end)| start..end).collect()
}

/// How many steps a section has in all its numbered lists together; `None` where it has no such list, or where something
/// may bring in more.
fn steps(projection: &Projection, section: Range<usize>) -> Option<u64> {
    let mut steps = None;
    for node in section {
        match projection.nodes[node].kind {
            NodeKind::Unknown(_) => return None,
            NodeKind::Part(PartKind::Html)
                if projection.filling(projection.inside(node)) != Filling::Empty =>
            {
                return None;
            }
            NodeKind::Part(PartKind::OrderedList(first)) => {
                let items = projection.children(Some(node)).count() as u64;
                steps = Some(steps.unwrap_or(0) + first.saturating_sub(1) + items);
            }
            _ => {}
        }
    }
    steps
}

/// The numbers of steps that a section names, with their places.
fn named(projection: &Projection, section: Range<usize>) -> Vec<(Span, u64, String)> {
    static STEP: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:手順|ステップ|步骤|步驟|\b[Ss]teps?)[ \u{a0}]?([0-9]{1,2})(?:[^0-9]|$)")
            .expect("the pattern is constant")
    });
    let mut found = Vec::new();
    for node in section {
        let NodeKind::Part(PartKind::Words(start, end)) = projection.nodes[node].kind else { continue };
        let words = &projection.words[start as usize..end as usize];
        for step in STEP.captures_iter(words) {
            if let Ok(number) = step[1].parse() {
                let written = step[0].trim_end_matches(|c: char| !c.is_ascii_digit());
                found.push((projection.nodes[node].span, number, written.to_owned()));
            }
        }
    }
    found
}
