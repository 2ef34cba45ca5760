//! From names to URL paths: sanitising, `slug`, `url`, `permalinks`, `uglyURLs`.
//!
//! Hugo: `resources/page/page_paths.go`, `resources/page/permalinks.go`, `helpers/url.go`, `common/paths/path.go`.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::{config::Config, version::Version};
use crate::value::{Data, Value};

/// How the site writes its paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStyle {
    keep_case: bool,
    remove_accents: bool,
}

impl PathStyle {
    /// `disablePathToLower` and `removePathAccents`.
    pub fn new(config: &Config) -> Self {
        Self {
            keep_case: config.flag("disablepathtolower"),
            remove_accents: config.flag("removepathaccents"),
        }
    }

    /// A path made from file and folder names. Hugo: `helpers/path.go`, `UnicodeSanitize`.
    pub fn sanitize(&self, path: &str) -> String {
        let accented: Cow<'_, str> = if self.remove_accents {
            path.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect::<String>().into()
        } else {
            path.into()
        };
        let chars: Vec<char> = accented.chars().collect();
        let mut clean = String::with_capacity(path.len());
        let mut gap = false;
        for (at, &c) in chars.iter().enumerate() {
            let escape = c == '%'
                && chars.get(at + 1..at + 3).is_some_and(|next| next.iter().all(char::is_ascii_hexdigit));
            if c == ' ' {
                // Blanks in names became hyphens when the path was parsed, one by one.
                clean.push('-');
                gap = false;
            } else if is_kept(c) || escape {
                if gap && !clean.ends_with('-') && c != '-' {
                    clean.push('-');
                }
                gap = false;
                if self.keep_case { clean.push(c) } else { clean.push(c.to_lowercase().next().unwrap_or(c)) }
            } else if c.is_whitespace() {
                gap = !clean.is_empty();
            }
        }
        clean
    }

    /// A slug or title: runs of blanks become one hyphen. Hugo: `helpers/url.go`, `URLize`.
    pub fn urlize(&self, text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        self.sanitize(&words.join("-"))
    }
}

fn is_kept(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric()
            || matches!(c, '.' | '/' | '\\' | '_' | '#' | '+' | '~' | '-' | '@');
    }
    match c.general_category_group() {
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark => true,
        GeneralCategoryGroup::Number => {
            c.general_category() == unicode_properties::GeneralCategory::DecimalNumber
        }
        _ => false,
    }
}

/// A day, from the start of an ISO date; `None` where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, 1 to 31.
    pub day: u32,
}

impl Day {
    /// Reads `2026-11-22…`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.get(..10)?.split('-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        let day = parts.next()?.parse().ok()?;
        Some(Self { year, month, day })
    }

    /// The day that is `days` after 1970-01-01. Howard Hinnant, `days_from_civil`.
    pub fn from_unix_days(days: i64) -> Self {
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let narrow = |number: i64| u32::try_from(number).unwrap_or(1);
        Self { year: i32::try_from(year).unwrap_or(1970), month: narrow(month), day: narrow(day) }
    }

    fn weekday(self) -> usize {
        const SHIFT: [i32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let year = if self.month < 3 { self.year - 1 } else { self.year };
        let month = SHIFT[(self.month.clamp(1, 12) - 1) as usize];
        let day = i32::try_from(self.day).unwrap_or(1);
        usize::try_from((year + year / 4 - year / 100 + year / 400 + month + day).rem_euclid(7)).unwrap_or(0)
    }

    fn of_year(self) -> u32 {
        const BEFORE: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        BEFORE[(self.month.clamp(1, 12) - 1) as usize] + self.day + u32::from(leap && self.month > 2)
    }
}

/// What the tokens of a permalink pattern stand for.
#[derive(Debug, Clone)]
pub struct Tokens<'t> {
    /// `:year` and so on; year 1 where the page has no date.
    pub date: Option<Day>,
    /// The sections of the page, from the first level on, as they stand in URLs.
    pub sections: &'t [String],
    /// `:title`
    pub title: &'t str,
    /// `:slug`
    pub slug: Option<&'t str>,
    /// `:contentbasename`
    pub base_name: &'t str,
}

/// Expands a permalink pattern; `None` if it holds a token that we do not know.
pub fn expand(pattern: &str, tokens: &Tokens<'_>, style: &PathStyle) -> Option<String> {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(':') {
        if rest[..at].ends_with('\\') {
            path.push_str(&rest[..at - 1]);
            path.push(':');
            rest = &rest[at + 1..];
            continue;
        }
        path.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let length = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let (name, mut tail) = after.split_at(length);
        let mut slice = None;
        if let Some(inside) = tail.strip_prefix('[') {
            let close = inside.find(']')?;
            slice = Some(&inside[..close]);
            tail = &inside[close + 1..];
        }
        path.push_str(&token(name, slice, tokens, style)?);
        rest = tail;
    }
    path.push_str(rest);
    Some(path)
}

fn token(name: &str, slice: Option<&str>, tokens: &Tokens<'_>, style: &PathStyle) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    let date = tokens.date.unwrap_or(Day { year: 1, month: 1, day: 1 });
    let title = || style.urlize(tokens.title);
    let slug = || tokens.slug.map(|slug| style.urlize(slug));
    Some(match name {
        "year" => format!("{:04}", date.year),
        "month" => format!("{:02}", date.month),
        "monthname" => MONTHS[(date.month.clamp(1, 12) - 1) as usize].to_owned(),
        "day" => format!("{:02}", date.day),
        "weekday" => date.weekday().to_string(),
        "weekdayname" => DAYS[date.weekday()].to_owned(),
        "yearday" => date.of_year().to_string(),
        "section" | "sectionslug" => tokens.sections.first().cloned().unwrap_or_default(),
        "sections" | "sectionslugs" => sections(tokens.sections, slice)?,
        "title" => title(),
        "slug" => slug().unwrap_or_else(title),
        "slugorfilename" | "slugorcontentbasename" => {
            slug().unwrap_or_else(|| style.urlize(tokens.base_name))
        }
        "filename" | "contentbasename" => style.urlize(tokens.base_name),
        _ => return None,
    })
}

fn sections(sections: &[String], slice: Option<&str>) -> Option<String> {
    let Some(slice) = slice else { return Some(sections.join("/")) };
    let index = |text: &str, default: usize| match text.trim() {
        "" => Some(default),
        "last" => Some(sections.len().saturating_sub(1)),
        number => number.parse().ok(),
    };
    match slice.split_once(':') {
        Some((from, to)) => {
            let (from, to) = (index(from, 0)?, index(to, sections.len())?.min(sections.len()));
            Some(sections.get(from..to.max(from)).unwrap_or_default().join("/"))
        }
        None => Some(sections.get(index(slice, 0)?).cloned().unwrap_or_default()),
    }
}

/// The pattern for pages of a kind in a first-level section, from `[permalinks]` in either form.
pub fn pattern<'c>(config: &'c Config, kind: &str, section: &str) -> Option<&'c str> {
    let table = config.root.get("permalinks")?;
    let key = if section.is_empty() { "/" } else { section };
    let own = table.get(kind).filter(|value| value.is_map()).and_then(|table| table.get(key));
    let old_form = || matches!(kind, "page" | "term").then(|| table.get(key)).flatten();
    let pattern = own.or_else(old_form)?;
    match &pattern.data {
        Data::String(pattern) => Some(pattern),
        _ => None,
    }
}

/// A string field that is not empty.
pub fn text_field(fields: &Value, key: &str) -> Option<String> {
    fields.get(key).and_then(Value::to_text).filter(|text| !text.trim().is_empty())
}

/// Whether section, taxonomy and home pages are `index.html` files below their directory under `uglyURLs`
/// (before 0.148 a section was `section.html`).
pub fn ugly_sections_are_directories(version: Version) -> bool {
    version.at_least(148)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style() -> PathStyle {
        PathStyle { keep_case: false, remove_accents: false }
    }

    #[test]
    fn names_become_paths_as_in_hugo() {
        for (name, path) in [
            ("My Page", "my-page"),
            ("Foo_Bar", "foo_bar"),
            ("v1.2.3", "v1.2.3"),
            ("a&b", "ab"),
            ("a(b)", "ab"),
            ("it's", "its"),
            ("emoji😀", "emoji"),
            ("a  b", "a--b"),
            ("full　width", "full-width"),
            ("a#b", "a#b"),
            ("a%20b", "a%20b"),
            ("100%", "100"),
            ("日本語", "日本語"),
            ("-x-", "-x-"),
            ("x@y", "x@y"),
            ("a+b", "a+b"),
        ] {
            assert_eq!(style().sanitize(name), path, "{name}");
        }
        assert_eq!(style().urlize("Hello,  World & more"), "hello-world--more");
    }

    #[test]
    fn permalink_tokens_are_expanded() {
        let sections = ["blog".to_owned(), "news".to_owned()];
        let tokens = Tokens {
            date: Day::parse("2026-03-05T10:00:00Z"),
            sections: &sections,
            title: "A Title",
            slug: None,
            base_name: "file",
        };
        for (pattern, path) in [
            ("/:year/:month/:day/:slug/", "/2026/03/05/a-title/"),
            ("/:sections/:contentbasename/", "/blog/news/file/"),
            ("/:sections[1:]/:slugorcontentbasename", "/news/file"),
            ("/:sections[last]/:monthname/:weekdayname/:yearday", "/news/march/thursday/64"),
        ] {
            assert_eq!(expand(pattern, &tokens, &style()).as_deref(), Some(path));
        }
        assert_eq!(expand("/:nonsense/", &tokens, &style()), None);
    }

    #[test]
    fn days_count_from_1970() {
        assert_eq!(Day::from_unix_days(0), Day { year: 1970, month: 1, day: 1 });
        assert_eq!(Day::from_unix_days(20_779), Day { year: 2026, month: 11, day: 22 });
    }
}
