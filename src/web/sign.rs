//! What answers say beyond their status: bot walls, limits.

use std::{collections::BTreeMap, time::Duration};

use super::stamp::{Stamp, parse_retry_after};

/// The headers of an answer that matter, by name in lower case; `set-cookie` joined by newlines.
pub(super) type Headers = BTreeMap<&'static str, String>;

/// The headers that are looked at.
pub(super) const HEADERS: [&str; 17] = [
    "cf-mitigated",
    "content-encoding",
    "content-type",
    "etag",
    "location",
    "ratelimit-remaining",
    "ratelimit-reset",
    "retry-after",
    "server",
    "set-cookie",
    "x-amzn-waf-action",
    "x-datadome",
    "x-iinfo",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-sucuri-id",
    "x-vercel-mitigated",
];

/// The vendor of the bot wall that gave an answer.
pub(super) fn wall(status: u16, headers: &Headers, body: &str) -> Option<&'static str> {
    let has = |name: &str| headers.contains_key(name);
    let server = headers.get("server").map(|own| own.to_ascii_lowercase()).unwrap_or_default();
    if headers.get("cf-mitigated").is_some_and(|own| own == "challenge") {
        return Some("cloudflare");
    }
    if has("x-amzn-waf-action") {
        return Some("aws-waf");
    }
    if has("x-vercel-mitigated") {
        return Some("vercel");
    }
    if !matches!(status, 401 | 403 | 405 | 406 | 429 | 503) {
        return None;
    }
    let by_header = [("x-datadome", "datadome"), ("x-iinfo", "imperva"), ("x-sucuri-id", "sucuri")];
    if let Some((_, vendor)) = by_header.iter().find(|(name, _)| has(name)) {
        return Some(vendor);
    }
    if matches!(status, 403 | 503) {
        let servers = [
            ("cloudflare", "cloudflare"),
            ("akamaighost", "akamai"),
            ("datadome", "datadome"),
            ("imperva", "imperva"),
        ];
        if let Some((_, vendor)) = servers.iter().find(|(name, _)| server.contains(name)) {
            return Some(vendor);
        }
    }
    let body = body.to_ascii_lowercase();
    let words = [
        "captcha",
        "are you a robot",
        "are you human",
        "just a moment...",
        "checking your browser",
        "enable javascript and cookies",
        "unusual traffic",
        "attention required!",
    ];
    words.iter().any(|word| body.contains(word)).then_some("challenge")
}

/// How long a server wants not to be asked; `None`: it does not say.
pub(super) fn wait(headers: &Headers, now: Stamp) -> Option<Duration> {
    if let Some(wait) = headers.get("retry-after").and_then(|own| parse_retry_after(own, now)) {
        return Some(wait);
    }
    let remaining = headers.get("ratelimit-remaining").or_else(|| headers.get("x-ratelimit-remaining"));
    let reset = headers.get("ratelimit-reset").or_else(|| headers.get("x-ratelimit-reset"))?;
    let reset: u64 = reset.trim().parse().ok().filter(|_| remaining.is_none_or(|own| own.trim() == "0"))?;
    // Some say seconds from now, some the time itself.
    let seconds = if reset > 1_000_000_000 { reset.saturating_sub(now.0) } else { reset };
    Some(Duration::from_secs(seconds))
}

/// Whether the limit is reached, by what the headers say.
pub(super) fn is_limited(status: u16, headers: &Headers) -> bool {
    let exhausted = headers.get("x-ratelimit-remaining").is_some_and(|own| own.trim() == "0");
    status == 429 || matches!(status, 403 | 503) && (headers.contains_key("retry-after") || exhausted)
}
