//! The Hugo version a site is built with. Many verdicts depend on it.

use std::{fmt, str::FromStr};

/// A Hugo release, such as `0.168.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Always 0 up to now.
    pub major: u16,
    /// The release, 168 in `0.168.0`.
    pub minor: u16,
    /// The patch level.
    pub patch: u16,
}

impl Version {
    /// The newest release whose behaviour we recorded; the default when a site does not say.
    pub const NEWEST: Self = Self::new(0, 168);

    /// `major.minor.0`.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor, patch: 0 }
    }

    /// Whether this is `0.minor.0` or later.
    pub fn at_least(self, minor: u16) -> bool {
        self >= Self::new(0, minor)
    }
}

/// The version that a site says it is built with, and the file that says so.
///
/// Looked for in the order of `netlify.toml`, `package.json`, `.tool-versions` and workflow files; the first that says
/// something decides. The configuration's `module.hugoVersion.min` is only the least that does, so it counts where even
/// the newest version is too old.
pub fn detect(surroundings: &[(String, String)], minimum: Option<&str>) -> Option<(Version, String)> {
    let after = |text: &str, key: &str| -> Option<Version> {
        text.match_indices(key).find_map(|(at, _)| {
            let rest = text[at + key.len()..].trim_start_matches(['"', '\'', ' ', ':', '=', '\t']);
            let word = rest.split(['"', '\'', '\n', '\r', ',', ' ', '}']).next()?;
            if word.contains("latest") { None } else { word.parse().ok() }
        })
    };
    let keyed: [(&str, &[&str]); 3] = [
        ("netlify.toml", &["HUGO_VERSION"]),
        ("package.json", &["\"hugo-extended\"", "\"hugo-bin\"", "\"hugo\""]),
        (".tool-versions", &["hugo extended_", "hugo "]),
    ];
    for (name, keys) in keyed {
        for (own, text) in surroundings.iter().filter(|(own, _)| own.rsplit('/').next() == Some(name)) {
            if let Some(version) = keys.iter().find_map(|key| after(text, key)) {
                return Some((version, own.clone()));
            }
        }
    }
    let workflows = surroundings.iter().filter(|(own, _)| own.contains("workflows/"));
    let keys = ["HUGO_VERSION", "hugo-version"];
    workflows
        .filter_map(|(own, text)| Some((keys.iter().find_map(|key| after(text, key))?, own.clone())))
        .next()
        .or_else(|| {
            let least: Version = minimum?.parse().ok()?;
            (least > Version::NEWEST).then(|| (least, "module.hugoVersion.min".to_owned()))
        })
}

impl FromStr for Version {
    type Err = ();

    /// Reads `0.72.0`, `v0.72`, `0.72.0-extended`, `^0.120.4`, `>=0.110`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.trim().trim_start_matches(|c: char| !c.is_ascii_digit());
        let mut parts = digits.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok());
        let (Some(major), Some(minor)) = (parts.next(), parts.next()) else { return Err(()) };
        let patch = parts.next().unwrap_or(0);
        Ok(Self { major, minor, patch })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, text: &str, expected: Option<&str>) {
        let found = detect(&[(name.to_owned(), text.to_owned())], None);
        assert_eq!(found.map(|(version, _)| version.to_string()).as_deref(), expected);
    }

    #[test]
    fn the_least_version_is_not_the_one_that_builds_the_site() {
        assert_eq!(detect(&[], Some("0.110.0")), None);
        assert_eq!(detect(&[], Some("9.0.0")).map(|(version, _)| version.major), Some(9));
    }

    #[test]
    fn versions_are_found_where_sites_keep_them() {
        check(
            "netlify.toml",
            "[context.production.environment]\n  HUGO_VERSION = \"0.72.0\"\n",
            Some("0.72.0"),
        );
        check("package.json", "{\"devDependencies\": {\"hugo-extended\": \"^0.164.0\"}}", Some("0.164.0"));
        check("package.json", "{\"scripts\": {\"hugo\": \"hugo --minify\"}}", None);
        check(".tool-versions", "golang 1.22\nhugo extended_0.120.4\n", Some("0.120.4"));
        check(".github/workflows/ci.yml", "env:\n  HUGO_VERSION: 0.125.1\n", Some("0.125.1"));
        check(".github/workflows/ci.yml", "with:\n  hugo-version: 'latest'\n", None);
    }
}
