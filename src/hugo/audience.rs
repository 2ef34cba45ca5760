//! For which languages, versions and roles each content file is.

use std::sync::Arc;

use super::{
    cascade::{self, Cascades},
    config::Config,
    content::{Entry, FileKind},
    dimensions::{Cell, Patterns, Scope},
    glob,
    version::Version,
};
use crate::value::Value;

/// Pages whose front matter says for which languages they are: `sites.matrix.languages`.
pub(super) fn with_sites<'v>(
    entries: Vec<Entry>,
    config: &Config,
    fields_of: &dyn Fn(&Entry) -> Option<&'v Value>,
) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        let own = fields_of(&entry).and_then(|fields| fields.at(&["sites", "matrix", "languages"]));
        let Some(patterns) = own.map(Value::texts) else {
            all.push(entry);
            continue;
        };
        let chosen = config.languages.iter().filter(|language| glob::chooses(&patterns, &language.key));
        for language in chosen {
            let language = Arc::from(language.key.as_str());
            if !all.iter().any(|own| own.file == entry.file && *own.language == *language) {
                all.push(Entry { language, ..entry.clone() });
            }
        }
    }
    all
}

/// What cascades to pages; on the way, entries learn for which versions and roles they are.
pub(super) fn cascades<'v>(
    config: &'v Config,
    entries: &mut [Entry],
    fields_of: &dyn Fn(&Entry) -> Option<&'v Value>,
    version: Version,
) -> Cascades<'v> {
    let everywhere = config.root.get("cascade").map(|own| cascade::read(own, "", None, version));
    let mut cascades = Cascades::new(everywhere.unwrap_or_default());
    if let Some(cell) = &config.cell {
        cascades.limit(cell, "", None);
    }
    // From the outermost section to the innermost: whose a section is may cascade to it.
    let mut order: Vec<usize> = (0..entries.len()).collect();
    if config.cell.is_some() {
        let depth = |entry: &Entry| entry.directory.split('/').filter(|part| !part.is_empty()).count();
        order.sort_by_key(|&index| (entries[index].kind != FileKind::Branch, depth(&entries[index])));
    }
    for index in order {
        let own = fields_of(&entries[index]);
        if let Some(cell) = &config.cell {
            entries[index].scope = scope(&entries[index], own, &cascades, cell);
        }
        let entry = &entries[index];
        let cascades_on = entry.kind != FileKind::Resource || entry.is_content;
        if let Some(own) = own.filter(|_| cascades_on).and_then(|fields| fields.get("cascade")) {
            // What is no bundle had nothing below it.
            let is_alone = match entry.kind {
                FileKind::Single => !version.at_least(153),
                kind => kind == FileKind::Resource,
            };
            cascades.add(own, (entry.identity(), is_alone), &entry.language, version);
            if let Some(cell) = &config.cell {
                cascades.limit(cell, &entry.identity(), Some(entry.scope));
            }
        }
    }
    cascades
}

/// The versions and roles that a file is for: what its front matter says, then what cascades to it, then its mount.
/// Hugo: `resources/page/pagemeta/page_frontmatter.go`, `CompileEarly`.
fn scope(entry: &Entry, own: Option<&Value>, cascades: &Cascades<'_>, cell: &Cell) -> Scope {
    if entry.kind == FileKind::Resource && !entry.is_content {
        return entry.scope;
    }
    let identity = entry.identity();
    let kind = match entry.kind {
        FileKind::Branch if identity.is_empty() => "home",
        FileKind::Branch => "section",
        _ => "page",
    };
    let mut patterns = Patterns::read(own.and_then(|own| own.at(&["sites", "matrix"])));
    let mut scope = cell.all.chosen(&patterns, entry.scope).unwrap_or(entry.scope);
    for cascade in cascades.around(&identity).into_iter().rev() {
        if cascade.reaches_in(&identity, kind, &entry.language, scope) {
            patterns.or(&cascade.matrix());
            scope = cell.all.chosen(&patterns, entry.scope).unwrap_or(entry.scope);
        }
    }
    scope
}
