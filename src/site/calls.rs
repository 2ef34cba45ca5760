//! Calls of shortcodes whose output depends on data, parameters and the page: they are run one by one.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{Site, resolve::Resolver};
use crate::{
    hugo::{
        definitions::{Definition, Origin},
        templates::{Known, Partials, Printout, SiteData, Template, evaluate, parse},
    },
    page::{Link, LinkKind, Page},
    source::Span,
    tree::Tree,
    value::{Format, Value, parse as parse_data},
};

/// What the calls of one page print that were run, by index in [`Page::calls`].
pub(super) type Printouts = FxHashMap<usize, Printout>;

/// Whether a shortcode's calls are worth running: its template alone does not say what they print.
fn is_worth_it(definition: &Definition) -> bool {
    let summary = &definition.summary;
    matches!(definition.origin, Origin::Template(_))
        && summary.problem.is_none()
        && (summary.unknown_anchors || summary.opaque || summary.computed_links)
}

/// Runs such calls on all pages: what they print, by page.
pub(super) fn run(site: &Site, tree: &dyn Tree, partials: &Partials) -> Vec<(usize, Printouts)> {
    let names: Vec<&str> =
        site.definitions.iter().filter(|(_, own)| is_worth_it(own)).map(|(name, _)| name).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let templates: FxHashMap<&str, Template> = site
        .definitions
        .iter()
        .filter_map(|(_, own)| match &own.origin {
            Origin::Template(path) if is_worth_it(own) => {
                Some((path.as_str(), parse(&site.source(path)?.text)))
            }
            _ => None,
        })
        .collect();
    let mentions_data = site.sources.iter().any(|own| own.text.contains(".Data"));
    let data = if mentions_data { site.printed.data(site, tree) } else { None };
    let waiting: Vec<usize> = (0..site.pages.len())
        .filter(|&index| {
            site.pages[index].tags.iter().any(|tag| site.definitions.get(&tag.name).is_some_and(is_worth_it))
        })
        .collect();
    let of_pages = |pages: &[usize]| -> Vec<(usize, Printouts)> {
        // Each thread has the data in its own form.
        let data = data.cloned().map(SiteData::new);
        let one = |&index: &usize| Some((index, of_page(site, index, &templates, partials, data.as_ref())));
        pages.iter().filter_map(one).filter(|(_, found)| !found.is_empty()).collect()
    };
    let size = waiting.len().div_ceil(rayon::current_num_threads()).max(1);
    waiting.par_chunks(size).flat_map_iter(of_pages).collect()
}

fn of_page(
    site: &Site,
    index: usize,
    templates: &FxHashMap<&str, Template>,
    partials: &Partials,
    data: Option<&SiteData>,
) -> Printouts {
    let page = &site.pages[index];
    let mut found = Printouts::default();
    for (number, call) in page.calls.iter().enumerate() {
        let Some(definition) = site.definitions.get(&page.tags[call.open].name) else { continue };
        let Origin::Template(path) = &definition.origin else { continue };
        let Some(template) = templates.get(path.as_str()) else { continue };
        let mut outputs: Vec<Printout> = Vec::new();
        for (edition, published) in site.published.iter().enumerate() {
            let instances = u32::try_from(index).ok().and_then(|index| published.of_page.get(&index));
            for &instance in instances.into_iter().flatten() {
                let resolver = Resolver::new(site, edition, instance);
                let known = |known: &Known<'_>| evaluate(template, partials, known);
                outputs.push(resolver.with_known(Some(page), data, Some(&page.tags[call.open]), known));
            }
        }
        outputs.dedup();
        // Readers of several editions or languages who see different things are left alone.
        if let [only] = outputs.as_slice()
            && (only.closed || !only.links.is_empty())
        {
            found.insert(number, only.clone());
        }
    }
    found
}

impl Resolver<'_> {
    /// Hands on what is known of this page.
    pub(super) fn with_known<T>(
        &self,
        page: Option<&Page>,
        data: Option<&SiteData>,
        call: Option<&crate::hugo::shortcode::Tag>,
        with: impl FnOnce(&Known<'_>) -> T,
    ) -> T {
        let fields = |key: &str| self.field(page, key);
        let params = |key: &str| self.config.param(&[key], &self.instance.language).cloned();
        let section = self.instance.identity.split('/').next().unwrap_or("");
        let is_single = self.instance.kind.name() == "page" && !self.instance.identity.contains('/');
        with(&Known {
            fields: &fields,
            params: &params,
            data,
            kind: self.instance.kind.name(),
            section: if is_single { "" } else { section },
            language: &self.instance.language,
            id_type: self.config.goldmark.auto_id_type,
            call,
        })
    }
}

/// The data files of the project and its themes; `None`: some are not or may not be here, or in a format that we do not read.
/// Hugo: `hugolib/site.go`, `loadData`.
pub(super) fn read_data(site: &Site, tree: &dyn Tree) -> Option<Value> {
    let edition = site.editions.first()?;
    let mounts = edition.config.root.at(&["module", "mounts"]).map(Value::items).unwrap_or_default();
    let target = |mount: &Value| mount.get("target").and_then(Value::to_text).unwrap_or_default();
    if edition.mounts.lacks_module() || mounts.iter().any(|mount| target(mount).starts_with("data")) {
        return None;
    }
    // Scripts may make data that git ignores.
    let mut ignored = tree.paths().iter().filter(|path| path.rsplit('/').next() == Some(".gitignore"));
    let names_data = |path: &String| {
        tree.read(path).is_ok_and(|text| {
            text.text
                .lines()
                .any(|line| line.split('/').any(|part| part.starts_with("data")) && !line.starts_with('#'))
        })
    };
    if site.generated.configuration.is_some() || ignored.any(names_data) {
        return None;
    }
    let mut all = Value::map();
    let is_theme = |path: &&String| {
        path.contains("/data/") && (path.starts_with("themes/") || path.starts_with("_vendor/"))
    };
    let of_project = tree.below("data").iter();
    for path in tree.paths().iter().filter(is_theme).chain(of_project) {
        let (_, inside) =
            if path.starts_with("data/") { path.split_once('/')? } else { path.split_once("/data/")? };
        if inside.rsplit('/').next().is_some_and(|name| name.starts_with('.')) {
            continue;
        }
        let format = Format::of_path(path)?;
        let text = tree.read(path).ok()?.text;
        let (value, mistakes) = parse_data(format, &text, Span::new(0, text.len()));
        if !mistakes.is_empty() {
            return None;
        }
        let (stem, _) = inside.rsplit_once('.')?;
        let nested = stem.rsplit('/').fold(value, |value, name| Value::singleton(name, value));
        all.overlay(nested);
    }
    // Where templates ask for data and there is none, something else may bring it.
    (!all.entries().is_empty()).then_some(all)
}

/// Adds the links that calls print to those of their page.
pub(super) fn add_links(page: &mut Page, printouts: &Printouts) {
    let mut links: Vec<Link> = Vec::new();
    for (number, call) in page.calls.iter().enumerate() {
        let Some(printout) = printouts.get(&number) else { continue };
        let dropped = page.dropped.get(number).copied().unwrap_or(false);
        let tag = &page.tags[call.open];
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let own = |link: &&Link| matches!(link.kind, LinkKind::Argument { call, .. } if call == number);
        let known: Vec<&str> = page
            .links
            .iter()
            .filter(own)
            .filter(|link| !link.computed)
            .map(|link| link.destination.as_str())
            .collect();
        let before = &page.source.text[..tag.span.start as usize];
        let in_comment = before.rfind("<!--").is_some_and(|at| !before[at..].contains("-->"));
        let around = call.parent.and_then(|parent| u32::try_from(parent).ok());
        let document = page.documents.iter().position(|own| own.call.is_some() && own.call == around);
        for destination in printout.links.iter().filter(|destination| !known.contains(&destination.as_str()))
        {
            links.push(Link {
                destination: destination.clone(),
                span: tag.span,
                whole: tag.span,
                kind: LinkKind::Printed { call: number },
                alt: None,
                embedded: false,
                computed: false,
                rendered: !dropped && !in_comment,
                document: document.and_then(|at| u32::try_from(at).ok()).unwrap_or(0),
                call: around,
            });
        }
    }
    if !links.is_empty() {
        page.links.extend(links);
        page.links.sort_by_key(|link| link.span);
    }
}
