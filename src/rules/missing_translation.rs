//! A page without translation where its neighbours have one.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    hugo::published::{Instance, Published},
    site::{Edition, Site},
    source::Span,
};

/// A page without translation where its neighbours have one.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingTranslation {
    /// The languages into which every page is to be translated, by key. By default, for each section those into which
    /// most of its pages are.
    languages: Option<Vec<String>>,
}

/// Smaller sections say nothing of what is usual.
const SMALLEST: usize = 3;

impl Rule for MissingTranslation {
    fn check_site(&self, site: &Site, findings: &mut Findings) {
        let mut done: Vec<u32> = Vec::new();
        for (edition, published) in site.editions.iter().zip(&site.published) {
            if published.has_languages() {
                self.check_edition(site, (edition, published), &mut done, findings);
            }
        }
    }
}

impl MissingTranslation {
    /// Each page is reported once, in the first edition that has it; `done` are those.
    fn check_edition(
        &self,
        site: &Site,
        (edition, published): (&Edition, &Published),
        done: &mut Vec<u32>,
        findings: &mut Findings,
    ) {
        let is_original = |instance: &&(u32, &Instance)| {
            *instance.1.language == *edition.config.default_language && instance.1.unpublished.is_none()
        };
        let instances: Vec<(u32, &Instance)> = (0_u32..).zip(&published.instances).collect();
        let mut sections: BTreeMap<&str, Vec<Original<'_>>> = BTreeMap::new();
        for (number, instance) in instances.iter().filter(is_original) {
            let Some(page) = instance.page else { continue };
            let found = published.translations(*number);
            let languages = found.iter().map(|&own| published.instances[own as usize].language.as_ref());
            let section = instance.identity.rsplit_once('/').map_or("", |(section, _)| section);
            sections.entry(section).or_default().push(Original { page, languages: languages.collect() });
        }
        let configured: Vec<&str> = edition.config.languages.iter().map(|own| own.key.as_str()).collect();
        for originals in sections.values() {
            let translated = |language: &str| {
                originals.iter().filter(|original| original.languages.contains(&language)).count()
            };
            let is_usual = |language: &str| match &self.languages {
                Some(wanted) => wanted.iter().any(|own| own.eq_ignore_ascii_case(language)),
                None => 2 * translated(language) > originals.len() && originals.len() >= SMALLEST,
            };
            let usual: Vec<&str> = configured.iter().copied().filter(|language| is_usual(language)).collect();
            for original in originals.iter().filter(|original| done.binary_search(&original.page).is_err()) {
                let lacks = |language: &&&str| {
                    **language != edition.config.default_language && !original.languages.contains(language)
                };
                let missing: Vec<&str> = usual.iter().filter(lacks).copied().collect();
                if !missing.is_empty() {
                    let page = &site.pages[original.page as usize];
                    let title = page.front_matter.fields.entry("title");
                    let place = title.map_or(Span { start: 0, end: 0 }, |entry| entry.value.span);
                    let finding =
                        findings.report(page, place, format!("no translation into {}", named(&missing)));
                    if self.languages.is_none() {
                        let count = originals.len();
                        finding.help(format!("most of the {count} pages of this directory have one"));
                    }
                }
            }
        }
        done.extend(sections.values().flatten().map(|original| original.page));
        done.sort_unstable();
    }
}

/// Languages for people, the first of them by name.
fn named(languages: &[&str]) -> String {
    const SHOWN: usize = 5;
    let names: Vec<String> = languages.iter().take(SHOWN).map(|language| format!("`{language}`")).collect();
    let more = languages.len().saturating_sub(SHOWN);
    names.join(", ") + &if more == 0 { String::new() } else { format!(" and {more} more") }
}

/// A page in the default language.
struct Original<'p> {
    /// Its index in the site's pages.
    page: u32,
    /// The languages of its translations.
    languages: Vec<&'p str>,
}
