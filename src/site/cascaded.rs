//! The parameters of a page, with what the sections around it and the configuration cascade to it.

use rustc_hash::FxHashMap;

use crate::{
    hugo::{
        cascade::{self, Cascade, Fields, sections},
        config::Config,
        dimensions::Scope,
        published::{Instance, Published},
        version::Version,
    },
    page::Page,
    source::Span,
    value::{Data, Value},
};

/// Where parameters of pages come from, in one edition.
#[derive(Debug)]
pub(super) struct Parameters<'s> {
    /// The site's pages, by path.
    pub(super) pages: &'s [Page],
    /// What the edition publishes.
    pub(super) published: &'s Published,
    version: Version,
    /// What the configuration cascades to all pages.
    everywhere: Vec<Cascade<'s>>,
    /// What pages cascade to those below them, by language and identity.
    sections: FxHashMap<(&'s str, &'s str), Vec<Cascade<'s>>>,
}

impl<'s> Parameters<'s> {
    /// Those of all pages.
    pub(super) fn of_all(
        pages: &'s [Page],
        published: &'s Published,
        config: &'s Config,
        version: Version,
    ) -> Self {
        let mut all = Self::without_sections(pages, published, config, version);
        published.instances.iter().for_each(|instance| all.add(instance));
        all
    }

    /// Those of one page.
    pub(super) fn around(
        pages: &'s [Page],
        published: &'s Published,
        config: &'s Config,
        version: Version,
        instance: &Instance,
    ) -> Self {
        let mut near = Self::without_sections(pages, published, config, version);
        for section in sections(&instance.identity) {
            let number = published.identity(&instance.language, section);
            number.into_iter().for_each(|number| near.add(&published.instances[number as usize]));
        }
        near
    }

    fn without_sections(
        pages: &'s [Page],
        published: &'s Published,
        config: &'s Config,
        version: Version,
    ) -> Self {
        let all = config.root.get("cascade");
        let everywhere = all.map(|all| cascade::read(all, "", None, version)).unwrap_or_default();
        Self { pages, published, version, everywhere, sections: FxHashMap::default() }
    }

    fn add(&mut self, instance: &'s Instance) {
        let page = instance.page.and_then(|page| self.pages.get(page as usize));
        let Some(all) = page.and_then(|page| page.front_matter.fields.get("cascade")) else { return };
        let (language, identity) = (&*instance.language, instance.identity.as_str());
        self.sections
            .insert((language, identity), cascade::read(all, identity, Some(language), self.version));
    }

    /// `.Params.a.b` of a page that is published as `instance`; the path is lower-cased.
    pub(super) fn of(&self, page: &'s Page, instance: &Instance, path: &[&str]) -> Option<&'s Value> {
        let fields = &page.front_matter.fields;
        let own = fields.get("params").and_then(|params| params.at(path)).or_else(|| fields.at(path));
        own.or_else(|| self.cascaded(fields, instance, path))
    }

    /// The same of a page that Hugo makes.
    pub(super) fn of_made(&self, instance: &Instance, path: &[&str]) -> Option<&'s Value> {
        static NOTHING: Value = Value { data: Data::Null, span: Span { start: 0, end: 0 } };
        self.cascaded(&NOTHING, instance, path)
    }

    fn cascaded(&self, own: &'s Value, instance: &Instance, path: &[&str]) -> Option<&'s Value> {
        let (first, rest) = path.split_first()?;
        let (identity, language) = (instance.identity.as_str(), &*instance.language);
        // Those that do not say anything of it need not be asked whom they reach.
        let mut cascades: Vec<&Cascade<'s>> = self.everywhere.iter().filter(|own| own.has(first)).collect();
        for section in sections(identity) {
            let all = self.sections.get(&(language, section)).into_iter().flatten();
            cascades.extend(all.filter(|own| own.has(first)));
        }
        if cascades.is_empty() {
            return None;
        }
        let fields = Fields::new(own, cascades, identity, instance.kind.name(), (language, Scope::ALL));
        let value = fields.get(first)?;
        if rest.is_empty() { Some(value) } else { value.at(rest) }
    }
}
