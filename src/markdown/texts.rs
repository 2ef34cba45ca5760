//! Texts that follow each other as one text: pulldown-cmark cuts them where something might have begun.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event};

/// Gives the events of `source` to `take`, with texts that follow each other as one, and none of those that are empty.
/// Nearly always they follow each other in the source as well and are its words: then nothing is copied.
pub(super) fn merged<'t>(
    source: &'t str,
    events: impl Iterator<Item = (Event<'t>, Range<usize>)>,
    mut take: impl FnMut(Event<'t>, Range<usize>),
) {
    let mut run = Run { texts: 0, range: 0..0, first: CowStr::Borrowed(""), is_source: false, joined: None };
    for (event, range) in events {
        if let Event::Text(text) = event {
            run.push(source, text, range);
            continue;
        }
        if run.texts > 0 {
            run.give(source, &mut take);
        }
        take(event, range);
    }
    if run.texts > 0 {
        run.give(source, &mut take);
    }
}

/// Texts as read so far. It stays where it is: moved with each event, it would cost as much as what is made of it.
struct Run<'t> {
    /// How many there were.
    texts: usize,
    range: Range<usize>,
    first: CowStr<'t>,
    /// They are the words of the source at `range`.
    is_source: bool,
    /// All of them, where they are several and not the words of the source.
    joined: Option<String>,
}

impl<'t> Run<'t> {
    fn push(&mut self, source: &'t str, text: CowStr<'t>, range: Range<usize>) {
        if self.texts == 0 {
            self.is_source = is_part(source, &text, &range);
            (self.first, self.range) = (text, range);
        } else {
            let follows = self.is_source && self.range.end == range.start && is_part(source, &text, &range);
            if !follows {
                let so_far = if self.is_source { &source[self.range.clone()] } else { &*self.first };
                *self.joined.get_or_insert_with(|| so_far.to_owned()) += &*text;
                self.is_source = false;
            }
            self.range.end = range.end;
        }
        self.texts += 1;
    }

    fn give(&mut self, source: &'t str, take: &mut impl FnMut(Event<'t>, Range<usize>)) {
        let text = match self.joined.take() {
            Some(joined) => joined.into(),
            None if self.is_source => CowStr::Borrowed(&source[self.range.clone()]),
            None => std::mem::replace(&mut self.first, CowStr::Borrowed("")),
        };
        if self.texts == 1 || !text.is_empty() {
            take(Event::Text(text), self.range.clone());
        }
        self.texts = 0;
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
