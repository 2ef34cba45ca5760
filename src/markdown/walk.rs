//! One Markdown document to facts: follows pulldown-cmark's events through masked text.

mod footnotes;
mod text;

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Parser, Tag};

use footnotes::Footnotes;
use rustc_hash::FxHashMap;

use super::{
    Facts, attributes,
    context::Context,
    elements::element_facts,
    ends::{self, End},
    fences, html,
    inline::{Brackets, HeadingText},
    mask::has_filler,
    options::options,
    passthrough, texts,
};
use crate::{
    edition_set::ByEdition,
    hugo::{
        anchors::trailing_attributes,
        highlight::{Lines, count_lines, fence_language},
    },
    page::{
        Alt, Anchor, AnchorKind, Block, BlockKind, CodeLines, Heading, Link, LinkKind, ReferenceDefinition,
        Term, UndefinedReference,
    },
    source::Span,
};

/// The text of an image belongs to the images around it as well: to so many, or a page would be quadratic in them.
const NESTED_IMAGES: usize = 8;

/// Reads a document as Markdown.
pub(super) fn markdown(context: &Context<'_>, facts: &mut Facts) {
    let mut undefined = Vec::new();
    let callback = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        if link.link_type == LinkType::ReferenceUnknown || link.link_type == LinkType::Reference {
            undefined.push((link.reference.to_string(), link.span));
        }
        None
    };
    let lines = if context.goldmark.block_attributes { attributes::lines(context.text) } else { Vec::new() };
    let hidden = passthrough::find(context.text, &context.goldmark.passthrough);
    let text = passthrough::without(attributes::without(context.text, &lines), &hidden);
    let text = fences::without_tabs(text);
    let parser =
        Parser::new_with_broken_link_callback(&text, options(context.goldmark, &text), Some(callback));
    let definitions: Vec<(String, Span)> = parser
        .reference_definitions()
        .iter()
        .map(|(label, definition)| (label.to_owned(), context.span(definition.span.clone())))
        .collect();
    for (label, span) in &definitions {
        let (label, document) = (label.clone(), context.document);
        facts.definitions.push(ReferenceDefinition { label, span: *span, document });
    }
    let definitions =
        definitions.into_iter().rev().map(|(label, span)| (label.to_lowercase(), span)).collect();
    let mut walker = Walker {
        first_block: facts.blocks.len(),
        context,
        facts,
        definitions,
        blocks: Vec::new(),
        implicit: false,
        links: Vec::new(),
        heading: None,
        words: String::new(),
        wants_words: false,
        footnotes: Footnotes::default(),
        brackets: Brackets::default(),
        html: None,
        hidden,
        fences: 0,
        code: None,
    };
    texts::merged(&text, parser.into_offset_iter(), |event, range| walker.event(event, range));
    walker.finish_footnotes();
    for line in lines {
        let Some((id, at)) = line.id else { continue };
        let span = context.span(at..at + id.len());
        if !line.is_of_text || !walker.is_in_tight_list(span) {
            walker.anchor(id, span, AnchorKind::Attribute);
        }
    }
    for (label, range) in undefined {
        let span = context.span(range);
        if !has_filler(&label) {
            facts.undefined_references.push(UndefinedReference {
                label,
                span,
                document: context.document,
                call: None,
            });
        }
    }
}

/// Reads a document as HTML only.
pub(super) fn raw_html(context: &Context<'_>, facts: &mut Facts) {
    for element in html::elements(context.text, context.base) {
        element_facts(context, &element, true, facts);
    }
}

struct OpenLink {
    destination: String,
    kind: LinkType,
    label: String,
    range: std::ops::Range<usize>,
    /// Where its text ends so far.
    text_end: usize,
    image: bool,
    alt: String,
}

struct Walker<'w, 'c> {
    context: &'w Context<'c>,
    facts: &'w mut Facts,
    /// Reference definitions by lower-cased label.
    definitions: FxHashMap<String, Span>,
    /// The index of the document's first block: all of its blocks are in order behind it.
    first_block: usize,
    /// Open blocks.
    blocks: Vec<u32>,
    /// The innermost open block is the paragraph of a tight item, which Markdown has no event for.
    implicit: bool,
    links: Vec<OpenLink>,
    heading: Option<HeadingText>,
    /// The words of the open leaf.
    words: String,
    /// Whether somebody needs them.
    wants_words: bool,
    footnotes: Footnotes,
    brackets: Brackets,
    /// The HTML block being read: its start and end in the masked text.
    html: Option<std::ops::Range<usize>>,
    /// What is not read as Markdown, in the masked text.
    hidden: Vec<std::ops::Range<usize>>,
    /// How many fences there were.
    fences: usize,
    /// The code being read whose lines have ids, and the ids.
    code: Option<(String, Lines, String)>,
}

impl Walker<'_, '_> {
    fn event(&mut self, event: Event<'_>, range: std::ops::Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag.into(), range),
            Event::Text(text) if self.html.is_none() => self.text(&text, &range),
            Event::Code(text) => {
                self.inline(&range);
                self.add_words(&text, &range);
                if let Some(heading) = &mut self.heading {
                    heading.code(&text);
                }
            }
            Event::InlineHtml(_) => {
                self.inline(&range);
                if let Some(heading) = &mut self.heading {
                    heading.other();
                }
                self.inline_html(range);
            }
            Event::Html(_) | Event::Text(_) => {
                if let Some(html) = &mut self.html {
                    html.end = html.end.max(range.end);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                self.inline(&range);
                self.words.push(' ');
                if let Some(heading) = &mut self.heading {
                    heading.line_break();
                }
            }
            Event::FootnoteReference(label) => self.footnote_reference(&label, &range),
            Event::Rule => {
                self.close_implicit();
                self.open(BlockKind::Rule, &range);
                self.close();
            }
            Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: std::ops::Range<usize>) {
        let kind = match tag {
            Tag::Link { link_type, dest_url, id, .. } => {
                return self.open_link(false, link_type, &dest_url, &id, range);
            }
            Tag::Image { link_type, dest_url, id, .. } => {
                return self.open_link(true, link_type, &dest_url, &id, range);
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {
                self.inline(&range);
                if let Some(heading) = &mut self.heading {
                    heading.open();
                }
                return;
            }
            Tag::Paragraph => BlockKind::Paragraph,
            Tag::Heading { level, .. } => {
                self.close_implicit();
                return self.open_heading(level, &range);
            }
            Tag::BlockQuote(_) => BlockKind::BlockQuote,
            Tag::CodeBlock(code) => {
                if let CodeBlockKind::Fenced(info) = code {
                    self.fence(&info, &range);
                }
                BlockKind::Code
            }
            Tag::HtmlBlock => {
                self.html = Some(range.start..range.start);
                BlockKind::Html
            }
            Tag::List(Some(_)) => BlockKind::OrderedList,
            Tag::List(None) => BlockKind::BulletList,
            Tag::Item => BlockKind::Item,
            Tag::Table(_) => BlockKind::Table,
            Tag::TableHead | Tag::TableRow => BlockKind::Row,
            Tag::TableCell => BlockKind::Cell,
            Tag::DefinitionList => BlockKind::DefinitionList,
            Tag::DefinitionListTitle => {
                self.close_implicit();
                self.open(BlockKind::Term, &range);
                let wanted = self.context.goldmark.definition_term_ids;
                self.heading = wanted.then(|| HeadingText::new(None, self.context.goldmark));
                return;
            }
            Tag::DefinitionListDefinition => ends::define(self.context.text, &range, &mut self.facts.terms),
            Tag::FootnoteDefinition(label) => {
                self.footnote_definition(&label);
                BlockKind::Footnote
            }
            Tag::MetadataBlock(_) => return,
        };
        self.close_implicit();
        self.open(kind, &range);
    }

    fn end(&mut self, tag: End, range: std::ops::Range<usize>) {
        match tag {
            End::Link => self.close_link(),
            End::Inline => {
                if let Some(heading) = &mut self.heading {
                    heading.close();
                }
            }
            End::Heading => self.close_heading(&range),
            End::Term => {
                self.close_implicit();
                if let Some(text) = self.heading.take() {
                    let (span, document) = (self.context.span(range), self.context.document);
                    self.facts.terms.push(Term { span, plain: text.finish(), document, call: None });
                }
                self.close();
            }
            End::HtmlBlock => {
                if let Some(html) = self.html.take() {
                    let html = html.start..html.end.max(range.end);
                    if !self.context.goldmark.raw_html {
                        self.facts.unseen.push(self.context.span(html.clone()));
                    }
                    self.html_elements(html, self.context.goldmark.raw_html);
                }
                self.close();
            }
            End::Paragraph => self.close_paragraph(&range),
            End::Block => {
                self.close_code(range);
                self.close_implicit();
                self.close();
            }
            End::Nothing => {}
        }
    }

    // Blocks.

    fn open(&mut self, kind: BlockKind, range: &std::ops::Range<usize>) {
        let index = u32::try_from(self.facts.blocks.len()).unwrap_or(u32::MAX);
        self.facts.blocks.push(Block {
            kind,
            span: self.context.span(range.clone()),
            parent: self.blocks.last().copied(),
            end: index + 1,
            document: self.context.document,
            tight: false,
        });
        self.wants_words = self.context.is_in_condition(self.context.span(range.clone()).start);
        self.blocks.push(index);
        self.words.clear();
    }

    fn close(&mut self) {
        let Some(index) = self.blocks.pop() else { return };
        let end = u32::try_from(self.facts.blocks.len()).unwrap_or(u32::MAX);
        self.facts.blocks[index as usize].end = end;
        if self.wants_words && end == index + 1 && !self.words.is_empty() {
            self.facts.words.push((index, self.words.clone()));
        }
        self.words.clear();
    }

    /// Opens the paragraph of a tight item when its first inline comes.
    fn inline(&mut self, range: &std::ops::Range<usize>) {
        let innermost = self.blocks.last().map(|&index| &self.facts.blocks[index as usize].kind);
        let container = matches!(
            innermost,
            None | Some(
                BlockKind::Item | BlockKind::Definition | BlockKind::BlockQuote | BlockKind::Footnote
            )
        );
        if container {
            self.open(BlockKind::Paragraph, range);
            if let Some(block) = self.facts.blocks.last_mut() {
                block.tight = true;
            }
            self.implicit = true;
        }
        if self.implicit
            && let Some(&index) = self.blocks.last()
        {
            let end = self.context.span(range.clone()).end;
            let block = &mut self.facts.blocks[index as usize];
            block.span.end = block.span.end.max(end);
        }
    }

    fn close_implicit(&mut self) {
        if self.implicit {
            self.implicit = false;
            let span = self.blocks.last().map(|&index| self.facts.blocks[index as usize].span);
            if let Some(span) = span {
                self.name_lone_call(span);
            }
            self.close();
        }
    }

    fn close_paragraph(&mut self, range: &std::ops::Range<usize>) {
        self.name_lone_call(self.context.span(range.clone()));
        self.close();
    }

    /// A paragraph of nothing but one call is that call.
    fn name_lone_call(&mut self, span: Span) {
        let first = self.context.masks.partition_point(|mask| mask.span.end <= span.start);
        let Some(mask) = self.context.masks.get(first) else { return };
        let text = &self.context.text
            [span.start as usize - self.context.base..span.end as usize - self.context.base];
        let alone = span.contains(mask.span) && text.trim().len() == mask.span.len();
        if let (true, Some(call), Some(&index)) = (alone, mask.call, self.blocks.last()) {
            self.facts.blocks[index as usize].kind = BlockKind::Call(call);
        }
    }

    /// `{#id}` behind the language of a fence, and the ids of its lines.
    fn fence(&mut self, info: &str, range: &std::ops::Range<usize>) {
        let goldmark = self.context.goldmark;
        if !goldmark.code_fences {
            return;
        }
        let lines = goldmark.highlight.fence(info, self.fences);
        self.code = lines.map(|lines| (fence_language(info).to_owned(), lines, String::new()));
        self.fences += 1;
        let Some((id, at)) = trailing_attributes(info).and_then(|attributes| attributes.id) else { return };
        let start =
            self.context.text[range.clone()].find(info).map_or(range.start, |info| range.start + info + at);
        let span = self.context.span(start..start + id.len());
        self.anchor(id, span, AnchorKind::Attribute);
    }

    /// Takes down which lines of the code that ends here have ids.
    fn close_code(&mut self, range: std::ops::Range<usize>) {
        let Some((language, lines, code)) = self.code.take() else { return };
        let span = self.context.span(range);
        let lines = Lines { count: count_lines(&code), ..lines };
        let document = self.context.document;
        self.facts.code_lines.push(CodeLines { lines, language, span, document, call: None });
    }

    // Headings.

    fn open_heading(&mut self, level: HeadingLevel, range: &std::ops::Range<usize>) {
        let number = u32::try_from(self.facts.headings.len()).unwrap_or(u32::MAX);
        self.open(BlockKind::Heading(level as u8, number), range);
        let line = content_line(&self.context.text[range.clone()]);
        let start = range.start + line.start;
        let raw = &self.context.text[start..range.start + line.end];
        let attributes = trailing_attributes(raw).filter(|_| self.context.goldmark.heading_attributes);
        let cut = attributes.as_ref().map(|attributes| start + attributes.start);
        let id = attributes.and_then(|attributes| attributes.id).map(|(id, at)| {
            let span = self.context.span(start + at..start + at + id.len());
            (id, span)
        });
        let raw = raw[..cut.map_or(raw.len(), |cut| cut - start)]
            .trim()
            .trim_end_matches('#')
            .trim_end()
            .to_owned();
        let whole = &self.context.text[range.clone()];
        self.facts.headings.push(Heading {
            span: self.context.span(range.start..range.start + whole.trim_end().len()),
            level: level as u8,
            text: String::new(),
            id,
            plain: None,
            printed: ByEdition::default(),
            raw,
            document: self.context.document,
            call: None,
        });
        self.heading = Some(HeadingText::new(cut, self.context.goldmark));
    }

    fn close_heading(&mut self, _range: &std::ops::Range<usize>) {
        if let (Some(text), Some(heading)) = (self.heading.take(), self.facts.headings.last_mut()) {
            heading.text = self.words.trim().to_owned();
            heading.plain = text.finish();
        }
        self.close();
    }

    // Inlines.

    fn open_link(
        &mut self,
        image: bool,
        kind: LinkType,
        destination: &str,
        label: &str,
        range: std::ops::Range<usize>,
    ) {
        self.inline(&range);
        if let Some(heading) = &mut self.heading {
            if matches!(kind, LinkType::Autolink | LinkType::Email) {
                heading.open_hidden()
            } else {
                heading.open()
            }
        }
        self.links.push(OpenLink {
            destination: destination.to_owned(),
            kind,
            label: label.to_lowercase(),
            text_end: range.start + if image { 2 } else { 1 },
            range,
            image,
            alt: String::new(),
        });
    }

    fn close_link(&mut self) {
        if let Some(heading) = &mut self.heading {
            heading.close();
        }
        let Some(link) = self.links.pop() else { return };
        if let Some(outer) = self.links.last_mut() {
            outer.text_end = outer.text_end.max(link.range.end);
        }
        let whole = self.context.span(link.range.clone());
        let (kind, span) = match link.kind {
            LinkType::Inline => {
                let span = self.destination_span(&link);
                (LinkKind::Inline, span.unwrap_or(whole))
            }
            LinkType::Autolink => (LinkKind::Autolink, Span { start: whole.start + 1, end: whole.end - 1 }),
            LinkType::Email => return,
            _ => {
                let span = self.definitions.get(&link.label).copied().unwrap_or(whole);
                (LinkKind::Reference(span), whole)
            }
        };
        let alt = link.image.then(|| {
            let start = link.range.start + "![".len();
            let span = self.context.span(start..link.text_end.max(start));
            Box::new(Alt { text: Some(link.alt), span, exempt: false })
        });
        self.link(link.destination, span, whole, kind, alt);
    }

    /// The destination within `[text](destination "title")`.
    fn destination_span(&self, link: &OpenLink) -> Option<Span> {
        let after = self.context.text.get(link.text_end..link.range.end)?;
        let open = link.text_end + after.find("](")? + 2;
        let rest = &self.context.text[open..link.range.end];
        let start = open + rest.len() - rest.trim_start().len();
        let rest = &self.context.text[start..link.range.end];
        if let Some(inside) = rest.strip_prefix('<') {
            return Some(self.context.span(start + 1..start + 1 + inside.find('>')?));
        }
        let mut depth = 0_usize;
        let mut escaped = false;
        for (at, c) in rest.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '(' => depth += 1,
                ')' if depth == 0 => return Some(self.context.span(start..start + at)),
                ')' => depth -= 1,
                _ if c.is_ascii_whitespace() => return Some(self.context.span(start..start + at)),
                _ => {}
            }
        }
        None
    }

    fn link(&mut self, destination: String, span: Span, whole: Span, kind: LinkKind, alt: Option<Box<Alt>>) {
        self.facts.links.push(Link {
            computed: has_filler(&destination),
            embedded: alt.is_some(),
            destination,
            span,
            whole,
            kind,
            alt,
            rendered: !self.is_in_image(),
            document: self.context.document,
            call: None,
        });
    }

    /// Whether what stands before a place is the text of an item of a tight list, which has no element of its own.
    fn is_in_tight_list(&self, place: Span) -> bool {
        let blocks = &self.facts.blocks[self.first_block..];
        let before = blocks.partition_point(|own| own.span.start < place.start);
        blocks[..before].last().is_some_and(|own| own.tight)
    }

    /// Whether this is the text of an image, of which only the words are printed. Goldmark: `renderer/html/html.go`,
    /// `renderTexts`.
    fn is_in_image(&self) -> bool {
        self.links.iter().any(|link| link.image)
    }

    fn anchor(&mut self, id: String, span: Span, kind: AnchorKind) {
        if !has_filler(&id) && !id.is_empty() {
            self.facts.anchors.push(Anchor { id, span, kind, document: self.context.document, call: None });
        }
    }

    fn inline_html(&mut self, range: std::ops::Range<usize>) {
        if self.context.text[range.clone()].starts_with("<!--") {
            self.facts.unseen.push(self.context.span(range.clone()));
        }
        if self.context.text[range.clone()].starts_with("</") {
            return;
        }
        self.html_elements(range, self.context.goldmark.raw_html && !self.is_in_image());
    }

    fn html_elements(&mut self, range: std::ops::Range<usize>, rendered: bool) {
        for element in html::elements(&self.context.text[range.clone()], self.context.base + range.start) {
            element_facts(self.context, &element, rendered, self.facts);
        }
    }
}

/// The last line of a heading's content: behind the `#` marks, or above the underline.
pub(super) fn content_line(text: &str) -> std::ops::Range<usize> {
    let trimmed = text.trim_end();
    if trimmed.starts_with('#') {
        let marks = trimmed.len() - trimmed.trim_start_matches('#').len();
        let end = trimmed.find('\n').unwrap_or(trimmed.len());
        return marks.min(end)..end;
    }
    let content_end = trimmed.rfind('\n').unwrap_or(trimmed.len());
    let content = trimmed[..content_end].trim_end();
    let start = content.rfind('\n').map_or(0, |newline| newline + 1);
    start..content.len()
}
