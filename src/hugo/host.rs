//! What the server in front of the published site adds to it.

use super::{
    mounts::{LayoutFile, Mounts},
    redirects::{self, Redirect},
};
use crate::tree::Tree;

/// What is known of the site's host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Host {
    /// Rules that send readers elsewhere.
    pub redirects: Vec<Redirect>,
    /// It serves `x.html` for `x` and `x/`. Netlify does ("pretty URLs"), and a netlify.toml says that it is the host.
    pub serves_html_without_extension: bool,
    /// A template computes redirect rules that we do not know.
    pub computes_redirects: bool,
}

impl Host {
    /// Looks for a static file `_redirects`, netlify.toml and templates that make a `_redirects` file (an output format of the
    /// home page, by convention called `redirects`).
    pub fn detect(tree: &dyn Tree, mounts: &Mounts) -> Self {
        let mut host = Self::default();
        // Netlify asks the rules of the file before those of its configuration.
        if let Some(path) = mounts.statics.get("_redirects")
            && let Ok(text) = tree.read(path)
        {
            host.redirects = redirects::read(path, &text.text);
        }
        let netlify =
            tree.surroundings().iter().find(|(name, _)| name.rsplit('/').next() == Some("netlify.toml"));
        if let Some((name, text)) = netlify {
            host.serves_html_without_extension = true;
            host.redirects.extend(redirects::read_netlify(name.trim_start_matches("../"), text));
        }
        let makes_rules = |layout: &&LayoutFile| {
            let name = layout.path.rsplit('/').next().unwrap_or("");
            name.contains(".redirects") || name == "_redirects"
        };
        for layout in mounts.layouts.iter().filter(makes_rules) {
            if let Ok(text) = tree.read(&layout.disk) {
                let (rules, computes) = redirects::read_template(&layout.disk, &text.text);
                host.redirects.extend(rules);
                host.computes_redirects |= computes;
            }
        }
        host
    }
}
