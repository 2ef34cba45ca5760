//! What a site takes over from the configurations of its themes and modules where it asks for that: `_merge`.
//!
//! Hugo: `config/defaultConfigProvider.go`, `common/hmaps/params.go`.

use crate::value::{Data, Value};

const KEY: &str = "_merge";

/// How much a table takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Strategy {
    Nothing,
    /// Keys that it does not have, and none in the tables below it.
    Shallow,
    Deep,
}

impl Strategy {
    /// What a table says itself.
    fn of(table: &Value) -> Option<Self> {
        match table.get(KEY)?.to_text()?.to_lowercase().as_str() {
            "none" => Some(Self::Nothing),
            "shallow" => Some(Self::Shallow),
            "deep" => Some(Self::Deep),
            _ => None,
        }
    }

    /// What holds for a table of the root that says nothing.
    fn of_key(key: &str, root: Option<Self>) -> Self {
        match key.to_lowercase().as_str() {
            "params" => Self::Deep,
            "outputformats" | "mediatypes" | "menus" => Self::Shallow,
            _ => root.unwrap_or(Self::Nothing),
        }
    }
}

/// Whether a configuration says anywhere what it takes over.
pub(super) fn asks(value: &Value) -> bool {
    value.entries().iter().any(|entry| entry.key == KEY || asks(&entry.value))
}

/// Adds to a configuration what it takes over from that of a theme or module.
pub(super) fn take_over(root: &mut Value, module: &Value) {
    let strategy = Strategy::of(root);
    if strategy == Some(Strategy::Nothing) {
        return;
    }
    let Data::Map(entries) = &mut root.data else { return };
    for theirs in module.entries().iter().filter(|theirs| theirs.key != KEY) {
        let of_table = Strategy::of_key(&theirs.key, strategy);
        let own = entries.iter_mut().find(|own| own.key.eq_ignore_ascii_case(&theirs.key));
        match own {
            Some(own) => merge(&mut own.value, &theirs.value, None, of_table),
            None if theirs.value.is_map() && of_table != Strategy::Nothing => entries.push(theirs.clone()),
            None if !theirs.value.is_map() && strategy.is_some() => entries.push(theirs.clone()),
            None => {}
        }
    }
}

/// Adds to a table what it takes over of another; `above`: what holds for the table that it is in.
fn merge(own: &mut Value, theirs: &Value, above: Option<Strategy>, inherited: Strategy) {
    let strategy = Strategy::of(own).unwrap_or(inherited);
    let (Data::Map(entries), true) = (&mut own.data, theirs.is_map()) else { return };
    let adds = strategy != Strategy::Nothing && above != Some(Strategy::Shallow);
    for theirs in theirs.entries().iter().filter(|theirs| theirs.key != KEY) {
        match entries.iter_mut().find(|own| own.key.eq_ignore_ascii_case(&theirs.key)) {
            Some(own) => merge(&mut own.value, &theirs.value, Some(strategy), strategy),
            None if adds => entries.push(theirs.clone()),
            None => {}
        }
    }
}

/// Leaves out what the tables say of it, which is no setting.
pub(super) fn forget(value: &mut Value) {
    if let Data::Map(entries) = &mut value.data {
        entries.retain(|entry| entry.key != KEY);
        entries.iter_mut().for_each(|entry| forget(&mut entry.value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        source::Span,
        value::{self, Format},
    };

    #[test]
    fn tables_take_over_what_they_ask_for() {
        let read = |text: &str| value::parse(Format::Yaml, text, Span::new(0, text.len())).0;
        let theme = read("title: T\na: {x: 1, in: {y: 1}}\nb: {z: 1}\nparams: {p: 1}\nmenus: {main: [1]}");
        for (own, expected) in [
            ("a: {x: 2}", "a: {x: 2}\nparams: {p: 1}\nmenus: {main: [1]}"),
            (
                "_merge: deep\na: {in: {}}",
                "a: {in: {y: 1}, x: 1}\ntitle: T\nb: {z: 1}\nparams: {p: 1}\nmenus: {main: [1]}",
            ),
            ("_merge: none\na: {}", "a: {}"),
            (
                "a: {_merge: shallow, in: {}}\nparams: {}",
                "a: {in: {}, x: 1}\nparams: {p: 1}\nmenus: {main: [1]}",
            ),
            ("b: {_merge: deep}\nparams: {_merge: none}", "b: {z: 1}\nparams: {}\nmenus: {main: [1]}"),
        ] {
            let mut root = read(own);
            take_over(&mut root, &theme);
            forget(&mut root);
            assert_eq!(shown(&root), shown(&read(expected)), "{own}");
        }
    }

    fn shown(value: &Value) -> String {
        match &value.data {
            Data::Map(entries) => {
                let own = entries.iter().map(|entry| format!("{}: {}", entry.key, shown(&entry.value)));
                format!("{{{}}}", own.collect::<Vec<_>>().join(", "))
            }
            _ => format!("{:?}", value.texts()),
        }
    }
}
