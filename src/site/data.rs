//! The data files of a site: [`DataFiles`].

use std::{cell::RefCell, rc::Rc, sync::Arc};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::Edition;
use crate::{
    hugo::{glob::Glob, templates::SiteData},
    source::Span,
    tree::Tree,
    value::{Format, Value, parse},
};

/// The data files of a site and its themes.
#[derive(Debug)]
pub(super) struct DataFiles {
    /// All that is here, by the names of files and directories.
    tree: Arc<Value>,
    /// What scripts may add, as git ignores it: paths below `data`, without extension.
    ignored: Arc<[String]>,
}

impl DataFiles {
    /// Reads them; `None`: some may not be here, and nobody knows which, or are in a format that we do not read. Hugo:
    /// `hugolib/site.go`, `loadData`.
    pub(super) fn read(edition: &Edition, tree: &dyn Tree) -> Option<Self> {
        let mounts = edition.config.root.at(&["module", "mounts"]).map(Value::items).unwrap_or_default();
        let target = |mount: &Value| mount.get("target").and_then(Value::to_text).unwrap_or_default();
        let has_mount = mounts.iter().any(|mount| target(mount).starts_with("data"));
        if edition.mounts.lacks_module() || has_mount {
            return None;
        }
        let ignored = ignored(tree)?;
        let is_theme = |path: &&String| path.contains("/data/") && is_of_theme(path);
        let of_project = tree.below("data").iter();
        let is_seen = |path: &&String| !path.rsplit('/').next().is_some_and(|name| name.starts_with('.'));
        let files: Vec<&String> =
            tree.paths().iter().filter(is_theme).chain(of_project).filter(is_seen).collect();
        let read: Option<Vec<(&str, Value)>> = files.par_iter().map(|path| of_file(path, tree)).collect();
        let mut all = Value::map();
        for (directory, files) in by_directory(read?) {
            let nested = directory.rsplit('/').filter(|name| !name.is_empty());
            all.overlay(nested.fold(files, |value, name| Value::singleton(name, value)));
        }
        // Where templates ask for data and there is none, something else may bring it.
        (!all.entries().is_empty()).then(|| Self { tree: Arc::new(all), ignored: ignored.into() })
    }

    /// As templates see them. Each thread keeps those that it was asked for last: to put them into that form takes as long
    /// as to run some hundred calls.
    pub(super) fn seen(&self) -> Rc<SiteData> {
        thread_local! {
            static LAST: RefCell<Option<(Arc<Value>, Rc<SiteData>)>> = const { RefCell::new(None) };
        }
        LAST.with_borrow_mut(|last| match last {
            Some((tree, seen)) if Arc::ptr_eq(tree, &self.tree) => Rc::clone(seen),
            _ => {
                let seen = Rc::new(SiteData::new(Arc::clone(&self.tree), Arc::clone(&self.ignored)));
                *last = Some((Arc::clone(&self.tree), Rc::clone(&seen)));
                seen
            }
        })
    }
}

/// Whether a template asks for data: `site.Data`, `.Site.Data`, `hugo.Data`.
pub(super) fn is_asked(template: &str) -> bool {
    ["ite.Data", "hugo.Data"].iter().any(|name| template.contains(name))
}

/// What a data file holds, with its path in its directory of data, without extension.
fn of_file<'t>(path: &'t str, tree: &dyn Tree) -> Option<(&'t str, Value)> {
    let format = Format::of_path(path)?;
    let text = tree.read(path).ok()?.text;
    let (value, mistakes) = parse(format, &text, Span::new(0, text.len()));
    let (stem, _) = inside(path).filter(|_| mistakes.is_empty())?.rsplit_once('.')?;
    Some((stem, value))
}

/// Files that follow each other in one directory as maps of what is in them, with the path of that directory. Where one
/// has the name of another, it is in a map of its own.
fn by_directory(files: Vec<(&str, Value)>) -> Vec<(&str, Value)> {
    let mut found: Vec<(&str, Value)> = Vec::new();
    let mut names = FxHashSet::default();
    for (path, value) in files {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_next = names.insert(name.to_lowercase());
        match found.last_mut() {
            Some((last, all)) if is_next && *last == directory => all.push(name, value),
            _ => {
                names.clear();
                names.insert(name.to_lowercase());
                found.push((directory, Value::singleton(name, value)));
            }
        }
    }
    found
}

/// The path of a data file in its directory of data.
fn inside(path: &str) -> Option<&str> {
    let own = path.strip_prefix("data/");
    own.or_else(|| path.split_once("/data/").map(|(_, inside)| inside))
}

pub(super) fn is_of_theme(path: &str) -> bool {
    ["themes/", "_vendor/", "../"].iter().any(|root| path.starts_with(root))
}

/// The data files that scripts may make, as git ignores them; `None`: they may have any name.
fn ignored(tree: &dyn Tree) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for path in tree.paths().iter().filter(|path| path.rsplit('/').next() == Some(".gitignore")) {
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        // Elsewhere, patterns hold for what is there only.
        let counts = directory.is_empty() || directory.starts_with("data") || is_of_theme(path);
        let Some(text) = counts.then(|| tree.read(path).ok()).flatten() else { continue };
        for line in text.text.lines().map(str::trim).filter(|line| !line.starts_with(['#', '!'])) {
            match data_file(line) {
                Some(file) if file.contains(['*', '?', '[']) || file.is_empty() => return None,
                Some(file) => found.push(file),
                None => {}
            }
        }
    }
    Some(found)
}

/// What a pattern of git ignores below `data`, without extension; empty: all of it.
fn data_file(pattern: &str) -> Option<String> {
    let parts: Vec<&str> = pattern.trim_matches('/').split('/').collect();
    let at = parts
        .iter()
        .position(|part| !matches!(*part, "" | "*" | "**") && Glob::new(part).is_match("data"))?;
    // Below another directory, `data` is something else.
    let is_root = |part: &str| matches!(part, "." | ".." | "**" | "themes" | "_vendor");
    let is_below = at == 0 || parts[..at].iter().any(|part| is_root(part));
    let inside = parts[at + 1..].join("/");
    let stem = match inside.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') => stem,
        _ => &inside,
    };
    is_below.then(|| stem.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_data_files_are_told_apart() {
        for (pattern, file) in [
            ("data/releases.yaml", Some("releases")),
            ("/data/a/b.json", Some("a/b")),
            ("data/generated/", Some("generated")),
            ("data", Some("")),
            ("data/*.json", Some("*")),
            ("**/data/x.json", Some("x")),
            ("themes/t/data/x.toml", Some("x")),
            ("database/", None),
            ("scripts/data/", None),
            ("*.json", None),
        ] {
            assert_eq!(data_file(pattern).as_deref(), file, "{pattern}");
        }
    }
}
