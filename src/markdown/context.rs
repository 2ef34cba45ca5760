//! What a walk through one document knows of it.

use super::mask::{Mask, is_filler};
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
    /// Whether anybody needs the words of leaves.
    pub(super) wants_words: bool,
}

impl Context<'_> {
    /// A range of the masked text as a span of the source.
    pub(super) fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.base + range.start, self.base + range.end)
    }

    /// The words of a stretch of text, with `⟦name⟧` for each masked call.
    pub(super) fn words(&self, text: &str, range: &std::ops::Range<usize>, words: &mut String) {
        if !text.contains(is_filler) {
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

/// Whether what follows `before` is inside `$$ … $$`, `\\[ … \\]` or `\\( … \\)`, which Goldmark's passthrough extension
/// leaves alone.
pub(super) fn in_passthrough(before: &str) -> bool {
    let open = |left: &str, right: &str| {
        before.rfind(left).is_some_and(|at| before.rfind(right).is_none_or(|end| end < at))
    };
    before.matches("$$").count() % 2 == 1 || open("\\[", "\\]") || open("\\(", "\\)")
}
