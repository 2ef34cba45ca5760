//! Front matter as it counts: a page's own fields over those that sections and the configuration cascade to it.
//!
//! Hugo: `hugolib/page__meta.go`, `resources/page/page_matcher.go`.

use rustc_hash::FxHashMap;

use super::{
    dimensions::{Cell, Patterns, Scope},
    glob::Glob,
    version::Version,
};
use crate::value::Value;

/// Fields that one section, or the configuration, gives to what is below it.
#[derive(Debug)]
pub struct Cascade<'v> {
    /// Identity of the section; empty for home and for the configuration.
    pub section: String,
    /// The language of the section; `None` for the configuration.
    pub language: Option<String>,
    /// Whether what is below the section gets the fields in other languages too.
    across: bool,
    /// Whether nothing below gets the fields.
    is_alone: bool,
    path: Option<Glob>,
    kind: Option<Glob>,
    languages: Vec<Glob>,
    /// The versions and roles it reaches.
    scope: Scope,
    fields: &'v Value,
}

/// Reads a `cascade` field: one map, or a list of maps, each perhaps with a `target`. Since 0.150 a target that names
/// languages reaches them from the section of any language.
pub fn read<'v>(
    cascade: &'v Value,
    section: &str,
    language: Option<&str>,
    version: Version,
) -> Vec<Cascade<'v>> {
    let matcher = |value: Option<&Value>| {
        let pattern = value?.to_text()?.to_lowercase();
        Some(Glob::new(&pattern))
    };
    cascade
        .items()
        .iter()
        .filter(|fields| {
            let target = fields.get("target").or_else(|| fields.get("_target"));
            let environment = matcher(target.and_then(|target| target.get("environment")));
            environment.is_none_or(|glob| glob.is_match("production"))
        })
        .map(|fields| {
            let target = fields.get("target").or_else(|| fields.get("_target"));
            let in_matrix = target.and_then(|target| target.at(&["sites", "matrix", "languages"]));
            let languages = in_matrix.or_else(|| target?.get("lang")).map(Value::texts).unwrap_or_default();
            Cascade {
                section: section.to_owned(),
                language: language.map(str::to_owned),
                is_alone: false,
                across: !languages.is_empty() && version.at_least(150),
                path: matcher(target.and_then(|target| target.get("path"))),
                kind: matcher(target.and_then(|target| target.get("kind"))),
                languages: languages.iter().map(|pattern| Glob::new(pattern)).collect(),
                scope: Scope::ALL,
                fields,
            }
        })
        .collect()
}

/// The cascades of one configuration and its sections.
#[derive(Debug, Default)]
pub struct Cascades<'v> {
    /// What the configuration cascades to all pages.
    everywhere: Vec<Cascade<'v>>,
    /// What pages cascade to those below them, by their identity, in the order of the files.
    sections: FxHashMap<String, Vec<Cascade<'v>>>,
}

impl<'v> Cascades<'v> {
    /// Those of the configuration.
    pub fn new(everywhere: Vec<Cascade<'v>>) -> Self {
        Self { everywhere, sections: FxHashMap::default() }
    }

    /// Adds the `cascade` field of a section, by the section's identity and language; or that of a page, which may be
    /// alone in getting it.
    pub fn add(
        &mut self,
        cascade: &'v Value,
        (section, is_alone): (String, bool),
        language: &str,
        version: Version,
    ) {
        let read = read(cascade, &section, Some(language), version);
        let read = read.into_iter().map(|cascade| Cascade { is_alone, ..cascade });
        self.sections.entry(section).or_default().extend(read);
    }

    /// Limits those that were read so far to the versions and roles of their targets.
    pub fn limit(&mut self, cell: &Cell, section: &str, scope: Option<Scope>) {
        let all = match scope {
            Some(_) => self.sections.get_mut(section),
            None => Some(&mut self.everywhere),
        };
        let last = all.into_iter().flatten();
        last.for_each(|cascade| cascade.limit(cell, scope));
    }

    /// Those of the configuration and of every section that a page is in, from the outermost to the innermost; of
    /// many sections a page is in few.
    pub fn around(&self, identity: &str) -> Vec<&Cascade<'v>> {
        let mut around: Vec<&Cascade<'v>> = self.everywhere.iter().collect();
        if !self.sections.is_empty() {
            around.extend(sections(identity).filter_map(|section| self.sections.get(section)).flatten());
        }
        around
    }
}

/// The identities of the sections around a page, from the home page to the page itself.
pub fn sections(identity: &str) -> impl Iterator<Item = &str> {
    let inner = identity.match_indices('/').map(|(at, _)| at).chain([identity.len()]);
    [0].into_iter().chain(inner.filter(|&end| end > 0)).map(|end| &identity[..end])
}

impl Cascade<'_> {
    /// Whether it says anything of a field.
    pub fn has(&self, key: &str) -> bool {
        value_of(self.fields, key).is_some()
    }

    /// What its own `sites.matrix` says of versions and roles.
    pub fn matrix(&self) -> Patterns {
        Patterns::read(self.fields.at(&["sites", "matrix"]))
    }

    /// Whether it reaches a page, which is for these versions and roles.
    pub fn reaches_in(&self, identity: &str, kind: &str, language: &str, scope: Scope) -> bool {
        self.scope.meets(scope) && self.reaches(identity, kind, language)
    }

    /// Takes the versions and roles that its target names; without any, those of the section it is in.
    /// Hugo: `resources/page/page_matcher.go`, `InitConfig`.
    fn limit(&mut self, cell: &Cell, section: Option<Scope>) {
        let target = self.fields.get("target").or_else(|| self.fields.get("_target"));
        let patterns = Patterns::read(target.and_then(|target| target.at(&["sites", "matrix"])));
        let of_section = section.filter(|_| {
            let decides = self.fields.at(&["sites", "matrix"]).is_some();
            !decides && target.and_then(|target| target.at(&["sites", "matrix"])).is_none()
        });
        self.scope = match of_section {
            Some(section) => section,
            None => cell.all.chosen(&patterns, Scope::ALL).unwrap_or(Scope::ALL),
        };
    }

    fn reaches(&self, identity: &str, kind: &str, language: &str) -> bool {
        let own_language = self.language.as_ref().is_none_or(|own| own == language);
        let inside = self.section.is_empty()
            || identity.strip_prefix(self.section.as_str()).is_some_and(|rest| rest.starts_with('/'));
        let below = inside && !self.is_alone && (own_language || self.across)
            || identity == self.section && own_language;
        below
            && self.path.as_ref().is_none_or(|glob| glob.is_match(&format!("/{identity}")))
            && self.kind.as_ref().is_none_or(|glob| glob.is_match(kind))
            && (self.languages.is_empty() || self.languages.iter().any(|glob| glob.is_match(language)))
    }
}

/// A page's fields: its own, then those of the nearest section, then the configuration's.
#[derive(Debug, Clone)]
pub struct Fields<'v> {
    own: &'v Value,
    inherited: Vec<&'v Value>,
}

impl<'v> Fields<'v> {
    /// The fields of one page. `cascades` is ordered from the outermost to the innermost.
    pub fn new<'c>(
        own: &'v Value,
        cascades: impl IntoIterator<Item = &'c Cascade<'v>, IntoIter: DoubleEndedIterator>,
        identity: &str,
        kind: &str,
        (language, scope): (&str, Scope),
    ) -> Self
    where
        'v: 'c,
    {
        let cascades = cascades.into_iter().rev();
        let reaching = cascades.filter(|cascade| cascade.reaches_in(identity, kind, language, scope));
        Self { own, inherited: reaching.map(|cascade| cascade.fields).collect() }
    }

    /// A field.
    pub fn get(&self, key: &str) -> Option<&'v Value> {
        self.own.get(key).or_else(|| self.inherited.iter().find_map(|fields| value_of(fields, key)))
    }

    /// A field as text that is not empty.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(Value::to_text).filter(|text| !text.trim().is_empty())
    }

    /// A flag.
    pub fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A field of `build` (before 0.145 `_build`).
    pub fn build(&self, key: &str) -> Option<String> {
        self.get("build").or_else(|| self.get("_build"))?.get(key)?.to_text()
    }
}

/// A field that cascades. Hugo takes `params` in a cascade for front matter like the rest.
fn value_of<'v>(fields: &'v Value, key: &str) -> Option<&'v Value> {
    fields.get(key).or_else(|| fields.at(&["params", key]))
}
