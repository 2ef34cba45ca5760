//! What a site's templates teach: which shortcodes exist, which are paired, and where their arguments end up.
//!
//! Text in, summaries out. [`summarize`] reads one shortcode template, [`Shortcodes`] all of a site's,
//! [`embedded()`] describes those Hugo brings along, and [`hooks`] says what a render hook does to a link.
//! Nothing here fails: a template we cannot read teaches nothing, and says so in [`Summary::problem`].

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{hugo::dimensions::Dimension, source::Span};

mod adapter;
mod branches;
mod call;
mod collections;
mod data;
mod destination;
pub mod embedded;
mod entries;
mod family;
mod files;
mod fixed;
mod functions;
mod guard;
#[cfg(test)]
mod guard_tests;
pub mod hooks;
mod html;
mod interpret;
mod known;
mod layout;
mod lex;
mod lists;
mod lookup;
mod making;
mod page_store;
mod pages;
pub mod parse;
mod partials;
mod patterns;
mod print;
mod run;
mod sorted;
mod stored;
mod summary;
#[cfg(test)]
mod tests;
mod texts;
mod value;
mod words;

pub use adapter::adapted;
pub use call::{Evaluated, FlowOf, Printout, evaluate, evaluate_image};
pub use data::SiteData;
pub use destination::{Finder, link_destination};
pub use embedded::embedded;
pub use family::{Family, InnerUses};
pub use files::{Library, Quote, Shelf, Shelved, has_calls};
pub use guard::page_guard;
pub use known::{Known, Lookup, Messages, Place};
pub use layout::{LayoutIds, Other, printed_ids, whole};
pub use lists::{Division, Listed, Listing, Lists, Order, division};
pub use lookup::{Layout, Shortcode, ShortcodePath, Shortcodes, Variant, shortcode_name};
pub use making::{Made, MadePath, is_maker, made, making};
pub use page_store::{OtherKeys, PageStore};
pub use parse::{Template, parse};
pub use partials::Partials;
pub use summary::summarize;

/// One argument of a shortcode, as its template asks for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Param {
    /// `.Get "src"`
    Named(String),
    /// `.Get 0`
    Positional(usize),
}

/// What the output does with an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// `href` of an `<a>` (or `<area>`) written in HTML: no link hook sees it.
    LinkDestination,
    /// `src` or `srcset` of an `<img>` written in HTML: no image hook sees it.
    ImageSource,
    /// `src` of `<iframe>`, `<video>`, `<audio>`, `<source>`, `<embed>`, `<script>`; `poster`; `data` of `<object>`.
    MediaSource,
    /// `alt` of an image written in HTML.
    AltText,
    /// `id` of any element, or `name` of an `<a>`: an anchor.
    Id,
    /// The destination of a link written in Markdown, so that link hooks see it.
    MarkdownLink,
    /// The destination of an image written in Markdown, so that image hooks see it.
    MarkdownImage,
    /// Handed to `ref` or `relref`: the page must exist.
    PageReference,
    /// Handed to `GetPage`: the page may be missing.
    PageLookup,
    /// Handed to `.Resources.Get`, `.Resources.GetMatch`, `resources.Get`, `readFile` and their like.
    ResourceReference,
    /// Visible text, or a `title` attribute.
    Text,
    /// Text read as Markdown (`markdownify`, `RenderString`).
    Markdown,
}

/// How much of an argument is left where it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exactness {
    /// The argument itself, as if the author had written it there.
    Exact,
    /// The argument through `relURL` or `absURL`: relative to the base URL, not to the page.
    BaseUrl,
    /// The argument through `relLangURL` or `absLangURL`.
    LanguageUrl,
    /// The argument itself, or below the base URL or that of the language, with or without the slash that it starts with:
    /// it depends on the argument which of these.
    Rebased,
    /// The URL of the file of the page's bundle or of the asset of that name; else the argument itself.
    Resource,
    /// The URL of the page, page resource or asset of that name, on some path at least; else the argument itself.
    Found,
    /// Something computed from it, at least on some path. Never checked.
    Derived,
}

impl Exactness {
    /// What is left where a template does this on some paths and the other on others.
    pub(super) fn or(self, other: Self) -> Self {
        match self.max(other) {
            least if self == other => least,
            Self::Resource => Self::Found,
            least => least.max(Self::Rebased),
        }
    }
}

/// What a template does with one argument. Where one role is reached in several ways, the least exact counts;
/// but for [`Role::Id`] the most exact, as every id is an anchor of its own.
pub type Roles = BTreeMap<Role, Exactness>;

/// How a template uses `.Inner`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InnerUse {
    /// The template does not mention it.
    #[default]
    None,
    /// Printed as it is.
    Raw,
    /// Rendered as a Markdown document of its own: `markdownify`, `RenderString`.
    Markdown,
    /// Printed as source code: `highlight`, `htmlEscape`.
    Code,
    /// Printed only inside an HTML tag.
    Attribute,
    /// Mentioned, but never printed.
    Dropped,
    /// Printed in more than one of these ways.
    Mixed,
    /// Changed (by a regular expression, for example) or handed to something we could not follow.
    Unknown,
}

/// An id that a template prints: `before`, then the argument if there is one, then `after`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdPattern {
    /// Literal text.
    pub before: String,
    /// The argument in the middle; a constant id has none.
    pub param: Option<Param>,
    /// Literal text.
    pub after: String,
}

/// A destination written in the template itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Constant {
    /// The destination, HTML entities as they are.
    pub destination: String,
    /// Its place in the template.
    pub span: Span,
    /// Written in Markdown, so that hooks see it if the output is read as Markdown.
    pub markdown: bool,
}

/// What distinguishes the readers that a [`Guard`] asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Selector {
    /// `site.Params.a.b`: the path below `params` in the site's configuration, as the template spells it.
    SiteParam(Vec<String>),
    /// `.Page.Params.a.b`: the path in the page's front matter.
    PageParam(Vec<String>),
    /// `.Page.Param "a.b"`: front matter, else the site's params.
    Param(Vec<String>),
    /// `hugo.Environment`
    Environment,
    /// `.Page.Language.Lang`, `site.Language.Lang` and their like.
    Language,
    /// `site.Version.Name` or `site.Role.Name`.
    Dimension(Dimension),
    /// Any of several texts about the page, each made of these parts:
    /// `in (slice .Page.Params.version (print .Page.Params.product "/" .Page.Params.version)) …`.
    PageTexts(Vec<Vec<PageText>>),
}

/// A part of a text about a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PageText {
    /// Text of the template.
    Literal(String),
    /// A parameter of the page, by its path in the front matter.
    Param(Vec<String>),
}

/// Which arguments a [`Guard`] compares with the selector.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuardArguments {
    /// Every argument: `in .Params …`.
    All,
    /// These: `.Get 0`, `.Get "region"`.
    Listed(Vec<Param>),
}

/// A condition around the whole `.Inner`: the shortcode shows its inner text to some readers only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Guard {
    /// What the arguments are compared with.
    pub selector: Selector,
    /// The arguments compared.
    pub arguments: GuardArguments,
    /// The arguments are lists with this separator: `split (.Get 0) ","`.
    pub separator: Option<String>,
    /// The inner text is shown when one value matches; else it is hidden then.
    pub shows: bool,
    /// Both sides are brought to one case first.
    pub ignores_case: bool,
    /// The argument is searched as text (`in (.Get 0) S`), so a part of it matches too.
    pub substring: bool,
}

/// A condition around a whole page: its front matter says to which readers it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PageGuard {
    /// The key in the front matter, as the template spells it.
    pub key: Vec<String>,
    /// What the key's value is compared with.
    pub selector: Selector,
    /// The page is shown when one value matches; else it is hidden then.
    pub shows: bool,
}

/// A part of a template's output.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Text of the template.
    Literal(String),
    /// A site parameter, by its path below `params`, as the template spells it.
    SiteParam(Vec<String>),
    /// An argument, as it is.
    Argument(Param),
    /// `.Inner`, as it is.
    Inner,
    /// `.Inner`, rendered as a Markdown document of its own.
    Rendered,
    /// Something else, or nothing.
    Unknown,
}

/// All that a template prints.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Output {
    /// Nothing but white space.
    Silent,
    /// These pieces, whatever the page and the arguments.
    Pieces(Vec<Piece>),
    /// It depends.
    #[default]
    Unknown,
}

/// The page that renders an inner text as Markdown: its render hooks see it as `.Page`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Renderer {
    /// The page that the call stands on: `.Page.RenderString`.
    #[default]
    Page,
    /// The home page: `markdownify`. Hugo: `tpl/transform/transform.go`.
    Home,
    /// One of them.
    Either,
}

/// Who prints an inner text that a shortcode only stores.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ShownBy {
    /// The names of the shortcodes.
    pub names: BTreeSet<String>,
    /// The call around prints it; else any later call on the page.
    pub around: bool,
}

/// What one shortcode template (or all variants of one) does, as far as its text tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Whether Hugo takes it to use `.Inner`, so that calls must be closed. `None`: the template does not parse,
    /// or variants disagree and Hugo's choice is not documented.
    pub inner: Option<bool>,
    /// `$_hugo_config` asks for version 1: `{{% %}}` renders its inner text on its own.
    pub legacy: bool,
    /// What becomes of `.Inner`.
    pub inner_use: InnerUse,
    /// What is printed before `.Inner`; every value is an `x`. `None` if it depends, or `.Inner` is not printed
    /// exactly once.
    pub before_inner: Option<String>,
    /// What is printed after `.Inner`, on the same terms.
    pub after_inner: Option<String>,
    /// The arguments it reads, and what it does with each.
    pub parameters: BTreeMap<Param, Roles>,
    /// It looks at `.Params` as a whole, or at a computed key: any argument may matter.
    pub all_parameters: bool,
    /// Its context goes to something that we could not follow: any argument may matter, anything may be printed.
    pub opaque: bool,
    /// Ids it prints, those made from one argument included.
    pub anchors: BTreeSet<IdPattern>,
    /// It prints ids beyond these.
    pub unknown_anchors: bool,
    /// Constant link destinations.
    pub links: Vec<Constant>,
    /// Constant image and media sources.
    pub images: Vec<Constant>,
    /// It prints links to what it finds in data, parameters or elsewhere.
    pub computed_links: bool,
    /// It prints a heading of its own.
    pub headings: bool,
    /// The texts of its Markdown headings without an explicit id, where they are constant.
    pub heading_texts: BTreeSet<String>,
    /// It prints Markdown headings whose text is not constant and that have no explicit id.
    pub unknown_headings: bool,
    /// It prints what are definitions in Markdown, of terms that are not constant.
    pub unknown_terms: bool,
    /// It prints content or files from elsewhere (`.Content`, `readFile`, a resource's content).
    pub transcludes: bool,
    /// Whose links the render hooks take those in the inner text for.
    pub renderer: Renderer,
    /// It prints what calls inside it have stored.
    pub reads_store: bool,
    /// It does something with the store of the page, which others may use too.
    pub page_store: Option<Arc<OtherKeys>>,
    /// The inner text is not printed here, but stored for these shortcodes.
    pub shown_by: Option<ShownBy>,
    /// The condition around `.Inner`.
    pub guard: Option<Guard>,
    /// All it prints, when that is simple.
    pub output: Output,
    /// What it prints for those to whom the condition around `.Inner` shows it, and for all others; unknown where there
    /// is no condition.
    pub branches: [Option<Vec<Piece>>; 2],
    /// Hugo could not parse it: where, and why.
    pub problem: Option<(Span, String)>,
}

impl Summary {
    /// Whether it prints nothing but white space.
    pub fn silent(&self) -> bool {
        self.output == Output::Silent
    }

    /// How exactly `param` reaches `role`, if at all.
    pub fn role(&self, param: &Param, role: Role) -> Option<Exactness> {
        self.parameters.get(param)?.get(&role).copied()
    }
}
