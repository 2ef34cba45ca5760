//! What is published besides pages: files of bundles, static files, site maps, redirects between languages.
//!
//! Hugo: `hugolib/content_map_page_assembler.go`, `hugolib/site_render.go`.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    config::Config,
    content::{Entry, FileKind},
    dimensions::Cell,
    mounts::Mounts,
    outputs::OutputFormat,
    paths::ugly_sections_are_directories,
    publish::Press,
    published::{PageKind, Pager, Place, canonical},
    version::Version,
};
use crate::value::Value;

/// What a configuration says of the further pages of lists: `path`, `pagersize` or `disablealiases`. Until 0.156, the keys
/// that are older than the table decided.
pub fn pager_setting<'c>(root: &'c Value, key: &str, version: Version) -> Option<&'c Value> {
    let old = match key {
        "path" => "paginatepath",
        "pagersize" => "paginate",
        _ => return root.at(&["pagination", key]),
    };
    let old = root.get(old).filter(|_| !version.at_least(156));
    old.or_else(|| root.at(&["pagination", key]))
}

/// Who owns files: bundles and sections.
#[derive(Default)]
struct Owners {
    /// Instances by language and identity.
    of_language: FxHashMap<(Arc<str>, String), u32>,
    /// Identities in any language.
    anywhere: FxHashSet<String>,
}

impl Press<'_> {
    /// Files of bundles and sections, and what adapters may add.
    pub(super) fn resources(&mut self, entries: &[Entry], mounts: &Mounts) {
        let mut owners = Owners::default();
        for (number, instance) in (0_u32..).zip(&self.out.instances) {
            if !matches!(instance.kind, PageKind::Page) {
                owners.of_language.insert((instance.language.clone(), instance.identity.clone()), number);
                owners.anywhere.insert(instance.identity.clone());
            }
        }
        for (target, languages) in &mounts.unreadable {
            for (language, settings) in self.config.languages.iter().zip(self.settings) {
                if languages.is_empty() || languages.contains(&language.key) {
                    let prefix = [settings.prefix.as_str(), &settings.style.name(target)].join("/");
                    self.out.adapters.push(format!("{}{}", settings.base, prefix.trim_start_matches('/')));
                }
            }
        }
        let everywhere = self.config.goldmark.duplicate_resource_files
            || !self.version.at_least(123)
            || self.config.is_multihost();
        let mut done: Option<usize> = None;
        for entry in entries {
            if entry.kind != FileKind::Resource || entry.is_content {
                continue;
            }
            // A file that is for several languages is published once, with the first that has its bundle.
            if done == Some(entry.file) {
                continue;
            }
            let disk = &mounts.content[entry.file].disk;
            let urls = self.resource_urls(entry, &owners, everywhere);
            if !urls.is_empty() && !everywhere {
                done = Some(entry.file);
            }
            for url in urls {
                self.out.urls.entry(canonical(&url)).or_insert_with(|| Place::File(disk.clone()));
            }
        }
    }

    /// Below the directory of the nearest bundle or section.
    fn resource_urls(&self, entry: &Entry, owners: &Owners, everywhere: bool) -> Vec<String> {
        let mut urls = Vec::new();
        let mut languages = vec![entry.language.clone()];
        if everywhere {
            languages.extend(self.config.languages.iter().map(|language| Arc::from(language.key.as_str())));
            languages.sort();
            languages.dedup();
        }
        for language in languages {
            let mut directory = entry.directory.as_str();
            loop {
                let identity = directory.to_lowercase().replace(' ', "-");
                let owner = owners.of_language.get(&(language.clone(), identity.clone()));
                if let Some(&owner) = owner {
                    if let Some(root) = &self.resource_roots[owner as usize] {
                        let inside = entry.directory[directory.len()..].trim_matches('/');
                        let parts = [root.as_str(), inside, &entry.name];
                        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                        urls.push(format!("{}{}", self.config.base_path, parts.join("/")));
                    }
                    break;
                }
                if directory.is_empty() || owners.anywhere.contains(&identity) {
                    break;
                }
                directory = directory.rsplit_once('/').map_or("", |(parent, _)| parent);
            }
        }
        urls
    }

    /// Notes where the further pages of a list are in a format, whose directory this is. How many there are, templates
    /// decide.
    pub(super) fn paginate(&mut self, instance: u32, format: &OutputFormat, directory: &str, is_main: bool) {
        let own = &self.out.instances[instance as usize];
        if matches!(own.kind, PageKind::Page | PageKind::Leaf) {
            return;
        }
        let setting = |key: &str| pager_setting(&self.config.root, key, self.version);
        let path = setting("path").and_then(Value::to_text);
        let parts = [directory, path.as_deref().unwrap_or("page")];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let section = own.identity.split('/').next().unwrap_or_default();
        let is_file = (self.settings_of(&own.language).is_ugly(section) || format.ugly) && !format.no_ugly;
        let have_index = ugly_sections_are_directories(self.version) && own.kind != PageKind::Term;
        self.out.pagers.push(Pager {
            prefix: format!("{}{}/", self.config.base_path, parts.join("/")),
            end: if is_file && !have_index { ".html" } else { "/" },
            instance,
            is_main,
            has_first: format.is_html && setting("disablealiases").and_then(Value::as_bool) != Some(true),
        });
    }

    /// Static files. Each language has all of them where it has a host of its own.
    pub(super) fn statics(&mut self, mounts: &Mounts) {
        let hosts: Vec<String> = if self.config.is_multihost() {
            self.settings.iter().map(|own| format!("{}{}/", own.base, own.prefix)).collect()
        } else {
            vec![self.config.base_path.clone()]
        };
        for (path, disk) in &mounts.statics {
            for host in &hosts {
                let url = canonical(&format!("{host}{path}"));
                self.out.urls.entry(url).or_insert_with(|| Place::File(disk.clone()));
            }
        }
    }

    /// Site maps, `robots.txt`, `404.html`, and redirects between languages.
    pub(super) fn standalone(&mut self) {
        let base = self.config.base_path.clone();
        let several = self.config.languages.len() > 1;
        let multihost = self.config.is_multihost();
        let own_name = self.config.root.at(&["sitemap", "filename"]).and_then(Value::to_text);
        let name = own_name.as_deref().unwrap_or("sitemap.xml");
        let name = name.rsplit('/').next().unwrap_or(name);
        let site_map = format!("{}.xml", name.rsplit_once('.').map_or(name, |(stem, _)| stem));
        let mut generated: Vec<String> = Vec::new();
        for (language, settings) in self.config.languages.iter().zip(self.settings) {
            let root =
                if settings.prefix.is_empty() { base.clone() } else { format!("{base}{}/", settings.prefix) };
            let in_directory = several && !multihost;
            let of_cell = config_directory(self.config);
            let own = if in_directory { format!("{base}{of_cell}{}/", language.key) } else { root.clone() };
            if !settings.is_disabled("sitemap") && self.renders_standalone("sitemap", &language.key) {
                generated.push(format!("{own}{site_map}"));
            }
            if !settings.is_disabled("404") && self.renders_standalone("404", &language.key) {
                generated.push(format!("{root}404.html"));
            }
            if multihost && settings.config.flag("enablerobotstxt") {
                generated.push(format!("{root}robots.txt"));
            }
        }
        let first = self.config.cell.as_ref().is_none_or(Cell::is_first);
        let indexed = several || self.config.default_language_in_subdir;
        if first && indexed && !multihost && self.settings.iter().any(|own| !own.is_disabled("sitemap")) {
            generated.push(format!("{base}{site_map}"));
        }
        let robots = first && self.config.flag("enablerobotstxt") && !multihost;
        if robots && self.renders_standalone("robots", &self.config.default_language) {
            generated.push(format!("{base}robots.txt"));
        }
        for url in generated {
            self.out.urls.entry(url).or_insert(Place::Generated);
        }
        self.language_redirects();
    }

    /// Hugo: `renderDefaultSiteRedirect`.
    fn language_redirects(&mut self) {
        let config = self.config;
        let off = config.flag("disabledefaultlanguageredirect") || config.flag("disabledefaultsiteredirect");
        let elsewhere = config.cell.as_ref().is_some_and(|cell| !cell.is_default());
        if off || config.is_multihost() || elsewhere {
            return;
        }
        let (has_html, others) = self.home_in_html();
        if let Some(cell) = config.cell.as_ref().filter(|_| has_html) {
            self.dimension_redirects(&cell.directory());
            return;
        }
        let language = &config.default_language;
        let by_home = self.version.at_least(153);
        let mut from = Vec::new();
        if config.default_language_in_subdir {
            from.extend((has_html || !by_home).then(String::new));
            from.extend(others.iter().filter(|_| by_home).map(|path| format!("{}/", path.trim_matches('/'))));
        } else if config.languages.len() > 1 && (has_html || !by_home) {
            // The language stands right behind the address of the home page, even if that is a file.
            let is_file = by_home && self.settings_of(language).is_ugly("");
            from.push(format!("{}{language}/", if is_file { "index.html" } else { "" }));
        }
        for path in from {
            self.out.urls.entry(format!("{}{path}", config.base_path)).or_insert(Place::Redirect);
        }
    }

    /// Whether the home page of the default language is rendered as HTML, and the paths of other formats in HTML in which it
    /// is.
    fn home_in_html(&self) -> (bool, Vec<String>) {
        let language = &self.config.default_language;
        let Some(home) = self.out.identity(language, "") else { return (false, Vec::new()) };
        // Of a page in HTML alone, none are taken down.
        let Some(formats) = self.out.formats.get(&home) else { return (true, Vec::new()) };
        let outputs = &self.settings_of(language).outputs;
        let rendered = formats.iter().filter(|(_, url)| url.is_some());
        let in_html = rendered.filter_map(|(name, _)| outputs.named(name)).filter(|format| format.is_html);
        let (main, others): (Vec<_>, Vec<_>) = in_html.partition(|format| format.path.is_empty());
        let has_html = main.iter().any(|format| format.name == "html");
        (has_html, others.into_iter().map(|format| format.path.clone()).collect())
    }

    /// The same where the home page of the default site may be in directories for role and version, `directory`.
    fn dimension_redirects(&mut self, directory: &str) {
        let config = self.config;
        let home = config.site_directory(&config.default_language);
        let parts: Vec<&str> = home.split('/').filter(|part| !part.is_empty()).collect();
        let mut from: Vec<String> = (1..parts.len()).map(|end| parts[..end].join("/") + "/").collect();
        if config.default_language_in_subdir || !directory.is_empty() {
            from.push(String::new());
        }
        if config.languages.len() > 1 && !config.default_language_in_subdir {
            let home = if home.is_empty() { home } else { home + "/" };
            from.push(format!("{home}{}/", config.default_language));
        }
        for path in from {
            self.out.urls.entry(format!("{}{path}", config.base_path)).or_insert(Place::Redirect);
        }
    }
}

/// The directory for role and version, with a slash at its end, or nothing.
fn config_directory(config: &Config) -> String {
    let directory = config.cell.as_ref().map(Cell::directory).unwrap_or_default();
    if directory.is_empty() { directory } else { directory + "/" }
}
