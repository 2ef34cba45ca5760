//! What one call of a shortcode prints on one page: [`evaluate`].

use std::collections::BTreeSet;

use super::{
    Family, Known, PageStore, Partials, Quote, Template,
    files::has_calls,
    html::{Part, Place, Sink},
    interpret::{BUDGET, Facts, INNER, UNKNOWN},
    layout::of_facts,
    run::run_known,
    stored::Scope,
    value::{Origin, Value},
};
use crate::hugo::shortcode::Delimiter;

/// What a call prints, as far as that is certain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Printout {
    /// Ids.
    pub ids: Vec<String>,
    /// Whether it prints no other ids but those of its inner text.
    pub closed: bool,
    /// Destinations of links written in HTML, in order.
    pub links: Vec<String>,
    /// How those destinations begin of which the end is not known; `None`: of some, the beginning is not known either.
    pub outside: Option<BTreeSet<String>>,
    /// Content from elsewhere, whose ids are not among these.
    pub quotes: Vec<Quote>,
    /// What a call for Markdown prints, which flows into the text of its page: its headings are not among the ids.
    pub flow: Option<String>,
    /// What it prints into the text of its page, if anything, is known: there are no headings and terms but those in `flow`.
    pub flow_told: bool,
    /// Where it comes from.
    pub flow_of: FlowOf,
    /// All content from elsewhere is that of other pages.
    pub of_pages: bool,
    /// All of it, but for what it computes within tags.
    pub text: Option<String>,
}

/// What running a call shows.
#[derive(Debug)]
pub struct Evaluated {
    /// What it prints.
    pub printout: Printout,
    /// What the store of the page holds behind it, where that is known.
    pub page_store: Option<PageStore>,
    /// How many nodes of templates were read.
    pub nodes: usize,
}

impl Evaluated {
    /// Whether the templates were too much to be read to the end.
    pub fn is_given_up(&self) -> bool {
        self.nodes >= BUDGET
    }
}

impl Printout {
    /// Whether all its ids may be known once those are of what it brings in.
    pub fn may_be_closed(&self) -> bool {
        self.closed || !self.quotes.is_empty()
    }
}

/// Where text comes from that flows into a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FlowOf {
    /// Templates and files: what looks like a call is none.
    #[default]
    Templates,
    /// It is the whole text of another page, by its index.
    Page(usize),
    /// There is text of other pages in it.
    Pages,
}

/// Runs a shortcode's template for a call, and before it those of the calls inside it. The inner text is what they print.
pub fn evaluate(family: &Family<'_>, partials: &Partials, known: &Known<'_>) -> Evaluated {
    let mut facts = family.run(None, partials, known);
    let (page_store, nodes) = (facts.page_store.take(), facts.nodes);
    let mut printout = printout(facts, known);
    // What they hand up is theirs.
    let is_theirs = |link: &String| {
        family.inside.iter().flatten().any(|inside| inside.tag.arguments.iter().any(|own| own.value == *link))
    };
    printout.links.retain(|link| !is_theirs(link));
    Evaluated { printout, page_store, nodes }
}

/// Runs a render hook for an image with this destination.
pub fn evaluate_image<'a>(
    template: &'a Template,
    partials: &'a Partials,
    known: &'a Known<'a>,
    destination: &str,
) -> Printout {
    let unknown = ["Text", "PlainText", "Title", "Attributes", "IsBlock", "Ordinal"];
    let context = unknown.into_iter().map(|name| (name, Origin::Other.into()));
    let context = context.chain(["Page", "PageInner"].map(|name| (name, Origin::Page.into())));
    let context = context.chain([("Destination", Origin::Literal(destination.into()).into())]).collect();
    printout(run_known(template, Value::dict(context), partials, known), known)
}

fn printout(facts: Facts, known: &Known<'_>) -> Printout {
    let ids = of_facts(&facts);
    let constants = ids.constants();
    let flows = known.call.is_some_and(|call| call.delimiter == Delimiter::Markdown);
    let is_exact = !facts.out.contains(UNKNOWN) && !facts.doubtful;
    let has_calls = has_calls(&facts.out);
    // With the inner text in it, it is not read by itself.
    let is_around = facts.out.contains(INNER) && facts.quotes.is_empty();
    let has_headings = flows && is_around && has_own_headings(&facts);
    let is_told = !has_calls && !has_headings && facts.sinks.iter().all(|sink| !may_hold_markup(sink));
    // Text of other pages and files of which something is made that is not followed.
    let reads = !facts.quotes_pages.is_empty() || facts.reads_files;
    let is_lost = reads && facts.sinks.iter().any(is_unfollowed);
    let is_told = is_told && !is_lost;
    let flow_told = flows && is_exact && !is_around;
    let is_flow = flow_told && holds_markup(&facts.out);
    let is_text = is_exact && facts.quotes.is_empty() && !facts.out.contains(INNER);
    let text = is_text.then(|| facts.out.clone());
    let trimmed = facts.out.trim().to_owned();
    let flow = is_flow.then_some(facts.out);
    let all_told = flow.is_some() || is_told;
    // What it stores, other calls print for it.
    let mut on_page = facts.flow.stores.iter().filter(|((scope, _), _)| *scope != Scope::Parent);
    let keeps_all = on_page.all(|(_, value)| is_plain(value));
    Printout {
        closed: ids.is_closed() && constants.is_some() && all_told && keeps_all,
        ids: constants.unwrap_or_default(),
        links: facts.sinks.iter().filter_map(link).collect(),
        outside: outside(&facts.sinks),
        quotes: facts.quotes,
        flow,
        flow_told,
        // Calls in other pages have run before; those in files do not run.
        flow_of: match facts.quotes_pages.as_slice() {
            [] => FlowOf::Templates,
            [only] if known.reads.is_some_and(|own| own.body(*only).trim() == trimmed) => FlowOf::Page(*only),
            _ => FlowOf::Pages,
        },
        of_pages: !facts.quotes_pages.is_empty(),
        text,
    }
}

/// Whether what is printed around an inner text makes headings in Markdown.
fn has_own_headings(facts: &Facts) -> bool {
    let is_line = |line: &str| {
        let line = line.trim();
        !line.is_empty() && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
    };
    facts.sinks.iter().any(|sink| sink.place == Place::MarkdownHeading) || facts.out.lines().any(is_line)
}

/// Whether a text may hold headings, defined terms, links or anything else than plain text.
fn holds_markup(out: &str) -> bool {
    let defines = || out.lines().any(|line| line.trim_start().starts_with(':'));
    let is_marked = out.contains(['#', '=', '-', '[', '{']) || defines();
    is_marked && !out.trim_matches(INNER).trim().is_empty()
}

/// Whether what is stored brings no ids wherever it is printed.
fn is_plain(value: &Value) -> bool {
    let is_marked = |text: &str| text.contains(['<', '#', '\n']);
    !value.any(|leaf| match leaf {
        Origin::Literal(text) => is_marked(text),
        Origin::Bool(_) | Origin::Nil => false,
        _ => true,
    })
}

/// Whether known text that is printed may be HTML or Markdown that brings ids along.
fn may_hold_markup(sink: &Sink) -> bool {
    let is_markup = |leaf: &Origin| match leaf {
        Origin::Literal(text) => text.contains("id=") || text.starts_with('#') || text.contains("\n#"),
        Origin::Fixed(_) => true,
        _ => false,
    };
    sink.place == Place::Text && sink.parts.iter().filter_map(Part::value).any(|value| value.any(is_markup))
}

/// Whether something is printed as text of which it is not known what it is.
fn is_unfollowed(sink: &Sink) -> bool {
    let is_other = |leaf: &Origin| matches!(leaf, Origin::Other | Origin::InnerChanged);
    sink.place == Place::Text && sink.parts.iter().filter_map(Part::value).any(|value| value.any(is_other))
}

/// How the destinations begin that lead elsewhere, if they are not known wholly; `None`: of some it is not even known that
/// they do.
fn outside(sinks: &[Sink]) -> Option<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for sink in sinks {
        match &sink.place {
            Place::Attribute(tag, name) => match (tag.as_str(), name.as_str()) {
                ("a" | "area", "href") | ("img" | "iframe", "src") => {}
                _ => continue,
            },
            Place::Destination { .. } => {}
            Place::Tag(_) => return None,
            _ => continue,
        }
        let (start, is_whole) = beginning(&sink.parts);
        let host = start.split_once("//").filter(|(scheme, _)| matches!(*scheme, "" | "http:" | "https:"));
        let leads_out = host.is_some_and(|(_, rest)| rest.contains('/') && !rest.starts_with('/'));
        match (leads_out, is_whole && sink.conditions.is_empty()) {
            // It is one of those that are known.
            (true, true) if link(sink).is_some() => {}
            (true, _) => _ = found.insert(start),
            (false, true) => {}
            (false, false) => return None,
        }
    }
    Some(found)
}

/// What is known of a text from its beginning on, and whether that is all of it.
fn beginning(parts: &[Part]) -> (String, bool) {
    let mut known = String::new();
    for part in parts {
        match part {
            Part::Literal(text) => known.push_str(text),
            Part::Value(value) => match value.only() {
                Some(Origin::Literal(text)) => known.push_str(text),
                Some(Origin::Concat(parts, _)) => {
                    let parts: Vec<Part> = parts.iter().cloned().map(Part::Value).collect();
                    let (text, is_whole) = beginning(&parts);
                    known.push_str(&text);
                    if !is_whole {
                        return (known, false);
                    }
                }
                _ => return (known, false),
            },
        }
    }
    (known, true)
}

/// The destination of a link that is printed in any case.
fn link(sink: &Sink) -> Option<String> {
    let is_link = matches!(&sink.place, Place::Attribute(tag, name) if matches!(tag.as_str(), "a" | "area") && name == "href");
    if !is_link || !sink.conditions.is_empty() {
        return None;
    }
    let parts: Option<Vec<&str>> = sink
        .parts
        .iter()
        .map(|part| match part {
            Part::Literal(text) => Some(text.as_str()),
            Part::Value(value) => Value::literal(value),
        })
        .collect();
    parts.map(|parts| parts.concat()).filter(|destination| !destination.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        hugo::{
            shortcode,
            templates::{SiteData, parse},
            version::Version,
        },
        source::Span,
        value::{self, Format},
    };

    fn printed(template: &str, call: &str) -> Printout {
        let data = "cli:\n  v2:\n  - {Name: viz, Text: a}\n  - {Name: viz stat, Text: b}\n  - {Name: jaeger run, Text: c}\n";
        let read = |text: &str| value::parse(Format::Yaml, text, Span::new(0, text.len())).0;
        let data = SiteData::new(read(data).into(), [].into());
        let fields = read("on: true\ntags: [a, b]\n");
        let params = read("Latest: v2\n");
        let scan = shortcode::scan(call, Span::new(0, call.len()), Version::NEWEST);
        let known = Known {
            fields: &|key| Some(fields.get(key).cloned()),
            params: &|key| Some(params.get(key).cloned()),
            data: Some(&data),
            kind: "page",
            section: "docs",
            language: "en",
            call: scan.tags.first(),
            ordinal: Some(&|| 2),
            ..Known::nothing()
        };
        let tag = scan.tags.first().expect("a call");
        let template = parse(template);
        evaluate(
            &Family { tag, ordinal: 0, template: &template, inside: Some(Vec::new()), page_store: None },
            &Partials::new([
                ("_partials/version.html", "{{ return (index hugo.Data.cli site.Params.latest) }}"),
                (
                    "_partials/either.html",
                    r#"{{ if page.Title }}{{ return "/titled" }}{{ end }}{{ return "/bare" }}"#,
                ),
            ]),
            &known,
        )
        .printout
    }

    #[test]
    fn known_values_are_followed() {
        for (template, ids, links) in [
            (r##"<a id="{{ .Get 0 | upper }}" href="#{{ .Get 0 }}">"##, &["VIZ"][..], &["#viz"][..]),
            (
                r#"{{ $d := partial "version" . }}{{ range where $d "Name" "like" (printf `^%s .+` (.Get 0)) }}{{ $n := index (split .Name " ") 1 }}<a href="{{ printf "@%s" $n }}">{{ .Text }}</a>{{ end }}"#,
                &[],
                &["@stat"],
            ),
            (
                r#"{{ range $i, $t := .Page.Params.tags }}<b id="{{ $t }}-{{ $i }}">{{ end }}"#,
                &["a-0", "b-1"],
                &[],
            ),
            (r#"{{ if .Page.Params.on }}<b id="on">{{ else }}<b id="off">{{ end }}"#, &["on"], &[]),
            (r#"{{ if not .Page.Params.off }}<b id="{{ anchorize "A B" }}">{{ end }}"#, &["a-b"], &[]),
            (r#"<b id="{{ printf "tabs-%d" .Ordinal }}">"#, &["tabs-2"], &[]),
            (r#"{{ .Page.TableOfContents }}"#, &["TableOfContents"], &[]),
            (r#"<b id="{{ .Page.Section }}">{{ with .Get "x" }}<b id="x">{{ end }}"#, &["docs"], &[]),
            (r#"{{ if .Page.Title }}<a href="/maybe">{{ end }}<a href="/sure">"#, &[], &["/sure"]),
        ] {
            let out = printed(template, "{{< a viz >}}");
            assert_eq!(
                (out.ids.as_slice(), out.links.as_slice(), out.closed),
                (
                    &ids.iter().map(ToString::to_string).collect::<Vec<_>>()[..],
                    &links.iter().map(ToString::to_string).collect::<Vec<_>>()[..],
                    true
                ),
                "{template}"
            );
        }
    }

    #[test]
    fn what_may_be_changed_elsewhere_is_not_printed_in_any_case() {
        for template in [
            r#"<b id="{{ .Page.Title }}">{{ $u := "/a" }}{{ if .Page.Title }}{{ $u = "/b" }}{{ end }}<a href="{{ $u }}"><a href="/sure">"#,
            r#"<a href="{{ partial "either.html" . }}"><a href="/sure">"#,
            r#"{{ .Scratch.Set "u" "/a" }}{{ if .Page.Title }}<b id="{{ .Page.Title }}">{{ .Scratch.Set "u" "/b" }}{{ end }}<a href="{{ .Scratch.Get "u" }}"><a href="/sure">"#,
        ] {
            assert_eq!(printed(template, "{{< a viz >}}").links, ["/sure"], "{template}");
        }
    }

    #[test]
    fn what_is_not_known_leaves_a_call_open() {
        for template in [
            r#"<b id="{{ .Page.Title }}">"#,
            r#"{{ range .Page.Pages }}{{ .Content }}{{ end }}"#,
            r#"{{ partial "missing" . }}"#,
            r#"{{ readFile "x" | safeHTML }}"#,
            r#"<b id="{{ printf "%09999999999d" .Ordinal }}">"#,
        ] {
            assert!(!printed(template, "{{< a viz >}}").closed, "{template}");
        }
    }
}
