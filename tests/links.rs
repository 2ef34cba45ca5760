//! The `javert` binary on links: how they are shown, and what around the site decides where they lead.
#![expect(clippy::disallowed_methods, reason = "tests write sites to disk")]

mod support;

use serde_json::Value;
use support::{
    binary::{javert, site},
    write_site,
};
use tempfile::TempDir;

#[test]
fn links_into_another_site_are_checked_by_its_inventory() {
    let both = tempfile::tempdir().expect("a temporary folder");
    let root = both.path();
    write_site(
        root,
        [
            ("k/hugo.toml", "baseURL = \"https://example.org/k/\"\n"),
            ("k/content/_index.md", "---\ntitle: K\n---\n"),
            ("k/content/a.md", "---\ntitle: A\naliases: [old]\n---\n\n## 設定\n"),
            ("k/layouts/all.html", "{{ .Content }}"),
            ("g/hugo.toml", "baseURL = \"https://example.org/g/\"\n"),
            ("g/layouts/all.html", "{{ .Content }}"),
            (
                "g/content/b.md",
                "---\ntitle: B\n---\n[1](/k/a/#設定) [2](/k/old/) [3](/k/nope/) [4](/k/a/#x) [5](/x/)\n",
            ),
        ],
    );
    let unknown = javert(&root.join("g"), &["check"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (0, ""));
    assert!(unknown.err.contains("5 links (5 unknown)"), "{unknown:?}");

    let written = javert(&root.join("k"), &["inventory", "--output", "../k.json"]);
    assert_eq!(written.code, 0, "{written:?}");
    let findings = [
        "content/b.md:4:32: error[broken-link] the site `/k/` has no page at `/k/nope/`\n",
        "content/b.md:4:46: error[broken-anchor] `/k/a/` on the site `/k/` has no anchor `#x`\n",
    ]
    .concat();
    // An inventory, or the source itself.
    for other in ["../k.json", "../k"] {
        write_site(
            &root.join("g"),
            [("javert.toml", format!("[sites.\"/k\"]\ninventory = \"{other}\"\n").as_str())],
        );
        let known = javert(&root.join("g"), &["check"]);
        assert_eq!((known.code, known.out.as_str()), (1, findings.as_str()), "{other}");
    }
    // A site that has the other one below its own base path.
    write_site(
        root,
        [
            ("r/hugo.toml", "baseURL = \"https://example.org/\"\n"),
            ("r/layouts/all.html", "{{ .Content }}"),
            ("r/content/c.md", "---\ntitle: C\n---\n[1](/k/a/) [2](/k/nope/) [3](/c/) [4](/d/)\n"),
            ("r/javert.toml", "[sites.\"/k/\"]\ninventory = \"../k\"\n"),
        ],
    );
    let around = javert(&root.join("r"), &["check"]);
    let found = [
        "content/c.md:4:16: error[broken-link] the site `/k/` has no page at `/k/nope/`\n",
        "content/c.md:4:39: error[broken-link] there is no page at `/d/`\n",
    ];
    assert_eq!((around.code, around.out), (1, found.concat()));

    write_site(&root.join("g"), [("javert.toml", "[sites.\"/k\"]\nexternal = true\n")]);
    let external = javert(&root.join("g"), &["check"]);
    assert_eq!((external.code, external.out.as_str()), (0, ""));
    assert!(external.err.contains("5 links (1 unknown)"), "{external:?}");
    let listed = javert(&root.join("g"), &["links", "--verdict", "external"]);
    assert_eq!(listed.out.lines().filter(|line| line.contains("/k/")).count(), 4, "{listed:?}");

    write_site(&root.join("g"), [("javert.toml", "[sites.\"/k\"]\ninventory = \"../gone.json\"\n")]);
    let gone = javert(&root.join("g"), &["check"]);
    assert!(gone.out.starts_with("javert.toml:2:13: error[invalid-configuration] cannot read"), "{gone:?}");
}

#[test]
fn fragments_are_for_ids_texts_and_scripts() {
    let links = "[1](#one:~:text=Two) [2](#:~:text=Two) [3](#two:~:text=Two) [4](#/path/of/script) [5](#!path) \
                 [6](#tab=one) [7](#a/?b=c)";
    let page = format!("---\ntitle: A\n---\n## One\n\n{links}\n");
    let site = site(&[("layouts/all.html", "{{ .Content }}"), ("content/a.md", page.as_str())]);
    let checked = javert(site.path(), &["check"]);
    let found = [
        "content/a.md:6:44: error[broken-anchor] this page has no anchor `#two:~:text=Two`\n",
        "content/a.md:6:113: error[broken-anchor] this page has no anchor `#a/?b=c`\n",
    ];
    assert_eq!(checked.out, found.concat());
    assert!(checked.err.contains("7 links (3 unknown)"), "{checked:?}");
}

/// Templates that a Hugo from before 0.146 finds as a newer one does are known, and so is what they divide.
#[test]
fn lists_are_divided_by_the_template_that_every_version_takes() {
    let posts: Vec<(String, &str)> =
        (0..12).map(|number| (format!("content/blog/{number}.md"), "---\ntitle: A\n---\n")).collect();
    let check = |layouts: &[(&str, &str)], expected: &[&str]| {
        let site = site(&[("netlify.toml", "[build.environment]\nHUGO_VERSION = \"0.110.0\"\n")]);
        write_site(site.path(), posts.iter().map(|(path, text)| (path.as_str(), *text)));
        write_site(site.path(), layouts.iter().copied());
        let written = javert(site.path(), &["inventory"]);
        assert_eq!(written.code, 0, "{written:?}");
        let keys = written.out.lines().filter_map(|line| line.trim().strip_prefix('"')?.split('"').next());
        let further: Vec<&str> = keys.filter(|key| key.starts_with("/blog/page/")).collect();
        assert_eq!(further, expected, "{layouts:?}");
    };
    let divides = "{{ range .Paginator.Pages }}{{ .Title }}{{ end }}";
    let single = ("layouts/_default/single.html", "{{ .Content }}");
    let both = ["/blog/page/2/", "/blog/page/1/"];
    check(&[single, ("layouts/_default/list.html", divides)], &both);
    check(&[single, ("layouts/blog/section.html", divides), ("layouts/_default/list.html", divides)], &both);
    // Old versions do not look there.
    check(&[single, ("layouts/list.html", divides)], &["/blog/page/"]);
}

#[test]
fn a_link_is_traced_listed_and_inventoried() {
    let site = site(&[
        ("layouts/all.html", "{{ .Content }}"),
        ("content/a.md", "---\ntitle: A\n---\n\n[b](/b/#x) [c](https://example.com/) ![](gone.png)\n"),
        ("content/b.md", "---\ntitle: B\n---\n\n## Y\n"),
    ]);
    let traced = javert(site.path(), &["trace", "content/a.md:5", "/b/"]);
    assert_eq!(
        traced.out,
        "content/a.md:5:5: `/b/#x`
  a Markdown link
  1. this page is published at `/a/`
  2. no render-link hook is on: the destination is printed as it is written
  3. a browser goes to `/b/`
  4. there is the page content/b.md
  5. which has no anchor `#x` that we can see
  => broken: content/b.md has no such anchor
  error[broken-anchor]: `/b/` has no anchor `#x`
    did you mean `#y`?
"
    );
    let none = javert(site.path(), &["trace", "content/a.md:1"]);
    assert_eq!(
        (none.code, none.err.as_str()),
        (2, "javert: content/a.md has no link on line 1; the page has links on line 5\n")
    );
    let listed = javert(site.path(), &["links", "--output-format", "json", "--verdict", "external"]);
    let listed: Value = serde_json::from_str(&listed.out).expect("JSON");
    assert_eq!(listed[0]["leads"][0]["target"], "external");
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    let inventory = javert(site.path(), &["inventory"]);
    let inventory: Value = serde_json::from_str(&inventory.out).expect("JSON");
    assert_eq!(inventory["editions"][0]["pages"]["/b/"]["anchors"][0], "y");
}

#[test]
fn links_to_files_of_the_own_repository_are_checked_in_the_working_tree() {
    let site = site(&[
        (".git/config", "[remote \"origin\"]\n\turl = git@github.com:acme/docs.git\n"),
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("layouts/all.html", "{{ .Content }}"),
        (
            "content/a.md",
            "---\ntitle: A\n---\n[1](https://github.com/acme/docs/edit/main/content/a.md) [2](https://github.com/acme/docs/blob/main/gone.md)\n",
        ),
    ]);
    let run = javert(site.path(), &["check"]);
    assert_eq!(run.out, "content/a.md:4:62: error[broken-link] this repository has no `gone.md`\n");
}

#[test]
fn a_configuration_that_scripts_make_leaves_links_unknown() {
    let site = site(&[
        (".gitignore", "module.yaml\n"),
        ("config/_default/params.yaml", "a: 1\n"),
        ("layouts/all.html", "{{ .Content }}"),
        ("content/en/a.md", "---\ntitle: A\naliases: [/old/]\n---\n[b](/b/) [old](/old/)\n"),
    ]);
    let run = javert(site.path(), &["check"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""));
    assert!(run.err.contains("config/_default/module.yaml") && run.err.contains("(1 unknown)"), "{run:?}");
    // A rule for all files of a kind says nothing about a configuration.
    write_site(site.path(), [(".gitignore", "*.json\n*.yaml\n")]);
    let run = javert(site.path(), &["check"]);
    assert!(run.out.contains("error[broken-link]"), "{run:?}");
}

#[test]
fn what_scripts_make_is_unknown_until_it_is_here() {
    let site = site(&[
        (".gitignore", "/themes/\ncontent/api/\n/static/downloads/\n"),
        ("hugo.toml", "baseURL = \"https://example.org/\"\ntheme = \"plain\"\n"),
        ("themes/plain/layouts/all.html", "{{ .Content }}"),
        (
            "content/a.md",
            "---\ntitle: A\n---\n[1](/nope/) [2](/api/b/) [3](/downloads/) [4](/downloads/x.zip)\n",
        ),
    ]);
    let run = javert(site.path(), &["check"]);
    assert!(run.err.contains("(3 unknown)"), "{run:?}");
    assert_eq!(run.out, "content/a.md:4:5: error[broken-link] there is no page at `/nope/`\n");
    write_site(site.path(), [("content/api/c.md", "---\ntitle: C\n---\nC\n")]);
    let run = javert(site.path(), &["check"]);
    assert!(run.out.contains("there is no page at `/api/b/`"), "{run:?}");
}

/// Gives a site these configurations, called by their numbers, instead of its own.
fn give_editions(site: &TempDir, configs: &[String]) {
    std::fs::remove_file(site.path().join("hugo.toml")).expect("it was there");
    for (number, config) in (1..).zip(configs) {
        let path = format!("config_{number}.toml");
        let text = format!("baseURL = \"https://{number}.example.org/\"\n{config}");
        write_site(site.path(), [(path.as_str(), text.as_str())]);
    }
}

#[test]
fn a_numbered_anchor_is_judged_for_each_edition_though_they_publish_alike() {
    let other = [
        "---\ntitle: B\n---",
        "{{% only JP %}}\n## A {#a-1}\n{{% /only %}}",
        "{{% only US %}}\n## A\n{{% /only %}}",
        "## A",
        "{{% only US %}}\n## A\n{{% /only %}}\n",
    ]
    .join("\n\n");
    // The verdict must not hang on which edition comes first.
    for (first, second) in [("JP", "US"), ("US", "JP")] {
        let site = site(&[
            ("layouts/all.html", "{{ .Content }}"),
            ("layouts/shortcodes/only.html", "{{ if eq (.Get 0) site.Params.region }}{{ .Inner }}{{ end }}"),
            ("content/a.md", "---\ntitle: A\n---\n[0](/b/#a) [1](/b/#a-1) [2](/b/#a-2) [3](/b/#a-3)\n"),
            ("content/b.md", &other),
        ]);
        let config = |region: &str| format!("[params]\nregion = \"{region}\"\n");
        give_editions(&site, &[config(first), config(second)]);
        let run = javert(site.path(), &["check", "--select", "broken-anchor", "--select", "unstable-anchor"]);
        let expected = [
            "content/a.md:4:16: warning[unstable-anchor] `#a-1` changes when a heading of the same name comes or goes before it (for US)\n",
            "content/a.md:4:29: error[broken-anchor] `/b/` has no anchor `#a-2` (for JP)\n",
            "content/a.md:4:29: warning[unstable-anchor] `#a-2` changes when a heading of the same name comes or goes before it (for US)\n",
            "content/a.md:4:42: error[broken-anchor] `/b/` has no anchor `#a-3`\n",
        ];
        assert_eq!(run.out, expected.concat(), "{first} comes first");
    }
}

#[test]
fn what_calls_print_is_told_apart_by_edition() {
    let site = site(&[
        ("layouts/all.html", "{{ .Content }}"),
        ("layouts/shortcodes/shop.html", "{{ site.Params.shop }}"),
        (
            "content/a.md",
            "---\ntitle: A\n---\n[1](/b/#in-the-shop) [2](/b/#in-the-store) [3](/b/{{% shop %}}/) [4](/b/#in-the)\n",
        ),
        ("content/b/_index.md", "---\ntitle: B\n---\n## In the {{% shop %}}\n"),
        ("content/b/store.md", "---\ntitle: C\n---\n"),
    ]);
    let config = |region: &str, params: &str| format!("[params]\nregion = \"{region}\"\n{params}\n");
    let all = [config("JP", "shop = \"Shop\""), config("US", "shop = \"store\""), config("CN", "")];
    give_editions(&site, &all);
    let run = javert(site.path(), &["check", "--select", "broken-anchor", "--select", "broken-link"]);
    let expected = [
        "content/a.md:4:5: error[broken-anchor] `/b/` has no anchor `#in-the-shop` (for 2, 3)\n",
        "content/a.md:4:26: error[broken-anchor] `/b/` has no anchor `#in-the-store` (for 1, 3)\n",
        "content/a.md:4:48: error[broken-link] there is no page at `/b/Shop/` (for 1)\n",
        "content/a.md:4:70: error[broken-anchor] `/b/` has no anchor `#in-the` (for 1, 2)\n",
    ];
    assert_eq!(run.out, expected.concat(), "{run:?}");
}

#[test]
fn rules_beside_the_home_page_count_and_so_do_rewrites() {
    let site = site(&[
        ("layouts/all.html", "{{ .Content }}"),
        ("content/_redirects", "/latest/* /v2/:splat 200\n/old /v2/a/\n"),
        ("content/v2/a.md", "---\ntitle: A\n---\n[1](/latest/a/) [2](/latest/b/) [3](/old)\n"),
    ]);
    let checked = javert(site.path(), &["check"]);
    assert_eq!(checked.out, "content/v2/a.md:4:21: error[broken-link] there is no page at `/latest/b/`\n");
}

#[test]
fn a_map_of_redirects_for_others_is_no_rule_of_the_host() {
    let site = site(&[
        (
            "hugo.toml",
            "baseURL = '/'\noutputs.home = ['html', 'redirects']\noutputFormats.redirects = {mediaType = 'application/json', baseName = 'redirects'}\n",
        ),
        ("layouts/all.html", "{{ .Content }}"),
        (
            "layouts/home.redirects.json",
            "{{ range site.Pages }}{{ .Params.from }} {{ .RelPermalink }}{{ end }}",
        ),
        ("content/a.md", "---\ntitle: A\nfrom: /old/\n---\n[1](/old/)\n"),
    ]);
    let checked = javert(site.path(), &["check"]);
    assert_eq!(checked.out, "content/a.md:5:5: error[broken-link] there is no page at `/old/`\n");
}

#[test]
fn rules_that_templates_make_of_parameters_are_possible() {
    let links = "[1](/a/old/) [2](/moved/x/) [3](/gone/) [4](/out/) [5](/v1/y/) [6](/a/gone/)";
    let site = site(&[
        (
            "hugo.toml",
            "baseURL = '/'\noutputs.home = ['html', 'rules']\noutputFormats.rules = {mediaType = 'text/plain', baseName = '_redirects'}\n",
        ),
        ("layouts/all.html", "{{ .Content }}"),
        (
            "layouts/home.rules.txt",
            "/out https://example.org\n{{ range site.Pages }}\n{{ partial \"rules/one.txt\" . }}\n{{ end }}\n{{ range hugo.Data.moved }}\n{{ .from }} {{ .to }}\n{{ end }}\n",
        ),
        (
            "layouts/_partials/rules/one.txt",
            "{{ $p := . }}\n{{ range .Params.redirects }}\n{{ $p.RelPermalink }}{{ .from }} {{ $p.RelPermalink }}\n{{ end }}\n/v{{ .Weight }}/* /:splat\n",
        ),
        ("data/moved.yaml", "- {from: /moved/*, to: '/:splat'}\n"),
        ("content/a.md", "---\ntitle: A\nredirects: [{from: old}]\n---\n"),
        ("content/b.md", &format!("---\ntitle: B\n---\n\n{links}\n")),
    ]);
    let checked = javert(site.path(), &["check"]);
    assert!(checked.err.contains("6 links (3 unknown)"), "{checked:?}");
    assert_eq!(
        checked.out,
        "content/b.md:5:33: error[broken-link] there is no page at `/gone/`
content/b.md:5:68: error[broken-link] there is no page at `/a/gone/`
"
    );
}
