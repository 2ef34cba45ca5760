//! The versions of a page's blocks side by side, and which page each reader sees: for a terminal and as a web page.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Checked;
use crate::{
    diagnostic::Diagnostic,
    page::{BlockKind, Page},
    site::edition::EditionSet,
    source::Span,
    variants::{Agreement, Branch, Cell, Group, Row, rows},
};

/// A page's groups of alternatives.
#[derive(Debug)]
pub struct Sheet<'c> {
    checked: &'c Checked,
    page: &'c Page,
    groups: Vec<Versions<'c>>,
}

/// One group.
#[derive(Debug)]
struct Versions<'c> {
    group: &'c Group,
    rows: Vec<Row>,
    findings: Vec<&'c Diagnostic>,
}

impl<'c> Sheet<'c> {
    /// The sheet of a page.
    pub fn new(checked: &'c Checked, page: &'c Page) -> Self {
        let groups = checked.site.alternatives(page).iter().map(|group| {
            let within = |found: &&Diagnostic| {
                found.path == page.path()
                    && group
                        .branches
                        .iter()
                        .any(|branch| page.calls[branch.call as usize].span.contains(found.span))
            };
            let findings = checked.diagnostics.iter().filter(within).collect();
            Versions { group, rows: rows(page, group), findings }
        });
        Self { checked, page, groups: groups.collect() }
    }

    /// For a terminal of so many columns.
    pub fn text(&self, width: usize) -> String {
        if self.groups.is_empty() {
            return format!("{}: no block has versions\n", self.checked.path(self.page.path()));
        }
        let mut out = String::new();
        for versions in &self.groups {
            let branches = versions.group.branches.len();
            let column = ((width.saturating_sub(2)) / branches).saturating_sub(3).max(12);
            let line = self.line(versions.group.branches[0].call);
            out.push_str(&format!("{}:{line}\n", self.checked.path(self.page.path())));
            let heads: Vec<String> = (0..branches).map(|branch| self.head(versions.group, branch)).collect();
            let rule = "─".repeat(column + 2);
            out.push_str(&line_of(" ", heads.iter().map(String::as_str), column));
            out.push_str(&format!("─{}\n", vec![rule; branches].join("┼")));
            for row in &versions.rows {
                let cells: Vec<String> = row
                    .cells
                    .iter()
                    .map(|cell| cell.as_ref().map_or(String::new(), |cell| self.cell(cell)))
                    .collect();
                out.push_str(&line_of(self.mark(row, versions), cells.iter().map(String::as_str), column));
            }
            for found in &versions.findings {
                let line = self.page.source.line(found.span.start);
                let message = self.checked.message(found);
                out.push_str(&format!("  line {line}: {}[{}] {message}\n", found.level, found.rule));
            }
            out.push('\n');
        }
        out + "✗ a finding   ≠ the same in another role   ~ other words   · not for all\n"
    }

    /// As a web page by itself.
    pub fn html(&self) -> String {
        let title = escape(&self.checked.path(self.page.path()));
        let mut body = format!("<h1>{title}</h1>\n");
        if self.groups.is_empty() {
            body.push_str("<p>No block has versions.</p>\n");
        }
        for versions in &self.groups {
            let line = self.line(versions.group.branches[0].call);
            body.push_str(&format!("<section>\n<h2>Line {line}</h2>\n<div class=\"wide\"><table>\n<tr><th scope=\"col\"><span class=\"hidden\">How they go together</span></th>"));
            for branch in 0..versions.group.branches.len() {
                body.push_str(&format!(
                    "<th scope=\"col\">{}</th>",
                    escape(&self.head(versions.group, branch))
                ));
            }
            body.push_str("</tr>\n");
            for row in &versions.rows {
                let mark = self.mark(row, versions);
                let (class, says) = in_words(mark);
                body.push_str(&format!("<tr class=\"{class}\"><td title=\"{says}\">{mark}</td>"));
                for cell in &row.cells {
                    let text = cell.as_ref().map_or(String::new(), |cell| escape(&self.cell(cell)));
                    body.push_str(&format!("<td>{text}</td>"));
                }
                body.push_str("</tr>\n");
            }
            body.push_str("</table></div>\n");
            for found in &versions.findings {
                let line = self.page.source.line(found.span.start);
                let message = escape(&self.checked.message(found));
                body.push_str(&format!(
                    "<p class=\"finding\">Line {line}: <b>{}[{}]</b> {message}</p>\n",
                    found.level, found.rule
                ));
            }
            body.push_str("</section>\n");
        }
        document(&title, &body)
    }

    fn line(&self, call: u32) -> usize {
        self.page.source.line(self.page.tag(call as usize).span.start)
    }

    /// Who sees a version, and where it starts.
    fn head(&self, group: &Group, branch: usize) -> String {
        let own = &group.branches[branch];
        format!("{} (line {})", group.names(&self.checked.site, own.editions), self.line(own.call))
    }

    fn cell(&self, cell: &Cell) -> String {
        let block = &self.page.blocks[cell.block as usize];
        let mut text = "  ".repeat(cell.lists.len().saturating_sub(1));
        match cell.lists.last() {
            Some(true) => text.push_str("1. "),
            Some(false) => text.push_str("• "),
            None => {}
        }
        if let Some(admonition) = &cell.admonition {
            text.push_str(&format!("[{admonition}] "));
        }
        match block.kind {
            BlockKind::Heading(level, heading) => {
                text.push_str(&"#".repeat(usize::from(level)));
                text.push(' ');
                let id = self.page.headings[heading as usize].id.as_ref();
                let id = id.map(|(id, _)| format!(" {{#{id}}}")).unwrap_or_default();
                return text + self.page.words(cell.block).trim() + &id;
            }
            BlockKind::Code => text.push_str("``` "),
            BlockKind::Cell => text.push_str("| "),
            BlockKind::Html => return text + "<…>",
            _ => {}
        }
        let words: Vec<&str> = self.page.words(cell.block).split_whitespace().collect();
        text + &words.join(" ")
    }

    fn mark(&self, row: &Row, versions: &Versions<'_>) -> &'static str {
        let spans: Vec<Span> =
            row.cells.iter().flatten().map(|cell| self.page.blocks[cell.block as usize].span).collect();
        let is_here = |found: &&Diagnostic| {
            // What is said of a block as a whole is at its tag.
            let is_tag = |branch: &Branch| self.page.tag(branch.call as usize).span == found.span;
            let meets = |span: &Span| span.start < found.span.end && found.span.start < span.end;
            !versions.group.branches.iter().any(is_tag) && spans.iter().any(meets)
        };
        if versions.findings.iter().copied().any(|found| is_here(&found)) {
            return "✗";
        }
        match row.agreement {
            Agreement::Same => " ",
            Agreement::Disagree => "≠",
            Agreement::Differ => "~",
            Agreement::Partial => "·",
        }
    }
}

/// A mark as a class and in words.
fn in_words(mark: &str) -> (&'static str, &'static str) {
    match mark {
        "✗" => ("finding", "a finding"),
        "≠" => ("role", "the same in another role"),
        "~" => ("words", "other words"),
        "·" => ("partial", "not for all"),
        _ => ("same", "the same"),
    }
}

fn line_of<'t>(mark: &str, cells: impl Iterator<Item = &'t str>, column: usize) -> String {
    let cells: Vec<String> = cells.map(|cell| fitted(cell, column)).collect();
    format!("{mark} {}", cells.join(" │ ")).trim_end().to_owned() + "\n"
}

/// A text of exactly so many columns; what does not fit is left out.
fn fitted(text: &str, column: usize) -> String {
    if text.width() <= column {
        return format!("{text}{}", " ".repeat(column - text.width()));
    }
    let (mut cut, mut width) = (String::new(), 0);
    for c in text.chars() {
        let own = c.width().unwrap_or(0);
        if width + own + 1 > column {
            break;
        }
        cut.push(c);
        width += own;
    }
    format!("{cut}…{}", " ".repeat(column - width - 1))
}

/// Who sees how much of each page.
#[derive(Debug)]
pub struct Coverage<'c> {
    checked: &'c Checked,
    /// The values of each axis without repetitions: names, and the readers that have each.
    values: Vec<(String, EditionSet)>,
    pages: Vec<(&'c Page, Vec<Seen>)>,
}

/// How much of a page a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    All,
    Some,
    Nothing,
}

impl Seen {
    fn sign(self) -> &'static str {
        match self {
            Self::All => "●",
            Self::Some => "◐",
            Self::Nothing => "–",
        }
    }
}

impl<'c> Coverage<'c> {
    /// The coverage of a site; `None` if all readers see the same.
    pub fn new(checked: &'c Checked) -> Option<Self> {
        checked.site.axes.first()?;
        let mut values: Vec<(String, EditionSet)> = Vec::new();
        for axis in &checked.site.axes {
            let first = values.len();
            for value in &axis.values {
                if values[first..].iter().all(|(own, _)| own != value) {
                    let readers = axis.values.iter().enumerate().filter(|(_, own)| *own == value);
                    let readers =
                        readers.fold(EditionSet::EMPTY, |set, (index, _)| set.or(EditionSet::one(index)));
                    values.push((value.clone(), readers));
                }
            }
        }
        let pages = checked.site.pages.iter().zip(&checked.site.visibility).map(|(page, visibility)| {
            let seen = values.iter().map(|&(_, readers)| {
                let lacks = |set: EditionSet| set.and(readers).is_empty();
                // A block that nobody sees is nothing that this reader lacks.
                let mut blocks = visibility.conditions.iter().enumerate().filter(|(_, said)| said.is_some());
                if lacks(visibility.on_axis(None)) {
                    Seen::Nothing
                } else if blocks.any(|(call, _)| {
                    let own = visibility.on_axis(Some(call));
                    !own.is_empty() && lacks(own)
                }) {
                    Seen::Some
                } else {
                    Seen::All
                }
            });
            (page, seen.collect())
        });
        let pages = pages.collect();
        Some(Self { checked, values, pages })
    }

    fn partial(&self) -> impl Iterator<Item = &(&'c Page, Vec<Seen>)> {
        self.pages.iter().filter(|(_, seen)| seen.iter().any(|own| *own != Seen::All))
    }

    fn count(&self, value: usize, seen: Seen) -> usize {
        self.pages.iter().filter(|(_, own)| own[value] == seen).count()
    }

    /// For a terminal.
    pub fn text(&self) -> String {
        let path = |page: &Page| self.checked.path(page.path());
        let first = self.partial().map(|(page, _)| path(page).width()).max().unwrap_or(0).max(16);
        let row = |name: &str, cells: Vec<String>| {
            let cells: Vec<String> = cells
                .iter()
                .zip(&self.values)
                .map(|(cell, (value, _))| fitted(cell, value.width().max(5)))
                .collect();
            format!("{}  {}", fitted(name, first), cells.join("  ")).trim_end().to_owned() + "\n"
        };
        let mut out = row("", self.values.iter().map(|(value, _)| value.clone()).collect());
        for (page, seen) in self.partial() {
            out.push_str(&row(&path(page), seen.iter().map(|own| own.sign().to_owned()).collect()));
        }
        for seen in [Seen::All, Seen::Some, Seen::Nothing] {
            let name = format!("{} {}", seen.sign(), seen_in_words(seen));
            let counts = (0..self.values.len()).map(|value| self.count(value, seen).to_string());
            out.push_str(&row(&name, counts.collect()));
        }
        let others = self.pages.len() - self.partial().count();
        out + &same_for_all(others) + "\n"
    }

    /// As a web page by itself.
    pub fn html(&self) -> String {
        let mut body = String::from(
            "<h1>Who sees which page</h1>\n<div class=\"wide\"><table>\n<tr><th scope=\"col\">Page</th>",
        );
        for (value, _) in &self.values {
            body.push_str(&format!("<th scope=\"col\">{}</th>", escape(value)));
        }
        body.push_str("</tr>\n");
        for (page, seen) in self.partial() {
            let path = escape(&self.checked.path(page.path()));
            body.push_str(&format!("<tr><th scope=\"row\">{path}</th>"));
            for own in seen {
                body.push_str(&format!("<td title=\"{}\">{}</td>", seen_in_words(*own), own.sign()));
            }
            body.push_str("</tr>\n");
        }
        let others = self.pages.len() - self.partial().count();
        body.push_str(&format!("</table></div>\n<p>{others} pages are the same for all readers.</p>\n"));
        document("Who sees which page", &body)
    }
}

fn same_for_all(others: usize) -> String {
    match others {
        0 => "no page is the same for all readers".to_owned(),
        1 => "the other page is the same for all readers".to_owned(),
        others => format!("the other {others} pages are the same for all readers"),
    }
}

fn seen_in_words(seen: Seen) -> &'static str {
    match seen {
        Seen::All => "shown",
        Seen::Some => "partly",
        Seen::Nothing => "hidden",
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;color:#222;\
background:#fff}.wide{overflow-x:auto}table{border-collapse:collapse}th,td{border:1px solid #ccc;padding:.3rem .6rem;\
text-align:left;vertical-align:top;white-space:pre-wrap}th{background:#f4f4f4}tr.finding td{background:#fde8e8}\
tr.role td{background:#fff3d6}tr.words td{background:#f3f6ff}tr.partial td{color:#666}.hidden{position:absolute;\
clip-path:inset(50%)}@media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#ddd}th{background:#2a2a2a}\
th,td{border-color:#444}tr.finding td{background:#4a2020}tr.role td{background:#4a3a12}tr.words td{background:#22283a}\
tr.partial td{color:#999}}";

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n\
         </html>\n"
    )
}
