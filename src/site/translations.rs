//! Which pages are translations of which: [`Translation`].

use super::Site;
use crate::page::Page;

/// A page in another language than the default one, and the page that it translates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Translation<'s> {
    /// The page in the default language.
    pub original: &'s Page,
    /// The key of the translation's language.
    pub language: &'s str,
    /// The key of the default language.
    pub default_language: &'s str,
}

impl Site {
    /// What a page translates: its published counterpart in the default language, in the first edition that has both.
    /// `None` where that is not one page, or where one file is published in several languages.
    pub fn translation(&self, page: &Page) -> Option<Translation<'_>> {
        let number = u32::try_from(self.index(page)).ok()?;
        self.editions.iter().zip(&self.published).find_map(|(edition, published)| {
            if !published.has_languages() {
                return None;
            }
            let default_language = edition.config.default_language.as_str();
            let [own] = published.of_page.get(&number)?.as_slice() else { return None };
            let instance = &published.instances[*own as usize];
            if instance.unpublished.is_some() || *instance.language == *default_language {
                return None;
            }
            let mut originals = published.translations(*own).into_iter().filter_map(|own| {
                let other = &published.instances[own as usize];
                (*other.language == *default_language).then_some(other.page?)
            });
            let original = originals.next()?;
            originals.next().is_none().then(|| Translation {
                original: &self.pages[original as usize],
                language: &instance.language,
                default_language,
            })
        })
    }

    /// The published translations of a page of the default language, in the first edition that has any.
    pub fn translations_of(&self, original: &Page) -> Vec<&Page> {
        let number = u32::try_from(self.index(original)).unwrap_or(u32::MAX);
        let pages = self.published.iter().map(|published| {
            let own = published.of_page.get(&number).and_then(|own| own.first());
            let all = own.map(|&own| published.translations(own)).unwrap_or_default();
            let pages = all.into_iter().filter_map(|own| published.instances[own as usize].page);
            pages.map(|page| &self.pages[page as usize]).collect::<Vec<&Page>>()
        });
        pages.into_iter().find(|pages| !pages.is_empty()).unwrap_or_default()
    }

    /// What a language is called for people: its label, or else its key in backticks.
    pub fn language_name(&self, key: &str) -> String {
        let language = self.editions.iter().find_map(|edition| edition.config.language(key));
        let name = language.and_then(|own| {
            let named = ["label", "languagename"].into_iter().find_map(|name| own.table.get(name));
            named?.to_text()
        });
        name.unwrap_or_else(|| format!("`{key}`"))
    }
}
