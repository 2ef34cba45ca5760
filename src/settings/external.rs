//! `[external]`: how the web is asked.

use std::{collections::BTreeMap, time::Duration};

use super::{mistake, unknown_keys};
use crate::{
    source::Span,
    value::{Data, Mistake, Value},
    web::{
        cause::Verdict,
        memory::Streak,
        stamp::{self, DAY},
    },
};

/// What the user configured for external links.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExternalSettings {
    /// Addresses that are not asked, in the order of the file.
    pub excludes: Vec<Exclude>,
    /// What holds for certain hosts, in the order of the file.
    pub hosts: Vec<HostEntry>,
    /// Hosts that may be at a private address.
    pub allow_private: Vec<(String, Span)>,
    /// Further ports.
    pub ports: Vec<u16>,
    /// So many requests at once.
    pub connections: Option<usize>,
    /// After this time nothing new is asked.
    pub max_time: Option<Duration>,
    /// Where answers are remembered, as written.
    pub cache: Option<String>,
    /// A file with certificates to trust, as written.
    pub ca_file: Option<(String, Span)>,
    /// What is broken, and when.
    pub fail_after: FailAfter,
}

/// An address that is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclude {
    /// A pattern of URLs, in which `*` stands for anything.
    pub pattern: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<String>,
    /// Where that is written.
    pub span: Span,
}

/// `[external.hosts."…"]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostEntry {
    /// The host, or `*.example.org`.
    pub pattern: String,
    /// Where that is written.
    pub span: Span,
    /// So many requests at once.
    pub concurrency: Option<usize>,
    /// Time between two requests.
    pub interval: Option<Duration>,
    /// Headers, as written: `$NAME` stands for a variable of the environment.
    pub headers: Vec<(String, String)>,
    /// What a status means.
    pub statuses: BTreeMap<u16, Verdict>,
    /// Whoever signed its certificate.
    pub insecure: bool,
}

/// When what was alive is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailAfter {
    /// What is gone.
    pub dead: Streak,
    /// What does not answer; `None`: never.
    pub temporary: Option<Streak>,
}

impl Default for FailAfter {
    fn default() -> Self {
        Self { dead: Streak { times: 2, over: DAY }, temporary: None }
    }
}

pub(super) const KEYS: [&str; 9] = [
    "allow-private",
    "ca-file",
    "cache",
    "exclude",
    "fail-after",
    "hosts",
    "max-connections",
    "max-time",
    "ports",
];

impl ExternalSettings {
    pub(super) fn read(table: Option<&Value>, mistakes: &mut Vec<Mistake>) -> Self {
        let mut settings = Self::default();
        let Some(table) = table else { return settings };
        unknown_keys(table, &KEYS, mistakes);
        for entry in table.entries() {
            let value = &entry.value;
            match entry.key.as_str() {
                "exclude" => {
                    settings.excludes =
                        value.items().iter().filter_map(|item| exclude(item, mistakes)).collect()
                }
                "hosts" => {
                    let hosts =
                        value.entries().iter().map(|own| host(&own.key, own.key_span, &own.value, mistakes));
                    settings.hosts = hosts.collect();
                }
                "allow-private" => {
                    let names =
                        value.items().iter().filter_map(|item| Some((item.as_str()?.to_owned(), item.span)));
                    settings.allow_private = names.collect();
                }
                "ports" => {
                    settings.ports = value.items().iter().filter_map(|item| number(item, mistakes)).collect()
                }
                "max-connections" => settings.connections = number(value, mistakes).map(usize::from),
                "max-time" => settings.max_time = span(value, mistakes),
                "cache" => settings.cache = text(value, mistakes),
                "ca-file" => settings.ca_file = text(value, mistakes).map(|path| (path, value.span)),
                "fail-after" => settings.fail_after = fail_after(value, mistakes),
                _ => {}
            }
        }
        settings
    }
}

fn text(value: &Value, mistakes: &mut Vec<Mistake>) -> Option<String> {
    let text = value.as_str().map(str::to_owned);
    if text.is_none() {
        mistakes.push(mistake(value.span, "expected a text"));
    }
    text
}

fn number(value: &Value, mistakes: &mut Vec<Mistake>) -> Option<u16> {
    let number = match value.data {
        Data::Int(number) => u16::try_from(number).ok().filter(|number| *number > 0),
        _ => None,
    };
    if number.is_none() {
        mistakes.push(mistake(value.span, "expected a number from 1 to 65535"));
    }
    number
}

fn span(value: &Value, mistakes: &mut Vec<Mistake>) -> Option<Duration> {
    let span = value.to_text().and_then(|text| stamp::parse_span(&text));
    if span.is_none() {
        mistakes.push(mistake(value.span, "expected a time such as `250ms`, `30s`, `10m`, `6h` or `3d`"));
    }
    span
}

fn exclude(value: &Value, mistakes: &mut Vec<Mistake>) -> Option<Exclude> {
    if !value.is_map() {
        mistakes.push(mistake(value.span, "expected `{ url = \"https://…\", reason = \"…\" }`"));
        return None;
    }
    unknown_keys(value, &["reason", "until", "url"], mistakes);
    let mut get = |key: &str| {
        let found = value.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        if found.is_none() {
            mistakes.push(mistake(value.span, format!("expected `{key}`")));
        }
        found.map(str::to_owned)
    };
    let (pattern, reason) = (get("url")?, get("reason")?);
    let until = value.get("until").and_then(|until| {
        let day = until.to_text().filter(|text| text.len() == 10 && stamp::Stamp::parse(text).is_some());
        if day.is_none() {
            mistakes.push(mistake(until.span, "expected a day such as `2026-12-31`"));
        }
        day
    });
    let span = value.get("url").map_or(value.span, |url| url.span);
    Some(Exclude { pattern, reason, until, span })
}

fn host(pattern: &str, key_span: Span, table: &Value, mistakes: &mut Vec<Mistake>) -> HostEntry {
    unknown_keys(table, &["concurrency", "headers", "insecure", "interval", "status"], mistakes);
    let mut statuses = BTreeMap::new();
    for entry in table.get("status").map(Value::entries).unwrap_or_default() {
        let verdict = match entry.value.as_str() {
            Some("alive") => Some(Verdict::Alive),
            Some("dead") => Some(Verdict::Dead),
            Some("temporary") => Some(Verdict::Temporary),
            Some("blocked") => Some(Verdict::Blocked),
            _ => None,
        };
        let status = entry.key.parse::<u16>().ok().filter(|status| (200..1000).contains(status));
        match (status, verdict) {
            (Some(status), Some(verdict)) => _ = statuses.insert(status, verdict),
            (None, _) => mistakes.push(mistake(entry.key_span, "expected a status such as `403`")),
            (_, None) => {
                mistakes
                    .push(mistake(entry.value.span, "expected `alive`, `dead`, `temporary` or `blocked`"));
            }
        }
    }
    let mut headers = Vec::new();
    for entry in table.get("headers").map(Value::entries).unwrap_or_default() {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if !entry.key.chars().all(is_name) {
            mistakes.push(mistake(entry.key_span, "expected the name of a header"));
        } else if let Some(value) = text(&entry.value, mistakes) {
            headers.push((entry.key.to_ascii_lowercase(), value));
        }
    }
    HostEntry {
        pattern: pattern.to_ascii_lowercase(),
        span: key_span,
        concurrency: table.get("concurrency").and_then(|value| number(value, mistakes)).map(usize::from),
        interval: table.get("interval").and_then(|value| span(value, mistakes)),
        headers,
        statuses,
        insecure: table.get("insecure").and_then(Value::as_bool).unwrap_or(false),
    }
}

fn fail_after(table: &Value, mistakes: &mut Vec<Mistake>) -> FailAfter {
    unknown_keys(table, &["dead", "temporary"], mistakes);
    let mut streak = |key: &str| {
        let value = table.get(key)?;
        let streak = value.to_text().and_then(|text| Streak::parse(&text));
        if streak.is_none() {
            mistakes.push(mistake(value.span, "expected how often over how much time, such as `2x/1d`"));
        }
        streak
    };
    let usual = FailAfter::default();
    FailAfter { dead: streak("dead").unwrap_or(usual.dead), temporary: streak("temporary") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{settings::Settings, tree::MemoryTree};

    fn read(text: &str) -> (ExternalSettings, Vec<String>) {
        let tree = MemoryTree::new([("javert.toml".to_owned(), text.to_owned())]);
        let (settings, mistakes) = Settings::read(&tree);
        let said = mistakes.iter().map(|(_, own)| format!("{}: {}", &text[own.span.range()], own.message));
        (settings.external, said.collect())
    }

    #[test]
    fn everything_can_be_said() {
        let (settings, mistakes) = read(
            "[external]\nports = [8888]\nmax-connections = 8\nmax-time = \"10m\"\ncache = \"links.jsonl\"\nca-file = \"ca.pem\"\nallow-private = [\"wiki.corp\"]\nexclude = [{ url = \"https://a/*\", reason = \"login\", until = \"2026-12-31\" }]\nfail-after = { dead = \"1\", temporary = \"3x/3d\" }\n[external.hosts.\"*.npmjs.com\"]\nconcurrency = 1\ninterval = \"2s\"\ninsecure = true\nheaders = { PRIVATE-TOKEN = \"$TOKEN\" }\nstatus = { 403 = \"alive\" }\n",
        );
        assert_eq!(mistakes, [""; 0]);
        assert_eq!((settings.ports.as_slice(), settings.connections), (&[8888][..], Some(8)));
        assert_eq!(settings.fail_after.dead, Streak { times: 1, over: Duration::ZERO });
        assert_eq!(settings.fail_after.temporary, Some(Streak { times: 3, over: DAY * 3 }));
        assert_eq!(settings.excludes[0].until.as_deref(), Some("2026-12-31"));
        let host = &settings.hosts[0];
        assert_eq!(
            (host.concurrency, host.interval, host.insecure),
            (Some(1), Some(Duration::from_secs(2)), true)
        );
        assert_eq!(host.headers, [("private-token".to_owned(), "$TOKEN".to_owned())]);
        assert_eq!(host.statuses.get(&403), Some(&Verdict::Alive));
    }

    #[test]
    fn mistakes_have_their_place() {
        let (_, mistakes) = read(
            "[external]\nexlude = []\nports = [\"x\"]\nmax-time = \"soon\"\nexclude = [\"https://a\", { url = \"https://b\" }, { url = \"c\", reason = \"d\", until = \"never\" }]\nfail-after = { dead = \"twice\" }\n[external.hosts.a]\nstatus = { 403 = \"fine\", x = \"dead\" }\n",
        );
        assert_eq!(
            mistakes,
            [
                "exlude: unknown key `exlude`; did you mean `exclude`?",
                "\"x\": expected a number from 1 to 65535",
                "\"soon\": expected a time such as `250ms`, `30s`, `10m`, `6h` or `3d`",
                "\"https://a\": expected `{ url = \"https://…\", reason = \"…\" }`",
                "{ url = \"https://b\" }: expected `reason`",
                "\"never\": expected a day such as `2026-12-31`",
                "\"twice\": expected how often over how much time, such as `2x/1d`",
                "\"fine\": expected `alive`, `dead`, `temporary` or `blocked`",
                "x: expected a status such as `403`",
            ]
        );
    }
}
