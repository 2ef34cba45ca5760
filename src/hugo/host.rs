//! What the server in front of the published site adds to it.

use std::{collections::BTreeSet, mem};

use super::{
    config::Config,
    made_redirects::{PossibleRedirect, RuleTemplates},
    mounts::{LayoutFile, Mounts},
    redirects::{self, Redirect},
};
use crate::{
    source::Span,
    tree::Tree,
    value::{self, Format, Value},
};

/// What is known of the site's host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Host {
    /// Rules that send readers elsewhere.
    pub redirects: Vec<Redirect>,
    /// It serves `x.html` for `x` and `x/`. Netlify does ("pretty URLs"), and a netlify.toml says that it is the host.
    pub serves_html_without_extension: bool,
    /// A template computes redirect rules that we do not know.
    pub computes_redirects: bool,
    /// Rules that a template may make.
    pub possible_redirects: Vec<PossibleRedirect>,
    /// The parameters from which templates make rules, in lower case, sorted.
    pub redirect_params: Vec<String>,
}

impl Host {
    /// Looks for a file `_redirects` that is static or beside the home page, netlify.toml and templates that make a
    /// `_redirects` file: an output format of the home page with this base name, by convention called `redirects`.
    pub fn detect(tree: &dyn Tree, mounts: &Mounts, config: &Config) -> Self {
        let mut host = Self::default();
        // Netlify asks the rules of the file before those of its configuration.
        let in_content = || Some(&mounts.content.iter().find(|file| file.path == "_redirects")?.disk);
        if let Some(path) = mounts.statics.get("_redirects").or_else(in_content)
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
        let names = rule_formats(config);
        let makes_rules = |layout: &&LayoutFile| {
            let name = layout.path.rsplit('/').next().unwrap_or("");
            name == "_redirects" || name.split('.').skip(1).any(|part| names.contains(&part.to_lowercase()))
        };
        let mut waiting: Vec<&LayoutFile> = mounts.layouts.iter().filter(makes_rules).collect();
        let mut templates = RuleTemplates::default();
        let mut seen: Vec<&LayoutFile> = Vec::new();
        while let Some(layout) = waiting.pop() {
            if seen.contains(&layout) {
                continue;
            }
            seen.push(layout);
            let Ok(text) = tree.read(&layout.disk) else { continue };
            templates.read(&layout.disk, &text.text);
            let called = templates.partials.iter().filter_map(|name| partial(mounts, name));
            waiting.extend(called);
        }
        host.redirects.append(&mut templates.written);
        host.possible_redirects = mem::take(&mut templates.possible);
        host.computes_redirects = templates.computes;
        host.redirect_params = templates.params.into_iter().collect();
        for name in &host.redirect_params {
            if let Some(value) = config.root.at(&["params", name]) {
                let place = format!("the site parameter `{name}`");
                host.possible_redirects.extend(RuleTemplates::possible_of(value, "", &place));
            }
        }
        for path in tree.below("data") {
            let inside = path.trim_start_matches("data/").to_lowercase();
            let first = inside.split(['/', '.']).next().unwrap_or("");
            let Some(format) = Format::of_path(path).filter(|_| templates.data.contains(first)) else {
                continue;
            };
            let Ok(text) = tree.read(path) else { continue };
            let (value, _) = value::parse(format, &text.text, Span::new(0, text.text.len()));
            host.possible_redirects.extend(RuleTemplates::possible_of(&value, "", path));
        }
        host
    }
}

/// What an output format for `_redirects` is called by convention.
const CONVENTION: &str = "redirects";

/// The names of the output formats that make a `_redirects` file, in lower case.
fn rule_formats(config: &Config) -> BTreeSet<String> {
    let formats = config.root.get("outputformats").map(Value::entries).unwrap_or_default();
    let makes_rules = |value: &Value| {
        value.get("basename").and_then(Value::to_text).is_some_and(|name| name == "_redirects")
    };
    let named = formats.iter().filter(|own| makes_rules(&own.value)).map(|own| own.key.to_lowercase());
    // A module that is not here may define the format.
    let is_defined = formats.iter().any(|own| own.key.eq_ignore_ascii_case(CONVENTION));
    named.chain((!is_defined).then(|| CONVENTION.to_owned())).collect()
}

fn partial<'m>(mounts: &'m Mounts, name: &str) -> Option<&'m LayoutFile> {
    let own = |layout: &&LayoutFile| {
        let path = layout.path.strip_prefix("_partials/").or_else(|| layout.path.strip_prefix("partials/"));
        path.is_some_and(|path| path == name || path.strip_suffix(".html") == Some(name))
    };
    mounts.layouts.iter().find(own)
}
