//! What a template prints: each piece goes to the HTML it is part of, and to the output as far as that is known.

use super::{
    Exactness, Piece,
    interpret::{INNER, Interpreter, UNKNOWN, is_inner},
    value::{Condition, Origin, Value},
};

impl Interpreter<'_> {
    /// Prints literal text.
    pub(super) fn print(&mut self, text: &str, start: Option<usize>) {
        let known = self.facts.sinks.len();
        self.html.text(text, start, &mut self.facts.sinks);
        self.under_conditions(known);
        self.facts.out.push_str(text);
        self.facts.defines_terms |= text.contains("\n:");
        self.facts.printed |= !text.trim().is_empty();
        if let Some(pieces) = &mut self.facts.pieces {
            match pieces.last_mut() {
                Some(Piece::Literal(last)) => last.push_str(text),
                _ => pieces.push(Piece::Literal(text.to_owned())),
            }
        }
    }

    fn under_conditions(&mut self, from: usize) {
        for sink in &mut self.facts.sinks[from..] {
            sink.conditions.clone_from(&self.conditions);
            if self.doubtful {
                sink.conditions.push(Condition::OTHER);
            }
        }
    }

    /// Prints a value.
    pub(super) fn emit(&mut self, value: &Value) {
        match value.only() {
            Some(Origin::Nil) => return,
            Some(Origin::Literal(text)) if text.is_empty() => return,
            Some(Origin::Literal(text)) if !self.html.in_text() => return self.print(text, None),
            Some(Origin::Concat(parts, safe)) if *safe || !self.html.in_text() => {
                for part in parts.iter() {
                    match part.literal() {
                        Some(text) => self.print(text, None),
                        None => self.emit(part),
                    }
                }
                return;
            }
            Some(Origin::Concat(parts, _)) => return parts.iter().for_each(|part| self.emit(part)),
            _ => {}
        }
        self.consume(value);
        if let Some(Origin::Quote(quote)) = value.only()
            && self.conditions.is_empty()
            && self.html.in_text()
        {
            self.facts.quotes.push((**quote).clone());
            self.facts.printed = true;
            self.facts.out.push(INNER);
            return;
        }
        let known = self.facts.sinks.len();
        self.html.value(value, &mut self.facts.sinks);
        self.under_conditions(known);
        self.facts.printed = true;
        self.take_down(value);
        let piece = match value.only() {
            Some(Origin::SiteParam(path)) => Some(Piece::SiteParam(path.clone())),
            Some(Origin::Argument(param, Exactness::Exact)) => Some(Piece::Argument(param.clone())),
            Some(Origin::Inner | Origin::InnerText) => Some(Piece::Inner),
            Some(Origin::InnerMarkdown) => Some(Piece::Rendered),
            Some(Origin::Literal(text)) => Some(Piece::Literal(text.to_string())),
            _ if value.any(is_inner) => None,
            _ => Some(Piece::Unknown),
        };
        match (&mut self.facts.pieces, piece) {
            (Some(pieces), Some(piece)) => pieces.push(piece),
            _ => self.facts.pieces = None,
        }
    }

    /// Puts a value at the end of what is known of the output.
    fn take_down(&mut self, value: &Value) {
        let exact = self.known.filter(|_| self.html.in_text());
        match (value.only(), exact) {
            (Some(Origin::Literal(text)), Some(known)) if known.escapes => {
                self.facts.out.push_str(&escaped(text))
            }
            (Some(Origin::Literal(text)), Some(_)) => self.facts.out.push_str(text),
            (Some(Origin::Bool(flag)), Some(_)) => self.facts.out.push_str(&flag.to_string()),
            (Some(Origin::Inner | Origin::InnerText | Origin::InnerMarkdown | Origin::InnerCode), _) => {
                self.facts.out.push(INNER)
            }
            _ if value.any(is_inner) => self.facts.out.push(INNER),
            (_, Some(_)) => self.facts.out.push(UNKNOWN),
            _ if value.any(|leaf| matches!(leaf, Origin::Opaque | Origin::Content)) => {
                self.facts.out.push(UNKNOWN)
            }
            _ => self.facts.out.push('x'),
        }
    }
}

/// Text as templates for HTML print it. Go: `html/template`.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '+' => out.push_str("&#43;"),
            c => out.push(c),
        }
    }
    out
}
