//! What a site's own render hooks do to destinations and heading ids.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Exactness, IdPattern, Param, Partials,
    html::{Part, Place},
    interpret::{Facts, Lookup, run},
    parse::parse,
    summary::id_pattern,
    value::{Condition, Fact, Origin, Value},
};

/// What a link or image hook prints as `href` or `src`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DestinationHook {
    /// The destination as the author wrote it, as if there were no hook.
    Verbatim,
    /// The URL of what the destination names, when that is found.
    Resolves(Resolution),
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
    /// Among the site's assets, with `resources.Get`.
    pub assets: Reach,
    /// `#fragment` gets the page's own URL in front.
    pub fragments: bool,
    /// A destination that is not found is put below the base URL (`relURL`).
    pub base_url: bool,
    /// A destination that is not found (or not looked up) is printed as it is.
    pub verbatim: bool,
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
    /// It is the heading's id, between these.
    Anchor {
        /// Literal text before it, mostly empty.
        before: String,
        /// Literal text after it, mostly empty.
        after: String,
    },
    /// The heading has no id.
    NoId,
    /// We cannot tell.
    Unknown,
}

/// The hooks of one kind, by the section whose pages they are for; the empty section is the whole site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoped<T>(BTreeMap<String, T>);

impl<T> Default for Scoped<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: PartialEq> Scoped<T> {
    /// Adds a hook; where a section has two that disagree, it is `unknown` what they do.
    pub fn add(&mut self, section: &str, hook: T, unknown: T) {
        match self.0.get_mut(section) {
            Some(own) if *own != hook => *own = unknown,
            Some(_) => {}
            None => _ = self.0.insert(section.to_owned(), hook),
        }
    }

    /// The hook for the page of this identity: that of its innermost section.
    pub fn of(&self, identity: &str) -> Option<&T> {
        let holds = |section: &str| {
            section.is_empty()
                || identity.strip_prefix(section).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // Of two sections that hold a page, one holds the other, and comes later.
        self.0.iter().rev().find(|(section, _)| holds(section)).map(|(_, hook)| hook)
    }
}

/// What a `render-link` hook does.
pub fn link(text: &str, partials: &Partials) -> DestinationHook {
    destination("a", "href", text, partials)
}

/// What a `render-image` hook does.
pub fn image(text: &str, partials: &Partials) -> DestinationHook {
    destination("img", "src", text, partials)
}

/// What a `render-heading` hook does.
pub fn heading(text: &str, partials: &Partials) -> HeadingHook {
    let Some(facts) = facts(text, partials, &["Anchor"]) else { return HeadingHook::Unknown };
    let anchor = Some(field("Anchor"));
    let mut patterns = BTreeSet::new();
    for sink in &facts.sinks {
        let on_heading = |tag: &str| tag.len() == 2 && tag.starts_with('h');
        match &sink.place {
            Place::Attribute(tag, name) if on_heading(tag) && name == "id" => {
                let parts: Vec<&Part> = sink.parts.iter().collect();
                patterns.insert(id_pattern(&parts));
            }
            Place::Tag(tag) if on_heading(tag) && patterns.is_empty() => _ = patterns.insert(None),
            Place::Text if sink.parts.iter().filter_map(Part::value).any(is_opaque) => {
                patterns.insert(None);
            }
            _ => {}
        }
    }
    let mut patterns = patterns.into_iter();
    match (patterns.next(), patterns.next()) {
        (None, _) => HeadingHook::NoId,
        (Some(Some(IdPattern { before, param, after })), None) if param == anchor => {
            HeadingHook::Anchor { before, after }
        }
        _ => HeadingHook::Unknown,
    }
}

fn field(name: &str) -> Param {
    Param::Named(name.to_owned())
}

fn is_opaque(value: &Value) -> bool {
    value.any(|leaf| *leaf == Origin::Opaque)
}

/// Runs a hook; `followed` are the fields of its context that matter.
fn facts(text: &str, partials: &Partials, followed: &[&str]) -> Option<Facts> {
    let template = parse(text);
    if template.problem.is_some() {
        return None;
    }
    let mut context = BTreeMap::new();
    for name in
        ["Text", "PlainText", "Title", "Level", "Attributes", "IsBlock", "Ordinal", "Anchor", "Destination"]
    {
        context.insert(name.to_owned(), Origin::Other.into());
    }
    for name in ["Page", "PageInner"] {
        context.insert(name.to_owned(), Origin::Page.into());
    }
    for name in followed {
        let argument = Origin::Argument(field(name), Exactness::Exact);
        context.insert((*name).to_owned(), argument.into());
    }
    Some(run(&template, Value::dict(context), partials))
}

fn destination(tag: &str, attribute: &str, text: &str, partials: &Partials) -> DestinationHook {
    let Some(facts) = facts(text, partials, &["Destination"]) else { return DestinationHook::Unknown };
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
    for looked in &facts.lookups {
        let reach = match looked.lookup {
            Lookup::Page => &mut resolution.pages,
            Lookup::Reference => &mut resolution.references,
            Lookup::PageResource => &mut resolution.page_resources,
            Lookup::GlobalResource => &mut resolution.assets,
        };
        seen.unknown |= !looked.exact;
        // Which destinations are handed to `ref` must be known, as it fails where it finds nothing.
        seen.unknown |= looked.lookup == Lookup::Reference && looked.conditions.contains(&Condition::OTHER);
        let absolute = |holds| Condition { fact: Fact::Prefix("/".to_owned()), holds };
        reach.relative |= !looked.conditions.contains(&absolute(true));
        reach.absolute |= !looked.conditions.contains(&absolute(false));
    }
    let plain = Resolution { verbatim: true, ..Resolution::default() };
    match (seen.unknown, resolution) {
        (true, _) => DestinationHook::Unknown,
        (_, resolution) if resolution == plain => DestinationHook::Verbatim,
        (_, resolution) if resolution == Resolution::default() => DestinationHook::Unknown,
        (_, resolution) => DestinationHook::Resolves(resolution),
    }
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
                Origin::Concat(parts, _) => self.sequence(parts.iter().cloned()),
                Origin::FoundPage(Some(_)) | Origin::FoundResource(Some(_)) => {}
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
