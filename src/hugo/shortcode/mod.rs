//! Shortcode calls in a content file, as Hugo lexes and pairs them, with recovery: every error in one go.
//!
//! [`scan()`] finds the tags (it needs nothing but the text); [`pair()`] matches openers with closers (it needs to
//! know which templates use `.Inner`); [`verdict()`] says at which error Hugo itself stops. Hugo: `parser/pageparser/pagelexer_shortcode.go`, `hugolib/shortcode.go`.

use crate::{hugo::templates::Param, source::Span};

mod explain;
mod lex;
mod near_miss;
mod pair;
mod recover;
mod scan;
mod verdict;

pub use pair::pair;
pub use scan::scan;
pub use verdict::{Refusal, verdict};

/// The two kinds of shortcode delimiters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Delimiter {
    /// `{{< … >}}`: the output is put into the finished HTML.
    Html,
    /// `{{% … %}}`: the output is put into the Markdown.
    Markdown,
}

impl Delimiter {
    /// `{{<` or `{{%`.
    pub fn left(self) -> &'static str {
        match self {
            Self::Html => "{{<",
            Self::Markdown => "{{%",
        }
    }

    /// `>}}` or `%}}`.
    pub fn right(self) -> &'static str {
        match self {
            Self::Html => ">}}",
            Self::Markdown => "%}}",
        }
    }
}

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TagKind {
    /// `{{< name … >}}`
    Open,
    /// `{{< name … />}}`
    SelfClosing,
    /// `{{< /name >}}`
    Close,
    /// `{{</* … */>}}`: prints the call instead of making it.
    Comment,
}

/// How an argument's value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quoting {
    /// `value`: typed (bool, int, float) or a string.
    Bare,
    /// `"value"`
    Quoted,
    /// `` `value` ``
    Raw,
}

/// One argument of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The parameter's name; `None` for a positional argument.
    pub key: Option<String>,
    /// The value as the template gets it, quotes and escapes resolved.
    pub value: String,
    /// How the value is written.
    pub quoting: Quoting,
    /// Key, `=` and value with its quotes.
    pub span: Span,
    /// The value without its quotes.
    pub value_span: Span,
}

impl Argument {
    /// The values of a list separated by commas, each with its place: `typescript, python`.
    pub fn listed(&self) -> Vec<(String, Span)> {
        let mut at = self.value_span.start as usize;
        let mut found = Vec::new();
        for part in self.value.split(',') {
            let value = part.trim();
            // Escapes in quoted values make the text longer than the value.
            let start = (at + part.len() - part.trim_start().len()).min(self.value_span.end as usize);
            let end = (start + value.len()).min(self.value_span.end as usize);
            if !value.is_empty() {
                found.push((value.to_owned(), Span::new(start, end)));
            }
            at += part.len() + 1;
        }
        found
    }
}

/// One `{{< … >}}` or `{{% … %}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// From `{{` to `}}`.
    pub span: Span,
    /// What the tag does.
    pub kind: TagKind,
    /// The delimiters it is written with.
    pub delimiter: Delimiter,
    /// The shortcode's name as written (empty for a comment).
    pub name: String,
    /// Where the name stands (for a comment: the commented text between `/*` and `*/`).
    pub name_span: Span,
    /// Arguments in source order.
    pub arguments: Vec<Argument>,
}

impl Tag {
    /// The value of the named parameter `key` (exact case; the last one wins, as in Hugo).
    pub fn named(&self, key: &str) -> Option<&Argument> {
        self.arguments.iter().rev().find(|argument| argument.key.as_deref() == Some(key))
    }

    /// The positional argument at `index`, 0-based.
    pub fn positional(&self, index: usize) -> Option<&Argument> {
        self.arguments.iter().filter(|argument| argument.key.is_none()).nth(index)
    }

    /// The argument for a parameter.
    pub fn argument(&self, param: &Param) -> Option<&Argument> {
        match param {
            Param::Named(key) => self.named(key),
            Param::Positional(index) => self.positional(*index),
        }
    }
}

/// The tags of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// The tags in source order. A malformed tag is here too if it plainly opens or closes a shortcode (only an
    /// argument or its end is wrong), so that pairing does not complain about its partner; what could be read of it
    /// is in its fields. Its problem's span lies within the tag.
    pub tags: Vec<Tag>,
    /// Places where Hugo's lexer stops, and near misses, in source order.
    pub problems: Vec<Problem>,
}

/// Whether a shortcode's template uses `.Inner`, which decides whether a call must, may or must not be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Inner {
    /// The template uses `.Inner`: a call must be closed.
    Used,
    /// The template does not: a call must not be closed.
    Unused,
    /// We cannot know: the template may be in a theme that is not here, or its variants disagree.
    Unknown,
    /// There is certainly no such template.
    NoTemplate,
}

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallEnd {
    /// The template takes no inner text (or it is not known to): the call is its opening tag.
    Single,
    /// `{{< name />}}`
    SelfClosed,
    /// Closed by the tag with this index in [`Scan::tags`].
    Closed(usize),
    /// Never closed, or only after the enclosing call (`Crossed`). The inner text was taken to end before the closer
    /// that met it, else before the next call of the same name, else where the enclosing inner text ends.
    Unclosed,
}

/// A shortcode call: an opening tag and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Index of the opening tag in [`Scan::tags`].
    pub open: usize,
    /// How the call ends.
    pub end: CallEnd,
    /// The whole call, from the opening `{{` to the last `}}` (or to the end of the assumed inner text).
    pub span: Span,
    /// The text between the tags; `None` if the call has none.
    pub inner: Option<Span>,
    /// Index of the enclosing call in [`Pairing::calls`].
    pub parent: Option<usize>,
}

/// The calls of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairing {
    /// Calls in the order of their opening tags (so a parent precedes its children).
    pub calls: Vec<Call>,
    /// What is wrong with the pairing, in source order.
    pub problems: Vec<Problem>,
}

/// Something wrong with a shortcode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// The exact culprit.
    pub span: Span,
    /// The shortcode's name, where there is one.
    pub name: String,
    /// Another place that matters: the opener of an unmatched or crossed closer, the closer that met an unclosed call.
    pub other: Option<Span>,
    /// What Hugo says of it, in the words of the target version, without a position; `None` where Hugo is silent.
    pub hugo: Option<String>,
}

/// The kinds of shortcode problems. Each belongs to one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// Lexing failed; the message says what is wrong in our words, the second string what to do.
    Malformed(String, String),
    /// Opened, never closed.
    Unclosed,
    /// Closed, never opened.
    Unopened,
    /// Closed or self-closed, but the template takes no inner text.
    Unclosable,
    /// Closed after the call that encloses it; `other` is the opener.
    Crossed,
    /// A call is closed by a tag of another name, which Hugo accepts; the string is the call's name, `other` its opener.
    OtherName(String),
    /// No template of that name.
    NoTemplate,
    /// Opened with `{{<` and closed with `{{% %}}` or the other way round; `other` is the opener.
    MismatchedDelimiters,
    /// Text that looks like a shortcode but is not one for Hugo (`{{ < x >}}`, `{{<x>}`, full-width braces); the
    /// string is what was probably meant.
    NearMiss(String),
}
