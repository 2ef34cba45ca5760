//! The edits that give a list other markers, or another depth: [`marked_like`], [`indented_below`].

use std::ops::Range;

use super::is_numbered;
use crate::{
    diagnostic::Edit,
    page::{BlockKind, Page},
    source::Span,
};

/// The edits that mark a list's items as another list's items are marked, and move what belongs to the items along;
/// `None` where that could do more than change the marks. Both are indexes in [`Page::blocks`].
pub fn marked_like(page: &Page, list: u32, model: u32) -> Option<Vec<Edit>> {
    // Next to a list of its new kind it would become a part of that.
    let numbered = is_numbered(page, model);
    let is_in_the_way = |&other: &u32| is_list(page, other) && is_numbered(page, other) == numbered;
    if neighbours(page, list).iter().flatten().any(is_in_the_way) {
        return None;
    }
    let model = markers(page, model)?;
    let number = |marker: &Marker| marker.text.trim_end_matches(['.', ')']).parse::<usize>().ok();
    let step = match model.as_slice() {
        [first, second, ..] if number(first) == number(second) => 0,
        _ => 1,
    };
    let mut edits = Vec::new();
    for (at, marker) in markers(page, list)?.into_iter().enumerate() {
        let text = if numbered {
            let end = model[0].text.chars().next_back()?;
            format!("{}{end}", number(&model[0]).filter(|&start| start == 1)? + at * step)
        } else {
            model[0].text.to_owned()
        };
        let (old, new) = (marker.text.len(), text.len());
        let start = marker.item.range().start;
        edits.push(Edit { span: Span::new(start, start + old), text });
        shift(page, marker.item, marker.content, old, new, &mut edits)?;
    }
    edits.sort_by_key(|edit| edit.span);
    Some(edits)
}

/// The edits that indent a list as far as the text of the last item of the list before it; `None` where there is no such
/// list, or where that is not to be done with blanks. The index is one in [`Page::blocks`].
pub fn indented_below(page: &Page, list: u32) -> Option<Vec<Edit>> {
    let before = neighbours(page, list)[0].filter(|&before| is_list(page, before))?;
    let parent = markers(page, before)?.pop()?;
    let start = page.blocks[list as usize].span.start;
    let own = markers(page, list)?;
    let more = parent.content.checked_sub(own.first()?.column).filter(|&more| more > 0)?;
    let whole = Span { start, end: page.blocks[list as usize].span.end };
    let first = page.source.text[..start as usize].rfind('\n').map_or(0, |newline| newline + 1);
    let mut edits = vec![Edit { span: Span::new(first, first), text: " ".repeat(more) }];
    shift(page, whole, 0, 0, more, &mut edits)?;
    Some(edits)
}

/// How an item is marked.
struct Marker<'p> {
    /// From the marker to the end of the item.
    item: Span,
    /// `*`, `1.`
    text: &'p str,
    /// The column of the marker, from 0.
    column: usize,
    /// The column of the item's text.
    content: usize,
}

/// The markers of a list's items; `None` where some stand behind something else than blanks.
fn markers(page: &Page, list: u32) -> Option<Vec<Marker<'_>>> {
    let children = list + 1..page.blocks[list as usize].end;
    let items = children.filter(|&block| page.blocks[block as usize].parent == Some(list));
    let markers: Option<Vec<Marker<'_>>> = items
        .map(|item| {
            let item = page.blocks[item as usize].span;
            let text = page.source.slice(item);
            let lead = text.len() - text.trim_start().len();
            let item = Span::new(item.range().start + lead, item.range().end);
            let text = page.source.slice(item);
            let end = text.find([' ', '\n', '\r']).unwrap_or(text.len());
            let blanks = text[end..].len() - text[end..].trim_start_matches(' ').len();
            let line = page.source.text[..item.range().start].rsplit('\n').next()?;
            let is_alone = line.bytes().all(|byte| byte == b' ');
            (is_alone && end > 0).then(|| Marker {
                item,
                text: &text[..end],
                column: line.len(),
                content: line.len() + end + blanks,
            })
        })
        .collect();
    markers.filter(|markers| !markers.is_empty())
}

/// Moves the lines of an item, behind its first, that are indented at least as far as `content`. What is a document of
/// its own stays where it is: its indentation is its own. `None` where tabs make up an indentation.
fn shift(
    page: &Page,
    item: Span,
    content: usize,
    old: usize,
    new: usize,
    edits: &mut Vec<Edit>,
) -> Option<()> {
    let text = page.source.slice(item);
    let apart: Vec<Range<u32>> = apart(page, item);
    for (newline, _) in text.match_indices('\n') {
        let start = item.range().start + newline + 1;
        let line = text[newline + 1..].lines().next().unwrap_or("");
        let blanks = line.len() - line.trim_start_matches(' ').len();
        let is_apart = apart.iter().any(|span| (span.start as usize) < start && start < span.end as usize);
        if line.trim().is_empty() || is_apart {
            continue;
        }
        if line[blanks..].starts_with('\t') {
            return None;
        }
        if blanks < content {
            continue;
        }
        if new > old {
            edits.push(Edit { span: Span::new(start, start), text: " ".repeat(new - old) });
        } else if new < old {
            edits.push(Edit { span: Span::new(start, start + old - new), text: String::new() });
        }
    }
    Some(())
}

/// The calls in a stretch of the page whose inner text is a document of its own, and the tags.
fn apart(page: &Page, span: Span) -> Vec<Range<u32>> {
    let is_document = |call: usize| {
        page.documents.iter().any(|document| document.call.is_some_and(|own| own as usize == call))
    };
    let first = page.calls.partition_point(|call| call.span.start < span.start);
    let calls = page.calls.iter().enumerate().skip(first).take_while(|(_, call)| call.span.start < span.end);
    let calls: Vec<Range<u32>> = calls
        .map(|(index, call)| {
            let own = if is_document(index) { call.span } else { page.tags[call.open].span };
            own.start..own.end
        })
        .collect();
    calls
}

/// The blocks right before and right after a block, in the block that both are in.
fn neighbours(page: &Page, block: u32) -> [Option<u32>; 2] {
    let own = &page.blocks[block as usize];
    let is_sibling = |&other: &u32| {
        let other = &page.blocks[other as usize];
        other.parent == own.parent && other.document == own.document
    };
    let first = own.parent.map_or(0, |parent| parent + 1);
    let before =
        (first..block).rev().take_while(|&other| page.blocks[other as usize].document == own.document);
    let count = u32::try_from(page.blocks.len()).unwrap_or(u32::MAX);
    let after = Some(own.end).filter(|&after| after < count);
    [before.into_iter().find(is_sibling), after.filter(is_sibling)]
}

fn is_list(page: &Page, block: u32) -> bool {
    matches!(page.blocks[block as usize].kind, BlockKind::OrderedList | BlockKind::BulletList)
}
