//! The URL of a page: `url`, `slug`, `permalinks`, sections with slugs.
//!
//! Hugo: `hugolib/page__paths.go`, `createTargetPathDescriptor`.

use rustc_hash::FxHashMap;

use super::{
    cascade::Fields,
    content::{Entry, FileKind, join},
    dates::Dates,
    outputs::OutputFormat,
    paths::{self, Tokens},
    publish::{Press, Section},
    published::PageKind,
    targets::{Frame, Target, clean},
};
use crate::value::Value;

impl Press<'_> {
    /// Notes what sections there are, because URLs of other pages are made of them.
    pub(super) fn find_sections<'v>(
        &mut self,
        entries: &[Entry],
        fields_of: &dyn Fn(&Entry) -> Option<&'v Value>,
    ) {
        for entry in entries.iter().filter(|entry| entry.is_content && entry.kind != FileKind::Resource) {
            let mut first = entry.directory.split('/').next().unwrap_or("").to_lowercase();
            if first.contains(' ') {
                first = first.replace(' ', "-");
            }
            let own_bundle = entry.kind == FileKind::Leaf && !entry.directory.contains('/');
            if !first.is_empty() && !own_bundle {
                let known = self.sections_in(&entry.language);
                if !known.contains_key(&first) {
                    known.insert(first.clone(), Section { slug: None, name: first });
                }
            }
        }
        for entry in entries.iter().filter(|entry| entry.kind == FileKind::Branch) {
            let text = |key: &str| {
                let fields = fields_of(entry)?;
                fields.get(key).and_then(Value::to_text).filter(|text| !text.trim().is_empty())
            };
            let slug = text("slug").map(|slug| slug.trim_matches('-').to_owned());
            let identity = entry.identity();
            let name = slug.clone().or_else(|| text("title")).unwrap_or_default();
            let slug = slug.filter(|_| self.version.at_least(167) && !identity.is_empty());
            self.has_slugs |= slug.is_some();
            self.sections_in(&entry.language).insert(identity, Section { slug, name });
        }
    }

    fn sections_in(&mut self, language: &str) -> &mut FxHashMap<String, Section> {
        if !self.sections.contains_key(language) {
            self.sections.insert(language.to_owned(), FxHashMap::default());
        }
        self.sections.get_mut(language).expect("it was put there")
    }

    /// The sections that a directory is in, outermost first, by identity.
    fn sections_of<'d>(&self, language: &str, directory: &'d str) -> Vec<&'d str> {
        let ends = directory.match_indices('/').map(|(at, _)| at).chain([directory.len()]);
        let paths = ends.filter(|end| *end > 0).map(|end| &directory[..end]);
        let known = self.sections.get(language);
        paths.filter(|path| known.is_some_and(|known| known.contains_key(*path))).collect()
    }

    /// A directory as it stands in URLs: the slugs of sections take the place of their names.
    fn slugged(&self, language: &str, directory: &str) -> String {
        if !self.has_slugs {
            return directory.replace(' ', "-");
        }
        let identity = directory.to_lowercase().replace(' ', "-");
        let mut parts: Vec<String> = directory.split('/').map(|part| part.replace(' ', "-")).collect();
        for path in self.sections_of(language, &identity) {
            let section = self.sections.get(language).and_then(|known| known.get(path));
            if let Some(slug) = section.and_then(|section| section.slug.as_ref()) {
                let level = path.matches('/').count();
                if let Some(part) = parts.get_mut(level) {
                    part.clone_from(slug);
                }
            }
        }
        parts.join("/")
    }

    /// Where a page lands in each of these formats.
    pub(super) fn targets(
        &self,
        entry: &Entry,
        kind: PageKind,
        fields: &Fields<'_>,
        dates: Dates,
        title: Option<&str>,
        formats: &[&OutputFormat],
    ) -> Vec<Target> {
        let settings = self.settings_of(&entry.language);
        let identity = entry.identity();
        let in_name = || settings.dates.slug_in_name(fields, entry.own_name()).map(str::to_owned);
        let slug = fields.text("slug").map(|slug| slug.trim_matches('-').to_owned()).or_else(in_name);
        let is_branch = entry.kind == FileKind::Branch;
        let (directory, file) = match entry.kind {
            FileKind::Leaf => entry.directory.rsplit_once('/').unwrap_or(("", &entry.directory)),
            _ => (entry.directory.as_str(), entry.name.as_str()),
        };
        let own_name = if is_branch { directory.rsplit('/').next().unwrap_or("") } else { file };
        let expand = |pattern: &str| {
            if !pattern.contains(':') {
                return Some(pattern.to_owned());
            }
            let identity_of_directory = directory.to_lowercase().replace(' ', "-");
            let sections = self.sections_of(&entry.language, &identity_of_directory);
            let ends: Vec<String> = match sections.last() {
                Some(last) => last.split('/').map(|part| settings.style.sanitize(part)).collect(),
                None => Vec::new(),
            };
            let names: Vec<&str> = sections
                .iter()
                .filter_map(|path| self.sections.get(&*entry.language)?.get(*path))
                .map(|section| section.name.as_str())
                .collect();
            let own_title = fields.text("title");
            let tokens = Tokens {
                date: dates.date,
                sections: &ends,
                section_names: &names,
                title: own_title.as_deref().or(title).unwrap_or_default(),
                flat_titles: self.version.at_least(167) && kind != PageKind::Term,
                slug: slug.as_deref(),
                base_name: own_name,
                file_name: if is_branch { "" } else { own_name },
                first: identity.split_once('/').map_or("", |(first, _)| first),
            };
            paths::expand(pattern, &tokens, &settings.style)
        };
        let url = fields.text("url").map(|url| expand(&url).unwrap_or(url));
        let pattern = settings.permalinks.find(kind.name(), &identity, &entry.language);
        let mut permalink = pattern.and_then(expand).map(|path| clean(&path));
        let section = match identity.split_once('/') {
            Some((section, _)) => section,
            None if entry.kind == FileKind::Branch => identity.as_str(),
            None => "",
        };
        let ugly = settings.is_ugly(section);
        if let Some(path) = permalink.as_mut().filter(|_| self.version.at_least(153) && !ugly) {
            // Nothing stands behind it yet when spaces become hyphens.
            path.truncate(path.trim_end().len());
        }
        let directory = self.slugged(&entry.language, directory);
        let directory = match slug.as_ref().filter(|_| kind == PageKind::Term && self.version.at_least(167)) {
            Some(slug) => join(directory.rsplit_once('/').map_or("", |(parent, _)| parent), slug),
            None => directory,
        };
        let base_name = match &slug {
            Some(slug) if !is_branch => slug.clone(),
            _ => file.replace(' ', "-"),
        };
        let frame = Frame {
            kind,
            url: url.as_deref(),
            permalink: permalink.as_deref(),
            directory: &directory,
            base_name: &base_name,
            ugly,
            ugly_sections_have_index: paths::ugly_sections_are_directories(self.version),
            format_path_is_first: self.version.at_least(148),
            prefix: &settings.prefix,
            force_prefix: self.config.is_multihost(),
        };
        formats.iter().map(|format| frame.target(format, &settings.style)).collect()
    }
}
