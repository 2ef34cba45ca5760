//! The page that a request is about, and everything around it: [`Desk`].

use std::{collections::BTreeMap, path::Path};

use gen_lsp_types::{
    DocumentChange, Edit, Location, OptionalVersionedTextDocumentIdentifier, Position, Range,
    TextDocumentEdit, TextDocumentIdentifier, TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};

use super::{server::Server, session::Session};
use crate::{
    diagnostic::Diagnostic,
    hugo::shortcode::Tag,
    page::{Link, Page},
    report::Checked,
    site::{
        Site,
        links::Led,
        resolve::{Outcome, Target},
    },
    source::{Source, Span},
};

/// The page that a request is about, and everything around it.
pub(super) struct Desk<'s> {
    pub(super) server: &'s Server<'s>,
    pub(super) session: &'s Session,
    pub(super) checked: &'s Checked,
    pub(super) site: &'s Site,
    pub(super) page: &'s Page,
}

/// New texts for places, by file and place.
pub(super) type Edits = BTreeMap<String, Vec<(Span, String)>>;

impl<'s> Desk<'s> {
    /// The page of a URI; `None`: it is no page of a site that was read.
    pub(super) fn of(server: &'s Server<'s>, uri: &Uri) -> Option<Self> {
        let (session, path) = server.place(uri)?;
        let checked = session.checked()?;
        let site = &checked.site;
        let index = site.page_at(&path)?;
        Some(Self { server, session, checked, site, page: &site.pages[index] })
    }

    /// The page and the byte of a position.
    pub(super) fn at(server: &'s Server<'s>, params: &TextDocumentPositionParams) -> Option<(Self, u32)> {
        let desk = Self::of(server, &params.text_document.uri)?;
        let byte = desk.offset(params.position);
        Some((desk, byte))
    }

    /// The site's root.
    pub(super) fn root(&self) -> &'s Path {
        &self.session.root
    }

    /// The byte at a position in the page.
    pub(super) fn offset(&self, position: Position) -> u32 {
        self.server.client.encoding.offset(&self.page.source, position)
    }

    /// Where a span of the page is.
    pub(super) fn range(&self, span: Span) -> Range {
        self.range_in(&self.page.source, span)
    }

    /// Where a span of a file is.
    pub(super) fn range_in(&self, source: &Source, span: Span) -> Range {
        self.server.client.encoding.range(source, span)
    }

    /// How the client calls a file of the site.
    pub(super) fn uri(&self, path: &str) -> Option<Uri> {
        self.server.uri(self.root(), path)
    }

    /// A place in a file of the site; its beginning where we do not have its text.
    pub(super) fn location(&self, path: &str, span: Span) -> Option<Location> {
        let range = self.site.source(path).map_or_else(Range::default, |source| self.range_in(source, span));
        Some(Location { uri: self.uri(path)?, range })
    }

    /// The findings in the page.
    pub(super) fn findings(&self) -> &'s [Diagnostic] {
        self.session.findings(self.page.path())
    }

    /// The smallest link around a byte.
    pub(super) fn link_at(&self, byte: u32) -> Option<&'s Link> {
        let around = self.page.links.iter().filter(|link| holds(link.whole, byte) || holds(link.span, byte));
        around.min_by_key(|link| link.whole.len())
    }

    /// The shortcode tag around a byte.
    pub(super) fn tag_at(&self, byte: u32) -> Option<&'s Tag> {
        self.page.tags.iter().find(|tag| holds(tag.span, byte))
    }

    /// The heading around a byte, by index.
    pub(super) fn heading_at(&self, byte: u32) -> Option<usize> {
        self.page.headings.iter().position(|heading| holds(heading.span, byte))
    }

    /// The id of a heading: the first it has for anybody.
    pub(super) fn id_of(&self, heading: usize) -> Option<&'s str> {
        let ids = &self.site.anchors[self.site.index(self.page)].ids;
        let number = u32::try_from(heading).ok()?;
        ids.iter().find(|id| id.heading == Some(number)).map(|id| id.id.as_str())
    }

    /// The page that a link leads to, whether or not it has the anchor.
    pub(super) fn target(&self, led: &Led<'_>) -> Option<&'s Page> {
        target(self.site, led)
    }

    /// Edits as a client takes them.
    pub(super) fn edit(&self, edits: Edits) -> WorkspaceEdit {
        let mut changes = Vec::new();
        for (path, edits) in edits {
            let (Some(source), Some(uri)) = (self.site.source(&path), self.uri(&path)) else { continue };
            let one = |(span, new_text)| TextEdit { range: self.range_in(source, span), new_text };
            changes.push((uri, edits.into_iter().map(one).collect::<Vec<_>>()));
        }
        if !self.server.client.versions {
            return WorkspaceEdit {
                changes: Some(changes.into_iter().collect()),
                ..WorkspaceEdit::default()
            };
        }
        let versioned = changes.into_iter().map(|(uri, edits)| {
            let version = self.server.version(&uri);
            let text_document_identifier = TextDocumentIdentifier { uri };
            DocumentChange::TextDocumentEdit(TextDocumentEdit {
                text_document: OptionalVersionedTextDocumentIdentifier { version, text_document_identifier },
                edits: edits.into_iter().map(Edit::TextEdit).collect(),
            })
        });
        WorkspaceEdit { document_changes: Some(versioned.collect()), ..WorkspaceEdit::default() }
    }
}

/// The page that a link leads to, whether or not it has the anchor.
pub(super) fn target<'s>(site: &'s Site, led: &Led<'_>) -> Option<&'s Page> {
    let number = match &led.outcome {
        Outcome::Good(Target::Page(number) | Target::Alias(number)) => {
            site.published[led.edition].instances[*number as usize].page?
        }
        Outcome::Bad { verdict: crate::site::links::Verdict::NoAnchor(page, _), .. } => *page,
        _ => return None,
    };
    Some(&site.pages[number as usize])
}

/// Whether a byte is in a span or right behind it.
pub(super) fn holds(span: Span, byte: u32) -> bool {
    span.start <= byte && byte <= span.end
}
