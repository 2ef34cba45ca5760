//! For people, at a terminal: source, caret, labels, help. The only module that knows codespan-reporting.

use codespan_reporting::{
    diagnostic::{Diagnostic as Shown, Label, Severity},
    files::SimpleFiles,
    term::{self, Config, DisplayStyle},
};

use super::Checked;
use crate::diagnostic::{Diagnostic, Level};

/// One finding, as text; with `color`, ANSI escapes.
pub fn render(checked: &Checked, found: &Diagnostic, color: bool) -> String {
    let mut files = SimpleFiles::new();
    let mut ids: Vec<(&str, usize)> = Vec::new();
    let mut id_of = |path: &'_ str| -> Option<usize> {
        let source = checked.site.source(path)?;
        if let Some((_, id)) = ids.iter().find(|(own, _)| *own == source.path) {
            return Some(*id);
        }
        let id = files.add(format!("{}{path}", checked.prefix), source.text.as_str());
        ids.push((&source.path, id));
        Some(id)
    };
    let mut labels = Vec::new();
    if let Some(id) = id_of(&found.path) {
        labels.push(Label::primary(id, found.span.range()));
    }
    for label in &found.labels {
        if let Some(id) = id_of(&label.path) {
            labels.push(Label::secondary(id, label.span.range()).with_message(&label.message));
        }
    }
    let severity = match found.level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Info => Severity::Note,
    };
    let notes = found.help.iter().map(|help| format!("help: {help}")).collect();
    let shown = Shown::new(severity)
        .with_code(found.rule)
        .with_message(checked.message(found))
        .with_labels(labels)
        .with_notes(notes);
    let config = Config { display_style: DisplayStyle::Rich, tab_width: 4, ..Config::default() };
    let mut text = String::new();
    let written = if color {
        let mut buffer = term::termcolor::Buffer::ansi();
        let result = term::emit_to_write_style(&mut buffer, &config, &files, &shown);
        text = String::from_utf8_lossy(buffer.as_slice()).into_owned();
        result
    } else {
        term::emit_to_string(&mut text, &config, &files, &shown)
    };
    if written.is_err() {
        return super::concise::line(checked, found) + "\n";
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}
