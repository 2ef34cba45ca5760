//! For people, at a terminal: source, caret, labels, help. The only module that knows codespan-reporting.

use std::ops::Range;

use codespan_reporting::{
    diagnostic::{Diagnostic as Shown, Label, Severity},
    files::{Error, Files},
    term::{self, Config, DisplayStyle},
};

use super::Checked;
use crate::{
    diagnostic::{Diagnostic, Level},
    source::Source,
};

/// One finding, as text; with `color`, ANSI escapes.
pub fn render(checked: &Checked, found: &Diagnostic, color: bool) -> String {
    let known = |path: &str| checked.site.source(path).map(|source| source.path.as_str());
    let primary = known(&found.path).map(|file| Label::primary(file, found.span.range()));
    let mut labels: Vec<Label<&str>> = primary.into_iter().collect();
    labels.extend(found.labels.iter().filter_map(|label| {
        Some(Label::secondary(known(&label.path)?, label.span.range()).with_message(&label.message))
    }));
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
        let result = term::emit_to_write_style(&mut buffer, &config, &Sources(checked), &shown);
        text = String::from_utf8_lossy(buffer.as_slice()).into_owned();
        result
    } else {
        term::emit_to_string(&mut text, &config, &Sources(checked), &shown)
    };
    if written.is_err() {
        return super::concise::line(checked, found) + "\n";
    }
    text.truncate(text.trim_end().len());
    text + "\n"
}

/// The files of a site, whose lines are counted once and not for every finding.
struct Sources<'s>(&'s Checked);

impl<'s> Sources<'s> {
    fn get(&self, path: &str) -> Result<&'s Source, Error> {
        self.0.site.source(path).ok_or(Error::FileMissing)
    }
}

impl<'s> Files<'s> for Sources<'s> {
    type FileId = &'s str;
    type Name = String;
    type Source = &'s str;

    fn name(&self, path: &'s str) -> Result<String, Error> {
        Ok(self.0.path(path))
    }

    fn source(&self, path: &'s str) -> Result<&'s str, Error> {
        Ok(&self.get(path)?.text)
    }

    fn line_index(&self, path: &'s str, byte: usize) -> Result<usize, Error> {
        let source = self.get(path)?;
        let byte = u32::try_from(byte.min(source.text.len())).unwrap_or(u32::MAX);
        Ok(source.line(byte) - 1)
    }

    fn line_range(&self, path: &'s str, line: usize) -> Result<Range<usize>, Error> {
        let found = self.get(path)?.line_range(line + 1);
        found.ok_or(Error::LineTooLarge { given: line, max: line })
    }
}
