//! What a site's own render hooks do to destinations and heading ids.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Exactness, IdPattern, Known, Lookup, Param, Partials,
    html::{Part, Place},
    interpret::{Facts, Lookup as Shelf},
    parse::parse,
    run::run_known,
    summary::id_pattern,
    value::{Condition, Fact, Origin, Value},
};

/// What a link or image hook prints as `href` or `src`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DestinationHook {
    /// The destination as the author wrote it, as if there were no hook.
    Verbatim,
    /// The URL of what the destination names, when that is found.
    Resolves(Resolution),
    /// These destinations have a meaning of their own, which we cannot tell; the others are treated like this.
    Except(Vec<String>, Box<Self>),
    /// We cannot tell.
    Unknown,
}

/// Where a hook looks a destination up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Resolution {
    /// Among pages, with `GetPage`.
    pub pages: Reach,
    /// Among pages, with `ref` or `relref`: one that is missing fails the build.
    pub references: Reach,
    /// Among the page's resources.
    pub page_resources: Reach,
    /// Among the resources of the page's section.
    pub section_resources: Reach,
    /// Among the site's assets, with `resources.Get`.
    pub assets: Reach,
    /// Among any of these, by a name that is computed from the destination.
    pub inexact: Reach,
    /// `#fragment` gets the page's own URL in front.
    pub fragments: bool,
    /// A destination that is not found is put below the base URL (`relURL`).
    pub base_url: bool,
    /// A destination that is not found (or not looked up) is printed as it is.
    pub verbatim: bool,
    /// A destination that starts with `http` is taken for one of another site, even `http-api.md`: none is looked up.
    pub not_http: bool,
}

/// The destinations to which a lookup applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Reach {
    /// `a.md`, `../a`
    pub relative: bool,
    /// `/a`
    pub absolute: bool,
}

/// What a heading hook does with the id that Hugo made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum HeadingHook {
    /// It is the id of the heading, or of what stands with it, between these.
    Anchor {
        /// Literal text before it, mostly empty.
        before: String,
        /// Literal text after it, mostly empty.
        after: String,
    },
    /// The heading, or what stands with it, has this id, whatever it says.
    Fixed(String),
    /// The heading has no id.
    NoId,
    /// It and what stands with it have these ids.
    Several(Vec<Self>),
    /// It depends on the level of the heading, from 1 to 6.
    ByLevel(Box<[Self; 6]>),
    /// We cannot tell.
    Unknown,
}

/// The hooks of one kind: those of the whole site, and those of directories of content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hooks<T> {
    /// Directories (empty: the whole site) with what their hook does, longest first.
    scopes: Vec<(String, T)>,
}

/// The path of a hook's template, taken apart. Hugo: `tpl/tplimpl/templatestore.go`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookPath {
    /// The directory of content for whose pages it is; empty: for all.
    pub directory: String,
    /// Nothing in its name restricts it to a language, kind or output format.
    pub plain: bool,
}

/// Whether a path below `layouts` is that of the hook `name` for HTML pages, as opposed to `render-link.rss.xml`.
pub fn hook_path(path: &str, name: &str) -> Option<HookPath> {
    let (directory, file) = path.rsplit_once("_markup/")?;
    let variant = file.strip_prefix(name)?.strip_suffix(".html")?.trim_start_matches('.');
    let is_other_format = ["rss", "amp", "markdown", "md", "txt", "json"].contains(&variant);
    let directory = directory.trim_end_matches('/').to_lowercase();
    let directory = if directory == "_default" { String::new() } else { directory };
    (!is_other_format).then_some(HookPath { directory, plain: variant.is_empty() || variant == "html" })
}

impl<T> Default for Hooks<T> {
    fn default() -> Self {
        Self { scopes: Vec::new() }
    }
}

impl<T: PartialEq + Clone> Hooks<T> {
    /// Of templates in the order in which they win, each with its module and what it does. Where a directory has
    /// several that a name restricts, and they differ, `unknown`.
    pub fn new(templates: Vec<(HookPath, usize, T)>, unknown: &T) -> Self {
        let mut by_directory: BTreeMap<String, (bool, usize, T)> = BTreeMap::new();
        for (path, module, does) in templates {
            match by_directory.get_mut(&path.directory) {
                None => _ = by_directory.insert(path.directory, (path.plain, module, does)),
                // A plain one of a module that wins leaves nothing to those behind.
                Some((plain, own, _)) if *plain && path.plain && *own <= module => {}
                Some((plain, own, first)) => {
                    if *first != does {
                        *first = unknown.clone();
                    }
                    *plain &= path.plain;
                    *own = (*own).min(module);
                }
            }
        }
        let mut scopes: Vec<(String, T)> =
            by_directory.into_iter().map(|(directory, (_, _, does))| (directory, does)).collect();
        scopes.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        Self { scopes }
    }

    /// Whether the same is done on all pages.
    pub fn are_everywhere_alike(&self) -> bool {
        self.scopes.iter().all(|(directory, _)| directory.is_empty())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.scopes.is_empty()
    }

    /// What is done on the page at this path (without extension and language, lower-cased); `None`: there is no hook.
    pub fn on(&self, path: &str) -> Option<&T> {
        // Most paths that are not below a directory do not end where it ends, which is seen without comparing them.
        let is_above = |directory: &str| {
            let ends = directory.is_empty()
                || path.len() == directory.len()
                || path.as_bytes().get(directory.len()) == Some(&b'/');
            ends && path.starts_with(directory)
        };
        self.scopes.iter().find(|(directory, _)| is_above(directory)).map(|(_, does)| does)
    }
}

/// What a `render-link` hook does; `params` are those of the site, as far as all its pages have them alike.
pub fn link(text: &str, partials: &Partials, params: Lookup<'_>) -> DestinationHook {
    destination(("a", "href"), text, partials, params)
}

/// What a `render-image` hook does, on the same terms.
pub fn image(text: &str, partials: &Partials, params: Lookup<'_>) -> DestinationHook {
    destination(("img", "src"), text, partials, params)
}

/// What a `render-heading` hook does, on the same terms.
pub fn heading(text: &str, partials: &Partials, params: Lookup<'_>) -> HeadingHook {
    let of_level = |level: Option<u8>| {
        let level = level.map(|level| ("Level", Origin::Literal(level.to_string().into()).into()));
        facts(text, partials, &["Anchor", "Attributes"], level, params)
            .map_or(HeadingHook::Unknown, |facts| id_of_heading(&facts))
    };
    match of_level(None) {
        HeadingHook::Unknown if text.contains(".Level") => {
            let all = [1, 2, 3, 4, 5, 6].map(|level| of_level(Some(level)));
            if all.iter().all(|own| *own == all[0]) {
                all[0].clone()
            } else {
                HeadingHook::ByLevel(Box::new(all))
            }
        }
        of_all => of_all,
    }
}

impl HeadingHook {
    /// The id that it makes of the one that Hugo has for the heading.
    pub fn id(&self, anchor: &str) -> String {
        match self {
            Self::Fixed(own) => own.clone(),
            Self::Anchor { before, after } => [before, anchor, after].concat(),
            _ => anchor.to_owned(),
        }
    }

    /// What it does with headings of a level.
    pub fn of(&self, level: u8) -> &Self {
        match self {
            Self::ByLevel(all) => all.get(usize::from(level).wrapping_sub(1)).unwrap_or(self),
            of_all => of_all,
        }
    }
}

fn id_of_heading(facts: &Facts) -> HeadingHook {
    let anchor = Some(field("Anchor"));
    let on_heading = |tag: &str| tag.len() == 2 && tag.starts_with('h');
    // The id is one of the attributes.
    let all = |leaf: &Origin| matches!(leaf, Origin::Argument(param, _) if *param == field("Attributes"));
    let prints_all = facts.sinks.iter().any(|sink| match &sink.place {
        Place::Attribute(tag, _) | Place::Tag(tag) => {
            on_heading(tag) && sink.parts.iter().filter_map(Part::value).any(|value| value.any(all))
        }
        _ => false,
    });
    let mut patterns = BTreeSet::new();
    let mut beside = BTreeSet::new();
    if prints_all {
        let (before, after) = (String::new(), String::new());
        patterns.insert(Some(IdPattern { before, param: anchor.clone(), after }));
    }
    for sink in &facts.sinks {
        match &sink.place {
            Place::Attribute(tag, name) if on_heading(tag) && name == "id" => {
                let parts: Vec<&Part> = sink.parts.iter().collect();
                patterns.insert(id_pattern(&parts));
            }
            Place::Attribute(tag, name) if name == "id" || name == "name" && tag == "a" => {
                let parts: Vec<&Part> = sink.parts.iter().collect();
                beside.insert(id_pattern(&parts));
            }
            Place::Tag(tag) if on_heading(tag) && patterns.is_empty() => _ = patterns.insert(None),
            Place::Text if sink.parts.iter().filter_map(Part::value).any(is_opaque) => {
                patterns.insert(None);
            }
            _ => {}
        }
    }
    // Of two, the heading has one or the other.
    let has_two = patterns.len() > 1;
    // What stands with the heading may not be there for all; that it is does no harm.
    if patterns.is_empty() || patterns.len() == 1 && beside.iter().all(Option::is_some) {
        patterns.append(&mut beside);
    }
    let of_pattern = |pattern| match pattern {
        Some(IdPattern { before, param, after }) if param == anchor => HeadingHook::Anchor { before, after },
        Some(IdPattern { before, param: None, .. }) => HeadingHook::Fixed(before),
        _ => HeadingHook::Unknown,
    };
    let mut all: Vec<HeadingHook> = patterns.into_iter().map(of_pattern).collect();
    match all.len() {
        0 => HeadingHook::NoId,
        1 => all.remove(0),
        _ if has_two || all.contains(&HeadingHook::Unknown) => HeadingHook::Unknown,
        _ => HeadingHook::Several(all),
    }
}

fn field(name: &str) -> Param {
    Param::Named(name.to_owned())
}

fn is_opaque(value: &Value) -> bool {
    value.any(|leaf| *leaf == Origin::Opaque)
}

/// Runs a hook; `followed` are the fields of its context that matter, `given` is one that is known.
fn facts(
    text: &str,
    partials: &Partials,
    followed: &[&str],
    given: Option<(&str, Value)>,
    params: Lookup<'_>,
) -> Option<Facts> {
    let template = parse(text);
    if template.problem.is_some() {
        return None;
    }
    let unknown =
        ["Text", "PlainText", "Title", "Level", "Attributes", "IsBlock", "Ordinal", "Anchor", "Destination"];
    let context = unknown.into_iter().map(|name| (name, Origin::Other.into()));
    let context = context.chain(["Page", "PageInner"].map(|name| (name, Origin::Page.into())));
    let argument = |name| (name, Origin::Argument(field(name), Exactness::Exact).into());
    let context = context.chain(followed.iter().copied().map(argument)).chain(given).collect();
    let known = Known { params, ..Known::nothing() };
    Some(run_known(&template, Value::dict(context), partials, &known))
}

fn destination(
    (tag, attribute): (&str, &str),
    text: &str,
    partials: &Partials,
    params: Lookup<'_>,
) -> DestinationHook {
    let Some(facts) = facts(text, partials, &["Destination"], None, params) else {
        return DestinationHook::Unknown;
    };
    let mut seen = Seen::default();
    for sink in &facts.sinks {
        let values = || sink.parts.iter().filter_map(Part::value);
        match &sink.place {
            Place::Attribute(on, name)
                if on == tag && (name == attribute || name == "?" && values().any(mentions)) =>
            {
                match sink.parts.as_slice() {
                    [Part::Value(value)] => seen.value(value),
                    parts if values().any(mentions) => seen.sequence(parts.iter().map(|part| match part {
                        Part::Value(value) => value.clone(),
                        Part::Literal(text) => Origin::Literal(text.as_str().into()).into(),
                    })),
                    _ => {}
                }
            }
            Place::Tag(on) if on == tag => values().for_each(|value| seen.attributes(value)),
            _ => seen.unknown |= sink.place == Place::Text && values().any(is_opaque),
        }
    }
    let mut resolution = Resolution {
        fragments: seen.fragments,
        base_url: seen.base_url,
        verbatim: seen.verbatim,
        ..Resolution::default()
    };
    let is_http = Condition { fact: Fact::Prefix("http".to_owned()), holds: false };
    resolution.not_http = seen.verbatim
        && !facts.lookups.is_empty()
        && facts.lookups.iter().all(|looked| looked.conditions.contains(&is_http));
    for looked in &facts.lookups {
        let reach = match looked.lookup {
            Shelf::Reference => &mut resolution.references,
            _ if !looked.exact => &mut resolution.inexact,
            Shelf::Page => &mut resolution.pages,
            Shelf::PageResource => &mut resolution.page_resources,
            Shelf::SectionResource => &mut resolution.section_resources,
            Shelf::GlobalResource => &mut resolution.assets,
        };
        // Which destinations are handed to `ref` must be known, as it fails where it finds nothing.
        seen.unknown |= looked.lookup == Shelf::Reference
            && (!looked.exact || looked.conditions.contains(&Condition::OTHER));
        let absolute = |holds| Condition { fact: Fact::Prefix("/".to_owned()), holds };
        reach.relative |= !looked.conditions.contains(&absolute(true));
        reach.absolute |= !looked.conditions.contains(&absolute(false));
    }
    let plain = Resolution { verbatim: true, ..Resolution::default() };
    let does = match (seen.unknown, resolution) {
        (true, _) => return DestinationHook::Unknown,
        (_, resolution) if resolution == Resolution::default() => return DestinationHook::Unknown,
        (_, resolution) if resolution == plain => DestinationHook::Verbatim,
        (_, resolution) => DestinationHook::Resolves(resolution),
    };
    if facts.words.is_empty() { does } else { DestinationHook::Except(facts.words, Box::new(does)) }
}

fn mentions(value: &Value) -> bool {
    value.any(|leaf| {
        matches!(
            leaf,
            Origin::Argument(..)
                | Origin::Url(_)
                | Origin::UrlPath(_)
                | Origin::FoundPage(Some(_))
                | Origin::FoundResource(Some(_))
        )
    })
}

/// What may be printed as the destination.
#[derive(Default)]
struct Seen {
    verbatim: bool,
    base_url: bool,
    fragments: bool,
    unknown: bool,
}

impl Seen {
    fn value(&mut self, value: &Value) {
        for origin in value.origins() {
            match origin {
                Origin::Argument(_, Exactness::Exact) | Origin::Url(_) => self.verbatim = true,
                Origin::Argument(_, Exactness::BaseUrl) => self.base_url = true,
                Origin::Argument(_, Exactness::Rebased) => (self.base_url, self.verbatim) = (true, true),
                Origin::Concat(parts, _) => self.sequence(parts.iter().cloned()),
                Origin::FoundPage(Some(_)) | Origin::FoundResource(Some(_)) => {}
                // Where there is no path.
                Origin::PageUrl { .. } => self.fragments = true,
                Origin::Literal(_) | Origin::Nil => {}
                _ => self.unknown = true,
            }
        }
    }

    /// Several values in a row: what was found with its query and fragment, or a page's URL with a fragment.
    fn sequence(&mut self, parts: impl Iterator<Item = Value>) {
        let parts: Vec<Value> = parts.collect();
        let found =
            |leaf: &Origin| matches!(leaf, Origin::FoundPage(Some(_)) | Origin::FoundResource(Some(_)));
        if parts.iter().any(|part| part.any(found)) {
            return;
        }
        let own = parts.first().is_some_and(|first| !mentions(first));
        if own && parts.get(1).and_then(Value::literal) == Some("#") {
            self.fragments = true;
        } else {
            self.unknown = true;
        }
    }

    /// Attributes glued together by the template: `printf "%s %s=%q" $attributes $key $value`.
    fn attributes(&mut self, value: &Value) {
        for origin in value.origins() {
            match origin {
                Origin::Concat(parts, _) => {
                    for part in parts.iter().filter(|part| mentions(part)) {
                        let nested = |origin: &Origin| {
                            matches!(origin, Origin::Concat(parts, _)
                                if parts.iter().any(|part| part.literal().is_some_and(|text| text.contains('='))))
                        };
                        if part.origins().iter().any(nested) {
                            self.attributes(part)
                        } else {
                            self.pick(part)
                        }
                    }
                }
                other if mentions(&other.clone().into()) => self.unknown = true,
                _ => {}
            }
        }
    }

    /// One of several attributes' values: only the destination's own count.
    fn pick(&mut self, value: &Value) {
        for origin in value.origins() {
            let value = Value::from(origin.clone());
            if mentions(&value) {
                self.value(&value);
            }
        }
    }
}

#[cfg(test)]
mod scope_tests {
    use super::*;

    #[test]
    fn the_nearest_hook_wins() {
        let templates = [
            ("_markup/render-link.html", 0, "site"),
            ("docs/specs/_markup/render-link.html", 0, "specs"),
            ("_default/_markup/render-link.html", 1, "theme"),
            ("docs/_markup/render-link.en.html", 1, "english"),
            ("docs/_markup/render-link.html", 1, "docs"),
            ("_markup/render-link.rss.xml", 0, "feed"),
        ];
        let found = templates
            .iter()
            .filter_map(|(path, module, does)| Some((hook_path(path, "render-link")?, *module, *does)));
        let hooks = Hooks::new(found.collect(), &"unknown");
        for (path, does) in [
            ("", "site"),
            ("blog/a", "site"),
            ("docs/specs", "specs"),
            ("docs/specs/a/b", "specs"),
            ("docs/specsheet", "unknown"),
        ] {
            assert_eq!(hooks.on(path), Some(&does), "{path}");
        }
    }
}
