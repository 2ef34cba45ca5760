//! A finding in the terms that other programs ask for: columns in every unit, paths as they want them, fingerprints.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::{Checked, Outcome};
use crate::{
    diagnostic::{Diagnostic, Fix, Level},
    source::{Source, Span},
};

/// One finding with all that a format may want to say of it.
#[derive(Debug)]
pub struct Finding<'o> {
    /// The rule's name.
    pub rule: &'static str,
    /// Its level.
    pub level: Level,
    /// The file, seen from the working directory.
    pub path: String,
    /// The file, seen from the root of the repository.
    pub repository_path: String,
    /// Its text, if there is one.
    pub source: Option<&'o Source>,
    /// The place.
    pub place: Place,
    /// The part of the place in its first line. Reviews show a finding only if all its lines are in the change.
    pub first_line: Place,
    /// What is wrong, with the readers it holds for; without control characters but line feeds.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Other places, in the order in which the rule named them.
    pub labels: Vec<Related>,
    /// How to fix it.
    pub fix: Option<&'o Fix>,
    /// 32 hexadecimal digits that stay the same when lines are added above the finding.
    pub fingerprint: String,
}

/// Another place that matters to a finding.
#[derive(Debug)]
pub struct Related {
    /// The file, seen from the working directory.
    pub path: String,
    /// The file, seen from the root of the repository.
    pub repository_path: String,
    /// The place.
    pub place: Place,
    /// What is there.
    pub message: String,
}

/// A range of a text; the end is one behind the last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Where it starts.
    pub start: Spot,
    /// Where it ends.
    pub end: Spot,
}

/// A place in a text. All are 1-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The line.
    pub line: usize,
    /// The column in Unicode code points, a byte order mark left out.
    pub column: usize,
    /// The column in UTF-16 code units, a byte order mark left out.
    pub utf16: usize,
    /// The column in bytes of UTF-8, those of a byte order mark counted: readers of lines see them too.
    pub byte: usize,
}

impl Place {
    /// The place of a span; the first character of a file that cannot be shown.
    pub fn of(source: Option<&Source>, span: Span) -> Self {
        Self { start: Spot::of(source, span.start), end: Spot::of(source, span.end) }
    }
}

impl Spot {
    fn of(source: Option<&Source>, byte: u32) -> Self {
        let first = Self { line: 1, column: 1, utf16: 1, byte: 1 };
        let Some(source) = source else { return first };
        let position = source.position(byte);
        let Some(line) = source.line_range(position.line) else { return first };
        let before = &source.text[line.start..byte as usize];
        let shown = if position.line == 1 { before.trim_start_matches('\u{feff}') } else { before };
        let utf16 = shown.encode_utf16().count() + 1;
        Self { line: position.line, column: position.column, utf16, byte: before.len() + 1 }
    }
}

/// All findings in the order in which they are shown. `base` is the path of the working directory seen from the root of
/// the repository, with `/` at its end unless it is empty.
pub fn findings<'o>(outcome: &'o Outcome, base: &str) -> Vec<Finding<'o>> {
    let mut fingerprints = Fingerprints::default();
    outcome.diagnostics().map(|(checked, found)| finding(checked, found, base, &mut fingerprints)).collect()
}

fn finding<'o>(
    checked: &'o Checked,
    found: &'o Diagnostic,
    base: &str,
    fingerprints: &mut Fingerprints,
) -> Finding<'o> {
    let source = checked.site.source(&found.path);
    let path = checked.path(&found.path);
    let repository_path = joined(base, &path);
    let labels = found.labels.iter().map(|label| {
        let path = checked.path(&label.path);
        Related {
            repository_path: joined(base, &path),
            path,
            place: Place::of(checked.site.source(&label.path), label.span),
            message: clean(&label.message),
        }
    });
    let fingerprint = fingerprints.next(found.rule, &repository_path, line_text(source, found.span));
    Finding {
        rule: found.rule,
        level: found.level,
        source,
        place: Place::of(source, found.span),
        first_line: Place::of(source, first_line(source, found.span)),
        message: clean(&checked.message(found)),
        help: found.help.as_deref().map(clean),
        labels: labels.collect(),
        // Other programs look for it in the finding's own file.
        fix: found.fix.as_ref().filter(|fix| fix.file.is_none()),
        fingerprint,
        path,
        repository_path,
    }
}

impl Finding<'_> {
    /// What is wrong and, in the lines below, what to do.
    pub fn message_with_help(&self) -> String {
        let help = self.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
        self.message.clone() + &help
    }

    /// The message on one line.
    pub fn message_line(&self) -> String {
        self.message.replace('\n', " ")
    }
}

/// The part of a span in its first line, without the line end.
fn first_line(source: Option<&Source>, span: Span) -> Span {
    let text = source.map_or("", |source| source.slice(span));
    let line = text.split('\n').next().unwrap_or("");
    let line = if line.len() < text.len() { line.strip_suffix('\r').unwrap_or(line) } else { line };
    Span::new(span.start as usize, span.start as usize + line.len())
}

/// The line on which a span starts.
fn line_text(source: Option<&Source>, span: Span) -> &str {
    let line = source.and_then(|source| Some(&source.text[source.line_range(source.line(span.start))?]));
    line.unwrap_or("")
}

/// `path` seen from where `base` starts; unchanged if it leads out of there.
pub fn joined(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    let mut rest = path;
    while let Some(below) = rest.strip_prefix("../") {
        if parts.pop().is_none() {
            return path.to_owned();
        }
        rest = below;
    }
    if parts.is_empty() || rest.starts_with('/') { rest.to_owned() } else { parts.join("/") + "/" + rest }
}

/// A text without control characters but line feeds; tabs become spaces.
pub fn clean(text: &str) -> String {
    let kept = text.chars().filter(|&c| !c.is_control() || c == '\n' || c == '\t');
    kept.map(|c| if c == '\t' { ' ' } else { c }).collect()
}

/// At most so many bytes of a text, for programs that refuse more.
pub fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    text[..text.floor_char_boundary(most.saturating_sub('…'.len_utf8()))].to_owned() + "…"
}

/// `1 error, 2 warnings`, or that nothing was found.
pub fn counts(findings: &[Finding<'_>]) -> String {
    let words = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Info, "suggestion")];
    let counted = words.iter().filter_map(|(level, word)| {
        let count = findings.iter().filter(|found| found.level == *level).count();
        (count > 0).then(|| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
    });
    let counted: Vec<String> = counted.collect();
    if counted.is_empty() { "nothing found".to_owned() } else { counted.join(", ") }
}

/// Tells alike findings apart: those of one rule in lines of one file that read the same.
#[derive(Debug, Default)]
struct Fingerprints(HashMap<u128, u32, FxBuildHasher>);

impl Fingerprints {
    /// The fingerprint of the next finding of `rule` in `path`, on a line of this text.
    fn next(&mut self, rule: &str, path: &str, line: &str) -> String {
        let words: Vec<&str> = line.split_whitespace().collect();
        let parts = [rule, path, &words.join(" ")].join("\0");
        let alike = self.0.entry(hash(parts.as_bytes())).or_default();
        *alike += 1;
        format!("{:032x}", hash(format!("{parts}\0{alike}").as_bytes()))
    }
}

/// FNV-1a of 128 bits: the same on every machine and with every version, which the standard library does not promise.
fn hash(bytes: &[u8]) -> u128 {
    let start = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    bytes.iter().fold(start, |hash: u128, byte| {
        (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_in_every_unit() {
        let source = Source::new("a.md", "\u{feff}a\n😀é[x]\r\n");
        let at = source.text.find('[').expect("it is there");
        let spot = Spot::of(Some(&source), Span::new(at, at).start);
        assert_eq!(spot, Spot { line: 2, column: 3, utf16: 4, byte: 7 });
        assert_eq!(Spot::of(Some(&source), 3), Spot { line: 1, column: 1, utf16: 1, byte: 4 });
        let whole = Span::new(at, source.text.len());
        assert_eq!(first_line(Some(&source), whole), Span::new(at, at + 3));
    }

    #[test]
    fn paths_are_seen_from_the_root_of_the_repository() {
        for (base, path, expected) in [
            ("", "a/b.md", "a/b.md"),
            ("docs/", "a.md", "docs/a.md"),
            ("docs/x/", "../a.md", "docs/a.md"),
            ("docs/", "../../a.md", "../../a.md"),
            ("docs/", "/elsewhere/a.md", "/elsewhere/a.md"),
        ] {
            assert_eq!(joined(base, path), expected, "{base} {path}");
        }
    }

    #[test]
    fn a_known_hash() {
        assert_eq!(format!("{:032x}", hash(b"a")), "d228cb696f1a8caf78912b704e4a8964");
    }

    #[test]
    fn what_is_cut_stays_within_its_bytes() {
        assert_eq!(cut("ééé", 6), "ééé");
        assert_eq!(cut("éééé", 7), "éé…");
    }
}
