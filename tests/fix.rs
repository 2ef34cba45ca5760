//! Fixes on disk: what `--fix`, `--unsafe-fixes`, `--diff` and `--stdin-filename` do to files, and what they never do.
#![expect(clippy::disallowed_methods, reason = "tests write sites to disk")]

mod support;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use javert::{
    diagnostic::{Edit, Fix, Safety, apply},
    disk,
    source::Span,
};
use support::binary::{javert, site};

/// A page with a definition that stands twice, which is safe to fix, and one that nothing uses, which is not.
const PAGE: &str =
    "[a][x] and [b][x]\n\n[x]: https://example.org/\n[x]: https://example.org/\n[y]: https://example.com/\n";
const FIXED: &str = "[a][x] and [b][x]\n\n[x]: https://example.org/\n[y]: https://example.com/\n";
const ALL_FIXED: &str = "[a][x] and [b][x]\n\n[x]: https://example.org/\n";

fn read(site: &tempfile::TempDir, path: &str) -> String {
    fs::read_to_string(site.path().join(path)).expect("the page is there")
}

#[test]
fn safe_fixes_are_applied_and_what_is_left_is_reported() {
    let site = site(&[("content/a.md", PAGE)]);
    let run = javert(site.path(), &["check", "--fix", "--fail-on", "info"]);
    assert_eq!(read(&site, "content/a.md"), FIXED);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(run.out, "content/a.md:4:1: info[unused-definition] nothing uses `[y]`\n");
    assert!(run.err.ends_with("fixed 1 finding in 1 file\n1 more fix with `--unsafe-fixes`\n"), "{run:?}");

    let run = javert(site.path(), &["check", "--unsafe-fixes", "--fail-on", "info"]);
    assert_eq!((run.code, read(&site, "content/a.md").as_str()), (0, ALL_FIXED), "{run:?}");
    let run = javert(site.path(), &["check", "--unsafe-fixes"]);
    assert!(run.err.ends_with("no fix to apply\n"), "{run:?}");
}

#[test]
fn a_diff_is_printed_and_nothing_is_written() {
    let site = site(&[("content/a.md", PAGE)]);
    let run = javert(site.path(), &["check", "--diff"]);
    assert_eq!((run.code, read(&site, "content/a.md").as_str()), (1, PAGE));
    assert_eq!(
        run.out,
        "--- a/content/a.md\n+++ b/content/a.md\n@@ -1,5 +1,4 @@\n [a][x] and [b][x]\n \n [x]: https://example.org/\n\
         -[x]: https://example.org/\n [y]: https://example.com/\n"
    );
    let mut git = Command::new("git")
        .args(["apply", "-"])
        .current_dir(site.path())
        .stdin(Stdio::piped())
        .spawn()
        .expect("git is here");
    git.stdin.take().expect("it is piped").write_all(run.out.as_bytes()).expect("git reads");
    assert!(git.wait().expect("git ends").success());
    assert_eq!(read(&site, "content/a.md"), FIXED);
    assert_eq!(javert(site.path(), &["check", "--diff"]).code, 0);
}

#[test]
fn line_ends_byte_order_mark_and_permissions_are_kept() {
    let page = format!("\u{feff}{}", PAGE.replace('\n', "\r\n"));
    let site = site(&[("content/a.md", &page)]);
    let path = site.path().join("content/a.md");
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o640)).expect("it is ours");
    javert(site.path(), &["check", "--fix"]);
    assert_eq!(read(&site, "content/a.md"), format!("\u{feff}{}", FIXED.replace('\n', "\r\n")));
    #[cfg(unix)]
    {
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).expect("it is there").permissions());
        assert_eq!(mode & 0o777, 0o640);
    }
    let left: Vec<_> = fs::read_dir(site.path().join("content")).expect("a folder").collect();
    assert_eq!(left.len(), 1, "no temporary file is left: {left:?}");
}

#[test]
fn only_what_is_reported_is_fixed() {
    let site = site(&[("content/a.md", PAGE), ("content/b.md", PAGE)]);
    javert(site.path(), &["check", "--fix", "content/b.md"]);
    assert_eq!((read(&site, "content/a.md").as_str(), read(&site, "content/b.md").as_str()), (PAGE, FIXED));
    javert(site.path(), &["check", "--fix", "--ignore", "unused-definition"]);
    assert_eq!(read(&site, "content/a.md"), PAGE);
}

#[test]
fn a_file_that_is_not_utf_8_is_left_as_it_is() {
    let site = site(&[]);
    let bytes = [PAGE.as_bytes(), b"caf\xe9\n"].concat();
    fs::create_dir_all(site.path().join("content")).expect("a folder");
    fs::write(site.path().join("content/a.md"), &bytes).expect("a page");
    javert(site.path(), &["check", "--unsafe-fixes"]);
    assert_eq!(fs::read(site.path().join("content/a.md")).expect("it is there"), bytes);
}

#[test]
fn a_file_that_changed_or_lies_elsewhere_is_left_as_it_is() {
    let site = site(&[("content/a.md", "new\n")]);
    let said = |path: &str, before: &str| {
        disk::replace_unchanged(site.path(), path, before, "mine\n").expect_err("it is refused")
    };
    assert!(said("content/a.md", "old\n").contains("was changed meanwhile"));
    assert_eq!(read(&site, "content/a.md"), "new\n");
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let outside = elsewhere.path().join("b.md");
    fs::write(&outside, "old\n").expect("a file");
    let up =
        format!("../{}/b.md", elsewhere.path().file_name().and_then(|name| name.to_str()).expect("a name"));
    assert!(said(&up, "old\n").contains("outside the site"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(elsewhere.path(), site.path().join("linked")).expect("a link");
        assert!(said("linked/b.md", "old\n").contains("outside the site"));
    }
    assert_eq!(fs::read_to_string(&outside).expect("it is there"), "old\n");
    assert_eq!(disk::replace_unchanged(site.path(), "content/a.md", "new\n", "mine\n"), Ok(()));
    assert_eq!(read(&site, "content/a.md"), "mine\n");
}

#[test]
fn fixes_are_applied_whole_or_wait() {
    let fix = |edits: &[(usize, usize, &str)]| Fix {
        safety: Safety::Safe,
        file: None,
        edits: edits
            .iter()
            .map(|&(start, end, text)| Edit { span: Span::new(start, end), text: text.to_owned() })
            .collect(),
    };
    let check = |fixes: &[Fix], expected: &str| assert_eq!(apply("abcdef", fixes), expected, "{fixes:?}");
    check(&[fix(&[(0, 1, "A"), (5, 6, "F")]), fix(&[(1, 2, "B")])], "ABcdeF");
    // The second touches what the first changes, so none of its edits is made.
    check(&[fix(&[(0, 2, "X")]), fix(&[(1, 3, "Y"), (5, 6, "Z")])], "Xcdef");
    check(&[fix(&[(3, 3, "1")]), fix(&[(3, 3, "2")])], "abc1def");
    check(&[fix(&[(1, 5, "X")]), fix(&[(3, 3, "2")])], "aXf");
    check(&[fix(&[(3, 3, "2")]), fix(&[(1, 5, "X")])], "abc2def");
    check(&[fix(&[(1, 2, "X")]), fix(&[(2, 2, "-"), (2, 3, "Y")])], "aX-Ydef");
    // One that does not fit together with itself is never applied.
    check(&[fix(&[(0, 2, "X"), (1, 3, "Y")])], "abcdef");
    check(&[fix(&[(5, 9, "X")])], "abcdef");
}

/// The findings of a site, without places and numbers, which fixes may move.
fn subjects(site: &Path) -> Vec<String> {
    let run = javert(site, &["check"]);
    let one = |line: &str| {
        let (place, said) = line.split_once(": ").unwrap_or_default();
        let said: String = said.chars().filter(|c| !c.is_ascii_digit()).collect();
        format!("{} {said}", place.split(':').next().unwrap_or_default())
    };
    run.out.lines().map(one).collect()
}

#[test]
fn safe_fixes_add_no_finding_and_settle() {
    let copy = tempfile::tempdir().expect("a temporary folder");
    let done = Command::new("cp")
        .arg("-r")
        .arg(support::repository("fixtures/help"))
        .arg(copy.path().join("site"))
        .status();
    assert!(done.expect("cp is here").success());
    let site = copy.path().join("site");
    let mut left = subjects(&site);
    let run = javert(&site, &["check", "--fix"]);
    assert!(run.err.contains("\nfixed "), "{run:?}");
    for subject in subjects(&site) {
        let at = left.iter().position(|own| *own == subject);
        left.swap_remove(at.unwrap_or_else(|| panic!("{subject} is new")));
    }
    let run = javert(&site, &["check", "--fix"]);
    assert!(run.err.contains("no safe fix to apply"), "{run:?}");
}

#[test]
fn a_link_that_is_broken_in_two_ways_is_not_fixed_in_one() {
    let site = site(&[("content/a.md", "[b](/B/#two) [b](/B/#one)\n"), ("content/b.md", "# One\n")]);
    javert(site.path(), &["check", "--fix"]);
    assert_eq!(read(&site, "content/a.md"), "[b](/B/#two) [b](/b/#one)\n");
}

/// Runs with a text on standard input.
fn with_input(directory: &Path, arguments: &[&str], text: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_javert"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("it is piped").write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
    (output.status.code().expect("it ends by itself"), text(output.stdout), text(output.stderr))
}

#[test]
fn a_page_on_standard_input_is_judged_within_the_site() {
    let site = site(&[
        ("content/a.md", "[b](/b/#one)\n"),
        ("content/b.md", "# One\n"),
        ("content/c.md", "[no](/no/)\n"),
    ]);
    let check = |path: &str, text: &str| with_input(site.path(), &["check", "--stdin-filename", path], text);
    let (code, out, _) = check("content/a.md", "[b](/b/#two)\n");
    assert_eq!(
        (code, out.as_str()),
        (1, "content/a.md:1:5: error[broken-anchor] `/b/` has no anchor `#two`\n")
    );
    let (code, out, _) = check("content/new/page.md", "[b](/b/#one) [no](/none/)\n");
    assert_eq!(code, 1);
    assert!(
        out.starts_with("content/new/page.md:1:19: error[broken-link]") && out.lines().count() == 1,
        "{out}"
    );
    assert_eq!(read(&site, "content/a.md"), "[b](/b/#one)\n");
    let (code, out, err) =
        with_input(site.path(), &["check", "--fix", "--stdin-filename", "content/a.md"], PAGE);
    assert_eq!((code, out.as_str()), (0, FIXED), "{err}");
    assert!(err.starts_with("content/a.md:4:1: info[unused-definition]"), "{err}");
    assert_eq!(read(&site, "content/a.md"), "[b](/b/#one)\n");
    // `-` stands for standard input; anything else would be a second page.
    let arguments = ["check", "--stdin-filename", "content/a.md"];
    let alone = with_input(site.path(), &arguments, PAGE);
    let with_dash = with_input(site.path(), &[&arguments[..], &["-"]].concat(), PAGE);
    assert_eq!((with_dash.0, with_dash.1), (alone.0, alone.1));
    let two = javert(site.path(), &[&arguments[..], &["content"]].concat());
    assert!(two.code == 2 && two.err.contains("no other paths are checked"), "{two:?}");
}

#[test]
fn what_lies_outside_of_the_site_is_judged_and_not_fixed() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let mounts = "baseURL: https://x.example/
module:
  mounts:
    - {source: ../README.md, target: content/about.md}
    - {source: content, target: content}
";
    let readme = "[a]: /about/\n[a]: /about/\n\n[a] [b](https://x.example/about/) [c](/gone/)\n";
    let files = [("site/hugo.yaml", mounts), ("README.md", readme), ("site/content/page.md", readme)];
    support::write_site(root.path(), files);
    let run = javert(&root.path().join("site"), &["check", "--fix"]);
    let lines: Vec<&str> = run.out.lines().map(|line| line.split(']').next().unwrap_or(line)).collect();
    let expected = [
        "../README.md:2:1: info[unused-definition",
        "../README.md:4:39: error[broken-link",
        "content/page.md:3:22: error[broken-link",
    ];
    assert_eq!(lines, expected, "{run:?}");
    assert!(run.err.contains("fixed 2 findings in 1 file"), "{run:?}");
    assert_eq!(read(&root, "README.md"), readme);
}
