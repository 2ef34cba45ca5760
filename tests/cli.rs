//! The `javert` binary from outside: exit codes, formats, which site it finds, and input that nobody would write.
#![expect(clippy::disallowed_methods, reason = "tests write sites to disk")]

mod support;

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use javert::rules;
use serde_json::Value;
use support::{
    binary::{Run, javert, site},
    repository, write_site,
};
use tempfile::TempDir;

/// Rules that `fixtures/*/EXPECTED.txt` names and Javert does not have yet. Only ever remove one.
const MISSING_RULES: [&str; 0] = [];

/// A site of one page, given as bytes.
fn page(bytes: &[u8]) -> TempDir {
    let directory = site(&[("layouts/_shortcodes/box.html", "<div>{{ .Inner }}</div>")]);
    fs::create_dir_all(directory.path().join("content")).expect("a folder");
    fs::write(directory.path().join("content/page.md"), bytes).expect("a page");
    directory
}

/// The findings of a site, one a line.
#[track_caller]
fn findings(site: &TempDir) -> Vec<String> {
    let run = javert(site.path(), &["check"]);
    assert!(run.code < 2, "{run:?}");
    run.out.lines().map(str::to_owned).collect()
}

#[track_caller]
fn json(directory: &Path, arguments: &[&str]) -> Value {
    let run = javert(directory, &[&["check", "--output-format", "json"], arguments].concat());
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

#[track_caller]
fn assert_fails(run: &Run, says: &str) {
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.starts_with("javert: ") && run.err.contains(says), "{run:?}");
    assert_eq!(run.out, "", "{run:?}");
}

// Exit codes.

#[test]
fn a_site_without_findings_exits_with_0() {
    let run = javert(site(&[("content/page.md", "Text.\n")]).path(), &["check"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{run:?}");
    assert!(run.err.starts_with("1 page, 1 edition, 0 links, Hugo "), "{run:?}");
}

#[test]
fn errors_exit_with_1_unless_told_otherwise() {
    let site = site(&[("content/page.md", "[a](/no/)\n")]);
    for (arguments, code) in [
        (&["check"][..], 1),
        (&["check", "--exit-zero"], 0),
        (&["check", "--level", "broken-link=warning"], 0),
        (&["check", "--level", "broken-link=warning", "--fail-on", "warning"], 1),
        (&["check", "--ignore", "links"], 0),
        (&["check", "--select", "headings"], 0),
    ] {
        assert_eq!(javert(site.path(), arguments).code, code, "{arguments:?}");
    }
}

#[test]
fn warnings_exit_with_0_unless_told_otherwise() {
    let site = site(&[("content/page.md", "[a]()\n")]);
    assert_eq!(javert(site.path(), &["check"]).code, 0);
    assert_eq!(javert(site.path(), &["check", "--fail-on", "warning"]).code, 1);
}

#[test]
fn what_is_no_hugo_site_exits_with_2() {
    let empty = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(empty.path().join(".git")).expect("a folder");
    assert_fails(&javert(empty.path(), &["check"]), "no Hugo site in `.`");
    write_site(empty.path(), [("README.md", "Text."), ("content/page.md", "[a](/no/)")]);
    assert_fails(&javert(empty.path(), &["check"]), "no Hugo site in `.`");
    assert_fails(&javert(empty.path(), &["check", "content/page.md"]), "no Hugo site in `content/page.md`");
    assert_fails(&javert(empty.path(), &["check", "nowhere"]), "cannot read `nowhere`");
}

#[test]
fn a_configuration_that_does_not_parse_is_a_finding_with_its_place() {
    let site = site(&[("hugo.toml", "title = \"a\"\nbaseURL = \"https://\n"), ("content/page.md", "Text.")]);
    let run = javert(site.path(), &["check"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.starts_with("hugo.toml:2:"), "{run:?}");
    assert!(run.out.contains("error[invalid-configuration]"), "{run:?}");
}

#[test]
fn wrong_arguments_exit_with_2_and_suggest_the_nearest() {
    let site = site(&[]);
    for arguments in [["check", "--select", "brokn-link"], ["check", "--ignore", "brokn-link"]] {
        assert_fails(&javert(site.path(), &arguments), "`brokn-link`; did you mean `broken-link`?");
    }
    assert_fails(&javert(site.path(), &["check", "--level", "link=off"]), "did you mean `links`?");
    assert_fails(&javert(site.path(), &["check", "--level", "links=loud"]), "unknown level `loud`");
    assert_fails(&javert(site.path(), &["check", "--edition", "JP"]), "no edition `JP`");
    assert_fails(&javert(site.path(), &["explain", "missing-alts"]), "did you mean `missing-alt`?");
    assert_eq!(javert(site.path(), &["chek"]).code, 2);
}

#[test]
fn statistics_count_findings_by_rule_and_unknown_links_by_reason() {
    let site = site(&[("content/page.md", "[a](/no/) [b](/nowhere/) [c]({{< x >}})\n\n# A  \n### B\n")]);
    let run = javert(site.path(), &["check", "--statistics"]);
    let lines: Vec<&str> = run.err.lines().collect();
    let expected = [
        "      2 error   broken-link",
        "      1 warning skipped-heading-level",
        "      1 unknown a shortcode or template makes part of the destination",
    ];
    assert_eq!(lines[..3], expected, "{run:?}");
    assert!(!javert(site.path(), &["check"]).err.contains("broken-link"));
}

#[test]
fn every_rule_is_listed_and_explained() {
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    let list = javert(nowhere.path(), &["rules"]);
    assert_eq!(list.code, 0, "{list:?}");
    for rule in rules::RULES {
        assert!(list.out.contains(rule.name), "{} is not listed", rule.name);
        let page = javert(nowhere.path(), &["explain", rule.name]);
        assert_eq!(page.code, 0, "{page:?}");
        assert!(page.out.contains(rule.name) && !page.out.contains("+++\nlevel"), "{page:?}");
    }
}

// Formats.

#[test]
fn json_has_the_documented_shape() {
    let site = site(&[
        ("content/page.md", "日本語の[リンク](/Start/)です。\n\n## 手順 {#a}\n\n## 手順 {#a}\n"),
        ("content/start.md", "# Start\n"),
    ]);
    let document = json(site.path(), &[]);
    let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&document), ["diagnostics", "statistics", "version"]);
    assert_eq!(document["version"], 1);
    for key in ["pages", "editions", "links", "unknown", "seconds"] {
        assert!(document["statistics"][key].is_number(), "{key}: {document}");
    }
    let found = document["diagnostics"].as_array().expect("a list");
    let expected = [
        "column",
        "editions",
        "endColumn",
        "endLine",
        "fix",
        "group",
        "help",
        "labels",
        "level",
        "line",
        "message",
        "path",
        "rule",
    ];
    for diagnostic in found {
        assert_eq!(keys(diagnostic), expected);
    }
    let [link, heading] = found.as_slice() else { panic!("{document}") };
    assert_eq!(
        (&link["rule"], &link["group"], &link["level"], &link["path"]),
        (&"wrong-case-link".into(), &"links".into(), &"error".into(), &"content/page.md".into())
    );
    // Columns count characters, not bytes, and not the width on a terminal.
    let place =
        |it: &Value| ["line", "column", "endLine", "endColumn"].map(|key| it[key].as_u64().unwrap_or(0));
    assert_eq!(place(link), [1, 11, 1, 18]);
    assert_eq!((&link["editions"], &link["labels"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    assert!(link["message"].is_string() && link["help"].is_string());
    let fix = &link["fix"];
    assert_eq!((keys(fix), &fix["safety"]), (vec!["edits".to_owned(), "safety".to_owned()], &"safe".into()));
    assert_eq!(place(&fix["edits"][0]), [1, 11, 1, 18]);
    assert_eq!(fix["edits"][0]["text"], "/start/");
    assert_eq!(place(heading), [5, 9, 5, 10]);
    assert_eq!(heading["fix"], Value::Null);
    let label = &heading["labels"][0];
    assert_eq!(keys(label), ["column", "endColumn", "endLine", "line", "message", "path"]);
    assert_eq!(place(label), [3, 9, 3, 10]);
}

#[test]
fn json_names_the_editions() {
    let found = json(&repository("fixtures/help"), &["content/ja/login/login.md"]);
    let anchors: Vec<&Value> = found["diagnostics"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|it| it["rule"] == "broken-anchor")
        .collect();
    assert_eq!(anchors.len(), 1, "{found}");
    assert_eq!(anchors[0]["editions"], Value::from(vec!["CN", "US"]));
}

#[test]
fn concise_is_one_line_for_each_finding() {
    let site = site(&[("content/page.md", "日本語の[リンク](/no/)です。\n")]);
    let expected = "content/page.md:1:11: error[broken-link] there is no page at `/no/`\n";
    assert_eq!(javert(site.path(), &["check"]).out, expected);
    assert_eq!(javert(site.path(), &["check", "--output-format", "concise"]).out, expected);
}

#[test]
fn full_shows_the_source_and_the_help_without_colour_unless_asked() {
    let site = site(&[("content/page.md", "日本語の[リンク](/Start/)です。\n"), ("content/start.md", "")]);
    let run = javert(site.path(), &["check", "--output-format", "full"]);
    let expected = "\
error[wrong-case-link]: `/Start/` and `/start/` differ in letter case
  ┌─ content/page.md:1:11
  │
1 │ 日本語の[リンク](/Start/)です。
  │                  ^^^^^^^
  │
  = help: write `/start/`: letter case matters in URLs

";
    assert_eq!(run.out, expected);
    let coloured = javert(site.path(), &["check", "--output-format", "full", "--color", "always"]);
    assert!(coloured.out.contains("\u{1b}["), "{coloured:?}");
}

#[test]
fn the_same_site_gives_the_same_report_every_time() {
    let help = repository("fixtures/help");
    let first = javert(&help, &["check", "--output-format", "full"]).out;
    for _ in 0..3 {
        assert_eq!(javert(&help, &["check", "--output-format", "full"]).out, first);
    }
}

// Which site, which files.

#[test]
fn paths_within_a_site_restrict_what_is_reported() {
    let site = site(&[
        ("content/a/one.md", "[x](/no/)\n"),
        ("content/a/two.md", "[x](/no/)\n"),
        ("content/ab/one.md", "[x](/no/)\n"),
    ]);
    let paths = |arguments: &[&str]| -> Vec<String> {
        let run = javert(site.path(), &[&["check"], arguments].concat());
        run.out.lines().map(|line| line.split(':').next().unwrap_or("").to_owned()).collect()
    };
    assert_eq!(paths(&[]), ["content/a/one.md", "content/a/two.md", "content/ab/one.md"]);
    assert_eq!(paths(&["content/a"]), ["content/a/one.md", "content/a/two.md"]);
    assert_eq!(paths(&["content/a/"]), ["content/a/one.md", "content/a/two.md"]);
    assert_eq!(paths(&["content/ab/one.md", "content/a/one.md"]), ["content/a/one.md", "content/ab/one.md"]);
    // Globs that no shell expanded.
    assert_eq!(paths(&["content/*/one.md"]), ["content/a/one.md", "content/ab/one.md"]);
    assert_eq!(paths(&["**/t*.md"]), ["content/a/two.md"]);
    assert_eq!(paths(&["content/{a,b}/*"]), ["content/a/one.md", "content/a/two.md"]);
    assert_fails(&javert(site.path(), &["check", "content/*.md"]), "no file matches `content/*.md`");
    assert_fails(
        &javert(site.path(), &["check", "content/{a"]),
        "`content/{a` is no glob: unclosed alternate group",
    );
}

#[test]
fn a_file_with_the_name_of_a_glob_is_that_file() {
    let site = site(&[("content/[a].md", "[x](/no/)\n"), ("content/a.md", "[x](/no/)\n")]);
    let run = javert(site.path(), &["check", "content/[a].md"]);
    assert!(run.out.starts_with("content/[a].md:1:5: ") && run.out.lines().count() == 1, "{run:?}");
}

#[test]
fn files_beside_the_site_and_excluded_ones_are_not_reported_when_named() {
    let files = [
        ("README.md", "[x](/no/)\n"),
        ("docs/hugo.toml", ""),
        ("docs/content/a.md", "[x](/no/)\n"),
        ("docs/content/old/b.md", "[x](/no/)\n"),
        ("docs/javert.toml", "exclude = \"content/old/\"\n"),
    ];
    let directory = tempfile::tempdir().expect("a temporary folder");
    write_site(directory.path(), files);
    let lines = |arguments: &[&str]| {
        let run = javert(directory.path(), &[&["check"], arguments].concat());
        assert!(run.code < 2, "{run:?}");
        run.out.lines().count()
    };
    assert_eq!(lines(&["README.md"]), 0);
    assert_eq!(lines(&["README.md", "docs/content/a.md", "docs/content/old/b.md"]), 1);
    assert_eq!(lines(&["docs/content/old/b.md"]), 0);
    assert_eq!(lines(&["docs/content/old/*.md"]), 0);
    assert_eq!(lines(&["."]), 1);
}

#[test]
fn shells_complete_every_command() {
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = javert(nowhere.path(), &["completions", shell]);
        assert!(run.code == 0 && run.err.is_empty(), "{run:?}");
        for word in ["check", "baseline", "completions", "output-format"] {
            assert!(run.out.contains(word), "{shell}: {word}");
        }
        // The others know no values.
        let values = ["bash", "fish", "zsh"].contains(&shell);
        assert_eq!(run.out.contains("json-lines"), values, "{shell}");
    }
    // Asked as bash asks.
    let script = "eval \"$(\"$1\" completions bash)\"; COMP_WORDS=(javert check --color a); COMP_CWORD=3; \
                  _javert javert a --color; echo ${COMPREPLY[@]}";
    let asked = Command::new("bash").args(["-c", script, "bash", env!("CARGO_BIN_EXE_javert")]).output();
    let asked = asked.expect("there is a bash");
    assert_eq!(String::from_utf8_lossy(&asked.stdout), "auto always\n", "{asked:?}");
}

#[test]
fn every_command_has_a_man_page() {
    let directory = tempfile::tempdir().expect("a temporary folder");
    let run = javert(directory.path(), &["man", "share/man1"]);
    let pages = fs::read_dir(directory.path().join("share/man1")).expect("it was made");
    let mut names: Vec<String> =
        pages.map(|page| page.expect("readable").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    assert_eq!(run.out, format!("wrote {} pages to share/man1\n", names.len()), "{run:?}");
    for name in ["javert.1", "javert-check.1", "javert-baseline-prune.1"] {
        assert!(names.iter().any(|own| own == name), "{name}: {names:?}");
    }
    let page = fs::read_to_string(directory.path().join("share/man1/javert-check.1")).expect("it is there");
    assert!(page.contains(".TH javert-check 1") && page.contains("\\-\\-staged"), "{page}");
}

#[test]
fn the_site_is_found_from_inside_and_from_its_parent() {
    let parent = tempfile::tempdir().expect("a temporary folder");
    let files = [
        ("docs/hugo.toml", ""),
        ("docs/content/a/page.md", "[x](/no/)\n"),
        ("docs/content/b.md", "[x](/no/)\n"),
    ];
    write_site(parent.path(), files);
    let first_words = |directory: &str, arguments: &[&str]| -> Vec<String> {
        let run = javert(&parent.path().join(directory), &[&["check"], arguments].concat());
        run.out.lines().map(|line| line.split(':').next().unwrap_or("").to_owned()).collect()
    };
    assert_eq!(first_words("", &[]), ["docs/content/a/page.md", "docs/content/b.md"]);
    assert_eq!(first_words("docs", &[]), ["content/a/page.md", "content/b.md"]);
    // Without arguments, the directory one stands in is what is asked for.
    assert_eq!(first_words("docs/content/a", &[]), ["../../content/a/page.md"]);
    assert_eq!(first_words("docs/content/a", &[".."]), ["../../content/a/page.md", "../../content/b.md"]);
    assert_eq!(first_words("", &["docs/content/b.md"]), ["docs/content/b.md"]);
}

#[test]
fn several_sites_are_checked_in_one_run() {
    let parent = tempfile::tempdir().expect("a temporary folder");
    let files = [
        ("a/hugo.toml", ""),
        ("a/content/p.md", "[x](/no/)\n"),
        ("b/hugo.toml", ""),
        ("b/content/p.md", "[x](/no/)\n"),
    ];
    write_site(parent.path(), files);
    for arguments in [&["check"][..], &["check", "a", "b"]] {
        let run = javert(parent.path(), arguments);
        assert_eq!(run.out.lines().count(), 2, "{run:?}");
        assert!(run.out.starts_with("a/content/p.md:1:5: "), "{run:?}");
        assert!(run.err.contains("2 pages, 2 editions, 2 links"), "{run:?}");
    }
}

#[test]
fn file_names_may_hold_anything() {
    let text = "[x](/no/)\n";
    let names =
        ["a b.md", "日本語　の手順.md", "100%.md", "100%20.md", "a'b\"c.md", "(a) [c].md", "#x.md", "-.md"];
    let files: Vec<(String, &str)> = names.iter().map(|name| (format!("content/{name}"), text)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let found = findings(&site(&files));
    // Hugo ignores names that begin with `#`.
    for name in names.iter().filter(|name| !name.starts_with('#')) {
        let start = format!("content/{name}:1:5: error[broken-link]");
        assert!(found.iter().any(|line| line.starts_with(&start)), "{name}: {found:?}");
    }
    assert_eq!(found.len(), names.len() - 1);
}

#[test]
fn links_to_file_names_with_spaces_japanese_and_percent_are_followed() {
    let site = site(&[
        (
            "content/page.md",
            "[a](/a-b/) [b](/日本語/) [c](/%E6%97%A5%E6%9C%AC%E8%AA%9E/) ![d](</img/図 1.png>) \
             ![e](/img/%E5%9B%B3%201.png) ![f](/img/100%25.png)\n",
        ),
        ("content/a b.md", ""),
        ("content/日本語.md", ""),
        ("static/img/図 1.png", ""),
        ("static/img/100%.png", ""),
    ]);
    assert_eq!(findings(&site), Vec::<String>::new());
}

// Positions.

#[test]
fn carriage_returns_and_byte_order_marks_do_not_move_positions() {
    let bom = "\u{feff}[x](/no/)\r\n\r\n日本[x](/no/)\r\n";
    let expected = [
        "content/page.md:1:5: error[broken-link] there is no page at `/no/`",
        "content/page.md:3:7: error[broken-link] there is no page at `/no/`",
    ];
    assert_eq!(findings(&page(bom.as_bytes())), expected);
    let front_matter = "\u{feff}---\r\ntitle: ログイン\r\n---\r\n\r\n[x](/no/)\r\n";
    let expected = ["content/page.md:5:5: error[broken-link] there is no page at `/no/`"];
    assert_eq!(findings(&page(front_matter.as_bytes())), expected);
    let shortcode = "---\r\ntitle: a\r\n---\r\n\r\n日本 {{< box >}}\r\n";
    let expected = ["content/page.md:5:4: error[unclosed-shortcode] `box` is never closed"];
    assert_eq!(findings(&page(shortcode.as_bytes())), expected);
}

// Input that nobody would write.

#[test]
fn bytes_that_are_not_utf_8_are_reported_and_the_rest_is_read() {
    let found = findings(&page(b"\x83\x8d\x83O [x](/no/)\n"));
    assert!(found[0].starts_with("content/page.md:1:1: warning[unread-page]"), "{found:?}");
    assert!(found[1].contains("error[broken-link]"), "{found:?}");
    assert_eq!(found.len(), 2);
    findings(&page(b"\xff\xfe\x00[\x00x\x00]\x00"));
    findings(&page(&[0xff; 5000]));
}

#[test]
fn nul_bytes_are_characters_like_others() {
    let found = findings(&page(b"a\0b [x](/no/) \0\n"));
    assert_eq!(found, ["content/page.md:1:9: error[broken-link] there is no page at `/no/`"]);
}

#[test]
fn empty_pages_and_pages_of_nothing_but_shortcodes_are_pages() {
    assert_eq!(findings(&page(b"")), Vec::<String>::new());
    assert_eq!(findings(&page(b"\n\n \n")), Vec::<String>::new());
    assert_eq!(findings(&page(b"---\n---\n")), Vec::<String>::new());
    assert_eq!(findings(&page(b"---\n---\n{{< box >}}{{< box />}}{{< /box >}}")), Vec::<String>::new());
    let found = findings(&page(b"{{< box />}}"));
    assert!(found[0].contains("error[shortcode-starts-file]"), "{found:?}");
}

#[test]
fn what_never_ends_is_said_once() {
    for (text, rule) in [
        ("---\ntitle: a\n", "invalid-front-matter"),
        ("{\"a\": [", "invalid-front-matter"),
        ("x {{< box", "malformed-shortcode"),
        ("x {{</* box", "malformed-shortcode"),
        ("x {{< box \"", "malformed-shortcode"),
        ("x {{< box `", "malformed-shortcode"),
    ] {
        let found = findings(&page(text.as_bytes()));
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].contains(&format!("[{rule}]")), "{text}: {found:?}");
    }
}

#[test]
fn depth_is_no_danger() {
    const DEPTH: usize = 10_000;
    let nested = |open: &str, close: &str| format!("x {}y{}", open.repeat(DEPTH), close.repeat(DEPTH));
    for text in [
        nested("{{< box >}}", "{{< /box >}}"),
        nested("{{% box %}}\n", "{{% /box %}}\n"),
        nested("{{< box >}}", ""),
        nested("", "{{< /box >}}"),
        nested("<div>", "</div>"),
        nested("[", "](/no/)"),
        nested("![", "](/no.png)"),
        nested("**", "**"),
        nested("*a ", "*"),
        format!("x\n\n{}x", "- ".repeat(DEPTH)),
        format!("x\n\n{}x", "1. ".repeat(DEPTH)),
        format!("{}x", "> ".repeat(DEPTH)),
        format!("{}x", "> - ".repeat(DEPTH)),
        "|a".repeat(DEPTH) + "\n" + &"|-".repeat(DEPTH),
        "`".repeat(DEPTH),
        format!("---\na: {}\n---\n", "[".repeat(DEPTH)),
        format!("{}1{}", "{\"a\":".repeat(DEPTH), "}".repeat(DEPTH)),
    ] {
        findings(&page(text.as_bytes()));
    }
}

#[test]
fn a_limit_that_is_reached_is_said() {
    let deep = format!("x {}y{}\n\n[x](/no/)\n", "{{< box >}}".repeat(100), "{{< /box >}}".repeat(100));
    let found = findings(&page(deep.as_bytes()));
    assert!(
        found[0].contains("warning[unread-page] shortcode calls are nested more than 64 deep"),
        "{found:?}"
    );
    assert!(found[1].contains("error[broken-link]"), "{found:?}");
    assert_eq!(found.len(), 2);
    let large = "日本語 [x](/no/)\n".repeat((16 << 20) / 20 + 1);
    let found = findings(&page(large.as_bytes()));
    assert!(found[0].contains("warning[unread-page] the page is larger than 16 MiB"), "{found:?}");
    assert_eq!(found.len(), 1);
}

#[cfg(unix)]
#[test]
fn symbolic_links_in_circles_are_not_followed() {
    use std::os::unix::fs::symlink;
    let site = site(&[("content/a/page.md", "[x](/no/)\n"), ("static/img/a.png", "")]);
    symlink("..", site.path().join("content/a/up")).expect("a link");
    symlink("loop", site.path().join("content/loop")).expect("a link");
    symlink(site.path(), site.path().join("static/site")).expect("a link");
    symlink("nowhere", site.path().join("content/gone.md")).expect("a link");
    fs::create_dir(site.path().join("themes")).expect("a folder");
    symlink("..", site.path().join("themes/here")).expect("a link");
    assert_eq!(findings(&site).len(), 1);
}

#[test]
fn templates_and_configurations_that_do_not_parse_are_findings() {
    let site = site(&[
        ("content/page.md", "Text.\n"),
        ("layouts/_shortcodes/a.html", "{{ if }}{{ .Inner"),
        ("layouts/_shortcodes/b.html", &"{{ if true }}".repeat(10_000)),
    ]);
    let found = findings(&site);
    assert!(found.iter().all(|line| line.contains("error[invalid-template]")), "{found:?}");
    assert_eq!(found.len(), 2, "{found:?}");
}

// Fixtures.

/// One line of `EXPECTED.txt`: `path:line rule` and the editions, `-` where it is a matter of the source.
type Expected = (String, String);

fn expected(fixture: &str) -> Vec<Expected> {
    let text = fs::read_to_string(repository(fixture).join("EXPECTED.txt")).expect("it is there");
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let (place, rest) = line.split_once(" [").expect("editions");
            let mut editions: Vec<&str> = rest.split(']').next().unwrap_or("").split(' ').collect();
            editions.sort_unstable();
            (place.to_owned(), editions.join(" "))
        })
        .collect()
}

fn found(fixture: &str) -> Vec<Expected> {
    let document = json(&repository(fixture), &[]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let diagnostics = document["diagnostics"].as_array().expect("a list");
    diagnostics
        .iter()
        .map(|it| {
            let mut editions: Vec<String> =
                it["editions"].as_array().into_iter().flatten().map(text).collect();
            editions.sort_unstable();
            (format!("{}:{} {}", text(&it["path"]), it["line"], text(&it["rule"])), editions.join(" "))
        })
        .collect()
}

/// What is found in a fixture is what its `EXPECTED.txt` says, rules that we do not have yet apart.
#[track_caller]
fn assert_as_expected(fixture: &str) {
    let mut wrong = String::new();
    let mut found = found(fixture);
    for (place, editions) in expected(fixture) {
        if MISSING_RULES.iter().any(|rule| place.ends_with(&format!(" {rule}"))) {
            continue;
        }
        let same =
            found.iter().position(|(own, whose)| *own == place && (editions == "-" || *whose == editions));
        match same {
            Some(index) => _ = found.remove(index),
            None => wrong += &format!("not found: {place} [{editions}]\n"),
        }
    }
    for (place, editions) in found {
        wrong += &format!("not expected: {place} [{editions}]\n");
    }
    assert!(wrong.is_empty(), "{fixture}\n{wrong}");
}

#[test]
fn in_the_help_site_is_found_what_is_wrong_with_it_and_nothing_else() {
    assert_as_expected("fixtures/help");
}

#[test]
fn in_the_broken_pages_is_found_what_is_wrong_with_them_and_nothing_else() {
    assert_as_expected("fixtures/broken");
}

#[test]
fn rules_that_are_expected_exist_or_are_listed_as_missing() {
    let named: BTreeSet<String> = ["fixtures/help", "fixtures/broken"]
        .iter()
        .flat_map(|fixture| expected(fixture))
        .filter_map(|(place, _)| Some(place.rsplit_once(' ')?.1.to_owned()))
        .collect();
    let missing: Vec<&str> =
        named.iter().map(String::as_str).filter(|name| rules::find(name).is_none()).collect();
    assert_eq!(missing, MISSING_RULES);
}

// The README.

fn readme() -> String {
    fs::read_to_string(repository("README.md")).expect("there is a README")
}

#[test]
fn the_reports_in_the_readme_are_what_the_commands_above_them_print() {
    let text = readme();
    let blocks: Vec<&str> =
        text.split("```console\n$ ").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), 3);
    for block in blocks {
        let (command, report) = block.split_once('\n').expect("a command and a report");
        let mut arguments: Vec<&str> = command.split_whitespace().skip(1).collect();
        if arguments[0] == "check" {
            arguments.extend(["--output-format", "full", "--color", "never"]);
        }
        let run = javert(&repository(""), &arguments);
        let shown: String = run.out.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        assert_eq!(shown.trim_end(), report.trim_end());
    }
}

#[test]
fn the_readme_names_every_rule_and_the_command_that_ci_runs() {
    let text = readme();
    for rule in javert::rules::RULES {
        assert!(
            text.contains(&format!("[{0}](rules/{0}.md)", rule.name)),
            "README.md does not name {}",
            rule.name
        );
    }
    let ci = fs::read_to_string(repository(".ci/run")).expect("there is a script for CI");
    assert!(text.contains("\ncargo test\n") && ci.contains("\ncargo test\n"));
}
