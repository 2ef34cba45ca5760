//! What an expression in a template may stand for.

use std::rc::Rc;

use super::{
    Exactness, Guard, Listing, PageGuard, Param, Quote, entries::Entries, fixed::Fixed, making::Draft,
    stored::Scope,
};
use crate::hugo::dimensions::Dimension;

/// One thing a value may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Nil,
    Bool(bool),
    Literal(Rc<str>),
    /// An argument of the shortcode, or a field of a hook's context.
    Argument(Param, Exactness),
    /// An argument without the slash that it starts with.
    Unrooted(Param),
    /// An argument rendered as Markdown.
    Rendered(Param),
    /// `urls.Parse` of an argument, and its `.Path`.
    Url(Param),
    UrlPath(Param),
    /// An argument split at a separator, and one piece of it.
    List(Param, String),
    Element(Param, String),
    /// `.Params`, an element of it, and what comes of it when the key is not known.
    Params,
    EachArgument,
    AnyArgument,
    Inner,
    /// `.Inner` as a string, which is escaped where it is printed as it is.
    InnerText,
    InnerMarkdown,
    InnerCode,
    InnerChanged,
    /// The shortcode itself.
    Context,
    /// What a content adapter is handed.
    Adapter,
    Page,
    /// The URL of the page: `.RelPermalink`, or all of it, `.Permalink`.
    PageUrl {
        is_whole: bool,
    },
    /// A page or resource looked up by an argument, and its URL.
    OtherPage(Option<Param>),
    Resource(Option<Param>),
    /// Pages of this type, or one of them.
    PagesOf(Rc<str>),
    /// A picture, style sheet, script or data file: it brings no anchors.
    Asset,
    FoundPage(Option<Param>),
    FoundResource(Option<Param>),
    Resources,
    /// The section of the page, and its resources.
    Section,
    SectionResources,
    Site,
    /// The file of a page in Markdown that is not known.
    PageFile,
    LanguageObject,
    /// `site.Version` or `site.Role`.
    DimensionObject(Dimension),
    /// The name of the version or role that is built.
    Dimension(Dimension),
    Language,
    Hugo,
    Environment,
    SiteParam(Vec<String>),
    PageParam(Vec<String>),
    EitherParam(Vec<String>),
    /// A place where templates put values by name, see [`super::stored`].
    Scratch(Scope),
    /// The shortcode around this one.
    Parent,
    /// What another shortcode put in such a place: unknown here.
    Stored,
    /// The same where it is known: a collection of such things, or one.
    Each(Rc<Value>),
    Dict(Rc<Entries>),
    /// A list or map that is known wholly.
    Fixed(Rc<Fixed>),
    /// Several values in a row; `true`: the result is HTML.
    Concat(Rc<Vec<Value>>, bool),
    Lower(Rc<Self>),
    /// True if all of these hold.
    Check(Rc<Vec<Condition>>),
    /// A file whose text this is.
    File(Rc<str>),
    /// Another page, by its index.
    KnownPage(usize),
    /// The files of its bundle.
    ResourcesOf(usize),
    /// Published pages, one of them, and its parameters, by their numbers.
    Pages(Rc<Listing>),
    /// So many of such pages, and it is not known which.
    SomePages(usize),
    Instance(u32),
    InstanceParams(u32),
    /// A page of which only this URL is known.
    At(Rc<str>),
    /// A file that a template makes.
    Draft(Rc<Draft>),
    /// Content from elsewhere that is known.
    Quote(Rc<Quote>),
    /// Content from elsewhere.
    Content,
    /// The output of something we could not follow.
    Opaque,
    Other,
}

/// One part of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) fact: Fact,
    pub(super) holds: bool,
}

/// What a condition is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fact {
    /// Arguments compared with a selector; `shows` is not used here.
    Match(Guard),
    /// A list in the page's front matter holds the selector's value.
    Page(PageGuard),
    /// A destination starts with this.
    Prefix(String),
    /// A destination has a scheme.
    Absolute,
    Other,
}

impl Condition {
    pub(super) const OTHER: Self = Self { fact: Fact::Other, holds: true };

    /// The opposite of a conjunction, as far as that is one.
    pub(super) fn negate(conditions: &[Self]) -> Vec<Self> {
        match conditions {
            [only] if only.fact != Fact::Other => {
                vec![Self { fact: only.fact.clone(), holds: !only.holds }]
            }
            _ => vec![Self::OTHER],
        }
    }
}

/// All that an expression may stand for. Never empty. Shared, as every branch of a template keeps all variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value(Rc<[Origin]>);

/// Values that grow beyond this are reduced to what they were made from.
const SIZE: usize = 200;

/// Adds what is not there yet.
fn add(all: &mut Vec<Origin>, origin: Origin) {
    if !all.contains(&origin) {
        all.push(origin);
    }
}

impl From<Origin> for Value {
    fn from(origin: Origin) -> Self {
        Self(Rc::new([origin]))
    }
}

impl FromIterator<Origin> for Value {
    fn from_iter<T: IntoIterator<Item = Origin>>(origins: T) -> Self {
        let mut all = Vec::new();
        for origin in origins {
            add(&mut all, origin);
        }
        if all.is_empty() { Origin::Other.into() } else { Self(all.into()) }
    }
}

impl Value {
    pub(super) fn origins(&self) -> &[Origin] {
        &self.0
    }

    /// The only thing it may be.
    pub(super) fn only(&self) -> Option<&Origin> {
        match &*self.0 {
            [only] => Some(only),
            _ => None,
        }
    }

    pub(super) fn literal(&self) -> Option<&str> {
        match self.only()? {
            Origin::Literal(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn union(mut self, other: &Self) -> Self {
        if Rc::ptr_eq(&self.0, &other.0) {
            return self;
        }
        // What ways have in common comes first in both, as a rule.
        let is_new =
            |(at, origin): &(usize, &Origin)| self.0.get(*at) != Some(*origin) && !self.0.contains(origin);
        let new: Vec<&Origin> = other.0.iter().enumerate().filter(is_new).map(|(_, origin)| origin).collect();
        if !new.is_empty() {
            self.0 = self.0.iter().chain(new).cloned().collect();
        }
        if self.size() > SIZE { self.derived() } else { self }
    }

    pub(super) fn map(&self, change: impl FnMut(&Origin) -> Origin) -> Self {
        self.0.iter().map(change).collect()
    }

    pub(super) fn flat_map(&self, mut change: impl FnMut(&Origin) -> Self) -> Self {
        if let [only] = &*self.0 {
            return change(only);
        }
        let all: Vec<Self> = self.0.iter().map(change).collect();
        all.iter().flat_map(|value| value.0.iter().cloned()).collect()
    }

    /// Several values in a row.
    pub(super) fn concat(parts: Vec<Self>) -> Self {
        let value = Self::from(Origin::Concat(Rc::new(parts), false));
        if value.size() > SIZE { value.derived() } else { value }
    }

    pub(super) fn dict(entries: Entries) -> Self {
        let value = Self::from(Origin::Dict(Rc::new(entries)));
        if value.size() > SIZE { value.derived() } else { value }
    }

    fn size(&self) -> usize {
        let of = |origin: &Origin| match origin {
            Origin::Concat(parts, _) => 1 + parts.iter().map(Self::size).sum::<usize>(),
            Origin::Dict(entries) => 1 + entries.values().map(Self::size).sum::<usize>(),
            Origin::Each(value) => 1 + value.size(),
            // Whoever collects parts of data file by file under a condition that is not known soon knows nothing.
            Origin::Fixed(own) if own.len() > 4 => 8,
            _ => 1,
        };
        self.0.iter().map(of).sum()
    }

    /// What is left after a computation that we know nothing about.
    pub(super) fn derived(&self) -> Self {
        let mut all = Vec::new();
        self.leaves(&mut |leaf| {
            let left = match leaf {
                Origin::Argument(param, _)
                | Origin::Unrooted(param)
                | Origin::Rendered(param)
                | Origin::Url(param)
                | Origin::UrlPath(param)
                | Origin::List(param, _)
                | Origin::Element(param, _)
                | Origin::OtherPage(Some(param))
                | Origin::Resource(Some(param))
                | Origin::FoundPage(Some(param))
                | Origin::FoundResource(Some(param)) => Origin::Argument(param.clone(), Exactness::Derived),
                Origin::Params | Origin::EachArgument | Origin::AnyArgument => Origin::AnyArgument,
                // Code stays code, whatever is replaced in it.
                Origin::InnerCode => Origin::InnerCode,
                Origin::Inner | Origin::InnerText | Origin::InnerMarkdown | Origin::InnerChanged => {
                    Origin::InnerChanged
                }
                Origin::Content | Origin::Quote(_) => Origin::Content,
                Origin::Opaque => Origin::Opaque,
                _ => Origin::Other,
            };
            add(&mut all, left);
        });
        if all.is_empty() { Origin::Other.into() } else { Self(all.into()) }
    }

    /// Calls `visit` with every simple thing inside, those in sequences and dictionaries too.
    pub(super) fn leaves(&self, visit: &mut dyn FnMut(&Origin)) {
        for origin in self.0.iter() {
            match origin {
                Origin::Concat(parts, _) => parts.iter().for_each(|part| part.leaves(visit)),
                Origin::Dict(entries) => entries.values().for_each(|value| value.leaves(visit)),
                Origin::Each(value) => value.leaves(visit),
                Origin::Fixed(fixed) if fixed.is_mixed() => {
                    fixed.elements().for_each(|value| value.leaves(visit));
                }
                Origin::Lower(inner) => visit(inner),
                other => visit(other),
            }
        }
    }

    /// Whether any simple thing inside is like this.
    pub(super) fn any(&self, test: impl Fn(&Origin) -> bool) -> bool {
        self.any_leaf(&test)
    }

    fn any_leaf(&self, test: &dyn Fn(&Origin) -> bool) -> bool {
        self.0.iter().any(|origin| match origin {
            Origin::Concat(parts, _) => parts.iter().any(|part| part.any_leaf(test)),
            Origin::Dict(entries) => entries.values().any(|value| value.any_leaf(test)),
            Origin::Each(value) => value.any_leaf(test),
            Origin::Fixed(fixed) if fixed.is_mixed() => fixed.elements().any(|value| value.any_leaf(test)),
            Origin::Lower(inner) => test(inner),
            other => test(other),
        })
    }

    /// Certainly false in an `if`.
    pub(super) fn is_false(&self) -> bool {
        match self.only() {
            Some(Origin::Nil | Origin::Bool(false)) => true,
            Some(Origin::Literal(text)) => text.is_empty(),
            _ => false,
        }
    }

    /// What holds when it is true. A flag that starts as a constant and is set under a condition is that condition.
    pub(super) fn conditions(&self) -> Vec<Condition> {
        let mut checks = self.0.iter().filter(|origin| !matches!(origin, Origin::Bool(_)));
        match (checks.next(), checks.next()) {
            (Some(Origin::Check(conditions)), None) => conditions.to_vec(),
            _ => vec![Condition::OTHER],
        }
    }
}
