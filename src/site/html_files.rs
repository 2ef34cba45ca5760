//! Content files in HTML: nothing but their ids is known of them.

use std::{collections::BTreeMap, sync::Arc};

use super::anchors::printed;
use crate::{
    hugo::{
        definitions::{Definitions, Origin},
        published::Published,
        shortcode::{TagKind, scan},
        templates::InnerUse,
        version::Version,
    },
    markdown::{front_matter, html_ids},
    source::Span,
    tree::Tree,
};

/// The ids in a content file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HtmlFile {
    /// Ids, sorted.
    pub ids: Vec<String>,
    /// Why there may be others.
    pub open: Option<&'static str>,
}

/// Reads all that are published, by path on disk.
pub(super) fn read(
    tree: &dyn Tree,
    published: &[Arc<Published>],
    definitions: &Definitions,
    version: Version,
) -> BTreeMap<String, HtmlFile> {
    let mut files = BTreeMap::new();
    for disk in published.iter().flat_map(|own| own.others.values()) {
        if !(disk.ends_with(".html") || disk.ends_with(".htm")) || files.contains_key(disk) {
            continue;
        }
        if let Ok(text) = tree.read(disk) {
            files.insert(disk.clone(), ids(&text.text, definitions, version));
        }
    }
    files
}

fn ids(text: &str, definitions: &Definitions, version: Version) -> HtmlFile {
    let (_, body) = front_matter::read(text);
    let mut file = HtmlFile { ids: html_ids(&text[body..]), open: None };
    let scan = scan(text, Span::new(body, text.len()), version);
    for tag in scan.tags.iter().filter(|tag| matches!(tag.kind, TagKind::Open | TagKind::SelfClosing)) {
        let known = definitions.get(&tag.name).filter(|own| own.origin != Origin::Use);
        let prints_html = known.is_some_and(|own| {
            let summary = &own.summary;
            let inner = matches!(summary.inner_use, InnerUse::None | InnerUse::Raw | InnerUse::Dropped);
            inner && !summary.unknown_anchors && !summary.opaque && !summary.transcludes && !summary.headings
        });
        match known {
            Some(own) if prints_html => {
                file.ids.extend(own.summary.anchors.iter().filter_map(|pattern| printed(pattern, tag)));
            }
            _ => file.open = Some("a shortcode in the file may print ids"),
        }
    }
    file.ids.sort();
    file.ids.dedup();
    file
}
