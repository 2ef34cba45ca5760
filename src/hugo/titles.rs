//! The titles that Hugo gives to lists without any: [`ListTitles`].
//!
//! Hugo: `hugolib/page__meta.go`, `helpers/general.go`, `GetTitleFunc`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::config::Config;
use crate::value::Value;

/// Words that stay small inside of a title. `jdkato/prose`: `transform/title.go`.
const SMALL: &str = "a an and as at but by en for if in nor of on or per the to vs vs. via v v.";
/// Those that the Chicago style has besides.
const PREPOSITIONS: &str = "with from into during including until against among throughout despite towards upon \
     concerning about over through before between after since without under within along following across beyond \
     around down near above";

/// Which letters of such a title are capital (`titleCaseStyle`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    None,
    FirstUpper,
    Go,
    Ap,
    Chicago,
}

/// How lists without a title are called.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListTitles {
    style: Style,
    pluralize: bool,
}

impl ListTitles {
    pub(super) fn new(config: &Config) -> Self {
        let is_on = |key: &str| config.root.get(key).and_then(Value::as_bool) != Some(false);
        let style = config.root.get("titlecasestyle").and_then(Value::as_str).unwrap_or_default();
        let style = match style.to_lowercase().as_str() {
            _ if !is_on("capitalizelisttitles") => Style::None,
            "none" => Style::None,
            "firstupper" => Style::FirstUpper,
            "go" => Style::Go,
            "chicago" => Style::Chicago,
            _ => Style::Ap,
        };
        Self { style, pluralize: is_on("pluralizelisttitles") }
    }

    /// The title of a section: its name in the plural, with the inflections of `gobuffalo/flect` as far as they are
    /// regular.
    pub(super) fn section(self, name: &str) -> String {
        let before_y = name.strip_suffix('y').and_then(|stem| stem.chars().next_back());
        let plural = if !self.pluralize || name.ends_with('s') {
            name.to_owned()
        } else if before_y.is_some_and(|c| c.is_ascii_alphabetic() && !"aeiou".contains(c)) {
            format!("{}ies", &name[..name.len() - 1])
        } else if ["x", "z", "ch", "sh"].iter().any(|end| name.ends_with(end)) {
            format!("{name}es")
        } else {
            format!("{name}s")
        };
        self.term(&plural)
    }

    /// The title of a taxonomy.
    pub(super) fn taxonomy(self, name: &str) -> String {
        self.term(name).replace('-', " ")
    }

    /// The title of a term.
    pub(super) fn term(self, term: &str) -> String {
        match self.style {
            Style::None => term.to_owned(),
            Style::FirstUpper => upper_first(term),
            Style::Go => {
                let mut before = ' ';
                let upper = |c: char| {
                    let starts = !(before.is_alphanumeric() || before == '_');
                    before = c;
                    if starts { c.to_uppercase().collect() } else { c.to_string() }
                };
                term.chars().map(upper).collect()
            }
            Style::Ap => words(term, &|word| is_among(word, SMALL)),
            Style::Chicago => words(term, &|word| is_among(word, SMALL) || is_among(word, PREPOSITIONS)),
        }
    }
}

fn is_among(word: &str, words: &str) -> bool {
    words.split_whitespace().any(|own| own == word)
}

fn upper_first(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// Every word with a capital, but for those that stay small between others.
fn words(text: &str, is_small: &dyn Fn(&str) -> bool) -> String {
    static WORD: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[\p{N}\p{L}]+[^\s/-]*").expect("the pattern is constant"));
    let plain = text.replace(['\u{2013}', '\u{2014}'], "-");
    // What is beyond an end is taken for the first character.
    let at =
        |at: Option<usize>| at.and_then(|at| plain.as_bytes().get(at)).or(plain.as_bytes().first()).copied();
    let mut done = 0;
    let one = |found: &Captures<'_>| {
        let word = &found[0];
        let start = done + plain[done..].find(word).unwrap_or(0);
        done = start + word.len();
        let (before, earlier) = (at(start.checked_sub(1)), at(start.checked_sub(2)));
        let stays = start > 0 && done < plain.len() && is_small(&word.to_lowercase());
        let is_apart = matches!(before, Some(b' ' | b'-' | b'/')) && !matches!(earlier, Some(b':' | b'-'));
        let in_compound = at(Some(done)) == Some(b'-') && before != Some(b'-');
        if stays && is_apart && !in_compound { word.to_lowercase() } else { upper_first(word) }
    };
    WORD.replace_all(text, one).into_owned()
}
