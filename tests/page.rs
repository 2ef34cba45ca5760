//! The HTML report: what is in it, that nothing of the site runs in it, and how it behaves in a real browser.
#![expect(clippy::disallowed_methods, reason = "tests write sites to disk and look at the environment")]

mod support;

use std::{collections::BTreeSet, fs};

use base64::{Engine, engine::general_purpose::STANDARD};
use html5gum::{Token, Tokenizer};
use roxmltree::Node;
use serde_json::{Value, json};
use support::{
    binary::{javert, site},
    chromium::Chromium,
    page, write_site,
};
use tempfile::TempDir;

const HOSTILE: &str = "\"'><script>document.title='owned'</script><img src=x onerror=document.title='owned'>";

/// A site of two editions whose names, paths and text want out of the report.
fn hostile() -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary folder");
    let edition =
        |name: &str| format!("baseURL = \"https://{}.example/\"\n[params]\nreader = '{name}'\n", name.len());
    let text = format!(
        "# {HOSTILE}\n\n[a]()\n\n[b](/no/'<script>alert(1)</script>)\n\n{{{{< only A >}}}}\n[c](/c/) {HOSTILE}\n{{{{< /only >}}}}\n\n\
         {{{{< onyl A >}}}}\u{202e}x\u{1b}[31m{{{{< /onyl >}}}}\n"
    );
    write_site(
        directory.path(),
        [
            ("config_a.toml", edition("A").as_str()),
            ("config_<b>x.toml", edition("\"<b>x&amp;").as_str()),
            ("layouts/shortcodes/only.html", "{{ if in .Params $.Site.Params.reader }}{{ .Inner }}{{ end }}"),
            ("content/<img src=x onerror=\"a()\">.md", text.as_str()),
            ("content/b.md", "[a]()\n\n[top](/C/)\n"),
            ("content/c.md", "![](/a.png)\n"),
            ("static/a.png", ""),
        ],
    );
    directory
}

fn report(site: &TempDir) -> String {
    let run = javert(site.path(), &["check", "--output-format", "html", "--level", "missing-alt=info"]);
    assert!(run.code < 2, "{run:?}");
    run.out
}

fn elements<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Vec<Node<'a, 'i>> {
    node.descendants().filter(|node| node.has_tag_name(name)).collect()
}

#[test]
fn nothing_of_the_site_becomes_part_of_the_page() {
    let text = page::without_scripts(&report(&hostile()));
    for Ok(token) in Tokenizer::new(&text) {
        assert!(!matches!(token, Token::Error(_)), "{token:?}");
    }
    let document = page::read(&text);
    let ours = "a article b body button code dd del details div dl dt fieldset footer form h1 h2 h3 h4 head header html \
                input ins label legend li main mark meta optgroup option p rect script section select span style \
                summary svg table tbody td th thead title tr ul wbr";
    let ours: BTreeSet<&str> = ours.split_whitespace().collect();
    for node in document.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        assert!(ours.contains(name), "<{name}>");
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            assert!(
                !name.starts_with("on") && !["src", "style", "srcset", "action"].contains(&name),
                "{name}={value}"
            );
            assert!(name != "href" || value.starts_with('#'), "{name}={value}");
        }
    }
    assert_eq!(elements(document.root(), "script").len(), 1);
    let shown = page::text(document.root_element());
    assert!(shown.contains("<script>document.title='owned'</script>"), "it is shown: {shown}");
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown}");
}

#[test]
fn every_address_within_the_page_is_there() {
    let text = page::without_scripts(&report(&hostile()));
    let document = page::read(&text);
    let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    let links = elements(document.root(), "a");
    assert!(links.len() > 20);
    for link in links {
        let target = link.attribute("href").and_then(|href| href.strip_prefix('#')).expect("an address");
        assert!(ids.contains(&target), "{target}");
    }
    for node in document.descendants() {
        let named = node.attribute("aria-labelledby").into_iter().flat_map(str::split_whitespace);
        named.for_each(|name| assert!(ids.contains(&name), "{name}"));
    }
}

#[test]
fn only_our_script_may_run_and_nothing_is_fetched() {
    let text = report(&site(&[("content/page.md", "[a]()\n")]));
    let script =
        text.split_once("<script>").and_then(|(_, rest)| rest.split_once("</script>")).expect("ours").0;
    let hash = STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, script.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
    );
    assert!(text.contains(&policy), "SCRIPT_HASH in src/report/html/mod.rs has to be {hash}");
    let style = text.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>")).expect("ours").0;
    assert!(!style.contains("url(") && !style.contains("@import"));
}

#[test]
fn source_labels_help_and_fix_are_shown() {
    let directory = hostile();
    let long = format!("{} [a](/C/) {}\n", "before ".repeat(200), "behind ".repeat(200));
    write_site(directory.path(), [("content/long.md", long.as_str())]);
    let text = page::without_scripts(&report(&directory));
    let document = page::read(&text);
    let shown: Vec<String> = elements(document.root(), "article").into_iter().map(page::text).collect();
    let of = |rule: &str, line: &str| {
        let found = shown.iter().find(|text| text.contains(rule) && text.contains(line));
        found.unwrap_or_else(|| panic!("no {rule} with {line}: {shown:#?}"))
    };
    let case = of("wrong-case-link", "[top]");
    assert!(case.contains("3[top](/C/)") && case.contains("javert check --fix3[top](/C//c/)"), "{case}");
    assert!(of("unknown-shortcode", "onyl").contains("Help did you mean only?"), "{shown:#?}");
    let long = of("wrong-case-link", "before");
    assert!(long.contains("…") && long.len() < 1500, "{long}");
    let marks: Vec<String> = elements(document.root(), "mark").into_iter().map(page::text).collect();
    assert!(marks.contains(&"/C/".to_owned()), "{marks:?}");
}

#[test]
fn counts_in_the_tables_are_those_of_the_findings() {
    let directory = hostile();
    let text = page::without_scripts(&report(&directory));
    let document = page::read(&text);
    let run = javert(directory.path(), &["check", "--output-format", "json", "--level", "missing-alt=info"]);
    let found: Value = serde_json::from_str(&run.out).expect("JSON");
    let found = found["diagnostics"].as_array().expect("findings");
    let row = |name: &str| -> Vec<String> {
        let rows = elements(document.root(), "tr");
        let is_it =
            |row: &&Node<'_, '_>| elements(**row, "th").first().is_some_and(|head| page::text(*head) == name);
        let row = rows.iter().find(is_it).unwrap_or_else(|| panic!("no row of {name}"));
        elements(*row, "td").into_iter().map(page::text).collect()
    };
    let count = |is_it: &dyn Fn(&Value) -> bool| found.iter().filter(|item| is_it(item)).count().to_string();
    let of_edition =
        |item: &Value, name: &str| item["editions"].as_array().expect("names").contains(&json!(name));
    let names: BTreeSet<&str> = found
        .iter()
        .flat_map(|item| item["editions"].as_array().expect("names"))
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let in_editions = |key: &str, value: &str| {
        names
            .iter()
            .map(|name| count(&|item| item[key] == value && of_edition(item, name)))
            .collect::<Vec<_>>()
    };
    let page = "content/b.md";
    let errors = count(&|item| item["path"] == page && item["level"] == "error");
    let expected = [vec![errors, count(&|item| item["path"] == page)], in_editions("path", page)].concat();
    let mut actual = row(page);
    actual[2..].sort();
    assert_eq!(actual, expected);
    let rule = "broken-link";
    let actual = row(rule);
    assert_eq!(actual[1], count(&|item| item["rule"] == rule));
    assert_eq!(
        actual[2..].iter().collect::<BTreeSet<_>>(),
        in_editions("rule", rule).iter().collect::<BTreeSet<_>>()
    );
}

// In a real browser.

/// Runs a script in the page, after ours, that calls `tell` once; and says what it told.
#[track_caller]
fn told(chromium: &Chromium, text: &str, script: &str) -> Value {
    let directory = tempfile::tempdir().expect("a temporary folder");
    let file = directory.path().join("report.html");
    let policy = text.find("<meta http-equiv").expect("a policy");
    let after = policy + text[policy..].find("/>").expect("its end") + 2;
    let helpers = "const wait = (time) => new Promise((then) => setTimeout(then, time));\n\
                   const shown = () => [...document.querySelectorAll('article')].filter((one) => \
                   one.checkVisibility() || !one.closest('[hidden]')).map((one) => one.id);\n\
                   const status = () => document.getElementById('status').textContent;\n\
                   const tell = (value) => { const out = document.createElement('pre'); out.id = 'told';\n\
                   out.textContent = encodeURIComponent(JSON.stringify(value)); document.body.append(out); };";
    let script = format!(
        "<script>{helpers}\n(async () => {{ {script} }})().catch((error) => tell(String(error)));</script></body>"
    );
    let changed = [&text[..policy], &text[after..]].concat().replace("</body>", &script);
    fs::write(&file, changed).expect("a page");
    let document = chromium.document(&file, "");
    let told = document.split_once("<pre id=\"told\">").and_then(|(_, rest)| rest.split_once("</pre>"));
    let told = told.unwrap_or_else(|| panic!("it told nothing: {document}")).0;
    let told = percent_encoding::percent_decode_str(told).decode_utf8().expect("UTF-8");
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert!(told.is_object(), "{told}");
    told
}

#[test]
fn filters_leave_what_is_chosen() {
    let Some(chromium) = Chromium::find() else { return };
    let said = told(
        &chromium,
        &report(&hostile()),
        "const said = { all: shown().length, title: document.title, form: form.hidden };
         const by = (rule) => [...document.querySelectorAll('article')].filter((one) => one.querySelector('.rule').textContent === rule).map((one) => one.id);
         form.elements.q.value = 'TOP c/'; form.elements.q.dispatchEvent(new Event('input', { bubbles: true }));
         await wait(400); said.text = [shown(), by('wrong-case-link')]; said.address = location.hash;
         form.reset(); await wait(50); said.reset = [shown().length, location.hash];
         form.querySelector('input[value=info]').click(); await wait(50);
         said.level = [shown(), by('missing-alt')]; said.status = status();
         said.lines = [...document.querySelectorAll('.index details:not([hidden]) h3')].map((one) => one.textContent);
         form.reset(); await wait(50);
         document.querySelector('a[data-filter=\"rule=broken-link\"]').click(); await wait(50);
         said.rule = [shown(), by('broken-link')]; said.focus = document.activeElement.id;
         history.back(); await wait(100); said.back = shown().length;
         form.elements.edition.selectedIndex = 1; form.elements.edition.dispatchEvent(new Event('input', { bubbles: true }));
         await wait(50); const first = shown().length;
         form.elements.edition.selectedIndex = 2; form.elements.edition.dispatchEvent(new Event('input', { bubbles: true }));
         await wait(50); said.editions = [first, shown().length];
         form.reset(); await wait(50);
         fold.click(); await wait(50); said.folded = document.querySelectorAll('details.page[open]').length;
         location.hash = '#f0'; await wait(100); said.opened = document.getElementById('f0').closest('details').open;
         tell(said);",
    );
    let all = said["all"].as_u64().expect("a number");
    assert!(all >= 8, "{said:#}");
    assert_eq!((&said["form"], &said["reset"]), (&json!(false), &json!([all, "#findings"])), "{said:#}");
    assert!(said["title"].as_str().is_some_and(|title| title.starts_with("Javert: ")), "{said:#}");
    for chosen in ["text", "level", "rule"] {
        assert_eq!(said[chosen][0], said[chosen][1], "{chosen}: {said:#}");
        assert_ne!(said[chosen][0], json!([]), "{chosen}: {said:#}");
    }
    assert_eq!(
        (&said["address"], &said["lines"]),
        (&json!("#q=TOP+c%2F"), &json!(["missing-alt"])),
        "{said:#}"
    );
    let left = said["level"][0].as_array().expect("findings").len();
    assert_eq!(said["status"], format!("{left} of {all} findings"), "{said:#}");
    assert_eq!((&said["focus"], &said["back"]), (&json!("findings"), &json!(all)), "{said:#}");
    assert_ne!(said["editions"][0], said["editions"][1], "only one edition sees some: {said:#}");
    assert_eq!((&said["folded"], &said["opened"]), (&json!(0), &json!(true)), "{said:#}");
}

#[test]
fn a_filter_can_be_sent_as_an_address_and_the_policy_lets_our_script_run() {
    let Some(chromium) = Chromium::find() else { return };
    let directory = hostile();
    let file = directory.path().join("report.html");
    fs::write(&file, report(&directory)).expect("a page");
    let document = chromium.document(&file, "rule=missing-alt");
    let articles: Vec<&str> = document.split("<article ").skip(1).collect();
    let shown: Vec<&&str> = articles
        .iter()
        .filter(|article| !article.split('>').next().is_some_and(|tag| tag.contains("hidden")))
        .collect();
    assert!(!shown.is_empty() && shown.len() < articles.len(), "{document}");
    assert!(shown.iter().all(|article| article.contains("#r-missing-alt")), "{document}");
    assert!(document.contains("<title>Javert: "), "nothing of the site ran");
}

#[test]
fn it_can_be_read_on_a_phone_and_reached_by_keyboard() {
    let Some(chromium) = Chromium::find() else { return };
    let said = told(
        &chromium,
        &report(&hostile()),
        "const frame = document.createElement('iframe'); frame.width = 360; frame.height = 640;
         const copy = document.documentElement.cloneNode(true); copy.querySelectorAll('script').forEach((one) => one.remove());
         copy.querySelectorAll('details').forEach((one) => { one.open = true; });
         frame.srcdoc = copy.outerHTML; const loaded = new Promise((then) => { frame.onload = then; });
         document.body.append(frame); await loaded;
         const root = frame.contentDocument.documentElement;
         const reach = [...document.querySelectorAll('[data-filter], summary, input, select, button, a')];
         tell({ width: root.scrollWidth, inner: frame.contentWindow.innerWidth, first: reach.length && document.querySelector('a').className,
                unreachable: reach.filter((one) => one.tabIndex < 0 || (one.tagName === 'A' && !one.hasAttribute('href'))).length,
                unnamed: [...form.elements].filter((one) => one.tagName !== 'FIELDSET' && !(one.labels?.length || one.textContent.trim())).length,
                landmarks: ['header', 'main', 'footer', '[role=search]'].map((one) => document.querySelectorAll(one).length),
                headings: [...document.querySelectorAll('h1, h2, h3, h4')].map((one) => Number(one.tagName[1])) });",
    );
    assert!(said["width"].as_u64() <= said["inner"].as_u64() && said["inner"] != 0, "{said:#}");
    assert_eq!(
        (&said["first"], &said["unreachable"], &said["unnamed"]),
        (&json!("skip"), &json!(0), &json!(0)),
        "{said:#}"
    );
    assert_eq!(said["landmarks"], json!([1, 1, 1, 1]));
    let headings: Vec<u64> =
        said["headings"].as_array().expect("levels").iter().filter_map(Value::as_u64).collect();
    assert!(headings[0] == 1 && headings.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{headings:?}");
}
