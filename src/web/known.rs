//! What is known of certain hosts, as of the day given with each list.

use url::Url;

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

/// Who says whether something is there, where its page says so only to browsers, or to nobody: the registry of a package,
/// and those who tell players of a video. 2026-11.
pub fn asked_instead(url: &Url) -> Option<Url> {
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let host = url.host_str()?.trim_start_matches("www.").trim_start_matches("m.");
    let video = match (host, parts.as_slice()) {
        ("youtu.be", [video]) => Some((*video).to_owned()),
        ("youtube.com", ["watch"]) => {
            url.query_pairs().find(|(key, _)| key == "v").map(|(_, video)| video.into())
        }
        _ => None,
    };
    if let Some(video) = video {
        let page = format!("https://www.youtube.com/watch?v={video}");
        return Url::parse_with_params(
            "https://www.youtube.com/oembed",
            [("format", "json"), ("url", &page)],
        )
        .ok();
    }
    let rest = parts.strip_prefix(&["package"]).filter(|_| host == "npmjs.com")?;
    let (name, rest) = match rest {
        [scope, name, rest @ ..] if scope.starts_with('@') => (format!("{scope}%2F{name}"), rest),
        [name, rest @ ..] if !name.starts_with('@') => ((*name).to_owned(), rest),
        _ => return None,
    };
    match rest {
        [] => Url::parse(&format!("https://registry.npmjs.org/{name}")).ok(),
        ["v", version] => Url::parse(&format!("https://registry.npmjs.org/{name}/{version}")).ok(),
        _ => None,
    }
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
    fn packages_and_videos_are_asked_for_where_programs_are_answered() {
        let oembed = "https://www.youtube.com/oembed?format=json&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3Da-b_1";
        for (url, instead) in [
            ("https://www.npmjs.com/package/a", Some("https://registry.npmjs.org/a")),
            ("https://npmjs.com/package/@a/b", Some("https://registry.npmjs.org/@a%2Fb")),
            ("https://www.npmjs.com/package/a/v/1.2.3", Some("https://registry.npmjs.org/a/1.2.3")),
            ("https://www.npmjs.com/package/@a", None),
            ("https://www.npmjs.com/org/a", None),
            ("https://www.youtube.com/watch?t=9&v=a-b_1", Some(oembed)),
            ("https://youtu.be/a-b_1?t=9", Some(oembed)),
            ("https://www.youtube.com/@channel", None),
            ("https://notyoutube.com/watch?v=a", None),
        ] {
            let asked = asked_instead(&Url::parse(url).expect(url));
            assert_eq!(asked.as_ref().map(Url::as_str), instead, "{url}");
        }
    }

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
