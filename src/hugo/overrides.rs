//! What the host's build adds to a site's configuration: flags of the `hugo` command and `HUGO_…` variables that
//! netlify.toml declares for production.
//!
//! Only what is unambiguous: one plain `hugo` command without shell variables, and keys that change nothing but what
//! is published, its address, or parameters. A variable wins over a flag, and both over files (tried with 0.168).
//! Hugo: `config/allconfig/load.go`, `applyOsEnvOverrides`; `commands/commandeer.go`.

use super::config::Config;
use crate::{
    source::Span,
    value::{self, Data, Format, Value},
};

/// Settings from outside of the configuration files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    /// How each was written: `-D`, `HUGO_BASEURL`.
    pub written: Vec<String>,
    /// What they set, as a configuration.
    values: Value,
}

/// Keys that variables may set, lower-cased.
const KEYS: [&str; 11] = [
    "baseurl",
    "builddrafts",
    "buildexpired",
    "buildfuture",
    "canonifyurls",
    "disablealiases",
    "enablegitinfo",
    "enablerobotstxt",
    "params",
    "relativeurls",
    "uglyurls",
];

impl Overrides {
    /// Reads the netlify.toml beside the configuration, and package.json where that names its command.
    pub fn detect(surroundings: &[(String, String)]) -> Self {
        let mut found = Self { values: Value::map(), ..Self::default() };
        let text_of =
            |wanted: &str| surroundings.iter().find(|(name, _)| name == wanted).map(|(_, text)| text);
        let Some(text) = text_of("netlify.toml") else { return found };
        let (netlify, _) = value::parse(Format::Toml, text, Span::new(0, text.len()));
        let elsewhere = netlify.at(&["build", "base"]).and_then(Value::to_text);
        if elsewhere.is_some_and(|base| !matches!(base.trim_matches('/'), "" | ".")) {
            return found;
        }
        let of_production = netlify.at(&["context", "production", "command"]);
        let command = of_production.or_else(|| netlify.at(&["build", "command"])).and_then(Value::to_text);
        if let Some(command) = command {
            let script = script(&command, text_of("package.json").map_or("", String::as_str));
            found.flags(script.as_deref().unwrap_or(&command));
        }
        for table in [&["build", "environment"][..], &["context", "production", "environment"]] {
            for entry in netlify.at(table).map(Value::entries).unwrap_or_default() {
                if let Some(value) = entry.value.to_text() {
                    found.variable(&entry.key, &value);
                }
            }
        }
        found
    }

    /// A configuration with the overrides on top.
    pub fn applied(&self, config: Config) -> Config {
        if self.written.is_empty() {
            return config;
        }
        let mut root = config.root;
        root.overlay(self.values.clone());
        Config::of_root(root)
    }

    fn set(&mut self, path: &[String], value: &str, written: &str) {
        let data = Data::String(value.to_owned());
        let inner = Value { data, ..Value::default() };
        let table = path.iter().rev().fold(inner, |value, key| Value::singleton(key, value));
        self.values.overlay(table);
        if !self.written.iter().any(|own| own == written) {
            self.written.push(written.to_owned());
        }
    }

    /// `HUGO_PARAMS_REGION`; the character behind `HUGO` divides the keys, so that `HUGOxPARAMSxMY_KEY` has an
    /// underscore in its key.
    fn variable(&mut self, name: &str, value: &str) {
        let Some(rest) = name.strip_prefix("HUGO") else { return };
        let Some(divider) = rest.chars().next().filter(|divider| matches!(divider, '_' | 'x')) else {
            return;
        };
        let path: Vec<String> = rest[1..].split(divider).map(str::to_lowercase).collect();
        let is_plain = !value.contains(['$', '[', '{']) && !path.iter().any(String::is_empty);
        let is_param = path[0] == "params" && path.len() > 1;
        if is_plain && KEYS.contains(&path[0].as_str()) && (is_param || path.len() == 1) {
            self.set(&path, value, name);
        }
    }

    /// The flags of the one `hugo` command in a line for the shell.
    fn flags(&mut self, line: &str) {
        let commands: Vec<Vec<&str>> = line.split(['&', ';', '|']).filter_map(arguments).collect();
        let [words] = commands.as_slice() else { return };
        let moves = ["-s", "--source", "--config", "--configDir", "-e", "--environment", "server", "serve"];
        let is_moved = |word: &&str| moves.contains(&word.split('=').next().unwrap_or(word));
        if words.iter().any(is_moved) || line.contains("cd ") {
            return;
        }
        for (at, word) in words.iter().enumerate() {
            let (flag, value) = word.split_once('=').unwrap_or((word, ""));
            let key = match flag {
                "--buildDrafts" => "builddrafts",
                "--buildFuture" => "buildfuture",
                "--buildExpired" => "buildexpired",
                "-b" | "--baseURL" => "baseurl",
                _ => {
                    self.letters(word);
                    continue;
                }
            };
            let given =
                if value.is_empty() && key == "baseurl" { words.get(at + 1).copied() } else { Some(value) };
            let given = given.map(|given| given.trim_matches(['"', '\'']));
            let is_literal = |url: &&str| !url.is_empty() && !url.contains(['$', '`', '\\']);
            if key == "baseurl" {
                if let Some(url) = given.filter(is_literal) {
                    self.set(&[key.to_owned()], url, &format!("{flag} {url}"));
                }
            } else if matches!(value, "" | "true") {
                self.set(&[key.to_owned()], "true", flag);
            }
        }
    }

    /// `-D`, or several in one word: `-DF`.
    fn letters(&mut self, word: &str) {
        let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')) else { return };
        if !letters.is_empty() && letters.chars().all(|letter| "DFE".contains(letter)) {
            for letter in letters.chars() {
                let key = match letter {
                    'D' => "builddrafts",
                    'F' => "buildfuture",
                    _ => "buildexpired",
                };
                self.set(&[key.to_owned()], "true", &format!("-{letter}"));
            }
        }
    }
}

/// The words behind `hugo` where a command is one.
fn arguments(command: &str) -> Option<Vec<&str>> {
    let mut words = command.split_whitespace().skip_while(|word| word.contains('=') || *word == "npx");
    (words.next()? == "hugo").then(|| words.collect())
}

/// The script of package.json that `npm run build` runs.
fn script(command: &str, package: &str) -> Option<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let name = match words.as_slice() {
        ["npm" | "pnpm" | "yarn", "run", name] | ["yarn", name] => *name,
        _ => return None,
    };
    let (root, _) = value::parse(Format::Json, package, Span::new(0, package.len()));
    let scripts = root.get("scripts")?;
    let own = scripts.entries().iter().find(|entry| entry.key == name)?;
    own.value.to_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(netlify: &str, package: &str, expected: &str) {
        let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let found = Overrides::detect(&[file("netlify.toml", netlify), file("package.json", package)]);
        assert_eq!(found.written.join(" "), expected, "{netlify}");
    }

    #[test]
    fn flags_of_plain_commands_count() {
        check("[build]\ncommand = 'hugo -D -F -d public'", "", "-D -F");
        check("[build]\ncommand = 'npm ci && npx hugo --gc -DF'", "", "-D -F");
        check("[build]\ncommand = 'hugo --buildDrafts --buildFuture=false'", "", "--buildDrafts");
        check("[build]\ncommand = 'hugo -b https://x.org/'", "", "-b https://x.org/");
        check("[build]\ncommand = 'hugo -b $URL -D'", "", "-D");
        check("[build]\ncommand = 'npm run build'", r#"{"scripts": {"build": "hugo -E"}}"#, "-E");
        check("[build]\ncommand = 'hugo -D'\n[context.production]\ncommand = 'hugo'", "", "");
    }

    #[test]
    fn commands_that_say_more_are_left_alone() {
        check("[build]\nbase = 'docs'\ncommand = 'hugo -D'", "", "");
        check("[build]\ncommand = 'cd docs && hugo -D'", "", "");
        check("[build]\ncommand = 'hugo -s docs -D'", "", "");
        check("[build]\ncommand = 'hugo --config x.toml -D'", "", "");
        check("[build]\ncommand = 'hugo && hugo -D'", "", "");
        check("[context.deploy-preview]\ncommand = 'hugo -D'", "", "");
    }

    #[test]
    fn variables_set_keys() {
        let netlify = "[build.environment]
HUGO_VERSION = '0.150.0'
HUGO_THEME = 'x'
HUGO_BUILDDRAFTS = 'true'
HUGO_PARAMS_REGION = 'jp'
HUGOxPARAMSxMY_KEY = '1'
[context.production.environment]
HUGO_BASEURL = 'https://x.org/docs/'
[context.deploy-preview.environment]
HUGO_BUILDFUTURE = 'true'";
        check(netlify, "", "HUGO_BUILDDRAFTS HUGO_PARAMS_REGION HUGOxPARAMSxMY_KEY HUGO_BASEURL");
        let found = Overrides::detect(&[("netlify.toml".to_owned(), netlify.to_owned())]);
        let config = found.applied(Config::of_root(Value::map()));
        assert_eq!(config.base_path, "/docs/");
        assert!(config.flag("builddrafts") && !config.flag("buildfuture"));
        assert_eq!(config.param(&["my_key"], "en").and_then(Value::to_text).as_deref(), Some("1"));
    }
}
