//! The pages that content adapters make. Hugo: `hugolib/pagesfromdata/pagesfromgotmpl.go`.

use super::{
    content::{Entry, FileKind, join},
    mounts::Mounts,
    publish::{Adapted, Press},
};
use crate::value::Value;

impl Press<'_> {
    /// Publishes the pages that content adapters add, as far as they are known; gives what stands for each of them.
    pub(super) fn adapted(&mut self, entries: &[Entry], mounts: &Mounts, adapted: Adapted<'_>) -> Vec<Entry> {
        let mut made = Vec::new();
        for entry in entries.iter().filter(|entry| entry.kind == FileKind::Adapter) {
            let disk = &mounts.content[entry.file].disk;
            let is_only = |own: &&Entry| own.file == entry.file;
            let pages = if entries.iter().filter(is_only).count() == 1 {
                adapted(disk, &entry.language)
            } else {
                None
            };
            let pages = pages.as_deref().and_then(|pages| {
                pages.iter().map(|page| Some((as_entry(entry, page)?, page))).collect::<Option<Vec<_>>>()
            });
            let Some(pages) = pages else {
                self.open_below(entry);
                continue;
            };
            for (own, fields) in pages {
                // A file wins over what an adapter adds at its path.
                if self.out.identity(&own.language, &own.identity()).is_none() {
                    self.page(&own, Some(fields), None, fields.get("title").and_then(Value::as_str));
                    self.note_file(disk);
                    made.push(own);
                }
            }
        }
        made
    }

    /// Notes that there may be pages below an adapter that we do not know.
    fn open_below(&mut self, entry: &Entry) {
        let settings = self.settings_of(&entry.language);
        let directory = settings.style.name(&entry.directory);
        let prefix = if settings.prefix.is_empty() { String::new() } else { format!("{}/", settings.prefix) };
        let url = format!("{}{prefix}{directory}", settings.base);
        self.out.adapters.push(url);
    }
}

/// What a content file for a page would be at the path that an adapter gives it; `None`: it is no ordinary page or section.
fn as_entry(adapter: &Entry, page: &Value) -> Option<Entry> {
    let path = page.get("path").and_then(Value::to_text)?;
    let path = join(&adapter.directory, path.trim_matches('/'));
    let is_known = |key: &str| page.get(key).is_none();
    if path.is_empty() || !["sites", "cascade"].into_iter().all(is_known) {
        return None;
    }
    let (kind, directory, name) = match page.get("kind").map(Value::to_text) {
        Some(Some(kind)) if kind == "section" => (FileKind::Branch, path.as_str(), "_index"),
        None => single(&path),
        Some(Some(kind)) if kind == "page" => single(&path),
        _ => return None,
    };
    let (directory, name) = (directory.to_owned(), name.to_owned());
    Some(Entry { kind, directory, name, is_content: true, ..adapter.clone() })
}

fn single(path: &str) -> (FileKind, &str, &str) {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    (FileKind::Single, directory, name)
}
