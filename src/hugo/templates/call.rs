//! What one call of a shortcode prints on one page: [`evaluate`].

use super::{
    Known, Partials, Template,
    html::{Part, Place, Sink},
    interpret::run_call,
    layout::of_facts,
    value::{Origin, Value},
};

/// What a call prints, as far as that is certain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Printout {
    /// Ids.
    pub ids: Vec<String>,
    /// Whether it prints no other ids but those of its inner text.
    pub closed: bool,
    /// Destinations of links written in HTML, in order.
    pub links: Vec<String>,
}

/// Runs a shortcode's template for a call.
pub fn evaluate<'a>(template: &'a Template, partials: &'a Partials, known: &'a Known<'a>) -> Printout {
    let facts = run_call(template, partials, known);
    let ids = of_facts(&facts);
    let constants = ids.constants();
    let all_told = facts.sinks.iter().all(|sink| !may_hold_markup(sink));
    Printout {
        // What it stores, other calls print for it.
        closed: ids.is_closed() && constants.is_some() && all_told && facts.flow.stores.is_empty(),
        ids: constants.unwrap_or_default(),
        links: facts.sinks.iter().filter_map(link).collect(),
    }
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
            config::IdType,
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
        let data = SiteData::new(read(data));
        let fields = read("on: true\ntags: [a, b]\n");
        let params = read("Latest: v2\n");
        let scan = shortcode::scan(call, Span::new(0, call.len()), Version::NEWEST);
        let known = Known {
            fields: &|key| fields.get(key).cloned(),
            params: &|key| params.get(key).cloned(),
            data: Some(&data),
            kind: "page",
            section: "docs",
            language: "en",
            id_type: IdType::Github,
            call: scan.tags.first(),
        };
        evaluate(
            &parse(template),
            &Partials::new([(
                "_partials/version.html",
                "{{ return (index hugo.Data.cli site.Params.latest) }}",
            )]),
            &known,
        )
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
    fn what_is_not_known_leaves_a_call_open() {
        for template in [
            r#"<b id="{{ .Page.Title }}">"#,
            r#"{{ range .Page.Pages }}{{ .Content }}{{ end }}"#,
            r#"{{ partial "missing" . }}"#,
            r#"{{ readFile "x" | safeHTML }}"#,
        ] {
            assert!(!printed(template, "{{< a viz >}}").closed, "{template}");
        }
    }
}
