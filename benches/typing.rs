//! How long an editor waits: from a key to what is found in the open page, and in another page that the key breaks.
//!
//! `cargo bench --bench typing` types in 2,000 generated pages; `… -- SITE [PAGES]` in a copy of a site, in so many of its
//! pages; `cargo test` types a little in a few.
#![expect(clippy::disallowed_methods, reason = "it writes the site that it measures")]
#![expect(clippy::print_stdout, reason = "it tells what it measured")]

#[path = "../tests/support/editor.rs"]
#[expect(dead_code, reason = "the tests of the server use the rest")]
mod editor;
#[expect(dead_code, reason = "the tests of the generator use the rest")]
mod generate;

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use editor::{Editor, position};
use serde_json::json;
use tempfile::TempDir;

/// What is typed, a key at a time.
const SENTENCE: &str = "See [the page](/nowhere/#x) and `code`, **then** go on.\n";
/// So many keys are typed without a pause; then the site is being read when the next one is.
const BURST: usize = 12;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|own| !own.starts_with("--")).collect();
    let is_bench = env::args().any(|argument| argument == "--bench");
    let (pages, typed) = if is_bench { (2000, 12) } else { (40, 1) };
    match arguments.first() {
        Some(site) => {
            let typed = arguments.get(1).and_then(|number| number.parse().ok()).unwrap_or(typed);
            measure(Path::new(site), typed, is_bench);
        }
        None => {
            let folder = TempDir::new().expect("there is room for temporary files");
            for file in generate::site(pages, 1) {
                let path = folder.path().join(&file.path);
                fs::create_dir_all(path.parent().expect("the file is in the site")).expect("can be created");
                fs::write(&path, &file.bytes).expect("can be written");
            }
            measure(folder.path(), typed, is_bench);
        }
    }
}

fn measure(root: &Path, typed: usize, loud: bool) {
    let pages = pages(root);
    let start = Instant::now();
    let mut editor = Editor::new(root, &json!({}));
    editor.open(&pages[0]);
    while editor.said.is_empty() {
        editor.hear();
    }
    let first = start.elapsed();
    editor.settle();
    let step = (pages.len() / typed).max(1);
    let mut own = Vec::new();
    editor.close(&pages[0]);
    for path in pages.iter().step_by(step).take(typed) {
        own.extend(type_in(&mut editor, path));
    }
    let others = elsewhere(&mut editor, &pages);
    editor.settle();
    editor.leave().expect("it ends");
    assert!(!own.is_empty());
    if loud {
        println!("{} pages, first findings after {:.0} ms", pages.len(), millis(first));
        tell("the open page", own);
        tell("another page", others);
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find(|line| line.starts_with("VmHWM"));
        println!("{}", peak.unwrap_or("peak memory is not known here"));
    }
}

/// The Markdown files of a site.
fn pages(root: &Path) -> Vec<String> {
    fn below(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                below(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    below(&root.join("content"), &mut found);
    found.sort();
    let inside = |path: &PathBuf| path.strip_prefix(root).ok()?.to_str().map(str::to_owned);
    found.iter().filter_map(inside).collect()
}

/// Types a sentence in the middle of a page: how long each key took.
fn type_in(editor: &mut Editor, path: &str) -> Vec<Duration> {
    editor.open(path);
    let text = editor.text(path);
    let middle = text.floor_char_boundary(text.len() / 2);
    let Some(mut at) = text[middle..].find("\n\n").map(|found| middle + found + 2) else {
        editor.close(path);
        return Vec::new();
    };
    editor.settle();
    let mut times = Vec::new();
    for (number, key) in SENTENCE.chars().enumerate() {
        if number % BURST == BURST - 1 {
            std::thread::sleep(Duration::from_millis(300));
        }
        let start = Instant::now();
        editor.replace(path, at..at, &key.to_string());
        editor.findings_now(path);
        times.push(start.elapsed());
        at += key.len_utf8();
    }
    editor.close(path);
    editor.settle();
    times
}

/// Breaks and mends a heading to which other pages link: how long it takes until one of them shows it.
fn elsewhere(editor: &mut Editor, pages: &[String]) -> Vec<Duration> {
    let mut times = Vec::new();
    for path in pages {
        let text = editor.text(path);
        // Where the id comes from: the heading's words, unless it is written.
        let id = |at: usize| {
            let line = text[at..].lines().next().unwrap_or_default();
            at + line.find("{#").map_or(0, |id| id + "{#".len())
        };
        let mut ids = text.match_indices("\n## ").map(|(at, mark)| id(at + mark.len()));
        let heading = ids.find(|&at| linked_from(editor, path, &text, at).is_some());
        let Some(at) = heading else { continue };
        let Some(other) = linked_from(editor, path, &text, at) else { continue };
        editor.open(path);
        editor.settle();
        let found = |editor: &Editor| editor.said.get(&other).map(|(_, findings)| findings.clone());
        let whole = found(editor);
        // Not every broken anchor is found: what links lead to may be unknown.
        editor.replace(path, at..at, "Q");
        editor.settle();
        let shows = found(editor) != whole;
        editor.replace(path, at..at + 1, "");
        editor.settle();
        for number in 0..if shows { 10 } else { 0 } {
            let before = found(editor);
            let start = Instant::now();
            let (range, key) = if number % 2 == 0 { (at..at, "Q") } else { (at..at + 1, "") };
            editor.replace(path, range, key);
            while found(editor) == before {
                editor.hear();
            }
            times.push(start.elapsed());
        }
        editor.close(path);
        editor.settle();
        if times.len() >= 60 {
            break;
        }
    }
    times
}

/// Another page that links to the heading at a byte.
fn linked_from(editor: &mut Editor, path: &str, text: &str, at: usize) -> Option<String> {
    let params = json!({
        "textDocument": { "uri": editor.uri(path) },
        "position": position(text, at),
        "context": { "includeDeclaration": false },
    });
    let found = editor.ask("textDocument/references", &params).ok()?;
    let uris = found.as_array()?.iter().filter_map(|own| own["uri"].as_str().map(str::to_owned));
    let mut paths = uris.map(|uri| editor.path(&uri)).collect::<Vec<_>>().into_iter();
    paths.find(|own| own != path)
}

fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times.get((times.len() * part / 100).min(times.len().saturating_sub(1)));
    let show = |time: Option<&Duration>| time.map_or("-".to_owned(), |time| format!("{:.1}", millis(*time)));
    println!(
        "{what}: {} keys, p50 {} ms, p95 {} ms, longest {} ms",
        times.len(),
        show(at(50)),
        show(at(95)),
        show(times.last()),
    );
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
