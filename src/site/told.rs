//! What templates are told of the page for which they run.

use super::resolve::Resolver;
use crate::{
    hugo::{
        paths::PathStyle,
        templates::{Known, SiteData},
    },
    page::Page,
};

impl Resolver<'_> {
    /// Hands on what is known of this page.
    pub(super) fn with_known<T>(
        &self,
        page: Option<&Page>,
        data: Option<&SiteData>,
        with: impl FnOnce(&Known<'_>) -> T,
    ) -> T {
        let fields = |key: &str| Some(self.field(page, key));
        let params = |key: &str| Some(self.config.param(&[key], &self.instance.language)?.cloned());
        let section = self.instance.identity.split('/').next().unwrap_or("");
        let is_single = self.instance.kind.name() == "page" && !self.instance.identity.contains('/');
        let config = self.config;
        let origin = config.origin_of(&self.instance.language);
        let is_plain = !config.canonify_urls && !config.relative_urls && origin == config.origin;
        with(&Known {
            base_url: if is_plain { &config.base_url } else { "" },
            fields: &fields,
            params: &params,
            data,
            kind: self.instance.kind.name(),
            section: if is_single { "" } else { section },
            language: &self.instance.language,
            language_prefix: &config.language_prefix(&self.instance.language),
            url: if is_plain_url(&self.instance.url) { &self.instance.url } else { "" },
            id_type: self.config.goldmark.auto_id_type,
            paths: Some(&PathStyle::new(self.config)),
            ..Known::nothing()
        })
    }
}

/// Whether an URL is written as it is.
fn is_plain_url(url: &str) -> bool {
    url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte))
}
