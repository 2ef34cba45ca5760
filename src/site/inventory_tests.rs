//! What we say is published, against what Hugo published: `fixtures/published.txtar`.

use std::collections::BTreeSet;

use super::{Site, inventory::Inventory, load::Circumstances};
use crate::{
    hugo::{paths::Day, version::Version},
    tree::MemoryTree,
};

const CASES: &str = include_str!("../../fixtures/published.txtar");

/// Templates of a site that has none of its own.
const TEMPLATES: [(&str, &str); 2] = [
    ("layouts/baseof.html", "B{{ block \"main\" . }}{{ end }}"),
    ("layouts/all.html", "X{{ .RelPermalink }}"),
];

/// The files of a case, and what Hugo publishes.
fn read(case: &str, bare: bool) -> (Vec<(String, String)>, BTreeSet<&str>) {
    let mut files: Vec<(String, String)> = Vec::new();
    if !bare {
        files.extend(TEMPLATES.map(|(path, text)| (path.to_owned(), text.to_owned())));
    }
    let mut published = BTreeSet::new();
    let mut in_list = false;
    for line in case.lines() {
        match line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
            Some("published") => in_list = true,
            Some(path) => {
                files.retain(|(own, _)| own != path);
                files.push((path.to_owned(), String::new()));
            }
            None if in_list => published.extend((!line.is_empty()).then_some(line)),
            None => {
                if let Some((_, text)) = files.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    if !files.iter().any(|(path, _)| path.starts_with("hugo.") || path.starts_with("config/")) {
        files.push(("hugo.toml".to_owned(), "baseURL = 'https://e.org/'".to_owned()));
    }
    (files, published)
}

#[test]
fn what_is_published_is_what_hugo_publishes() {
    let mut wrong: Vec<String> = Vec::new();
    let mut count = 0;
    for case in CASES.split("\n=== ").skip(1) {
        let (head, rest) = case.split_once('\n').expect("a case has lines");
        let (files, published) = read(rest, head.ends_with(" bare"));
        let circumstances = Circumstances {
            today: Day { year: 2026, month: 11, day: 22 },
            version: Some(Version::new(0, 168)),
        };
        let site = Site::load(&MemoryTree::new(files), circumstances);
        let inventory = Inventory::of(&site);
        let edition = &inventory.editions[0];
        let ours: BTreeSet<&str> = edition
            .pages
            .keys()
            .chain(edition.aliases.keys())
            .chain(&edition.redirects)
            .chain(&edition.files)
            .map(String::as_str)
            .collect();
        let open = |url: &str| edition.open.iter().any(|prefix| url.starts_with(prefix.as_str()));
        wrong.extend(
            published.difference(&ours).filter(|url| !open(url)).map(|url| format!("{head}: no {url}")),
        );
        wrong.extend(ours.difference(&published).map(|url| format!("{head}: {url} is too much")));
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 80, "{count} cases");
}

#[test]
fn pages_that_are_no_markdown_are_listed_with_what_is_known_of_their_ids() {
    let files = [
        ("layouts/all.html", "{{ .Content }}"),
        ("content/a.html", "---\ntitle: A\n---\n<h2 id=\"x\">X</h2>"),
        ("content/b.org", "* B"),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let circumstances =
        Circumstances { today: Day { year: 2026, month: 11, day: 22 }, version: Some(Version::new(0, 150)) };
    let site = Site::load(&MemoryTree::new(files.to_vec()), circumstances);
    let pages = &Inventory::of(&site).editions[0].pages;
    let (html, org) = (&pages["/a/"], &pages["/b/"]);
    assert_eq!((html.source.as_deref(), html.anchors.join(" ").as_str()), (Some("content/a.html"), "x"));
    assert_eq!((org.source.as_deref(), org.open.is_some()), (Some("content/b.org"), true));
}
