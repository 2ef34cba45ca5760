//! How scanning goes on behind an error of Hugo's lexer: where the malformed tag ends, and what the culprit is.

use super::{
    Argument, Quoting, Tag, TagKind,
    explain::Culprit,
    lex::{Failure, find_left, is_space},
    scan::{Scanner, empty_tag},
};
use crate::source::Span;

/// Where a malformed tag ends.
struct TagEnd {
    /// The byte at which the arguments end.
    content: usize,
    /// The byte behind the tag.
    end: usize,
}

impl Scanner<'_> {
    /// Reports an error of the lexer and resumes it behind what was meant as the tag.
    pub(super) fn fail(&mut self, failure: Failure, at: Span, message: String) {
        match (failure, self.draft.take()) {
            (_, Some(tag)) => self.fail_in_tag(failure, at, tag, message),
            (Failure::Nested, None) => {
                let left = at.range().start;
                let span = Span::new(left, left + 3);
                let tag = empty_tag(self.text, span);
                self.problem(Culprit::Lexer(failure), span, &tag, Some(message));
                self.lexer.resume(left);
            }
            (_, None) => self.fail_in_comment(at.range().start, message),
        }
    }

    /// `{{</* x */ >}}`, `{{</* x >}}` and a comment that never ends.
    fn fail_in_comment(&mut self, left: usize, message: String) {
        let inside = left + 5;
        let limit = find_left(self.text, left + 3).unwrap_or(self.text.len()).max(inside);
        let content = self.text.get(inside..limit).unwrap_or("");
        let span = Span::new(left, left + 3);
        let tag = empty_tag(self.text, span);
        let delimiters = [tag.delimiter.right(), other(tag.delimiter.right())];
        let right = delimiters.iter().filter_map(|right| content.find(right)).min();
        self.problem(Culprit::Lexer(Failure::OpenComment), Span::new(left, inside), &tag, Some(message));
        match right {
            Some(right) => {
                let end = inside + right + 3;
                let comment = content[..right].trim_end_matches(is_space);
                let comment = comment.strip_suffix("*/").unwrap_or(comment);
                self.comment(Span::new(left, end), Span::new(inside, inside + comment.len()));
                self.lexer.resume(end);
            }
            None => self.lexer.resume(inside),
        }
    }

    fn fail_in_tag(&mut self, failure: Failure, at: Span, mut tag: Tag, message: String) {
        let left = tag.span.range().start;
        let limit = find_left(self.text, left + 3).unwrap_or(self.text.len());
        let (culprit, span, end) = if let Some((value, end)) = self.swallowed(&tag) {
            (Culprit::Swallowed, value, Some(end))
        } else if let Some(end) = self.mistaken_end(&tag, failure, at.range().start, limit) {
            (Culprit::WrongEnd, Span::new(end.content, end.end), Some(end))
        } else {
            let end = self.find_end(&tag, at.range().start, limit);
            let (failure, at) = self.split_value(failure, &tag).unwrap_or((failure, at));
            let span = end.as_ref().map(|end| self.culprit(failure, at, &tag, end.content));
            (Culprit::Lexer(failure), span.unwrap_or(at), end)
        };
        if let Some(end) = end {
            tag.span = Span::new(left, end.end);
            if tag.name_span.end > tag.span.end {
                // The "name" was read behind a right delimiter that was swallowed before there was any.
                tag.name.clear();
            }
            let content = self.text[left + 3..end.content].trim_end_matches(is_space);
            if tag.kind != TagKind::Close {
                // A `/` within an argument, as in `a/b`, did not close the tag.
                let closed = !tag.name.is_empty() && content.ends_with('/');
                tag.kind = if closed { TagKind::SelfClosing } else { TagKind::Open };
            }
            let (from, to) = (span.range().start.max(left), span.range().end.min(end.end));
            // Hugo may stumble behind the end that a person sees; then the whole tag is to blame.
            let span = if from < to { Span::new(from, to) } else { tag.span };
            self.trim_arguments(&mut tag, end.content);
            self.problem(culprit, span, &tag, Some(message));
        } else {
            tag.span = Span::new(left, tag.name_span.range().end);
            tag.arguments.clear();
            self.problem(Culprit::Lexer(Failure::OpenTag), tag.span, &tag, Some(message));
        }
        self.lexer.resume(tag.span.range().end);
        if !tag.name.is_empty() {
            self.scan.tags.push(tag);
        }
    }

    /// Cuts a swallowed right delimiter off the last value.
    fn trim_arguments(&self, tag: &mut Tag, content: usize) {
        tag.arguments.retain(|argument| argument.value_span.range().start <= content);
        for argument in &mut tag.arguments {
            if argument.value_span.range().end > content {
                let value = Span::new(argument.value_span.range().start, content);
                argument.value_span = value;
                argument.span.end = value.end;
                argument.value = self.text[value.range()].trim_end_matches('/').to_owned();
            }
        }
    }

    /// `a=b>}}`: to Hugo `>}}` is part of the value.
    fn swallowed(&self, tag: &Tag) -> Option<(Span, TagEnd)> {
        let right = tag.delimiter.right();
        let bare = |argument: &&Argument| argument.key.is_some() && argument.quoting == Quoting::Bare;
        tag.arguments.iter().filter(bare).find_map(|argument| {
            let value = argument.value_span.range();
            let content = value.start + self.text[value.clone()].find(right)?;
            Some((Span::new(value.start, content + 3), TagEnd { content, end: content + 3 }))
        })
    }

    /// A right delimiter that is not the tag's own: the other kind, `}}`, `> }}`, `>}`, a full-width one.
    fn mistaken_end(&self, tag: &Tag, failure: Failure, at: usize, limit: usize) -> Option<TagEnd> {
        if !matches!(failure, Failure::Unrecognized(_) | Failure::AfterClosingName) {
            return None;
        }
        let rest = self.text.get(at..limit)?;
        let angle = |c: char| matches!(c, '>' | '%' | '＞' | '％');
        let brace = |c: char| matches!(c, '}' | '｝');
        let inner = rest.strip_prefix(angle).unwrap_or(rest).trim_start_matches([' ', '\t']);
        let one = inner.strip_prefix(brace)?;
        let after = one.strip_prefix(brace);
        let line = rest.lines().next().unwrap_or(rest);
        if after.is_none() && line.contains(tag.delimiter.right()) {
            return None;
        }
        Some(TagEnd { content: at, end: limit - after.unwrap_or(one).len() })
    }

    /// `a='b c'`: the culprit is the quote, not the `c'`.
    fn split_value(&self, failure: Failure, tag: &Tag) -> Option<(Failure, Span)> {
        let last = tag.arguments.last().filter(|last| failure == Failure::Mixed && last.key.is_some())?;
        let quote =
            last.value.chars().next().filter(|&c| last.quoting == Quoting::Bare && quoted_by(c).is_some())?;
        let start = last.value_span.range().start;
        Some((Failure::Unrecognized(quote), Span::new(start, start + quote.len_utf8())))
    }

    /// The next right delimiter of either kind before `limit`, else a `}}` in the same line.
    fn find_end(&self, tag: &Tag, from: usize, limit: usize) -> Option<TagEnd> {
        let rest = self.text.get(from..limit)?;
        let own = rest.find(tag.delimiter.right());
        let reach = own.unwrap_or(rest.len());
        let found = rest[..reach].find(other(tag.delimiter.right())).or(own);
        if let Some(found) = found {
            return Some(TagEnd { content: from + found, end: from + found + 3 });
        }
        let line = rest.lines().next()?;
        line.find("}}").map(|found| TagEnd { content: from + found, end: from + found + 2 })
    }

    /// What to underline, within a tag whose arguments end at `content`.
    fn culprit(&self, failure: Failure, at: Span, tag: &Tag, content: usize) -> Span {
        let Span { start, .. } = at;
        let start = start as usize;
        let glued = |to: usize| {
            let last = tag.arguments.last().filter(|argument| argument.span.range().end == to);
            last.map_or(to, |argument| argument.span.range().start)
        };
        let until_blank = |from: usize| {
            let rest = &self.text[from..content.max(from)];
            from + rest.find(is_space).unwrap_or(rest.len())
        };
        let content_end = content.max(start) - {
            let inside = &self.text[start..content.max(start)];
            inside.len() - inside.trim_end_matches(is_space).len()
        };
        match failure {
            Failure::Unrecognized(c) if c.is_whitespace() || matches!(c, '{' | '}') => at,
            Failure::Unrecognized(c) if quoted_by(c).is_some() && glued(start) == start => {
                let from = at.range().end;
                let rest = &self.text[from..content.max(from)];
                let close = quoted_by(c).and_then(|close| Some(from + rest.find(close)? + close.len_utf8()));
                Span::new(start, close.unwrap_or_else(|| until_blank(start)).max(from))
            }
            Failure::Unrecognized(_) => Span::new(glued(start), until_blank(start).max(at.range().end)),
            Failure::NotOpened => Span::new(glued(start.saturating_sub(1)), until_blank(start)),
            Failure::OpenString | Failure::OpenRawString => {
                Span::new(start.saturating_sub(1), content_end.max(start))
            }
            Failure::AfterClosingName => Span::new(start, content_end.max(at.range().end)),
            Failure::Period => Span::new(start, until_blank(start).max(at.range().end)),
            Failure::Escape => Span { start: at.end - 1, end: at.end + 1 },
            _ => at,
        }
    }
}

/// What closes a text that people open with `quote`, where it is not one of Hugo's quotes.
fn quoted_by(quote: char) -> Option<char> {
    match quote {
        '\'' => Some('\''),
        '‘' => Some('’'),
        '“' | '„' => Some('”'),
        '«' => Some('»'),
        _ => None,
    }
}

fn other(right: &str) -> &'static str {
    if right == ">}}" { "%}}" } else { ">}}" }
}
