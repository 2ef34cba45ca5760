//! Files that render hooks and shortcodes look up: of the page's bundle, of its section, of the site's assets.

use super::{
    relative::without_query,
    resolve::{Outcome, Resolver, Target, decode, resolve_path, unknown},
};
use crate::{
    hugo::published::{PageKind, Place},
    page::Link,
    value::Value,
};

impl<'s> Resolver<'s> {
    pub(super) fn asset(&self, path: &str) -> bool {
        self.site.editions[self.edition].mounts.assets.contains_key(path.trim_start_matches('/'))
    }

    /// What a template finds among the page's files, the assets and the pages, or else what it prints.
    pub(super) fn found_or_verbatim(&self, path: &str, fragment: Option<&str>, link: &Link) -> Outcome<'s> {
        let lookup = decode(without_query(path));
        let lookup = lookup.strip_prefix("./").unwrap_or(&lookup);
        if self.page_resource(lookup) || self.asset(lookup) {
            self.step(|| format!("the template finds `{lookup}` among the page's files or the assets"));
            return Outcome::Good(Target::Resource);
        }
        let page = if link.embedded || lookup.is_empty() { None } else { self.get_page(lookup) };
        if let Some(number) = page {
            self.step(|| format!("the template finds {}", self.name_of(number)));
            return self.on_page(number, fragment);
        }
        match self.verbatim(path, fragment, link) {
            Outcome::Good(target) if target != Target::External => Outcome::Good(target),
            _ => unknown("a template looks the file up in its own way"),
        }
    }

    /// A file of the page's own bundle; shared by all its languages.
    pub(super) fn page_resource(&self, path: &str) -> bool {
        if self.instance.kind == PageKind::Page {
            return false;
        }
        let keys = self.config.languages.iter().map(|language| language.key.as_str());
        let mut numbers =
            keys.filter_map(|language| self.published.identity(language, &self.instance.identity));
        numbers.any(|number| self.is_below(number, path)) || self.is_given_name(path)
    }

    /// Whether the front matter of the page gives a file of its bundle this name. Hugo: `resources/resource_metadata.go`.
    fn is_given_name(&self, name: &str) -> bool {
        let Some(page) = self.instance.page.map(|page| &self.site.pages[page as usize]) else { return false };
        let Some(given) = page.front_matter.fields.get("resources") else { return false };
        given.items().iter().any(|own| {
            let text = |key: &str| own.get(key).and_then(Value::to_text);
            let is_name =
                text("name").is_some_and(|given| is_counted(&given.to_lowercase(), &name.to_lowercase()));
            // Of a pattern it is taken that a file fits.
            let is_here =
                |src: String| src.contains(['*', '?', '[', '{']) || self.is_below(self.number, &src);
            is_name && text("src").is_some_and(is_here)
        })
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
        // What starts with a slash is looked for here as well. Hugo: `resources/resource/resources.go`.
        let full = resolve_path(&base, path.trim_start_matches('/'));
        if path.ends_with('/') || !full.starts_with(&base) {
            return false;
        }
        let is_file = |url: &str| matches!(self.published.at(url), Some(Place::File(_)));
        is_file(&full) || self.published.in_other_case(&full).is_some_and(is_file)
    }
}

/// Whether a name is a given one, in which `:counter` stands for a number.
fn is_counted(given: &str, name: &str) -> bool {
    match given.split_once(":counter") {
        Some((before, after)) => name
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())),
        None => given == name,
    }
}
