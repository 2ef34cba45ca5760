//! The output formats, as their consumers read them: all show the same findings, and what each demands is there.
#![expect(clippy::disallowed_methods, reason = "tests write sites to disk")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use serde_json::Value;
use support::{
    binary::{Run, javert, site},
    write_site,
};
use tempfile::TempDir;

/// A path with all that URLs, properties and XML have to escape, and that Windows would write with a drive.
const ODD_PATH: &str = "content/C: 手順, 50%/a & b <c> \"d\" #e.md";

/// A finding as every format can tell it: path, line, rule, level.
type Told = (String, u64, String, String);

/// A site of two editions with findings of every level, with labels, fixes, and text that is hard to carry.
fn everything() -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(directory.path().join(".git")).expect("a folder");
    let region = |name: &str, base: &str| {
        format!("baseURL = \"{base}\"\nuglyURLs = true\n[params]\nTargetRegion = \"{name}\"\n")
    };
    let both = "{{< enabled US >}}\nSame words here.\n{{< /enabled >}}\n\n{{< enabled JP >}}\nSame words here.\n\
                {{< /enabled >}}\n\n{{< enabled JP >}}\n## Only here {#only}\n{{< /enabled >}}\n";
    write_site(
        directory.path(),
        [
            ("docs/config_jp.toml", region("JP", "https://jp.example/").as_str()),
            ("docs/config_us.toml", region("US", "https://us.example/").as_str()),
            (
                "docs/layouts/shortcodes/enabled.html",
                "{{ if in .Params $.Site.Params.TargetRegion }}{{ .Inner }}{{ end }}",
            ),
            ("docs/content/variants.md", both),
            (
                "docs/content/links.md",
                "\u{feff}[a]()\r\n\r\n😀é [top](/Variants.html) 😀 [x](variants.html#only)\r\n\r\n![](no.png)\r\n\r\n[b]()\r\n",
            ),
            (
                &format!("docs/{ODD_PATH}"),
                "# A\n\n[a](</no_|&\u{1b}[31m`x*y/>)\n\n[a](/no/) [b](/no/)\n\n[a](/no/) [b](/no/)\n",
            ),
        ],
    );
    directory
}

/// Runs `javert check` with these variables and no others.
#[track_caller]
fn check(directory: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_javert"))
        .arg("check")
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
    Run { code: output.status.code().expect("it ends"), out: text(output.stdout), err: text(output.stderr) }
}

#[track_caller]
fn printed(directory: &Path, format: &str) -> String {
    let run = javert(directory, &["check", "--output-format", format]);
    assert!(run.code < 2, "{run:?}");
    run.out
}

#[track_caller]
fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string")).to_owned()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn all(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no array")).iter()
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8().expect("UTF-8").into_owned()
}

/// What workflow commands say: kind, properties, message.
fn commands(text: &str) -> Vec<(String, BTreeMap<String, String>, String)> {
    let command = |line: &str| {
        let (head, message) = line.strip_prefix("::")?.split_once("::")?;
        let (kind, properties) = head.split_once(' ')?;
        let properties = properties.split(',').map(|one| one.split_once('=').expect("name=value"));
        let properties = properties.map(|(name, value)| (name.to_owned(), decoded(value))).collect();
        Some((kind.to_owned(), properties, decoded(message)))
    };
    text.lines().filter_map(command).collect()
}

fn level(name: &str) -> String {
    let known = [
        ("note", "info"),
        ("notice", "info"),
        ("ERROR", "error"),
        ("WARNING", "warning"),
        ("INFO", "info"),
        ("major", "error"),
        ("minor", "warning"),
    ];
    known.iter().find(|(own, _)| *own == name).map_or(name, |(_, level)| level).to_owned()
}

/// Reads a report as its consumer does.
fn told(format: &str, text: &str) -> Vec<Told> {
    let from_json = |item: &Value| {
        (string(&item["path"]), number(&item["line"]), string(&item["rule"]), string(&item["level"]))
    };
    let mut told: Vec<Told> = match format {
        "json" => all(&json(text)["diagnostics"]).map(from_json).collect(),
        "json-lines" => text.lines().map(|line| from_json(&json(line))).collect(),
        "concise" => text.lines().map(concise_line).collect(),
        "github" => {
            let all = commands(text).into_iter().map(|(kind, has, _)| {
                let rule = has["title"].strip_prefix("javert: ").expect("our title").to_owned();
                (has["file"].clone(), has["line"].parse().expect("a number"), rule, level(&kind))
            });
            all.collect()
        }
        "gitlab" => {
            let document = json(text);
            let all = all(&document).map(|item| {
                let (place, severity) = (&item["location"], string(&item["severity"]));
                let (path, line) = (string(&place["path"]), number(&place["lines"]["begin"]));
                (path, line, string(&item["check_name"]), level(&severity))
            });
            all.collect()
        }
        "sarif" => {
            let document = json(text);
            let all = all(&document["runs"][0]["results"]).map(|item| {
                let place = &item["locations"][0]["physicalLocation"];
                let path = decoded(place["artifactLocation"]["uri"].as_str().expect("a URI"));
                let line = number(&place["region"]["startLine"]);
                (path, line, string(&item["ruleId"]), level(&string(&item["level"])))
            });
            all.collect()
        }
        "rdjsonl" => {
            let all = text.lines().map(json).map(|item| {
                let (place, rule) = (&item["location"], string(&item["code"]["value"]));
                let line = number(&place["range"]["start"]["line"]);
                (string(&place["path"]), line, rule, level(&string(&item["severity"])))
            });
            all.collect()
        }
        "junit" | "checkstyle" => from_xml(format, text),
        "markdown" => from_markdown(text),
        "html" => from_page(text),
        _ => panic!("nobody reads {format}"),
    };
    told.sort();
    told
}

fn concise_line(line: &str) -> Told {
    let (place, rest) = line.split_once(": ").expect("a place");
    let (place, rest) = match rest.strip_prefix("手順") {
        // The one path with `: ` in it.
        Some(_) => line.split_at(line.find(".md:").expect("a page") + ".md:1:1".len()),
        None => (place, rest),
    };
    let mut parts = place.rsplitn(3, ':').skip(1);
    let line = parts.next().and_then(|line| line.parse().ok()).expect("a line");
    let path = parts.next().expect("a path").to_owned();
    let (level, rest) =
        rest.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).split_once('[').expect("a level");
    (path, line, rest.split_once(']').expect("a rule").0.to_owned(), level.to_owned())
}

fn from_xml(format: &str, text: &str) -> Vec<Told> {
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let has = |node: roxmltree::Node<'_, '_>, name: &str| {
        node.attribute(name).unwrap_or_else(|| panic!("{node:?} has no {name}")).to_owned()
    };
    let element = if format == "junit" { "failure" } else { "error" };
    let found = document.descendants().filter(|node| node.has_tag_name(element)).map(|node| {
        let around = node.parent().expect("an element around");
        if format == "junit" {
            let name = has(around, "name");
            let rule = name.strip_prefix("javert.").and_then(|name| name.split_once(' ')).expect("a rule").0;
            (has(around, "file"), has(around, "line"), rule.to_owned(), has(node, "type"))
        } else {
            let rule = has(node, "source").strip_prefix("javert.").expect("a rule").to_owned();
            (has(around, "name"), has(node, "line"), rule, has(node, "severity"))
        }
    });
    found.map(|(path, line, rule, level)| (path, line.parse().expect("a number"), rule, level)).collect()
}

fn from_markdown(text: &str) -> Vec<Told> {
    let (mut told, mut path) = (Vec::new(), String::new());
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            path = heading.replace("&lt;", "<").replace("&amp;", "&").replace('\\', "");
        } else if line.starts_with('|') && line.contains(':') && !line.starts_with("| ---") {
            let cells: Vec<&str> = line.replace("\\|", "¦").leak().split('|').map(str::trim).collect();
            assert_eq!(cells.len(), 6, "four cells: {line}");
            let place = cells[1].split_once(':').expect("line:column").0;
            let level = cells[2].split_once(' ').expect("a sign and a level").1;
            let line = place.trim_start_matches('[').parse().expect("a line");
            told.push((path.clone(), line, cells[3].to_owned(), level.to_owned()));
        }
    }
    told
}

/// What a reader of the web page sees, whatever is folded.
fn from_page(text: &str) -> Vec<Told> {
    let text = support::page::without_scripts(text);
    let document = support::page::read(&text);
    let pages = document.descendants().filter(|node| node.attribute("class") == Some("page"));
    let found = pages.flat_map(|page| {
        let path =
            support::page::text(page.descendants().find(|node| node.has_tag_name("h3")).expect("a path"));
        let articles = page.descendants().filter(|node| node.has_tag_name("article"));
        articles.map(move |article| {
            let place = support::page::text(support::page::of_class(article, "place"));
            let line = place.split_once(':').expect("line:column").0.parse().expect("a line");
            let rule = support::page::text(support::page::of_class(article, "rule"));
            let level = article.attribute("class").expect("a level").to_owned();
            (path.clone(), line, rule, level)
        })
    });
    found.collect()
}

const FORMATS: [&str; 11] = [
    "json",
    "json-lines",
    "concise",
    "github",
    "gitlab",
    "sarif",
    "rdjsonl",
    "junit",
    "checkstyle",
    "markdown",
    "html",
];

#[test]
fn all_formats_show_the_same_findings() {
    let site = everything();
    let expected = told("json", &printed(site.path(), "json"));
    let levels: BTreeSet<&str> = expected.iter().map(|(_, _, _, level)| level.as_str()).collect();
    assert_eq!(levels, BTreeSet::from(["error", "warning", "info"]), "{expected:#?}");
    assert!(expected.iter().any(|(path, ..)| *path == format!("docs/{ODD_PATH}")), "{expected:#?}");
    for format in FORMATS {
        assert_eq!(told(format, &printed(site.path(), format)), expected, "{format}");
    }
}

#[test]
fn a_report_is_the_same_every_time_and_has_no_control_characters() {
    let site = everything();
    assert!(printed(site.path(), "json").contains("\\u001b[31m"), "the page has some");
    for format in FORMATS.into_iter().filter(|format| *format != "json") {
        let text = printed(site.path(), format);
        assert_eq!(text, printed(site.path(), format), "{format}");
        let strange = text.chars().find(|&c| c.is_control() && c != '\n');
        assert_eq!(strange, None, "{format}: {text}");
        assert!(text.ends_with('\n'), "{format}");
    }
}

#[test]
fn where_nothing_is_found_every_report_says_so() {
    let site = site(&[("content/page.md", "Text.\n")]);
    for format in FORMATS {
        assert_eq!(told(format, &printed(site.path(), format)), [], "{format}");
    }
    assert_eq!(printed(site.path(), "gitlab"), "[]\n");
    assert!(printed(site.path(), "junit").contains("tests=\"1\" failures=\"0\""));
    assert_eq!(printed(site.path(), "markdown"), "## Javert: nothing found\n");
    assert!(printed(site.path(), "html").contains("<h1>Javert: nothing found</h1>"));
}

// Schemas.

/// Holds a report against a schema of `fixtures/schemas`.
#[track_caller]
fn assert_valid(schema: &str, document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schemas").join(schema);
    let mut schema = json(&fs::read_to_string(path).expect("a schema"));
    // What that of SARIF demands of languages is no pattern in Unicode; our reports name none.
    for object in ["run", "toolComponent"] {
        if let Some(language) = schema.pointer_mut(&format!("/definitions/{object}/properties/language")) {
            *language = Value::Bool(false);
        }
    }
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    let wrong: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reports_are_valid_by_the_schemas_of_their_consumers() {
    for site in [everything(), site(&[("content/page.md", "Text.\n")])] {
        assert_valid("sarif-2.1.0.json", &json(&printed(site.path(), "sarif")));
        assert_valid("code-quality.json", &json(&printed(site.path(), "gitlab")));
        for line in printed(site.path(), "rdjsonl").lines() {
            assert_valid("rdjson.json", &json(line));
        }
    }
}

#[test]
#[should_panic(expected = "/0/severity")]
fn a_report_with_something_else_is_not_valid() {
    let site = everything();
    assert_valid(
        "code-quality.json",
        &json(&printed(site.path(), "gitlab").replace("\"major\"", "\"error\"")),
    );
}

// SARIF.

#[test]
fn sarif_has_all_that_code_scanning_requires() {
    let site = everything();
    let document = json(&printed(site.path(), "sarif"));
    assert!(string(&document["$schema"]).ends_with("sarif-schema-2.1.0.json"));
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "Javert");
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["automationDetails"]["id"], "javert/docs/");
    let rules: Vec<&Value> = all(&run["tool"]["driver"]["rules"]).collect();
    for rule in &rules {
        for (field, most) in [("shortDescription", 1024), ("fullDescription", 1024), ("help", usize::MAX)] {
            let text = string(&rule[field]["text"]);
            assert!(!text.is_empty() && text.len() <= most, "{field} of {rule}");
        }
        assert!(string(&rule["help"]["markdown"]).starts_with("# "), "{rule}");
    }
    for result in all(&run["results"]) {
        let rule = rules[usize::try_from(number(&result["ruleIndex"])).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(!string(&result["message"]["text"]).is_empty());
        assert!(["error", "warning", "note"].contains(&string(&result["level"]).as_str()), "{result}");
        assert!(!string(&result["partialFingerprints"]["primaryLocationLineHash"]).is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = string(&place["artifactLocation"]["uri"]);
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>#:&,|".contains(&byte)), "{uri}");
        let region = &place["region"];
        let [line, column] = ["startLine", "startColumn"].map(|field| number(&region[field]));
        let [end_line, end_column] = ["endLine", "endColumn"].map(|field| number(&region[field]));
        assert!(line >= 1 && column >= 1 && end_line == line && end_column >= column, "{region}");
        for (id, related) in result.get("relatedLocations").into_iter().flat_map(all).enumerate() {
            assert_eq!(number(&related["id"]), id as u64);
            assert!(string(&result["message"]["text"]).contains(&format!("]({id})")), "{result}");
        }
    }
    assert!(all(&run["results"]).any(|result| result.get("relatedLocations").is_some()), "no labels");
}

/// The fix of a link in wrong case, which stands behind characters of 4 and 2 bytes, as a format gives it.
fn fix_of(text: &str, format: &str) -> Value {
    let is_wrong_case =
        |item: &Value| item["ruleId"] == "wrong-case-link" || item["code"]["value"] == "wrong-case-link";
    let items: Vec<Value> = match format {
        "sarif" => all(&json(text)["runs"][0]["results"]).cloned().collect(),
        _ => text.lines().map(json).collect(),
    };
    items.into_iter().find(is_wrong_case).unwrap_or_else(|| panic!("no such finding: {text}"))
}

#[test]
fn fixes_can_be_applied_in_each_formats_own_columns() {
    let site = everything();
    let before = "😀é [top](/Variants.html) 😀 [x](variants.html#only)";
    let after = "😀é [top](/variants.html) 😀 [x](variants.html#only)";

    let found = fix_of(&printed(site.path(), "rdjsonl"), "rdjsonl");
    let suggestion = &found["suggestions"][0];
    let at = |end: &str| {
        let spot = &suggestion["range"][end];
        assert_eq!(number(&spot["line"]), 3, "{found}");
        usize::try_from(number(&spot["column"])).expect("small") - 1
    };
    let fixed = [&before[..at("start")], &string(&suggestion["text"]), &before[at("end")..]].concat();
    assert_eq!(fixed, after);

    let found = fix_of(&printed(site.path(), "sarif"), "sarif");
    let change = &found["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "docs/content/links.md");
    let replacement = &change["replacements"][0];
    let units: Vec<u16> = before.encode_utf16().collect();
    let at = |end: &str| usize::try_from(number(&replacement["deletedRegion"][end])).expect("small") - 1;
    assert_eq!(at("startLine"), 2);
    let new: Vec<u16> = string(&replacement["insertedContent"]["text"]).encode_utf16().collect();
    let fixed = [&units[..at("startColumn")], &new, &units[at("endColumn")..]].concat();
    assert_eq!(String::from_utf16(&fixed).expect("UTF-16"), after);
}

// XML.

/// What an element must have, may have, and may contain.
type Grammar = fn(&str) -> [&'static [&'static str]; 3];

/// JUnit's XML, as the schema of Jenkins' xUnit plugin (junit-10.xsd) has it, and besides `file` and `line` of a test:
/// that schema does not know them, but GitLab reads them to link a test to its place, and Jenkins overlooks them.
fn of_junit(element: &str) -> [&'static [&'static str]; 3] {
    match element {
        "testsuites" => [&[], &["name", "tests", "failures", "errors", "time"], &["testsuite"]],
        "testsuite" => {
            let may = &["skipped", "time", "timestamp", "hostname", "id", "package", "file"];
            [&["name", "tests", "failures", "errors"], may, &["testcase"]]
        }
        "testcase" => [&["name"], &["classname", "time", "file", "line"], &["failure"]],
        "failure" => [&[], &["type", "message"], &[]],
        _ => panic!("<{element}>"),
    }
}

/// Checkstyle's XML, as reviewdog's `checkstyle.go` and Jenkins' analysis model read it.
fn of_checkstyle(element: &str) -> [&'static [&'static str]; 3] {
    match element {
        "checkstyle" => [&["version"], &[], &["file"]],
        "file" => [&["name"], &[], &["error"]],
        "error" => [&["line", "severity", "message"], &["column", "source"], &[]],
        _ => panic!("<{element}>"),
    }
}

#[track_caller]
fn assert_spoken(text: &str, root: &str, grammar: Grammar) {
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(document.root_element().has_tag_name(root), "{text}");
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let [must, may, within] = grammar(node.tag_name().name());
        let has: Vec<&str> = node.attributes().map(|attribute| attribute.name()).collect();
        assert!(must.iter().all(|name| has.contains(name)), "{node:?} {has:?}");
        assert!(has.iter().all(|name| must.contains(name) || may.contains(name)), "{node:?} {has:?}");
        let mut children = node.children().filter(roxmltree::Node::is_element);
        assert!(children.all(|child| within.contains(&child.tag_name().name())), "{node:?}");
        for (counted, element) in [("tests", "testcase"), ("failures", "failure")] {
            let count = node.descendants().filter(|inner| inner.has_tag_name(element)).count();
            let said = node.attribute(counted).unwrap_or_default();
            assert!(!must.contains(&counted) || said == count.to_string(), "{node:?}: {said} {counted}");
        }
        for number in ["line", "column"].iter().filter_map(|name| node.attribute(*name)) {
            assert!(number.parse::<usize>().is_ok_and(|number| number > 0), "{node:?}: {number}");
        }
        if let (Some(severity), "error") = (node.attribute("severity"), node.tag_name().name()) {
            assert!(["ignore", "info", "warning", "error"].contains(&severity), "{severity}");
        }
    }
}

#[test]
fn junit_and_checkstyle_have_what_their_readers_know() {
    for site in [everything(), site(&[("content/page.md", "Text.\n")])] {
        assert_spoken(&printed(site.path(), "junit"), "testsuites", of_junit);
        assert_spoken(&printed(site.path(), "checkstyle"), "checkstyle", of_checkstyle);
    }
}

// GitLab.

#[test]
fn fingerprints_differ_and_survive_lines_above() {
    let site = everything();
    let fingerprints =
        |text: &str| -> Vec<String> { all(&json(text)).map(|item| string(&item["fingerprint"])).collect() };
    let before = fingerprints(&printed(site.path(), "gitlab"));
    assert_eq!(before.iter().collect::<BTreeSet<_>>().len(), before.len(), "{before:?}");
    let page = site.path().join("docs").join(ODD_PATH);
    let text = fs::read_to_string(&page).expect("the page");
    fs::write(&page, text.replace("# A\n", "# A\n\nNew.\n\nLines.\n")).expect("the page");
    assert_eq!(fingerprints(&printed(site.path(), "gitlab")), before);
}

#[test]
fn code_quality_has_all_that_gitlab_requires() {
    let site = everything();
    for item in all(&json(&printed(site.path(), "gitlab"))) {
        let rule = string(&item["check_name"]);
        assert!(string(&item["description"]).starts_with(&format!("{rule}: ")), "{item}");
        assert!(["info", "minor", "major"].contains(&string(&item["severity"]).as_str()), "{item}");
        assert!(!string(&item["location"]["path"]).starts_with("./"), "{item}");
        assert!(!string(&item["description"]).contains('\n'), "{item}");
    }
}

// GitHub.

/// A site with many findings of each level.
fn many() -> TempDir {
    let text = format!("{}\n{}\n[a](/no/)\n", "[a]()\n".repeat(12), "![](/a.png)\n".repeat(12));
    let directory = site(&[("content/page.md", &text), ("static/a.png", "")]);
    fs::create_dir(directory.path().join(".git")).expect("a folder");
    directory
}

const LEVELS: &str = "missing-alt=info,broken-link=error,empty-link=warning,orphan-page=off";

#[test]
fn the_most_important_findings_are_annotated_and_the_summary_has_all() {
    let site = many();
    let summary = site.path().join("summary.md");
    fs::write(&summary, "# Before\n").expect("a summary");
    let shown = summary.to_str().expect("UTF-8");
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_STEP_SUMMARY", shown),
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "o/r"),
        ("GITHUB_SHA", "abc"),
    ];
    let run = check(site.path(), &variables, &["--level", LEVELS, "--output-format", "github"]);
    assert_eq!(run.code, 1, "{run:?}");
    let made = commands(&run.out);
    assert_eq!(made.len(), run.out.lines().count(), "{run:?}");
    let count = |kind: &str| made.iter().filter(|(own, ..)| own == kind).count();
    assert_eq!((count("error"), count("warning"), count("notice")), (1, 10, 10), "{run:?}");
    let (_, _, last) = made.last().expect("something");
    assert!(last.starts_with("5 more findings are not annotated"), "{last}");

    let text = fs::read_to_string(&summary).expect("a summary");
    assert!(text.starts_with("# Before\n## Javert: 1 error, 12 warnings, 12 suggestions\n"), "{text}");
    assert_eq!(from_markdown(&text).len(), 25, "{text}");
    assert!(text.contains("](https://github.com/o/r/blob/abc/content/page.md#L1)"), "{text}");
}

#[test]
fn a_summary_never_grows_too_large() {
    let site = many();
    let summary = site.path().join("summary.md");
    fs::write(&summary, " ".repeat((1 << 20) - 1500)).expect("a summary");
    let shown = summary.to_str().expect("UTF-8");
    let variables = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", shown)];
    check(site.path(), &variables, &["--level", LEVELS]);
    let text = fs::read_to_string(&summary).expect("a summary");
    assert!(text.len() <= 1 << 20, "{}", text.len());
    let told = from_markdown(text.trim_start());
    assert!(told.iter().any(|(_, _, rule, _)| rule == "broken-link"), "the most important: {told:?}");
    assert!(text.contains(&format!("\n{} more findings do not fit", 25 - told.len())), "{}", text.trim());
}

#[test]
fn github_is_recognised_and_gets_both() {
    let site = everything();
    let plain = printed(site.path(), "concise");
    let run = check(&site.path().join("docs/content"), &[("GITHUB_ACTIONS", "true")], &[".."]);
    let made: Vec<&str> = run.out.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(run.out.lines().count(), plain.lines().count() + made.len(), "{run:?}");
    assert_eq!(told("github", &made.join("\n")), told("concise", &plain), "seen from the repository's root");
    // What is asked for is what is printed.
    let run = check(site.path(), &[("GITHUB_ACTIONS", "true")], &["--output-format", "concise"]);
    assert_eq!(run.out, plain);
}

#[test]
fn gitlab_is_recognised_and_its_report_is_a_file() {
    let site = everything();
    let run = check(site.path(), &[("GITLAB_CI", "true")], &["--output-format", "gitlab=quality.json"]);
    assert_eq!(run.out, printed(site.path(), "concise"));
    let text = fs::read_to_string(site.path().join("quality.json")).expect("a report");
    assert_eq!(text, printed(site.path(), "gitlab"));
}

// Files.

#[test]
fn several_formats_go_to_their_files() {
    let site = everything();
    fs::write(site.path().join("out.sarif"), "old").expect("a file");
    let formats = [
        "--output-format",
        "sarif=out.sarif",
        "--output-format",
        "junit",
        "--output-format",
        "full=out=1.txt",
    ];
    let run = check(site.path(), &[], &formats);
    assert_eq!(run.out, printed(site.path(), "junit"));
    let read = |name: &str| fs::read_to_string(site.path().join(name)).expect("a report");
    assert_eq!(read("out.sarif"), printed(site.path(), "sarif"));
    assert_eq!(read("out=1.txt"), printed(site.path(), "full"));
    let left = fs::read_dir(site.path()).expect("the folder").count();
    assert_eq!(left, 4, "no temporary file stays");
}

#[test]
fn outputs_that_cannot_be_are_refused() {
    let site = everything();
    for (arguments, says) in [
        (&["--output-format", "sarif", "--output-format", "github"][..], "cannot both be printed"),
        (&["--output-format", "sarif=a", "--output-format", "junit=a"], "cannot both go to `a`"),
        (&["--output-format", "sarif="], "expected a file"),
        (&["--output-format", "sarfi"], "did you mean sarif?"),
    ] {
        let run = check(site.path(), &[], arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
        assert!(run.err.contains(says), "{run:?}");
    }
    let run = check(site.path(), &[], &["--output-format", "sarif=no/such/folder.sarif"]);
    assert_eq!((run.code, run.out), (2, printed(site.path(), "concise")));
    assert!(run.err.contains("javert: cannot write `no/such/folder.sarif`: "), "{}", run.err);
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_plain_file_is_written_to_and_links_stay() {
    let site = everything();
    let (real, link) = (site.path().join("real.json"), site.path().join("link.json"));
    fs::write(&real, "old").expect("a file");
    std::os::unix::fs::symlink(&real, &link).expect("a link");
    check(site.path(), &[], &["--output-format", "gitlab=link.json"]);
    assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
    let report = printed(site.path(), "gitlab");
    assert_eq!(fs::read_to_string(&real).expect("the report"), report);

    // A pipe, reached as `/dev/stderr` is: through a link to what has no path.
    let pipe = site.path().join("pipe");
    std::os::unix::fs::symlink("/proc/self/fd/2", &pipe).expect("a link");
    let run = check(site.path(), &[], &["--output-format", "gitlab=pipe"]);
    assert!(run.err.starts_with(&report), "{run:?}");
    assert!(fs::symlink_metadata(&pipe).expect("the link").is_symlink());
}
