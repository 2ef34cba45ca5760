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
}

#[derive(Debug)]
struct Host {
    limits: Limits,
    /// Jobs by the time before which they must not start, then in the order in which they came.
    waiting: BTreeSet<(Moment, u64, usize)>,
    running: usize,
    /// When the next request may start if requests are spread evenly.
    even: Moment,
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
            due: BTreeSet::new(),
            running: 0,
            most,
            count: 0,
            random: Random::new(seed),
        }
    }

    /// Adds a job that asks `host`, not before `not_before`; `limits` are asked for when the host is new.
    pub fn add(&mut self, host: &str, job: usize, not_before: Moment, limits: impl FnOnce() -> Limits) {
        self.count += 1;
        let number = self.number(host, limits);
        self.hosts[number].waiting.insert((not_before, self.count, job));
        self.update(number);
    }

    fn number(&mut self, host: &str, limits: impl FnOnce() -> Limits) -> usize {
        if let Some(number) = self.numbers.get(host) {
            return *number;
        }
        self.hosts.push(Host {
            limits: limits(),
            waiting: BTreeSet::new(),
            running: 0,
            even: Moment::ZERO,
            held: Moment::ZERO,
            last: 0,
            key: None,
        });
        self.numbers.insert(host.to_owned(), self.hosts.len() - 1);
        self.hosts.len() - 1
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
        host.running += 1;
        host.last = self.count;
        host.even = host.even.max(now) + host.limits.interval.mul_f64(jitter);
        self.running += 1;
        self.update(number);
        Next::Start(job)
    }

    /// A job that asked `host` has ended.
    pub fn end(&mut self, host: &str) {
        self.running = self.running.saturating_sub(1);
        if let Some(&number) = self.numbers.get(host) {
            self.hosts[number].running = self.hosts[number].running.saturating_sub(1);
            self.update(number);
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

    /// Puts a host where it belongs in [`Queue::due`].
    fn update(&mut self, number: usize) {
        let host = &mut self.hosts[number];
        if let Some(key) = host.key.take() {
            self.due.remove(&key);
        }
        if host.running >= host.limits.concurrency.max(1) {
            return;
        }
        let Some((not_before, ..)) = host.waiting.first() else { return };
        // As much as the shortest intervals, so that chance never adds to a burst.
        let early = host.limits.interval.mul_f64(0.8) * host.limits.burst.saturating_sub(1);
        let at = host.even.saturating_sub(early).max(host.held).max(*not_before);
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
