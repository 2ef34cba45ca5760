//! What holds for every text.
#![expect(clippy::disallowed_methods, reason = "the environment may ask for more cases")]

use std::collections::BTreeMap;

use javert::{
    commands::check::findings,
    diagnostic::apply,
    hugo::{
        paths::Day,
        shortcode::{Inner, Pairing, Scan, pair, scan, verdict},
        version::Version,
    },
    report::{Checked, concise, human},
    site::{Site, alike::Alike, load::Circumstances},
    source::Span,
    tree::MemoryTree,
};
use proptest::{prelude::*, test_runner::RngSeed};
use shapes::{CIRCUMSTANCES, SHAPES, site, special};

#[path = "../benches/shapes/mod.rs"]
mod shapes;

/// Text with everything that means something in shortcodes.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "{{<", "{{%", ">}}", "%}}", "{{< a >}}", "{{< /a >}}", "{{% b %}}", "{{% /b %}}", "{{< c />}}",
            "{{< d", "{{</*", "*/>}}", "/*", "*/%}}", "/", "\"", "\\\"", "`", "=", "a=1", ".inline ", "}}", "{", ">",
            "｛｛", "“", "\n", " ", "\r\n", "```\n",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[a-d{}<>%/ \"`=\\\\.]{0,12}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn inner(name: &str) -> Inner {
    match name {
        "a" | "b" => Inner::Used,
        "c" => Inner::Unused,
        "d" => Inner::NoTemplate,
        _ => Inner::Unknown,
    }
}

fn assert_inside(text: &str, span: Span) {
    assert!(span.start <= span.end && text.get(span.range()).is_some(), "{span:?} in {text:?}");
}

fn assert_sound(text: &str, scan: &Scan, pairing: &Pairing) {
    for tag in &scan.tags {
        for span in [tag.span, tag.name_span] {
            assert_inside(text, span);
        }
        assert!(tag.span.contains(tag.name_span), "{tag:?} in {text:?}");
        for argument in &tag.arguments {
            assert_inside(text, argument.span);
            assert!(argument.span.contains(argument.value_span), "{argument:?} in {text:?}");
            assert!(tag.span.contains(argument.span), "{tag:?} in {text:?}");
        }
    }
    for two in scan.tags.windows(2) {
        assert!(two[0].span.end <= two[1].span.start, "{two:?} overlap in {text:?}");
    }
    for problem in scan.problems.iter().chain(&pairing.problems) {
        assert_inside(text, problem.span);
        assert!(!problem.span.is_empty(), "{problem:?} in {text:?}");
    }
    for (index, call) in pairing.calls.iter().enumerate() {
        assert_inside(text, call.span);
        assert!(call.inner.is_none_or(|inner| call.span.contains(inner)), "{call:?} in {text:?}");
        if let Some(parent) = call.parent {
            let enclosing = pairing.calls[parent].inner.expect("a parent has inner text");
            assert!(parent < index && enclosing.contains(call.span), "{call:?} in {enclosing:?} of {text:?}");
        }
    }
}

/// The same cases in every run, so that nobody's change fails for a bug it did not make. `PROPTEST_RNG_SEED=7` and
/// `PROPTEST_CASES=100000` look further.
fn cases(count: u32) -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = count;
    }
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = RngSeed::Fixed(20_261_122);
    }
    config.failure_persistence = None;
    config
}

/// A page with everything that means something in Markdown, front matter and region blocks.
fn page() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(vec![
            "---\n", "title: あ\n", "disabled: [US]\n", "disabled: [JP, US, CN]\n", "\n", "\n\n", "\r\n", "# 見出し\n", "### b {#b}\n",
            "b {#b}\n===\n", "* 項目です\n", "1. 項目です\n", "    * 項目です\n", "> ", "```\n", "| a | b |\n|---|---|\n", "[x](/g/ja/a.html#b)",
            "[x](#b)", "![](a.png)", "![画像](/g/img/a.png)", "[x][y]", "[y]: /z\n", "<a id=\"q\" href=\"b\">", "<img src=x>", "<!--", "-->",
            "{{% enabled JP %}}", "{{% enabled US CN %}}\n", "{{% enabled jp %}}", "{{% /enabled %}}\n", "{{% note %}}\n", "{{% /note %}}",
            "{{< screen src=\"/g/a.png\" alt=\"\" >}}", "{{< nope", "[^1]", "[^1]: n\n", "term\n: def\n", "**", "_", "`", "\t", "　", "\u{feff}", "\0",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// A site of three editions with one page.
fn three_editions(page: &str) -> Site {
    load(&MemoryTree::new(files_of_three_editions(page)))
}

fn load(tree: &MemoryTree) -> Site {
    Site::load(tree, Circumstances { today: Day { year: 2026, month: 1, day: 1 }, version: None })
}

fn files_of_three_editions(page: &str) -> BTreeMap<String, String> {
    let config = |region: &str| {
        format!(
            "baseURL = \"https://{region}.example.org/g/\"\nuglyURLs = true\n[params]\nTargetRegion = \"{region}\"\n[markup.goldmark.renderer]\nunsafe = true\n[markup.goldmark.parser.attribute]\nblock = true\n[languages.ja]\n"
        )
    };
    let guard = "{{ if in .Params $.Site.Params.TargetRegion }}{{ .Inner | markdownify }}{{ end }}";
    let files = [
        ("config_cn.toml", config("CN")),
        ("config_jp.toml", config("JP")),
        ("config_us.toml", config("US")),
        ("layouts/_shortcodes/enabled.html", guard.to_owned()),
        ("layouts/_shortcodes/note.html", "<aside>{{ .Inner }}</aside>".to_owned()),
        (
            "layouts/_shortcodes/screen.html",
            "<img src=\"{{ .Get \"src\" }}\" alt=\"{{ .Get \"alt\" }}\">".to_owned(),
        ),
        (
            "layouts/page.html",
            "{{ if in .Params.disabled $.Site.Params.TargetRegion }}{{ else }}{{ .Content }}{{ end }}"
                .to_owned(),
        ),
        ("content/a.md", page.to_owned()),
    ];
    files.map(|(path, text)| (path.to_owned(), text)).into()
}

/// Changes that may be made to a site of three editions, as files with their new texts.
fn change() -> impl Strategy<Value = (&'static str, Option<String>)> {
    let text = |text: &str| Some(text.to_owned());
    prop_oneof![
        4 => page().prop_map(|page| ("content/a.md", Some(page))),
        2 => page().prop_map(|page| ("content/b.md", Some(page))),
        1 => prop::sample::select(vec![
            ("content/b.md", None),
            ("layouts/_shortcodes/note.html", text("<aside id=\"b\">{{ .Get 0 }}</aside>")),
            ("layouts/_shortcodes/note.html", None),
            ("layouts/_markup/render-heading.html", text("<h2 id=\"q\">{{ .Text }}</h2>")),
            ("layouts/_markup/render-image.html", text("<img id=\"{{ .Destination }}\">")),
            ("config_us.toml", None),
            ("config_us.toml", text("baseURL = \"https://us.example.org/\"\n[params]\nTargetRegion = \"EU\"\n[markup.goldmark.renderer]\nunsafe = false\n")),
            ("netlify.toml", text("[build.environment]\nHUGO_VERSION = \"0.110.0\"\n")),
        ]),
    ]
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn any_page_is_judged_without_panic_and_every_place_is_real(page in page()) {
        let site = three_editions(&page);
        let found = findings(&site);
        let text = site.pages.first().map(|page| page.source.text.clone()).unwrap_or_default();
        let checked = Checked::new(site, "", found);
        for found in checked.diagnostics.iter().filter(|found| found.path == "content/a.md") {
            assert_inside(&text, found.span);
            found.labels.iter().filter(|label| label.path == found.path).for_each(|label| assert_inside(&text, label.span));
            if let Some(fix) = &found.fix {
                fix.edits.iter().for_each(|edit| assert_inside(&text, edit.span));
                apply(&text, [fix]);
            }
            human::render(&checked, found, false);
            assert!(!concise::line(&checked, found).contains('\n'));
        }
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn a_site_read_after_one_that_is_alike_is_as_if_it_were_read_alone(
        (one, other) in (page(), page()),
        changes in prop::collection::vec(change(), 1..3),
    ) {
        let mut files = files_of_three_editions(&one);
        // What its call prints is found out by running it.
        files.insert("layouts/_shortcodes/runs.html".into(), "<a href=\"{{ .Page.Params.more }}\">x</a>".into());
        files.insert("content/b.md".into(), format!("---\ntitle: x\nmore: /g/ja/x.html\n---\n{{{{< runs >}}}}\n{other}"));
        let before = files.clone();
        for (path, text) in changes {
            match text {
                Some(text) => files.insert(path.to_owned(), text),
                None => files.remove(path),
            };
        }
        let paths = before.keys().chain(files.keys()).map(String::as_str);
        let changed = paths.filter(|path| before.get(*path) != files.get(*path)).collect();
        let (known, tree) = (load(&MemoryTree::new(before.clone())), MemoryTree::new(files.clone()));
        let circumstances = Circumstances { today: known.today, version: None };
        let alike = Site::load_alike(&tree, circumstances, &Alike { site: &known, changed });
        let alone = load(&tree);
        assert_eq!(alike.pages, alone.pages);
        assert_eq!(alike.definitions, alone.definitions);
        assert_eq!(alike.visibility, alone.visibility);
        assert_eq!(alike.alternatives, alone.alternatives);
        assert_eq!(format!("{:?}", alike.anchors), format!("{:?}", alone.anchors));
        for (one, other) in alike.published.iter().zip(&alone.published) {
            assert_eq!(one.instances, other.instances);
            assert_eq!(one.of_page, other.of_page);
            assert_eq!(one.layouts, other.layouts);
        }
        assert_eq!(alike.links, alone.links);
        assert_eq!(alike.sources, alone.sources);
        assert_eq!(findings(&alike), findings(&alone));
    }
}

/// Text without shortcodes.
fn plain() -> impl Strategy<Value = String> {
    let pieces = vec![
        "\n",
        "\n\n",
        "# 見出し\n",
        "## Two\n",
        "### b {#b}\n",
        "* 項目です\n",
        "1. 項目です\n",
        "[x](#b)",
        "[x](/g/ja/b.html#b)",
        "[x](/g/ja/a.html#two)",
        "[x](a.md)",
        "![](a.png)",
        "![画像](/g/img/a.png)",
        "<a id=\"q\"></a>",
        "<!-- c -->",
        "text",
        "```\n",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn pages_with_other_texts_for_a_while_are_as_if_the_site_were_read_with_them(
        (head, more, other) in (plain(), plain(), plain()),
        (from, to) in ((plain(), plain()), (plain(), plain())),
        both in any::<bool>(),
    ) {
        let calls = "{{% enabled JP %}}\n# 見出し\n{{% /enabled %}}\n{{% enabled US CN %}}\n## Two\n{{% /enabled %}}\n\n{{< note >}}x{{< /note >}}\n\n";
        let page = |text: &str| format!("---\ntitle: あ\n---\n{head}\n\n{calls}{text}");
        let mut files = files_of_three_editions(&page(&from.0));
        files.insert("content/b.md".into(), format!("{more}\n\n{}", from.1));
        files.insert("content/c.md".into(), other);
        let before = files.clone();
        files.insert("content/a.md".into(), page(&to.0));
        if both {
            files.insert("content/b.md".into(), format!("{more}\n\n{}", to.1));
        }
        let changed = files.keys().map(String::as_str).filter(|path| before.get(*path) != files.get(*path)).collect();
        let (tree, mut site) = (MemoryTree::new(files.clone()), load(&MemoryTree::new(before.clone())));
        let was = site.exchange(&tree, &changed).expect("only words change");
        assert_alike(&site, &load(&tree));
        site.put_back(was);
        assert_alike(&site, &load(&MemoryTree::new(before.clone())));
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn any_pages_of_one_edition_are_exchanged_soundly((from, to, other) in (page(), page(), page())) {
        let mut files = files_of_three_editions(&format!("x\n\n{from}"));
        files.remove("config_cn.toml");
        files.remove("config_us.toml");
        let config = files.remove("config_jp.toml").expect("it is there");
        files.insert("hugo.toml".into(), config);
        files.insert("content/b.md".into(), other);
        let before = files.clone();
        files.insert("content/a.md".into(), format!("x\n\n{to}"));
        let (tree, mut site) = (MemoryTree::new(files), load(&MemoryTree::new(before.clone())));
        if let Some(was) = site.exchange(&tree, &["content/a.md"].into()) {
            assert_alike(&site, &load(&tree));
            site.put_back(was);
        }
        assert_alike(&site, &load(&MemoryTree::new(before)));
    }
}

/// Whether two readings of a site say the same.
fn assert_alike(one: &Site, other: &Site) {
    assert_eq!(one.pages, other.pages);
    assert_eq!(one.visibility, other.visibility);
    assert_eq!(one.alternatives, other.alternatives);
    assert_eq!(format!("{:?}", one.anchors), format!("{:?}", other.anchors));
    assert_eq!(one.links, other.links);
    assert_eq!(findings(one), findings(other));
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn shortcodes_are_sound_in_any_text(text in text(), minor in prop::sample::select(vec![72, 110, 152, 168])) {
        let version = Version::new(0, minor);
        let body = Span::new(0, text.len());
        let scan = scan(&text, body, version);
        let pairing = pair(&scan, body, &inner, version);
        assert_sound(&text, &scan, &pairing);
        verdict(&text, body, &inner, version);
    }

    #[test]
    fn a_page_that_hugo_refuses_has_a_problem(text in text()) {
        let body = Span::new(0, text.len());
        let known = |name: &str| if inner(name) == Inner::Unknown { Inner::NoTemplate } else { inner(name) };
        let scan = scan(&text, body, Version::NEWEST);
        let pairing = pair(&scan, body, &known, Version::NEWEST);
        if let Some(refusal) = verdict(&text, body, &known, Version::NEWEST) {
            assert!(!scan.problems.is_empty() || !pairing.problems.is_empty(), "{refusal:?} for {text:?}");
        }
    }
}

/// How long they take is for `benches/hostile.rs` to say.
#[test]
fn hostile_pages_are_read() {
    const SIZE: usize = 4 << 10;
    let repeated = SHAPES.iter().map(|shape| shape.text(SIZE));
    for text in repeated.chain(special(SIZE).into_iter().map(|(_, text)| text)) {
        let tree = site(&text);
        let site = Site::load(&tree, CIRCUMSTANCES);
        let source = &site.pages[0].source;
        for found in findings(&site).iter().filter(|found| found.path == source.path) {
            assert_inside(&source.text, found.span);
        }
    }
}

#[test]
fn ten_thousand_levels_are_read() {
    for shape in SHAPES.iter().filter(|shape| shape.name.starts_with("nested")) {
        let tree = site(&shape.repeated(10_000));
        findings(&Site::load(&tree, CIRCUMSTANCES));
    }
}
