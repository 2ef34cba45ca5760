//! Judges one site as the arguments of `javert check` say.

use std::path::{Path, PathBuf};

use super::{Surroundings, external, inside, relative};
use crate::{
    baseline::Baseline,
    disk::{self, Directory, git::Git},
    fingerprint::{Fingerprint, matched},
    hugo::version::Version,
    lint::{self, Wishes},
    report::Checked,
    rules::RULES,
    site::{Site, edition::EditionSet, load::Circumstances},
    tree::{Overlay, Tree},
};

/// What is asked of a site.
pub(super) struct Judge<'j> {
    /// What is around.
    pub(super) around: &'j Surroundings,
    /// The Hugo version, if the user says which.
    pub(super) version: Option<Version>,
    /// What is said about rules.
    pub(super) wishes: &'j Wishes,
    /// The only edition whose readers count.
    pub(super) edition: Option<&'j str>,
    /// The site's root.
    pub(super) root: &'j Path,
    /// The files and directories to report.
    pub(super) asked: &'j [PathBuf],
    /// Where the known findings are, if the user says where.
    pub(super) baseline: Option<&'j Path>,
    /// Whether known findings are reported, too.
    pub(super) no_baseline: bool,
    /// How the web is asked, if it is.
    pub(super) external: Option<external::Options>,
    /// What was found before the change, if only what is new counts.
    pub(super) before: Option<Vec<Fingerprint>>,
}

impl Judge<'_> {
    /// What there is to report of the site as `tree` has it.
    ///
    /// # Errors
    /// When there is no edition of the name that is asked for, or the baseline cannot be read.
    pub(super) fn all(&self, tree: &dyn Tree) -> Result<Checked, String> {
        let mut checked = self.whole(tree)?;
        self.choose_edition(&mut checked)?;
        if let Some(before) = &self.before {
            let now: Vec<Fingerprint> = checked
                .diagnostics
                .iter()
                .map(|found| Fingerprint::of(&checked, found, &found.path))
                .collect();
            let mut old = matched(&now, before).0.into_iter();
            checked.diagnostics.retain(|_| !old.next().unwrap_or(false));
            checked.aside.before = now.len() - checked.diagnostics.len();
        }
        self.subtract_baseline(&mut checked)?;
        let wanted = self.wanted();
        checked.diagnostics.retain(|found| is_wanted(&wanted, &found.path));
        Ok(checked)
    }

    /// Everything that is found.
    ///
    /// # Errors
    /// When the web cannot be asked.
    pub(super) fn whole(&self, tree: &dyn Tree) -> Result<Checked, String> {
        let circumstances = Circumstances { today: self.around.today, version: self.version };
        let mut site = Site::load(tree, circumstances);
        let chosen = lint::chosen(RULES, &site.settings.rules, self.wishes);
        if chosen.iter().any(|chosen| chosen.rule.reads_names()) {
            site.read_names(tree);
        }
        if chosen.iter().any(|chosen| chosen.rule.reads_history()) {
            site.read_history(tree);
        }
        let wanted = self.wanted();
        let notes = match self.external {
            Some(options) => external::ask(&mut site, (tree, self.root), self.around, options, |page| {
                is_wanted(&wanted, page.path())
            })?,
            None => Vec::new(),
        };
        let verdict = lint::judge(&site, &chosen);
        let mut checked = Checked::new(site, relative(self.root, &self.around.directory), verdict.findings);
        checked.notes = notes;
        checked.aside.suppressed = verdict.suppressed;
        Ok(checked)
    }

    /// The paths to report, from the site's root; an empty one means all.
    fn wanted(&self) -> Vec<String> {
        self.asked.iter().map(|path| inside(self.root, path)).collect()
    }

    fn choose_edition(&self, checked: &mut Checked) -> Result<(), String> {
        let Some(name) = self.edition else { return Ok(()) };
        let editions = &checked.site.editions;
        let index = editions.iter().position(|edition| edition.name == *name).ok_or_else(|| {
            let known: Vec<&str> = editions.iter().map(|edition| edition.name.as_str()).collect();
            format!("no edition `{name}`; the site has {}", known.join(", "))
        })?;
        checked.diagnostics.retain(|found| found.affected.contains(index));
        for found in &mut checked.diagnostics {
            found.editions = found.editions.map(|_| EditionSet::one(index));
            found.affected = EditionSet::one(index);
        }
        Ok(())
    }

    /// Where the baseline is, or would be, and whether somebody said so.
    pub(super) fn baseline_path(&self, site: &Site) -> (PathBuf, bool) {
        match self.baseline {
            Some(path) => (self.around.directory.join(path), true),
            None => (self.root.join(site.settings.baseline_path()), site.settings.baseline.is_some()),
        }
    }

    fn subtract_baseline(&self, checked: &mut Checked) -> Result<(), String> {
        let (path, named) = self.baseline_path(&checked.site);
        if self.no_baseline || !named && !path.exists() {
            return Ok(());
        }
        let baseline = read_baseline(&path)?;
        let gone = baseline.subtract(checked).len();
        let all = self.before.is_none()
            && self.edition.is_none()
            && *self.wishes == Wishes::default()
            && self.wanted().iter().any(String::is_empty);
        if gone > 0 && all {
            let (noun, verb) = if gone == 1 { ("finding", "is") } else { ("findings", "are") };
            checked.notes.push(format!(
                "{gone} {noun} of the baseline {verb} no longer there: `javert baseline prune` forgets them"
            ));
        }
        Ok(())
    }

    /// Remembers what was there in another state of the files, so that only what is new is reported.
    ///
    /// # Errors
    /// When git fails.
    pub(super) fn compare(&mut self, git: &Git, commit: &str, directory: &Directory) -> Result<(), String> {
        let state = git.at(commit)?;
        let mut tree = Overlay::new(directory);
        git.show(&state, &mut tree);
        let mut checked = self.whole(&tree)?;
        let renamed = git.renamed(&state);
        if self.choose_edition(&mut checked).is_err() {
            checked.diagnostics.clear();
        }
        let print = |found| {
            let found: &crate::diagnostic::Diagnostic = found;
            Fingerprint::of(&checked, found, renamed.get(&found.path).unwrap_or(&found.path))
        };
        self.before = Some(checked.diagnostics.iter().map(print).collect());
        Ok(())
    }
}

/// Whether a path is one of these, or below one; an empty one is above all.
fn is_wanted(wanted: &[String], path: &str) -> bool {
    wanted.iter().any(|prefix| path == prefix || prefix.is_empty() || path.starts_with(&format!("{prefix}/")))
}

/// Reads a baseline.
///
/// # Errors
/// When it is not there, or is none.
pub(super) fn read_baseline(path: &Path) -> Result<Baseline, String> {
    let text = disk::text(path)?;
    Baseline::read(&text).map_err(|why| format!("`{}` {why}", path.display()))
}
