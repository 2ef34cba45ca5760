//! Gathers what templates, Hugo itself and use teach about shortcodes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    hugo::{
        definitions::{Asks, Condition, Definition, Definitions, Origin},
        highlight::CodeHooks,
        mounts::Mounts,
        shortcode::Inner,
        templates::{
            GuardArguments, InnerUse, InnerUses, Layout, Lookup, PageGuard, PageText, Partials, Role,
            Selector, Shortcode, Shortcodes, Summary, Template,
            hooks::{self, DestinationHook, HeadingHook, HookPath, Hooks},
            page_guard, parse,
        },
        version::Version,
    },
    source::{Source, Span},
    tree::Tree,
};

/// What the layouts of a site say.
#[derive(Debug, Default)]
pub(super) struct Layouts {
    /// Template files, by path on disk.
    pub(super) sources: Vec<Source>,
    /// The shortcodes that have templates, Hugo's own included.
    pub(super) definitions: Definitions,
    /// The site parameters that conditions ask for.
    pub(super) asked: Vec<String>,
    /// The site's own link hooks.
    pub(super) link_hooks: Hooks<DestinationHook>,
    /// Their templates; empty: of several that differ.
    pub(super) link_hook_templates: Hooks<Template>,
    /// The site's own image hooks.
    pub(super) image_hooks: Hooks<DestinationHook>,
    /// The texts of image hooks that print ids; empty: those of hooks that print none.
    pub(super) image_id_hooks: Hooks<String>,
    /// The site's own heading hooks.
    pub(super) heading_hooks: Hooks<HeadingHook>,
    /// The site's own hooks for code.
    pub(super) code_hooks: CodeHooks,
    /// Ids that layouts print around every page.
    pub(super) ids: Vec<String>,
    /// Conditions on front matter that layouts put around a page's content.
    pub(super) page_guards: Vec<PageGuard>,
    /// The partials that layouts and shortcodes call.
    pub(super) partials: Arc<Partials>,
    /// Templates that do not parse: path, place, why.
    pub(super) problems: Vec<(String, Span, String)>,
}

/// Reads the templates of all editions. `incomplete`: more may exist elsewhere; `params` are the site's parameters, as
/// far as all its pages have them alike.
pub(super) fn read(
    tree: &dyn Tree,
    mounts: &[&Mounts],
    version: Version,
    incomplete: bool,
    params: Lookup<'_>,
) -> Layouts {
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    let mut files: Vec<(&str, &str, usize)> = Vec::new();
    for layout in mounts.iter().flat_map(|mounts| &mounts.layouts) {
        if files.iter().any(|(_, disk, _)| *disk == layout.disk) {
            continue;
        }
        if let Ok(text) = tree.read(&layout.disk) {
            texts.insert(&layout.disk, text.text.into_owned());
            files.push((&layout.path, &layout.disk, layout.module));
        }
    }
    let text_of = |disk: &str| texts.get(disk).map_or("", String::as_str);
    let partials = Arc::new(Partials::new(files.iter().map(|(path, disk, _)| (*path, text_of(disk)))));
    let layouts: Vec<Layout<'_>> = files
        .iter()
        .map(|(path, disk, module)| Layout { path, text: text_of(disk), module: *module })
        .collect();
    let shortcodes = Shortcodes::new(&layouts, &partials, version);
    let mut found =
        Layouts { definitions: Definitions::new(version.at_least(146), incomplete), ..Layouts::default() };
    found.definitions.set_inner_uses(inner_uses(&shortcodes, &layouts, &partials));
    for (name, shortcode) in shortcodes.iter() {
        let path = shortcode.variants.first().map(|variant| {
            let disk = files.iter().find(|(path, ..)| *path == variant.path).map_or("", |(_, disk, _)| disk);
            disk.to_owned()
        });
        for variant in &shortcode.variants {
            if let Some((span, why)) = &variant.summary.problem {
                let disk =
                    files.iter().find(|(path, ..)| *path == variant.path).map_or("", |(_, disk, _)| disk);
                found.problems.push((disk.to_owned(), *span, why.clone()));
            }
        }
        let definition = define(&shortcode.summary, path);
        if let Some(Asks::SiteParam(path)) = definition.condition.as_ref().map(|condition| &condition.asks) {
            found.asked.push(path.join("."));
        }
        found.definitions.insert(name, definition);
    }
    found.link_hooks = Hooks::new(
        read_hooks(&files, &texts, "render-link", &|text| hooks::link(text, &partials, params)),
        &DestinationHook::Unknown,
    );
    found.link_hook_templates =
        Hooks::new(read_hooks(&files, &texts, "render-link", &parse), &Template::default());
    found.image_hooks = Hooks::new(
        read_hooks(&files, &texts, "render-image", &|text| hooks::image(text, &partials, params)),
        &DestinationHook::Unknown,
    );
    let with_ids = |text: &str| if text.contains("id=") { text.to_owned() } else { String::new() };
    found.image_id_hooks = Hooks::new(
        read_hooks(&files, &texts, "render-image", &with_ids),
        &"{{ template \"several\" }}".to_owned(),
    );
    found.heading_hooks = Hooks::new(
        read_hooks(&files, &texts, "render-heading", &|text| hooks::heading(text, &partials, params)),
        &HeadingHook::Unknown,
    );
    found.code_hooks = CodeHooks::new(files.iter().map(|(path, disk, _)| (*path, text_of(disk))));
    let around_pages = files.iter().filter(|(path, ..)| !path.contains("shortcodes/"));
    found.ids = around_pages.flat_map(|(_, disk, _)| literal_ids(text_of(disk))).collect();
    found.ids.sort();
    found.ids.dedup();
    found.page_guards = files
        .iter()
        .filter(|(path, ..)| !path.contains("shortcodes/") && !path.contains("partials/"))
        .filter_map(|(_, disk, _)| page_guard(text_of(disk), &partials))
        .collect();
    found.partials = partials;
    found.sources = texts.into_iter().map(|(disk, text)| Source::new(disk, text)).collect();
    found
}

/// The templates of shortcodes whose use of their inner text depends on the call, and of those that print it for them.
fn inner_uses(shortcodes: &Shortcodes, layouts: &[Layout<'_>], partials: &Arc<Partials>) -> InnerUses {
    let depends = |shortcode: &Shortcode| {
        matches!(shortcode.summary.inner_use, InnerUse::Mixed | InnerUse::Unknown)
            && shortcode.summary.problem.is_none()
    };
    let printing =
        shortcodes.iter().filter_map(|(_, own)| own.summary.shown_by.as_ref().filter(|_| depends(own)));
    let printing: BTreeSet<&str> =
        printing.flat_map(|shown_by| shown_by.names.iter().map(String::as_str)).collect();
    let template = |shortcode: &Shortcode| {
        let [only] = shortcode.variants.as_slice() else { return None };
        layouts.iter().find(|layout| layout.path == only.path).map(|layout| parse(layout.text))
    };
    let wanted = shortcodes.iter().filter(|(name, own)| depends(own) || printing.contains(name));
    let templates = wanted.filter_map(|(name, own)| Some((name.to_owned(), template(own)?))).collect();
    InnerUses::new(templates, Arc::clone(partials))
}

/// The hooks of a kind among template files, in the order in which they win.
fn read_hooks<T>(
    files: &[(&str, &str, usize)],
    texts: &BTreeMap<&str, String>,
    name: &str,
    read: &dyn Fn(&str) -> T,
) -> Vec<(HookPath, usize, T)> {
    let found = files.iter().filter_map(|(path, disk, module)| {
        let text = texts.get(disk)?;
        Some((hooks::hook_path(path, name)?, *module, read(text)))
    });
    found.collect()
}

fn define(summary: &Summary, path: Option<String>) -> Definition {
    let inner = match summary.inner {
        Some(true) => Inner::Used,
        Some(false) => Inner::Unused,
        None => Inner::Unknown,
    };
    let condition = summary.guard.as_ref().filter(|guard| !guard.substring).and_then(|guard| {
        Some(Condition {
            asks: asks(&guard.selector)?,
            shows: guard.shows,
            argument: match &guard.arguments {
                GuardArguments::All => None,
                GuardArguments::Listed(params) => params.first().cloned(),
            },
            separator: guard.separator.clone(),
        })
    });
    let roles = summary
        .parameters
        .iter()
        .flat_map(|(param, roles)| roles.iter().map(|(role, exactness)| (param.clone(), *role, *exactness)))
        .filter(|(_, role, _)| !matches!(role, Role::Text | Role::Markdown))
        .collect();
    let origin = path.map_or(Origin::Embedded, Origin::Template);
    Definition { origin, inner, summary: summary.clone(), roles, condition, choice: None }
}

fn asks(selector: &Selector) -> Option<Asks> {
    match selector {
        Selector::SiteParam(path) => {
            Some(Asks::SiteParam(path.iter().map(|part| part.to_lowercase()).collect()))
        }
        Selector::Dimension(own) => Some(Asks::Dimension(*own)),
        Selector::PageParam(path) => Some(Asks::Page(vec![vec![PageText::Param(path.clone())]])),
        Selector::PageTexts(texts) => Some(Asks::Page(texts.clone())),
        Selector::Param(_) | Selector::Environment | Selector::Language => None,
    }
}

/// Constant ids in a template: `id="content"`.
fn literal_ids(text: &str) -> Vec<String> {
    text.match_indices("id=")
        .filter(|(at, _)| text[..*at].ends_with(|c: char| c.is_whitespace()))
        .filter_map(|(at, _)| {
            let rest = &text[at + 3..];
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let id = rest[1..].split(quote).next()?;
            let plain = !id.is_empty() && !id.contains("{{") && !id.contains(char::is_whitespace);
            plain.then(|| id.to_owned())
        })
        .collect()
}
