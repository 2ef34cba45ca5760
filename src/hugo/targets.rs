//! Where a page lands in one output format: its file, and the directory of its resources.
//!
//! Hugo: `resources/page/page_paths.go`, `CreateTargetPaths`.

use super::{outputs::OutputFormat, paths::PathStyle, published::PageKind};

/// What decides where a page lands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'f> {
    pub(super) kind: PageKind,
    /// `url`, its tokens expanded.
    pub(super) url: Option<&'f str>,
    /// The expanded `permalinks` pattern.
    pub(super) permalink: Option<&'f str>,
    /// The directory of the page; for sections and the like their own.
    pub(super) directory: &'f str,
    /// The last element: slug, file name or name of the bundle.
    pub(super) base_name: &'f str,
    /// `uglyURLs` for the page's section.
    pub(super) ugly: bool,
    /// `uglyURLs` leaves sections and taxonomies their `index.html`, since 0.148.
    pub(super) ugly_sections_have_index: bool,
    /// The path of a format comes before that of the section, since 0.148.
    pub(super) format_path_is_first: bool,
    /// Language below the base path, without slashes, or empty.
    pub(super) prefix: &'f str,
    /// Explicit URLs get the prefix too: each language has a host of its own.
    pub(super) force_prefix: bool,
}

/// Where a page lands, below the base path, without leading slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// `docs/a/index.html`
    pub(super) file: String,
    /// `docs/a`
    pub(super) resources: String,
}

impl Frame<'_> {
    /// Where the page lands in a format.
    pub(super) fn target(&self, format: &OutputFormat, style: &PathStyle) -> Target {
        let is_branch = !matches!(self.kind, PageKind::Page | PageKind::Leaf);
        let index = [format.base_name.as_str(), &format.suffix].concat();
        let url = self.url.filter(|_| self.kind != PageKind::Home);
        let mut ugly = (self.ugly || format.ugly) && !format.no_ugly;
        let index_stays = is_branch
            && ugly
            && (self.kind == PageKind::Home || self.ugly_sections_have_index && self.kind != PageKind::Term);
        if self.permalink.is_none() && self.kind == PageKind::Page && self.base_name == format.base_name {
            ugly = true;
        }
        let mut path = String::new();
        if !is_branch || self.format_path_is_first || self.directory.is_empty() || url.is_some() {
            push(&mut path, &format.path);
        }
        let mut suffix = format.suffix.clone();
        let mut prefix = self.prefix;
        if let Some(url) = url {
            let joined;
            let url = if url.contains("..") {
                joined = format!("/{}", clean(url));
                joined.as_str()
            } else {
                url
            };
            push(&mut path, &url.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"));
            if url.ends_with('/') || !url.contains('.') {
                push(&mut path, &index);
            } else {
                let name = url.rsplit('/').next().unwrap_or(url);
                suffix = name.rfind('.').map_or_else(String::new, |at| name[at..].to_owned());
            }
            let prefixed = url.strip_prefix('/').is_some_and(|rest| rest.starts_with(prefix));
            if prefixed || !self.force_prefix && url.starts_with('/') {
                prefix = "";
            }
        } else if is_branch {
            push(&mut path, self.permalink.unwrap_or(self.directory));
            if !self.format_path_is_first && !self.directory.is_empty() {
                push(&mut path, &format.path);
            }
            let is_root = self.directory.is_empty();
            if is_root || !ugly || index_stays {
                push(&mut path, &index);
            } else {
                path = [path.trim_end_matches('/'), &format.suffix].concat();
            }
        } else {
            match self.permalink {
                Some(permalink) => push(&mut path, permalink),
                None => {
                    push(&mut path, self.directory);
                    push(&mut path, self.base_name);
                }
            }
            if ugly {
                path = [path.trim_end_matches('/'), &format.suffix].concat();
            } else {
                push(&mut path, &index);
            }
        }
        if format.root && !self.force_prefix {
            prefix = "";
        }
        let path = if url.is_none() { style.sanitize(&path) } else { path };
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let is_index = name.strip_prefix(format.base_name.as_str()).is_some_and(|rest| rest.starts_with('.'));
        let resources =
            if is_index { directory } else { path.strip_suffix(suffix.as_str()).unwrap_or(&path) };
        let below = |rest: &str| {
            let parts = [prefix, rest];
            parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/")
        };
        Target { file: below(&path), resources: below(resources) }
    }
}

fn push(path: &mut String, element: &str) {
    let element = element.trim_start_matches('/');
    if element.is_empty() {
        return;
    }
    if !path.is_empty() && !path.ends_with('/') {
        path.push('/');
    }
    path.push_str(element);
}

/// Resolves `.` and `..` and double slashes; slashes at the ends go.
pub(super) fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
