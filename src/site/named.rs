//! Configuration files and themes that something names and that are not there: [`Named`].

use super::{Edition, generated::Generated};
use crate::{
    source::{Source, Span},
    tree::Tree,
};

/// What is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedKind {
    /// A configuration file, by a command that builds the site.
    Configuration,
    /// A theme, by the configuration.
    Theme,
}

/// A name of something that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The file that names it.
    pub path: String,
    /// Where.
    pub span: Span,
    /// The name.
    pub name: String,
    /// What it names.
    pub kind: NamedKind,
    /// Where Hugo looks for it: the names that are there.
    pub known: Vec<String>,
}

/// Everything that is named and is not there, and the files that name it as far as they are not the site's own.
///
/// Only what must be in a checkout: not what git ignores, submodules, modules, or names with variables.
pub(super) fn absent(
    tree: &dyn Tree,
    editions: &[Edition],
    sources: &[Source],
    generated: &Generated,
) -> (Vec<Named>, Vec<Source>) {
    let mut found = themes(tree, editions, sources, generated);
    let mut read = Vec::new();
    let makefile =
        ["Makefile", "makefile", "justfile"].into_iter().filter(|name| tree.has(name)).filter_map(|name| {
            let text = tree.read(name).ok()?.text.into_owned();
            Some((name.to_owned(), text))
        });
    // Commands of directories above run where we cannot see.
    let around = tree.surroundings().iter().filter(|(name, _)| !name.starts_with("..")).cloned();
    for (name, text) in around.chain(makefile) {
        let own = configurations(tree, &name, &text, generated);
        if !own.is_empty() {
            read.push(Source::new(name, text));
            found.extend(own);
        }
    }
    (found, read)
}

/// Themes of the configuration without a directory, where there are others.
fn themes<'t>(
    tree: &'t dyn Tree,
    editions: &[Edition],
    sources: &[Source],
    generated: &Generated,
) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    for edition in editions {
        let directory = edition.config.text("themesdir", "themes");
        let prefix = format!("{directory}/");
        let theme_of = |path: &'t String| path.strip_prefix(&prefix)?.split_once('/').map(|(theme, _)| theme);
        let mut known: Vec<&str> = tree.below(&directory).iter().filter_map(theme_of).collect();
        known.dedup();
        if known.is_empty() {
            continue;
        }
        for value in edition.config.root.get("theme").map(crate::value::Value::items).unwrap_or_default() {
            let Some(name) = value.to_text() else { continue };
            let is_missing = edition.mounts.missing.iter().any(|missing| missing.name == name);
            let is_module = name.contains(['/', '.', '\\']);
            let path = format!("{prefix}{name}");
            let is_submodule = edition.mounts.missing.iter().any(|missing| missing.name == path);
            if !is_missing || is_module || is_submodule || generated.ignores(&format!("{path}/theme.toml")) {
                continue;
            }
            let names_it = |source: &&Source| {
                edition.files.contains(&source.path)
                    && source.text.get(value.span.range()).is_some_and(|text| text.contains(name.as_str()))
            };
            let Some(source) = sources.iter().find(names_it) else { continue };
            let path = source.path.clone();
            if !found.iter().any(|own| own.path == path && own.span == value.span) {
                found.push(Named {
                    path,
                    span: value.span,
                    name,
                    kind: NamedKind::Theme,
                    known: known.iter().map(|&theme| theme.to_owned()).collect(),
                });
            }
        }
    }
    found
}

/// The files that `hugo --config` names in a file of commands.
fn configurations(tree: &dyn Tree, path: &str, text: &str, generated: &Generated) -> Vec<Named> {
    let mut found = Vec::new();
    let is_base = |line: &str| line.trim_start().starts_with("base =");
    if text.contains("working-directory") || text.lines().any(is_base) {
        return found;
    }
    for (at, flag) in text.match_indices("--config") {
        let line = command_start(text, at);
        let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
        let before = &text[line..at];
        let command = before.rsplit(['&', ';', '|']).next().unwrap_or(before);
        let mut words = command.split(|c: char| c.is_whitespace() || "\"'`/".contains(c));
        let is_hugo = words.any(|word| word == "hugo");
        let moves = ["cd ", "--source", " -s ", "--cwd"].iter().any(|word| text[line..end].contains(word));
        let rest = &text[at + flag.len()..end];
        if !is_hugo || moves || before.trim_start().starts_with('#') || !rest.starts_with([' ', '=']) {
            continue;
        }
        let list = rest[1..].trim_start_matches(['"', '\'']);
        let mut start = end - list.len();
        let length = list.find(|c: char| c.is_whitespace() || "\"'`;&|<>()\\".contains(c));
        for name in list[..length.unwrap_or(list.len())].split(',') {
            let span = Span::new(start, start + name.len());
            start += name.len() + 1;
            let absent = is_literal(name) && !is_there(tree, name) && !generated.ignores(name);
            if absent && !is_made(text, name) {
                let known = tree.paths().iter().filter(|own| is_configuration(own)).cloned().collect();
                let (path, name) = (path.to_owned(), name.to_owned());
                found.push(Named { path, span, name, kind: NamedKind::Configuration, known });
            }
        }
    }
    found
}

/// Where the command around a place begins: a line that ends with a backslash goes on in the next.
fn command_start(text: &str, at: usize) -> usize {
    let mut line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    while line > 0 && text[..line].trim_end().ends_with('\\') {
        line = text[..line - 1].rfind('\n').map_or(0, |newline| newline + 1);
    }
    line
}

/// Whether a name is a path in the site and nothing that a shell fills in.
fn is_literal(name: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    !name.is_empty() && name.chars().all(is_plain) && !name.starts_with(['/', '-']) && !name.contains("..")
}

/// Whether there is such a file, with or without its extension, here or in a directory that a command may run in.
fn is_there(tree: &dyn Tree, name: &str) -> bool {
    let name = name.trim_start_matches("./");
    let base = name.rsplit('/').next().unwrap_or(name);
    tree.paths().iter().any(|path| {
        let own = path.rsplit('/').next().unwrap_or(path);
        own == base
            || own.strip_prefix(base).is_some_and(|rest| matches!(rest, ".toml" | ".yaml" | ".yml" | ".json"))
    })
}

/// Whether the commands name the file elsewhere too, perhaps to write it.
fn is_made(text: &str, name: &str) -> bool {
    let uses = text.match_indices(name).filter(|(at, _)| {
        let line = text[..*at].rfind('\n').map_or(0, |newline| newline + 1);
        !text[line..*at].contains("--config")
    });
    uses.count() > 0
}

fn is_configuration(path: &str) -> bool {
    !path.contains('/') && crate::value::Format::of_path(path).is_some() && path.contains("config")
        || path.starts_with("hugo.")
}
