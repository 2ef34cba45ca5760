//! How the web is asked: [`Settings`].

use std::{collections::BTreeMap, time::Duration};

use super::{
    cause::Verdict,
    forge::Forge,
    guard::Openings,
    known,
    memory::Memory,
    names::Names,
    queue::{Bounds, Limits},
    stamp::Stamp,
};

/// Everything that a run depends on beside the addresses themselves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Now.
    pub now: Stamp,
    /// What earlier runs learned.
    pub memory: Memory,
    /// Ask everything, whatever earlier runs learned.
    pub refresh: bool,
    /// So many requests at once.
    pub connections: usize,
    /// The limits of hosts that have none of their own; `None`: those that we hold to be polite.
    pub limits: Option<Limits>,
    /// What was configured for certain hosts, in the order in which they are looked at.
    pub hosts: Vec<HostSettings>,
    /// What is open in spite of the guard.
    pub open: Openings,
    /// After this time nothing new is asked.
    pub max_time: Option<Duration>,
    /// How long we wait for what.
    pub timeouts: Timeouts,
    /// How long one second of waiting takes; tests shorten it.
    pub second: Duration,
    /// What failed for now is asked once more after this time.
    pub grace: Duration,
    /// Where names are looked up.
    pub names: Names,
    /// Proxies.
    pub proxies: Proxies,
    /// Certificates to trust beside those of the system, as PEM.
    pub certificates: String,
    /// Hosts of repositories.
    pub forges: Vec<Forge>,
    /// For chance.
    pub seed: u64,
}

/// How long we wait for what.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// The look-up of a name.
    pub name: Duration,
    /// The connection, its encryption included.
    pub connect: Duration,
    /// The start of the answer.
    pub answer: Duration,
    /// All of it.
    pub total: Duration,
    /// All of it, where a host has made us wait before.
    pub impatient: Duration,
}

/// Proxies, from the environment.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// For `http`.
    pub http: Option<String>,
    /// For `https`.
    pub https: Option<String>,
    /// Hosts that are asked directly, separated by commas.
    pub none: Option<String>,
}

/// `[external.hosts."…"]`
#[derive(Debug, Clone, Default)]
pub struct HostSettings {
    /// The host, or `*.example.org` for all below it.
    pub pattern: String,
    /// So many requests at once.
    pub concurrency: Option<usize>,
    /// Time between two requests.
    pub interval: Option<Duration>,
    /// Further headers, with their values.
    pub headers: Vec<(String, String)>,
    /// What a status means.
    pub statuses: BTreeMap<u16, Verdict>,
    /// Whoever signed its certificate.
    pub insecure: bool,
}

impl HostSettings {
    /// Whether they are for this host, given as in an URL.
    pub fn are_for(&self, host: &str) -> bool {
        match self.pattern.strip_prefix("*.") {
            Some(domain) => {
                host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            None => self.pattern.eq_ignore_ascii_case(host),
        }
    }
}

impl Settings {
    /// Those that nobody has changed.
    pub fn new(now: Stamp) -> Self {
        Self {
            now,
            memory: Memory::default(),
            refresh: false,
            connections: 64,
            limits: None,
            hosts: Vec::new(),
            open: Openings::default(),
            max_time: None,
            timeouts: Timeouts {
                name: Duration::from_secs(5),
                connect: Duration::from_secs(15),
                answer: Duration::from_secs(20),
                total: Duration::from_secs(45),
                impatient: Duration::from_secs(10),
            },
            second: Duration::from_secs(1),
            grace: Duration::from_secs(30),
            names: Names::System,
            proxies: Proxies::default(),
            certificates: String::new(),
            forges: Vec::new(),
            seed: now.0,
        }
    }

    /// What was configured for a host.
    pub fn host(&self, host: &str) -> Option<&HostSettings> {
        self.hosts.iter().find(|own| own.are_for(host))
    }

    /// The limits of a host, given as in an URL.
    pub fn limits(&self, host: &str) -> Limits {
        let base =
            self.limits.unwrap_or(if known::is_strict(host) { Limits::STRICT } else { Limits::POLITE });
        let Some(own) = self.host(host) else { return base };
        Limits {
            concurrency: own.concurrency.unwrap_or(base.concurrency),
            interval: own.interval.unwrap_or(base.interval),
            burst: if own.interval.is_some() { 1 } else { base.burst },
        }
    }

    /// The limits of a host, and those that it shares with others of its registrable domain: `docs.example.co.uk` with
    /// `www.example.co.uk`. Whoever says how often a host may be asked means all of it.
    pub fn bounds(&self, host: &str) -> Bounds {
        let is_said = self.limits.is_some()
            || self.host(host).is_some_and(|own| own.concurrency.is_some() || own.interval.is_some());
        let is_address = host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok();
        let domain = psl::domain_str(host).filter(|_| !is_said && !is_address);
        let shared = |domain: &str| if known::is_strict(domain) { Limits::STRICT } else { Limits::POLITE };
        Bounds {
            host: self.limits(host),
            domain: domain.map(|domain| (domain.to_owned(), shared(domain).doubled())),
        }
    }

    /// As whom a host is asked: the names of the headers that were configured for it.
    pub fn identity(&self, host: &str) -> String {
        let mut names: Vec<String> = self
            .host(host)
            .into_iter()
            .flat_map(|own| &own.headers)
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect();
        names.sort_unstable();
        names.join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_one_owner_share_limits() {
        let mut settings = Settings::new(Stamp(0));
        settings.hosts.push(HostSettings {
            pattern: "docs.example.co.uk".to_owned(),
            concurrency: Some(8),
            ..HostSettings::default()
        });
        let domain =
            |host: &str| settings.bounds(host).domain.map(|(name, limits)| (name, limits.concurrency));
        let of = |name: &str, concurrency| Some((name.to_owned(), concurrency));
        assert_eq!(domain("www.example.co.uk"), of("example.co.uk", 4));
        assert_eq!(domain("docs.example.co.uk"), None);
        assert_eq!(domain("docs.github.com"), of("github.com", 2));
        // Everybody has a host there.
        assert_eq!(domain("a.github.io"), of("a.github.io", 4));
        assert_eq!(domain("127.0.0.1"), None);
        assert_eq!(domain("[2001:4860::1]"), None);
        assert_eq!(domain("localhost"), None);
    }
}
