//! What one configuration publishes, and at which URLs: [`Published`].
//!
//! Hugo: `hugolib/page__paths.go`, `hugolib/content_map_page_assembler.go`, `hugolib/site_render.go`.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    audience::{cascades, with_sites},
    cascade::{Cascades, Fields},
    config::Config,
    content::{self, Entry, FileKind},
    dates::Dates,
    dimensions::{Cell, Scope},
    host::Host,
    language::Settings,
    layouts::{LayoutStore, Query},
    made_redirects::RuleTemplates,
    mounts::Mounts,
    outputs::OutputFormat,
    paths::Day,
    published::{Alias, Instance, PageKind, Place, Published, Unpublished, canonical},
    refusals::{self, PageTerms},
    targets::clean,
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

/// What publishing needs to know besides configuration and files.
pub struct Contents<'p> {
    /// The site's pages, by path on disk.
    pub pages: &'p [PageInput<'p>],
    /// Content files in other formats than Markdown, by path on disk.
    pub others: &'p [PageInput<'p>],
    /// The pages that content adapters add, as front matter: by the path of the adapter on disk, and the language.
    pub adapted: Adapted<'p>,
    /// The templates for pages.
    pub layouts: &'p LayoutStore,
    /// Decides about future and expired pages.
    pub today: Day,
    /// The Hugo version, if the site says which it is built with.
    pub known: Option<Version>,
    /// Whether all configuration is here.
    pub complete: bool,
}

/// The pages that a content adapter adds in a language; `None`: that is not known.
pub type Adapted<'p> = &'p (dyn Fn(&str, &str) -> Option<Vec<Value>> + Sync);

/// Publishes.
pub fn publish(
    config: &Config,
    version: Version,
    mounts: &Mounts,
    contents: &Contents<'_>,
    host: &Host,
) -> Published {
    let nothing = Value::map();
    let mut entries = content::classify(&mounts.content, config, version);
    let numbers = page_numbers(mounts, contents.pages);
    let page_of = |entry: &Entry| numbers[entry.file];
    let fields_of = |entry: &Entry| match page_of(entry) {
        Some(index) => Some(contents.pages[index].fields),
        None => {
            let disk = mounts.content[entry.file].disk.as_str();
            let found = contents.others.binary_search_by(|page| page.disk.cmp(disk)).ok()?;
            Some(contents.others[found].fields)
        }
    };
    if version.at_least(153) {
        entries = with_sites(entries, config, &fields_of);
    }
    let cascades = cascades(config, &mut entries, &fields_of, version);
    if let Some(cell) = &config.cell {
        // What is beside the text of a bundle goes where the bundle does.
        let is_here = |entry: &Entry| entry.scope.meets(cell.scope());
        let leaves = || entries.iter().filter(|entry| entry.kind == FileKind::Leaf);
        let mut gone: FxHashSet<String> = leaves().map(|own| own.directory.clone()).collect();
        for entry in leaves().filter(|entry| is_here(entry)) {
            gone.remove(&entry.directory);
        }
        entries.retain(|entry| {
            is_here(entry) && (entry.kind != FileKind::Resource || !gone.contains(&entry.directory))
        });
    }
    let settings: Vec<Settings> =
        config.languages.iter().map(|own| Settings::new(config, &own.key, version)).collect();
    let mut press = Press {
        version,
        today: contents.today,
        known: contents.known,
        complete: contents.complete && !mounts.lacks_module(),
        layouts: contents.layouts,
        settings: &settings,
        config,
        out: Published::default(),
        resource_roots: Vec::new(),
        terms: FxHashMap::default(),
        sections: FxHashMap::default(),
        has_slugs: false,
        nothing: &nothing,
        cascades: &cascades,
        host,
    };
    press.out.host = host.clone();
    press.find_sections(&entries, &fields_of);
    for entry in &entries {
        if matches!(entry.kind, FileKind::Single | FileKind::Leaf | FileKind::Branch) {
            let page = page_of(entry).and_then(|index| u32::try_from(index).ok());
            press.page(entry, fields_of(entry), page, None);
            if page.is_none() {
                press.note_file(&mounts.content[entry.file].disk);
            }
        }
    }
    press.refused_files(&entries, mounts);
    entries.extend(press.adapted(&entries, mounts, contents.adapted));
    let bundled =
        |entry: &&Entry| entry.kind == FileKind::Resource && entry.is_content && version.at_least(153);
    for entry in entries.iter().filter(bundled) {
        press.bundled(entry, fields_of(entry));
    }
    press.made_by_hugo(&entries);
    press.resources(&entries, mounts);
    press.standalone();
    press.statics(mounts);
    press.out.layouts = contents.layouts.used();
    press.out
}

/// The index of the page that each content file is. They come in nearly the same order: mostly, the next is the one.
fn page_numbers(mounts: &Mounts, pages: &[PageInput<'_>]) -> Vec<Option<usize>> {
    let mut next = 0;
    let find = |disk: &str| {
        let found = match pages.get(next) {
            Some(page) if page.disk == disk => Some(next),
            _ => pages.binary_search_by(|page| page.disk.cmp(disk)).ok(),
        };
        next = found.map_or(next, |found| found + 1);
        found
    };
    mounts.content.iter().map(|file| file.disk.as_str()).map(find).collect()
}

/// What is known of a section before pages are published.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// Its slug, where that replaces its element of URLs.
    pub(super) slug: Option<String>,
    /// Its slug, or its title.
    pub(super) name: String,
}

pub(super) struct Press<'c> {
    pub(super) config: &'c Config,
    pub(super) version: Version,
    pub(super) settings: &'c [Settings],
    pub(super) out: Published,
    /// Directory of the resources of each instance, without slashes at its ends; `None`: they are not published.
    pub(super) resource_roots: Vec<Option<String>>,
    /// Sections by language and identity.
    pub(super) sections: FxHashMap<String, FxHashMap<String, Section>>,
    /// Whether any section has a slug.
    pub(super) has_slugs: bool,
    today: Day,
    known: Option<Version>,
    /// Whether all themes and modules are here.
    complete: bool,
    layouts: &'c LayoutStore,
    /// `(language, plural, term path)` in use, and the term as it is written.
    terms: FxHashMap<(String, String, String), String>,
    nothing: &'c Value,
    cascades: &'c Cascades<'c>,
    host: &'c Host,
}

impl<'c> Press<'c> {
    /// The version and role that are published.
    fn scope(&self) -> Scope {
        self.config.cell.as_ref().map_or(Scope::ALL, Cell::scope)
    }

    pub(super) fn settings_of(&self, language: &str) -> &'c Settings {
        let at = self.config.languages.iter().position(|own| own.key == language).unwrap_or(0);
        &self.settings[at]
    }

    /// Whether `404.html` and the like are rendered: there is a template, and the home page does not cascade that they are not.
    pub(super) fn renders_standalone(&self, format: &str, language: &str) -> bool {
        let kind = if format == "robots" { "robotstxt" } else { format };
        let around = self.cascades.around("");
        let fields = Fields::new(self.nothing, around, format, kind, (language, self.scope()));
        let settings = self.settings_of(language);
        let is_there = self.unpublished(&fields, settings.dates.of(&fields, ""), settings).is_none();
        is_there
            && self
                .layouts
                .rendering(Query {
                    path: "",
                    section: "",
                    page_type: "",
                    kind: "",
                    layout: "",
                    format,
                    language,
                })
                .is_some()
    }

    fn kind(&self, entry: &Entry) -> PageKind {
        if entry.directory.is_empty() && entry.kind != FileKind::Single {
            return PageKind::Home;
        }
        if entry.kind != FileKind::Branch {
            return if entry.kind == FileKind::Leaf { PageKind::Leaf } else { PageKind::Page };
        }
        let identity = entry.identity();
        let taxonomies = &self.settings_of(&entry.language).config.taxonomies;
        let below = taxonomies.iter().filter_map(|plural| {
            let plural = plural.trim_matches('/').to_lowercase().replace(' ', "-");
            identity.strip_prefix(&plural).map(str::to_owned)
        });
        for rest in below {
            if rest.is_empty() {
                return PageKind::Taxonomy;
            }
            if rest.starts_with('/') {
                return PageKind::Term;
            }
        }
        PageKind::Section
    }

    /// Publishes a page; `title` is for pages without content file.
    pub(super) fn page(
        &mut self,
        entry: &Entry,
        own: Option<&Value>,
        page: Option<u32>,
        title: Option<&str>,
    ) {
        let kind = self.kind(entry);
        let identity = entry.identity();
        let fields = Fields::new(
            own.unwrap_or(self.nothing),
            self.cascades.around(&identity),
            &identity,
            kind.name(),
            (&entry.language, self.scope()),
        );
        if let (Some(own), Some(page)) = (own, page) {
            self.refuse(own, &fields, entry, page);
        }
        let settings = self.settings_of(&entry.language);
        let dates = settings.dates.of(&fields, entry.own_name());
        let disabled = settings.is_disabled(kind.name());
        let mut unpublished = self.unpublished(&fields, dates, settings);
        unpublished = unpublished.or(disabled.then_some(Unpublished::NotRendered));
        let with_resources = fields.build("publishresources").as_deref() != Some("false")
            && !disabled
            && !matches!(unpublished, Some(Unpublished::Draft | Unpublished::Future | Unpublished::Expired));
        let formats = settings.outputs.of_page(kind.name(), &fields);
        let targets = self.targets(entry, kind, &fields, dates, title, &formats);
        let own_type = fields.text("type");
        let path = typed_path(&identity, own_type.as_deref());
        let layout = fields.text("layout").unwrap_or_default();
        let first = identity.split('/').next().unwrap_or_default();
        let is_regular = matches!(kind, PageKind::Page | PageKind::Leaf);
        let section = if is_regular && first == identity { "" } else { first };
        let page_type = match own_type.as_deref() {
            Some(own) => own,
            None if section.is_empty() => "page",
            None => section,
        };
        let rendering = |format: &OutputFormat| {
            self.layouts.rendering(Query {
                path: &path,
                section,
                page_type,
                kind: kind.name(),
                layout: &layout,
                format: &format.name,
                language: &entry.language,
            })
        };
        let url_of = |file: &str| canonical(&[settings.base.as_str(), file].concat());
        let mut others: Vec<(String, bool)> = Vec::new();
        let rendered: Vec<_> = formats.iter().map(|format| rendering(format)).collect();
        let is_plain = matches!(formats.as_slice(), [only] if only.name == "html");
        let named = formats.iter().zip(&targets).zip(&rendered).filter(|_| !is_plain);
        let named = named.map(|((format, target), rendering)| {
            (format.name.clone(), rendering.is_some().then(|| url_of(&target.file)))
        });
        let named: Vec<(String, Option<String>)> = named.collect();
        if unpublished.is_none() {
            for ((format, target), rendering) in formats.iter().zip(&targets).zip(&rendered).skip(1) {
                if rendering.is_some() {
                    others.push((url_of(&target.file), format.is_web_page()));
                }
            }
        }
        let rendering = rendered.first().copied().flatten();
        let redirected: Vec<(String, String)> = formats
            .iter()
            .zip(&targets)
            .filter(|(format, _)| format.is_html && format.permalinkable)
            .map(|(format, target)| (format.path.clone(), target.resources.clone()))
            .collect();
        let Some(first) = targets.first() else { return };
        let url = url_of(&first.file);
        let resources = first.resources.clone();
        let instance = Instance {
            page,
            language: entry.language.clone(),
            kind,
            url,
            identity,
            unpublished: unpublished.or(rendering.is_none().then_some(Unpublished::NoTemplate)),
            titled: page.is_none() || fields.text("title").is_some(),
            unlisted: matches!(fields.build("list").as_deref(), Some("never" | "false")),
            layout: rendering.and_then(|own| own.layout),
        };
        if page.is_some() && matches!(unpublished, None | Some(Unpublished::LinkOnly)) {
            self.possible_redirects(&fields, &instance.url);
        }
        let key = page.and_then(|_| fields.text("translationkey"));
        let number = self.add(instance, with_resources.then(|| resources.clone()));
        if let Some(key) = key {
            self.out.translation_keys.entry(key.clone()).or_default().push(number);
            self.out.translation_key.insert(number, key);
        }
        if !is_plain {
            self.out.formats.insert(number, named);
        }
        for (url, web_page) in others {
            self.out.urls.entry(url).or_insert(Place::Output { page: number, web_page });
        }
        // Before 0.161 the aliases of a page without file were written all the same.
        let has_aliases = unpublished.is_none()
            || unpublished == Some(Unpublished::LinkOnly) && !self.version.at_least(161);
        for (path, resources) in redirected.iter().filter(|_| has_aliases) {
            self.aliases(&fields, number, path, resources);
        }
        if unpublished.is_none() {
            let paginates = |at: &usize| rendered[*at].is_some_and(|rendering| rendering.paginates);
            for at in (0..formats.len()).filter(paginates) {
                self.paginate(number, formats[at], &targets[at].resources, at == 0);
            }
        }
        // Pages without file are in lists all the same.
        if matches!(unpublished, None | Some(Unpublished::LinkOnly)) {
            self.use_terms(&fields, &entry.language);
        }
    }

    /// Notes what Hugo refuses in the front matter of a page.
    fn refuse(&mut self, own: &Value, fields: &Fields<'_>, entry: &Entry, page: u32) {
        let settings = self.settings_of(&entry.language);
        let terms = PageTerms {
            dates: &settings.dates,
            outputs: self.complete.then_some(&settings.outputs),
            known: self.known,
            git: settings.config.flag("enablegitinfo"),
        };
        let found = refusals::of_page(own, fields, entry.own_name(), &terms);
        self.out.refusals.extend(found.into_iter().map(|refusal| (page, refusal)));
    }

    /// Notes content files in formats that Hugo refuses.
    fn refused_files(&mut self, entries: &[Entry], mounts: &Mounts) {
        let Some(version) = self.known else { return };
        for entry in entries.iter().filter(|entry| entry.is_content) {
            let disk = mounts.content[entry.file].disk.as_str();
            if let Some(refusal) = refusals::of_content_file(disk, self.config, version) {
                self.out.refused_files.push((disk.to_owned(), refusal));
            }
        }
    }

    fn add(&mut self, instance: Instance, resources: Option<String>) -> u32 {
        let number = u32::try_from(self.out.instances.len()).unwrap_or(u32::MAX);
        if instance.unpublished.is_none() {
            self.out.urls.insert(instance.url.clone(), Place::Page(number));
            let names = self.out.base_names.entry(instance.language.clone()).or_default();
            let base = instance.identity.rsplit('/').next().unwrap_or("").to_owned();
            names.entry(base).or_default().push(number);
            let identities = self.out.identities.entry(instance.language.clone()).or_default();
            identities.insert(instance.identity.clone(), number);
        } else {
            if matches!(instance.unpublished, Some(Unpublished::NotRendered | Unpublished::LinkOnly)) {
                let unrendered = self.out.unrendered.entry(instance.language.clone()).or_default();
                unrendered.insert(instance.identity.clone(), number);
            }
            self.out.unpublished.insert(instance.url.clone(), number);
        }
        if let Some(page) = instance.page {
            self.out.of_page.entry(page).or_default().push(number);
        }
        self.resource_roots.push(resources);
        self.out.instances.push(instance);
        number
    }

    /// Notes that the last page comes from a file that is neither Markdown nor HTML.
    pub(super) fn note_file(&mut self, disk: &str) {
        if let Some(last) = self.out.instances.len().checked_sub(1).and_then(|last| u32::try_from(last).ok())
        {
            self.out.others.entry(last).or_insert_with(|| disk.to_owned());
        }
    }

    fn unpublished(&self, fields: &Fields<'_>, dates: Dates, settings: &Settings) -> Option<Unpublished> {
        let config = &settings.config;
        let draft = fields.flag("draft") || fields.get("published").and_then(Value::as_bool) == Some(false);
        if draft && !config.flag("builddrafts") {
            return Some(Unpublished::Draft);
        }
        if dates.publish.is_some_and(|day| day > self.today) && !config.flag("buildfuture") {
            return Some(Unpublished::Future);
        }
        if dates.expiry.is_some_and(|day| day < self.today) && !config.flag("buildexpired") {
            return Some(Unpublished::Expired);
        }
        match fields.build("render").as_deref() {
            Some("link") => Some(Unpublished::LinkOnly),
            Some("never" | "false") => Some(Unpublished::NotRendered),
            _ => fields.flag("headless").then_some(Unpublished::NotRendered),
        }
    }

    /// Aliases in one output format, whose resources are in `resources`.
    /// Hugo: `hugolib/alias.go`, `hugolib/page__output.go`, `Aliases`.
    fn aliases(&mut self, fields: &Fields<'_>, number: u32, format_path: &str, resources: &str) {
        let own = fields.get("aliases").map(Value::texts).unwrap_or_default();
        // Without Hugo's redirects, something else may make them from the same list.
        let instance = &self.out.instances[number as usize];
        let settings = self.settings_of(&instance.language);
        if own.is_empty() || settings.config.flag("disablealiases") && !self.host.computes_redirects {
            return;
        }
        let section = instance.identity.split_once('/').map_or("", |(section, _)| section);
        let ugly = settings.is_ugly(section);
        let with_language = self.config.aliases_have_language(self.version);
        let prefix = if with_language { settings.prefix.as_str() } else { "" };
        let mut urls: Vec<(usize, String)> = Vec::new();
        for (index, alias) in own.into_iter().enumerate() {
            let path = match alias.strip_prefix('/') {
                Some(absolute) => clean(&format!("{prefix}/{format_path}/{absolute}")),
                None => clean(&format!("{resources}/../{alias}")),
            };
            if path.is_empty() {
                continue;
            }
            let is_file = path.ends_with(".html") || path.ends_with(".htm") && self.version.at_least(164);
            let url = match (is_file, ugly) {
                (true, _) => canonical(&format!("{}{path}", settings.base)),
                (false, true) => format!("{}{path}.html", settings.base),
                (false, false) => format!("{}{path}/", settings.base),
            };
            urls.push((index, url));
        }
        for (index, url) in urls {
            if format_path.is_empty() {
                self.out.aliases.push(Alias { url: url.clone(), instance: number, index });
            }
            self.out.urls.entry(url).or_insert(Place::Alias(number));
        }
    }

    /// The rules of the host that templates may make of a page's parameters.
    fn possible_redirects(&mut self, fields: &Fields<'_>, url: &str) {
        for name in &self.host.redirect_params {
            let value = fields.get(name).or_else(|| fields.get("params")?.get(name));
            if let Some(value) = value {
                let place = format!("`{name}` of the page `{url}`");
                let possible = RuleTemplates::possible_of(value, url, &place);
                self.out.host.possible_redirects.extend(possible);
            }
        }
    }

    /// A content file inside a leaf bundle has no URL, but its terms count.
    fn bundled(&mut self, entry: &Entry, own: Option<&Value>) {
        let identity = entry.identity();
        let fields = Fields::new(
            own.unwrap_or(self.nothing),
            self.cascades.around(&identity),
            &identity,
            "page",
            (&entry.language, self.scope()),
        );
        let settings = self.settings_of(&entry.language);
        let dates = settings.dates.of(&fields, entry.own_name());
        if self.unpublished(&fields, dates, settings).is_none() {
            self.use_terms(&fields, &entry.language);
        }
    }

    fn use_terms(&mut self, fields: &Fields<'_>, language: &str) {
        let settings = self.settings_of(language);
        let keeps_case = settings.config.flag("disablepathtolower");
        let mut used: Vec<(String, String)> = Vec::new();
        for plural in &settings.config.taxonomies {
            let terms = fields.get(&plural.to_lowercase()).map(Value::texts).unwrap_or_default();
            used.extend(terms.into_iter().map(|term| (plural.clone(), term)));
        }
        for (plural, term) in used {
            let path = if keeps_case { term.clone() } else { term.to_lowercase() };
            let path = path.replace(' ', "-").trim_matches('/').to_owned();
            if !path.is_empty() {
                self.terms.entry((language.to_owned(), plural, path)).or_insert(term);
            }
        }
    }

    /// Home, sections, taxonomies and terms without a content file.
    fn made_by_hugo(&mut self, entries: &[Entry]) {
        // By language and directory, and the title.
        let mut wanted: Vec<(Arc<str>, String, String)> = Vec::new();
        for (language, settings) in self.config.languages.iter().zip(self.settings) {
            let key: Arc<str> = Arc::from(language.key.as_str());
            wanted.push((Arc::clone(&key), String::new(), String::new()));
            for plural in &settings.config.taxonomies {
                let directory = plural.trim_matches('/').to_owned();
                wanted.push((Arc::clone(&key), directory, settings.titles.taxonomy(plural)));
            }
        }
        let mut last: Option<(&str, &str)> = None;
        for entry in entries.iter().filter(|entry| entry.is_content && entry.kind != FileKind::Resource) {
            let is_own_bundle = entry.kind == FileKind::Leaf && !entry.directory.contains('/');
            if let (Some(first), false) =
                (entry.directory.split('/').next().filter(|it| !it.is_empty()), is_own_bundle)
                && last.replace((&entry.language, first)) != Some((&entry.language, first))
            {
                let title = self.settings_of(&entry.language).titles.section(first);
                wanted.push((entry.language.clone(), first.to_owned(), title));
            }
        }
        // Sorted below.
        #[expect(clippy::iter_over_hash_type, reason = "what is collected is sorted")]
        for ((language, plural, path), term) in &self.terms {
            wanted.push((
                Arc::from(language.as_str()),
                format!("{}/{path}", plural.trim_matches('/')),
                self.settings_of(language).titles.term(term),
            ));
        }
        wanted.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
        wanted.dedup_by(|later, earlier| later.0 == earlier.0 && later.1 == earlier.1);
        let mut missing: Vec<(Entry, String)> = wanted
            .into_iter()
            .map(|(language, directory, title)| {
                let (kind, name) = (FileKind::Branch, "_index".to_owned());
                (
                    Entry { file: 0, kind, language, directory, name, is_content: true, scope: Scope::ALL },
                    title,
                )
            })
            .collect();
        let known: FxHashSet<(&str, &str)> = self
            .out
            .instances
            .iter()
            .map(|instance| (&*instance.language, instance.identity.as_str()))
            .collect();
        // A page in any language leaves no room for a section of its name.
        let is_page = |own: &&Instance| self.version.at_least(163) && own.kind == PageKind::Page;
        let pages: FxHashSet<&str> =
            self.out.instances.iter().filter(is_page).map(|own| own.identity.as_str()).collect();
        let is_section = |entry: &Entry| self.kind(entry) == PageKind::Section;
        missing.retain(|(entry, _)| !is_section(entry) || !pages.contains(entry.identity().as_str()));
        let mut made: FxHashSet<(Arc<str>, String)> = FxHashSet::default();
        missing.retain(|(entry, _)| {
            let identity = entry.identity();
            let disabled = self.settings_of(&entry.language).is_disabled(self.kind(entry).name());
            !known.contains(&(&*entry.language, identity.as_str()))
                && !disabled
                && made.insert((entry.language.clone(), identity))
        });
        for (entry, title) in missing {
            self.page(&entry, None, None, Some(&title));
        }
    }
}

/// A page's path with its first element replaced by its type: where its templates are looked for.
/// Hugo: `common/paths/pathparser.go`, `BaseReTyped`.
fn typed_path(identity: &str, own_type: Option<&str>) -> String {
    let Some(own_type) = own_type else { return identity.to_owned() };
    match identity.split_once('/') {
        Some((section, _)) if section == own_type => identity.to_owned(),
        Some((_, rest)) => format!("{own_type}/{rest}"),
        None => own_type.to_owned(),
    }
    .to_lowercase()
}
