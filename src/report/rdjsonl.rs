//! For reviewdog: its diagnostic format, one JSON object on each line, with the fixes as suggestions.

use serde::Serialize;

use super::finding::{Finding, Place, Spot};
use crate::{diagnostic::Level, source::Span};

#[derive(Serialize)]
struct Diagnostic<'f> {
    message: String,
    location: Location<'f>,
    severity: &'static str,
    source: Named,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<RelatedLocation<'f>>,
}

#[derive(Serialize)]
struct Location<'f> {
    path: &'f str,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

/// Both 1-based, the column in bytes.
#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Named {
    name: &'static str,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct RelatedLocation<'f> {
    message: &'f str,
    location: Location<'f>,
}

/// All findings.
pub fn render(findings: &[Finding<'_>]) -> String {
    let line = |found| serde_json::to_string(&diagnostic(found)).expect("plain data") + "\n";
    findings.iter().map(line).collect()
}

fn diagnostic<'f>(found: &'f Finding<'_>) -> Diagnostic<'f> {
    let related = found.labels.iter().map(|label| RelatedLocation {
        message: &label.message,
        location: Location { path: &label.path, range: label.place.into() },
    });
    Diagnostic {
        message: found.message_with_help(),
        location: Location { path: &found.path, range: found.place.into() },
        severity: match found.level {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            Level::Info => "INFO",
        },
        source: Named { name: "javert" },
        code: Code { value: found.rule },
        suggestions: suggestion(found).into_iter().collect(),
        related_locations: related.collect(),
    }
}

/// The fix as one replacement: suggestions are taken one by one, edits only make sense together.
fn suggestion(found: &Finding<'_>) -> Option<Suggestion> {
    let (fix, source) = (found.fix?, found.source?);
    let (first, last) = (fix.edits.first()?.span.start, fix.edits.iter().map(|edit| edit.span.end).max()?);
    let (mut text, mut done) = (String::new(), first);
    for edit in &fix.edits {
        text.push_str(source.slice(Span { start: done, end: edit.span.start }));
        text.push_str(&edit.text);
        done = edit.span.end;
    }
    let range = Place::of(Some(source), Span { start: first, end: last }).into();
    Some(Suggestion { range, text })
}

impl From<Place> for Range {
    fn from(place: Place) -> Self {
        Self { start: place.start.into(), end: place.end.into() }
    }
}

impl From<Spot> for Position {
    fn from(spot: Spot) -> Self {
        Self { line: spot.line, column: spot.byte }
    }
}
