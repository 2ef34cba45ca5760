//! Templates where Hugo before 0.146 looked for them: how newer versions still find those, and how old ones did.
//!
//! Hugo: `tpl/tplimpl/legacy.go`; before 0.146 `output/layouts/layout.go`.

use std::collections::BTreeSet;

use super::{config::Config, layouts::Query};

/// `_default/x` is `x`, `list-baseof` is `baseof.list`.
pub(super) fn modern_path(path: &str) -> String {
    let path = path.strip_prefix("_default/").unwrap_or(path);
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let name = match name.split_once("-baseof") {
        Some((id, rest)) if !id.is_empty() && !id.contains('.') => format!("baseof.{id}{rest}"),
        _ => name.to_owned(),
    };
    if directory.is_empty() { name } else { format!("{directory}/{name}") }
}

/// Directories and kinds that a template at an old path is for in addition: taxonomies, terms and sections.
pub(super) fn mapped(path: &str, config: &Config) -> Vec<(String, String)> {
    let path = path.to_lowercase();
    let (directory, file) = path.rsplit_once('/').unwrap_or(("", &path));
    if directory.contains('/') {
        return Vec::new();
    }
    let stem = file.split('.').next().unwrap_or(file);
    let terms_of = |stem: &str| file.strip_prefix(stem).is_some_and(|rest| rest.starts_with(".terms."));
    let mut found: Vec<(String, &str)> = Vec::new();
    match (directory, stem) {
        ("term", "term" | "list") | ("taxonomy", "term") | ("_default", "taxonomy") => {
            found.push((String::new(), "term"));
        }
        _ => {}
    }
    match (directory, stem) {
        ("taxonomy", "terms" | "taxonomy" | "list") | ("_default", "terms" | "taxonomy") => {
            found.push((String::new(), "taxonomy"));
        }
        _ => {}
    }
    for (singular, plural) in &config.taxonomy_names {
        let of_term = match directory {
            "term" => stem == singular || stem == "taxonomy",
            "taxonomy" | "_default" => stem == singular && !terms_of(stem),
            own if own == plural || own == singular => stem == "term" || stem == singular && !terms_of(stem),
            _ => false,
        };
        let of_taxonomy = match directory {
            "taxonomy" | "_default" => terms_of(singular),
            own if own == plural || own == singular => {
                matches!(stem, "terms" | "taxonomy" | "list") || terms_of(singular)
            }
            _ => false,
        };
        if of_term {
            found.push((plural.clone(), "term"));
        }
        if of_taxonomy {
            found.push((plural.clone(), "taxonomy"));
        }
    }
    let standard = matches!(stem, "single" | "list" | "all" | "index" | "baseof" | "home" | "page" | "term")
        || matches!(stem, "terms" | "taxonomy" | "section");
    match directory {
        "section" if matches!(stem, "section" | "list") => found.push((String::new(), "section")),
        "section" | "_default" if !standard => found.push((stem.to_owned(), "section")),
        own if own == stem && !standard => found.push((stem.to_owned(), "section")),
        _ => {}
    }
    found.into_iter().map(|(directory, kind)| (directory, kind.to_owned())).collect()
}

/// Whether a version before 0.146 finds a template among these paths.
pub(super) fn exists(paths: &BTreeSet<String>, query: Query<'_>, suffix: &str) -> bool {
    let section = query.path.split('/').next().unwrap_or("");
    let mut layouts: Vec<&str> = Vec::new();
    let mut types: Vec<&str> = Vec::new();
    let terms = format!("{section}.terms");
    layouts.extend((!query.layout.is_empty()).then_some(query.layout));
    types.extend((!section.is_empty()).then_some(section));
    match query.kind {
        "home" => {
            layouts.extend(["index", "home"]);
            types.push("");
        }
        "section" => {
            layouts.extend([section, "section"]);
            types.push("section");
        }
        "term" => {
            layouts.extend(["term", section, "taxonomy"]);
            types.extend(["term", "taxonomy"]);
        }
        "taxonomy" => {
            layouts.extend([terms.as_str(), "terms", "taxonomy"]);
            types.push("taxonomy");
        }
        "page" => {}
        _ => {
            layouts.push(query.format);
            types.push("");
        }
    }
    types.push("_default");
    match query.kind {
        "page" => layouts.push("single"),
        "" => {}
        _ => layouts.push("list"),
    }
    if matches!(query.format, "rss" | "sitemap" | "sitemapindex" | "robots" | "alias") {
        return true;
    }
    types.iter().any(|folder| {
        layouts.iter().any(|layout| {
            let (language, format) = (query.language, query.format);
            [
                format!("{layout}.{language}.{format}.{suffix}"),
                format!("{layout}.{format}.{suffix}"),
                format!("{layout}.{language}.{suffix}"),
                format!("{layout}.{suffix}"),
                format!("{layout}.{format}"),
            ]
            .iter()
            .any(|name| {
                let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
                paths.contains(&path)
            })
        })
    })
}
