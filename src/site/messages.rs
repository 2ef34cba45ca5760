//! The translations of words that templates ask for: [`Messages`]. Hugo: `langs/i18n`.

use rustc_hash::FxHashMap;

use super::{Edition, data::is_of_theme};
use crate::{
    source::Span,
    tree::Tree,
    value::{Data, Format, Value, parse},
};

/// The forms that a message may have for numbers. `go-i18n`: `internal/plural`.
const FORMS: [&str; 9] = ["zero", "one", "two", "few", "many", "other", "description", "hash", "translation"];

/// The messages of a site and its themes, by language.
#[derive(Debug, Default)]
pub(super) struct Messages {
    languages: FxHashMap<String, FxHashMap<String, Message>>,
    /// That of which messages are taken that a language lacks.
    fallback: String,
}

/// A message where nothing is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Message {
    /// `None`: what it says, we do not know.
    text: Option<String>,
    /// It says something else of some numbers.
    counts: bool,
}

impl Messages {
    /// Reads them; `None`: some may not be here, and nobody knows which.
    pub(super) fn read(edition: &Edition, tree: &dyn Tree) -> Option<Self> {
        let mounts = edition.config.root.at(&["module", "mounts"]).map(Value::items).unwrap_or_default();
        let target = |mount: &Value| mount.get("target").and_then(Value::to_text).unwrap_or_default();
        if edition.mounts.lacks_module() || mounts.iter().any(|mount| target(mount).starts_with("i18n")) {
            return None;
        }
        let mut found = Self {
            languages: FxHashMap::default(),
            fallback: edition.config.default_language.to_lowercase(),
        };
        let is_theme = |path: &&String| path.contains("/i18n/") && is_of_theme(path);
        for path in tree.paths().iter().filter(is_theme) {
            for (language, key, message) in of_file(tree, path)? {
                let known = found.languages.entry(language).or_default();
                let kept = known.entry(key).or_insert_with(|| message.clone());
                // Which theme wins is not looked at here.
                if *kept != message {
                    *kept = Message { text: None, counts: false };
                }
            }
        }
        for path in tree.below("i18n") {
            for (language, key, message) in of_file(tree, path)? {
                found.languages.entry(language).or_default().insert(key, message);
            }
        }
        (!found.languages.is_empty()).then_some(found)
    }

    /// What a language says; `counted`: to something that may be a number.
    pub(super) fn text(&self, language: &str, key: &str, counted: bool) -> Option<&str> {
        let language = language.to_lowercase();
        let main = |language: &str| language.split(['-', '_']).next().map(str::to_owned);
        let own = match self.languages.get(&language) {
            Some(own) => own.get(key),
            // Files of a related language may be taken.
            None if self.languages.keys().any(|other| main(other) == main(&language)) => return None,
            None => None,
        };
        let message = own.or_else(|| self.languages.get(&self.fallback)?.get(key))?;
        message.text.as_deref().filter(|text| !(text.is_empty() || counted && message.counts))
    }
}

/// Languages, keys and messages of a file.
fn of_file(tree: &dyn Tree, path: &str) -> Option<Vec<(String, String, Message)>> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.starts_with('.') {
        return Some(Vec::new());
    }
    let format = Format::of_path(path)?;
    let text = tree.read(path).ok()?.text;
    let (value, mistakes) = parse(format, &text, Span::new(0, text.len()));
    if !mistakes.is_empty() {
        return None;
    }
    let (language, _) = name.split_once('.')?;
    let mut found = Vec::new();
    match &value.data {
        Data::List(items) => {
            for item in items {
                let key = item.get("id").and_then(Value::to_text)?;
                found.push((key, message(item.get("translation")?)?));
            }
        }
        _ => add(&value, "", &mut found),
    }
    Some(found.into_iter().map(|(key, message)| (language.to_lowercase(), key, message)).collect())
}

fn add(value: &Value, above: &str, found: &mut Vec<(String, Message)>) {
    for entry in value.entries() {
        let key = if above.is_empty() { entry.key.clone() } else { [above, ".", &entry.key].concat() };
        match message(&entry.value) {
            Some(message) => found.push((key, message)),
            None => add(&entry.value, &key, found),
        }
    }
}

/// The message that a value is; `None`: there are messages in it.
fn message(value: &Value) -> Option<Message> {
    let text = |value: &Value| value.to_text().filter(|text| !text.contains("{{"));
    if let Data::Map(entries) = &value.data {
        let is_form = |key: &str| FORMS.iter().any(|form| key.eq_ignore_ascii_case(form));
        if entries.is_empty() || !entries.iter().all(|entry| is_form(&entry.key)) {
            return None;
        }
        let counts = ["zero", "one", "two", "few", "many"].iter().any(|form| value.get(form).is_some());
        return Some(Message { text: value.get("other").and_then(text), counts });
    }
    Some(Message { text: text(value), counts: false })
}
