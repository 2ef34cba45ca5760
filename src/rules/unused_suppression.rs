//! A suppression that suppresses nothing.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{RULES, Rule, known};
use crate::{
    diagnostic::{Diagnostic, Edit, Findings, Safety},
    page::{Page, Suppression, SuppressionForm},
    site::Site,
    source::Span,
    suppressions::Usage,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnusedSuppression {}

impl Rule for UnusedSuppression {
    fn judges_suppressions(&self) -> bool {
        true
    }

    fn check_suppressions(&self, page: &Page, site: &Site, usage: &Usage<'_>, findings: &mut Findings) {
        for (own, used) in page.suppressions.iter().zip(&usage.used) {
            if let Some(mistake) = &own.mistake {
                let found = findings.report(page, mistake.span, mistake.message.as_str());
                if own.form == SuppressionForm::Enable {
                    remove(page, own, found);
                } else {
                    found.help("until it is corrected, it suppresses nothing");
                }
            } else if own.has_expired(site.today)
                && let Some((day, span)) = own.until
            {
                let date = format!("{:04}-{:02}-{:02}", day.year, day.month, day.day);
                let message = format!("this suppression expired on {date}: it no longer counts");
                let found = findings.report(page, span, message);
                found.help("fix what it hid, or remove it");
                remove(page, own, found);
            } else if own.form != SuppressionForm::Enable {
                unused(page, own, used, usage.ran, findings);
            }
        }
    }
}

/// Reports the names of a suppression that were good for nothing.
fn unused(page: &Page, own: &Suppression, used: &[bool], ran: &[&str], findings: &mut Findings) {
    let mut idle: Vec<usize> = Vec::new();
    for (index, (name, span)) in own.names.iter().enumerate() {
        if let Err(message) = known(name) {
            findings.report(page, *span, message).help("until it is corrected, it suppresses nothing");
        } else if !used[index] && could_tell(Some(name), ran) {
            idle.push(index);
        }
    }
    if own.names.is_empty() && !used[0] && could_tell(None, ran) {
        let found = findings.report(page, own.span, "nothing is suppressed here");
        found.help("remove it");
        remove(page, own, found);
    } else if !idle.is_empty() && idle.len() == own.names.len() {
        let names: Vec<String> = own.names.iter().map(|(name, _)| format!("`{name}`")).collect();
        let found = findings.report(page, own.span, format!("nothing of {} is found here", names.join(", ")));
        found.help("remove it");
        remove(page, own, found);
    } else {
        for index in idle {
            let (name, span) = &own.names[index];
            let found = findings.report(page, *span, format!("nothing of `{name}` is found here"));
            found.help("remove it");
            let edit = match (own.names.get(index + 1), index.checked_sub(1)) {
                (Some((_, next)), _) => Span { start: span.start, end: next.start },
                (None, Some(previous)) => Span { start: own.names[previous].1.end, end: span.end },
                (None, None) => *span,
            };
            found.fix(Safety::Safe, [Edit { span: edit, text: String::new() }]);
        }
    }
}

/// Whether all that goes by this name looked at the site. What was not asked might have found something.
fn could_tell(name: Option<&str>, ran: &[&str]) -> bool {
    if let Some(name) = name.filter(|name| RULES.iter().any(|entry| entry.name == *name)) {
        return ran.contains(&name);
    }
    RULES.iter().all(|entry| {
        let manual = entry.manual();
        manual.level.is_none() || name.is_some_and(|name| name != manual.group) || ran.contains(&entry.name)
    })
}

/// Removes a suppression, with its line where nothing else stands on it.
fn remove(page: &Page, own: &Suppression, found: &mut Diagnostic) {
    let edit = match own.form {
        SuppressionForm::FrontMatter => in_front_matter(page, own),
        _ => Some(comment(page, own.span)),
    };
    if let Some((span, safety)) = edit {
        found.fix(safety, [Edit { span, text: String::new() }]);
    }
}

fn comment(page: &Page, span: Span) -> (Span, Safety) {
    let text = page.source.text.as_str();
    let (start, end) = (span.start as usize, span.end as usize);
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let next = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    if !text[line..start].trim().is_empty() || !text[end..next].trim().is_empty() {
        return (span, Safety::Safe);
    }
    // Alone on its lines, it may keep two paragraphs or two lists apart.
    let before = text[..line].lines().next_back().unwrap_or("");
    let after = text[next..].lines().next().unwrap_or("");
    let above = text[..line].trim_end().lines().next_back().unwrap_or("");
    let below = text[next..].trim_start_matches(['\r', '\n']).lines().next().unwrap_or("");
    let apart = before.trim().is_empty() || after.trim().is_empty();
    let in_list = |line: &str| {
        line.starts_with([' ', '\t'])
            || line.starts_with(['-', '*', '+', '|', '>'])
            || line.starts_with(|c: char| c.is_ascii_digit())
    };
    let safe = apart && !(in_list(above) && in_list(below));
    (Span::new(line, next), if safe { Safety::Safe } else { Safety::Unsafe })
}

/// One of several items of a list on one line, or the whole entry where it stands on one line.
fn in_front_matter(page: &Page, own: &Suppression) -> Option<(Span, Safety)> {
    let text = page.source.text.as_str();
    let entry = page.front_matter.fields.entry("javert")?;
    let items = entry.value.get("disable")?.items();
    let index = items.iter().position(|item| item.span == own.span)?;
    let between = |from: u32, to: u32| text[from as usize..to as usize].trim() == ",";
    if let Some(next) = items.get(index + 1) {
        let span = Span { start: own.span.start, end: next.span.start };
        return between(own.span.end, next.span.start).then_some((span, Safety::Safe));
    }
    if let Some(previous) = index.checked_sub(1).map(|previous| &items[previous]) {
        let span = Span { start: previous.span.end, end: own.span.end };
        return between(previous.span.end, own.span.start).then_some((span, Safety::Safe));
    }
    let start = entry.key_span.start as usize;
    let end = text[start..].find('\n').map(|at| start + at + 1)?;
    let whole = text[..start].ends_with(['\n', '\r']) && (entry.value.span.end as usize) < end;
    (whole && entry.value.entries().len() == 1).then(|| (Span::new(start, end), Safety::Safe))
}
