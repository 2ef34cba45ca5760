//! Which front matter fields date a page. Hugo: `resources/page/pagemeta/page_frontmatter.go`.

use std::sync::LazyLock;

use regex::Regex;

use super::{cascade::Fields, config::Config, paths::Day};
use crate::value::{Data, Entry, Value};

/// `frontmatter` in the configuration: where each date comes from, first that is there.
#[derive(Debug)]
pub struct DateFields {
    date: Vec<String>,
    publish_date: Vec<String>,
    lastmod: Vec<String>,
    expiry_date: Vec<String>,
}

/// The dates of a page that decide about its URL and whether it is published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dates {
    /// `.Date`
    pub date: Option<Day>,
    /// `.PublishDate`
    pub publish: Option<Day>,
    /// `.ExpiryDate`
    pub expiry: Option<Day>,
}

impl DateFields {
    /// Reads the configuration.
    pub fn new(config: &Config) -> Self {
        let chain = |key: &str, default: &[&str]| {
            let own = config.root.at(&["frontmatter", key]).map(Value::texts);
            let mut chain: Vec<String> = Vec::new();
            for name in own.unwrap_or_else(|| vec![":default".to_owned()]) {
                let name = name.to_lowercase();
                if name == ":default" {
                    chain.extend(default.iter().flat_map(|name| with_aliases(name)));
                } else {
                    chain.extend(with_aliases(&name));
                }
            }
            chain
        };
        Self {
            date: chain("date", &["date", "publishdate", "lastmod"]),
            publish_date: chain("publishdate", &["publishdate", "date"]),
            lastmod: chain("lastmod", &[":git", "lastmod", "date", "publishdate"]),
            expiry_date: chain("expirydate", &["expirydate"]),
        }
    }

    /// The dates of a page whose file has this name.
    pub fn of(&self, fields: &Fields<'_>, file_name: &str) -> Dates {
        let first = |chain: &[String]| {
            chain.iter().find_map(|key| match key.as_str() {
                ":filename" => dated_name(file_name).map(|(day, _)| day),
                // When a file was changed, or committed, its text does not say.
                key if key.starts_with(':') => None,
                key => fields.get(key).and_then(Value::to_text).and_then(|text| Day::parse(&text)),
            })
        };
        let date = first(&self.date);
        // `.PublishDate` falls back to `.Date`, however that was found.
        Dates { date, publish: first(&self.publish_date).or(date), expiry: first(&self.expiry_date) }
    }

    /// `.Date`, as the first field that has one says; `Some(None)`: none has. `None`: it may come from elsewhere. `git`:
    /// dates may come from git as well.
    pub fn written(&self, field: &dyn Fn(&str) -> Option<String>, git: bool) -> Option<Option<String>> {
        for key in &self.date {
            match key.as_str() {
                ":git" if !git => {}
                key if key.starts_with(':') => return None,
                key => {
                    if let Some(text) = field(key).filter(|text| !text.trim().is_empty()) {
                        return Some(Some(text));
                    }
                }
            }
        }
        Some(None)
    }

    /// The page's own fields that Hugo wants a date from and surely cannot read. It stops at the first field that is a
    /// date; `git`: dates may come from git as well.
    pub fn unreadable<'v>(
        &self,
        own: &'v Value,
        fields: &Fields<'v>,
        file_name: &str,
        git: bool,
    ) -> Vec<&'v Entry> {
        let mut found: Vec<&Entry> = Vec::new();
        for chain in [&self.date, &self.publish_date, &self.lastmod, &self.expiry_date] {
            for key in chain {
                match key.as_str() {
                    ":filename" if dated_name(file_name).is_none() => continue,
                    ":git" if !git => continue,
                    key if key.starts_with(':') => break,
                    _ => {}
                }
                let Some(value) = fields.get(key).filter(|value| !is_empty(value)) else { continue };
                let unread = own.entry(key).filter(|_| is_no_date(value));
                let Some(entry) = unread else { break };
                if !found.iter().any(|known| known.key_span == entry.key_span) {
                    found.push(entry);
                }
            }
        }
        found
    }

    /// The slug in a file name such as `2026-11-22-title`, where a date is taken from there: no field that comes first is
    /// one.
    pub fn slug_in_name<'n>(&self, fields: &Fields<'_>, file_name: &'n str) -> Option<&'n str> {
        let is_date = |key: &str| match key {
            // A file that git does not know has no such date.
            ":git" => false,
            key if key.starts_with(':') => true,
            key => fields.get(key).is_some_and(|value| !is_empty(value) && !is_no_date(value)),
        };
        let asks = |chain: &Vec<String>| {
            chain.iter().find(|key| is_date(key)).is_some_and(|first| first == ":filename")
        };
        let (_, slug) = dated_name(file_name)?;
        let chains = [&self.date, &self.publish_date, &self.lastmod, &self.expiry_date];
        (!slug.is_empty() && chains.into_iter().any(asks)).then_some(slug)
    }
}

fn with_aliases(name: &str) -> Vec<String> {
    let aliases: &[&str] = match name {
        "lastmod" => &["modified"],
        "publishdate" => &["pubdate", "published"],
        "expirydate" => &["unpublishdate"],
        _ => &[],
    };
    [name].iter().chain(aliases).map(|name| (*name).to_owned()).collect()
}

fn is_empty(value: &Value) -> bool {
    matches!(value.data, Data::Null) || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Whether Hugo surely reads no date from a value: tried with 0.147 and 0.168. Hugo: `spf13/cast`, `timeFormats`.
fn is_no_date(value: &Value) -> bool {
    static SHAPES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        let shapes = [
            r"^[^0-9]+$",
            r"^[0-9]{1,4}-[0-9]{1,2}(-[0-9]{1,2})?$",
            r"^[0-9]{1,4}[/.][0-9]{1,2}[/.][0-9]{1,4}$",
            r"^[A-Za-z]+\.? [0-9]{1,2},? [0-9]{4}$",
            r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:?[0-9]{2})?$",
        ];
        shapes.iter().filter_map(|shape| Regex::new(shape).ok()).collect()
    });
    match &value.data {
        Data::Bool(_) | Data::List(_) | Data::Map(_) => true,
        Data::String(text) => !is_day(text) && SHAPES.iter().any(|shape| shape.is_match(text)),
        _ => false,
    }
}

/// Whether a text is `2026-11-22`, a day that there is.
fn is_day(text: &str) -> bool {
    let Some(day) = Day::parse(text).filter(|_| text.len() == 10) else { return false };
    let length = match day.month {
        2 if day.year % 4 == 0 && (day.year % 100 != 0 || day.year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    text.as_bytes().get(7) == Some(&b'-') && day.day <= length
}

/// The day at the start of a name, and what follows. Hugo: `dateAndSlugFromBaseFilename`.
fn dated_name(name: &str) -> Option<(Day, &str)> {
    let day = Day::parse(name)?;
    let rest = name.get(10..)?;
    let time = rest.get(1..9).filter(|time| {
        let mut parts = time.split('-');
        parts.clone().count() == 3
            && parts.all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
    });
    let rest = if time.is_some() { &rest[9..] } else { rest };
    Some((day, rest.trim_matches([' ', '-', '_'])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hugo::dimensions::Scope;
    use crate::{source::Span, value};

    #[test]
    fn dates_that_hugo_surely_cannot_read() {
        let unread =
            |text: &str| is_no_date(&Value { data: Data::String(text.to_owned()), ..Value::default() });
        for text in
            ["soon", "2020-13-01", "2021-02-29", "2020-1-2", "2020/01/02", "Jan 2, 2020", "2020-01-02 10:11"]
        {
            assert!(unread(text), "{text}");
        }
        for text in
            ["2020-02-29", "2020-01-02T10:11:12", "02 Jan 2020", "Thu, 02 Jan 2020 10:11:12 GMT", "3:04PM"]
        {
            assert!(!unread(text), "{text}");
        }
    }

    #[test]
    fn dates_come_from_fields_and_names() {
        let parse = |text: &str| value::parse(value::Format::Yaml, text, Span::new(0, text.len())).0;
        let fields = parse("{pubdate: 2020-01-02, unpublishdate: 2021-01-01}");
        let fields = Fields::new(&fields, &[], "a", "page", ("en", Scope::ALL));
        let day = |text: &str| Day::parse(text);
        let dates = DateFields::new(&Config::of_root(Value::map())).of(&fields, "2019-05-06-x");
        assert_eq!(dates.date, day("2020-01-02"));
        assert_eq!(dates.expiry, day("2021-01-01"));
        let config = Config::of_root(parse("frontmatter: {date: [':filename', ':default']}"));
        let by_name = DateFields::new(&config);
        assert_eq!(by_name.of(&fields, "2019-05-06-x").date, day("2019-05-06"));
        assert_eq!(by_name.written(&|_| None, false), None);
        assert_eq!(by_name.slug_in_name(&fields, "2019-05-06-x-y"), Some("x-y"));
        assert_eq!(by_name.slug_in_name(&fields, "2019-05-06-10-11-12-x"), Some("x"));
        assert_eq!(by_name.slug_in_name(&fields, "x"), None);
        let config = Config::of_root(parse("frontmatter: {date: [':git', publishDate]}"));
        let published = |key: &str| (key == "pubdate").then(|| "2020-01-02".to_owned());
        assert_eq!(DateFields::new(&config).written(&published, false), Some(published("pubdate")));
        assert_eq!(DateFields::new(&config).written(&published, true), None);
        let config = Config::of_root(parse("frontmatter: {date: [publishDate, ':filename']}"));
        assert_eq!(DateFields::new(&config).slug_in_name(&fields, "2019-05-06-x"), None);
    }
}
