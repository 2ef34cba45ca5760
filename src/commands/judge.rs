//! Judges one site as the arguments of `javert check` say.

use std::path::{Path, PathBuf};

use super::{Surroundings, inside, relative};
use crate::{
    cli::CheckArgs,
    lint::{self, Wishes},
    report::Checked,
    rules::RULES,
    site::{Site, edition::EditionSet, load::Circumstances},
    tree::Tree,
};

/// What is asked of a site.
pub(super) struct Judge<'j> {
    /// The arguments.
    pub(super) args: &'j CheckArgs,
    /// What is around.
    pub(super) around: &'j Surroundings,
    /// What is said about rules.
    pub(super) wishes: &'j Wishes,
    /// The site's root.
    pub(super) root: &'j Path,
    /// The files and directories to report.
    pub(super) asked: &'j [PathBuf],
}

impl Judge<'_> {
    /// What there is to report of the site as `tree` has it.
    ///
    /// # Errors
    /// When there is no edition of the name that is asked for.
    pub(super) fn all(&self, tree: &dyn Tree) -> Result<Checked, String> {
        let circumstances = Circumstances { today: self.around.today, version: self.args.hugo_version };
        let mut site = Site::load(tree, circumstances);
        let chosen = lint::chosen(RULES, &site.settings.rules, self.wishes);
        if chosen.iter().any(|chosen| chosen.rule.reads_names()) {
            site.read_names(tree);
        }
        let verdict = lint::judge(&site, &chosen);
        let mut diagnostics = verdict.findings;
        // An empty path means all.
        let wanted: Vec<String> = self.asked.iter().map(|path| inside(self.root, path)).collect();
        diagnostics.retain(|found| {
            wanted.iter().any(|prefix| {
                found.path == *prefix || prefix.is_empty() || found.path.starts_with(&format!("{prefix}/"))
            })
        });
        if let Some(name) = &self.args.edition {
            let index = site.editions.iter().position(|edition| edition.name == *name).ok_or_else(|| {
                let known: Vec<&str> = site.editions.iter().map(|edition| edition.name.as_str()).collect();
                format!("no edition `{name}`; the site has {}", known.join(", "))
            })?;
            diagnostics.retain(|found| found.affected.contains(index));
            for found in &mut diagnostics {
                found.editions = found.editions.map(|_| EditionSet::one(index));
                found.affected = EditionSet::one(index);
            }
        }
        let mut checked = Checked::new(site, relative(self.root, &self.around.directory), diagnostics);
        checked.aside.suppressed = verdict.suppressed;
        Ok(checked)
    }
}
