//! `javert lsp`

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use lsp_server::Connection;

use super::{Ending, Surroundings, external, find_sites, inside, judge::read_baseline};
use crate::{
    disk::Directory,
    lint::{self, Wishes},
    lsp::{Order, Place, Reading, World, server::serve},
    report::Checked,
    rules::RULES,
    site::{Site, load::Circumstances},
    tree::{Commit, Overlay, Text, Tree},
};

/// Serves an editor on standard input and output.
pub fn lsp(around: &Surroundings) -> Ending {
    let (connection, threads) = Connection::stdio();
    let served = talk(&connection, around);
    // The threads end when nobody holds the connection.
    drop(connection);
    let ended =
        served.and_then(|()| threads.join().map_err(|error| format!("the connection broke: {error}")));
    match ended {
        Ok(()) => Ending { out: String::new(), err: String::new(), code: 0 },
        Err(message) => Ending::failed(message),
    }
}

/// Serves a client on any connection.
///
/// # Errors
/// A sentence for people: the client did not keep to the protocol, or left without saying so.
pub fn talk(connection: &Connection, around: &Surroundings) -> Result<(), String> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    // One thread is left to those who type. Where there are no threads to be had, the usual ones do it.
    let pool = rayon::ThreadPoolBuilder::new().num_threads((threads - 1).max(1)).build().ok();
    let world = Disk { around: around.clone(), pool, history: Mutex::default() };
    let world: Arc<dyn World> = Arc::new(world);
    serve(connection, &world)
}

/// The disk.
struct Disk {
    around: Surroundings,
    /// The threads on which sites are read, other than those that answer the client.
    pool: Option<rayon::ThreadPool>,
    /// The commits of the sites that were asked for them, by root: to read them takes long, and editing makes none.
    history: Mutex<Vec<(PathBuf, Option<Vec<Commit>>)>>,
}

impl World for Disk {
    fn place(&self, file: &Path) -> Option<Place> {
        let start = file.ancestors().find(|above| above.exists())?;
        let roots = find_sites(start, file).ok()?;
        roots.into_iter().find_map(|root| {
            let path = inside(&root, file);
            (!path.is_empty()).then_some(Place { root, path })
        })
    }

    fn sites(&self, folder: &Path) -> Vec<PathBuf> {
        find_sites(folder, folder).unwrap_or_default()
    }

    fn read(&self, order: &Order) -> Result<Reading, String> {
        match &self.pool {
            Some(pool) => pool.install(|| self.read_here(order)),
            None => self.read_here(order),
        }
    }

    fn log(&self, line: &str) {
        // Nobody may be there to read it.
        _ = writeln!(io::stderr(), "javert: {line}");
    }
}

impl Disk {
    fn read_here(&self, order: &Order) -> Result<Reading, String> {
        let start = Instant::now();
        let directory = Directory::open(&order.root)?;
        if !Site::is_configured(&directory) && directory.paths().is_empty() {
            return Err(format!("there is no site in `{}` any more", order.root.display()));
        }
        let mut overlay = Overlay::new(&directory);
        for (path, text) in &order.texts {
            overlay.set(path, text.clone());
        }
        let tree = Wanted { under: &overlay, order, disk: self };
        let circumstances = Circumstances { today: self.around.today, version: None };
        let mut site = Site::load(&tree, circumstances);
        let rules = lint::chosen(RULES, &site.settings.rules, &Wishes::default());
        if rules.iter().any(|chosen| chosen.rule.reads_names()) {
            site.read_names(&tree);
        }
        if rules.iter().any(|chosen| chosen.rule.reads_history()) {
            site.read_history(&tree);
        }
        // What is not known nobody asks the web for while somebody types.
        let path = external::cache_path(&site, &order.root, &self.around);
        match external::read_memory(&path, &mut Vec::new()) {
            Ok(memory) if !memory.answers.is_empty() => site.remember(&memory, self.around.now),
            Ok(_) => {}
            Err(error) => self.log(&error),
        }
        if order.is_cancelled() {
            return Err("cancelled".to_owned());
        }
        let verdict = lint::judge(&site, &rules);
        let path = order.root.join(site.settings.baseline_path());
        let baseline = if path.exists() { Some(read_baseline(&path)?) } else { None };
        let mut checked = Checked::new(site, String::new(), verdict.findings);
        if let Some(baseline) = &baseline {
            baseline.subtract(&mut checked);
        }
        let tree = Box::new(directory);
        Ok(Reading { checked, of_site: verdict.of_site, rules, tree, baseline, took: start.elapsed() })
    }

    fn commits(&self, root: &Path, tree: &dyn Tree) -> Option<Vec<Commit>> {
        let mut known = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, commits)) = known.iter().find(|(own, _)| own == root) {
            return commits.clone();
        }
        let commits = tree.history();
        known.push((root.to_owned(), commits.clone()));
        commits
    }
}

/// Files that are only read while somebody wants them.
struct Wanted<'w> {
    under: &'w Overlay<'w>,
    order: &'w Order,
    disk: &'w Disk,
}

impl Tree for Wanted<'_> {
    fn paths(&self) -> &[String] {
        self.under.paths()
    }

    fn read(&self, path: &str) -> Result<Text<'_>, String> {
        if self.order.is_cancelled() {
            return Err("cancelled".to_owned());
        }
        self.under.read(path)
    }

    fn under(&self) -> Option<&dyn Tree> {
        Some(self.under)
    }

    fn history(&self) -> Option<Vec<Commit>> {
        self.disk.commits(&self.order.root, self.under)
    }
}
