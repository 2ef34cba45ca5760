//! What a run learns about hosts while it goes on: [`Facts`].

use std::{collections::BTreeMap, time::Duration};

use rustc_hash::FxHashMap;

use super::{cause::Cause, memory::HostNote, queue::Random, settings::Settings, stamp::Stamp};

/// After so many timeouts a host gets less time.
const PATIENCE: u32 = 3;
/// After so many failures to connect in a row, and no success, a host is not asked any more.
const TRIPS: u32 = 5;
/// So many second tries for one host.
const RETRIES_OF_HOST: u32 = 10;

#[derive(Debug, Clone, Default)]
struct Host {
    no_head: Option<bool>,
    timeouts: u32,
    /// Failures to connect since the last answer.
    failures: u32,
    retries: u32,
    /// The last of so many failures that it is not asked any more.
    tripped: Option<Cause>,
    /// There is no such host.
    gone: bool,
}

/// What a run knows of hosts and of itself.
#[derive(Debug)]
pub(super) struct Facts<'s> {
    pub(super) settings: &'s Settings,
    hosts: FxHashMap<String, Host>,
    retries: u32,
    /// So many second tries in all.
    most_retries: u32,
    random: Random,
    /// Repositories and whether everybody can see them.
    pub(super) public: BTreeMap<String, bool>,
    /// The time of day, as far as the run has got.
    pub(super) now: Stamp,
    /// Time since the start of the run.
    pub(super) moment: Duration,
}

impl<'s> Facts<'s> {
    pub(super) fn new(settings: &'s Settings, addresses: usize) -> Self {
        let known = settings.memory.hosts.values();
        // What was learned half a year ago may have changed.
        let fresh = known.filter(|note| settings.now.since(note.checked) < super::stamp::DAY * 180);
        let hosts =
            fresh.map(|note| (note.host.clone(), Host { no_head: Some(note.no_head), ..Host::default() }));
        Self {
            settings,
            hosts: hosts.collect(),
            retries: 0,
            // One in twenty: a bad minute of the network must not become a storm. A few are always allowed.
            most_retries: u32::try_from(addresses / 20).unwrap_or(u32::MAX).max(30),
            random: Random::new(settings.seed),
            public: BTreeMap::new(),
            now: settings.now,
            moment: Duration::ZERO,
        }
    }

    fn host(&mut self, host: &str) -> &mut Host {
        self.hosts.entry(host.to_owned()).or_default()
    }

    pub(super) fn no_head(&self, host: &str) -> bool {
        self.hosts.get(host).is_some_and(|own| own.no_head == Some(true))
    }

    /// Learns that a host answers `HEAD` otherwise than `GET`.
    pub(super) fn learn_no_head(&mut self, host: &str) {
        self.host(host).no_head = Some(true);
    }

    pub(super) fn is_impatient(&self, host: &str) -> bool {
        self.hosts.get(host).is_some_and(|own| own.timeouts >= PATIENCE)
    }

    /// A host has answered something.
    pub(super) fn answered(&mut self, host: &str) {
        let own = self.host(host);
        own.failures = 0;
        own.tripped = None;
    }

    /// A host has not answered.
    pub(super) fn failed(&mut self, host: &str, cause: &Cause) {
        let own = self.host(host);
        own.timeouts += u32::from(matches!(cause, Cause::ConnectTimeout | Cause::AnswerTimeout));
        own.failures += 1;
        own.tripped = (own.failures >= TRIPS).then(|| cause.clone());
    }

    pub(super) fn learn_gone(&mut self, host: &str) {
        self.host(host).gone = true;
    }

    /// Why a host is not asked any more.
    pub(super) fn given_up(&self, host: &str) -> Option<Cause> {
        let own = self.hosts.get(host)?;
        if own.gone { Some(Cause::NoSuchName) } else { own.tripped.clone() }
    }

    /// Gives a host one more chance.
    pub(super) fn forgive(&mut self, host: &str) {
        let own = self.host(host);
        own.tripped = None;
        own.failures = own.failures.min(TRIPS - 1);
    }

    /// Whether one more try is allowed, which then counts.
    pub(super) fn may_retry(&mut self, host: &str) -> bool {
        let allowed = self.retries < self.most_retries && self.host(host).retries < RETRIES_OF_HOST;
        if allowed {
            self.retries += 1;
            self.host(host).retries += 1;
        }
        allowed
    }

    /// How long to wait before the try after `tries` failures: up to 1 s, 3 s, 9 s, by chance.
    pub(super) fn backoff(&mut self, tries: u32) -> Duration {
        Duration::from_secs(3_u64.saturating_pow(tries.min(4))).mul_f64(self.random.fraction())
    }

    /// Whether there is so much time left.
    pub(super) fn has_time(&self, wait: Duration) -> bool {
        self.settings.max_time.is_none_or(|most| self.moment + wait < most)
    }

    /// What is to be remembered of hosts, by name.
    pub(super) fn notes(&self) -> Vec<HostNote> {
        let known = self.hosts.iter().filter_map(|(host, own)| {
            let no_head = own.no_head?;
            let before = self.settings.memory.hosts.get(host).filter(|note| note.no_head == no_head);
            let checked = before.map_or(self.settings.now, |note| note.checked);
            Some(HostNote { host: host.clone(), no_head, checked })
        });
        let mut notes: Vec<HostNote> = known.collect();
        notes.sort_by(|a, b| a.host.cmp(&b.host));
        notes
    }
}
