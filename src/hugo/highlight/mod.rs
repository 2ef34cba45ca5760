//! The ids that highlighting gives to lines of code. Hugo: `markup/highlight`, `markup/goldmark/codeblocks`.

use std::{collections::BTreeMap, sync::OnceLock};

use rustc_hash::FxHashSet;

use super::{anchors::attributes, templates::hooks::hook_path};
use crate::value::Value;

/// Names, aliases and file extensions of the languages that are highlighted, in lower case. Chroma: `lexers`.
const LANGUAGES: &str = include_str!("languages.txt");

/// Whether code in a language is highlighted. Chroma: `registry.go`, `Get`.
fn is_highlighted(language: &str) -> bool {
    static KNOWN: OnceLock<FxHashSet<&str>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| LANGUAGES.split_whitespace().collect());
    known.contains(language.to_lowercase().as_str())
}

/// `markup.highlight`, as far as lines get ids by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// `anchorLineNos`
    anchors: bool,
    /// `lineNos`
    numbers: bool,
    /// `lineNumbersInTable`
    table: bool,
    /// `hl_inline`
    inline: bool,
    /// `guessSyntax`
    guesses: bool,
    /// `lineAnchors`
    prefix: String,
    /// `lineNoStart`
    start: usize,
}

/// The ids of lines of code: numbers that follow each other, behind the same text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The text before the number.
    pub prefix: String,
    /// The number of the first line.
    pub first: usize,
    /// How many lines there are.
    pub count: usize,
}

impl Lines {
    /// Whether this is the id of one of them.
    pub fn has(&self, id: &str) -> bool {
        let number = id.strip_prefix(self.prefix.as_str()).filter(|number| !number.starts_with(['0', '+']));
        let number = number.and_then(|number| number.parse::<usize>().ok());
        number.is_some_and(|number| (self.first..self.first + self.count).contains(&number))
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = String> {
        (self.first..self.first + self.count).map(|number| format!("{}{number}", self.prefix))
    }
}

impl Highlight {
    /// Of `markup`.
    pub fn new(markup: &Value) -> Self {
        let mut own = Self {
            anchors: false,
            numbers: false,
            table: true,
            inline: false,
            guesses: false,
            prefix: String::new(),
            start: 1,
        };
        for key in
            ["anchorlinenos", "linenumbersintable", "linenos", "guesssyntax", "lineanchors", "linenostart"]
        {
            if let Some(text) = markup.at(&["highlight", key]).and_then(Value::to_text) {
                own.set(key, &text);
            }
        }
        own
    }

    /// Whether lines have ids where no block says otherwise.
    pub fn names_lines(&self) -> bool {
        self.anchors && self.numbers
    }

    fn set(&mut self, key: &str, value: &str) {
        let is_on = matches!(value, "true" | "1" | "t");
        match key.to_lowercase().as_str() {
            "anchorlinenos" => self.anchors = is_on,
            "linenumbersintable" => self.table = is_on,
            "guesssyntax" => self.guesses = is_on,
            "hl_inline" => self.inline = is_on,
            "lineanchors" => value.clone_into(&mut self.prefix),
            "linenostart" => self.start = value.parse().unwrap_or(self.start),
            "linenos" => {
                self.numbers = value != "false";
                match value {
                    "table" => self.table = true,
                    "inline" => self.table = false,
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// The same for code that a template highlights with these options, such as `linenos=table,hl_lines=8`.
    pub fn call(&self, language: &str, options: &str) -> Option<Lines> {
        if !self.names_lines() && options.is_empty() {
            return None;
        }
        let mut own = self.clone();
        for (key, value) in options.split(',').filter_map(|option| option.split_once('=')) {
            own.set(key.trim(), value);
        }
        let prefix = if own.prefix.is_empty() { String::new() } else { format!("{}-", own.prefix) };
        own.named(language, prefix)
    }

    fn named(&self, language: &str, prefix: String) -> Option<Lines> {
        let is_plain = !self.inline || self.table;
        let is_known = self.guesses || is_highlighted(language);
        let lines = Lines { prefix, first: self.start, count: 0 };
        (self.names_lines() && is_plain && is_known).then_some(lines)
    }

    /// What a fence says of its lines, if they get ids; their number is not known yet. `ordinal`: how many fences of the
    /// document are before it.
    pub fn fence(&self, info: &str, ordinal: usize) -> Option<Lines> {
        let is_asked = info.contains('{');
        if !self.names_lines() && !is_asked {
            return None;
        }
        let mut own = self.clone();
        if let Some((_, rest)) = info.split_once('{').filter(|_| is_asked) {
            let inside = rest.split_once('}').map_or("", |(inside, _)| inside);
            for attribute in attributes(inside)? {
                own.set(attribute.name, attribute.value);
            }
        }
        let prefix =
            if own.prefix.is_empty() { format!("hl-{ordinal}-") } else { format!("{}-", own.prefix) };
        own.named(fence_language(info), prefix)
    }
}

/// The language of a fence.
pub fn fence_language(info: &str) -> &str {
    let word = info.split([' ', '\t']).next().unwrap_or_default();
    word.split('{').next().unwrap_or_default()
}

/// How many lines code has when it is highlighted: blank lines at its end are cut off.
pub fn count_lines(code: &str) -> usize {
    let code = code.trim_end_matches(['\n', '\r']);
    if code.is_empty() { 0 } else { 1 + memchr::memchr_iter(b'\n', code.as_bytes()).count() }
}

/// What a hook for code does with its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeHook {
    /// They have their ids.
    Lines,
    /// They have none.
    NoLines,
    /// We cannot tell.
    Unknown,
}

impl CodeHook {
    fn of(template: &str) -> Self {
        let Some((_, rest)) = template.split_once("HighlightCodeBlock") else {
            let calls = ["ighlight", "partial", "template", "RenderString"];
            return if calls.iter().any(|call| template.contains(call)) {
                Self::Unknown
            } else {
                Self::NoLines
            };
        };
        let given = rest.trim_start().strip_prefix(['.', '$']).map(str::trim_start);
        // Options may be anything.
        let is_alone = given.is_some_and(|rest| rest.starts_with(['}', ')', '|', '-']));
        if is_alone { Self::Lines } else { Self::Unknown }
    }
}

/// The hooks for code, by language; `""`: for all others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeHooks {
    by_language: BTreeMap<String, CodeHook>,
}

impl CodeHooks {
    /// Of template files (path below `layouts`, and text) in the order in which they win.
    pub fn new<'t>(files: impl Iterator<Item = (&'t str, &'t str)>) -> Self {
        let mut by_place: BTreeMap<(String, String), CodeHook> = BTreeMap::new();
        for (path, text) in files.filter(|(path, _)| path.contains("_markup/render-codeblock")) {
            let file = path.rsplit('/').next().unwrap_or(path);
            let name = file.split('.').next().unwrap_or(file);
            let Some(hook) = hook_path(path, name) else { continue };
            let language = name.trim_start_matches("render-codeblock").trim_start_matches('-').to_lowercase();
            by_place.entry((language, hook.directory)).or_insert_with(|| CodeHook::of(text));
        }
        let mut by_language: BTreeMap<String, CodeHook> = BTreeMap::new();
        for ((language, directory), does) in by_place {
            // Elsewhere than below its directory, lines have their ids.
            let does = if directory.is_empty() || does == CodeHook::Lines { does } else { CodeHook::Unknown };
            let own = by_language.entry(language).or_insert(does);
            if *own != does {
                *own = CodeHook::Unknown;
            }
        }
        Self { by_language }
    }

    /// What becomes of the lines of code in a language.
    pub fn of(&self, language: &str) -> CodeHook {
        let own = self.by_language.get(&language.to_lowercase()).or_else(|| self.by_language.get(""));
        own.copied().unwrap_or(CodeHook::Lines)
    }
}
