//! Javert's own configuration, `javert.toml`: [`Settings`].

use external::ExternalSettings;
use rules::RuleSettings;
use variants::VariantSettings;

use crate::{
    diagnostic::Level,
    rules::nearest,
    source::Span,
    tree::Tree,
    value::{self, Format, Mistake, Value},
};

pub mod external;
pub mod rules;
pub mod schema;
pub mod variants;

/// Where the configuration may lie, next to the site's own or in a directory above, in the order of search.
pub const FILES: [&str; 3] = ["javert.toml", ".javert.toml", ".config/javert.toml"];

/// The keys of the file.
const KEYS: [&str; 9] =
    ["baseline", "exclude", "extends", "external", "fail-on", "per-file", "rules", "sites", "variants"];

/// More files than this extend one another in a circle.
const MAX_EXTENDS: usize = 16;

/// What the user configured.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// The file, from the site's root; `None`: there is none.
    pub path: Option<String>,
    /// The file and those that it extends, with their texts, from the site's root.
    pub files: Vec<(String, String)>,
    /// The lowest level that makes the exit code 1.
    pub fail_on: Option<Level>,
    /// The baseline, from the site's root.
    pub baseline: Option<String>,
    /// `[rules]`, `[per-file]`, `exclude`
    pub rules: RuleSettings,
    /// Other sites that links lead to, in the order of the file.
    pub sites: Vec<OtherSite>,
    /// How the web is asked.
    pub external: ExternalSettings,
    /// The file that says so.
    pub external_path: Option<String>,
    /// `[variants]`
    pub variants: VariantSettings,
    /// The file that says so.
    pub variants_path: Option<String>,
}

/// `[sites."/k/"]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherSite {
    /// A path on the same host (`/k/`), or a full URL (`https://docs.example.org/`).
    pub prefix: String,
    /// Its inventory (`….json`), or the directory of its source, from this site's root; `None`: it is external, and links
    /// to it are checked as those to the rest of the web are.
    pub inventory: Option<String>,
    /// The file that says so.
    pub path: String,
    /// Where.
    pub span: Span,
}

impl Settings {
    /// Reads the configuration nearest to the site's root. The mistakes come with the path of the file.
    pub fn read(tree: &dyn Tree) -> (Self, Vec<(String, Mistake)>) {
        let own = |(path, _): &&(String, String)| FILES.contains(&path.trim_start_matches("../"));
        let mut settings = Self::default();
        let mut mistakes = Vec::new();
        if let Some((path, text)) = tree.surroundings().iter().find(own) {
            settings.path = Some(path.clone());
            settings.add(tree, path, text, &mut mistakes);
        }
        (settings, mistakes)
    }

    /// Adds what a file says to what those say that it extends.
    fn add(&mut self, tree: &dyn Tree, path: &str, text: &str, mistakes: &mut Vec<(String, Mistake)>) {
        self.files.push((path.to_owned(), text.to_owned()));
        let (root, mut own) = value::parse(Format::Toml, text, Span::new(0, text.len()));
        let directory = directory_of(path);
        for base in root.get("extends").map(Value::items).unwrap_or_default() {
            let Some(name) = base.as_str() else {
                own.push(mistake(base.span, "expected the path of another javert.toml"));
                continue;
            };
            let other = joined(directory, name);
            let read = tree.outside(&other);
            if self.files.len() == MAX_EXTENDS || self.files.iter().any(|(own, _)| *own == other) {
                own.push(mistake(base.span, format!("`{name}` is extended already")));
            } else {
                match read {
                    Ok(text) => self.add(tree, &other, &text, mistakes),
                    Err(message) => own.push(mistake(base.span, message)),
                }
            }
        }
        unknown_keys(&root, &KEYS, &mut own);
        if let Some(value) = root.get("fail-on") {
            self.fail_on = level(value, &mut own).flatten().or(self.fail_on);
        }
        if let Some(value) = root.get("baseline") {
            match value.as_str() {
                Some(name) => self.baseline = Some(joined(directory, name)),
                None => own.push(mistake(value.span, "expected the path of a file")),
            }
        }
        self.rules.add(&root, path, &mut own);
        if let Some(table) = root.get("variants") {
            self.variants = VariantSettings::read(table, &mut own);
            self.variants_path = Some(path.to_owned());
        }
        if let Some(table) = root.get("external") {
            self.external = ExternalSettings::read(Some(table), &mut own);
            self.external_path = Some(path.to_owned());
        }
        self.add_sites(&root, path, &mut own);
        own.sort_by_key(|mistake| mistake.span);
        mistakes.extend(own.into_iter().map(|mistake| (path.to_owned(), mistake)));
    }

    fn add_sites(&mut self, root: &Value, path: &str, mistakes: &mut Vec<Mistake>) {
        let directory = directory_of(path);
        for entry in root.get("sites").map(Value::entries).unwrap_or_default() {
            unknown_keys(&entry.value, &["external", "inventory"], mistakes);
            let inventory = entry.value.get("inventory");
            let is_external = entry.value.get("external").and_then(Value::as_bool) == Some(true);
            match inventory.and_then(Value::as_str) {
                Some(_) if is_external => mistakes.push(mistake(
                    entry.key_span,
                    "expected either `inventory` or `external = true`, which means that none is looked at",
                )),
                None if !is_external => mistakes.push(mistake(
                    entry.key_span,
                    "expected `inventory`, the path of the site's inventory or of its source, or `external = true`",
                )),
                own => self.sites.push(OtherSite {
                    prefix: with_slash(&entry.key),
                    inventory: own.map(|own| format!("{directory}{}", own.trim_start_matches("./"))),
                    path: path.to_owned(),
                    span: inventory.map_or(entry.key_span, |value| value.span),
                }),
            }
            if !entry.key.starts_with('/') && !entry.key.contains("://") {
                mistakes.push(mistake(entry.key_span, "expected a path such as `/k/`, or a full URL"));
            }
        }
    }

    /// Where the baseline is, or would be: next to the configuration, or at the site's root.
    pub fn baseline_path(&self) -> String {
        let beside = || joined(self.path.as_deref().map_or("", directory_of), "javert-baseline.json");
        self.baseline.clone().unwrap_or_else(beside)
    }
}

/// The directory whose configuration a file is, with a slash at its end unless it is the site's root.
fn directory_of(path: &str) -> &str {
    let path = path.strip_suffix(FILES[2]).map_or(path, |directory| directory);
    &path[..path.rfind('/').map_or(0, |at| at + 1)]
}

/// A path from a directory, without `./` and without `..` where that can be.
fn joined(directory: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')).filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." && parts.last().is_some_and(|last| *last != "..") {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

/// A level; `Some(None)` is off.
fn level(value: &Value, mistakes: &mut Vec<Mistake>) -> Option<Option<Level>> {
    let text = value.as_str().unwrap_or_default();
    if text == "off" {
        return Some(None);
    }
    let level = Level::parse(text);
    if level.is_none() {
        let near = nearest(text, ["error", "warning", "info", "off"]);
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        mistakes.push(mistake(value.span, format!("expected a level: error, warning, info or off{hint}")));
    }
    level.map(Some)
}

fn with_slash(prefix: &str) -> String {
    if prefix.ends_with('/') { prefix.to_owned() } else { format!("{prefix}/") }
}

fn mistake(span: Span, message: impl Into<String>) -> Mistake {
    Mistake { span, message: message.into(), duplicate_of: None }
}

/// Unknown keys are mistakes: a typo would switch something off without a word.
fn unknown_keys(table: &Value, known: &[&str], mistakes: &mut Vec<Mistake>) {
    for entry in table.entries().iter().filter(|entry| !known.contains(&entry.key.as_str())) {
        let near = nearest(&entry.key, known.iter().copied());
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        mistakes.push(mistake(entry.key_span, format!("unknown key `{}`{hint}", entry.key)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::MemoryTree;

    #[test]
    fn mistakes_have_a_place_and_a_hint() {
        let text = "[sites.\"/k\"]\ninventory = \"../k/inventory.json\"\n[sites.x]\ninventroy = 1\n\
            [sites.'/y/']\nexternal = true\n[sites.'/z/']\nexternal = true\ninventory = 'z'\n[stes]\n";
        let tree = MemoryTree::new([("javert.toml".to_owned(), text.to_owned())]);
        let (settings, mistakes) = Settings::read(&tree);
        let sites: Vec<(&str, Option<&str>)> =
            settings.sites.iter().map(|own| (own.prefix.as_str(), own.inventory.as_deref())).collect();
        assert_eq!(sites, [("/k/", Some("../k/inventory.json")), ("/y/", None)]);
        let said: Vec<(&str, &str)> =
            mistakes.iter().map(|(_, own)| (&text[own.span.range()], own.message.as_str())).collect();
        assert_eq!(
            said,
            [
                (
                    "x",
                    "expected `inventory`, the path of the site's inventory or of its source, or `external = true`"
                ),
                ("x", "expected a path such as `/k/`, or a full URL"),
                ("inventroy", "unknown key `inventroy`; did you mean `inventory`?"),
                (
                    "'/z/'",
                    "expected either `inventory` or `external = true`, which means that none is looked at"
                ),
                ("stes", "unknown key `stes`; did you mean `sites`?"),
            ]
        );
    }
}
