//! Runs of the `javert` binary.

use std::{
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

use super::write_site;

/// What a run printed and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs Javert in `directory`, with nothing of our own environment.
#[track_caller]
pub(crate) fn javert(directory: &Path, arguments: &[&str]) -> Run {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_javert"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .output()
        .expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
    let run = Run { code: status.code().expect("it ends by itself"), out: text(stdout), err: text(stderr) };
    assert!(!run.err.contains("panicked"), "{run:?}");
    run
}

/// A site with these files and a configuration.
pub(crate) fn site(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary folder");
    write_site(directory.path(), [("hugo.toml", "baseURL = \"https://example.org/\"\n")]);
    write_site(directory.path(), files.iter().copied());
    directory
}
