//! What the language server says, by scripts: the cases of `fixtures/lsp`, each a site and what an editor does with it.
//!
//! ```text
//! > open content/a.md
//! > replace content/a.md "/b/" "/c/"
//! > now content/a.md
//! content/a.md:4:5-4:8 error broken-link …
//! ```
//!
//! Lines with `>` are what the editor does; those below say what came of it. `UPDATE=1` rewrites them. A place is a text
//! of the file with `|` where the cursor is. `now` are the findings that are said at once, `findings` those of all files
//! when everything is said.
#![expect(clippy::disallowed_methods, reason = "the cases are read, and tests look at the environment")]

mod support;

use std::{env, fs, path::Path};

use libtest_mimic::{Arguments, Failed, Trial};
use lsp_server::{Message, Notification, Request, RequestId};
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed, TestCaseError, TestRunner},
};
use serde_json::{Value, json};
use support::{editor::Editor, txtar, write_site};

fn main() {
    let arguments = Arguments::from_args();
    let mut files: Vec<_> =
        fs::read_dir(support::repository("fixtures/lsp")).expect("cases").flatten().collect();
    files.sort_by_key(fs::DirEntry::file_name);
    let mut trials = Vec::new();
    for file in files {
        let path = file.path();
        let title = file.file_name().to_string_lossy().trim_end_matches(".txtar").replace('-', " ");
        trials.push(Trial::test(title, move || script(&path)));
    }
    trials.push(Trial::test("a client that is gone ends the server", gone));
    trials.push(Trial::test("what cannot be read is taken down and nothing else happens", nonsense));
    trials.push(Trial::test("a site that is gone is said to be", deleted));
    trials.push(Trial::test("what suppresses a finding does so, and nothing else", suppressing));
    trials.push(Trial::test("after any edits the findings are those of a fresh check", random));
    libtest_mimic::run(&arguments, trials).exit();
}

/// Runs a script and compares, or rewrites what came of it.
fn script(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path).expect("a case");
    let (files, session) = text.split_once("-- session --\n").expect("a session");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sections = txtar(files);
    write_site(folder.path(), sections.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let default = r#"{ "textDocument": {
        "publishDiagnostics": { "relatedInformation": true },
        "completion": { "completionItem": { "snippetSupport": true } }
    }, "workspace": { "workspaceEdit": { "documentChanges": false } } }"#;
    let first = session.lines().next().and_then(|line| line.strip_prefix("> client "));
    let capabilities = serde_json::from_str(first.unwrap_or(default)).expect("JSON");
    let mut editor = Editor::new(folder.path(), &capabilities);
    let mut now = files.to_owned() + "-- session --\n";
    for command in session.lines().filter_map(|line| line.strip_prefix("> ")) {
        now += &format!("> {command}\n");
        now += &act(&mut editor, folder.path(), command);
    }
    editor.leave().map_err(Failed::from)?;
    if env::var_os("UPDATE").is_some() {
        fs::write(path, now).expect("the case can be written");
        return Ok(());
    }
    if now == text { Ok(()) } else { Err(Failed::from(differing(&text, &now))) }
}

/// What differs, line by line.
fn differing(expected: &str, now: &str) -> String {
    let diff = similar::TextDiff::from_lines(expected, now);
    diff.unified_diff().header("expected", "now").to_string()
}

/// What the editor does, and what comes of it.
fn act(editor: &mut Editor, root: &Path, command: &str) -> String {
    let words = words(command);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["client", ..] => String::new(),
        ["open", path] => {
            editor.open(path);
            String::new()
        }
        ["close", path] => {
            editor.close(path);
            String::new()
        }
        ["replace", path, old, new] => {
            let at = editor.text(path).find(old).unwrap_or_else(|| panic!("no `{old}` in {path}"));
            editor.replace(path, at..at + old.len(), new);
            String::new()
        }
        ["write", path, text] => {
            write_site(root, [(*path, *text)]);
            editor.touch(path);
            String::new()
        }
        ["remove", path] => {
            fs::remove_file(root.join(path)).expect("a file");
            editor.touch(path);
            String::new()
        }
        ["now", path] => {
            let findings = editor.findings_now(path);
            findings.iter().map(|finding| line(editor, path, finding)).collect()
        }
        ["findings"] => {
            editor.settle();
            let said = editor.said.iter();
            said.flat_map(|(path, (_, findings))| findings.iter().map(|one| line(editor, path, one)))
                .collect()
        }
        ["heard"] => {
            editor.settle();
            std::mem::take(&mut editor.heard).into_iter().map(|method| method + "\n").collect()
        }
        ["ask", method, rest @ ..] => {
            let mut params = json!({});
            for word in rest {
                add(editor, &mut params, word);
            }
            match editor.ask(method, &params) {
                Ok(answer) => shown(editor, &answer, 0),
                Err(message) => format!("refused: {message}\n"),
            }
        }
        _ => panic!("no such command: {command}"),
    }
}

/// Adds to the parameters of a request: a file, a place in it, or anything in JSON.
fn add(editor: &Editor, params: &mut Value, word: &str) {
    if word.starts_with("{\"") {
        let filled = word.replace("$ROOT/", &format!("{}/", editor.uri("").trim_end_matches('/')));
        let more: Value = serde_json::from_str(&filled).expect("JSON");
        for (key, value) in more.as_object().expect("an object") {
            params[key] = value.clone();
        }
    } else if let Some(uri) = params.pointer("/textDocument/uri").and_then(Value::as_str) {
        let text = editor.text(&editor.path(uri));
        let cursor = word.find('|').expect("a place with a cursor");
        let needle = word.replacen('|', "", 1);
        let at = text.find(&needle).unwrap_or_else(|| panic!("no `{needle}`")) + cursor;
        let place = editor.position(&text, at);
        params["range"] = json!({ "start": place, "end": place });
        params["position"] = place;
    } else {
        params["textDocument"] = json!({ "uri": editor.uri(word) });
    }
}

/// The words of a command; those with spaces are in quotes, and `{…}` is one up to the end.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut rest) = (Vec::new(), command.trim());
    while !rest.is_empty() {
        if rest.starts_with("{\"") {
            words.push(rest.to_owned());
            break;
        }
        if rest.starts_with('"') {
            let mut all = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            words.push(all.next().expect("a text").expect("a text in JSON"));
            rest = rest[all.byte_offset()..].trim_start();
            continue;
        }
        let end = rest.find(' ').unwrap_or(rest.len());
        words.push(rest[..end].to_owned());
        rest = rest[end..].trim_start();
    }
    words
}

/// A finding in a line, and the other places that matter to it.
fn line(editor: &Editor, path: &str, finding: &Value) -> String {
    let level = ["", "error", "warning", "info"][finding["severity"].as_u64().unwrap_or(0) as usize];
    let tags = finding["tags"].as_array().map_or("", |_| " (unnecessary)");
    let message = finding["message"].as_str().unwrap_or_default().replace('\n', "\n  ");
    let mut text = format!(
        "{path}:{} {level} {}{tags}: {message}\n",
        place(&finding["range"]),
        finding["code"].as_str().unwrap_or("?")
    );
    for other in finding["relatedInformation"].as_array().into_iter().flatten() {
        let own = editor.path(other["location"]["uri"].as_str().unwrap_or_default());
        let message = other["message"].as_str().unwrap_or_default();
        text += &format!("  {own}:{} {message}\n", place(&other["location"]["range"]));
    }
    text
}

/// A range, counted from 1.
fn place(range: &Value) -> String {
    let one = |end: &str| {
        let number = |key: &str| range[end][key].as_u64().unwrap_or(0) + 1;
        format!("{}:{}", number("line"), number("character"))
    };
    format!("{}-{}", one("start"), one("end"))
}

/// An answer for people: no braces, ranges in one word, files by their paths.
fn shown(editor: &Editor, value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let one = |value: &Value| match value {
        Value::String(text) if text.starts_with("file:") => Some(editor.path(text)),
        Value::String(text) => {
            let text = text.replace(editor.uri("").trim_end_matches('/'), "$ROOT");
            let text = text.replace(editor.root.to_str().expect("UTF-8"), "$ROOT");
            Some(text.replace('\n', &format!("\n{indent}  | ")))
        }
        Value::Object(map) if map.contains_key("start") && map.contains_key("end") && map.len() == 2 => {
            Some(place(value))
        }
        Value::Object(map) if map.contains_key("line") && map.len() == 2 => {
            let number = |key: &str| map[key].as_u64().unwrap_or(0) + 1;
            Some(format!("{}:{}", number("line"), number("character")))
        }
        Value::Object(_) | Value::Array(_) => None,
        other => Some(other.to_string()),
    };
    match value {
        Value::Array(items) => items
            .iter()
            .map(|item| match one(item) {
                Some(text) => format!("{indent}- {text}\n"),
                None => format!("{indent}-\n{}", shown(editor, item, depth + 1)),
            })
            .collect(),
        Value::Object(map) if one(value).is_none() => map
            .iter()
            .map(|(key, item)| {
                let key = editor.path(key);
                match one(item) {
                    Some(text) => format!("{indent}{key}: {text}\n"),
                    None => format!("{indent}{key}:\n{}", shown(editor, item, depth + 1)),
                }
            })
            .collect(),
        _ => format!("{indent}{}\n", one(value).unwrap_or_default()),
    }
}

const CONFIGURATION: (&str, &str) = ("hugo.toml", "baseURL = \"https://example.org/\"\n");

fn gone() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    write_site(folder.path(), [CONFIGURATION, ("content/a.md", "[x](/nowhere/)\n")]);
    let mut editor = Editor::new(folder.path(), &json!({}));
    editor.open("content/a.md");
    let ended = editor.vanish();
    assert_eq!(ended, Err("the client left without saying so".to_owned()));
    // Before it said anything at all.
    let ended = Editor::silent(folder.path()).vanish();
    assert!(ended.is_err_and(|why| why.starts_with("the client did not begin")));
    // And without shutting down.
    let editor = Editor::new(folder.path(), &json!({}));
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.vanish(), Err("the client left without shutting down".to_owned()));
    Ok(())
}

fn nonsense() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    write_site(folder.path(), [CONFIGURATION, ("content/a.md", "[x](/nowhere/)\n")]);
    let mut editor = Editor::new(folder.path(), &json!({}));
    for method in
        ["textDocument/didOpen", "textDocument/didChange", "workspace/didChangeWatchedFiles", "no/such"]
    {
        editor.tell(method, &json!({ "textDocument": 7 }));
    }
    let uri = editor.uri("content/a.md");
    let change = json!({ "textDocument": { "uri": uri, "version": 3 }, "contentChanges": [{ "text": "x" }] });
    editor.tell("textDocument/didChange", &change);
    editor.open("content/a.md");
    // Ranges behind the text, backwards, and an older version.
    for (start, end) in [((9, 9), (99, 99)), ((0, 5), (0, 1)), ((0, 0), (0, 99))] {
        let point = |(line, character): (u32, u32)| json!({ "line": line, "character": character });
        let range = json!({ "start": point(start), "end": point(end) });
        let params = json!({
            "textDocument": { "uri": uri, "version": -3 },
            "contentChanges": [{ "range": range, "text": "é🦀" }],
        });
        editor.tell("textDocument/didChange", &params);
    }
    editor.send(Message::Notification(Notification {
        method: "$/cancelRequest".to_owned(),
        params: json!([]),
    }));
    editor.send(Message::Request(Request {
        id: RequestId::from("a".to_owned()),
        method: "textDocument/hover".to_owned(),
        params: json!({ "position": "nowhere" }),
    }));
    assert!(editor.ask("no/such", &Value::Null).is_err_and(|why| why.contains("there is no `no/such`")));
    editor.settle();
    // It still works.
    editor.close("content/a.md");
    editor.settle();
    assert_eq!(editor.said["content/a.md"].1.len(), 1, "{:?}", editor.said);
    editor.leave().map_err(Failed::from)
}

fn deleted() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    write_site(folder.path(), [CONFIGURATION, ("content/a.md", "[x](/nowhere/)\n")]);
    let mut editor = Editor::new(folder.path(), &json!({}));
    editor.open("content/a.md");
    editor.settle();
    assert_eq!(editor.said["content/a.md"].1.len(), 1);
    fs::remove_dir_all(folder.path())?;
    editor.touch("hugo.toml");
    editor.settle();
    assert!(editor.said["content/a.md"].1.is_empty(), "{:?}", editor.said);
    assert!(editor.heard.contains(&"window/logMessage".to_owned()));
    editor.replace("content/a.md", 0..1, "");
    editor.settle();
    editor.leave().map_err(Failed::from)
}

/// One finding in every kind of place.
const FOUND: [(&str, &str); 8] = [
    (
        "content/text.md",
        "---\ntitle: A\n---\n## [x](/nowhere/) {#own}\n\n* [x](/nowhere/)\n\n> [x](/nowhere/)\n\n| [x](/nowhere/) |\n|--|\n",
    ),
    (
        "content/code.md",
        "---\ntitle: A\n---\nText.\n```sh\n{{< nope >}}\n```\n\n* a\n\n  ~~~\n  {{< nope >}}\n  ~~~\n\n<p>\n<a\nhref=\"/nowhere/\">x</a>\n</p>\n",
    ),
    ("content/crlf.md", "---\r\ntitle: A\r\n---\r\n```\r\n{{< nope >}}\r\n```\r\n"),
    (
        "content/listed.md",
        "+++\ntitle = \"A\"\ndate = \"whenever\"\n[javert]\ndisable = [\"broken-link\"]\n+++\n[](/n/)[x](/n/)\n",
    ),
    (
        "content/quoted.md",
        "---\ntitle: A\ndate: whenever\njavert: { disable: ['broken-file', \"broken-link\"] }\n---\n![](/n.pdf)[](/n.pdf)[x](/n/)\n",
    ),
    ("content/json.md", "{ \"title\": \"A\", \"date\": \"whenever\" }\n"),
    ("content/toml.md", "+++\ntitle = \"+++\"\ndate = \"whenever\"\n[params]\na = 1\n+++\n"),
    (
        "content/yaml.md",
        "---\ntitle: A\ndate: whenever\njavert: { disable: [broken-file] }\n---\n![](/n.pdf)[](/n.pdf)\n",
    ),
];

fn suppressing() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    write_site(folder.path(), FOUND);
    let version = "[build.environment]\nHUGO_VERSION = \"0.168.0\"\n";
    write_site(
        folder.path(),
        [CONFIGURATION, ("netlify.toml", version), ("layouts/all.html", "{{ .Content }}")],
    );
    let mut editor = Editor::new(folder.path(), &json!({}));
    for (path, text) in FOUND {
        editor.open(path);
        editor.settle();
        let found = editor.said[path].1.clone();
        assert!(!found.is_empty(), "{path}");
        for finding in &found {
            let params = json!({
                "textDocument": { "uri": editor.uri(path) },
                "range": finding["range"],
                "context": { "diagnostics": [] },
            });
            let actions = editor.ask("textDocument/codeAction", &params)?;
            let mut actions = actions.as_array().expect("actions").iter();
            let is_it = |own: &&Value| {
                own["title"].as_str().is_some_and(|title| title.starts_with("suppress"))
                    && own["diagnostics"][0] == *finding
            };
            let action = actions.find(is_it).unwrap_or_else(|| panic!("{finding} in {path}"));
            let edits = &action["edit"]["changes"][editor.uri(path)];
            editor.apply(path, edits);
            editor.settle();
            let left = editor.said[path].1.len();
            assert_eq!(left, found.len() - 1, "{finding}: {}", editor.text(path));
            editor.replace(path, 0..editor.text(path).len(), text);
            editor.settle();
        }
    }
    editor.leave().map_err(Failed::from)
}

/// Three pages that have something to do with one another, for two readers.
const PAGES: [(&str, &str); 3] = [
    (
        "content/a.md",
        "---\ntitle: A\n---\n# Start\n\n[b](/b/#first) [c](/c/#more)\n\n{{< enabled JP >}}\nText.\n{{< /enabled >}}\n",
    ),
    ("content/b.md", "---\ntitle: B\n---\n## First\n\n[a](/a/#start)\n"),
    ("content/c.md", "---\ntitle: C\ndisabled: [US]\n---\n## More\n\n[b](/b/)\n"),
];

/// What is typed.
const PIECES: [&str; 24] = [
    "x",
    " ",
    "\n",
    "\n\n",
    "# ",
    "## First\n",
    "{#first}",
    "[a](/a/#start)",
    "[b](/b/#",
    "(/c/)",
    "---\n",
    "title: Q\n",
    "draft: true\n",
    "disabled: [JP]\n",
    "slug: q\n",
    "{{< enabled US >}}\n",
    "{{< /enabled >}}\n",
    "{{< nope >}}",
    "é",
    "🦀",
    "<!-- javert-disable-file -->\n",
    "<!-- javert-disable-next-line broken-link -->\n",
    "\r\n",
    "![](/n.png)",
];

/// A page, where in it (in thousandths), how many bytes are taken away, and what is put there.
type Typed = (usize, usize, usize, usize);

fn random() -> Result<(), Failed> {
    let cases = env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24);
    let config = Config {
        cases,
        rng_seed: RngSeed::Fixed(20_261_128),
        failure_persistence: None,
        ..Config::default()
    };
    let typed = (0..PAGES.len(), 0..=1000_usize, 0..12_usize, 0..PIECES.len());
    let edits = prop::collection::vec(typed, 1..10);
    TestRunner::new(config)
        .run(&edits, |edits| agrees(&edits))
        .map_err(|error| Failed::from(error.to_string()))
}

fn agrees(edits: &[Typed]) -> Result<(), TestCaseError> {
    let site = || {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let region = |region: &str| {
            format!("baseURL = \"https://{region}.example.org/\"\n[params]\nregion = \"{region}\"\n")
        };
        let guard = "{{ if in .Params $.Site.Params.region }}{{ .Inner | markdownify }}{{ end }}";
        let (jp, us) = (region("JP"), region("US"));
        write_site(
            folder.path(),
            [
                ("config_jp.toml", jp.as_str()),
                ("config_us.toml", &us),
                ("layouts/_shortcodes/enabled.html", guard),
            ],
        );
        folder
    };
    let folder = site();
    write_site(folder.path(), PAGES);
    let mut editor = Editor::new(folder.path(), &json!({}));
    for (number, &(page, at, length, piece)) in edits.iter().enumerate() {
        let (path, _) = PAGES[page];
        if editor.version(path).is_none() {
            editor.open(path);
        }
        let text = editor.text(path);
        let boundary =
            |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let start = boundary(text.len() * at / 1000);
        editor.replace(path, start..boundary(start + length).max(start), PIECES[piece]);
        // Some are typed while the site is being read.
        if number % 4 == 3 {
            std::thread::sleep(std::time::Duration::from_millis(160));
        }
    }
    editor.settle();
    let fresh = site();
    let texts = PAGES.map(|(path, _)| (path, editor.text(path)));
    write_site(fresh.path(), texts.iter().map(|(path, text)| (*path, text.as_str())));
    let mut other = Editor::new(fresh.path(), &json!({}));
    other.settle();
    let lines = |editor: &Editor| -> Vec<String> {
        let said = editor.said.iter();
        said.flat_map(|(path, (_, found))| found.iter().map(|one| line(editor, path, one))).collect()
    };
    prop_assert_eq!(lines(&editor), lines(&other));
    prop_assert_eq!(editor.leave(), Ok(()));
    prop_assert_eq!(other.leave(), Ok(()));
    Ok(())
}
