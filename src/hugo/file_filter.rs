//! Which files of a mount are taken: [`FileFilter`]. Hugo: `hugofs/filename_filter_fs.go`.

use super::glob::Glob;
use crate::value::Value;

/// Patterns for the files that a mount takes, and those that it leaves out.
#[derive(Debug, Default)]
pub(super) struct FileFilter {
    /// What matches is kept, or left out.
    patterns: Vec<(bool, Glob)>,
}

impl FileFilter {
    /// `files` with `! ` for what is left out, or `includeFiles` and `excludeFiles` (before 0.153).
    pub(super) fn read(entry: &Value) -> Self {
        let texts = |key: &str| entry.get(key).map(Value::texts).unwrap_or_default();
        let mut patterns: Vec<(bool, String)> = Vec::new();
        patterns.extend(texts("files").into_iter().map(|pattern| match pattern.strip_prefix('!') {
            Some(rest) => (false, rest.trim().to_owned()),
            None => (true, pattern),
        }));
        patterns.extend(texts("includefiles").into_iter().map(|pattern| (true, pattern)));
        patterns.extend(texts("excludefiles").into_iter().map(|pattern| (false, pattern)));
        let glob = |(keep, pattern): (bool, String)| (keep, Glob::new(pattern.trim_start_matches('/')));
        Self { patterns: patterns.into_iter().map(glob).collect() }
    }

    /// Whether the file at a path below the mount's source is taken.
    pub(super) fn passes(&self, path: &str) -> bool {
        let mut wanted = self.patterns.iter().filter(|(keep, _)| *keep).peekable();
        let included = wanted.peek().is_none() || wanted.any(|(_, glob)| glob.is_match(path));
        let leaves_out =
            |(keep, glob): &(bool, Glob)| !keep && directories(path).any(|part| glob.is_match(part));
        included && !self.patterns.iter().any(leaves_out)
    }
}

/// A path and the directories it is in: Hugo does not walk into a directory that is left out.
fn directories(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).chain([path])
}
