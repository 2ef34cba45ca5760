//! The language server: what is found while somebody writes, and the help that only something that knows the whole
//! site can give.
//!
//! ```text
//!                        didChange
//!                            │
//! client ── server::serve ── Session::revise ── Site::revise ── lint::judge_pages ──> findings of the open page
//!               │                │                                      and of those that link to it, at once
//!               │                └ due: when nothing was typed for a while
//!               │                            │
//!               └── World::read, on a thread of its own: the whole site anew ──> all findings
//! ```
//!
//! A revision changes what follows from one page. What it cannot know (another shortcode, another URL) the reading
//! finds out that comes after it, so in the end the findings are those of `javert check`. A newer text cancels a reading.
//!
//! Only [`server`] talks to the client, and only a [`World`] to the disk; the protocol's types are known only here.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crate::{baseline::Baseline, diagnostic::Diagnostic, lint::Chosen, report::Checked, tree::Tree};

mod capabilities;
mod client;
mod convert;
mod desk;
mod dispatch;
mod documents;
mod features;
pub mod server;
mod session;
mod texts;

/// A file as a site knows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The site's root.
    pub root: PathBuf,
    /// The file's path from there, with `/`.
    pub path: String,
}

/// A site to be read.
#[derive(Debug, Clone)]
pub struct Order {
    /// Its root.
    pub root: PathBuf,
    /// The texts that editors hold, by path from the root: they count over those on disk. `None`: the file is not to be
    /// there.
    pub texts: BTreeMap<String, Option<String>>,
    /// Says that nobody wants it any more.
    pub cancelled: Arc<AtomicBool>,
}

impl Order {
    /// Whether nobody wants it any more.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }
}

/// A site, read and judged.
pub struct Reading {
    /// The site and what is reported.
    pub checked: Checked,
    /// What was said of the site as a whole, before anything was suppressed.
    pub of_site: Vec<Diagnostic>,
    /// The rules that looked.
    pub rules: Vec<Chosen>,
    /// The files, as they are on disk.
    pub tree: Box<dyn Tree + Send>,
    /// The findings that are known and not reported.
    pub baseline: Option<Baseline>,
    /// How long it took.
    pub took: Duration,
}

/// What the server finds around it.
pub trait World: Send + Sync {
    /// The site that a file belongs to; it need not be there yet.
    fn place(&self, file: &Path) -> Option<Place>;

    /// The roots of the sites in a folder, or of the one around it.
    fn sites(&self, folder: &Path) -> Vec<PathBuf>;

    /// Reads and judges a site. What comes of a cancelled order is thrown away.
    ///
    /// # Errors
    /// When there is no such site any more, in a sentence for people.
    fn read(&self, order: &Order) -> Result<Reading, String>;

    /// Takes down what happened, a line.
    fn log(&self, line: &str);
}
