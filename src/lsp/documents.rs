//! The files that are open in the editor: [`Document`].

use gen_lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::{Place, convert::Encoding};
use crate::source::Source;

/// An open file.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// How the client calls it.
    pub(super) uri: Uri,
    /// The version that the client counts.
    pub(super) version: i32,
    /// Its text, under the path that it has in its site.
    pub(super) source: Source,
    /// Where it belongs; `None`: to no site.
    pub(super) place: Option<Place>,
}

impl Document {
    /// Makes changes, each in the text that the one before it left.
    pub(super) fn change(&mut self, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        for change in changes {
            let text = match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => whole.text,
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    let start = encoding.offset(&self.source, part.range.start) as usize;
                    let end = (encoding.offset(&self.source, part.range.end) as usize).max(start);
                    let text = &self.source.text;
                    [&text[..start], part.text.as_str(), &text[end..]].concat()
                }
            };
            self.source = Source::new(std::mem::take(&mut self.source.path), text);
        }
    }
}
