//! The cases of `fixtures/conformance/<subject>.txtar`: [`Case`].
//!
//! A case begins with `== name ==`. What follows up to the first file is a comment, except lines of these forms (the
//! first three may name a release: `unknown 0.147: 1`):
//!
//! ```text
//! unknown: 2             so many links and ids are unknown to us
//! deviation: why         we know that we predict something else than Hugo does
//! unseen: why            templates print links that are no links of the page, so links are not compared
//! versions: 0.147 0.168  recorded with both releases; else only with the newest
//! base: https://x.org/   the base URL, if the configuration says another than the shared one
//! defaults: none         without the shared files
//! ```
//!
//! Then its files, as in any txtar archive. `hugo.toml` is put below those shared lines whose keys it does not set.

use javert::hugo::version::Version;

use crate::support;

/// A release of Hugo that cases are recorded with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Release {
    V147,
    V168,
}

impl Release {
    pub(crate) const ALL: [Self; 2] = [Self::V147, Self::V168];

    /// As in file names and cases: `0.168`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V147 => "0.147",
            Self::V168 => "0.168",
        }
    }

    /// The exact version that is recorded.
    pub(crate) fn version(self) -> Version {
        match self {
            Self::V147 => Version { major: 0, minor: 147, patch: 9 },
            Self::V168 => Version { major: 0, minor: 168, patch: 0 },
        }
    }
}

/// The configuration that cases share.
const CONFIGURATION: [(&str, &str); 2] = [
    ("baseurl", "baseURL = \"https://example.org/docs/\"\n"),
    ("disablekinds", "disableKinds = [\"rss\", \"sitemap\", \"taxonomy\", \"term\"]\n"),
];

/// The layouts that cases share.
const LAYOUTS: [(&str, &str); 2] = [
    ("layouts/single.html", "<main>{{ .Content }}</main>\n"),
    ("layouts/list.html", "<main>{{ .Content }}</main>\n"),
];

/// A small site that shows one behaviour of Hugo.
pub(crate) struct Case {
    pub(crate) name: String,
    /// With a slash at its end.
    pub(crate) base: String,
    pub(crate) versions: Vec<Release>,
    /// Path and text, the shared files included.
    pub(crate) files: Vec<(String, String)>,
    /// `unknown`, `deviation` and `unseen`: the release, if it names one, and the value.
    marks: Vec<(String, Option<String>, String)>,
}

impl Case {
    /// The value of a mark that holds for a release.
    fn mark(&self, key: &str, release: Release) -> Option<&str> {
        let fits = |own: &&(String, Option<String>, String)| {
            own.0 == key && own.1.as_deref().is_none_or(|named| named == release.name())
        };
        self.marks.iter().find(fits).map(|own| own.2.as_str())
    }

    /// How many links and ids we do not know.
    pub(crate) fn unknown(&self, release: Release) -> usize {
        self.mark("unknown", release).map_or(0, |count| count.parse().expect("a number of unknowns"))
    }

    /// Why we predict something else.
    pub(crate) fn deviation(&self, release: Release) -> Option<&str> {
        self.mark("deviation", release)
    }

    /// Why links are not compared.
    pub(crate) fn unseen(&self, release: Release) -> Option<&str> {
        self.mark("unseen", release)
    }

    fn parse(name: &str, text: &str) -> Self {
        let mut case = Self {
            name: name.to_owned(),
            base: "https://example.org/docs/".to_owned(),
            versions: vec![Release::V168],
            files: support::txtar(text),
            marks: Vec::new(),
        };
        let mut shared = true;
        let head = text.lines().take_while(|line| !line.starts_with("-- "));
        for (key, value) in head.filter_map(|line| line.split_once(": ")) {
            let (key, release) = key.split_once(' ').map_or((key, None), |(key, rest)| (key, Some(rest)));
            match (key, release) {
                ("versions", None) => {
                    let named = |release: &Release| value.split(' ').any(|own| own == release.name());
                    case.versions = Release::ALL.into_iter().filter(named).collect();
                }
                ("base", None) => value.clone_into(&mut case.base),
                ("defaults", None) => shared = false,
                ("unknown" | "deviation" | "unseen", None | Some("0.147" | "0.168")) => {
                    case.marks.push((key.to_owned(), release.map(str::to_owned), value.to_owned()));
                }
                _ => {}
            }
        }
        if shared {
            case.share();
        }
        case
    }

    /// Adds what cases share.
    fn share(&mut self) {
        for (path, text) in LAYOUTS {
            if !self.files.iter().any(|(own, _)| own == path) {
                self.files.push((path.to_owned(), text.to_owned()));
            }
        }
        let is_configuration = |path: &str| {
            path.starts_with("config/")
                || !path.contains('/') && ["hugo.", "config."].iter().any(|name| path.starts_with(name))
        };
        let missing = |text: &str| -> String {
            let root: Vec<&str> = text.lines().take_while(|line| !line.starts_with('[')).collect();
            let sets = |key: &str| root.iter().any(|line| line.to_lowercase().starts_with(key));
            CONFIGURATION.iter().filter(|(key, _)| !sets(key)).map(|(_, line)| *line).collect()
        };
        if let Some((_, text)) = self.files.iter_mut().find(|(path, _)| path == "hugo.toml") {
            *text = missing(text) + text;
        } else if !self.files.iter().any(|(path, _)| is_configuration(path)) {
            self.files.push(("hugo.toml".to_owned(), missing("")));
        }
    }
}

/// Whether a line is `== name ==`, and the name.
pub(crate) fn title(line: &str) -> Option<&str> {
    line.trim_end().strip_prefix("== ")?.strip_suffix(" ==")
}

/// The cases, or recordings, of a file: name and text, in order.
pub(crate) fn divided(text: &str) -> Vec<(&str, String)> {
    let mut parts: Vec<(&str, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match (title(line), parts.last_mut()) {
            (Some(name), _) => parts.push((name, String::new())),
            (None, Some((_, part))) => part.push_str(line),
            (None, None) => {}
        }
    }
    parts
}

/// The cases of a file.
pub(crate) fn cases(text: &str) -> Vec<Case> {
    let cases: Vec<Case> = divided(text).iter().map(|(name, text)| Case::parse(name, text)).collect();
    for (index, case) in cases.iter().enumerate() {
        let twice = cases[..index].iter().any(|other| other.name == case.name);
        assert!(!twice, "there are two cases `{}`", case.name);
    }
    cases
}
