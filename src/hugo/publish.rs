//! What one configuration publishes, and at which URLs: [`Published`].
//!
//! Hugo: `hugolib/page__paths.go`, `resources/page/page_paths.go`, `hugolib/alias.go`, `hugolib/site_sections.go`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    cascade::{self, Cascade, Fields},
    config::{Config, Ugly},
    content::{self, Entry, FileKind, join},
    host::Host,
    mounts::Mounts,
    paths::{self, Day, PathStyle, Tokens},
    published::{Alias, Instance, PageKind, Place, Published, Unpublished, canonical},
    version::Version,
};
use crate::value::Value;

/// What publishing needs to know of a page of the site.
pub struct PageInput<'p> {
    /// Path on disk.
    pub disk: &'p str,
    /// Its front matter.
    pub fields: &'p Value,
}

/// Publishes: `pages` are the site's, by path on disk; `today` decides about future and expired pages.
pub fn publish(
    config: &Config,
    version: Version,
    mounts: &Mounts,
    pages: &[PageInput<'_>],
    today: Day,
    host: &Host,
) -> Published {
    let nothing = Value::map();
    let entries = content::classify(&mounts.content, config, version);
    let page_of = |entry: &Entry| {
        let disk = mounts.content[entry.file].disk.as_str();
        pages.binary_search_by(|page| page.disk.cmp(disk)).ok()
    };
    let cascades = cascades(config, &entries, pages, &page_of);
    let mut press = Press {
        config,
        version,
        style: PathStyle::new(config),
        today,
        out: Published::default(),
        terms: FxHashSet::default(),
        nothing: &nothing,
        cascades: &cascades,
    };
    for entry in &entries {
        if matches!(entry.kind, FileKind::Single | FileKind::Leaf | FileKind::Branch) {
            let index = page_of(entry);
            press.page(
                entry,
                index.map(|index| pages[index].fields),
                index.and_then(|index| u32::try_from(index).ok()),
            );
        }
    }
    press.made_by_hugo(&entries);
    press.resources(&entries, mounts);
    press.feeds();
    for (path, disk) in &mounts.statics {
        let url = canonical(&format!("{}{path}", config.base_path));
        press.out.urls.entry(url).or_insert_with(|| Place::File(disk.clone()));
    }
    press.out.host = host.clone();
    press.out
}

fn cascades<'v>(
    config: &'v Config,
    entries: &[Entry],
    pages: &'v [PageInput<'_>],
    page_of: &dyn Fn(&Entry) -> Option<usize>,
) -> Vec<Cascade<'v>> {
    let mut cascades: Vec<Cascade<'v>> =
        config.root.get("cascade").map(|own| cascade::read(own, "", None)).unwrap_or_default();
    let first = cascades.len();
    for entry in entries.iter().filter(|entry| matches!(entry.kind, FileKind::Branch | FileKind::Leaf)) {
        let own = page_of(entry).and_then(|index| pages[index].fields.get("cascade"));
        let read = own.map(|own| cascade::read(own, &entry.identity(), Some(&entry.language)));
        cascades.extend(read.unwrap_or_default());
    }
    cascades[first..].sort_by_key(|cascade| cascade.section.len());
    cascades
}

struct Press<'c> {
    config: &'c Config,
    version: Version,
    style: PathStyle,
    today: Day,
    out: Published,
    /// `(language, plural, term path)` in use.
    terms: FxHashSet<(String, String, String)>,
    nothing: &'c Value,
    cascades: &'c [Cascade<'c>],
}

impl Press<'_> {
    fn kind(&self, entry: &Entry) -> PageKind {
        if entry.kind != FileKind::Branch {
            return if entry.kind == FileKind::Leaf { PageKind::Leaf } else { PageKind::Page };
        }
        let first = entry.directory.split('/').next().unwrap_or("").to_lowercase();
        let is_taxonomy = self.config.taxonomies.iter().any(|plural| plural.to_lowercase() == first);
        match (entry.directory.is_empty(), is_taxonomy, entry.directory.contains('/')) {
            (true, ..) => PageKind::Home,
            (_, true, false) => PageKind::Taxonomy,
            (_, true, true) => PageKind::Term,
            _ => PageKind::Section,
        }
    }

    fn page(&mut self, entry: &Entry, own: Option<&Value>, page: Option<u32>) {
        let kind = self.kind(entry);
        let identity = entry.identity();
        let fields =
            Fields::new(own.unwrap_or(self.nothing), self.cascades, &identity, kind.name(), &entry.language);
        let disabled = self.config.disabled_kinds.iter().any(|disabled| disabled == kind.name());
        let unpublished = self.unpublished(&fields).or(disabled.then_some(Unpublished::NotRendered));
        let url = self.url(entry, kind, &fields);
        let number = self.add(Instance {
            page,
            language: entry.language.clone(),
            kind,
            url,
            identity,
            unpublished,
            other_outputs: fields.get("outputs").is_some(),
            titled: fields.text("title").is_some(),
            unlisted: matches!(fields.build("list").as_deref(), Some("never" | "false")),
        });
        if unpublished.is_none() {
            self.aliases(&fields, number);
            self.use_terms(&fields, &entry.language);
        }
    }

    fn add(&mut self, instance: Instance) -> u32 {
        let number = u32::try_from(self.out.instances.len()).unwrap_or(u32::MAX);
        if instance.unpublished.is_none() {
            self.out.urls.insert(instance.url.clone(), Place::Page(number));
            let names = self.out.base_names.entry(instance.language.clone()).or_default();
            let base = instance.identity.rsplit('/').next().unwrap_or("").to_owned();
            names.entry(base).or_default().push(number);
            let identities = self.out.identities.entry(instance.language.clone()).or_default();
            identities.insert(instance.identity.clone(), number);
        } else {
            self.out.unpublished.insert(instance.url.clone(), number);
        }
        if let Some(page) = instance.page {
            self.out.of_page.entry(page).or_default().push(number);
        }
        self.out.instances.push(instance);
        number
    }

    fn unpublished(&self, fields: &Fields<'_>) -> Option<Unpublished> {
        let config = self.config;
        let date = |keys: &[&str]| {
            keys.iter()
                .find_map(|key| fields.get(key))
                .and_then(Value::to_text)
                .and_then(|text| Day::parse(&text))
        };
        if (fields.flag("draft") || fields.get("published").and_then(Value::as_bool) == Some(false))
            && !config.flag("builddrafts")
        {
            return Some(Unpublished::Draft);
        }
        let publish = date(&["publishdate", "pubdate", "published"]).or_else(|| date(&["date"]));
        if publish.is_some_and(|day| day > self.today) && !config.flag("buildfuture") {
            return Some(Unpublished::Future);
        }
        let expiry = date(&["expirydate", "unpublishdate"]);
        if expiry.is_some_and(|day| day < self.today) && !config.flag("buildexpired") {
            return Some(Unpublished::Expired);
        }
        if fields.build("render").as_deref() == Some("link") {
            return Some(Unpublished::LinkOnly);
        }
        let hidden = matches!(fields.build("render").as_deref(), Some("never" | "false"));
        (hidden || fields.flag("headless")).then_some(Unpublished::NotRendered)
    }

    /// The host path of the site in a language: base path and language prefix.
    fn root(&self, language: &str) -> String {
        format!("{}{}", self.config.base_path, self.config.language_prefix(language))
    }

    fn url(&self, entry: &Entry, kind: PageKind, fields: &Fields<'_>) -> String {
        let root = self.root(&entry.language);
        let sections = self.sections(entry);
        if let Some(url) = fields.text("url") {
            let url = self.expanded(&url, entry, fields, &sections).unwrap_or(url);
            return self.explicit_url(&url, &root);
        }
        let section = sections.first().map_or("", String::as_str);
        if let Some(path) = paths::pattern(self.config, kind.name(), section)
            .and_then(|pattern| self.expanded(pattern, entry, fields, &sections))
        {
            let path = self.style.sanitize(path.trim_matches('/'));
            return if self.is_ugly(section) && !path.is_empty() {
                format!("{root}{path}.html")
            } else if path.is_empty() {
                root
            } else {
                format!("{root}{path}/")
            };
        }
        let slug = fields.text("slug").map(|slug| slug.trim_matches('-').to_owned());
        let directory = sections.join("/");
        let path = match kind {
            PageKind::Page | PageKind::Leaf => {
                let name = if kind == PageKind::Leaf {
                    entry.directory.rsplit('/').next().unwrap_or("").to_owned()
                } else {
                    entry.name.clone()
                };
                let parent = if kind == PageKind::Leaf { parent(&directory) } else { &directory };
                let name = match slug {
                    Some(slug) => self.style.urlize(&slug),
                    None => self.style.sanitize(&name),
                };
                join(parent, &name)
            }
            _ => directory,
        };
        self.finish(&root, &path, kind)
    }

    /// The sections of an entry as they stand in URLs; for bundles their own directory is the last.
    fn sections(&self, entry: &Entry) -> Vec<String> {
        entry
            .directory
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| self.style.sanitize(part))
            .collect()
    }

    fn expanded(
        &self,
        pattern: &str,
        entry: &Entry,
        fields: &Fields<'_>,
        sections: &[String],
    ) -> Option<String> {
        if !pattern.contains(':') {
            return Some(pattern.to_owned());
        }
        let date = ["date", "publishdate", "lastmod"]
            .iter()
            .find_map(|key| fields.get(key).and_then(Value::to_text))
            .and_then(|text| Day::parse(&text));
        let own_name = match entry.kind {
            FileKind::Single => entry.name.as_str(),
            _ => entry.directory.rsplit('/').next().unwrap_or(""),
        };
        let sections = if entry.kind == FileKind::Leaf {
            &sections[..sections.len().saturating_sub(1)]
        } else {
            sections
        };
        let title = fields.text("title").unwrap_or_default();
        let slug = fields.text("slug");
        let tokens = Tokens { date, sections, title: &title, slug: slug.as_deref(), base_name: own_name };
        paths::expand(pattern, &tokens, &self.style)
    }

    /// `url` in front matter: as written, below the language when relative.
    fn explicit_url(&self, url: &str, root: &str) -> String {
        let (base, rest) = match url.strip_prefix('/') {
            Some(rest) => (self.config.base_path.as_str(), rest),
            None => (root, url),
        };
        let rest = clean(rest);
        let is_file = !url.ends_with('/') && rest.rsplit('/').next().is_some_and(|name| name.contains('.'));
        let url = if is_file || rest.is_empty() { format!("{base}{rest}") } else { format!("{base}{rest}/") };
        canonical(&url)
    }

    fn is_ugly(&self, section: &str) -> bool {
        match &self.config.ugly {
            Ugly::All(all) => *all,
            Ugly::Sections(sections) => sections.iter().any(|own| own == section),
        }
    }

    fn finish(&self, root: &str, path: &str, kind: PageKind) -> String {
        let section = path.split('/').next().unwrap_or("");
        let is_list = matches!(kind, PageKind::Section | PageKind::Taxonomy);
        match (path.is_empty(), self.is_ugly(section)) {
            (true, _) => root.to_owned(),
            (_, true) if is_list && paths::ugly_sections_are_directories(self.version) => {
                format!("{root}{path}/")
            }
            (_, true) => format!("{root}{path}.html"),
            _ => format!("{root}{path}/"),
        }
    }

    /// Hugo: `hugolib/alias.go`, `targetPathAlias`.
    fn aliases(&mut self, fields: &Fields<'_>, number: u32) {
        let instance = &self.out.instances[number as usize];
        let root = self.root(&instance.language);
        let own = instance.url.strip_prefix(&root).unwrap_or(&instance.url).trim_end_matches('/');
        let own_parent = parent(own).to_owned();
        for (index, alias) in fields.get("aliases").map(Value::texts).unwrap_or_default().iter().enumerate() {
            let path = match alias.strip_prefix('/') {
                Some(absolute) => clean(absolute),
                None => clean(&join(&own_parent, alias)),
            };
            if path.is_empty() {
                continue;
            }
            let is_file = path.ends_with(".html") || path.ends_with(".htm");
            let ugly = matches!(self.config.ugly, Ugly::All(true));
            let url = match (is_file, ugly && !alias.ends_with('/')) {
                (true, _) => canonical(&format!("{root}{path}")),
                (false, true) => format!("{root}{path}.html"),
                (false, false) => format!("{root}{path}/"),
            };
            self.out.aliases.push(Alias { url: url.clone(), instance: number, index });
            self.out.urls.entry(url).or_insert(Place::Alias(number));
            // Older versions put the alias below the language a second time, or not at all.
            let plain = format!("{}{path}", self.config.base_path);
            let plain = if is_file {
                plain
            } else if ugly {
                format!("{plain}.html")
            } else {
                format!("{plain}/")
            };
            self.out.urls.entry(plain).or_insert(Place::Alias(number));
        }
    }

    fn use_terms(&mut self, fields: &Fields<'_>, language: &str) {
        for plural in &self.config.taxonomies {
            for term in fields.get(plural).map(Value::texts).unwrap_or_default() {
                let path = self.style.sanitize(&term.to_lowercase());
                self.terms.insert((language.to_owned(), plural.clone(), path));
            }
        }
    }

    /// Home, sections, taxonomies and terms without a content file.
    fn made_by_hugo(&mut self, entries: &[Entry]) {
        let mut wanted: Vec<(String, PageKind, String)> = Vec::new();
        for language in &self.config.languages {
            wanted.push((language.key.clone(), PageKind::Home, String::new()));
            let taxonomies = self.config.taxonomies.iter();
            wanted.extend(
                taxonomies.map(|plural| (language.key.clone(), PageKind::Taxonomy, plural.to_lowercase())),
            );
        }
        for entry in entries.iter().filter(|entry| entry.is_content && entry.kind != FileKind::Resource) {
            let depth = entry.directory.matches('/').count();
            let is_own_bundle = entry.kind == FileKind::Leaf && depth == 0;
            if let (Some(first), false) =
                (entry.directory.split('/').next().filter(|it| !it.is_empty()), is_own_bundle)
            {
                wanted.push((entry.language.clone(), PageKind::Section, first.to_owned()));
            }
        }
        // Sorted below.
        #[expect(clippy::iter_over_hash_type, reason = "what is collected is sorted")]
        for (language, plural, term) in &self.terms {
            wanted.push((language.clone(), PageKind::Term, format!("{}/{term}", plural.to_lowercase())));
        }
        wanted.sort_by(|a, b| (&a.0, &a.2).cmp(&(&b.0, &b.2)));
        wanted.dedup_by(|later, earlier| later.0 == earlier.0 && later.2 == earlier.2);
        for (language, kind, path) in wanted {
            let identity = path.to_lowercase().replace(' ', "-");
            let known = self.out.identities.get(&language).is_some_and(|own| own.contains_key(&identity));
            let disabled = self.config.disabled_kinds.iter().any(|disabled| disabled == kind.name());
            if known || disabled {
                continue;
            }
            let url = self.finish(&self.root(&language), &self.style.sanitize(&path), kind);
            if self.out.unpublished.contains_key(&url) || self.out.urls.contains_key(&url) {
                continue;
            }
            let instance = Instance {
                page: None,
                language,
                kind,
                url,
                identity,
                unpublished: None,
                other_outputs: false,
                titled: true,
                unlisted: false,
            };
            self.add(instance);
        }
    }

    /// Files of bundles and sections, and what adapters may add.
    fn resources(&mut self, entries: &[Entry], mounts: &Mounts) {
        let mut bundles: FxHashMap<(String, String), u32> = FxHashMap::default();
        for (number, instance) in (0_u32..).zip(&self.out.instances) {
            if matches!(instance.kind, PageKind::Page) {
                continue;
            }
            bundles.insert((instance.language.clone(), instance.identity.clone()), number);
        }
        for entry in entries {
            if entry.kind == FileKind::Adapter {
                let url = format!("{}{}", self.root(&entry.language), self.style.sanitize(&entry.directory));
                self.out.adapters.push(url);
            }
            if entry.kind != FileKind::Resource || entry.is_content {
                continue;
            }
            let disk = &mounts.content[entry.file].disk;
            for url in self.resource_urls(entry, &bundles) {
                self.out.urls.entry(canonical(&url)).or_insert_with(|| Place::File(disk.clone()));
            }
        }
    }

    /// Below the URL of the nearest bundle that has one of its own, else by its own path.
    fn resource_urls(&self, entry: &Entry, bundles: &FxHashMap<(String, String), u32>) -> Vec<String> {
        let mut urls = Vec::new();
        let mut languages = vec![entry.language.clone()];
        if self.config.goldmark.duplicate_resource_files || !self.version.at_least(123) {
            languages.extend(self.config.languages.iter().map(|language| language.key.clone()));
        }
        for language in languages {
            let root = self.root(&language);
            let mut directory = entry.directory.as_str();
            let mut inside = entry.name.clone();
            loop {
                let identity = directory.to_lowercase().replace(' ', "-");
                let bundle = bundles
                    .get(&(language.clone(), identity))
                    .map(|&number| &self.out.instances[number as usize]);
                if let Some(bundle) =
                    bundle.filter(|bundle| bundle.kind == PageKind::Leaf || bundle.page.is_some())
                {
                    let base = if bundle.url.ends_with('/') {
                        bundle.url.clone()
                    } else {
                        format!("{}/", bundle.url.trim_end_matches(".html"))
                    };
                    urls.push(format!("{base}{inside}"));
                    break;
                }
                if directory.is_empty() {
                    break;
                }
                let name = directory.rsplit('/').next().unwrap_or(directory);
                inside = format!("{}/{inside}", self.style.sanitize(name));
                directory = parent(directory);
            }
            urls.push(format!("{root}{}", join(&self.style.sanitize(&entry.directory), &entry.name)));
        }
        urls
    }

    /// What Hugo adds to pages: feeds, site map, redirects between languages.
    fn feeds(&mut self) {
        let base = self.config.base_path.clone();
        let mut generated = vec![format!("{base}sitemap.xml"), format!("{base}404.html")];
        if self.config.flag("enablerobotstxt") {
            generated.push(format!("{base}robots.txt"));
        }
        for language in &self.config.languages {
            generated.push(format!("{}sitemap.xml", self.root(&language.key)));
            generated.push(format!("{}404.html", self.root(&language.key)));
        }
        for instance in self.out.instances.iter().filter(|instance| instance.unpublished.is_none()) {
            if !matches!(instance.kind, PageKind::Page | PageKind::Leaf) {
                let directory = instance
                    .url
                    .strip_suffix(".html")
                    .map_or_else(|| instance.url.clone(), |url| format!("{url}/"));
                generated.push(format!("{directory}index.xml"));
            }
        }
        for url in generated {
            self.out.urls.entry(url).or_insert(Place::Generated);
        }
        if self.config.has_languages_table {
            let default = format!("{base}{}/", self.config.default_language);
            for url in [base, default] {
                self.out.urls.entry(url).or_insert(Place::Redirect);
            }
        }
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// Resolves `.` and `..` and double slashes; a trailing slash goes.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
