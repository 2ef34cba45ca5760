//! A link into another language, though the reader's own has the page.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::{Link, LinkKind, Page},
    site::{Site, notes::NoteKind},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct OtherLanguageLink {}

impl Rule for OtherLanguageLink {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, note, target) in site.notes(page, NoteKind::OtherLanguage) {
            let Some(edition) = note.editions.iter().next() else { continue };
            let published = &site.published[edition];
            let Ok(number) = u32::try_from(site.index(page)) else { continue };
            // Whoever is published in several languages at once cannot link to one of them.
            let Some([from]) = published.of_page.get(&number).map(Vec::as_slice) else { continue };
            let language = &published.instances[*from as usize].language;
            let Some(own) = published.in_language(note.target, language) else { continue };
            if names_language(page, link, &target.language, site) {
                continue;
            }
            let own_url = &published.instances[own as usize].url;
            let message = format!(
                "`{}` leads to the `{}` page, though there is one in `{language}`",
                link.destination, target.language
            );
            let found = findings.report(page, link.span, message);
            found.editions(note.editions, site.visibility(page).of(link.call));
            if let LinkKind::Reference(definition) = link.kind {
                found.label(page, definition, "the destination is defined here");
            }
            let forms = site.forms(page, link, note, own_url);
            let form = forms.into_iter().find(|form| site.leads_to(page, link, form, own));
            let Some(text) = form else {
                found.help(format!("the page in `{language}` is `{own_url}`"));
                continue;
            };
            found.help(format!("did you mean `{text}`?"));
            if let Some(span) = site.destination_span(page, link) {
                found.fix(Safety::Unsafe, [Edit { span, text }]);
            }
        }
    }
}

/// Words with which writers say that a link leads into another language.
const LANGUAGE_WORDS: [&str; 22] = [
    "original",
    "原文",
    "英語",
    "英文",
    "english",
    "日本語",
    "日文",
    "中文",
    "简体",
    "繁體",
    "한국어",
    "영어",
    "español",
    "inglés",
    "français",
    "anglais",
    "deutsch",
    "englisch",
    "português",
    "inglês",
    "hreflang",
    "lang=",
];

/// Whether the text of a link, or the words right around it, name the language it leads to: then it is meant.
fn names_language(page: &Page, link: &Link, language: &str, site: &Site) -> bool {
    const AROUND: usize = 40;
    let text = &page.source.text;
    let (start, end) = (link.whole.start as usize, link.whole.end as usize);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let from = text.floor_char_boundary(start.saturating_sub(AROUND)).max(line_start);
    let to = text.ceil_char_boundary((end + AROUND).min(text.len())).min(line_end);
    let destination = link.span.range();
    let around = match (&link.kind, text.get(from..destination.start), text.get(destination.end..to)) {
        (LinkKind::Inline | LinkKind::Argument { .. }, Some(before), Some(after)) => {
            format!("{before} {after}")
        }
        _ => text[from..to].to_owned(),
    };
    let around = around.to_lowercase();
    let config = &site.editions[0].config;
    let table = config.language(language).map(|own| &own.table);
    let names = ["label", "languagename", "title"].into_iter().filter_map(|key| table?.get(key)?.to_text());
    names.map(|name| name.to_lowercase()).any(|name| !name.is_empty() && around.contains(&name))
        || LANGUAGE_WORDS.iter().any(|word| around.contains(word))
}
