//! Mends what can be mended: chooses fixes and applies them, round after round, until nothing changes.

use std::collections::BTreeMap;

use crate::{
    diagnostic::{Diagnostic, Edit, Fix, Safety, apply_counted},
    site::Site,
    source::Source,
};

/// More rounds than this mean that fixes undo one another.
pub const MAX_ROUNDS: usize = 16;

/// What one round of fixes comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// The new texts of the files that change, by path.
    pub texts: BTreeMap<String, String>,
    /// How many fixes were applied.
    pub applied: usize,
}

/// Applies the fixes that are at least so safe, each whole; those that are in each other's way wait for the next round.
/// A file that is not valid UTF-8 is left as it is.
pub fn round(site: &Site, found: &[Diagnostic], safety: Safety) -> Round {
    let mut by_file: BTreeMap<&str, Vec<&Fix>> = BTreeMap::new();
    for finding in found {
        let fix = finding.fix.as_ref().filter(|fix| fix.safety >= safety && !fix.edits.is_empty());
        by_file.entry(&finding.path).or_default().extend(fix);
    }
    let mut round = Round::default();
    for (path, fixes) in by_file.into_iter().filter(|(_, fixes)| !fixes.is_empty()) {
        let Some(source) = site.source(path).filter(|source| !source.text.contains('\u{fffd}')) else {
            continue;
        };
        let fixes: Vec<Fix> = fixes.into_iter().map(|fix| with_line_ends(fix, source)).collect();
        let (text, applied) = apply_counted(&source.text, &fixes);
        if text != source.text {
            round.texts.insert(path.to_owned(), text);
            round.applied += applied;
        }
    }
    round
}

/// A fix whose line ends are those of the file.
pub fn with_line_ends(fix: &Fix, source: &Source) -> Fix {
    if !source.text.contains("\r\n") {
        return fix.clone();
    }
    let edit = |edit: &Edit| {
        let text = edit.text.replace("\r\n", "\n").replace('\n', "\r\n");
        Edit { span: edit.span, text }
    };
    Fix { safety: fix.safety, edits: fix.edits.iter().map(edit).collect() }
}
