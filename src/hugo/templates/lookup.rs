//! Which template answers to which shortcode name. Hugo: `tpl/tplimpl/templatestore.go`.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    sync::Arc,
};

use super::{
    Exactness, InnerUse, OtherKeys, Output, Partials, Renderer, Roles, Summary, Template, embedded, parse,
    stored::{self, Sketch},
    summary::sketch,
};
use crate::hugo::version::Version;

/// What a layout file's path says about the shortcode in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortcodePath {
    /// The name that calls use: `ns/a` for `shortcodes/ns/a.html`.
    pub name: String,
    /// The section whose pages alone may use it: `docs` for `docs/_shortcodes/a.html`.
    pub section: Option<String>,
    /// The words between name and extension: a language, an output format, or anything.
    pub variant: Vec<String>,
    /// The extension is not an HTML one: since 0.146 the template answers to `{{% %}}` only.
    pub plain_text: bool,
    /// It is in a `_shortcodes` folder, which wins over `shortcodes`.
    pub modern: bool,
}

/// Reads a path below `layouts/`. `None`: it is no shortcode to this version.
pub fn shortcode_name(path: &str, version: Version) -> Option<ShortcodePath> {
    let modern = version.at_least(146);
    let (section, rest, underscored) = if let Some(rest) = path.strip_prefix("shortcodes/") {
        ("", rest, false)
    } else if !modern {
        return None;
    } else if let Some(rest) = path.strip_prefix("_shortcodes/") {
        ("", rest, true)
    } else if let Some(rest) = path.strip_prefix("_default/shortcodes/") {
        ("", rest, false)
    } else {
        let (section, rest) = path.split_once("/_shortcodes/")?;
        (if section == "_default" { "" } else { section }, rest, true)
    };
    let (folder, file) = rest.rsplit_once('/').map_or((None, rest), |(folder, file)| (Some(folder), file));
    if file.starts_with('.') || file.ends_with('~') || file.is_empty() {
        return None;
    }
    let mut words = file.split('.');
    let stem = words.next()?;
    let mut variant: Vec<String> = words.map(str::to_owned).collect();
    let plain_text =
        variant.pop().is_some_and(|extension| !matches!(extension.as_str(), "html" | "htm" | "xml"));
    let name = folder.map_or_else(|| stem.to_owned(), |folder| format!("{folder}/{stem}"));
    let name = normal(&name, version);
    let section = (!section.is_empty()).then(|| section.to_lowercase());
    Some(ShortcodePath { name, section, variant, plain_text, modern: underscored })
}

/// A name as Hugo compares it.
fn normal(name: &str, version: Version) -> String {
    if version.at_least(146) { name.to_lowercase().replace(' ', "-") } else { name.to_owned() }
}

/// One layout file.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'a> {
    /// Path below `layouts/`.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Where it comes from: 0 for the project, then its themes and modules in their order. The lower one wins.
    pub module: usize,
}

/// One shortcode, with all its variants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortcode {
    /// What all variants have in common; where they disagree, it is unknown.
    pub summary: Summary,
    /// Each variant: its path below `layouts/`, what that says, and what the template does.
    /// Empty for a shortcode of Hugo's own.
    pub variants: Vec<Variant>,
}

/// One template of a [`Shortcode`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Path below `layouts/`.
    pub path: String,
    /// What the path says.
    pub key: ShortcodePath,
    /// What the template does.
    pub summary: Summary,
}

/// All shortcodes of a site, Hugo's own included.
#[derive(Debug, Default)]
pub struct Shortcodes {
    by_name: BTreeMap<String, Shortcode>,
    version: Option<Version>,
}

impl Shortcodes {
    /// Reads the shortcode templates among a site's layout files, in any order.
    pub fn new(layouts: &[Layout<'_>], partials: &Partials, version: Version) -> Self {
        // What one path key offers: the best file wins.
        let mut files: BTreeMap<ShortcodePath, Layout<'_>> = BTreeMap::new();
        for layout in layouts {
            let Some(key) = shortcode_name(layout.path, version) else { continue };
            let rank = |layout: &Layout<'_>| {
                let underscored =
                    layout.path.starts_with("_shortcodes/") || layout.path.contains("/_shortcodes/");
                (layout.module, !underscored)
            };
            match files.entry(ShortcodePath { modern: false, ..key }) {
                Entry::Vacant(entry) => _ = entry.insert(*layout),
                Entry::Occupied(mut entry) if rank(layout) < rank(entry.get()) => _ = entry.insert(*layout),
                Entry::Occupied(_) => {}
            }
        }
        let mut by_name: BTreeMap<String, Shortcode> = BTreeMap::new();
        let others: Vec<Layout<'_>> =
            layouts.iter().filter(|layout| shortcode_name(layout.path, version).is_none()).copied().collect();
        let files: Vec<(ShortcodePath, Layout<'_>, Template)> = files
            .into_values()
            .filter_map(|layout| Some((shortcode_name(layout.path, version)?, layout, parse(layout.text))))
            .collect();
        let mut sketches: Vec<Sketch<'_>> = files
            .iter()
            .map(|(key, _, template)| {
                let (summary, flow) = sketch(template, partials);
                Sketch { name: &key.name, template, flow, summary }
            })
            .collect();
        stored::join(&mut sketches, &others, partials);
        let mut asking = sketches.iter_mut().filter(|sketch| sketch.flow.asks_page).peekable();
        if asking.peek().is_some() {
            let keys = Arc::new(OtherKeys::of(&others));
            asking.for_each(|sketch| sketch.summary.page_store = Some(Arc::clone(&keys)));
        }
        let summaries: Vec<Summary> = sketches.into_iter().map(|sketch| sketch.summary).collect();
        for ((key, layout, _), summary) in files.into_iter().zip(summaries) {
            let variant = Variant { path: layout.path.to_owned(), key, summary };
            match by_name.entry(variant.key.name.clone()) {
                Entry::Vacant(entry) => {
                    let summary = variant.summary.clone();
                    entry.insert(Shortcode { summary, variants: vec![variant] });
                }
                Entry::Occupied(mut entry) => {
                    let known = entry.get_mut();
                    known.summary.merge(&variant.summary);
                    known.variants.push(variant);
                }
            }
        }
        for name in embedded::NAMES {
            let Some(summary) = embedded(name, version) else { continue };
            match by_name.entry((*name).to_owned()) {
                Entry::Vacant(entry) => _ = entry.insert(Shortcode { summary, variants: Vec::new() }),
                // Hugo's own stays beside a user's variant that is for something else.
                Entry::Occupied(mut entry) if !entry.get().variants.iter().any(Variant::is_plain) => {
                    entry.get_mut().summary.merge(&summary);
                }
                Entry::Occupied(_) => {}
            }
        }
        Self { by_name, version: Some(version) }
    }

    /// The shortcode that a call of this name gets.
    pub fn get(&self, name: &str) -> Option<&Shortcode> {
        self.by_name.get(&self.version.map_or_else(|| name.to_owned(), |version| normal(name, version)))
    }

    /// All names, with their shortcodes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Shortcode)> {
        self.by_name.iter().map(|(name, shortcode)| (name.as_str(), shortcode))
    }
}

impl Variant {
    /// For HTML, everywhere: it takes the place of Hugo's own.
    fn is_plain(&self) -> bool {
        self.key.section.is_none() && self.key.variant.is_empty() && !self.key.plain_text
    }
}

impl Shortcode {
    /// The sections whose pages may use it; `None`: all pages may.
    pub fn sections(&self) -> Option<BTreeSet<&str>> {
        if self.variants.is_empty() {
            return None;
        }
        self.variants.iter().map(|variant| variant.key.section.as_deref()).collect()
    }
}

impl Summary {
    /// Keeps what holds for both.
    pub fn merge(&mut self, other: &Self) {
        let same = self.inner == other.inner;
        self.inner = self.inner.filter(|_| same);
        self.legacy &= other.legacy;
        if self.inner_use != other.inner_use {
            self.inner_use = InnerUse::Unknown;
        }
        for (mine, theirs) in
            [(&mut self.before_inner, &other.before_inner), (&mut self.after_inner, &other.after_inner)]
        {
            if mine != theirs {
                *mine = None;
            }
        }
        for (param, roles) in &mut self.parameters {
            weaken(roles, other.parameters.get(param));
        }
        for (param, roles) in &other.parameters {
            if !self.parameters.contains_key(param) {
                let mut roles = roles.clone();
                weaken(&mut roles, None);
                self.parameters.insert(param.clone(), roles);
            }
        }
        if self.renderer != other.renderer {
            self.renderer = Renderer::Either;
        }
        if self.shown_by != other.shown_by {
            self.shown_by = None;
        }
        if self.guard != other.guard {
            self.guard = None;
        }
        if self.output != other.output {
            self.output = Output::Unknown;
        }
        if self.branches != other.branches {
            self.branches = [None, None];
        }
        self.all_parameters |= other.all_parameters;
        self.opaque |= other.opaque;
        self.unknown_anchors |= other.unknown_anchors || self.anchors != other.anchors;
        self.anchors.extend(other.anchors.iter().cloned());
        // Their places are in other files; each variant keeps its own.
        self.links.clear();
        self.images.clear();
        self.computed_links |= other.computed_links;
        self.headings |= other.headings;
        self.heading_texts.extend(other.heading_texts.iter().cloned());
        self.unknown_headings |= other.unknown_headings;
        self.transcludes |= other.transcludes;
        self.page_store = self.page_store.take().or_else(|| other.page_store.clone());
        self.problem = self.problem.take().or_else(|| other.problem.clone());
    }
}

/// A role that only one variant gives is not certain.
fn weaken(roles: &mut Roles, other: Option<&Roles>) {
    for (role, exactness) in roles.iter_mut() {
        let theirs = other.and_then(|other| other.get(role)).copied();
        *exactness = exactness.or(theirs.unwrap_or(Exactness::Derived));
    }
    for (role, exactness) in other.into_iter().flatten() {
        roles.entry(*role).or_insert(Exactness::Derived.max(*exactness));
    }
}
