//! The only door to a site's files: [`Tree`]. Disk, tests and editors each open it in their own way, and [`Overlay`]
//! shows one with some files changed.

use std::{borrow::Cow, collections::BTreeMap};

/// The files of one site, by path from the site's root (`/`-separated, no leading `/`).
pub trait Tree: Sync {
    /// Every file's path, sorted bytewise. Build output, dependencies and version control are left out.
    fn paths(&self) -> &[String];

    /// A file's text; invalid UTF-8 is replaced by U+FFFD. Errors are sentences for people.
    fn read(&self, path: &str) -> Result<Text<'_>, String>;

    /// Files that belong to the repository around the site and say how it is built (netlify.toml, package.json,
    /// .gitmodules, …): name and text, nearest directory first.
    fn surroundings(&self) -> &[(String, String)] {
        &[]
    }

    /// The text of a file by its path from the root, which may lie outside of it (`../shared/javert.toml`).
    ///
    /// # Errors
    /// When it cannot be read, in a sentence for people.
    fn outside(&self, path: &str) -> Result<String, String> {
        self.read(path).map(|text| text.text.into_owned())
    }

    /// The version-controlled repository that the site lies in.
    fn repository(&self) -> Option<Repository> {
        None
    }

    /// Whether there is a file or directory at a path from the root of the repository.
    fn has_in_repository(&self, _path: &str) -> bool {
        false
    }

    /// The tree of another directory, by its path from the root of this one.
    ///
    /// # Errors
    /// When it cannot be read, in a sentence for people.
    fn beside(&self, path: &str) -> Result<Box<dyn Tree>, String> {
        Err(format!("there is no directory `{path}`"))
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

/// What a file says.
#[derive(Debug, Clone)]
pub struct Text<'t> {
    /// Its text.
    pub text: Cow<'t, str>,
    /// Where the first invalid byte stood, if the file is not valid UTF-8: a byte offset into `text`.
    pub invalid: Option<usize>,
}

impl dyn Tree + '_ {
    /// The paths below `directory` (no trailing slash; the empty string is the root).
    pub fn below<'s>(&'s self, directory: &str) -> &'s [String] {
        if directory.is_empty() {
            return self.paths();
        }
        let prefix = format!("{directory}/");
        let paths = self.paths();
        let start = paths.partition_point(|path| path.as_str() < prefix.as_str());
        let length = paths[start..].partition_point(|path| path.starts_with(&prefix));
        &paths[start..start + length]
    }

    /// Whether there is such a file.
    pub fn has(&self, path: &str) -> bool {
        self.paths().binary_search_by(|own| own.as_str().cmp(path)).is_ok()
    }
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
}

/// A tree with some files changed, added or taken away: fixes that are not written yet, a text in an editor, what
/// another commit has.
pub struct Overlay<'t> {
    under: &'t dyn Tree,
    /// By path; `None`: the file is not there.
    changed: BTreeMap<String, Option<String>>,
    paths: Vec<String>,
    surroundings: Vec<(String, String)>,
    /// Files by their path from the root of the repository, and whether they are there.
    in_repository: BTreeMap<String, bool>,
}

impl<'t> Overlay<'t> {
    /// The tree as it is.
    pub fn new(under: &'t dyn Tree) -> Self {
        Self {
            under,
            changed: BTreeMap::new(),
            paths: under.paths().to_vec(),
            surroundings: under.surroundings().to_vec(),
            in_repository: BTreeMap::new(),
        }
    }

    /// Gives a file another text, or takes it away.
    pub fn set(&mut self, path: &str, text: Option<String>) {
        match (self.paths.binary_search_by(|own| own.as_str().cmp(path)), &text) {
            (Err(at), Some(_)) if !path.starts_with("../") => self.paths.insert(at, path.to_owned()),
            (Ok(at), None) => _ = self.paths.remove(at),
            _ => {}
        }
        if let Some(around) = self.surroundings.iter_mut().find(|(own, _)| own == path) {
            around.1.clone_from(text.as_ref().unwrap_or(&String::new()));
        }
        self.changed.insert(path.to_owned(), text);
    }

    /// Says whether there is a file at a path from the root of the repository.
    pub fn set_in_repository(&mut self, path: &str, there: bool) {
        self.in_repository.insert(path.to_owned(), there);
    }

    /// The files that have another text than below, by path.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.changed.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }
}

impl Tree for Overlay<'_> {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn read(&self, path: &str) -> Result<Text<'_>, String> {
        match self.changed.get(path) {
            Some(Some(text)) => Ok(Text { text: Cow::Borrowed(text), invalid: text.find('\u{fffd}') }),
            Some(None) => Err(format!("there is no `{path}`")),
            None => self.under.read(path),
        }
    }

    fn surroundings(&self) -> &[(String, String)] {
        &self.surroundings
    }

    fn outside(&self, path: &str) -> Result<String, String> {
        if self.changed.contains_key(path) {
            return self.read(path).map(|text| text.text.into_owned());
        }
        self.under.outside(path)
    }

    fn repository(&self) -> Option<Repository> {
        self.under.repository()
    }

    fn has_in_repository(&self, path: &str) -> bool {
        match self.in_repository.get(path) {
            Some(there) => *there,
            // A directory is there if something in it is.
            None => {
                let inside = format!("{path}/");
                let mut below = self.in_repository.range(inside.clone()..);
                below.by_ref().take_while(|(own, _)| own.starts_with(&inside)).any(|(_, there)| *there)
                    || self.under.has_in_repository(path)
            }
        }
    }

    fn beside(&self, path: &str) -> Result<Box<dyn Tree>, String> {
        self.under.beside(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_shows_what_was_changed_and_else_what_is_below() {
        let files = [("a.md", "a"), ("b.md", "b"), ("package.json", "{}")];
        let tree = MemoryTree::new(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
        let mut overlay = Overlay::new(&tree);
        overlay.set("b.md", None);
        overlay.set("a.md", Some("A".to_owned()));
        overlay.set("c.md", Some("c".to_owned()));
        overlay.set("package.json", Some("{1}".to_owned()));
        overlay.set_in_repository("docs/x.md", true);
        assert_eq!(overlay.paths(), ["a.md", "c.md", "package.json"]);
        assert_eq!(overlay.read("a.md").map(|text| text.text.into_owned()), Ok("A".to_owned()));
        assert!(overlay.read("b.md").is_err());
        assert_eq!(overlay.surroundings(), [("package.json".to_owned(), "{1}".to_owned())]);
        assert!(overlay.has_in_repository("docs") && !overlay.has_in_repository("docs/y.md"));
    }
}
