//! Texts that follow each other as one text: pulldown-cmark cuts them where something might have begun.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event};

/// Texts as read so far.
struct Run<'t> {
    text: Text<'t>,
    range: Range<usize>,
    /// Whether there was more than one.
    several: bool,
}

enum Text<'t> {
    One(CowStr<'t>),
    Joined(String),
}

/// Gives the events of `source` to `take`, with texts that follow each other as one, and none of those that are empty.
/// Nearly always they follow each other in the source as well and are its words: then nothing is copied.
pub(super) fn merged<'t>(
    source: &'t str,
    events: impl Iterator<Item = (Event<'t>, Range<usize>)>,
    mut take: impl FnMut(Event<'t>, Range<usize>),
) {
    let mut run: Option<Run<'t>> = None;
    for (event, range) in events {
        match event {
            Event::Text(text) => {
                run = Some(match run {
                    Some(run) => run.and(source, text, range),
                    None => Run { text: Text::One(text), range, several: false },
                });
            }
            event => {
                if let Some((text, range)) = run.take().and_then(Run::finish) {
                    take(Event::Text(text), range);
                }
                take(event, range);
            }
        }
    }
    if let Some((text, range)) = run.and_then(Run::finish) {
        take(Event::Text(text), range);
    }
}

impl<'t> Run<'t> {
    fn and(self, source: &'t str, next: CowStr<'t>, range: Range<usize>) -> Self {
        let whole = self.range.start..range.end;
        let text = match self.text {
            Text::One(text)
                if self.range.end == range.start
                    && is_part(source, &text, &self.range)
                    && is_part(source, &next, &range) =>
            {
                Text::One(CowStr::Borrowed(&source[whole.clone()]))
            }
            Text::One(text) => Text::Joined([&*text, &*next].concat()),
            Text::Joined(text) => Text::Joined(text + &next),
        };
        Self { text, range: whole, several: true }
    }

    fn finish(self) -> Option<(CowStr<'t>, Range<usize>)> {
        let text = match self.text {
            Text::One(text) => text,
            Text::Joined(text) => text.into(),
        };
        (!self.several || !text.is_empty()).then_some((text, self.range))
    }
}

/// Whether a text is this very part of the source, and not what an entity there stands for.
fn is_part(source: &str, text: &CowStr<'_>, range: &Range<usize>) -> bool {
    let CowStr::Borrowed(text) = text else { return false };
    source.get(range.clone()).is_some_and(|part| std::ptr::eq(part, *text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Options, Parser, TextMergeWithOffset};

    use super::*;

    #[track_caller]
    fn check(source: &str) {
        let events = || Parser::new_ext(source, Options::all()).into_offset_iter();
        let expected: Vec<_> = TextMergeWithOffset::new(events()).collect();
        let mut found = Vec::new();
        merged(source, events(), |event, range| found.push((event, range)));
        assert_eq!(found, expected, "{source:?}");
    }

    #[test]
    fn texts_are_merged_as_pulldown_cmark_merges_them() {
        for source in
            ["a [b] c", "a\\*b", "a &amp; b&nang;c", "a_b_c*", "[]", "a\r\nb", "> a\n> `b", "![*](", "~~a"]
        {
            check(source);
        }
    }

    proptest! {
        #[test]
        fn whatever_the_source(source in r"([a-zあ ]|&amp;|&nang;|[\[\]()*_~`!<>\\|:#-]|\r?\n){0,40}") {
            check(&source);
        }
    }
}
