//! What is known of certain hosts, as of the day given with each list.

/// Hosts that are quick to take offence, and those that many projects link to. 2026-11.
const STRICT: [&str; 14] = [
    "crates.io",
    "docs.github.com",
    "github.com",
    "gitlab.com",
    "gnu.org",
    "linkedin.com",
    "medium.com",
    "npmjs.com",
    "raw.githubusercontent.com",
    "sourceforge.net",
    "stackexchange.com",
    "stackoverflow.com",
    "wikipedia.org",
    "x.com",
];

/// Pages of which a script makes the anchors: the start of the URL. 2026-11.
const MADE_BY_SCRIPT: [&str; 8] = [
    "https://docs.google.com/",
    "https://gist.github.com/",
    "https://github.com/",
    "https://gitlab.com/",
    "https://kafka.apache.org/documentation",
    "https://marketplace.visualstudio.com/",
    "https://web.archive.org/",
    "https://www.otelbin.io/",
];

/// Where one has to sign in: parts of paths. 2026-11.
const SIGN_IN: [&str; 12] = [
    "/login",
    "/log-in",
    "/signin",
    "/sign-in",
    "/sign_in",
    "/oauth",
    "/sso",
    "/saml",
    "/authorize",
    "/auth/",
    "/consent",
    "/accounts/",
];

/// Whether a host wants more time between requests than others.
pub fn is_strict(host: &str) -> bool {
    let is_it =
        |own: &&str| host.strip_suffix(*own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    STRICT.iter().any(is_it)
}

/// Whether only a script in the browser knows an anchor of a page.
pub fn is_made_by_script(url: &str, anchor: &str) -> bool {
    let is_line = anchor.strip_prefix('L').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let is_note =
        ["issuecomment-", "discussion_r", "discussioncomment-", "diff-", "note_", "heading=", "event-"]
            .iter()
            .any(|start| anchor.starts_with(start));
    is_line || is_note || MADE_BY_SCRIPT.iter().any(|start| url.starts_with(start))
}

/// Whether an URL is that of a page on which one signs in.
pub fn is_sign_in(url: &str) -> bool {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = after.split('/').next().unwrap_or("");
    let path = after[host.len()..].split('?').next().unwrap_or("").to_ascii_lowercase();
    let is_host = ["accounts.", "login.", "signin.", "auth.", "sso.", "consent."]
        .iter()
        .any(|start| host.starts_with(start));
    is_host || SIGN_IN.iter().any(|part| path.contains(part))
}

/// Pages that say nothing about whether something is there: searches and forms.
pub fn says_nothing(url: &str) -> bool {
    let Some(rest) =
        url.strip_prefix("https://github.com/").or_else(|| url.strip_prefix("http://github.com/"))
    else {
        return false;
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    matches!(parts.as_slice(), ["search" | "login" | "new" | "settings", ..])
        || matches!(parts.as_slice(), [_, _, "new" | "edit" | "fork" | "settings", ..])
        || matches!(parts.as_slice(), [_, _, "issues" | "pulls" | "discussions", "new", ..])
        || matches!(parts.as_slice(), [_, _, "issues" | "pulls" | "search"] if query.contains("q="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_pages_are_recognised() {
        assert!(is_strict("en.wikipedia.org") && is_strict("github.com") && !is_strict("notgithub.com"));
        assert!(
            is_sign_in("https://accounts.google.com/x") && is_sign_in("https://a.org/users/sign_in?x=/login")
        );
        assert!(!is_sign_in("https://a.org/x?next=/login"));
        assert!(
            says_nothing("https://github.com/search?q=x")
                && says_nothing("https://github.com/a/b/issues?q=x")
        );
        assert!(
            says_nothing("https://github.com/a/b/issues/new?x=1")
                && says_nothing("https://github.com/a/b/edit/main/x.md")
        );
        assert!(
            !says_nothing("https://github.com/a/b/issues")
                && !says_nothing("https://github.com/a/b/issues/3")
        );
    }
}
