//! The ids of a page, for every edition: [`PageAnchors`].

use std::{hash::BuildHasher, sync::Arc};

use rustc_hash::{FxBuildHasher, FxHashSet};

use super::{
    edition::{EditionSet, Visibility},
    printouts::{IdForSome, Printouts, Reader},
};
use crate::{
    fitted::fit,
    hugo::{
        anchors::{Registry, slug},
        config::Goldmark,
        content,
        definitions::{Definitions, Origin},
        highlight::{CodeHook, CodeHooks, Lines, count_lines},
        shortcode::{Delimiter, Tag, TagKind},
        templates::{IdPattern, Param, hooks::HeadingHook},
        version::Version,
    },
    page::{Heading, Page, Reading, Term},
    source::Span,
};

/// One id of a page, and who has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id {
    /// The id.
    pub id: String,
    /// Who has it.
    pub editions: EditionSet,
    /// What defines it.
    pub span: Span,
    /// Index in [`Page::headings`], if a heading has it.
    pub heading: Option<u32>,
    /// Whether the author wrote it (rather than Hugo making it from the text).
    pub explicit: bool,
    /// Whether Hugo put a number behind it because an earlier heading has the same text.
    pub numbered: bool,
}

/// The ids of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageAnchors {
    /// By id, then position.
    pub ids: Vec<Id>,
    /// The hash of each id: links ask for the ids of far too many pages to touch all those texts.
    hashes: Vec<u32>,
    /// The ids of lines of code, and who has them.
    pub lines: Vec<(Lines, EditionSet)>,
    /// Whether other lines of code may have ids.
    pub other_lines: bool,
    /// Why there may be ids that we cannot see.
    pub open: Option<&'static str>,
    /// Ids that only some readers have, as calls print other things for others.
    for_some: Vec<(String, Arc<[Reader]>)>,
    /// Headings whose ids hold output of shortcodes (by index in [`Page::headings`]): the literal parts, in order.
    patterns: Vec<(u32, Vec<String>)>,
}

impl PageAnchors {
    /// Who has an id; nobody where it does not exist.
    pub fn editions_of(&self, id: &str) -> EditionSet {
        let own = self.with_id(id).iter().fold(EditionSet::EMPTY, |set, own| set.or(own.editions));
        let lines = self.lines.iter().filter(|(lines, _)| lines.has(id));
        lines.fold(own, |set, (_, editions)| set.or(*editions))
    }

    /// The ids that readers of an edition in a language have, some perhaps twice.
    pub fn ids_in(&self, edition: usize, language: &str) -> impl Iterator<Item = String> {
        let own = self.ids.iter().filter(move |own| own.editions.contains(edition)).map(|own| own.id.clone());
        let lines = self.lines.iter().filter(move |(_, editions)| editions.contains(edition));
        let for_some = self.ids_for(edition, language).map(str::to_owned);
        own.chain(lines.flat_map(|(lines, _)| lines.ids())).chain(for_some)
    }

    /// Everything with this id.
    pub fn with_id(&self, id: &str) -> &[Id] {
        const MANY: usize = 64;
        let start = if self.ids.len() > MANY {
            self.ids.partition_point(|own| own.id.as_str() < id)
        } else {
            let hash = hash(id);
            let mut all = self.hashes.iter().zip(&self.ids);
            all.position(|(own, known)| *own == hash && known.id == id).unwrap_or(self.ids.len())
        };
        // Nearly all ids are there once.
        let length = self.ids[start..].iter().take_while(|own| own.id == id).count();
        &self.ids[start..start + length]
    }

    /// Adds ids.
    pub(super) fn add(&mut self, ids: Vec<Id>) {
        self.ids.extend(ids);
        sort(&mut self.ids, |_, _| ());
        self.hashes = self.ids.iter().map(|own| hash(&own.id)).collect();
    }

    /// Whether links see no difference between these ids and others.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let same = |(one, other): (&Id, &Id)| {
            one.id == other.id
                && one.editions == other.editions
                && one.heading == other.heading
                && one.explicit == other.explicit
                && one.numbered == other.numbered
        };
        self.open == other.open
            && self.lines == other.lines
            && self.other_lines == other.other_lines
            && self.patterns == other.patterns
            && self.for_some == other.for_some
            && self.ids.len() == other.ids.len()
            && self.ids.iter().zip(&other.ids).all(same)
    }

    /// Whether a heading that holds output of shortcodes may have this id, or some of its readers have it.
    pub fn may_be(&self, id: &str) -> bool {
        self.headings_that_may_be(id).next().is_some() || self.for_some.iter().any(|(own, _)| own == id)
    }

    /// Whether readers have an id, all or some of them.
    pub(super) fn has_for_any(&self, id: &str) -> bool {
        !self.with_id(id).is_empty() || self.for_some.iter().any(|(own, _)| own == id)
    }

    /// Whether all ids are known, and the same for all readers.
    pub(super) fn is_sure(&self) -> bool {
        self.open.is_none() && self.patterns.is_empty() && self.for_some.is_empty()
    }

    /// Whether readers of an edition in a language have an id that not all have.
    pub(super) fn is_for(&self, edition: usize, language: &str, id: &str) -> bool {
        self.ids_for(edition, language).any(|own| own == id)
    }

    /// The ids that readers of an edition in a language have, and not all.
    fn ids_for(&self, edition: usize, language: &str) -> impl Iterator<Item = &str> {
        let is_for = move |(_, readers): &&(String, Arc<[Reader]>)| {
            readers.iter().any(|(own, key)| *own == edition && **key == *language)
        };
        self.for_some.iter().filter(is_for).map(|(id, _)| id.as_str())
    }

    /// The headings that hold output of shortcodes and may have this id, by index in [`Page::headings`].
    pub fn headings_that_may_be(&self, id: &str) -> impl Iterator<Item = u32> {
        self.patterns.iter().filter(move |(_, parts)| fits(parts, id)).map(|&(heading, _)| heading)
    }

    /// The headings whose ids hold output of shortcodes, by index in [`Page::headings`].
    pub fn computed_headings(&self) -> impl Iterator<Item = u32> {
        self.patterns.iter().map(|&(heading, _)| heading)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "half of a hash is a hash")]
fn hash(id: &str) -> u32 {
    FxBuildHasher.hash_one(id) as u32
}

/// Whether an id has these parts, in order.
fn fits(parts: &[String], id: &str) -> bool {
    let Some((first, rest)) = parts.split_first() else { return true };
    let Some(mut left) = id.strip_prefix(first.as_str()) else { return false };
    rest.iter().all(|part| match left.find(part.as_str()) {
        Some(at) => {
            left = &left[at + part.len()..];
            true
        }
        None => false,
    })
}

/// What making ids needs to know of the site and of where the page is in it.
#[derive(Clone, Copy)]
pub(super) struct Setting<'s> {
    pub(super) version: Version,
    pub(super) goldmark: &'s Goldmark,
    pub(super) hook: Option<&'s HeadingHook>,
    pub(super) code_hooks: &'s CodeHooks,
    pub(super) definitions: &'s Definitions,
    /// What calls print that were run.
    pub(super) printouts: Option<&'s Printouts>,
}

/// Collects the ids of a page.
pub(super) fn collect(page: &Page, visibility: &Visibility, setting: &Setting<'_>) -> PageAnchors {
    let mut found = PageAnchors::default();
    let differs = |heading: &Heading| {
        let is_made = heading.plain.is_some() || heading.id.is_some();
        visibility.of(heading.call) != visibility.page
            || !is_made && heading.printed.common(visibility.page).is_none()
    };
    let conditional = page.headings.iter().any(differs);
    let mut ids: Vec<Id> = Vec::with_capacity(page.headings.len());
    if conditional {
        for edition in visibility.page.iter() {
            let one = EditionSet::one(edition);
            headings(page, setting, one, &|heading| visibility.of(heading.call).contains(edition), &mut ids);
        }
    } else {
        headings(page, setting, visibility.page, &|_| true, &mut ids);
    }
    sort(&mut ids, |kept, other| kept.editions = kept.editions.or(other.editions));
    let is_kept = |document: u32| page.documents.get(document as usize).is_none_or(|own| !own.dropped);
    ids.extend(page.anchors.iter().filter(|anchor| is_kept(anchor.document)).map(|anchor| {
        let (id, editions) = (anchor.id.clone(), visibility.of(anchor.call));
        Id { id, editions, span: anchor.span, heading: None, explicit: true, numbered: false }
    }));
    sort(&mut ids, |_, _| ());
    let printed = shortcodes(page, visibility, setting, &ids, &mut found);
    ids.extend(printed);
    sort(&mut ids, |_, _| ());
    fit(&mut ids);
    found.hashes = ids.iter().map(|own| hash(&own.id)).collect();
    found.ids = ids;
    let is_unknown =
        |heading: &Heading| setting.hook.is_some_and(|hook| *hook.of(heading.level) == HeadingHook::Unknown);
    if setting.hook.is_some() && page.headings.iter().any(is_unknown) {
        found.open = Some("the site's heading hook may give other ids");
    }
    if page.cut.is_some() {
        found.open = Some("the page is too large to be read wholly");
    }
    number_lines(page, visibility, setting, &mut found);
    let computed = (0_u32..).zip(&page.headings).filter(|(_, heading)| {
        let is_known = heading.printed.known().contains_all(visibility.of(heading.call));
        heading.plain.is_none() && (!is_known || !setting.version.at_least(144))
    });
    found.patterns = computed.map(|(index, heading)| (index, pattern(heading, setting))).collect();
    found
}

/// Takes down the ids of lines of code.
fn number_lines(page: &Page, visibility: &Visibility, setting: &Setting<'_>, found: &mut PageAnchors) {
    for code in &page.code_lines {
        let is_printed = |tag: &Tag| {
            let flows = tag.delimiter == Delimiter::Markdown && tag.kind != TagKind::Comment;
            flows && code.span.contains(tag.span)
        };
        match setting.code_hooks.of(&code.language) {
            CodeHook::NoLines => {}
            CodeHook::Lines if !page.tags.iter().any(is_printed) => {
                found.lines.push((code.lines.clone(), visibility.of(code.call)));
            }
            CodeHook::Lines | CodeHook::Unknown => found.other_lines = true,
        }
    }
    for (index, call) in page.calls.iter().enumerate() {
        let tag = &page.tags[call.open];
        let Some(inner) = call.inner.filter(|_| tag.name.eq_ignore_ascii_case("highlight")) else { continue };
        let is_hugos = setting.definitions.get(&tag.name).is_some_and(|own| own.origin == Origin::Embedded);
        let language = tag.positional(0).map_or("", |own| own.value.as_str());
        let options = tag.positional(1).map_or("", |own| own.value.as_str());
        let Some(lines) = setting.goldmark.highlight.call(language, options).filter(|_| is_hugos) else {
            continue;
        };
        let code = page.source.slice(inner);
        if code.contains("{{") {
            found.other_lines = true;
            continue;
        }
        let lines = Lines { count: count_lines(code.trim_start_matches(['\n', '\r'])), ..lines };
        found.lines.push((lines, visibility.of(u32::try_from(index).ok())));
    }
}

/// Sorts ids by name and place. Of those with the same of both the first stays, and `merge` may add the others to it.
fn sort(ids: &mut Vec<Id>, merge: impl Fn(&mut Id, &Id)) {
    ids.sort_by(|a, b| (&a.id, a.span).cmp(&(&b.id, b.span)));
    ids.dedup_by(|later, kept| {
        let same = later.span == kept.span && later.id == kept.id;
        if same {
            merge(kept, later);
        }
        same
    });
}

fn headings(
    page: &Page,
    setting: &Setting<'_>,
    editions: EditionSet,
    visible: &dyn Fn(&Heading) -> bool,
    ids: &mut Vec<Id>,
) {
    let mut registry = Registry::default();
    let mut document = 0;
    let mut terms = page.terms.iter().peekable();
    for (index, heading) in (0_u32..).zip(&page.headings) {
        while let Some(term) =
            terms.next_if(|term| (term.document, term.span) < (heading.document, heading.span))
        {
            if term.document != document {
                document = term.document;
                registry = Registry::default();
            }
            name_term(term, setting, editions, &mut registry, ids);
        }
        if heading.document != document {
            document = heading.document;
            registry = Registry::default();
        }
        let readable = page
            .documents
            .get(document as usize)
            .is_some_and(|own| own.reading != Reading::Hidden && !own.dropped);
        if !readable || !visible(heading) {
            continue;
        }
        let (id, span, explicit, numbered) = match &heading.id {
            Some((id, span)) => {
                registry.put(id);
                (id.clone(), *span, true, false)
            }
            None => {
                let Some(made) = automatic(heading, setting, editions) else { continue };
                let length = made.len();
                let id = registry.number(made);
                let numbered = id.len() != length;
                (id, heading.span, false, numbered)
            }
        };
        if id.is_empty() {
            continue;
        }
        let mut add =
            |id: String| ids.push(Id { id, editions, span, heading: Some(index), explicit, numbered });
        match setting.hook.map(|hook| hook.of(heading.level)) {
            Some(HeadingHook::Several(all)) => all.iter().for_each(|own| add(own.id(&id))),
            Some(HeadingHook::NoId) => {}
            Some(own @ HeadingHook::Fixed(_)) => add(own.id(&id)),
            Some(own @ HeadingHook::Anchor { before, after }) if !before.is_empty() || !after.is_empty() => {
                add(own.id(&id));
            }
            _ => add(id),
        }
    }
    for term in terms {
        if term.document != document {
            document = term.document;
            registry = Registry::default();
        }
        name_term(term, setting, editions, &mut registry, ids);
    }
}

/// Gives a defined term its id. Hugo: `markup/goldmark/autoid.go`.
fn name_term(
    term: &Term,
    setting: &Setting<'_>,
    editions: EditionSet,
    registry: &mut Registry,
    ids: &mut Vec<Id>,
) {
    let Some(plain) = term.plain.as_deref() else { return };
    let Some(slug) = slug(plain, setting.goldmark.auto_id_type) else { return };
    let id = registry.number(if slug == "heading" && !plain.eq_ignore_ascii_case("heading") {
        "term".to_owned()
    } else {
        slug
    });
    ids.push(Id { id, editions, span: term.span, heading: None, explicit: false, numbered: false });
}

/// The automatic id before numbering. Until 0.143 it was made from the source line.
fn automatic(heading: &Heading, setting: &Setting<'_>, editions: EditionSet) -> Option<String> {
    if !setting.goldmark.auto_heading_id {
        return None;
    }
    let printed = || heading.printed.common(editions).filter(|_| setting.version.at_least(144));
    let plain = heading.plain.as_deref().or_else(printed)?;
    let text = if setting.version.at_least(144) { plain } else { heading.raw.as_str() };
    let slug = slug(text, setting.goldmark.auto_id_type);
    // Before 0.144 an empty heading was called `heading` too.
    if setting.version.at_least(144) { slug } else { slug.or_else(|| Some("heading".to_owned())) }
}

/// The literal parts of a heading's id around the output of shortcodes.
fn pattern(heading: &Heading, setting: &Setting<'_>) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = heading.text.as_str();
    while let Some(open) = rest.find('⟦') {
        parts.push(&rest[..open]);
        rest = rest[open..].find('⟧').map_or("", |close| &rest[open + close + '⟧'.len_utf8()..]);
    }
    parts.push(rest);
    parts
        .into_iter()
        .map(|part| {
            let text = format!("x{part}x");
            let made = slug(&text, setting.goldmark.auto_id_type).unwrap_or_default();
            let made = made.strip_prefix('x').and_then(|it| it.strip_suffix('x')).unwrap_or_default();
            // Where the output is no text, the blanks next to it may be at the end of the heading's.
            made.trim_matches('-').to_owned()
        })
        .collect()
}

/// Ids that templates print beside `ids`, which are sorted; and templates that may print any.
fn shortcodes(
    page: &Page,
    visibility: &Visibility,
    setting: &Setting<'_>,
    ids: &[Id],
    found: &mut PageAnchors,
) -> Vec<Id> {
    let mut all: Vec<Id> = Vec::new();
    let opaque = page.documents.iter().filter(|own| own.reading == Reading::Opaque);
    let opaque: FxHashSet<u32> = opaque.filter_map(|own| own.call).collect();
    let in_code = page.calls_in_code();
    let is_html = content::is_html(page.path());
    for (index, call) in page.calls.iter().enumerate() {
        let tag = &page.tags[call.open];
        let Some(definition) = setting.definitions.get(&tag.name) else { continue };
        if in_code.binary_search(&index).is_ok() {
            continue;
        }
        let editions = call.parent.map_or(visibility.page, |parent| visibility.calls[parent]);
        let mut add = |id: String, explicit: bool| {
            // The argument that becomes the id is the better place.
            let from = ids.partition_point(|own| (&own.id, own.span) < (&id, tag.span));
            let mut known = ids[from..].iter().take_while(|own| own.id == id);
            if !id.is_empty() && !known.any(|own| tag.span.contains(own.span)) {
                all.push(Id { id, editions, span: tag.span, heading: None, explicit, numbered: false });
            }
        };
        if definition.origin == Origin::Use {
            // Any argument may become an id.
            for argument in tag.arguments.iter().filter(|argument| {
                argument.key.as_deref().is_some_and(|key| {
                    key.eq_ignore_ascii_case("id")
                        || key.eq_ignore_ascii_case("name")
                        || key.eq_ignore_ascii_case("anchor")
                })
            }) {
                add(argument.value.clone(), true);
            }
            continue;
        }
        let summary = &definition.summary;
        let printout = setting.printouts.and_then(|all| all.get(&index)).filter(|own| own.closed);
        let dropped = page.dropped.get(index).copied().unwrap_or(false);
        for id in printout.iter().flat_map(|own| &own.ids).filter(|_| !dropped) {
            add(id.clone(), false);
        }
        for id in printout.iter().flat_map(|own| &own.of_markdown) {
            add(id.clone(), false);
        }
        let for_some = printout.iter().flat_map(|own| &own.for_some);
        let for_some = for_some.filter(|own| (own.in_markdown || !dropped) && !own.id.is_empty());
        found.for_some.extend(for_some.filter_map(|own: &IdForSome| {
            let readers: Vec<Reader> =
                own.readers.iter().filter(|(edition, _)| editions.contains(*edition)).cloned().collect();
            (!readers.is_empty()).then(|| (own.id.clone(), readers.into()))
        }));
        for pattern in summary.anchors.iter().filter(|_| !dropped && printout.is_none()) {
            if let Some(id) = printed(pattern, tag) {
                add(id, pattern.param.is_some());
            }
        }
        let is_told = printout.is_some_and(|own| own.flow_told);
        let prints_markdown = tag.delimiter == Delimiter::Markdown && !is_html && !is_told;
        for text in summary.heading_texts.iter().filter(|_| prints_markdown) {
            if let Some(id) = slug(text, setting.goldmark.auto_id_type) {
                add(id, false);
            }
        }
        if prints_markdown && summary.unknown_terms && setting.goldmark.definition_term_ids {
            found.open = Some("a shortcode on the page prints defined terms");
        }
        if prints_markdown && summary.unknown_headings {
            found.open = Some("a shortcode on the page prints headings");
        }
        if printout.is_some() {
        } else if summary.unknown_anchors || summary.opaque {
            found.open = Some("a shortcode on the page may print ids");
        } else if summary.transcludes {
            found.open = Some("a shortcode on the page brings in content from elsewhere");
        }
        if u32::try_from(index).is_ok_and(|index| opaque.contains(&index)) {
            found.open = Some("a shortcode on the page changes the text inside it");
        }
    }
    all
}

/// The id that a call prints by this pattern.
pub(super) fn printed(pattern: &IdPattern, tag: &Tag) -> Option<String> {
    let middle = match &pattern.param {
        None => "",
        Some(Param::Named(key)) => &tag.named(key)?.value,
        Some(Param::Positional(index)) => &tag.positional(*index)?.value,
    };
    Some(format!("{}{middle}{}", pattern.before, pattern.after))
}
