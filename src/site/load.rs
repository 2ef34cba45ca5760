//! Reads a site: from a [`Tree`] to a [`Site`].

use std::{
    cell::LazyCell,
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

use rayon::prelude::*;

use super::{
    Edition, Site, adapters,
    alike::{Alike, Sheet, read_sheets},
    anchors::{self, PageAnchors},
    cascaded::Parameters,
    containers, declared, definitions,
    edition::{Axis, AxisSource, EditionSet, Visibility},
    editions,
    generated::Generated,
    images, infer, links, made, named, neighbours, page_axis,
    printed::Printed,
    printouts::Printouts,
    refusals,
    repository::RepositoryFiles,
};
use crate::{
    hugo::{
        config::{self, Config},
        content,
        definitions::Definitions,
        highlight::CodeHooks,
        host::Host,
        layouts::LayoutStore,
        mounts::{self, Mounts},
        outputs::Outputs,
        overrides::Overrides,
        paths::Day,
        publish::{self, Contents, PageInput},
        published::Published,
        templates::{
            Selector,
            hooks::{HeadingHook, Hooks},
        },
        twins,
        version::{self, Version},
    },
    markdown::{
        self, Dialect, Draft,
        front_matter::{self, FrontMatter},
    },
    page::Page,
    settings::{Settings, variants::VariantSettings},
    source::{Source, Span},
    tree::Tree,
    value::Value,
    variants::{self, Group},
};

/// What reading a site needs beyond its files.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    /// Today, which decides what is in the future or expired.
    pub today: Day,
    /// The Hugo version, if the user says which.
    pub version: Option<Version>,
}

impl Site {
    /// Whether the tree's root holds the configuration of a Hugo site.
    pub fn is_configured(tree: &dyn Tree) -> bool {
        editions::is_configured(tree)
    }

    /// Whether that is a default configuration (`hugo.toml`, `config/_default`, …).
    pub fn has_default_configuration(tree: &dyn Tree) -> bool {
        !config::default_files(tree, "", config::PRODUCTION).is_empty()
    }

    /// Reads a site. What cannot be read is a mistake of the site ([`Site::mistakes`]), never a failure.
    pub fn load(tree: &dyn Tree, circumstances: Circumstances) -> Self {
        Self::load_with(tree, circumstances, None)
    }

    /// Reads a site of which much is known from another reading. The result is the same.
    pub fn load_alike(tree: &dyn Tree, circumstances: Circumstances, other: &Alike<'_>) -> Self {
        Self::load_with(tree, circumstances, Some(other))
    }

    fn load_with(tree: &dyn Tree, circumstances: Circumstances, other: Option<&Alike<'_>>) -> Self {
        let (settings, mistakes) = Settings::read(tree);
        let mut site = Self::load_alone(tree, circumstances, &settings.variants, other);
        site.mistakes.extend(mistakes);
        if let Some(path) = &settings.variants_path {
            let idle = declared::idle(&settings.variants.axes, &site.axes);
            site.mistakes.extend(idle.map(|mistake| (path.clone(), mistake)));
        }
        let (neighbours, mistakes) = neighbours::read(tree, &settings, circumstances);
        site.mistakes.extend(mistakes);
        site.neighbours = neighbours;
        site.repository = RepositoryFiles::read(tree, &site.pages);
        for (path, text) in &settings.files {
            let at = site.sources.partition_point(|own| own.path < *path);
            site.sources.insert(at, Source::new(path.as_str(), text.as_str()));
        }
        site.settings = settings;
        site.links = links::judge(&site);
        if site.printed.read_wanted(&site, tree) {
            site.links = links::judge(&site);
        }
        site
    }

    /// Reads a site without looking where its links lead.
    pub(super) fn load_alone(
        tree: &dyn Tree,
        circumstances: Circumstances,
        settings: &VariantSettings,
        other: Option<&Alike<'_>>,
    ) -> Self {
        let overrides = Overrides::detect(tree.surroundings());
        let (mut found, mut mistakes) = editions::find(tree, &overrides);
        let minimum = found
            .first()
            .and_then(|edition| edition.config.root.at(&["module", "hugoversion", "min"])?.to_text());
        let detected = version::detect(tree.surroundings(), minimum.as_deref());
        let version = circumstances
            .version
            .or(detected.as_ref().map(|(version, _)| *version))
            .unwrap_or(Version::NEWEST);
        let is_known = circumstances.version.is_some() || detected.is_some();
        found.iter_mut().for_each(|own| own.config.suit(version, is_known));
        let known = is_known.then_some(version);
        let found = editions::by_cell(found, version);
        let mounted: Vec<Mounts> =
            found.par_iter().map(|edition| mounts::mount(tree, &edition.config, version)).collect();
        let incomplete = mounted.iter().any(Mounts::lacks_module);

        let mounts: Vec<&Mounts> = mounted.iter().collect();
        let read_templates = || {
            let own = found.iter().zip(&mounted);
            let configs: LazyCell<Vec<Config>, _> = LazyCell::new(|| {
                own.map(|(edition, mounts)| edition.config.with_modules(&mounts.module_configs)).collect()
            });
            let params = |key: &str| if incomplete { None } else { common_param(&configs[..], key) };
            definitions::read(tree, &mounts, version, incomplete, &params)
        };
        let read_others = || (read_templates(), Generated::read(tree));
        // Templates are read one after the other, and what they say is not asked for before all pages are there.
        let ((mut sheets, unreadable), (mut layouts, generated)) =
            rayon::join(|| read_sheets(tree, &mounted, version, other), read_others);
        mistakes.extend(unreadable);
        let mut axes = find_axes(&found, &sheets, &mut layouts, incomplete, settings);

        let editions = name_editions(found, mounted, axes.first());
        sheets.sort_by(|a, b| a.path().cmp(b.path()));
        let complete = generated.configuration.is_none();
        let reckoning = Reckoning { version, known, complete, today: circumstances.today };
        let fields = take_front_matter(&mut sheets);
        // Shortcodes that ask pages for their parameters say more of readers than versions of the site do.
        let by_pages = page_axis::is_asked(&layouts.definitions);
        axes.retain(|axis| axis.source != AxisSource::Dimensions || !by_pages);
        if axes.is_empty() {
            axes.extend(declared::axis_of_readers(&settings.axes, sheets.len()));
        }
        let reading = Reading {
            editions: &editions,
            definitions: &layouts.definitions,
            heading_hooks: &layouts.heading_hooks,
            code_hooks: &layouts.code_hooks,
            version,
        };
        let same = other.is_some_and(|other| reading.is_same(other.site));
        let publish = |fields: &[_]| {
            let known = other.and_then(|other| other.published(fields, circumstances, version));
            known.map_or_else(|| publish_all(tree, &editions, fields, &reckoning), <[_]>::to_vec)
        };
        let (pages, published, facts) = if axes.is_empty() && by_pages {
            // What cascades to a page is known when it is published, and with it whose the page is.
            let published = publish(&fields);
            let pages = sheets.into_par_iter().map(|sheet| sheet.into_page(&reading, same)).collect();
            let pages = give_front_matter(pages, fields);
            let parameters = Parameters::of_all(&pages, &published[0], &editions[0].config, version);
            axes.extend(page_axis::find(&layouts.definitions, &parameters));
            let facts = reading.facts_of_all(&pages, &axes);
            (pages, published, facts)
        } else {
            // Editions are few and large, pages many and small: together they keep all threads busy.
            let read = || reading.pages_and_facts(sheets, same, &fields, &axes);
            let (published, (pages, facts)) = rayon::join(|| publish(&fields), read);
            (give_front_matter(pages, fields), published, facts)
        };
        let (mut visibility, (alternatives, mut anchors)) = facts;
        keep_to_cells(&editions, &published, 0, &mut visibility);
        reading.name_headings_below(&published, &pages, &visibility, &mut anchors);
        let mut sources = layouts.sources;
        sources.extend(configurations(tree, &editions));
        let (absent, naming) = named::absent(tree, &editions, &sources, &generated);
        sources.extend(naming);
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        let judged = if complete { editions.as_slice() } else { &[] };
        let refusals = refusals::of_configurations(tree, judged, known);
        let heading_hooks = layouts.heading_hooks;
        let mut site = Self {
            version,
            version_source: detected.filter(|_| circumstances.version.is_none()).map(|(_, file)| file),
            overrides: if config::default_files(tree, "", config::PRODUCTION).is_empty() {
                Vec::new()
            } else {
                overrides.written
            },
            editions,
            today: circumstances.today,
            declared: settings.clone(),
            axes,
            definitions: layouts.definitions,
            projections: pages.iter().map(|_| OnceLock::new()).collect(),
            suspects: pages.iter().map(|_| OnceLock::new()).collect(),
            pages,
            visibility,
            alternatives,
            anchors,
            published,
            drops_heading_ids: heading_hooks.on("") == Some(&HeadingHook::NoId),
            link_hooks: layouts.link_hooks,
            image_hooks: layouts.image_hooks,
            generated,
            names: None,
            history: None,
            absent,
            layout_ids: layouts.ids,
            printed: Printed::new(layouts.partials),
            heading_hooks,
            code_hooks: layouts.code_hooks,
            image_id_hooks: layouts.image_id_hooks,
            link_hook_templates: layouts.link_hook_templates,
            template_problems: layouts.problems,
            links: Vec::new(),
            sources,
            neighbours: Vec::new(),
            location: tree.location(),
            repository: None,
            settings: Settings::default(),
            external: None,
            mistakes,
            refusals,
        };
        made::add(&mut site, tree);
        let all = 0..site.pages.len();
        site.run_calls(tree, all.clone());
        images::add_ids(&mut site, all);
        site
    }

    /// What making the ids of a page needs to know.
    pub(super) fn anchors_of<'s>(
        &'s self,
        index: usize,
        printouts: Option<&'s Printouts>,
    ) -> anchors::Setting<'s> {
        anchors::Setting {
            version: self.version,
            goldmark: &self.editions[0].config.goldmark,
            hook: self.heading_hooks.on(identity(&self.published, index)),
            code_hooks: &self.code_hooks,
            definitions: &self.definitions,
            printouts,
        }
    }
}

/// What follows from pages alone, by page: who sees what, which blocks are versions of one another, and the ids.
type Facts = (Vec<Visibility>, (Vec<Vec<Group>>, Vec<PageAnchors>));

/// The paths and front matter of content files. Publishing asks for them while pages are read.
fn take_front_matter(sheets: &mut [Sheet<'_>]) -> Vec<(String, FrontMatter)> {
    let take = |sheet: &mut Sheet<'_>| (sheet.path().to_owned(), sheet.take_front_matter());
    sheets.iter_mut().map(take).collect()
}

fn give_front_matter(mut pages: Vec<Page>, fields: Vec<(String, FrontMatter)>) -> Vec<Page> {
    for (page, (_, front_matter)) in pages.iter_mut().zip(fields) {
        page.front_matter = front_matter;
    }
    pages
}

/// What pages are read with.
pub(super) struct Reading<'s> {
    pub(super) editions: &'s [Edition],
    pub(super) definitions: &'s Definitions,
    pub(super) heading_hooks: &'s Hooks<HeadingHook>,
    pub(super) code_hooks: &'s CodeHooks,
    pub(super) version: Version,
}

impl Reading<'_> {
    /// Whether the same text makes the same page here as in another reading.
    fn is_same(&self, other: &Site) -> bool {
        let goldmark = |editions: &[Edition]| editions.first().map(|own| own.config.goldmark.clone());
        self.version == other.version
            && goldmark(self.editions) == goldmark(&other.editions)
            && *self.definitions == other.definitions
    }

    /// A page, without its front matter if the draft has none any more.
    pub(super) fn page(&self, draft: Draft) -> Page {
        let goldmark = &self.editions[0].config.goldmark;
        markdown::page(draft, Dialect { version: self.version, goldmark, definitions: self.definitions })
    }

    /// What follows from one page alone.
    pub(super) fn facts(
        &self,
        index: usize,
        page: &Page,
        fields: &Value,
        axes: &[Axis],
    ) -> (Visibility, (Vec<Group>, PageAnchors)) {
        let definitions = self.definitions;
        let everybody = EditionSet::all(self.editions.len());
        let seen = page_visibility(index, (page, fields), everybody, axes, definitions);
        let setting = self.anchors(self.heading_hooks.on(""));
        let versions = variants::groups(page, &seen, definitions);
        let ids = anchors::collect(page, &seen, &setting);
        (seen, (versions, ids))
    }

    fn facts_of_all(&self, pages: &[Page], axes: &[Axis]) -> Facts {
        let of_page =
            |(index, page): (usize, &Page)| self.facts(index, page, &page.front_matter.fields, axes);
        pages.par_iter().enumerate().map(of_page).unzip()
    }

    /// What follows from a page is worked out while the page is at hand: to come back to it takes longer.
    fn pages_and_facts(
        &self,
        sheets: Vec<Sheet<'_>>,
        same: bool,
        fields: &[(String, FrontMatter)],
        axes: &[Axis],
    ) -> (Vec<Page>, Facts) {
        let read = |(index, (sheet, (_, front_matter))): (usize, (Sheet<'_>, &(String, FrontMatter)))| {
            let page = sheet.into_page(self, same);
            let facts = self.facts(index, &page, &front_matter.fields, axes);
            (page, facts)
        };
        sheets.into_par_iter().zip(fields).enumerate().map(read).unzip()
    }

    pub(super) fn anchors<'a>(&'a self, hook: Option<&'a HeadingHook>) -> anchors::Setting<'a> {
        let (goldmark, definitions) = (&self.editions[0].config.goldmark, self.definitions);
        let (version, code_hooks) = (self.version, self.code_hooks);
        anchors::Setting { version, goldmark, hook, code_hooks, definitions, printouts: None }
    }

    /// Gives other ids to the headings of pages below directories that have a heading hook of their own.
    fn name_headings_below(
        &self,
        published: &[Arc<Published>],
        pages: &[Page],
        visibility: &[Visibility],
        anchors: &mut [PageAnchors],
    ) {
        let hooks = self.heading_hooks;
        if hooks.are_everywhere_alike() {
            return;
        }
        for (index, page) in pages.iter().enumerate() {
            let hook = hooks.on(identity(published, index));
            if hook != hooks.on("") {
                anchors[index] = anchors::collect(page, &visibility[index], &self.anchors(hook));
            }
        }
    }
}

/// The path of a page, without extension and language; empty where no edition has it.
pub(super) fn identity(published: &[Arc<Published>], page: usize) -> &str {
    let number = u32::try_from(page).unwrap_or(u32::MAX);
    let of_edition = |own: &Published| own.of_page.get(&number).and_then(|all| all.first().copied());
    let first = published.iter().find_map(|own| Some(&own.instances[of_edition(own)? as usize]));
    first.map_or("", |instance| instance.identity.as_str())
}

/// What tells readers apart; along the way, use teaches about shortcodes that have no template.
fn find_axes(
    found: &[editions::Found],
    sheets: &[Sheet<'_>],
    layouts: &mut definitions::Layouts,
    incomplete: bool,
    settings: &VariantSettings,
) -> Vec<Axis> {
    let mentions = |values: &[String]| {
        let in_page = |sheet: &Sheet<'_>| {
            let arguments = sheet.tags().iter().flat_map(|tag| &tag.arguments);
            arguments.filter(|argument| values.contains(&argument.value)).count()
        };
        sheets.par_iter().map(in_page).sum()
    };
    let mut axes = if settings.axes.is_empty() {
        editions::axes(found, &layouts.asked, &mentions)
    } else {
        declared::axes_of_editions(found, &settings.axes)
    };
    // Arguments are versions for other reasons than to ask for one (`new-in v2.0.0`).
    let by_use = axes.first().filter(|axis| axis.source != AxisSource::Dimensions);
    infer::define(sheets, by_use, &mut layouts.definitions);
    containers::define(sheets, &mut layouts.definitions);
    declared::define(settings, &axes, &mut layouts.definitions);
    let is_open = |axis: &&mut Axis| {
        axis.page_hide.is_none() && axis.page_show.is_none() && axis.source != AxisSource::Dimensions
    };
    for axis in axes.iter_mut().filter(is_open) {
        page_keys(layouts, sheets, axis, incomplete);
    }
    axes
}

/// What publishing is reckoned with.
struct Reckoning {
    version: Version,
    /// The version, if the site or the user says which.
    known: Option<Version>,
    /// Whether all configuration is here.
    complete: bool,
    today: Day,
}

/// Nobody sees a page in a version or role that it is not for; these pages start at an index.
pub(super) fn keep_to_cells(
    editions: &[Edition],
    published: &[Arc<Published>],
    start: usize,
    visibility: &mut [Visibility],
) {
    if editions.iter().all(|edition| edition.config.cell.is_none()) {
        return;
    }
    for (page, seen) in (start..).zip(visibility) {
        let number = u32::try_from(page).unwrap_or(u32::MAX);
        let has = |edition: &usize| published[*edition].of_page.contains_key(&number);
        let editions = (0..published.len()).filter(has).map(EditionSet::one);
        seen.limit(editions.fold(EditionSet::EMPTY, EditionSet::or));
    }
}

/// What each edition publishes.
fn publish_all(
    tree: &dyn Tree,
    editions: &[Edition],
    pages: &[(String, FrontMatter)],
    reckoning: &Reckoning,
) -> Vec<Arc<Published>> {
    let &Reckoning { version, known, complete, today } = reckoning;
    let inputs: Vec<PageInput<'_>> =
        pages.iter().map(|(disk, own)| PageInput { disk, fields: &own.fields }).collect();
    let others = read_others(tree, editions, version);
    let others: Vec<PageInput<'_>> = others.iter().map(|(disk, fields)| PageInput { disk, fields }).collect();
    let host = Host::detect(tree, &editions[0].mounts, &editions[0].config);
    // What is published alike is kept once: it takes half the time and memory, and links are looked up in less of it.
    let alike = |one: &Edition, other: &Edition| {
        one.config.cell == other.config.cell
            && twins::publish_alike(&one.config, &other.config)
            && one.mounts == other.mounts
    };
    let first_alike = |index: usize| (0..index).find(|&first| alike(&editions[first], &editions[index]));
    let twins: Vec<usize> = (0..editions.len()).map(|index| first_alike(index).unwrap_or(index)).collect();
    let one = |(index, edition): (usize, &Edition)| {
        if twins[index] != index {
            return None;
        }
        let outputs = Outputs::new(&edition.config);
        let layouts = LayoutStore::read(tree, &edition.mounts, &edition.config, &outputs, version);
        let adapted = |disk: &str, language: &str| {
            if complete { adapters::pages(tree, edition, disk, language) } else { None }
        };
        let contents = Contents {
            pages: &inputs,
            others: &others,
            adapted: &adapted,
            layouts: &layouts,
            today,
            known,
            complete,
        };
        Some(Arc::new(publish::publish(&edition.config, version, &edition.mounts, &contents, &host)))
    };
    let mut published: Vec<Option<Arc<Published>>> = editions.par_iter().enumerate().map(one).collect();
    let with_cell = published.iter_mut().zip(editions).filter(|(_, edition)| edition.config.cell.is_some());
    let mut cells: Vec<&mut Published> =
        with_cell.filter_map(|(own, _)| Arc::get_mut(own.as_mut()?)).collect();
    Published::join(&mut cells);
    twins.iter().map(|&first| published[first].clone().expect("the first of its kind is published")).collect()
}

/// The front matter of content files that are neither Markdown nor HTML, by path.
fn read_others(tree: &dyn Tree, editions: &[Edition], version: Version) -> Vec<(String, Value)> {
    let is_other = |disk: &&str| {
        let extension = disk.rsplit_once('.').map_or("", |(_, extension)| extension);
        content::is_content_extension(extension, version) && !content::is_read(disk, version)
    };
    let files = editions.iter().flat_map(|edition| &edition.mounts.content);
    let paths: BTreeSet<&str> = files.map(|file| file.disk.as_str()).filter(is_other).collect();
    let read = |disk: &str| {
        let text = tree.read(disk).ok()?;
        Some((disk.to_owned(), front_matter::read(&text.text).0.fields))
    };
    paths.into_iter().filter_map(read).collect()
}

/// Which front matter keys hide or show pages: what layouts say, else what use says where layouts may be missing.
fn page_keys(layouts: &definitions::Layouts, sheets: &[Sheet<'_>], axis: &mut Axis, incomplete: bool) {
    for guard in &layouts.page_guards {
        let on_axis = matches!(&guard.selector, Selector::SiteParam(param) if matches!(param.as_slice(), [own] if own.eq_ignore_ascii_case(&axis.param)));
        if let (true, [key]) = (on_axis, guard.key.as_slice()) {
            let slot = if guard.shows { &mut axis.page_show } else { &mut axis.page_hide };
            slot.get_or_insert_with(|| key.to_lowercase());
        }
    }
    if incomplete && axis.page_hide.is_none() && axis.page_show.is_none() {
        infer::page_key(sheets, axis);
    }
}

fn name_editions(found: Vec<editions::Found>, mounted: Vec<Mounts>, axis: Option<&Axis>) -> Vec<Edition> {
    let naming = axis.filter(|axis| axis.values.iter().collect::<BTreeSet<_>>().len() == axis.values.len());
    found
        .into_iter()
        .zip(mounted)
        .enumerate()
        .map(|(index, (edition, mounts))| {
            let value = naming.and_then(|axis| axis.values.get(index).cloned());
            Edition {
                name: value.unwrap_or(edition.name),
                files: edition.files,
                config: edition.config.with_modules(&mounts.module_configs),
                mounts,
            }
        })
        .collect()
}

/// A parameter of the site that all languages of all editions have alike; `None`: they have not.
fn common_param(configs: &[Config], key: &str) -> Option<Option<Value>> {
    let mut values = configs
        .iter()
        .flat_map(|config| config.languages.iter().map(|own| Some(config.param(&[key], &own.key)?.cloned())));
    let first = values.next()??;
    values.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

fn page_visibility(
    index: usize,
    (page, fields): (&Page, &Value),
    everybody: EditionSet,
    axes: &[Axis],
    definitions: &Definitions,
) -> Visibility {
    let mut visible = everybody;
    let mut place = None;
    if let Some(pages) = axes.first().and_then(|axis| axis.pages.as_ref()) {
        let seen = (everybody, Some(pages.of_page[index]));
        return Visibility::new(page, seen, pages.places[index], axes, definitions);
    }
    for axis in axes {
        let listed = |key: &Option<String>| {
            let entry = fields.entry(key.as_deref()?)?;
            let values = entry.value.items().iter().filter_map(Value::to_text);
            let set = values.fold(EditionSet::EMPTY, |set, value| set.or(axis.editions_of(&value)));
            Some((set, Span { start: entry.key_span.start, end: entry.value.span.end }))
        };
        if let Some((hidden, span)) = listed(&axis.page_hide) {
            visible = visible.without(hidden);
            place = place.or(Some(span));
        }
        if let Some((shown, span)) = listed(&axis.page_show).filter(|(shown, _)| !shown.is_empty()) {
            visible = visible.and(shown);
            place = place.or(Some(span));
        }
    }
    Visibility::new(page, (visible, None), place, axes, definitions)
}

fn configurations(tree: &dyn Tree, editions: &[Edition]) -> Vec<Source> {
    let paths: BTreeSet<&String> = editions.iter().flat_map(|edition| &edition.files).collect();
    paths
        .into_iter()
        .filter_map(|path| Some(Source::new(path.as_str(), tree.read(path).ok()?.text)))
        .collect()
}
