//! Text that looks like a shortcode to people, but not to Hugo: it is printed as it stands.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use rustc_hash::FxHashSet;

use super::{Problem, ProblemKind, Quoting, Scan, Tag, TagKind};
use crate::source::Span;

/// Two braces, an angle or percent sign, a name, arguments, and the same at the other end; any of them full-width,
/// with blanks between brace and sign. `{< x >}}` lacks a brace. Real tags are sorted out afterwards.
static SHAPE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?<braces> [\{｛]{1,2} ) (?<gap> [\x20\t]* ) (?<left> [<%＜％] )
        (?<blank> [\x20\t]* ) (?<slash> /? ) [\x20\t]*
        (?<name> [\p{L}\p{Nd}_] [\p{L}\p{Nd}_/-]* )
        (?<arguments> (?: [\x20\t] [^\n{}｛｝]*? )? )
        (?<right> [>%＞％] ) [\x20\t]* [\}｝]{2}",
    )
    .expect("a valid pattern")
});

/// Adds the near misses in the bytes `body` of `text`.
///
/// In code, and for shapes that also occur in other languages, only if the page calls a shortcode of that name for
/// real: otherwise it is probably an example of something else.
pub(super) fn add(text: &str, body: Span, scan: &mut Scan) {
    let mut found: Vec<Problem> = scan.tags.iter().flat_map(curly_values).collect();
    if !may_contain(&text[body.range()]) {
        scan.problems.extend(found);
        return;
    }
    let names: FxHashSet<&str> = scan.tags.iter().map(|tag| tag.name.as_str()).collect();
    let mut next_tag = scan.tags.iter().peekable();
    let mut fence = None;
    let mut start = body.range().start;
    let mut comments = Comments { text, read: start, open: false, last_end: text.rfind("-->") };
    for line in text[body.range()].split_inclusive('\n') {
        let in_code = fence.is_some() || is_indented_code(line);
        fence = next_fence(line, fence);
        if may_contain(line) {
            let (mut ticks, mut counted) = (0, 0);
            for shape in SHAPE.captures_iter(line) {
                let Some(whole) = shape.get(0) else { continue };
                let span = Span::new(start + whole.start(), start + whole.end());
                while next_tag.next_if(|tag| tag.span.end <= span.start).is_some() {}
                let overlaps = next_tag.peek().is_some_and(|tag| tag.span.start < span.end);
                ticks += line[counted..whole.start()].matches('`').count();
                counted = whole.start();
                let in_code = in_code || ticks % 2 == 1;
                let known = names.contains(&shape["name"]);
                if !overlaps
                    && let Some(meant) = meant(&shape, in_code, known)
                    && !comments.hold(span)
                {
                    found.push(near_miss(span, &shape["name"], meant));
                }
            }
        }
        start += line.len();
    }
    scan.problems.extend(found);
}

/// HTML comments, read as far as somebody asked: what stands in one is never printed.
struct Comments<'t> {
    text: &'t str,
    read: usize,
    open: bool,
    last_end: Option<usize>,
}

impl Comments<'_> {
    /// Whether the place, which is after all places asked about before, is in a comment.
    fn hold(&mut self, span: Span) -> bool {
        let start = span.range().start;
        let new = &self.text[self.read..start];
        self.read = start;
        match (new.rfind("<!--"), new.rfind("-->")) {
            (None, None) => {}
            (opened, closed) => self.open = opened > closed,
        }
        self.open && self.last_end > Some(start)
    }
}

/// Whether the expression is worth trying: real tags are everywhere, near misses are rare.
fn may_contain(text: &str) -> bool {
    let bytes = text.as_bytes();
    // 0xEF is the first byte of the full-width signs.
    memchr::memchr2_iter(b'{', 0xef, bytes).any(|at| {
        if bytes[at] == 0xef {
            return ["｛", "＜", "％"].iter().any(|sign| bytes[at..].starts_with(sign.as_bytes()));
        }
        let double = bytes[at + 1..].first() == Some(&b'{');
        let rest = &bytes[at + 1 + usize::from(double)..];
        let sign = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
        let is_tag = double && matches!(rest.first(), Some(b'<' | b'%'));
        let is_tags_second = !double && at > 0 && bytes[at - 1] == b'{';
        matches!(sign, Some(b'<' | b'%')) && !is_tag && !is_tags_second
    })
}

fn near_miss(span: Span, name: &str, meant: String) -> Problem {
    Problem { kind: ProblemKind::NearMiss(meant), span, name: name.to_owned(), other: None, hugo: None }
}

/// What the shape should have been, if it is surely meant as a shortcode.
fn meant(shape: &Captures<'_>, in_code: bool, known: bool) -> Option<String> {
    let full_width = shape[0].contains(['｛', '｝', '＜', '＞', '％']);
    let (left, right) = (ascii(&shape["left"])?, ascii(&shape["right"])?);
    let braces = shape["braces"].chars().count();
    let same_kind = matches!((left, right), ('<', '>') | ('%', '%'));
    let is_real = !full_width && braces == 2 && shape["gap"].is_empty();
    // `{<b>}}` is JSX, `{% raw %}` is Liquid.
    let sure = match braces {
        2 => true,
        _ => left == '<' && shape["gap"].is_empty() && !shape["blank"].is_empty(),
    };
    if !same_kind || is_real || (in_code && !known) || !(sure || known && left == '<') {
        return None;
    }
    let arguments = shape["arguments"].trim();
    let blank = if arguments.is_empty() { "" } else { " " };
    let name = [&shape["slash"], &shape["name"]].concat();
    Some(format!("{{{{{left} {name}{blank}{arguments} {right}}}}}"))
}

fn ascii(sign: &str) -> Option<char> {
    match sign {
        "<" | "＜" => Some('<'),
        ">" | "＞" => Some('>'),
        "%" | "％" => Some('%'),
        _ => None,
    }
}

/// `a=“b”`: Hugo takes the curly quotes as part of the value.
fn curly_values(tag: &Tag) -> impl Iterator<Item = Problem> {
    let bare =
        |argument: &&super::Argument| argument.quoting == Quoting::Bare && tag.kind != TagKind::Comment;
    tag.arguments.iter().filter(bare).filter_map(|argument| {
        let quotes = ['“', '”', '„', '＂'];
        let value = argument.value.strip_prefix(quotes)?;
        let value = value.strip_suffix(quotes).unwrap_or(value);
        Some(near_miss(argument.value_span, &tag.name, format!("\"{value}\"")))
    })
}

fn is_indented_code(line: &str) -> bool {
    line.starts_with("    ") || line.starts_with('\t')
}

/// The fence (its character and length) that the next line is in.
fn next_fence(line: &str, open: Option<(char, usize)>) -> Option<(char, usize)> {
    let line = line.trim_start_matches([' ', '>', '\t']);
    let fence = line.chars().next().filter(|c| matches!(c, '`' | '~'));
    let length = |c| line.len() - line.trim_start_matches(c).len();
    match (open, fence) {
        (None, Some(c)) if length(c) >= 3 => Some((c, length(c))),
        (Some((c, least)), Some(d)) if c == d && length(c) >= least && line.trim_end().len() == length(c) => {
            None
        }
        _ => open,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ProblemKind, scan};
    use crate::{hugo::version::Version, source::Span};

    /// The near misses of `text`, as `what stands there => what was meant`.
    fn check(text: &str, expected: &[&str]) {
        let scan = scan(text, Span::new(0, text.len()), Version::NEWEST);
        let near = scan.problems.iter().filter_map(|problem| match &problem.kind {
            ProblemKind::NearMiss(meant) => Some(format!("{} => {meant}", &text[problem.span.range()])),
            _ => None,
        });
        assert_eq!(near.collect::<Vec<_>>(), expected, "in {text}");
    }

    #[test]
    fn blanks_within_delimiters() {
        check(
            "{{ < note >}} {{ < /note > }}",
            &["{{ < note >}} => {{< note >}}", "{{ < /note > }} => {{< /note >}}"],
        );
        check("{{ % img src=\"a.png\" % }}", &["{{ % img src=\"a.png\" % }} => {{% img src=\"a.png\" %}}"]);
    }

    #[test]
    fn a_lost_brace() {
        check("{< note >}} and {</note>}}", &["{< note >}} => {{< note >}}"]);
        check("{{< note >}}a{</note>}}", &["{</note>}} => {{< /note >}}"]);
    }

    #[test]
    fn full_width_delimiters() {
        check(
            "｛｛< note >｝｝ {{＜note a＞}}",
            &["｛｛< note >｝｝ => {{< note >}}", "{{＜note a＞}} => {{< note a >}}"],
        );
    }

    #[test]
    fn curly_quotes_around_a_value() {
        check("{{< img alt=“cat” >}}", &["“cat” => \"cat\""]);
    }

    #[test]
    fn other_languages_are_left_alone() {
        for text in [
            "{{ .Values.a }} {{- if lt .A 1 }} {{ range }}",
            "{% raw %}{{ x }}{% endraw %} {%- if a %}}",
            "<A style={{ a: 1 }}>{<b>}}",
            "{{ a < b }} {{ a > b }} {{ a % b }}",
            "x = {{<} y {{ 10 % 3 }}",
            "{{< note >}} {{% note %}} {{</* note */>}}",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn code_is_reported_only_for_names_that_the_page_calls() {
        check("`{{ < note >}}`\n\n```\n{{ < note >}}\n```\n\n    {{ < note >}}", &[]);
        check("{{< note >}}\n```\n{{ < note >}}\n```", &["{{ < note >}} => {{< note >}}"]);
    }
}
