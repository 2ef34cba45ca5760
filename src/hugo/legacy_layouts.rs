//! Templates where Hugo before 0.146 looked for them: how newer versions still find those, and how old ones did.
//!
//! Hugo: `tpl/tplimpl/legacy.go`; before 0.146 `output/layouts/layout.go`.

use std::collections::BTreeMap;

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

/// Whether a version before 0.146 finds a template: `paths` has where they are, by their paths below `layouts`.
pub(super) fn exists(paths: &BTreeMap<String, String>, query: Query<'_>, suffix: &str) -> bool {
    matches!(query.format, "rss" | "sitemap" | "sitemapindex" | "robots" | "alias")
        || find(paths, query, suffix, false).is_some()
}

/// Where the template is that a version before 0.146 takes, or the base for it.
pub(super) fn find<'p>(
    paths: &'p BTreeMap<String, String>,
    query: Query<'_>,
    suffix: &str,
    is_base: bool,
) -> Option<&'p String> {
    let Query { section, page_type, language, format, .. } = query;
    let terms = format!("{section}.terms");
    let (layouts, types): (&[&str], &[&str]) = match query.kind {
        "home" => (&["index", "home", "list"], &[""]),
        "section" => (&[section, "section", "list"], &[section, "section"]),
        "term" => (&["term", section, "taxonomy", "list"], &["term", "taxonomy", section]),
        "taxonomy" => (&[terms.as_str(), "terms", "taxonomy", "list"], &[section, "taxonomy"]),
        "page" => (&["single"], &[section]),
        _ => (&[format], &[""]),
    };
    let layouts = [query.layout].into_iter().chain(layouts.iter().copied()).filter(|own| !own.is_empty());
    let end = if is_base { "-baseof" } else { "" };
    let mut layouts: Vec<String> = layouts.map(|layout| [layout, end].concat()).collect();
    layouts.extend(is_base.then(|| "baseof".to_owned()));
    let types = [page_type].into_iter().chain(types.iter().copied()).chain(["_default"]);
    let is_root = |folder: &str| folder.is_empty() && matches!(query.kind, "home" | "");
    let ends = [
        format!(".{language}.{format}.{suffix}"),
        format!(".{format}.{suffix}"),
        format!(".{language}.{suffix}"),
        format!(".{suffix}"),
        format!(".{format}"),
    ];
    types.filter(|folder| !folder.is_empty() || is_root(folder)).find_map(|folder| {
        let slash = if folder.is_empty() { "" } else { "/" };
        let path = |end: &str, layout: &String| paths.get(&[folder, slash, layout, end].concat());
        ends.iter().find_map(|end| layouts.iter().find_map(|layout| path(end, layout)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, own: (&str, &str, &str), paths: &str, template: &str, base: &str) {
        let paths: BTreeMap<String, String> =
            paths.split_whitespace().map(|path| (path.to_owned(), path.to_owned())).collect();
        let (section, page_type, layout) = own;
        let query = Query { path: section, section, page_type, kind, layout, format: "html", language: "en" };
        let found = |is_base| find(&paths, query, "html", is_base).map_or("", String::as_str);
        assert_eq!((found(false), found(true)), (template, base), "{query:?}");
    }

    /// What `output/layouts/layout.go` says; no Hugo from before 0.146 was asked.
    #[test]
    fn old_versions_look_for_templates_one_after_the_other() {
        let all = "index.html _default/single.html _default/list.html _default/baseof.html docs/single.html \
                   docs/list-baseof.html _default/list-baseof.html section/docs.html tags/list.html \
                   _default/terms.html _default/other.html page/single.html docs/single.en.html";
        check("home", ("", "page", ""), all, "index.html", "_default/list-baseof.html");
        check("page", ("docs", "docs", ""), all, "docs/single.en.html", "_default/baseof.html");
        check("page", ("docs", "blog", ""), all, "docs/single.en.html", "_default/baseof.html");
        check("page", ("blog", "docs", "other"), all, "docs/single.en.html", "_default/baseof.html");
        check("page", ("blog", "blog", "other"), all, "_default/other.html", "_default/baseof.html");
        check("page", ("", "page", ""), all, "page/single.html", "_default/baseof.html");
        check("section", ("docs", "docs", ""), all, "section/docs.html", "docs/list-baseof.html");
        check("section", ("blog", "blog", ""), all, "_default/list.html", "_default/list-baseof.html");
        check("term", ("tags", "tags", ""), all, "tags/list.html", "_default/list-baseof.html");
        check("taxonomy", ("tags", "tags", ""), all, "tags/list.html", "_default/list-baseof.html");
        check("taxonomy", ("a", "a", ""), all, "_default/terms.html", "_default/list-baseof.html");
        check("page", ("docs", "docs", ""), "single.html list.html", "", "");
    }
}
