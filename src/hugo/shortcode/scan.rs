//! Text to tags: Hugo's lexer, resumed behind each error.

use super::{
    Argument, Delimiter, Problem, ProblemKind, Quoting, Scan, Tag, TagKind,
    explain::{Culprit, explain},
    lex::{Failure, Item, ItemKind, Lexer},
    near_miss, verdict,
};
use crate::{fitted::fit, hugo::version::Version, source::Span};

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
    fit(&mut scan.tags);
    near_miss::add(text, body, &mut scan);
    scan.problems.sort_by_key(|problem| problem.span);
    scan
}

pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) lexer: Lexer<'a>,
    /// The tag that is being read.
    pub(super) draft: Option<Tag>,
    /// The last item was a key or positional argument, which a value would belong to.
    after_key: bool,
    pub(super) scan: Scan,
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
            ItemKind::Value(quoting) if after_key => self.value(item, quoting),
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
        if tag.arguments.is_empty() {
            // Most tags have one argument, and a list would reserve room for four.
            tag.arguments.reserve_exact(1);
        }
        tag.arguments.push(Argument {
            key: None,
            value: resolved(self.text, item),
            quoting,
            span: with_quotes(self.text, item.span, quoting),
            value_span: item.span,
        });
    }

    fn value(&mut self, item: Item, quoting: Quoting) {
        let swallowing = if quoting == Quoting::Bare { self.swallowing(item.span) } else { None };
        let item = Item { span: swallowing.unwrap_or(item.span), ..item };
        let Some(argument) = self.draft.as_mut().and_then(|tag| tag.arguments.last_mut()) else { return };
        argument.key = Some(std::mem::replace(&mut argument.value, resolved(self.text, &item)));
        argument.quoting = quoting;
        argument.value_span = item.span;
        argument.span.end = with_quotes(self.text, item.span, quoting).end;
        if swallowing.is_some() {
            let at = Span { start: item.span.end, end: item.span.end };
            self.fail(Failure::OpenTag, at, "unclosed shortcode action".to_owned());
        }
    }

    /// The beginning of an unquoted value so long, with a right delimiter in it, that it has surely swallowed text.
    /// Not to wait until Hugo's lexer fails keeps us linear when a page without spaces does that again and again.
    fn swallowing(&self, span: Span) -> Option<Span> {
        const LONG: usize = 4096;
        let right = self.draft.as_ref()?.delimiter.right();
        let value = &self.text[span.range()];
        let beginning = &value[..value.floor_char_boundary(LONG)];
        let long = beginning.len() < value.len() && beginning.contains(right);
        long.then(|| Span::new(span.range().start, span.range().start + beginning.len()))
    }

    fn right(&mut self, span: Span) {
        let Some(mut tag) = self.draft.take() else { return };
        tag.span.end = span.end;
        // A closer needs no name: it closes what was opened last.
        if tag.name.is_empty() && tag.kind != TagKind::Close {
            let hugo = "shortcode has no name".to_owned();
            self.problem(Culprit::NoName, tag.span, &tag, Some(hugo));
            return;
        }
        self.check_mix(&tag);
        if tag.arguments.len() < tag.arguments.capacity() {
            fit(&mut tag.arguments);
        }
        if self.scan.tags.is_empty() {
            // Who has one mostly has several.
            self.scan.tags.reserve(24);
        }
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

    pub(super) fn problem(&mut self, culprit: Culprit, span: Span, tag: &Tag, hugo: Option<String>) {
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
    pub(super) fn comment(&mut self, span: Span, content: Span) {
        self.scan.tags.push(Tag { kind: TagKind::Comment, name_span: content, ..empty_tag(self.text, span) });
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

pub(super) fn empty_tag(text: &str, span: Span) -> Tag {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn show_tag(text: &str, tag: &Tag) -> String {
        let kind = match tag.kind {
            TagKind::Open => "open",
            TagKind::SelfClosing => "self-closing",
            TagKind::Close => "close",
            TagKind::Comment => return format!("comment [{}]", &text[tag.name_span.range()]),
        };
        let mut shown = format!("{kind} {}", tag.name);
        for argument in &tag.arguments {
            let quote = match argument.quoting {
                Quoting::Bare => "",
                Quoting::Quoted => "\"",
                Quoting::Raw => "`",
            };
            let key = argument.key.as_ref().map_or(String::new(), |key| format!("{key}="));
            shown += &format!(" {key}{quote}{}{quote}", argument.value);
        }
        shown
    }

    /// The tags of `text`, then its problems as `culprit: message; help`.
    fn check(text: &str, expected: &[&str]) {
        let scan = scan(text, Span::new(0, text.len()), Version::NEWEST);
        let mut shown: Vec<_> = scan.tags.iter().map(|tag| show_tag(text, tag)).collect();
        shown.extend(scan.problems.iter().map(|problem| match &problem.kind {
            ProblemKind::Malformed(message, help) => {
                format!("{}: {message}; {help}", &text[problem.span.range()])
            }
            kind => format!("{kind:?}"),
        }));
        assert_eq!(shown, expected, "in {text}");
    }

    #[test]
    fn tags_of_all_kinds() {
        check(
            "{{< a 1 >}}{{% b x=1 %}}{{< /a >}}{{< c/d />}}{{</* e */>}}{{%/* f */%}}",
            &["open a 1", "open b x=1", "close a", "self-closing c/d", "comment [ e ]", "comment [ f ]"],
        );
    }

    #[test]
    fn closers_without_a_name() {
        check("{{< a >}}{{</>}}{{% a %}}{{% / %}}", &["open a", "close ", "open a", "close "]);
    }

    #[test]
    fn arguments_in_all_notations() {
        check(
            r#"{{< a b "c d" `e
f` "g\"h" \"i j\" >}}"#,
            &["open a b \"c d\" `e\nf` \"g\"h\" \"i j\""],
        );
        check(
            r#"{{< a b=c d="e f" g=`h` i = j k="l\"m"n="o" >}}"#,
            &[
                "open a b=c d=\"e f\" g=`h`",
                "i: `i` mixes named and positional arguments; name all arguments or none, without spaces around `=`",
            ],
        );
    }

    #[test]
    fn a_name_behind_a_swallowed_end_is_no_name() {
        check(
            r#"{{<\""=>}}{{% b %}}"#,
            &[
                "open b",
                ">}}: `>}}` is read as part of the unquoted value; put a space before `>}}`, or quote the value",
            ],
        );
    }

    #[test]
    fn a_mistake_behind_the_end_of_its_tag_is_the_tags() {
        let text = "{{<\\\">}}\\`";
        let scan = scan(text, Span::new(0, text.len()), Version::NEWEST);
        assert!(scan.problems.iter().all(|problem| !problem.span.is_empty()), "{scan:?}");
        assert_eq!(scan.problems.len(), 1);
    }

    #[test]
    fn one_mistake_is_one_problem_and_the_tag_is_kept() {
        check(
            "{{< a %}} {{< b >}}",
            &["open a", "open b", "%}}: a tag that begins with `{{<` cannot end with `%}}`; write `>}}`"],
        );
        check(
            "{{< a }} {{< b >}}",
            &["open a", "open b", "}}: a tag that begins with `{{<` cannot end with `}}`; write `>}}`"],
        );
        check("{{<a>}", &["open a", ">}: a tag that begins with `{{<` cannot end with `>}`; write `>}}`"]);
        check(
            "{{< a > }}",
            &["open a", "> }}: a tag that begins with `{{<` cannot end with `> }}`; write `>}}`"],
        );
        check(
            "{{< a ＞｝｝",
            &["open a", "＞｝｝: a tag that begins with `{{<` cannot end with `＞｝｝`; write `>}}`"],
        );
        check(
            "{{< a b=c>}} d {{< e >}}",
            &[
                "open a b=c",
                "open e",
                "c>}}: `>}}` is read as part of the unquoted value; put a space before `>}}`, or quote the value",
            ],
        );
        check(
            "{{< a b=c/>}} d",
            &[
                "self-closing a b=c",
                "c/>}}: `>}}` is read as part of the unquoted value; put a space before `>}}`, or quote the value",
            ],
        );
        check("{{< a 'b c' >}}", &["open a", "'b c': `'` does not quote an argument; write `\"b c\"`"]);
        check(
            "{{< a b='c d' >}}",
            &["open a b='c", "'c d': `'` does not quote an argument; write `\"c d\"`"],
        );
        check("{{< a “b” >}}", &["open a", "“b”: `“` does not quote an argument; write `\"b\"`"]);
        check(
            "{{< a b:\"c\" >}}",
            &[
                "open a b",
                "b:\"c\": `b:\"c\"` must be quoted because of the `:`; put the argument between double quotes",
            ],
        );
        check(
            "{{< a b/c >}}",
            &["open a b", "b/c: `b/c` is not quoted, so that `/` begins a closing tag; write `\"b/c\"`"],
        );
        check("{{< a ./b >}}", &["open a", "./b: `./b` must be quoted because of the `.`; write `\"./b\"`"]);
        check(
            "{{< a {{ .Site }} >}}",
            &[
                "open a",
                "{: `{` cannot stand in a shortcode's arguments unquoted; quote the argument; template code is not run in it",
            ],
        );
        check(
            "{{< a b\u{3000}c >}}",
            &[
                "open a b",
                "\u{3000}: a full-width space (U+3000) does not separate arguments; write an ordinary space",
            ],
        );
        check(
            "{{< a \"b >}} c\n{{< d >}}",
            &[
                "open a",
                "open d",
                "\"b: this quoted argument does not end in its line; add the closing `\"`, or put a text of several lines between backticks",
            ],
        );
        check(
            "{{< a `b >}} c",
            &["open a", "`b: this argument between backticks does not end; add the closing backtick"],
        );
        check(
            "{{< a b=1 c >}}",
            &[
                "open a b=1",
                "c: `c` mixes named and positional arguments; name all arguments or none, without spaces around `=`",
            ],
        );
        check(
            "{{< a b = 1 c >}}",
            &[
                "open a b=1 c",
                "c: `c` mixes named and positional arguments; name all arguments or none, without spaces around `=`",
            ],
        );
        check("{{< a \\`b` >}}", &["open a", "\\`: a backtick cannot be escaped; remove the backslash"]);
        check("{{< /a b >}}", &["close a", "b: `b` does not belong in a closing tag; leave only the name"]);
        check(
            "{{< /a }}",
            &["close a", "}}: a tag that begins with `{{<` cannot end with `}}`; write `>}}`"],
        );
        check("{{< a 'b' />}}", &["self-closing a", "'b': `'` does not quote an argument; write `\"b\"`"]);
    }

    #[test]
    fn what_is_no_tag_is_only_a_problem() {
        check("{{< >}}", &["{{< >}}: `{{< >}}` has no shortcode name; write a name after `{{<`"]);
        check(
            "{{< -a >}} {{< b >}}",
            &[
                "open b",
                "-a: the name of a shortcode cannot begin with `-`; begin it with a letter, a digit or `_`",
            ],
        );
        check(
            "{{< a.html >}}",
            &[
                "a.html: `a.html` is not a shortcode name: it contains a `.`; write the name without the file extension",
            ],
        );
        check(
            "{{</* a */ >}} b",
            &[
                "comment [ a ]",
                "{{</*: this shortcode comment is not closed; close it with `*/>}}`, without spaces in between",
            ],
        );
        check(
            "{{</* a",
            &[
                "{{</*: this shortcode comment is not closed; close it with `*/>}}`, without spaces in between",
            ],
        );
    }

    #[test]
    fn a_tag_without_end_keeps_its_name() {
        check(
            "{{< a\n\n{{< b >}}",
            &[
                "open a",
                "open b",
                "{{< a: `{{<` is not closed; close the tag with `>}}`, or write `{{</* … */>}}` to show it",
            ],
        );
        check(
            "{{< a",
            &[
                "open a",
                "{{< a: `{{<` is not closed; close the tag with `>}}`, or write `{{</* … */>}}` to show it",
            ],
        );
        check(
            "`{{<` starts a shortcode",
            &["{{<: `{{<` is not closed; close the tag with `>}}`, or write `{{</* … */>}}` to show it"],
        );
    }

    #[test]
    fn nesting_in_an_inline_shortcode_is_reported_once() {
        check(
            "{{< a.inline >}}{{< b >}}{{< c >}}{{< /a.inline >}}",
            &[
                "open a.inline",
                "open b",
                "open c",
                "close a.inline",
                "{{<: an inline shortcode cannot contain shortcodes; close the inline shortcode before this tag",
            ],
        );
    }
}
