//! What `javert config` says of readers and choices, declared and inferred.
#![expect(clippy::disallowed_methods, reason = "tests write sites to disk")]

mod support;

use support::binary::{javert, site};

/// What `javert config` says of a site, without the line on its Hugo version.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &str) {
    let run = javert(site(files).path(), &["config"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let said: Vec<String> = run.out.lines().filter(|line| !line.starts_with("Hugo")).map(words).collect();
    let expected: Vec<String> = expected.lines().map(words).filter(|line| !line.is_empty()).collect();
    assert_eq!(said, expected);
}

const SHOW_IN: &str = r#"{{ if in (split (.Get 0) ",") .Page.Params.product }}{{ .Inner }}{{ end }}"#;

#[test]
fn a_site_without_variants_says_so() {
    let expected = "settings none
        editions (only one) hugo.toml
        readers all see the same";
    check(&[("content/page.md", "Text.\n")], expected);
}

#[test]
fn pages_decide_by_what_cascades_to_them() {
    let expected = "settings none
        editions (only one) hugo.toml
        readers product: cloud, core pages have different values of it, and shortcodes ask for it
        conditions show-in (1) shows to argument 1, split at `,` layouts/shortcodes/show-in.html";
    let files = [
        ("layouts/shortcodes/show-in.html", SHOW_IN),
        ("content/core/_index.md", "---\ncascade:\n  product: core\n---\n"),
        ("content/core/page.md", "{{% show-in \"core\" %}}Text.{{% /show-in %}}\n"),
        ("content/cloud.md", "---\nproduct: cloud\n---\n"),
    ];
    check(&files, expected);
}

#[test]
fn choices_are_learned_from_use() {
    let expected = "settings none
        editions (only one) hugo.toml
        readers all see the same
        choices tabs › tab (2), named by `name`, offered in argument 1 how they are used";
    let page = "{{< tabs \"a,b\" >}}\n{{% tab name=\"a\" %}}\nx\n{{% /tab %}}\n{{% tab name=\"b\" %}}\ny\n{{% /tab %}}\n\
                {{< /tabs >}}\n\n{{< cards >}}\n{{% card %}}\nx\n{{% /card %}}\n{{% card %}}\ny\n{{% /card %}}\n\
                {{< /cards >}}\n";
    let shortcodes = ["tabs", "tab", "cards", "card"].map(|name| format!("layouts/shortcodes/{name}.html"));
    let mut files: Vec<(&str, &str)> =
        shortcodes.iter().map(|path| (path.as_str(), "<div>{{ .Inner }}</div>")).collect();
    files.push(("content/page.md", page));
    check(&files, expected);
}

#[test]
fn what_is_declared_counts() {
    let settings = r#"
        [variants.axis]
        name = "region"
        values = ["us", "eu"]
        [[variants.condition]]
        shortcode = "site-region"
        argument = "region"
        [[variants.container]]
        shortcode = "steps"
        branch = "step"
        offers = "*"
        label = 0
    "#;
    let expected = "settings javert.toml
        editions (only one) hugo.toml
        readers region: us, eu settings
        conditions site-region (0) shows to `region`, in the browser settings
        choices steps › step (0), named by argument 1, offered in its arguments settings";
    check(&[("javert.toml", settings), ("content/page.md", "Text.\n")], expected);
}

#[test]
fn what_cannot_be_declared_has_a_place() {
    let settings = "[variants.axis]\nparam = \"a\"\npage = \"b\"\n[[variants.condition]]\nshows = false\n\
                    [[variants.container]]\nshortcode = \"a\"\nbranch = \"b\"\nlabel = true\noffer = 1\n";
    let run = javert(site(&[("javert.toml", settings), ("content/page.md", "")]).path(), &["check"]);
    let lines: Vec<&str> = run.out.lines().collect();
    let expected = [
        "javert.toml:1:1: error[invalid-configuration] expected one of `param` (a site parameter), `page` (a key of the \
         front matter) and `values` (which the reader chooses in the browser)",
        "javert.toml:4:1: error[invalid-configuration] expected `shortcode`: the name of a shortcode",
        "javert.toml:9:9: error[invalid-configuration] expected the name or the position of `label`",
        "javert.toml:10:1: error[invalid-configuration] unknown key `offer`; did you mean `offers`?",
    ];
    assert_eq!(lines, expected, "{run:?}");
    let settings = "[variants.axis]\nparam = \"Region\"\n";
    let run = javert(site(&[("javert.toml", settings), ("content/page.md", "")]).path(), &["check"]);
    let expected = "javert.toml:1:1: error[invalid-configuration] no two readers are told apart by this\n";
    assert_eq!(run.out, expected, "{run:?}");
}

/// A page for readers in JP, US and CN.
fn regions(page: &str) -> tempfile::TempDir {
    let show = "{{ if in .Params site.Params.Region }}{{ .Inner | .Page.RenderString }}{{ end }}";
    let config = |region: &str| format!("baseURL = \"/\"\ndisableKinds = []\nparams.Region = \"{region}\"\n");
    let configs =
        ["CN", "JP", "US"].map(|region| (format!("config_{}.toml", region.to_lowercase()), config(region)));
    let directory = tempfile::tempdir().expect("a directory");
    let mut files = vec![("layouts/shortcodes/show.html".to_owned(), show.to_owned())];
    files.push(("content/page.md".to_owned(), page.to_owned()));
    files.push(("content/other.md".to_owned(), "Text.\n".to_owned()));
    files.extend(configs);
    support::write_site(directory.path(), files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    directory
}

const PAGE: &str = "{{< show JP US >}}\n1. Open the settings.\n1. Press the button.\n   1. Wait for the lamp.\n\
                    {{< /show >}}\n\n{{< show CN >}}\n* Open the settings.\n* Call the office first.\n* Press the button!\n\
                    {{< /show >}}\n";

#[test]
fn versions_are_shown_side_by_side() {
    let site = regions(PAGE);
    let run = javert(site.path(), &["variants", "content/page.md", "--width", "70"]);
    let expected = [
        "content/page.md:1",
        "  JP, US (line 1)                 │ CN (line 7)",
        "──────────────────────────────────┼─────────────────────────────────",
        "✗ 1. Open the settings.           │ • Open the settings.",
        "·                                 │ • Call the office first.",
        "✗ 1. Press the button.            │ • Press the button!",
        "·   1. Wait for the lamp.         │",
        "  line 8: warning[list-type-disagreement] bullet list for CN, but numbered for JP, US (line 2)",
        "  line 10: info[punctuation-disagreement] `!` for CN, but `.` for JP, US (line 3)",
        "",
        "✗ a finding   ≠ the same in another role   ~ other words   · not for all",
    ];
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines, expected, "{run:?}");
}

#[test]
fn a_site_shows_who_sees_which_page() {
    let run = javert(regions(PAGE).path(), &["variants"]);
    let expected = [
        "                  CN     JP     US",
        "content/page.md   ◐      ◐      ◐",
        "● shown           1      1      1",
        "◐ partly          1      1      1",
        "– hidden          0      0      0",
        "the other page is the same for all readers",
    ];
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines, expected, "{run:?}");
}

#[test]
fn both_are_web_pages_too() {
    let site = regions(&PAGE.replace("lamp", "<b>lamp</b> & \"bell\""));
    for (arguments, holds) in [
        (&["variants", "content/page.md", "--output-format", "html"][..], "<td>• Open the settings.</td>"),
        (&["variants", "--output-format", "html"][..], "<td title=\"partly\">◐</td>"),
    ] {
        let run = javert(site.path(), arguments);
        assert!(run.out.starts_with("<!doctype html>") && run.out.contains(holds), "{run:?}");
        assert!(run.out.ends_with("</html>\n") && !run.out.contains("<b>lamp"), "{run:?}");
    }
}

const VERSIONS: &str = "[versions.\"v1.0.0\"]\n[versions.\"v2.0.0\"]\n";

#[test]
fn versions_of_hugo_itself_are_readers() {
    let expected = "settings none
        editions v2.0.0 hugo.toml
        v1.0.0 hugo.toml
        readers version: v2.0.0, v1.0.0 Hugo builds the site once for each";
    check(&[("hugo.toml", VERSIONS), ("content/page.md", "Text.\n")], expected);
}

#[test]
fn findings_name_the_version() {
    let all = "---\nsites: {matrix: {versions: \"**\"}}\n---\n[b](../b/) [there](/v1.0.0/a/)\n";
    let new = "---\nsites: {matrix: {versions: v2.0.0}}\n---\n[gone](/v1.0.0/b/)\n";
    let files = [("hugo.toml", VERSIONS), ("content/a.md", all), ("content/b.md", new)];
    let run = javert(site(&files).path(), &["check", "--select", "links", "--output-format", "concise"]);
    let lines: Vec<&str> = run.out.lines().collect();
    let expected = [
        "content/a.md:4:5: error[broken-link] there is no page at `/v1.0.0/b/` (for v1.0.0)",
        "content/b.md:4:8: error[broken-link] there is no page at `/v1.0.0/b/`",
    ];
    assert_eq!(lines, expected, "{run:?}");
}

/// Where some see a block for neither of two reasons, and what it says of values that nobody has.
const TWO_AXES: &str = "Text.\n\n{{< region JP >}}\nFor some.\n{{< /region >}}\n{{% plan cloud %}}\n{{< region US >}}\n\
                        {{< region JP >}}\nNever.\n{{< /region >}}\n{{< /region >}}\n{{% plan huge %}}\nText.\n{{% /plan %}}\n\
                        {{% plan core %}}\nNever.\n{{% /plan %}}\n{{% /plan %}}\n";

#[test]
fn several_things_tell_readers_apart() {
    let text = std::fs::read_to_string(support::repository("fixtures/projections/axes.txtar"));
    let mut files = support::txtar(&text.expect("a site"));
    files.retain(|(path, _)| !path.starts_with("content/"));
    files.push(("content/page.md".to_owned(), TWO_AXES.to_owned()));
    let directory = tempfile::tempdir().expect("a directory");
    support::write_site(directory.path(), files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let lines = |arguments: &[&str]| {
        let run = javert(directory.path(), arguments);
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        run.out.lines().map(words).collect::<Vec<_>>()
    };
    let told = lines(&["config"]);
    let told: Vec<&String> = told.iter().filter(|line| line.starts_with("readers")).collect();
    let reason = "it differs between the editions, and templates ask for it";
    assert_eq!(
        told,
        [&format!("readers plan: cloud, core {reason}"), &format!("readers region: JP, US {reason}")]
    );
    let findings = [
        "content/page.md:8:1: warning[dead-block] this block for JP is never shown: it is in a block for US (line 7)",
        "content/page.md:12:10: error[unknown-variant-value] unknown plan `huge`",
        "content/page.md:15:1: warning[dead-block] this block for core is never shown: it is in a block for cloud (line 6)",
    ];
    assert_eq!(lines(&["check", "--output-format", "concise"]), findings);
    assert_eq!(lines(&["variants"])[..2], ["cloud core JP US", "content/page.md ● ◐ ◐ ◐"]);
}

#[test]
fn declared_axes_have_names() {
    let settings = "[[variants.axis]]\nname = \"where\"\nparam = \"region\"\n[[variants.axis]]\nname = \"what\"\n\
                    param = \"plan\"\n[[variants.condition]]\nshortcode = \"only\"\naxis = \"what\"\n\
                    [[variants.condition]]\nshortcode = \"never\"\naxis = \"why\"\n";
    let config = |region: &str, plan: &str| {
        format!("baseURL = \"/\"\nparams.region = \"{region}\"\nparams.plan = \"{plan}\"\n")
    };
    let directory = tempfile::tempdir().expect("a directory");
    let configs = [("jp", "JP", "core"), ("us", "US", "core"), ("cn", "CN", "cloud")];
    for (name, region, plan) in configs {
        let (path, text) = (format!("config_{name}.toml"), config(region, plan));
        support::write_site(directory.path(), [(path.as_str(), text.as_str())]);
    }
    let page = "Text.\n{{< only huge >}}x{{< /only >}}\n{{< never >}}x{{< /never >}}\n";
    support::write_site(directory.path(), [("javert.toml", settings), ("content/page.md", page)]);
    let run = javert(directory.path(), &["check", "--output-format", "concise"]);
    let expected = [
        "content/page.md:2:10: error[unknown-variant-value] unknown plan `huge`",
        "javert.toml:12:8: error[invalid-configuration] no `[[variants.axis]]` has the name `why`",
    ];
    assert_eq!(run.out.lines().collect::<Vec<_>>(), expected, "{run:?}");
}
