//! Configurations that publish the same at the same paths: editions often differ only in what their readers see.

use super::config::Config;
use crate::value::{Data, Entry, Value};

/// Keys that say nothing about what is published where.
const SILENT: [&str; 2] = ["params", "title"];

/// Whether two configurations publish the same files in the same way, given the same mounts. Nothing that publishing
/// looks at is left out, so "no" may be wrong and "yes" is not.
pub fn publish_alike(one: &Config, other: &Config) -> bool {
    // The host of the base URL is in no path, and its path is compared by itself.
    let silent = |key: &str| is_silent(key) || key.eq_ignore_ascii_case("baseurl");
    let of_root = |key: &str, one: &Value, other: &Value| {
        if key.eq_ignore_ascii_case("languages") {
            entries_alike(one, other, &|_| false, &|_, one, other| {
                entries_alike(one, other, &is_silent, &|_, one, other| alike(one, other))
            })
        } else {
            alike(one, other)
        }
    };
    one.base_path == other.base_path && entries_alike(&one.root, &other.root, &silent, &of_root)
}

/// Whether two configurations make the same of every link that Hugo and its hooks leave as it is written.
pub fn link_alike(one: &Config, other: &Config) -> bool {
    let settings = |config: &Config| (config.canonify_urls, config.relative_urls, config.has_languages_table);
    one.base_path == other.base_path
        && settings(one) == settings(other)
        && one.goldmark == other.goldmark
        && !one.is_multihost()
        && !other.is_multihost()
}

fn is_silent(key: &str) -> bool {
    SILENT.iter().any(|silent| key.eq_ignore_ascii_case(silent))
}

/// Whether two values are maps with the same keys in the same order, but for the silent ones, and alike values.
fn entries_alike(
    one: &Value,
    other: &Value,
    silent: &dyn Fn(&str) -> bool,
    alike: &dyn Fn(&str, &Value, &Value) -> bool,
) -> bool {
    let (mut ones, mut others) = (
        one.entries().iter().filter(|entry| !silent(&entry.key)),
        other.entries().iter().filter(|entry| !silent(&entry.key)),
    );
    let pairs =
        |one: &Entry, other: &Entry| one.key == other.key && alike(&one.key, &one.value, &other.value);
    one.is_map()
        && other.is_map()
        && loop {
            match (ones.next(), others.next()) {
                (None, None) => break true,
                (Some(one), Some(other)) if pairs(one, other) => {}
                _ => break false,
            }
        }
}

/// Whether two values are the same, wherever they stand.
fn alike(one: &Value, other: &Value) -> bool {
    match (&one.data, &other.data) {
        (Data::Map(_), Data::Map(_)) => {
            entries_alike(one, other, &|_| false, &|_, one, other| alike(one, other))
        }
        (Data::List(ones), Data::List(others)) => {
            ones.len() == others.len() && ones.iter().zip(others).all(|(one, other)| alike(one, other))
        }
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        source::Span,
        value::{self, Format},
    };

    #[test]
    fn what_readers_see_makes_no_difference() {
        let base =
            "baseURL: 'https://a.org/x/'\ntitle: A\nparams: {a: 1}\nlanguages: {en: {title: A, weight: 1}}";
        let config =
            |text: &str| Config::of_root(value::parse(Format::Yaml, text, Span::new(0, text.len())).0);
        for (from, to, expected) in [
            ("title: A", "title: Longer", true),
            ("a.org", "b.example", true),
            ("{a: 1}", "{b: [2]}", true),
            ("org/x/", "org/y/", false),
            ("weight: 1", "weight: 2", false),
            ("params", "permalinks", false),
            ("en:", "de:", false),
        ] {
            let other = base.replace(from, to);
            assert_eq!(publish_alike(&config(base), &config(&other)), expected, "{from} {to}");
        }
    }
}
