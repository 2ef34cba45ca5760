//! Text to tags: Hugo's lexer, resumed behind each error.

use super::{
    Argument, Delimiter, Problem, ProblemKind, Quoting, Scan, Tag, TagKind,
    explain::{Culprit, explain},
    lex::{Failure, Item, ItemKind, Lexer, find_left, is_space},
    near_miss, verdict,
};
use crate::{hugo::version::Version, source::Span};

/// Finds every shortcode tag in the bytes `body` of `text`.
///
/// Behind an error it goes on after the tag's end if that can be made out before the next `{{<` or `{{%`, else
/// after the tag's name or left delimiter: one mistake is one problem. Closing tags are not checked against opening ones:
/// that is [`pair()`](super::pair())'s.
pub fn scan(text: &str, body: Span, version: Version) -> Scan {
    let text = &text[..body.range().end];
    let mut scanner = Scanner {
        text,
        lexer: Lexer::lenient(text, body, version),
        draft: None,
        after_key: false,
        scan: Scan::default(),
    };
    while scanner.step() {}
    let mut scan = scanner.scan;
    near_miss::add(text, body, &mut scan);
    scan.problems.sort_by_key(|problem| problem.span);
    scan
}

struct Scanner<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    draft: Option<Tag>,
    /// The last item was a key or positional argument, which a value would belong to.
    after_key: bool,
    scan: Scan,
}

/// Where a malformed tag ends.
struct TagEnd {
    /// The byte at which the arguments end.
    content: usize,
    /// The byte behind the tag.
    end: usize,
}

impl Scanner<'_> {
    /// Takes one item; `false` at the end.
    fn step(&mut self) -> bool {
        let item = self.lexer.item();
        let after_key = std::mem::take(&mut self.after_key);
        match item.kind {
            ItemKind::Left(delimiter) => {
                let Span { end, .. } = item.span;
                self.draft = Some(Tag {
                    delimiter,
                    name_span: Span { start: end, end },
                    ..empty_tag(self.text, item.span)
                });
            }
            ItemKind::Comment => {
                let Span { start, end } = item.span;
                self.comment(item.span, Span { start: start + 5, end: end - 5 });
            }
            ItemKind::Close => self.slash(),
            ItemKind::Name { .. } => self.name(item.span),
            ItemKind::Param(quoting) => {
                self.after_key = true;
                self.argument(&item, quoting);
            }
            ItemKind::Value(quoting) if after_key => self.value(&item, quoting),
            ItemKind::Value(_) => {}
            ItemKind::Right(_) => self.right(item.span),
            ItemKind::Error(failure, message) => self.fail(failure, item.span, message),
            ItemKind::End => return false,
        }
        true
    }

    fn slash(&mut self) {
        let Some(tag) = &mut self.draft else { return };
        tag.kind = match (tag.kind, tag.name.is_empty()) {
            (TagKind::Open, true) => TagKind::Close,
            (TagKind::Open, false) => TagKind::SelfClosing,
            (kind, _) => kind,
        };
    }

    fn name(&mut self, span: Span) {
        let Some(tag) = self.draft.as_mut().filter(|tag| tag.name.is_empty()) else { return };
        tag.name = self.text[span.range()].to_owned();
        tag.name_span = span;
    }

    fn argument(&mut self, item: &Item, quoting: Quoting) {
        let Some(tag) = &mut self.draft else { return };
        tag.arguments.push(Argument {
            key: None,
            value: resolved(self.text, item),
            quoting,
            span: with_quotes(self.text, item.span, quoting),
            value_span: item.span,
        });
    }

    fn value(&mut self, item: &Item, quoting: Quoting) {
        let Some(argument) = self.draft.as_mut().and_then(|tag| tag.arguments.last_mut()) else { return };
        argument.key = Some(std::mem::replace(&mut argument.value, resolved(self.text, item)));
        argument.quoting = quoting;
        argument.value_span = item.span;
        argument.span.end = with_quotes(self.text, item.span, quoting).end;
    }

    fn right(&mut self, span: Span) {
        let Some(mut tag) = self.draft.take() else { return };
        tag.span.end = span.end;
        if tag.name.is_empty() {
            let hugo = "shortcode has no name".to_owned();
            self.problem(Culprit::NoName, tag.span, &tag, Some(hugo));
            return;
        }
        self.check_mix(&tag);
        self.scan.tags.push(tag);
    }

    /// `a = 1 b` is mixed too, but only Hugo's parser finds out.
    fn check_mix(&mut self, tag: &Tag) {
        let Some(first) = tag.arguments.first() else { return };
        let named = first.key.is_some();
        let odd = tag.arguments.iter().find(|argument| argument.key.is_some() != named);
        if let Some(odd) = odd {
            let hugo = verdict::mixed(&tag.name, odd.key.is_some());
            self.problem(Culprit::Lexer(Failure::Mixed), odd.span, tag, Some(hugo));
        }
    }

    fn problem(&mut self, culprit: Culprit, span: Span, tag: &Tag, hugo: Option<String>) {
        let (message, help) = explain(culprit, &self.text[span.range()], tag);
        self.scan.problems.push(Problem {
            kind: ProblemKind::Malformed(message, help),
            span,
            name: tag.name.clone(),
            other: None,
            hugo,
        });
    }

    /// A comment with `content` between `/*` and `*/`.
    fn comment(&mut self, span: Span, content: Span) {
        self.scan.tags.push(Tag { kind: TagKind::Comment, name_span: content, ..empty_tag(self.text, span) });
    }
}

/// Recovery.
impl Scanner<'_> {
    fn fail(&mut self, failure: Failure, at: Span, message: String) {
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
        } else if let Some(end) = self.mistaken_end(&tag, failure, at.range().start) {
            (Culprit::WrongEnd, Span::new(end.content, end.end), Some(end))
        } else {
            let end = self.find_end(&tag, at.range().start, limit);
            let span = end.as_ref().map(|end| self.culprit(failure, at, &tag, end.content));
            (Culprit::Lexer(failure), span.unwrap_or(at), end)
        };
        if let Some(end) = end {
            tag.span = Span::new(left, end.end);
            let content = self.text[left + 3..end.content].trim_end_matches(is_space);
            if tag.kind == TagKind::Open && !tag.name.is_empty() && content.ends_with('/') {
                tag.kind = TagKind::SelfClosing;
            }
            let span = Span::new(span.range().start.max(left), span.range().end.min(end.end));
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
    fn mistaken_end(&self, tag: &Tag, failure: Failure, at: usize) -> Option<TagEnd> {
        if !matches!(failure, Failure::Unrecognized(_) | Failure::AfterClosingName) {
            return None;
        }
        let rest = &self.text[at..];
        let angle = |c: char| matches!(c, '>' | '%' | '＞' | '％');
        let brace = |c: char| matches!(c, '}' | '｝');
        let inner = rest.strip_prefix(angle).unwrap_or(rest).trim_start_matches([' ', '\t']);
        let one = inner.strip_prefix(brace)?;
        let after = one.strip_prefix(brace);
        let line = rest.lines().next().unwrap_or(rest);
        if after.is_none() && line.contains(tag.delimiter.right()) {
            return None;
        }
        Some(TagEnd { content: at, end: self.text.len() - after.unwrap_or(one).len() })
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
            Failure::Unrecognized('\'')
                if tag.arguments.last().is_none_or(|last| last.span.end != at.start) =>
            {
                let rest = &self.text[start + 1..content.max(start + 1)];
                let close = rest.find('\'').map_or(until_blank(start), |close| start + close + 2);
                Span::new(start, close.max(at.range().end))
            }
            Failure::Unrecognized(_) => Span::new(glued(start), until_blank(start).max(at.range().end)),
            Failure::NotOpened => Span::new(glued(start.saturating_sub(1)), until_blank(start)),
            Failure::OpenString | Failure::OpenRawString => {
                Span::new(start.saturating_sub(1), content_end.max(start))
            }
            Failure::AfterClosingName => Span::new(start, content_end.max(at.range().end)),
            Failure::Period => Span::new(start, until_blank(start).max(at.range().end)),
            _ => at,
        }
    }
}

/// The value as the template gets it.
fn resolved(text: &str, item: &Item) -> String {
    let raw = &text[item.span.range()];
    if item.escaped { raw.replace('\\', "") } else { raw.to_owned() }
}

/// The value and the quotes around it.
fn with_quotes(text: &str, value: Span, quoting: Quoting) -> Span {
    let Span { start, end } = value;
    if quoting == Quoting::Bare {
        return value;
    }
    // `\"…\"` has two bytes on both sides.
    let escaped = text[..start as usize].ends_with("\\\"") && text[end as usize..].starts_with('\\');
    let width = if escaped { 2 } else { 1 };
    Span { start: start - width, end: end + width }
}

fn empty_tag(text: &str, span: Span) -> Tag {
    Tag {
        span,
        kind: TagKind::Open,
        delimiter: delimiter_at(text, span.range().start),
        name: String::new(),
        name_span: span,
        arguments: Vec::new(),
    }
}

fn delimiter_at(text: &str, left: usize) -> Delimiter {
    if text[left..].starts_with("{{%") { Delimiter::Markdown } else { Delimiter::Html }
}

fn other(right: &str) -> &'static str {
    if right == ">}}" { "%}}" } else { ">}}" }
}
