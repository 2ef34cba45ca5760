//! The conditions of a page, for the rules that look at them one by one.

use crate::{
    diagnostic::Edit,
    hugo::shortcode::CallEnd,
    page::{BlockKind, Page, Reading},
    site::{
        Site,
        edition::{Axis, ConditionCall, EditionSet, Visibility},
    },
    source::Span,
};

/// A call that is a condition.
#[derive(Debug, Clone, Copy)]
pub struct Condition<'p> {
    /// Index in [`Page::calls`].
    pub call: usize,
    /// What it says.
    pub said: &'p ConditionCall,
    /// Who sees the place where it stands.
    pub around: EditionSet,
}

impl Condition<'_> {
    /// The opening tag.
    pub fn tag_span(&self, page: &Page) -> Span {
        page.tag(self.call).span
    }

    /// What the opening tag says: `enabled US CN`.
    pub fn written(&self, page: &Page) -> String {
        let tag = page.tag(self.call);
        let mut words = vec![tag.name.as_str()];
        words.extend(tag.arguments.iter().map(|argument| page.source.slice(argument.span)));
        words.join(" ")
    }

    /// Whether it is closed by a tag of its own.
    pub fn is_closed(&self, page: &Page) -> bool {
        matches!(page.calls[self.call].end, CallEnd::Closed(_))
    }
}

/// The axis, if it tells at least two editions apart.
pub fn axis(site: &Site) -> Option<&Axis> {
    site.axis.as_ref().filter(|axis| axis.values.iter().any(|value| *value != axis.values[0]))
}

/// The conditions that stand where somebody can see them.
pub fn conditions<'p>(page: &'p Page, visibility: &'p Visibility) -> impl Iterator<Item = Condition<'p>> {
    visibility.conditions.iter().enumerate().filter_map(move |(call, said)| {
        let around = visibility.on_axis(page.calls[call].parent);
        let condition = Condition { call, said: said.as_ref()?, around };
        (!around.is_empty()).then_some(condition)
    })
}

/// The whole lines of a span, the last line end included, if nothing else stands on them.
fn lines(page: &Page, span: Span) -> Option<Span> {
    let text = &page.source.text;
    let start = text[..span.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
    let end =
        text[span.end as usize..].find('\n').map_or(text.len(), |newline| span.end as usize + newline + 1);
    let around = [&text[start..span.start as usize], &text[span.end as usize..end]];
    around.iter().all(|text| text.trim().is_empty()).then(|| Span::new(start, end))
}

/// The edit that removes a call with everything in it, and with its lines if it has them to itself.
pub fn removal(page: &Page, call: usize) -> Edit {
    let span = page.calls[call].span;
    Edit { span: lines(page, span).unwrap_or(span), text: String::new() }
}

/// The edits that remove the tags of a block-level call and keep what is between them.
pub fn unwrapping(page: &Page, call: usize) -> Option<[Edit; 2]> {
    let CallEnd::Closed(close) = page.calls[call].end else { return None };
    let open = tag_removal(page, page.tag(call).span)?;
    Some([open, tag_removal(page, page.tags[close].span)?])
}

/// Removes the line of a tag; where it keeps other lines apart, an empty line is left.
fn tag_removal(page: &Page, tag: Span) -> Option<Edit> {
    let line = lines(page, tag)?;
    let text = &page.source.text;
    let before = text[..line.start as usize].lines().next_back().unwrap_or("");
    let after = text[line.end as usize..].lines().next().unwrap_or("");
    let apart = !before.trim().is_empty() && !after.trim().is_empty();
    let newline = if text[line.range()].ends_with("\r\n") { "\r\n" } else { "\n" };
    Some(Edit { span: line, text: if apart { newline.to_owned() } else { String::new() } })
}

/// Whether the inner text of a call certainly reads the same without its tags.
pub fn reads_the_same_unwrapped(page: &Page, call: usize) -> bool {
    let Some(inner) = page.calls[call].inner else { return false };
    let own = |document: &&crate::page::Document| document.call.is_some_and(|own| own as usize == call);
    let Some(document) = page.documents.iter().position(|document| own(&document)) else { return false };
    if page.documents[document].assumed || page.documents[document].reading != Reading::Separate {
        return false;
    }
    let lone = page
        .blocks
        .iter()
        .position(|block| block.kind == BlockKind::Call(u32::try_from(call).unwrap_or(u32::MAX)));
    let Some(lone) = lone.filter(|&lone| page.blocks[lone].parent.is_none()) else { return false };
    let home = page.blocks[lone].document;
    let top = |block: &&crate::page::Block| block.parent.is_none();
    let mut before = page.blocks[..lone].iter().rev().take_while(|block| block.document == home).filter(top);
    let mut after = page.blocks[lone + 1..].iter().take_while(|block| block.document == home).filter(top);
    let has_next = after.next().is_some();
    let is_list = |kind: &BlockKind| matches!(kind, BlockKind::OrderedList | BlockKind::BulletList);
    let mut inside = page.blocks.iter().filter(|block| block.document as usize == document);
    let last = inside.clone().rfind(top);
    // A list goes on behind an empty line; so do numbered ids and what depends on being nested.
    let grows = before.next().is_some_and(|block| is_list(&block.kind))
        || has_next && last.is_some_and(|block| is_list(&block.kind));
    let depends = inside.any(|block| match block.kind {
        BlockKind::Heading(_, heading) => page.headings[heading as usize].id.is_none(),
        BlockKind::Footnote => true,
        _ => false,
    });
    let nested = page.calls.iter().any(|other| other.inner.is_some() && inner.contains(other.span));
    let references = page.undefined_references.iter().any(|reference| inner.contains(reference.span));
    !(grows || depends || nested || references)
}
