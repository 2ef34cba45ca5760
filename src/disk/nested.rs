//! Repositories within a site's directory, such as submodules: those that its configuration names are part of the site, and
//! what is in the others is only looked at when something asks for it. They may hold many more files than the site.

use crate::tree::Tree;

/// Directories that Hugo reads without being told to: a repository there is part of the site.
pub(super) const READ_ANYWAY: [&str; 10] =
    ["_vendor", "archetypes", "assets", "config", "content", "data", "i18n", "layouts", "static", "themes"];

/// Whether a file at the root or in `config` says what else is part of the site.
fn is_configuration(path: &str) -> bool {
    let is_at_root = !path.contains('/') && ["hugo.", "config"].iter().any(|start| path.starts_with(start));
    is_at_root || path == "go.mod" || path.starts_with("config/")
}

/// The directories, among these, that the configuration of the site names, and all others.
pub(super) fn divide(tree: &dyn Tree, nested: Vec<String>) -> (Vec<String>, Vec<String>) {
    if nested.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let files = tree.paths().iter().filter(|path| is_configuration(path));
    let texts: Vec<_> = files.filter_map(|path| tree.read(path).ok()).collect();
    nested.into_iter().partition(|directory| texts.iter().any(|text| names(&text.text, directory)))
}

/// Whether a text names a directory, something in it, or all of a directory around it.
fn names(text: &str, directory: &str) -> bool {
    let is_of_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let ends = directory.match_indices('/').map(|(at, _)| at).chain([directory.len()]);
    ends.into_iter().any(|end| {
        text.match_indices(&directory[..end]).any(|(at, found)| {
            let before = text[..at].strip_suffix('/').map_or(&text[..at], |own| own.trim_end_matches('.'));
            let behind = &text[at + found.len()..];
            let is_in_it = end == directory.len() && behind.starts_with('/');
            let behind = behind.strip_prefix('/').unwrap_or(behind);
            !before.ends_with(is_of_path) && (is_in_it || !behind.starts_with(is_of_path))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::names;

    fn check(text: &str, directory: &str, expected: bool) {
        assert_eq!(names(text, directory), expected, "{text}");
    }

    #[test]
    fn what_the_configuration_names_is_part_of_the_site() {
        check("source: modules/spec/docs", "modules/spec", true);
        check("source = './modules/spec'", "modules/spec", true);
        check("source: modules/", "modules/spec", true);
        check("source: modules/*/docs", "modules/spec", true);
        check("source: modules/specs", "modules/spec", false);
        check("source: modules/other", "modules/spec", false);
        check("source: tmp/modules/spec", "modules/spec", false);
        check("contentDir: docs", "docs", true);
        check("title: Mydocs", "docs", false);
    }
}
