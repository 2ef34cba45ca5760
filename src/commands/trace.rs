//! `javert trace`

use std::path::{Path, PathBuf};

use super::{Ending, Opened, Surroundings, inside};
use crate::{
    cli::TraceArgs,
    lint,
    page::{Link, LinkKind, Page},
    report::Checked,
    rules::RULES,
    site::{
        Site,
        links::Led,
        resolve::{Outcome, Target},
    },
};

/// Shows how the links that the arguments name were resolved.
pub fn trace(args: &TraceArgs, around: &Surroundings) -> Ending {
    match traced(args, around) {
        Ok(out) => Ending { out, err: String::new(), code: 0 },
        Err(message) => Ending::failed(message),
    }
}

/// `PAGE`, `PAGE:LINE` or `PAGE:LINE:COLUMN`.
struct Place {
    file: PathBuf,
    line: Option<usize>,
    column: Option<usize>,
}

fn traced(args: &TraceArgs, around: &Surroundings) -> Result<String, String> {
    let place = Place::of(&args.page, around);
    let opened = Opened::around(&place.file, around, args.hugo_version)?;
    let path = inside(&opened.root, &around.directory.join(&place.file));
    let diagnostics = lint::run(&opened.site, &lint::defaults(RULES));
    let checked = Checked::new(opened.site, opened.prefix, diagnostics);
    let Some(page) = checked.site.pages.iter().find(|page| page.path() == path) else {
        return Err(format!("`{}` is not a page of the site", place.file.display()));
    };
    let links = chosen(page, &place, args.link.as_deref());
    if links.is_empty() {
        return Err(no_link(page, &place, args.link.as_deref()));
    }
    let texts: Vec<String> = links.iter().map(|link| text(&checked, page, link)).collect();
    Ok(texts.join("\n"))
}

impl Place {
    fn of(asked: &Path, around: &Surroundings) -> Self {
        let whole = Self { file: asked.to_owned(), line: None, column: None };
        let Some(text) = asked.to_str().filter(|_| !around.directory.join(asked).exists()) else {
            return whole;
        };
        let mut numbers = Vec::new();
        let mut file = text.trim_end_matches(':');
        while let Some((rest, number)) = file.rsplit_once(':')
            && let Ok(number) = number.parse::<usize>()
            && numbers.len() < 2
        {
            numbers.insert(0, number);
            file = rest;
        }
        Self { file: PathBuf::from(file), line: numbers.first().copied(), column: numbers.get(1).copied() }
    }
}

/// The links at the place whose destination is `asked`, or else contains it.
fn chosen<'p>(page: &'p Page, place: &Place, asked: Option<&str>) -> Vec<&'p Link> {
    let ends = |link: &Link| (page.source.position(link.whole.start), page.source.position(link.whole.end));
    let on_line = page.links.iter().filter(|link| {
        let (from, to) = ends(link);
        place.line.is_none_or(|line| from.line <= line && line <= to.line)
    });
    let on_line: Vec<&Link> = on_line.collect();
    let mut links: Vec<&Link> = on_line
        .iter()
        .copied()
        .filter(|link| asked.is_none_or(|asked| page.destination(link) == asked))
        .collect();
    if let (true, Some(asked)) = (links.is_empty(), asked) {
        links = on_line.into_iter().filter(|link| page.destination(link).contains(asked)).collect();
    }
    if let Some(at) = place.line.zip(place.column) {
        let here = |link: &&Link| {
            let (from, to) = ends(link);
            (from.line, from.column) <= at && at < (to.line, to.column)
        };
        if links.iter().any(here) {
            links.retain(here);
        }
    }
    links
}

fn no_link(page: &Page, place: &Place, asked: Option<&str>) -> String {
    let wanted = asked.map(|asked| format!(" to `{asked}`")).unwrap_or_default();
    let where_ = place.line.map(|line| format!(" on line {line}")).unwrap_or_default();
    let mut lines: Vec<usize> =
        page.links.iter().map(|link| page.source.position(link.span.start).line).collect();
    lines.dedup();
    let shown: Vec<String> = lines.iter().take(20).map(usize::to_string).collect();
    let more = if lines.len() > shown.len() { ", …" } else { "" };
    let others = match shown.len() {
        0 => "the page has no links".to_owned(),
        1 => format!("the page has links on line {}", shown.join(", ")),
        _ => format!("the page has links on the lines {}{more}", shown.join(", ")),
    };
    format!("{} has no link{wanted}{where_}; {others}", page.path())
}

/// Everything about one link.
fn text(checked: &Checked, page: &Page, link: &Link) -> String {
    let site = &checked.site;
    let position = page.source.position(link.span.start);
    let mut out = format!(
        "{}:{}:{}: `{}`\n  {}\n",
        checked.path(page.path()),
        position.line,
        position.column,
        page.destination(link),
        how_written(page, link),
    );
    let led = site.follow(page, link, true);
    if led.is_empty() {
        out.push_str("  no reader gets to see it\n");
    }
    for group in groups(site, &led) {
        let (names, led) = group;
        let indent = if names.is_empty() { "  " } else { "    " };
        if !names.is_empty() {
            out.push_str(&format!("  for {}:\n", names.join(", ")));
        }
        for (number, step) in (1..).zip(&led.steps) {
            out.push_str(&format!("{indent}{number}. {step}\n"));
        }
        out.push_str(&format!("{indent}=> {}\n", verdict(site, led)));
    }
    let about = |found: &&crate::diagnostic::Diagnostic| {
        found.path == page.path() && link.whole.start <= found.span.start && found.span.end <= link.whole.end
    };
    for found in checked.diagnostics.iter().filter(about) {
        out.push_str(&format!("  {}[{}]: {}\n", found.level, found.rule, checked.message(found)));
        for line in found.help.iter().flat_map(|help| help.lines()) {
            out.push_str(&format!("    {line}\n"));
        }
    }
    out
}

fn how_written(page: &Page, link: &Link) -> String {
    let what = if link.embedded { "image" } else { "link" };
    match &link.kind {
        LinkKind::Inline => format!("a Markdown {what}"),
        LinkKind::Reference(definition) => {
            let line = page.source.position(definition.start).line;
            format!("a Markdown {what} whose destination is defined on line {line}")
        }
        LinkKind::Autolink => "an automatic link, `<…>`".to_owned(),
        LinkKind::Bare => "a bare URL, which Hugo makes a link".to_owned(),
        LinkKind::Html(own) => format!("raw HTML: `{}` of `<{}>`", own.name, own.element),
        LinkKind::Printed { call, .. } => {
            format!("printed by the shortcode `{}`", page.tag(*call as usize).name)
        }
        LinkKind::Argument { call, .. } => {
            format!("an argument of the shortcode `{}`", page.tag(*call as usize).name)
        }
    }
}

/// The ways a link goes, each with the readers that go it; no names where all go the same.
fn groups<'l, 's>(site: &'s Site, led: &'l [Led<'s>]) -> Vec<(Vec<String>, &'l Led<'s>)> {
    let instances = site.published.iter().flat_map(|published| &published.instances);
    let mut languages: Vec<&str> =
        instances.filter(|own| own.page.is_some()).map(|own| &*own.language).collect();
    languages.sort_unstable();
    languages.dedup();
    let mut groups: Vec<(Vec<String>, &Led<'_>)> = Vec::new();
    for one in led {
        let edition = &site.editions[one.edition].name;
        let language = &site.published[one.edition].instances[one.from as usize].language;
        let name = match (edition.is_empty(), languages.len() > 1) {
            (true, true) => language.to_string(),
            (false, true) => format!("{edition} ({language})"),
            (_, false) => edition.clone(),
        };
        match groups.iter_mut().find(|(_, own)| own.steps == one.steps && own.outcome == one.outcome) {
            Some((names, _)) => names.push(name),
            None => groups.push((vec![name], one)),
        }
    }
    let is_alike = groups.len() == 1;
    for (names, _) in &mut groups {
        names.retain(|name| !name.is_empty());
        if is_alike && names.len() == 1 {
            names.clear();
        }
    }
    groups
}

fn verdict(site: &Site, led: &Led<'_>) -> String {
    match &led.outcome {
        Outcome::Good(Target::Nowhere) => "good: nothing is linked".to_owned(),
        Outcome::Good(Target::External) => "another site: `javert check` asks nobody".to_owned(),
        Outcome::Good(_) => "good".to_owned(),
        Outcome::Unknown(reason) => format!("unknown, and so no finding: {reason}"),
        Outcome::Bad { verdict, .. } => format!("broken: {}", site.in_words(verdict)),
    }
}
