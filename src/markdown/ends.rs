//! Which ends of pulldown-cmark's tags matter to a walk, and what begins a definition.

use std::ops::Range;

use crate::page::{BlockKind, Term};

/// The kinds of [`pulldown_cmark::TagEnd`] that matter here.
pub(super) enum End {
    Link,
    Inline,
    Heading,
    Term,
    HtmlBlock,
    Paragraph,
    Block,
    Nothing,
}

impl From<pulldown_cmark::TagEnd> for End {
    fn from(tag: pulldown_cmark::TagEnd) -> Self {
        use pulldown_cmark::TagEnd;
        match tag {
            TagEnd::Link | TagEnd::Image => Self::Link,
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript => Self::Inline,
            TagEnd::Heading(_) => Self::Heading,
            TagEnd::DefinitionListTitle => Self::Term,
            TagEnd::HtmlBlock => Self::HtmlBlock,
            TagEnd::Paragraph => Self::Paragraph,
            TagEnd::MetadataBlock(_) => Self::Nothing,
            _ => Self::Block,
        }
    }
}

/// Begins a definition, and forgets the term before it if it is none: behind its colon stands a blank. `goldmark`:
/// `extension/definition_list.go`.
pub(super) fn define(text: &str, range: &Range<usize>, terms: &mut Vec<Term>) -> BlockKind {
    let own = text.get(range.clone()).unwrap_or_default().trim_start();
    let behind = own.strip_prefix(':').unwrap_or_default();
    if !behind.is_empty() && !behind.starts_with(char::is_whitespace) {
        terms.pop();
    }
    BlockKind::Definition
}
