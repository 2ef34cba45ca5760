//! One line per finding: `path:line:col: level[rule] message`.

use super::Checked;
use crate::diagnostic::Diagnostic;

/// One finding on one line; a page's text never adds lines to it.
pub fn line(checked: &Checked, found: &Diagnostic) -> String {
    let position = checked.site.source(&found.path).map(|source| source.position(found.span.start));
    let (line, column) = position.map_or((1, 1), |position| (position.line, position.column));
    let message = checked.message(found).replace(['\n', '\r'], " ");
    format!("{}{}:{line}:{column}: {}[{}] {message}", checked.prefix, found.path, found.level, found.rule)
}
