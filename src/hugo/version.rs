//! The Hugo version a site is built with. Many verdicts depend on it.

use std::{fmt, str::FromStr};

/// A Hugo release, such as `0.168.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Always 0 up to now.
    pub major: u16,
    /// The release, 168 in `0.168.0`.
    pub minor: u16,
    /// The patch level.
    pub patch: u16,
}

impl Version {
    /// The newest release whose behaviour we recorded; the default when a site does not say.
    pub const NEWEST: Self = Self::new(0, 168);

    /// `major.minor.0`.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor, patch: 0 }
    }

    /// Whether this is `0.minor.0` or later.
    pub fn at_least(self, minor: u16) -> bool {
        self >= Self::new(0, minor)
    }
}

impl FromStr for Version {
    type Err = ();

    /// Reads `0.72.0`, `v0.72`, `0.72.0-extended`, `^0.120.4`, `>=0.110`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.trim().trim_start_matches(|c: char| !c.is_ascii_digit());
        let mut parts = digits.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok());
        let (Some(major), Some(minor)) = (parts.next(), parts.next()) else { return Err(()) };
        let patch = parts.next().unwrap_or(0);
        Ok(Self { major, minor, patch })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}
