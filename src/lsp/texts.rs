//! A site's files with the texts that editors hold: [`Texts`].

use std::{borrow::Cow, collections::BTreeMap};

use crate::tree::{Commit, Repository, Text, Tree};

/// A tree in which some files have other texts. Unlike an overlay it costs nothing to make, and shows no new files.
pub(super) struct Texts<'t> {
    pub(super) under: &'t dyn Tree,
    pub(super) texts: &'t BTreeMap<String, String>,
}

impl Tree for Texts<'_> {
    fn paths(&self) -> &[String] {
        self.under.paths()
    }

    fn read(&self, path: &str) -> Result<Text<'_>, String> {
        match self.texts.get(path) {
            Some(text) => Ok(Text { text: Cow::Borrowed(text), invalid: text.find('\u{fffd}') }),
            None => self.under.read(path),
        }
    }

    fn surroundings(&self) -> &[(String, String)] {
        self.under.surroundings()
    }

    fn outside(&self, path: &str) -> Result<String, String> {
        self.under.outside(path)
    }

    fn repository(&self) -> Option<Repository> {
        self.under.repository()
    }

    fn has_in_repository(&self, path: &str) -> bool {
        self.under.has_in_repository(path)
    }

    fn history(&self) -> Option<Vec<Commit>> {
        self.under.history()
    }

    fn beside(&self, path: &str) -> Result<Box<dyn Tree>, String> {
        self.under.beside(path)
    }
}
