//! What the server in front of the published site adds to it.

use super::redirects::{self, Redirect};
use crate::tree::Tree;

/// What is known of the site's host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Host {
    /// Rules that send readers elsewhere.
    pub redirects: Vec<Redirect>,
    /// It serves `x.html` for `x` and `x/`. Netlify does ("pretty URLs"), and a netlify.toml says that it is the host.
    pub serves_html_without_extension: bool,
}

impl Host {
    /// Looks for `static/_redirects` and netlify.toml.
    pub fn detect(tree: &dyn Tree) -> Self {
        let mut host = Self::default();
        if let Ok(text) = tree.read("static/_redirects") {
            host.redirects = redirects::read(&text.text);
        }
        let netlify =
            tree.surroundings().iter().find(|(name, _)| name.rsplit('/').next() == Some("netlify.toml"));
        if let Some((_, text)) = netlify {
            host.serves_html_without_extension = true;
            host.redirects.extend(redirects::read_netlify(text));
        }
        host
    }
}
