//! From names to URL paths: sanitising, `slug`, `url`, `permalinks`, `uglyURLs`.
//!
//! Hugo: `resources/page/page_paths.go`, `resources/page/permalinks.go`, `helpers/url.go`, `common/paths/path.go`.

use percent_encoding::percent_decode_str;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::{config::Config, version::Version};

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

    /// A path made from file and folder names, in which each blank has become a hyphen.
    pub fn name(&self, path: &str) -> String {
        if path.contains(' ') { self.sanitize(&path.replace(' ', "-")) } else { self.sanitize(path) }
    }

    /// A path made from a slug, a title or a pattern. Hugo: `helpers/path.go`, `MakePathSanitized`; `common/paths/path.go`,
    /// `Sanitize`.
    pub fn sanitize(&self, path: &str) -> String {
        let is_plain = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b'_' | b'.')
        };
        if path.bytes().all(is_plain) {
            return path.to_owned();
        }
        let mut clean = String::with_capacity(path.len());
        let (mut gap, mut after_hyphen) = (false, false);
        for (at, c) in path.char_indices() {
            let next = path.as_bytes().get(at + 1..at + 3);
            let escape = c == '%' && next.is_some_and(|next| next.iter().all(u8::is_ascii_hexdigit));
            if is_kept(c) || escape {
                after_hyphen = c == '-';
                if gap && !after_hyphen {
                    clean.push('-');
                }
                gap = false;
                if self.keep_case { clean.push(c) } else { clean.push(c.to_lowercase().next().unwrap_or(c)) }
            } else if c.is_whitespace() && !clean.is_empty() && !after_hyphen {
                gap = true;
            }
        }
        if self.remove_accents {
            clean = clean.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect();
        }
        clean
    }

    /// The same where the result is taken for a URL: what ends with an empty fragment loses its mark.
    /// Hugo: `helpers/url.go`, `URLize`.
    pub fn urlize(&self, path: &str) -> String {
        let mut clean = self.sanitize(path);
        clean.truncate(clean.strip_suffix('#').map_or(clean.len(), str::len));
        clean
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
    /// Reads `2026-11-22…`, `22 Nov 2026…`, `Sun, 22 Nov 2026…`. Hugo: `common/htime/time.go`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let valid = |day: Self| ((1..=12).contains(&day.month) && (1..=31).contains(&day.day)).then_some(day);
        if text.as_bytes().get(4) == Some(&b'-') {
            let mut parts = text.get(..10)?.split('-');
            let year = parts.next()?.parse().ok()?;
            let month = parts.next()?.parse().ok()?;
            let day = parts.next()?.parse().ok()?;
            return valid(Self { year, month, day });
        }
        let text = text.split_once(", ").map_or(text, |(_, rest)| rest);
        let mut words = text.split([' ', '-']);
        let day = words.next()?.parse().ok()?;
        let name = words.next()?.to_ascii_lowercase();
        let month = (1_u32..).zip(MONTHS).find(|(_, month)| name.len() == 3 && month.starts_with(&name))?.0;
        valid(Self { year: words.next()?.parse().ok().filter(|year| *year > 99)?, month, day })
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
    /// The path of the section that the page is in, by elements.
    pub sections: &'t [String],
    /// Slugs or titles of the sections that the page is in, from the first level on.
    pub section_names: &'t [&'t str],
    /// `:section`: the first element of its path, empty at the root.
    pub first: &'t str,
    /// `:title`
    pub title: &'t str,
    /// Slashes in titles become hyphens.
    pub flat_titles: bool,
    /// `:slug`
    pub slug: Option<&'t str>,
    /// `:contentbasename`
    pub base_name: &'t str,
    /// `:filename`: empty for sections.
    pub file_name: &'t str,
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
    // It is decoded as if it were a query. Hugo: `hugolib/page__paths.go`, `url.QueryUnescape`.
    let spaced = path.replace('+', " ");
    Some(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
}

fn token(name: &str, slice: Option<&str>, tokens: &Tokens<'_>, style: &PathStyle) -> Option<String> {
    let date = tokens.date.unwrap_or(Day { year: 1, month: 1, day: 1 });
    let title = || {
        // Since 0.167 a title is one element.
        let title = if tokens.flat_titles { tokens.title.replace('/', "-") } else { tokens.title.to_owned() };
        style.urlize(&title)
    };
    let slug = || tokens.slug.map(|slug| style.urlize(slug));
    Some(match name {
        "year" => date.year.to_string(),
        "month" => format!("{:02}", date.month),
        "monthname" => MONTHS[(date.month.clamp(1, 12) - 1) as usize].to_owned(),
        "day" => format!("{:02}", date.day),
        "weekday" => date.weekday().to_string(),
        "weekdayname" => DAYS[date.weekday()].to_owned(),
        "yearday" => date.of_year().to_string(),
        "section" => tokens.first.to_owned(),
        "sections" => sections(tokens.sections, slice),
        "sectionslug" => style.urlize(tokens.section_names.first().copied().unwrap_or_default()),
        "sectionslugs" => {
            let names: Vec<String> = tokens.section_names.iter().map(|name| style.urlize(name)).collect();
            sections(&names, slice)
        }
        "title" => title(),
        "slug" => slug().unwrap_or_else(title),
        "slugorfilename" => slug().unwrap_or_else(|| style.urlize(tokens.file_name)),
        "slugorcontentbasename" => slug().unwrap_or_else(|| style.urlize(tokens.base_name)),
        "filename" => style.urlize(tokens.file_name),
        "contentbasename" => style.urlize(tokens.base_name),
        layout => return date_layout(layout, date),
    })
}

/// A Go date layout of one word, such as `2006` or `20060102`; `None` if there is no date in it.
fn date_layout(layout: &str, date: Day) -> Option<String> {
    let month = MONTHS[(date.month.clamp(1, 12) - 1) as usize];
    let capital = |name: &str| name[..1].to_uppercase() + &name[1..];
    let pieces: [(&str, String); 9] = [
        ("January", capital(month)),
        ("Monday", capital(DAYS[date.weekday()])),
        ("2006", format!("{:04}", date.year)),
        ("Jan", capital(&month[..3])),
        ("Mon", capital(&DAYS[date.weekday()][..3])),
        ("01", format!("{:02}", date.month)),
        ("02", format!("{:02}", date.day)),
        ("06", format!("{:02}", date.year.rem_euclid(100))),
        ("2", date.day.to_string()),
    ];
    let (mut out, mut rest, mut found) = (String::new(), layout, false);
    while let Some(c) = rest.chars().next() {
        let piece = pieces.iter().find(|(piece, _)| rest.starts_with(piece));
        found |= piece.is_some();
        match piece {
            Some((piece, text)) => {
                out.push_str(text);
                rest = &rest[piece.len()..];
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    found.then_some(out)
}

/// `[1:]`, `[last]`, `[0]`. Hugo: `resources/page/permalinks.go`, `toSliceFunc`.
fn sections(sections: &[String], slice: Option<&str>) -> String {
    let Some(slice) = slice else { return sections.join("/") };
    let index = |text: &str| match text.trim() {
        "last" => sections.len().saturating_sub(1),
        number => number.parse().unwrap_or(0),
    };
    match slice.split_once(':') {
        Some((from, to)) => {
            let from = if from.is_empty() { 0 } else { index(from) };
            let to = if to.is_empty() { sections.len() } else { index(to).min(sections.len()) };
            sections.get(from..to.max(from)).unwrap_or_default().join("/")
        }
        None => sections.get(index(slice)).cloned().unwrap_or_default(),
    }
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
            assert_eq!(style().name(name), path, "{name}");
        }
        assert_eq!(style().sanitize("Hello,  World — & more"), "hello-world-more");
    }

    #[test]
    fn permalink_tokens_are_expanded() {
        let sections = ["blog".to_owned(), "news".to_owned()];
        let tokens = Tokens {
            date: Day::parse("2026-03-05T10:00:00Z"),
            sections: &sections,
            section_names: &["Our Blog", "News"],
            first: "blog",
            title: "A Title",
            flat_titles: true,
            slug: None,
            base_name: "file",
            file_name: "file",
        };
        for (pattern, path) in [
            ("/:year/:month/:day/:slug/", "/2026/03/05/a-title/"),
            ("/:sections/:contentbasename/", "/blog/news/file/"),
            ("/:sections[1:]/:slugorcontentbasename", "/news/file"),
            ("/:section/:sectionslugs/:year", "/blog/our-blog/news/2026"),
            ("/:sections[last]/:monthname/:weekdayname/:yearday", "/news/march/thursday/64"),
        ] {
            assert_eq!(expand(pattern, &tokens, &style()).as_deref(), Some(path));
        }
        assert_eq!(expand("/:2006-01/:02/", &tokens, &style()).as_deref(), Some("/2026-01/05/"));
        assert_eq!(expand("/:nonsense/", &tokens, &style()), None);
    }

    #[test]
    fn days_count_from_1970() {
        assert_eq!(Day::from_unix_days(0), Day { year: 1970, month: 1, day: 1 });
        assert_eq!(Day::from_unix_days(20_779), Day { year: 2026, month: 11, day: 22 });
    }
}
