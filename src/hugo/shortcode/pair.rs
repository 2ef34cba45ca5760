//! Tags to calls, as a person would pair them: by name, the innermost first.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Call, CallEnd, Inner, Pairing, Problem, ProblemKind, Scan, Tag, TagKind,
    lex::{NOTHING_OPEN, not_opened},
    verdict::{folded, not_closable, not_closed, not_found},
};
use crate::{hugo::version::Version, source::Span};

/// Matches openers with closers; `scan` is what [`scan()`](super::scan()) found in `body`.
///
/// From 0.146 on `inner` is asked for lower-case names. [`Problem::hugo`] is `None` too where Hugo's complaint would
/// be about another call; [`verdict()`](super::verdict()) knows.
pub fn pair(scan: &Scan, body: Span, inner: &dyn Fn(&str) -> Inner, version: Version) -> Pairing {
    let mut pairer = Pairer {
        scan,
        inner,
        version,
        calls: Vec::new(),
        stack: Vec::new(),
        by_name: FxHashMap::default(),
        dropped: FxHashMap::default(),
        kinds: FxHashMap::default(),
        opened: FxHashSet::default(),
        unfinished: unfinished(scan),
        problems: Vec::new(),
    };
    for index in 0..scan.tags.len() {
        pairer.tag(index);
    }
    pairer.finish(body)
}

/// The openers whose end was not found: they may have been meant to have no inner text, or not to be tags at all.
fn unfinished(scan: &Scan) -> FxHashSet<Span> {
    let malformed = |problem: &&Problem| matches!(problem.kind, ProblemKind::Malformed(..));
    scan.problems.iter().filter(malformed).map(|problem| problem.span).collect()
}

/// A call while pairing.
struct Draft {
    open: usize,
    end: CallEnd,
    inner: Inner,
    /// While it is open: whether the enclosing call is another one, and which.
    parent: Option<usize>,
    is_open: bool,
    /// The closer of an enclosing call that met this open one.
    met: Option<usize>,
    /// The index of its problem, once `met`.
    problem: Option<usize>,
}

struct Pairer<'a> {
    scan: &'a Scan,
    inner: &'a dyn Fn(&str) -> Inner,
    version: Version,
    calls: Vec<Draft>,
    /// Open calls, the innermost last.
    stack: Vec<usize>,
    /// The open calls of each (folded) name, the innermost last.
    by_name: FxHashMap<String, Vec<usize>>,
    /// Calls that a closer of an enclosing call met: their own closer may still come.
    dropped: FxHashMap<String, Vec<usize>>,
    kinds: FxHashMap<&'a str, Inner>,
    /// The names that Hugo's lexer has seen.
    opened: FxHashSet<&'a str>,
    unfinished: FxHashSet<Span>,
    problems: Vec<Option<Problem>>,
}

impl<'a> Pairer<'a> {
    fn tag(&mut self, index: usize) {
        let tag = &self.scan.tags[index];
        match tag.kind {
            TagKind::Comment => {}
            TagKind::Open => self.open(index, tag),
            TagKind::SelfClosing => self.self_closing(index, tag),
            TagKind::Close => self.close(index, tag),
        }
    }

    fn inner(&mut self, name: &'a str) -> Inner {
        if name.ends_with(".inline") {
            return Inner::Unknown;
        }
        let (inner, version) = (self.inner, self.version);
        *self.kinds.entry(name).or_insert_with(|| inner(&folded(name, version)))
    }

    fn report(&mut self, kind: ProblemKind, tag: &Tag, other: Option<usize>, hugo: Option<String>) -> usize {
        let other = other.map(|other| self.scan.tags[other].span);
        self.problems.push(Some(Problem { kind, span: tag.span, name: tag.name.clone(), other, hugo }));
        self.problems.len() - 1
    }

    fn start(&mut self, open: usize, inner: Inner, end: CallEnd) {
        let parent = self.stack.last().copied();
        let is_open = end == CallEnd::Unclosed;
        self.calls.push(Draft { open, end, inner, parent, is_open, met: None, problem: None });
        let tag = &self.scan.tags[open];
        self.opened.insert(&tag.name);
        if inner == Inner::NoTemplate {
            self.report(ProblemKind::NoTemplate, tag, None, Some(not_found(&tag.name)));
        }
        if is_open {
            let call = self.calls.len() - 1;
            self.stack.push(call);
            self.by_name.entry(folded(&tag.name, self.version).into_owned()).or_default().push(call);
        }
    }

    fn open(&mut self, index: usize, tag: &'a Tag) {
        let known = !self.unfinished.contains(&tag.span);
        let inner = if known { self.inner(&tag.name) } else { Inner::Unknown };
        let end = if inner == Inner::Unused { CallEnd::Single } else { CallEnd::Unclosed };
        self.start(index, inner, end);
    }

    fn self_closing(&mut self, index: usize, tag: &'a Tag) {
        let inner = self.inner(&tag.name);
        self.start(index, inner, CallEnd::SelfClosed);
        if inner == Inner::Unused {
            let hugo = not_closable(&tag.name, "", self.version);
            self.report(ProblemKind::Unclosable, tag, None, Some(hugo));
        }
    }

    fn close(&mut self, index: usize, tag: &'a Tag) {
        if tag.name.is_empty() {
            return self.close_nameless(index, tag);
        }
        let name = folded(&tag.name, self.version);
        if let Some(call) = self.by_name.get(name.as_ref()).and_then(|open| open.last().copied()) {
            self.close_call(call, index, tag);
        } else if let Some(call) = self.take_dropped(&name) {
            let opener = self.calls[call].open;
            if let Some(problem) = self.calls[call].problem.take() {
                self.problems[problem] = None;
            }
            self.report(ProblemKind::Crossed, tag, Some(opener), None);
        } else if self.inner(&tag.name) == Inner::Unused {
            let opener = self.calls.last().map(|call| call.open);
            let opener = opener.filter(|&open| self.scan.tags[open].name == tag.name);
            let hugo = self.stray(tag);
            self.report(ProblemKind::Unclosable, tag, opener, hugo);
        } else {
            let hugo = self.stray(tag);
            self.report(ProblemKind::Unopened, tag, None, hugo);
        }
    }

    /// `{{< / >}}` closes the innermost open call.
    fn close_nameless(&mut self, index: usize, tag: &'a Tag) {
        let closable = |&&call: &&usize| matches!(self.calls[call].inner, Inner::Used | Inner::Unknown);
        if let Some(&call) = self.stack.iter().rev().find(closable) {
            self.close_call(call, index, tag);
        } else {
            let hugo = if self.opened.is_empty() {
                NOTHING_OPEN.to_owned()
            } else {
                not_closable(tag.delimiter.right(), tag.delimiter.right(), self.version)
            };
            self.report(ProblemKind::Unopened, tag, None, Some(hugo));
        }
    }

    /// What Hugo says of a closer that closes nothing.
    fn stray(&self, tag: &Tag) -> Option<String> {
        if self.opened.is_empty() {
            Some(NOTHING_OPEN.to_owned())
        } else if !self.opened.contains(tag.name.as_str()) {
            Some(not_opened(&tag.name))
        } else if self.stack.iter().rev().all(|&call| self.calls[call].inner != Inner::Used) {
            Some(not_closable(&tag.name, &tag.name, self.version))
        } else {
            None
        }
    }

    fn close_call(&mut self, call: usize, closer: usize, tag: &Tag) {
        while let Some(top) = self.stack.pop() {
            let opener = &self.scan.tags[self.calls[top].open];
            let name = folded(&opener.name, self.version).into_owned();
            self.by_name.entry(name.clone()).or_default().pop();
            self.calls[top].is_open = false;
            if top == call {
                break;
            }
            self.calls[top].met = Some(closer);
            if self.calls[top].inner == Inner::Used {
                self.calls[top].problem = Some(self.unclosed(top));
                // A late closer counts as long as what encloses both calls is open.
                self.calls[top].parent = self.calls[call].parent;
                self.dropped.entry(name).or_default().push(top);
            }
        }
        self.calls[call].end = CallEnd::Closed(closer);
        let open = self.calls[call].open;
        let opener = &self.scan.tags[open];
        let is_named = !tag.name.is_empty();
        if is_named && opener.name != tag.name && !self.opened.contains(tag.name.as_str()) {
            let kind = ProblemKind::Malformed(
                format!("`{}` does not close `{}`: upper and lower case differ", tag.name, opener.name),
                format!("write `{}`", opener.name),
            );
            self.report(kind, tag, Some(open), Some(not_opened(&tag.name)));
        } else if opener.delimiter != tag.delimiter {
            self.report(ProblemKind::MismatchedDelimiters, tag, Some(open), None);
        }
    }

    /// The call `name` that was met by the closer of a call next to which we still are.
    fn take_dropped(&mut self, name: &str) -> Option<usize> {
        let dropped = self.dropped.get_mut(name)?;
        while let Some(call) = dropped.pop() {
            if self.calls[call].parent.is_none_or(|parent| self.calls[parent].is_open) {
                return Some(call);
            }
        }
        None
    }

    fn unclosed(&mut self, call: usize) -> usize {
        let Draft { open, met, .. } = self.calls[call];
        let tag = &self.scan.tags[open];
        let hugo = if met.is_some() { None } else { not_closed(&tag.name, self.version) };
        self.report(ProblemKind::Unclosed, tag, met, hugo)
    }

    fn finish(mut self, body: Span) -> Pairing {
        for call in 0..self.calls.len() {
            if self.calls[call].is_open && self.calls[call].inner == Inner::Used {
                self.unclosed(call);
            }
        }
        let calls = nest(self.scan, body, &self.calls, self.version);
        let mut problems: Vec<Problem> = self.problems.into_iter().flatten().collect();
        problems.sort_by_key(|problem| problem.span);
        Pairing { calls, problems }
    }
}

/// Gives every call its inner text and its parent.
fn nest(scan: &Scan, body: Span, drafts: &[Draft], version: Version) -> Vec<Call> {
    let tags = &scan.tags;
    let mut calls: Vec<Call> = Vec::with_capacity(drafts.len());
    // Calls with inner text that are still open where we are, the innermost last.
    let mut open: Vec<usize> = Vec::new();
    for draft in drafts {
        let tag = &tags[draft.open];
        while let Some(&top) = open.last() {
            let ended = calls[top].span.end <= tag.span.start;
            let same = || folded(&tags[calls[top].open].name, version) == folded(&tag.name, version);
            if !ended && calls[top].end == CallEnd::Unclosed && drafts[top].met.is_none() && same() {
                end_inner(&mut calls[top], tag.span.start);
            } else if !ended {
                break;
            }
            open.pop();
        }
        let parent = open.last().copied();
        let (end, inner) = match draft.end {
            CallEnd::Unclosed if draft.inner != Inner::Used => (CallEnd::Single, None),
            CallEnd::Unclosed => {
                let enclosing =
                    parent.and_then(|parent| calls[parent].inner).map_or(body.end, |inner| inner.end);
                let end = draft.met.map_or(enclosing, |closer| tags[closer].span.start);
                (CallEnd::Unclosed, Some(Span { start: tag.span.end, end }))
            }
            CallEnd::Closed(closer) => {
                (draft.end, Some(Span { start: tag.span.end, end: tags[closer].span.start }))
            }
            end => (end, None),
        };
        let last = match end {
            CallEnd::Closed(closer) => tags[closer].span.end,
            _ => inner.map_or(tag.span.end, |inner| inner.end),
        };
        if inner.is_some() {
            open.push(calls.len());
        }
        let span = Span { start: tag.span.start, end: last };
        calls.push(Call { open: draft.open, end, span, inner, parent });
    }
    calls
}

fn end_inner(call: &mut Call, end: u32) {
    call.span.end = end;
    if let Some(inner) = &mut call.inner {
        inner.end = end;
    }
}

#[cfg(test)]
mod tests {
    use super::{super::scan, *};

    fn inner(name: &str) -> Inner {
        match name {
            "enabled" | "note" | "tab" => Inner::Used,
            "img" => Inner::Unused,
            "nope" => Inner::NoTemplate,
            _ => Inner::Unknown,
        }
    }

    /// The calls of `text`, children indented, with their inner text; then the problems with the other place and
    /// whether Hugo says something too.
    fn check(text: &str, expected: &[&str]) {
        let body = Span::new(0, text.len());
        let scan = scan(text, body, Version::NEWEST);
        let pairing = pair(&scan, body, &inner, Version::NEWEST);
        let mut depths: Vec<usize> = Vec::new();
        let mut shown = Vec::new();
        for call in &pairing.calls {
            let depth = call.parent.map_or(0, |parent| depths[parent] + 1);
            depths.push(depth);
            let end = match call.end {
                CallEnd::Closed(_) => "closed",
                CallEnd::Single => "single",
                CallEnd::SelfClosed => "self-closed",
                CallEnd::Unclosed => "unclosed",
            };
            let inner = call.inner.map_or(String::new(), |inner| format!(" [{}]", &text[inner.range()]));
            shown.push(format!("{}{} {end}{inner}", "  ".repeat(depth), scan.tags[call.open].name));
        }
        shown.extend(pairing.problems.iter().map(|problem| {
            let other =
                problem.other.map_or(String::new(), |other| format!(", see {}", &text[other.range()]));
            let hugo = if problem.hugo.is_some() { ", Hugo too" } else { "" };
            format!("{:?}: {}{other}{hugo}", problem.kind, &text[problem.span.range()])
        }));
        assert_eq!(shown, expected, "in {text}");
    }

    #[test]
    fn calls_nest_by_name() {
        check(
            "{{< note >}}a{{< tab >}}b{{< img >}}{{< /tab >}}{{< /note >}}{{< tab />}}",
            &[
                "note closed [a{{< tab >}}b{{< img >}}{{< /tab >}}]",
                "  tab closed [b{{< img >}}]",
                "    img single",
                "tab self-closed",
            ],
        );
        check(
            "{{< note >}}{{< note >}}a{{< /note >}}{{< /note >}}",
            &["note closed [{{< note >}}a{{< /note >}}]", "  note closed [a]"],
        );
        check("{{< Note >}}a{{< /Note >}}", &["Note closed [a]"]);
        check("{{</* note */>}}{{< img >}}", &["img single"]);
    }

    #[test]
    fn a_closer_without_a_name_closes_the_innermost_call() {
        check(
            "{{< note >}}a{{< tab >}}b{{< img >}}{{< / >}}c{{</>}}",
            &[
                "note closed [a{{< tab >}}b{{< img >}}{{< / >}}c]",
                "  tab closed [b{{< img >}}]",
                "    img single",
            ],
        );
        check("{{< img >}}{{</>}}", &["img single", "Unopened: {{</>}}, Hugo too"]);
    }

    #[test]
    fn a_missing_closer_is_one_problem_at_the_opener() {
        check(
            "{{% enabled JP %}}a{{% note %}}b{{% /enabled %}}{{% enabled US %}}c{{% /enabled %}}",
            &[
                "enabled closed [a{{% note %}}b]",
                "  note unclosed [b]",
                "enabled closed [c]",
                "Unclosed: {{% note %}}, see {{% /enabled %}}",
            ],
        );
        check(
            "{{% note %}}a{{% img %}}{{% note %}}b{{% /note %}}{{% tab %}}c{{% /tab %}}",
            &[
                "note unclosed [a{{% img %}}]",
                "  img single",
                "note closed [b]",
                "tab closed [c]",
                "Unclosed: {{% note %}}, Hugo too",
            ],
        );
        check(
            "{{< enabled >}}a{{< note >}}b{{< note >}}c{{< /note >}}{{< /enabled >}}",
            &[
                "enabled closed [a{{< note >}}b{{< note >}}c{{< /note >}}]",
                "  note unclosed [b{{< note >}}c{{< /note >}}]",
                "    note closed [c]",
                "Unclosed: {{< note >}}, see {{< /enabled >}}",
            ],
        );
        check(
            "{{< note >}}a{{< img >}}",
            &["note unclosed [a{{< img >}}]", "  img single", "Unclosed: {{< note >}}, Hugo too"],
        );
        check(
            "{{< enabled >}}{{< note >}}{{< tab >}}a{{< /enabled >}}",
            &[
                "enabled closed [{{< note >}}{{< tab >}}a]",
                "  note unclosed [{{< tab >}}a]",
                "    tab unclosed [a]",
                "Unclosed: {{< note >}}, see {{< /enabled >}}",
                "Unclosed: {{< tab >}}, see {{< /enabled >}}",
            ],
        );
        check(
            "{{< enabled >}}a{{< enabled >}}b{{< enabled >}}c",
            &[
                "enabled unclosed [a]",
                "enabled unclosed [b]",
                "enabled unclosed [c]",
                "Unclosed: {{< enabled >}}, Hugo too",
                "Unclosed: {{< enabled >}}, Hugo too",
                "Unclosed: {{< enabled >}}, Hugo too",
            ],
        );
    }

    #[test]
    fn a_surplus_closer_is_one_problem() {
        check("{{< /note >}}", &["Unopened: {{< /note >}}, Hugo too"]);
        check(
            "{{< tab >}}{{< /note >}}{{< /tab >}}",
            &["tab closed [{{< /note >}}]", "Unopened: {{< /note >}}, Hugo too"],
        );
        check(
            "{{< note >}}a{{< /note >}}{{< /note >}}{{< note >}}b{{< /note >}}",
            &["note closed [a]", "note closed [b]", "Unopened: {{< /note >}}, Hugo too"],
        );
        check(
            "{{< note >}}{{< img >}}a{{< /img >}}{{< /note >}}",
            &[
                "note closed [{{< img >}}a{{< /img >}}]",
                "  img single",
                "Unclosable: {{< /img >}}, see {{< img >}}",
            ],
        );
        check(
            "{{< img />}}{{< img >}}{{< /img >}}",
            &[
                "img self-closed",
                "img single",
                "Unclosable: {{< img />}}, Hugo too",
                "Unclosable: {{< /img >}}, see {{< img >}}, Hugo too",
            ],
        );
    }

    #[test]
    fn crossed_pairs() {
        check(
            "{{< note >}}a{{< tab >}}b{{< /note >}}c{{< /tab >}}{{< img >}}",
            &[
                "note closed [a{{< tab >}}b]",
                "  tab unclosed [b]",
                "img single",
                "Crossed: {{< /tab >}}, see {{< tab >}}",
            ],
        );
        check(
            "{{< note >}}{{< tab >}}{{< enabled >}}a{{< /note >}}{{< /tab >}}{{< /enabled >}}",
            &[
                "note closed [{{< tab >}}{{< enabled >}}a]",
                "  tab unclosed [{{< enabled >}}a]",
                "    enabled unclosed [a]",
                "Crossed: {{< /tab >}}, see {{< tab >}}",
                "Crossed: {{< /enabled >}}, see {{< enabled >}}",
            ],
        );
        check(
            "{{< enabled >}}{{< note >}}{{< tab >}}{{< /note >}}{{< /enabled >}}{{< /tab >}}",
            &[
                "enabled closed [{{< note >}}{{< tab >}}{{< /note >}}]",
                "  note closed [{{< tab >}}]",
                "    tab unclosed []",
                "Unclosed: {{< tab >}}, see {{< /note >}}",
                "Unopened: {{< /tab >}}, Hugo too",
            ],
        );
    }

    #[test]
    fn delimiters_and_case_must_agree() {
        check(
            "{{< note >}}a{{% /note %}}",
            &["note closed [a]", "MismatchedDelimiters: {{% /note %}}, see {{< note >}}"],
        );
        check(
            "{{< Note >}}a{{< /note >}}",
            &[
                "Note closed [a]",
                "Malformed(\"`note` does not close `Note`: upper and lower case differ\", \"write `Note`\"): {{< /note >}}, see {{< Note >}}, Hugo too",
            ],
        );
    }

    #[test]
    fn unknown_templates_are_never_a_problem() {
        check(
            "{{< foo >}}a{{< bar >}}b{{< /foo >}}{{< baz />}}",
            &["foo closed [a{{< bar >}}b]", "  bar single", "baz self-closed"],
        );
        check(
            "{{< note >}}{{< foo >}}{{< tab >}}a{{< /tab >}}{{< /note >}}",
            &["note closed [{{< foo >}}{{< tab >}}a{{< /tab >}}]", "  foo single", "  tab closed [a]"],
        );
        check(
            "{{< foo >}}{{< note >}}a",
            &["foo single", "note unclosed [a]", "Unclosed: {{< note >}}, Hugo too"],
        );
        check(
            "{{< a.inline >}}x{{< /a.inline >}}{{< a.inline />}}",
            &["a.inline closed [x]", "a.inline self-closed"],
        );
    }

    #[test]
    fn a_missing_template_is_reported_at_the_call() {
        check(
            "{{< nope >}}a{{< /nope >}}{{< nope >}}",
            &[
                "nope closed [a]",
                "nope single",
                "NoTemplate: {{< nope >}}, Hugo too",
                "NoTemplate: {{< nope >}}, Hugo too",
            ],
        );
    }

    #[test]
    fn a_malformed_tag_has_no_further_problems() {
        check("{{< note 'a' >}}a{{< /note >}}", &["note closed [a]"]);
        check("{{< note\na{{< /note >}}", &["note closed [\na]"]);
        check("{{< note\n", &["note single"]);
        check("{{< note >}}a{{< /note }}", &["note closed [a]"]);
    }
}
