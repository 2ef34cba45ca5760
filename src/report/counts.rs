//! What a run found, counted: by rule, and what could not be judged by reason.

use std::{collections::BTreeMap, fmt::Write};

use super::{Outcome, summary::grouped};
use crate::diagnostic::Safety;

/// How many findings there are by rule, with how many fixes, and how many links could not be judged by reason; the most
/// frequent first.
pub fn table(outcome: &Outcome) -> String {
    let mut rules: BTreeMap<(&str, String), (usize, usize, usize)> = BTreeMap::new();
    for (_, found) in outcome.diagnostics() {
        let (count, safe, not_safe) = rules.entry((found.rule, found.level.to_string())).or_default();
        *count += 1;
        match found.fix.as_ref().map(|fix| fix.safety) {
            Some(Safety::Safe) => *safe += 1,
            Some(Safety::Unsafe) => *not_safe += 1,
            None => {}
        }
    }
    let mut text = String::new();
    let fixes = |(count, what): (usize, &str)| (count > 0).then(|| format!("{} {what}", grouped(count)));
    for ((rule, level), (count, safe, not_safe)) in by_count(rules, |own| own.0) {
        let fixes: Vec<String> =
            [(safe, "with a fix"), (not_safe, "with an unsafe fix")].into_iter().filter_map(fixes).collect();
        let fixes = if fixes.is_empty() { String::new() } else { format!(" ({})", fixes.join(", ")) };
        let _ = writeln!(text, "{:>7} {level:7} {rule}{fixes}", grouped(count));
    }
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let unknown = outcome.sites.iter().flat_map(|checked| &checked.site.links).flat_map(|own| &own.unknown);
    unknown.for_each(|(_, reason)| *reasons.entry(without_names(reason)).or_default() += 1);
    for (reason, count) in by_count(reasons, |count| *count) {
        let _ = writeln!(text, "{:>7} unknown {reason}", grouped(count));
    }
    text
}

fn by_count<K, V>(counts: BTreeMap<K, V>, count: impl Fn(&V) -> usize) -> Vec<(K, V)> {
    let mut all: Vec<(K, V)> = counts.into_iter().collect();
    all.sort_by_key(|(_, own)| std::cmp::Reverse(count(own)));
    all
}

/// A reason without what it names, which differs from link to link.
fn without_names(reason: &str) -> String {
    let parts = reason.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 0 { part } else { "…" }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_apart_by_what_they_say() {
        assert_eq!(without_names("`/k/` is another site"), "… is another site");
        assert_eq!(without_names("a template computes it"), "a template computes it");
    }
}
