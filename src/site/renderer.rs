//! What render hooks see: the page they take a link to be on, and its files.

use super::resolve::{Resolver, resolve_path};
use crate::{
    hugo::{published::PageKind, shortcode::Delimiter, templates::Renderer},
    page::{Link, Page},
};

impl Resolver<'_> {
    /// Whom render hooks see as the page of a link: `markdownify` renders inner texts on behalf of the home page.
    pub(super) fn renderer(&self, page: &Page, link: &Link) -> Renderer {
        let call = page.documents.get(link.document as usize).and_then(|document| document.call);
        let Some(call) = call.and_then(|call| page.calls.get(call as usize)) else { return Renderer::Page };
        let tag = &page.tags[call.open];
        let Some(definition) = self.site.definitions.get(&tag.name) else { return Renderer::Page };
        // These are rendered before the template gets them.
        let is_early = call.parent.is_some() || definition.summary.legacy;
        if is_early && tag.delimiter == Delimiter::Markdown {
            return Renderer::Page;
        }
        definition.summary.renderer
    }

    /// A resolver of links on the home page in the same language.
    pub(super) fn home(&self) -> Option<Self> {
        let home = self.published.identity(&self.instance.language, "")?;
        Some(Resolver::new(self.site, self.edition, home))
    }

    /// A file of the page's own bundle; shared by all its languages.
    pub(super) fn page_resource(&self, path: &str) -> bool {
        if self.instance.kind == PageKind::Page {
            return false;
        }
        let keys = self.config.languages.iter().map(|language| language.key.as_str());
        let mut numbers =
            keys.filter_map(|language| self.published.identity(language, &self.instance.identity));
        numbers.any(|number| self.is_below(number, path))
    }

    /// A file of the section that the page is in.
    pub(super) fn section_resource(&self, path: &str) -> bool {
        let mut identity = self.instance.identity.as_str();
        let is_list = !matches!(self.instance.kind, PageKind::Page | PageKind::Leaf);
        if !is_list {
            identity = identity.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        loop {
            if let Some(number) = self.published.identity(&self.instance.language, identity) {
                return self.is_below(number, path);
            }
            match identity.rsplit_once('/') {
                Some((parent, _)) => identity = parent,
                None => return false,
            }
        }
    }

    /// Whether a file is published at a path below a page's URL.
    pub(super) fn is_below(&self, number: u32, path: &str) -> bool {
        let url = &self.published.instances[number as usize].url;
        let base = url.strip_suffix(".html").map_or_else(|| url.clone(), |stem| format!("{stem}/"));
        let full = resolve_path(&base, path);
        self.published.at(&full).is_some() || self.published.in_other_case(&full).is_some()
    }
}
