//! What to write so that a finding is no longer reported.

use crate::{
    diagnostic::Diagnostic,
    page::{Block, BlockKind, Page},
    source::Span,
    value::Value,
};

/// What is written where.
type Edits = Vec<(Span, String)>;

/// Suppresses a finding: by a comment behind its line where it belongs to a text, else above it, or around the code that it is
/// in; in front matter, by the front matter itself. `None` where there is no place for that.
pub(super) fn edits(page: &Page, found: &Diagnostic) -> Option<Edits> {
    let text = &page.source.text;
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    if found.span.start < page.body.start {
        return in_front_matter(page, found.rule, newline).map(|edit| vec![edit]);
    }
    let line = page.source.line_range(page.source.line(found.span.start))?;
    let around = page.blocks.iter().filter(|block| block.span.start <= found.span.start);
    let block =
        around.filter(|block| found.span.start <= block.span.end).min_by_key(|block| block.span.len())?;
    match block.kind {
        BlockKind::Code | BlockKind::Html => around_block(page, block, found.rule, newline),
        BlockKind::Paragraph | BlockKind::Heading(..) | BlockKind::Cell => {
            let end = line.start + text[line].trim_end().len();
            let end = page
                .headings
                .iter()
                .find(|own| own.span.contains(found.span))
                .and_then(|own| own.id.as_ref())
                .map_or(end, |(_, id)| text[..id.start as usize].trim_end_matches(['{', '#', ' ']).len());
            Some(vec![insert(end, format!(" <!-- javert-disable-line {} -->", found.rule))])
        }
        _ => {
            let indent = indent(&text[line.clone()]);
            let comment = format!("{indent}<!-- javert-disable-next-line {} -->{newline}", found.rule);
            Some(vec![insert(line.start, comment)])
        }
    }
}

fn insert(at: usize, text: String) -> (Span, String) {
    (Span::new(at, at), text)
}

fn indent(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Two comments around a block in which there can be none: one in code is code, and one in HTML may stand in a tag.
fn around_block(page: &Page, block: &Block, rule: &str, newline: &str) -> Option<Edits> {
    let text = &page.source.text;
    let first = page.source.line_range(page.source.line(block.span.start))?;
    let before = &text[first.start..(block.span.start as usize).max(first.start)];
    let opening = text[first.clone()].trim_start();
    let is_fenced = opening.starts_with("```") || opening.starts_with("~~~");
    // Behind the mark of an item or quote there is no line of its own; what is indented as code would swallow a comment.
    if !before.trim().is_empty() || block.kind == BlockKind::Code && !is_fenced {
        return None;
    }
    let indent = indent(&text[first.clone()]);
    let end = text[..block.span.end as usize].trim_end().len();
    Some(vec![
        insert(first.start, format!("{indent}<!-- javert-disable {rule} -->{newline}")),
        insert(end, format!("{newline}{indent}<!-- javert-enable {rule} -->")),
    ])
}

/// `javert: {disable: […]}` in the language of the front matter.
fn in_front_matter(page: &Page, rule: &str, newline: &str) -> Option<(Span, String)> {
    let text = &page.source.text;
    if let Some(own) = page.front_matter.fields.entry("javert") {
        let list = own.value.get("disable")?;
        let end = list.items().last().map(|last: &Value| last.span.end as usize)?;
        let quote = if text.starts_with("---") { "" } else { "\"" };
        // One more in a list in brackets; the other kind has lines of its own.
        let is_in_brackets = text[list.span.range()].starts_with('[');
        return is_in_brackets.then(|| insert(end, format!(", {quote}{rule}{quote}")));
    }
    if text.starts_with("---") {
        let at = text.find('\n')? + 1;
        return Some(insert(at, format!("javert: {{ disable: [{rule}] }}{newline}")));
    }
    if text.starts_with("+++") {
        // Behind a table, everything belongs to it.
        let at = text[..page.body.start as usize].rfind("+++").filter(|at| *at > 0)?;
        return Some(insert(at, format!("[javert]{newline}disable = [\"{rule}\"]{newline}")));
    }
    let is_empty = page.front_matter.fields.entries().is_empty();
    (text.starts_with('{') && !is_empty)
        .then(|| insert(1, format!("{newline}  \"javert\": {{ \"disable\": [\"{rule}\"] }},")))
}
