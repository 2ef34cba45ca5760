//! Links whose render hook is run for each of them, as its template alone does not say what becomes of them.

use std::{cell::Cell, sync::Arc};

use super::resolve::{CHANGED_BY_HOOK, Outcome, Resolver, decode};
use crate::{
    hugo::templates::{Finder, Known, Place, Renderer, link_destination},
    page::{AddressAttribute, Link, LinkKind, Page},
};

impl<'s> Resolver<'s> {
    /// What came of a link, with its render hook run for it where that was not known.
    pub(super) fn with_hook_run(&self, page: &Page, link: &Link, outcome: Outcome<'s>) -> Outcome<'s> {
        let is_open = matches!(&outcome, Outcome::Unknown(why) if why == CHANGED_BY_HOOK);
        let run = if is_open { self.hook_run(page, link) } else { None };
        run.unwrap_or(outcome)
    }

    /// What comes of a link whose render hook is run for it; `None`: what it prints is not known.
    pub(super) fn hook_run(&self, page: &Page, link: &Link) -> Option<Outcome<'s>> {
        let is_written = matches!(link.kind, LinkKind::Inline | LinkKind::Reference(_));
        if link.embedded || !is_written || self.renderer(page, link) != Renderer::Page {
            return None;
        }
        let printed = self.printed_destination(page, link)?;
        self.doubtful.set(false);
        self.step(|| format!("the hook, run for it, prints `{printed}`"));
        Some(self.resolve(
            page,
            &Link { destination: printed, kind: LinkKind::Html(AddressAttribute::HREF), ..link.clone() },
        ))
    }

    fn printed_destination(&self, page: &Page, link: &Link) -> Option<String> {
        let template = self.site.link_hook_templates.on(&self.instance.identity)?;
        let readers =
            (self.edition, Arc::clone(&self.instance.language), std::ptr::from_ref(template).addr());
        let known = || self.site.printed.destinations();
        if let Some(found) = known().get(&readers).and_then(|all| all.get(&link.destination)) {
            return found.clone();
        }
        let found = Found { resolver: self, page, of_page: Cell::new(false) };
        let run = |known: &Known<'_>| {
            let fields = |key: &str| {
                found.of_page.set(true);
                (known.fields)(key)
            };
            let placed = |place| {
                let is_of_language = matches!(place, Place::Language | Place::LanguagePrefix);
                found.of_page.set(found.of_page.get() || !is_of_language);
            };
            let known = Known { finds: Some(&found), fields: &fields, placed: Some(&placed), ..*known };
            link_destination(template, self.site.printed.partials(), &known, &link.destination)
        };
        let printed = self.with_known(Some(page), None, run).filter(|printed| !printed.is_empty());
        if !found.of_page.get() {
            known().entry(readers).or_default().insert(link.destination.clone(), printed.clone());
        }
        printed
    }
}

/// What a hook finds on a page.
struct Found<'f> {
    resolver: &'f Resolver<'f>,
    page: &'f Page,
    /// Whether the hook asked for something that is otherwise on other pages.
    of_page: Cell<bool>,
}

impl Finder for Found<'_> {
    fn page(&self, path: &str) -> Option<Option<String>> {
        if path.is_empty() {
            return None;
        }
        self.of_page.set(self.of_page.get() || !path.starts_with('/'));
        match self.resolver.get_page(path) {
            Some(number) => Some(Some(self.resolver.published.instances[number as usize].url.clone())),
            // The URL of a page that is not rendered is empty.
            None if self.resolver.get_kept_page(path).is_some() || self.resolver.may_find_page(path) => None,
            None => Some(None),
        }
    }

    fn has_file(&self, name: &str) -> bool {
        self.of_page.set(true);
        let name = decode(name);
        self.resolver.page_resource(&name) || self.resolver.asset(&name)
    }

    fn own_url(&self) -> String {
        self.of_page.set(true);
        self.resolver.instance.url.clone()
    }

    fn file(&self) -> String {
        self.of_page.set(true);
        format!("{}/{}", self.resolver.site.location, self.page.path())
    }
}
