//! `javert baseline`

use super::{
    Ending, Opened, Surroundings,
    judge::{Judge, read_baseline},
};
use crate::{
    baseline::Baseline,
    cli::{BaselineArgs, BaselineCommand, BaselineOf},
    disk::{self, Directory},
    lint::Wishes,
};

/// Writes or tidies the list of known findings.
pub fn baseline(args: &BaselineArgs, around: &Surroundings) -> Ending {
    let (of, force) = match &args.command {
        BaselineCommand::Create { force, of } => (of, Some(*force)),
        BaselineCommand::Prune { of } => (of, None),
    };
    match written(of, force, around) {
        Ok(out) => Ending { out, err: String::new(), code: 0 },
        Err(message) => Ending::failed(message),
    }
}

/// Creates the baseline, or prunes it where nothing is said about overwriting.
fn written(of: &BaselineOf, force: Option<bool>, around: &Surroundings) -> Result<String, String> {
    let root = Opened::root(&of.path, around)?;
    let judge = Judge {
        around,
        version: of.hugo_version,
        wishes: &Wishes::default(),
        edition: None,
        root: &root,
        asked: &[],
        baseline: of.baseline.as_deref(),
        no_baseline: true,
        external: None,
        against: None,
    };
    let checked = judge.whole(&Directory::open(&root)?)?;
    let (path, _) = judge.baseline_path(&checked.site);
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (baseline, said) = match force {
        Some(force) => {
            if path.exists() && !force {
                return Err(format!(
                    "there is `{name}` already: `javert baseline prune` forgets what is no longer there, `--force` \
                     overwrites it with all that is found now"
                ));
            }
            let baseline = Baseline::of(&checked);
            let count = baseline.findings.len();
            (baseline, format!("wrote {count} finding{} to {name}\n", if count == 1 { "" } else { "s" }))
        }
        None => {
            let mut baseline = read_baseline(&path)?;
            let gone = baseline.known(&checked).1;
            let mut index = 0..;
            baseline
                .findings
                .retain(|_| index.next().is_none_or(|index| gone.binary_search(&index).is_err()));
            let left = baseline.findings.len();
            (baseline, format!("{} of {} forgotten, {left} left in {name}\n", gone.len(), gone.len() + left))
        }
    };
    disk::replace(&path, &baseline.text())
        .map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
    Ok(said)
}
