//! The ids that the templates of a page print around its content: [`printed_ids`].
//!
//! The templates are run without knowing the page, so that an id is a *shape*: what stands in the template, and holes
//! for what is computed. Ids that are in none of the shapes are not on the page, unless they come with the content or
//! with text from elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Known, Partials, Quote,
    html::{Part, Place, Sink},
    interpret::Facts,
    parse::{Template, parse},
    run::run_layout,
    value::{Origin, Value},
};

/// The ids that a page's templates may print, besides those in its content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LayoutIds {
    /// The literal parts of each id, in order; between any two of them stands something computed.
    shapes: BTreeSet<Vec<String>>,
    /// They may print any id: why.
    pub open: Option<&'static str>,
    /// They print the content of other pages, or summaries of it.
    pub other_content: Other,
    /// They print the content of these pages, by their indexes in [`crate::site::Site::pages`], surely (`true`) or
    /// perhaps.
    pub quoted: BTreeMap<usize, bool>,
    /// Markdown texts that they surely print as HTML, each a document of its own, whose ids are not among these.
    pub rendered: Vec<String>,
    /// They print summaries of pages of these types.
    pub summaries_of: BTreeSet<String>,
    /// They print HTML that is no content and stands in front matter, configuration, data or translations.
    pub prints_text: bool,
    /// They read files, and print what they have made of some text in a way that is not followed.
    pub prints_files: bool,
}

/// What a page's templates print of other pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Other {
    /// Nothing that may hold ids.
    #[default]
    Nothing,
    /// Summaries.
    Summaries,
    /// All of their content.
    Content,
}

/// So many ids that one attribute may have are told apart.
const MOST: usize = 64;

impl LayoutIds {
    /// Whether the id stands in a template.
    pub fn has(&self, id: &str) -> bool {
        self.shapes.iter().any(|shape| matches!(shape.as_slice(), [only] if only == id))
    }

    /// Adds ids that are printed as they are.
    pub fn add(&mut self, ids: impl IntoIterator<Item = String>) {
        self.shapes.extend(ids.into_iter().map(|id| vec![id]));
    }

    /// All ids, if none is computed.
    pub(super) fn constants(&self) -> Option<Vec<String>> {
        self.shapes
            .iter()
            .map(|shape| if let [only] = shape.as_slice() { Some(only.clone()) } else { None })
            .collect()
    }

    /// Whether there are no ids but those that stand or are computed in the templates.
    pub(super) fn is_closed(&self) -> bool {
        self.open.is_none()
            && self.other_content == Other::Nothing
            && self.quoted.is_empty()
            && self.rendered.is_empty()
            && self.summaries_of.is_empty()
    }

    /// Whether a template may compute the id.
    pub fn may_compute(&self, id: &str) -> bool {
        self.shapes.iter().any(|shape| fits(shape, id))
    }
}

/// Whether an id is the first part, then the others in order, the last one at its end.
fn fits(shape: &[String], id: &str) -> bool {
    let [first, middle @ .., last] = shape else { return false };
    let Some(mut rest) = id.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str()))
    else {
        return false;
    };
    middle.iter().all(|part| match rest.find(part.as_str()) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// A page's template, with the base that prints the blocks which it defines.
pub fn whole(template: &str, base: Option<&str>) -> Template {
    let own = parse(template);
    let Some(base) = base.map(parse) else { return own };
    let mut defines = base.defines;
    defines.extend(own.defines);
    Template { nodes: base.nodes, defines, problem: own.problem.or(base.problem) }
}

/// The ids that a page's template prints, for any page or for one that is known; `base` prints the blocks that it
/// defines.
pub fn printed_ids(
    template: &str,
    base: Option<&str>,
    partials: &Partials,
    known: Option<&Known<'_>>,
) -> LayoutIds {
    let whole = whole(template, base);
    if whole.problem.is_some() {
        return LayoutIds { open: Some("the page's layout cannot be read"), ..LayoutIds::default() };
    }
    let facts = run_layout(&whole, partials, known);
    let mut ids = of_facts(&facts);
    ids.prints_files = facts.reads_files && (facts.prints_text || ids.other_content == Other::Content);
    ids.quoted.extend(facts.quotes_pages.iter().map(|page| (*page, false)));
    for quote in facts.quotes {
        match quote {
            Quote::Page(page) => _ = ids.quoted.insert(page, true),
            Quote::Markdown(text, _) if !may_hold_ids(&text) => {}
            Quote::Markdown(text, _) => ids.rendered.push(text),
        }
    }
    ids
}

/// Whether something printed may be, or bring along, an id that is not known.
pub(super) fn may_have_any_id(sink: &Sink) -> bool {
    let mut ids = LayoutIds::default();
    ids.take(sink, true);
    !ids.is_closed() || ids.constants().is_none()
}

pub(super) fn of_facts(facts: &Facts) -> LayoutIds {
    let mut own = LayoutIds {
        prints_text: facts.prints_text,
        summaries_of: facts.summaries_of.clone(),
        ..LayoutIds::default()
    };
    if facts.opaque {
        own.open = Some("the page's layout is too large to be followed");
    }
    if facts.summaries {
        own.other_content = Other::Summaries;
    }
    let mut is_named = false;
    for sink in &facts.sinks {
        own.take(sink, is_named);
        is_named = matches!(sink.place, Place::Tag(_)) && sink.parts.iter().all(names_another);
    }
    own
}

impl LayoutIds {
    /// `is_named`: the sink before it was the name of an attribute that makes no anchor.
    fn take(&mut self, sink: &Sink, is_named: bool) {
        let values = || sink.parts.iter().filter_map(Part::value);
        match &sink.place {
            Place::Attribute(tag, name) if name == "id" || name == "name" && tag == "a" => {
                self.shapes.extend(shapes(&sink.parts).filter(|shape| *shape != [String::new()]));
            }
            Place::Attribute(_, name) if name == "?" && !is_named => {
                self.open = Some("the page's layout prints attributes of computed names");
            }
            Place::Tag(_) if !values().all(names_no_id) => {
                self.open = Some("the page's layout prints computed attributes");
            }
            Place::Text => {
                values().for_each(|value| value.leaves(&mut |leaf| self.quote(leaf)));
                let has_anchor = |text: &str| text.contains("id=") || text.contains("name=");
                let is_html = |origin: &Origin| {
                    matches!(origin, Origin::Concat(parts, true)
                        if parts.iter().any(|part| part.literal().is_some_and(has_anchor)))
                };
                if values().any(|value| value.origins().iter().any(is_html)) {
                    self.open = Some("the page's layout prints HTML from elsewhere");
                }
                if values().any(|value| value.any(|leaf| matches!(leaf, Origin::Opaque | Origin::Stored))) {
                    self.open = Some("the page's layout prints what cannot be followed");
                }
            }
            _ => {}
        }
    }

    fn quote(&mut self, leaf: &Origin) {
        match leaf {
            Origin::Quote(quote) if let Quote::Page(page) = **quote => {
                self.quoted.entry(page).or_insert(false);
            }
            Origin::Quote(quote) if matches!(&**quote, Quote::Markdown(text, _) if !may_hold_ids(text)) => {}
            Origin::Content | Origin::Quote(_) => self.other_content = Other::Content,
            _ => {}
        }
    }
}

/// Whether there may be headings, HTML, attributes or footnotes in a Markdown text.
fn may_hold_ids(text: &str) -> bool {
    let is_mark = |line: &str| line.trim_start().starts_with(['#', '=', '-', ':']);
    text.contains(['<', '{']) || text.contains("[^") || text.lines().any(is_mark)
}

/// Whether a part of a tag is the name of an attribute that makes no anchor.
fn names_another(part: &Part) -> bool {
    let of = |origin: &Origin| matches!(origin, Origin::Literal(name) if !matches!(&**name, "id" | "name"));
    part.value().is_none_or(|value| value.origins().iter().all(of))
}

/// Whether attributes that a template has put together are none that make an anchor. What it has not declared safe is
/// printed as text and makes none.
fn names_no_id(value: &Value) -> bool {
    let of = |origin: &Origin| match origin {
        Origin::Concat(parts, _) => {
            let mut alternatives = vec![vec![String::new()]];
            parts.iter().for_each(|part| extend(&mut alternatives, part));
            alternatives.iter().all(|shape| {
                let before: Vec<&str> = shape.iter().map(String::as_str).collect();
                // A hole stands for a name that may be any.
                let text = before.join("\u{1}");
                text.match_indices('=').all(|(at, _)| {
                    let name = text[..at].trim_end().rsplit(|c: char| c.is_whitespace() || c == '"').next();
                    !matches!(name, Some("id" | "name")) && !name.is_some_and(|name| name.ends_with('\u{1}'))
                })
            })
        }
        Origin::Literal(text) => !text.contains("id=") && !text.contains("name="),
        Origin::Opaque | Origin::Content => false,
        _ => true,
    };
    value.origins().iter().all(of)
}

/// All ids that an attribute's value may be.
fn shapes(parts: &[Part]) -> impl Iterator<Item = Vec<String>> {
    let mut alternatives = vec![vec![String::new()]];
    for part in parts {
        match part {
            Part::Literal(text) => alternatives.iter_mut().for_each(|shape| append(shape, text)),
            Part::Value(value) => extend(&mut alternatives, value),
        }
    }
    alternatives.into_iter()
}

fn append(shape: &mut [String], text: &str) {
    if let Some(last) = shape.last_mut() {
        last.push_str(text);
    }
}

/// Puts every possible value behind every shape.
fn extend(shapes: &mut Vec<Vec<String>>, value: &Value) {
    let mut all: Vec<Vec<String>> = Vec::new();
    for origin in value.origins() {
        let mut own = shapes.clone();
        match origin {
            Origin::Literal(text) => own.iter_mut().for_each(|shape| append(shape, text)),
            Origin::Nil => {}
            Origin::Concat(parts, _) => parts.iter().for_each(|part| extend(&mut own, part)),
            _ => own.iter_mut().for_each(|shape| shape.push(String::new())),
        }
        all.extend(own);
    }
    all.sort();
    all.dedup();
    if all.len() > MOST {
        all = vec![vec![String::new(), String::new()]];
    }
    *shapes = all;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &str)], template: &str, base: Option<&str>) -> LayoutIds {
        printed_ids(template, base, &Partials::new(files.iter().copied()), None)
    }

    #[test]
    fn ids_of_a_template_its_base_and_its_partials() {
        let base =
            r#"<nav id="nav">{{ partial "menu.html" . }}</nav>{{ block "main" . }}<p id="not">{{ end }}"#;
        let page = r#"{{ define "main" }}<main id="main">{{ .Content }}</main>{{ end }}"#;
        let menu =
            r#"{{ range .Site.Menus.main }}<li id="menu-{{ .Identifier }}-item">{{ .Name }}</li>{{ end }}"#;
        let ids = of(&[("_partials/menu.html", menu)], page, Some(base));
        assert_eq!((ids.open, ids.prints_text), (None, false));
        for (id, has, may) in [
            ("nav", true, false),
            ("main", true, false),
            ("not", false, false),
            ("menu-x-item", false, true),
            ("menu-x", false, false),
        ] {
            assert_eq!((ids.has(id), ids.may_compute(id)), (has, may), "{id}");
        }
    }

    #[test]
    fn what_may_print_any_id() {
        for (template, open, prints_text) in [
            ("{{ .Content }} {{ .TableOfContents }}", false, false),
            ("{{ range .Pages }}{{ .Title }}{{ end }}", false, false),
            ("{{ range .Pages }}{{ .Content }}{{ end }}", true, false),
            ("{{ range .Pages }}{{ .Summary }}{{ end }}", true, false),
            ("{{ range .Pages }}{{ .Content | plainify }}{{ end }}", false, false),
            (
                "{{ with resources.Get \"logo.svg\" }}{{ (. | minify).Content | safeHTML }}{{ end }}",
                false,
                false,
            ),
            ("{{ range .Pages }}{{ .Render \"missing\" }}{{ end }}", true, false),
            ("{{ range .Pages }}{{ .Render \"li\" }}{{ end }}", false, false),
            ("{{ .Render \"li\" }}", false, false),
            ("{{ partial \"missing.html\" . }}", true, false),
            ("{{ partial \"opengraph.html\" . }}", false, false),
            ("{{ template \"_internal/schema.html\" . }}", false, false),
            ("{{ .Params.text | markdownify }}", false, true),
            ("{{ i18n \"hello\" | safeHTML }}", false, true),
            ("{{ \"<b>\" | safeHTML }}", false, false),
            ("<a {{ printf \"href=%q\" .RelPermalink | safeHTMLAttr }}>", false, false),
            ("<a {{ printf \"id=%q\" .RelPermalink | safeHTMLAttr }}>", true, false),
            ("<a {{ .Params.attributes | safeHTMLAttr }}>", true, false),
            ("<a {{ range $k, $v := .Params.a }}{{ $k }}=\"{{ $v }}\"{{ end }}>", true, false),
            ("<a{{ range $k, $v := dict \"id\" .URL }} {{ $k }}=\"{{ $v }}\"{{ end }}>", true, false),
            (
                "<a{{ range $k, $v := dict \"href\" .URL }}{{ printf \" %s=%q\" $k $v | safeHTMLAttr }}{{ end }}>",
                false,
                false,
            ),
        ] {
            let ids = of(&[("docs/li.html", "<li>{{ .Title }}</li>")], template, None);
            let may_be_any =
                ids.open.is_some() || ids.may_compute("any") || ids.other_content != Other::Nothing;
            assert_eq!((may_be_any, ids.prints_text), (open, prints_text), "{template}: {ids:?}");
        }
    }

    #[test]
    fn summaries_of_pages_of_one_type() {
        let item = ("_partials/item.html", "{{ .page.Summary }}");
        for (template, types, any) in [
            (r#"{{ range where .Pages "Type" "post" }}{{ .Summary }}{{ end }}"#, vec!["post"], false),
            (
                r#"{{ range first 3 (where .Site.RegularPages "Type" "eq" "post").ByDate.Reverse }}{{ partial "item.html" (dict "page" .) }}{{ end }}"#,
                vec!["post"],
                false,
            ),
            (
                r#"{{ range where .Pages "Type" "in" .Site.MainSections }}{{ .Summary }}{{ end }}"#,
                vec![],
                true,
            ),
            (r#"{{ range where .Pages "Type" "ne" "post" }}{{ .Summary }}{{ end }}"#, vec![], true),
        ] {
            let ids = of(&[item], template, None);
            let found: Vec<&str> = ids.summaries_of.iter().map(String::as_str).collect();
            assert_eq!((found, ids.other_content == Other::Summaries), (types, any), "{template}");
        }
    }

    #[test]
    fn a_template_that_calls_itself_is_followed_twice() {
        let tree =
            r#"{{ define "tree" }}<li id="{{ .at }}">{{ template "tree" (dict "at" "deep") }}</li>{{ end }}"#;
        let ids = of(&[], &format!("{{{{ template \"tree\" (dict \"at\" \"top\") }}}}{tree}"), None);
        assert_eq!((ids.has("top"), ids.has("deep"), ids.open), (true, true, None));
    }

    #[test]
    fn an_id_that_only_one_branch_continues() {
        let ids = of(&[], r#"<p id="a{{ if .X }}-b{{ end }}">"#, None);
        assert!(ids.may_compute("a") && ids.may_compute("a-b"), "{ids:?}");
    }
}
