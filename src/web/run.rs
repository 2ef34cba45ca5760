//! A run: visits, the queue and the client together, on one thread.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use tokio::{runtime, task::JoinSet, time::Instant};
use url::Url;

use super::{
    address::host_of,
    cause::{Cause, Verdict},
    client::{Ask, Client},
    facts::Facts,
    forge,
    memory::{Answer, Finding, HostNote},
    queue::{Moment, Next, Queue},
    settings::Settings,
    visit::{Reply, Step, Visit},
};

/// An address of which somebody wants to know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// The address in its canonical form, without fragment.
    pub url: String,
    /// The anchors that links name and a page can have, as written.
    pub anchors: BTreeSet<String>,
}

/// What is known at the end.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    /// By address.
    pub by_url: BTreeMap<String, Answer>,
    /// How many of them earlier runs knew.
    pub remembered: usize,
    /// How many requests were made.
    pub requests: usize,
    /// What was learned of hosts, by name.
    pub hosts: Vec<HostNote>,
}

/// There is no network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Down {
    /// So many hosts did not answer, the first of them for this reason.
    Network(usize, Cause),
    /// We could not even begin.
    Setup(String),
}

/// How far a run has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Addresses that are done.
    pub done: usize,
    /// All that are asked.
    pub total: usize,
    /// Requests that are under way.
    pub running: usize,
    /// Hosts.
    pub hosts: usize,
    /// Until when nothing happens, if nothing is under way.
    pub pause: Option<Duration>,
}

/// Somebody who wants to know while a run goes on.
pub trait Watch {
    /// An address is done.
    fn answered(&mut self, _answer: &Answer) {}
    /// Some time has passed.
    fn progress(&mut self, _progress: Progress) {}
}

impl Watch for () {}

/// Time between two reports of progress.
const TICK: Duration = Duration::from_millis(100);
/// So many hosts are enough to say that the network is down.
const MANY_HOSTS: usize = 10;
/// With fewer hosts than this, all of them may be gone.
const FEW_HOSTS: usize = 4;

/// Asks the web, or remembers. The answers are by address, one for each question.
///
/// # Errors
/// When there is no network.
pub fn ask(questions: &[Question], settings: &Settings, watch: &mut dyn Watch) -> Result<Answers, Down> {
    let mut answers = Answers::default();
    let mut open: Vec<(&Question, Url, Option<&Answer>)> = Vec::new();
    for question in questions {
        let Ok(url) = Url::parse(&question.url) else { continue };
        let identity = settings.identity(url.host_str().unwrap_or(""));
        let known = settings.memory.get(&question.url, &identity);
        match known.filter(|own| !settings.refresh && own.holds(settings.now, &question.anchors)) {
            Some(answer) => {
                answers.by_url.insert(question.url.clone(), answer.clone());
            }
            None => open.push((question, url, known)),
        }
    }
    answers.remembered = answers.by_url.len();
    if open.is_empty() {
        return Ok(answers);
    }
    // What was gone first: people wait for that.
    open.sort_by_key(|(_, _, known)| known.is_none_or(|own| own.verdict != Verdict::Dead));
    let encrypted = open.iter().any(|(_, url, _)| url.scheme() == "https");
    let client = Client::new(settings, encrypted).map_err(Down::Setup)?;
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Down::Setup(error.to_string()))?;
    let mut run = Run::new(settings, open, client, watch);
    let ended = runtime.block_on(run.go());
    let Run { facts, done, requests, .. } = run;
    answers.by_url.extend(done.into_iter().map(|answer| (answer.url.clone(), answer)));
    answers.requests = requests;
    answers.hosts = facts.notes();
    // Look-ups of names that hang are nothing to wait for.
    runtime.shutdown_background();
    ended.map(|()| answers)
}

/// What the last request to a host came to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Answered,
    Failed(Cause),
}

struct Run<'r> {
    settings: &'r Settings,
    client: Arc<Client>,
    watch: &'r mut dyn Watch,
    facts: Facts<'r>,
    queue: Queue,
    /// The addresses as they are in questions, with what was known.
    jobs: Vec<(&'r str, Option<&'r Answer>)>,
    visits: Vec<Option<Visit>>,
    running: JoinSet<(usize, String, Result<Reply, Cause>)>,
    done: Vec<Answer>,
    /// Failures that may be those of our own network, until some host has answered.
    doubtful: Vec<Answer>,
    states: BTreeMap<String, State>,
    /// Hosts that failed before, so that it says nothing if they fail now.
    bad: BTreeSet<String>,
    /// Whether names can be looked up at all, once somebody had to know.
    names_work: Option<bool>,
    /// Visits that have not yet come to their last chance.
    fresh: usize,
    requests: usize,
    start: Instant,
    reported: Option<Instant>,
}

impl<'r> Run<'r> {
    fn new(
        settings: &'r Settings,
        open: Vec<(&'r Question, Url, Option<&'r Answer>)>,
        client: Client,
        watch: &'r mut dyn Watch,
    ) -> Self {
        let facts = Facts::new(settings, open.len());
        let (mut jobs, mut visits) = (Vec::new(), Vec::new());
        let (mut bad, mut good) = (BTreeSet::new(), BTreeSet::new());
        for (question, url, known) in open {
            let has_failed = known.is_some_and(|own| own.failures > 0);
            if has_failed { &mut bad } else { &mut good }.insert(host_of(&url));
            jobs.push((question.url.as_str(), known));
            let anchors = question.anchors.iter().cloned().collect();
            visits.push(Some(Visit::new(url, anchors, known.cloned(), &facts)));
        }
        Self {
            settings,
            client: Arc::new(client),
            watch,
            queue: Queue::new(settings.connections.max(1), settings.seed),
            facts,
            fresh: visits.len(),
            jobs,
            visits,
            running: JoinSet::new(),
            done: Vec::new(),
            doubtful: Vec::new(),
            states: BTreeMap::new(),
            bad: &bad - &good,
            names_work: None,
            requests: 0,
            start: Instant::now(),
            reported: None,
        }
    }

    /// Time since the start, in the seconds of the settings.
    fn moment(&self) -> Moment {
        self.start.elapsed().div_f64(self.settings.second.as_secs_f64().max(1e-9))
    }

    async fn go(&mut self) -> Result<(), Down> {
        self.ask_forges().await;
        for job in 0..self.visits.len() {
            if self.visits[job].is_some() {
                self.enqueue(job, Moment::ZERO);
            }
        }
        loop {
            self.facts.moment = self.moment();
            self.facts.now = self.settings.now.after(self.facts.moment);
            if self.settings.max_time.is_some_and(|most| self.facts.moment >= most) {
                for job in self.queue.clear_all() {
                    self.give_up(job, Cause::Budget);
                }
            }
            let pause = self.start_all();
            if self.running.is_empty() && pause.is_none() {
                break;
            }
            self.report(pause);
            let many = self.states.len() >= MANY_HOSTS && self.states.len() * 2 >= self.queue.hosts();
            if self.fresh == 0 || many {
                self.check_network().await?;
            }
            let wait =
                pause.map_or(TICK, |pause| pause.mul_f64(self.settings.second.as_secs_f64())).min(TICK);
            if self.running.is_empty() {
                tokio::time::sleep(wait).await;
            } else if let Ok(Some(Ok((job, host, reply)))) =
                tokio::time::timeout(wait, self.running.join_next()).await
            {
                self.ended(job, &host, reply);
            }
        }
        self.check_network().await?;
        let doubtful = std::mem::take(&mut self.doubtful);
        for answer in doubtful {
            self.keep(answer);
        }
        Ok(())
    }

    /// Asks the programming interfaces of repositories for what they know.
    async fn ask_forges(&mut self) {
        let pages = self.visits.iter().enumerate().filter_map(|(job, visit)| {
            let visit = visit.as_ref().filter(|visit| visit.anchors.is_empty())?;
            Some((job, visit.url()))
        });
        let batches = forge::batches(pages, &self.settings.forges);
        for batch in batches {
            self.requests += 1;
            let Some(said) = self.client.query(&batch.api, &batch.token, batch.query.to_string()).await
            else {
                continue;
            };
            for (job, found) in batch.read(&said) {
                self.visits[job] = None;
                self.finish(job, found);
            }
        }
    }

    fn enqueue(&mut self, job: usize, not_before: Moment) {
        let Some(visit) = &self.visits[job] else { return };
        let name = visit.url().host_str().unwrap_or("").to_owned();
        let settings = self.settings;
        self.queue.add(&visit.host(), job, not_before, || settings.bounds(&name));
    }

    /// Starts all requests for which it is time; how long there is nothing more to start, `None` for as long as nothing
    /// ends.
    fn start_all(&mut self) -> Option<Duration> {
        loop {
            let now = self.moment();
            match self.queue.next(now) {
                Next::Idle => return None,
                Next::Wait(at) => return Some(at.saturating_sub(now)),
                Next::Start(job) => self.start(job),
            }
        }
    }

    fn start(&mut self, job: usize) {
        let Some(visit) = &self.visits[job] else { return };
        let host = visit.host();
        if let Some(cause) = self.facts.given_up(&host) {
            if cause != Cause::NoSuchName && visit.is_last_chance() {
                self.facts.forgive(&host);
            } else {
                self.queue.end(&host);
                self.give_up(job, cause);
                return;
            }
        }
        let url = visit.url();
        let ask = Ask {
            method: visit.method(),
            url: url.to_string(),
            headers: visit.headers(&self.facts),
            browser: visit.browser,
            anchors: if visit.reads_anchors() { visit.anchors.clone() } else { Vec::new() },
            insecure: self.settings.host(url.host_str().unwrap_or("")).is_some_and(|own| own.insecure),
            impatient: self.facts.is_impatient(&host),
        };
        self.requests += 1;
        let client = Arc::clone(&self.client);
        self.running.spawn(async move {
            let reply = client.ask(ask).await;
            (job, host, reply)
        });
    }

    fn ended(&mut self, job: usize, host: &str, reply: Result<Reply, Cause>) {
        self.queue.end(host);
        self.facts.moment = self.moment();
        self.facts.now = self.settings.now.after(self.facts.moment);
        let state = match &reply {
            Err(cause) if cause.may_be_ours() => State::Failed(cause.clone()),
            _ => State::Answered,
        };
        if state == State::Answered {
            self.states.insert(host.to_owned(), state);
        } else {
            self.states.entry(host.to_owned()).or_insert(state);
        }
        let Some(visit) = &mut self.visits[job] else { return };
        let was_last_chance = visit.is_last_chance();
        match visit.advance(reply, &mut self.facts) {
            Step::Ask(wait) => self.enqueue(job, self.facts.moment + wait),
            Step::Hold(wait) => {
                let until = self.facts.moment + wait;
                self.queue.hold(host, until);
                self.enqueue(job, until);
            }
            Step::Done(found) => self.close(job, *found),
        }
        if let Some(cause) = self.facts.given_up(host) {
            for (not_before, job) in self.queue.clear(host) {
                let is_later =
                    self.visits[job].as_ref().is_some_and(Visit::is_last_chance) && !was_last_chance;
                if is_later && cause != Cause::NoSuchName {
                    self.enqueue(job, not_before);
                } else {
                    self.give_up(job, cause.clone());
                }
            }
        }
    }

    /// Ends a visit without asking.
    fn give_up(&mut self, job: usize, cause: Cause) {
        let Some(visit) = &self.visits[job] else { return };
        // What is said of a host on the way is not said of the link.
        let verdict = match cause {
            Cause::Budget => Verdict::Unchecked,
            Cause::NoSuchName => Verdict::Dead,
            _ => Verdict::Temporary,
        };
        if let Step::Done(found) = visit.done(verdict, cause) {
            self.close(job, *found);
        }
    }

    /// Ends a visit, unless it failed only for now and has one more chance.
    fn close(&mut self, job: usize, found: Finding) {
        let Some(visit) = &mut self.visits[job] else { return };
        let was_fresh = !visit.is_last_chance();
        if found.verdict == Some(Verdict::Temporary)
            && let Some(wait) = visit.once_more(&mut self.facts)
        {
            self.fresh -= 1;
            self.enqueue(job, self.facts.moment + wait);
            return;
        }
        self.fresh -= usize::from(was_fresh);
        self.visits[job] = None;
        self.finish(job, found);
    }

    fn finish(&mut self, job: usize, found: Finding) {
        let (url, known) = self.jobs[job];
        let host =
            Url::parse(url).map(|url| (host_of(&url), self.settings.identity(url.host_str().unwrap_or(""))));
        let identity = host.map(|(_, identity)| identity).unwrap_or_default();
        let is_doubtful = found.cause.as_ref().is_some_and(Cause::may_be_ours);
        let answer = Answer::of(url, &identity, found, known, self.facts.now);
        let is_up = self.states.values().any(|state| *state == State::Answered);
        if is_doubtful && !is_up {
            self.doubtful.push(answer);
            return;
        }
        if is_up {
            let doubtful = std::mem::take(&mut self.doubtful);
            doubtful.into_iter().for_each(|answer| self.keep(answer));
        }
        self.keep(answer);
    }

    fn keep(&mut self, answer: Answer) {
        self.watch.answered(&answer);
        self.done.push(answer);
    }

    /// Nine of ten hosts do not answer, for reasons that are not theirs: then the network is down.
    async fn check_network(&mut self) -> Result<(), Down> {
        let failures = self.states.iter().filter_map(|(host, state)| match state {
            State::Failed(cause) => Some((host, cause)),
            State::Answered => None,
        });
        let mut failed: Vec<(&String, &Cause)> = failures.collect();
        let hosts = self.states.len();
        if failed.is_empty() || failed.len() * 10 < hosts * 9 {
            return Ok(());
        }
        let names_work = match self.names_work {
            Some(works) => works,
            None => self.client.names_work().await,
        };
        // Who listens nowhere, or was silent before, may be gone; not so many hosts at once.
        let is_ours = |(host, cause): &(&String, &Cause)| match cause {
            Cause::NoSuchName | Cause::NameFailure | Cause::NameTimeout => !names_work,
            Cause::Unreachable => true,
            _ => hosts >= FEW_HOSTS && !self.bad.contains(*host),
        };
        failed.retain(is_ours);
        let down = failed.first().filter(|_| failed.len() * 10 >= hosts * 9);
        let down = down.map(|(_, cause)| Down::Network(failed.len(), (*cause).clone()));
        self.names_work = Some(names_work);
        down.map_or(Ok(()), Err)
    }

    fn report(&mut self, pause: Option<Duration>) {
        if self.reported.is_some_and(|last| last.elapsed() < TICK) {
            return;
        }
        self.reported = Some(Instant::now());
        self.watch.progress(Progress {
            done: self.done.len() + self.doubtful.len(),
            total: self.jobs.len(),
            running: self.running.len(),
            hosts: self.queue.hosts(),
            pause: pause.filter(|_| self.running.is_empty()),
        });
    }
}
