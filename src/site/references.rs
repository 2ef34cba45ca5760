//! Page references: `ref`, `relref` and `GetPage`. Hugo: `hugolib/pagecollections.go`.

use super::{
    links::Verdict,
    resolve::{Outcome, Resolver, Target, decode, resolve_path, split, unknown},
};
use crate::{
    hugo::{published::PageKind, shortcode::Tag},
    page::Page,
};

impl<'s> Resolver<'s> {
    /// `ref` and `relref`. Hugo: `hugolib/pagecollections.go`.
    ///
    /// `format`: an output format is asked for.
    fn reference_in(&self, language: &str, format: bool, destination: &str) -> Outcome<'s> {
        let (path, fragment) = split(destination);
        let path = path.split('?').next().unwrap_or("");
        if path.is_empty() {
            self.step(|| "it stays on this page".to_owned());
            return self.fragment_of(self.number, fragment);
        }
        if path.contains("://") {
            return Outcome::Good(Target::External);
        }
        let found = self.get_page_in(language, &decode(path), true);
        if found.len() != 1 {
            self.step(|| match found.len() {
                0 => format!("`ref` finds no page `{path}` in this language"),
                many => format!("`ref` finds {many} pages of that name"),
            });
        }
        match found.as_slice() {
            [_] if format => unknown("the reference names an output format"),
            [number] => {
                self.step(|| format!("`ref` finds {}", self.name_of(*number)));
                self.on_page(*number, fragment)
            }
            [] if self.site.generated.configuration.is_some() => {
                unknown("git ignores a configuration file that may mount the page")
            }
            [] if self.is_generated(path) => {
                unknown("git ignores the file: something makes it before the build")
            }
            [] if self.site.editions[self.edition].mounts.missing.is_empty() => {
                Outcome::Bad { url: path.to_owned(), verdict: Verdict::NoReference }
            }
            [] => unknown("content that is not here may hold the page"),
            several => {
                let pages =
                    several.iter().filter_map(|&number| self.published.instances[number as usize].page);
                Outcome::Bad { url: path.to_owned(), verdict: Verdict::AmbiguousReference(pages.collect()) }
            }
        }
    }

    /// The reference that a call makes, or one that a hook makes of a destination.
    pub(super) fn reference(&self, page: &Page, call: Option<u32>, destination: &str) -> Outcome<'s> {
        let tag: Option<&Tag> = call.map(|call| page.tag(call as usize));
        let named = |key: &str| {
            let mut arguments = tag.iter().flat_map(|tag| &tag.arguments);
            arguments.find(|own| own.key.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(key)))
        };
        let format = named("outputFormat").is_some() || tag.is_some_and(|tag| tag.positional(1).is_some());
        let Some(language) = named("lang") else {
            return self.reference_in(&self.instance.language, format, destination);
        };
        let key = language.value.to_lowercase();
        if self.config.language(&key).is_none() {
            self.step(|| format!("there is no language `{}`", language.value));
            return Outcome::Bad { url: destination.to_owned(), verdict: Verdict::NoReference };
        }
        self.reference_in(&key, format, destination)
    }

    /// `GetPage` from this page.
    pub(super) fn get_page(&self, path: &str) -> Option<u32> {
        self.get_page_in(&self.instance.language, path, false).first().copied()
    }

    /// A page by its path as seen from this page; with `by_name` also by unique base name, as `ref` does.
    fn get_page_in(&self, language: &str, path: &str, by_name: bool) -> Vec<u32> {
        let lookup = |directory: &str, path: &str| {
            let joined = resolve_path(&["/", directory, "/"].concat(), path);
            self.published.identity(language, joined.trim_matches('/'))
        };
        let wanted = self.identity_of(path);
        let has_extension =
            path.rsplit('/').next().is_some_and(|name| name.contains('.') && !name.starts_with('.'));
        if let Some(absolute) = wanted.strip_prefix('/') {
            return lookup("", absolute).into_iter().collect();
        }
        let identity = self.instance.identity.as_str();
        let parent = identity.rsplit_once('/').map_or("", |(parent, _)| parent);
        let base = match self.instance.kind {
            PageKind::Page => parent,
            PageKind::Leaf if path.starts_with("../") && has_extension => identity,
            PageKind::Leaf => parent,
            _ => identity,
        };
        if let Some(found) = lookup(base, &wanted) {
            return vec![found];
        }
        // By the names of files, paths start at the bundle's own directory.
        if self.instance.kind == PageKind::Leaf
            && has_extension
            && let Some(found) = lookup(identity, &wanted)
        {
            return vec![found];
        }
        if path.starts_with('.') {
            return Vec::new();
        }
        if let Some(found) = lookup("", &wanted) {
            return vec![found];
        }
        if by_name && !wanted.trim_end_matches('/').contains('/') {
            return self.published.by_base_name(language, wanted.trim_end_matches('/')).to_vec();
        }
        Vec::new()
    }

    /// A path without extension and language identifier, lower-cased; `index` and `_index` are their directory.
    fn identity_of(&self, path: &str) -> String {
        let rooted = path.starts_with('/');
        let path = path.trim_end_matches('/').to_lowercase().replace(' ', "-");
        let (directory, name) =
            path.rsplit_once('/').map_or(("", path.as_str()), |(directory, name)| (directory, name));
        let mut stem = name;
        if let Some((rest, extension)) = name.rsplit_once('.')
            && !rest.is_empty()
            && matches!(extension, "md" | "html" | "markdown" | "htm" | "adoc" | "rst" | "org")
        {
            stem = rest;
            if let Some((rest, language)) = stem.rsplit_once('.')
                && self.config.language(language).is_some()
            {
                stem = rest;
            }
        }
        let stem = if matches!(stem, "index" | "_index") { "" } else { stem };
        match (directory, stem) {
            ("", "") if rooted => "/".to_owned(),
            ("", "") => ".".to_owned(),
            ("", stem) if rooted => format!("/{stem}"),
            ("", stem) => stem.to_owned(),
            (directory, "") => directory.to_owned(),
            (directory, stem) => [directory, "/", stem].concat(),
        }
    }
}
