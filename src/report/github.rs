//! For GitHub: workflow commands, which the runner turns into annotations of the change.

use super::finding::{Finding, clean, cut};
use crate::diagnostic::Level;

/// How many annotations of each kind a step may make; GitHub drops the others without a word.
const BUDGET: usize = 10;

/// GitHub refuses longer messages: 64 KiB.
const MESSAGE: usize = 65_536;

/// Workflow commands for the most important findings, and one that counts the others.
pub fn render(findings: &[Finding<'_>]) -> String {
    let of = |level| findings.iter().filter(move |found| found.level == level);
    let left_out = |level, budget: usize| of(level).count().saturating_sub(budget);
    let mut rest = left_out(Level::Error, BUDGET) + left_out(Level::Warning, BUDGET);
    let mut notices = BUDGET;
    if rest + left_out(Level::Info, BUDGET) > 0 {
        // The one that counts is a notice too.
        notices -= 1;
        rest += left_out(Level::Info, notices);
    }
    let shown = [Level::Error, Level::Warning, Level::Info].into_iter().flat_map(|level| {
        let budget = if level == Level::Info { notices } else { BUDGET };
        of(level).take(budget)
    });
    let mut out: String = shown.map(command).collect();
    if rest > 0 {
        out.push_str(&format!(
            "::notice title=javert::{rest} more findings are not annotated: GitHub shows {BUDGET} of each level. \
             The job summary lists them.\n"
        ));
    }
    out
}

fn command(found: &Finding<'_>) -> String {
    let kind = match found.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let (start, end) = (found.first_line.start, found.first_line.end);
    let title = format!("javert: {}", found.rule);
    let message = cut(&found.message_with_help(), MESSAGE);
    format!(
        "::{kind} title={},file={},line={},endLine={},col={},endColumn={}::{}\n",
        property(&title),
        property(&clean(&found.repository_path)),
        start.line,
        end.line,
        start.column,
        end.column,
        data(&message)
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
