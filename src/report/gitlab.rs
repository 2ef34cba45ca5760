//! For GitLab: a Code Quality report.

use serde::Serialize;

use super::finding::Finding;
use crate::diagnostic::Level;

#[derive(Serialize)]
struct Issue<'f> {
    description: String,
    check_name: &'static str,
    fingerprint: &'f str,
    severity: &'static str,
    location: Location<'f>,
}

#[derive(Serialize)]
struct Location<'f> {
    path: &'f str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// The report: one JSON array.
pub fn render(findings: &[Finding<'_>]) -> String {
    let issues: Vec<Issue<'_>> = findings.iter().map(issue).collect();
    serde_json::to_string_pretty(&issues).expect("plain data") + "\n"
}

fn issue<'f>(found: &'f Finding<'_>) -> Issue<'f> {
    let severity = match found.level {
        Level::Error => "major",
        Level::Warning => "minor",
        Level::Info => "info",
    };
    Issue {
        // The name of the check is shown nowhere.
        description: format!("{}: {}", found.rule, found.message_line()),
        check_name: found.rule,
        fingerprint: &found.fingerprint,
        severity,
        location: Location {
            path: &found.repository_path,
            lines: Lines { begin: found.place.start.line, end: found.place.end.line },
        },
    }
}
