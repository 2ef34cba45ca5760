//! What one content file says, as plain facts with places, knowing nothing about the rest of the world.
//!
//! Every list is ordered by position in the file, unless it says otherwise.

use crate::{
    edition_set::ByEdition,
    hugo::{
        highlight::Lines,
        paths::Day,
        shortcode::{Call, Delimiter, Problem, Tag},
        templates::{Exactness, Renderer, Role},
    },
    markdown::front_matter::FrontMatter,
    source::{Source, Span},
    value::Mistake,
};

/// One content file and everything it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The file.
    pub source: Source,
    /// Where the first byte stood that is not UTF-8, if there is one.
    pub invalid_utf8: Option<u32>,
    /// What it says of itself.
    pub front_matter: FrontMatter,
    /// Everything after the front matter.
    pub body: Span,
    /// Shortcode tags.
    pub tags: Vec<Tag>,
    /// Shortcode calls, in the order of their opening tags.
    pub calls: Vec<Call>,
    /// What calls in the destinations of links print, by the first byte of their tags.
    pub texts: Vec<(u32, ByEdition)>,
    /// For each call, whether Markdown drops the HTML that it prints.
    pub dropped: Vec<bool>,
    /// Which call is where.
    pub nesting: Nesting,
    /// What is wrong with the shortcodes.
    pub shortcode_problems: Vec<Problem>,
    /// The Markdown documents: the body first, then each inner text that is rendered on its own.
    pub documents: Vec<Document>,
    /// Blocks of all documents, each document's in pre-order.
    pub blocks: Vec<Block>,
    /// The words of leaves (paragraph, heading, code, cell) by index of their block, shortcodes as `⟦name⟧`. Only those
    /// in conditions: nobody needs the others.
    pub words: Vec<(u32, String)>,
    /// Headings, by document and position.
    pub headings: Vec<Heading>,
    /// Defined terms, by document and position; only where the site gives them ids.
    pub terms: Vec<Term>,
    /// Anchors other than headings.
    pub anchors: Vec<Anchor>,
    /// Code whose lines have ids, where highlighting gives them any.
    pub code_lines: Vec<CodeLines>,
    /// Links and images.
    pub links: Vec<Link>,
    /// Link reference definitions.
    pub definitions: Vec<ReferenceDefinition>,
    /// Full reference links (`[text][label]`) whose label is not defined in their document.
    pub undefined_references: Vec<UndefinedReference>,
    /// What the page says must not be reported.
    pub suppressions: Vec<Suppression>,
    /// Whether the page was too large or too deep to be read wholly; the sentence says which limit it met.
    pub cut: Option<String>,
}

impl Page {
    /// Path from the site's root.
    pub fn path(&self) -> &str {
        &self.source.path
    }

    /// Whether its file lies outside of the site's directory, where others read it too.
    pub fn is_outside(&self) -> bool {
        self.path().starts_with("../")
    }

    /// Whether Hugo pairs its shortcodes as we do: none is unclosed, crossed, or otherwise broken.
    pub fn is_well_formed(&self) -> bool {
        self.shortcode_problems.is_empty()
    }

    /// Whether it is the page of a section, or of the site: `_index.md`.
    pub fn is_section(&self) -> bool {
        let name = self.path().rsplit('/').next().unwrap_or_default();
        name.starts_with("_index.")
    }

    /// Where a link's destination is written; `None` where it cannot be told apart from the rest of the link.
    pub fn written(&self, link: &Link) -> Option<Span> {
        let LinkKind::Reference(definition) = &link.kind else {
            return (link.span != link.whole).then_some(link.span);
        };
        let whole = self.source.text.get(definition.range())?;
        let after = &whole[whole.find("]:")? + 2..];
        let start = definition.end as usize - after.trim_start().len();
        let address = after.trim();
        match address.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
            Some(inside) => Some(Span::new(start + 1, start + 1 + inside.len())),
            None => Some(Span::new(start, start + address.len())),
        }
    }

    /// A link's destination for people: as it stands in the file where shortcodes make part of it.
    pub fn destination<'p>(&'p self, link: &'p Link) -> &'p str {
        let written = self.written(link).filter(|_| link.computed);
        written.map_or(link.destination.as_str(), |span| &self.source.text[span.range()])
    }

    /// The words of a leaf in a condition, by index of its block.
    pub fn words(&self, block: u32) -> &str {
        let found = self.words.binary_search_by_key(&block, |(own, _)| *own);
        found.map_or("", |index| self.words[index].1.as_str())
    }

    /// The opening tag of a call.
    pub fn tag(&self, call: usize) -> &Tag {
        &self.tags[self.calls[call].open]
    }

    /// The calls whose output is source code, as it flows into the Markdown of a code block; in order.
    pub fn calls_in_code(&self) -> Vec<usize> {
        let has_calls = |block: &&Block| {
            block.kind == BlockKind::Code && self.source.text[block.span.range()].contains("{{%")
        };
        let code: Vec<Span> = self.blocks.iter().filter(has_calls).map(|block| block.span).collect();
        if code.is_empty() {
            return Vec::new();
        }
        let is_code = |call: &usize| {
            let tag = self.tag(*call);
            tag.delimiter == Delimiter::Markdown && code.iter().any(|span| span.contains(tag.span))
        };
        (0..self.calls.len()).filter(is_code).collect()
    }

    /// The innermost call whose inner text holds the byte.
    pub fn enclosing_call(&self, byte: u32) -> Option<usize> {
        self.nesting.inner(byte)
    }

    /// The innermost call that holds the byte, in its tags or its inner text.
    pub fn call_at(&self, byte: u32) -> Option<usize> {
        innermost(&self.nesting.whole, byte)
    }
}

/// Which call is the innermost at each byte. Calls may be nested thousands deep, so nobody climbs from one to the next.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Nesting {
    /// From which byte on which call's inner text is the innermost.
    inner: Vec<(u32, Option<u32>)>,
    /// The same for whole calls.
    whole: Vec<(u32, Option<u32>)>,
}

impl Nesting {
    /// Of calls in the order of their opening tags, of which any two lie apart or one in the other.
    pub fn of(calls: &[Call]) -> Self {
        Self {
            inner: edges(calls.iter().map(|call| call.inner)),
            whole: edges(calls.iter().map(|call| Some(call.span))),
        }
    }

    /// The innermost call whose inner text holds the byte.
    pub fn inner(&self, byte: u32) -> Option<usize> {
        innermost(&self.inner, byte)
    }
}

fn edges(parts: impl Iterator<Item = Option<Span>> + Clone) -> Vec<(u32, Option<u32>)> {
    let parts = parts.map(|part| part.filter(|part| !part.is_empty()));
    let mut edges = Vec::with_capacity(2 * parts.clone().flatten().count());
    let mut open: Vec<(u32, u32)> = Vec::new();
    let close = |open: &mut Vec<(u32, u32)>, edges: &mut Vec<(u32, Option<u32>)>, before: u32| {
        while let Some((end, _)) = open.pop_if(|&mut (end, _)| end <= before) {
            edges.push((end, open.last().map(|&(_, call)| call)));
        }
    };
    for (call, part) in (0..).zip(parts) {
        let Some(part) = part else { continue };
        close(&mut open, &mut edges, part.start);
        edges.push((part.start, Some(call)));
        open.push((part.end, call));
    }
    close(&mut open, &mut edges, u32::MAX);
    edges
}

fn innermost(edges: &[(u32, Option<u32>)], byte: u32) -> Option<usize> {
    edges[..edges.partition_point(|&(start, _)| start <= byte)].last()?.1.map(|call| call as usize)
}

/// How the inner text of a call is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reading {
    /// It flows into the Markdown around it.
    Flow,
    /// It is a Markdown document of its own: own ids, own reference definitions.
    Separate,
    /// It is put into the HTML as it is: Markdown in it is not read, HTML is.
    Html,
    /// It never reaches a reader as text (dropped, or in an attribute), or only as code.
    Hidden,
    /// The template does something with it that we cannot follow.
    Opaque,
}

/// A Markdown document: the body, or inner text that is rendered on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its text.
    pub span: Span,
    /// The call whose inner text it is; `None` for the body.
    pub call: Option<u32>,
    /// How it is rendered; `Flow` only for the body, which is `Html` in a file of HTML.
    pub reading: Reading,
    /// Its template is not there, so the reading is what is usual.
    pub assumed: bool,
    /// The HTML that it becomes is put into Markdown, which leaves none.
    pub dropped: bool,
}

/// A block of a document. Most of a large site's facts are blocks, so they are kept small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it is.
    pub span: Span,
    /// Index of the block it is in.
    pub parent: Option<u32>,
    /// One past the index of its last descendant.
    pub end: u32,
    /// Index in [`Page::documents`].
    pub document: u32,
    /// Whether this is the text of a tight list item, which is no paragraph in the HTML.
    pub tight: bool,
}

/// The kinds of blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockKind {
    /// A paragraph, or the text of a tight list item.
    Paragraph,
    /// A heading: its level, and its index in [`Page::headings`].
    Heading(u8, u32),
    /// A numbered list.
    OrderedList,
    /// A bulleted list.
    BulletList,
    /// An item of a list.
    Item,
    /// A block quote.
    BlockQuote,
    /// Code.
    Code,
    /// Raw HTML.
    Html,
    /// A table.
    Table,
    /// A row, the head included.
    Row,
    /// A cell.
    Cell,
    /// A definition list.
    DefinitionList,
    /// A defined term.
    Term,
    /// A definition.
    Definition,
    /// A footnote.
    Footnote,
    /// A thematic break.
    Rule,
    /// A paragraph of nothing but one call, by index in [`Page::calls`].
    Call(u32),
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The heading with its marks.
    pub span: Span,
    /// 1 to 6.
    pub level: u8,
    /// Its words.
    pub text: String,
    /// The id given by `{#id}`, and where.
    pub id: Option<(String, Span)>,
    /// What the automatic id is made from: the plain text by Hugo's first-child rule. `None` where the text holds
    /// output of shortcodes that we do not know.
    pub plain: Option<String>,
    /// The same where calls have run that print part of the text.
    pub printed: ByEdition,
    /// The raw line without marks and attributes, which is what ids were made from before Hugo 0.144.
    pub raw: String,
    /// Index in [`Page::documents`].
    pub document: u32,
    /// The innermost call around it.
    pub call: Option<u32>,
}

/// A defined term, which shares the ids of headings (`autoDefinitionTermID`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The term.
    pub span: Span,
    /// What its id is made from, as for headings.
    pub plain: Option<String>,
    /// Index in [`Page::documents`].
    pub document: u32,
    /// The innermost call around it.
    pub call: Option<u32>,
}

/// Where an anchor comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnchorKind {
    /// `id` or `name` in raw HTML.
    Html,
    /// A block attribute `{#id}`.
    Attribute,
    /// A footnote or a reference to one.
    Footnote,
    /// Printed by a shortcode.
    Shortcode,
}

/// An anchor other than a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The id.
    pub id: String,
    /// Where it is written.
    pub span: Span,
    /// Where it comes from.
    pub kind: AnchorKind,
    /// Index in [`Page::documents`].
    pub document: u32,
    /// The innermost call around it (not the call that prints it).
    pub call: Option<u32>,
}

/// A block of code whose lines have ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLines {
    /// The ids, as far as no shortcode prints lines.
    pub lines: Lines,
    /// The language, which says which hook it has.
    pub language: String,
    /// The code.
    pub span: Span,
    /// Index in [`Page::documents`].
    pub document: u32,
    /// The innermost call around it.
    pub call: Option<u32>,
}

/// An attribute that holds an address.
#[derive(Debug, PartialEq, Eq)]
pub struct AddressAttribute {
    /// The element's name.
    pub element: &'static str,
    /// The attribute's name.
    pub name: &'static str,
    /// Whether it embeds what is there rather than linking to it.
    pub embeds: bool,
}

impl AddressAttribute {
    const fn new(element: &'static str, name: &'static str, embeds: bool) -> Self {
        Self { element, name, embeds }
    }

    /// That of links.
    pub const HREF: &'static Self = &Self::ALL[0];

    /// All that are read.
    pub const ALL: &'static [Self] = &[
        Self::new("a", "href", false),
        Self::new("area", "href", false),
        Self::new("img", "src", true),
        Self::new("img", "srcset", true),
        Self::new("source", "src", true),
        Self::new("source", "srcset", true),
        Self::new("video", "src", true),
        Self::new("video", "poster", true),
        Self::new("audio", "src", true),
        Self::new("iframe", "src", true),
        Self::new("embed", "src", true),
        Self::new("object", "data", true),
    ];
}

/// How a link is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkKind {
    /// `[text](destination)`, `![alt](destination)`
    Inline,
    /// `[text][label]`; the span is that of the definition.
    Reference(Span),
    /// `<https://…>`
    Autolink,
    /// A bare URL.
    Bare,
    /// An attribute of raw HTML.
    Html(&'static AddressAttribute),
    /// Printed by the template of a shortcode, which found the destination in data, parameters or a text from elsewhere.
    Printed {
        /// Index in [`Page::calls`].
        call: u32,
        /// The page that render hooks take it to be on; `None`: it is HTML, and they do not see it.
        hooked: Option<Renderer>,
    },
    /// A shortcode's argument.
    Argument {
        /// Index in [`Page::calls`].
        call: u32,
        /// What the template does with it.
        role: Role,
        /// How much of it is left.
        exactness: Exactness,
    },
}

/// The alternative text of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alt {
    /// The text; `None` where there is no place for it (no `alt` attribute or argument).
    pub text: Option<String>,
    /// Where it is, or else where the image is.
    pub span: Span,
    /// Whether the image is marked as decoration (`role="presentation"`, `aria-hidden`) or whether its alternative
    /// text may come from somewhere we do not see.
    pub exempt: bool,
}

/// A link or an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// As the Markdown or HTML parser understands it: escapes and entities resolved.
    pub destination: String,
    /// The destination, or the whole link where it cannot be told apart.
    pub span: Span,
    /// The whole link.
    pub whole: Span,
    /// How it is written.
    pub kind: LinkKind,
    /// For images: their alternative text.
    pub alt: Option<Box<Alt>>,
    /// Whether this is an image or other media rather than something to click on.
    pub embedded: bool,
    /// Whether it holds output of shortcodes that we do not know.
    pub computed: bool,
    /// Whether it reaches the reader; raw HTML does not unless the site allows it.
    pub rendered: bool,
    /// Index in [`Page::documents`].
    pub document: u32,
    /// The innermost call around it.
    pub call: Option<u32>,
}

impl Link {
    /// One that nobody wrote, from a place on a page: to ask where it would lead.
    pub fn supposed(destination: String, kind: LinkKind, span: Span) -> Self {
        Self {
            destination,
            span,
            whole: span,
            kind,
            alt: None,
            embedded: false,
            computed: false,
            rendered: true,
            document: 0,
            call: None,
        }
    }
}

/// `[label]: destination`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceDefinition {
    /// The label, as written.
    pub label: String,
    /// The whole definition.
    pub span: Span,
    /// Index in [`Page::documents`].
    pub document: u32,
}

/// `[text][label]` without a definition of `label`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndefinedReference {
    /// The label.
    pub label: String,
    /// The whole link.
    pub span: Span,
    /// Index in [`Page::documents`].
    pub document: u32,
    /// The innermost call around it.
    pub call: Option<u32>,
}

/// What must not be reported, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The comment, or the entry of the front matter.
    pub span: Span,
    /// How it is written.
    pub form: SuppressionForm,
    /// The rules and groups, as written; none: all rules.
    pub names: Vec<(String, Span)>,
    /// The part of the file in which nothing of them is reported: findings that start there.
    pub covers: Span,
    /// The last day on which it counts, and where that is written.
    pub until: Option<(Day, Span)>,
    /// Why.
    pub reason: Option<String>,
    /// What is wrong with it; then it does not count.
    pub mistake: Option<Mistake>,
}

/// How a suppression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuppressionForm {
    /// `<!-- javert-disable-… -->`, or the same in a `comment` shortcode.
    Comment,
    /// `<!-- javert-enable -->`, which ends what `javert-disable` began.
    Enable,
    /// `javert: {disable: […]}` in the front matter.
    FrontMatter,
}
