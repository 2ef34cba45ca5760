//! Javert's own configuration, `javert.toml`: [`Settings`].

use external::ExternalSettings;
use variants::VariantSettings;

use crate::{
    rules::nearest,
    source::Span,
    tree::Tree,
    value::{self, Format, Mistake, Value},
};

pub mod external;
pub mod variants;

/// Where the configuration may lie, next to the site's own or in a directory above, in the order of search.
pub const FILES: [&str; 3] = ["javert.toml", ".javert.toml", ".config/javert.toml"];

/// What the user configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The file, from the site's root; `None`: there is none.
    pub path: Option<String>,
    /// Its text.
    pub text: String,
    /// Other sites that links lead to, in the order of the file.
    pub sites: Vec<OtherSite>,
    /// How the web is asked.
    pub external: ExternalSettings,
    /// `[variants]`
    pub variants: VariantSettings,
}

/// `[sites."/k/"]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherSite {
    /// A path on the same host (`/k/`), or a full URL (`https://docs.example.org/`).
    pub prefix: String,
    /// Its inventory (`….json`), or the directory of its source, from this site's root.
    pub inventory: String,
    /// Where that is written.
    pub span: Span,
}

impl Settings {
    /// Reads the configuration nearest to the site's root. The mistakes come with the path of the file.
    pub fn read(tree: &dyn Tree) -> (Self, Vec<(String, Mistake)>) {
        let own = |(path, _): &&(String, String)| FILES.contains(&path.trim_start_matches("../"));
        let Some((path, text)) = tree.surroundings().iter().find(own) else {
            return (Self::default(), Vec::new());
        };
        let (root, mut mistakes) = value::parse(Format::Toml, text, Span::new(0, text.len()));
        let directory = &path[..path.rfind("../").map_or(0, |at| at + 3)];
        let mut settings = Self { path: Some(path.clone()), text: text.clone(), ..Self::default() };
        unknown_keys(&root, &["external", "sites", "variants"], &mut mistakes);
        if let Some(table) = root.get("variants") {
            settings.variants = VariantSettings::read(table, &mut mistakes);
        }
        settings.external = ExternalSettings::read(root.get("external"), &mut mistakes);
        for entry in root.get("sites").map(Value::entries).unwrap_or_default() {
            unknown_keys(&entry.value, &["inventory"], &mut mistakes);
            match entry.value.get("inventory").and_then(Value::as_str) {
                Some(inventory) => settings.sites.push(OtherSite {
                    prefix: with_slash(&entry.key),
                    inventory: format!("{directory}{}", inventory.trim_start_matches("./")),
                    span: entry.value.get("inventory").map_or(entry.key_span, |value| value.span),
                }),
                None => mistakes.push(mistake(
                    entry.key_span,
                    "expected `inventory`: the path of the site's inventory or of its source",
                )),
            }
            if !entry.key.starts_with('/') && !entry.key.contains("://") {
                mistakes.push(mistake(entry.key_span, "expected a path such as `/k/`, or a full URL"));
            }
        }
        (settings, mistakes.into_iter().map(|mistake| (path.clone(), mistake)).collect())
    }
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
        let text = "[sites.\"/k\"]\ninventory = \"../k/inventory.json\"\n[sites.x]\ninventroy = 1\n[stes]\n";
        let tree = MemoryTree::new([("javert.toml".to_owned(), text.to_owned())]);
        let (settings, mistakes) = Settings::read(&tree);
        let sites: Vec<(&str, &str)> =
            settings.sites.iter().map(|own| (own.prefix.as_str(), own.inventory.as_str())).collect();
        assert_eq!(sites, [("/k/", "../k/inventory.json")]);
        let said: Vec<(&str, &str)> =
            mistakes.iter().map(|(_, own)| (&text[own.span.range()], own.message.as_str())).collect();
        assert_eq!(
            said,
            [
                ("stes", "unknown key `stes`; did you mean `sites`?"),
                ("inventroy", "unknown key `inventroy`; did you mean `inventory`?"),
                ("x", "expected `inventory`: the path of the site's inventory or of its source"),
                ("x", "expected a path such as `/k/`, or a full URL"),
            ]
        );
    }
}
