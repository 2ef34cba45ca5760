//! Text in, findings out: what agrees, what does not, and what is not compared.

use crate::{
    diagnostic::{Findings, Level, apply},
    hugo::paths::Day,
    rules::RULES,
    site::{Site, load::Circumstances},
    tree::MemoryTree,
};

/// A site of one page for readers in JP, US and CN, with `enabled` and `disabled`, `note` and `warning`, which render
/// their inner text on its own.
fn site(page: &str) -> Site {
    let mut files = vec![("content/page.md".to_owned(), page.to_owned())];
    for region in ["JP", "US", "CN"] {
        let config = format!("baseURL = \"/\"\n[params]\nTargetRegion = \"{region}\"\n");
        files.push((format!("config_{}.toml", region.to_lowercase()), config));
    }
    for (name, template) in [
        ("enabled", "{{ if in .Params site.Params.TargetRegion }}{{ .Inner | markdownify }}{{ end }}"),
        (
            "disabled",
            "{{ if in .Params site.Params.TargetRegion }}{{ else }}{{ .Inner | markdownify }}{{ end }}",
        ),
        ("show", "{{ if in .Params site.Params.TargetRegion }}{{ .Inner }}{{ end }}"),
        ("note", "<div>{{ .Inner | markdownify }}</div>"),
        ("warning", "<div>{{ .Inner | markdownify }}</div>"),
        ("screen", "<img src=\"{{ .Get `src` }}\" alt=\"{{ .Get `alt` }}\">"),
    ] {
        files.push((format!("layouts/shortcodes/{name}.html"), template.to_owned()));
    }
    let single = "{{ if in .Params.disabled site.Params.TargetRegion }}{{ else }}{{ .Content }}{{ end }}";
    files.push(("layouts/_default/single.html".to_owned(), single.to_owned()));
    let today = Day::from_unix_days(20_000);
    Site::load(&MemoryTree::new(files), Circumstances { today, version: None })
}

/// What the rules on variants that are on say: `line: message`.
fn check(page: &str) -> Vec<String> {
    let site = site(page);
    let page = &site.pages[0];
    let mut lines: Vec<String> = Vec::new();
    let is_on = |entry: &&crate::rules::Entry| {
        let manual = entry.manual();
        manual.group == "variants" && manual.level.is_some()
    };
    for entry in RULES.iter().filter(is_on) {
        // These look at how a page reads, and the pages here are mere stumps.
        if ["glued-block", "empty-page"].contains(&entry.name) {
            continue;
        }
        let rule = (entry.configure)(&crate::value::Value::map()).unwrap();
        let mut findings = Findings::of(entry.name, Level::Warning);
        rule.check_page(page, &site, &mut findings);
        let line = |found: &crate::diagnostic::Diagnostic| {
            format!("{}: {}", page.source.line(found.span.start), found.message)
        };
        lines.extend(findings.list.iter().map(line));
    }
    lines
}

/// One block per `(readers, text)`, each on its own lines.
fn blocks(blocks: &[(&str, &str)]) -> String {
    let block = |(readers, text): &(&str, &str)| {
        format!("{{{{% enabled {readers} %}}}}\n{text}\n{{{{% /enabled %}}}}\n")
    };
    blocks.iter().map(block).collect::<Vec<_>>().join("\n")
}

/// What is found in two blocks, and with the blocks the other way round.
fn both_ways(one: &str, other: &str) -> [Vec<String>; 2] {
    [check(&blocks(&[("JP", one), ("US CN", other)])), check(&blocks(&[("JP", other), ("US CN", one)]))]
}

/// The groups as the lines of their blocks.
fn grouped(page: &str) -> Vec<Vec<usize>> {
    let site = site(page);
    let page = &site.pages[0];
    let line = |call: u32| page.source.line(page.calls[call as usize].span.start);
    let group = |group: &super::Group| group.branches.iter().map(|branch| line(branch.call)).collect();
    site.alternatives(page).iter().map(group).collect()
}

const LOGIN_JP: &str = "1. まず確認することを試します。  
  ここで解決できれば、手順2以降は不要です。  

1. 一時的な管理者を作成します。  

1. ログインできない事態を回避できるよう、次の対応を検討します。  

      * <b>管理者を複数人設定する</b>：  
        {{% service %}}の詳細は[設定](/a.html)を参照してください。  
        {{< screen src=\"/img04.png\"  alt=\"メニュー\">}}  

      * <b>パスワードリセットを許可する</b>：  
        全ユーザーに適用されます。  
";

fn login_us(steps: &str) -> String {
    LOGIN_JP.replace("1. 一時的な管理者を作成します。  \n", steps).replace("      * ", "    1. ")
}

#[test]
fn a_bulleted_sublist_that_the_others_number_is_one_finding() {
    let us = "1. 下記の対処をします。

    1. **移行が完了したお客様**
      お問い合わせください。

    1. **移行が完了していないお客様**
      一時的な管理者を作成します。
";
    let page = blocks(&[
        ("JP", LOGIN_JP),
        ("US", &login_us(us)),
        ("CN", &login_us("1. お問い合わせからお問い合わせください。  \n")),
    ]);
    assert_eq!(check(&page), ["9: bullet list for JP, but numbered for US, CN (line 32)"]);
}

#[test]
fn a_list_of_which_one_item_is_left_may_become_a_paragraph() {
    let many = "* Not available in the Light course.\n* Up to 20 plug-ins per app.";
    for found in both_ways(many, "Up to 20 plug-ins per app.") {
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn more_or_fewer_items_rows_pictures_and_steps_are_no_disagreement() {
    for (one, other) in [
        ("1. Open the list.\n1. Choose a name.\n1. Click Save.", "1. Open the list.\n1. Click Save."),
        ("Text of both.\n\n![a](a.png)\n\nMore of it.", "Text of both."),
        (
            "| Name | Use |\n|---|---|\n| Alpha one | first |\n| Beta two | second |",
            "| Name | Use |\n|---|---|\n| Alpha one | first |",
        ),
        ("## Limits of the trial\n\nText one.", "## Limits of the course\n\nText two."),
    ] {
        for found in both_ways(one, other) {
            assert!(found.is_empty(), "{found:?}");
        }
    }
}

#[test]
fn list_types_disagree_whichever_comes_first() {
    let bullets = "* Open the list.\n* Choose a name.";
    let numbers = "1. Open the list.\n1. Choose a name.";
    let [one, other] = both_ways(bullets, numbers);
    assert_eq!(one, ["7: numbered list for US, CN, but bullet for JP (line 2)".replace("US, CN", "CN, US")]);
    assert_eq!(other, ["7: bullet list for CN, US, but numbered for JP (line 2)"]);
}

#[test]
fn lists_of_much_the_same_items_are_the_same_list() {
    let bullets = "* メールサーバーの設定を変更する\n* パスワードを変更します";
    let [one, _] = both_ways(bullets, "1. メールサーバーの設定を変更します\n1. ユーザーを追加する");
    assert_eq!(one, ["7: numbered list for CN, US, but bullet for JP (line 2)"]);
    for found in
        both_ways(bullets, "1. 共通管理の画面を開きます\n1. パスワードを変更する\n1. 保存をクリックする")
    {
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn heading_levels_disagree() {
    let [one, other] = both_ways("### Request headers\n\nText.", "#### Request headers\n\nText.");
    assert_eq!(one, ["8: heading level 4 for CN, US, but 3 for JP (line 2)"]);
    assert_eq!(other, ["8: heading level 3 for CN, US, but 4 for JP (line 2)"]);
}

#[test]
fn headings_of_one_id_are_one_heading() {
    let one = "### Request headers {#head}\n\nText of the section.";
    let found =
        check(&blocks(&[("JP", one), ("US", "#### Headers of requests {#head}\n\nText of the section.")]));
    assert_eq!(found, ["8: heading level 4 for US, but 3 for JP (line 2)"]);
}

#[test]
fn heading_ids_disagree_unless_the_headings_differ() {
    let [one, other] = both_ways("## Errors there {#e_20}\n\nText.", "## Errors there {#e_30}\n\nText.");
    assert_eq!(one, ["8: heading id `e_30` for CN, US, but `e_20` for JP (line 2)"]);
    assert_eq!(other, ["8: heading id `e_20` for CN, US, but `e_30` for JP (line 2)"]);
    let [one, other] = both_ways("## Errors there {#e_20}\n\nText.", "## Errors there\n\nText.");
    assert_eq!(one, ["8: no heading id for CN, US, but `e_20` for JP (line 2)"]);
    assert_eq!(other, ["8: heading id `e_20` for CN, US, but none for JP (line 2)"]);
    let [one, other] = both_ways("## Errors here {#e_20}\n\nText.", "## Errors there {#e_30}\n\nText.");
    assert!(one.is_empty() && other.is_empty());
}

#[test]
fn admonitions_disagree_only_where_both_have_one() {
    let note = "{{% note %}}\nYou cannot undo this.\n{{% /note %}}";
    let warning = "{{% warning %}}\nYou cannot undo this.\n{{% /warning %}}";
    let [one, other] = both_ways(note, warning);
    assert_eq!(one, ["8: `warning` for CN, US, but `note` for JP (line 2)"]);
    assert_eq!(other, ["8: `note` for CN, US, but `warning` for JP (line 2)"]);
    for found in both_ways(note, "You cannot undo this.") {
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn identical_blocks_are_merged() {
    let page =
        blocks(&[("JP", "The same text."), ("US", "The same text.  "), ("CN", "Another text, quite.")]);
    assert_eq!(check(&page), ["5: same text as the block for JP (line 1)"]);
}

#[test]
fn merging_changes_nothing_for_any_reader() {
    let page = blocks(&[("JP", "The same text."), ("CN", "The same text."), ("US", "Another text.")]);
    let site = site(&page);
    let rule = (crate::rules::find("identical-alternatives").unwrap().configure)(&crate::value::Value::map())
        .unwrap();
    let mut findings = Findings::of("identical-alternatives", Level::Info);
    rule.check_page(&site.pages[0], &site, &mut findings);
    let fixed = apply(&page, findings.list.iter().filter_map(|found| found.fix.as_ref()));
    assert_eq!(fixed, blocks(&[("JP CN", "The same text."), ("US", "Another text.")]));
}

#[test]
fn blocks_are_grouped_by_what_they_say_and_for_whom() {
    let warning = "{{% warning %}}\nThis page is for customers who have moved.\n{{% /warning %}}";
    let page = blocks(&[
        ("US", warning),
        ("JP", "Open the settings and choose a name for the new group."),
        ("US CN", "Open the settings and choose a name for the group."),
    ]);
    assert_eq!(grouped(&page), [[7, 11]]);
    let page = blocks(&[("JP", "ファイルのフォーマット"), ("US", "設定を失敗した場合")]);
    assert!(grouped(&page).is_empty());
    let page = blocks(&[("JP", "Open the settings page."), ("US", "Open the settings page!")]);
    assert_eq!(grouped(&page.replacen("\n\n", "\n\n<!-- next -->\n", 1)), [[1, 6]]);
    assert!(grouped(&page.replacen("\n\n", "\n\nText between.\n", 1)).is_empty());
}

#[test]
fn pictures_are_grouped_by_their_names() {
    let page = blocks(&[
        ("JP", "{{< screen src=\"/img/login_jp_01.png\" alt=\"a\" >}}"),
        ("US", "{{< screen src=\"/img/login_us_01.png\" alt=\"b\" >}}"),
        ("CN", "{{< screen src=\"/img/logout.png\" alt=\"c\" >}}"),
    ]);
    assert_eq!(grouped(&page), [[1, 5]]);
}

#[test]
fn blocks_within_a_sentence_are_versions_too() {
    let page = "Ask {{% enabled JP %}}our support{{% /enabled %}}{{% enabled US CN %}}our supporters{{% /enabled %}}.";
    assert_eq!(grouped(page), [[1, 1]]);
    let page = "Ask {{% enabled JP %}}our support{{% /enabled %}} or {{% enabled US CN %}}our supporters{{% /enabled %}}.";
    assert!(grouped(page).is_empty());
}

#[test]
fn versions_within_an_item_are_compared_from_there() {
    let page = "* Choose one of these:

  {{% enabled JP %}}
  * The first way to go
  * The second way to go
  {{% /enabled %}}
  {{% enabled US CN %}}
  1. The first way to go
  1. The second way to go
  {{% /enabled %}}
";
    assert_eq!(check(page), ["8: numbered list for CN, US, but bullet for JP (line 4)"]);
}

#[test]
fn versions_that_flow_into_the_page_are_compared() {
    let page = "{{% show JP %}}\n* The first way to go\n{{% /show %}}\n\n{{% show US %}}\n1. The first way to go\n{{% /show %}}\n";
    assert_eq!(check(page), ["6: numbered list for US, but bullet for JP (line 2)"]);
    let same = page.replace("1. ", "* ");
    assert_eq!(check(&same), ["5: same text as the block for JP (line 1)"]);
}

#[test]
fn dead_blocks_say_why_and_are_compared_with_nothing() {
    let page = |body: &str| format!("---\ntitle: a\ndisabled: [CN]\n---\n{body}");
    let bullets = blocks(&[("CN", "* The first way to go"), ("JP", "1. The first way to go")]);
    assert_eq!(
        check(&page(&bullets)),
        ["5: this block for CN is never shown: the page is disabled for CN (line 3)"]
    );
    let nested = "{{% disabled JP %}}\n{{% enabled JP %}}\ntext\n{{% /enabled %}}\n{{% /disabled %}}\n";
    assert_eq!(check(nested), ["2: this block for JP is never shown: it is in a block for CN, US (line 1)"]);
    let all = "{{% disabled JP US CN %}}\ntext\n{{% /disabled %}}\n";
    assert_eq!(check(all), ["1: this block is never shown: `disabled JP US CN` hides it from everybody"]);
}

#[test]
fn conditions_that_change_nothing_say_why() {
    let page = |body: &str| format!("---\ntitle: a\ndisabled: [CN]\n---\n{body}");
    let block = blocks(&[("JP US", "text")]);
    assert_eq!(
        check(&page(&block)),
        ["5: `enabled JP US` changes nothing: the page is only for JP, US (line 3)"]
    );
    let nested = "{{% disabled JP %}}\n{{% enabled US CN %}}\ntext\n{{% /enabled %}}\n{{% /disabled %}}\n";
    assert_eq!(check(nested), ["2: `enabled US CN` changes nothing: this place is only for CN, US (line 1)"]);
    let all = blocks(&[("CN JP US", "text")]);
    assert_eq!(check(&all), ["1: `enabled CN JP US` changes nothing: it is shown to everybody"]);
}

#[test]
fn values_that_nobody_has_are_found() {
    let found =
        |condition: &str| check(&format!("{{{{% enabled {condition} %}}}}\ntext\n{{{{% /enabled %}}}}\n"));
    assert_eq!(found("us"), ["1: unknown TargetRegion `us`"]);
    assert_eq!(found("\"US,CN\""), ["1: unknown TargetRegion `US,CN`"]);
    assert_eq!(found(""), ["1: `enabled` names no TargetRegion"]);
    assert_eq!(found("US JP US"), ["1: `US` is listed twice"]);
    assert_eq!(check("---\ndisabled: [JP, XX]\n---\n"), ["2: unknown TargetRegion `XX`"]);
}

#[test]
fn pages_that_nobody_sees_are_found_once() {
    let page = format!("---\ndisabled: [JP, US, CN]\n---\n{}", blocks(&[("CN", "text")]));
    assert_eq!(check(&page), ["2: this page is disabled for everybody: CN, JP, US"]);
}

#[test]
fn blocks_around_nothing_are_found() {
    assert_eq!(check("Text {{% enabled JP %}} {{% /enabled %}} text"), ["1: `enabled JP` has nothing in it"]);
}

#[test]
fn one_block_left_open_is_one_mistake() {
    let page = blocks(&[
        ("JP", "* Open the list.\n* Choose a name."),
        ("US", "* Open the list, then\n* Choose a name."),
        ("CN", "* Open the list, and\n* Choose a name."),
        ("JP", "Another text for the readers of it."),
        ("US CN", "Another one for the readers of it."),
    ]);
    assert!(check(&page).is_empty(), "{:?}", check(&page));
    let closer = "{{% /enabled %}}\n";
    for (at, _) in page.match_indices(closer) {
        let open = format!("{}{}", &page[..at], &page[at + closer.len()..]);
        let found = check(&open);
        assert!(found.is_empty(), "{at}: {found:?}");
    }
    let notes = |name: &str| format!("{{{{% note %}}}}\nSaid to the {name}.\n{{{{% /note %}}}}\n");
    let page = format!(
        "{}\n\n{{{{% disabled JP %}}}}\n{}\n{{{{% /disabled %}}}}\n",
        blocks(&[("JP", &notes("first")), ("US", &notes("second"))]),
        notes("others")
    );
    for (at, closer) in page.match_indices("{{% /") {
        let end = at + page[at..].find('\n').unwrap();
        let open = format!("{}{}", &page[..at], &page[end..]);
        let found = check(&open);
        assert!(found.is_empty(), "{closer} at {at}: {found:?}");
    }
}

#[test]
fn versions_in_cells_and_in_versions_are_compared() {
    let page = "| a | b |\n|---|---|\n| {{% enabled JP %}}See the list of users.{{% /enabled %}}{{% enabled US CN %}}See the list of users{{% /enabled %}} | x |\n";
    assert_eq!(check(page), ["3: `.` is missing for CN, US, but present for JP (line 3)"]);
    let inner = |one: &str, other: &str| {
        format!(
            "{{{{% disabled CN %}}}}\nText of both.\n\n{}\n{{{{% /disabled %}}}}\n",
            blocks(&[("JP", one), ("US", other)])
        )
    };
    let page = inner("* Open the list.\n* Choose a name.", "1. Open the list.\n1. Choose a name.");
    assert_eq!(check(&page), ["10: numbered list for US, but bullet for JP (line 5)"]);
}

#[test]
fn sentences_in_another_order_are_found_in_the_version_that_differs_most() {
    let text = "* The first thing to say\n* The second thing to say\n* The third thing to say";
    let swapped = "* The second thing to say\n* The first thing to say\n* The third thing to say.";
    let found = check(&blocks(&[("JP", swapped), ("US", text), ("CN", text)]));
    let order = "`The second thing to say` comes before `The first thing to say` for JP, but after it for US (line 9)";
    assert!(found.contains(&format!("2: {order}")), "{found:?}");
}

#[test]
fn a_paragraph_as_long_as_the_call_behind_it_is_no_call() {
    let text = "* Press the red button, please\n\n* {{< screen src=\"/10.png\" >}} and wait\n";
    assert_eq!("Press the red button, please".len(), "{{< screen src=\"/10.png\" >}}".len());
    let page = blocks(&[("JP", text), ("US", &text.replace(',', ""))]);
    let [found] = &check(&page)[..] else { panic!("{:?}", check(&page)) };
    assert!(found.contains("`,` is missing for US"), "{found}");
}

#[test]
fn what_a_call_within_a_line_says_is_no_sentence() {
    let page = blocks(&[
        ("JP", "1. Press {{< note >}}the button{{< /note >}} to start.\n2. Wait for the lamp."),
        ("US", "* {{< note >}}the button{{< /note >}} is red and round.\n* It lies below."),
    ]);
    assert_eq!(check(&page), [""; 0]);
}

#[test]
fn a_heading_is_not_an_item_that_lost_its_list() {
    let page = blocks(&[
        ("JP", "### Dashboard time\n\nIt is shown above.\n\n### Upper dashboard time\n\nIt is below.\n"),
        ("US", "* Dashboard time\n* Upper dashboard time\n* Interval of it\n"),
    ]);
    let nesting = |line: &String| line.contains("in no list");
    assert!(!check(&page).iter().any(nesting), "{:?}", check(&page));
}
