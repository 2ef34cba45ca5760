//! Which template renders a page, so that what has none is not published: [`LayoutStore`].
//!
//! Hugo: `tpl/tplimpl/templatestore.go`, `tpl/tplimpl/templatedescriptor.go`, `common/paths/pathparser.go`.

use std::{cell::RefCell, cmp::Reverse, collections::BTreeMap};

use rustc_hash::FxHashMap;

use super::{config::Config, legacy_layouts, mounts::Mounts, outputs::Outputs, version::Version};
use crate::tree::Tree;

/// What a page asks for.
#[derive(Debug, Clone, Copy)]
pub struct Query<'q> {
    /// The page's path, its first element replaced by its `type`: `docs/a`, empty for home.
    pub path: &'q str,
    /// The section that it is in, the first of several; empty: none.
    pub section: &'q str,
    /// Its `type`, or where it says none its section, or else `page`.
    pub page_type: &'q str,
    /// Its kind; empty for `404` and the like.
    pub kind: &'q str,
    /// `layout` in its front matter, or empty.
    pub layout: &'q str,
    /// Name of the output format.
    pub format: &'q str,
    /// Language key.
    pub language: &'q str,
}

/// What a template is for; also what a page asks for. Hugo: `TemplateDescriptor`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Descriptor {
    pub(super) kind: String,
    pub(super) layout: String,
    pub(super) layout_from_user: String,
    pub(super) format: String,
    pub(super) media_type: String,
    pub(super) plain_text: bool,
    /// The only language; empty: all.
    pub(super) language: String,
}

/// A template for whole pages, or a base for such templates.
#[derive(Debug, Clone)]
pub(super) struct PageTemplate {
    pub(super) descriptor: Descriptor,
    /// The directory whose pages it is for, without slashes at its ends.
    pub(super) directory: String,
    pub(super) is_base: bool,
    /// It only defines blocks, for a base to print them.
    needs_base: bool,
    /// It prints nothing at all, so that no file is written.
    is_silent: bool,
    embedded: bool,
    /// It divides a list into pages.
    paginates: bool,
    /// Path below `layouts`, which decides between equals.
    path: String,
    /// Where it is, from the site's root.
    disk: String,
}

/// The templates that make a page, by their paths from the site's root.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageLayout {
    /// The page's own template.
    pub template: String,
    /// The base that prints the blocks of it.
    pub base: Option<String>,
}

/// The templates for pages of one configuration.
#[derive(Debug, Default)]
pub struct LayoutStore {
    templates: Vec<PageTemplate>,
    by_directory: FxHashMap<String, Vec<usize>>,
    /// Before Hugo 0.146: where all templates are, by their paths below `layouts`.
    old: Option<BTreeMap<String, String>>,
    /// Templates may be missing: every page is taken to have one.
    incomplete: bool,
    formats: FxHashMap<String, (String, bool)>,
    known: RefCell<FxHashMap<String, Option<Rendering>>>,
    used: RefCell<Vec<PageLayout>>,
}

/// How a page is rendered in one output format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rendering {
    /// The template may divide a list into pages: `page/2/` and so on.
    pub paginates: bool,
    /// The templates, by index in [`LayoutStore::used`]; `None` where that is not certain.
    pub layout: Option<u32>,
}

/// How well a template fits. Hugo: `weight`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Weight {
    w1: i32,
    w2: i32,
    w3: i32,
    sites: i32,
    distance: usize,
}

/// Templates that Hugo brings along for whole pages.
const EMBEDDED: [&str; 5] = ["rss.xml", "sitemap.xml", "sitemapindex.xml", "robots.txt", "alias.html"];

impl LayoutStore {
    /// Reads the page templates of one configuration. Where a theme is not here, or there are no templates at all, every
    /// page is taken to have one.
    pub fn read(
        tree: &dyn Tree,
        mounts: &Mounts,
        config: &Config,
        outputs: &Outputs,
        version: Version,
    ) -> Self {
        let mut store = Self::default();
        let formats = outputs.all().map(|it| (it.name.clone(), (it.media_type.clone(), it.is_plain_text)));
        store.formats.extend(formats);
        let of_pages: Vec<_> = mounts.layouts.iter().filter(|layout| is_for_pages(&layout.path)).collect();
        store.incomplete = mounts.lacks_module() || of_pages.is_empty();
        if !version.at_least(146) {
            let mut all: Vec<_> = of_pages.iter().map(|own| (own.module, &own.path, &own.disk)).collect();
            // The project's are found, and not its themes'.
            all.sort_by_key(|(module, ..)| Reverse(*module));
            store.old = Some(all.into_iter().map(|(_, path, disk)| (path.clone(), disk.clone())).collect());
        }
        let mut found: Vec<(usize, PageTemplate)> = Vec::new();
        let paginating = paginating(tree, mounts);
        for layout in of_pages {
            let Some(mut template) = template_of(&layout.path, config, outputs) else { continue };
            template.disk.clone_from(&layout.disk);
            if let Ok(text) = tree.read(&layout.disk) {
                template.needs_base = !template.is_base && needs_base(&text.text);
                template.is_silent = is_silent(&text.text);
                template.paginates = paginates(&text.text, &paginating);
            }
            for (directory, kind) in legacy_layouts::mapped(&layout.path, config) {
                let descriptor = Descriptor { kind, layout: String::new(), ..template.descriptor.clone() };
                found.push((layout.module, PageTemplate { descriptor, directory, ..template.clone() }));
            }
            found.push((layout.module, template));
        }
        for path in EMBEDDED {
            if let Some(template) = template_of(path, config, outputs) {
                found.push((usize::MAX, PageTemplate { embedded: true, ..template }));
            }
        }
        // What is for the same pages: the project's wins over its themes'.
        found.sort_by_key(|(module, _)| *module);
        for (_, template) in found {
            store.insert(template);
        }
        store
    }

    fn insert(&mut self, template: PageTemplate) {
        let numbers = self.by_directory.entry(template.directory.clone()).or_default();
        let same = |&number: &usize| {
            let own = &self.templates[number];
            own.descriptor == template.descriptor && own.is_base == template.is_base
        };
        if !numbers.iter().any(same) {
            numbers.push(self.templates.len());
            self.templates.push(template);
        }
    }

    /// How a page is rendered in an output format; `None`: it is not written, because it has no template or that prints
    /// nothing.
    pub fn rendering(&self, query: Query<'_>) -> Option<Rendering> {
        // All pages of a directory without templates of its own ask alike.
        let mut key = query.path;
        while key.contains('/') && !self.by_directory.contains_key(key) {
            key = key.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        let Query { section, page_type, kind, layout, format, language, .. } = query;
        let key = [key, section, page_type, kind, layout, format, language].join("\0");
        if let Some(&known) = self.known.borrow().get(&key) {
            return known;
        }
        let found = self.find(query);
        // A silent template is there, and what another module brings would not replace it.
        let is_silent = found.is_some_and(|(template, _)| template.is_silent);
        let renders = found.filter(|_| !is_silent).map(|(template, base)| Rendering {
            paginates: template.paginates || base.is_some_and(|base| base.paginates),
            layout: self.number_of(query, template, base),
        });
        // Old rules are added and not put in place of the new ones: what says the version is often out of date.
        let by_old_rules = || {
            let paths = self.old.as_ref()?;
            legacy_layouts::exists(paths, query, &self.suffix_of(format)).then(Rendering::default)
        };
        let renders = renders
            .or_else(by_old_rules)
            .or_else(|| (self.incomplete && !is_silent).then(Rendering::default));
        self.known.borrow_mut().insert(key, renders);
        renders
    }

    /// The templates that pages were rendered with, in no order that means anything.
    pub fn used(&self) -> Vec<PageLayout> {
        self.used.borrow().clone()
    }

    /// The number of a template and its base; `None` where others may be put in their place.
    fn number_of(
        &self,
        query: Query<'_>,
        template: &PageTemplate,
        base: Option<&PageTemplate>,
    ) -> Option<u32> {
        let lacks_base = template.needs_base && base.is_none();
        if self.incomplete || template.embedded || lacks_base {
            return None;
        }
        if let Some(paths) = &self.old {
            let suffix = self.suffix_of(query.format);
            let is_taken = |own: &PageTemplate| {
                legacy_layouts::find(paths, query, &suffix, own.is_base) == Some(&own.disk)
            };
            if !is_taken(template) || !base.is_none_or(is_taken) {
                return None;
            }
        }
        let layout = PageLayout { template: template.disk.clone(), base: base.map(|base| base.disk.clone()) };
        let mut used = self.used.borrow_mut();
        let known = used.iter().position(|own| *own == layout);
        let number = known.unwrap_or_else(|| {
            used.push(layout);
            used.len() - 1
        });
        u32::try_from(number).ok()
    }

    fn suffix_of(&self, format: &str) -> String {
        let media_type = self.formats.get(format).map_or("", |(media_type, _)| media_type.as_str());
        match media_type {
            "text/html" => "html",
            "application/rss+xml" | "application/xml" => "xml",
            "text/plain" => "txt",
            "text/markdown" => "md",
            "text/calendar" => "ics",
            "application/manifest+json" => "webmanifest",
            other => other.rsplit(['/', '+']).next().unwrap_or(""),
        }
        .to_owned()
    }

    /// The template of a page, and its base.
    fn find(&self, query: Query<'_>) -> Option<(&PageTemplate, Option<&PageTemplate>)> {
        let (media_type, plain_text) = self.formats.get(query.format)?.clone();
        let wanted = Descriptor {
            kind: query.kind.to_owned(),
            layout: match query.kind {
                "" => "",
                "page" => "single",
                _ => "list",
            }
            .to_owned(),
            layout_from_user: query.layout.to_lowercase(),
            format: query.format.to_owned(),
            media_type,
            plain_text,
            language: query.language.to_owned(),
        };
        let template = self.best(query.path, &wanted, false)?;
        if !template.needs_base {
            return Some((template, None));
        }
        let fits = |base: &&PageTemplate| {
            let layout = template.descriptor.layout.as_str();
            let in_layout = match base.descriptor.kind.as_str() {
                "" => true,
                "page" => layout != "list",
                _ => layout != "single",
            };
            base.is_base && in_layout && weigh(&template.descriptor, &base.descriptor, true).w1 > 0
        };
        let has_candidates = self.templates.iter().any(|base| fits(&base));
        let base = self.best(query.path, &wanted, true);
        (!has_candidates || base.is_some()).then_some((template, base))
    }

    fn best(&self, path: &str, wanted: &Descriptor, base: bool) -> Option<&PageTemplate> {
        let depth = if path.is_empty() { 0 } else { path.matches('/').count() + 1 };
        let mut best: Option<(Weight, &PageTemplate)> = None;
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]).filter(|at| *at > 0);
        for (level, end) in [0].into_iter().chain(ends).enumerate() {
            for &number in self.by_directory.get(&path[..end]).map_or(&[][..], Vec::as_slice) {
                let template = &self.templates[number];
                if template.is_base != base {
                    continue;
                }
                let weight = Weight {
                    distance: depth.saturating_sub(level),
                    ..weigh(wanted, &template.descriptor, base)
                };
                if weight.w1 > 0 && best.is_none_or(|best| is_better((weight, template), best)) {
                    best = Some((weight, template));
                }
            }
        }
        best.map(|(_, template)| template)
    }
}

/// Hugo: `bestMatch.isBetter`, for templates that fit at all.
fn is_better(new: (Weight, &PageTemplate), old: (Weight, &PageTemplate)) -> bool {
    let ((weight, template), (best, current)) = (new, old);
    if template.embedded != current.embedded {
        return current.embedded;
    }
    if weight.distance < best.distance {
        if weight.sites < best.sites || weight.w2 < best.w2 || weight.w3 < best.w3 {
            return false;
        }
    } else if weight.w1 < best.w1 {
        return false;
    }
    if (weight.w1, weight.w2, weight.w3, weight.sites) == (best.w1, best.w2, best.w3, best.sites) {
        return weight.distance < best.distance || template.path < current.path;
    }
    true
}

/// Hugo: `TemplateDescriptor.doCompare`.
fn weigh(this: &Descriptor, other: &Descriptor, base: bool) -> Weight {
    let nothing = Weight::default();
    let is_all = other.layout == "all";
    let by_user = !this.layout_from_user.is_empty() && this.layout_from_user == other.layout;
    if (other.plain_text && !this.plain_text)
        || (!other.kind.is_empty() && other.kind != this.kind)
        || (!other.layout.is_empty() && !is_all && !by_user && other.layout != this.layout)
        || (!other.language.is_empty() && other.language != this.language)
        || other.media_type != this.media_type
    {
        return nothing;
    }
    if !other.format.is_empty() && other.format != this.format {
        // A page in AMP takes the template for HTML if it is made for just that kind or layout.
        let mut skip = !base
            && (this.kind.is_empty() || (this.kind != other.kind && this.layout != other.layout && !is_all));
        if !this.layout_from_user.is_empty() {
            skip = skip && !by_user;
        }
        if skip {
            return nothing;
        }
    }
    let mut weight = Weight { w1: 1, ..nothing };
    if !other.kind.is_empty() {
        weight.w1 += 5;
        weight.w2 = 1;
    }
    if !other.layout.is_empty() && other.layout == this.layout {
        weight.w1 += 4;
        weight.w2 = 1;
    } else if is_all {
        weight.w1 += 2;
        weight.w2 = 1;
    }
    if by_user {
        weight.w1 += 6;
        weight.w2 = 2;
    }
    if !other.language.is_empty() {
        weight.w1 += 1;
        weight.sites = 1;
    }
    if !other.format.is_empty() && other.format == this.format {
        weight.w1 += 4;
        weight.w3 += 1;
    }
    if !other.media_type.is_empty() {
        weight.w1 += 1;
        weight.w3 += 1;
    }
    weight
}

/// Not a partial, shortcode, render hook or content view in a special folder.
fn is_for_pages(path: &str) -> bool {
    let in_special = |folder: &str| {
        matches!(
            folder,
            "_partials" | "_shortcodes" | "_markup" | "partials" | "shortcodes" | "_hugo" | "_server"
        )
    };
    let mut folders: Vec<&str> = path.split('/').collect();
    let name = folders.pop().unwrap_or("");
    let special = folders.iter().enumerate().any(|(level, folder)| {
        in_special(folder)
            && (folder.starts_with('_') || level == 0 || (level == 1 && folders[0] == "_default"))
    });
    !special && name.contains('.')
}

/// Reads what a path below `layouts` says. Hugo: `TemplateStore.toKeyCategoryAndDescriptor`.
fn template_of(path: &str, config: &Config, outputs: &Outputs) -> Option<PageTemplate> {
    let normal = legacy_layouts::modern_path(&path.to_lowercase().replace(' ', "-"));
    let (directory, file) = normal.rsplit_once('/').unwrap_or(("", &normal));
    let words: Vec<&str> = file.split('.').collect();
    let (extension, names) = words.split_last()?;
    let mut descriptor = Descriptor::default();
    let mut is_base = false;
    let is_format = |name: &str, extension: &str| {
        outputs.named(name).is_some_and(|format| extension.is_empty() || format.has_suffix(extension))
    };
    if is_format(extension, "") {
        (*extension).clone_into(&mut descriptor.format);
    }
    for name in names.iter().rev().filter(|name| !name.is_empty()) {
        let may_be_language = words.len() > 2 && descriptor.language.is_empty();
        if may_be_language && config.language(name).is_some() {
            (*name).clone_into(&mut descriptor.language);
        } else if may_be_language && config.disabled_languages.iter().any(|own| own == name) {
            return None;
        } else if is_format(name, extension) {
            (*name).clone_into(&mut descriptor.format);
        } else if descriptor.kind.is_empty() && is_kind(name) {
            (*name).clone_into(&mut descriptor.kind);
        } else if *name == "baseof" {
            is_base = true;
        } else {
            (*name).clone_into(&mut descriptor.layout);
        }
    }
    let format = outputs.named(&descriptor.format).or_else(|| outputs.of_suffix(extension));
    descriptor.media_type = match format {
        Some(format) => format.media_type.clone(),
        None => outputs.media_type_of_suffix(extension).unwrap_or_default().to_owned(),
    };
    descriptor.plain_text = format.is_some_and(|format| format.is_plain_text);
    if descriptor.layout == "index" {
        if descriptor.kind.is_empty() {
            "home".clone_into(&mut descriptor.kind);
        }
        descriptor.layout.clear();
    }
    if descriptor.layout == descriptor.format || descriptor.layout == descriptor.kind {
        descriptor.layout.clear();
    }
    if descriptor.kind == "taxonomyterm" {
        "taxonomy".clone_into(&mut descriptor.kind);
    }
    Some(PageTemplate {
        descriptor,
        directory: directory.trim_matches('/').to_owned(),
        is_base,
        needs_base: false,
        is_silent: false,
        embedded: false,
        paginates: false,
        path: normal,
        disk: String::new(),
    })
}

fn is_kind(name: &str) -> bool {
    matches!(name, "page" | "home" | "section" | "taxonomy" | "term" | "taxonomyterm")
}

/// Whether the first action of a template that is no comment defines a block. Hugo: `tpl/tplimpl/templates.go`.
fn needs_base(text: &str) -> bool {
    let rest = after_comments(text);
    rest.strip_prefix("{{")
        .is_some_and(|rest| rest.strip_prefix('-').unwrap_or(rest).trim_start().starts_with("define"))
}

fn is_silent(text: &str) -> bool {
    let trimmed = text.trim_end();
    text.is_empty() || after_comments(text).is_empty() && text.starts_with("{{") && trimmed.ends_with("-}}")
}

/// The partials and content views that paginate, or call one that does.
fn paginating(tree: &dyn Tree, mounts: &Mounts) -> Vec<String> {
    let of = |path: &str| match path.strip_prefix("partials/").or_else(|| path.strip_prefix("_partials/")) {
        Some(rest) => Some(rest.trim_end_matches(".html").to_lowercase()),
        None => is_for_pages(path).then(|| view(path.rsplit('/').next().unwrap_or(path))),
    };
    let mut waiting: Vec<(String, String)> = mounts
        .layouts
        .iter()
        .filter_map(|layout| Some((of(&layout.path)?, tree.read(&layout.disk).ok()?.text.into_owned())))
        .collect();
    let mut found: Vec<String> = Vec::new();
    loop {
        let (new, rest): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|(_, text)| paginates(text, &found));
        if new.is_empty() {
            return found;
        }
        found.extend(new.into_iter().map(|(name, _)| name));
        waiting = rest;
    }
}

/// What a content view is called among partials.
fn view(name: &str) -> String {
    format!(".Render {}", name.trim_end_matches(".html").to_lowercase())
}

/// Whether a template asks for a paginator, itself or through one of these partials and views.
fn paginates(text: &str, others: &[String]) -> bool {
    if text.contains(".Paginat") {
        return true;
    }
    let called = |by: &'static str| {
        text.split(by).skip(1).filter_map(|rest| rest.split(['"', '`']).nth(1)).map(str::to_owned)
    };
    let partials = called("partial").map(|name| name.trim_end_matches(".html").to_lowercase());
    partials.chain(called(".Render ").map(|name| view(&name))).any(|name| others.contains(&name))
}

/// What follows comments and white space at the start of a template.
fn after_comments(text: &str) -> &str {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while rest.starts_with("{{/*") || rest.starts_with("{{- /*") {
        let Some(end) = rest.find("*/") else { return "" };
        let after = rest[end + 2..].trim_start();
        let Some(after) = after.strip_prefix("-}}").or_else(|| after.strip_prefix("}}")) else { return "" };
        rest = after.trim_start();
    }
    rest
}
