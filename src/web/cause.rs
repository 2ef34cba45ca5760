//! What became of an address, and why: [`Verdict`], [`Cause`].

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What became of an address. Only what is known for certain is alive or dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It answers.
    Alive,
    /// It is gone.
    Dead,
    /// It did not answer now; it may later.
    Temporary,
    /// Its server wants to be asked less often.
    RateLimited,
    /// Its server does not answer programs, or only those who are signed in.
    Blocked,
    /// Nobody asked.
    Unchecked,
}

impl Verdict {
    /// In the words of reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alive => "alive",
            Self::Dead => "dead",
            Self::Temporary => "temporary",
            Self::RateLimited => "rate-limited",
            Self::Blocked => "blocked",
            Self::Unchecked => "unchecked",
        }
    }
}

/// Why it is so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// The last status of HTTP.
    Status(u16),
    /// There is no such host name.
    NoSuchName,
    /// The name could not be looked up.
    NameFailure,
    /// The look-up of the name took too long.
    NameTimeout,
    /// Nobody listens there.
    Refused,
    /// The connection was cut.
    Reset,
    /// There is no way there.
    Unreachable,
    /// The certificate has expired.
    TlsExpired,
    /// The certificate is for another name.
    TlsName,
    /// Nobody we trust signed the certificate.
    TlsUntrusted,
    /// The server does not send the certificates between its own and the root.
    TlsIncompleteChain,
    /// The encryption could not be agreed on.
    TlsProtocol,
    /// What came is no HTTP.
    Protocol,
    /// No connection in time.
    ConnectTimeout,
    /// No answer in time.
    AnswerTimeout,
    /// Redirected in a circle.
    RedirectLoop,
    /// Redirected too often.
    RedirectLimit,
    /// Redirected to something that is no address.
    RedirectInvalid,
    /// The headers are too large.
    TooLarge,
    /// The time for the run was over.
    Budget,
    /// Whether it is there is shown only to those who are signed in.
    SignIn,
    /// A bot wall of this vendor.
    Wall(String),
    /// It leads into this network.
    Guarded(String),
    /// It leads to this port.
    Port(u16),
    /// It was left out for this reason.
    Skipped(String),
}

/// The causes without further detail: code and words.
const PLAIN: [(Cause, &str, &str); 20] = [
    (Cause::NoSuchName, "dns:nxdomain", "there is no such host"),
    (Cause::NameFailure, "dns:servfail", "the host's name could not be looked up"),
    (Cause::NameTimeout, "dns:timeout", "the look-up of the host's name took too long"),
    (Cause::Refused, "tcp:refused", "the host refuses connections"),
    (Cause::Reset, "tcp:reset", "the connection was cut"),
    (Cause::Unreachable, "tcp:unreachable", "the host cannot be reached"),
    (Cause::TlsExpired, "tls:expired", "the host's certificate has expired or is not valid yet"),
    (Cause::TlsName, "tls:name", "the host's certificate is for another name"),
    (Cause::TlsUntrusted, "tls:untrusted", "the host's certificate is signed by nobody we trust"),
    (
        Cause::TlsIncompleteChain,
        "tls:incomplete-chain",
        "the host's certificate is signed by nobody we know, or it does not send those in between",
    ),
    (Cause::TlsProtocol, "tls:protocol", "no encrypted connection could be agreed on"),
    (Cause::Protocol, "http:protocol", "the host does not speak HTTP"),
    (Cause::ConnectTimeout, "timeout:connect", "no connection in time"),
    (Cause::AnswerTimeout, "timeout:answer", "no answer in time"),
    (Cause::RedirectLoop, "redirect:loop", "it is redirected in a circle"),
    (Cause::RedirectLimit, "redirect:limit", "it is redirected too often"),
    (Cause::RedirectInvalid, "redirect:invalid", "it is redirected to something that is no web address"),
    (Cause::TooLarge, "too-large", "the answer's headers are too large"),
    (Cause::Budget, "budget", "the time for the run was over"),
    (Cause::SignIn, "blocked:sign-in", "only those who are signed in can see whether it is there"),
];

impl Cause {
    /// In one word, as in caches: `http:404`, `dns:nxdomain`.
    pub fn code(&self) -> String {
        match self {
            Self::Status(status) => format!("http:{status}"),
            Self::Wall(vendor) => format!("blocked:{vendor}"),
            Self::Guarded(network) => format!("guarded:{network}"),
            Self::Port(port) => format!("port:{port}"),
            Self::Skipped(reason) => format!("skipped:{reason}"),
            plain => PLAIN.iter().find(|(own, ..)| own == plain).map_or("", |(_, code, _)| code).to_owned(),
        }
    }

    /// Reads what [`Cause::code`] writes.
    pub fn parse(code: &str) -> Option<Self> {
        if let Some((plain, ..)) = PLAIN.iter().find(|(_, own, _)| *own == code) {
            return Some(plain.clone());
        }
        let (kind, rest) = code.split_once(':')?;
        Some(match kind {
            "http" => Self::Status(rest.parse().ok()?),
            "blocked" => Self::Wall(rest.to_owned()),
            "guarded" => Self::Guarded(rest.to_owned()),
            "port" => Self::Port(rest.parse().ok()?),
            "skipped" => Self::Skipped(rest.to_owned()),
            _ => return None,
        })
    }

    /// For people.
    pub fn in_words(&self) -> String {
        match self {
            Self::Status(status) => match reason(*status) {
                "" => format!("it answers {status}"),
                reason => format!("it answers {status} {reason}"),
            },
            Self::Wall(vendor) => format!("a bot wall ({vendor}) answers"),
            Self::Guarded(network) => format!("it leads into the network {network}, which is not public"),
            Self::Port(port) => format!("port {port} is not one of a web server"),
            Self::Skipped(reason) => reason.clone(),
            plain => PLAIN.iter().find(|(own, ..)| own == plain).map_or("", |(.., words)| words).to_owned(),
        }
    }

    /// Whether it says that the network of the machine may be down.
    pub fn may_be_ours(&self) -> bool {
        matches!(
            self,
            Self::NoSuchName
                | Self::NameFailure
                | Self::NameTimeout
                | Self::Unreachable
                | Self::ConnectTimeout
                | Self::Refused
        )
    }
}

/// The usual words of a status, for those that people meet.
fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        410 => "Gone",
        429 => "Too Many Requests",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

impl Serialize for Cause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.code())
    }
}

impl<'de> Deserialize<'de> for Cause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom(format!("unknown cause `{code}`")))
    }
}

/// Text that came from elsewhere, fit to be printed: without control characters, with which it could move the cursor
/// or start a command of a CI system, and not longer than anybody reads.
pub fn plain(text: &str) -> String {
    const MOST: usize = 2000;
    if text.len() <= MOST && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let is_plain = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    };
    text.chars().filter(is_plain).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_read_as_they_are_written() {
        let more = [Cause::Status(404), Cause::Wall("cloudflare".to_owned()), Cause::Port(22)];
        for cause in PLAIN.iter().map(|(cause, ..)| cause).chain(&more) {
            assert_eq!(Cause::parse(&cause.code()).as_ref(), Some(cause));
            assert!(!cause.in_words().is_empty());
        }
        assert_eq!(Cause::parse("bad luck"), None);
    }

    #[test]
    fn remote_text_loses_what_moves_cursors() {
        assert_eq!(plain("a\u{1b}[31mb\r\n::error::c\u{202e}"), "a[31mb::error::c");
    }
}
