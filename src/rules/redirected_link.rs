//! A link to an address that has moved for good.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::Page,
    site::Site,
    web::{cause::Verdict, known},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RedirectedLink {}

impl Rule for RedirectedLink {
    fn is_silent(&self, site: &Site) -> bool {
        site.external.is_none()
    }

    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, own, answer) in site.external(page) {
            let Some(answer) = answer.filter(|answer| answer.verdict == Verdict::Alive) else { continue };
            // One step that is not for good, and the address is the right one.
            let is_permanent = answer.hops.iter().all(|hop| matches!(hop.status, 301 | 308));
            if answer.hops.is_empty() || !is_permanent || is_noise(&answer.url, answer.last()) {
                continue;
            }
            let to = answer.last();
            let found = findings.report(page, link.span, format!("`{}` has moved to `{to}`", own.url));
            found.editions(own.editions, site.visibility(page).of(link.call));
            if is_home(to) {
                found.help("that is the home page, so the page itself is probably gone");
                continue;
            }
            let fragment = own.address.as_ref().ok().and_then(|address| address.fragment.as_deref());
            let text = fragment.map_or_else(|| to.to_owned(), |fragment| format!("{to}#{fragment}"));
            found.help(format!("write `{text}`"));
            let is_full = link.destination.contains("://") && own.url == link.destination.trim();
            if let Some(span) = site.destination_span(page, link).filter(|_| is_full) {
                found.fix(safety(&answer.url, to), [Edit { span, text }]);
            }
        }
    }
}

/// Safe is what is still the same page, by its host or by its path.
fn safety(from: &str, to: &str) -> Safety {
    let ((a, path_a), (b, path_b)) = (parts(from), parts(to));
    let is_below =
        |a: &str, b: &str| a.strip_suffix(b).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let same_host = (is_below(a, b) || is_below(b, a)) && a.contains('.') && b.contains('.');
    let tail = |path: &str| path.trim_end_matches('/').rsplit('/').next().unwrap_or("").to_ascii_lowercase();
    let same_tail = !tail(path_a).is_empty() && tail(path_a) == tail(path_b);
    if same_tail && (same_host || path_a.matches('/').count() > 1) { Safety::Safe } else { Safety::Unsafe }
}

/// Host, without `www.`, and path with query.
fn parts(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    (host.strip_prefix("www.").unwrap_or(host), path)
}

fn is_home(url: &str) -> bool {
    matches!(parts(url).1, "" | "/")
}

/// Whether two addresses differ in nothing that a reader would want to have changed: scheme, `www`, a slash, letter
/// case, a language, a way to sign in, marks of campaigns.
fn is_noise(from: &str, to: &str) -> bool {
    let ((a, path_a), (b, path_b)) = (parts(from), parts(to));
    if known::is_sign_in(to) {
        return true;
    }
    let plain = |path: &str| {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let query: Vec<&str> =
            query.split('&').filter(|part| !part.is_empty() && !part.starts_with("utm_")).collect();
        let path = path.trim_end_matches("index.html").trim_end_matches('/').to_ascii_lowercase();
        (path, query.join("&"))
    };
    let ((path_a, query_a), (path_b, query_b)) = (plain(path_a), plain(path_b));
    let without_language = |path: &str| -> String {
        let rest = path.strip_prefix('/').unwrap_or(path);
        let (first, behind) = rest.split_once('/').unwrap_or((rest, ""));
        let is_language = matches!(first.len(), 2 | 5 | 7)
            && first.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'));
        let behind = if behind.is_empty() { String::new() } else { format!("/{behind}") };
        if is_language { behind } else { path.to_owned() }
    };
    a.eq_ignore_ascii_case(b)
        && query_a == query_b
        && (path_a == path_b || path_a == without_language(&path_b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_readers_would_not_want_changed_is_noise() {
        for (from, to, expected) in [
            ("http://a.org/x", "https://www.a.org/x/", true),
            ("https://a.org/", "https://a.org/en/", true),
            ("https://a.org/x", "https://a.org/en-us/x", true),
            ("https://a.org/x", "https://a.org/x?utm_source=y", true),
            ("https://a.org/x", "https://accounts.a.org/?next=x", true),
            ("https://a.org/x", "https://a.org/y", false),
            ("https://a.org/x", "https://b.org/x", false),
            ("https://a.org/x?a=1", "https://a.org/x", false),
        ] {
            assert_eq!(is_noise(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn only_the_same_page_is_safe() {
        for (from, to, expected) in [
            ("https://a.org/docs/x", "https://docs.a.org/x", Safety::Safe),
            ("https://a.io/docs/guide/x", "https://b.org/guide/x/", Safety::Safe),
            ("https://a.org/x", "https://a.org/y", Safety::Unsafe),
            ("https://a.org/x", "https://b.org/x", Safety::Unsafe),
            ("https://a.org/", "https://b.org/", Safety::Unsafe),
        ] {
            assert_eq!(safety(from, to), expected, "{from} {to}");
        }
    }
}
