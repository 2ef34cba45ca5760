//! The only door to a site's files: [`Tree`]. Disk, tests and editors each open it in their own way, and [`Overlay`]
//! shows one with some files changed.

use std::{borrow::Cow, collections::BTreeMap};

mod overlay;

pub use overlay::Overlay;

/// The files of one site, by path from the site's root (`/`-separated, no leading `/`).
pub trait Tree: Sync {
    /// Every file's path, sorted bytewise. Build output, dependencies and version control are left out.
    fn paths(&self) -> &[String];

    /// Directories with other repositories of which the configuration names nothing (submodules, for example), sorted. What
    /// is in them is not among [`paths`](Self::paths).
    fn nested(&self) -> &[String] {
        self.under().map_or(&[], Tree::nested)
    }

    /// Whether there is such a file in one of these directories.
    fn has_nested(&self, path: &str) -> bool {
        self.under().is_some_and(|under| under.has_nested(path))
    }

    /// Every file's path as [`paths`](Self::paths), and those in these directories. Listing them may take long.
    fn with_nested(&self) -> &[String] {
        self.under().map_or(&[], Tree::with_nested)
    }

    /// A file's text; invalid UTF-8 is replaced by U+FFFD. Errors are sentences for people.
    fn read(&self, path: &str) -> Result<Text<'_>, String>;

    /// The tree that this one shows with something changed, if it does: it answers what is not answered here.
    fn under(&self) -> Option<&dyn Tree> {
        None
    }

    /// Files that belong to the repository around the site and say how it is built (netlify.toml, package.json,
    /// .gitmodules, …): name and text, nearest directory first.
    fn surroundings(&self) -> &[(String, String)] {
        self.under().map_or(&[], Tree::surroundings)
    }

    /// The text of a file by its path from the root, which may lie outside of it (`../shared/javert.toml`).
    ///
    /// # Errors
    /// When it cannot be read, in a sentence for people.
    fn outside(&self, path: &str) -> Result<String, String> {
        match self.under() {
            Some(under) => under.outside(path),
            None => self.read(path).map(|text| text.text.into_owned()),
        }
    }

    /// The full path of the site's root, `/`-separated; empty where nobody knows. Paths that leave the root and come back
    /// name its directories.
    fn location(&self) -> String {
        self.under().map(Tree::location).unwrap_or_default()
    }

    /// The version-controlled repository that the site lies in.
    fn repository(&self) -> Option<Repository> {
        self.under()?.repository()
    }

    /// Whether there is a file or directory at a path from the root of the repository.
    fn has_in_repository(&self, path: &str) -> bool {
        self.under().is_some_and(|under| under.has_in_repository(path))
    }

    /// The commits that led to what is checked out, each before its parents. `None` where that is not known: there is
    /// no repository, or nothing to read it with. Reading takes long.
    fn history(&self) -> Option<Vec<Commit>> {
        self.under()?.history()
    }

    /// The files that are not as in the tree below this one, if there is one ([`Overlay`]), by path.
    fn changed(&self) -> Vec<&str> {
        self.under().map(Tree::changed).unwrap_or_default()
    }

    /// The tree of another directory, by its path from the root of this one.
    ///
    /// # Errors
    /// When it cannot be read, in a sentence for people.
    fn beside(&self, path: &str) -> Result<Box<dyn Tree>, String> {
        match self.under() {
            Some(under) => under.beside(path),
            None => Err(format!("there is no directory `{path}`")),
        }
    }
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Where its remotes are on the web, such as `github.com/gohugoio/hugo`.
    pub names: Vec<String>,
    /// The branch that is checked out, if one is.
    pub branch: Option<String>,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name in full, hexadecimal.
    pub id: String,
    /// The day of its commit, `2026-03-01`.
    pub day: String,
    /// The names of its parents; empty for the first commit, and where a shallow clone ends.
    pub parents: Vec<String>,
    /// The files whose text it changes or adds, by path from the site's root. A merge names none, nor is a file that is
    /// only renamed among them.
    pub changed: Vec<String>,
}

impl Commit {
    /// What `git log` is asked for, so that [`Self::read_log`] can read it.
    pub const LOG: [&str; 5] =
        ["log", "--format=commit %H %cs %P", "--name-status", "--find-renames=100%", "--relative"];

    /// Reads what `git log` says: a line `commit ID DAY PARENTS…`, below it a line for each file, such as `M<tab>path`.
    pub fn read_log(text: &str) -> Vec<Self> {
        let mut commits: Vec<Self> = Vec::new();
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("commit ") {
                let mut words = rest.split(' ').map(str::to_owned);
                let (Some(id), Some(day)) = (words.next(), words.next()) else { continue };
                let parents = words.filter(|parent| !parent.is_empty()).collect();
                commits.push(Self { id, day, parents, changed: Vec::new() });
            } else if let (Some(commit), Some(("A" | "M", path))) =
                (commits.last_mut(), line.split_once('\t'))
            {
                commit.changed.push(path.to_owned());
            }
        }
        commits
    }
}

/// What a file says.
#[derive(Debug, Clone)]
pub struct Text<'t> {
    /// Its text.
    pub text: Cow<'t, str>,
    /// Where the first invalid byte stood, if the file is not valid UTF-8: a byte offset into `text`.
    pub invalid: Option<usize>,
}

impl dyn Tree + '_ {
    /// The paths below `directory` (no trailing slash; the empty string is the root), with those in other repositories
    /// unless it is the root.
    pub fn below<'s>(&'s self, directory: &str) -> &'s [String] {
        if directory.is_empty() {
            return self.paths();
        }
        let prefix = format!("{directory}/");
        let is_asked = |nested: &String| nested.starts_with(&prefix) || is_within(directory, nested);
        let paths = if self.nested().iter().any(is_asked) { self.with_nested() } else { self.paths() };
        let start = paths.partition_point(|path| path.as_str() < prefix.as_str());
        let length = paths[start..].partition_point(|path| path.starts_with(&prefix));
        &paths[start..start + length]
    }

    /// Whether there is such a file.
    pub fn has(&self, path: &str) -> bool {
        self.paths().binary_search_by(|own| own.as_str().cmp(path)).is_ok()
            || self.nested().iter().any(|nested| is_within(path, nested)) && self.has_nested(path)
    }
}

/// Whether a path is that of a directory, or of something in it.
fn is_within(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A site in memory: for tests and examples. U+FFFD in a text stands for bytes that are not UTF-8.
#[derive(Debug, Default)]
pub struct MemoryTree {
    paths: Vec<String>,
    texts: BTreeMap<String, String>,
    surroundings: Vec<(String, String)>,
}

impl MemoryTree {
    /// A tree of `(path, text)`.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let texts: BTreeMap<String, String> = files.into_iter().collect();
        let surroundings = ["netlify.toml", "package.json", ".gitmodules", ".lycheeignore", "javert.toml"]
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), texts.get(*name)?.clone())))
            .collect();
        Self { paths: texts.keys().cloned().collect(), texts, surroundings }
    }
}

impl Tree for MemoryTree {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn read(&self, path: &str) -> Result<Text<'_>, String> {
        let text = self.texts.get(path).ok_or_else(|| format!("there is no `{path}`"))?;
        Ok(Text { text: Cow::Borrowed(text), invalid: text.find('\u{fffd}') })
    }

    fn surroundings(&self) -> &[(String, String)] {
        &self.surroundings
    }

    fn history(&self) -> Option<Vec<Commit>> {
        self.texts.get(MEMORY_LOG).map(|text| Commit::read_log(text))
    }
}

/// Where a tree in memory says what `git log` would.
const MEMORY_LOG: &str = ".git/log";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_read_commit_by_commit() {
        let log = "commit c3 2026-03-01 b2 a1\n\ncommit b2 2026-02-01 a1\n\nM\tcontent/b.md\nR100\tx.md\ty.md\nD\tz.md\n\ncommit a1 2026-01-01 \n\nA\tcontent/a b.md\n";
        let read = Commit::read_log(log);
        let read: Vec<(&str, &[String], &[String])> =
            read.iter().map(|own| (own.id.as_str(), &own.parents[..], &own.changed[..])).collect();
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<String>>();
        assert_eq!(
            read,
            [
                ("c3", &words(&["b2", "a1"])[..], &[][..]),
                ("b2", &words(&["a1"])[..], &words(&["content/b.md"])[..]),
                ("a1", &[][..], &words(&["content/a b.md"])[..]),
            ]
        );
    }
}
