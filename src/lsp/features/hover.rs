//! What is under the cursor: a finding's rule, a link and where it leads, a shortcode and its template.

use gen_lsp_types::{Hover, HoverParams, MarkupContent, MarkupKind};

use crate::{
    hugo::{
        definitions::{Definition, Origin},
        shortcode::{Inner, Tag},
        templates::Param,
    },
    lsp::{
        convert::uri_of,
        desk::{Desk, holds},
        server::Server,
    },
    page::{Link, Page},
    rules,
    site::{
        edition::EditionSet,
        links::Led,
        resolve::{Outcome, Target},
    },
    source::Span,
};

/// So many lines of a page are shown.
const LINES: usize = 3;

/// What is under the cursor.
pub(in crate::lsp) fn hover(server: &Server<'_>, params: HoverParams) -> Option<Hover> {
    let (desk, byte) = Desk::at(server, &params.text_document_position_params)?;
    let mut parts: Vec<String> = Vec::new();
    let mut place: Option<Span> = None;
    for found in desk.findings().iter().filter(|found| holds(found.span, byte)) {
        place = place.or(Some(found.span));
        let page = rules::find(found.rule).map(|entry| entry.manual().text.to_owned()).unwrap_or_default();
        // The first part of the page says what it is and why it matters.
        let about = page.split("\n## ").next().unwrap_or_default().trim();
        let about = about.split_once('\n').map_or("", |(_, rest)| rest.trim());
        parts.push(format!("**{}**: {}\n\n{about}", found.rule, desk.checked.message(found)));
    }
    if let Some(link) = desk.link_at(byte) {
        place = Some(link.whole);
        parts.push(leads(&desk, link));
    } else if let Some(tag) = desk.tag_at(byte) {
        place = Some(tag.span);
        parts.extend(shortcode(&desk, tag));
    }
    let contents = MarkupContent { kind: MarkupKind::Markdown, value: parts.join("\n\n---\n\n") };
    let range = place.map(|place| desk.range(place));
    (!contents.value.is_empty()).then(|| Hover { contents: contents.into(), range })
}

/// Where a link leads: a paragraph for all for whom it leads to the same.
fn leads(desk: &Desk<'_>, link: &Link) -> String {
    let mut groups: Vec<(EditionSet, String)> = Vec::new();
    for led in desk.site.follow(desk.page, link, false) {
        let text = lead(desk, &led);
        let one = EditionSet::one(led.edition);
        match groups.iter_mut().find(|(_, own)| *own == text) {
            Some((editions, _)) => *editions = editions.or(one),
            None => groups.push((one, text)),
        }
    }
    let alone = groups.len() == 1;
    let names = |editions: EditionSet| desk.site.names(editions);
    let said = groups.into_iter().map(|(editions, text)| {
        if alone || names(editions).is_empty() { text } else { format!("**{}** {text}", names(editions)) }
    });
    let said = said.collect::<Vec<_>>().join("\n\n");
    if said.is_empty() { "no reader sees this".to_owned() } else { said }
}

fn lead(desk: &Desk<'_>, led: &Led<'_>) -> String {
    match &led.outcome {
        Outcome::Good(Target::Page(number) | Target::Alias(number)) => {
            let instance = &desk.site.published[led.edition].instances[*number as usize];
            let page = instance.page.map(|page| &desk.site.pages[page as usize]);
            let about = page.map(about).unwrap_or_default();
            format!("→ `{}`{about}", instance.url)
        }
        Outcome::Good(Target::File(path)) => {
            let image = uri_of(&desk.root().join(path)).filter(|_| is_image(path));
            let preview = image.map(|uri| format!("\n\n![]({})", uri.0)).unwrap_or_default();
            format!("→ `{path}`{preview}")
        }
        Outcome::Good(target) => format!("→ {}", target.name()),
        Outcome::Unknown(reason) => format!("unknown: {reason}"),
        Outcome::Bad { verdict, url } => {
            let words = desk.site.in_words(verdict);
            format!("✗ `{url}`: {words}")
        }
    }
}

/// Whether a path looks like an image that editors show.
pub(super) fn is_image(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "avif"].contains(&extension.as_str())
}

/// A page in a few lines: its file, its title, how it begins.
pub(super) fn about(page: &Page) -> String {
    let title = page.front_matter.fields.get("title").and_then(crate::value::Value::to_text);
    let title = title.map(|title| format!("\n\n**{title}**")).unwrap_or_default();
    let body = &page.source.text[page.body.range()];
    let lines = body.lines().filter(|line| !line.trim().is_empty()).take(LINES).collect::<Vec<_>>();
    format!(" ({}){title}\n\n{}", page.path(), lines.join("\n\n"))
}

fn shortcode(desk: &Desk<'_>, tag: &Tag) -> Option<String> {
    let definition = desk.site.definitions.get(&tag.name)?;
    let mut text = format!("`{}`: {}", tag.name, origin(definition));
    let parameters = parameters(definition);
    if !parameters.is_empty() {
        text += &format!("\n\nparameters: {}", parameters.join(", "));
    }
    if matches!(definition.inner, Inner::Used) {
        text += "\n\nit is closed";
    }
    let call = desk.page.calls.iter().position(|call| call.span.contains(tag.span));
    let visibility = desk.site.visibility(desk.page);
    if definition.condition.is_some()
        && let Some(call) = call
    {
        text += &format!("\n\nshown to: {}", desk.site.names(visibility.of(u32::try_from(call).ok())));
    }
    Some(text)
}

/// Where what we know of a shortcode comes from.
pub(super) fn origin(definition: &Definition) -> String {
    match &definition.origin {
        Origin::Template(path) => format!("`{path}`"),
        Origin::Embedded => "comes with Hugo".to_owned(),
        Origin::Use => "its template is not here; this is how it is used".to_owned(),
    }
}

/// The parameters that a shortcode's template reads.
fn parameters(definition: &Definition) -> Vec<String> {
    let one = |param: &Param| match param {
        Param::Named(name) => format!("`{name}`"),
        Param::Positional(index) => format!("argument {}", index + 1),
    };
    let of_template = definition.summary.parameters.keys();
    if definition.summary.parameters.is_empty() {
        return definition.roles.iter().map(|(param, ..)| one(param)).collect();
    }
    of_template.map(one).collect()
}
