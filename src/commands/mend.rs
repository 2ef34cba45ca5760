//! `javert check --fix` and `--diff`: fixes in rounds, in memory first, then on disk.

use super::{Ending, judge::Judge};
use crate::{
    cli::CheckArgs,
    diagnostic::Safety,
    disk, fix,
    report::{Checked, diff},
    tree::{Overlay, Tree},
};

/// What fixes came to.
#[derive(Debug, Default)]
pub(super) struct Mending {
    /// Fixes applied.
    applied: usize,
    /// Fixes that were not asked for because they are unsafe.
    withheld: usize,
    /// Files that changed, or would.
    files: usize,
    /// What changes, as a unified diff.
    diff: String,
    /// The mended page, where it came from standard input.
    page: Option<String>,
    /// What kept us from writing, a sentence each.
    failures: Vec<String>,
    /// Fixes that undo one another.
    unsettled: bool,
}

/// Applies fixes until none is left, and reports what remains.
///
/// # Errors
/// Those of [`Judge::all`].
pub(super) fn mend(
    judge: &Judge<'_>,
    args: &CheckArgs,
    mut tree: Overlay<'_>,
    from_stdin: bool,
    mending: &mut Mending,
) -> Result<Checked, String> {
    let safety = if args.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
    let mut before: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    let (mut rounds, mut applied) = (0, 0);
    let mut checked = loop {
        let checked = judge.all(&tree)?;
        let round = fix::round(&checked.site, &checked.diagnostics, safety);
        if round.texts.is_empty() {
            break checked;
        }
        if rounds == fix::MAX_ROUNDS {
            mending.unsettled = true;
            break checked;
        }
        rounds += 1;
        applied += round.applied;
        for (path, text) in round.texts {
            if !before.contains_key(&path) {
                before.insert(path.clone(), tree.read(&path)?.text.into_owned());
            }
            tree.set(&path, Some(text));
        }
    };
    checked.aside.fixed = applied;
    mending.applied += applied;
    mending.withheld += checked.diagnostics.iter().filter(|found| found.fix.is_some()).count();
    let page = judge.asked.first().filter(|_| from_stdin).map(|path| super::inside(judge.root, path));
    if let Some(page) = &page {
        mending.page = Some(tree.read(page)?.text.into_owned());
    }
    for (path, old) in &before {
        let new = tree.read(path)?.text;
        if *old == new {
            continue;
        }
        mending.files += 1;
        if args.diff {
            mending.diff.push_str(&diff::unified(&checked.path(path), old, &new));
        } else if page.as_ref() != Some(path) {
            mending.failures.extend(disk::replace_unchanged(judge.root, path, old, &new).err());
        }
    }
    Ok(checked)
}

impl Mending {
    /// Adds what was done to what is printed.
    pub(super) fn tell(self, args: &CheckArgs, ending: &mut Ending) {
        if !args.fixes() {
            return;
        }
        if args.diff {
            ending.code = if ending.code == 0 && self.files > 0 && !args.exit_zero { 1 } else { ending.code };
            ending.out = self.diff;
        } else if let Some(page) = self.page {
            // The page goes where it came from, so what is left goes elsewhere.
            ending.err = std::mem::replace(&mut ending.out, page) + &ending.err;
        }
        let count = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let verb = if args.diff { "would fix" } else { "fixed" };
        let fixes = if args.unsafe_fixes { "fix" } else { "safe fix" };
        if self.applied == 0 {
            ending.err.push_str(&format!("no {fixes} to apply\n"));
        } else {
            let places = format!("{} in {}", count(self.applied, "finding"), count(self.files, "file"));
            ending.err.push_str(&format!("{verb} {places}\n"));
        }
        if self.withheld > 0 && !args.unsafe_fixes {
            let more = count(self.withheld, "more fix").replace("fixs", "fixes");
            ending.err.push_str(&format!("{more} with `--unsafe-fixes`\n"));
        }
        if self.unsettled {
            ending
                .err
                .push_str(&format!("note: some fixes undo one another, after {} rounds\n", fix::MAX_ROUNDS));
        }
        for failure in &self.failures {
            ending.err.push_str(&format!("javert: {failure}\n"));
            ending.code = 2;
        }
    }
}
