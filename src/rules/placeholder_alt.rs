//! An alternative text that says nothing.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::{Link, Page},
    site::Site,
};

#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PlaceholderAlt {
    /// Texts that say nothing, whatever their letter case.
    placeholders: Vec<String>,
    /// The same in lower case by their first character, made when first asked for.
    #[serde(skip)]
    by_first: OnceLock<FxHashMap<char, Vec<String>>>,
}

impl Default for PlaceholderAlt {
    fn default() -> Self {
        let words = [
            "alt",
            "alt text",
            "figure",
            "graphic",
            "icon",
            "image",
            "img",
            "photo",
            "picture",
            "placeholder",
            "screen shot",
            "screenshot",
            "todo",
            "untitled",
            "イメージ",
            "スクリーンショット",
            "画像",
            "画面",
            "図",
            "写真",
            "キャプチャ",
            "截图",
            "图像",
            "图片",
            "插图",
            "照片",
            "이미지",
            "사진",
            "스크린샷",
            "bild",
            "captura de pantalla",
            "capture d'écran",
            "imagen",
            "imagem",
        ];
        Self { placeholders: words.map(str::to_owned).to_vec(), by_first: OnceLock::new() }
    }
}

impl Rule for PlaceholderAlt {
    fn check_page(&self, page: &Page, _site: &Site, findings: &mut Findings) {
        for link in &page.links {
            let Some(alt) = link.alt.as_ref().filter(|alt| !alt.exempt) else { continue };
            let Some(text) = alt.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
                continue;
            };
            let why = if self.is_placeholder(text) {
                "says nothing about the image"
            } else if is_file_name(text, link) {
                "is only the name of the file"
            } else {
                continue;
            };
            findings
                .report(page, alt.span, format!("the alternative text `{text}` {why}"))
                .help("say what the image shows, for readers who do not see it");
        }
    }
}

impl PlaceholderAlt {
    fn is_placeholder(&self, text: &str) -> bool {
        // `画像 1`, `image2`, `[image]`
        let bare =
            text.trim_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation() || c.is_whitespace());
        let by_first = self.by_first.get_or_init(|| {
            let mut by_first: FxHashMap<char, Vec<String>> = FxHashMap::default();
            for own in self.placeholders.iter().map(|own| own.to_lowercase()) {
                let first = own.chars().next();
                first.into_iter().for_each(|first| by_first.entry(first).or_default().push(own.clone()));
            }
            by_first
        });
        let lower = bare.chars().flat_map(char::to_lowercase);
        let placeholders = lower.clone().next().and_then(|first| by_first.get(&first));
        placeholders.is_some_and(|own| own.iter().any(|own| own.chars().eq(lower.clone())))
    }
}

/// Whether the text is the file's name: with its extension, or a name that nobody would say (`com_account_img01`).
fn is_file_name(text: &str, link: &Link) -> bool {
    let path = link.destination.split(['?', '#']).next().unwrap_or("");
    let name = path.rsplit('/').next().unwrap_or("");
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let technical = || stem.contains('_') || stem.chars().any(|c| c.is_ascii_digit()) && !stem.contains(' ');
    !name.is_empty() && (text == name && name.contains('.') || text == stem && technical())
}
