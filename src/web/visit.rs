//! What one address is asked, and what the answers mean: [`Visit`]. It knows no sockets.

use std::{collections::BTreeMap, time::Duration};

use url::Url;

use super::{
    address::{host_of, same_origin},
    cause::{Cause, Verdict},
    facts::Facts,
    forge,
    guard::{self, Refused},
    known,
    memory::{AnchorVerdict, Answer, Finding, Hop},
    sign::{self, Headers},
};

/// No more redirects are followed.
const MOST_HOPS: usize = 10;
/// So many tries beside the first.
const MOST_RETRIES: u32 = 3;
/// So often we wait because a server says so.
const MOST_WAITS: u32 = 3;
/// No longer.
const LONGEST_WAIT: Duration = Duration::from_secs(900);
/// Between two look-ups of a name that is not there.
const NAME_PAUSE: Duration = Duration::from_secs(2);

/// How something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Method {
    Head,
    Get,
}

/// What came back.
#[derive(Debug, Clone, Default)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Headers,
    /// The start of the body, where the status is one of a bot wall.
    pub(super) body: String,
    /// What became of the anchors that were asked for, in their order; empty if the body was not read.
    pub(super) anchors: Vec<AnchorVerdict>,
    pub(super) certificate_expires: bool,
}

/// What to do next with an address.
#[derive(Debug)]
pub(super) enum Step {
    /// Ask again, not before so much time has passed.
    Ask(Duration),
    /// Ask nobody on this host before so much time has passed, then ask again.
    Hold(Duration),
    /// That is all.
    Done(Box<Finding>),
}

/// One address on its way to a verdict.
#[derive(Debug)]
pub(super) struct Visit {
    start: Url,
    /// Who is asked instead ([`known::asked_instead`]).
    instead: Option<Url>,
    /// The anchors that were asked for and can be found in a page, as written.
    pub(super) anchors: Vec<String>,
    before: Option<Answer>,
    at: Url,
    method: Method,
    /// With headers like those of a browser.
    pub(super) browser: bool,
    hops: Vec<Hop>,
    seen: Vec<(Method, String, String)>,
    /// Host, name, value.
    cookies: Vec<(String, String, String)>,
    retries: u32,
    waits: u32,
    /// It failed, and this is its last chance.
    grace: bool,
    /// `HEAD` was answered otherwise than with success.
    head_failed: bool,
    expires: bool,
    /// The page of a repository did not answer, and now the repository itself is asked.
    probe: Option<(String, Box<Finding>)>,
}

impl Visit {
    pub(super) fn new(start: Url, anchors: Vec<String>, before: Option<Answer>, facts: &Facts<'_>) -> Self {
        // Anchors are only in the page itself.
        let instead = known::asked_instead(&start).filter(|_| anchors.is_empty());
        let mut visit = Self {
            at: instead.clone().unwrap_or_else(|| start.clone()),
            start,
            instead,
            anchors,
            before,
            method: Method::Head,
            browser: false,
            hops: Vec::new(),
            seen: Vec::new(),
            cookies: Vec::new(),
            retries: 0,
            waits: 0,
            grace: false,
            head_failed: false,
            expires: false,
            probe: None,
        };
        visit.method = visit.first_method(facts);
        visit
    }

    fn first_method(&self, facts: &Facts<'_>) -> Method {
        let is_get = !self.anchors.is_empty() || self.head_failed || facts.no_head(&self.host());
        if is_get { Method::Get } else { Method::Head }
    }

    /// Whose limits the next request counts for.
    pub(super) fn host(&self) -> String {
        host_of(&self.at)
    }

    pub(super) fn url(&self) -> &Url {
        &self.at
    }

    pub(super) fn method(&self) -> Method {
        self.method
    }

    /// Whether the body is to be read for anchors.
    pub(super) fn reads_anchors(&self) -> bool {
        self.probe.is_none() && !self.anchors.is_empty()
    }

    /// Headers that only this request has. What was configured for the host of the link itself is not for others.
    pub(super) fn headers(&self, facts: &Facts<'_>) -> Vec<(String, String)> {
        let mut headers = Vec::new();
        let host = self.at.host_str().unwrap_or("");
        if same_origin(&self.at, &self.start) {
            headers.extend(facts.settings.host(host).into_iter().flat_map(|own| own.headers.iter().cloned()));
        }
        let cookies = self.sent_cookies();
        if !cookies.is_empty() {
            headers.push(("cookie".to_owned(), cookies));
        }
        if let Some(etag) = self.etag().filter(|_| self.hops.is_empty()) {
            headers.push(("if-none-match".to_owned(), etag.to_owned()));
        }
        headers
    }

    /// The cookies of the host that is asked next.
    fn sent_cookies(&self) -> String {
        let host = self.at.host_str().unwrap_or("");
        let own = self.cookies.iter().filter(|(own, ..)| own == host);
        own.map(|(_, name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// The entity tag of the page as it was, if that tells all that we want to know.
    fn etag(&self) -> Option<&str> {
        let before =
            self.before.as_ref().filter(|own| own.verdict == Verdict::Alive && own.hops.is_empty())?;
        let is_known = |anchor| before.anchors.get(anchor) == Some(&AnchorVerdict::Found);
        let all = self.reads_anchors() && self.anchors.iter().all(is_known);
        before.etag.as_deref().filter(|_| all && self.method == Method::Get)
    }

    /// What was found so far, as a finding.
    fn finding(&self, verdict: Verdict, cause: Option<Cause>) -> Finding {
        Finding {
            verdict: Some(verdict),
            cause,
            // Where somebody else is sent is nothing to the link.
            hops: if self.instead.is_none() { self.hops.clone() } else { Vec::new() },
            browser_headers: self.browser,
            certificate_expires: self.expires,
            ..Finding::default()
        }
    }

    /// Ends it.
    pub(super) fn done(&self, verdict: Verdict, cause: Cause) -> Step {
        Step::Done(Box::new(self.finding(verdict, Some(cause))))
    }

    /// Begins anew because it failed for now, some time later; `None`: that was its last chance.
    pub(super) fn once_more(&mut self, facts: &mut Facts<'_>) -> Option<Duration> {
        let grace = facts.settings.grace;
        if self.grace || !facts.has_time(grace) {
            return None;
        }
        self.grace = true;
        self.restart(facts);
        Some(grace)
    }

    pub(super) fn is_last_chance(&self) -> bool {
        self.grace
    }

    fn restart(&mut self, facts: &Facts<'_>) {
        self.at = self.instead.as_ref().unwrap_or(&self.start).clone();
        self.hops.clear();
        self.seen.clear();
        self.cookies.clear();
        self.probe = None;
        self.method = self.first_method(facts);
    }

    /// Takes what came back.
    pub(super) fn advance(&mut self, reply: Result<Reply, Cause>, facts: &mut Facts<'_>) -> Step {
        let host = self.host();
        match reply {
            Ok(reply) => {
                facts.answered(&host);
                self.expires |= reply.certificate_expires;
                self.answered(reply, facts)
            }
            Err(cause) => self.failed(cause, &host, facts),
        }
    }

    fn failed(&mut self, cause: Cause, host: &str, facts: &mut Facts<'_>) -> Step {
        if let Some((_, found)) = self.probe.take() {
            // It did not answer now, so nothing is certain.
            return Step::Done(Box::new(Finding {
                verdict: Some(Verdict::Blocked),
                cause: Some(Cause::SignIn),
                ..*found
            }));
        }
        match cause {
            Cause::Guarded(_) | Cause::Port(_) => return self.done(Verdict::Unchecked, cause),
            Cause::TlsExpired | Cause::TlsName => return self.done(Verdict::Dead, cause),
            // Browsers know more certificates than we do, and fetch those that are missing.
            Cause::TlsUntrusted | Cause::TlsIncompleteChain | Cause::TooLarge => {
                return self.done(Verdict::Blocked, cause);
            }
            Cause::NoSuchName if self.retries > 0 || self.grace => {
                facts.learn_gone(host);
                return self.done(Verdict::Dead, cause);
            }
            Cause::NoSuchName => {
                self.retries += 1;
                return Step::Ask(NAME_PAUSE);
            }
            _ => facts.failed(host, &cause),
        }
        // Some servers hang up on `HEAD`.
        if self.method == Method::Head {
            self.head_failed = true;
            self.method = Method::Get;
        }
        let is_tripped = facts.given_up(host).is_some();
        if self.grace || is_tripped || self.retries >= MOST_RETRIES || !facts.may_retry(host) {
            return self.done(Verdict::Temporary, cause);
        }
        let wait = facts.backoff(self.retries);
        self.retries += 1;
        if facts.has_time(wait) { Step::Ask(wait) } else { self.done(Verdict::Temporary, cause) }
    }

    fn answered(&mut self, reply: Reply, facts: &mut Facts<'_>) -> Step {
        if let Some((repository, found)) = self.probe.take() {
            return self.probed(&repository, *found, reply.status, facts);
        }
        let sent = self.sent_cookies();
        self.keep_cookies(&reply.headers);
        let status = reply.status;
        let configured = facts.settings.host(self.at.host_str().unwrap_or(""));
        if let Some(verdict) = configured.and_then(|own| own.statuses.get(&status)).copied() {
            let is_head = self.method == Method::Head && verdict != Verdict::Alive;
            return if is_head { self.ask_with_get() } else { self.verdict(verdict, status, reply) };
        }
        match status {
            304 if self.etag().is_some() => self.unchanged(),
            301 | 302 | 303 | 307 | 308 => self.redirected(&reply, sent, facts),
            200..400 => {
                if self.head_failed && self.method == Method::Get {
                    facts.learn_no_head(&self.host());
                }
                self.verdict(Verdict::Alive, status, reply)
            }
            _ if sign::is_limited(status, &reply.headers)
                && sign::wall(status, &reply.headers, "").is_none() =>
            {
                self.limited(status, &reply, facts)
            }
            _ if self.method == Method::Head => self.ask_with_get(),
            404 | 410 => self.gone(status, facts),
            _ => self.refused(status, &reply, facts),
        }
    }

    fn ask_with_get(&mut self) -> Step {
        self.head_failed = true;
        self.method = Method::Get;
        Step::Ask(Duration::ZERO)
    }

    fn verdict(&self, verdict: Verdict, status: u16, reply: Reply) -> Step {
        let cause = (status != 200).then_some(Cause::Status(status));
        let mut found = self.finding(verdict, cause);
        if verdict == Verdict::Alive {
            if self.hops.last().is_some_and(|hop| known::is_sign_in(&hop.to))
                && !known::is_sign_in(self.start.as_str())
            {
                return self.done(Verdict::Blocked, Cause::SignIn);
            }
            found.etag = reply.headers.get("etag").filter(|_| self.reads_anchors()).cloned();
            let unread = vec![AnchorVerdict::Unverifiable; self.anchors.len()];
            let verdicts = if reply.anchors.is_empty() { unread } else { reply.anchors };
            found.anchors = self.anchors.iter().cloned().zip(verdicts).collect();
        }
        Step::Done(Box::new(found))
    }

    /// The page is as it was.
    fn unchanged(&self) -> Step {
        let mut found = self.finding(Verdict::Alive, None);
        if let Some(before) = &self.before {
            found.anchors = before
                .anchors
                .iter()
                .filter(|(name, _)| self.anchors.contains(name))
                .map(|(name, own)| (name.clone(), *own))
                .collect::<BTreeMap<_, _>>();
            found.etag = before.etag.clone();
        }
        Step::Done(Box::new(found))
    }

    fn redirected(&mut self, reply: &Reply, sent: String, facts: &mut Facts<'_>) -> Step {
        let to = reply.headers.get("location").and_then(|to| self.at.join(to.trim()).ok());
        let Some(mut to) = to.filter(|to| matches!(to.scheme(), "http" | "https") && to.has_host()) else {
            return if self.method == Method::Head {
                self.ask_with_get()
            } else {
                self.done(Verdict::Dead, Cause::RedirectInvalid)
            };
        };
        if let Some(refused) = guard::refuses(&to, &facts.settings.open) {
            let cause = match refused {
                Refused::Network(network) => Cause::Guarded(network),
                Refused::Port(port) => Cause::Port(port),
            };
            return self.done(Verdict::Unchecked, cause);
        }
        to.set_fragment(None);
        let visited = (self.method, self.at.to_string(), sent);
        let is_loop = self.seen.contains(&visited);
        if is_loop || self.hops.len() >= MOST_HOPS {
            // Some servers send `HEAD` in circles.
            if self.method == Method::Head {
                self.restart(facts);
                return self.ask_with_get();
            }
            let cause = if is_loop { Cause::RedirectLoop } else { Cause::RedirectLimit };
            self.hops.truncate(MOST_HOPS);
            return self.done(Verdict::Dead, cause);
        }
        self.seen.push(visited);
        self.hops.push(Hop { status: reply.status, to: super::cause::plain(to.as_str()) });
        self.at = to;
        if self.method == Method::Head && facts.no_head(&self.host()) {
            self.method = Method::Get;
        }
        Step::Ask(Duration::ZERO)
    }

    fn keep_cookies(&mut self, headers: &Headers) {
        let host = self.at.host_str().unwrap_or("").to_owned();
        for line in headers.get("set-cookie").iter().flat_map(|all| all.lines()) {
            let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            self.cookies
                .retain(|(own, known, _)| (own.as_str(), known.as_str()) != (host.as_str(), name.trim()));
            if self.cookies.len() < 50 {
                self.cookies.push((host.clone(), name.trim().to_owned(), value.trim().to_owned()));
            }
        }
    }

    /// The server wants to be asked less often.
    fn limited(&mut self, status: u16, reply: &Reply, facts: &mut Facts<'_>) -> Step {
        let said = sign::wait(&reply.headers, facts.now);
        let wait = said.unwrap_or_else(|| Duration::from_secs(2) + facts.backoff(self.waits + 1));
        self.waits += 1;
        if wait > LONGEST_WAIT || self.waits > MOST_WAITS || self.grace || !facts.has_time(wait) {
            let mut found = self.finding(Verdict::RateLimited, Some(Cause::Status(status)));
            found.wait = Some(wait.max(Duration::from_secs(60)));
            return Step::Done(Box::new(found));
        }
        Step::Hold(wait)
    }

    /// The page is not there; of a repository that not everybody can see this says nothing.
    fn gone(&mut self, status: u16, facts: &Facts<'_>) -> Step {
        let found = self.finding(Verdict::Dead, Some(Cause::Status(status)));
        let Some(repository) = forge::repository_of(&self.at, &facts.settings.forges) else {
            return Step::Done(Box::new(found));
        };
        match facts.public.get(repository.as_str()) {
            Some(true) => Step::Done(Box::new(found)),
            Some(false) => self.done(Verdict::Blocked, Cause::SignIn),
            None if repository.as_str().trim_end_matches('/') == self.at.as_str().trim_end_matches('/') => {
                self.done(Verdict::Blocked, Cause::SignIn)
            }
            None => {
                self.probe = Some((repository.to_string(), Box::new(found)));
                self.at = repository;
                self.method = Method::Head;
                Step::Ask(Duration::ZERO)
            }
        }
    }

    fn probed(&self, repository: &str, found: Finding, status: u16, facts: &mut Facts<'_>) -> Step {
        // A repository that was renamed is one that everybody can see, unless one is sent to sign in.
        if status / 100 == 2 || status == 301 {
            facts.public.insert(repository.to_owned(), true);
            return Step::Done(Box::new(found));
        }
        if matches!(status, 302 | 401 | 403 | 404) {
            facts.public.insert(repository.to_owned(), false);
        }
        Step::Done(Box::new(Finding { verdict: Some(Verdict::Blocked), cause: Some(Cause::SignIn), ..found }))
    }

    /// Neither there nor gone: a bot wall, a failure, something else.
    fn refused(&mut self, status: u16, reply: &Reply, facts: &mut Facts<'_>) -> Step {
        let wall = sign::wall(status, &reply.headers, &reply.body);
        let is_failure = matches!(status, 407 | 408 | 425 | 500..600);
        if wall.is_none() && is_failure {
            let host = self.host();
            if self.grace || self.retries >= MOST_RETRIES || !facts.may_retry(&host) {
                return self.done(Verdict::Temporary, Cause::Status(status));
            }
            let wait = facts.backoff(self.retries);
            self.retries += 1;
            return if facts.has_time(wait) {
                Step::Ask(wait)
            } else {
                self.done(Verdict::Temporary, Cause::Status(status))
            };
        }
        // One try as a browser would ask, and no more: real walls do not fall for it. 401 asks for a password.
        if !self.browser && status != 401 {
            self.browser = true;
            return Step::Ask(Duration::ZERO);
        }
        let cause = wall.map_or(Cause::Status(status), |vendor| Cause::Wall(vendor.to_owned()));
        self.done(Verdict::Blocked, cause)
    }
}
