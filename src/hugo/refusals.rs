//! What Hugo refuses to build though it can be read: [`Refusal`]s of configurations and of front matter.
//!
//! Each was tried with the releases that it names. A key that Hugo announces to remove is warned about three releases
//! later and refused fifteen releases later. Hugo: `hugolib/hugo_info.go`, `common/hugo/hugo.go`, `DeprecateLevel`.

use regex::Regex;

use super::{cascade::Fields, config::Config, dates::DateFields, outputs::Outputs, version::Version};
use crate::{
    source::Span,
    value::{Data, Entry, Value},
};

/// Something that Hugo reads and refuses.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Where it stands.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The value in question, by which its file is found.
    pub value: Value,
}

impl Refusal {
    fn of_value(value: &Value, message: String, help: impl Into<String>) -> Self {
        Self { span: value.span, message, help: help.into(), value: value.clone() }
    }

    fn of_key(entry: &Entry, message: String, help: impl Into<String>) -> Self {
        Self { span: entry.key_span, message, help: help.into(), value: entry.value.clone() }
    }
}

/// What is refused in a site's configuration. `known` is the Hugo version if the site says which it is built with;
/// `complete` is whether all its themes and modules are here.
pub fn of_config(config: &Config, known: Option<Version>, complete: bool) -> Vec<Refusal> {
    let mut found = Vec::new();
    default_language(config, &mut found);
    default_dimensions(config, &mut found);
    let of_languages = config.languages.iter().map(|language| &language.table);
    for table in std::iter::once(&config.root).chain(of_languages) {
        if let Some(permalinks) = table.get("permalinks") {
            patterns(permalinks, &mut found);
        }
        if let Some(outputs) = table.get("outputs").filter(|_| complete) {
            formats(outputs, config, &mut found);
        }
    }
    if let Some(version) = known {
        removed_keys(config, version, &mut found);
        found.extend(config.root.get("cascade").map(|own| removed_targets(own, version)).unwrap_or_default());
    }
    found
}

/// `defaultContentLanguage` must be one of the languages. Hugo: `langs/config.go`.
fn default_language(config: &Config, found: &mut Vec<Refusal>) {
    let Some(value) = config.root.get("defaultcontentlanguage") else { return };
    let key = &config.default_language;
    if key.is_empty() || !config.has_languages_table || config.language(key).is_some() {
        return;
    }
    let names: Vec<String> = config.languages.iter().map(|own| format!("`{}`", own.key)).collect();
    let message = if config.disabled_languages.contains(key) {
        format!("the default language `{key}` is disabled")
    } else {
        format!("the default language `{key}` is not among the languages")
    };
    found.push(Refusal::of_value(value, message, format!("choose one of {}", names.join(", "))));
}

/// `defaultContentVersion` and `defaultContentRole` must be configured, if any version or role is.
/// Hugo: `hugolib/versions/versions.go`, `hugolib/roles/roles.go`.
fn default_dimensions(config: &Config, found: &mut Vec<Refusal>) {
    let Some(cell) = &config.cell else { return };
    for (name, plural, axis) in
        [("version", "versions", &cell.all.versions), ("role", "roles", &cell.all.roles)]
    {
        let Some(value) = config.root.get(&format!("defaultcontent{name}")) else { continue };
        let Some(wanted) = value.to_text().filter(|wanted| !wanted.is_empty()) else { continue };
        if !axis.names.contains(&wanted) {
            let names: Vec<String> = axis.names.iter().map(|own| format!("`{own}`")).collect();
            let message = format!("the default {name} `{wanted}` is not among the {plural}");
            found.push(Refusal::of_value(value, message, format!("choose one of {}", names.join(", "))));
        }
    }
}

/// The patterns in any form of `permalinks`.
fn patterns(permalinks: &Value, found: &mut Vec<Refusal>) {
    if let Data::List(rules) = &permalinks.data {
        found.extend(rules.iter().filter_map(|rule| pattern(rule.get("pattern")?)));
        return;
    }
    for entry in permalinks.entries() {
        found.extend(pattern(&entry.value));
        found.extend(entry.value.entries().iter().filter_map(|inner| pattern(&inner.value)));
    }
}

fn pattern(value: &Value) -> Option<Refusal> {
    let token = unknown_token(value.as_str()?)?;
    Some(Refusal::of_value(
        value,
        format!("there is no permalink token `:{token}`"),
        "write one that Hugo knows, such as `:slug`, `:section` or `:year`",
    ))
}

/// The tokens that any release since 0.120 knows. Hugo: `resources/page/permalinks.go`.
const TOKENS: [&str; 22] = [
    "year",
    "month",
    "monthname",
    "day",
    "weekday",
    "weekdayname",
    "yearday",
    "section",
    "sections",
    "sectionslug",
    "sectionslugs",
    "title",
    "slug",
    "slugorfilename",
    "slugorcontentbasename",
    "filename",
    "contentbasename",
    "version",
    "role",
    "lang",
    "language",
    "kind",
];

/// A token of a permalink pattern that no release knows; layouts of dates (`:2006`, `:Jan`) are tokens as well.
fn unknown_token(pattern: &str) -> Option<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for (at, _) in pattern.match_indices(':') {
        let rest = &pattern[at + 1..];
        let token = &rest[..rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())];
        let is_escaped = pattern[..at].ends_with('\\');
        let may_be_date = token.bytes().any(|byte| byte.is_ascii_digit())
            || ["Jan", "Mon", "MST", "PM", "pm"].iter().any(|part| token.contains(part));
        if !token.is_empty() && !is_escaped && !may_be_date && !TOKENS.contains(&token) {
            return Some(token);
        }
    }
    None
}

/// The output formats of each kind. Hugo: `config/allconfig/allconfig.go`, `CompileConfig`.
fn formats(outputs: &Value, config: &Config, found: &mut Vec<Refusal>) {
    let known = Outputs::new(config);
    for entry in outputs.entries() {
        let kind = entry.key.to_lowercase();
        let is_kind = matches!(kind.as_str(), "home" | "page" | "section" | "taxonomy" | "term");
        if is_kind && !config.disabled_kinds.contains(&kind) {
            found.extend(entry.value.items().iter().filter_map(|name| format(name, &known)));
        }
    }
}

fn format(name: &Value, known: &Outputs) -> Option<Refusal> {
    let text = name.as_str().filter(|text| !text.is_empty() && known.named(text).is_none())?;
    Some(Refusal::of_value(
        name,
        format!("there is no output format `{text}`"),
        "declare it in `outputFormats` of the configuration, or remove it here",
    ))
}

/// A key that Hugo refuses since a release.
fn removed(entry: &Entry, name: &str, since: u16, instead: &str) -> Refusal {
    let message = format!("Hugo refuses the key `{name}` since 0.{since}");
    Refusal::of_key(entry, message, instead)
}

/// Keys of the configuration that were renamed and are refused by now.
fn removed_keys(config: &Config, version: Version, found: &mut Vec<Refusal>) {
    if version.at_least(168) {
        let own = config.root.at(&["module", "mounts"]).map(Value::items).unwrap_or_default();
        let imports = config.root.at(&["module", "imports"]).map(Value::items).unwrap_or_default();
        let imported = imports.iter().filter_map(|import| Some(import.get("mounts")?.items())).flatten();
        for mount in own.iter().chain(imported) {
            for (key, instead) in [
                ("includeFiles", "write `files` with the same patterns"),
                ("excludeFiles", "write `files`, with `! ` before each pattern"),
                ("lang", "write `sites.matrix.languages`"),
            ] {
                found.extend(mount.entry(key).map(|entry| removed(entry, key, 168, instead)));
            }
        }
    }
    if version.at_least(163) {
        for kind in ["link", "image"] {
            let table = config.root.at(&["markup", "goldmark", "renderhooks", kind]);
            let Some(entry) = table.and_then(|table| table.entry("enabledefault")) else { continue };
            let value = if entry.value.as_bool() == Some(true) { "fallback" } else { "never" };
            found.push(removed(entry, "enableDefault", 163, &format!("write `useEmbedded` with `{value}`")));
        }
    }
}

/// `lang` in the targets of a cascade, in the configuration or in front matter.
fn removed_targets(cascade: &Value, version: Version) -> Vec<Refusal> {
    if !version.at_least(165) {
        return Vec::new();
    }
    let target = |fields: &Value| {
        let target = fields.get("target").or_else(|| fields.get("_target"))?;
        Some(removed(target.entry("lang")?, "lang", 165, "write `sites.matrix.languages`"))
    };
    cascade.items().iter().filter_map(target).collect()
}

/// What decides whether front matter is refused.
pub struct PageTerms<'t> {
    /// Dates, and where they come from.
    pub dates: &'t DateFields,
    /// Output formats that there are; `None` where a theme that is not here may declare others.
    pub outputs: Option<&'t Outputs>,
    /// The Hugo version, if the site says which.
    pub known: Option<Version>,
    /// Whether dates may come from git.
    pub git: bool,
}

/// What is refused in the front matter of a page, though it may be a draft. `fields` has what is cascaded too.
pub fn of_page(own: &Value, fields: &Fields<'_>, name: &str, terms: &PageTerms<'_>) -> Vec<Refusal> {
    let mut found = Vec::new();
    let reads_tokens = terms.known.is_some_and(|version| version.at_least(131)) && !fields.flag("draft");
    let url = own.get("url").and_then(|url| Some((url, url.as_str()?)));
    if let Some((url, text)) = url {
        // Hugo: `hugolib/page__meta.go`, `setMetadata`.
        if ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) {
            found.push(Refusal::of_value(
                url,
                format!("`url` is where this page is published, and cannot be the full URL `{text}`"),
                "write a path, such as `/docs/page/`, or move the address to a field of your own",
            ));
        } else if let Some(token) = unknown_token(text).filter(|_| reads_tokens) {
            found.push(Refusal::of_value(
                url,
                format!("there is no permalink token `:{token}`"),
                "write `\\:` for a colon, or a token that Hugo knows, such as `:slug`",
            ));
        }
    }
    if let (Some(known), Some(outputs)) = (terms.outputs, own.get("outputs")) {
        found.extend(outputs.items().iter().filter_map(|name| format(name, known)));
    }
    if let Some(version) = terms.known {
        if version.at_least(124) {
            found.extend(terms.dates.unreadable(own, fields, name, terms.git).into_iter().map(undated));
        }
        if let Some(entry) = own.entry("_build").filter(|_| version.at_least(160)) {
            found.push(removed(entry, "_build", 160, "write `build`"));
        }
        found.extend(own.get("cascade").map(|own| removed_targets(own, version)).unwrap_or_default());
    }
    found
}

fn undated(entry: &Entry) -> Refusal {
    let message = match entry.value.to_text() {
        Some(text) => format!("`{text}` is no date that Hugo can read"),
        None => "this is no date that Hugo can read".to_owned(),
    };
    let is_published = entry.key.eq_ignore_ascii_case("published") && entry.value.as_bool().is_some();
    let help = if is_published {
        "`published` is a date for Hugo: write `draft: true` to hide the page"
    } else {
        "write it like `2026-01-31` or `2026-01-31T15:04:05Z`"
    };
    Refusal::of_value(&entry.value, message, help)
}

/// The formats of content besides Markdown that Hugo renders itself, and the release since which it does so only where
/// `security.allowContent` says it. Hugo: `config/security/securityConfig.go`.
const FORMATS: [(&[&str], &str, &str, u16); 2] =
    [(&["html", "htm"], "text/html", "HTML", 162), (&["org"], "text/org", "Org mode", 168)];

/// Whether a content file has a format that is not allowed.
pub fn of_content_file(path: &str, config: &Config, version: Version) -> Option<Refusal> {
    let extension = path.rsplit_once('.')?.1.to_lowercase();
    let (_, media_type, name, since) =
        FORMATS.iter().find(|(extensions, ..)| extensions.contains(&extension.as_str()))?;
    if !version.at_least(*since) || allows(config, media_type) {
        return None;
    }
    Some(Refusal {
        span: Span::default(),
        message: format!("`{path}` is {name}, which Hugo refuses since 0.{since}"),
        help: format!(
            "write the page in Markdown, or allow the format: `security.allowContent = ['^text/markdown$', '^{media_type}$']`"
        ),
        value: Value::default(),
    })
}

/// Whether `security.allowContent` lets a media type pass; patterns that cannot be read let everything pass.
fn allows(config: &Config, media_type: &str) -> bool {
    let Some(own) = config.root.at(&["security", "allowcontent"]).map(Value::texts) else { return false };
    let matches = |pattern: &str| Regex::new(pattern.trim()).map_or(true, |rule| rule.is_match(media_type));
    let denied = own
        .iter()
        .filter_map(|own| own.strip_prefix('!'))
        .any(|pattern| Regex::new(pattern.trim()).is_ok_and(|rule| rule.is_match(media_type)));
    !denied && own.iter().filter(|own| !own.starts_with('!')).any(|own| matches(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_no_release_knows() {
        for (pattern, expected) in [
            ("/:nope/", Some("nope")),
            ("/a:slug/:sectionx/", Some("sectionx")),
            ("/:Slug/", Some("Slug")),
            ("/:year/:sections[1:]/:sections[last]/:slug.html", None),
            ("/:2006/:Jan/:Monday/", None),
            (r"/\:nope/", None),
            ("a:/b", None),
        ] {
            assert_eq!(unknown_token(pattern), expected, "{pattern}");
        }
    }
}
