//! References and the paths they lead to, as texts. RFC 3986.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A text without white space at its ends. Nearly no destination has any, and `trim` looks everything up.
pub(super) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Whether there is `{{` in a text.
pub(super) fn holds_braces(text: &str) -> bool {
    memchr::memchr(b'{', text.as_bytes()).is_some() && text.contains("{{")
}

/// Path (with query) and fragment.
pub(super) fn split(destination: &str) -> (&str, Option<&str>) {
    match memchr::memchr(b'#', destination.as_bytes()) {
        Some(at) => (&destination[..at], Some(&destination[at + 1..])),
        None => (destination, None),
    }
}

/// A path without its query.
pub(super) fn without_query(path: &str) -> &str {
    memchr::memchr(b'?', path.as_bytes()).map_or(path, |at| &path[..at])
}

pub(super) fn decode(text: &str) -> Cow<'_, str> {
    // Nearly no path is encoded.
    if memchr::memchr(b'%', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    percent_decode_str(text).decode_utf8_lossy()
}

/// Whether a path is absolute and has no `.`, `..` or empty element.
pub(super) fn is_resolved(path: &str) -> bool {
    let bytes = path.as_bytes();
    let behind = bytes.get(1..).unwrap_or_default();
    // No early end, so that the processor takes many bytes at once: nearly all paths are looked through to the end.
    let is_bad = |two: (&u8, &u8)| (*two.0 == b'/') & ((*two.1 == b'.') | (*two.1 == b'/'));
    path.starts_with('/') && !bytes.iter().zip(behind).fold(false, |bad, two| bad | is_bad(two))
}

/// Resolves a relative reference against a base path. RFC 3986 §5.2.
pub(super) fn resolve_path(base: &str, path: &str) -> String {
    let directory = if path.starts_with('/') { "" } else { &base[..base.rfind('/').map_or(0, |at| at + 1)] };
    let full = [directory, path].concat();
    if is_resolved(&full) {
        return full;
    }
    let mut resolved = String::with_capacity(full.len() + 1);
    let mut rest = full.strip_prefix('/').unwrap_or(&full);
    loop {
        let end = memchr::memchr(b'/', rest.as_bytes());
        let part = &rest[..end.unwrap_or(rest.len())];
        match part {
            "" | "." => {}
            ".." => resolved.truncate(resolved.rfind('/').unwrap_or(0)),
            part => {
                resolved.push('/');
                resolved.push_str(part);
            }
        }
        match end {
            Some(end) => rest = &rest[end + 1..],
            None => {
                if resolved.is_empty() || matches!(part, "" | "." | "..") {
                    resolved.push('/');
                }
                return resolved;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_references_resolve_as_in_browsers() {
        for (base, path, expected) in [
            ("/g/ja/a/x/", "y", "/g/ja/a/x/y"),
            ("/g/ja/a/x/", "../y", "/g/ja/a/y"),
            ("/g/ja/a/x.html", "y.html", "/g/ja/a/y.html"),
            ("/g/ja/a/x.html", "../y", "/g/ja/y"),
            ("/g/ja/a.html", "img.png", "/g/ja/img.png"),
            ("/g/ja/a/", ".", "/g/ja/a/"),
            ("/g/ja/a/", "../", "/g/ja/"),
            ("/g/", "../../..", "/"),
            ("/g/", "/x/./y/", "/x/y/"),
            ("/g/", "/x//y/..", "/x/"),
            ("/g/", "..//x/..", "/"),
            ("/g/", "/..x/.y", "/..x/.y"),
        ] {
            assert_eq!(resolve_path(base, path), expected, "{base} {path}");
        }
    }
}
