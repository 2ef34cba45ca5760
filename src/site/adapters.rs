//! Content adapters are run with what the site's files say: [`pages`].

use super::{Edition, data::DataFiles};
use crate::{
    hugo::{
        mounts::LayoutFile,
        paths::PathStyle,
        templates::{Known, Library, Partials, Shelf, SiteData, adapted, parse},
    },
    tree::Tree,
    value::Value,
};

/// The pages that a content adapter adds in a language, as front matter; `None`: that is not known.
pub(super) fn pages(tree: &dyn Tree, edition: &Edition, disk: &str, language: &str) -> Option<Vec<Value>> {
    let adapter = tree.read(disk).ok()?;
    let template = parse(&adapter.text);
    if template.problem.is_some() || edition.mounts.lacks_module() {
        return None;
    }
    let is_partial =
        |own: &&LayoutFile| own.path.starts_with("_partials/") || own.path.starts_with("partials/");
    let text = |own: &LayoutFile| Some((own.path.clone(), tree.read(&own.disk).ok()?.text.into_owned()));
    let mut layouts: Vec<&LayoutFile> = edition.mounts.layouts.iter().filter(is_partial).collect();
    layouts.sort_by_key(|own| own.module);
    let texts: Vec<(String, String)> = layouts.into_iter().filter_map(text).collect();
    let partials = Partials::new(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let data = DataFiles::read(edition, tree).map(|data| data.seen());
    known(tree, edition, language, data.as_deref(), |known| adapted(&template, &partials, known))
}

fn known<T>(
    tree: &dyn Tree,
    edition: &Edition,
    language: &str,
    data: Option<&SiteData>,
    with: impl FnOnce(&Known<'_>) -> T,
) -> T {
    let config = &edition.config;
    let params = |key: &str| Some(config.param(&[key], language)?.cloned());
    with(&Known {
        params: &params,
        data,
        id_type: config.goldmark.auto_id_type,
        paths: Some(&PathStyle::new(config)),
        reads: Some(&Files { tree, edition }),
        ..Known::nothing()
    })
}

/// What templates may read that know no pages, as an adapter, when these are not there yet.
pub(super) struct Files<'f> {
    pub(super) tree: &'f dyn Tree,
    pub(super) edition: &'f Edition,
}

impl Files<'_> {
    fn text(&self, path: &str) -> Option<String> {
        if path.is_empty() || path.split('/').any(|part| part == "..") {
            return None;
        }
        let text = self.tree.read(path).ok()?;
        text.invalid.is_none().then(|| text.text.into_owned())
    }
}

impl Library for Files<'_> {
    fn read(&self, shelf: Shelf, name: &str) -> Option<String> {
        let name = name.trim_start_matches('/').trim_start_matches("./");
        match shelf {
            Shelf::Files => self.text(name),
            Shelf::Assets => self.text(self.edition.mounts.assets.get(name)?),
            Shelf::Bundle => None,
        }
    }

    fn directory(&self, name: &str) -> Option<Vec<(String, bool)>> {
        let name = name.trim_start_matches("./").trim_matches('/');
        // The tree leaves out what builds make, which lies at the root.
        if name.is_empty() || name.split('/').any(|part| matches!(part, "." | "..")) {
            return None;
        }
        let below = self.tree.below(name).iter();
        let mut names: Vec<(String, bool)> = below
            .map(|path| match path[name.len() + 1..].split_once('/') {
                Some((directory, _)) => (directory.to_owned(), true),
                None => (path[name.len() + 1..].to_owned(), false),
            })
            .collect();
        names.sort();
        names.dedup();
        (!names.is_empty()).then_some(names)
    }

    fn body(&self, _page: usize) -> String {
        String::new()
    }
}
