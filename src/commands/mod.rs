//! One file per sub-command: wiring only.

use std::path::{Component, Path, PathBuf};

use crate::{
    disk::{self, Directory},
    hugo::{paths::Day, version::Version},
    site::{Site, load::Circumstances},
    web::stamp::Stamp,
};

pub mod baseline;
pub mod cache;
pub mod check;
pub mod config;
pub mod explain;
mod external;
pub mod init;
pub mod inventory;
mod judge;
pub mod links;
pub mod lsp;
mod mend;
mod output;
pub mod rules;
pub mod trace;
pub mod variants;

/// What a command finds around it.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The working directory.
    pub directory: PathBuf,
    /// Today.
    pub today: Day,
    /// Now.
    pub now: Stamp,
    /// Standard output is a terminal.
    pub terminal: bool,
    /// Standard error is a terminal.
    pub error_terminal: bool,
    /// `NO_COLOR` is set.
    pub no_color: bool,
    /// A variable of the environment.
    pub variable: fn(&str) -> Option<String>,
}

/// A site that a command reads as a whole.
struct Opened {
    site: Site,
    root: PathBuf,
    /// The path of its root relative to the working directory, with `/` at its end unless it is empty.
    prefix: String,
}

impl Opened {
    /// The site around, at or directly below `path`.
    ///
    /// # Errors
    /// When there is none, or more than one.
    fn around(path: &Path, around: &Surroundings, version: Option<Version>) -> Result<Self, String> {
        let root = Self::root(path, around)?;
        let tree = Directory::open(&root)?;
        let site = Site::load(&tree, Circumstances { today: around.today, version });
        Ok(Self { site, prefix: relative(&root, &around.directory), root })
    }

    /// The root of the site around, at or directly below `path`.
    ///
    /// # Errors
    /// When there is none, or more than one.
    fn root(path: &Path, around: &Surroundings) -> Result<PathBuf, String> {
        let full = around.directory.join(path);
        let roots = find_sites(&full, path)?;
        let [root] = roots.as_slice() else {
            let roots: Vec<String> =
                roots.iter().map(|root| format!("`{}`", relative(root, &around.directory))).collect();
            return Err(format!("there are several sites here: name one of {}", roots.join(", ")));
        };
        Ok(root.clone())
    }
}

/// The sites around, at or directly below `full`, which the user called `shown`.
fn find_sites(full: &Path, shown: &Path) -> Result<Vec<PathBuf>, String> {
    disk::find_sites(full)
        .map_err(|message| message.replace(&format!("{}", full.display()), &shown.display().to_string()))
}

/// `path` as seen from a site's root, with slashes; empty for the root and what lies outside.
fn inside(root: &Path, path: &Path) -> String {
    let full = path.canonicalize().or_else(|_| {
        // A file that is not there yet.
        let directory = path.parent().unwrap_or(path).canonicalize()?;
        Ok::<_, std::io::Error>(directory.join(path.file_name().unwrap_or_default()))
    });
    let full = full.unwrap_or_else(|_| path.to_owned());
    full.strip_prefix(root).ok().and_then(Path::to_str).unwrap_or("").replace('\\', "/")
}

/// `root` as seen from `from`, ending in `/`; empty if they are the same.
fn relative(root: &Path, from: &Path) -> String {
    let from = from.canonicalize().unwrap_or_else(|_| from.to_owned());
    let common = root.components().zip(from.components()).take_while(|(a, b)| a == b).count();
    if common <= 1 {
        return format!("{}/", root.display()).replace('\\', "/");
    }
    let up = from.components().skip(common).map(|_| "..".to_owned());
    let down = root
        .components()
        .skip(common)
        .map(|part: Component<'_>| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).map(|part| part + "/").collect()
}

/// What a command printed and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// For standard output.
    pub out: String,
    /// For standard error.
    pub err: String,
    /// 0 nothing found, 1 findings, 2 we could not do our job.
    pub code: u8,
}

impl Ending {
    /// We could not do our job.
    pub fn failed(message: impl AsRef<str>) -> Self {
        Self { out: String::new(), err: format!("javert: {}\n", message.as_ref()), code: 2 }
    }
}
