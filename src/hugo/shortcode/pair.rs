//! Tags to calls.
use super::{Inner, Pairing, Scan};
use crate::{hugo::version::Version, source::Span};

/// Matches openers with closers.
pub fn pair(_scan: &Scan, _body: Span, _inner: &dyn Fn(&str) -> Inner, _version: Version) -> Pairing {
    Pairing::default()
}
