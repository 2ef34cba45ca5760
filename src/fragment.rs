//! Fragments of URLs, as browsers read them.

/// A fragment without what it says of the text to go to. <https://wicg.github.io/scroll-to-text-fragment/>
pub fn before_text(fragment: &str) -> &str {
    fragment.split(":~:").next().unwrap_or_default()
}

/// Whether a fragment is none that HTML knows but one for a script of the page, if it is no id: `#/path`, `#!path`,
/// `#key=value`.
pub fn is_for_script(fragment: &str) -> bool {
    let is_word = |key: &str| key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    fragment.starts_with(['/', '!']) || fragment.split_once('=').is_some_and(|(key, _)| is_word(key))
}
