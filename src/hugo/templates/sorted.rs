//! `sort` of lists and maps that are known. Hugo: `tpl/collections/sort.go`.

use super::{
    fixed::{Fixed, list, shuffled},
    known::{Place, get},
    value::Value,
};
use crate::hugo::collation::{Rank, is_certain, rank};

/// The elements of a list or map in the order of a field, or of themselves. Where the order is not known, it is known to
/// be so. `ask` says in which order the language has texts, where that matters.
pub(super) fn sorted<'a>(all: &Fixed, arguments: &[Value], ask: &dyn Fn(Place) -> &'a str) -> Option<Value> {
    let by = match arguments.first() {
        Some(by) => by.literal()?.trim_matches('.'),
        None => "",
    };
    let is_down = match arguments.get(1) {
        Some(order) => order.literal()? == "desc",
        None => false,
    };
    let key = |(name, element): &(Value, Value)| match by {
        "" if all.list().is_none() => name.clone(),
        "" | "value" => element.clone(),
        path => path.split('.').fold(element.clone(), |value, key| get(&value, key)),
    };
    let items = all.items();
    let keys: Option<Vec<Rank>> = items.iter().map(|item| key(item).literal().map(rank)).collect();
    let elements = items.into_iter().map(|(_, element)| element);
    let Some(keys) = keys else { return Some(shuffled(elements.collect())) };
    let mut in_order: Vec<(Rank, Value)> = keys.into_iter().zip(elements).collect();
    in_order.sort_by(|(one, _), (other, _)| if is_down { other.cmp(one) } else { one.cmp(other) });
    // Go hands out the entries of a map in any order, so that those that are alike may come in any.
    let keeps_ties = all.list().is_some() && all.is_ordered();
    let is_known = |pair: &[(Rank, Value)]| {
        let [(one, first), (other, second)] = pair else { return true };
        is_told(ask, one, other) && (one.2 != other.2 || keeps_ties || first == second)
    };
    let is_ordered = in_order.windows(2).all(is_known);
    let elements = in_order.into_iter().map(|(_, element)| element).collect();
    Some(if is_ordered { list(elements) } else { shuffled(elements) })
}

/// Whether the order of two texts is known, which may be numbers. Hugo: `tpl/compare/compare.go`.
fn is_told<'a>(ask: &dyn Fn(Place) -> &'a str, one: &Rank, other: &Rank) -> bool {
    if one.2 == other.2 {
        return true;
    }
    let is_ascii = one.2.is_ascii() && other.2.is_ascii();
    let language = ask(if is_ascii { Place::AsciiCollation } else { Place::Collation });
    let number = |rank: &Rank| rank.2.parse::<f64>().ok();
    match (number(one), number(other)) {
        (None, None) => is_certain(language, one, other),
        (Some(first), Some(second)) => {
            is_certain(language, one, other) && first.partial_cmp(&second) == Some(one.cmp(other))
        }
        _ => false,
    }
}

/// The elements of a list the other way round.
pub(super) fn reversed(all: &Fixed) -> Option<Value> {
    let elements: Vec<Value> = all.list()?.rev().cloned().collect();
    Some(if all.is_ordered() { list(elements) } else { shuffled(elements) })
}

/// Some elements of a list; `None`: it is not known which these are.
pub(super) fn part(all: &Fixed, skip: usize, count: usize) -> Option<Value> {
    let is_all = skip == 0 && count >= all.len();
    let is_none = skip >= all.len() || count == 0;
    if !is_all && !is_none && !all.is_ordered() {
        return None;
    }
    let elements = all.elements().skip(skip).take(count).cloned().collect();
    Some(if all.is_ordered() { list(elements) } else { shuffled(elements) })
}

/// Elements without those that were there before. Hugo: `tpl/collections/collections.go`, `Uniq`.
pub(super) fn unique(all: &Fixed) -> Option<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for element in all.list()? {
        if !kept.contains(element) {
            kept.push(element.clone());
        }
    }
    Some(if all.is_ordered() { list(kept) } else { shuffled(kept) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        hugo::templates::{data::of_datum, value::Origin},
        source::Span,
        value::{Format, parse},
    };

    fn check(data: &str, arguments: &[&str], expected: &str) {
        let (datum, mistakes) = parse(Format::Yaml, data, Span::new(0, data.len()));
        assert!(mistakes.is_empty());
        let value = of_datum(&datum, false);
        let Some(Origin::Fixed(all)) = value.only() else { panic!("{data}") };
        let arguments: Vec<Value> =
            arguments.iter().map(|text| Origin::Literal((*text).into()).into()).collect();
        let found = sorted(all, &arguments, &|_| "en").expect("arguments that are known");
        let Some(Origin::Fixed(own)) = found.only() else { panic!("{data}") };
        let name = |value: &Value| value.literal().map_or_else(|| get(value, "n"), |_| value.clone());
        let names: Vec<String> =
            own.elements().map(|own| name(own).literal().unwrap_or_default().to_owned()).collect();
        let mark = if own.is_ordered() { "" } else { "?" };
        assert_eq!(names.join(" ") + mark, expected, "{data}");
    }

    #[test]
    fn lists_and_maps_are_in_the_order_of_hugo() {
        check("[b, C, a]", &[], "a b C");
        check("[b, C, a]", &["value", "desc"], "C b a");
        check("[{n: b, w: z}, {n: a, w: y}]", &["w"], "a b");
        check("[{n: b, w: z}, {n: a, w: z}]", &["w"], "b a");
        check("{x: {n: b, w: z}, y: {n: a, w: z}}", &["w"], "b a?");
        check("{y: {n: b}, x: {n: a}}", &[], "a b");
        check("[10, 9]", &[], "10 9?");
        check("[7, 9]", &[], "7 9");
        check("[あ, い]", &[], "あ い?");
        check("[{n: b}, {n: a, w: z}]", &["w"], "b a?");
    }
}
