//! The findings themselves: by page with their source, and by rule as a list.

use std::collections::BTreeMap;

use super::{Entry, Shown, escape, excerpt, level_name, number, path_text, prose, tables::LEVELS};
use crate::rules;

/// With more findings than this, pages are folded at first.
const UNFOLDED: usize = 200;

/// Findings by page, below the filters.
pub(super) fn findings(shown: &Shown<'_>) -> String {
    let mut out = String::from(
        "<section class=\"findings\" aria-labelledby=\"findings\">\n<h2 id=\"findings\" tabindex=\"-1\">Findings</h2>\n",
    );
    out.push_str(&filters(shown));
    let all = number(shown.entries.len());
    out.push_str(&format!("<p id=\"status\" role=\"status\">{all} findings</p>\n"));
    let open = if shown.entries.len() <= UNFOLDED { " open=\"\"" } else { "" };
    for (index, (path, entries)) in shown.pages().iter().enumerate() {
        out.push_str(&format!(
            "<details class=\"page\" id=\"p{index}\"{open}>\n<summary><h3>{}</h3> <span class=\"counts\">{}</span></summary>\n",
            path_text(path),
            counts(entries)
        ));
        entries.iter().for_each(|entry| out.push_str(&article(entry, shown)));
        out.push_str("</details>\n");
    }
    out + "</section>\n"
}

/// `2 errors, 1 warning`, each with its colour.
fn counts(entries: &[&Entry<'_>]) -> String {
    let counted = LEVELS.iter().filter_map(|(level, _)| {
        let count = entries.iter().filter(|entry| entry.found.level == *level).count();
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| {
            format!("<span class=\"{level}\">{} {}{plural}</span>", number(count), level_name(*level))
        })
    });
    counted.collect::<Vec<String>>().join(" ")
}

/// The form, which scripts show.
fn filters(shown: &Shown<'_>) -> String {
    let mut groups: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for entry in &shown.entries {
        *groups.entry(entry.group).or_default().entry(entry.found.rule).or_default() += 1;
    }
    let mut out = String::from(
        "<form id=\"filters\" role=\"search\" aria-label=\"Filter findings\" hidden=\"\">\n\
         <label class=\"text\">Text <input type=\"search\" name=\"q\" autocomplete=\"off\" \
         placeholder=\"path, message, source\"/></label>\n<fieldset><legend>Level</legend>",
    );
    for (level, name) in LEVELS {
        let count = shown.entries.iter().filter(|entry| entry.found.level == level).count();
        if count > 0 {
            out.push_str(&format!(
                "<label class=\"{level}\"><input type=\"checkbox\" name=\"level\" value=\"{level}\"/> {name}</label>"
            ));
        }
    }
    out.push_str("</fieldset>\n<label>Group <select name=\"group\"><option value=\"\">all</option>");
    for group in groups.keys() {
        out.push_str(&format!("<option>{}</option>", escape(group)));
    }
    out.push_str("</select></label>\n<label>Rule <select name=\"rule\"><option value=\"\">all</option>");
    for (group, rules) in &groups {
        out.push_str(&format!("<optgroup label=\"{}\">", escape(group)));
        for (rule, count) in rules {
            out.push_str(&format!("<option value=\"{rule}\">{rule} ({})</option>", number(*count)));
        }
        out.push_str("</optgroup>");
    }
    out.push_str("</select></label>\n");
    if !shown.editions.is_empty() {
        out.push_str("<label>Edition <select name=\"edition\"><option value=\"\">all</option>");
        for name in &shown.editions {
            out.push_str(&format!("<option>{}</option>", escape(name)));
        }
        out.push_str("</select></label>\n");
    }
    out + "<span class=\"buttons\"><button type=\"reset\">Show all</button> <button type=\"button\" \
           id=\"fold\">Fold pages</button></span>\n</form>\n"
}

/// One finding.
fn article(entry: &Entry<'_>, shown: &Shown<'_>) -> String {
    let (index, level, rule) = (entry.index, entry.found.level, entry.found.rule);
    let editions: Vec<String> = entry.editions.iter().map(usize::to_string).collect();
    let start = entry.shown.place.start;
    let place = format!("{}:{}", start.line, start.column);
    let place = match shown.web {
        Some(web) => {
            let path = super::super::encoded(&entry.shown.repository_path);
            format!("<a href=\"{}{path}#L{}\">{place}</a>", escape(web), start.line)
        }
        None => place,
    };
    let mut out = format!(
        "<article class=\"{level}\" id=\"f{index}\" data-group=\"{}\" data-editions=\"{}\">\n<h4><span \
         class=\"level\">{}</span> <span class=\"message\">{}</span></h4>\n<p class=\"where\">line <span \
         class=\"place\">{place}</span> <a class=\"rule\" href=\"#r-{rule}\">{rule}</a>{}</p>\n",
        escape(entry.group),
        editions.join(" "),
        level_name(level),
        prose(&entry.found.message),
        readers(entry, shown)
    );
    out.push_str(&excerpt::excerpts(entry));
    if let Some(help) = &entry.found.help {
        out.push_str(&format!("\n<p class=\"help\"><b>Help</b> {}</p>", prose(help)));
    }
    if let (Some(source), Some(fix)) = (entry.shown.source, &entry.found.fix) {
        out.push_str(&excerpt::fix(source, fix));
    }
    out + "\n</article>\n"
}

/// For whom a finding holds, where not for all.
fn readers(entry: &Entry<'_>, shown: &Shown<'_>) -> String {
    let own = entry.checked.site.editions.len();
    if entry.editions.is_empty() || entry.editions.len() == own {
        return String::new();
    }
    let names = entry.editions.iter().map(|&edition| escape(shown.editions[edition]));
    format!(" <span class=\"for\">for {}</span>", names.collect::<Vec<String>>().join(", "))
}

/// Findings by rule: what the rule is about, and where it found something.
pub(super) fn rules(shown: &Shown<'_>) -> String {
    let mut found: BTreeMap<&str, Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in &shown.entries {
        found.entry(entry.found.rule).or_default().push(entry);
    }
    let mut out = String::from(
        "<section class=\"index\" aria-labelledby=\"index\">\n<h2 id=\"index\">Findings by rule</h2>\n",
    );
    for (rule, entries) in found {
        let summary = rules::find(rule).map(|entry| entry.manual().summary).unwrap_or_default();
        out.push_str(&format!(
            "<details class=\"rule\" id=\"r-{rule}\">\n<summary><h3>{rule}</h3> <span class=\"counts\">{}</span></summary>\n\
             <p>{}</p>\n<ul>\n",
            counts(&entries),
            prose(&summary)
        ));
        for entry in entries {
            out.push_str(&format!(
                "<li><a href=\"#f{}\">{}:{}</a> {}</li>\n",
                entry.index,
                escape(&entry.shown.repository_path),
                entry.shown.place.start.line,
                prose(&entry.found.message)
            ));
        }
        out.push_str("</ul>\n</details>\n");
    }
    out + "</section>\n"
}
