//! Output formats: what Hugo publishes of a page besides, or instead of, HTML, and under which file names.
//!
//! Hugo: `output/outputFormat.go`, `output/config.go`, `media/builtin.go`, `config/allconfig/allconfig.go`.

use super::{cascade::Fields, config::Config};
use crate::value::Value;

/// One output format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFormat {
    /// Its name, lower-cased.
    pub name: String,
    /// `mediaType`, such as `text/html`.
    pub media_type: String,
    /// The first suffix of its media type with the dot: `.html`; empty for a media type without suffixes.
    pub suffix: String,
    /// All suffixes of its media type, without the dot.
    pub suffixes: Vec<String>,
    /// `path`: a directory in front of everything.
    pub path: String,
    /// `baseName`, `index` by default.
    pub base_name: String,
    /// `isPlainText`
    pub is_plain_text: bool,
    /// `isHTML`
    pub is_html: bool,
    /// `noUgly`
    pub no_ugly: bool,
    /// `ugly`
    pub ugly: bool,
    /// `root`: its path starts at the root, whatever the language.
    pub root: bool,
    /// `permalinkable`
    pub permalinkable: bool,
}

/// The output formats of a site, and which kinds of pages have which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outputs {
    formats: Vec<OutputFormat>,
    kinds: Vec<(String, Vec<usize>)>,
    media_types: Vec<(String, Vec<String>)>,
}

/// Media types with their suffixes, in Hugo's order.
const MEDIA_TYPES: [(&str, &[&str]); 17] = [
    ("text/calendar", &["ics"]),
    ("text/css", &["css"]),
    ("text/csv", &["csv"]),
    ("text/html", &["html", "htm"]),
    ("text/javascript", &["js", "jsm", "mjs"]),
    ("application/json", &["json"]),
    ("application/manifest+json", &["webmanifest"]),
    ("application/rss+xml", &["xml", "rss"]),
    ("application/xml", &["xml"]),
    ("image/svg+xml", &["svg"]),
    ("text/plain", &["txt"]),
    ("application/toml", &["toml"]),
    ("application/yaml", &["yaml", "yml"]),
    ("text/markdown", &["md", "mdown", "markdown"]),
    ("text/x-gotmpl", &["gotmpl"]),
    ("application/pdf", &["pdf"]),
    ("text/org", &["org"]),
];

impl OutputFormat {
    fn named(name: &str, media_type: &str, base_name: &str) -> Self {
        Self {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            suffix: String::new(),
            suffixes: Vec::new(),
            path: String::new(),
            base_name: base_name.to_owned(),
            is_plain_text: false,
            is_html: false,
            no_ugly: false,
            ugly: false,
            root: false,
            permalinkable: false,
        }
    }

    fn read(&mut self, table: &Value) {
        let text = |key: &str| table.get(key).and_then(Value::to_text);
        for (key, slot) in
            [("mediatype", &mut self.media_type), ("path", &mut self.path), ("basename", &mut self.base_name)]
        {
            if let Some(own) = text(key) {
                *slot = own;
            }
        }
        for (key, slot) in [
            ("isplaintext", &mut self.is_plain_text),
            ("ishtml", &mut self.is_html),
            ("nougly", &mut self.no_ugly),
            ("ugly", &mut self.ugly),
            ("root", &mut self.root),
            ("permalinkable", &mut self.permalinkable),
        ] {
            if let Some(own) = table.get(key).and_then(Value::as_bool) {
                *slot = own;
            }
        }
    }

    /// Whether its media type has this suffix.
    pub fn has_suffix(&self, suffix: &str) -> bool {
        self.suffixes.iter().any(|own| own.eq_ignore_ascii_case(suffix))
    }

    /// Whether it is published as a web page: `x.html`.
    pub fn is_web_page(&self) -> bool {
        matches!(self.suffix.as_str(), ".html" | ".htm")
    }
}

/// The formats that Hugo knows without configuration. Hugo: `output/outputFormat.go`, `DefaultFormats`.
fn default_formats() -> Vec<OutputFormat> {
    let named = OutputFormat::named;
    let plain = |name, media, base| OutputFormat { is_plain_text: true, ..named(name, media, base) };
    vec![
        // HTML has a weight, the others follow by name.
        OutputFormat { is_html: true, permalinkable: true, ..named("html", "text/html", "index") },
        OutputFormat { is_html: true, permalinkable: true, ugly: true, ..named("404", "text/html", "") },
        OutputFormat { is_html: true, ugly: true, ..named("alias", "text/html", "") },
        OutputFormat {
            is_html: true,
            permalinkable: true,
            path: "amp".to_owned(),
            ..named("amp", "text/html", "index")
        },
        plain("calendar", "text/calendar", "index"),
        plain("css", "text/css", "styles"),
        plain("csv", "text/csv", "index"),
        plain("gotmpl", "text/x-gotmpl", ""),
        plain("json", "application/json", "index"),
        plain("markdown", "text/markdown", "index"),
        OutputFormat { root: true, ..plain("robots", "text/plain", "robots") },
        OutputFormat { no_ugly: true, ..named("rss", "application/rss+xml", "index") },
        OutputFormat { ugly: true, ..named("sitemap", "application/xml", "sitemap") },
        OutputFormat { ugly: true, root: true, ..named("sitemapindex", "application/xml", "sitemap") },
        plain("webappmanifest", "application/manifest+json", "manifest"),
    ]
}

fn media_types(config: &Config) -> Vec<(String, Vec<String>)> {
    let mut types: Vec<(String, Vec<String>)> = MEDIA_TYPES
        .iter()
        .map(|(name, suffixes)| ((*name).to_owned(), suffixes.iter().map(|it| (*it).to_owned()).collect()))
        .collect();
    for entry in config.root.get("mediatypes").map(Value::entries).unwrap_or_default() {
        let name = entry.key.to_lowercase();
        let suffixes = entry.value.get("suffixes").map(Value::texts);
        match types.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => {
                if let Some(suffixes) = suffixes {
                    *own = suffixes;
                }
            }
            None => types.push((name, suffixes.unwrap_or_default())),
        }
    }
    types
}

/// What stands between name and suffix: a dot, unless the media type says otherwise.
fn delimiter(config: &Config, media_type: &str) -> String {
    let types = config.root.get("mediatypes").map(Value::entries).unwrap_or_default();
    let own = types.iter().find(|entry| entry.key.eq_ignore_ascii_case(media_type));
    own.and_then(|entry| entry.value.get("delimiter")?.to_text()).unwrap_or_else(|| ".".to_owned())
}

impl Outputs {
    /// Reads `outputFormats`, `mediaTypes`, `outputs` and `disableKinds`.
    pub fn new(config: &Config) -> Self {
        let mut formats = default_formats();
        for entry in config.root.get("outputformats").map(Value::entries).unwrap_or_default() {
            let name = entry.key.to_lowercase();
            if let Some(known) = formats.iter_mut().find(|own| own.name == name) {
                known.read(&entry.value);
                continue;
            }
            let mut own = OutputFormat::named(&name, "text/html", "index");
            own.read(&entry.value);
            formats.push(own);
        }
        let media_types = media_types(config);
        for format in &mut formats {
            let known = media_types.iter().find(|(name, _)| name.eq_ignore_ascii_case(&format.media_type));
            format.suffixes = known.map(|(_, suffixes)| suffixes.clone()).unwrap_or_default();
            // A media type that nobody declared: `text/x+json` has the suffix `json`.
            if known.is_none()
                && let Some((_, suffix)) = format.media_type.rsplit_once('+')
            {
                format.suffixes = vec![suffix.to_owned()];
            }
            let delimiter = delimiter(config, &format.media_type);
            let suffix = format.suffixes.first();
            format.suffix = suffix.map_or_else(String::new, |suffix| format!("{delimiter}{suffix}"));
        }
        let mut outputs = Self { formats, kinds: Vec::new(), media_types };
        for kind in ["page", "home", "section", "taxonomy", "term"] {
            let own = config.root.get("outputs").and_then(|table| table.get(kind)).map(Value::texts);
            let names = own.unwrap_or_else(|| {
                let feed = (kind != "page").then(|| "rss".to_owned());
                ["html".to_owned()].into_iter().chain(feed).collect()
            });
            let no_feeds = config.disabled_kinds.iter().any(|kind| kind == "rss");
            let mut formats = outputs.resolve(&names);
            formats.retain(|at| !(no_feeds && outputs.formats[*at].name == "rss"));
            outputs.kinds.push((kind.to_owned(), formats));
        }
        outputs
    }

    fn resolve(&self, names: &[String]) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for name in names {
            let at = self.formats.iter().position(|format| format.name.eq_ignore_ascii_case(name));
            if let Some(at) = at.filter(|at| !found.contains(at)) {
                found.push(at);
            }
        }
        found
    }

    /// The formats of a page, the main one first.
    pub fn of_page(&self, kind: &str, fields: &Fields<'_>) -> Vec<&OutputFormat> {
        let own = fields.get("outputs").map(Value::texts).filter(|names| !names.is_empty());
        let found = match own {
            Some(names) => self.resolve(&names),
            None => {
                self.kinds.iter().find(|(own, _)| own == kind).map_or_else(Vec::new, |(_, own)| own.clone())
            }
        };
        found.into_iter().map(|at| &self.formats[at]).collect()
    }

    /// All formats that are configured or known without.
    pub fn all(&self) -> impl Iterator<Item = &OutputFormat> {
        self.formats.iter()
    }

    /// The format of this name.
    pub fn named(&self, name: &str) -> Option<&OutputFormat> {
        self.formats.iter().find(|format| format.name.eq_ignore_ascii_case(name))
    }

    /// The format whose media type has this suffix, if there is exactly one.
    pub fn of_suffix(&self, suffix: &str) -> Option<&OutputFormat> {
        let mut fitting = self.formats.iter().filter(|format| format.has_suffix(suffix));
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }

    /// The first media type with this suffix, by name.
    pub fn media_type_of_suffix(&self, suffix: &str) -> Option<&str> {
        let has = |suffixes: &[String]| suffixes.iter().any(|own| own.eq_ignore_ascii_case(suffix));
        let fitting = self.media_types.iter().filter(|(_, suffixes)| has(suffixes));
        fitting.map(|(name, _)| name.as_str()).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hugo::dimensions::Scope;
    use crate::{source::Span, value};

    #[test]
    fn formats_come_from_configuration_and_front_matter() {
        let yaml = "
outputs: {home: [HTML, Search], section: [HTML, print, RSS]}
disableKinds: [RSS]
mediaTypes: {text/netlify: {}}
outputFormats:
  search: {mediaType: application/json, baseName: search}
  print: {mediaType: text/html, path: _print}
  redirects: {mediaType: text/netlify, baseName: _redirects}
";
        let parse = |text: &str| value::parse(value::Format::Yaml, text, Span::new(0, text.len())).0;
        let config = Config::of_root(parse(yaml));
        let outputs = Outputs::new(&config);
        let shown = |kind: &str, fields: &str| {
            let fields = parse(fields);
            let found = outputs.of_page(kind, &Fields::new(&fields, &[], "a", kind, ("en", Scope::ALL)));
            let files: Vec<String> =
                found.iter().map(|it| format!("{}/{}{}", it.path, it.base_name, it.suffix)).collect();
            files.join(" ")
        };
        assert_eq!(shown("home", "{}"), "/index.html /search.json");
        assert_eq!(shown("section", "{}"), "/index.html _print/index.html");
        assert_eq!(shown("page", "{}"), "/index.html");
        assert_eq!(shown("page", "outputs: [json, redirects]"), "/index.json /_redirects");
    }
}
