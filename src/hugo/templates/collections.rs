//! Functions that put several values together.

use super::{
    entries::Entries,
    guard::check,
    value::{Origin, Value},
};

/// What may be any of these.
pub(super) fn union(args: &[Value]) -> Value {
    let mut all = args.iter();
    let Some(first) = all.next() else { return Origin::Nil.into() };
    all.fold(first.clone(), |all, arg| all.union(arg))
}

/// `and a b …`
pub(super) fn and(args: &[Value]) -> Value {
    let checks = |value: &Value| value.any(|leaf| matches!(leaf, Origin::Check(_)));
    let is_found = |origin: &Origin| matches!(origin, Origin::Resource(_) | Origin::OtherPage(_));
    // What a `with` goes on with is the last one.
    if let Some(last) = args.last()
        && last.any(is_found)
        && last.origins().iter().all(|origin| is_found(origin) || *origin == Origin::Nil)
    {
        return last.clone();
    }
    if args.iter().any(checks) {
        check(args.iter().flat_map(Value::conditions).collect())
    } else {
        union(args)
    }
}

/// `dict "key" value …`
pub(super) fn dict(args: &[Value]) -> Value {
    let mut entries = Entries::new();
    for pair in args.chunks(2) {
        let [key, value] = pair else { continue };
        let Some(key) = key.literal() else { return union(args).derived() };
        entries.insert(key, value.clone());
    }
    Value::dict(entries)
}

/// The name under which a dictionary of which not all is known has the rest.
pub(super) const REST: &str = "";

/// `merge a b …`: later dictionaries win; what is no dictionary is forgotten, but for what it was made from, or that it
/// was there (`keeps_rest`).
pub(super) fn merge(args: &[Value], keeps_rest: bool) -> Value {
    let mut entries = Entries::new();
    for origin in args.iter().flat_map(Value::origins) {
        match origin {
            Origin::Dict(more) => {
                entries = entries.merge(more, |known, value| known.clone().union(value));
            }
            Origin::Params | Origin::AnyArgument | Origin::Opaque => return union(args).derived(),
            _ if keeps_rest => entries.insert(REST, Origin::Other.into()),
            _ => {}
        }
    }
    Value::dict(entries)
}
