//! A report in Markdown: for job summaries, comments and wikis.

use std::{cmp::Reverse, collections::BTreeMap};

use super::finding::{Finding, clean, counts};
use crate::diagnostic::Level;

/// Where files can be looked at: what stands before a path seen from the root of the repository.
pub type Web<'w> = Option<&'w str>;

/// The report. Files are sorted by path.
pub fn render(findings: &[Finding<'_>], web: Web<'_>) -> String {
    report(findings, web, usize::MAX)
}

/// The report in at most so many bytes: the most important findings that fit, and how many there are besides.
pub fn render_within(findings: &[Finding<'_>], web: Web<'_>, most: usize) -> String {
    let whole = render(findings, web);
    if whole.len() <= most {
        return whole;
    }
    // Each finding takes about as much as any other; what is too much is halved away.
    let mut shown = findings.len() * most / whole.len();
    loop {
        let text = report(findings, web, shown);
        if text.len() <= most || shown == 0 {
            return text;
        }
        shown = shown * 9 / 10;
    }
}

fn report(findings: &[Finding<'_>], web: Web<'_>, most: usize) -> String {
    let mut important: Vec<&Finding<'_>> = findings.iter().collect();
    if most < important.len() {
        important.sort_by_key(|found| Reverse(found.level));
        important.truncate(most);
    }
    let left_out = findings.len() - important.len();
    let mut files: BTreeMap<&str, Vec<&Finding<'_>>> = BTreeMap::new();
    for found in important {
        files.entry(&found.repository_path).or_default().push(found);
    }
    let mut out = format!("## Javert: {}\n", counts(findings));
    for (path, all) in files {
        out.push_str(&format!("\n### {}\n\n", text(path)));
        out.push_str("| Line | Level | Rule | Finding |\n| ---: | --- | --- | --- |\n");
        all.into_iter().for_each(|found| out.push_str(&row(found, web)));
    }
    if left_out > 0 {
        out.push_str(&format!(
            "\n{left_out} more findings do not fit in here: `javert check` prints them all.\n"
        ));
    }
    out
}

fn row(found: &Finding<'_>, web: Web<'_>) -> String {
    let start = found.place.start;
    let place = format!("{}:{}", start.line, start.column);
    let place = match web {
        Some(web) => format!("[{place}]({web}{}#L{})", super::encoded(&found.repository_path), start.line),
        None => place,
    };
    let level = match found.level {
        Level::Error => "❌ error",
        Level::Warning => "⚠️ warning",
        Level::Info => "💡 info",
    };
    let help = found.help.as_deref().map(|help| format!("<br>{}", text(help))).unwrap_or_default();
    format!("| {place} | {level} | {} | {}{help} |\n", found.rule, text(&found.message))
}

/// A text for one cell or heading. Code spans stay; nothing else in it is Markdown or HTML.
fn text(plain: &str) -> String {
    let plain = clean(plain);
    // A lone backtick would pair with one of another cell's text.
    let is_paired = plain.lines().all(|line| line.matches('`').count() % 2 == 0) && !plain.contains("``");
    let (mut out, mut in_code) = (String::new(), false);
    for c in plain.chars() {
        match c {
            '`' if is_paired => {
                in_code = !in_code;
                out.push(c);
            }
            '\n' => out.push_str("<br>"),
            '|' => out.push_str("\\|"),
            c if in_code => out.push(c),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '#' | '!' => out.extend(['\\', c]),
            // A mention or a reference would reach people and issues.
            '@' => out.push_str("&#64;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn what_a_page_says_stays_text() {
        assert_eq!(text("`a|<b>` [x](y) <b> @me\nnext"), "`a\\|<b>` \\[x\\](y) &lt;b> &#64;me<br>next");
        assert_eq!(text("one ` tick"), "one \\` tick");
    }
}
