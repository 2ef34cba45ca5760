//! The JSON Schema of `javert.toml`, for editors.

use schemars::{JsonSchema, Schema, schema_for};
use serde_json::{Map, Value, json};

use crate::rules::RULES;

/// `javert.toml`
#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used: the file is read with the place of every key")]
struct File {
    /// The lowest level that makes the exit code 1.
    fail_on: Option<FailOn>,
    /// Other files whose settings count where this one says nothing.
    extends: Option<OneOrMore>,
    /// Files in which nothing is reported, as in a .gitignore at the site's root.
    exclude: Option<OneOrMore>,
    /// The file of known findings that are not reported; `javert-baseline.json` next to this file.
    baseline: Option<String>,
    /// Levels and options of rules and groups.
    rules: Option<Map<String, Value>>,
    /// Rules that are off, or have another level, in some files.
    per_file: Option<std::collections::BTreeMap<String, PerFile>>,
    /// Other sites that links lead to, by path on the same host or full URL.
    sites: Option<std::collections::BTreeMap<String, OtherSite>>,
    /// How the web is asked about external links.
    external: Option<External>,
    /// What tells readers apart, where a site's own use and templates do not show it.
    variants: Option<Variants>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only its schema is used")]
enum FailOn {
    Error,
    Warning,
    Info,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only its schema is used")]
enum Level {
    Error,
    Warning,
    Info,
    Off,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct PerFile {
    /// Rules and groups that are off.
    ignore: Option<OneOrMore>,
    /// Rules and groups that have another level.
    levels: Option<std::collections::BTreeMap<String, Level>>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct OtherSite {
    /// The path of the site's inventory (`….json`), or of its source.
    inventory: Option<String>,
    /// Nothing is known of the site: links to it are external ones.
    external: Option<bool>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct External {
    /// Hosts that may be at a private address.
    allow_private: Option<OneOrMore>,
    /// A file with certificates to trust.
    ca_file: Option<String>,
    /// Where answers are remembered.
    cache: Option<String>,
    /// Addresses that are not asked.
    exclude: Option<Vec<Exclude>>,
    /// What is broken, and when.
    fail_after: Option<FailAfter>,
    /// What holds for certain hosts, by name or `*.example.org`.
    hosts: Option<std::collections::BTreeMap<String, Host>>,
    /// So many requests at once.
    max_connections: Option<u16>,
    /// After this time nothing new is asked: `30s`, `10m`.
    max_time: Option<String>,
    /// Further ports.
    ports: Option<Vec<u16>>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Exclude {
    /// A pattern of URLs, in which `*` stands for anything.
    url: String,
    /// Why.
    reason: String,
    /// The last day on which it holds: `2026-12-31`.
    until: Option<String>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct FailAfter {
    /// What is gone: how often over how much time, such as `2x/1d`.
    dead: Option<String>,
    /// What does not answer; without it never.
    temporary: Option<String>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Host {
    /// So many requests at once.
    concurrency: Option<u16>,
    /// Headers: `$NAME` stands for a variable of the environment.
    headers: Option<std::collections::BTreeMap<String, String>>,
    /// Whoever signed its certificate.
    insecure: Option<bool>,
    /// Time between two requests: `2s`.
    interval: Option<String>,
    /// What a status means.
    status: Option<std::collections::BTreeMap<String, Meaning>>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(dead_code, reason = "only its schema is used")]
enum Meaning {
    Alive,
    Dead,
    Temporary,
    Blocked,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Variants {
    /// What decides who a reader is; a list where several things do.
    axis: Option<Axes>,
    /// Shortcodes that show their inner text to some readers only.
    condition: Option<Vec<Condition>>,
    /// Shortcodes that hold alternatives.
    container: Option<Vec<Container>>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Axes {
    One(Axis),
    Several(Vec<Axis>),
}

/// What decides who a reader is: one of `param`, `page` and `values`.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Axis {
    /// What it is called in messages.
    name: Option<String>,
    /// A site parameter that differs between editions.
    param: Option<String>,
    /// A parameter of the page.
    page: Option<String>,
    /// What the reader chooses in the browser.
    values: Option<Vec<String>>,
    /// The front matter key that hides a page from the values it lists.
    hide: Option<String>,
    /// The front matter key that shows a page only to the values it lists.
    show: Option<String>,
}

/// A parameter of a shortcode: its name, or its position from 0.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum Param {
    Named(String),
    Positional(usize),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Condition {
    /// The shortcode.
    shortcode: String,
    /// The name of the axis whose values it names; without it, the first.
    axis: Option<String>,
    /// Whether its inner text is shown to those named, or to all others.
    shows: Option<bool>,
    /// The argument that names them; without it, all positional ones.
    argument: Option<Param>,
    /// What stands between names within one argument.
    separator: Option<String>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
struct Container {
    /// The shortcode that holds alternatives.
    shortcode: String,
    /// The shortcode that is one of them.
    branch: String,
    /// The argument that lists what is offered; `*`: each argument is offered.
    offers: Option<Param>,
    /// The argument that names a branch.
    label: Option<Param>,
}

/// The schema, whose keys are those that the file may have.
pub fn schema() -> Value {
    let mut schema = schema_for!(File).to_value();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    if let Some(properties) = properties {
        properties.insert("rules".to_owned(), rules());
    }
    schema["title"] = json!("javert.toml");
    schema
}

/// Each rule with its own options, and each group.
fn rules() -> Value {
    let levels = json!(["error", "warning", "info", "off"]);
    let level = json!({ "enum": levels });
    let mut properties = Map::new();
    for entry in RULES {
        let manual = entry.manual();
        let mut options = options((entry.schema)());
        options.insert("level".to_owned(), level.clone());
        let table = json!({ "type": "object", "properties": options, "additionalProperties": false });
        let default = manual.level.map_or("off".to_owned(), |level| level.to_string());
        properties.insert(
            entry.name.to_owned(),
            json!({ "description": manual.summary, "default": default, "anyOf": [level, table] }),
        );
        properties.entry(manual.group.clone()).or_insert_with(|| {
            json!({ "description": format!("All rules of the group {} that are on", manual.group), "anyOf": [
                level,
                { "type": "object", "properties": { "level": level }, "additionalProperties": false }
            ] })
        });
    }
    json!({
        "description": "Levels and options of rules and groups.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false
    })
}

fn options(schema: Schema) -> Map<String, Value> {
    schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{KEYS, external};

    #[test]
    fn the_schema_has_the_keys_that_are_read() {
        let schema = schema();
        let keys = |of: &Value| -> Vec<String> {
            let mut keys: Vec<String> =
                of["properties"].as_object().unwrap().keys().map(Clone::clone).collect();
            keys.sort();
            keys
        };
        assert_eq!(keys(&schema), KEYS);
        assert_eq!(keys(&schema["$defs"]["External"]), external::KEYS);
    }
}
