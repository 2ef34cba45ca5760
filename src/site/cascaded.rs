//! The parameters of a page, with what the sections around it and the configuration cascade to it.

use crate::{
    hugo::{
        cascade::{self, Cascade, Fields},
        config::Config,
        published::{Instance, Published},
        version::Version,
    },
    page::Page,
    value::Value,
};

/// Where parameters of pages come from, in one edition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameters<'s> {
    /// The site's pages, by path.
    pub(super) pages: &'s [Page],
    /// What the edition publishes.
    pub(super) published: &'s Published,
    /// Its configuration.
    pub(super) config: &'s Config,
    /// The Hugo version.
    pub(super) version: Version,
}

impl<'s> Parameters<'s> {
    /// `.Params.a.b` of a page that is published as `instance`.
    pub(super) fn of(&self, page: &'s Page, instance: &Instance, path: &[&str]) -> Option<&'s Value> {
        let fields = &page.front_matter.fields;
        let own = fields.get("params").and_then(|params| params.at(path)).or_else(|| fields.at(path));
        own.or_else(|| self.cascaded(fields, instance, path))
    }

    fn cascaded(&self, own: &'s Value, instance: &Instance, path: &[&str]) -> Option<&'s Value> {
        let (first, rest) = path.split_first()?;
        let identity = instance.identity.as_str();
        let mut cascades: Vec<Cascade<'s>> = self
            .config
            .root
            .get("cascade")
            .map(|all| cascade::read(all, "", None, self.version))
            .unwrap_or_default();
        let inner = identity.match_indices('/').map(|(at, _)| at).chain([identity.len()]);
        for end in [0].into_iter().chain(inner.filter(|&end| end > 0)) {
            let section = &identity[..end];
            let number = self.published.identity(&instance.language, section);
            let page = number.and_then(|number| self.published.instances[number as usize].page);
            let fields = page.and_then(|page| self.pages.get(page as usize));
            let all = fields.and_then(|page| page.front_matter.fields.get("cascade"));
            cascades.extend(
                all.into_iter()
                    .flat_map(|all| cascade::read(all, section, Some(&instance.language), self.version)),
            );
        }
        let fields = Fields::new(own, &cascades, identity, instance.kind.name(), &instance.language);
        let value = fields.get(first)?;
        if rest.is_empty() { Some(value) } else { value.at(rest) }
    }
}
