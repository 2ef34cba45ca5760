//! What a walk through one document knows of it.

use super::mask::{Mask, has_filler, is_filler};
use crate::{hugo::config::Goldmark, source::Span};

/// What a walk needs to know of its document.
pub(super) struct Context<'c> {
    /// The masked text.
    pub(super) text: &'c str,
    /// Where it starts in the source.
    pub(super) base: usize,
    /// Its masks, in order.
    pub(super) masks: &'c [Mask],
    /// Index of the document.
    pub(super) document: u32,
    /// The site's Markdown settings.
    pub(super) goldmark: &'c Goldmark,
    /// The name of each call, to stand for it in a leaf's words.
    pub(super) call_names: &'c [&'c str],
    /// The inner texts of conditions: only there somebody needs the words of leaves.
    pub(super) conditions: &'c [Span],
}

impl Context<'_> {
    /// Whether a byte of the source is in a condition.
    pub(super) fn is_in_condition(&self, byte: u32) -> bool {
        let before = self.conditions.partition_point(|inner| inner.start <= byte);
        self.conditions[..before].last().is_some_and(|inner| byte < inner.end)
    }

    /// A range of the masked text as a span of the source.
    pub(super) fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.base + range.start, self.base + range.end)
    }

    /// The words of a stretch of text, with `⟦name⟧` for each masked call.
    pub(super) fn words(&self, text: &str, range: &std::ops::Range<usize>, words: &mut String) {
        if !has_filler(text) {
            words.push_str(text);
            return;
        }
        let span = self.span(range.clone());
        let first = self.masks.partition_point(|mask| mask.span.end <= span.start);
        let mut masks = self.masks[first..].iter();
        let mut left = 0;
        for c in text.chars() {
            if !is_filler(c) {
                words.push(c);
                continue;
            }
            if left == 0 {
                let Some(mask) = masks.next() else { continue };
                left = mask.span.len();
                if let Some(call) = mask.call {
                    words.push('⟦');
                    words.push_str(self.call_names.get(call as usize).copied().unwrap_or(""));
                    words.push('⟧');
                }
            }
            left = left.saturating_sub(c.len_utf8());
        }
    }
}
