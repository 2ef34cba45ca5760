//! In which order Hugo puts titles: [`compare`]. Hugo: `resources/page/pages_sort.go`, by the collation of the site's
//! language; tried with 0.168.

use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization;

/// White space, marks and signs, in their order; digits follow, then letters.
const MARKS: &str = "\t\n\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

/// Languages that put the letters from A to Z in the common order, digraphs included.
const COMMON: [&str; 14] =
    ["en", "de", "fr", "it", "pt", "nl", "es", "ru", "uk", "zh", "ja", "ko", "id", "ms"];

/// Of these, the ones in which a letter with a mark comes right after that without it.
const MARKED_ALIKE: [&str; 6] = ["en", "de", "fr", "it", "pt", "nl"];

/// The order of two titles; `None`: that is not known.
pub fn compare(language: &str, one: &str, other: &str) -> Option<Ordering> {
    if one == other {
        return Some(Ordering::Equal);
    }
    let main = language.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    let is_plain = one.is_ascii() && other.is_ascii();
    let knows = if is_plain { &COMMON[..] } else { &MARKED_ALIKE };
    if !knows.contains(&main.as_str()) {
        return None;
    }
    if is_plain {
        let keys = |text: &str| text.chars().map(key).collect::<Option<Vec<_>>>();
        let (one, other) = (keys(one)?, keys(other)?);
        let primary = |keys: &[(u32, bool)]| keys.iter().map(|key| key.0).collect::<Vec<_>>();
        return Some(primary(&one).cmp(&primary(&other)).then_with(|| one.cmp(&other)));
    }
    // What marks change is less than any other letter, and more than its case.
    let bare = |text: &str| text.nfd().filter(|c| !is_mark(*c)).map(key).collect::<Option<Vec<_>>>();
    let primary = |text: &str| Some(bare(text)?.into_iter().map(|key| key.0).collect::<Vec<_>>());
    let order = primary(one)?.cmp(&primary(other)?);
    (order != Ordering::Equal).then_some(order)
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// The place of a character, and whether it is a capital, which comes after the small letter.
fn key(c: char) -> Option<(u32, bool)> {
    let (marks, digits) = (128, 10);
    Some(match c {
        '0'..='9' => (marks + c as u32 - '0' as u32, false),
        'a'..='z' => (marks + digits + c as u32 - 'a' as u32, false),
        'A'..='Z' => (marks + digits + c as u32 - 'A' as u32, true),
        _ => (u32::try_from(MARKS.find(c)?).ok()?, false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_in_the_order_of_a_language() {
        // As Hugo 0.168 sorts them in English.
        let sorted = [
            "",
            "x x",
            "x_x",
            "x-x",
            "x,x",
            "x.x",
            "x(x",
            "x/x",
            "x&x",
            "x`x",
            "x$x",
            "x0x",
            "x10x",
            "x2x",
            "xa bx",
            "xA bx",
            "xa-bx",
            "xabx",
            "xaBx",
            "xAbx",
            "xABx",
            "xax",
            "xAx",
            "xbx",
            "xrésumésx",
            "xresumex",
        ];
        for pair in sorted.windows(2) {
            assert_eq!(compare("en-US", pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
            assert_eq!(compare("en-US", pair[1], pair[0]), Some(Ordering::Greater), "{pair:?}");
        }
        assert_eq!(compare("en", "é", "e"), None);
        assert_eq!(compare("cs", "ch", "d"), None);
        assert_eq!(compare("cs", "ch", "ch"), Some(Ordering::Equal));
        assert_eq!(compare("ja", "概要", "a"), None);
    }
}
