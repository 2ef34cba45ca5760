//! Text in, what each reader sees out; and what the rules make of it.

use super::{Coverage, NodeKind, Projection, coverage};
use crate::{
    diagnostic::{Findings, Level},
    hugo::paths::Day,
    markdown::fragment::PartKind,
    rules,
    site::{Site, load::Circumstances},
    tree::MemoryTree,
};

/// A site of one page for readers in JP, US and CN. `on` renders its inner text on its own, as does `note`; `paste` and
/// `off` are pasted before Markdown is read; what `query` prints is not known.
fn site(page: &str) -> Site {
    let mut files = vec![("content/page.md".to_owned(), page.to_owned())];
    for region in ["JP", "US", "CN"] {
        let config = format!("baseURL = \"/\"\n[params]\nregion = \"{region}\"\n");
        files.push((format!("config_{}.toml", region.to_lowercase()), config));
    }
    for (name, template) in [
        ("on", "{{ if in .Params site.Params.region }}{{ .Inner | markdownify }}{{ end }}"),
        ("paste", "{{ if in .Params site.Params.region }}{{ .Inner }}{{ end }}"),
        ("off", "{{ if not (in .Params site.Params.region) }}{{ .Inner }}{{ end }}"),
        ("note", "<div>{{ .Inner | markdownify }}</div>"),
        ("query", "{{ range site.Data.all }}{{ . }}{{ end }}"),
    ] {
        files.push((format!("layouts/shortcodes/{name}.html"), template.to_owned()));
    }
    let single = "{{ if in .Params.disabled site.Params.region }}{{ else }}{{ .Content }}{{ end }}";
    files.push(("layouts/_default/single.html".to_owned(), single.to_owned()));
    let today = Day::from_unix_days(20_000);
    Site::load(&MemoryTree::new(files), Circumstances { today, version: None })
}

/// What the readers of one edition see.
fn seen(page: &str, edition: &str) -> Projection {
    let site = site(page);
    let number = site.editions.iter().position(|own| own.name == edition).unwrap();
    Projection::new(&site, &site.pages[0], number).unwrap()
}

/// The blocks of a projection, those in others indented: kind and source.
fn blocks(page: &str, edition: &str) -> Vec<String> {
    let projection = seen(page, edition);
    let mut lines = Vec::new();
    for (index, node) in projection.nodes.iter().enumerate() {
        let NodeKind::Part(kind) = node.kind else { continue };
        if kind.is_block() {
            let around = projection.nodes[..index].iter().filter(|other| other.end as usize > index);
            let depth = around.filter(|other| matches!(other.kind, NodeKind::Part(_))).count();
            let source = page[node.span.range()].trim();
            lines.push(format!("{}{kind:?} {source:?}", "  ".repeat(depth)));
        }
    }
    lines
}

/// What one rule says: `line: message (for whom)`.
fn check(rule: &str, page: &str) -> Vec<String> {
    let site = site(page);
    let rule = (rules::find(rule).unwrap().configure)(&crate::value::Value::map()).unwrap();
    let mut findings = Findings::of("rule", Level::Warning);
    rule.check_page(&site.pages[0], &site, &mut findings);
    let line = |found: &crate::diagnostic::Diagnostic| {
        let line = site.pages[0].source.line(found.span.start);
        let whom = found.editions.map(|editions| format!(" ({})", site.names(editions))).unwrap_or_default();
        format!("{line}: {}{whom}", found.message)
    };
    findings.list.iter().map(line).collect()
}

#[test]
fn blocks_that_are_rendered_on_their_own_stand_where_their_call_stands() {
    let page = "1. a\n\n{{< on JP >}}\n1. b\n{{< /on >}}\n";
    assert_eq!(
        blocks(page, "JP"),
        [
            "OrderedList(1) \"1. a\"",
            "  Item \"1. a\"",
            "    Line \"a\"",
            "OrderedList(1) \"1. b\"",
            "  Item \"1. b\"",
            "    Line \"b\"",
        ]
    );
    assert_eq!(blocks(page, "US").len(), 3);
}

#[test]
fn what_is_pasted_is_read_with_the_text_around_it() {
    let page = "1. a\n{{% paste JP %}}1. b{{% /paste %}}\n1. c\n";
    let items = |edition: &str| blocks(page, edition).iter().filter(|line| line.contains("Item")).count();
    assert_eq!((items("JP"), items("US")), (3, 2));
    // The places are those in the page, whatever was left out before them.
    assert!(blocks(page, "US").iter().any(|line| line.trim() == "Item \"1. c\""));
}

#[test]
fn every_projection_of_a_page_without_conditions_is_the_page() {
    let page = "# A\n\n* b\n  * c\n\n> d `e`\n\n| f | g |\n|---|---|\n| h | i |\n\n    code\n";
    let all: Vec<Projection> = ["JP", "US", "CN"].iter().map(|edition| seen(page, edition)).collect();
    assert!(all.iter().all(|own| *own == all[0]));
    let site = site(page);
    assert_eq!(all[0].text(&site.pages[0]), "A\nb\nc\nd e\nf\ng\nh\ni\ncode");
    assert!(site.projections(&site.pages[0]).is_none());
}

#[test]
fn what_is_not_known_is_said() {
    let page = "a {{< query >}} b\n\n{{< on XX >}}c{{< /on >}}\n";
    let projection = seen(page, "JP");
    assert_eq!(projection.text(&site(page).pages[0]), "a ⟦query⟧ b\n⟦on⟧");
}

#[test]
fn hard_texts_are_no_trouble() {
    let deep = "{{< note >}}{{< on JP >}}".repeat(80) + "x" + &"{{< /on >}}{{< /note >}}".repeat(80);
    for page in
        ["", "{{< on JP >}}", "{{< /on >}}", "{{% paste %}}{{% /paste %}}", "\u{100000}\u{100001}", &deep]
    {
        let site = site(page);
        for edition in 0..3 {
            if let Some(projection) = Projection::new(&site, &site.pages[0], edition) {
                projection.text(&site.pages[0]);
                assert!(projection.nodes.iter().all(|node| page.get(node.span.range()).is_some()));
            }
        }
    }
}

#[test]
fn footnotes_come_last() {
    let page = "a[^2] b[^1]\n\n[^1]: one\n\n[^2]: two\n\nc\n";
    let text = seen(page, "JP").text(&site(page).pages[0]);
    assert_eq!(text, "a1 b2\nc\ntwo ↩\u{fe0e}\none ↩\u{fe0e}");
}

#[test]
fn coverage_says_who_sees_how_much() {
    let of = |page: &str| {
        let site = site(page);
        coverage(site.visibility(&site.pages[0]), 3)
    };
    assert_eq!(of("text"), [Coverage::Shown; 3]);
    // CN, JP, US
    let page = "---\ndisabled: [CN]\n---\na {{< on JP >}}b{{< /on >}}";
    assert_eq!(of(page), [Coverage::Hidden, Coverage::Shown, Coverage::Partly]);
    assert_eq!(of("a {{< on XX >}}b{{< /on >}}"), [Coverage::Shown; 3]);
}

#[test]
fn sections_are_empty_only_for_those_who_see_nothing_in_them() {
    let jp = "{{< on JP >}}\ntext\n{{< /on >}}\n\n";
    let found = check("empty-section", &format!("## A\n\n{jp}## B\n\ntext\n"));
    assert_eq!(found, ["1: the section `A` is empty (CN, US)"]);
    let found = check("empty-section", &format!("## A\n\n### B\n\n{jp}## C\n"));
    assert_eq!(found, ["3: the section `B` is empty (CN, US)"]);
    for page in [
        format!("## A\n\n{jp}![x](x.png)\n"),
        format!("## A\n\n{jp}{{{{< query >}}}}\n"),
        format!("## A\n\n{jp}{{{{< on XX >}}}}text{{{{< /on >}}}}\n"),
        format!("## A\n\n{jp}<div id=\"app\"></div>\n"),
        format!("## A\n\n{jp}{{{{% off JP %}}}}text{{{{% /off %}}}}\n"),
        format!("{{{{< on JP >}}}}\n## A\n\ntext\n{{{{< /on >}}}}\n\n{jp}"),
        format!("## A\n\n{jp}{{{{< note >}}}}\n"),
        "## A\n\n## B\n\n{{< on JP >}}\n{{< on US >}}\ntext\n{{< /on >}}\n{{< /on >}}\n".to_owned(),
    ] {
        let found = check("empty-section", &page);
        assert!(found.is_empty(), "{page}: {found:?}");
    }
}

#[test]
fn containers_are_empty_where_their_condition_is_inside() {
    let found = |page: &str| check("empty-container", page);
    assert_eq!(found("* {{% paste JP %}}a{{% /paste %}}\n* b\n"), ["1: the list item is empty (CN, US)"]);
    assert_eq!(found("> {{< on US >}}a{{< /on >}}\n"), ["1: the block quote is empty (CN, JP)"]);
    assert_eq!(found("## {{< on US >}}a{{< /on >}}\n\ntext\n"), ["1: the heading is empty (CN, JP)"]);
    let row = "{{% paste JP %}}a{{% /paste %}} | {{% paste JP %}}b{{% /paste %}}";
    assert_eq!(found(&format!("| a | b |\n|---|---|\n| {row} |\n")), ["3: the table row is empty (CN, US)"]);
    let note = "{{< note >}}{{< on JP US >}}a{{< /on >}}{{< /note >}}\n";
    assert_eq!(found(note), ["1: the `note` box is empty (CN)"]);
    assert_eq!(found(&format!("* {note}")).len(), 1);
    for page in [
        "| a | b |\n|---|---|\n| c | {{% paste JP %}}a{{% /paste %}} |\n",
        "* {{% paste JP %}}a{{% /paste %}}{{% off JP %}}b{{% /off %}}\n",
        "* {{< on JP >}}a{{< /on >}} {{< query >}}\n",
        "* \n* {{< on JP US CN >}}a{{< /on >}}\n",
        "{{< on JP >}}\n* a\n{{< /on >}}\n",
    ] {
        assert!(found(page).is_empty(), "{page}: {:?}", found(page));
    }
}

#[test]
fn lists_are_cut_only_by_what_is_rendered_on_its_own() {
    let found = |page: &str| check("list-numbering-restart", page);
    let cut = "1. a\n1. b\n\n{{< on JP >}}\n1. c\n{{< /on >}}\n\n1. d\n";
    assert_eq!(found(cut), ["8: the numbering begins anew at 1: the block on line 4 cuts the list"]);
    assert_eq!(
        found(&cut.replace("1. d", "3. d")),
        ["5: the numbering begins anew at 1: the block on line 4 cuts the list"]
    );
    let text = cut.replace("1. c", "Text.");
    assert_eq!(
        found(&text),
        ["8: the numbering begins anew at 1: the block on line 4 cuts the list (CN, US)"]
    );
    let deep = "1. a\n\n   1. b\n\n   {{< on US >}}\n   1. c\n   {{< /on >}}\n";
    assert_eq!(found(deep).len(), 1);
    for page in [
        cut.replace("{{< on JP >}}", "{{% paste JP %}}").replace("{{< /on >}}", "{{% /paste %}}"),
        cut.replace("1. c", "3. c").replace("1. d", "4. d"),
        cut.replace("1. c", "* c").replace("1. d", "* d"),
        "{{< on JP >}}\n1. a\n{{< /on >}}\n\n{{< on US >}}\n1. b\n{{< /on >}}\n".to_owned(),
        "1. a\n\n<!-- -->\n\n1. b\n\n{{< on JP >}}c{{< /on >}}\n".to_owned(),
    ] {
        let found = found(&page);
        assert!(found.is_empty(), "{page}: {found:?}");
    }
}

#[test]
fn steps_are_counted_for_each_reader() {
    let page = "手順4に進みます。\n\n1. a\n1. b\n1. c\n{{% paste JP %}}1. d{{% /paste %}}\n";
    assert_eq!(
        check("dangling-step-reference", page),
        ["1: `手順4`, but the section has only 3 steps (CN, US)"]
    );
    assert!(check("dangling-step-reference", &page.replace('4', "3")).is_empty());
    assert!(check("dangling-step-reference", &page.replace('4', "9")).is_empty());
}

#[test]
fn parts_that_are_blocks_are_told_from_others() {
    let projection = seen("a ![b](c.png)\n", "JP");
    let kinds: Vec<bool> = projection
        .nodes
        .iter()
        .map(|node| matches!(node.kind, NodeKind::Part(kind) if kind.is_block()))
        .collect();
    assert_eq!(kinds, [true, false, false]);
    assert_eq!(projection.nodes[2].kind, NodeKind::Part(PartKind::Object));
    assert_eq!(projection.children(None).collect::<Vec<_>>(), [0]);
}
