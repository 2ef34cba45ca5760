//! What changes in a file, as a unified diff. The only module that knows similar.

use similar::TextDiff;

/// The differences between two texts of one file, in the form that `patch` and `git apply` read.
pub fn unified(path: &str, before: &str, after: &str) -> String {
    let (old, new) = (format!("a/{path}"), format!("b/{path}"));
    TextDiff::from_lines(before, after).unified_diff().context_radius(3).header(&old, &new).to_string()
}
