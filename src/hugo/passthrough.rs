//! The delimiters of Goldmark's passthrough extension. Hugo: `markup/goldmark/goldmark_config/config.go`.

use crate::value::Value;

/// What is around text that Goldmark's passthrough extension prints as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delimiters {
    /// Before it.
    pub open: String,
    /// Behind it.
    pub close: String,
}

impl Delimiters {
    /// Reads `goldmark.extensions.passthrough.delimiters` of the `markup` table; none where the extension is off.
    pub(super) fn read(markup: &Value, is_on: bool) -> Vec<Self> {
        let of_kind = |kind| {
            let pairs = markup.at(&["goldmark", "extensions", "passthrough", "delimiters", kind]);
            pairs.map(Value::items).unwrap_or_default().iter().filter_map(|own| {
                let [open, close] = own.texts().try_into().ok()?;
                Some(Self { open, close })
            })
        };
        let all = ["block", "inline"].into_iter().flat_map(of_kind);
        all.filter(|own| is_on && !own.open.is_empty() && !own.close.is_empty()).collect()
    }
}
