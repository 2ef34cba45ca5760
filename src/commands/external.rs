//! What `--external` adds to a check: asking the web, with what earlier runs learned.

use std::{
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use regex::Regex;

use super::Surroundings;
use crate::{
    disk::{self, journal::Journal},
    page::Page,
    settings::external::ExternalSettings,
    site::{
        Site,
        external::{External, Selection, Use, questions},
    },
    tree::Tree,
    web::{
        self, Answers, Down, Progress, Question, Watch,
        forge::Forge,
        guard::Openings,
        memory::{self, Answer, Memory},
        settings::{HostSettings, Proxies, Settings},
    },
};

/// How a run differs from others.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    /// After this time nothing new is asked.
    pub(super) max_time: Option<Duration>,
    /// Nobody wants to see how far it has got.
    pub(super) no_progress: bool,
    /// Ask the addresses that were asked longest ago, so many of them, whatever is known.
    pub(super) oldest: Option<usize>,
}

/// Asks the web for the links of the pages that are `wanted`, and keeps the answers with the site. The notes are for the
/// user.
///
/// # Errors
/// When there is no network, or a file cannot be read.
pub(super) fn ask(
    site: &mut Site,
    (tree, root): (&dyn Tree, &Path),
    around: &Surroundings,
    options: Options,
    wanted: impl Fn(&Page) -> bool + Sync,
) -> Result<Vec<String>, String> {
    let mut notes = Vec::new();
    let path = cache_path(site, root, around);
    let memory = read_memory(&path, &mut notes)?;
    let selection = selection(site, tree, around, &mut notes);
    let (uses, used_excludes) = site.leaving(&selection, wanted);
    let settings = settings(site, root, around, options, selection.open, memory, &mut notes)?;
    let questions = choose(questions(&uses), options.oldest, &settings);
    let bar = !options.no_progress && around.error_terminal && (around.variable)("CI").is_none();
    let mut watcher = Watcher { path: &path, journal: None, failed: None, bar };
    let asked = web::ask(&questions, &settings, &mut watcher);
    watcher.clear();
    let Watcher { journal, failed, .. } = watcher;
    let answers = match asked {
        Ok(answers) => answers,
        Err(down) => {
            save(&path, journal, &Answers::default(), false)?;
            return Err(in_words(&down));
        }
    };
    let left_over = disk::journal::has_left_over(&path);
    if answers.requests > 0 || journal.is_some() || left_over {
        match failed {
            Some(error) => {
                notes.push(format!("answers could not be remembered in `{}`: {error}", path.display()))
            }
            None => {
                save(&path, journal, &answers, left_over).unwrap_or_else(|error| notes.push(error));
            }
        }
    }
    site.external = Some(External {
        uses,
        answers: answers.by_url.into_iter().collect(),
        now: around.now,
        requests: answers.requests,
        remembered: answers.remembered,
        used_excludes,
    });
    Ok(notes)
}

/// Where answers are remembered: beside the site, unless the configuration or the environment says otherwise.
pub(super) fn cache_path(site: &Site, root: &Path, around: &Surroundings) -> PathBuf {
    if let Some(directory) = (around.variable)("JAVERT_CACHE_DIR").filter(|directory| !directory.is_empty()) {
        return around.directory.join(directory).join("links.jsonl");
    }
    match &site.settings.external.cache {
        Some(cache) => beside_settings(site, root, cache),
        None => root.join(".javert_cache/links.jsonl"),
    }
}

/// A path that is written in javert.toml.
fn beside_settings(site: &Site, root: &Path, path: &str) -> PathBuf {
    let settings = site.settings.external_path.as_deref().unwrap_or("");
    root.join(&settings[..settings.rfind('/').map_or(0, |at| at + 1)]).join(path)
}

/// What earlier runs learned.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn read_memory(path: &Path, notes: &mut Vec<String>) -> Result<Memory, String> {
    let mut texts = disk::journal::read(path)?.into_iter();
    let (mut all, mut lines) = texts.next().map(|text| Memory::parse(&text)).unwrap_or_default();
    for text in texts {
        let (memory, bad) = Memory::parse(&text);
        lines += bad;
        all.merge(memory);
    }
    if lines > 0 {
        let what = if lines == 1 { "1 line of".to_owned() } else { format!("{lines} lines of") };
        notes.push(format!("{what} `{}` could not be read and is left out", path.display()));
    }
    Ok(all)
}

/// Writes what was learned, together with what others have learned meanwhile, and with what is left over of those that
/// died.
fn save(path: &Path, journal: Option<Journal>, answers: &Answers, left_over: bool) -> Result<(), String> {
    if journal.is_none() && answers.hosts.is_empty() && !left_over {
        return Ok(());
    }
    disk::journal::settle(path, journal, |texts| {
        let mut all = Memory::default();
        texts.iter().for_each(|text| all.merge(Memory::parse(text).0));
        answers.hosts.iter().for_each(|note| all.add_host(note.clone()));
        all.render()
    })
}

/// What is left out of a run.
pub(super) fn selection(
    site: &Site,
    tree: &dyn Tree,
    around: &Surroundings,
    notes: &mut Vec<String>,
) -> Selection {
    let settings = &site.settings.external;
    let mut ignored = Vec::new();
    let is_list = |(name, _): &&(String, String)| name.rsplit('/').next() == Some(".lycheeignore");
    if let Some((name, text)) = tree.surroundings().iter().find(is_list) {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines {
            match Regex::new(line) {
                Ok(pattern) => ignored.push(pattern),
                Err(_) => notes.push(format!("{name}: `{line}` is no regular expression")),
            }
        }
        notes.push(format!(
            "{name} is read; `exclude` of `[external]` in javert.toml takes a reason and a last day too"
        ));
    }
    let hosts = settings.allow_private.iter().map(|(host, _)| host.clone()).collect();
    Selection { open: Openings { hosts, ports: settings.ports.clone() }, ignored, today: around.now.day() }
}

fn settings(
    site: &Site,
    root: &Path,
    around: &Surroundings,
    options: Options,
    open: Openings,
    memory: Memory,
    notes: &mut Vec<String>,
) -> Result<Settings, String> {
    let own = &site.settings.external;
    let variable = |name: &str| (around.variable)(name).filter(|value| !value.is_empty());
    let either = |upper: &str| variable(upper).or_else(|| variable(&upper.to_ascii_lowercase()));
    let mut settings = Settings::new(around.now);
    settings.memory = memory;
    settings.refresh = options.oldest.is_some();
    settings.connections = own.connections.unwrap_or(settings.connections);
    settings.max_time = options.max_time.or(own.max_time);
    settings.open = open;
    settings.hosts = hosts(own, &variable, notes);
    settings.proxies =
        Proxies { http: variable("http_proxy"), https: either("HTTPS_PROXY"), none: either("NO_PROXY") };
    if settings.proxies.http.is_some() || settings.proxies.https.is_some() {
        notes.push(
            "a proxy looks names up, so only the names and addresses in links are kept off private networks"
                .to_owned(),
        );
    }
    let github = variable("GITHUB_TOKEN").or_else(|| variable("GH_TOKEN"));
    settings.forges = Forge::usual(github, variable("GITLAB_TOKEN"));
    if let Some((path, _)) = &own.ca_file {
        let path = beside_settings(site, root, path);
        settings.certificates = disk::text(&path)?;
    }
    Ok(settings)
}

/// What was configured for hosts, with values from the environment.
fn hosts(
    own: &ExternalSettings,
    variable: &dyn Fn(&str) -> Option<String>,
    notes: &mut Vec<String>,
) -> Vec<HostSettings> {
    let mut hosts = Vec::new();
    for entry in &own.hosts {
        let mut headers = Vec::new();
        for (name, written) in &entry.headers {
            match filled(written, variable) {
                Ok(value) => headers.push((name.clone(), value)),
                Err(missing) => notes.push(format!(
                    "`${missing}` is not set, so `{}` is asked without the header `{name}`",
                    entry.pattern
                )),
            }
        }
        hosts.push(HostSettings {
            pattern: entry.pattern.clone(),
            concurrency: entry.concurrency,
            interval: entry.interval,
            headers,
            statuses: entry.statuses.clone(),
            insecure: entry.insecure,
        });
    }
    // The more exact come first.
    hosts.sort_by_key(|host| (host.pattern.starts_with("*."), std::cmp::Reverse(host.pattern.len())));
    hosts
}

/// A text with the variables that it names filled in: `Bearer $TOKEN`.
fn filled(written: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut parts = written.split('$');
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        out.push_str(&variable(name).ok_or_else(|| name.to_owned())?);
        out.push_str(rest);
    }
    Ok(out)
}

/// All questions, or those that were asked longest ago.
fn choose(mut questions: Vec<Question>, oldest: Option<usize>, settings: &Settings) -> Vec<Question> {
    if let Some(count) = oldest {
        questions.sort_by_key(|question| {
            let known = settings.memory.answers.range((question.url.clone(), String::new())..).next();
            known.filter(|((url, _), _)| *url == question.url).map(|(_, answer)| answer.checked)
        });
        questions.truncate(count);
    }
    questions
}

fn in_words(down: &Down) -> String {
    match down {
        Down::Network(1, cause) => format!(
            "the network is unavailable: {} ({})",
            "the only host could not be reached",
            cause.in_words()
        ),
        Down::Network(hosts, cause) => {
            format!(
                "the network is unavailable: {hosts} hosts could not be reached, the first because {}",
                cause.in_words()
            )
        }
        Down::Setup(reason) => reason.clone(),
    }
}

/// The addresses of a site's links, for those who tidy up.
pub(super) fn addresses(uses: &[Vec<Use>]) -> Vec<String> {
    questions(uses).into_iter().map(|question| question.url).collect()
}

/// Writes answers down as they come, and shows how far the run has got.
struct Watcher<'p> {
    path: &'p Path,
    journal: Option<Journal>,
    failed: Option<String>,
    bar: bool,
}

impl Watcher<'_> {
    fn show(&self, text: &str) {
        if self.bar {
            // A bar that cannot be shown is nothing to fail for.
            _ = write!(std::io::stderr(), "\r\x1b[2K{text}");
        }
    }

    fn clear(&self) {
        self.show("");
    }
}

impl Watch for Watcher<'_> {
    fn answered(&mut self, answer: &Answer) {
        if self.failed.is_some() {
            return;
        }
        let begun = match self.journal.take() {
            Some(journal) => Ok(journal),
            None => Journal::begin(self.path),
        };
        let added = begun.and_then(|mut journal| {
            journal.add(&memory::line(answer))?;
            Ok(journal)
        });
        match added {
            Ok(journal) => self.journal = Some(journal),
            Err(error) => self.failed = Some(error.to_string()),
        }
    }

    fn progress(&mut self, progress: Progress) {
        let Progress { done, total, running, hosts, pause } = progress;
        let width = 24;
        let filled = (done * width).checked_div(total).unwrap_or(0);
        let bar = "━".repeat(filled) + &" ".repeat(width - filled);
        let state = match pause.filter(|pause| pause.as_secs() > 0) {
            Some(pause) => format!("waiting {} s as asked", pause.as_secs()),
            None => format!("{running} under way"),
        };
        self.show(&format!("external links {bar} {done}/{total} on {hosts} hosts, {state}"));
    }
}
