//! Overwrites shortcodes by filler of the same length, so that what the Markdown parser says of the copy holds for the
//! source, byte for byte.

use std::borrow::Cow;

use pulldown_cmark::{Event, Parser, Tag as CmarkTag};

use crate::{
    hugo::{
        definitions::{Definition, Definitions, Origin},
        shortcode::{Call, CallEnd, Delimiter, Tag, TagKind},
        templates::{Output, Piece},
    },
    page::{Document, Reading},
    source::Span,
};

/// Three bytes of filler: a letter-like character of the private use area, as Hugo's own placeholder is a word.
const FILLER_3: char = '\u{E01A}';
/// That many times.
const FILLERS_3: &str = "\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}\u{E01A}";
/// Blanks to take from.
const BLANKS: &str =
    "                                                                                                ";
/// Two bytes of filler: an unassigned character.
const FILLER_2: char = '\u{0378}';

/// Whether a character stands for a masked shortcode.
pub(super) fn is_filler(c: char) -> bool {
    c == FILLER_3 || c == FILLER_2
}

/// Whether a text holds output of masked shortcodes.
pub(super) fn has_filler(text: &str) -> bool {
    // The first bytes of the fillers are rare in any language.
    memchr::memchr2(0xEE, 0xCD, text.as_bytes()).is_some() && text.contains(is_filler)
}

/// A masked stretch of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mask {
    /// Where, in the source.
    pub(super) span: Span,
    /// The call whose output stands here; `None` for a tag of flowing text.
    pub(super) call: Option<u32>,
    style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// A word in the middle of other text.
    Word,
    /// Nothing: a line of white space.
    Blank,
    /// An HTML tag that starts an HTML block.
    Tag,
}

/// How a page falls into documents.
pub(super) struct Layout {
    /// The documents; the body comes first.
    pub(super) documents: Vec<Document>,
    /// What is masked in each document.
    pub(super) masks: Vec<Vec<Mask>>,
    /// For each call, the document it stands in.
    pub(super) homes: Vec<u32>,
    /// For each call, whether Markdown drops the HTML that it prints.
    pub(super) dropped: Vec<bool>,
    /// Whether calls are nested deeper than [`MAX_DEPTH`].
    pub(super) too_deep: bool,
}

/// The inner text of calls nested deeper than this is not read. Every level is a document of its own, which would be
/// quadratic in the depth.
pub(super) const MAX_DEPTH: usize = 64;

/// Divides a page into documents; `reading`: how its body is read.
pub(super) fn documents(
    text: &str,
    (body, reading): (Span, Reading),
    (tags, calls): (&[Tag], &[Call]),
    definitions: &Definitions,
    raw_html: bool,
) -> Layout {
    let is_markdown = reading == Reading::Flow;
    let mut documents = vec![Document { span: body, call: None, reading, assumed: false, dropped: false }];
    let mut masks: Vec<Vec<Mask>> = vec![Vec::new()];
    let mut homes = Vec::with_capacity(calls.len());
    let mut dropped = Vec::with_capacity(calls.len());
    let mut passes: Vec<Passes> = Vec::with_capacity(calls.len());
    // For each call, the document that its children belong to; `None` below a call that hides its inner text.
    let mut home: Vec<Option<usize>> = Vec::with_capacity(calls.len());
    let mut depths: Vec<usize> = Vec::with_capacity(calls.len());
    for (index, call) in calls.iter().enumerate() {
        depths.push(call.parent.map_or(0, |parent| depths[parent] + 1));
        let around = call.parent.map_or(Some(0), |parent| home[parent]);
        let outer = call.parent.map_or(0, |parent| homes[parent]);
        homes.push(around.and_then(|around| u32::try_from(around).ok()).unwrap_or(outer));
        let tag = &tags[call.open];
        let definition = definitions.get(&tag.name);
        let number = u32::try_from(index).ok();
        let (reading, inside) = match (definition, call.inner) {
            (_, None) => (Reading::Hidden, 0),
            _ if depths[index] > MAX_DEPTH => (Reading::Hidden, 0),
            // Its inner text is a template, not Markdown.
            _ if tag.name.ends_with(".inline") => (Reading::Hidden, 0),
            (Some(definition), Some(_)) if !is_shown(definition, index, tags, calls) => (Reading::Hidden, 0),
            (_, Some(_)) => definitions.rendering(tag, call.parent.map(|parent| &tags[calls[parent].open])),
        };
        let outside = outside(is_markdown, (tag, definition), call.parent.map(|parent| passes[parent]));
        passes.push(Passes { outside, inside });
        // Markdown leaves no HTML unless the site allows it. What another call prints is not dropped here.
        let is_known =
            definition.is_some_and(|own| own.origin != Origin::Use && own.summary.shown_by.is_none());
        dropped.push(!raw_html && is_known && outside > 0);
        let reading = match reading {
            // The text goes into Markdown that is rendered with it.
            Reading::Html if call.parent.is_some() && outside > 0 => Reading::Flow,
            reading => reading,
        };
        let inside = match (reading, call.inner, around) {
            (Reading::Flow, Some(_), Some(around)) => {
                flow(text, tags, call, definition.map(|own| &own.summary), &mut masks[around]);
                Some(around)
            }
            (Reading::Hidden, ..) | (_, None, _) => {
                let style = whole_style(text, call, tag, definition);
                hide(call, number, style, around, &mut masks);
                None
            }
            (reading, Some(inner), _) => {
                let style = whole_style(text, call, tag, definition);
                hide(call, number, style, around, &mut masks);
                let assumed = definition.is_none_or(|own| own.assumed());
                let reading = if reading == Reading::Flow { Reading::Separate } else { reading };
                let dropped = !raw_html && outside + inside > 1;
                documents.push(Document { span: inner, call: number, reading, assumed, dropped });
                masks.push(Vec::new());
                Some(documents.len() - 1)
            }
        };
        home.push(inside);
    }
    comments(tags, &documents, &mut masks);
    for list in &mut masks {
        list.sort_by_key(|mask| mask.span);
    }
    let too_deep = depths.iter().any(|&depth| depth > MAX_DEPTH);
    Layout { documents, masks, homes, dropped, too_deep }
}

/// How often what a call prints and what is in it is rendered as Markdown, as far as is known.
#[derive(Clone, Copy)]
struct Passes {
    /// What it prints, by the calls around it and with the page.
    outside: u32,
    /// Its inner text, before that.
    inside: u32,
}

/// How often what a call prints is rendered as Markdown; `around`: of the call around it, into whose inner text it is put
/// as it is. Hugo: `hugolib/shortcode.go`, `doRenderShortcode`.
fn outside(is_markdown: bool, (tag, definition): (&Tag, Option<&Definition>), around: Option<Passes>) -> u32 {
    let is_known = |own: &&Definition| own.origin != Origin::Use;
    match (definition.filter(is_known), around) {
        // What it only stores another call prints elsewhere.
        (Some(own), _) if own.summary.shown_by.is_some() => 0,
        (_, Some(around)) => around.outside + around.inside,
        // Version 1 prints into what is rendered already.
        (Some(own), None) => {
            u32::from(is_markdown && tag.delimiter == Delimiter::Markdown && !own.summary.legacy)
        }
        (None, None) => 0,
    }
}

/// Whether there is a call that prints the inner text which a call only stores.
fn is_shown(definition: &Definition, index: usize, tags: &[Tag], calls: &[Call]) -> bool {
    let Some(shown_by) = &definition.summary.shown_by else { return true };
    let prints =
        |call: &Call| shown_by.names.iter().any(|name| name.eq_ignore_ascii_case(&tags[call.open].name));
    if shown_by.around {
        calls[index].parent.is_some_and(|parent| prints(&calls[parent]))
    } else {
        // The shortcode that prints all comes last, as a rule.
        calls[index + 1..].iter().rev().any(prints)
    }
}

/// Masks a whole call in the document it stands in.
fn hide(call: &Call, number: Option<u32>, style: Style, around: Option<usize>, masks: &mut [Vec<Mask>]) {
    if let Some(around) = around {
        masks[around].push(Mask { span: call.span, call: number, style });
    }
}

/// What a whole call looks like: a word, unless its output leaves an HTML block open.
fn whole_style(text: &str, call: &Call, tag: &Tag, definition: Option<&Definition>) -> Style {
    let may_be = tag.delimiter == Delimiter::Markdown && is_alone(text, call.span);
    // What a template of version 1 prints is put in when the Markdown around it is HTML already.
    // Hugo: `hugolib/shortcode.go`, `insertPlaceholder`.
    let summary = definition.map(|own| &own.summary).filter(|own| may_be && !own.legacy);
    let is_tag = summary.is_some_and(|summary| match (&summary.output, summary.after_inner.as_deref()) {
        (_, Some(after)) => leaves_html_open(after, "\nx"),
        (Output::Pieces(pieces), None) => {
            leaves_html_open(&pieces.iter().map(shown).collect::<String>(), "\nx")
        }
        _ => false,
    });
    if is_tag { Style::Tag } else { Style::Word }
}

fn shown(piece: &Piece) -> &str {
    match piece {
        Piece::Literal(text) => text,
        _ => "x",
    }
}

/// Whether nothing else is on the lines of a call, but for the marks of lists and quotes.
fn is_alone(text: &str, span: Span) -> bool {
    let before = text[..span.start as usize].trim_end_matches(|c: char| c != '\n' && !c.is_alphabetic());
    let after = text[span.end as usize..].trim_start_matches(|c: char| c != '\n' && c.is_whitespace());
    (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'))
}

/// Whether a text ends in a block of HTML, which goes on with the line that follows when `next` stands behind it.
fn leaves_html_open(text: &str, next: &str) -> bool {
    let lines = text.rsplit('\n').take_while(|line| !line.trim().is_empty());
    let length: usize = lines.map(|line| line.len() + 1).sum();
    let end = &text[text.len() - length.saturating_sub(1).min(text.len())..];
    if !end.contains('<') {
        return false;
    }
    let goes_on = [end, next].concat();
    let mut events = Parser::new(&goes_on).into_offset_iter();
    events.any(|(event, range)| event == Event::Start(CmarkTag::HtmlBlock) && range.end > end.len())
}

/// Masks the two tags of a call whose inner text flows into the Markdown around it.
fn flow(
    text: &str,
    tags: &[Tag],
    call: &Call,
    summary: Option<&crate::hugo::templates::Summary>,
    masks: &mut Vec<Mask>,
) {
    let open = &tags[call.open];
    let before = summary.and_then(|summary| summary.before_inner.as_deref());
    let after = summary.and_then(|summary| summary.after_inner.as_deref());
    masks.push(Mask { span: open.span, call: None, style: style(text, open.span, before) });
    if let CallEnd::Closed(close) = call.end {
        masks.push(Mask { span: tags[close].span, call: None, style: style(text, tags[close].span, after) });
    }
}

/// What a tag of flowing text looks like to the Markdown parser: nothing where it stands alone on its line, but where
/// its template leaves an HTML block open at the start of a line.
fn style(text: &str, span: Span, printed: Option<&str>) -> Style {
    // Only what is next to the tag is looked at: a line may hold very many tags.
    let blank = |c: char| c != '\n' && c.is_whitespace();
    let before = text[..span.start as usize].trim_end_matches(blank);
    let after = text[span.end as usize..].trim_start_matches(blank);
    let starts_line = before.is_empty() || before.ends_with('\n');
    let ends_line = after.is_empty() || after.starts_with('\n');
    let next = if ends_line { "\nx" } else { "x\nx" };
    match printed {
        Some(printed) if starts_line && leaves_html_open(printed, next) => Style::Tag,
        _ if starts_line && ends_line => Style::Blank,
        _ => Style::Word,
    }
}

/// `{{</* x */>}}` prints `{{< x >}}`: only the comment marks go.
fn comments(tags: &[Tag], documents: &[Document], masks: &mut [Vec<Mask>]) {
    // The documents that started before the tag and have not ended; they come in the order of their starts.
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    for tag in tags.iter().filter(|tag| tag.kind == TagKind::Comment) {
        while next < documents.len() && documents[next].span.start <= tag.span.start {
            open.push(next);
            next += 1;
        }
        while open.pop_if(|&mut last| documents[last].span.end < tag.span.end).is_some() {}
        let innermost = open.iter().rev().find(|&&index| documents[index].span.contains(tag.span));
        let index = innermost.copied().unwrap_or(0);
        for span in [
            Span { start: tag.name_span.start.saturating_sub(2), end: tag.name_span.start },
            Span { start: tag.name_span.end, end: tag.name_span.end + 2 },
        ] {
            masks[index].push(Mask { span, call: None, style: Style::Word });
        }
    }
}

/// The text of `document` with its masks applied.
pub(super) fn apply<'t>(text: &'t str, document: Span, masks: &[Mask]) -> Cow<'t, str> {
    if masks.is_empty() {
        return Cow::Borrowed(&text[document.range()]);
    }
    let mut masked = String::with_capacity(document.len());
    let mut done = document.start as usize;
    for mask in masks {
        if (mask.span.start as usize) < done {
            continue;
        }
        masked.push_str(&text[done..mask.span.start as usize]);
        fill(&mut masked, mask);
        done = mask.span.end as usize;
    }
    masked.push_str(&text[done.min(document.end as usize)..document.end as usize]);
    Cow::Owned(masked)
}

fn fill(masked: &mut String, mask: &Mask) {
    let length = mask.span.len();
    match mask.style {
        Style::Blank => push_of(masked, BLANKS, length),
        Style::Tag if length >= 5 => {
            masked.push_str("<div");
            push_of(masked, BLANKS, length - 5);
            masked.push('>');
        }
        _ => {
            let twos = match length % 3 {
                0 => 0,
                1 if length >= 4 => 2,
                2 => 1,
                _ => return masked.extend(std::iter::repeat_n('x', length)),
            };
            push_of(masked, FILLERS_3, length - 2 * twos);
            masked.extend(std::iter::repeat_n(FILLER_2, twos));
        }
    }
}

/// Adds so many bytes of a text that is the same character again and again.
fn push_of(masked: &mut String, same: &str, bytes: usize) {
    for _ in 0..bytes / same.len() {
        masked.push_str(same);
    }
    masked.push_str(&same[..bytes % same.len()]);
}
