//! What Hugo refuses in the configurations of a site, and in which file it stands.

use super::Edition;
use crate::{
    hugo::{
        config::Config,
        refusals::{self, Refusal},
        version::Version,
    },
    tree::Tree,
    value::{Data, Value},
};

/// Refusals by path of the configuration file, in order. What stands in no file of the site is left out.
pub(super) fn of_configurations(
    tree: &dyn Tree,
    editions: &[Edition],
    known: Option<Version>,
) -> Vec<(String, Refusal)> {
    let mut found: Vec<(String, Refusal)> = Vec::new();
    for edition in editions {
        let refused = refusals::of_config(&edition.config, known, !edition.mounts.lacks_module());
        for refusal in refused {
            let holding = edition.files.iter().rev().find(|path| {
                let (alone, _) = Config::of_files(tree, "", std::slice::from_ref(path));
                holds(&alone.root, &refusal.value)
            });
            let Some(path) = holding else { continue };
            let place = (path.clone(), refusal);
            if !found.contains(&place) {
                found.push(place);
            }
        }
    }
    found.sort_by(|a, b| (&a.0, a.1.span.start).cmp(&(&b.0, b.1.span.start)));
    found
}

/// Whether a value, at its place, is part of another.
fn holds(root: &Value, value: &Value) -> bool {
    root == value
        || match &root.data {
            Data::List(items) => items.iter().any(|item| holds(item, value)),
            Data::Map(entries) => entries.iter().any(|entry| holds(&entry.value, value)),
            _ => false,
        }
}
