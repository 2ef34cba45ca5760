//! The partials that templates call, by name.

use std::{collections::BTreeMap, sync::OnceLock};

use super::parse::{Template, parse};

/// A site's partials. Each is parsed when first asked for.
#[derive(Debug, Default)]
pub struct Partials {
    by_name: BTreeMap<String, Partial>,
}

#[derive(Debug)]
struct Partial {
    text: String,
    template: OnceLock<Template>,
}

impl Partials {
    /// Takes the partials out of a site's layout files: paths below `layouts/`, those that win first.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut out = Self::default();
        for (path, text) in files {
            if let Some(name) = ["_partials/", "partials/"].iter().find_map(|root| path.strip_prefix(root)) {
                out.by_name
                    .entry(key(name))
                    .or_insert_with(|| Partial { text: text.to_owned(), template: OnceLock::new() });
            }
        }
        out
    }

    /// The partial that `{{ partial "name" }}` calls.
    pub fn get(&self, name: &str) -> Option<&Template> {
        let partial = self.by_name.get(&key(name))?;
        Some(partial.template.get_or_init(|| parse(&partial.text)))
    }
}

/// `partial "a/b"` and `partial "/a/B.html"` call `a/b.html`.
fn key(name: &str) -> String {
    let name = name.trim_start_matches('/').to_lowercase();
    let file = name.rsplit('/').next().unwrap_or_default();
    if file.contains('.') { name } else { name + ".html" }
}
