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
    /// `format`: the output format that is asked for.
    fn reference_in(&self, language: &str, format: Option<&str>, destination: &str) -> Outcome<'s> {
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
            [number] => {
                self.step(|| format!("`ref` finds {}", self.name_of(*number)));
                match format {
                    Some(format) => self.in_format(*number, format, fragment),
                    None => self.on_page(*number, fragment),
                }
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

    /// A page in another output format. Hugo: `hugolib/site.go`, `refLink`.
    fn in_format(&self, number: u32, format: &str, fragment: Option<&str>) -> Outcome<'s> {
        let page = self.on_page(number, None);
        let Some(formats) = self.published.formats.get(&number) else {
            let is_html = format.eq_ignore_ascii_case("html");
            return if is_html { self.on_page(number, fragment) } else { self.no_format(number, format) };
        };
        let at = formats.iter().position(|(name, _)| name.eq_ignore_ascii_case(format));
        match (page, at) {
            (Outcome::Good(_), Some(0)) => self.on_page(number, fragment),
            (Outcome::Good(_), Some(at)) => match &formats[at].1 {
                Some(url) => {
                    self.step(|| format!("whose output format `{format}` is published at `{url}`"));
                    Outcome::Good(Target::Generated)
                }
                None => unknown("the output format is configured, and no template makes it"),
            },
            (Outcome::Good(_), None) => self.no_format(number, format),
            (bad, _) => bad,
        }
    }

    fn no_format(&self, number: u32, format: &str) -> Outcome<'s> {
        self.step(|| format!("which has no output format `{format}`"));
        let url = self.published.instances[number as usize].url.clone();
        Outcome::Bad { url, verdict: Verdict::NoFormat(format.to_owned()) }
    }

    /// The reference that a call makes, or one that a hook makes of a destination.
    pub(super) fn reference(&self, page: &Page, call: Option<u32>, destination: &str) -> Outcome<'s> {
        let tag: Option<&Tag> = call.map(|call| page.tag(call as usize));
        let named = |key: &str| {
            let mut arguments = tag.iter().flat_map(|tag| &tag.arguments);
            arguments.find(|own| own.key.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(key)))
        };
        let format = named("outputFormat").or_else(|| tag?.positional(1));
        let format = format.map(|own| own.value.as_str()).filter(|format| !format.is_empty());
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

    /// `GetPage` from this page for a template, which may find pages that are not rendered.
    pub(super) fn get_kept_page(&self, path: &str) -> Option<u32> {
        let language = &self.instance.language;
        self.identities(path).find_map(|identity| self.published.kept(language, &identity))
    }

    /// Whether `GetPage` may find content that is not here, or what a content adapter makes.
    pub(super) fn may_find_page(&self, path: &str) -> bool {
        let root = self.config.site_root(&self.instance.language);
        let may_be = |identity: String| {
            self.published.may_be_adapted(&format!("{}/{identity}", root.trim_end_matches('/')))
        };
        self.published.has_adapters() && self.identities(path).any(may_be)
    }

    /// The identities under which a page is looked up by its path as seen from this page, in their order.
    fn identities(&self, path: &str) -> impl Iterator<Item = String> {
        let wanted = self.identity_of(path);
        let has_extension = has_extension(path);
        let identity = self.instance.identity.as_str();
        let parent = identity.rsplit_once('/').map_or("", |(parent, _)| parent);
        let is_leaf = self.instance.kind == PageKind::Leaf;
        let base = match self.instance.kind {
            PageKind::Page => parent,
            PageKind::Leaf if path.starts_with("../") && has_extension => identity,
            PageKind::Leaf => parent,
            _ => identity,
        };
        // Hugo takes the directory above a bundle at the top for nothing, and finds nothing above that; `..` itself is home.
        let near = path.trim_start_matches("./");
        let is_above =
            is_leaf && parent.is_empty() && !has_extension && near.starts_with("../") && near != "../";
        let directories = match wanted.starts_with('/') {
            true => [Some(""), None, None],
            // By the names of files, paths start at the bundle's own directory.
            false => [
                Some(base).filter(|_| !is_above),
                Some(identity).filter(|_| is_leaf && has_extension),
                Some("").filter(|_| !path.starts_with('.')),
            ],
        };
        directories.into_iter().flatten().map(move |directory| {
            let joined = resolve_path(&["/", directory, "/"].concat(), wanted.trim_start_matches('/'));
            joined.trim_matches('/').to_owned()
        })
    }

    /// A page by the path of its file as seen from the file of another page, in whatever mounts both are. Hugo:
    /// `getContentNodeFromRefReverseLookup`.
    fn by_file(&self, language: &str, of: Option<u32>, path: &str) -> Option<u32> {
        let file = self.site.pages[of? as usize].path();
        let directory = file.rsplit_once('/').map_or("", |(directory, _)| directory);
        let wanted = on_disk(&self.site.location, directory, path)?;
        let page = u32::try_from(self.site.page_at(&wanted)?).ok()?;
        let found = self.published.of_page.get(&page)?.first()?;
        self.published.identity(language, &self.published.instances[*found as usize].identity)
    }

    /// A page by its path as seen from this page; with `by_name` also by unique base name, as `ref` does.
    fn get_page_in(&self, language: &str, path: &str, by_name: bool) -> Vec<u32> {
        if let Some(found) =
            self.identities(path).find_map(|identity| self.published.identity(language, &identity))
        {
            return vec![found];
        }
        if !path.starts_with('/') && has_extension(path) {
            let home = || self.published.identity(language, "").filter(|_| !path.starts_with('.'));
            let of_home = || self.published.instances[home()? as usize].page;
            let found = self
                .by_file(language, self.instance.page, path)
                .or_else(|| self.by_file(language, of_home(), path));
            if let Some(found) = found {
                return vec![found];
            }
        }
        let name = path.trim_end_matches('/');
        if by_name && !path.starts_with(['.', '/']) && !name.contains('/') {
            return self
                .published
                .by_base_name(language, self.identity_of(name).trim_end_matches('/'))
                .to_vec();
        }
        Vec::new()
    }

    /// A path without extension and language identifier, lower-cased; `index` and `_index` are their directory.
    pub(super) fn identity_of(&self, path: &str) -> String {
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

fn has_extension(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains('.') && !name.starts_with('.'))
}

/// A path from the site's root to what `path` names, seen from a directory of the site: `../docs/content/a.md` is
/// `content/a.md` where the root is `/x/docs`.
fn on_disk(location: &str, directory: &str, path: &str) -> Option<String> {
    let root: Vec<&str> = location.split('/').filter(|part| !part.is_empty()).collect();
    let mut parts = root.clone();
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    let shared = root.iter().zip(&parts).take_while(|(one, other)| one == other).count();
    let mut found = vec![".."; root.len() - shared];
    found.extend(&parts[shared..]);
    Some(found.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_out_of_the_site_and_back() {
        for (location, directory, path, found) in [
            ("/x/docs", "..", "docs/content/a.md", Some("content/a.md")),
            ("/x/docs", "../more", "../docs/./a.md", Some("a.md")),
            ("/x/docs", "content/s", "../../../GUIDE.md", Some("../GUIDE.md")),
            ("", "content", "s/a.md", Some("content/s/a.md")),
            ("", "content", "../../a.md", None),
        ] {
            assert_eq!(on_disk(location, directory, path).as_deref(), found, "{directory} {path}");
        }
    }
}
