//! Judges one site as the arguments of `javert check` say.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{Surroundings, external, inside, relative};
use crate::{
    baseline::Baseline,
    diagnostic::Diagnostic,
    disk::{
        self,
        git::{Git, Origin},
    },
    fingerprint::{Fingerprint, matched},
    hugo::version::Version,
    lint::{self, Chosen, Wishes},
    report::Checked,
    restore::{Before, Earlier},
    rules::RULES,
    site::{Site, alike::Alike, edition::EditionSet, load::Circumstances},
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
    /// What it is compared with, if only what is new counts.
    pub(super) against: Option<Against<'j>>,
}

/// Another state of the files, of which nothing is reported that is there already.
pub(super) struct Against<'j> {
    git: Git,
    origin: Origin,
    /// The files with which it is compared, without fixes.
    base: &'j dyn Tree,
    /// Read when it is asked for: where nothing is found there is nothing to compare.
    read: RefCell<Option<Found>>,
}

/// What was found before.
struct Found {
    /// The rules that were asked: those that find something now.
    rules: BTreeSet<&'static str>,
    /// What they found.
    prints: Vec<Fingerprint>,
    /// The site.
    before: Before,
}

impl<'j> Against<'j> {
    /// A commit, compared with the files of `base`.
    pub(super) fn new(git: Git, origin: Origin, base: &'j dyn Tree) -> Self {
        Self { git, origin, base, read: RefCell::new(None) }
    }
}

impl Judge<'_> {
    /// What there is to report of the site as `tree` has it.
    ///
    /// # Errors
    /// When there is no edition of the name that is asked for, or the baseline cannot be read.
    pub(super) fn all(&self, tree: &dyn Tree) -> Result<Checked, String> {
        let mut checked = self.whole(tree)?;
        self.choose_edition(&mut checked)?;
        let wanted = self.wanted();
        checked.diagnostics.retain(|found| wanted.has(&found.path));
        let listed = match self.baseline(&checked.site)? {
            Some(baseline) => self.listed(&baseline, &mut checked),
            None => vec![false; checked.diagnostics.len()],
        };
        match &self.against {
            Some(against) if listed.contains(&false) => {
                self.subtract(against, tree, &listed, &mut checked)?;
            }
            _ => checked.aside.baseline = retain_new(&mut checked.diagnostics, &listed),
        }
        Ok(checked)
    }

    /// Takes away what was there before or is listed, and says how to bring back what went.
    fn subtract(
        &self,
        against: &Against<'_>,
        tree: &dyn Tree,
        listed: &[bool],
        checked: &mut Checked,
    ) -> Result<(), String> {
        let mut rules: BTreeSet<&'static str> = checked.diagnostics.iter().map(|found| found.rule).collect();
        let mut read = against.read.borrow_mut();
        if let Some(found) = read.take_if(|found| !rules.is_subset(&found.rules)) {
            rules.extend(found.rules);
        }
        let Found { prints, before, .. } = match &mut *read {
            Some(found) => found,
            none => none.insert(self.read_before(against, rules, tree, checked)?),
        };
        let there = matched(&Fingerprint::all(checked), prints).0;
        // What is both counts once: two lists do not hide two of a kind.
        let old: Vec<bool> = there.iter().zip(listed).map(|(there, listed)| *there || *listed).collect();
        checked.aside.before = there.iter().filter(|there| **there).count();
        checked.aside.baseline = retain_new(&mut checked.diagnostics, &old) - checked.aside.before;
        for found in &mut checked.diagnostics {
            before.offer(&checked.site, found);
        }
        Ok(())
    }

    /// Everything that is found.
    ///
    /// # Errors
    /// When the web cannot be asked.
    pub(super) fn whole(&self, tree: &dyn Tree) -> Result<Checked, String> {
        self.found(tree, Site::load(tree, self.circumstances()), None)
    }

    fn circumstances(&self) -> Circumstances {
        Circumstances { today: self.around.today, version: self.version }
    }

    /// What these rules find; without rules, all that are chosen.
    fn found(
        &self,
        tree: &dyn Tree,
        mut site: Site,
        only: Option<&BTreeSet<&'static str>>,
    ) -> Result<Checked, String> {
        let chosen = self.chosen(&site, only);
        if chosen.iter().any(|chosen| chosen.rule.reads_names()) {
            site.read_names(tree);
        }
        if chosen.iter().any(|chosen| chosen.rule.reads_history()) {
            site.read_history(tree);
        }
        let wanted = self.wanted();
        let notes = match self.external {
            Some(options) => external::ask(&mut site, (tree, self.root), self.around, options, |page| {
                wanted.has(page.path())
            })?,
            None => Vec::new(),
        };
        // What was there before may have been there in another file.
        let verdict = lint::judge_where(&site, &chosen, |path| self.against.is_some() || wanted.has(path));
        let mut checked = Checked::new(site, relative(self.root, &self.around.directory), verdict.findings);
        checked.notes = notes;
        checked.aside.suppressed = verdict.suppressed;
        Ok(checked)
    }

    /// The rules that are asked: these; without them, all that are chosen.
    fn chosen(&self, site: &Site, only: Option<&BTreeSet<&'static str>>) -> Vec<Chosen> {
        let mut chosen = lint::chosen(RULES, &site.settings.rules, self.wishes);
        if let Some(only) = only {
            let all =
                chosen.iter().any(|own| own.rule.judges_suppressions() && only.contains(own.entry.name));
            chosen.retain(|own| all || only.contains(own.entry.name));
        }
        chosen
    }

    /// All of the site where nothing is asked for by path.
    fn wanted(&self) -> Wanted {
        if self.asked.is_empty() {
            return Wanted(BTreeSet::from([String::new()]));
        }
        let all = self.asked.iter().map(|path| (path, inside(self.root, path)));
        // A directory around the site stands for all of it, a file beside it for nothing.
        Wanted(
            all.filter(|(path, inside)| !inside.is_empty() || !path.is_file()).map(|(_, own)| own).collect(),
        )
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

    /// The known findings, if there is a list of them.
    fn baseline(&self, site: &Site) -> Result<Option<Baseline>, String> {
        let (path, named) = self.baseline_path(site);
        if self.no_baseline || !named && !path.exists() {
            return Ok(None);
        }
        read_baseline(&path).map(Some)
    }

    /// Which findings are in the baseline.
    fn listed(&self, baseline: &Baseline, checked: &mut Checked) -> Vec<bool> {
        let (listed, gone) = baseline.known(checked);
        let gone = gone.len();
        let all = self.against.is_none()
            && self.edition.is_none()
            && *self.wishes == Wishes::default()
            && self.wanted().has("");
        if gone > 0 && all {
            let (noun, verb) = if gone == 1 { ("finding", "is") } else { ("findings", "are") };
            checked.notes.push(format!(
                "{gone} {noun} of the baseline {verb} no longer there: `javert baseline prune` forgets them"
            ));
        }
        listed
    }

    /// What was there in another state of the files; most of them are those of `tree`, which was checked.
    fn read_before(
        &self,
        against: &Against<'_>,
        rules: BTreeSet<&'static str>,
        tree: &dyn Tree,
        checked: &mut Checked,
    ) -> Result<Found, String> {
        let state = against.git.state(&against.origin)?;
        let mut then = Overlay::new(against.base);
        against.git.show(&state, &mut then);
        let says = |tree: &dyn Tree, path: &str| tree.read(path).ok().map(|text| text.text.into_owned());
        let mut changed: BTreeSet<&str> = then.changed().into_iter().collect();
        changed
            .extend(tree.changed().into_iter().filter(|path| says(tree, path) != says(against.base, path)));
        let renamed = against.git.renamed(&state);
        let is_named_otherwise = |chosen: &Chosen| chosen.rule.reads_names() || chosen.rule.reads_history();
        let chosen = self.chosen(&checked.site, Some(&rules));
        let was = match chosen.iter().any(is_named_otherwise) {
            true => None,
            false => checked.site.exchange(&then, &changed),
        };
        if let Some(was) = was {
            let found = lint::judge(&checked.site, &chosen).findings;
            let now = std::mem::replace(&mut checked.diagnostics, found);
            let prints = self.prints(checked, &renamed);
            checked.diagnostics = now;
            let was = Earlier::Pages(checked.site.put_back(was));
            return Ok(Found { rules, prints, before: Before { was, renamed } });
        }
        let alike = Alike { site: &checked.site, changed };
        let before = Site::load_alike(&then, self.circumstances(), &alike);
        let mut earlier = self.found(&then, before, Some(&rules))?;
        let prints = self.prints(&mut earlier, &renamed);
        let was = Earlier::Site(Box::new(earlier.site));
        Ok(Found { rules, prints, before: Before { was, renamed } })
    }

    /// The fingerprints of what was found before in the edition that counts, under the names that files have now.
    fn prints(&self, checked: &mut Checked, renamed: &BTreeMap<String, String>) -> Vec<Fingerprint> {
        if self.choose_edition(checked).is_err() {
            checked.diagnostics.clear();
        }
        let print = |found: &Diagnostic| {
            Fingerprint::of(checked, found, renamed.get(&found.path).unwrap_or(&found.path))
        };
        checked.diagnostics.iter().map(print).collect()
    }
}

/// Keeps what is not old; how many are gone.
fn retain_new(found: &mut Vec<Diagnostic>, old: &[bool]) -> usize {
    let all = found.len();
    let mut old = old.iter();
    found.retain(|_| !old.next().is_some_and(|old| *old));
    all - found.len()
}

/// The files and directories to report, by path from the site's root; the empty one is above all.
struct Wanted(BTreeSet<String>);

impl Wanted {
    /// Whether a path is one of these, or below one.
    fn has(&self, path: &str) -> bool {
        let parents = path.match_indices('/').map(|(at, _)| &path[..at]);
        self.0.contains("")
            || self.0.contains(path)
            || parents.into_iter().any(|above| self.0.contains(above))
    }
}

/// Reads a baseline.
///
/// # Errors
/// When it is not there, or is none.
pub(super) fn read_baseline(path: &Path) -> Result<Baseline, String> {
    let text = disk::text(path)?;
    Baseline::read(&text).map_err(|why| format!("`{}` {why}", path.display()))
}
