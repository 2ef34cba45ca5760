//! Links to files of the repository that the site lies in, on the web pages of its host: [`RepositoryFiles`].

use percent_encoding::percent_decode_str;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    links::Verdict,
    resolve::{Outcome, Resolver, Target},
};
use crate::{
    page::Page,
    tree::{Repository, Tree},
};

/// What is known of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryFiles {
    repository: Repository,
    /// Whether the paths to which links lead are there.
    known: FxHashMap<String, bool>,
}

impl RepositoryFiles {
    /// Looks for everything in the repository that the pages link to.
    pub(super) fn read(tree: &dyn Tree, pages: &[Page]) -> Option<Self> {
        let repository = tree.repository()?;
        let paths: FxHashSet<String> =
            pages.par_iter().flat_map_iter(|page| paths_on(&repository, page)).collect();
        let look = |path: String| {
            let is_there = tree.has_in_repository(&path);
            (path, is_there)
        };
        let known = paths.into_par_iter().map(look).collect();
        Some(Self { repository, known })
    }

    /// Looks for everything in the repository that a page links to.
    pub(super) fn look_for(&mut self, tree: &dyn Tree, page: &Page) {
        for path in paths_on(&self.repository, page) {
            self.known.entry(path).or_insert_with_key(|path| tree.has_in_repository(path));
        }
    }
}

impl RepositoryFiles {
    /// Whether a URL names a release or comparison of the repository itself, which may be of the release that is being
    /// made.
    pub(super) fn may_be_pending(&self, url: &str) -> bool {
        let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
            return false;
        };
        self.repository.names.iter().any(|name| {
            let path = rest.split_at_checked(name.len()).filter(|(own, _)| own.eq_ignore_ascii_case(name));
            path.is_some_and(|(_, path)| {
                [
                    "/compare/",
                    "/releases/tag/",
                    "/releases/download/",
                    "/-/compare/",
                    "/-/releases/",
                    "/archive/",
                ]
                .iter()
                .any(|start| path.starts_with(start))
            })
        })
    }
}

/// The paths of all files of the repository that a page links to.
fn paths_on(repository: &Repository, page: &Page) -> impl Iterator<Item = String> {
    let links = page.links.iter().filter(|link| !link.computed);
    links.filter_map(|link| path_in(repository, &link.destination))
}

/// The path in the working tree that a URL such as `https://github.com/OWNER/NAME/blob/main/PATH` shows; `None`: it shows
/// another repository, another branch, or no file.
fn path_in(repository: &Repository, url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let after = |name: &String| {
        let (start, path) = rest.split_at_checked(name.len())?;
        start.eq_ignore_ascii_case(name).then(|| path.strip_prefix('/'))?
    };
    let path = repository.names.iter().find_map(after)?.split(['#', '?']).next()?;
    let mut parts = path.splitn(3, '/');
    let (view, branch, path) = (parts.next()?, parts.next()?, parts.next()?);
    // What is checked out may differ from other branches.
    let is_here =
        matches!(branch, "HEAD" | "main" | "master") || repository.branch.as_deref() == Some(branch);
    let is_view = matches!(view, "blob" | "tree" | "edit" | "raw" | "blame");
    let path = percent_decode_str(path.trim_end_matches('/')).decode_utf8_lossy();
    (is_here && is_view && !path.is_empty() && !path.split('/').any(|part| part == ".."))
        .then(|| path.into_owned())
}

impl<'s> Resolver<'s> {
    /// Where a full URL leads that shows a file of the repository; `None`: it shows none.
    pub(super) fn in_repository(&self, url: &str) -> Option<Outcome<'s>> {
        let files = self.site.repository.as_ref()?;
        let path = path_in(&files.repository, url)?;
        let is_there = *files.known.get(&path)?;
        self.step(|| {
            let which = if is_there { "which is there" } else { "which is not there" };
            format!("it shows `{path}` of the repository that the site lies in, {which}")
        });
        Some(if is_there {
            Outcome::Good(Target::Repository)
        } else {
            Outcome::Bad { url: path, verdict: Verdict::NotInRepository }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_show_files_of_the_own_repository() {
        let repository =
            Repository { names: vec!["github.com/Acme/docs".to_owned()], branch: Some("next".to_owned()) };
        for (url, path) in [
            ("https://github.com/acme/docs/blob/main/a/b%20c.md#L3", Some("a/b c.md")),
            ("https://github.com/acme/docs/tree/next/a/", Some("a")),
            ("https://github.com/acme/docs/edit/HEAD/a.md?plain=1", Some("a.md")),
            ("https://github.com/acme/docs/blob/v1/a.md", None),
            ("https://github.com/acme/docs/tree/main", None),
            ("https://github.com/acme/docs/issues/1/a/b", None),
            ("https://github.com/acme/other/blob/main/a.md", None),
            ("https://gitlab.com/acme/docs/blob/main/a.md", None),
        ] {
            assert_eq!(path_in(&repository, url).as_deref(), path, "{url}");
        }
    }
}
