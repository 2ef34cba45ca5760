//! What we predict of the small sites in `fixtures/conformance` is what the real Hugo makes of them.
//!
//! Each case is predicted and held against its recording, without Hugo. Then the recordings are held against the real
//! Hugo, if it is there: 0.168 is `HUGO` or `hugo` on the path (without it, the test says so and passes, except where
//! `CI` is set); 0.147 is the program that `HUGO_0_147` names, and is asked only if that is set.
//!
//! `UPDATE=1 cargo test --test conformance` records anew; review the difference. How to write a case: [`case`].
#![expect(clippy::disallowed_methods, reason = "tests read and write fixtures and the environment")]

#[path = "../support/mod.rs"]
mod support;

mod case;
mod prediction;
mod recording;

use std::{env, fmt::Write as _, fs, path::PathBuf, sync::Arc};

use case::{Case, Release};
use libtest_mimic::{Arguments, Failed, Trial};
use rayon::prelude::*;
use recording::Recording;
use support::Hugo;

/// The cases of one file.
struct Subject {
    name: String,
    cases: Vec<Case>,
}

fn main() {
    let subjects = subjects();
    let hugos = Release::ALL.into_iter().filter_map(|release| Some(Arc::new((release, find(release)?))));
    let hugos: Vec<Arc<(Release, Hugo)>> = hugos.collect();
    let mut trials = Vec::new();
    if env::var_os("UPDATE").is_some() {
        for (subject, hugo) in pairs(&subjects, &hugos) {
            fs::write(path(subject, hugo.0), record(&hugo.1, subject, hugo.0)).expect("a recording");
        }
    } else {
        for (subject, hugo) in pairs(&subjects, &hugos) {
            let (subject, hugo) = (Arc::clone(subject), Arc::clone(hugo));
            let name = format!("{} {}", subject.name, hugo.0.name());
            trials.push(Trial::test(name, move || is_still(&hugo.1, &subject, hugo.0)).with_kind("hugo"));
        }
    }
    for subject in &subjects {
        for release in Release::ALL {
            let text = fs::read_to_string(path(subject, release)).unwrap_or_default();
            for index in 0..subject.cases.len() {
                let case = &subject.cases[index];
                if case.versions.contains(&release) {
                    let recorded = case::divided(&text).into_iter().find(|(name, _)| *name == case.name);
                    let recorded = recorded.map(|(_, text)| Recording::parse(&text));
                    let name = format!("{}: {} ({})", subject.name, case.name, release.name());
                    let subject = Arc::clone(subject);
                    let check = move || check(&subject.cases[index], release, recorded.as_ref());
                    trials.push(Trial::test(name, check));
                }
            }
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Reads the cases.
fn subjects() -> Vec<Arc<Subject>> {
    let folder = support::repository("fixtures/conformance");
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|it| it == "txtar")).collect();
    files.sort();
    let read = |path: &PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(path).expect("a file");
        Arc::new(Subject { name, cases: case::cases(&text) })
    };
    files.iter().map(read).collect()
}

/// The Hugo of a release.
fn find(release: Release) -> Option<Hugo> {
    match release {
        Release::V147 => Some(Hugo::at(env::var_os("HUGO_0_147")?.into())),
        Release::V168 => Hugo::find(release.name()),
    }
}

/// Every subject with every Hugo that it has cases for.
fn pairs<'s>(
    subjects: &'s [Arc<Subject>],
    hugos: &'s [Arc<(Release, Hugo)>],
) -> impl Iterator<Item = (&'s Arc<Subject>, &'s Arc<(Release, Hugo)>)> {
    let all = subjects.iter().flat_map(|subject| hugos.iter().map(move |hugo| (subject, hugo)));
    all.filter(|(subject, hugo)| subject.cases.iter().any(|case| case.versions.contains(&hugo.0)))
}

/// Where the recordings of a subject are.
fn path(subject: &Subject, release: Release) -> PathBuf {
    support::repository(&format!("fixtures/conformance/{}.hugo-{}.txt", subject.name, release.name()))
}

/// Builds all cases of a subject and writes down what came out.
fn record(hugo: &Hugo, subject: &Subject, release: Release) -> String {
    let cases: Vec<&Case> = subject.cases.iter().filter(|case| case.versions.contains(&release)).collect();
    let recorded: Vec<Recording> = cases.par_iter().map(|case| Recording::of(hugo, case)).collect();
    let mut text = String::new();
    for (case, recorded) in cases.iter().zip(recorded) {
        let gap = if text.is_empty() { "" } else { "\n" };
        write!(text, "{gap}== {} ==\n{recorded}", case.name).expect("strings grow");
    }
    text
}

/// What Hugo says now is what we recorded.
fn is_still(hugo: &Hugo, subject: &Subject, release: Release) -> Result<(), Failed> {
    let now = record(hugo, subject, release);
    let before = fs::read_to_string(path(subject, release)).unwrap_or_default();
    if now == before {
        return Ok(());
    }
    let before = case::divided(&before);
    let mut changed = String::from("Hugo says otherwise now; UPDATE=1 records it:\n");
    for (name, now) in case::divided(&now) {
        let before = before.iter().find(|(own, _)| *own == name).map(|(_, text)| text.trim_end());
        if before != Some(now.trim_end()) {
            let before = before.unwrap_or("nothing");
            _ = write!(changed, "== {name} ==\nrecorded:\n{before}\nnow:\n{now}");
        }
    }
    Err(changed.into())
}

/// What we predict is what is recorded, except where the case says otherwise.
fn check(case: &Case, release: Release, recorded: Option<&Recording>) -> Result<(), Failed> {
    let recorded = recorded.ok_or("the case is not recorded; UPDATE=1 records it")?;
    let compared = prediction::compare(case, release, recorded);
    let differences = compared.differences.join("\n");
    match case.deviation(release) {
        Some(_) if differences.is_empty() => {
            Err("we predict what Hugo does: the case needs no `deviation` any more".into())
        }
        Some(_) => Ok(()),
        None if !differences.is_empty() => Err(differences.into()),
        None if compared.unknown.len() != case.unknown(release) => {
            let list = compared.unknown.join("\n");
            Err(format!("we do not know {}:\n{list}", compared.unknown.len()).into())
        }
        None => Ok(()),
    }
}
