//! The union file system: what the project, its themes and modules mount into `content`, `layouts`, `static` and
//! `assets`. Hugo: `modules/collect.go`, `modules/config.go`, `hugolib/filesystems/basefs.go`.

use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

use rayon::prelude::*;
use regex::Regex;

use super::{
    config::{Config, PRODUCTION, default_files},
    dimensions::{Patterns, Scope},
    file_filter::FileFilter,
    glob::chooses,
    outside,
    version::Version,
};
use crate::{tree::Tree, value::Value};

/// A file below `content`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentFile {
    /// Where it is, from the site's root.
    pub disk: String,
    /// Where it is mounted, below `content` (of its language, where each has a directory of its own).
    pub path: String,
    /// The languages its mount is for; empty where the file's name says it (`a.ja.md`).
    pub languages: Arc<[String]>,
    /// The versions and roles its mount is for.
    pub scope: Scope,
    /// The place of its mount among those of content, in the order in which they win.
    pub mount: usize,
}

/// A file below `layouts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutFile {
    /// Path below `layouts`.
    pub path: String,
    /// Where it is, from the site's root.
    pub disk: String,
    /// 0 for the project, then its themes and modules in the order in which they win.
    pub module: usize,
}

/// Something that the configuration names and that is not there, so that what it would add is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The theme, module or mounted directory, as configured.
    pub name: String,
    /// What it is.
    pub kind: MissingKind,
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingKind {
    /// A theme or module: templates, static files, anything.
    Module,
    /// The source directory of a mount.
    Mount,
    /// The content directory of a language.
    ContentDir,
    /// A git submodule that is not checked out.
    Submodule,
}

/// Everything mounted, for one configuration.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mounts {
    /// Files below `content`, sorted by mounted path and languages.
    pub content: Vec<ContentFile>,
    /// Static files: mounted path to path on disk.
    pub statics: BTreeMap<String, String>,
    /// Assets: mounted path to path on disk.
    pub assets: BTreeMap<String, String>,
    /// Templates, those that win first.
    pub layouts: Vec<LayoutFile>,
    /// Directories mounted into `content`, and where below it.
    pub content_roots: Vec<(String, String)>,
    /// What is not there.
    pub missing: Vec<Missing>,
    /// Where below `content` something is mounted that is not there, without extension, and for which languages.
    pub unreadable: Vec<(String, Vec<String>)>,
    /// The configurations of themes and modules, those that win first.
    pub module_configs: Vec<Value>,
}

impl Mounts {
    /// Whether a theme, module or submodule is not there, so that templates and files may come from it.
    pub fn lacks_module(&self) -> bool {
        self.missing
            .iter()
            .any(|missing| matches!(missing.kind, MissingKind::Module | MissingKind::Submodule))
    }

    /// Where below `content` the first file stands that is mounted from this one.
    pub fn content_path(&self, disk: &str) -> Option<&str> {
        self.content.iter().find(|file| file.disk == disk).map(|file| file.path.as_str())
    }
}

/// One mount of one module.
struct Mount {
    source: String,
    /// `content/docs` and the like.
    target: String,
    languages: Arc<[String]>,
    scope: Scope,
    filter: FileFilter,
    /// Whether the configuration names it (defaults may be missing without a word).
    explicit: bool,
}

/// Mounts the project, its themes and modules.
pub fn mount(tree: &dyn Tree, config: &Config, version: Version) -> Mounts {
    let mut mounts = Mounts::default();
    let mut waiting: Vec<(String, Option<Config>)> = vec![(String::new(), None)];
    let mut seen: Vec<String> = Vec::new();
    let mut sources = ["config", "data", "i18n", "_vendor"].map(str::to_owned).to_vec();
    sources.push(config.text("themesdir", "themes"));
    while !waiting.is_empty() {
        let (directory, own) = waiting.remove(0);
        if seen.contains(&directory) {
            continue;
        }
        let module = own.as_ref().unwrap_or(config);
        for name in &module.themes {
            match find_module(tree, config, name) {
                Some(found) => {
                    let files = default_files(tree, &found, PRODUCTION);
                    let (theme, _) = Config::of_files(tree, &found, &files);
                    mounts.module_configs.push(theme.root.clone());
                    waiting.push((found, Some(theme)));
                }
                None => mounts.missing.push(Missing { name: name.clone(), kind: MissingKind::Module }),
            }
        }
        let is_project = directory.is_empty();
        let own = module_mounts(config, module, &directory, is_project, version);
        let ignore = ignore_files(config);
        let taken: Vec<Vec<Taken>> = own.par_iter().map(|mount| taken(tree, mount, &ignore)).collect();
        for (mount, taken) in own.into_iter().zip(taken) {
            add(tree, config, &mount, taken, seen.len(), &mut mounts);
            sources.push(mount.source);
        }
        seen.push(directory);
    }
    submodules(tree, &sources, &mut mounts);
    // Those of one path stay in the order in which they are mounted.
    mounts.content.par_sort_by(|a, b| a.path.cmp(&b.path));
    let has_languages = |file: &ContentFile| !file.languages.is_empty();
    let first = mounts.content.first().map(has_languages);
    let may_overlap = |file: &ContentFile| Some(has_languages(file)) != first || file.languages.len() > 1;
    let differ = mounts.content.iter().any(may_overlap);
    if config.cell.is_some() || differ && version.at_least(112) {
        first_ones(&mut mounts.content, &config.default_language);
    }
    for files in mounts.content.chunk_by_mut(|a, b| a.path == b.path) {
        files.sort_by(|a, b| {
            let by_scope = if config.cell.is_some() { a.scope.cmp(&b.scope) } else { Ordering::Equal };
            a.languages.cmp(&b.languages).then(by_scope)
        });
    }
    mounts.content.dedup_by(|later, earlier| {
        later.path == earlier.path && later.languages == earlier.languages && later.scope == earlier.scope
    });
    mounts
}

/// Where a theme or module is: in the themes directory, vendored, or replaced by a directory (`module.replacements`,
/// `replace` in go.mod). Hugo: `modules/collect.go`.
fn find_module(tree: &dyn Tree, config: &Config, name: &str) -> Option<String> {
    let base = name.trim_end_matches('/');
    let is_there = |directory: &String| !tree.below(directory).is_empty();
    let found = candidates(tree, config, base).into_iter().find(is_there);
    // A vendored module may have no files at all.
    let vendored = || is_vendored(tree, base).then(|| format!("_vendor/{base}"));
    found.or_else(vendored).or_else(|| outside::of_theme(tree, config, base).into_iter().find(is_there))
}

/// Where Hugo looks for a theme or module, in order.
pub(super) fn candidates(tree: &dyn Tree, config: &Config, base: &str) -> Vec<String> {
    let themes_dir = config.text("themesdir", "themes");
    let mut candidates: Vec<String> = Vec::new();
    let replacements = config.root.at(&["module", "replacements"]).map(Value::texts).unwrap_or_default();
    for rule in replacements.iter().flat_map(|rules| rules.split(',')) {
        if let Some((from, to)) = rule.split_once("->")
            && from.trim() == base
        {
            candidates.push(join("", to.trim()));
            candidates.push(join(&themes_dir, to.trim()));
        }
    }
    if let Ok(go_mod) = tree.read("go.mod") {
        let lines = go_mod.text.lines().map(|line| line.trim().trim_start_matches("replace "));
        let rules = lines.filter_map(|line| line.split_once("=>"));
        let own = rules.filter(|(from, _)| from.split_whitespace().next() == Some(base));
        candidates.extend(own.filter_map(|(_, to)| Some(join("", to.split_whitespace().next()?))));
    }
    candidates.push(format!("{themes_dir}/{base}"));
    candidates.push(format!("_vendor/{base}"));
    candidates
}

/// Whether `_vendor/modules.txt` lists a module: `# path version`.
fn is_vendored(tree: &dyn Tree, name: &str) -> bool {
    let names =
        |line: &str| line.strip_prefix("# ").and_then(|rest| rest.split_whitespace().next()) == Some(name);
    tree.read("_vendor/modules.txt").is_ok_and(|listed| listed.text.lines().any(names))
}

fn join(directory: &str, path: &str) -> String {
    let path = path.trim_start_matches("./").trim_matches('/');
    match (directory, path) {
        ("", path) => path.to_owned(),
        (directory, "" | ".") => directory.to_owned(),
        (directory, path) => format!("{directory}/{path}"),
    }
}

/// `project` is the configuration of the site, which says what its dimensions are; `config` that of the module.
fn module_mounts(
    project: &Config,
    config: &Config,
    directory: &str,
    is_project: bool,
    version: Version,
) -> Vec<Mount> {
    let mut mounts: Vec<Mount> = Vec::new();
    for entry in config.root.at(&["module", "mounts"]).map(Value::items).unwrap_or_default() {
        let (Some(source), Some(target)) =
            (entry.get("source").and_then(Value::to_text), entry.get("target").and_then(Value::to_text))
        else {
            continue;
        };
        let Some(scope) = mount_scope(entry, &target, project) else { continue };
        mounts.push(Mount {
            source: join(directory, &source),
            target: target.trim_matches('/').to_owned(),
            languages: mount_languages(entry, config).into(),
            scope,
            filter: FileFilter::read(entry),
            explicit: true,
        });
    }
    let taken: Vec<String> =
        mounts.iter().filter_map(|mount| mount.target.split('/').next().map(str::to_owned)).collect();
    for (source, component, languages) in default_mounts(config, is_project, version) {
        if !taken.iter().any(|own| own == component) {
            let explicit = is_project && component == "content" && !languages.is_empty();
            let source = join(directory, &source);
            mounts.push(Mount {
                source,
                target: component.to_owned(),
                languages: languages.into(),
                scope: default_scope(component, project),
                filter: FileFilter::default(),
                explicit,
            });
        }
    }
    mounts
}

/// The directories and files that the project mounts.
pub(super) fn project_sources(config: &Config) -> Vec<String> {
    module_mounts(config, config, "", true, Version::NEWEST).into_iter().map(|mount| mount.source).collect()
}

/// `(source, component, languages)` of the mounts that a module has without saying so. What is in the site's own
/// `contentDir` has the language that its name says, and other content that of whose `contentDir` it is in. Before 0.112,
/// what only one language had for its `contentDir` had that language.
/// Hugo: `modules/config.go`, `ApplyProjectConfigDefaults`.
fn default_mounts(
    config: &Config,
    is_project: bool,
    version: Version,
) -> Vec<(String, &'static str, Vec<String>)> {
    let mut mounts: Vec<(String, &str, Vec<String>)> = Vec::new();
    if is_project {
        let shared = config.text("contentdir", "content");
        let shared = shared.trim_start_matches("./").trim_matches('/');
        for language in &config.languages {
            let users = config.languages.iter().filter(|other| other.content_dir == language.content_dir);
            let is_shared =
                if version.at_least(112) { language.content_dir == shared } else { users.count() > 1 };
            let by_name = is_shared || !config.has_languages_table;
            // Where there is no language of that name, the first one is the default.
            let is_default_there = config.language(&config.default_language).is_some();
            let languages = match config.languages.first() {
                Some(first) if by_name && !is_default_there => vec![first.key.clone()],
                _ if by_name => Vec::new(),
                _ => vec![language.key.clone()],
            };
            mounts.push((language.content_dir.clone(), "content", languages));
        }
        mounts.dedup();
    } else {
        mounts.push(("content".to_owned(), "content", Vec::new()));
    }
    let statics = static_directories(config);
    mounts.extend(statics.into_iter().map(|source| (source, "static", Vec::new())));
    mounts.push((config.text("layoutdir", "layouts"), "layouts", Vec::new()));
    mounts.push((config.text("assetdir", "assets"), "assets", Vec::new()));
    mounts
}

/// `staticDir` and `staticDir0` to `staticDir10`, of the site and of each language.
fn static_directories(config: &Config) -> Vec<String> {
    let default = || vec!["static".to_owned()];
    let mut directories: Vec<String> = Vec::new();
    let mut add = |table: &Value, default: Vec<String>| {
        directories.extend(table.get("staticdir").map_or(default, Value::texts));
        let numbered = (0..=10).filter_map(|number| table.get(&format!("staticdir{number}")));
        directories.extend(numbered.flat_map(Value::texts));
    };
    add(&config.root, default());
    for language in &config.languages {
        add(&language.table, Vec::new());
    }
    let mut known: Vec<String> = Vec::new();
    directories.retain(|directory| {
        !known.contains(directory) && {
            known.push(directory.clone());
            true
        }
    });
    directories
}

/// `lang` (before 0.153) or `sites.matrix.languages`.
fn mount_languages(entry: &Value, config: &Config) -> Vec<String> {
    let matrix = entry.at(&["sites", "matrix", "languages"]);
    let patterns = matrix.or_else(|| entry.get("lang")).map(Value::texts).unwrap_or_default();
    let keys = config.languages.iter().map(|language| language.key.clone());
    keys.filter(|key| !patterns.is_empty() && chooses(&patterns, key)).collect()
}

/// The versions and roles that a mount is for where it does not say.
/// Hugo: `hugolib/filesystems/basefs.go`, `createModFs`.
fn default_scope(target: &str, project: &Config) -> Scope {
    let is_content = target.split('/').next() == Some("content");
    project.cell.as_ref().filter(|_| is_content).map_or(Scope::ALL, |cell| cell.all.default_scope())
}

/// `sites.matrix`; `None`: the mount is for versions or roles that there are not, or its layouts for others.
fn mount_scope(entry: &Value, target: &str, project: &Config) -> Option<Scope> {
    let Some(cell) = &project.cell else { return Some(Scope::ALL) };
    let target = target.trim_matches('/');
    let patterns = Patterns::read(entry.at(&["sites", "matrix"]));
    let scope = cell.all.chosen(&patterns, default_scope(target, project))?;
    let is_elsewhere = target.split('/').next() == Some("layouts") && !scope.meets(cell.scope());
    (!is_elsewhere).then_some(scope)
}

/// Takes from files, sorted by path, what those that were mounted before them at the same path are for: those for no
/// language are for the default one. Hugo: `hugofs/component_fs.go`, `ReadDirWithContext`.
fn first_ones(files: &mut Vec<ContentFile>, default_language: &str) {
    let is_default = |one: &[String], other: &[String]| one.is_empty() && *other == [default_language];
    for group in files.chunk_by_mut(|a, b| a.path == b.path).filter(|group| group.len() > 1) {
        let mut taken: Vec<(Arc<[String]>, Scope)> = Vec::with_capacity(group.len());
        'files: for file in group {
            let own = (Arc::clone(&file.languages), file.scope);
            for (languages, scope) in &taken {
                if !scope.meets(file.scope) {
                    continue;
                }
                let same = *languages == file.languages
                    || is_default(languages, &file.languages)
                    || is_default(&file.languages, languages);
                if same {
                    file.scope = file.scope.without(*scope);
                } else if scope.covers(file.scope)
                    && file.languages.iter().any(|language| languages.contains(language))
                {
                    let left = file.languages.iter().filter(|language| !languages.contains(language));
                    file.languages = left.cloned().collect();
                    if file.languages.is_empty() {
                        file.scope = file.scope.without(file.scope);
                        continue 'files;
                    }
                }
            }
            taken.push(own);
        }
    }
    files.retain(|file| !file.scope.is_empty());
}

/// Files and directories that Hugo passes over. Hugo: `source/sourceSpec.go`, `IgnoreFile`.
fn ignored(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with(['.', '#']) || name.ends_with('~')
}

/// Whether content is in a directory that Hugo does not read, as it does not read files of such names.
fn below_ignored(path: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(directory, _)| directory.split('/').any(ignored))
}

/// `ignoreFiles`: regular expressions on paths.
fn ignore_files(config: &Config) -> Vec<Regex> {
    let rules = config.root.get("ignorefiles").map(Value::texts).unwrap_or_default();
    rules.iter().filter_map(|rule| Regex::new(rule).ok()).collect()
}

/// A file that a mount takes: its path on disk, and below the component it is mounted to.
type Taken = (String, String);

/// The files at the source of a mount.
fn files<'t>(tree: &'t dyn Tree, mount: &'t Mount) -> &'t [String] {
    if tree.has(&mount.source) { std::slice::from_ref(&mount.source) } else { tree.below(&mount.source) }
}

/// What a mount takes of them.
fn taken(tree: &dyn Tree, mount: &Mount, ignore: &[Regex]) -> Vec<Taken> {
    let (component, inside) = mount.target.split_once('/').unwrap_or((&mount.target, ""));
    let one_file = tree.has(&mount.source);
    let refused = |disk: &str| ignore.iter().any(|rule| rule.is_match(&format!("/{disk}")));
    let path = |disk: &String| {
        let rest = disk[mount.source.len()..].trim_start_matches('/');
        let is_taken = mount.filter.passes(if one_file { disk } else { rest })
            && match component {
                "content" => !below_ignored(rest) && !ignored(disk) && !refused(disk),
                "layouts" => !ignored(disk),
                _ => true,
            };
        is_taken.then(|| (disk.clone(), join(inside, rest)))
    };
    files(tree, mount).iter().filter_map(path).collect()
}

fn add(
    tree: &dyn Tree,
    config: &Config,
    mount: &Mount,
    taken: Vec<Taken>,
    module: usize,
    mounts: &mut Mounts,
) {
    let is_project = module == 0;
    let (component, inside) = mount.target.split_once('/').unwrap_or((&mount.target, ""));
    if component == "content" {
        mounts.content_roots.push((mount.source.clone(), inside.to_owned()));
    }
    let is_empty = files(tree, mount).is_empty();
    let matters = matches!(component, "content" | "layouts" | "static");
    if is_empty && mount.explicit && is_project && matters {
        let kind = if mount.languages.is_empty() || config.root.at(&["module", "mounts"]).is_some() {
            MissingKind::Mount
        } else {
            MissingKind::ContentDir
        };
        mounts.missing.push(Missing { name: mount.source.clone(), kind });
    }
    if is_empty && mount.explicit && component == "content" && !inside.is_empty() {
        let stem = inside.rsplit_once('.').map_or(inside, |(stem, _)| stem);
        let stem = stem.strip_suffix("_index").or_else(|| stem.strip_suffix("index")).unwrap_or(stem);
        mounts.unreadable.push((stem.to_owned(), mount.languages.to_vec()));
    }
    for (disk, path) in taken {
        match component {
            "content" => {
                let (languages, scope) = (Arc::clone(&mount.languages), mount.scope);
                let number = mounts.content_roots.len();
                mounts.content.push(ContentFile { disk, path, languages, scope, mount: number });
            }
            "static" if is_project => _ = mounts.statics.insert(path, disk),
            "static" => _ = mounts.statics.entry(path).or_insert(disk),
            "assets" => _ = mounts.assets.entry(path).or_insert(disk),
            "layouts" => mounts.layouts.push(LayoutFile { path, disk, module }),
            _ => {}
        }
    }
}

/// Submodules that are declared and empty, and of which something is mounted from `sources`.
fn submodules(tree: &dyn Tree, sources: &[String], mounts: &mut Mounts) {
    let Some((_, text)) = tree.surroundings().iter().find(|(name, _)| name == ".gitmodules") else { return };
    for line in text.lines() {
        let Some(path) = line.trim().strip_prefix("path").and_then(|rest| rest.trim().strip_prefix('='))
        else {
            continue;
        };
        let path = path.trim().trim_matches('/');
        let meets = |source: &String| {
            let holds = |outer: &str, inner: &str| {
                inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            matches!(source.as_str(), "" | ".") || holds(source, path) || holds(path, source)
        };
        if sources.iter().any(meets) && tree.below(path).is_empty() {
            mounts.missing.push(Missing { name: path.to_owned(), kind: MissingKind::Submodule });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::MemoryTree;

    fn mounted(files: &[(&str, &str)]) -> Mounts {
        let tree = MemoryTree::new(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        mount(&tree, &Config::default_of(&tree, "").0, Version::NEWEST)
    }

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let mounts = mounted(files);
        let shown: Vec<String> = mounts
            .content
            .iter()
            .map(|file| format!("{}[{}] <- {}", file.path, file.languages.join(","), file.disk))
            .chain(mounts.layouts.iter().map(|layout| format!("layouts/{} <- {}", layout.path, layout.disk)))
            .chain(mounts.missing.iter().map(|missing| format!("missing {}", missing.name)))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn languages_with_directories_of_their_own() {
        check(
            &[
                (
                    "hugo.toml",
                    "[languages.ja]\ncontentDir = 'content/ja'\n[languages.en]\ncontentDir = 'content/en'",
                ),
                ("content/ja/a.md", ""),
                ("content/ja/.hidden.md", ""),
            ],
            &["a.md[ja] <- content/ja/a.md", "missing content/en"],
        );
    }

    #[test]
    fn themes_come_after_the_project() {
        check(
            &[
                ("hugo.toml", "theme = ['t', 'absent']"),
                ("content/a.md", ""),
                ("layouts/shortcodes/x.html", ""),
                ("themes/t/layouts/shortcodes/x.html", ""),
                ("themes/t/content/a.md", ""),
                ("themes/t/content/b.md", ""),
            ],
            &[
                "a.md[] <- content/a.md",
                "b.md[] <- themes/t/content/b.md",
                "layouts/shortcodes/x.html <- layouts/shortcodes/x.html",
                "layouts/shortcodes/x.html <- themes/t/layouts/shortcodes/x.html",
                "missing absent",
            ],
        );
    }

    #[test]
    fn submodules_are_missed_where_something_of_them_is_mounted() {
        let modules = "[submodule \"a\"]\n\tpath = content/api\n[submodule \"b\"]\n\tpath = tools/style\n\
            [submodule \"c\"]\n\tpath = themes/t\n[submodule \"d\"]\n\tpath = shared\n";
        let config = "module:\n  mounts:\n    - {source: shared/docs, target: content/x}\n    - {source: content, target: content}\n";
        check(
            &[("hugo.yaml", config), (".gitmodules", modules)],
            &[
                "missing shared/docs",
                "missing content",
                "missing content/api",
                "missing themes/t",
                "missing shared",
            ],
        );
    }

    #[test]
    fn directories_are_left_out_whole() {
        let config = "
module:
  mounts:
    - {source: content, target: content, files: ['! docs/v?', '! _*']}
    - {source: content/docs/v1, target: content/docs, files: ['! _*']}
";
        check(
            &[
                ("hugo.yaml", config),
                ("content/docs/a.md", ""),
                ("content/docs/_b.md", ""),
                ("content/docs/v1/x/c.md", ""),
                ("content/docs/v1/_dev/d.md", ""),
            ],
            &[
                "docs/_b.md[] <- content/docs/_b.md",
                "docs/a.md[] <- content/docs/a.md",
                "docs/x/c.md[] <- content/docs/v1/x/c.md",
            ],
        );
    }

    #[test]
    fn mounts_replace_the_defaults_of_their_component() {
        let config = "
languages: {en: {}, ja: {}}
module:
  mounts:
    - {source: docs, target: content/guide, files: ['! internal/**']}
    - {source: docs, target: content, sites: {matrix: {languages: [ja]}}}
    - {source: gone, target: content/gone}
";
        check(
            &[("hugo.yaml", config), ("docs/a.md", ""), ("docs/internal/b.md", ""), ("content/c.md", "")],
            &[
                "a.md[ja] <- docs/a.md",
                "guide/a.md[] <- docs/a.md",
                "internal/b.md[ja] <- docs/internal/b.md",
                "missing gone",
            ],
        );
    }
}
