//! The only place that reads and writes files: finding sites, listing and reading them, replacing files whole.
#![expect(clippy::disallowed_methods, reason = "this is the place that reads and writes")]

use std::{
    borrow::Cow,
    cell::RefCell,
    fs::{self, File},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Mutex, OnceLock, PoisonError},
};

use globset::GlobBuilder;
use rayon::prelude::*;

pub mod journal;

use crate::{
    hugo::outside,
    settings,
    site::Site,
    tree::{Commit, Repository, Text, Tree},
};

pub mod git;
mod nested;

/// Directories that are never part of a site's source.
const SKIPPED: [&str; 7] = [".git", ".hg", ".javert_cache", ".svn", "node_modules", "public", "resources"];

/// Directories deeper than this are not entered.
const MAX_DEPTH: usize = 64;

/// A site on disk.
#[derive(Debug)]
pub struct Directory {
    root: PathBuf,
    paths: Vec<String>,
    /// Directories with other repositories that were not listed, sorted.
    nested: Vec<String>,
    /// What is listed when somebody asks for them: all paths, sorted.
    with_nested: OnceLock<Vec<String>>,
    surroundings: Vec<(String, String)>,
    /// The root of the repository around the site, if there is one.
    repository: Option<PathBuf>,
}

impl Directory {
    /// Lists the files of the site at `root`.
    ///
    /// # Errors
    /// When the directory itself cannot be read; unreadable directories below it are left out.
    pub fn open(root: &Path) -> Result<Self, String> {
        fs::read_dir(root).map_err(|error| format!("cannot read `{}`: {error}", root.display()))?;
        let nested = Mutex::default();
        let (mut paths, (surroundings, repository)) =
            rayon::join(|| list(root, "", 0, Some(&nested)), || (surroundings(root), repository_root(root)));
        paths.par_sort_unstable();
        let mut found = Self {
            root: root.to_owned(),
            paths,
            nested: Vec::new(),
            with_nested: OnceLock::new(),
            surroundings,
            repository,
        };
        let mut nested = nested.into_inner().unwrap_or_else(PoisonError::into_inner);
        nested.sort_unstable();
        let (named, nested) = nested::divide(&found, nested);
        found.nested = nested;
        found.extend(named.par_iter().flat_map_iter(|path| list(root, path, 1, None)).collect());
        let outside = outside::named(&found);
        found.extend(outside.iter().flat_map(|path| list_outside(root, path)).collect());
        Ok(found)
    }

    fn extend(&mut self, more: Vec<String>) {
        if !more.is_empty() {
            self.paths.extend(more);
            self.paths.par_sort_unstable();
            self.paths.dedup();
        }
    }

    /// The site's root.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Tree for Directory {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn nested(&self) -> &[String] {
        &self.nested
    }

    fn has_nested(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }

    fn with_nested(&self) -> &[String] {
        self.with_nested.get_or_init(|| {
            let mut all = self.paths.clone();
            all.extend(self.nested.iter().flat_map(|path| list(&self.root, path, 1, None)));
            all.par_sort_unstable();
            all
        })
    }

    fn read(&self, path: &str) -> Result<Text<'_>, String> {
        let full = self.root.join(path);
        let read = with_bytes(&full, |bytes| {
            if u32::try_from(bytes.len()).is_err() {
                return Err(format!("`{path}` is larger than 4 GiB"));
            }
            Ok(match simdutf8::compat::from_utf8(bytes) {
                Ok(text) => Text { text: Cow::Owned(text.to_owned()), invalid: None },
                Err(error) => {
                    let invalid = Some(error.valid_up_to());
                    Text { text: Cow::Owned(String::from_utf8_lossy(bytes).into_owned()), invalid }
                }
            })
        });
        read.map_err(|error| format!("cannot read `{path}`: {error}"))?
    }

    fn surroundings(&self) -> &[(String, String)] {
        &self.surroundings
    }

    fn outside(&self, path: &str) -> Result<String, String> {
        fs::read_to_string(self.root.join(path)).map_err(|error| format!("cannot read `{path}`: {error}"))
    }

    fn location(&self) -> String {
        let full = fs::canonicalize(&self.root).unwrap_or_default();
        full.to_string_lossy().replace('\\', "/")
    }

    fn repository(&self) -> Option<Repository> {
        let directory = git_directory(self.repository.as_deref()?)?;
        let head = fs::read_to_string(directory.join("HEAD")).unwrap_or_default();
        // A worktree keeps its configuration with the main one.
        let common = fs::read_to_string(directory.join("commondir"))
            .map_or_else(|_| directory.clone(), |common| directory.join(common.trim()));
        let configuration = fs::read_to_string(common.join("config")).ok()?;
        let urls = configuration.lines().filter_map(|line| line.trim().strip_prefix("url"));
        let names = urls.filter_map(|rest| web_name(rest.trim_start().strip_prefix('=')?.trim())).collect();
        let branch = head.trim().strip_prefix("ref: refs/heads/").map(str::to_owned);
        Some(Repository { names, branch })
    }

    fn has_in_repository(&self, path: &str) -> bool {
        self.repository.as_ref().is_some_and(|root| root.join(path).exists())
    }

    fn history(&self) -> Option<Vec<Commit>> {
        self.repository.as_ref()?;
        let mut git = Command::new("git");
        git.arg("-C").arg(&self.root);
        // Neither programs that the repository configures nor the network, nor a repository that a hook is run for.
        git.args([
            "--no-pager",
            "--no-optional-locks",
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.quotePath=false",
        ]);
        git.args(["-c", "log.showSignature=false"])
            .args(Commit::LOG)
            .args(["--no-ext-diff", "--no-textconv"]);
        git.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            git.env_remove(name);
        }
        let output = git.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| Commit::read_log(&String::from_utf8_lossy(&output.stdout)))
    }

    fn beside(&self, path: &str) -> Result<Box<dyn Tree>, String> {
        Ok(Box::new(Self::open(&self.root.join(path))?))
    }
}

/// What `take` makes of a file's bytes, which are read into memory that the thread keeps for the next file: so they are
/// looked through where they are at hand, and nobody asks for the file's size first.
fn with_bytes<T>(path: &Path, take: impl FnOnce(&[u8]) -> T) -> io::Result<T> {
    const ROOM: usize = 64 << 10;
    thread_local!(static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });
    let mut file = File::open(path)?;
    BUFFER.with_borrow_mut(|buffer| {
        let mut length = 0;
        loop {
            if length == buffer.len() {
                buffer.resize(ROOM.max(2 * length), 0);
            }
            match file.read(&mut buffer[length..]) {
                Ok(0) => break,
                Ok(count) => length += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let taken = take(&buffer[..length]);
        if buffer.len() > 16 * ROOM {
            *buffer = Vec::new();
        }
        Ok(taken)
    })
}

/// The directory with `.git` at or above `directory`.
pub fn repository_root(directory: &Path) -> Option<PathBuf> {
    let full = fs::canonicalize(directory).ok()?;
    full.ancestors().find(|above| above.join(".git").exists()).map(Path::to_owned)
}

/// Where git keeps what it knows: `.git`, or what the file of that name names (worktrees, submodules).
fn git_directory(root: &Path) -> Option<PathBuf> {
    let path = root.join(".git");
    if path.is_dir() {
        return Some(path);
    }
    let text = fs::read_to_string(&path).ok()?;
    Some(root.join(text.strip_prefix("gitdir:")?.trim()))
}

/// `github.com/owner/name` of a remote's URL: `git@github.com:owner/name.git`, `https://github.com/owner/name`.
fn web_name(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest).replacen(':', "/", 1);
    let name = rest.trim_end_matches('/').trim_end_matches(".git");
    (name.split('/').count() == 3).then(|| name.to_owned())
}

/// All files below `directory` of `root`. Symbolic links are not followed (neither does Hugo), except for themes.
/// Where `nested` is given, repositories that Hugo does not read without being told to are taken down there instead.
fn list(root: &Path, directory: &str, depth: usize, nested: Option<&Mutex<Vec<String>>>) -> Vec<String> {
    let Ok(entries) = fs::read_dir(root.join(directory)) else { return Vec::new() };
    let nested = nested.filter(|_| depth != 1 || !nested::READ_ANYWAY.contains(&directory));
    let mut files = Vec::new();
    let mut directories = Vec::new();
    for entry in entries.flatten() {
        let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
        if let Some(nested) = nested.filter(|_| depth > 0 && name == ".git") {
            // A thread that panicked has left nothing half-written here.
            nested.lock().unwrap_or_else(PoisonError::into_inner).push(directory.to_owned());
            return Vec::new();
        }
        let path = if directory.is_empty() { name.clone() } else { [directory, "/", &name].concat() };
        let linked_theme = kind.is_symlink() && directory == "themes" && entry.path().is_dir();
        if (kind.is_dir() || linked_theme) && depth < MAX_DEPTH {
            let skipped = SKIPPED.contains(&name.as_str())
                && (depth == 0 || name.starts_with('.') || name == "node_modules");
            if !skipped {
                directories.push(path);
            } else if depth == 0 && name == "node_modules" && names_packages(root) {
                directories.extend(themes_among_packages(root));
            }
        } else if kind.is_file() {
            files.push(path);
        }
    }
    files.par_extend(directories.into_par_iter().flat_map_iter(|path| list(root, &path, depth + 1, nested)));
    files
}

/// The files at and below a path that leads out of the site, without those of the site and what is hidden.
fn list_outside(root: &Path, path: &str) -> Vec<String> {
    let full = root.join(path);
    if full.is_file() {
        return vec![path.to_owned()];
    }
    let site = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let mut files = Vec::new();
    for entry in fs::read_dir(&full).into_iter().flatten().flatten() {
        let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
        let is_left_out = name.starts_with('.') || SKIPPED.contains(&name.as_str());
        let inside = format!("{path}/{name}");
        if kind.is_file() && !is_left_out {
            files.push(inside);
        } else if kind.is_dir() && !is_left_out {
            let holds_site =
                fs::canonicalize(entry.path()).is_ok_and(|directory| site.starts_with(directory));
            if !holds_site {
                files.extend(list(root, &inside, 1, None));
            }
        }
    }
    files
}

/// Whether the site's configuration takes themes or files from packages of npm.
fn names_packages(root: &Path) -> bool {
    let names = configurations(root);
    let text = |path: &String| fs::read_to_string(root.join(path)).unwrap_or_default();
    let says =
        |path: &&String| ["hugo.", "config.", "config/_default/"].iter().any(|start| path.starts_with(start));
    names.paths().iter().filter(says).any(|path| text(path).contains("node_modules"))
}

/// The packages of npm that have templates, as paths from the root.
fn themes_among_packages(root: &Path) -> Vec<String> {
    let below = |directory: &str| -> Vec<String> {
        let entries = fs::read_dir(root.join(directory)).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.map(|name| format!("{directory}/{name}")).collect()
    };
    let packages = below("node_modules")
        .into_iter()
        .flat_map(|path| if path.starts_with("node_modules/@") { below(&path) } else { vec![path] });
    packages.filter(|path| root.join(path).join("layouts").is_dir()).collect()
}

/// Files of the repository that say how the site is built, from the site's root upwards.
fn surroundings(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut directory = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let mut prefix = String::new();
    for _ in 0..4 {
        let named =
            ["netlify.toml", "package.json", "Makefile", ".tool-versions", ".gitmodules", ".lycheeignore"];
        for name in named.into_iter().chain(settings::FILES) {
            if let Ok(text) = fs::read_to_string(directory.join(name)) {
                found.push((format!("{prefix}{name}"), text));
            }
        }
        let mut workflows: Vec<PathBuf> = fs::read_dir(directory.join(".github/workflows"))
            .map_or_else(|_| Vec::new(), |all| all.flatten().map(|entry| entry.path()).collect());
        workflows.sort();
        for path in workflows {
            if let (Ok(text), Some(name)) =
                (fs::read_to_string(&path), path.file_name().and_then(|name| name.to_str()))
            {
                found.push((format!("{prefix}.github/workflows/{name}"), text));
            }
        }
        let is_repository = directory.join(".git").exists();
        let Some(parent) = directory.parent().filter(|_| !is_repository) else { break };
        directory = parent.to_owned();
        prefix.push_str("../");
    }
    found
}

/// The site that a file or directory belongs to: the directory itself, one above it, or else those directly below.
///
/// # Errors
/// When there is no such path, or no site there.
pub fn find_sites(start: &Path) -> Result<Vec<PathBuf>, String> {
    let full =
        fs::canonicalize(start).map_err(|error| format!("cannot read `{}`: {error}", start.display()))?;
    let directory = if full.is_dir() { full } else { full.parent().map(Path::to_owned).unwrap_or_default() };
    let mut above = Some(directory.as_path());
    while let Some(candidate) = above {
        if looks_like_site(candidate) {
            return Ok(vec![candidate.to_owned()]);
        }
        if candidate.join(".git").exists() {
            break;
        }
        above = candidate.parent();
    }
    let mut below: Vec<PathBuf> = fs::read_dir(&directory)
        .map_err(|error| format!("cannot read `{}`: {error}", start.display()))?
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."))
        .map(|entry| entry.path())
        // Other tools have directories called `content` and `layouts` too.
        .filter(|path| looks_like_site(path) && is_configured(path))
        .collect();
    below.sort();
    if below.is_empty() {
        let shown = start.display();
        return Err(format!(
            "no Hugo site in `{shown}`, above it or directly below it: looked for hugo.toml, config.toml (or .yaml, .json), config/_default and config_*.toml"
        ));
    }
    Ok(below)
}

/// Whether a directory holds a site: a configuration beside content, layouts or themes, or, since Hugo does without any,
/// content beside layouts or themes. A `hugo.toml` is enough, `config.yaml` may be anybody's.
fn looks_like_site(directory: &Path) -> bool {
    let names = configurations(directory);
    let has = |name: &str| directory.join(name).is_dir();
    let (content, templates) = (has("content"), has("layouts") || has("themes"));
    names.paths().iter().any(|path| path.starts_with("hugo.") || path.starts_with("config/_default/hugo."))
        && Site::has_default_configuration(&names)
        || (Site::is_configured(&names) || Site::has_default_configuration(&names)) && (content || templates)
        || content && templates
}

/// Whether a directory has a Hugo configuration of any name.
fn is_configured(directory: &Path) -> bool {
    let names = configurations(directory);
    Site::is_configured(&names) || Site::has_default_configuration(&names)
}

/// The names of the files among which a site's configuration is.
fn configurations(directory: &Path) -> Names {
    let names = |inside: &str| -> Vec<String> {
        let entries = fs::read_dir(directory.join(inside)).into_iter().flatten().flatten();
        let prefix = if inside.is_empty() { String::new() } else { format!("{inside}/") };
        entries.filter_map(|entry| Some(format!("{prefix}{}", entry.file_name().to_str()?))).collect()
    };
    let mut paths = names("");
    paths.extend(names("config/_default"));
    paths.sort();
    Names(paths)
}

/// A tree of names without texts.
struct Names(Vec<String>);

impl Tree for Names {
    fn paths(&self) -> &[String] {
        &self.0
    }

    fn read(&self, path: &str) -> Result<Text<'_>, String> {
        Err(format!("`{path}` is a name only"))
    }
}

/// The text of a file.
///
/// # Errors
/// When it cannot be read, in a sentence for people.
pub fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
}

/// Replaces a file by `text`, whole or not at all, keeping its permissions.
///
/// # Errors
/// When the directory cannot be written.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let directory = path.parent().unwrap_or_else(|| Path::new("."));
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file");
    let temporary = directory.join(format!(".{name}.javert-{}", std::process::id()));
    let written = || {
        let mut file = fs::File::create_new(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if let Ok(metadata) = fs::metadata(path) {
            fs::set_permissions(&temporary, metadata.permissions())?;
        }
        fs::rename(&temporary, path)
    };
    written().inspect_err(|_| _ = fs::remove_file(&temporary))
}

/// Replaces a file of the site at `root`, if it still says what it said when it was read.
///
/// # Errors
/// A sentence for people: the file says something else by now, is not valid UTF-8, lies outside the site, is reached
/// through a symbolic link, or cannot be written.
pub fn replace_unchanged(root: &Path, path: &str, before: &str, after: &str) -> Result<(), String> {
    let full = root.join(path);
    let real = fs::canonicalize(&full).map_err(|error| format!("cannot read `{path}`: {error}"))?;
    let root =
        fs::canonicalize(root).map_err(|error| format!("cannot read `{}`: {error}", root.display()))?;
    if real != root.join(path) {
        return Err(format!(
            "`{path}` lies outside the site, or behind a symbolic link: it is left as it is"
        ));
    }
    let bytes = fs::read(&real).map_err(|error| format!("cannot read `{path}`: {error}"))?;
    if bytes != before.as_bytes() {
        return Err(format!("`{path}` was changed meanwhile, or is not valid UTF-8: it is left as it is"));
    }
    replace(&real, after).map_err(|error| format!("cannot write `{path}`: {error}"))
}

/// Everything on standard input.
///
/// # Errors
/// When it cannot be read, or is not valid UTF-8.
pub fn standard_input() -> io::Result<String> {
    io::read_to_string(io::stdin())
}

/// Writes a report, whole or not at all. What is no plain file (`/dev/stderr`, a pipe) is written to, not replaced.
///
/// # Errors
/// When it cannot be written.
pub fn write_report(path: &Path, text: &str) -> io::Result<()> {
    // A link stays, and what it leads to is replaced. What `/dev/stderr` leads to has no path of its own.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => replace(&fs::canonicalize(path)?, text),
        Ok(metadata) if metadata.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Ok(_) => fs::write(path, text),
        // A link to nothing is written through too.
        Err(_) if fs::symlink_metadata(path).is_ok() => fs::write(path, text),
        Err(_) => replace(path, text),
    }
}

/// Writes a file, in a directory that is made if it is not there.
///
/// # Errors
/// When it cannot be written.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    write_report(path, text)
}

/// The files that a glob matches, sorted; `*` stays within a directory, `**` does not. What is never part of a site's
/// source is left out, unless the pattern names it.
///
/// # Errors
/// When it is no glob, in a sentence for people.
pub fn matching(directory: &Path, pattern: &str) -> Result<Vec<PathBuf>, String> {
    let pattern = pattern.replace('\\', "/");
    let is_literal = |part: &&str| !part.contains(['*', '?', '[', '{']);
    let base: Vec<&str> = pattern.split('/').take_while(is_literal).collect();
    let rest = pattern.split('/').skip(base.len()).collect::<Vec<_>>().join("/");
    let glob = GlobBuilder::new(&rest).literal_separator(true).build();
    let glob = glob.map_err(|error| format!("`{pattern}` is no glob: {}", error.kind()))?.compile_matcher();
    // An empty first part is the root.
    let base = if base == [""] { "/".to_owned() } else { base.join("/") };
    let base = directory.join(base);
    let mut found = list(&base, "", 1, None);
    found.retain(|path| glob.is_match(path));
    found.sort_unstable();
    Ok(found.into_iter().map(|path| base.join(path)).collect())
}

/// Adds to a file that others write to as well.
///
/// # Errors
/// When it cannot be written.
pub fn append(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().create(true).append(true).open(path)?;
    io::Write::write_all(&mut file, text.as_bytes())
}

/// How many bytes a file has; none if there is no such file.
pub fn size(path: &Path) -> usize {
    fs::metadata(path).map_or(0, |metadata| usize::try_from(metadata.len()).unwrap_or(usize::MAX))
}
