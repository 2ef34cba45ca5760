//! A link reference definition that nothing uses.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::{Block, BlockKind, LinkKind, Page, Reading, ReferenceDefinition},
    site::Site,
    source::Span,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnusedDefinition {}

impl Rule for UnusedDefinition {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        if page.definitions.is_empty() || !site.is_published(page) {
            return;
        }
        let used: BTreeSet<Span> = page
            .links
            .iter()
            .filter_map(
                |link| if let LinkKind::Reference(definition) = link.kind { Some(definition) } else { None },
            )
            .collect();
        for definition in page.definitions.iter().filter(|own| !used.contains(&own.span)) {
            if is_comment(page, definition) {
                continue;
            }
            let (mut beyond, mut unseen) = (None, false);
            for mention in mentions(page, &definition.label) {
                match reader_of(page, mention) {
                    Mention::Unseen => unseen = true,
                    Mention::In(document) if document != definition.document => {
                        beyond = beyond.or(Some(mention));
                    }
                    Mention::In(_) => {}
                }
            }
            if unseen {
                continue;
            }
            let message = format!("nothing uses `[{}]`", definition.label);
            let found = findings.report(page, definition.span, message);
            if let Some(mention) = beyond {
                found.label(page, mention, "the definition does not reach here");
                found.help("define it in the block that uses it: the text there is rendered on its own");
                continue;
            }
            found.help("remove it, or use it");
            found.fix(Safety::Unsafe, [Edit { span: line_of(page, definition.span), text: String::new() }]);
        }
        for (again, first) in repeated(page) {
            found_again(page, again, first, findings);
        }
    }
}

/// Definitions of a label that the same document has defined before: Markdown takes the first and drops them.
fn repeated(page: &Page) -> Vec<(Span, &ReferenceDefinition)> {
    let text = &page.source.text;
    let mut found = Vec::new();
    let labels: Vec<(String, &ReferenceDefinition)> =
        page.definitions.iter().map(|own| (folded(&own.label), own)).collect();
    let body = page.body.start as usize;
    let mut at = body;
    for mark in memchr::memmem::find_iter(&text.as_bytes()[body..], b"]:").map(|mark| body + mark) {
        // The first in its line.
        if mark < at {
            continue;
        }
        let line = memchr::memrchr(b'\n', &text.as_bytes()[at..mark]).map_or(at, |newline| at + newline + 1);
        let start = mark - text[line..mark].trim_start_matches(' ').len();
        at = memchr::memchr(b'\n', &text.as_bytes()[mark..]).map_or(text.len(), |newline| mark + newline + 1);
        let Some(label) = text[start..mark].strip_prefix('[') else { continue };
        let rest = &text[mark + 2..at];
        if label.starts_with('^') || label.contains(['[', ']']) || rest.trim().is_empty() {
            continue;
        }
        let span = Span::new(start, start + text[start..at].trim_end().len());
        let label = folded(label);
        let same = labels.iter().find(|(own, _)| *own == label).map(|&(_, own)| own);
        let Some(first) = same.filter(|own| own.span.end <= span.start) else { continue };
        let Some(document) = page.documents.get(first.document as usize) else { continue };
        let is_text = page.blocks.iter().any(|block| holds_text(block) && block.span.contains(span));
        let is_other = page.documents.iter().any(|own| own.span != document.span && own.span.contains(span));
        let is_tag = page.tags.iter().any(|tag| tag.span.contains(span));
        if document.span.contains(span) && !is_text && !is_other && !is_tag {
            found.push((span, first));
        }
    }
    found
}

/// Whether a block is one that text belongs to, so that a line in it is no definition.
fn holds_text(block: &Block) -> bool {
    !matches!(
        block.kind,
        BlockKind::OrderedList | BlockKind::BulletList | BlockKind::Item | BlockKind::BlockQuote
    )
}

fn found_again(page: &Page, again: Span, first: &ReferenceDefinition, findings: &mut Findings) {
    let destination = |span: Span| {
        let text = page.source.slice(span);
        text.split_once("]:").map_or("", |(_, rest)| rest).split_whitespace().next().unwrap_or("").to_owned()
    };
    let message = format!("`[{}]` is defined before, and the first definition counts", first.label);
    let found = findings.report(page, again, message);
    found.label(page, first.span, "defined here first");
    if destination(again) == destination(first.span) {
        found.help("remove it");
        found.fix(Safety::Safe, [Edit { span: line_of(page, again), text: String::new() }]);
    } else {
        found.help("give one of them another label: they lead to different places");
    }
}

/// Definitions are also a way to write comments: `[//]: # (nobody sees this)`.
fn is_comment(page: &Page, definition: &ReferenceDefinition) -> bool {
    let text = page.source.slice(definition.span);
    let destination = text.split_once("]:").map_or("", |(_, rest)| rest.trim_start());
    let label = definition.label.to_lowercase();
    destination.starts_with("<>")
        || destination.starts_with('#') && destination[1..].chars().next().is_none_or(char::is_whitespace)
        || !label.chars().any(char::is_alphanumeric)
        || label.starts_with("comment")
}

/// Who reads a place where a label stands in brackets.
enum Mention {
    /// Markdown, in the document of this index.
    In(u32),
    /// A template, or nobody.
    Unseen,
}

/// Where a label stands in brackets.
fn mentions(page: &Page, label: &str) -> impl Iterator<Item = Span> {
    let text = &page.source.text;
    let wanted = folded(label);
    memchr::memchr_iter(b'[', text.as_bytes()).filter_map(move |open| {
        // Labels have 999 characters at most, and those in use far fewer.
        let limit = text.floor_char_boundary((open + 1 + 2 * label.len() + 16).min(text.len()));
        let inside = text[open + 1..limit].split_once(']')?.0;
        // Brackets are many, and most of them say at once that they are about something else.
        let start = inside.trim_start().as_bytes().first()?;
        let differs = start.is_ascii()
            && wanted
                .as_bytes()
                .first()
                .is_some_and(|own| own.is_ascii() && *own != start.to_ascii_lowercase());
        (!differs && folded(inside) == wanted).then(|| Span::new(open, open + inside.len() + 2))
    })
}

fn reader_of(page: &Page, place: Span) -> Mention {
    let around = (0_u32..).zip(&page.documents).filter(|(_, own)| own.span.contains(place));
    let innermost = around.min_by_key(|(_, own)| own.span.len());
    let in_tag = page.tags.iter().any(|tag| tag.span.contains(place));
    match innermost {
        Some((index, own))
            if !in_tag && !own.assumed && matches!(own.reading, Reading::Flow | Reading::Separate) =>
        {
            Mention::In(index)
        }
        _ => Mention::Unseen,
    }
}

/// Labels are the same whatever their letter case and white space.
fn folded(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The lines of a span, where nothing else stands on them.
fn line_of(page: &Page, span: Span) -> Span {
    let text = &page.source.text;
    let range = span.range();
    let end = range.start + text[range.clone()].trim_end().len();
    let line = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let next = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let alone = text[line..range.start].trim().is_empty() && text[end..next].trim().is_empty();
    if alone { Span::new(line, next) } else { span }
}
