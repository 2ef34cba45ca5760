//! A tree that shows another with some files changed: [`Overlay`].

use std::{borrow::Cow, collections::BTreeMap};

use super::{Text, Tree};

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

    fn under(&self) -> Option<&dyn Tree> {
        Some(self.under)
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

    fn changed(&self) -> Vec<&str> {
        self.changed.keys().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::MemoryTree;

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
        assert_eq!(overlay.changed(), ["a.md", "b.md", "c.md", "package.json"]);
        assert_eq!(overlay.surroundings(), [("package.json".to_owned(), "{1}".to_owned())]);
        assert!(overlay.has_in_repository("docs") && !overlay.has_in_repository("docs/y.md"));
    }
}
