//! Full URLs, and what is put below the base URL: whether they lead out of the site.

use super::resolve::{Outcome, Resolver, Target, split};

impl<'s> Resolver<'s> {
    /// What `relURL` makes of a path; `prefix` is that of a language. Until 0.100 a leading slash made no difference.
    pub(super) fn rebased(&self, path: &str, prefix: &str) -> String {
        let from_host = path.starts_with('/') && self.site.version.at_least(101);
        let root = self.config.site_root(&self.instance.language);
        let base = if from_host && !self.config.is_multihost() { "/" } else { &root };
        let prefix = if path.trim_start_matches('/').starts_with(prefix) { "" } else { prefix };
        format!("{base}{prefix}{}", path.trim_start_matches('/'))
    }

    /// Destinations with a scheme or host: external, or this site's own.
    pub(super) fn with_scheme(&self, destination: &str) -> Option<Outcome<'s>> {
        let scheme_end = destination.find(':').filter(|&at| {
            let scheme = &destination[..at];
            !scheme.is_empty()
                && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'))
        });
        let is_network = destination.starts_with("//");
        if scheme_end.is_none() && !is_network {
            return None;
        }
        let own = &self.config.origin;
        let without_scheme = own.find("//").map_or(own.as_str(), |at| &own[at..]);
        let address = scheme_end.map_or(destination, |at| &destination[at + 1..]);
        let web = is_network
            || matches!(
                scheme_end.map(|at| destination[..at].to_ascii_lowercase()).as_deref(),
                Some("http" | "https")
            );
        let prefix = address.get(..without_scheme.len());
        let same_host = web
            && !without_scheme.is_empty()
            && prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(without_scheme));
        let rest = if same_host { &address[without_scheme.len()..] } else { "" };
        let is_elsewhere = !same_host || !rest.is_empty() && !rest.starts_with(['/', '?', '#']);
        let (path, fragment) = split(rest);
        let path = if path.is_empty() { "/" } else { path };
        if let Some(url) = self.config.on_other_host(address) {
            self.step(|| format!("it is a full URL of this site, of which the file is `{url}`"));
            let (path, fragment) = split(&url);
            return Some(self.locate(path, fragment, false));
        }
        let is_below = |path: &str| path.starts_with(self.config.base_path.as_str());
        if is_elsewhere || !is_below(path) && !is_below(&format!("{path}/")) {
            if let Some(outcome) =
                self.in_repository(destination).or_else(|| self.at_neighbouring_url(destination))
            {
                return Some(outcome);
            }
            self.step(|| {
                format!("it leads out of this site, which is published at `{}`", self.config.base_url)
            });
            return Some(Outcome::Good(Target::External));
        }
        self.step(|| format!("it is a full URL of this site, `{}`", self.config.base_url));
        Some(self.locate(path, fragment, false))
    }

    /// Whether a destination, part of which is computed, has a written-out host that is not this site's.
    pub(super) fn is_surely_elsewhere(&self, destination: &str) -> bool {
        let rest = ["https://", "http://", "//"].iter().find_map(|scheme| destination.strip_prefix(scheme));
        let Some((host, _)) = rest.and_then(|rest| rest.split_once('/')) else { return false };
        let own = self.config.origin.split_once("//").map_or("", |(_, host)| host);
        let is_plain =
            host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'));
        is_plain && !host.is_empty() && !host.eq_ignore_ascii_case(own)
    }
}
