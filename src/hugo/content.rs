//! What each file below `content` is: page, section, bundle or resource, and in which language.
//!
//! Hugo: `common/paths/pathparser.go`, `hugolib/content_map_page.go`.

use std::{cmp::Ordering, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{config::Config, dimensions::Scope, mounts::ContentFile, version::Version};

/// What a content file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// `a.md`
    Single,
    /// `a/index.md`
    Leaf,
    /// `a/_index.md`
    Branch,
    /// A file that belongs to the bundle or section around it, by its path; content files inside leaf bundles too.
    Resource,
    /// `_content.gotmpl`: it makes pages.
    Adapter,
}

/// A content file in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Index in [`super::mounts::Mounts::content`].
    pub file: usize,
    /// What it is.
    pub kind: FileKind,
    /// Language key.
    pub language: Arc<str>,
    /// The directory below `content`, without slashes at its ends, in original case.
    pub directory: String,
    /// The name without language identifier and, for content files, without extension.
    pub name: String,
    /// Whether it is Markdown or another format that Hugo renders.
    pub is_content: bool,
    /// The versions and roles it is for.
    pub scope: Scope,
}

impl Entry {
    /// The page's path without extension and language: `docs/a`; a bundle's is its directory. The identity of pages
    /// since Hugo 0.123: lower-cased, blanks as `-`.
    pub fn identity(&self) -> String {
        let path = match self.kind {
            FileKind::Leaf | FileKind::Branch | FileKind::Adapter => self.directory.clone(),
            FileKind::Single | FileKind::Resource => join(&self.directory, &self.name),
        };
        path.to_lowercase().replace(' ', "-")
    }
}

impl Entry {
    /// The name of the file, or of the bundle.
    pub fn own_name(&self) -> &str {
        match self.kind {
            FileKind::Leaf | FileKind::Branch => self.directory.rsplit('/').next().unwrap_or(""),
            _ => &self.name,
        }
    }
}

/// `directory/name`, or `name` at the root.
pub fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { [directory, "/", name].concat() }
}

/// Whether Hugo reads a file with this extension as content.
pub fn is_content_extension(extension: &str, version: Version) -> bool {
    let lower = extension.to_ascii_lowercase();
    let known = matches!(
        lower.as_str(),
        "md" | "markdown"
            | "mdown"
            | "html"
            | "htm"
            | "adoc"
            | "asciidoc"
            | "ad"
            | "rst"
            | "org"
            | "pandoc"
            | "pdc"
    );
    known && (version.at_least(123) || lower == extension)
}

/// Whether a file with this extension is Markdown.
pub fn is_markdown(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    matches!(extension.as_str(), "md" | "markdown" | "mdown")
}

/// Whether a path is that of HTML.
pub fn is_html(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    matches!(extension.as_str(), "html" | "htm")
}

/// Whether what a content file says can be read: Markdown and HTML.
pub fn is_read(path: &str, version: Version) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    is_markdown(path) || is_html(path) && is_content_extension(extension, version)
}

/// Sorts the content files of one configuration.
pub fn classify(files: &[ContentFile], config: &Config, version: Version) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::with_capacity(files.len());
    let keys: Vec<Arc<str>> = config.languages.iter().map(|own| Arc::from(own.key.as_str())).collect();
    for (file, content) in files.iter().enumerate() {
        entries.extend(entries_of(file, content, config, &keys, version));
    }
    if files.iter().any(|file| file.mount != files[0].mount) {
        overridden(&mut entries, files);
    }
    let is_leaf = |entry: &&Entry| entry.kind == FileKind::Leaf;
    // Since 0.123, the bundle of one language is one for all. Hugo: `hugofs/component_fs.go`.
    let is_for_all = version.at_least(123);
    let leaves: FxHashSet<(&str, &str)> = entries
        .iter()
        .filter(is_leaf)
        .map(|entry| (if is_for_all { "" } else { &*entry.language }, entry.directory.as_str()))
        .collect();
    let is_inside = |entry: &Entry| {
        let language = if is_for_all { "" } else { &*entry.language };
        let mut directory = Some(entry.directory.as_str());
        if entry.kind == FileKind::Leaf {
            directory = directory.and_then(parent);
        }
        while let Some(current) = directory {
            if leaves.contains(&(language, current)) {
                return true;
            }
            directory = parent(current);
        }
        false
    };
    if leaves.is_empty() {
        return entries;
    }
    let inside: Vec<bool> = entries.iter().map(is_inside).collect();
    for (entry, _) in entries.iter_mut().zip(inside).filter(|(_, inside)| *inside) {
        entry.kind = FileKind::Resource;
    }
    entries
}

/// Takes out pages that have the path of a page from a mount before theirs: `a.md` and `a/_index.md` in a language. Of two
/// that come from the same mount nothing is taken. Hugo: `hugolib/pages_capture.go`.
fn overridden(entries: &mut Vec<Entry>, files: &[ContentFile]) {
    let is_bundle = |entry: &Entry| matches!(entry.kind, FileKind::Leaf | FileKind::Branch);
    let bundles: FxHashMap<(&str, &str), usize> = (0..)
        .zip(&*entries)
        .filter(|(_, entry)| is_bundle(entry))
        .map(|(index, entry)| ((&*entry.language, entry.directory.as_str()), index))
        .collect();
    let mut gone = FxHashSet::default();
    let mut path = String::new();
    for (index, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.kind == FileKind::Single) {
        path.clear();
        path.push_str(&entry.directory);
        path.push_str(if entry.directory.is_empty() { "" } else { "/" });
        path.push_str(&entry.name);
        let Some(&bundle) = bundles.get(&(&*entry.language, path.as_str())) else { continue };
        match files[entry.file].mount.cmp(&files[entries[bundle].file].mount) {
            Ordering::Less => _ = gone.insert(bundle),
            Ordering::Greater => _ = gone.insert(index),
            Ordering::Equal => {}
        }
    }
    let mut index = 0..;
    entries.retain(|_| index.next().is_some_and(|index| !gone.contains(&index)));
}

fn parent(directory: &str) -> Option<&str> {
    if directory.is_empty() {
        return None;
    }
    Some(directory.rsplit_once('/').map_or("", |(parent, _)| parent))
}

/// One file, once per language of its mount.
fn entries_of(
    file: usize,
    content: &ContentFile,
    config: &Config,
    keys: &[Arc<str>],
    version: Version,
) -> Vec<Entry> {
    let (directory, file_name) = content.path.rsplit_once('/').unwrap_or(("", &content.path));
    let (stem, extension) = file_name.rsplit_once('.').unwrap_or((file_name, ""));
    let is_content = is_content_extension(extension, version);
    let Some(named) = Named::read(stem, config, version) else { return Vec::new() };
    let stem = named.stem;
    let languages: &[String] = match &named.language {
        Some(language) => std::slice::from_ref(language),
        None if content.languages.is_empty() => std::slice::from_ref(&config.default_language),
        None => &content.languages,
    };
    let kind = match stem {
        "_content" if extension == "gotmpl" => FileKind::Adapter,
        _ if !is_content => FileKind::Resource,
        "index" => FileKind::Leaf,
        "_index" => FileKind::Branch,
        _ => FileKind::Single,
    };
    let name = if is_content { stem.to_owned() } else { file_name.to_owned() };
    languages
        .iter()
        .filter_map(|language| keys.iter().find(|key| ***key == **language).cloned())
        .map(|language| Entry {
            file,
            kind,
            language,
            directory: directory.to_owned(),
            name: name.clone(),
            is_content,
            scope: named.scope(content.scope, config),
        })
        .collect()
}

/// What the name of a file says besides the name of its page. Hugo: `common/paths/pathparser.go`.
struct Named<'s> {
    /// What is before all that.
    stem: &'s str,
    language: Option<String>,
    versions: Vec<String>,
    roles: Vec<String>,
}

impl<'s> Named<'s> {
    /// Reads a name without its extension; `None`: its language is disabled.
    fn read(name: &'s str, config: &Config, version: Version) -> Option<Self> {
        let mut found = Self { stem: name, language: None, versions: Vec::new(), roles: Vec::new() };
        let mut end = name.len();
        while let Some((dot, identifier)) = last_identifier(&name[..end], version) {
            let wrapped = wrapped(identifier).filter(|_| version.at_least(153));
            let lower = wrapped.unwrap_or(identifier).to_lowercase();
            let of = |prefix: &str| {
                lower.strip_prefix(prefix).filter(|_| wrapped.is_some() && version.at_least(161))
            };
            if let Some(name) = of("version_") {
                found.versions.push(name.to_owned());
            } else if let Some(name) = of("role_") {
                found.roles.push(name.to_owned());
            }
            let key = of("language_").unwrap_or(&lower);
            if config.disabled_languages.iter().any(|own| own == key) {
                return None;
            }
            let is_language = found.language.is_none() && config.language(key).is_some();
            if is_language {
                found.language = Some(key.to_owned());
            }
            if is_language || wrapped.is_some() {
                found.stem = &name[..dot];
            } else if !version.at_least(123) {
                break;
            }
            end = dot;
        }
        Some(found)
    }

    /// The versions and roles of a file with this name, in a mount for those in `mounted`.
    fn scope(&self, mounted: Scope, config: &Config) -> Scope {
        match &config.cell {
            Some(cell) => mounted.named(&cell.all, &self.versions, &self.roles),
            None => mounted,
        }
    }
}

/// The last part of a name between dots, and where its dot is. Dots in `._version_v1.0_` divide nothing.
fn last_identifier(name: &str, version: Version) -> Option<(usize, &str)> {
    let last = name.rfind('.')?;
    let is_whole = |at: &usize| {
        version.at_least(161) && wrapped(&name[at + 1..]).is_some_and(|inner| !inner.contains("_."))
    };
    let dot =
        if name.ends_with('_') { name.match_indices("._").map(|(at, _)| at).find(is_whole) } else { None };
    let dot = dot.unwrap_or(last);
    Some((dot, &name[dot + 1..]))
}

/// What is inside of `_x_`.
fn wrapped(identifier: &str) -> Option<&str> {
    identifier.strip_prefix('_')?.strip_suffix('_').filter(|inner| !inner.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{self, Format};

    #[track_caller]
    fn check(config: &str, path: &str, expected: &str) {
        let (root, _) = value::parse(Format::Yaml, config, crate::source::Span::new(0, config.len()));
        let config = Config::of_root(root);
        let files = [ContentFile {
            disk: path.to_owned(),
            path: path.to_owned(),
            languages: [].into(),
            mount: 0,
            scope: Scope::ALL,
        }];
        let shown: Vec<String> = classify(&files, &config, Version::NEWEST)
            .iter()
            .map(|entry| format!("{:?} {} /{}", entry.kind, entry.language, entry.identity()))
            .collect();
        assert_eq!(shown.join(", "), expected, "{path}");
    }

    #[test]
    fn names_say_kind_and_language() {
        let two = "languages: {en: {}, ja: {}, fr: {disabled: true}}";
        check(two, "a.md", "Single en /a");
        check(two, "a.ja.md", "Single ja /a");
        check(two, "a.JA.md", "Single ja /a");
        check(two, "a.fr.md", "");
        check(two, "a.xx.md", "Single en /a.xx");
        check(two, "a.ja.xx.md", "Single ja /a");
        check(two, "a._language_ja_.md", "Single ja /a");
        check(two, "a._b_.ja.c.md", "Single ja /a");
        check(two, "a._b.c_.md", "Single en /a");
        check(two, "a._b_.c._d_.md", "Single en /a");
        check(two, "a.b_.md", "Single en /a.b_");
        check(two, "s/My Page.md", "Single en /s/my-page");
        check(two, "s/_index.ja.md", "Branch ja /s");
        check(two, "s/leaf/index.md", "Leaf en /s/leaf");
        check(two, "s/pic.PNG", "Resource en /s/pic.png");
        check("{}", "a.en.md", "Single en /a");
        check("{}", "a.ja.md", "Single en /a.ja");
    }

    #[test]
    fn leaf_bundles_swallow_what_is_below_them() {
        let config = Config::of_root(crate::value::Value::map());
        let files =
            ["l/index.md", "l/more.md", "l/deep/index.md", "s/_index.md", "s/a.md"].map(|path| ContentFile {
                disk: path.to_owned(),
                path: path.to_owned(),
                languages: [].into(),
                mount: 0,
                scope: Scope::ALL,
            });
        let kinds: Vec<FileKind> =
            classify(&files, &config, Version::NEWEST).iter().map(|entry| entry.kind).collect();
        use FileKind::{Branch, Leaf, Resource, Single};
        assert_eq!(kinds, [Leaf, Resource, Resource, Branch, Single]);
    }
}
