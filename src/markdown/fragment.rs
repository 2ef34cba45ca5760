//! A Markdown text to what a reader sees of it: blocks, words, and places where something else comes in.
//!
//! Unlike [`super::walk`], which collects what a file says, this reads a text that was put together for one reader.

use pulldown_cmark::{Event, Parser, Tag, TagEnd, TextMergeWithOffset};

use super::{
    attributes, fences,
    html::{self, Visible},
    walk,
};
use crate::hugo::{anchors::trailing_attributes, config::Goldmark};

/// The first of the characters that stand for something else in a text: those of the last private plane.
const FIRST_SLOT: u32 = 0x10_0000;
/// How many there are.
pub const SLOTS: u32 = 0xFFFE;

/// The character that stands for the `number`th thing. `number` is less than [`SLOTS`].
pub fn slot(number: u32) -> char {
    char::from_u32(FIRST_SLOT + number.min(SLOTS - 1)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The number of the thing that a character stands for.
fn slot_number(c: char) -> Option<u32> {
    u32::from(c).checked_sub(FIRST_SLOT).filter(|&number| number < SLOTS)
}

/// Whether a text holds such characters.
pub fn has_slots(text: &str) -> bool {
    memchr::memchr(0xF4, text.as_bytes()).is_some()
}

/// What a part of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartKind {
    /// A paragraph.
    Paragraph,
    /// The text of a tight list item.
    Line,
    /// A heading and its level.
    Heading(u8),
    /// A numbered list and its first number.
    OrderedList(u64),
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
    /// Raw HTML that is nothing but a comment.
    Comment,
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
    /// A footnote, and the place of its first reference among all footnotes; [`u32::MAX`] where it has none.
    Footnote(u32),
    /// Words, from these bytes of [`Fragment::words`]. Not a block.
    Words(u32, u32),
    /// Something to see that is no words: a picture, a rule, a frame. Not a block.
    Object,
    /// Something else comes in here. Not a block.
    Slot(u32),
    /// The same, but it is in HTML that Markdown drops, so nobody sees it. Not a block.
    Dropped(u32),
}

impl PartKind {
    /// Whether it is a block of Markdown.
    pub fn is_block(self) -> bool {
        !matches!(self, Self::Words(..) | Self::Object | Self::Slot(_) | Self::Dropped(_))
    }
}

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its first byte.
    pub start: u32,
    /// The byte behind it.
    pub stop: u32,
    /// One past the index of its last descendant.
    pub end: u32,
}

/// What a reader sees of a text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fragment {
    /// Its parts, in pre-order.
    pub parts: Vec<Part>,
    /// All words.
    pub words: String,
}

impl Fragment {
    /// Reads a text as Markdown.
    pub fn markdown(text: &str, goldmark: &Goldmark) -> Self {
        let lines = if goldmark.block_attributes { attributes::lines(text) } else { Vec::new() };
        let readable = fences::without_tabs(attributes::without(text, &lines));
        let parser = Parser::new_ext(&readable, super::options::options(goldmark, &readable));
        let mut reader = Reader {
            text: &readable,
            goldmark,
            fragment: Self::default(),
            open: Vec::new(),
            tight: false,
            images: 0,
            html: None,
            cut: usize::MAX,
            footnotes: Vec::new(),
            definitions: Vec::new(),
        };
        for (event, range) in TextMergeWithOffset::new(parser.into_offset_iter()) {
            reader.event(event, range);
        }
        reader.close_tight();
        let Reader { mut fragment, footnotes, definitions, .. } = reader;
        for (part, label) in &definitions {
            let number = footnotes.iter().position(|(own, _)| own == label);
            fragment.parts[*part].kind = PartKind::Footnote(number.map_or(u32::MAX, short));
        }
        if !definitions.is_empty() {
            let references: Vec<u32> = footnotes.iter().map(|(_, count)| *count).collect();
            fragment.move_footnotes(&references);
        }
        fragment
    }

    /// Brings footnotes to the end, in the order in which they are referred to, each with a sign for every reference.
    /// Those that nothing refers to are not shown. Goldmark: `extension/footnote.go`.
    fn move_footnotes(&mut self, referred: &[u32]) {
        let parts = std::mem::take(&mut self.parts);
        let mut notes: Vec<(u32, usize)> = Vec::new();
        let mut moved = vec![false; parts.len()];
        for (index, part) in parts.iter().enumerate() {
            if let PartKind::Footnote(number) = part.kind {
                notes.push((number, index));
                moved[index..part.end as usize].fill(true);
            }
        }
        notes.sort_unstable();
        self.copy_parts(&parts, 0..parts.len(), &|index| moved[index]);
        for (number, index) in notes {
            let Some(references) = referred.get(number as usize) else { continue };
            let range = index..parts[index].end as usize;
            let begin = self.parts.len();
            let is_other = |at: usize| at > index && matches!(parts[at].kind, PartKind::Footnote(_));
            self.copy_parts(&parts, range, &is_other);
            let sign = "\u{a0}↩\u{fe0e}".repeat(*references as usize);
            let (start, stop) = (parts[index].start as usize, parts[index].stop as usize);
            self.add_plain(&sign, (start, stop));
            self.grow(begin);
        }
    }

    /// Takes the last part into the last paragraph below the part `begin`.
    fn grow(&mut self, begin: usize) {
        let Some(last) = self.parts.len().checked_sub(1) else { return };
        let ends_last = |part: &Part| part.end as usize == last;
        for index in begin..last {
            if ends_last(&self.parts[index]) && self.parts[index].kind.is_block() {
                self.parts[index].end = short(last + 1);
            }
        }
    }

    /// Appends parts of another list, leaving out some with all that is in them.
    fn copy_parts(
        &mut self,
        parts: &[Part],
        range: std::ops::Range<usize>,
        left_out: &dyn Fn(usize) -> bool,
    ) {
        let mut places = vec![0; range.len() + 1];
        let mut index = range.start;
        let first = self.parts.len();
        let mut copied = Vec::new();
        while index < range.end {
            places[index - range.start] = self.parts.len();
            if left_out(index) {
                let end = (parts[index].end as usize).min(range.end);
                (index..end).for_each(|at| places[at - range.start] = self.parts.len());
                index = end;
                continue;
            }
            copied.push(index);
            self.parts.push(parts[index]);
            index += 1;
        }
        places[range.len()] = self.parts.len();
        for (at, own) in (first..).zip(copied) {
            let end = (parts[own].end as usize).clamp(range.start, range.end) - range.start;
            self.parts[at].end = short(places[end]);
        }
    }

    /// Reads a text as HTML.
    pub fn html(text: &str) -> Self {
        let mut fragment = Self::default();
        fragment.add_html(text, 0);
        fragment
    }

    fn push(&mut self, kind: PartKind, start: usize, stop: usize) -> usize {
        let index = self.parts.len();
        let end = short(index + 1);
        self.parts.push(Part { kind, start: short(start), stop: short(stop), end });
        index
    }

    /// Adds words, and what comes in between them. Where they are written as they are read, their places are exact.
    fn add_words(&mut self, words: &str, start: usize, stop: usize) {
        if words.is_empty() {
            return;
        }
        let exact = words.len() == stop - start;
        let place = |from: usize, to: usize| if exact { (start + from, start + to) } else { (start, stop) };
        let mut done = 0;
        if has_slots(words) {
            for (at, c) in words.char_indices() {
                let Some(number) = slot_number(c) else { continue };
                self.add_plain(&words[done..at], place(done, at));
                done = at + c.len_utf8();
                let (from, to) = place(at, done);
                self.push(PartKind::Slot(number), from, to);
            }
        }
        self.add_plain(&words[done..], place(done, words.len()));
    }

    fn add_plain(&mut self, words: &str, (start, stop): (usize, usize)) {
        if !words.is_empty() {
            let from = self.words.len();
            self.words.push_str(words);
            let kind = PartKind::Words(short(from), short(self.words.len()));
            self.push(kind, start, stop);
        }
    }

    /// Adds what HTML shows: text and pictures, with a line end around what is not inline.
    fn add_html(&mut self, html: &str, base: usize) {
        if !html.contains(['<', '&']) {
            return self.add_words(html, base, base + html.len());
        }
        for (shown, range) in html::visible(html) {
            let (start, stop) = (base + range.start, base + range.end);
            match shown {
                Visible::Words(words) => self.add_words(&words, start, stop),
                Visible::Object => _ = self.push(PartKind::Object, start, stop),
                Visible::Break => self.add_plain("\n", (start, stop)),
            }
        }
    }
}

fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

struct Reader<'r> {
    text: &'r str,
    goldmark: &'r Goldmark,
    fragment: Fragment,
    /// Open blocks, by index.
    open: Vec<usize>,
    /// The innermost open block is the paragraph of a tight item, which Markdown has no event for.
    tight: bool,
    /// Open images: their text is not shown.
    images: usize,
    /// The HTML block being read.
    html: Option<std::ops::Range<usize>>,
    /// Where the attributes of the open heading start.
    cut: usize,
    /// By first reference: labels and numbers of references.
    footnotes: Vec<(String, u32)>,
    /// The definitions of footnotes: part and label.
    definitions: Vec<(usize, String)>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: std::ops::Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(_) | Event::Html(_) if self.html.is_some() => {
                if let Some(html) = &mut self.html {
                    html.end = html.end.max(range.end);
                }
            }
            Event::Text(text) | Event::Code(text) => {
                self.inline(&range);
                if self.images == 0 && range.start < self.cut {
                    let stop = range.end.min(self.cut);
                    let attributes = &self.text[stop..range.end];
                    let shown = text.strip_suffix(attributes).unwrap_or(&text);
                    self.fragment.add_words(shown, range.start, stop);
                }
            }
            Event::InlineHtml(html) => {
                self.inline(&range);
                if self.images == 0 && self.goldmark.raw_html {
                    self.fragment.add_html(&html, range.start);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                self.inline(&range);
                if self.images == 0 {
                    self.fragment.add_plain("\n", (range.start, range.end));
                }
            }
            Event::FootnoteReference(label) => {
                self.inline(&range);
                let known = self.footnotes.iter().position(|(own, _)| *own == *label);
                let number = known.unwrap_or_else(|| {
                    self.footnotes.push((label.to_string(), 0));
                    self.footnotes.len() - 1
                });
                self.footnotes[number].1 += 1;
                self.fragment.add_plain(&(number + 1).to_string(), (range.start, range.end));
            }
            Event::Rule => {
                self.close_tight();
                self.fragment.push(PartKind::Object, range.start, range.end);
            }
            Event::TaskListMarker(_) => {
                self.inline(&range);
                self.fragment.push(PartKind::Object, range.start, range.end);
            }
            Event::Html(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: std::ops::Range<usize>) {
        let kind = match tag {
            Tag::Image { .. } => {
                self.inline(&range);
                if self.images == 0 {
                    self.fragment.push(PartKind::Object, range.start, range.end);
                }
                self.images += 1;
                return;
            }
            Tag::Link { .. }
            | Tag::Emphasis
            | Tag::Strong
            | Tag::Strikethrough
            | Tag::Superscript
            | Tag::Subscript => return self.inline(&range),
            Tag::MetadataBlock(_) => return,
            Tag::Paragraph => PartKind::Paragraph,
            Tag::Heading { level, .. } => {
                self.cut = self.attributes_of(&range);
                PartKind::Heading(*level as u8)
            }
            Tag::BlockQuote(_) => PartKind::BlockQuote,
            Tag::CodeBlock(_) => PartKind::Code,
            Tag::HtmlBlock => {
                self.html = Some(range.start..range.start);
                PartKind::Html
            }
            Tag::List(Some(first)) => PartKind::OrderedList(*first),
            Tag::List(None) => PartKind::BulletList,
            Tag::Item => PartKind::Item,
            Tag::Table(_) => PartKind::Table,
            Tag::TableHead | Tag::TableRow => PartKind::Row,
            Tag::TableCell => PartKind::Cell,
            Tag::DefinitionList => PartKind::DefinitionList,
            Tag::DefinitionListTitle => PartKind::Term,
            Tag::DefinitionListDefinition => PartKind::Definition,
            Tag::FootnoteDefinition(label) => {
                self.close_tight();
                self.definitions.push((self.fragment.parts.len(), label.to_string()));
                PartKind::Footnote(u32::MAX)
            }
        };
        self.close_tight();
        self.open(kind, &range);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::Link
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {}
            TagEnd::HtmlBlock => {
                if let Some(html) = self.html.take() {
                    let text = &self.text[html.clone()];
                    if self.goldmark.raw_html {
                        self.fragment.add_html(text, html.start);
                    }
                    let shown = text.trim();
                    if let (true, Some(&open)) =
                        (shown.starts_with("<!--") && shown.ends_with("-->"), self.open.last())
                    {
                        self.fragment.parts[open].kind = PartKind::Comment;
                    }
                    if !self.goldmark.raw_html && has_slots(text) {
                        let mut dropped = Fragment::default();
                        dropped.add_html(text, html.start);
                        for part in dropped.parts {
                            if let PartKind::Slot(number) = part.kind {
                                let (start, stop) = (part.start as usize, part.stop as usize);
                                self.fragment.push(PartKind::Dropped(number), start, stop);
                            }
                        }
                    }
                }
                self.close();
            }
            _ => {
                self.cut = usize::MAX;
                self.close_tight();
                self.close();
            }
        }
    }

    fn open(&mut self, kind: PartKind, range: &std::ops::Range<usize>) {
        let index = self.fragment.push(kind, range.start, range.end);
        self.open.push(index);
    }

    fn close(&mut self) {
        if let Some(index) = self.open.pop() {
            self.fragment.parts[index].end = short(self.fragment.parts.len());
        }
    }

    /// Opens the paragraph of a tight item when its first inline comes.
    fn inline(&mut self, range: &std::ops::Range<usize>) {
        let innermost = self.open.last().map(|&index| self.fragment.parts[index].kind);
        if matches!(
            innermost,
            None | Some(PartKind::Item | PartKind::Definition | PartKind::BlockQuote | PartKind::Footnote(_))
        ) {
            self.open(PartKind::Line, range);
            self.tight = true;
        }
        if let (true, Some(&index)) = (self.tight, self.open.last()) {
            let stop = &mut self.fragment.parts[index].stop;
            *stop = short(range.end).max(*stop);
        }
    }

    fn close_tight(&mut self) {
        if std::mem::take(&mut self.tight) {
            self.close();
        }
    }

    /// Where the attributes of a heading start, if it has some.
    fn attributes_of(&self, range: &std::ops::Range<usize>) -> usize {
        if !self.goldmark.heading_attributes {
            return usize::MAX;
        }
        let line = walk::content_line(&self.text[range.clone()]);
        let start = range.start + line.start;
        let attributes = trailing_attributes(&self.text[start..range.start + line.end]);
        attributes.map_or(usize::MAX, |attributes| start + attributes.start)
    }
}
