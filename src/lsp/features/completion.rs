//! What may be written next: shortcodes, their arguments, pages, anchors, images.

use std::{collections::BTreeMap, path::Path};

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionParams, Documentation, InsertTextFormat, MarkupContent,
    MarkupKind, TextEdit,
};

use super::{
    hover::{about, is_image, origin},
    moved::{forms, relative},
};
use crate::{
    hugo::{
        definitions::{Choice, Definition},
        shortcode::{Delimiter, Inner, Tag},
        templates::{Param, Role},
    },
    lsp::{convert::uri_of, desk::Desk, server::Server},
    page::{Link, LinkKind, Page},
    source::Span,
};

/// What is being written.
#[derive(Debug, PartialEq, Eq)]
enum Writing<'t> {
    /// The name of a shortcode.
    Name(Delimiter, &'t str),
    /// An argument of a shortcode: name, what is written of the argument.
    Argument(&'t str, &'t str),
    /// The destination of a link, and whether it is an image.
    Destination(&'t str, bool),
    /// The argument of `ref` or `relref`.
    Reference(&'t str),
}

/// What may be written next.
pub(in crate::lsp) fn complete(server: &Server<'_>, params: CompletionParams) -> Option<Vec<CompletionItem>> {
    let (desk, byte) = Desk::at(server, &params.text_document_position_params)?;
    let before = &desk.page.source.text[..byte as usize];
    Some(match writing(before)? {
        Writing::Name(delimiter, partial) => names(&desk, delimiter, replaced(byte, partial)),
        Writing::Argument(name, partial) => arguments(&desk, name, replaced(byte, partial)),
        Writing::Destination(partial, true) => images(&desk, partial, replaced(byte, partial)),
        Writing::Destination(partial, false) => destinations(&desk, partial, Habit::of(&desk, partial), byte),
        Writing::Reference(partial) => destinations(&desk, partial, Habit::Reference, byte),
    })
}

fn replaced(byte: u32, partial: &str) -> Span {
    Span::new(byte as usize - partial.len(), byte as usize)
}

/// What is being written at the end of a text.
fn writing(before: &str) -> Option<Writing<'_>> {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let open = before.rfind("{{").filter(|&at| !before[at..].contains("}}"));
    if let Some(at) = open {
        let inside = &before[at + 2..];
        let delimiter = match inside.chars().next()? {
            '<' => Delimiter::Html,
            '%' => Delimiter::Markdown,
            _ => return None,
        };
        let inside = inside[1..].trim_start();
        let Some((name, rest)) = inside.split_once(char::is_whitespace) else {
            return Some(Writing::Name(delimiter, inside));
        };
        let partial = rest.rsplit(char::is_whitespace).next().unwrap_or_default();
        let value = partial.rsplit('=').next().unwrap_or_default();
        if matches!(name, "ref" | "relref") {
            return Some(Writing::Reference(value.trim_start_matches(['"', '`'])));
        }
        return Some(Writing::Argument(name, value.trim_start_matches(['"', '`'])));
    }
    let at = line.rfind("](")?;
    let partial = &line[at + 2..];
    if partial.contains([')', ' ', '<']) {
        return None;
    }
    let image = line[..at].rfind('[').is_some_and(|open| line[..open].ends_with('!'));
    Some(Writing::Destination(partial, image))
}

fn item(desk: &Desk<'_>, label: &str, kind: CompletionItemKind, span: Span, text: String) -> CompletionItem {
    CompletionItem {
        label: label.to_owned(),
        kind: Some(kind),
        text_edit: Some(TextEdit { range: desk.range(span), new_text: text }.into()),
        ..CompletionItem::default()
    }
}

fn documentation(text: String) -> Option<Documentation> {
    Some(Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: text }))
}

/// The shortcodes, each with its parameters and its closing tag.
fn names(desk: &Desk<'_>, delimiter: Delimiter, span: Span) -> Vec<CompletionItem> {
    let rest = &desk.page.source.text[span.end as usize..];
    let line = rest.lines().next().unwrap_or_default();
    // What an editor has closed already is not closed twice.
    let closed = line.trim_start().starts_with(delimiter.right());
    let snippets = desk.server.client.snippets && !closed;
    let mut calls: BTreeMap<&str, Vec<&Tag>> = BTreeMap::new();
    let pages = desk.site.pages.iter().filter(|page| page.path() != desk.page.path());
    for (page, call) in pages.flat_map(|page| page.calls.iter().map(move |call| (page, call))) {
        let tag = &page.tags[call.open];
        calls.entry(&tag.name).or_default().push(tag);
    }
    let one = |(name, definition): (&str, &Definition)| {
        let calls = calls.get(name).map_or(&[][..], Vec::as_slice);
        let text = if snippets {
            snippet(name, &usual(calls, definition), definition, delimiter)
        } else {
            name.to_owned()
        };
        let mut item = item(desk, name, CompletionItemKind::Function, span, text);
        item.insert_text_format = snippets.then_some(InsertTextFormat::Snippet);
        item.detail = Some(origin(definition).replace('`', ""));
        // Those that the site calls most come first.
        item.sort_text = Some(format!("{:06}{name}", 999_999_usize.saturating_sub(calls.len())));
        item
    };
    desk.site.definitions.iter().map(one).collect()
}

/// A call with a place for each parameter that is usual, and one for the text between its tags.
fn snippet(name: &str, usual: &[Param], definition: &Definition, delimiter: Delimiter) -> String {
    let mut text = name.to_owned();
    for (number, param) in (1..).zip(usual) {
        text += &match param {
            Param::Named(name) => format!(" {name}=\"${{{number}}}\""),
            Param::Positional(_) => format!(" ${{{number}}}"),
        };
    }
    text += &format!(" {}", delimiter.right());
    if definition.inner == Inner::Used {
        text += &format!("$0{} /{name} {}", delimiter.left(), delimiter.right());
    }
    text
}

/// A template that reads more parameters than these leaves most of them out.
const FEW: usize = 4;

/// How often a site calls a shortcode, and the parameters that it gives in at least half of these calls. Of a shortcode
/// that is not called yet, those that its template reads, if they are few, or else those of which readers see something.
fn usual(calls: &[&Tag], definition: &Definition) -> Vec<Param> {
    let most = |count: usize| count * 2 >= calls.len() && count > 0;
    if calls.is_empty() {
        let read = &definition.summary.parameters;
        let matters = |role: &Role| !matches!(role, Role::Text | Role::Id);
        let chosen = read.iter().filter(|(_, roles)| read.len() <= FEW || roles.keys().any(matters));
        let condition = definition.condition.as_ref().filter(|_| read.is_empty());
        return chosen
            .map(|(param, _)| param.clone())
            .chain(condition.map(|_| Param::Positional(0)))
            .collect();
    }
    let mut counts: BTreeMap<Param, usize> = BTreeMap::new();
    for tag in calls {
        let mut position = 0..;
        for argument in &tag.arguments {
            let param = match &argument.key {
                Some(key) => Param::Named(key.clone()),
                None => Param::Positional(position.next().unwrap_or_default()),
            };
            *counts.entry(param).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, count)| most(*count)).map(|(param, _)| param).collect()
}

/// The values and parameters that a shortcode takes.
fn arguments(desk: &Desk<'_>, name: &str, span: Span) -> Vec<CompletionItem> {
    let Some(definition) = desk.site.definitions.get(name) else { return Vec::new() };
    let mut items = Vec::new();
    if let Some(condition) = &definition.condition
        && let Some(axis) = desk.site.axes.iter().find(|axis| axis.is_asked_by(condition))
    {
        let mut values = axis.values.clone();
        values.sort();
        values.dedup();
        let one = |value: &String| item(desk, value, CompletionItemKind::EnumMember, span, value.clone());
        items.extend(values.iter().map(one));
    }
    if let Some(Choice::Branch { .. }) = &definition.choice
        && let Some(call) = desk.page.call_at(span.start)
        && let Some(parent) = desk.page.calls[call].parent
    {
        let offered = desk.site.definitions.offered(desk.page.tag(parent));
        let one = |(value, _): &(String, Span)| {
            item(desk, value, CompletionItemKind::EnumMember, span, value.clone())
        };
        items.extend(offered.iter().map(one));
    }
    for param in definition.summary.parameters.keys() {
        if let Param::Named(name) = param {
            items.push(item(desk, name, CompletionItemKind::Property, span, format!("{name}=")));
        }
    }
    items
}

/// Pages in the form in which the site links to them, or the anchors of a page, or images.
fn destinations(desk: &Desk<'_>, partial: &str, habit: Habit, byte: u32) -> Vec<CompletionItem> {
    let span = replaced(byte, partial);
    if let Some((path, fragment)) = partial.split_once('#') {
        return anchors(desk, path, replaced(byte, fragment));
    }
    // Outside of a call, a reference is a call.
    let is_call = habit == Habit::Reference && !in_call(desk, byte);
    let here = desk.site.index(desk.page);
    let mut items = Vec::new();
    let others = desk.site.pages.iter().enumerate().filter(|(index, _)| *index != here);
    for (_, page) in others.filter(|(_, page)| desk.site.is_published(page)) {
        let Some(mut text) = habit.destination(desk, page) else { continue };
        if is_call {
            text = format!("{{{{< ref \"{text}\" >}}}}");
        }
        let title = page.front_matter.fields.get("title").and_then(crate::value::Value::to_text);
        let mut item = item(desk, &text, CompletionItemKind::File, span, text.clone());
        item.detail = title;
        item.data = Some(serde_json::json!({ "root": desk.root(), "path": page.path() }));
        items.push(item);
    }
    items
}

/// Whether a byte is within the delimiters of a call.
fn in_call(desk: &Desk<'_>, byte: u32) -> bool {
    let before = &desk.page.source.text[..byte as usize];
    before.rfind("{{").is_some_and(|at| !before[at..].contains("}}"))
}

/// How a site writes links to its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// `/guide/a/`
    Published,
    /// `../guide/a.md`
    File,
    /// `../a/`
    Relative,
    /// A path for `ref`.
    Reference,
}

impl Habit {
    /// As it is begun here; else as most links of the site are.
    fn of(desk: &Desk<'_>, partial: &str) -> Self {
        let counts = desk.site.pages.iter().flat_map(|page| &page.links).filter_map(Self::of_link);
        let mut count = [0_usize; 4];
        counts.for_each(|habit| count[habit as usize] += 1);
        let all = [Self::Published, Self::File, Self::Relative, Self::Reference];
        let usual = |among: &[Self]| among.iter().copied().max_by_key(|habit| count[*habit as usize]);
        let found = match partial.chars().next() {
            Some('/') => Some(Self::Published),
            Some('.') => usual(&[Self::Relative, Self::File]),
            _ => usual(&all),
        };
        found.unwrap_or(Self::Published)
    }

    fn of_link(link: &Link) -> Option<Self> {
        let destination = link.destination.split(['#', '?']).next().unwrap_or_default();
        if link.embedded
            || destination.is_empty()
            || destination.contains(':')
            || destination.starts_with("//")
        {
            return None;
        }
        match link.kind {
            LinkKind::Inline | LinkKind::Reference(_) => Some(match destination {
                own if own.starts_with('/') => Self::Published,
                own if own.ends_with(".md") => Self::File,
                _ => Self::Relative,
            }),
            LinkKind::Argument { role: Role::PageReference, .. } => Some(Self::Reference),
            _ => None,
        }
    }

    fn destination(self, desk: &Desk<'_>, page: &Page) -> Option<String> {
        let is_absolute = matches!(self, Self::Published | Self::Reference);
        let forms = forms(desk.site, desk.page, if is_absolute { "/" } else { "" }, page);
        match self {
            Self::Published | Self::Relative => forms.into_iter().next(),
            Self::File => Some(relative(desk.page.path(), page.path())),
            // The path below the content directory of the page's language, which is what `ref` looks for.
            Self::Reference => forms.into_iter().nth(1),
        }
    }
}

/// The ids of the page at a path.
fn anchors(desk: &Desk<'_>, path: &str, span: Span) -> Vec<CompletionItem> {
    let page = if path.is_empty() { Some(desk.page) } else { page_at(desk, path) };
    let Some(page) = page else { return Vec::new() };
    let ids = &desk.site.anchors[desk.site.index(page)].ids;
    let mut items: Vec<CompletionItem> = Vec::new();
    let mut sorted: Vec<_> = ids.iter().collect();
    sorted.sort_by_key(|id| id.span);
    for id in sorted {
        let mut item = item(desk, &id.id, CompletionItemKind::Reference, span, id.id.clone());
        item.detail = id.heading.map(|heading| page.headings[heading as usize].text.clone());
        item.sort_text = Some(format!("{:06}", id.span.start));
        items.push(item);
    }
    items.dedup_by(|one, other| one.label == other.label);
    items
}

/// The page that a destination on this page leads to.
fn page_at<'d>(desk: &'d Desk<'_>, path: &str) -> Option<&'d Page> {
    let link = Link::supposed(path.to_owned(), LinkKind::Inline, Span::default());
    desk.site.follow(desk.page, &link, false).iter().find_map(|led| desk.target(led))
}

/// The images of the site, with a preview.
fn images(desk: &Desk<'_>, partial: &str, span: Span) -> Vec<CompletionItem> {
    let Some(edition) = desk.site.editions.first() else { return Vec::new() };
    let base = edition.config.base_path.trim_end_matches('/');
    let mut found: Vec<(String, &str)> = Vec::new();
    let directory = desk.page.path().rsplit_once('/').map_or("", |(directory, _)| directory);
    for file in edition.mounts.content.iter().filter(|file| is_image(&file.disk)) {
        if let Some(inside) = file.disk.strip_prefix(directory).and_then(|rest| rest.strip_prefix('/')) {
            found.push((inside.to_owned(), &file.disk));
        }
    }
    let statics = edition.mounts.statics.iter().filter(|(path, _)| is_image(path));
    found.extend(
        statics.map(|(path, disk)| (format!("{base}/{}", path.trim_start_matches('/')), disk.as_str())),
    );
    found.sort();
    found.dedup();
    let wanted =
        |(path, _): &(String, &str)| partial.is_empty() || path.starts_with('/') == partial.starts_with('/');
    found
        .into_iter()
        .filter(wanted)
        .map(|(path, disk)| {
            let mut item = item(desk, &path, CompletionItemKind::File, span, path.clone());
            let uri = uri_of(&desk.root().join(disk));
            item.documentation = uri.and_then(|uri| documentation(format!("![]({})", uri.0)));
            item
        })
        .collect()
}

/// Adds to a page how it begins, when somebody looks at it.
pub(in crate::lsp) fn resolve(server: &Server<'_>, mut item: CompletionItem) -> CompletionItem {
    let word = |key: &str| item.data.as_ref().and_then(|data| data[key].as_str());
    let page = word("root").zip(word("path")).and_then(|(root, path)| server.page(Path::new(root), path));
    let about = page.map(about);
    if let Some(about) = about {
        item.documentation = documentation(about.trim().to_owned());
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_written_shows_before_the_cursor() {
        for (before, expected) in [
            ("a {{< no", Some(Writing::Name(Delimiter::Html, "no"))),
            ("a {{%", Some(Writing::Name(Delimiter::Markdown, ""))),
            ("{{% enabled JP U", Some(Writing::Argument("enabled", "U"))),
            ("{{< figure src=\"/a", Some(Writing::Argument("figure", "/a"))),
            ("{{< ref \"/a", Some(Writing::Reference("/a"))),
            ("[x](/a#b", Some(Writing::Destination("/a#b", false))),
            ("[x](a) ![y](", Some(Writing::Destination("", true))),
            ("{{< a >}} [x", None),
            ("[x](a)", None),
            ("text", None),
        ] {
            assert_eq!(writing(before), expected, "{before}");
        }
    }
}
