//! Addresses as they are asked: [`Address`].

use url::Url;

use super::guard::{self, Openings, Refused};

/// An address: what is sent, and the anchor, which is not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// The URL in its canonical form, without fragment.
    pub url: String,
    /// The fragment, as written; `None` if it is empty.
    pub fragment: Option<String>,
}

/// Why an address is not asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skip {
    /// It is no URL that a browser understands.
    Invalid(String),
    /// For this reason.
    Reason(String),
}

/// Reads a destination with scheme. RFC 3986 §6.2 in the form of the WHATWG: scheme and host in lower case, names in
/// ASCII, no default port; and percent-encoding in upper case.
///
/// # Errors
/// When it is not for us to ask.
pub fn read(text: &str, open: &Openings) -> Result<Address, Skip> {
    let skip = |reason: &str| Err(Skip::Reason(reason.to_owned()));
    if is_template(text) {
        return skip("it has a place for something to be filled in");
    }
    let mut url = Url::parse(text.trim()).map_err(|error| Skip::Invalid(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return skip("it is no web address");
    }
    let host = url.host_str().unwrap_or("").to_owned();
    if let Some(reason) = reserved(&host).filter(|_| !open.allow(&host)) {
        return skip(reason);
    }
    match guard::refuses(&url, open) {
        Some(Refused::Network(network)) => {
            return skip(&format!("it leads into the network {network}, which is not public"));
        }
        Some(Refused::Port(port)) => return skip(&format!("port {port} is not one of a web server")),
        None => {}
    }
    if NAMESPACES.iter().any(|prefix| url.as_str().starts_with(prefix)) {
        return skip("it names an XML vocabulary");
    }
    if url.query_pairs().any(|(key, value)| key == "link-check" && value == "no") {
        return skip("it says `link-check=no`");
    }
    let fragment = url.fragment().filter(|fragment| !fragment.is_empty()).map(str::to_owned);
    url.set_fragment(None);
    if !url.username().is_empty() || url.password().is_some() {
        return skip("it holds a user name or password");
    }
    Ok(Address { url: upper_hex(url.as_str()), fragment })
}

/// What people write where the reader is to fill something in.
fn is_template(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let braces = lower.find('{').is_some_and(|at| lower[at..].contains('}'))
        || lower.find("%7b").is_some_and(|at| lower[at..].contains("%7d"));
    let angles = lower.find('<').is_some_and(|at| lower[at..].contains('>'))
        || lower.find("%3c").is_some_and(|at| lower[at..].contains("%3e"));
    braces || angles || lower.contains("${") || lower.contains("...") || lower.contains('…')
}

/// Addresses that name a vocabulary and need not answer.
const NAMESPACES: [&str; 6] = [
    "http://www.w3.org/1999/",
    "http://www.w3.org/2000/",
    "http://www.w3.org/2001/XMLSchema",
    "http://www.w3.org/XML/1998/namespace",
    "http://schemas.xmlsoap.org/",
    "http://schemas.android.com/apk/",
];

/// Why a host is not on the public internet, by its name alone. RFC 2606, RFC 6761, RFC 6762, RFC 8375.
fn reserved(host: &str) -> Option<&'static str> {
    let host = host.trim_end_matches('.');
    let is_below =
        |domain: &&str| host.strip_suffix(*domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if ["example", "example.com", "example.net", "example.org"].iter().any(is_below) {
        return Some("its host is reserved for examples");
    }
    let private =
        ["test", "invalid", "localhost", "local", "internal", "lan", "home.arpa", "onion", "corp", "home"];
    if private.iter().any(is_below) || !host.contains(['.', ':']) {
        return Some("its host is not on the public internet");
    }
    None
}

fn upper_hex(url: &str) -> String {
    if !url.contains('%') {
        return url.to_owned();
    }
    let mut out = String::with_capacity(url.len());
    let mut left = 0;
    for c in url.chars() {
        out.push(if left > 0 { c.to_ascii_uppercase() } else { c });
        left = if c == '%' { 2 } else { usize::saturating_sub(left, 1) };
    }
    out
}

/// The host whose limits an URL counts for.
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("");
    let host = host.strip_prefix("www.").unwrap_or(host);
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Whether two URLs have the same scheme, host and port.
pub fn same_origin(a: &Url, b: &Url) -> bool {
    (a.scheme(), a.host_str(), a.port_or_known_default())
        == (b.scheme(), b.host_str(), b.port_or_known_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = match read(text, &Openings::default()) {
            Ok(Address { url, fragment }) => {
                url + &fragment.map(|fragment| format!(" #{fragment}")).unwrap_or_default()
            }
            Err(Skip::Invalid(reason)) => format!("invalid: {reason}"),
            Err(Skip::Reason(reason)) => format!("skipped: {reason}"),
        };
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn addresses_have_one_form() {
        check("HTTPS://GoHugo.IO:443/a/%7e%c3%a9?x=1#b", "https://gohugo.io/a/%7E%C3%A9?x=1 #b");
        check("https://日本語.jp/日本", "https://xn--wgv71a119e.jp/%E6%97%A5%E6%9C%AC");
        check("https://gohugo.io#", "https://gohugo.io/");
        check("https://gohugo.io/a/../b/", "https://gohugo.io/b/");
        check("https://gohugo.io/%252f", "https://gohugo.io/%252f");
    }

    #[test]
    fn what_is_not_for_us_to_ask_is_left_out_with_a_reason() {
        for text in ["https://example.com/", "http://docs.example/", "https://www.example.org/a"] {
            check(text, "skipped: its host is reserved for examples");
        }
        for text in ["http://localhost:8080/", "http://myserver/", "http://nas.local/", "http://a.test/"] {
            check(text, "skipped: its host is not on the public internet");
        }
        for text in [
            "https://{subdomain}.cybozu.com/",
            "https://a.org/<ID>",
            "https://a.org/${X}",
            "https://a.org/%7B%7Bx%7D%7D",
        ] {
            check(text, "skipped: it has a place for something to be filled in");
        }
        check("mailto:a@b.org", "skipped: it is no web address");
        check("http://www.w3.org/2000/svg", "skipped: it names an XML vocabulary");
        check("https://a.org/?link-check=no", "skipped: it says `link-check=no`");
        check(
            "http://192.168.0.1/",
            "skipped: it leads into the network 192.168.0.0/16, which is not public",
        );
        check("http://a.org:22/", "skipped: port 22 is not one of a web server");
        check("https://a.org:99999/", "invalid: invalid port number");
        check("https://user:pass@a.org/", "skipped: it holds a user name or password");
    }
}
