//! Another reading of the same site, with most files as they are: [`Alike`]. What follows from a file alone need not be
//! worked out again where the file is the same.

use std::{collections::BTreeSet, sync::Arc};

use rayon::prelude::*;

use super::{
    Site,
    load::{Circumstances, Reading},
};
use crate::{
    edition_set::ByEdition,
    hugo::{content, mounts::Mounts, published::Published, shortcode::Tag, version::Version},
    markdown::{Draft, front_matter::FrontMatter},
    page::{Heading, Link, LinkKind, Page},
    source::{Source, Span},
    tree::Tree,
    value::Mistake,
};

/// Another reading of the same site.
#[derive(Debug)]
pub struct Alike<'a> {
    /// What was read.
    pub site: &'a Site,
    /// The files that may say something else here, by path.
    pub changed: BTreeSet<&'a str>,
}

impl<'a> Alike<'a> {
    /// The page whose file is at a path, if it is the same here.
    pub(super) fn page(&self, path: &str, version: Version) -> Option<&'a Page> {
        if self.site.version != version || self.changed.contains(path) {
            return None;
        }
        self.site.page_at(path).map(|index| &self.site.pages[index])
    }

    /// What is published, if it is the same: all that changed is what pages say below their front matter.
    pub(super) fn published(
        &self,
        pages: &[(String, FrontMatter)],
        circumstances: Circumstances,
        version: Version,
    ) -> Option<&'a [Arc<Published>]> {
        let site = self.site;
        let is_same = |path: &&str| {
            let here = pages.binary_search_by(|(own, _)| own.as_str().cmp(path));
            let fields = here.ok().map(|index| &pages[index].1);
            fields.is_some() && fields == site.page_at(path).map(|index| &site.pages[index].front_matter)
        };
        (site.version == version && site.today == circumstances.today && self.changed.iter().all(is_same))
            .then_some(&site.published)
    }
}

/// A content file on its way to become a page.
#[derive(Debug)]
pub(super) enum Sheet<'a> {
    /// Its text is read, and its shortcodes are not known yet.
    New(Box<Draft>),
    /// Another reading made this page of it.
    Known(&'a Page),
}

impl Sheet<'_> {
    /// Path from the site's root.
    pub(super) fn path(&self) -> &str {
        match self {
            Self::New(draft) => &draft.source.path,
            Self::Known(page) => page.path(),
        }
    }

    /// Its shortcode tags.
    pub(super) fn tags(&self) -> &[Tag] {
        match self {
            Self::New(draft) => &draft.scan.tags,
            Self::Known(page) => &page.tags,
        }
    }

    /// What it says of itself.
    pub(super) fn front_matter(&self) -> &FrontMatter {
        match self {
            Self::New(draft) => &draft.front_matter,
            Self::Known(page) => &page.front_matter,
        }
    }

    /// Takes out what it says of itself, to be put back into the page.
    pub(super) fn take_front_matter(&mut self) -> FrontMatter {
        match self {
            Self::New(draft) => std::mem::take(&mut draft.front_matter),
            Self::Known(page) => page.front_matter.clone(),
        }
    }

    /// The page, without its front matter. `same`: shortcodes and Markdown mean here what they meant in the other
    /// reading.
    pub(super) fn into_page(self, reading: &Reading<'_>, same: bool) -> Page {
        match self {
            Self::New(draft) => reading.page(*draft),
            Self::Known(page) if same => as_written(page),
            Self::Known(page) => {
                let source = Source::new(page.path(), page.source.text.as_str());
                let mut draft = Draft::new(source, page.invalid_utf8, reading.version);
                draft.front_matter = FrontMatter::default();
                reading.page(draft)
            }
        }
    }
}

/// The Markdown files of all editions: read, unless another reading has the same.
pub(super) fn read_sheets<'a>(
    tree: &dyn Tree,
    mounted: &[Mounts],
    version: Version,
    other: Option<&Alike<'a>>,
) -> (Vec<Sheet<'a>>, Vec<(String, Mistake)>) {
    let mut paths: Vec<&str> = mounted
        .iter()
        .flat_map(|mounts| &mounts.content)
        .map(|file| file.disk.as_str())
        .filter(|disk| content::is_read(disk, version))
        .collect();
    // Those of each edition are nearly in order, which this sort makes use of.
    paths.sort();
    paths.dedup();
    let read = |path: &str| {
        if let Some(page) = other.and_then(|other| other.page(path, version)) {
            return Ok(Sheet::Known(page));
        }
        match tree.read(path) {
            Ok(text) => {
                let invalid = text.invalid.and_then(|at| u32::try_from(at).ok());
                Ok(Sheet::New(Box::new(Draft::new(Source::new(path, text.text), invalid, version))))
            }
            Err(message) => {
                Err((path.to_owned(), Mistake { span: Span::default(), message, duplicate_of: None }))
            }
        }
    };
    let read: Vec<Result<Sheet<'_>, (String, Mistake)>> = paths.into_par_iter().map(read).collect();
    let (mut sheets, mut mistakes) = (Vec::new(), Vec::new());
    for result in read {
        match result {
            Ok(sheet) => sheets.push(sheet),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    (sheets, mistakes)
}

/// A page as its text alone makes it: without its front matter, and without what running its calls added.
fn as_written(page: &Page) -> Page {
    let is_written = |link: &&Link| !matches!(link.kind, LinkKind::Printed { .. });
    Page {
        source: page.source.clone(),
        invalid_utf8: page.invalid_utf8,
        front_matter: FrontMatter::default(),
        body: page.body,
        tags: page.tags.clone(),
        calls: page.calls.clone(),
        texts: Vec::new(),
        dropped: page.dropped.clone(),
        nesting: page.nesting.clone(),
        shortcode_problems: page.shortcode_problems.clone(),
        documents: page.documents.clone(),
        blocks: page.blocks.clone(),
        words: page.words.clone(),
        headings: page
            .headings
            .iter()
            .map(|own| Heading { printed: ByEdition::default(), ..own.clone() })
            .collect(),
        terms: page.terms.clone(),
        anchors: page.anchors.clone(),
        code_lines: page.code_lines.clone(),
        links: page.links.iter().filter(is_written).cloned().collect(),
        definitions: page.definitions.clone(),
        undefined_references: page.undefined_references.clone(),
        suppressions: page.suppressions.clone(),
        cut: page.cut.clone(),
    }
}
