//! For programs: one JSON document.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::{Checked, Outcome, summary::Statistics};
use crate::{
    diagnostic::{Diagnostic, Safety},
    rules,
    source::Span,
};

#[derive(Serialize)]
struct Document<'o> {
    version: u32,
    diagnostics: Vec<Item<'o>>,
    statistics: Statistics,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item<'o> {
    rule: &'o str,
    group: String,
    level: String,
    path: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    message: &'o str,
    editions: Vec<&'o str>,
    labels: Vec<LabelItem<'o>>,
    help: Option<&'o str>,
    fix: Option<FixItem<'o>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LabelItem<'o> {
    path: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    message: &'o str,
}

#[derive(Serialize)]
struct FixItem<'o> {
    safety: &'static str,
    /// The file, where it is not the finding's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    edits: Vec<EditItem<'o>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EditItem<'o> {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: &'o str,
}

/// The whole outcome as a JSON document.
pub fn render(outcome: &Outcome) -> String {
    let document = Document { version: 1, diagnostics: items(outcome), statistics: Statistics::of(outcome) };
    serde_json::to_string_pretty(&document).expect("plain data") + "\n"
}

/// The findings in the order in which they are shown.
pub(super) fn items(outcome: &Outcome) -> Vec<Item<'_>> {
    let mut groups: BTreeMap<&str, String> = BTreeMap::new();
    for (_, found) in outcome.diagnostics() {
        let read = || rules::find(found.rule).map(|entry| entry.manual().group).unwrap_or_default();
        groups.entry(found.rule).or_insert_with(read);
    }
    let all: Vec<(&Checked, &Diagnostic)> = outcome.diagnostics().collect();
    all.into_par_iter().map(|(checked, found)| item(checked, found, groups[found.rule].clone())).collect()
}

/// Start and end, 1-based, columns in code points.
fn place(checked: &Checked, path: &str, span: Span) -> [usize; 4] {
    let Some(source) = checked.site.source(path) else { return [1, 1, 1, 1] };
    let (start, end) = (source.position(span.start), source.position(span.end));
    [start.line, start.column, end.line, end.column]
}

fn item<'o>(checked: &'o Checked, found: &'o Diagnostic, group: String) -> Item<'o> {
    let [line, column, end_line, end_column] = place(checked, &found.path, found.span);
    let labels = found.labels.iter().map(|label| {
        let [line, column, end_line, end_column] = place(checked, &label.path, label.span);
        let path = checked.path(&label.path);
        LabelItem { path, line, column, end_line, end_column, message: &label.message }
    });
    let fix = found.fix.as_ref().map(|fix| FixItem {
        safety: if fix.safety == Safety::Safe { "safe" } else { "unsafe" },
        path: fix.file.as_ref().map(|file| checked.path(file)),
        edits: fix
            .edits
            .iter()
            .map(|edit| {
                let [line, column, end_line, end_column] =
                    place(checked, fix.file.as_ref().unwrap_or(&found.path), edit.span);
                EditItem { line, column, end_line, end_column, text: &edit.text }
            })
            .collect(),
    });
    Item {
        rule: found.rule,
        group,
        level: found.level.to_string(),
        path: checked.path(&found.path),
        line,
        column,
        end_line,
        end_column,
        message: &found.message,
        editions: checked.edition_names(found.affected),
        labels: labels.collect(),
        help: found.help.as_deref(),
        fix,
    }
}
