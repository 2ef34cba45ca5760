//! Files that render hooks and shortcodes look up: of the page's bundle, of its section, of the site's assets.

use super::resolve::{Resolver, resolve_path};
use crate::hugo::published::PageKind;

impl Resolver<'_> {
    pub(super) fn asset(&self, path: &str) -> bool {
        self.site.editions[self.edition].mounts.assets.contains_key(path.trim_start_matches('/'))
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
    fn is_below(&self, number: u32, path: &str) -> bool {
        let url = &self.published.instances[number as usize].url;
        let base = url.strip_suffix(".html").map_or_else(|| url.clone(), |stem| format!("{stem}/"));
        let full = resolve_path(&base, path);
        self.published.at(&full).is_some() || self.published.in_other_case(&full).is_some()
    }
}
