//! `javert explain`

use super::Ending;
use crate::rules::{self, RULES};

/// Prints a rule's page.
pub fn explain(name: &str) -> Ending {
    match rules::find(name) {
        Some(entry) => Ending { out: entry.manual().text.to_owned(), err: String::new(), code: 0 },
        None => {
            let near = rules::nearest(name, RULES.iter().map(|entry| entry.name));
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            Ending::failed(format!("there is no rule `{name}`{hint} `javert rules` lists them all"))
        }
    }
}
