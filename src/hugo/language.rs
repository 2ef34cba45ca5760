//! What publishing asks of the configuration of one language: [`Settings`].

use super::{
    config::{Config, Ugly},
    dates::DateFields,
    outputs::Outputs,
    paths::PathStyle,
    permalinks::Permalinks,
    titles::ListTitles,
    version::Version,
};

/// What the configuration says for one language.
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) outputs: Outputs,
    pub(super) permalinks: Permalinks,
    pub(super) dates: DateFields,
    pub(super) style: PathStyle,
    pub(super) titles: ListTitles,
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
            titles: ListTitles::new(&own),
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

    pub(super) fn is_disabled(&self, kind: &str) -> bool {
        self.config.disabled_kinds.iter().any(|disabled| disabled == kind)
    }
}
