//! What keeps a finding from being reported, and what says so: suppressions, javert.toml, a baseline, an earlier commit.
#![expect(clippy::disallowed_methods, reason = "tests write sites to disk")]

mod support;

use std::fs;

use javert::rules::RULES;
use serde_json::Value;
use support::binary::{javert, site};
use tempfile::TempDir;

/// The findings of a site, one a line.
#[track_caller]
fn findings(site: &TempDir, arguments: &[&str]) -> String {
    let run = javert(site.path(), &[&["check"], arguments].concat());
    assert!(run.code < 2, "{run:?}");
    run.out
}

fn read(site: &TempDir, path: &str) -> String {
    fs::read_to_string(site.path().join(path)).expect("it is there")
}

// Suppressions.

/// The lines of the broken links and unused suppressions that are reported on a page.
#[track_caller]
fn check_suppressed(page: &str, expected: &[&str]) {
    let site = site(&[("content/page.md", page)]);
    let out = findings(&site, &["--select", "broken-link,unused-suppression,empty-link"]);
    let short = |line: &str| {
        let mut parts = line.split(':');
        let number = parts.nth(1).unwrap_or_default().to_owned();
        let rule = line.split(['[', ']']).nth(1).unwrap_or_default();
        format!("{number} {rule}")
    };
    let found: Vec<String> = out.lines().map(short).collect();
    assert_eq!(found, expected, "{page}\n{out}");
}

#[test]
fn comments_suppress_what_starts_where_they_say() {
    check_suppressed(
        "<!-- javert-disable-next-line broken-link -->\n[a](/no/)\n[b](/no/)\n",
        &["3 broken-link"],
    );
    check_suppressed("<!-- javert-disable-next-line -->\n\n[a](/no/)\n[b](/no/)\n", &["4 broken-link"]);
    check_suppressed("[a](/no/) <!-- javert-disable-line links: why -->\n[b](/no/)\n", &["2 broken-link"]);
    check_suppressed("[a](/no/)\n\n<!-- javert-disable-file broken-link -->\n", &[]);
    check_suppressed(
        "<!-- javert-disable broken-link -->\n[a](/no/)\n\n<!-- javert-enable broken-link -->\n[b](/no/)\n",
        &["5 broken-link"],
    );
    check_suppressed(
        "<!-- javert-disable -->\n[a](/no/) []()\n\n<!-- javert-enable -->\n[b](/no/)\n",
        &["5 broken-link"],
    );
    check_suppressed("<!-- javert-disable broken-link -->\n[a](/no/)\n", &[]);
    check_suppressed("<!-- javert-disable-next-line empty-link, broken-link -->\n[a](/no/) [b]()\n", &[]);
    check_suppressed(
        "{{% comment %}}javert-disable-next-line broken-link: why{{% /comment %}}\n[a](/no/)\n",
        &[],
    );
    check_suppressed("{{< comment >}} javert-disable-line {{< /comment >}} [a](/no/)\n", &[]);
    check_suppressed("> <!-- javert-disable-next-line broken-link -->\n> [a](/no/)\n", &[]);
    check_suppressed(
        "<!-- javert-disable-next-line broken-link -->\r\n[a](/no/)\r\n[b](/no/)\r\n",
        &["3 broken-link"],
    );
}

#[test]
fn front_matter_suppresses_for_the_whole_page() {
    check_suppressed("---\njavert: {disable: [broken-link]}\n---\n[a](/no/)\n", &[]);
    check_suppressed("+++\n[javert]\ndisable = [\"links\"]\n+++\n[a](/no/) [b]()\n", &[]);
    check_suppressed(
        "---\njavert:\n  disable:\n    - {rule: broken-link, reason: why, until: 2999-01-01}\n---\n[a](/no/)\n",
        &[],
    );
    check_suppressed(
        "---\njavert:\n  disable:\n    - {rule: broken-link, until: 2020-01-01}\n---\n[a](/no/)\n",
        &["4 unused-suppression", "6 broken-link"],
    );
    check_suppressed(
        "---\njavert: {disabled: [broken-link]}\n---\n[a](/no/)\n",
        &["2 unused-suppression", "4 broken-link"],
    );
}

#[test]
fn what_does_not_count_suppresses_nothing_and_is_reported() {
    check_suppressed(
        "<!-- javert-disable-file broken-link until=2020-01-01 -->\n[a](/no/)\n",
        &["1 unused-suppression", "2 broken-link"],
    );
    check_suppressed(
        "<!-- javert-disable-file broken-link until=soon -->\n[a](/no/)\n",
        &["1 unused-suppression", "2 broken-link"],
    );
    check_suppressed(
        "<!-- javert-disable-file brokn-link -->\n[a](/no/)\n",
        &["1 unused-suppression", "2 broken-link"],
    );
    check_suppressed(
        "<!-- javert-disable-nextline broken-link -->\n[a](/no/)\n",
        &["1 unused-suppression", "2 broken-link"],
    );
    check_suppressed("<!-- javert-disable-file broken-link -->\n", &["1 unused-suppression"]);
    // What did not run might have found something.
    check_suppressed("<!-- javert-disable-file missing-alt -->\n", &[]);
    check_suppressed("<!-- javert-disable-file -->\n", &[]);
    check_suppressed("<!-- javert-disable-file links -->\n", &[]);
    // In code it is an example.
    check_suppressed(
        "```html\n<!-- javert-disable-file -->\n```\n`<!-- javert-disable-file -->` [a](/no/)\n",
        &["4 broken-link"],
    );
}

#[test]
fn unused_suppressions_are_removed_and_nothing_else() {
    let check = |page: &str, fixed: &str| {
        let site = site(&[("content/page.md", page)]);
        javert(site.path(), &["check", "--fix"]);
        assert_eq!(read(&site, "content/page.md"), fixed, "{page}");
        javert(site.path(), &["check", "--fix"]);
        assert_eq!(read(&site, "content/page.md"), fixed, "{page} again");
    };
    check("<!-- javert-disable-file broken-link -->\n\nText.\n", "\nText.\n");
    check("A\n\n<!-- javert-disable broken-link -->\nB\n\n<!-- javert-enable -->\nC\n", "A\n\nB\n\nC\n");
    check("Text. <!-- javert-disable-line broken-link --> More.\n", "Text.  More.\n");
    check(
        "<!-- javert-disable-file broken-link, empty-link -->\n[a]()\n",
        "<!-- javert-disable-file empty-link -->\n[a]()\n",
    );
    check(
        "<!-- javert-disable-file empty-link broken-link: why -->\n[a]()\n",
        "<!-- javert-disable-file empty-link: why -->\n[a]()\n",
    );
    check("---\ntitle: a\njavert: {disable: [broken-link]}\n---\nText.\n", "---\ntitle: a\n---\nText.\n");
    check(
        "---\njavert: {disable: [broken-link, empty-link]}\n---\n[a]()\n",
        "---\njavert: {disable: [empty-link]}\n---\n[a]()\n",
    );
    // It keeps two lists apart.
    let lists = "- a\n\n<!-- javert-disable broken-link -->\n\n- b\n";
    check(lists, lists);
}

#[test]
fn the_summary_counts_what_is_suppressed() {
    let site = site(&[("content/page.md", "[a](/no/) <!-- javert-disable-line -->\n")]);
    let run = javert(site.path(), &["check"]);
    assert!(run.err.contains(": nothing found (1 suppressed) in "), "{run:?}");
}

// javert.toml

const PAGES: [(&str, &str); 2] = [
    ("content/a.md", "[a](/no/) [b]()\n"),
    ("content/blog/b.md", "[a](/no/)\n\n![image](https://example.com/x.png)\n"),
];

fn configured(settings: &str) -> TempDir {
    site(&[PAGES[0], PAGES[1], ("javert.toml", settings)])
}

/// `file level rule`, one a line.
fn short(site: &TempDir, arguments: &[&str]) -> Vec<String> {
    let out = findings(site, arguments);
    let one = |line: &str| {
        let path = line.split(':').next().unwrap_or_default().to_owned();
        let said = line.split(": ").nth(1).unwrap_or_default();
        format!("{path} {}", said.split(']').next().unwrap_or_default().replace('[', " "))
    };
    out.lines().map(one).collect()
}

#[test]
fn settings_decide_which_rules_run_at_which_level() {
    let a = "content/a.md error broken-link";
    let empty = "content/a.md warning empty-link";
    let b = "content/blog/b.md error broken-link";
    let alt = "content/blog/b.md warning placeholder-alt";
    let check = |settings: &str, arguments: &[&str], expected: &[&str]| {
        assert_eq!(short(&configured(settings), arguments), expected, "{settings} {arguments:?}");
    };
    check("", &[], &[a, empty, b, alt]);
    check("[rules]\nbroken-link = \"off\"\n", &[], &[empty, alt]);
    check("[rules]\nlinks = \"off\"\nempty-link = \"info\"\n", &[], &["content/a.md info empty-link", alt]);
    check("[rules]\nempty-link = \"info\"\nlinks = \"off\"\n", &[], &["content/a.md info empty-link", alt]);
    check("[rules]\nplaceholder-alt = { placeholders = [\"picture\"] }\n", &[], &[a, empty, b]);
    check(
        "[rules.placeholder-alt]\nlevel = \"error\"\n",
        &["--select", "images"],
        &["content/blog/b.md error placeholder-alt"],
    );
    check("exclude = \"content/blog/\"\n", &[], &[a, empty]);
    check("exclude = [\"*.md\", \"!b.md\"]\n", &[], &[b, alt]);
    check(
        "[per-file]\n\"content/blog/**\" = { ignore = [\"images\"], levels = { broken-link = \"info\" } }\n",
        &[],
        &[a, empty, "content/blog/b.md info broken-link"],
    );
    // The command line counts most.
    check(
        "[rules]\nlinks = \"off\"\n",
        &["--level", "broken-link=warning", "--ignore", "images"],
        &["content/a.md warning broken-link", "content/blog/b.md warning broken-link"],
    );
    // A group's name switches on nothing that is off.
    check("[rules]\nsite = \"warning\"\nimages = \"off\"\n", &["--ignore", "links"], &[]);
}

#[test]
fn settings_say_what_fails() {
    let warned = configured("fail-on = \"warning\"\n[rules]\nbroken-link = \"warning\"\n");
    assert_eq!(javert(warned.path(), &["check"]).code, 1);
    assert_eq!(javert(warned.path(), &["check", "--fail-on", "error"]).code, 0);
}

#[test]
fn settings_extend_others() {
    let site = site(&[
        PAGES[0],
        PAGES[1],
        ("javert.toml", "extends = [\"shared/base.toml\"]\n[rules]\nempty-link = \"error\"\n"),
        (
            "shared/base.toml",
            "extends = \"../javert.toml\"\nfail-on = \"info\"\n[rules]\nempty-link = \"off\"\nbrokn-link = \"off\"\nimages = \"off\"\n",
        ),
    ]);
    let out = findings(&site, &["--ignore", "broken-link"]);
    assert_eq!(
        out,
        "content/a.md:1:11: error[empty-link] the link has no destination\n\
         shared/base.toml:1:11: error[invalid-configuration] `../javert.toml` is extended already\n\
         shared/base.toml:5:1: error[invalid-configuration] there is no rule or group `brokn-link`; did you mean `broken-link`?\n"
    );
}

#[test]
fn every_mistake_in_the_settings_has_its_place() {
    let settings = "\
fail_on = \"error\"
fail-on = \"loud\"
exclude = [\"{a\"]
extends = \"nowhere.toml\"
[rules]
missing-alts = \"off\"
missing-alt = \"of\"
empty-link = { levl = \"off\" }
placeholder-alt = { placeholder = [] }
broken-link = 3
images = { level = \"info\", more = 1 }
[per-file]
\"**\" = { ignored = [\"links\"] }
\"*.md\" = { ignore = [\"link\"], levels = { links = \"warn\" } }
";
    let out = findings(&configured(settings), &["--select", "invalid-configuration"]);
    let said: Vec<String> = out
        .lines()
        .map(|line| line.replace("javert.toml:", "").replace(" error[invalid-configuration]", ""))
        .collect();
    let expected = [
        "1:1: unknown key `fail_on`; did you mean `fail-on`?",
        "2:11: expected a level: error, warning, info or off",
        "3:12: error parsing glob '{a': unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)",
        "4:11: cannot read `nowhere.toml`: No such file or directory (os error 2)",
        "6:1: there is no rule or group `missing-alts`; did you mean `missing-alt`?",
        "7:15: expected a level: error, warning, info or off; did you mean `off`?",
        "8:16: unknown key `levl`; did you mean `level`?",
        "9:21: unknown key `placeholder`; did you mean `placeholders`?",
        "10:15: expected a level: error, warning, info or off",
        "11:28: unknown key `more`",
        "13:10: unknown key `ignored`; did you mean `ignore`?",
        "14:22: there is no rule or group `link`; did you mean `links`?",
        "14:50: expected a level: error, warning, info or off",
    ];
    assert_eq!(said, expected, "{}", said.join("\n"));
}

#[test]
fn the_settings_in_force_are_shown_with_where_they_come_from() {
    let site = configured(
        "fail-on = \"info\"\n[rules]\nlinks = \"info\"\nbroken-link = \"error\"\nplaceholder-alt = { placeholders = [] }\nempty-link = \"off\"\n",
    );
    let run = javert(site.path(), &["config"]);
    let lines: Vec<String> =
        run.out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        lines[..6],
        [
            "settings javert.toml",
            "fails on info",
            "rules links is info javert.toml:3",
            "placeholder-alt: `placeholders` is set javert.toml:5",
            "empty-link is off, else warning javert.toml:6",
            "Hugo 0.168.0 no file says which: the newest known is assumed",
        ],
        "{run:?}"
    );
}

#[test]
fn the_schema_has_every_rule_and_every_option() {
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    let run = javert(nowhere.path(), &["config", "--schema"]);
    let schema: Value = serde_json::from_str(&run.out).expect("JSON");
    let rules = &schema["properties"]["rules"]["properties"];
    for entry in RULES {
        let own = &rules[entry.name];
        assert!(own["description"].as_str().is_some_and(|text| !text.is_empty()), "{}", entry.name);
        assert_eq!(own["anyOf"][0]["enum"], serde_json::json!(["error", "warning", "info", "off"]));
        let options = (entry.schema)();
        for option in
            options.get("properties").and_then(Value::as_object).into_iter().flat_map(|all| all.keys())
        {
            assert!(own["anyOf"][1]["properties"][option].is_object(), "{}: {option}", entry.name);
        }
        assert!(rules[entry.manual().group.as_str()].is_object(), "{}", entry.manual().group);
    }
    for key in ["extends", "exclude", "fail-on", "baseline", "per-file", "sites", "variants"] {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
    assert_eq!(schema["additionalProperties"], Value::Bool(false));
}

#[test]
fn init_writes_settings_that_change_nothing_and_overwrites_nothing() {
    let site = site(&PAGES);
    let before = findings(&site, &[]);
    let run = javert(site.path(), &["init"]);
    assert_eq!((run.code, run.out.as_str()), (0, "wrote javert.toml\n"), "{run:?}");
    assert_eq!(findings(&site, &[]), before);
    let text = read(&site, "javert.toml");
    // What is commented out is right as well.
    let uncommented: String = text
        .lines()
        .map(|line| {
            line.strip_prefix("# ").filter(|rest| rest.contains(" = ")).unwrap_or(line).to_owned() + "\n"
        })
        .collect();
    fs::write(site.path().join("javert.toml"), uncommented).expect("it is ours");
    assert_eq!(findings(&site, &["--select", "invalid-configuration"]), "");
    let run = javert(site.path(), &["init"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("there is `javert.toml` already: `--force` overwrites it"), "{run:?}");
    assert_eq!(javert(site.path(), &["init", "--force"]).code, 0);
    assert_eq!(read(&site, "javert.toml"), text);
}

#[test]
fn init_names_other_sites_on_the_host() {
    let site = site(&[
        ("hugo.toml", "baseURL = 'https://example.org/docs/'\n"),
        ("content/a.md", "---\ntitle: A\n---\n\n[b](/k/b/) [c](/k/c/) [d](/d.html) [a](/docs/a/)\n"),
    ]);
    assert_eq!(javert(site.path(), &["init"]).code, 0);
    let text = read(&site, "javert.toml");
    let proposed =
        "# [sites.\"/\"] # 1 link\n# external = true\n# [sites.\"/k/\"] # 2 links\n# external = true\n";
    assert!(text.contains(proposed), "{text}");
    let uncommented = text.replace(proposed, &proposed.replace("\n# ", "\n").replace("# [", "["));
    fs::write(site.path().join("javert.toml"), uncommented).expect("it is ours");
    let run = javert(site.path(), &["check", "--select", "invalid-configuration"]);
    assert!(run.code == 0 && run.err.contains("4 links, "), "{run:?}");
}

#[test]
fn the_settings_of_the_readme_have_no_mistake() {
    let readme = fs::read_to_string(support::repository("README.md")).expect("it is there");
    let section = readme.split("\n## Settings\n").nth(1).expect("there is such a section");
    let settings =
        section.split("```").nth(1).and_then(|block| block.strip_prefix("toml\n")).expect("a block");
    let site = configured(settings);
    support::write_site(site.path(), [("shared/javert.toml", "")]);
    assert_eq!(findings(&site, &["--select", "invalid-configuration"]), "");
    let run = javert(site.path(), &["config"]);
    for says in [
        "fails on",
        "missing-alt is warning, else error",
        "variants is info",
        "images is info in `content/ja/**`",
    ] {
        assert!(run.out.contains(says), "{says}: {run:?}");
    }
}
