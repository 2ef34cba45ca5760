//! Which ends of pulldown-cmark's tags matter to a walk.

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
