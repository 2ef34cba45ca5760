//! Who is asked when: [`Queue`]. It keeps to the limits of every host and knows no clock: time is a parameter.

use std::{collections::BTreeSet, time::Duration};

use rustc_hash::FxHashMap;

/// Time since the start of the run.
pub type Moment = Duration;

/// How often a host may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// So many requests at once.
    pub concurrency: usize,
    /// So much time between the starts of two requests, on average and give or take a fifth.
    pub interval: Duration,
    /// So many requests may start at once after a pause.
    pub burst: u32,
}

impl Limits {
    /// As for hosts of which nothing else is known.
    pub const POLITE: Self = Self { concurrency: 2, interval: Duration::from_millis(250), burst: 2 };
    /// For hosts that are known to be quick to take offence.
    pub const STRICT: Self = Self { concurrency: 1, interval: Duration::from_secs(1), burst: 1 };

    /// Twice as much: for all hosts of a domain together, which mostly are of one owner.
    pub fn doubled(self) -> Self {
        Self { concurrency: 2 * self.concurrency, interval: self.interval / 2, burst: 2 * self.burst }
    }
}

/// What holds for a host: its own limits, and those that it shares with the other hosts of its domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// Its own.
    pub host: Limits,
    /// The domain and its limits.
    pub domain: Option<(String, Limits)>,
}

impl From<Limits> for Bounds {
    fn from(host: Limits) -> Self {
        Self { host, domain: None }
    }
}

/// How a host or domain was asked lately.
#[derive(Debug)]
struct Pace {
    limits: Limits,
    running: usize,
    /// When the next request may start if requests are spread evenly.
    even: Moment,
}

impl Pace {
    fn new(limits: Limits) -> Self {
        Self { limits, running: 0, even: Moment::ZERO }
    }

    /// When the next request may start; `None`: not before one ends.
    fn next(&self) -> Option<Moment> {
        // As much as the shortest intervals, so that chance never adds to a burst.
        let early = self.limits.interval.mul_f64(0.8) * self.limits.burst.saturating_sub(1);
        (self.running < self.limits.concurrency.max(1)).then(|| self.even.saturating_sub(early))
    }

    fn start(&mut self, now: Moment, jitter: f64) {
        self.running += 1;
        self.even = self.even.max(now) + self.limits.interval.mul_f64(jitter);
    }

    fn end(&mut self) {
        self.running = self.running.saturating_sub(1);
    }
}

/// Hosts that share limits.
#[derive(Debug)]
struct Domain {
    pace: Pace,
    hosts: Vec<usize>,
}

#[derive(Debug)]
struct Host {
    pace: Pace,
    /// By index in [`Queue::domains`].
    domain: Option<usize>,
    /// Jobs by the time before which they must not start, then in the order in which they came.
    waiting: BTreeSet<(Moment, u64, usize)>,
    /// Nothing starts before.
    held: Moment,
    /// The number of the request that started last.
    last: u64,
    /// Under which key it is in [`Queue::due`].
    key: Option<(Moment, u64, usize)>,
}

/// All jobs that wait, by host.
#[derive(Debug)]
pub struct Queue {
    hosts: Vec<Host>,
    numbers: FxHashMap<String, usize>,
    domains: Vec<Domain>,
    domain_numbers: FxHashMap<String, usize>,
    /// Hosts that have something to start, by the time of that, then those first that had to wait longest.
    due: BTreeSet<(Moment, u64, usize)>,
    running: usize,
    most: usize,
    count: u64,
    random: Random,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Start this job.
    Start(usize),
    /// Nothing before this time, unless a job ends or is added.
    Wait(Moment),
    /// Nothing until a job ends or is added.
    Idle,
}

impl Queue {
    /// An empty queue that lets `most` jobs run at once.
    pub fn new(most: usize, seed: u64) -> Self {
        Self {
            hosts: Vec::new(),
            numbers: FxHashMap::default(),
            domains: Vec::new(),
            domain_numbers: FxHashMap::default(),
            due: BTreeSet::new(),
            running: 0,
            most,
            count: 0,
            random: Random::new(seed),
        }
    }

    /// Adds a job that asks `host`, not before `not_before`; `bounds` are asked for when the host is new.
    pub fn add<B: Into<Bounds>>(
        &mut self,
        host: &str,
        job: usize,
        not_before: Moment,
        bounds: impl FnOnce() -> B,
    ) {
        self.count += 1;
        let number = match self.numbers.get(host) {
            Some(number) => *number,
            None => self.new_host(host, bounds().into()),
        };
        self.hosts[number].waiting.insert((not_before, self.count, job));
        self.update(number);
    }

    fn new_host(&mut self, name: &str, bounds: Bounds) -> usize {
        let number = self.hosts.len();
        let domain = bounds.domain.map(|(name, limits)| {
            let new = self.domains.len();
            let domain = *self.domain_numbers.entry(name).or_insert(new);
            if domain == new {
                self.domains.push(Domain { pace: Pace::new(limits), hosts: Vec::new() });
            }
            self.domains[domain].hosts.push(number);
            domain
        });
        self.hosts.push(Host {
            pace: Pace::new(bounds.host),
            domain,
            waiting: BTreeSet::new(),
            held: Moment::ZERO,
            last: 0,
            key: None,
        });
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// What to do at `now`.
    pub fn next(&mut self, now: Moment) -> Next {
        let Some(&(at, _, number)) = self.due.first().filter(|_| self.running < self.most) else {
            return Next::Idle;
        };
        if at > now {
            return Next::Wait(at);
        }
        let jitter = 0.8 + 0.4 * self.random.fraction();
        self.count += 1;
        let host = &mut self.hosts[number];
        let Some((.., job)) = host.waiting.pop_first() else { return Next::Idle };
        host.pace.start(now, jitter);
        host.last = self.count;
        if let Some(domain) = host.domain {
            self.domains[domain].pace.start(now, jitter);
        }
        self.running += 1;
        self.update_all(number);
        Next::Start(job)
    }

    /// A job that asked `host` has ended.
    pub fn end(&mut self, host: &str) {
        self.running = self.running.saturating_sub(1);
        if let Some(&number) = self.numbers.get(host) {
            self.hosts[number].pace.end();
            if let Some(domain) = self.hosts[number].domain {
                self.domains[domain].pace.end();
            }
            self.update_all(number);
        }
    }

    /// Asks `host` nothing before `until`.
    pub fn hold(&mut self, host: &str, until: Moment) {
        if let Some(&number) = self.numbers.get(host) {
            self.hosts[number].held = self.hosts[number].held.max(until);
            self.update(number);
        }
    }

    /// Takes all that waits for a host out of the queue, in order, with the times before which it must not start.
    pub fn clear(&mut self, host: &str) -> Vec<(Moment, usize)> {
        let Some(&number) = self.numbers.get(host) else { return Vec::new() };
        let jobs = std::mem::take(&mut self.hosts[number].waiting);
        self.update(number);
        jobs.into_iter().map(|(not_before, _, job)| (not_before, job)).collect()
    }

    /// Takes everything out of the queue.
    pub fn clear_all(&mut self) -> Vec<usize> {
        let waiting = self.hosts.iter_mut().flat_map(|host| std::mem::take(&mut host.waiting));
        let jobs = waiting.map(|(.., job)| job).collect();
        (0..self.hosts.len()).for_each(|number| self.update(number));
        jobs
    }

    /// How many jobs run.
    pub fn running(&self) -> usize {
        self.running
    }

    /// How many hosts there are.
    pub fn hosts(&self) -> usize {
        self.hosts.len()
    }

    /// Puts a host where it belongs in [`Queue::due`], and those that share its domain.
    fn update_all(&mut self, number: usize) {
        let Some(domain) = self.hosts[number].domain else { return self.update(number) };
        for at in 0..self.domains[domain].hosts.len() {
            self.update(self.domains[domain].hosts[at]);
        }
    }

    fn update(&mut self, number: usize) {
        let host = &mut self.hosts[number];
        if let Some(key) = host.key.take() {
            self.due.remove(&key);
        }
        let of_domain = host.domain.map_or(Some(Moment::ZERO), |domain| self.domains[domain].pace.next());
        let (Some(own), Some(shared), Some(first)) = (host.pace.next(), of_domain, host.waiting.first())
        else {
            return;
        };
        let at = own.max(shared).max(host.held).max(first.0);
        let key = (at, host.last, number);
        host.key = Some(key);
        self.due.insert(key);
    }
}

/// Chance enough to spread requests: xorshift64*.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number between 0 and 1.
    pub fn fraction(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        f64::from(u32::try_from(high).unwrap_or(0)) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATENCY: Duration = Duration::from_millis(50);

    /// Runs `jobs`, given as the host of each, in time that nobody waits for: the start of every job.
    fn simulate(jobs: &[String], most: usize, limits: Limits) -> Vec<(Moment, String)> {
        let mut queue = Queue::new(most, 1);
        for (job, host) in jobs.iter().enumerate() {
            queue.add(host, job, Moment::ZERO, || limits);
        }
        let (mut now, mut starts) = (Moment::ZERO, Vec::new());
        let mut ends: BTreeSet<(Moment, usize)> = BTreeSet::new();
        loop {
            let next = queue.next(now);
            let end = ends.first().copied();
            match (next, end) {
                (Next::Start(job), _) => {
                    starts.push((now, jobs[job].clone()));
                    ends.insert((now + LATENCY, job));
                    assert!(queue.running() <= most);
                }
                (Next::Wait(at), Some((end, _))) if at < end => now = at,
                (_, Some((end, job))) => {
                    now = end;
                    ends.remove(&(end, job));
                    queue.end(&jobs[job]);
                }
                (Next::Wait(at), None) => now = at,
                (Next::Idle, None) => return starts,
            }
        }
    }

    fn world(urls: usize, hosts: usize) -> Vec<String> {
        (0..urls).map(|number| format!("h{}", number % hosts)).collect()
    }

    #[test]
    fn no_host_sees_more_than_its_limits() {
        let starts = simulate(&world(600, 7), 64, Limits::POLITE);
        assert_eq!(starts.len(), 600);
        for host in 0..7 {
            let own: Vec<Moment> =
                starts.iter().filter(|(_, name)| *name == format!("h{host}")).map(|(at, _)| *at).collect();
            let least = Limits::POLITE.interval.mul_f64(0.8);
            for (first, &from) in own.iter().enumerate() {
                for (behind, &to) in own.iter().enumerate().skip(first + 2) {
                    let count = u32::try_from(behind - first - 1).expect("few");
                    assert!(to - from >= least * count, "{host}: {from:?} {to:?}");
                }
            }
        }
    }

    #[test]
    fn two_thousand_urls_of_twenty_hosts_take_hardly_longer_than_the_limits_ask() {
        let starts = simulate(&world(2000, 20), 64, Limits::POLITE);
        let end = starts.last().expect("there are some").0 + LATENCY;
        let least = Limits::POLITE.interval * 98 + LATENCY;
        assert!(end < least.mul_f64(1.1), "{end:?} {least:?}");
    }

    #[test]
    fn the_hosts_of_a_domain_share_its_limits() {
        let mut queue = Queue::new(64, 1);
        let second = Duration::from_secs(1);
        let limits = Limits { concurrency: 2, interval: second, burst: 1 };
        let bounds = || Bounds { host: limits, domain: Some(("a.org".to_owned(), limits.doubled())) };
        for (job, host) in ["1.a.org", "2.a.org", "3.a.org"].iter().cycle().take(9).enumerate() {
            queue.add(host, job, Moment::ZERO, bounds);
        }
        queue.add("b.org", 9, Moment::ZERO, || limits);
        // Two may start at nearly the same time, each of another host; a host of another domain is nothing to them.
        let soon = second.mul_f64(0.2);
        assert_eq!([queue.next(Moment::ZERO), queue.next(Moment::ZERO)], [Next::Start(0), Next::Start(9)]);
        assert_eq!(queue.next(soon), Next::Start(1));
        let Next::Wait(at) = queue.next(soon) else { panic!("too early") };
        assert!(at >= second.mul_f64(0.4) && at <= second.mul_f64(0.8), "{at:?}");
        // It is the turn of the third host, and then none may start before one ends.
        assert_eq!(queue.next(second), Next::Start(2));
        assert!(matches!(queue.next(second * 3), Next::Start(_)));
        assert_eq!(queue.next(second * 60), Next::Idle);
        queue.end("1.a.org");
        assert!(matches!(queue.next(second * 60), Next::Start(_)));
    }

    #[test]
    fn hosts_take_turns() {
        let mut jobs = vec!["a".to_owned(); 50];
        jobs.extend(vec!["b".to_owned(); 5]);
        let unlimited = Limits { concurrency: 100, interval: Duration::ZERO, burst: 1 };
        let starts = simulate(&jobs, 4, unlimited);
        assert!(starts[..10].iter().filter(|(_, host)| host == "b").count() == 5, "{starts:?}");
    }

    #[test]
    fn a_host_is_held_and_a_job_waits_for_its_time() {
        let second = Duration::from_secs(1);
        let mut queue = Queue::new(9, 1);
        queue.add("a", 0, Moment::ZERO, || Limits::POLITE);
        queue.add("b", 1, second * 3, || Limits::POLITE);
        queue.hold("a", second * 5);
        assert_eq!(queue.next(Moment::ZERO), Next::Wait(second * 3));
        assert_eq!(queue.next(second * 3), Next::Start(1));
        assert_eq!(queue.next(second * 3), Next::Wait(second * 5));
        assert_eq!(queue.next(second * 5), Next::Start(0));
        assert_eq!(queue.next(second * 5), Next::Idle);
    }

    #[test]
    fn one_at_a_time_is_one_at_a_time() {
        let mut queue = Queue::new(9, 1);
        let limits = Limits { concurrency: 1, interval: Duration::ZERO, burst: 1 };
        for job in 0..2 {
            queue.add("a", job, Moment::ZERO, || limits);
        }
        assert_eq!(queue.next(Moment::ZERO), Next::Start(0));
        assert_eq!(queue.next(Moment::ZERO), Next::Idle);
        queue.end("a");
        assert_eq!(queue.next(Moment::ZERO), Next::Start(1));
    }
}
