//! The source around a finding, with what is meant marked, and what a fix would make of it.

use std::{collections::BTreeMap, ops::Range};

use super::{Entry, escape, prose};
use crate::{
    diagnostic::{Fix, Safety},
    source::{Source, Span},
};

/// Lines of one span that are shown; a longer one is cut.
const LINES: usize = 6;

/// Characters of a line that are shown before and behind what is marked in it.
const AROUND: usize = 90;

/// Characters that are shown between two edits, and of the text of one.
const WITHIN: usize = 400;

/// Places of a fix that are shown.
const PLACES: usize = 5;

/// What is marked in one line.
struct Mark<'m> {
    /// Bytes of the file.
    range: Range<usize>,
    is_primary: bool,
    /// What is said below the line.
    note: Option<&'m str>,
}

/// What is marked in one file, by line.
#[derive(Default)]
struct Marked<'m> {
    lines: BTreeMap<usize, Vec<Mark<'m>>>,
    /// The last lines that are shown of spans that are cut, and how many more there are.
    cut: BTreeMap<usize, usize>,
}

/// The excerpts of a finding: its own file first, then those of its labels.
pub(super) fn excerpts(entry: &Entry<'_>) -> String {
    let own = (entry.found.path.as_str(), entry.found.span, None);
    let labels = entry.found.labels.iter();
    let labels = labels.map(|label| (label.path.as_str(), label.span, Some(label.message.as_str())));
    let mut files: Vec<(&Source, Marked<'_>)> = Vec::new();
    for (path, span, note) in std::iter::once(own).chain(labels) {
        let Some(source) = entry.checked.site.source(path) else { continue };
        let at = files.iter().position(|(known, _)| known.path == source.path);
        let at = at.unwrap_or_else(|| {
            files.push((source, Marked::default()));
            files.len() - 1
        });
        files[at].1.add(source, span, note);
    }
    let mut out = String::new();
    for (source, marked) in &files {
        if source.path != entry.found.path {
            out.push_str(&format!(
                "<p class=\"elsewhere\">{}{}</p>",
                escape(&entry.checked.prefix),
                escape(&source.path)
            ));
        }
        out.push_str(&marked.html(source));
    }
    out
}

impl<'m> Marked<'m> {
    fn add(&mut self, source: &Source, span: Span, note: Option<&'m str>) {
        let (first, last) = (source.line(span.start), source.line(last_byte(source, span)));
        let shown = last.min(first + LINES - 1);
        for line in first..=shown {
            let Some(whole) = line_text(source, line) else { continue };
            let start = (span.start as usize).clamp(whole.start, whole.end);
            let end = (span.end as usize).clamp(start, whole.end);
            let note = note.filter(|_| line == shown);
            let mark = Mark { range: start..end, is_primary: note.is_none(), note };
            self.lines.entry(line).or_default().push(mark);
        }
        if shown < last {
            self.cut.insert(shown, last - shown);
        }
    }

    fn html(&self, source: &Source) -> String {
        let mut out = String::from("<div class=\"source\">");
        let mut before = None;
        for (&number, marks) in &self.lines {
            let Some(whole) = line_text(source, number) else { continue };
            if before.is_some_and(|before| before + 1 < number) {
                out.push_str("<div class=\"gap\" aria-hidden=\"true\">⋮</div>");
            }
            before = Some(number);
            let code = marked_line(source, whole, marks);
            out.push_str(&format!("<div class=\"line\"><span>{number}</span><code>{code}</code></div>"));
            for note in marks.iter().filter_map(|mark| mark.note) {
                out.push_str(&format!("<div class=\"note\">{}</div>", prose(note)));
            }
            if let Some(more) = self.cut.get(&number) {
                out.push_str(&format!("<div class=\"note\">… {more} more lines</div>"));
            }
        }
        out + "</div>"
    }
}

/// The last byte of a span, so that one that ends with a line does not reach into the next.
fn last_byte(source: &Source, span: Span) -> u32 {
    let text = source.slice(span).trim_end_matches(['\r', '\n']);
    span.start + u32::try_from(text.len()).unwrap_or(0)
}

/// The bytes of a line, without its end and without a byte order mark.
fn line_text(source: &Source, line: usize) -> Option<Range<usize>> {
    let range = source.line_range(line)?;
    let text = &source.text[range.clone()];
    let start = range.start + text.len() - text.trim_start_matches('\u{feff}').len();
    Some(start..(range.start + text.trim_end_matches(['\r', '\n']).len()).max(start))
}

/// A line with its marks, cut to what is around them.
fn marked_line(source: &Source, whole: Range<usize>, marks: &[Mark<'_>]) -> String {
    let first = marks.iter().map(|mark| mark.range.start).min().unwrap_or(whole.start);
    let last = marks.iter().map(|mark| mark.range.end).max().unwrap_or(whole.end);
    let text = &source.text;
    let start = back(text, whole.start, first, AROUND);
    let end = forth(text, last.min(forth(text, first, whole.end, WITHIN)), whole.end, AROUND);
    let mut cuts: Vec<usize> = marks.iter().flat_map(|mark| [mark.range.start, mark.range.end]).collect();
    cuts.extend([start, end]);
    cuts.retain(|cut| (start..=end).contains(cut));
    cuts.sort_unstable();
    let mut out = String::from(if start > whole.start { "…" } else { "" });
    // A span without a character marks the place between two.
    let is_place = |at: usize| marks.iter().any(|mark| mark.range.is_empty() && mark.range.start == at);
    let mut shown = None;
    for pair in cuts.windows(2) {
        let piece = pair[0]..pair[1];
        if piece.is_empty() {
            if is_place(piece.start) && shown != Some(piece.start) {
                out.push_str("<mark class=\"place\"></mark>");
                shown = Some(piece.start);
            }
            continue;
        }
        let covers = |mark: &&Mark<'_>| mark.range.start <= piece.start && piece.end <= mark.range.end;
        let code = shown_code(&text[piece.clone()]);
        match marks.iter().filter(covers).max_by_key(|mark| mark.is_primary) {
            Some(mark) if mark.is_primary => out.push_str(&format!("<mark>{code}</mark>")),
            Some(_) => out.push_str(&format!("<mark class=\"other\">{code}</mark>")),
            None => out.push_str(&code),
        }
    }
    out + if end < whole.end { "…" } else { "" }
}

/// So many characters before `at`, but not before `start`.
fn back(text: &str, start: usize, at: usize, count: usize) -> usize {
    text[start..at].char_indices().rev().nth(count - 1).map_or(start, |(byte, _)| start + byte)
}

/// So many characters behind `at`, but not behind `end`.
fn forth(text: &str, at: usize, end: usize, count: usize) -> usize {
    text[at..end].char_indices().nth(count).map_or(end, |(byte, _)| at + byte)
}

fn shown_code(text: &str) -> String {
    escape(&text.replace('\t', "    "))
}

/// What a fix does, in its lines, and how it is applied.
pub(super) fn fix(source: &Source, fix: &Fix) -> String {
    let (kind, command) = match fix.safety {
        Safety::Safe => ("Safe fix", "javert check --fix"),
        Safety::Unsafe => ("Fix to look at", "javert check --unsafe-fixes"),
    };
    let mut out = format!("<div class=\"fix\"><p><b>{kind}</b> <code>{command}</code></p>");
    let hunks = hunks(source, fix);
    for hunk in hunks.iter().take(PLACES) {
        out.push_str("<div class=\"source\">");
        out.push_str(&changed(source, fix, hunk));
        out.push_str("</div>");
    }
    if hunks.len() > PLACES {
        out.push_str(&format!("<p>… and {} more places</p>", hunks.len() - PLACES));
    }
    out + "</div>"
}

/// The whole lines that a fix touches, those that follow each other together.
fn hunks(source: &Source, fix: &Fix) -> Vec<Range<usize>> {
    let mut hunks: Vec<Range<usize>> = Vec::new();
    for edit in &fix.edits {
        let first = line_text(source, source.line(edit.span.start));
        let last = line_text(source, source.line(last_byte(source, edit.span)));
        let (Some(first), Some(last)) = (first, last) else { continue };
        let own = first.start.min(edit.span.start as usize)..last.end.max(edit.span.end as usize);
        match hunks.last_mut() {
            Some(before) if own.start <= before.end + 2 => before.end = before.end.max(own.end),
            _ => hunks.push(own),
        }
    }
    hunks
}

fn changed(source: &Source, fix: &Fix, hunk: &Range<usize>) -> String {
    let number = source.line(Span::from(hunk.clone()).start);
    let mut out = format!("<div class=\"line\"><span>{number}</span><code>");
    let edits = fix.edits.iter().map(|edit| (edit.span.range(), edit.text.as_str()));
    let edits: Vec<_> = edits.filter(|(own, _)| hunk.start <= own.start && own.end <= hunk.end).collect();
    let mut at = hunk.start;
    for (index, (own, new)) in edits.iter().enumerate() {
        out.push_str(&kept(&source.text[at..own.start], index > 0, true));
        let old = &source.text[own.clone()];
        if !old.is_empty() {
            out.push_str(&format!("<del>{}</del>", edited(old)));
        }
        if !new.is_empty() {
            out.push_str(&format!("<ins>{}</ins>", edited(new)));
        }
        at = own.end;
    }
    out + &kept(&source.text[at..hunk.end], true, false) + "</code></div>"
}

/// What an edit takes away or brings; line ends are made visible.
fn edited(text: &str) -> String {
    let end = forth(text, 0, text.len(), WITHIN);
    let more = if end < text.len() { "…" } else { "" };
    shown_code(&text[..end].replace('\r', "")).replace("&#10;", "↵&#10;") + more
}

/// What stays, cut to what is near an edit before or behind it.
fn kept(text: &str, has_before: bool, has_behind: bool) -> String {
    let head = if has_before { forth(text, 0, text.len(), AROUND) } else { 0 };
    let tail = if has_behind { back(text, 0, text.len(), AROUND) } else { text.len() };
    if head >= tail {
        return shown_code(text.trim_start_matches('\u{feff}'));
    }
    shown_code(&text[..head]) + "…" + &shown_code(&text[tail..])
}
