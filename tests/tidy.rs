//! Rule, page and source file go together; the source uses its own layers.
#![expect(clippy::disallowed_methods, reason = "the repository's own files are read")]

use std::{collections::BTreeSet, fs, path::Path};

use javert::rules::RULES;

#[test]
fn every_rule_has_one_page_and_one_source_file() {
    let names: BTreeSet<_> = RULES.iter().map(|rule| rule.name.to_owned()).collect();
    assert_eq!(names, stems("rules", "md"));
    assert_eq!(names, stems("src/rules", "rs").into_iter().map(|name| name.replace('_', "-")).collect());
}

#[test]
fn rules_are_listed_in_order() {
    assert!(RULES.is_sorted_by_key(|rule| rule.name));
}

#[test]
fn every_page_says_level_group_and_summary() {
    let groups = [
        "external",
        "front-matter",
        "headings",
        "images",
        "javert",
        "links",
        "shortcodes",
        "site",
        "variants",
    ];
    for rule in RULES {
        let manual = rule.manual();
        assert!(groups.contains(&manual.group.as_str()), "{}: group `{}`", rule.name, manual.group);
        assert!(rule.page.contains("\nlevel = \""), "{}: no level", rule.name);
        assert!(!manual.summary.is_empty(), "{}: no summary", rule.name);
        assert!(manual.text.starts_with(&format!("# {}\n", rule.name)), "{}: no title", rule.name);
    }
}

#[test]
fn every_option_is_described_on_its_rules_page() {
    for rule in RULES {
        let schema = (rule.schema)();
        let options = schema.get("properties").and_then(|it| it.as_object()).cloned().unwrap_or_default();
        for option in options.keys() {
            let described = rule.page.contains(&format!("`{option}`"));
            assert!(described, "rules/{}.md does not describe `{option}`", rule.name);
        }
    }
}

#[test]
fn only_their_modules_know_the_libraries() {
    for (library, allowed) in [
        ("pulldown_cmark", &["src/markdown/"][..]),
        ("gen_lsp_types", &["src/lsp/"]),
        ("lsp_server", &["src/lsp/", "src/commands/lsp.rs"]),
        ("crossbeam_channel", &["src/lsp/server.rs"]),
        ("similar", &["src/report/diff.rs"]),
        ("codespan_reporting", &["src/report/human.rs"]),
        ("html5gum", &["src/markdown/html.rs"]),
        ("granit_parser", &["src/value.rs"]),
        ("std::fs", &["src/disk.rs", "src/disk/"]),
        ("reqwest", &["src/web/client.rs", "src/web/names.rs"]),
        ("rustls", &["src/web/client.rs", "src/web/tls.rs"]),
        ("tokio", &["src/web/client.rs", "src/web/names.rs", "src/web/run.rs"]),
    ] {
        for (path, text) in sources(Path::new("src")) {
            let used = text.lines().any(|line| {
                let code = line.trim_start();
                !code.starts_with("//")
                    && (code.contains(&format!("{library}::"))
                        || library == "std::fs" && code.contains("fs::read"))
            });
            let permitted = allowed.iter().any(|prefix| path.starts_with(prefix));
            assert!(!used || permitted, "{path} uses {library}; only {allowed:?} may");
        }
    }
}

#[test]
fn no_file_is_longer_than_anybody_can_hold_in_mind() {
    for (path, text) in sources(Path::new("src")) {
        let lines = text.lines().count();
        let reason = text.contains("//! This file is long because");
        assert!(lines <= 620 || reason, "{path} has {lines} lines");
    }
}

fn sources(directory: &Path) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(directory)).expect("in the repository") {
        let path = directory.join(entry.expect("readable").file_name());
        if root.join(&path).is_dir() {
            found.extend(sources(&path));
        } else {
            let text = fs::read_to_string(root.join(&path)).expect("readable");
            found.push((path.to_string_lossy().replace('\\', "/"), text));
        }
    }
    found
}

fn stems(directory: &str, extension: &str) -> BTreeSet<String> {
    fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(directory))
        .expect("in the repository")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|it| it == extension))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|stem| stem != "mod")
        .collect()
}
