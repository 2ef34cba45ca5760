//! Files that git ignores: scripts make them before the build, so a checkout does not have them. Where a directory that
//! git ignores is here, whatever makes it has run, and what is not in it is not made.

use std::sync::{Arc, Mutex, PoisonError};

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};
use rustc_hash::FxHashMap;

use crate::{
    hugo::{config::Config, mounts::Mounts},
    tree::Tree,
};

/// The ignore rules of a site.
#[derive(Debug, Default)]
pub struct Generated {
    /// The directory of each `.gitignore` (empty: the site's root) and its rules.
    rules: Vec<(String, Gitignore)>,
    /// The outermost directories that git ignores and that are here, with a slash at their ends, sorted.
    here: Vec<String>,
    /// A configuration file that scripts make and that is not here: it may mount anything anywhere.
    pub configuration: Option<String>,
    /// What [`Generated::may_publish`] answered, by path and edition: menus make many links lead to the same places.
    answers: Mutex<FxHashMap<String, Vec<(usize, bool)>>>,
    /// Whether git ignores directories that somebody asked about, by the index of the rules and path: most of what is not
    /// here would be next to something else that is not.
    directories: Mutex<FxHashMap<String, Arc<[bool]>>>,
}

impl Generated {
    /// Reads every `.gitignore` of the site.
    pub(super) fn read(tree: &dyn Tree) -> Self {
        let files = tree.paths().iter().filter(|path| path.rsplit('/').next() == Some(".gitignore"));
        let rules = files.filter_map(|path| {
            let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
            let mut builder = GitignoreBuilder::new("");
            for line in tree.read(path).ok()?.text.lines() {
                // A line that is no pattern is not for us to judge.
                _ = builder.add_line(None, line);
            }
            Some((directory.to_owned(), builder.build().ok()?))
        });
        let rules: Vec<_> = rules.collect();
        let here = if rules.is_empty() { Vec::new() } else { ignored_directories(&rules, tree.paths()) };
        let mut found = Self { rules, here, configuration: None, ..Self::default() };
        let directories =
            ["config/_default/module", "config/production/module", "config/_default/hugo", "hugo"];
        let mut names = directories
            .iter()
            .flat_map(|name| ["toml", "yaml", "yml", "json"].map(|extension| format!("{name}.{extension}")));
        found.configuration = names.find(|name| found.names(name) && !tree.has(name));
        found
    }

    /// Whether git ignores the file at this path.
    pub(super) fn ignores(&self, path: &str) -> bool {
        if self.is_here(path) {
            return false;
        }
        let above = self.are_ignored(path.rsplit_once('/').map_or("", |(directory, _)| directory));
        let ignores = |((directory, rules), above): (&(String, Gitignore), &bool)| {
            below(path, directory).is_some_and(|inside| by(rules, inside, false, *above))
        };
        self.rules.iter().zip(&*above).any(ignores)
    }

    /// Whether each of the rules ignores a directory, or one around it.
    fn are_ignored(&self, directory: &str) -> Arc<[bool]> {
        if directory.is_empty() {
            return self.rules.iter().map(|_| false).collect();
        }
        // A thread that panicked has left nothing half-written here.
        let known = || self.directories.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(directory) {
            return Arc::clone(found);
        }
        let above = self.are_ignored(directory.rsplit_once('/').map_or("", |(above, _)| above));
        let all = self.rules.iter().zip(&*above).map(|((own, rules), above)| {
            below(directory, own).is_some_and(|inside| by(rules, inside, true, *above))
        });
        let found: Arc<[bool]> = all.collect();
        known().insert(directory.to_owned(), Arc::clone(&found));
        found
    }

    /// Whether a directory that git ignores and that is here would hold this file.
    fn is_here(&self, path: &str) -> bool {
        let before = self.here.partition_point(|directory| directory.as_str() <= path);
        before > 0 && path.starts_with(&self.here[before - 1])
    }

    /// Whether git ignores the file at this path by a rule that means it, and not all files of its kind (`*.json`).
    fn names(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        self.ignoring(path).any(|rule| rule.contains(stem))
    }

    /// The rules by which git ignores a file, as written, of each `.gitignore` the last that fits.
    fn ignoring(&self, path: &str) -> impl Iterator<Item = &str> {
        let is_here = self.is_here(path);
        self.rules.iter().filter(move |_| !is_here).filter_map(move |(directory, rules)| {
            match rules.matched_path_or_any_parents(below(path, directory)?, false) {
                Match::Ignore(rule) => Some(rule.original()),
                Match::None | Match::Whitelist(_) => None,
            }
        })
    }

    /// Whether a file that git ignores would be published at `rest`, a URL path below the base path of an edition.
    pub(super) fn may_publish(&self, rest: &str, edition: usize, config: &Config, mounts: &Mounts) -> bool {
        if self.rules.is_empty() {
            return false;
        }
        // A thread that panicked has left nothing half-written here.
        let known = || self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let of_edition = |all: &Vec<(usize, bool)>| all.iter().find(|(own, _)| *own == edition).copied();
        if let Some((_, answer)) = known().get(rest).and_then(of_edition) {
            return answer;
        }
        let answer = self.would_publish(rest, config, mounts);
        known().entry(rest.to_owned()).or_default().push((edition, answer));
        answer
    }

    fn would_publish(&self, rest: &str, config: &Config, mounts: &Mounts) -> bool {
        let trimmed = rest.trim_matches('/').trim_end_matches(".html");
        if trimmed.is_empty() {
            return false;
        }
        let page = config.languages.iter().any(|language| {
            let prefix = config.language_prefix(&language.key);
            let Some(inside) = trimmed.strip_prefix(prefix.trim_end_matches('/')) else { return false };
            mounts.content_roots.iter().any(|(source, target)| {
                let Some(inside) = inside.trim_start_matches('/').strip_prefix(target.as_str()) else {
                    return false;
                };
                let inside = inside.trim_start_matches('/');
                let ends = [".md", "/_index.md", "/index.md"];
                ends.iter().any(|end| self.ignores(&[source.as_str(), "/", inside, end].concat()))
            })
        });
        page || self.ignores(&format!("static/{}", rest.trim_start_matches('/')))
    }
}

/// Whether rules ignore a file or directory, given whether they ignore the directory around it.
fn by(rules: &Gitignore, path: &str, is_directory: bool, above: bool) -> bool {
    match rules.matched(path, is_directory) {
        Match::Ignore(_) => true,
        Match::Whitelist(_) => false,
        Match::None => above,
    }
}

/// A path as seen from a directory above it (empty: the root).
fn below<'p>(path: &'p str, directory: &str) -> Option<&'p str> {
    if directory.is_empty() { Some(path) } else { path.strip_prefix(directory)?.strip_prefix('/') }
}

/// The outermost directories of some files, sorted by path, that git ignores, with a slash at their ends.
fn ignored_directories(rules: &[(String, Gitignore)], paths: &[String]) -> Vec<String> {
    let is_ignored = |path: &str| {
        let ignores = |(directory, own): &(String, Gitignore)| {
            below(path, directory).is_some_and(|inside| own.matched(inside, true).is_ignore())
        };
        rules.iter().any(ignores)
    };
    let mut found: Vec<String> = Vec::new();
    let mut last = "";
    for path in paths {
        let directory = path.rfind('/').map_or("", |at| &path[..=at]);
        if directory == last || found.last().is_some_and(|outer| directory.starts_with(outer.as_str())) {
            continue;
        }
        // What lies above both has been asked about before.
        let ends =
            directory.match_indices('/').map(|(at, _)| at).filter(|at| !last.starts_with(&directory[..=*at]));
        found.extend(
            ends.map(|end| &directory[..end]).find(|own| is_ignored(own)).map(|own| format!("{own}/")),
        );
        last = directory;
    }
    found
}
