//! What the web is asked, and what is made of its answers: the cases of `fixtures/web`, each in a world of its own.
//!
//! ```text
//! == a page that HEAD is refused for is asked for with GET
//! ask http://a.world/page
//!   HEAD a.world/page -> 405
//!   GET a.world/page -> 200
//! is alive
//! ```
//!
//! Indented lines are the script of the servers: each line is asked for exactly once, in the order of the same requests,
//! and nothing else is. `UPDATE=1` does not rewrite them: what we ask strangers is decided by people.
#![expect(clippy::disallowed_methods, reason = "the cases are read, and tests look at the environment")]

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use javert::web::{
    self, Answers, Down, Question, Watch, address,
    anchors::{Wanted, wanted},
    cause::{Cause, Verdict},
    forge::Forge,
    memory::{AnchorVerdict, Memory},
    names::{Looked, Names},
    queue::Limits,
    settings::{HostSettings, Settings},
    stamp::{Stamp, parse_span},
};
use libtest_mimic::{Arguments, Failed, Trial};
use support::{
    binary::{javert, site},
    world::{Line, World, closed_port},
};
use tempfile::TempDir;

/// How long a second of the scripts lasts.
const SECOND: Duration = Duration::from_millis(10);

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let mut files: Vec<_> =
        fs::read_dir(support::repository("fixtures/web")).expect("cases").flatten().collect();
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files {
        let text = fs::read_to_string(file.path()).expect("cases");
        for case in text.split("\n== ").skip(1) {
            let (title, body) = case.split_once('\n').expect("a title");
            let (title, body) = (title.to_owned(), body.to_owned());
            trials.push(Trial::test(title, move || Case::read(&body).run()));
        }
    }
    assert!(trials.len() > 20, "there are cases");
    trials.push(Trial::test("no host sees more than its limits", limits_are_kept));
    trials.push(Trial::test("the hosts of a domain share its limits", domains_are_spared));
    trials.push(Trial::test("a polite run takes hardly longer than its limits ask", polite_runs_are_quick));
    trials.push(Trial::test("a second run asks nothing", a_second_run_asks_nothing));
    trials
        .push(Trial::test("a run that remembers all takes no longer than one offline", warm_runs_are_quick));
    trials.push(Trial::test("a cache is shown, tidied, merged and renewed", caches_are_kept));
    trials.push(Trial::test("whoever is killed has remembered", killed_runs_have_remembered));
    trials.push(Trial::test("two runs at once lose nothing", two_runs_lose_nothing));
    trials.push(Trial::test("without a network there is one sentence", no_network));
    trials.push(Trial::test("repositories are asked for together", repositories_are_asked_together));
    trials.push(Trial::test("files of GitLab are asked for together", files_of_gitlab_are_asked_together));
    libtest_mimic::run(&arguments, trials).exit();
}

#[derive(Default)]
struct Case {
    asked: Vec<String>,
    lines: Vec<Line>,
    names: BTreeMap<String, Vec<Looked>>,
    closed: Vec<String>,
    silent: Vec<String>,
    sets: Vec<Vec<String>>,
    memory: String,
    expected: Vec<String>,
}

impl Case {
    fn read(text: &str) -> Self {
        let mut case = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "ask" => case.asked.push(rest.to_owned()),
                "" => case.lines.push(Line::parse(rest.trim())),
                "is" => case.expected.push(rest.to_owned()),
                "set" => case.sets.push(rest.split(' ').map(str::to_owned).collect()),
                "memory" => case.memory.push_str(&format!("{rest}\n")),
                "server" => case.silent.push(rest.to_owned()),
                "closed" => case.closed.push(rest.to_owned()),
                "name" => {
                    let (host, looked) = rest.split_once(' ').expect("a host and what it is");
                    case.names.insert(host.to_owned(), looked.split(", ").map(looked_up).collect());
                }
                _ => panic!("`{line}`"),
            }
        }
        case
    }

    fn run(self) -> Result<(), Failed> {
        let world = World::start(self.lines.clone(), &self.silent, SECOND);
        let settings = self.settings(&world);
        let questions = questions(&self.asked, &settings);
        let mut watch = Counter::default();
        let said = web::ask(&questions, &settings, &mut watch);
        let actual = match &said {
            Ok(answers) => self.asked.iter().map(|asked| shown(asked, answers, &settings)).collect(),
            Err(Down::Network(hosts, cause)) => vec![format!("down {hosts} {}", cause.code())],
            Err(Down::Setup(reason)) => vec![format!("no start: {reason}")],
        };
        let complaints = world.complaints();
        if actual != self.expected || !complaints.is_empty() {
            return Err(format!(
                "expected {:#?}\nbut it is {actual:#?}\n{}",
                self.expected,
                complaints.join("\n")
            )
            .into());
        }
        if let Ok(answers) = said
            && watch.answers + answers.remembered != answers.by_url.len()
        {
            return Err("not every answer was told while the run went on".into());
        }
        Ok(())
    }

    fn settings(&self, world: &World) -> Settings {
        let mut settings = Settings::new(Stamp::parse("2026-01-01T12:00:00Z").expect("a time"));
        settings.second = SECOND;
        // Nothing depends on how busy the machine is, but where a case says so.
        let patience = Duration::from_secs(2000);
        settings.timeouts = web::settings::Timeouts {
            name: patience,
            connect: patience,
            answer: patience,
            total: patience,
            impatient: patience,
        };
        settings.certificates = world.authority.clone();
        settings.memory = Memory::parse(&self.memory).0;
        let mut names = self.names.clone();
        for (host, address) in &world.addresses {
            names.entry(host.clone()).or_insert_with(|| vec![Looked::At(vec![*address])]);
        }
        for host in &self.closed {
            names.insert(host.clone(), vec![Looked::At(vec![closed_port().expect("a port")])]);
        }
        for looked in names.values_mut().flatten() {
            // `here` is the first server of the script.
            if let (Looked::At(all), Some(own)) = (looked, world.addresses.values().next()) {
                all.iter_mut().filter(|address| address.port() == 1).for_each(|address| *address = *own);
            }
        }
        let hosts = world.addresses.keys().chain(&self.closed).cloned();
        settings.open.hosts = hosts.filter(|host| !self.names.contains_key(host)).collect();
        settings.names = Names::Fixed(names);
        self.sets.iter().for_each(|set| apply(set, &mut settings));
        settings
    }
}

fn looked_up(text: &str) -> Looked {
    match text {
        "nxdomain" => Looked::Fails(Cause::NoSuchName),
        "servfail" => Looked::Fails(Cause::NameFailure),
        "here" => Looked::At(vec![SocketAddr::from(([127, 0, 0, 1], 1))]),
        address => Looked::At(vec![SocketAddr::new(address.parse().expect("an address"), 0)]),
    }
}

fn apply(set: &[String], settings: &mut Settings) {
    let words: Vec<&str> = set.iter().map(String::as_str).collect();
    let span = |text: &str| parse_span(text).expect("a time");
    let mut host = |name: &str, change: &dyn Fn(&mut HostSettings)| {
        if !settings.hosts.iter().any(|own| own.pattern == name) {
            settings.hosts.push(HostSettings { pattern: name.to_owned(), ..HostSettings::default() });
        }
        settings.hosts.iter_mut().filter(|own| own.pattern == name).for_each(change);
    };
    match words.as_slice() {
        ["answer", time] => settings.timeouts.answer = span(time),
        ["max-time", time] => settings.max_time = Some(span(time)),
        ["refresh"] => settings.refresh = true,
        ["open", name] => settings.open.hosts.push((*name).to_owned()),
        ["port", port] => settings.open.ports.push(port.parse().expect("a port")),
        ["header", name, header, value] => {
            host(name, &|own| own.headers.push(((*header).to_owned(), (*value).to_owned())));
        }
        ["status", name, status, verdict] => {
            let verdict = match *verdict {
                "alive" => Verdict::Alive,
                "dead" => Verdict::Dead,
                _ => Verdict::Blocked,
            };
            host(name, &|own| _ = own.statuses.insert(status.parse().expect("a status"), verdict));
        }
        ["insecure", name] => host(name, &|own| own.insecure = true),
        ["forge", name] => {
            let mut forge = Forge::usual(None, None).swap_remove(0);
            forge.host = (*name).to_owned();
            settings.forges = vec![forge];
        }
        _ => panic!("set {words:?}"),
    }
}

#[derive(Default)]
struct Counter {
    answers: usize,
}

impl Watch for Counter {
    fn answered(&mut self, _: &web::memory::Answer) {
        self.answers += 1;
    }
}

fn questions(asked: &[String], settings: &Settings) -> Vec<Question> {
    let mut questions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for text in asked {
        let Ok(address) = address::read(text, &settings.open) else { continue };
        let anchors = questions.entry(address.url.clone()).or_default();
        if let Some(Wanted::Anchor(anchor)) = address.fragment.map(|fragment| wanted(&address.url, &fragment))
        {
            anchors.insert(anchor);
        }
    }
    questions.into_iter().map(|(url, anchors)| Question { url, anchors }).collect()
}

/// `alive http:204 -> http://a.world/x #found`
fn shown(asked: &str, answers: &Answers, settings: &Settings) -> String {
    let address = match address::read(asked, &settings.open) {
        Ok(address) => address,
        Err(skip) => return format!("{skip:?}"),
    };
    let Some(answer) = answers.by_url.get(&address.url) else { return "no answer".to_owned() };
    let mut text = answer.verdict.name().to_owned();
    text.extend(answer.cause.as_ref().map(|cause| format!(" {}", cause.code())));
    text.extend(answer.hops.last().map(|hop| format!(" -> {}", hop.to)));
    if answer.browser_headers {
        text.push_str(" browser");
    }
    if answer.certificate_expires {
        text.push_str(" expires");
    }
    if let Some(fragment) = &address.fragment {
        text.push_str(match answer.anchors.get(fragment) {
            Some(AnchorVerdict::Found) => " #found",
            Some(AnchorVerdict::Missing) => " #missing",
            Some(AnchorVerdict::Unverifiable) => " #unverifiable",
            None => " #unasked",
        });
    }
    text
}

/// Sixty addresses on two hosts, one of which sends half of its visitors to the other.
fn limits_are_kept() -> Result<(), Failed> {
    let mut script = Vec::new();
    let mut asked = Vec::new();
    for number in 0..30 {
        asked.push(format!("http://a.world/{number}"));
        asked.push(format!("http://b.world/{number}"));
        script.push(Line::parse(&format!("HEAD b.world/{number} -> after 1 200")));
        if number % 2 == 0 {
            script.push(Line::parse(&format!(
                "HEAD a.world/{number} -> 302 location: http://b.world/from-a/{number}"
            )));
            script.push(Line::parse(&format!("HEAD b.world/from-a/{number} -> after 1 200")));
        } else {
            script.push(Line::parse(&format!("HEAD a.world/{number} -> after 1 200")));
        }
    }
    let second = Duration::from_millis(100);
    let world = World::start(script, &[], second);
    let case = Case { asked, ..Case::default() };
    let mut settings = case.settings(&world);
    settings.second = second;
    let answers = web::ask(&questions(&case.asked, &settings), &settings, &mut ())
        .map_err(|down| format!("{down:?}"))?;
    assert_eq!(answers.by_url.values().filter(|answer| answer.verdict == Verdict::Alive).count(), 60);
    assert_eq!(world.complaints(), [""; 0]);
    let limits = Limits::POLITE;
    for host in ["a.world", "b.world"] {
        assert!(world.most(host) <= limits.concurrency, "{host}: {} at once", world.most(host));
        let times = world.times(host);
        let least = limits.interval.as_secs_f64() * 0.8;
        let took = times.last().copied().unwrap_or(0.0);
        let count = f64::from(u32::try_from(times.len()).unwrap_or(0));
        assert!(took >= (count - 2.0) * least - 0.5, "{host}: {count} requests in {took} s");
    }
    Ok(())
}

/// Two thousand addresses of twenty hosts that answer after 50 ms. The limits hold always; a busy machine may be slow
/// twice.
fn domains_are_spared() -> Result<(), Failed> {
    let hosts: Vec<String> = (0..8).map(|host| format!("h{host}.example.co.uk")).collect();
    let script = hosts.iter().map(|name| Line::parse(&format!("HEAD {name}/* -> after 0.1 200")));
    let second = Duration::from_millis(100);
    let world = World::start(script.collect(), &[], second);
    let urls = |name: &String| (0..5).map(|page| format!("http://{name}/{page}")).collect::<Vec<_>>();
    let case = Case { asked: hosts.iter().flat_map(urls).collect(), ..Case::default() };
    let mut settings = case.settings(&world);
    settings.second = second;
    let start = Instant::now();
    let answers = web::ask(&questions(&case.asked, &settings), &settings, &mut ())
        .map_err(|down| format!("{down:?}"))?;
    let took = start.elapsed().as_secs_f64() / second.as_secs_f64();
    assert_eq!(answers.by_url.values().filter(|answer| answer.verdict == Verdict::Alive).count(), 40);
    assert_eq!(world.complaints(), [""; 0]);
    // By their own limits, the hosts would be done after 0.75 seconds.
    let shared = Limits::POLITE.doubled();
    let least = shared.interval.as_secs_f64() * 0.8 * f64::from(40 - shared.burst);
    assert!(took >= least, "{took} s, but at least {least} s");
    Ok(())
}

fn polite_runs_are_quick() -> Result<(), Failed> {
    const SHARE: u32 = 100;
    let second = Duration::from_millis(500);
    let names: Vec<String> = (0..20).map(|host| format!("h{host}.world")).collect();
    let script = names.iter().map(|name| Line::parse(&format!("HEAD {name}/* -> after 0.05 200")));
    let script: Vec<Line> = script.collect();
    let urls = |name: &String| (0..SHARE).map(|page| format!("http://{name}/{page}")).collect::<Vec<_>>();
    let asked: Vec<String> = names.iter().flat_map(urls).collect();
    // What the limits allow, in seconds of the script: a pair at once, then one each interval, and its answer.
    let least = Limits::POLITE.interval.as_secs_f64() * f64::from(SHARE - 2) + 0.05;
    let mut took = Vec::new();
    for _ in 0..3 {
        let world = World::start(script.clone(), &[], second);
        let case = Case { asked: asked.clone(), ..Case::default() };
        let mut settings = case.settings(&world);
        settings.second = second;
        let start = Instant::now();
        let answers = web::ask(&questions(&case.asked, &settings), &settings, &mut ())
            .map_err(|down| format!("{down:?}"))?;
        took.push(start.elapsed().as_secs_f64() / second.as_secs_f64());
        assert_eq!(answers.by_url.values().filter(|answer| answer.verdict == Verdict::Alive).count(), 2000);
        assert_eq!(world.complaints(), [""; 0]);
        for name in &names {
            assert_eq!(world.times(name).len(), 100, "{name}");
            assert!(world.most(name) <= Limits::POLITE.concurrency, "{name}");
        }
        if took.iter().any(|time| *time <= least * 1.2) {
            return Ok(());
        }
    }
    Err(format!("{took:?} s, but the limits allow {least} s").into())
}

/// A site whose pages link to a server of this machine.
fn site_of(world: &World, pages: &[(&str, Vec<String>)]) -> TempDir {
    let port = world.addresses["127.0.0.1"].port();
    let settings = format!(
        "[external]\nallow-private = [\"127.0.0.1\"]\nports = [{port}]\n[external.hosts.\"127.0.0.1\"]\ninterval = \"0s\"\nconcurrency = 4\n"
    );
    let directory = site(&[("javert.toml", settings.as_str())]);
    for (path, urls) in pages {
        let links = urls.iter().map(|url| format!("[a](http://127.0.0.1:{port}{url})\n"));
        let text = format!("---\ntitle: Page\n---\n{}", links.collect::<String>());
        support::write_site(directory.path(), [(*path, text.as_str())]);
    }
    directory
}

fn numbered(prefix: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}{number}")).collect()
}

fn script(lines: &[&str]) -> World {
    World::start(lines.iter().map(|line| Line::parse(line)).collect(), &[], SECOND)
}

/// What is known beside a site, whoever wrote it; every line is readable.
fn remembered(site: &Path) -> Memory {
    let directory = site.join(".javert_cache");
    let mut all = Memory::default();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name().into_string().expect("a name");
        if name.ends_with(".jsonl") || name.ends_with(".journal") {
            // The other process may have merged it meanwhile.
            let Ok(text) = fs::read_to_string(entry.path()) else { continue };
            let (memory, bad) = Memory::parse(&text);
            let cut = usize::from(!text.is_empty() && !text.ends_with('\n'));
            assert!(bad <= cut, "{name}: {text}");
            all.merge(memory);
        }
    }
    all
}

fn a_second_run_asks_nothing() -> Result<(), Failed> {
    let world = script(&[
        "HEAD 127.0.0.1/fine -> 200",
        "HEAD 127.0.0.1/gone -> 404",
        "GET 127.0.0.1/gone -> 404",
        "HEAD 127.0.0.1/moved -> 301 location: /docs/moved",
        "HEAD 127.0.0.1/docs/moved -> 200",
        "GET 127.0.0.1/page -> 200 body page 9 there",
    ]);
    let urls = ["/fine", "/gone", "/moved", "/page#there", "/page#no"].map(str::to_owned).to_vec();
    let site = site_of(&world, &[("content/page.md", urls)]);
    let first = javert(site.path(), &["check", "--external"]);
    assert_eq!(world.complaints(), [""; 0]);
    assert_eq!(first.code, 1, "{first:?}");
    let rules: Vec<&str> = first.out.lines().filter_map(|line| line.split(['[', ']']).nth(1)).collect();
    assert_eq!(rules, ["dead-link", "redirected-link", "external-anchor"], "{first:?}");
    assert!(
        first.err.contains("external: 4 addresses on 1 host: 3 alive, 1 dead; 6 requests, 0 remembered\n"),
        "{first:?}"
    );
    let second = javert(site.path(), &["check", "--external"]);
    assert_eq!(world.complaints(), [""; 0]);
    assert_eq!(second.out, first.out);
    assert!(second.err.contains("3 alive, 1 dead; 0 requests, 4 remembered\n"), "{second:?}");
    let offline = javert(site.path(), &["check"]);
    assert_eq!((offline.code, offline.out.as_str()), (0, ""), "{offline:?}");
    assert!(!offline.err.contains("external:"), "{offline:?}");
    Ok(())
}

/// Two thousand remembered addresses. What the machine does besides makes runs slower, never quicker; code that is not
/// optimised takes up to ten times as long.
fn warm_runs_are_quick() -> Result<(), Failed> {
    let world = script(&["HEAD 127.0.0.1/* -> 200"]);
    let site = site_of(&world, &[("content/page.md", numbered("/p", 2000))]);
    let first = javert(site.path(), &["check", "--external"]);
    assert!(first.err.contains("2,000 alive; 2,000 requests, 0 remembered\n"), "{first:?}");
    let timed = |arguments: &[&str]| {
        let start = Instant::now();
        let run = javert(site.path(), arguments);
        (start.elapsed(), run)
    };
    let (mut offline, mut warm) = (Duration::MAX, Duration::MAX);
    for _ in 0..10 {
        offline = offline.min(timed(&["check"]).0);
        let (time, run) = timed(&["check", "--external"]);
        assert!(run.err.contains("2,000 alive; 0 requests, 2,000 remembered\n"), "{run:?}");
        warm = warm.min(time);
        if warm < offline + Duration::from_millis(if cfg!(debug_assertions) { 1000 } else { 100 }) {
            return Ok(());
        }
    }
    Err(format!("{warm:?}, but {offline:?} offline").into())
}

fn caches_are_kept() -> Result<(), Failed> {
    let world = script(&["HEAD 127.0.0.1/* -> 200", "GET 127.0.0.1/* -> 200"]);
    let site = site_of(&world, &[("content/page.md", numbered("/p", 5))]);
    let run = |arguments: &[&str]| {
        let run = javert(site.path(), arguments);
        assert_eq!(run.code, 0, "{run:?}");
        run
    };
    run(&["check", "--external"]);
    let shown = run(&["cache", "show", "/p3"]);
    assert!(shown.out.starts_with("alive         just now       http://127.0.0.1:"), "{shown:?}");
    assert_eq!(shown.out.lines().count(), 1, "{shown:?}");
    let text = fs::read_to_string(site.path().join(".javert_cache/links.jsonl")).expect("written");
    support::write_site(site.path(), [("other.jsonl", text.replace("/p", "/q").as_str())]);
    let merged = run(&["cache", "merge", "other.jsonl", ".javert_cache/links.jsonl", "-o", "both.jsonl"]);
    assert!(merged.err.contains("10 addresses written to both.jsonl"), "{merged:?}");
    fs::rename(site.path().join("both.jsonl"), site.path().join(".javert_cache/links.jsonl")).expect("moved");
    let pruned = run(&["cache", "prune", "--unreferenced"]);
    assert!(pruned.err.contains("5 addresses removed, 5 kept"), "{pruned:?}");
    let pruned = run(&["cache", "prune", "--older-than", "1d"]);
    assert!(pruned.err.contains("0 addresses removed, 5 kept"), "{pruned:?}");
    let renewed = run(&["cache", "refresh", "--oldest", "2"]);
    assert!(renewed.err.contains("2 addresses asked with 2 requests: 2 alive"), "{renewed:?}");
    assert_eq!(fs::read_to_string(site.path().join(".javert_cache/.gitignore")).expect("written"), "*\n");
    let left = javert(site.path(), &["cache", "prune"]);
    assert_eq!(left.code, 2, "{left:?}");
    Ok(())
}

fn start(site: &Path, arguments: &[&str]) -> std::process::Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_javert"));
    command.args(arguments).current_dir(site).env_clear().stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the binary runs")
}

fn killed_runs_have_remembered() -> Result<(), Failed> {
    let world = script(&["HEAD 127.0.0.1/* -> after 0.5 200"]);
    let site = site_of(&world, &[("content/page.md", numbered("/p", 400))]);
    for round in 1..=12 {
        let mut child = start(site.path(), &["check", "--external"]);
        std::thread::sleep(Duration::from_millis(40 + 23 * round));
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        let known = remembered(site.path()).answers.len();
        // Four are under way at once, and as many may have been answered and not been read.
        assert!(known + 8 >= world.served(), "{known} of {} are remembered", world.served());
    }
    let last = javert(site.path(), &["check", "--external"]);
    assert_eq!(last.code, 0, "{last:?}");
    assert_eq!(remembered(site.path()).answers.len(), 400);
    let names = fs::read_dir(site.path().join(".javert_cache")).expect("a folder").flatten();
    let journals = names.filter(|entry| entry.file_name().to_string_lossy().ends_with(".journal")).count();
    assert_eq!(journals, 0, "journals of the dead are merged");
    Ok(())
}

fn two_runs_lose_nothing() -> Result<(), Failed> {
    let world = script(&["HEAD 127.0.0.1/* -> after 0.5 200"]);
    let pages = [("content/a.md", numbered("/a", 60)), ("content/b.md", numbered("/b", 60))];
    let site = site_of(&world, &pages);
    let mut children =
        ["content/a.md", "content/b.md"].map(|page| start(site.path(), &["check", "--external", page]));
    for child in &mut children {
        assert!(child.wait().expect("it ends").success());
    }
    let (memory, bad) =
        Memory::parse(&fs::read_to_string(site.path().join(".javert_cache/links.jsonl")).expect("written"));
    assert_eq!((memory.answers.len(), bad), (120, 0));
    Ok(())
}

/// Nobody listens at any of five hosts.
fn no_network() -> Result<(), Failed> {
    let port = closed_port()?.port();
    let hosts: Vec<String> = (1..=5).map(|number| format!("127.0.0.{number}")).collect();
    let links: String = hosts.iter().map(|host| format!("[a](http://{host}:{port}/)\n")).collect();
    let settings = format!("[external]\nports = [{port}]\nallow-private = {hosts:?}\n");
    let text = format!("---\ntitle: Page\n---\n{links}");
    let site = site(&[("javert.toml", settings.as_str()), ("content/page.md", text.as_str())]);
    let run = javert(site.path(), &["check", "--external", "--max-time", "20s"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert_eq!(run.out, "", "{run:?}");
    assert!(
        run.err.starts_with("javert: the network is unavailable: 5 hosts could not be reached"),
        "{run:?}"
    );
    assert_eq!(run.err.lines().count(), 1, "{run:?}");
    assert!(!site.path().join(".javert_cache").exists());
    Ok(())
}

fn repositories_are_asked_together() -> Result<(), Failed> {
    let said = r#"{"data":{"r0":{"id":"1","o0_0":{"id":"2"},"o1_0":null,"o1_1":null},"r1":null}}"#;
    let line = format!(
        "POST api.world/graphql [authorization: Bearer t] -> 200 content-type: application/json body {said}"
    );
    let world =
        World::start(vec![Line::parse(&line), Line::parse("HEAD forge.world/a/b/wiki -> 200")], &[], SECOND);
    let asked = ["/a/b/blob/x.md", "/a/b/issues/7", "/a/b/wiki", "/a/private"];
    let case = Case {
        asked: asked.iter().map(|path| format!("http://forge.world{path}")).collect(),
        ..Case::default()
    };
    let mut settings = case.settings(&world);
    let mut forge = Forge::usual(Some("t".to_owned()), None).swap_remove(0);
    (forge.host, forge.api) = ("forge.world".to_owned(), "http://api.world/graphql".to_owned());
    settings.forges = vec![forge];
    let answers = web::ask(&questions(&case.asked, &settings), &settings, &mut ())
        .map_err(|down| format!("{down:?}"))?;
    let said: Vec<String> = case.asked.iter().map(|asked| shown(asked, &answers, &settings)).collect();
    assert_eq!(said, ["alive", "dead http:404", "alive", "blocked blocked:sign-in"]);
    assert_eq!(world.complaints(), [""; 0]);
    Ok(())
}

fn files_of_gitlab_are_asked_together() -> Result<(), Failed> {
    let none = r#"{"nodes":[]}"#;
    let some = r#"{"nodes":[{"id":"3"}]}"#;
    let nothing = format!(r#"{{"tree":{{"blobs":{none},"trees":{none},"submodules":{none}}}}}"#);
    let said = format!(
        r#"{{"data":{{"r0":{{"id":"1","c0_0":{{"blobs":{some}}},"c0_1":{nothing},"c1_0":{{"blobs":{none}}},"c1_1":{nothing},"c2_0":{{"tree":{{"blobs":{some}}}}}}},"r1":{{"id":"2","c0_0":null,"c0_1":null}}}}}}"#
    );
    let line = format!(
        "POST api.world/graphql [authorization: Bearer t] -> 200 content-type: application/json body {said}"
    );
    let page = Line::parse("HEAD forge.world/g/q/-/blob/main/x -> 302 location: /users/sign_in");
    let sign_in = Line::parse("HEAD forge.world/users/sign_in -> 200");
    let world = World::start(vec![Line::parse(&line), page, sign_in], &[], SECOND);
    let asked = ["/g/p/-/blob/main/x.md", "/g/p/-/raw/main/y.md", "/g/p/-/tags/v1", "/g/q/-/blob/main/x"];
    let case = Case {
        asked: asked.iter().map(|path| format!("http://forge.world{path}")).collect(),
        ..Case::default()
    };
    let mut settings = case.settings(&world);
    let mut forge = Forge::usual(None, Some("t".to_owned())).swap_remove(1);
    (forge.host, forge.api) = ("forge.world".to_owned(), "http://api.world/graphql".to_owned());
    settings.forges = vec![forge];
    let answers = web::ask(&questions(&case.asked, &settings), &settings, &mut ())
        .map_err(|down| format!("{down:?}"))?;
    let said: Vec<String> = case.asked.iter().map(|asked| shown(asked, &answers, &settings)).collect();
    // Who may not see the files of a project is not told that one is missing.
    assert_eq!(
        said,
        ["alive", "dead http:404", "alive", "blocked blocked:sign-in -> http://forge.world/users/sign_in"]
    );
    assert_eq!(world.complaints(), [""; 0]);
    Ok(())
}
