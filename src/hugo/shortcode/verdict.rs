//! What Hugo itself says of a page's shortcodes: the first error, at which it stops.

use std::borrow::Cow;

use super::{
    Inner,
    lex::{Item, ItemKind, Lexer},
};
use crate::{hugo::version::Version, source::Span};

/// Why Hugo does not build a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Byte offset of the position that Hugo gives.
    pub offset: u32,
    /// Hugo's message, without the position.
    pub message: String,
}

/// The message of the crash that a call without a name but with an argument leads to, as in `{{< =a >}}`.
const CRASH: &str = "runtime error: invalid memory address or nil pointer dereference";

/// The first error of Hugo `version` in the shortcodes of the bytes `body` of `text`, or `None` if the page builds
/// (as far as shortcodes go) or `inner` does not know a name that matters.
///
/// A simulation of `extractShortcode` in `hugolib/shortcode.go`: closers close the innermost open level, whatever
/// their name. From 0.146 on `inner` is asked for lower-case names.
pub fn verdict(text: &str, body: Span, inner: &dyn Fn(&str) -> Inner, version: Version) -> Option<Refusal> {
    let mut parser = Parser {
        text,
        inner,
        version,
        lexer: Lexer::new(text, body, version),
        peeked: None,
        levels: Vec::new(),
        outermost: body.start,
    };
    loop {
        match parser.step() {
            Step::Continue => {}
            Step::Stop(refusal) => return refusal,
        }
    }
}

/// The name to ask for: shortcode names are case-insensitive from 0.146 on.
pub(super) fn folded(name: &str, version: Version) -> Cow<'_, str> {
    if version.at_least(146) && name.chars().any(char::is_uppercase) {
        Cow::Owned(name.to_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

/// One call of Hugo's recursive `extractShortcode`.
#[derive(Debug, Default)]
struct Level<'a> {
    name: &'a str,
    /// Whether the template uses `.Inner`, once the template is known.
    takes_inner: Option<bool>,
    inline: bool,
    /// Whether the opening delimiter has been seen.
    begun: bool,
    parameters: Option<Parameters>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parameters {
    Positional,
    Named,
}

enum Step {
    Continue,
    Stop(Option<Refusal>),
}

struct Parser<'a> {
    text: &'a str,
    inner: &'a dyn Fn(&str) -> Inner,
    version: Version,
    lexer: Lexer<'a>,
    peeked: Option<Item>,
    levels: Vec<Level<'a>>,
    /// The outermost opening delimiter of the current group: where errors of the parser are put.
    outermost: u32,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Item {
        self.peeked.take().unwrap_or_else(|| self.lexer.item())
    }

    fn peek(&mut self) -> &ItemKind {
        let item = self.peeked.take().unwrap_or_else(|| self.lexer.item());
        &self.peeked.insert(item).kind
    }

    fn refuse(&self, message: impl Into<String>) -> Step {
        Step::Stop(Some(Refusal { offset: self.outermost, message: message.into() }))
    }

    fn step(&mut self) -> Step {
        let item = self.next();
        let text = &self.text[item.span.range()];
        match item.kind {
            ItemKind::Error(_, message) => {
                return Step::Stop(Some(Refusal { offset: item.span.start, message }));
            }
            ItemKind::End => return self.end(),
            ItemKind::Left(_) => return self.left(&item),
            ItemKind::Comment => {}
            _ if self.levels.is_empty() => {}
            ItemKind::Right(_) => return self.right(),
            ItemKind::Close => return self.close(),
            ItemKind::Name { inline } => return self.name(text, inline),
            ItemKind::Param(_) => return self.parameter(),
            ItemKind::Value(_) => {}
        }
        Step::Continue
    }

    fn left(&mut self, item: &Item) -> Step {
        if self.levels.is_empty() {
            self.outermost = item.span.start;
            self.levels.push(Level::default());
        }
        let needs_name = self.version.at_least(84);
        match self.peek() {
            ItemKind::Right(_) if needs_name => return self.refuse("shortcode has no name"),
            ItemKind::Close => return Step::Continue,
            _ => {}
        }
        if self.levels.last().is_some_and(|level| level.begun) {
            self.levels.push(Level::default());
        }
        if let Some(level) = self.levels.last_mut() {
            level.begun = true;
        }
        Step::Continue
    }

    fn right(&mut self) -> Step {
        let Some(level) = self.levels.last() else { return Step::Continue };
        match level.takes_inner {
            _ if level.inline => {}
            Some(true) => {}
            Some(false) => {
                self.levels.pop();
            }
            None => return self.refuse(CRASH),
        }
        Step::Continue
    }

    fn close(&mut self) -> Step {
        let (name, accepted) = match self.levels.last() {
            Some(level) => (level.name, level.inline || level.takes_inner == Some(true)),
            None => return Step::Continue,
        };
        let next = self.peek().clone();
        if !accepted {
            if matches!(next, ItemKind::Error(..)) {
                return Step::Continue;
            }
            let next = self.next();
            let next = &self.text[next.span.range()];
            return self.refuse(not_closable(if name.is_empty() { next } else { name }, next, self.version));
        }
        let consumed = if matches!(next, ItemKind::Right(_)) { 1 } else { 2 };
        for _ in 0..consumed {
            if !matches!(self.peek(), ItemKind::Error(..) | ItemKind::End) {
                self.next();
            }
        }
        self.levels.pop();
        Step::Continue
    }

    fn name(&mut self, name: &'a str, inline: bool) -> Step {
        let takes_inner = match () {
            () if inline => None,
            () => match (self.inner)(&folded(name, self.version)) {
                Inner::Used => Some(true),
                Inner::Unused => Some(false),
                Inner::Unknown => return Step::Stop(None),
                Inner::NoTemplate => return self.refuse(not_found(name)),
            },
        };
        if let Some(level) = self.levels.last_mut() {
            level.name = name;
            level.inline |= inline;
            level.takes_inner = takes_inner.or(level.takes_inner);
        }
        Step::Continue
    }

    fn parameter(&mut self) -> Step {
        let now = match self.peek() {
            ItemKind::Error(..) | ItemKind::End => return Step::Continue,
            ItemKind::Value(_) => Parameters::Named,
            _ => Parameters::Positional,
        };
        if now == Parameters::Named {
            self.next();
        }
        let Some(level) = self.levels.last_mut() else { return Step::Continue };
        if level.parameters.is_some_and(|before| before != now) {
            let message = mixed(level.name, now == Parameters::Named);
            return self.refuse(message);
        }
        level.parameters = Some(now);
        Step::Continue
    }

    fn end(&self) -> Step {
        let unclosed = self.levels.iter().rev().find(|level| level.takes_inner == Some(true));
        match unclosed.and_then(|level| not_closed(level.name, self.version)) {
            Some(message) => self.refuse(message),
            None => Step::Stop(None),
        }
    }
}

/// Hugo's words for a name without a template.
pub(super) fn not_found(name: &str) -> String {
    format!("failed to extract shortcode: template for shortcode \"{name}\" not found")
}

/// Hugo's words for a call that is never closed; before 0.111 it did not mind.
pub(super) fn not_closed(name: &str, version: Version) -> Option<String> {
    let message = match () {
        () if version >= (Version { major: 0, minor: 111, patch: 3 }) => {
            format!("failed to extract shortcode: shortcode \"{name}\" must be closed or self-closed")
        }
        () if version.at_least(111) => format!("failed to extract shortcode: unclosed shortcode \"{name}\""),
        () => return None,
    };
    Some(message)
}

/// Hugo's words for a closing tag where nothing is open; `next` is what follows the `/`, which is all that it
/// named before 0.144.
pub(super) fn not_closable(name: &str, next: &str, version: Version) -> String {
    let name = if version.at_least(144) { name } else { next };
    if version.at_least(111) {
        format!(
            "failed to extract shortcode: shortcode \"{name}\" does not evaluate .Inner or .InnerDeindent, \
             yet a closing tag was provided"
        )
    } else {
        format!(
            "failed to extract shortcode: shortcode \"{name}\" has no .Inner, yet a closing tag was provided"
        )
    }
}

/// Hugo's words for arguments that only its parser finds mixed (`a = 1 b`).
pub(super) fn mixed(name: &str, named: bool) -> String {
    let (found, wanted) =
        if named { ("map[string]interface {}", "map") } else { ("[]interface {}", "slice") };
    format!(
        "failed to extract shortcode: invalid state: invalid param type {found} for shortcode \"{name}\", \
         expected a {wanted}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Hugo 0.`minor` says of `text`; the newest one is compared with the real Hugo in `tests/shortcodes.rs`.
    fn check(minor: u16, text: &str, expected: Option<&str>) {
        let inner = |name: &str| match name {
            "in" => Inner::Used,
            "xx" => Inner::Unused,
            "unknown" => Inner::Unknown,
            _ => Inner::NoTemplate,
        };
        let refusal = verdict(text, Span::new(0, text.len()), &inner, Version::new(0, minor));
        let shown = refusal.map(|refusal| format!("{} {}", refusal.offset, refusal.message));
        assert_eq!(shown.as_deref(), expected, "0.{minor} on {text}");
    }

    #[test]
    fn unclosed_calls_are_refused_from_0_111_on() {
        check(110, "a {{< in >}}b", None);
        check(111, "a {{< in >}}b", Some("2 failed to extract shortcode: unclosed shortcode \"in\""));
        let newest = "2 failed to extract shortcode: shortcode \"in\" must be closed or self-closed";
        check(112, "a {{< in >}}b", Some(newest));
    }

    #[test]
    fn names_are_case_insensitive_from_0_146_on() {
        check(
            145,
            "{{< XX >}}",
            Some("0 failed to extract shortcode: template for shortcode \"XX\" not found"),
        );
        check(146, "{{< XX >}}", None);
    }

    #[test]
    fn closing_tags_take_line_breaks_from_0_163_3_on() {
        check(163, "{{< in >}}{{< /in\n>}}", Some("17 unclosed shortcode"));
        check(164, "{{< in >}}{{< /in\n>}}", None);
    }

    #[test]
    fn an_unknown_template_leaves_the_verdict_open() {
        check(168, "{{< unknown >}}{{< in >}}", None);
    }
}
