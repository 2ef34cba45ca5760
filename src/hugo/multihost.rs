//! Sites of which each language has a host of its own (`baseURL` per language): what is published lies in a directory
//! per language, which no link says. Hugo: `config/allconfig/configlanguage.go`, `hugolib/page__paths.go`.

use std::borrow::Cow;

use super::config::{Config, split_origin};

impl Config {
    /// Whether each language has a host of its own.
    pub fn is_multihost(&self) -> bool {
        self.languages.len() > 1 && self.languages.iter().all(|language| language.base_url.is_some())
    }

    /// The path of the directory that holds what a language publishes, with slashes at both ends.
    pub fn site_root(&self, language: &str) -> Cow<'_, str> {
        if self.is_multihost() {
            format!("{}{language}/", self.base_path).into()
        } else {
            self.base_path.as_str().into()
        }
    }

    /// Where a path on the host of a language lies in what is published; `None`: it is no part of this site.
    pub fn on_host<'p>(&self, language: &str, path: &'p str) -> Option<Cow<'p, str>> {
        if !self.is_multihost() {
            return Some(path.into());
        }
        let url = slashed(self.language(language)?.base_url.as_deref()?);
        let rest = path.strip_prefix(split_origin(&url).1)?;
        Some(format!("{}{rest}", self.site_root(language)).into())
    }

    /// Scheme and host of what a language is published at.
    pub fn origin_of(&self, language: &str) -> &str {
        let own =
            self.language(language).and_then(|own| own.base_url.as_deref()).filter(|_| self.is_multihost());
        own.map_or(self.origin.as_str(), |url| {
            let host = url.find("//").map_or(0, |at| at + 2);
            &url[..url[host..].find('/').map_or(url.len(), |at| host + at)]
        })
    }

    /// The language on whose host an address without scheme (`//host/path`) is, and where that lies in what is published.
    pub fn on_other_host(&self, address: &str) -> Option<String> {
        if !self.is_multihost() {
            return None;
        }
        self.languages.iter().find_map(|language| {
            let url = slashed(language.base_url.as_deref()?);
            let own = &url[url.find("//")?..];
            let fits = address.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own));
            let bare = address.eq_ignore_ascii_case(own.trim_end_matches('/'));
            let rest = if bare { "" } else { address.get(own.len()..)? };
            (fits || bare).then(|| format!("{}{rest}", self.site_root(&language.key)))
        })
    }
}

fn slashed(url: &str) -> Cow<'_, str> {
    if url.ends_with('/') { url.into() } else { format!("{url}/").into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        source::Span,
        value::{self, Format},
    };

    #[test]
    fn paths_of_hosts_lie_in_directories() {
        let yaml = "languages: {en: {baseURL: 'https://en.org'}, de: {baseURL: 'https://de.org/sub/'}}";
        let config = Config::of_root(value::parse(Format::Yaml, yaml, Span::new(0, yaml.len())).0);
        assert_eq!(config.on_host("de", "/sub/a/").as_deref(), Some("/de/a/"));
        assert_eq!(config.on_host("de", "/a/"), None);
        assert_eq!(config.on_host("en", "/a/").as_deref(), Some("/en/a/"));
        assert_eq!(config.on_other_host("//de.org/sub/x").as_deref(), Some("/de/x"));
        assert_eq!(config.on_other_host("//en.org").as_deref(), Some("/en/"));
        assert_eq!(config.on_other_host("//e.org/"), None);
    }
}
