//! Tokens of a Go template. Go: `text/template/parse/lex.go`.

use crate::source::Span;

/// What a token is. Its text is the template's at the token's span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text outside actions, trim markers applied.
    Text,
    /// `{{` or `{{- `
    Left,
    /// `}}` or ` -}}`
    Right,
    /// White space inside an action: it separates operands.
    Space,
    /// A function's name or a keyword.
    Word,
    /// `.Name`
    Field,
    /// `$` or `$name`
    Variable,
    /// `.`
    Dot,
    /// `"…"`
    Quoted,
    /// `` `…` ``
    Raw,
    /// A number, or a character constant.
    Number,
    /// `|`
    Pipe,
    /// `(`
    OpenParen,
    /// `)`
    CloseParen,
    /// `:=`
    Declare,
    /// `=`
    Assign,
    /// `,`
    Comma,
    /// Not a token: Go stops here.
    Error(&'static str),
    /// The template's end.
    End,
}

/// One token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// All tokens; the last one is [`Kind::End`] or [`Kind::Error`].
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, out: Vec::new() };
    lexer.template();
    lexer.out
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    out: Vec<Token>,
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.out.push(Token { kind, span: Span::new(start, self.at) });
    }

    /// The whole template: text, action, text, …
    fn template(&mut self) {
        let mut trim = false;
        loop {
            let start = self.at;
            let left = memchr::memmem::find(self.rest().as_bytes(), b"{{");
            let mut end = left.map_or(self.text.len(), |left| start + left);
            self.at = end;
            let trims_before = trims_left(self.rest());
            let text = &self.text[start..end];
            let first = if trim { start + text.len() - text.trim_start_matches(SPACE).len() } else { start };
            if trims_before {
                end = first.max(start + text.trim_end_matches(SPACE).len());
            }
            if first < end {
                self.out.push(Token { kind: Kind::Text, span: Span::new(first, end) });
            }
            if left.is_none() {
                return self.push(Kind::End, self.at);
            }
            match self.delimited(trims_before) {
                Some(trims_after) => trim = trims_after,
                None => return,
            }
        }
    }

    /// One action or comment; says whether it trims the text after it, or `None` after an error.
    fn delimited(&mut self, trims_before: bool) -> Option<bool> {
        let start = self.at;
        self.at += if trims_before { 4 } else { 2 };
        if self.rest().starts_with("/*") {
            return self.comment(start);
        }
        // The marker's space belongs to the delimiter.
        self.push(Kind::Left, start);
        let mut depth = 0_usize;
        loop {
            let at = self.at;
            if let Some((length, trims)) = right(self.rest()) {
                self.at += length;
                if depth > 0 {
                    self.push(Kind::Error("unclosed left paren"), at);
                    return None;
                }
                self.push(Kind::Right, at);
                return Some(trims);
            }
            let kind = self.token();
            match kind {
                Kind::OpenParen => depth += 1,
                Kind::CloseParen if depth == 0 => {
                    self.push(Kind::Error("unexpected right paren"), at);
                    return None;
                }
                Kind::CloseParen => depth -= 1,
                _ => {}
            }
            self.push(kind, at);
            if matches!(kind, Kind::Error(_)) {
                return None;
            }
        }
    }

    fn comment(&mut self, start: usize) -> Option<bool> {
        let Some(close) = memchr::memmem::find(self.rest().as_bytes(), b"*/") else {
            self.at = self.text.len();
            self.push(Kind::Error("unclosed comment"), start);
            return None;
        };
        self.at += close + 2;
        let Some((length, trims)) = right(self.rest()) else {
            self.push(Kind::Error("comment ends before closing delimiter"), start);
            return None;
        };
        self.at += length;
        Some(trims)
    }

    /// Reads one token inside an action and moves past it.
    fn token(&mut self) -> Kind {
        let rest = self.rest();
        let mut chars = rest.chars();
        let Some(first) = chars.next() else { return Kind::Error("unclosed action") };
        let second = chars.next();
        let (kind, length) = match first {
            ' ' | '\t' | '\r' | '\n' => (Kind::Space, space(rest)),
            ':' if second == Some('=') => (Kind::Declare, 2),
            ':' => (Kind::Error("expected :="), 1),
            '=' => (Kind::Assign, 1),
            ',' => (Kind::Comma, 1),
            '|' => (Kind::Pipe, 1),
            '(' => (Kind::OpenParen, 1),
            ')' => (Kind::CloseParen, 1),
            '"' => quoted(rest, '"', Kind::Quoted, "unterminated quoted string"),
            '\'' => quoted(rest, '\'', Kind::Number, "unterminated character constant"),
            '`' => match rest[1..].find('`') {
                Some(close) => (Kind::Raw, close + 2),
                None => (Kind::Error("unterminated raw quoted string"), rest.len()),
            },
            '$' => (Kind::Variable, 1 + name(&rest[1..])),
            '.' if !second.is_some_and(|c| c.is_ascii_digit()) => match name(&rest[1..]) {
                0 => (Kind::Dot, 1),
                length => (Kind::Field, 1 + length),
            },
            '.' | '+' | '-' | '0'..='9' => (Kind::Number, number(rest)),
            c if c == '_' || c.is_alphanumeric() => (Kind::Word, name(rest)),
            c => (Kind::Error("unexpected character in action"), c.len_utf8()),
        };
        let named = matches!(kind, Kind::Variable | Kind::Field | Kind::Word | Kind::Dot);
        let ended = rest[length..].starts_with("}}")
            || rest[length..].chars().next().is_none_or(|c| " \t\r\n.,|:()=".contains(c));
        self.at += length;
        if named && !ended { Kind::Error("bad character") } else { kind }
    }
}

/// Whether a text that starts with `{{` has a trim marker there.
fn trims_left(text: &str) -> bool {
    text.strip_prefix("{{-").is_some_and(|rest| rest.starts_with(SPACE))
}

/// The length of the right delimiter at the start of `text`, and whether it trims.
fn right(text: &str) -> Option<(usize, bool)> {
    if text.starts_with("}}") {
        return Some((2, false));
    }
    // Go takes one space before the marker; more are ordinary space before it.
    (text.starts_with(SPACE) && text[1..].starts_with("-}}")).then_some((4, true))
}

/// White space, but not the one that belongs to a ` -}}`.
fn space(text: &str) -> usize {
    let length = text.len() - text.trim_start_matches(SPACE).len();
    if length > 1 && text[length..].starts_with("-}}") { length - 1 } else { length }
}

fn name(text: &str) -> usize {
    text.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(text.len())
}

fn number(text: &str) -> usize {
    let digits = text.trim_start_matches(['+', '-']);
    let sign = text.len() - digits.len();
    sign + digits.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_').unwrap_or(digits.len())
}

fn quoted(text: &str, quote: char, kind: Kind, problem: &'static str) -> (Kind, usize) {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\n' => return (Kind::Error(problem), at),
            '\\' => escaped = true,
            c if c == quote => return (kind, at + 1),
            _ => {}
        }
    }
    (Kind::Error(problem), text.len())
}
