//! Conditions next to each other: [`runs`].

use rustc_hash::FxHashMap;

use crate::{page::Page, site::edition::Visibility, source::Span};

/// Conditions next to each other that ask for the same, with nothing but white space and comments between them, two or
/// more.
pub fn runs(page: &Page, visibility: &Visibility) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut last: FxHashMap<Option<usize>, usize> = FxHashMap::default();
    for (index, call) in page.calls.iter().enumerate() {
        let Some(said) = &visibility.conditions[index] else { continue };
        let asks_the_same =
            |before: usize| visibility.conditions[before].as_ref().is_some_and(|own| own.axis == said.axis);
        let before = last.get(&call.parent).copied().filter(|&run| {
            let end = runs[run].last().map_or(0, |&before| page.calls[before].span.end);
            end <= call.span.start
                && runs[run].last().is_some_and(|&before| asks_the_same(before))
                && is_gap(page.source.slice(Span { start: end, end: call.span.start }))
        });
        match before {
            Some(run) => runs[run].push(index),
            None => {
                last.insert(call.parent, runs.len());
                runs.push(vec![index]);
            }
        }
    }
    runs.retain(|run| run.len() > 1);
    runs
}

/// Whether a text is only white space and HTML comments.
fn is_gap(text: &str) -> bool {
    let mut rest = text.trim_start();
    while let Some(comment) = rest.strip_prefix("<!--") {
        let Some(end) = comment.find("-->") else { return false };
        rest = comment[end + 3..].trim_start();
    }
    rest.is_empty()
}
