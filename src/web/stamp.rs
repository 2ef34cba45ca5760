//! Points in time and spans of time as they are written in caches, headers and settings: [`Stamp`].

use std::{borrow::Cow, fmt, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A second of Unix time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Stamp(pub u64);

/// One day.
pub const DAY: Duration = Duration::from_secs(86_400);

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Stamp {
    /// The time from `earlier` until this one; nothing if it is the later one.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0))
    }

    /// This much later.
    pub fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(time.as_secs()))
    }

    /// Reads `2026-01-31T12:00:00Z`, or only a date.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_own(text.as_bytes()).or_else(|| Self::parse_parts(text))
    }

    /// Reads what we write, `2026-01-31T12:00:00Z`: memory has three of them in each line.
    fn parse_own(text: &[u8]) -> Option<Self> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'Z'] =
            text
        else {
            return None;
        };
        let number = |digits: &[u8]| {
            digits
                .iter()
                .try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u64::from(digit - b'0')))
        };
        let time = [number(&[h1, h2])?, number(&[n1, n2])?, number(&[s1, s2])?];
        Self::at(number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?, time)
    }

    fn parse_parts(text: &str) -> Option<Self> {
        let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
        let mut parts = date.splitn(3, '-');
        let mut part = || parts.next()?.parse::<u64>().ok();
        let (year, month, day) = (part()?, part()?, part()?);
        Self::of(year, month, day, time.strip_suffix('Z')?)
    }

    /// Reads the three forms of dates in HTTP. RFC 9110 §5.6.7.
    pub fn parse_http(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split([' ', '-', ',']).filter(|word| !word.is_empty()).collect();
        let (day, month, year, time) = match words.as_slice() {
            // Sun, 06 Nov 1994 08:49:37 GMT; Sunday, 06-Nov-94 08:49:37 GMT
            [_, day, month, year, time, "GMT"] => (*day, *month, *year, *time),
            // Sun Nov  6 08:49:37 1994
            [_, month, day, time, year] => (*day, *month, *year, *time),
            _ => return None,
        };
        let month = MONTHS.iter().position(|own| *own == month)? + 1;
        let year: u64 = year.parse().ok()?;
        let year = match year {
            0..70 => 2000 + year,
            70..100 => 1900 + year,
            _ => year,
        };
        Self::of(year, u64::try_from(month).ok()?, day.parse().ok()?, time)
    }

    fn of(year: u64, month: u64, day: u64, time: &str) -> Option<Self> {
        let mut parts = time.splitn(3, ':');
        let mut part = || parts.next()?.parse::<u64>().ok();
        Self::at(year, month, day, [part()?, part()?, part()?])
    }

    fn at(year: u64, month: u64, day: u64, [hour, minute, second]: [u64; 3]) -> Option<Self> {
        if hour >= 24 || minute >= 60 || second >= 61 {
            return None;
        }
        let seconds = hour * 3600 + minute * 60 + second;
        let valid = (1970..10_000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        // Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
        let shifted = if month <= 2 { year.checked_sub(1)? } else { year };
        let (era, of_era) = (shifted / 400, shifted % 400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day.checked_sub(1)?;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        valid.then(|| days.checked_sub(719_468).map(|days| Self(days * 86_400 + seconds)))?
    }

    /// How long ago that was, for people: `3 days ago`.
    pub fn ago(self, now: Self) -> String {
        let seconds = now.since(self).as_secs();
        let (count, unit) = match seconds {
            0..120 => return "just now".to_owned(),
            120..7200 => (seconds / 60, "minutes"),
            7200..172_800 => (seconds / 3600, "hours"),
            _ => (seconds / 86_400, "days"),
        };
        format!("{count} {unit} ago")
    }

    /// `2026-01-31`
    pub fn day(self) -> String {
        self.to_string()[..10].to_owned()
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // civil_from_days of the same source.
        let days = self.0 / 86_400 + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + u64::from(month <= 2);
        let second = self.0 % 86_400;
        write!(
            out,
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no time")))
    }
}

/// Reads `250ms`, `30s`, `10m`, `6h`, `3d`; a number alone is seconds.
pub fn parse_span(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.parse().ok()?;
    let factor = match &text[digits.len()..] {
        "ms" => return Some(Duration::from_millis(number)),
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    Some(Duration::from_secs(number.checked_mul(factor)?))
}

/// What `Retry-After` says: seconds, a date, or what some servers make of it, such as `1m30s`.
pub fn parse_retry_after(text: &str, now: Stamp) -> Option<Duration> {
    let text = text.trim();
    if let Some(date) = Stamp::parse_http(text) {
        return Some(date.since(now));
    }
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds.ceil()).ok();
    }
    let parts = text.split_inclusive(|c: char| c.is_ascii_alphabetic());
    parts
        .map(parse_span)
        .try_fold(Duration::ZERO, |sum, part| sum.checked_add(part?))
        .filter(|_| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_read_as_they_are_written() {
        for seconds in [0, 951_782_400, 951_868_799, 1_767_225_600, 4_102_444_799] {
            let stamp = Stamp(seconds);
            assert_eq!(Stamp::parse(&stamp.to_string()), Some(stamp), "{stamp}");
        }
        assert_eq!(Stamp(951_782_400).to_string(), "2000-02-29T00:00:00Z");
        assert_eq!(Stamp::parse("2000-02-29"), Some(Stamp(951_782_400)));
        for bad in ["", "2000", "2000-13-01", "1969-01-01", "2000-01-01T25:00:00Z", "2000-01-00"] {
            assert_eq!(Stamp::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn dates_of_http_have_three_forms() {
        for text in
            ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
        {
            assert_eq!(
                Stamp::parse_http(text).map(|stamp| stamp.to_string()).as_deref(),
                Some("1994-11-06T08:49:37Z")
            );
        }
        assert_eq!(Stamp::parse_http("soon"), None);
    }

    #[test]
    fn retry_after_is_read_in_all_forms() {
        let now = Stamp::parse_http("Sun, 06 Nov 1994 08:49:00 GMT").expect("a date");
        for (text, seconds) in [
            ("120", Some(120)),
            ("0.2", Some(1)),
            ("1m30s", Some(90)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37)),
            ("Sun, 06 Nov 1990 08:49:37 GMT", Some(0)),
            ("later", None),
            ("", None),
            ("-5", None),
        ] {
            assert_eq!(parse_retry_after(text, now).map(|span| span.as_secs()), seconds, "{text}");
        }
    }
}
