//! Host names and where they are: [`Names`].

use std::{
    collections::BTreeMap,
    error::Error,
    fmt,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{
    cause::Cause,
    guard::{self, Openings},
};

/// Where names are looked up.
#[derive(Debug, Clone, Default)]
pub enum Names {
    /// As every program of this machine does.
    #[default]
    System,
    /// Here, and nowhere else: for tests. What is asked again gets the next answer, in the end the last one.
    Fixed(BTreeMap<String, Vec<Looked>>),
}

/// What a look-up gives.
#[derive(Debug, Clone)]
pub enum Looked {
    /// These addresses; a port other than 0 is that of URLs without port.
    At(Vec<SocketAddr>),
    /// Nothing, for this reason.
    Fails(Cause),
}

/// Looks names up and lets nobody reach an address that is off limits: what this returns is what is connected to, and
/// nobody asks again in between.
pub(super) struct Resolver {
    names: Names,
    open: Openings,
    timeout: Duration,
    asked: Mutex<BTreeMap<String, usize>>,
}

/// A cause on its way through the HTTP client.
#[derive(Debug)]
pub(super) struct Failure(pub(super) Cause);

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.in_words())
    }
}

impl Error for Failure {}

impl Resolver {
    pub(super) fn new(names: Names, open: Openings, timeout: Duration) -> Arc<Self> {
        Arc::new(Self { names, open, timeout, asked: Mutex::default() })
    }

    /// Whether names can be looked up at all: whether this one can, which certainly exists (RFC 2606).
    pub(super) async fn works(&self) -> bool {
        self.look_up("example.com").await.is_ok()
    }

    async fn look_up(&self, name: &str) -> Result<Vec<SocketAddr>, Cause> {
        match &self.names {
            Names::Fixed(known) => self.fixed(known.get(name).map_or(&[][..], Vec::as_slice), name),
            Names::System => {
                let lookup = tokio::time::timeout(self.timeout, tokio::net::lookup_host((name, 0)));
                match lookup.await {
                    Err(_) => Err(Cause::NameTimeout),
                    Ok(Err(error)) => Err(cause_of(&error.to_string())),
                    Ok(Ok(found)) => Ok(found.collect()),
                }
            }
        }
    }

    fn fixed(&self, answers: &[Looked], name: &str) -> Result<Vec<SocketAddr>, Cause> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let count = asked.entry(name.to_owned()).or_default();
        let answer = answers.get(*count).or(answers.last());
        *count += 1;
        match answer {
            Some(Looked::At(addresses)) => Ok(addresses.clone()),
            Some(Looked::Fails(cause)) => Err(cause.clone()),
            None => Err(Cause::NoSuchName),
        }
    }
}

/// A resolver as the HTTP client wants it.
#[derive(Clone)]
pub(super) struct Shared(pub(super) Arc<Resolver>);

impl Resolve for Shared {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = Arc::clone(&self.0);
        Box::pin(async move {
            let name = name.as_str();
            let found = resolver.look_up(name).await;
            let vetted = found.and_then(|found| vet(found, resolver.open.allow(name)));
            let addresses = vetted.map_err(Failure)?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Leaves out what is off limits.
fn vet(found: Vec<SocketAddr>, allowed: bool) -> Result<Vec<SocketAddr>, Cause> {
    let ban = |address: &SocketAddr| if allowed { None } else { guard::denied(unmapped(address.ip())) };
    let banned = found.iter().find_map(ban);
    let free: Vec<SocketAddr> = found.into_iter().filter(|address| ban(address).is_none()).collect();
    match (free.is_empty(), banned) {
        (true, Some(network)) => Err(Cause::Guarded(network)),
        (true, None) => Err(Cause::NoSuchName),
        _ => Ok(free),
    }
}

fn unmapped(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// What the system says when it cannot look a name up; it says so in words only. Only what is certain is
/// [`Cause::NoSuchName`].
fn cause_of(message: &str) -> Cause {
    let message = message.to_ascii_lowercase();
    // glibc, musl, macOS and BSD, Windows. A name without address may be one that only others can reach.
    let none = [
        "name or service not known",
        "name does not resolve",
        "nodename nor servname provided",
        "no such host is known",
    ];
    if none.iter().any(|words| message.contains(words)) { Cause::NoSuchName } else { Cause::NameFailure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_off_limits_are_left_out_before_anybody_connects() {
        let at = |text: &str| SocketAddr::new(text.parse().expect(text), 0);
        let mixed = vec![at("10.0.0.1"), at("8.8.8.8"), at("::ffff:127.0.0.1")];
        assert_eq!(vet(mixed.clone(), false), Ok(vec![at("8.8.8.8")]));
        assert_eq!(vet(mixed.clone(), true), Ok(mixed));
        assert_eq!(vet(vec![at("::ffff:10.0.0.1")], false), Err(Cause::Guarded("10.0.0.0/8".to_owned())));
        assert_eq!(vet(Vec::new(), false), Err(Cause::NoSuchName));
    }

    #[test]
    fn only_what_says_that_there_is_no_such_name_means_it() {
        let said = |words: &str| cause_of(&format!("failed to lookup address information: {words}"));
        assert_eq!(said("Name or service not known"), Cause::NoSuchName);
        assert_eq!(said("No address associated with hostname"), Cause::NameFailure);
        assert_eq!(said("Temporary failure in name resolution"), Cause::NameFailure);
        assert_eq!(said("something new"), Cause::NameFailure);
    }
}
