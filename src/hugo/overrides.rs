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
    /// The environment, whose directory below `config` counts; `None`: production.
    pub environment: Option<String>,
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
            let named = |name: &str| text_of(name).map_or("", String::as_str);
            let script =
                script(&command, named("package.json")).or_else(|| recipe(&command, named("Makefile")));
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
        if self.values.entries().is_empty() {
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
        if matches!(name, "HUGO_ENVIRONMENT" | "HUGO_ENV") {
            return self.build_for(value, name);
        }
        let is_plain = !value.contains(['$', '[', '{']) && !path.iter().any(String::is_empty);
        let is_param = path[0] == "params" && path.len() > 1;
        if is_plain && KEYS.contains(&path[0].as_str()) && (is_param || path.len() == 1) {
            self.set(&path, value, name);
        }
    }

    /// Names the environment, unless something stronger has.
    fn build_for(&mut self, environment: &str, written: &str) {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if environment.is_empty() || !environment.chars().all(is_name) || self.is_flagged() {
            return;
        }
        self.written.retain(|own| !own.starts_with("HUGO_ENV"));
        self.written.push(written.to_owned());
        self.environment = Some(environment.to_owned());
    }

    /// Whether a flag names the environment, which wins over variables.
    fn is_flagged(&self) -> bool {
        self.written.iter().any(|own| own.starts_with("-e ") || own.starts_with("--environment "))
    }

    /// The flags of the one `hugo` command in a line for the shell.
    fn flags(&mut self, line: &str) {
        for word in line.split_whitespace() {
            if let Some((name @ ("HUGO_ENVIRONMENT" | "HUGO_ENV"), value)) = word.split_once('=') {
                self.build_for(value, name);
            }
        }
        let commands: Vec<Vec<&str>> = line.split(['&', ';', '|']).filter_map(arguments).collect();
        let [words] = commands.as_slice() else { return };
        let moves = ["-s", "--source", "--config", "--configDir", "server", "serve"];
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
                "-e" | "--environment" => "environment",
                _ => {
                    self.letters(word);
                    continue;
                }
            };
            let given = if value.is_empty() && matches!(key, "baseurl" | "environment") {
                words.get(at + 1).copied()
            } else {
                Some(value)
            };
            let given = given.map(|given| given.trim_matches(['"', '\'']));
            let is_literal = |url: &&str| !url.is_empty() && !url.contains(['$', '`', '\\']);
            if key == "environment" {
                if let Some(name) = given.filter(is_literal) {
                    self.build_for(name, &format!("{flag} {name}"));
                }
            } else if key == "baseurl" {
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

/// The one line of the Makefile's rule that `make build` runs.
fn recipe(command: &str, makefile: &str) -> Option<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let ["make", target] = words.as_slice() else { return None };
    let mut lines = makefile.lines().skip_while(|line| !line.starts_with(&format!("{target}:")));
    let prerequisites = lines.next()?.split_once(':')?.1;
    let mut recipe = lines.take_while(|line| line.starts_with('\t'));
    let only = recipe.next().filter(|_| recipe.next().is_none() && prerequisites.trim().is_empty())?;
    let plain = only.trim().trim_start_matches('@');
    (!plain.contains(['$', '\\'])).then(|| plain.to_owned())
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
    fn the_environment_is_known_where_it_is_written() {
        for (netlify, expected) in [
            ("[build]\ncommand = 'hugo -e staging'", Some("staging")),
            ("[build]\ncommand = 'hugo --environment=staging --gc'", Some("staging")),
            ("[build]\ncommand = 'HUGO_ENV=staging hugo'", Some("staging")),
            ("[build.environment]\nHUGO_ENVIRONMENT = 'staging'", Some("staging")),
            ("[build]\ncommand = 'hugo -e a'\n[build.environment]\nHUGO_ENVIRONMENT = 'b'", Some("a")),
            ("[build]\ncommand = 'make site'", Some("of-make")),
            ("[build]\ncommand = 'make all'", None),
            ("[build]\ncommand = 'hugo -e $CONTEXT'", None),
            ("[context.deploy-preview]\ncommand = 'hugo -e preview'", None),
        ] {
            let makefile = "all: site\n\thugo -e all\nsite:\n\t@hugo -e of-make --minify\n\nx:\n\thugo\n";
            let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
            let found = Overrides::detect(&[file("netlify.toml", netlify), file("Makefile", makefile)]);
            assert_eq!(found.environment.as_deref(), expected, "{netlify}");
        }
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
        assert_eq!(config.param(&["my_key"], "en").flatten().and_then(Value::to_text).as_deref(), Some("1"));
    }
}
