//! How many findings there are: by group, by rule, by page, and in each edition.

use std::collections::BTreeMap;

use super::{Entry, Shown, escape, number, path_text};
use crate::diagnostic::Level;

/// Rows of a long table that are seen at first; the others are folded away.
const FOLDED: usize = 10;

/// Levels, the gravest first, as they are called in a heading.
pub(super) const LEVELS: [(Level, &str); 3] =
    [(Level::Error, "Errors"), (Level::Warning, "Warnings"), (Level::Info, "Suggestions")];

/// How many findings some have, of each level of [`LEVELS`] and in each edition.
#[derive(Debug, Clone, Default)]
struct Count {
    levels: [usize; 3],
    editions: Vec<usize>,
}

impl Count {
    fn add(&mut self, entry: &Entry<'_>, editions: usize) {
        self.editions.resize(editions, 0);
        entry.editions.iter().for_each(|&edition| self.editions[edition] += 1);
        let level = LEVELS.iter().position(|(level, _)| *level == entry.found.level);
        self.levels[level.expect("all levels are in it")] += 1;
    }

    fn all(&self) -> usize {
        self.levels.iter().sum()
    }
}

/// Counts by a key, most first.
fn counted<'e, K: Ord>(shown: &'e Shown<'_>, key: impl Fn(&'e Entry<'e>) -> K) -> Vec<(K, Count)> {
    let mut counts: BTreeMap<K, Count> = BTreeMap::new();
    for entry in &shown.entries {
        counts.entry(key(entry)).or_default().add(entry, shown.editions.len());
    }
    let mut counts: Vec<(K, Count)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(count.all()));
    counts
}

/// A bar for each group, with its levels.
pub(super) fn groups(shown: &Shown<'_>) -> String {
    let counts = counted(shown, |entry| entry.group);
    let most = counts.iter().map(|(_, count)| count.all()).max().unwrap_or(1);
    let mut out = String::from(
        "<section aria-labelledby=\"groups\">\n<h2 id=\"groups\">By group</h2>\n<div class=\"wide\"><table \
         class=\"chart\">\n<thead><tr><th scope=\"col\">Group</th><td></td>",
    );
    for (_, name) in LEVELS {
        out.push_str(&format!("<th scope=\"col\" class=\"number\">{name}</th>"));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for (group, count) in &counts {
        let group = escape(group);
        out.push_str(&format!(
            "<tr><th scope=\"row\"><a href=\"#findings\" data-filter=\"group={group}\">{group}</a></th><td>{}</td>",
            bar(count, most)
        ));
        for (count, (level, _)) in count.levels.iter().zip(LEVELS) {
            let filter = format!("group={group}&amp;level={level}");
            out.push_str(&cell(*count, 0, "findings", &filter));
        }
        out.push_str("</tr>\n");
    }
    out + "</tbody></table></div>\n</section>\n"
}

/// One bar: errors, warnings and suggestions after one another, on the scale of the longest. The numbers are beside it.
fn bar(count: &Count, most: usize) -> String {
    let mut out = format!(
        "<svg viewBox=\"0 0 {most} 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\" focusable=\"false\">"
    );
    let mut at = 0;
    for (own, (level, _)) in count.levels.iter().zip(LEVELS).filter(|(own, _)| **own > 0) {
        out.push_str(&format!("<rect class=\"{level}\" x=\"{at}\" width=\"{own}\" height=\"1\"/>"));
        at += own;
    }
    out + "</svg>"
}

/// Rules and in which editions they find how much.
pub(super) fn rules(shown: &Shown<'_>) -> String {
    let counts = counted(shown, |entry| (entry.found.rule, entry.group));
    let most = most(&counts);
    let rows = counts.iter().map(|((rule, group), count)| {
        let (target, filter) = (format!("r-{rule}"), format!("rule={rule}"));
        format!(
            "<th scope=\"row\"><a href=\"#{target}\" data-filter=\"{filter}\">{rule}</a></th><td>{}</td>{}{}",
            escape(group),
            cell(count.all(), 0, &target, &filter),
            in_editions(shown, count, most, &target, Some(&filter))
        )
    });
    let head = "<th scope=\"col\">Rule</th><th scope=\"col\">Group</th><th scope=\"col\" class=\"number\">Findings</th>";
    section(shown, ("rules", "By rule"), head, &rows.collect::<Vec<String>>())
}

/// Pages and in which editions they have how much, those with most errors first.
pub(super) fn pages(shown: &Shown<'_>) -> String {
    let paths: BTreeMap<&str, usize> =
        shown.pages().iter().enumerate().map(|(index, (path, _))| (*path, index)).collect();
    let mut counts = counted(shown, |entry| entry.shown.repository_path.as_str());
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(count.levels[0]));
    let most = most(&counts);
    let rows = counts.iter().map(|(path, count)| {
        let (target, text) = (format!("p{}", paths[path]), path_text(path));
        format!(
            "<th scope=\"row\" class=\"path\"><a href=\"#{target}\">{text}</a></th>{}{}{}",
            cell(count.levels[0], 0, &target, ""),
            cell(count.all(), 0, &target, ""),
            in_editions(shown, count, most, &target, None)
        )
    });
    let head = "<th scope=\"col\">Page</th><th scope=\"col\" class=\"number\">Errors</th>\
                <th scope=\"col\" class=\"number\">Findings</th>";
    section(shown, ("pages", "By page"), head, &rows.collect::<Vec<String>>())
}

/// The most findings that anything has in one edition.
fn most<K>(counts: &[(K, Count)]) -> usize {
    counts.iter().flat_map(|(_, count)| &count.editions).copied().max().unwrap_or(0)
}

/// A heading and a table, of which most is folded away if it is long.
fn section(shown: &Shown<'_>, (id, title): (&str, &str), head: &str, rows: &[String]) -> String {
    let and_edition = if shown.editions.is_empty() { "" } else { " and edition" };
    let table = |rows: &[String]| {
        let rows: String = rows.iter().map(|row| format!("<tr>{row}</tr>\n")).collect();
        format!(
            "<div class=\"wide\"><table>\n<thead><tr>{head}{}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n",
            heads(shown)
        )
    };
    let (first, rest) = rows.split_at(if rows.len() > FOLDED + FOLDED / 2 { FOLDED } else { rows.len() });
    let mut out = format!(
        "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}{and_edition}</h2>\n{}",
        table(first)
    );
    if !rest.is_empty() {
        let more = number(rest.len());
        out.push_str(&format!(
            "<details class=\"more\"><summary>{more} more</summary>\n{}</details>\n",
            table(rest)
        ));
    }
    out + "</section>\n"
}

fn heads(shown: &Shown<'_>) -> String {
    let head = |name: &&str| format!("<th scope=\"col\" class=\"number edition\">{}</th>", escape(name));
    shown.editions.iter().map(head).collect()
}

/// The cells of all editions: the darker, the nearer to the most of the table. With a filter, each filters its edition too.
fn in_editions(shown: &Shown<'_>, count: &Count, most: usize, target: &str, filter: Option<&str>) -> String {
    let cells = count.editions.iter().zip(&shown.editions).map(|(own, name)| {
        let shade = if *own == 0 || most == 0 { 0 } else { 1 + 3 * own / most };
        let filter = filter.map(|filter| format!("{filter}&amp;edition={}", super::super::encoded(name)));
        cell(*own, shade, target, filter.as_deref().unwrap_or(""))
    });
    cells.collect()
}

/// A number that leads to what it counts: without scripts to a place, with them to findings that a filter leaves.
fn cell(count: usize, shade: usize, target: &str, filter: &str) -> String {
    if count == 0 {
        return "<td class=\"number none\">0</td>".to_owned();
    }
    let shade = if shade > 0 { format!(" shade-{shade}") } else { String::new() };
    let filter = if filter.is_empty() { String::new() } else { format!(" data-filter=\"{filter}\"") };
    format!("<td class=\"number{shade}\"><a href=\"#{target}\"{filter}>{}</a></td>", number(count))
}
