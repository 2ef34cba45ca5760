//! The pages that a content adapter adds: [`adapted`]. Hugo: `hugolib/pagesfromdata/pagesfromgotmpl.go`.

use super::{
    Known, Partials, Template,
    entries::Entries,
    interpret::Interpreter,
    run::run_adapter,
    stored::Scope,
    value::{Origin, Value},
};
use crate::{
    source::Span,
    value::{Data, Entry, Value as Datum},
};

/// Fields that decide nothing about where a page is published, so that they need not be known.
const IDLE: [&str; 12] = [
    "content",
    "description",
    "keywords",
    "lastmod",
    "linktitle",
    "menu",
    "menus",
    "params",
    "resources",
    "sitemap",
    "summary",
    "weight",
];

/// The pages that a content adapter adds, each as its front matter; `None`: not all that it adds is known.
pub fn adapted(template: &Template, partials: &Partials, known: &Known<'_>) -> Option<Vec<Datum>> {
    let facts = run_adapter(template, partials, known);
    let is_known = !facts.adds_more && !facts.opaque && !facts.doubtful;
    is_known.then_some(facts.added)
}

impl Interpreter<'_> {
    /// A method of what a content adapter is handed.
    pub(super) fn adapter_method(&mut self, name: &str, args: &[Value]) -> Value {
        match name {
            "AddPage" => {
                let is_sure = self.conditions.is_empty() && !self.doubtful && !self.lost;
                match args.first().filter(|_| is_sure).and_then(front_matter) {
                    Some(page) => self.facts.added.push(page),
                    None => self.facts.adds_more = true,
                }
            }
            "AddResource" | "EnableAllLanguages" | "EnableAllDimensions" => self.facts.adds_more = true,
            "Site" => return Origin::Site.into(),
            "Store" | "Scratch" => return Origin::Scratch(Scope::Fresh).into(),
            _ => return Origin::Other.into(),
        }
        Origin::Literal("".into()).into()
    }
}

/// What an adapter says of a page. Its dates are a map of their own there.
fn front_matter(page: &Value) -> Option<Datum> {
    let Origin::Dict(entries) = page.only()? else { return None };
    let mut fields = Vec::new();
    for (key, value) in entries.iter() {
        let key = key.to_lowercase();
        match datum(value) {
            Some(value) if key == "dates" => fields.extend(value.entries().iter().cloned()),
            Some(value) => fields.push(entry(&key, value)),
            None if IDLE.contains(&key.as_str()) => {}
            None => return None,
        }
    }
    Some(of(Data::Map(fields)))
}

fn entry(key: &str, value: Datum) -> Entry {
    Entry { key: key.to_owned(), key_span: Span::default(), value }
}

fn of(data: Data) -> Datum {
    Datum { data, span: Span::default() }
}

/// A value as data, if it is known.
fn datum(value: &Value) -> Option<Datum> {
    let map = |entries: &Entries| {
        let entries = entries.iter().map(|(key, value)| Some(entry(key, datum(value)?)));
        Some(Data::Map(entries.collect::<Option<_>>()?))
    };
    Some(of(match value.only()? {
        Origin::Nil => Data::Null,
        Origin::Bool(flag) => Data::Bool(*flag),
        Origin::Literal(text) => Data::String(text.to_string()),
        Origin::Dict(entries) => map(entries)?,
        Origin::Fixed(fixed) => match fixed.list() {
            Some(items) => Data::List(items.map(datum).collect::<Option<_>>()?),
            None => map(fixed.entries()?)?,
        },
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        hugo::templates::{SiteData, parse},
        value::{Format, parse as parse_data},
    };

    /// The paths of the pages that an adapter adds; `None`: that is not known.
    fn paths(adapter: &str) -> Option<Vec<String>> {
        let text = "books:\n- {id: a, title: A}\n- {id: b, title: B}\n";
        let data = parse_data(Format::Yaml, text, Span::new(0, text.len()));
        let data = SiteData::new(data.0.into(), [].into());
        let known = Known { data: Some(&data), ..Known::nothing() };
        let pages = adapted(&parse(adapter), &Partials::default(), &known)?;
        pages.iter().map(|page| page.get("path")?.to_text()).collect()
    }

    #[test]
    fn pages_of_data_are_known() {
        for (adapter, found) in [
            (
                r#"{{ range hugo.Data.books }}{{ $.AddPage (dict "path" (printf "of/%s" .id) "title" .title) }}{{ end }}"#,
                Some(&["of/a", "of/b"][..]),
            ),
            (r#"{{ .AddPage (dict "path" "x" "content" (dict "value" .Site.Title)) }}"#, Some(&["x"])),
            (r#"{{ if eq 1 2 }}{{ .AddPage (dict "path" "x") }}{{ end }}"#, Some(&[])),
            (r#"{{ if .Site.Title }}{{ .AddPage (dict "path" "x") }}{{ end }}"#, None),
            (r#"{{ .AddPage (dict "path" .Site.Title) }}"#, None),
            (r#"{{ .AddPage (dict "path" "x" "slug" .Site.Title) }}"#, None),
            (r#"{{ .EnableAllLanguages }}{{ .AddPage (dict "path" "x") }}"#, None),
            (r#"{{ partial "unknown" . }}{{ .AddPage (dict "path" "x") }}"#, None),
        ] {
            let found: Option<Vec<String>> =
                found.map(|found| found.iter().map(ToString::to_string).collect());
            assert_eq!(paths(adapter), found, "{adapter}");
        }
    }
}
