//! What is known of each shortcode, wherever the knowledge comes from: [`Definitions`].

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    dimensions::Dimension,
    shortcode::{Argument, Delimiter, Inner, Tag},
    templates::{Exactness, InnerUse, InnerUses, PageText, Param, Role, Summary},
};
use crate::{page::Reading, source::Span};

/// Where a definition comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A template of the site, its theme or a module; the path.
    Template(String),
    /// Hugo itself.
    Embedded,
    /// How the site uses the name; its template is not there.
    Use,
}

/// What a condition asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// A site parameter, as a lower-cased path: it differs between editions.
    SiteParam(Vec<String>),
    /// The version or role of the site that is built: what `site.Version.Name` or `site.Role.Name` gives.
    Dimension(Dimension),
    /// Texts about the page that holds the call, any of which may be meant.
    Page(Vec<Vec<PageText>>),
    /// What the reader chooses in the browser.
    Reader,
}

/// For whom the inner text of a shortcode is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What the arguments are compared with.
    pub asks: Asks,
    /// Whether the inner text is shown to those named, or to all others.
    pub shows: bool,
    /// The argument that holds the values; `None` for all positional arguments.
    pub argument: Option<Param>,
    /// The separator of values within one argument.
    pub separator: Option<String>,
}

impl Condition {
    /// Whether the condition is on the site parameter `param`.
    pub fn is_on(&self, param: &str) -> bool {
        matches!(&self.asks, Asks::SiteParam(path) if matches!(path.as_slice(), [own] if own.eq_ignore_ascii_case(param)))
    }
}

/// What a shortcode is to alternatives of which the reader of a page chooses one: tabs, choosers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// It holds the alternatives, and may say which it offers.
    Container(Option<Offers>),
    /// It is one alternative.
    Branch {
        /// The name of the shortcode that holds it.
        container: String,
        /// The argument that names it; it may name several, separated by commas.
        label: Option<Param>,
    },
}

/// Where a container says what it offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offers {
    /// In one argument, separated by commas: `chooser language "go,python"`.
    List(Param),
    /// Each positional argument is one: `tabs Linux macOS`.
    Each,
}

/// What is known of one shortcode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Where the knowledge comes from.
    pub origin: Origin,
    /// Whether calls are closed.
    pub inner: Inner,
    /// What its template does; empty when the template is not there.
    pub summary: Summary,
    /// Arguments with a role, in the order of their names.
    pub roles: Vec<(Param, Role, Exactness)>,
    /// For whom the inner text is shown.
    pub condition: Option<Condition>,
    /// What it is among alternatives that every reader gets.
    pub choice: Option<Choice>,
}

impl Definition {
    /// How the inner text of a call is read of which this becomes. `nested` calls stand inside another call.
    /// Hugo: `hugolib/shortcode.go`, `doRenderShortcode`.
    fn reading(&self, inner_use: InnerUse, delimiter: Delimiter, nested: bool) -> Reading {
        if self.origin == Origin::Use {
            return Reading::Separate;
        }
        let separate = self.is_rendered_first(delimiter, nested);
        match (inner_use, delimiter) {
            (InnerUse::Raw | InnerUse::Markdown, _) if separate => Reading::Separate,
            (InnerUse::Markdown, _) => Reading::Separate,
            (InnerUse::Raw, Delimiter::Markdown) => Reading::Flow,
            (InnerUse::Raw, Delimiter::Html) => Reading::Html,
            (InnerUse::None | InnerUse::Attribute | InnerUse::Dropped | InnerUse::Code, _) => Reading::Hidden,
            (InnerUse::Mixed | InnerUse::Unknown, _) => Reading::Opaque,
        }
    }

    /// Whether Hugo renders the inner text of a call before the template gets it.
    pub fn is_rendered_first(&self, delimiter: Delimiter, nested: bool) -> bool {
        delimiter == Delimiter::Markdown && (nested || self.summary.legacy)
    }

    /// Whether the reading is a guess because the template is not there.
    pub fn assumed(&self) -> bool {
        self.origin == Origin::Use
    }
}

/// All shortcodes of a site, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Definitions {
    by_name: FxHashMap<String, Definition>,
    /// Names are case-insensitive since Hugo 0.146.
    fold_case: bool,
    /// Whether templates may exist that are not there, so that an unknown name means nothing.
    pub incomplete: bool,
    /// What becomes of inner texts where that depends on the call.
    inner_uses: Arc<InnerUses>,
}

impl Definitions {
    /// No definitions yet.
    pub fn new(fold_case: bool, incomplete: bool) -> Self {
        Self { by_name: FxHashMap::default(), fold_case, incomplete, inner_uses: Arc::default() }
    }

    /// The definition of a name as written in a call.
    pub fn get(&self, name: &str) -> Option<&Definition> {
        self.by_name.get(name).or_else(|| self.by_name.get(&name.to_lowercase()).filter(|_| self.fold_case))
    }

    /// Says how to find what becomes of inner texts where that depends on the call.
    pub fn set_inner_uses(&mut self, inner_uses: InnerUses) {
        self.inner_uses = Arc::new(inner_uses);
    }

    /// How the inner text of a call is read, which may stand in another one.
    pub fn reading(&self, tag: &Tag, around: Option<&Tag>) -> Reading {
        self.rendering(tag, around).0
    }

    /// How the inner text of a call is read, and how often it is rendered as Markdown, as far as is known, before what the
    /// call prints goes where it stands: by Hugo, and by the template.
    pub fn rendering(&self, tag: &Tag, around: Option<&Tag>) -> (Reading, u32) {
        let Some(definition) = self.get(&tag.name) else { return (Reading::Separate, 0) };
        let inner_use = self.inner_use(definition, tag, around);
        let by_hugo = u32::from(definition.is_rendered_first(tag.delimiter, around.is_some()));
        let passes = match inner_use {
            _ if definition.origin == Origin::Use => 0,
            InnerUse::Mixed | InnerUse::Unknown => 0,
            InnerUse::Markdown => by_hugo + 1,
            _ => by_hugo,
        };
        (definition.reading(inner_use, tag.delimiter, around.is_some()), passes)
    }

    fn inner_use(&self, definition: &Definition, tag: &Tag, around: Option<&Tag>) -> InnerUse {
        let depends = matches!(definition.summary.inner_use, InnerUse::Mixed | InnerUse::Unknown);
        if depends {
            let named = |tag: &Tag| if self.fold_case { tag.name.to_lowercase() } else { tag.name.clone() };
            let outer = around.map(|around| (named(around), around));
            self.inner_uses.of((&named(tag), tag), outer.as_ref().map(|(name, tag)| (name.as_str(), *tag)))
        } else {
            definition.summary.inner_use
        }
    }

    /// Adds a definition, replacing one of the same name.
    pub fn insert(&mut self, name: &str, definition: Definition) {
        let name = if self.fold_case { name.to_lowercase() } else { name.to_owned() };
        self.by_name.insert(name, definition);
    }

    /// Says for whom a shortcode shows its inner text.
    pub fn set_condition(&mut self, name: &str, condition: Condition) {
        let name = if self.fold_case { name.to_lowercase() } else { name.to_owned() };
        if let Some(definition) = self.by_name.get_mut(&name) {
            definition.condition = Some(condition);
        }
    }

    /// Says what a shortcode is among alternatives.
    pub fn set_choice(&mut self, name: &str, choice: Choice) {
        let name = if self.fold_case { name.to_lowercase() } else { name.to_owned() };
        if let Some(definition) = self.by_name.get_mut(&name) {
            definition.choice = Some(choice);
        }
    }

    /// What the opening tag of a branch is called by its container, if the site's use of it tells.
    pub fn label<'t>(&self, tag: &'t Tag) -> Option<&'t Argument> {
        let Some(Choice::Branch { label: Some(label), .. }) = &self.get(&tag.name)?.choice else {
            return None;
        };
        tag.argument(label)
    }

    /// What the opening tag of a container offers, as listed: each value with its place.
    pub fn offered(&self, tag: &Tag) -> Vec<(String, Span)> {
        let Some(Choice::Container(offers)) = self.get(&tag.name).and_then(|own| own.choice.as_ref()) else {
            return Vec::new();
        };
        match offers {
            None => Vec::new(),
            Some(Offers::List(param)) => tag.argument(param).map(Argument::listed).unwrap_or_default(),
            Some(Offers::Each) => {
                let each = tag.arguments.iter().filter(|argument| argument.key.is_none());
                each.map(|argument| (argument.value.clone(), argument.value_span)).collect()
            }
        }
    }

    /// Whether calls of this name are closed.
    pub fn inner(&self, name: &str) -> Inner {
        match self.get(name) {
            Some(definition) => definition.inner,
            None if name.ends_with(".inline") => Inner::Used,
            None if self.incomplete => Inner::Unknown,
            None => Inner::NoTemplate,
        }
    }

    /// All definitions by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Definition)> {
        let mut all: Vec<(&str, &Definition)> =
            self.by_name.iter().map(|(name, definition)| (name.as_str(), definition)).collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all.into_iter()
    }
}
