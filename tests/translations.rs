//! What is said of translations by the history of a repository on disk. Needs git.
#![expect(clippy::disallowed_methods, reason = "tests write sites to disk")]

mod support;

use std::{path::Path, process::Command};

use support::write_site;

/// Runs git in `directory`, on a day, with nothing of the user's configuration.
#[track_caller]
fn git(directory: &Path, day: &str, arguments: &[&str]) -> String {
    let date = format!("{day}T12:00:00+0000");
    let mut command = Command::new("git");
    command.args(["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]);
    command.args(arguments).current_dir(directory);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date).output();
    let output = output.expect("git runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

#[test]
fn translations_are_stale_by_the_history_of_the_repository() {
    let repository = tempfile::tempdir().expect("a temporary folder");
    let (root, docs) = (repository.path(), repository.path().join("docs"));
    write_site(
        &docs,
        [
            ("hugo.toml", "[languages.en]\n[languages.ja]\n"),
            ("content/a b.md", "Old."),
            ("content/c.md", "Old."),
        ],
    );
    let commit = |day: &str| {
        git(root, day, &["add", "."]);
        git(root, day, &["commit", "--quiet", "--message", "change"]);
        git(root, day, &["rev-parse", "HEAD"])
    };
    git(root, "2026-01-01", &["init", "--quiet"]);
    commit("2026-01-01");
    write_site(&docs, [("content/c.md", "Newer.")]);
    let made_from = commit("2026-01-02");
    let translation = format!("---\ntitle: A\ndefault_lang_commit: {}\n---\n本文。\n", &made_from[..10]);
    write_site(
        &docs,
        [("content/a b.md", "New."), ("content/a b.ja.md", &translation), ("content/c.ja.md", &translation)],
    );
    let last = commit("2026-02-03");
    let run = Command::new(env!("CARGO_BIN_EXE_javert"))
        .args(["check", "--select", "stale-translation", "--output-format", "concise"])
        .current_dir(&docs)
        .output()
        .expect("the binary runs");
    let expected = format!(
        "content/a b.ja.md:3:22: warning[stale-translation] the `en` page was changed once since this commit, last on \
         2026-02-03 (`{}`)\n",
        &last[..9]
    );
    assert_eq!(String::from_utf8_lossy(&run.stdout), expected, "{run:?}");
}
