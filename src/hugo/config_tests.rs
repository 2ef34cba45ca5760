//! What configurations say, read from files: [`Config`].

use super::{config::*, version::Version};
use crate::{tree::MemoryTree, value::Value};

fn config(files: &[(&str, &str)]) -> Config {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    Config::default_of(&MemoryTree::new(files), "").0
}

#[test]
fn base_urls_split_into_origin_and_path() {
    for (url, origin, path) in [
        ("https://jp.example.org/guide/", "https://jp.example.org", "/guide/"),
        ("https://example.org", "https://example.org", "/"),
        ("//example.org/x", "//example.org", "/x/"),
        ("/x/", "", "/x/"),
        ("", "", "/"),
    ] {
        let config = config(&[("hugo.toml", &format!("baseURL = '{url}'"))]);
        assert_eq!((config.origin.as_str(), config.base_path.as_str()), (origin, path), "{url}");
    }
}

#[test]
fn misplaced_parameters_count_in_old_versions() {
    let text = "params.x = 1\nlanguages.en.x = 2\nlanguages.en.y = 3\n";
    let mut config = config(&[("hugo.toml", text)]);
    let says = |config: &Config| {
        let one = |key: &str| config.param(&[key], "en").map(|value| value.and_then(Value::to_text));
        ["x", "y", "z"].map(one)
    };
    let text = |text: &str| Some(Some(text.to_owned()));
    let version = |minor| Some(Version { major: 0, minor, patch: 0 });
    for (version, expected) in [
        (version(138), [text("2"), text("3"), Some(None)]),
        (version(139), [text("1"), Some(None), Some(None)]),
        (None, [None, None, Some(None)]),
    ] {
        config.misplaced_params = Misplaced::in_version(version);
        assert_eq!(says(&config), expected, "{version:?}");
    }
}

#[test]
fn a_config_directory_says_its_keys_by_file_names() {
    let config = config(&[
        ("config/_default/hugo.yaml", "title: T\nUglyURLs: true\n"),
        ("config/_default/params.toml", "x = 1"),
        ("config/_default/languages.ja.toml", "weight = 2\n[params]\nx = 5"),
        ("config/_default/params.en.toml", "x = 7"),
        ("config/_default/markup.yaml", "goldmark: {renderer: {unsafe: true}}"),
        ("config/staging/params.toml", "x = 9"),
    ]);
    assert_eq!(config.ugly, Ugly::All(true));
    assert!(config.goldmark.raw_html);
    let param = |language| config.param(&["X"], language).flatten().and_then(Value::to_text);
    assert_eq!(param("ja").as_deref(), Some("5"));
    assert_eq!(param("en").as_deref(), Some("7"));
    assert_eq!(param("fr").as_deref(), Some("1"));
    assert_eq!(config.languages.iter().map(|l| l.key.as_str()).collect::<Vec<_>>(), ["ja", "en"]);
}
