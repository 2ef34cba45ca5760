//! A site's files with the texts that editors hold: [`Texts`].

use std::{borrow::Cow, collections::BTreeMap};

use crate::tree::{Text, Tree};

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

    fn under(&self) -> Option<&dyn Tree> {
        Some(self.under)
    }
}
