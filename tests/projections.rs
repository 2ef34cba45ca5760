//! What we say a reader of one edition sees is what the real Hugo shows them, word for word.
//!
//! The sites are `fixtures/help` and those of `fixtures/projections`, `site.txtar` once with each of its themes. Without Hugo, the
//! recording counts; with it (`HUGO`, or `hugo` on the path; needed where `CI` is set), the recording is held against
//! Hugo. `UPDATE=1 cargo test --test projections` records anew; review the difference.
#![expect(clippy::disallowed_methods, reason = "tests read and write fixtures and the environment")]

mod support;

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

use html5gum::{DefaultEmitter, Token, Tokenizer};
use javert::{
    hugo::paths::Day,
    page::Page,
    site::{Site, load::Circumstances},
    tree::MemoryTree,
    variants::Projection,
};
use rayon::prelude::*;
use support::Hugo;

const RECORDING: &str = "fixtures/projections/hugo-0.168.txt";
const VERSION: &str = "0.168";

/// A template renders the inner text and Hugo pastes the HTML into an item: its lines but the first are not indented, so
/// they end the item, and where it is code they are read as Markdown. We paste a line that stands for all of it.
const DEVIATIONS: [&str; 2] = ["rendering JP content/in-items.md", "rendering US content/in-items.md"];

/// The visible text of each page, by `site edition path`.
type Texts = BTreeMap<String, String>;

/// A site's name and files.
type Files = Vec<(String, String)>;

#[test]
fn readers_see_what_hugo_shows_them() {
    let hugo = Hugo::find(VERSION);
    if let (Some(hugo), Some(_)) = (&hugo, env::var_os("UPDATE")) {
        fs::write(support::repository(RECORDING), written(&shown(hugo))).expect("a recording");
    }
    let recorded = fs::read_to_string(support::repository(RECORDING)).expect("a recording");
    let mut differences = String::new();
    let ours = projected();
    let theirs = read(&recorded);
    for (place, text) in &theirs {
        let own = ours.get(place).map_or("nothing", String::as_str);
        if DEVIATIONS.contains(&place.as_str()) {
            assert!(!is_shown_as(&words(own), &words(text)), "{place} is no deviation any more");
        } else if !is_shown_as(&words(own), &words(text)) {
            _ = write!(differences, "== {place} ==\nHugo:\n{text}\nwe:\n{own}\n\n");
        }
    }
    assert!(differences.is_empty(), "{differences}");
    // The themes of the small site hold nothing that we could not know.
    let unknown = ours.iter().filter(|(place, text)| !place.starts_with("help ") && text.contains('⟦'));
    assert_eq!(unknown.count(), 0);
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
}

/// Whether a text is that of Hugo, whatever stands where we say that we do not know it.
fn is_shown_as(own: &str, shown: &str) -> bool {
    let mut known = own.split('⟦').map(|part| part.split_once('⟧').map_or(part, |(_, known)| known).trim());
    let mut rest = shown.strip_prefix(known.next().unwrap_or_default());
    let mut last = None;
    for part in known {
        rest = rest.and_then(|rest| Some(&rest[rest.find(part)? + part.len()..]));
        last = Some(part);
    }
    match last {
        None => rest == Some(""),
        Some(last) => rest.is_some() && shown.ends_with(last),
    }
}

#[test]
fn hugo_still_shows_what_we_recorded() {
    let Some(hugo) = Hugo::find(VERSION) else { return };
    let recorded = fs::read_to_string(support::repository(RECORDING)).expect("a recording");
    if env::var_os("UPDATE").is_none() {
        assert_eq!(recorded, written(&shown(&hugo)), "UPDATE=1 cargo test --test projections records anew");
    }
}

#[test]
fn every_case_shows_different_readers_different_things() {
    // A case without a condition, or with one that Hugo does not read as such, would show nothing.
    let recorded = fs::read_to_string(support::repository(RECORDING)).expect("a recording");
    let texts = read(&recorded);
    for theme in THEMES {
        for (path, _) in site(theme).iter().filter(|(path, _)| path.starts_with("content/")) {
            let of = |edition: &str| texts.get(&format!("{theme} {edition} {path}"));
            let same = of("JP") == of("US") && of("US") == of("CN");
            assert!(!same, "{theme}: {path} is the same for all");
        }
    }
}

/// The themes of the small site; `dropping` is `separate` where raw HTML is dropped.
const THEMES: [&str; 4] = ["separate", "pasting", "rendering", "dropping"];

/// The small site with one of its themes.
fn site(name: &str) -> Files {
    let theme = if name == "dropping" { "separate" } else { name };
    let text = fs::read_to_string(support::repository("fixtures/projections/site.txtar")).expect("a site");
    let mut files = Vec::new();
    for (path, text) in support::txtar(&text) {
        if path.starts_with("config_") {
            let text =
                if name == "dropping" { text.replace("unsafe = true", "unsafe = false") } else { text };
            files.push((path, format!("theme = \"{theme}\"\n{text}")));
        } else if !path.starts_with("themes/") || path.starts_with(&format!("themes/{theme}/")) {
            files.push((path, text));
        }
    }
    files
}

/// The help site, with layouts that print nothing but the content.
fn help() -> Files {
    let mut files = Vec::new();
    let root = support::repository("fixtures/help");
    collect(&root, &root, &mut files);
    for (path, text) in &mut files {
        if path.contains("/layouts/_default/") || path.ends_with("/layouts/index.html") {
            "{{ if in .Params.disabled site.Params.TargetRegion }}{{ else }}<main>{{ .Content }}</main>{{ end }}"
                .clone_into(text);
        }
    }
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let parts = path.strip_prefix(root).expect("it is below").iter();
            let parts: Vec<String> = parts.map(|part| part.to_string_lossy().into_owned()).collect();
            files.push((parts.join("/"), text));
        }
    }
}

/// The sites on which several things tell readers apart.
const SEVERAL_AXES: [&str; 2] = ["axes", "dimensions"];

fn sites() -> Vec<(&'static str, Files)> {
    let several = SEVERAL_AXES.map(|name| {
        let text = fs::read_to_string(support::repository(&format!("fixtures/projections/{name}.txtar")));
        (name, support::txtar(&text.expect("a site")))
    });
    THEMES.into_iter().map(|theme| (theme, site(theme))).chain(several).chain([("help", help())]).collect()
}

fn load(files: &Files) -> Site {
    let today = Day { year: 2026, month: 6, day: 1 };
    Site::load(&MemoryTree::new(files.clone()), Circumstances { today, version: None })
}

/// The pages of an edition and the files they are published as.
fn published(site: &Site, edition: usize) -> impl Iterator<Item = (&Page, String)> {
    let published = &site.published[edition];
    let base = site.editions[edition].config.base_path.clone();
    (0_u32..).zip(&site.pages).filter_map(move |(number, page)| {
        let first = *published.of_page.get(&number)?.first()?;
        let instance = &published.instances[first as usize];
        let is_seen = site.visibility[number as usize].page.contains(edition);
        let url = instance.url.strip_prefix(&base).unwrap_or(&instance.url).trim_start_matches('/');
        let file =
            if url.is_empty() || url.ends_with('/') { format!("{url}index.html") } else { url.to_owned() };
        (instance.unpublished.is_none() && is_seen).then_some((page, file))
    })
}

/// What we say.
fn projected() -> Texts {
    let mut texts = Texts::new();
    for (name, files) in sites() {
        let site = load(&files);
        for (edition, own) in site.editions.iter().enumerate() {
            for (page, _) in published(&site, edition) {
                let projection = Projection::new(&site, page, edition).expect("an ordinary page");
                texts.insert(format!("{name} {} {}", own.name, page.path()), projection.text(page));
            }
        }
    }
    texts
}

/// What Hugo shows.
fn shown(hugo: &Hugo) -> Texts {
    let of_site = |(name, files): (&str, Files)| -> Vec<(String, String)> {
        let site = load(&files);
        let root = tempfile::tempdir().expect("a temporary folder");
        support::write_site(root.path(), files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let mut texts = Vec::new();
        for (number, edition) in site.editions.iter().enumerate() {
            let out = format!("out{number}");
            let build = hugo
                .run(root.path(), &["--noBuildLock", "--config", &edition.files[0], "--destination", &out]);
            assert!(build.success, "{name}: {}", build.output);
            for (page, file) in published(&site, number) {
                let html = fs::read_to_string(root.path().join(&out).join(&file)).unwrap_or_default();
                let main = html.split_once("<main>").and_then(|(_, rest)| rest.rsplit_once("</main>"));
                let (main, _) = main.unwrap_or_else(|| panic!("{name}: {file} has no content"));
                texts.push((format!("{name} {} {}", edition.name, page.path()), visible(main)));
            }
        }
        texts
    };
    sites().into_par_iter().flat_map_iter(of_site).collect()
}

/// The visible text of HTML, one line per block.
fn visible(html: &str) -> String {
    const INLINE: [&[u8]; 12] =
        [b"a", b"b", b"code", b"del", b"em", b"i", b"img", b"kbd", b"span", b"strong", b"sub", b"sup"];
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut text = String::new();
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) if !INLINE.contains(&tag.name.as_slice()) => text.push('\n'),
            Token::EndTag(tag) if !INLINE.contains(&tag.name.as_slice()) => text.push('\n'),
            Token::String(words) => text.push_str(&String::from_utf8_lossy(&words)),
            _ => {}
        }
    }
    let lines = text.lines().map(words).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// A text with its white space unified.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn written(texts: &Texts) -> String {
    let mut all = String::new();
    for (place, text) in texts {
        _ = write!(all, "== {place} ==\n{text}\n\n");
    }
    all
}

fn read(recording: &str) -> Texts {
    let mut texts = Texts::new();
    let mut place = String::new();
    for line in recording.lines() {
        if let Some(name) = line.strip_prefix("== ").and_then(|line| line.strip_suffix(" ==")) {
            name.clone_into(&mut place);
            texts.insert(place.clone(), String::new());
        } else if let Some(text) = texts.get_mut(&place) {
            text.push_str(line);
            text.push('\n');
        }
    }
    texts
}
