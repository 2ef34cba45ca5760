//! Places and findings in the protocol's words.

use std::path::{Path, PathBuf};

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic as LspDiagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    DiagnosticTag, Location, Message, Position, PositionEncodingKind, Range, Uri,
};
use url::Url;

use super::client::Client;
use crate::{
    diagnostic::{Diagnostic, Level},
    report::Checked,
    source::{Source, Span},
};

/// What columns count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16; what every client knows.
    Utf16,
}

impl Encoding {
    /// The best of those that a client offers.
    pub(super) fn choose(offered: &[PositionEncodingKind]) -> Self {
        if offered.contains(&PositionEncodingKind::UTF8) { Self::Utf8 } else { Self::Utf16 }
    }

    /// Its name in the protocol.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn length(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
        }
    }

    /// Where a byte is.
    pub(super) fn position(self, source: &Source, byte: u32) -> Position {
        let byte = (byte as usize).min(source.text.len());
        let line = source.line(u32::try_from(byte).unwrap_or(u32::MAX));
        let start = source.line_range(line).map_or(0, |range| range.start);
        let before = source.text.get(start..byte).unwrap_or_default();
        // An editor knows of no byte order mark.
        let before = if start == 0 { before.trim_start_matches('\u{feff}') } else { before };
        let column = match self {
            Self::Utf8 => before.len(),
            Self::Utf16 => before.chars().map(char::len_utf16).sum(),
        };
        Position { line: number(line - 1), character: number(column) }
    }

    /// Where a span is.
    pub(super) fn range(self, source: &Source, span: Span) -> Range {
        Range { start: self.position(source, span.start), end: self.position(source, span.end) }
    }

    /// The byte at a position; the nearest before it if there is none.
    pub(super) fn offset(self, source: &Source, position: Position) -> u32 {
        let Some(range) = source.line_range(position.line as usize + 1) else {
            return number(source.text.len());
        };
        let line = source.text[range.clone()].trim_end_matches(['\n', '\r']);
        let mark = if range.start == 0 && line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let (mut byte, mut column) = (mark, 0);
        for c in line[mark..].chars() {
            column += self.length(c);
            if column > position.character as usize {
                break;
            }
            byte += c.len_utf8();
        }
        number(range.start + byte)
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The path of a `file:` URI.
pub(super) fn path_of(uri: &Uri) -> Option<PathBuf> {
    Url::parse(&uri.0).ok().filter(|url| url.scheme() == "file")?.to_file_path().ok()
}

/// The URI of a path.
pub(super) fn uri_of(path: &Path) -> Option<Uri> {
    Url::from_file_path(path).ok().map(|url| Uri(url.into()))
}

/// Where a rule's page is, for clients that ask us for texts.
pub(super) fn rule_page(rule: &str) -> Uri {
    Uri(format!("javert:/rules/{rule}.md"))
}

/// Rules about text that nobody gets to see.
const UNNECESSARY: [&str; 2] = ["dead-block", "empty-block"];

/// A finding.
pub(super) fn diagnostic(
    checked: &Checked,
    found: &Diagnostic,
    client: &Client,
    uri: &dyn Fn(&str) -> Option<Uri>,
) -> LspDiagnostic {
    let site = &checked.site;
    let range = |path: &str, span: Span| match site.source(path) {
        Some(source) => client.encoding.range(source, span),
        None => Range::default(),
    };
    let related = found.labels.iter().filter_map(|label| {
        let location = Location { uri: uri(&label.path)?, range: range(&label.path, label.span) };
        Some(DiagnosticRelatedInformation { location, message: label.message.clone() })
    });
    let help = found.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    LspDiagnostic {
        range: range(&found.path, found.span),
        severity: Some(match found.level {
            Level::Error => DiagnosticSeverity::Error,
            Level::Warning => DiagnosticSeverity::Warning,
            Level::Info => DiagnosticSeverity::Information,
        }),
        code: Some(Code::String(found.rule.to_owned())),
        code_description: client.shows_texts.then(|| CodeDescription { href: rule_page(found.rule) }),
        source: Some("javert".to_owned()),
        message: Message::String(checked.message(found) + &help),
        tags: UNNECESSARY.contains(&found.rule).then(|| vec![DiagnosticTag::Unnecessary]),
        related_information: client.related.then(|| related.collect()),
        data: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_what_the_client_counts() {
        let source = Source::new("a.md", "\u{feff}é🦀x\r\nあ\n");
        let end = |byte: u32| {
            [Encoding::Utf8, Encoding::Utf16].map(|encoding| {
                let position = encoding.position(&source, byte);
                assert_eq!(encoding.offset(&source, position), byte, "{position:?}");
                (position.line, position.character)
            })
        };
        assert_eq!(end(3), [(0, 0), (0, 0)]);
        assert_eq!(end(9), [(0, 6), (0, 3)]);
        assert_eq!(end(12), [(1, 0), (1, 0)]);
        assert_eq!(end(15), [(1, 3), (1, 1)]);
        assert_eq!(end(16), [(2, 0), (2, 0)]);
        // Within a surrogate pair, behind the line, behind the text.
        let offset = |line, character| Encoding::Utf16.offset(&source, Position { line, character });
        assert_eq!([offset(0, 2), offset(0, 99), offset(9, 0)], [5, 10, 16]);
    }

    #[test]
    fn a_path_and_its_uri_are_the_same_file() {
        let path = Path::new("/a b/日本 #1.md");
        let uri = uri_of(path).unwrap();
        assert_eq!(uri.0, "file:///a%20b/%E6%97%A5%E6%9C%AC%20%231.md");
        assert_eq!(path_of(&uri).as_deref(), Some(path));
        assert_eq!(path_of(&Uri("untitled:Untitled-1".to_owned())), None);
    }
}
