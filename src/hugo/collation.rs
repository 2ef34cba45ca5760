//! In which order Hugo puts titles: [`rank`]. Hugo: `resources/page/pages_sort.go`, by the collation of the site's
//! language; tried with 0.168.

use unicode_normalization::UnicodeNormalization;

/// White space, marks and signs, in their order; digits follow, then letters.
const MARKS: &str = "\t\n\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

/// Languages that put the letters from A to Z in the common order: tried with all pairs of them in either case, and with
/// digraphs between others.
#[rustfmt::skip]
const COMMON: [&str; 71] = [
    "af", "am", "ar", "be", "bg", "bn", "bo", "bs", "ca", "de", "el", "en", "eo", "es", "eu", "fa", "fi", "fr", "ga", "gl",
    "gu", "he", "hi", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn", "ko", "ky", "lo", "lv", "mi", "mk", "ml", "mn",
    "mr", "ms", "mt", "my", "nb", "ne", "nl", "no", "or", "pa", "pl", "ps", "pt", "ro", "ru", "si", "sl", "sr", "sv", "sw",
    "ta", "te", "th", "ti", "ug", "uk", "ur", "uz", "vi", "zh", "zu",
];

/// Of these, the ones in which a letter with a mark comes right after that without it.
const MARKED_ALIKE: [&str; 6] = ["en", "de", "fr", "it", "pt", "nl"];

/// Where a title stands among others, if [`is_certain`] says so: by its letters without their marks, then by their case.
pub type Rank = (Vec<u32>, Vec<bool>, String);

/// The rank of a title.
pub fn rank(title: &str) -> Rank {
    let is_mark = |c: &char| matches!(*c, '\u{300}'..='\u{36f}');
    let letters: Vec<char> = match title.is_ascii() {
        true => title.chars().collect(),
        false => title.nfd().filter(|c| !is_mark(c)).collect(),
    };
    let capitals = letters.iter().map(char::is_ascii_uppercase).collect();
    (letters.into_iter().map(place).collect(), capitals, title.to_owned())
}

fn main_of(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

/// A language that has all titles in the same order as another one, as far as that is known; `in_ascii`: all titles in
/// ASCII.
pub fn like(language: &str, in_ascii: bool) -> &str {
    let main = main_of(language);
    let is_in = |all: &[&str]| all.contains(&main.as_str());
    match (is_in(&MARKED_ALIKE), is_in(&COMMON)) {
        (true, _) => MARKED_ALIKE[0],
        (false, true) if in_ascii => MARKED_ALIKE[0],
        (false, true) => COMMON.iter().find(|own| !MARKED_ALIKE.contains(own)).copied().unwrap_or(language),
        (false, false) => language,
    }
}

/// Whether a language has two titles in the order of their ranks.
pub fn is_certain(language: &str, one: &Rank, other: &Rank) -> bool {
    let main = main_of(language);
    let is_ascii = one.2.is_ascii() && other.2.is_ascii();
    let is_common = |places: &[u32]| places.iter().all(|place| *place < OTHERS);
    if one.2 == other.2 {
        true
    } else if is_ascii {
        COMMON.contains(&main.as_str()) && is_common(&one.0) && is_common(&other.0)
    } else {
        // Which marks come first among titles that are alike but for these, is not known here.
        MARKED_ALIKE.contains(&main.as_str()) && is_common(&one.0) && is_common(&other.0) && one.0 != other.0
    }
}

/// Characters from here on are in an order of their own.
const OTHERS: u32 = 256;

/// The place of a character, which is that of its small letter.
fn place(c: char) -> u32 {
    let (digits, letters) = (128, 138);
    match c {
        '0'..='9' => digits + c as u32 - '0' as u32,
        'a'..='z' => letters + c as u32 - 'a' as u32,
        'A'..='Z' => letters + c as u32 - 'A' as u32,
        _ => MARKS.find(c).and_then(|at| u32::try_from(at).ok()).unwrap_or(OTHERS + c as u32),
    }
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
            let (one, other) = (rank(pair[0]), rank(pair[1]));
            assert!(one < other && is_certain("en-US", &one, &other), "{pair:?}");
        }
        for (language, one, other, certain) in [
            ("en", "é", "e", false),
            ("cs", "ch", "d", false),
            ("cs", "ch", "ch", true),
            ("ja", "概要", "a", false),
        ] {
            assert_eq!(is_certain(language, &rank(one), &rank(other)), certain, "{one} {other}");
        }
    }
}
