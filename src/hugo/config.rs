//! A site's configuration: the keys that decide what is published and how links are read.
//!
//! Hugo: `config/allconfig/load.go`, `config/allconfig/allconfig.go`, `config/defaultConfigProvider.go`.

use std::sync::Arc;

use super::{dimensions::Cell, highlight::Highlight, merge, passthrough::Delimiters, version::Version};
use crate::{
    tree::Tree,
    value::{self, Data, Format, Mistake, Value},
};

/// The environment that Hugo builds for unless it is told another.
pub const PRODUCTION: &str = "production";

/// The names of a default configuration file, in the order in which Hugo looks for them.
pub const DEFAULT_FILES: [&str; 8] = [
    "hugo.toml",
    "hugo.yaml",
    "hugo.yml",
    "hugo.json",
    "config.toml",
    "config.yaml",
    "config.yml",
    "config.json",
];

/// One language of a site.
#[derive(Debug, Clone, PartialEq)]
pub struct Language {
    /// Its key, lower-cased, as in URLs.
    pub key: String,
    /// Where its content lies, from the site's root.
    pub content_dir: String,
    /// Sorting weight; languages without one come last.
    pub weight: i64,
    /// Its own base URL (multihost).
    pub base_url: Option<String>,
    /// The language's table with everything it overrides.
    pub table: Value,
}

/// Which pages get `x.html` instead of `x/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ugly {
    /// All or none.
    All(bool),
    /// Those of these first-level sections.
    Sections(Vec<String>),
}

/// When an embedded render hook is used (`markup.goldmark.renderHooks.*.useEmbedded`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseEmbedded {
    /// In multilingual sites, as a fallback.
    Auto,
    /// Never.
    Never,
    /// Where the site has none of its own.
    Fallback,
    /// Always.
    Always,
}

/// `markup.goldmark`
#[derive(Debug, Clone, PartialEq)]
pub struct Goldmark {
    /// `renderer.unsafe`: raw HTML is kept.
    pub raw_html: bool,
    /// `extensions.typographer`
    pub typographer: bool,
    /// What the typographer makes of `--`, `---` and `...`, as far as ids have it, where the site says so.
    pub typography: Option<Arc<[(&'static str, String); 3]>>,
    /// `extensions.linkify`: bare URLs are links.
    pub linkify: bool,
    /// Signs at the end of bare URLs are taken off before anything else, as of Hugo 0.166.
    pub linkify_trims_first: bool,
    /// `extensions.definitionList`
    pub definition_lists: bool,
    /// `extensions.footnote`
    pub footnotes: bool,
    /// `extensions.table`
    pub tables: bool,
    /// `extensions.strikethrough`
    pub strikethrough: bool,
    /// `extensions.taskList`
    pub task_lists: bool,
    /// `parser.autoHeadingID`
    pub auto_heading_id: bool,
    /// `parser.autoIDType` (before 0.144 `autoHeadingIDType`)
    pub auto_id_type: IdType,
    /// `parser.attribute.title`
    pub heading_attributes: bool,
    /// `parser.attribute.block`
    pub block_attributes: bool,
    /// `parser.autoDefinitionTermID`
    pub definition_term_ids: bool,
    /// `extensions.footnote.enableAutoIDPrefix`: footnote ids cannot be predicted.
    pub footnote_prefix: bool,
    /// `extensions.passthrough.delimiters`; empty: the extension is off.
    pub passthrough: Vec<Delimiters>,
    /// `renderHooks.link.useEmbedded`
    pub link_hook: UseEmbedded,
    /// `renderHooks.image.useEmbedded`
    pub image_hook: UseEmbedded,
    /// `duplicateResourceFiles`
    pub duplicate_resource_files: bool,
    /// `markup.highlight.codeFences`: attributes of code blocks count.
    pub code_fences: bool,
    /// `markup.highlight`
    pub highlight: Highlight,
}

/// How heading ids are made (`markup.goldmark.parser.autoIDType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdType {
    /// `github`
    Github,
    /// `github-ascii`
    GithubAscii,
    /// `blackfriday`
    Blackfriday,
}

/// What one edition is configured to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Everything that was read, later files over earlier ones.
    pub root: Value,
    /// `baseURL`, with a trailing slash.
    pub base_url: String,
    /// The path of `baseURL`, `/` or `/x/`.
    pub base_path: String,
    /// Scheme and host of `baseURL`, such as `https://example.org`; empty when it has none.
    pub origin: String,
    /// Languages that are built, by weight and key.
    pub languages: Vec<Language>,
    /// Keys of languages that are declared but disabled.
    pub disabled_languages: Vec<String>,
    /// Whether there is a `languages` table.
    pub has_languages_table: bool,
    /// `defaultContentLanguage`, lower-cased.
    pub default_language: String,
    /// `defaultContentLanguageInSubdir`
    pub default_language_in_subdir: bool,
    /// `uglyURLs`
    pub ugly: Ugly,
    /// `canonifyURLs`
    pub canonify_urls: bool,
    /// `relativeURLs`
    pub relative_urls: bool,
    /// `markup.goldmark`
    pub goldmark: Goldmark,
    /// `taxonomies`, their plural names.
    pub taxonomies: Vec<String>,
    /// `taxonomies`, singular and plural.
    pub taxonomy_names: Vec<(String, String)>,
    /// `disableKinds`, lower-cased.
    pub disabled_kinds: Vec<String>,
    /// Themes in order, first wins.
    pub themes: Vec<String>,
    /// The version and role that are published, where the site has dimensions.
    pub cell: Option<Cell>,
    /// What becomes of parameters among the other keys of a language.
    pub misplaced_params: Misplaced,
}

/// What becomes of parameters that stand among the other keys of a language instead of under `params`. Hugo:
/// `config/allconfig/allconfig.go`, up to 0.138.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Misplaced {
    /// Nothing, since 0.139.
    #[default]
    Ignored,
    /// They are taken for parameters.
    Read,
    /// The version is not known.
    Unknown,
}

impl Misplaced {
    /// In a version of Hugo, if it is known.
    pub fn in_version(version: Option<Version>) -> Self {
        match version {
            Some(version) if version.at_least(139) => Self::Ignored,
            Some(_) => Self::Read,
            None => Self::Unknown,
        }
    }
}

impl Config {
    /// Reads the default configuration of the site or theme in `directory` (empty: the tree's root): the first of
    /// [`DEFAULT_FILES`] that is there, under `config/_default` and `config/production`. The mistakes come with the
    /// path of their file.
    pub fn default_of(tree: &dyn Tree, directory: &str) -> (Self, Vec<(String, Mistake)>) {
        Self::of_files(tree, directory, &default_files(tree, directory, PRODUCTION))
    }

    /// Reads these files of the site or theme in `directory`, later over earlier.
    pub fn of_files(tree: &dyn Tree, directory: &str, files: &[String]) -> (Self, Vec<(String, Mistake)>) {
        let mut root = Value::map();
        let mut mistakes = Vec::new();
        for path in files {
            let Some(format) = Format::of_path(path) else { continue };
            let text = match tree.read(path) {
                Ok(text) => text.text,
                Err(message) => {
                    let span = crate::source::Span::default();
                    mistakes.push((path.clone(), Mistake { span, message, duplicate_of: None }));
                    continue;
                }
            };
            let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
            let (value, problems) = value::parse(format, &text, crate::source::Span::new(start, text.len()));
            mistakes.extend(problems.into_iter().map(|mistake| (path.clone(), mistake)));
            if value.is_map() {
                let path = path.strip_prefix(directory).unwrap_or(path).trim_start_matches('/');
                root.overlay(placed(path, value));
            }
        }
        (Self::of_root(root), mistakes)
    }

    /// A configuration from its merged tree.
    pub fn of_root(root: Value) -> Self {
        let text = |key: &str| root.get(key).and_then(Value::to_text);
        let flag = |key: &str| root.get(key).and_then(Value::as_bool).unwrap_or(false);
        let mut base_url = text("baseurl").unwrap_or_default();
        if !base_url.ends_with('/') {
            base_url.push('/');
        }
        let (origin, base_path) = split_origin(&base_url);
        let set = text("defaultcontentlanguage").filter(|set| !set.is_empty()).map(|set| set.to_lowercase());
        let (languages, disabled_languages) = languages(&root, set.as_deref().unwrap_or("en"));
        let default_language = set.unwrap_or_else(|| first_language(&languages, Version::NEWEST));
        let taxonomy_names = taxonomy_names(&root);
        let taxonomies = taxonomy_names.iter().map(|(_, plural)| plural.clone()).collect();
        Self {
            origin: origin.to_owned(),
            base_path: base_path.to_owned(),
            has_languages_table: root.get("languages").is_some_and(|table| !table.entries().is_empty()),
            default_language_in_subdir: flag("defaultcontentlanguageinsubdir"),
            ugly: ugly(root.get("uglyurls")),
            canonify_urls: flag("canonifyurls"),
            relative_urls: flag("relativeurls"),
            goldmark: Goldmark::of(root.get("markup").unwrap_or(&Value::default())),
            disabled_kinds: root
                .get("disablekinds")
                .map(Value::texts)
                .unwrap_or_default()
                .iter()
                .map(|kind| kind.to_lowercase().replace("taxonomyterm", "taxonomy"))
                .collect(),
            themes: themes(&root),
            cell: None,
            misplaced_params: Misplaced::default(),
            base_url,
            languages,
            disabled_languages,
            default_language,
            taxonomies,
            taxonomy_names,
            root,
        }
    }

    /// Adds what themes and modules configure and the site does not: output formats and media types. Their other
    /// settings count only where the site asks for them. Hugo: `config/allconfig/load.go`, `applyDefaultConfig`.
    #[must_use]
    pub fn with_modules(&self, modules: &[Value]) -> Self {
        let mut root = self.root.clone();
        if merge::asks(&root) {
            modules.iter().for_each(|module| merge::take_over(&mut root, module));
            merge::forget(&mut root);
            let (base_path, cell) = (self.base_path.clone(), self.cell.clone());
            return Self { base_path, cell, ..Self::of_root(root) };
        }
        for module in modules {
            for key in ["outputformats", "mediatypes"] {
                let Some(theirs) = module.get(key) else { continue };
                let mut table = Value::singleton(key, theirs.clone());
                if let Some(own) = root.get(key) {
                    table.overlay(Value::singleton(key, own.clone()));
                }
                root.overlay(table);
            }
        }
        Self { root, ..self.clone() }
    }

    /// A string key of the root, or its default.
    pub fn text(&self, key: &str, default: &str) -> String {
        self.root.get(key).and_then(Value::to_text).unwrap_or_else(|| default.to_owned())
    }

    /// A flag of the root.
    pub fn flag(&self, key: &str) -> bool {
        self.root.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A site parameter by its (case-insensitive) path, as seen by a language: its own, else the site's. `None`: it is
    /// not known which; otherwise its value, if there is one.
    pub fn param(&self, path: &[&str], language: &str) -> Option<Option<&Value>> {
        let own = self.language(language);
        let of_site = || self.root.get("params").and_then(|params| params.at(path));
        if let Some(value) = own.and_then(|own| own.table.get("params")?.at(path)) {
            return Some(Some(value));
        }
        match (own.and_then(|own| own.table.at(path)), self.misplaced_params) {
            (None, _) | (_, Misplaced::Ignored) => Some(of_site()),
            (value, Misplaced::Read) => Some(value),
            (value, Misplaced::Unknown) => (value == of_site()).then_some(value),
        }
    }

    /// The language with this key.
    pub fn language(&self, key: &str) -> Option<&Language> {
        self.languages.iter().find(|language| language.key == key)
    }

    /// Reads it as this version does, which is `known` or only taken for it.
    pub fn suit(&mut self, version: Version, known: bool) {
        self.misplaced_params = Misplaced::in_version(known.then_some(version));
        if self.text("defaultcontentlanguage", "").is_empty() {
            self.default_language = first_language(&self.languages, version);
        }
        self.goldmark.linkify_trims_first = version.at_least(166);
    }

    /// The path prefix of a language in links, below the base path: empty or `ja/`.
    pub fn language_prefix(&self, language: &str) -> String {
        if self.is_multihost() { String::new() } else { slashed(self.language_directory(language)) }
    }

    /// Whether Hugo puts the language in front of an absolute alias: since 0.155, and wherever it has a host of its own.
    pub fn aliases_have_language(&self, version: Version) -> bool {
        version.at_least(155) || self.is_multihost()
    }

    /// The directory of a language in what is published: empty or `ja`. Hugo: `config/allconfig/configlanguage.go`.
    pub fn language_directory(&self, language: &str) -> String {
        let is_default = language == self.default_language;
        let own = match is_default {
            true => self.default_language_in_subdir,
            false => self.languages.len() > 1,
        };
        if own || self.is_multihost() { language.to_owned() } else { String::new() }
    }

    /// The directory of what a language publishes, in the version and role of this configuration.
    /// Hugo: `hugolib/page__paths.go`, `createTargetPathDescriptor`.
    pub fn site_directory(&self, language: &str) -> String {
        let language = self.language_directory(language);
        let Some(cell) = self.cell.as_ref().map(Cell::directory).filter(|own| !own.is_empty()) else {
            return language;
        };
        match language.as_str() {
            "" => cell,
            _ if self.is_multihost() => format!("{language}/{cell}"),
            _ => format!("{cell}/{language}"),
        }
    }

    /// The configuration as one language sees it: what its table overrides.
    pub fn of_language(&self, language: &str) -> Self {
        match self.language(language).filter(|own| overrides(&own.table)) {
            None => self.clone(),
            Some(own) => {
                let mut root = self.root.clone();
                root.overlay(own.table.clone());
                let base_path = self.base_path.clone();
                let cell = self.cell.clone();
                Self { languages: self.languages.clone(), base_path, cell, ..Self::of_root(root) }
            }
        }
    }
}

fn slashed(directory: String) -> String {
    if directory.is_empty() { directory } else { directory + "/" }
}

/// Whether the table of a language says anything that decides about URLs.
fn overrides(table: &Value) -> bool {
    const KEYS: [&str; 16] = [
        "permalinks",
        "taxonomies",
        "uglyurls",
        "disablekinds",
        "outputs",
        "outputformats",
        "disablealiases",
        "builddrafts",
        "buildfuture",
        "buildexpired",
        "frontmatter",
        "disablepathtolower",
        "removepathaccents",
        "enablerobotstxt",
        "sitemap",
        "mediatypes",
    ];
    KEYS.iter().any(|key| table.get(key).is_some())
}

/// The files of the default configuration in `directory`, in the order in which they are read.
pub fn default_files(tree: &dyn Tree, directory: &str, environment: &str) -> Vec<String> {
    let inside =
        |name: &str| if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
    let mut files: Vec<String> = Vec::new();
    files.extend(DEFAULT_FILES.iter().map(|name| inside(name)).find(|path| tree.has(path)));
    for directory in ["config/_default", &format!("config/{environment}")] {
        let below = tree.below(&inside(directory));
        files.extend(below.iter().filter(|path| Format::of_path(path).is_some()).cloned());
    }
    files
}

/// Scheme and host, and the path with slashes at both ends.
pub(super) fn split_origin(base_url: &str) -> (&str, &str) {
    let host_start = base_url.find("://").map_or(if base_url.starts_with("//") { 2 } else { 0 }, |at| at + 3);
    if host_start == 0 {
        return ("", if base_url.starts_with('/') { base_url } else { "/" });
    }
    match base_url[host_start..].find('/') {
        Some(at) => base_url.split_at(host_start + at),
        None => (base_url, "/"),
    }
}

/// The content of a file in a `config` directory under the key that its name says.
/// Hugo: `config/configLoader.go`, `LoadConfigFromDir`.
fn placed(path: &str, value: Value) -> Value {
    let Some(rest) = path.strip_prefix("config/") else { return value };
    let name = rest.rsplit('/').next().unwrap_or(rest);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    if stem == "hugo" || stem == "config" {
        return value;
    }
    let (key, language) = match stem.split_once('.') {
        Some((key, language)) => (key.to_owned(), Some(language.to_owned())),
        None => (stem, None),
    };
    let key = if key == "menu" { "menus".to_owned() } else { key };
    let inner = match value.get(&key) {
        Some(own) if value.entries().len() == 1 => own.clone(),
        _ => value,
    };
    match language {
        Some(language) if key == "languages" => {
            Value::singleton("languages", Value::singleton(&language, inner))
        }
        Some(language) => {
            Value::singleton("languages", Value::singleton(&language, Value::singleton(&key, inner)))
        }
        None => Value::singleton(&key, inner),
    }
}

fn languages(root: &Value, default: &str) -> (Vec<Language>, Vec<String>) {
    let content_dir = root.get("contentdir").and_then(Value::to_text).unwrap_or_else(|| "content".to_owned());
    let switched_off = root.get("disablelanguages").map(Value::texts).unwrap_or_default();
    let mut languages = Vec::new();
    let mut disabled = Vec::new();
    for entry in root.get("languages").map(Value::entries).unwrap_or_default() {
        let key = entry.key.to_lowercase();
        let off = entry.value.get("disabled").and_then(Value::as_bool).unwrap_or(false);
        if off || switched_off.iter().any(|other| other.eq_ignore_ascii_case(&key)) {
            disabled.push(key);
            continue;
        }
        let own_dir = entry.value.get("contentdir").and_then(Value::to_text);
        languages.push(Language {
            content_dir: trimmed(own_dir.as_deref().unwrap_or(&content_dir)),
            weight: match entry.value.get("weight").map(|weight| &weight.data) {
                Some(Data::Int(weight)) if *weight != 0 => *weight,
                _ => i64::MAX,
            },
            base_url: entry.value.get("baseurl").and_then(Value::to_text),
            table: entry.value.clone(),
            key,
        });
    }
    if languages.is_empty() {
        languages.push(Language {
            key: default.to_owned(),
            content_dir: trimmed(&content_dir),
            weight: 0,
            base_url: None,
            table: Value::map(),
        });
    }
    languages.sort_by(|a, b| (a.weight, &a.key).cmp(&(b.weight, &b.key)));
    (languages, disabled)
}

/// The default language where none is set: English, or else the first one. Until 0.153 one without a weight came before
/// those that have one. Hugo: `langs/config.go`.
fn first_language(languages: &[Language], version: Version) -> String {
    let english = languages.iter().find(|language| language.key == "en");
    let is_early = |language: &&Language| language.weight == i64::MAX && !version.at_least(153);
    let first = english.or_else(|| languages.iter().find(is_early)).or(languages.first());
    first.map_or_else(|| "en".to_owned(), |language| language.key.clone())
}

/// `taxonomies`: singular to plural. An empty plural is none.
fn taxonomy_names(root: &Value) -> Vec<(String, String)> {
    let name = |name: &str| name.to_owned();
    let Some(table) = root.get("taxonomies") else {
        return vec![(name("tag"), name("tags")), (name("category"), name("categories"))];
    };
    let plural = |value: &Value| value.to_text().filter(|plural| !plural.is_empty());
    table
        .entries()
        .iter()
        .filter_map(|entry| Some((entry.key.to_lowercase(), plural(&entry.value)?)))
        .collect()
}

fn trimmed(directory: &str) -> String {
    directory.trim_start_matches("./").trim_matches('/').to_owned()
}

fn ugly(value: Option<&Value>) -> Ugly {
    match value {
        Some(value) if value.is_map() => Ugly::Sections(
            value
                .entries()
                .iter()
                .filter(|entry| entry.value.as_bool() == Some(true))
                .map(|entry| entry.key.to_lowercase())
                .collect(),
        ),
        other => Ugly::All(other.and_then(Value::as_bool).unwrap_or(false)),
    }
}

/// `theme` and the imports of `module`, as directories to look for.
fn themes(root: &Value) -> Vec<String> {
    let mut themes = root.get("theme").map(Value::texts).unwrap_or_default();
    for import in root.at(&["module", "imports"]).map(Value::items).unwrap_or_default() {
        let disabled = import.get("disable").and_then(Value::as_bool).unwrap_or(false);
        themes.extend(import.get("path").and_then(Value::to_text).filter(|_| !disabled));
    }
    themes
}

/// The typographer's own words for dashes and dots, without character references, which ids do not have.
/// Hugo: `markup/goldmark/convert.go`, `toTypographicPunctuationMap`.
fn typography(markup: &Value) -> Option<Arc<[(&'static str, String); 3]>> {
    let own = markup.at(&["goldmark", "extensions", "typographer"]).filter(|own| own.is_map())?;
    let word = |key: &str| {
        let mut text = own.get(key).and_then(Value::to_text).unwrap_or_default();
        while let Some((start, end)) = text.find('&').and_then(|at| Some((at, at + text[at..].find(';')?))) {
            text.replace_range(start..=end, "");
        }
        text
    };
    // The longer mark first.
    let words = [("---", word("emdash")), ("--", word("endash")), ("...", word("ellipsis"))];
    words.iter().any(|(_, word)| !word.is_empty()).then(|| Arc::new(words))
}

impl Goldmark {
    /// Reads the `markup` table.
    pub fn of(markup: &Value) -> Self {
        let flag = |path: &[&str], default: bool| {
            let value = markup.get("goldmark").and_then(|goldmark| goldmark.at(path));
            match value {
                // An extension with settings of its own: `footnote = {enable = true, …}`.
                Some(table) if table.is_map() => {
                    let off = table.get("disable").and_then(Value::as_bool).unwrap_or(false);
                    table.get("enable").and_then(Value::as_bool).unwrap_or(default) && !off
                }
                value => value.and_then(Value::as_bool).unwrap_or(default),
            }
        };
        let text = |path: &[&str]| markup.get("goldmark").and_then(|goldmark| goldmark.at(path)?.to_text());
        let hook = |kind: &str| {
            let of_enum = text(&["renderhooks", kind, "useembedded"]);
            match of_enum.as_deref() {
                Some("never") => UseEmbedded::Never,
                Some("fallback") => UseEmbedded::Fallback,
                Some("always") => UseEmbedded::Always,
                _ if flag(&["renderhooks", kind, "enabledefault"], false) => UseEmbedded::Fallback,
                _ => UseEmbedded::Auto,
            }
        };
        let id_type = text(&["parser", "autoidtype"]).or_else(|| text(&["parser", "autoheadingidtype"]));
        Self {
            raw_html: flag(&["renderer", "unsafe"], false),
            typographer: flag(&["extensions", "typographer"], true),
            typography: typography(markup),
            linkify: flag(&["extensions", "linkify"], true),
            linkify_trims_first: true,
            definition_lists: flag(&["extensions", "definitionlist"], true),
            footnotes: flag(&["extensions", "footnote"], true),
            tables: flag(&["extensions", "table"], true),
            strikethrough: flag(&["extensions", "strikethrough"], true),
            task_lists: flag(&["extensions", "tasklist"], true),
            auto_heading_id: flag(&["parser", "autoheadingid"], true),
            auto_id_type: match id_type.as_deref() {
                Some("github-ascii") => IdType::GithubAscii,
                Some("blackfriday") => IdType::Blackfriday,
                _ => IdType::Github,
            },
            heading_attributes: flag(&["parser", "attribute", "title"], true),
            block_attributes: flag(&["parser", "attribute", "block"], false),
            definition_term_ids: flag(&["parser", "autodefinitiontermid"], false),
            footnote_prefix: flag(&["extensions", "footnote", "enableautoidprefix"], false),
            passthrough: Delimiters::read(markup, flag(&["extensions", "passthrough"], false)),
            link_hook: hook("link"),
            image_hook: hook("image"),
            duplicate_resource_files: flag(&["duplicateresourcefiles"], false),
            code_fences: markup.at(&["highlight", "codefences"]).and_then(Value::as_bool) != Some(false),
            highlight: Highlight::new(markup),
        }
    }
}
