//! What is new and what is known: `javert baseline`, `--since`, `--staged`, on real repositories.
#![expect(clippy::disallowed_methods, reason = "tests write sites to disk")]

mod support;

use std::{fs, path::Path, process::Command};

use support::{
    binary::{Run, javert, site},
    tools::{self, git, said},
    write_site,
};
use tempfile::TempDir;

fn write(site: &TempDir, path: &str, text: &str) {
    write_site(site.path(), [(path, text)]);
}

fn read(site: &TempDir, path: &str) -> String {
    fs::read_to_string(site.path().join(path)).expect("it is there")
}

/// `path:line rule`, one a line.
fn short(run: &Run) -> Vec<String> {
    assert!(run.code < 2, "{run:?}");
    let one = |line: &str| {
        let (place, said) = line.split_once(": ").unwrap_or_default();
        let mut parts = place.split(':');
        let (path, number) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        format!("{path}:{number} {}", said.split(['[', ']']).nth(1).unwrap_or_default())
    };
    run.out.lines().map(one).collect()
}

#[track_caller]
fn check(site: &TempDir, arguments: &[&str], expected: &[&str]) {
    let run = javert(site.path(), &[&["check"], arguments].concat());
    assert_eq!(short(&run), expected, "{run:?}");
}

const A: &str = "# One\n\n[no](/no/)\n\n[b](/b/#two)\n\n![image](/a.png)\n";
const B: &str = "# Two\n\n[a](/a/)\n";

/// A repository with one broken link, in a directory of it or at its root.
fn repository() -> TempDir {
    let site = site(&[("content/a.md", A), ("content/b.md", B), ("static/a.png", "x")]);
    git(site.path(), &["init", "-q", "-b", "main"]);
    git(site.path(), &["add", "-A"]);
    git(site.path(), &["commit", "-q", "-m", "one"]);
    site
}

#[test]
fn a_baseline_hides_what_it_has_wherever_it_moves() {
    let site = site(&[("content/a.md", A), ("content/b.md", B), ("static/a.png", "x")]);
    check(&site, &[], &["content/a.md:3 broken-link", "content/a.md:7 placeholder-alt"]);
    let run = javert(site.path(), &["baseline", "create"]);
    assert_eq!((run.code, run.out.as_str()), (0, "wrote 2 findings to javert-baseline.json\n"), "{run:?}");
    let run = javert(site.path(), &["check"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert!(run.err.contains("nothing found (2 in the baseline)"), "{run:?}");
    check(&site, &["--no-baseline"], &["content/a.md:3 broken-link", "content/a.md:7 placeholder-alt"]);
    // Lines above and words around change nothing.
    write(&site, "content/a.md", &A.replace("[no]", "More.\n\nSee [no]"));
    check(&site, &[], &[]);
    // Of two alike, the one in a line that was not there is new.
    write(&site, "content/a.md", &A.replace("# One\n", "# One\n\nNew: [no](/no/)\n"));
    check(&site, &[], &["content/a.md:3 broken-link"]);
    // It is written without lines and columns.
    assert!(!read(&site, "javert-baseline.json").contains("\"column\""));
}

#[test]
fn a_baseline_is_pruned_and_never_grows_by_itself() {
    let site = site(&[("content/a.md", A), ("content/b.md", B), ("static/a.png", "x")]);
    javert(site.path(), &["baseline", "create"]);
    write(&site, "content/a.md", "[b](/b/) ![image](/a.png) [new](/new/)\n");
    let run = javert(site.path(), &["check"]);
    assert_eq!(short(&run), ["content/a.md:1 broken-link"]);
    assert!(
        run.err.contains(
            "note: 1 finding of the baseline is no longer there: `javert baseline prune` forgets them"
        ),
        "{run:?}"
    );
    // What was not looked for is not gone.
    for arguments in [&["--select", "images"][..], &["content/b.md"], &["--level", "broken-link=info"]] {
        let run = javert(site.path(), &[&["check"], arguments].concat());
        assert!(!run.err.contains("no longer there"), "{run:?}");
    }
    let run = javert(site.path(), &["baseline", "create"]);
    assert!(run.code == 2 && run.err.contains("there is `javert-baseline.json` already"), "{run:?}");
    let run = javert(site.path(), &["baseline", "prune"]);
    assert_eq!(run.out, "1 of 2 forgotten, 1 left in javert-baseline.json\n", "{run:?}");
    check(&site, &[], &["content/a.md:1 broken-link"]);
    let run = javert(site.path(), &["baseline", "create", "--force"]);
    assert_eq!(run.out, "wrote 2 findings to javert-baseline.json\n", "{run:?}");
    check(&site, &[], &[]);
}

#[test]
fn a_baseline_is_where_the_settings_say() {
    let site = site(&[
        ("content/a.md", A),
        ("content/b.md", B),
        ("static/a.png", "x"),
        ("javert.toml", "baseline = \"ci/known.json\"\n"),
        ("ci/x", ""),
    ]);
    let run = javert(site.path(), &["check"]);
    assert!(run.code == 2 && run.err.contains("known.json"), "{run:?}");
    javert(site.path(), &["baseline", "create"]);
    assert!(read(&site, "ci/known.json").contains("\"broken-link\""));
    check(&site, &[], &[]);
    write(&site, "ci/known.json", "{\"version\": 2, \"findings\": []}");
    let run = javert(site.path(), &["check"]);
    assert!(run.code == 2 && run.err.contains("known.json` has the version 2, of a newer Javert"), "{run:?}");
}

#[test]
fn since_reports_what_a_change_broke_in_files_that_it_did_not_touch() {
    let site = repository();
    check(&site, &["--since", "main"], &[]);
    // A renamed heading.
    write(&site, "content/b.md", &B.replace("# Two", "# Deux"));
    check(&site, &["--since", "main"], &["content/a.md:5 broken-anchor"]);
    check(&site, &["--since", "main", "content/b.md"], &[]);
    // A removed page.
    fs::remove_file(site.path().join("content/b.md")).expect("it is there");
    check(&site, &["--since", "main"], &["content/a.md:5 broken-link"]);
    // A removed image.
    write(&site, "content/b.md", B);
    fs::remove_file(site.path().join("static/a.png")).expect("it is there");
    check(&site, &["--since", "main"], &["content/a.md:7 broken-image"]);
    let run = javert(site.path(), &["check", "--since", "main"]);
    assert!(run.code == 1 && run.err.contains("1 error (2 from before)"), "{run:?}");
}

#[test]
fn since_reports_nothing_for_what_moved() {
    let site = repository();
    git(site.path(), &["checkout", "-q", "-b", "work"]);
    // A page that is renamed takes its findings along; what its new address breaks is new.
    git(site.path(), &["mv", "content/a.md", "content/c.md"]);
    git(site.path(), &["commit", "-q", "-m", "two"]);
    check(&site, &["--since", "main"], &["content/b.md:3 broken-link"]);
    // What others did since the branch started is not ours.
    git(site.path(), &["checkout", "-q", "main"]);
    write(&site, "content/b.md", &B.replace("# Two", "# Two\n\n## Two"));
    write(&site, "content/a.md", &A.replace("[no](/no/)", "no"));
    git(site.path(), &["commit", "-q", "-a", "-m", "three"]);
    git(site.path(), &["checkout", "-q", "work"]);
    check(&site, &["--since", "main"], &["content/b.md:3 broken-link"]);
    // Files that git does not know yet are new.
    write(&site, "content/new.md", "[no](/no/)\n");
    check(&site, &["--since", "main"], &["content/b.md:3 broken-link", "content/new.md:1 broken-link"]);
}

#[test]
fn a_site_below_the_root_of_its_repository_is_compared_too() {
    let outer = tempfile::tempdir().expect("a temporary folder");
    write_site(
        outer.path(),
        [
            ("docs/hugo.toml", "baseURL = \"https://example.org/\"\n"),
            ("docs/content/a.md", A),
            ("docs/content/b.md", B),
            ("docs/static/a.png", "x"),
            ("README.md", "Text.\n"),
        ],
    );
    git(outer.path(), &["init", "-q", "-b", "main"]);
    git(outer.path(), &["add", "-A"]);
    git(outer.path(), &["commit", "-q", "-m", "one"]);
    fs::remove_file(outer.path().join("README.md")).expect("it is there");
    write_site(outer.path(), [("docs/content/b.md", "# Deux\n\n[a](/a/)\n")]);
    let run = javert(outer.path(), &["check", "--since", "main"]);
    assert_eq!(short(&run), ["docs/content/a.md:5 broken-anchor"], "{run:?}");
    let run = javert(&outer.path().join("docs/content"), &["check", "--since", "HEAD"]);
    assert_eq!(run.out.lines().count(), 1, "{run:?}");
}

#[test]
fn what_is_staged_is_judged_and_not_what_is_on_disk() {
    let site = repository();
    check(&site, &["--staged"], &[]);
    write(&site, "content/b.md", &B.replace("# Two", "# Deux"));
    check(&site, &["--staged"], &[]);
    git(site.path(), &["add", "content/b.md"]);
    check(&site, &["--staged"], &["content/a.md:5 broken-anchor"]);
    // Mended on disk, but not for the commit.
    write(&site, "content/b.md", B);
    check(&site, &["--staged"], &["content/a.md:5 broken-anchor"]);
    git(site.path(), &["add", "content/b.md"]);
    check(&site, &["--staged"], &[]);
    // A link to a file that will not be committed.
    write(&site, "content/b.md", "# Two\n\n[c](/c/)\n");
    write(&site, "content/c.md", "Text.\n");
    git(site.path(), &["add", "content/b.md"]);
    check(&site, &["--staged"], &["content/b.md:3 broken-link"]);
    git(site.path(), &["add", "content/c.md"]);
    check(&site, &["--staged"], &[]);
    // Removed from the commit, still on disk.
    git(site.path(), &["rm", "-q", "--cached", "content/c.md"]);
    check(&site, &["--staged"], &["content/b.md:3 broken-link"]);
}

#[cfg(unix)]
#[test]
fn a_hook_judges_what_will_be_committed() {
    let site = repository();
    let hook = site.path().join(".git/hooks/pre-commit");
    let script = format!("#!/bin/sh\nexec {} check --staged\n", env!("CARGO_BIN_EXE_javert"));
    fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
    fs::write(&hook, script).expect("it is ours");
    fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("it is ours");
    let commit = |arguments: &[&str]| {
        let run = Command::new("git")
            .args([
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@example.org",
                "-c",
                "commit.gpgsign=false",
                "commit",
                "-m",
                "x",
            ])
            .args(arguments)
            .current_dir(site.path())
            .output()
            .expect("git is here");
        (run.status.success(), String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned())
    };
    // With `-a` and with paths, git judges by an index of its own.
    write(&site, "content/b.md", &B.replace("# Two", "# Deux"));
    for arguments in [&["-a"][..], &["content/b.md"]] {
        let (success, said) = commit(arguments);
        assert!(!success && said.contains("content/a.md:5:5: error[broken-anchor]"), "{arguments:?}: {said}");
    }
    write(&site, "content/a.md", &A.replace("#two", "#deux"));
    let (success, said) = commit(&["content/b.md"]);
    assert!(!success && said.contains("content/a.md:5:5: error[broken-anchor]"), "{said}");
    let (success, said) = commit(&["-a"]);
    assert!(success, "{said}");
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let site = site(&[("content/a.md", A), ("content/b.md", B), ("static/a.png", "x")]);
    git(site.path(), &["init", "-q", "-b", "main"]);
    git(site.path(), &["add", "-A"]);
    check(&site, &["--staged"], &["content/a.md:3 broken-link", "content/a.md:7 placeholder-alt"]);
}

#[test]
fn fixes_mend_only_what_is_new() {
    let twice = "[x]: https://example.org/\n[x]: https://example.org/\n";
    let old = format!("[a][x] old\n\n{twice}");
    let site = site(&[("content/a.md", &old)]);
    git(site.path(), &["init", "-q", "-b", "main"]);
    git(site.path(), &["add", "-A"]);
    git(site.path(), &["commit", "-q", "-m", "one"]);
    write(&site, "content/b.md", &format!("[a][x]\n\n{twice}"));
    javert(site.path(), &["check", "--since", "HEAD", "--fix"]);
    assert_eq!(read(&site, "content/a.md"), old);
    assert_eq!(read(&site, "content/b.md"), "[a][x]\n\n[x]: https://example.org/\n");
}

#[test]
fn what_git_does_not_know_is_said() {
    let site = site(&[("content/a.md", A)]);
    let run = javert(site.path(), &["check", "--since", "main"]);
    assert!(run.code == 2 && run.err.contains("lies in no git repository"), "{run:?}");
    let site = repository();
    for reference in ["nowhere", "--output=x", ""] {
        let run = javert(site.path(), &["check", &format!("--since={reference}")]);
        assert!(run.code == 2 && run.err.contains("git knows no commit"), "{run:?}");
    }
    assert!(!site.path().join("x").exists());
}

/// What `--unsafe-fixes` makes of a file, after what was changed.
#[track_caller]
fn check_restored(site: &TempDir, help: &str, path: &str, fixed: &str) {
    let full = javert(site.path(), &["check", "--since", "main", "--output-format", "full"]);
    assert!(full.out.contains(help), "{}", full.out);
    let said = javert(site.path(), &["check", "--since", "main", "--fix"]);
    assert!(said.err.contains("1 more fix with `--unsafe-fixes`"), "{said:?}");
    javert(
        site.path(),
        &["check", "--since", "main", "--unsafe-fixes", "--select", "broken-link,broken-anchor"],
    );
    assert_eq!(read(site, path), fixed);
    check(site, &["--since", "main", "--select", "broken-link,broken-anchor"], &[]);
}

#[test]
fn a_page_that_moved_is_given_its_old_address_back() {
    for (before, after) in [
        ("# Two\n\nText.\n", "---\naliases: [/b/]\n---\n\n# Two\n\nText.\n"),
        ("---\ntitle: B\n---\n# Two\n", "---\ntitle: B\naliases: [/b/]\n---\n# Two\n"),
        ("---\naliases: [/x/]\ntitle: B\n---\n# Two\n", "---\naliases: [/b/, /x/]\ntitle: B\n---\n# Two\n"),
        ("---\naliases:\n  - \"/x/\"\n---\n# Two\n", "---\naliases:\n  - /b/\n  - \"/x/\"\n---\n# Two\n"),
        (
            "+++\ntitle = \"B\"\n[params]\na = 1\n+++\n# Two\n",
            "+++\naliases = [\"/b/\"]\ntitle = \"B\"\n[params]\na = 1\n+++\n# Two\n",
        ),
        (
            "+++\naliases = [\n  \"/x/\",\n]\n+++\n# Two\n",
            "+++\naliases = [\"/b/\", \n  \"/x/\",\n]\n+++\n# Two\n",
        ),
    ] {
        let site = repository();
        write(&site, "content/b.md", before);
        git(site.path(), &["commit", "-q", "-a", "-m", "two"]);
        git(site.path(), &["mv", "content/b.md", "content/c.md"]);
        let help = "`content/b.md` is now `content/c.md`: give that the alias `/b/`, or correct the link";
        check_restored(&site, help, "content/c.md", after);
    }
}

#[test]
fn a_page_whose_address_was_changed_is_given_its_old_one_back() {
    let site = repository();
    write(&site, "content/b.md", "---\nslug: c\n---\n# Two\n\n[a](/a/)\n");
    let help = "`content/b.md` is at `/c/` now: give it the alias `/b/`, or correct the link";
    let fixed = "---\nslug: c\naliases: [/b/]\n---\n# Two\n\n[a](/a/)\n";
    check_restored(&site, help, "content/b.md", fixed);
}

#[test]
fn a_heading_that_was_reworded_is_given_its_old_id_back() {
    let site = repository();
    write(&site, "content/b.md", "# Deux\n\n[a](/a/)\n");
    let help = "this was the id of the heading `Two`, which says `Deux` now: give it the id `{#two}`, or correct the link";
    check_restored(&site, help, "content/b.md", "# Deux {#two}\n\n[a](/a/)\n");
    // In a page that moved, too.
    let site = repository();
    write(&site, "content/a.md", "[b]({{< relref \"b.md#two\" >}})\n\n[b](/b/#two)\n");
    let b = "---\nurl: /b/\n---\n# One\n\nText that stays as it is.\n\n## Two\n";
    write(&site, "content/b.md", b);
    git(site.path(), &["commit", "-q", "-a", "-m", "two"]);
    git(site.path(), &["mv", "content/b.md", "content/c.md"]);
    write(&site, "content/c.md", &b.replace("## Two", "## Deux"));
    javert(site.path(), &["check", "--since", "main", "--unsafe-fixes"]);
    assert_eq!(read(&site, "content/c.md"), b.replace("## Two", "## Deux {#two}"));
}

#[test]
fn what_has_no_successor_is_not_brought_back() {
    let site = repository();
    // A heading went and another came elsewhere; marks that would have to be taken apart.
    for text in
        ["# One\n\n## Three\n\n[a](/a/)\n", "# Deux #\n", "Deux\n====\n", "## Deux\n", "# Deux {.x}\n"]
    {
        write(&site, "content/b.md", text);
        javert(site.path(), &["check", "--since", "main", "--unsafe-fixes"]);
        assert_eq!(read(&site, "content/b.md"), text);
    }
    fs::remove_file(site.path().join("content/b.md")).expect("it is there");
    let run = javert(site.path(), &["check", "--since", "main", "--unsafe-fixes"]);
    assert!(run.err.contains("no fix to apply"), "{run:?}");
    assert_eq!(read(&site, "content/a.md"), A);
}

#[test]
fn reports_for_other_programs_hold_no_fix_for_another_file() {
    let site = repository();
    write(&site, "content/b.md", "# Deux\n");
    let report =
        |format: &str| javert(site.path(), &["check", "--since", "main", "--output-format", format]).out;
    let json: serde_json::Value = serde_json::from_str(&report("json")).expect("JSON");
    let fix = &json["diagnostics"][0]["fix"];
    assert_eq!(fix["path"], "content/b.md", "{json}");
    assert_eq!((&fix["edits"][0]["line"], &fix["edits"][0]["column"]), (&1.into(), &7.into()), "{json}");
    assert!(!report("sarif").contains("\"fixes\""));
    assert!(!report("rdjsonl").contains("\"suggestions\""));
}

#[test]
fn where_everything_is_known_nothing_is_compared() {
    let site = repository();
    javert(site.path(), &["baseline", "create"]);
    let run = javert(site.path(), &["check", "--since", "main"]);
    assert!(run.code == 0 && run.err.contains("2 in the baseline"), "{run:?}");
    // One more of the same kind is not hidden by the one that is known.
    write(&site, "content/a.md", &A.replace("[no](/no/)", "[no](/no/)\n\n[no](/no/)"));
    check(&site, &["--since", "main"], &["content/a.md:5 broken-link"]);
}

/// The first `sh` block of a section of the README.
fn shell(section: &str) -> Vec<String> {
    let readme = fs::read_to_string(support::repository("README.md")).expect("it is there");
    let section = readme.split(&format!("\n## {section}\n")).nth(1).expect("there is such a section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let blocks =
        section.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default().to_owned());
    blocks.collect()
}

/// Runs lines as they stand in the README.
fn run(directory: &Path, lines: &str) -> (bool, String) {
    said(&tools::shell(directory, lines, None, &[]))
}

#[test]
fn what_the_readme_says_to_run_runs() {
    let site = repository();
    let [baseline, since] = shell("Only what is new").try_into().expect("two blocks");
    let (success, said) = run(site.path(), &baseline);
    assert!(success && said.contains("2 in the baseline"), "{said}");
    git(site.path(), &["commit", "-q", "-a", "-m", "two"]);
    git(site.path(), &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    assert!(run(site.path(), &since).0);
    write(&site, "content/b.md", &B.replace("# Two", "# Deux"));
    let (success, said) = run(site.path(), &since);
    assert!(!success && said.starts_with("content/a.md:5:5: error[broken-anchor]"), "{said}");
    let twice = "[x][x]\n\n[x]: https://example.org/\n[x]: https://example.org/\n";
    write(&site, "content/c.md", twice);
    let (success, said) = run(site.path(), &shell("Fixes")[0]);
    assert!(success, "{said}");
    assert_eq!(read(&site, "content/c.md"), "[x][x]\n\n[x]: https://example.org/\n");
}
