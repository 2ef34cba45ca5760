//! Which commit changed which file: [`History`]. Only for rules that ask; it takes long.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Site;
use crate::tree::{Commit, Tree};

/// The commits that led to what is checked out.
#[derive(Debug)]
pub struct History {
    /// Each before its parents.
    commits: Vec<Commit>,
    /// Each commit's index, by name.
    by_id: FxHashMap<String, usize>,
    /// The commits that change a file, the newest first.
    by_path: FxHashMap<String, Vec<usize>>,
}

/// Shorter names of commits are names by chance.
const SHORTEST_NAME: usize = 7;

impl History {
    fn new(commits: Vec<Commit>) -> Self {
        let mut by_path: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, commit) in commits.iter().enumerate() {
            for path in &commit.changed {
                by_path.entry(path.clone()).or_default().push(index);
            }
        }
        let by_id = commits.iter().enumerate().map(|(index, commit)| (commit.id.clone(), index)).collect();
        Self { commits, by_id, by_path }
    }

    /// The commit with this name, which may be abbreviated; `None` where there is none, or more than one.
    fn find(&self, name: &str) -> Option<usize> {
        let name = name.to_ascii_lowercase();
        if let Some(&found) = self.by_id.get(&name) {
            return Some(found);
        }
        let mut found = self
            .commits
            .iter()
            .enumerate()
            .filter(|(_, commit)| name.len() >= SHORTEST_NAME && commit.id.starts_with(&name));
        let (first, _) = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// The commits, the newest first, that change a file and are not yet in what `name` names: neither that commit nor
    /// one before it. `None` where the commit is not known.
    pub fn changes_since(&self, path: &str, name: &str) -> Option<Vec<&Commit>> {
        let since = self.find(name)?;
        let changes = self.by_path.get(path).map_or(&[][..], Vec::as_slice);
        // Where a shallow clone ends, a commit seems to add every file.
        let changes = changes.iter().copied().filter(|&change| !self.commits[change].parents.is_empty());
        let mut changes: Vec<usize> = changes.collect();
        if changes.is_empty() {
            return Some(Vec::new());
        }
        let mut before: FxHashSet<usize> = FxHashSet::default();
        let mut open = vec![since];
        while let Some(commit) = open.pop() {
            if before.insert(commit) {
                open.extend(self.commits[commit].parents.iter().filter_map(|parent| self.by_id.get(parent)));
            }
        }
        changes.retain(|change| !before.contains(change));
        Some(changes.into_iter().map(|change| &self.commits[change]).collect())
    }

    /// The newest commit that changes a file.
    pub fn last_change(&self, path: &str) -> Option<&Commit> {
        self.by_path.get(path)?.first().map(|&commit| &self.commits[commit])
    }
}

impl Site {
    /// Reads the commits of the repository, for rules that ask ([`crate::rules::Rule::reads_history`]).
    pub fn read_history(&mut self, tree: &dyn Tree) {
        self.history = tree.history().map(History::new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "commit ddddddddd4 2026-04-01 ccccccccc3 bbbbbbbbb2
commit ccccccccc3 2026-03-01 aaaaaaaaa1

M\ta.md
commit bbbbbbbbb2 2026-02-01 aaaaaaaaa1

M\tb.md
commit aaaaaaaaa1 2026-01-01

A\ta.md
A\tb.md
";

    #[test]
    fn changes_since_a_commit_are_those_that_it_does_not_have() {
        let history = History::new(Commit::read_log(LOG));
        let since = |path: &str, name: &str| -> Option<Vec<&str>> {
            let changes = history.changes_since(path, name)?;
            Some(changes.into_iter().map(|commit| &commit.id[..2]).collect())
        };
        assert_eq!(since("a.md", "aaaaaaaaa1"), Some(vec!["cc"]));
        assert_eq!(since("a.md", "aaaaaaa"), Some(vec!["cc"]));
        // `b` is newer than `a`, and yet does not have what `c` changes.
        assert_eq!(since("a.md", "bbbbbbbbb2"), Some(vec!["cc"]));
        assert_eq!(since("a.md", "ccccccccc3"), Some(vec![]));
        assert_eq!(since("b.md", "ddddddddd4"), Some(vec![]));
        assert_eq!(since("c.md", "ddddddddd4"), Some(vec![]));
        assert_eq!(since("a.md", "aaaaa"), None);
        assert_eq!(since("a.md", "1234567"), None);
        assert_eq!(history.last_change("b.md").map(|commit| commit.day.as_str()), Some("2026-02-01"));
    }
}
