//! What publishing asks of the configuration of one language: [`Settings`].

use super::{
    config::{Config, Ugly},
    dates::DateFields,
    outputs::Outputs,
    paths::PathStyle,
    permalinks::Permalinks,
    version::Version,
};
use crate::value::Value;

/// What the configuration says for one language.
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) outputs: Outputs,
    pub(super) permalinks: Permalinks,
    pub(super) dates: DateFields,
    pub(super) style: PathStyle,
    /// Directory of the language below the base path, without slashes, or empty.
    pub(super) prefix: String,
    /// The path of the published directory on the host, with slashes at both ends.
    pub(super) base: String,
}

impl Settings {
    pub(super) fn new(config: &Config, language: &str, version: Version) -> Self {
        let own = config.of_language(language);
        let prefix = config.site_directory(language);
        Self {
            outputs: Outputs::new(&own),
            permalinks: Permalinks::new(&own, version),
            dates: DateFields::new(&own),
            style: PathStyle::new(&own),
            prefix,
            base: config.base_path.clone(),
            config: own,
        }
    }

    pub(super) fn is_ugly(&self, section: &str) -> bool {
        match &self.config.ugly {
            Ugly::All(all) => *all,
            Ugly::Sections(sections) => sections.iter().any(|own| own == section),
        }
    }

    /// The title of a section or taxonomy without one: its name in the plural. Hugo: `hugolib/page__meta.go`, with the
    /// inflections of `gobuffalo/flect` as far as they are regular.
    pub(super) fn list_title(&self, name: &str) -> String {
        let pluralize = self.config.root.get("pluralizelisttitles").and_then(Value::as_bool) != Some(false);
        let name = name.replace(['-', '_'], " ");
        let before_y = name.strip_suffix('y').and_then(|stem| stem.chars().next_back());
        if !pluralize || name.ends_with('s') {
            name
        } else if before_y.is_some_and(|c| c.is_ascii_alphabetic() && !"aeiou".contains(c)) {
            format!("{}ies", &name[..name.len() - 1])
        } else if ["x", "z", "ch", "sh"].iter().any(|end| name.ends_with(end)) {
            format!("{name}es")
        } else {
            format!("{name}s")
        }
    }

    pub(super) fn is_disabled(&self, kind: &str) -> bool {
        self.config.disabled_kinds.iter().any(|disabled| disabled == kind)
    }
}
