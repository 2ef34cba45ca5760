//! Programs that tests run: git, shells, and tools that are not everywhere.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A program on `PATH`. Without it a test says that it was skipped and passes; but when `CI` is set it fails.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn found(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|directory| directory.join(name)).find(|path| path.is_file());
    if found.is_none() {
        assert!(env::var_os("CI").is_none(), "{name} is needed in CI");
        eprintln!("SKIPPED: there is no {name} on PATH");
    }
    found
}

/// Runs git, and what it says.
#[track_caller]
pub(crate) fn git(directory: &Path, arguments: &[&str]) -> String {
    let run = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("git is here");
    assert!(run.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8_lossy(&run.stdout).into_owned()
}

/// Runs lines in a shell, with our `javert` and the programs of another directory on `PATH`.
pub(crate) fn shell(
    directory: &Path,
    lines: &str,
    tools: Option<&Path>,
    variables: &[(&str, PathBuf)],
) -> Output {
    let own = Path::new(env!("CARGO_BIN_EXE_javert")).parent().expect("a folder").to_path_buf();
    let path = env::var_os("PATH").unwrap_or_default();
    let first = [Some(own), tools.map(Path::to_path_buf)].into_iter().flatten();
    let path = env::join_paths(first.chain(env::split_paths(&path))).expect("a path");
    let mut command = Command::new("sh");
    command.args(["-e", "-c", lines]).current_dir(directory).env("PATH", path);
    // What CI says about itself would change what is printed.
    for name in ["GITHUB_ACTIONS", "GITLAB_CI", "CI"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    command.output().expect("there is a shell")
}

/// Whether it succeeded, and what it said.
pub(crate) fn said(output: &Output) -> (bool, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}
