//! What we recorded of the real Hugo is what the real Hugo says.
//!
//! Needs Hugo (`HUGO`, or `hugo` on the path) in the version that was recorded; without it, the tests say so and
//! pass, except where `CI` is set. `UPDATE=1 cargo test --test hugo` records anew; review the difference.
#![expect(clippy::disallowed_methods, reason = "tests read and write fixtures and the environment")]

#[path = "../benches/generate/mod.rs"]
mod generate;
mod support;

use std::{collections::BTreeMap, env, fs, path::Path, thread};

use javert::{manual, rules::RULES};
use rayon::prelude::*;
use support::{
    Build, Hugo,
    shortcodes::{FRONT_MATTER, Fixture, fixture, recording, recording_path},
    sites, write_site,
};

const VERSION: &str = "0.168";

#[test]
fn hugo_still_says_what_we_recorded() {
    if let Some(hugo) = sites::hugo_or_skip("fixtures/help/recorded.json") {
        sites::compare("fixtures/help/recorded.json", &sites::record(&hugo, "fixtures/help"));
    }
}

#[test]
fn hugo_still_refuses_what_we_recorded() {
    if let Some(hugo) = sites::hugo_or_skip("fixtures/broken/recorded.json") {
        sites::compare("fixtures/broken/recorded.json", &sites::record_each_page(&hugo, "fixtures/broken"));
    }
}

#[test]
fn the_links_we_expect_to_break_are_those_that_hugo_broke() {
    // While the recording is written it cannot be read.
    if !sites::updating() {
        assert_eq!(sites::expected_links("fixtures/help"), sites::recorded_links("fixtures/help"));
    }
}

#[test]
fn a_generated_site_builds_and_no_other_link_breaks_than_was_meant_to() {
    if let Some(hugo) = sites::hugo_or_skip("fixtures/help/recorded.json") {
        let files: Vec<_> = generate::site(120, 1).collect();
        let meant: usize = files.iter().map(|file| file.broken).sum();
        let files = files.into_iter().map(|file| (file.path, file.bytes));
        // JP readers see every page.
        assert_eq!(sites::links_that_break(&hugo, files, "config_jp.toml"), meant);
    }
}

#[test]
fn every_page_that_hugo_refuses_is_expected_to_be_wrong() {
    if !sites::updating() {
        let (refused, expected) =
            (sites::refused("fixtures/broken"), sites::expected_pages("fixtures/broken"));
        assert_eq!(refused.difference(&expected).collect::<Vec<_>>(), Vec::<&String>::new());
    }
}

#[test]
fn hugo_refuses_the_shortcodes_it_was_recorded_to_refuse() {
    let Some(hugo) = Hugo::find(VERSION) else { return };
    let fixture = fixture();
    let (likely_good, likely_bad): (Vec<_>, Vec<_>) =
        fixture.pages.iter().partition(|(_, body)| fixture.predicted(body) == "builds");
    let mut now = batch(&hugo, &fixture, &likely_good);
    let half = likely_bad.len() / 2;
    thread::scope(|scope| {
        let (first, second) = likely_bad.split_at(half);
        let other = scope.spawn(|| one_by_one(&hugo, &fixture, second));
        now.extend(one_by_one(&hugo, &fixture, first));
        now.extend(other.join().unwrap());
    });
    if env::var_os("UPDATE").is_some() {
        let lines: String = now.iter().map(|(page, says)| format!("{page} {says}\n")).collect();
        fs::write(recording_path(), lines).unwrap();
        return;
    }
    let before = recording();
    let differs = |page: &String, says: &String| before.get(page) != Some(says);
    // Whether Hugo crashes (`{{< =x >}}`) is now and then a matter of which of its threads is first.
    let pages = fixture.pages.iter();
    let doubtful: Vec<_> =
        pages.filter(|(page, _)| now.get(*page).is_some_and(|says| differs(page, says))).collect();
    let changed = one_by_one(&hugo, &fixture, &doubtful);
    let changed: Vec<_> = changed.iter().filter(|(page, says)| differs(page, says)).collect();
    assert!(changed.is_empty(), "Hugo says otherwise now; UPDATE=1 records it:\n{changed:#?}");
}

#[test]
fn the_good_examples_of_the_rule_pages_build() {
    let Some(hugo) = Hugo::find(VERSION) else { return };
    RULES.par_iter().for_each(|rule| {
        for example in manual::examples(rule.page).iter().filter(|example| example.output.is_none()) {
            let site = tempfile::tempdir().expect("a temporary folder");
            let layouts = ["layouts/_default/single.html", "layouts/_default/list.html"];
            write_site(site.path(), layouts.map(|path| (path, "{{ .Content }}")));
            write_site(site.path(), example.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
            let has = |name: &str, word: &str| {
                example.files.iter().any(|(path, text)| path == name && text.contains(word))
            };
            // Those are about another version, or a theme that is not there.
            if has("netlify.toml", "HUGO_VERSION") || has("hugo.toml", "theme = ") {
                continue;
            }
            let editions = example.files.iter().map(|(path, _)| path.as_str());
            let mut editions: Vec<&str> = editions.filter(|path| path.starts_with("config_")).collect();
            if editions.is_empty() {
                editions.push("hugo.toml");
            }
            for edition in editions {
                let build = hugo.run(site.path(), &["--renderToMemory", "--config", edition]);
                assert!(build.success, "rules/{}.md:{}: {}", rule.name, example.line, build.output);
            }
        }
    });
}

fn new_site(fixture: &Fixture) -> tempfile::TempDir {
    let site = tempfile::tempdir().expect("a temporary folder");
    write_site(site.path(), fixture.site.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    site
}

fn page_path(site: &Path, page: &str) -> std::path::PathBuf {
    site.join("content").join(format!("{page}.md"))
}

fn write_page(site: &Path, page: &str, body: &str) {
    fs::create_dir_all(site.join("content")).expect("a folder");
    fs::write(page_path(site, page), format!("{FRONT_MATTER}{body}")).expect("a page");
}

/// One run per page.
fn one_by_one(hugo: &Hugo, fixture: &Fixture, pages: &[(&String, &String)]) -> BTreeMap<String, String> {
    let site = new_site(fixture);
    let mut says = BTreeMap::new();
    for (page, body) in pages {
        write_page(site.path(), page, body);
        let (_, said) = said(&hugo.check(site.path()));
        says.insert((*page).clone(), said);
        fs::remove_file(page_path(site.path(), page)).expect("the page goes");
    }
    says
}

/// All pages in one run, again without the page at which Hugo stopped.
fn batch(hugo: &Hugo, fixture: &Fixture, pages: &[(&String, &String)]) -> BTreeMap<String, String> {
    let site = new_site(fixture);
    for (page, body) in pages {
        write_page(site.path(), page, body);
    }
    let mut says: BTreeMap<String, String> =
        pages.iter().map(|(page, _)| ((*page).clone(), "builds".into())).collect();
    loop {
        let build = hugo.check(site.path());
        if build.success {
            return says;
        }
        let (page, said) = said(&build);
        let path = page_path(site.path(), &page);
        assert!(path.exists(), "no page is named: {}", build.output);
        fs::remove_file(path).expect("the page goes");
        says.insert(page, said);
    }
}

/// The page and what Hugo said of it, in the words of the recording.
fn said(build: &Build) -> (String, String) {
    if build.success {
        return (String::new(), "builds".into());
    }
    if build.output.contains("panic: ") {
        return (String::new(), "crashes".into());
    }
    let error = build.output.split_once("ERROR ").map_or("", |(_, error)| error).trim_end();
    let parts = error.split_once("content/").and_then(|(_, error)| error.split_once(".md:"));
    let Some((page, rest)) = parts else { return (String::new(), build.output.clone()) };
    let (position, message) = rest.split_once("\": ").unwrap_or(("?", rest));
    (page.into(), format!("{position} {}", message.replace('\n', "\\n")))
}
