//! What a site takes from outside of its own directory: a theme that it is an example of, and what it mounts.
//!
//! The directories in which others look for a theme (`hugo --themesDir ../..`) are no part of any file, so a theme that is
//! nowhere else is looked for where such a site lies: in the theme itself, or beside it.

use super::{
    config::{Config, PRODUCTION, default_files},
    mounts::{candidates, project_sources},
};
use crate::tree::Tree;

/// Files of which a theme has at least one.
const OF_THEMES: [&str; 6] = ["theme.toml", "hugo.toml", "hugo.yaml", "config.toml", "config.yaml", "go.mod"];

/// The directories and files outside of the site's root that its default configuration names, as paths from there.
pub fn named(tree: &dyn Tree) -> Vec<String> {
    let files = default_files(tree, "", PRODUCTION);
    if files.is_empty() {
        return Vec::new();
    }
    let (config, _) = Config::of_files(tree, "", &files);
    let mut found = project_sources(&config);
    for name in &config.themes {
        let name = name.trim_end_matches('/');
        let candidates = candidates(tree, &config, name);
        if !candidates.iter().any(|path| !tree.below(path).is_empty()) {
            found.extend(candidates);
            found.extend(of_theme(tree, &config, name));
        }
    }
    found.retain(|path| path.starts_with(".."));
    found.sort();
    found.dedup();
    found
}

/// Where a theme may be that is not in the site's directory, though no file says so.
pub(super) fn of_theme(tree: &dyn Tree, config: &Config, name: &str) -> Vec<String> {
    let says_module =
        |text: &str| text.lines().any(|line| line.strip_prefix("module ").map(str::trim) == Some(name));
    let is_module = tree.outside("../go.mod").is_ok_and(|text| says_module(&text));
    let is_only = || config.themes.len() == 1 && tree.outside("../theme.toml").is_ok();
    let beside = [format!("../../{name}"), format!("../{name}")];
    let is_theme =
        |path: &String| OF_THEMES.iter().any(|file| tree.outside(&format!("{path}/{file}")).is_ok());
    let mut found: Vec<String> = beside.into_iter().filter(is_theme).collect();
    found.extend((is_module || is_only()).then(|| "..".to_owned()));
    found
}
