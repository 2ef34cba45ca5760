//! The text of a page as Hugo puts it together for one edition, before Markdown is read: [`Composer`].
//!
//! Hugo: `hugolib/shortcode.go`, `doRenderShortcode`. A call at the top of a page leaves a word behind and its output
//! takes the word's place in the HTML, unless it is `{{% %}}` without version 1: then its output is pasted into the
//! Markdown. What a call inside another one prints is always pasted into the text around it.

use std::{borrow::Cow, sync::Arc};

use rustc_hash::FxHashMap;

use crate::{
    hugo::{
        config::Goldmark,
        definitions::{Definition, Origin},
        shortcode::{Delimiter, Tag, TagKind},
        templates::{Output, Param, Piece},
    },
    markdown::fragment::{Fragment, PartKind, SLOTS, has_slots, slot},
    page::{Page, Reading},
    site::{
        Site,
        edition::{EditionSet, Visibility},
    },
    source::Span,
    value::Value,
};

/// What a character in a composed text stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// All that a call prints.
    Output(u32),
    /// The inner text of a call, rendered on its own.
    Inner(u32),
    /// The same, but its HTML is read as Markdown once more, which drops it.
    Dropped(u32),
    /// A part of what a call prints that is not known.
    Unknown(u32),
}

impl Slot {
    const KINDS: u32 = 4;

    fn character(self) -> char {
        slot(match self {
            Self::Output(call) => call * Self::KINDS,
            Self::Inner(call) => call * Self::KINDS + 1,
            Self::Dropped(call) => call * Self::KINDS + 2,
            Self::Unknown(call) => call * Self::KINDS + 3,
        })
    }

    /// What the slot with this number stands for.
    pub(super) fn of(number: u32) -> Self {
        let call = number / Self::KINDS;
        match number % Self::KINDS {
            0 => Self::Output(call),
            1 => Self::Inner(call),
            2 => Self::Dropped(call),
            _ => Self::Unknown(call),
        }
    }
}

/// A composed text, and where in the page its stretches come from.
#[derive(Debug, Default)]
pub(super) struct Composed {
    pub(super) text: String,
    /// Where each stretch starts, by position; where it comes from; whether it is written there as it is here.
    stretches: Vec<(usize, Span, bool)>,
}

impl Composed {
    fn copy(&mut self, page: &Page, span: Span) {
        if !span.is_empty() {
            self.stretches.push((self.text.len(), span, true));
            self.text.push_str(page.source.slice(span));
        }
    }

    fn print(&mut self, text: &str, call: Span) {
        if !text.is_empty() {
            self.stretches.push((self.text.len(), call, false));
            self.text.push_str(text);
        }
    }

    /// Takes up another text; `indent` goes before each of its lines but the first.
    fn append(&mut self, other: &Self, indent: &str) {
        if indent.is_empty() {
            let base = self.text.len();
            self.stretches.extend(other.stretches.iter().map(|&(at, span, exact)| (base + at, span, exact)));
            self.text.push_str(&other.text);
        } else if let Some(&(_, span, _)) = other.stretches.first() {
            self.print(&other.text.replace('\n', &format!("\n{indent}")), span);
        }
    }

    /// Where a range of the text comes from.
    pub(super) fn span(&self, start: u32, stop: u32) -> Span {
        let (start, stop) = (start as usize, stop as usize);
        let Some((at, from, exact)) = self.stretch(start) else { return Span::default() };
        let first = if exact { from.range().start + (start - at) } else { from.range().start };
        let (at, from, exact) = self.stretch(stop.max(start + 1) - 1).unwrap_or((at, from, exact));
        let last = if exact { from.range().start + (stop.max(at) - at) } else { from.range().end };
        Span::new(first, last.max(first))
    }

    fn stretch(&self, at: usize) -> Option<(usize, Span, bool)> {
        let before = self.stretches.partition_point(|&(start, ..)| start <= at);
        self.stretches.get(before.checked_sub(1)?).copied()
    }
}

/// A document for one edition.
#[derive(Debug, Clone)]
pub(super) struct Rendered {
    pub(super) composed: Arc<Composed>,
    pub(super) fragment: Arc<Fragment>,
    /// Whether it is a paragraph that is taken for a line: without what marks it as a paragraph.
    pub(super) bare: bool,
}

/// What the editions of a page have in common.
pub(super) struct Parts<'p> {
    pub(super) page: &'p Page,
    visibility: &'p Visibility,
    /// The calls directly inside each call; last those inside none.
    children: Vec<Vec<usize>>,
    /// How each call's inner text is read, where it is a document of its own.
    readings: Vec<Option<Reading>>,
    /// Texts that were read.
    read: FxHashMap<String, Arc<Fragment>>,
}

impl<'p> Parts<'p> {
    /// `None` where a page cannot be put together.
    pub(super) fn new(page: &'p Page, visibility: &'p Visibility) -> Option<Self> {
        let count = u32::try_from(page.calls.len()).ok()?;
        if page.cut.is_some() || count >= SLOTS / Slot::KINDS || has_slots(&page.source.text) {
            return None;
        }
        let mut children = vec![Vec::new(); page.calls.len() + 1];
        for (index, call) in page.calls.iter().enumerate() {
            children[call.parent.unwrap_or(page.calls.len())].push(index);
        }
        let mut readings = vec![None; page.calls.len()];
        for document in &page.documents {
            if let Some(call) = document.call {
                readings[call as usize] = Some(document.reading);
            }
        }
        Some(Self { page, visibility, children, readings, read: FxHashMap::default() })
    }
}

/// Puts a page together for one edition.
pub(super) struct Composer<'c, 'p> {
    pub(super) parts: &'c mut Parts<'p>,
    pub(super) site: &'p Site,
    pub(super) edition: usize,
    goldmark: &'p Goldmark,
    language: String,
    /// Inner texts that were rendered on their own.
    inner: FxHashMap<u32, Rendered>,
}

impl<'c, 'p> Composer<'c, 'p> {
    pub(super) fn new(parts: &'c mut Parts<'p>, site: &'p Site, edition: usize) -> Self {
        let number = u32::try_from(site.index(parts.page)).unwrap_or(u32::MAX);
        let published = site.published.get(edition);
        let first = published.and_then(|own| Some((own, *own.of_page.get(&number)?.first()?)));
        let language = first.map(|(own, instance)| own.instances[instance as usize].language.to_string());
        Self {
            parts,
            site,
            edition,
            goldmark: &site.editions[edition].config.goldmark,
            language: language.unwrap_or_default(),
            inner: FxHashMap::default(),
        }
    }

    /// The page's own document.
    pub(super) fn body(&mut self) -> Rendered {
        let body = self.parts.page.body;
        self.document(body, None)
    }

    /// An inner text that stands in a slot.
    pub(super) fn inner(&self, call: u32) -> Option<Rendered> {
        self.inner.get(&call).cloned()
    }

    /// Whether a condition shows its inner text to this edition; `None` for other calls. A value that nobody has shows
    /// it to nobody.
    fn is_shown(&self, call: u32) -> Option<bool> {
        let said = self.parts.visibility.conditions[call as usize].as_ref()?;
        if self.parts.visibility.values.is_some() {
            // The page decides by its own values. Where it has several, it depends on the one that is looked at.
            let own = self.parts.visibility.on_axis(None);
            let some = said.shown.and(own);
            return if some == own { Some(true) } else { some.is_empty().then_some(false) };
        }
        if said.certain {
            return Some(said.shown.contains(self.edition));
        }
        let own = self.site.axes[said.axis].values.get(self.edition)?;
        Some(said.values.iter().any(|named| named.value == *own) == said.shows)
    }

    /// Whether a call is a condition, and whether its values are all known.
    pub(super) fn condition(&self, call: u32) -> Option<bool> {
        self.parts.visibility.conditions[call as usize].as_ref().map(|said| said.certain)
    }

    fn document(&mut self, span: Span, call: Option<usize>) -> Rendered {
        let mut composed = Composed::default();
        self.text(span, call, &mut composed);
        let fragment = match self.parts.read.get(&composed.text) {
            Some(known) => Arc::clone(known),
            None => {
                let fragment = Arc::new(Fragment::markdown(&composed.text, self.goldmark));
                self.parts.read.insert(composed.text.clone(), Arc::clone(&fragment));
                fragment
            }
        };
        Rendered { composed: Arc::new(composed), fragment, bare: false }
    }

    /// The text of a stretch with what the calls directly inside of `around` print.
    fn text(&mut self, span: Span, around: Option<usize>, out: &mut Composed) {
        let page = self.parts.page;
        let mut at = span.start;
        let children = around.unwrap_or(page.calls.len());
        for index in 0..self.parts.children[children].len() {
            let child = self.parts.children[children][index];
            let call = &page.calls[child];
            if call.span.start < at || call.span.end > span.end {
                continue;
            }
            self.copy(Span { start: at, end: call.span.start }, out);
            at = call.span.end;
            let number = u32::try_from(child).unwrap_or(u32::MAX);
            if around.is_none() && self.leaves_word(child) {
                out.print(Slot::Output(number).character().encode_utf8(&mut [0; 4]), call.span);
            } else {
                let printed = self.output(number);
                let indent = if call.inner.is_none() { indentation(page, call.span) } else { "" };
                out.append(&printed, indent);
            }
        }
        self.copy(Span { start: at, end: span.end }, out);
    }

    /// Copies text without calls. `{{</* x */>}}` prints `{{< x >}}`.
    fn copy(&self, span: Span, out: &mut Composed) {
        let page = self.parts.page;
        let mut at = span.start;
        let first = page.tags.partition_point(|tag| tag.span.start < span.start);
        let tags = page.tags[first..].iter().take_while(|tag| tag.span.end <= span.end);
        for tag in tags {
            // A closing tag that closes nothing leaves nothing behind.
            if tag.kind != TagKind::Comment {
                out.copy(page, Span { start: at, end: tag.span.start.max(at) });
                at = tag.span.end;
                continue;
            }
            let name = tag.name_span;
            out.copy(page, Span { start: at, end: name.start.saturating_sub(2).max(at) });
            out.copy(page, name);
            at = (name.end + 2).min(span.end);
        }
        out.copy(page, Span { start: at, end: span.end.max(at) });
    }

    fn definition(&self, call: usize) -> Option<&'p Definition> {
        self.site.definitions.get(&self.parts.page.tag(call).name)
    }

    /// Whether the output of a call at the top of the page comes in behind Markdown. Hugo: `insertPlaceholder`.
    fn leaves_word(&self, call: usize) -> bool {
        let is_legacy =
            self.definition(call).is_none_or(|own| own.origin == Origin::Use || own.summary.legacy);
        self.parts.page.tag(call).delimiter == Delimiter::Html || is_legacy
    }

    /// All that a call prints.
    pub(super) fn output(&mut self, number: u32) -> Composed {
        let call = number as usize;
        let (page, mut out) = (self.parts.page, Composed::default());
        let (tag, span) = (page.tag(call), page.calls[call].span);
        let pieces = self.pieces(number);
        let mut buffer = [0; 4];
        let unknown = Slot::Unknown(number).character();
        for piece in pieces.iter() {
            match piece {
                Piece::Literal(text) => out.print(text, span),
                Piece::Argument(param) => {
                    let value = argument(tag, param);
                    value.into_iter().for_each(|value| out.print(&escaped(value), span));
                }
                Piece::SiteParam(path) => match self.site_param(path) {
                    Some(value) => out.print(&escaped(&value), span),
                    None => out.print(unknown.encode_utf8(&mut buffer), span),
                },
                Piece::Inner | Piece::Rendered => {
                    self.inner_text(number, *piece == Piece::Rendered, &mut out)
                }
                Piece::Unknown => out.print(unknown.encode_utf8(&mut buffer), span),
            }
        }
        out
    }

    fn pieces(&self, call: u32) -> Cow<'p, [Piece]> {
        let Some(definition) = self.definition(call as usize) else {
            return Cow::Borrowed(&[Piece::Unknown, Piece::Inner, Piece::Unknown]);
        };
        let summary = &definition.summary;
        if let Some(shown) = self.is_shown(call) {
            let [inside, outside] = &summary.branches;
            return match (shown, inside, outside) {
                (true, Some(pieces), _) | (false, _, Some(pieces)) => Cow::Borrowed(pieces),
                (true, None, _) => Cow::Borrowed(&[Piece::Inner]),
                (false, _, None) => Cow::Borrowed(&[]),
            };
        }
        let is_stored = summary.shown_by.is_some();
        match (&summary.output, &summary.before_inner, &summary.after_inner) {
            (Output::Silent, ..) => Cow::Borrowed(&[]),
            (Output::Pieces(pieces), ..) if !is_stored => Cow::Borrowed(pieces),
            // Values are an `x` in these, so only their markup is good for something.
            (_, Some(before), Some(after)) if !is_stored && definition.condition.is_none() => {
                let markup = |text: &str| if text.trim_start().starts_with('<') { "<div>\n" } else { "" };
                let end = if after.trim_end().ends_with('>') { "\n</div>" } else { "" };
                Cow::Owned(vec![
                    Piece::Literal(markup(before).to_owned()),
                    Piece::Unknown,
                    Piece::Inner,
                    Piece::Unknown,
                    Piece::Literal(end.to_owned()),
                ])
            }
            _ => Cow::Borrowed(&[Piece::Unknown, Piece::Inner, Piece::Unknown]),
        }
    }

    fn inner_text(&mut self, number: u32, rendered: bool, out: &mut Composed) {
        let (page, call) = (self.parts.page, number as usize);
        let Some(inner) = page.calls[call].inner else { return };
        let reading = self.parts.readings[call];
        match reading {
            Some(Reading::Html) => return self.text(inner, Some(call), out),
            Some(Reading::Separate | Reading::Opaque) => {}
            _ => {
                let around = page.calls[call].parent.map(|parent| page.tag(parent));
                // Without a document of its own it flows, if it is seen at all.
                let reading = self.site.definitions.reading(page.tag(call), around);
                if matches!(reading, Reading::Flow | Reading::Html) {
                    self.text(inner, Some(call), out);
                }
                return;
            }
        }
        let mut document = self.document(inner, Some(call));
        let parts = &document.fragment.parts;
        let paragraphs = parts.iter().filter(|part| part.kind == PartKind::Paragraph).count();
        let is_line = parts
            .first()
            .is_some_and(|first| first.kind == PartKind::Paragraph && first.end as usize == parts.len());
        // Templates take the marks off a single paragraph, Hugo itself off what has no line end.
        document.bare = is_line && (rendered || !document.composed.text.contains('\n'));
        // An empty box is there all the same. Elsewhere, a character would make a paragraph of nothing.
        let is_nothing = parts.is_empty();
        if is_nothing && !self.is_box(number) {
            return;
        }
        let (before, after) = match (document.bare, is_nothing) {
            (true, _) | (_, true) => ("", ""),
            // Where there is one paragraph only, templates take off white space too. Hugo: `TrimShortHTML`.
            (false, _) if rendered && paragraphs == 1 => ("<p>", "</p>"),
            (false, _) => ("<p>", "</p>\n"),
        };
        // Hugo has rendered it, and the template renders the HTML again.
        let twice = rendered && self.is_rendered_by_hugo(call);
        let is_dropped = twice && !self.goldmark.raw_html && document.composed.text.contains('\n');
        self.inner.insert(number, document);
        let slot = if is_dropped { Slot::Dropped(number) } else { Slot::Inner(number) };
        out.print(before, inner);
        out.print(slot.character().encode_utf8(&mut [0; 4]), inner);
        out.print(after, inner);
    }

    /// Whether a call prints markup around its inner text, or may do so.
    fn is_box(&self, call: u32) -> bool {
        self.pieces(call).iter().any(|piece| match piece {
            Piece::Literal(text) => text.contains('<'),
            Piece::Unknown => true,
            _ => false,
        })
    }

    /// Whether Hugo renders the inner text before the template gets it.
    fn is_rendered_by_hugo(&self, call: usize) -> bool {
        let is_legacy = self.definition(call).is_some_and(|own| own.summary.legacy);
        self.parts.page.tag(call).delimiter == Delimiter::Markdown
            && (is_legacy || self.parts.page.calls[call].parent.is_some())
    }

    fn site_param(&self, path: &[String]) -> Option<String> {
        let path: Vec<String> = path.iter().map(|part| part.to_lowercase()).collect();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let config = &self.site.editions[self.edition].config;
        config.param(&path, &self.language).flatten().and_then(Value::to_text)
    }
}

fn argument<'t>(tag: &'t Tag, param: &Param) -> Option<&'t str> {
    let argument = match param {
        Param::Named(key) => tag.named(key),
        Param::Positional(index) => tag.positional(*index),
    };
    argument.map(|argument| argument.value.as_str())
}

/// A value as Hugo's templates print it.
fn escaped(value: &str) -> Cow<'_, str> {
    if !value.contains(['<', '>', '&', '"', '\'']) {
        return Cow::Borrowed(value);
    }
    let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    Cow::Owned(value.replace('"', "&#34;").replace('\'', "&#39;"))
}

/// The blanks before a call that starts its line.
fn indentation(page: &Page, call: Span) -> &str {
    let before = &page.source.text[..call.range().start];
    let blanks = before.trim_end_matches([' ', '\t']);
    if blanks.is_empty() || blanks.ends_with('\n') { &before[blanks.len()..] } else { "" }
}

/// The editions that see a page, but not all of it. Where pages decide, all editions see the same.
pub(super) fn partly(visibility: &Visibility) -> EditionSet {
    if visibility.values.is_some() {
        return EditionSet::EMPTY;
    }
    let conditions = visibility.conditions.iter().flatten().filter(|said| said.certain);
    let kept = conditions.fold(visibility.page, |kept, said| kept.and(said.shown));
    visibility.page.without(kept)
}
