//! What earlier runs learned, one JSON object a line, sorted: [`Memory`].

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{
    cause::{Cause, Verdict},
    stamp::{DAY, Stamp},
};

/// What became of an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnchorVerdict {
    /// It is there.
    Found,
    /// The page was read whole and does not have it.
    Missing,
    /// A script may make it, or the page could not be read whole.
    Unverifiable,
}

/// One redirect that was followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hop {
    /// The status of HTTP.
    pub status: u16,
    /// Where it sent us.
    pub to: String,
}

/// What is known of an address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The address, without fragment.
    pub url: String,
    /// As whom it was asked: the names of the headers that were sent beyond the usual ones.
    #[serde(default, rename = "as", skip_serializing_if = "String::is_empty")]
    pub identity: String,
    /// What became of it.
    pub verdict: Verdict,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The redirects, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hops: Vec<Hop>,
    /// Its anchors, those that were asked for, as they are written in links.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub anchors: BTreeMap<String, AnchorVerdict>,
    /// It answered only to headers like those of a browser.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub browser_headers: bool,
    /// The day on which the certificate of its host expires is less than two weeks away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub certificate_expires: bool,
    /// The entity tag of the page in which anchors were looked up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// When it was asked last.
    pub checked: Stamp,
    /// When it was alive last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_ok: Option<Stamp>,
    /// When it failed first since then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_failed: Option<Stamp>,
    /// How often it failed since then.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub failures: u32,
    /// How often it was alive without a failure in between.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub successes: u32,
    /// Until when it need not be asked again.
    pub expires: Stamp,
    /// What other versions wrote.
    #[serde(flatten)]
    pub rest: BTreeMap<String, serde_json::Value>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// What one run found out about an address, before its history is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Finding {
    /// What became of it.
    pub verdict: Option<Verdict>,
    /// Why.
    pub cause: Option<Cause>,
    /// The redirects, in order.
    pub hops: Vec<Hop>,
    /// Its anchors.
    pub anchors: BTreeMap<String, AnchorVerdict>,
    /// It answered only to headers like those of a browser.
    pub browser_headers: bool,
    /// Its certificate expires soon.
    pub certificate_expires: bool,
    /// The entity tag.
    pub etag: Option<String>,
    /// How long its server wants not to be asked.
    pub wait: Option<Duration>,
}

impl Answer {
    /// Adds what a run found out at `now` to what was known.
    pub fn of(url: &str, identity: &str, found: Finding, before: Option<&Self>, now: Stamp) -> Self {
        let verdict = found.verdict.unwrap_or(Verdict::Unchecked);
        let (mut last_ok, mut first_failed) =
            before.map_or((None, None), |own| (own.last_ok, own.first_failed));
        let (mut failures, mut successes) = before.map_or((0, 0), |own| (own.failures, own.successes));
        match verdict {
            Verdict::Alive => {
                (last_ok, first_failed) = (Some(now), None);
                (failures, successes) = (0, successes.saturating_add(1));
            }
            Verdict::Dead | Verdict::Temporary => {
                first_failed = first_failed.or(Some(now));
                (failures, successes) = (failures.saturating_add(1), 0);
            }
            // Neither says whether it lives.
            Verdict::RateLimited | Verdict::Blocked | Verdict::Unchecked => {}
        }
        let mut answer = Self {
            url: url.to_owned(),
            identity: identity.to_owned(),
            verdict,
            cause: found.cause,
            hops: found.hops,
            anchors: found.anchors,
            browser_headers: found.browser_headers,
            certificate_expires: found.certificate_expires,
            etag: found.etag,
            checked: now,
            last_ok,
            first_failed,
            failures,
            successes,
            expires: now,
            rest: before.map(|own| own.rest.clone()).unwrap_or_default(),
        };
        answer.expires = now.after(answer.lifetime(found.wait));
        answer
    }

    /// How long it need not be asked again.
    fn lifetime(&self, wait: Option<Duration>) -> Duration {
        let missing = self.anchors.values().any(|anchor| *anchor == AnchorVerdict::Missing);
        let days = match self.verdict {
            Verdict::Alive if missing => 1.0,
            // Twice as long after every success, and spread so that not everything expires on one day.
            Verdict::Alive => {
                let doubled = 7.0 * f64::from(1_u32 << (self.successes.max(1) - 1).min(3));
                doubled.min(30.0) * (0.9 + 0.2 * spread(&self.url))
            }
            Verdict::Blocked => 7.0 * (0.9 + 0.2 * spread(&self.url)),
            Verdict::Dead => 0.25,
            Verdict::Temporary => 1.0 / 24.0,
            Verdict::RateLimited => {
                return wait.unwrap_or(Duration::from_secs(900)).min(Duration::from_secs(900));
            }
            Verdict::Unchecked => 0.0,
        };
        DAY.mul_f64(days)
    }

    /// Whether it need not be asked now, for these anchors.
    pub fn holds(&self, now: Stamp, anchors: &BTreeSet<String>) -> bool {
        let known =
            self.verdict != Verdict::Alive || anchors.iter().all(|anchor| self.anchors.contains_key(anchor));
        now < self.expires && known && self.verdict != Verdict::Unchecked
    }

    /// The last address, after all redirects.
    pub fn last(&self) -> &str {
        self.hops.last().map_or(&self.url, |hop| &hop.to)
    }
}

/// A number between 0 and 1 that is always the same for an URL.
fn spread(url: &str) -> f64 {
    let hash = url.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    f64::from(u32::try_from(hash >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}

/// What is known of a host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HostNote {
    /// The host.
    pub host: String,
    /// It answers `HEAD` otherwise than `GET`.
    pub no_head: bool,
    /// When that was learned.
    pub checked: Stamp,
}

/// What is known of all addresses.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Memory {
    /// By address and identity.
    pub answers: BTreeMap<(String, String), Answer>,
    /// By host.
    pub hosts: BTreeMap<String, HostNote>,
}

/// The first line of the file.
const HEADER: &str = "#schema=1";

impl Memory {
    /// Reads a file; the second value is the number of lines that could not be read. Later lines add to earlier ones.
    pub fn parse(text: &str) -> (Self, usize) {
        let (mut memory, mut bad) = (Self::default(), 0);
        // A line without end was cut off in the middle of being written.
        let (whole, rest) = text.rsplit_once('\n').unwrap_or(("", text));
        bad += usize::from(!rest.trim().is_empty());
        for line in whole.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            if let Ok(answer) = serde_json::from_str::<Answer>(line) {
                memory.add(answer);
            } else if let Ok(note) = serde_json::from_str::<HostNote>(line) {
                memory.add_host(note);
            } else {
                bad += 1;
            }
        }
        (memory, bad)
    }

    /// The text of the file: the same for the same knowledge.
    pub fn render(&self) -> String {
        let mut text = format!("{HEADER}\n");
        for note in self.hosts.values() {
            text.push_str(&line(note));
        }
        for answer in self.answers.values() {
            text.push_str(&line(answer));
        }
        text
    }

    /// Adds an answer: what was asked last counts, and when it was last alive is kept.
    pub fn add(&mut self, answer: Answer) {
        let key = (answer.url.clone(), answer.identity.clone());
        match self.answers.get_mut(&key) {
            None => {
                self.answers.insert(key, answer);
            }
            Some(own) => {
                let last_ok = own.last_ok.max(answer.last_ok);
                if (answer.checked, &answer.expires) >= (own.checked, &own.expires) {
                    *own = answer;
                }
                own.last_ok = last_ok;
            }
        }
    }

    /// Adds what is known of a host.
    pub fn add_host(&mut self, note: HostNote) {
        let own = self.hosts.entry(note.host.clone()).or_insert_with(|| note.clone());
        if note.checked > own.checked {
            *own = note;
        }
    }

    /// Adds all that another one knows.
    pub fn merge(&mut self, other: Self) {
        other.answers.into_values().for_each(|answer| self.add(answer));
        other.hosts.into_values().for_each(|note| self.add_host(note));
    }

    /// What is known of an address.
    pub fn get(&self, url: &str, identity: &str) -> Option<&Answer> {
        self.answers.get(&(url.to_owned(), identity.to_owned()))
    }
}

/// A line of the file.
pub fn line(entry: &impl Serialize) -> String {
    serde_json::to_string(entry).unwrap_or_default() + "\n"
}

/// After how many failures, over how much time, something that was alive counts as broken: `2x/1d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streak {
    /// So many failures.
    pub times: u32,
    /// At least so far apart, the first and the last.
    pub over: Duration,
}

impl Streak {
    /// Reads `3x/3d`, or `1` for the first failure.
    pub fn parse(text: &str) -> Option<Self> {
        let (times, over) = text.split_once('/').unwrap_or((text, "0"));
        let times = times.trim().trim_end_matches('x').parse().ok()?;
        Some(Self { times, over: super::stamp::parse_span(over)? })
    }

    /// Whether an address has failed so.
    pub fn is_reached(self, answer: &Answer) -> bool {
        let over = answer.first_failed.map_or(Duration::ZERO, |first| answer.checked.since(first));
        answer.failures >= self.times && over >= self.over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(verdict: Verdict) -> Finding {
        Finding { verdict: Some(verdict), ..Finding::default() }
    }

    const START: Stamp = Stamp(1_767_225_600);

    fn history(verdicts: &[Verdict]) -> Answer {
        let mut answer: Option<Answer> = None;
        for (day, verdict) in (0..).zip(verdicts) {
            let now = START.after(DAY * day);
            answer = Some(Answer::of("https://a.org/", "", found(*verdict), answer.as_ref(), now));
        }
        answer.expect("there is one")
    }

    #[test]
    fn failures_are_counted_until_it_lives_again() {
        use Verdict::{Alive, Blocked, Dead, Temporary};
        let broken = Streak::parse("2x/1d").expect("a streak");
        for (verdicts, failures, is_broken) in [
            (&[Alive][..], 0, false),
            (&[Alive, Dead], 1, false),
            (&[Alive, Dead, Dead], 2, true),
            (&[Alive, Dead, Blocked, Temporary], 2, true),
            (&[Alive, Dead, Alive, Dead], 1, false),
            (&[Alive, Temporary, Blocked], 1, false),
        ] {
            let answer = history(verdicts);
            assert_eq!(answer.failures, failures, "{verdicts:?}");
            assert_eq!(broken.is_reached(&answer), is_broken, "{verdicts:?}");
            assert!(answer.last_ok.is_some());
        }
    }

    #[test]
    fn answers_hold_longer_the_oftener_they_were_the_same() {
        let days = |verdicts: &[Verdict]| {
            let answer = history(verdicts);
            answer.expires.since(answer.checked).as_secs_f64() / 86_400.0
        };
        use Verdict::{Alive, Dead, Temporary};
        assert!((6.3..=7.7).contains(&days(&[Alive])));
        assert!((12.6..=15.4).contains(&days(&[Alive, Alive])));
        assert!((27.0..=33.0).contains(&days(&[Alive; 5])));
        assert!((0.24..0.26).contains(&days(&[Dead])));
        assert!(days(&[Temporary]) < 0.05);
    }

    #[test]
    fn an_unknown_anchor_has_to_be_asked_for() {
        let answer = history(&[Verdict::Alive]);
        assert!(answer.holds(START, &BTreeSet::new()));
        assert!(!answer.holds(START, &BTreeSet::from(["x".to_owned()])));
        assert!(!answer.holds(START.after(DAY * 60), &BTreeSet::new()));
    }

    #[test]
    fn files_are_read_as_they_are_written_and_keep_what_others_wrote() {
        let text = "#schema=1\n{\"host\":\"a.org\",\"no_head\":true,\"checked\":\"2026-01-01T00:00:00Z\"}\n{\"url\":\"https://a.org/\",\"verdict\":\"dead\",\"cause\":\"http:404\",\"checked\":\"2026-01-01T00:00:00Z\",\"failures\":1,\"expires\":\"2026-01-01T06:00:00Z\",\"later\":[1]}\n";
        let (memory, bad) = Memory::parse(text);
        assert_eq!((memory.render().as_str(), bad), (text, 0));
        let (memory, bad) = Memory::parse(&format!("{text}{{broken\n{{\"url\":\"https://b.org/"));
        assert_eq!((memory.render().as_str(), bad), (text, 2));
    }

    #[test]
    fn merging_keeps_the_newest_and_the_last_sign_of_life() {
        let mut old = history(&[Verdict::Alive, Verdict::Dead]);
        let mut new = history(&[Verdict::Dead, Verdict::Dead, Verdict::Dead]);
        (old.successes, new.successes) = (1, 2);
        for (a, b) in [(old.clone(), new.clone()), (new.clone(), old)] {
            let mut memory = Memory::default();
            memory.add(a);
            memory.add(b);
            let answer = memory.get("https://a.org/", "").expect("it is there");
            assert_eq!((answer.checked, answer.last_ok), (new.checked, Some(START)));
        }
    }
}
