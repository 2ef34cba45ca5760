//! One line per finding: `path:line:col: level[rule] message`.

use super::{Checked, finding::clean};
use crate::diagnostic::Diagnostic;

/// One finding on one line; a page's text never adds lines to it, nor escapes that a terminal obeys.
pub fn line(checked: &Checked, found: &Diagnostic) -> String {
    let position = checked.site.source(&found.path).map(|source| source.position(found.span.start));
    let (line, column) = position.map_or((1, 1), |position| (position.line, position.column));
    let message = clean(&checked.message(found)).replace('\n', " ");
    format!("{}:{line}:{column}: {}[{}] {message}", checked.path(&found.path), found.level, found.rule)
}
