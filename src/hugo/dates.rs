//! Which front matter fields date a page. Hugo: `resources/page/pagemeta/page_frontmatter.go`.

use super::{cascade::Fields, config::Config, paths::Day};
use crate::value::Value;

/// `frontmatter` in the configuration: where each date comes from, first that is there.
#[derive(Debug)]
pub struct DateFields {
    date: Vec<String>,
    publish_date: Vec<String>,
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

    /// The slug in a file name such as `2026-11-22-title`, where `:filename` is asked for.
    pub fn slug_in_name<'n>(&self, file_name: &'n str) -> Option<&'n str> {
        let asks = [&self.date, &self.publish_date, &self.expiry_date]
            .iter()
            .any(|chain| chain.iter().any(|key| key == ":filename"));
        let (_, slug) = dated_name(file_name).filter(|_| asks)?;
        (!slug.is_empty()).then_some(slug)
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
    use crate::{source::Span, value};

    #[test]
    fn dates_come_from_fields_and_names() {
        let parse = |text: &str| value::parse(value::Format::Yaml, text, Span::new(0, text.len())).0;
        let fields = parse("{pubdate: 2020-01-02, unpublishdate: 2021-01-01}");
        let fields = Fields::new(&fields, &[], "a", "page", "en");
        let day = |text: &str| Day::parse(text);
        let dates = DateFields::new(&Config::of_root(Value::map())).of(&fields, "2019-05-06-x");
        assert_eq!(dates.date, day("2020-01-02"));
        assert_eq!(dates.expiry, day("2021-01-01"));
        let config = Config::of_root(parse("frontmatter: {date: [':filename', ':default']}"));
        let by_name = DateFields::new(&config);
        assert_eq!(by_name.of(&fields, "2019-05-06-x").date, day("2019-05-06"));
        assert_eq!(by_name.slug_in_name("2019-05-06-x-y"), Some("x-y"));
        assert_eq!(by_name.slug_in_name("2019-05-06-10-11-12-x"), Some("x"));
        assert_eq!(by_name.slug_in_name("x"), None);
    }
}
