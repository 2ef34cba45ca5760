//! Text to facts: what one content file says. The only module that knows pulldown-cmark.
//!
//! Reading takes two steps, because Hugo's Markdown depends on what shortcodes do: [`Draft::new`] needs nothing but the
//! text, [`page`] needs to know the site's shortcodes.

use std::cell::Cell;

use crate::{
    fitted::fit,
    hugo::{
        config::Goldmark,
        content,
        definitions::{Choice, Definition, Definitions, Origin},
        shortcode::{self, Call, Problem, ProblemKind, Scan, Tag, TagKind},
        templates::{Exactness, Param, Role},
        version::Version,
    },
    page::{
        Alt, Anchor, AnchorKind, Block, BlockKind, CodeLines, Document, Heading, Link, LinkKind, Nesting,
        Page, Reading, ReferenceDefinition, Suppression, Term, UndefinedReference,
    },
    source::{Source, Span},
};
use front_matter::FrontMatter;

mod attributes;
mod context;
mod elements;
mod ends;
mod fences;
pub mod fragment;
pub mod front_matter;
mod html;
mod inline;
mod mask;
mod options;
mod passthrough;
mod suppression;
mod texts;
mod walk;

/// A body larger than this is not read as Markdown.
const MAX_BODY: usize = 16 << 20;

/// What a content file says before its shortcodes are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The file.
    pub source: Source,
    /// Where the first byte stood that is not UTF-8.
    pub invalid_utf8: Option<u32>,
    /// What it says of itself.
    pub front_matter: FrontMatter,
    /// Everything after the front matter.
    pub body: Span,
    /// Its shortcode tags.
    pub scan: Scan,
    /// What its front matter says must not be reported.
    pub suppressions: Vec<Suppression>,
}

impl Draft {
    /// Reads front matter and shortcode tags.
    pub fn new(source: Source, invalid_utf8: Option<u32>, version: Version) -> Self {
        let (front_matter, start) = front_matter::read(&source.text);
        let body = Span::new(start, source.text.len());
        let scan = shortcode::scan(&source.text, body, version);
        let suppressions = suppression::in_front_matter(&front_matter, &source.text);
        Self { source, invalid_utf8, front_matter, body, scan, suppressions }
    }
}

/// What the text of a page means on its site.
#[derive(Debug, Clone, Copy)]
pub struct Dialect<'d> {
    /// The Hugo version.
    pub version: Version,
    /// The Markdown settings.
    pub goldmark: &'d Goldmark,
    /// The shortcodes.
    pub definitions: &'d Definitions,
}

/// What the documents of a page say.
#[derive(Debug, Default)]
struct Facts {
    blocks: Vec<Block>,
    words: Vec<(u32, String)>,
    headings: Vec<Heading>,
    terms: Vec<Term>,
    anchors: Vec<Anchor>,
    code_lines: Vec<CodeLines>,
    links: Vec<Link>,
    definitions: Vec<ReferenceDefinition>,
    undefined_references: Vec<UndefinedReference>,
    /// Comments within a line, and HTML blocks that are dropped: nobody sees what a call in them prints.
    unseen: Vec<Span>,
}

thread_local! {
    /// Lists that grew with other pages and are empty now: the next page need not let them grow again.
    static GROWN: Cell<Facts> = Cell::default();
}

/// Reads a page. Never fails: broken Markdown is still Markdown.
pub fn page(draft: Draft, dialect: Dialect<'_>) -> Page {
    let Draft { source, invalid_utf8, front_matter, body, scan, suppressions } = draft;
    let inner = |name: &str| dialect.definitions.inner(name);
    let pairing = shortcode::pair(&scan, body, &inner, dialect.version);
    let mut shortcode_problems = scan.problems;
    shortcode_problems.extend(pairing.problems);
    shortcode_problems.sort_by_key(|problem| problem.span);
    if may_be_misnamed(&shortcode_problems)
        && shortcode::verdict(&source.text, body, &inner, dialect.version).is_none()
    {
        shortcode_problems = misnamed(shortcode_problems);
    }
    let (tags, calls) = (scan.tags, pairing.calls);
    let mut facts = GROWN.take();
    let mut cut = None;
    let (documents, homes, dropped) = if body.len() > MAX_BODY {
        cut = Some(format!(
            "the page is larger than {} MiB: its headings, links and images are not checked",
            MAX_BODY >> 20
        ));
        (Vec::new(), Vec::new(), Vec::new())
    } else {
        let raw_html = dialect.goldmark.raw_html;
        let reading = if content::is_html(&source.path) { Reading::Html } else { Reading::Flow };
        let mask::Layout { documents, masks, homes, dropped, too_deep } =
            mask::documents(&source.text, (body, reading), (&tags, &calls), dialect.definitions, raw_html);
        if too_deep {
            cut = Some(format!(
                "shortcode calls are nested more than {} deep: what is inside is not checked",
                mask::MAX_DEPTH
            ));
        }
        let names: Vec<&str> = calls.iter().map(|call| tags[call.open].name.as_str()).collect();
        let conditions = conditions(&calls, &names, dialect.definitions);
        for (index, document) in documents.iter().enumerate() {
            read_document(
                &source.text,
                index,
                document,
                &masks[index],
                &names,
                &conditions,
                dialect.goldmark,
                &mut facts,
            );
        }
        (documents, homes, dropped)
    };
    let mut page = Page {
        source,
        invalid_utf8,
        front_matter,
        body,
        tags,
        texts: Vec::new(),
        nesting: Nesting::of(&calls),
        calls,
        dropped,
        shortcode_problems,
        documents,
        blocks: facts.blocks,
        words: facts.words,
        headings: facts.headings,
        terms: facts.terms,
        anchors: facts.anchors,
        code_lines: facts.code_lines,
        links: facts.links,
        definitions: facts.definitions,
        undefined_references: facts.undefined_references,
        suppressions,
        cut,
    };
    let unseen = comments(&page, facts.unseen);
    let in_body = suppression::read(&page, &unseen);
    page.suppressions.extend(in_body);
    without_reference_calls(&mut page, dialect.definitions);
    argument_facts(&mut page, dialect.definitions, &homes, &unseen);
    enclose(&mut page);
    // All pages stay in memory, and these lists are most of them.
    GROWN.set(Facts {
        blocks: fit(&mut page.blocks),
        words: fit(&mut page.words),
        headings: fit(&mut page.headings),
        anchors: fit(&mut page.anchors),
        links: fit(&mut page.links),
        ..Facts::default()
    });
    page
}

/// Whether some call is never closed and some closing tag closes nothing: then one may be meant for the other.
fn may_be_misnamed(problems: &[Problem]) -> bool {
    let has = |kind: ProblemKind| problems.iter().any(|problem| problem.kind == kind);
    has(ProblemKind::Unclosed) && has(ProblemKind::Unopened)
}

/// Where Hugo builds the page all the same, a closing tag of another name closed the call, because Hugo does not compare
/// names: one problem instead of two.
fn misnamed(problems: Vec<Problem>) -> Vec<Problem> {
    let mut open: Vec<Problem> = Vec::new();
    let mut kept: Vec<Problem> = Vec::new();
    for problem in problems {
        match (&problem.kind, open.last()) {
            (ProblemKind::Unclosed, _) => open.push(problem),
            (ProblemKind::Unopened, Some(opener)) => {
                let kind = ProblemKind::OtherName(opener.name.clone());
                kept.push(Problem { kind, other: Some(opener.span), hugo: None, ..problem });
                open.pop();
            }
            _ => kept.push(problem),
        }
    }
    kept.extend(open);
    kept.sort_by_key(|problem| problem.span);
    kept
}

/// The inner texts of the outermost conditions and branches, in order.
fn conditions(calls: &[Call], names: &[&str], definitions: &Definitions) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    for (call, name) in calls.iter().zip(names) {
        let Some(inner) = call.inner else { continue };
        let is_inside = found.last().is_some_and(|outer| inner.start < outer.end);
        if !is_inside && definitions.get(name).is_some_and(has_versions) {
            found.push(inner);
        }
    }
    found
}

/// Whether the inner text of a shortcode may have other versions.
fn has_versions(definition: &Definition) -> bool {
    definition.condition.is_some() || matches!(definition.choice, Some(Choice::Branch { .. }))
}

#[expect(clippy::too_many_arguments, reason = "the parts of one page on their way into its facts")]
fn read_document(
    text: &str,
    index: usize,
    document: &Document,
    masks: &[mask::Mask],
    call_names: &[&str],
    conditions: &[Span],
    goldmark: &Goldmark,
    facts: &mut Facts,
) {
    let masked = mask::apply(text, document.span, masks);
    let context = context::Context {
        text: &masked,
        base: document.span.start as usize,
        masks,
        document: u32::try_from(index).unwrap_or(u32::MAX),
        goldmark,
        call_names,
        conditions,
    };
    match document.reading {
        Reading::Flow | Reading::Separate | Reading::Opaque => walk::markdown(&context, facts),
        Reading::Html => walk::raw_html(&context, facts),
        Reading::Hidden => {}
    }
}

/// What the automatic id of a heading is made from, which a text starts with; empty if it is none. `None`: there are more
/// of them.
pub fn heading_words(text: &str, goldmark: &Goldmark) -> Option<String> {
    // What reference links mean is said elsewhere.
    let is_plain = !text.replace("](", "").contains(']');
    let (mut facts, empty) = (Facts::default(), (&[], &[], &[]));
    let context = context::Context {
        text,
        base: 0,
        masks: empty.0,
        document: 0,
        goldmark,
        call_names: empty.1,
        conditions: empty.2,
    };
    walk::markdown(&context, &mut facts);
    let starts = facts.blocks.first().is_some_and(|block| matches!(block.kind, BlockKind::Heading(..)));
    match facts.headings.as_slice() {
        [only] if is_plain && starts => only.plain.clone(),
        [] if is_plain => Some(String::new()),
        _ => None,
    }
}

/// Links, images and anchors that shortcodes make from their arguments.
fn argument_facts(page: &mut Page, definitions: &Definitions, homes: &[u32], unseen: &[Span]) {
    for (index, call) in page.calls.iter().enumerate() {
        let tag = &page.tags[call.open];
        let Some(definition) = definitions.get(&tag.name) else { continue };
        if tag.kind == TagKind::Comment || definition.roles.is_empty() {
            continue;
        }
        let document = homes.get(index).copied().unwrap_or(0);
        let after = unseen.partition_point(|comment| comment.start <= tag.span.start);
        let in_comment = after > 0 && tag.span.start < unseen[after - 1].end;
        let dropped = page.dropped.get(index).copied().unwrap_or(false);
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        for (param, role, exactness) in &definition.roles {
            let Some(argument) = argument(tag, param) else { continue };
            let (embedded, is_address) = match role {
                Role::ImageSource | Role::MediaSource | Role::MarkdownImage => (true, true),
                Role::LinkDestination | Role::MarkdownLink | Role::PageReference => (false, true),
                _ => (false, false),
            };
            if *role == Role::Id
                && !dropped
                && !in_comment
                && *exactness == Exactness::Exact
                && !argument.value.is_empty()
            {
                page.anchors.push(Anchor {
                    id: argument.value.clone(),
                    span: argument.value_span,
                    kind: AnchorKind::Shortcode,
                    document,
                    call: None,
                });
            }
            // Not every word that ends up in an address is one: `{{< command "viz" >}}`.
            let is_address =
                is_address && (*exactness != Exactness::Derived || looks_like_address(&argument.value));
            if is_address {
                let is_reference = *role == Role::PageReference;
                let is_html = !matches!(role, Role::MarkdownImage | Role::MarkdownLink);
                let mut destination = argument.value.clone();
                if is_reference && definition.origin == Origin::Embedded && !destination.contains('#') {
                    destination.push_str(fragment_behind(&page.source.text[tag.span.range().end..]));
                }
                if in_comment && is_reference {
                    destination.truncate(destination.find('#').unwrap_or(destination.len()));
                }
                page.links.push(Link {
                    destination,
                    span: argument.value_span,
                    whole: tag.span,
                    kind: LinkKind::Argument { call: number, role: *role, exactness: *exactness },
                    alt: matches!(role, Role::ImageSource | Role::MarkdownImage)
                        .then(|| Box::new(argument_alt(tag, definition))),
                    embedded,
                    computed: *exactness == Exactness::Derived,
                    rendered: !(in_comment || dropped && is_html) || is_reference,
                    document,
                    call: None,
                });
            }
        }
    }
}

/// Whether a word looks like (a part of) an address: `docs/a`, `#a`, `a.md`; not `0.148.0`.
fn looks_like_address(word: &str) -> bool {
    word.contains(['/', '#'])
        || word.rsplit_once('.').is_some_and(|(_, end)| end.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// `[text]({{< ref "a.md" >}})` is one link and not two: that of the call's argument.
fn without_reference_calls(page: &mut Page, definitions: &Definitions) {
    let mut links = std::mem::take(&mut page.links);
    links.retain(|link| {
        let Some(written) = page.written(link).filter(|_| link.computed) else { return true };
        let first = page.tags.partition_point(|tag| tag.span.start < written.start);
        let Some(tag) = page.tags.get(first).filter(|tag| tag.span.end <= written.end) else { return true };
        let text = &page.source.text;
        let before = text[written.start as usize..tag.span.start as usize].trim_start_matches('<');
        let after = text[tag.span.end as usize..written.end as usize].trim_end_matches('>');
        let is_whole =
            before.is_empty() && (after.is_empty() || after.starts_with('#')) && !after.contains("{{");
        let is_reference = |definition: &Definition| {
            definition.roles.iter().any(|(_, role, _)| *role == Role::PageReference)
        };
        !(is_whole && definitions.get(&tag.name).is_some_and(is_reference))
    });
    page.links = links;
}

/// The fragment that the author wrote behind a call: `[text]({{< ref "a.md" >}}#install)`.
fn fragment_behind(text: &str) -> &str {
    let end = |c: char| c.is_whitespace() || matches!(c, ')' | '"' | '\'' | '>' | '<' | '{');
    if text.starts_with('#') { &text[..text.find(end).unwrap_or(text.len())] } else { "" }
}

/// HTML comments, and what else nobody sees. Nobody follows what a call in one links to; but Hugo still looks for the
/// page of a reference, and builds nothing if it is not there.
fn comments(page: &Page, unseen: Vec<Span>) -> Vec<Span> {
    let mut comments = unseen;
    for block in page.blocks.iter().filter(|block| block.kind == crate::page::BlockKind::Html) {
        let text = &page.source.text[block.span.range()];
        let mut at = 0;
        while let Some(open) = text[at..].find("<!--") {
            let start = at + open;
            at = text[start..].find("-->").map_or(text.len(), |end| start + end + 3);
            let base = block.span.range().start;
            comments.push(Span::new(base + start, base + at));
        }
    }
    comments.sort_by_key(|comment| comment.start);
    comments
}

fn argument<'t>(tag: &'t Tag, param: &Param) -> Option<&'t shortcode::Argument> {
    match param {
        Param::Named(key) => tag.named(key),
        Param::Positional(index) => tag.positional(*index),
    }
}

/// The alternative text that a call gives its image: the first of the arguments made for it that is there.
fn argument_alt(tag: &Tag, definition: &Definition) -> Alt {
    let params: Vec<&Param> = definition
        .roles
        .iter()
        .filter(|(_, role, _)| *role == Role::AltText)
        .map(|(param, _, _)| param)
        .collect();
    let given: Vec<&shortcode::Argument> = params.iter().filter_map(|param| argument(tag, param)).collect();
    let chosen = given.iter().find(|argument| !argument.value.trim().is_empty()).or_else(|| given.first());
    Alt {
        text: chosen.map(|argument| argument.value.clone()),
        span: chosen.map_or(tag.span, |argument| argument.value_span),
        exempt: params.is_empty(),
    }
}

/// Says of each fact which call it stands in, and brings lists into the order of the file.
fn enclose(page: &mut Page) {
    let nesting = &page.nesting;
    let enclosing = |byte: u32| u32::try_from(nesting.inner(byte)?).ok();
    for heading in &mut page.headings {
        heading.call = enclosing(heading.span.start);
    }
    for term in &mut page.terms {
        term.call = enclosing(term.span.start);
    }
    for anchor in &mut page.anchors {
        anchor.call = enclosing(anchor.span.start);
    }
    for code in &mut page.code_lines {
        code.call = enclosing(code.span.start);
    }
    for link in &mut page.links {
        link.call = enclosing(link.whole.start);
    }
    for reference in &mut page.undefined_references {
        reference.call = enclosing(reference.span.start);
    }
    page.anchors.sort_by_key(|anchor| anchor.span);
    page.links.sort_by_key(|link| (link.span, link.whole));
    page.definitions.sort_by_key(|definition| definition.span);
    page.undefined_references.sort_by_key(|reference| reference.span);
}
