//! A translation that is built in another way than its original.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::{BlockKind, Page},
    site::Site,
    source::Span,
    variants::{Sections, are_in_step, first_line, heading_ids, headings_in_common, is_marked_old},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TranslationStructure {}

impl Rule for TranslationStructure {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let Some(translation) = site.translation(page).filter(|_| !is_marked_old(page)) else { return };
        let original = translation.original;
        let (ids, original_ids) = (heading_ids(site, page), heading_ids(site, original));
        let pairs = headings_in_common((original, &original_ids), (page, &ids));
        let (sections, original_sections) = (Sections::of(page), Sections::of(original));
        let mut report = |span: Span, (own, theirs): (String, String), there: Span| {
            let name = site.language_name(translation.default_language);
            let line = original.source.line(there.start);
            let message = format!("{own}, but {theirs} in the {name} page (line {line})");
            let finding = findings.report(page, first_line(page, span), message);
            finding.label(original, first_line(original, there), format!("in the {name} page"));
        };
        let in_step = are_in_step(&pairs, &original_sections, &sections);
        let all = [None].into_iter().chain(pairs.iter().map(Some));
        for pair in all {
            let (own, theirs) = (pair.map(|pair| pair.translation), pair.map(|pair| pair.original));
            if !sections.are_alike(own, &original_sections, theirs) {
                continue;
            }
            if let (Some(own), Some(theirs)) = (own, theirs) {
                let (own, theirs) = (&page.headings[own as usize], &original.headings[theirs as usize]);
                if own.level != theirs.level && in_step {
                    let says = (format!("heading level {}", own.level), theirs.level.to_string());
                    report(own.span, says, theirs.span);
                }
            }
            let (calls, original_calls) = (sections.admonitions(own), original_sections.admonitions(theirs));
            let as_many = calls.len() == original_calls.len();
            for ((call, own), (there, theirs)) in calls.into_iter().zip(original_calls).filter(|_| as_many) {
                // Letters of other languages are words for people.
                if own != theirs && own.is_ascii() && theirs.is_ascii() {
                    let says = (format!("`{own}`"), format!("`{theirs}`"));
                    report(page.tag(call).span, says, original.tag(there).span);
                }
            }
            for (own, theirs) in sections.blocks(own).zip(original_sections.blocks(theirs)) {
                if let Some(says) = difference((page, own), (original, theirs)) {
                    report(page.blocks[own].span, says, original.blocks[theirs].span);
                }
            }
        }
    }
}

/// How two blocks of the same kind differ, if they do: what each is.
fn difference((page, own): (&Page, usize), (original, theirs): (&Page, usize)) -> Option<(String, String)> {
    let (block, other) = (&page.blocks[own], &original.blocks[theirs]);
    let is_other = |pair: &(String, String)| pair.0 != pair.1;
    match (&block.kind, &other.kind) {
        (BlockKind::OrderedList, BlockKind::BulletList) => {
            Some(("numbered list".to_owned(), "bulleted".to_owned()))
        }
        (BlockKind::BulletList, BlockKind::OrderedList) => {
            Some(("bulleted list".to_owned(), "numbered".to_owned()))
        }
        (BlockKind::Code, BlockKind::Code) => {
            let (own, theirs) = (code_language(page, own)?, code_language(original, theirs)?);
            let shown = |language: &str| match language {
                "" => "none".to_owned(),
                language => format!("`{language}`"),
            };
            (lexer(&own) != lexer(&theirs))
                .then(|| (format!("code language {}", shown(&own)), shown(&theirs)))
        }
        (BlockKind::Table, BlockKind::Table) => {
            let pair = (columns(page, own).to_string(), columns(original, theirs).to_string());
            Some(pair).filter(is_other).map(|(own, theirs)| (format!("table with {own} columns"), theirs))
        }
        (BlockKind::BlockQuote, BlockKind::BlockQuote) => {
            let pair = (quote_kind(page, own)?, quote_kind(original, theirs)?);
            Some(pair).filter(is_other).map(|(own, theirs)| (format!("`[!{own}]`"), format!("`[!{theirs}]`")))
        }
        _ => None,
    }
}

/// The language of fenced code; `None` for indented code.
fn code_language(page: &Page, block: usize) -> Option<String> {
    let text = page.source.slice(page.blocks[block].span).trim_start();
    let fence = text.chars().next().filter(|first| matches!(first, '`' | '~'))?;
    let line = text.trim_start_matches(fence).lines().next().unwrap_or("");
    let language =
        line.split(|c: char| c.is_whitespace() || matches!(c, '{' | ',')).find(|word| !word.is_empty());
    Some(language.filter(|_| !line.trim_start().starts_with('{')).unwrap_or("").to_lowercase())
}

/// Names under which the same is coloured alike.
const SAME: [&[&str]; 9] = [
    &["", "none", "plain", "plaintext", "text", "txt"],
    &["bash", "console", "sh", "shell", "shell-session", "terminal", "zsh"],
    &["javascript", "js", "jsx"],
    &["markdown", "md"],
    &["py", "python", "python3"],
    &["rb", "ruby"],
    &["rs", "rust"],
    &["ts", "tsx", "typescript"],
    &["yaml", "yml"],
];

fn lexer(language: &str) -> &str {
    SAME.iter().find(|names| names.contains(&language)).map_or(language, |names| names[0])
}

/// How many columns a table's head has.
fn columns(page: &Page, table: usize) -> usize {
    let end = page.blocks[table].end as usize;
    let mut inside = page.blocks[table + 1..end].iter();
    let cells = inside.by_ref().skip_while(|block| !matches!(block.kind, BlockKind::Row)).skip(1);
    cells
        .take_while(|block| !matches!(block.kind, BlockKind::Row))
        .filter(|block| matches!(block.kind, BlockKind::Cell))
        .count()
}

/// `NOTE` of `> [!NOTE]`.
fn quote_kind(page: &Page, block: usize) -> Option<String> {
    let text = page.source.slice(page.blocks[block].span).trim_start_matches(['>', ' ', '\t']);
    Some(text.strip_prefix("[!")?.split_once(']')?.0.to_uppercase())
}
