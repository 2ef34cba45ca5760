//! Go templates as trees. Go: `text/template/parse/parse.go`.

use std::collections::BTreeMap;

use super::lex::{Kind, Token, tokens};
use crate::source::Span;

/// Blocks and parentheses nested deeper than this are reported, not read. Real templates stay below 20.
const DEPTH: usize = 100;

/// One parsed template file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    /// What the file prints.
    pub nodes: Vec<Node>,
    /// `{{ define "name" }}` and `{{ block "name" }}`.
    pub defines: BTreeMap<String, Vec<Node>>,
    /// The first thing Go could not read. What comes after it is missing from the tree.
    pub problem: Option<(Span, String)>,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Text outside actions, trim markers applied.
    Text(String, Span),
    /// `{{ pipeline }}`
    Action(Pipeline),
    /// `{{ if }}`, `{{ with }}`, `{{ range }}` up to its `{{ end }}`. `{{ else if }}` is a branch inside `otherwise`.
    Branch {
        /// Which of the three.
        kind: BranchKind,
        /// The condition, or what is ranged over.
        pipeline: Pipeline,
        /// Up to `{{ else }}` or `{{ end }}`.
        then: Vec<Self>,
        /// From `{{ else }}` on.
        otherwise: Vec<Self>,
    },
    /// `{{ template "name" pipeline }}`, and the call that `{{ block }}` makes.
    Template {
        /// The name of the `define`, or of a file.
        name: String,
        /// Its context.
        context: Option<Pipeline>,
    },
    /// `{{ break }}` or `{{ continue }}`.
    Jump(Jump),
}

/// Where a [`Node::Jump`] goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jump {
    /// Behind the loop.
    Break,
    /// To its next round.
    Continue,
}

/// The three kinds of [`Node::Branch`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchKind {
    /// `{{ if }}`
    If,
    /// `{{ with }}`
    With,
    /// `{{ range }}`
    Range,
}

/// `$a := command | command`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// The variables it sets, with their `$`.
    pub variables: Vec<String>,
    /// Set with `=`, so they are declared elsewhere.
    pub assigns: bool,
    /// At least one.
    pub commands: Vec<Command>,
    /// From the first to the last token.
    pub span: Span,
}

/// `function operand operand`, or a lone operand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// At least one.
    pub operands: Vec<Expr>,
}

/// An operand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// `1`, `0x2`, `'c'`, as written.
    Number(String),
    /// A string, unquoted.
    Str(String),
    /// `.A.B`
    Field(Vec<String>),
    /// `$x.A.B`: the name with its `$`, and the fields.
    Variable(String, Vec<String>),
    /// A function's name, with its namespace if it has no short one.
    Function(String),
    /// `( pipeline )`
    Paren(Box<Pipeline>),
    /// `( pipeline ).A.B`, `function.A.B`
    Chain(Box<Self>, Vec<String>),
}

/// Reads a template. Never fails: see [`Template::problem`].
pub fn parse(text: &str) -> Template {
    let mut parser = Parser { text, tokens: tokens(text), at: 0, out: Template::default() };
    let outcome = parser.list(0).and_then(|(nodes, end)| {
        parser.out.nodes = nodes;
        match end {
            Stop::End => Ok(()),
            Stop::Else(span) => Err((span, "unexpected {{else}}".to_owned())),
            Stop::Close(span) => Err((span, "unexpected {{end}}".to_owned())),
        }
    });
    parser.out.problem = outcome.err();
    parser.out
}

type Problem = (Span, String);
type Result<T> = std::result::Result<T, Problem>;

/// What ended a list of nodes.
enum Stop {
    End,
    /// After the word; the action is still open.
    Else(Span),
    Close(Span),
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    out: Template,
}

impl Parser<'_> {
    /// The next token; the last one again and again.
    fn peek(&self) -> Token {
        self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn skip_space(&mut self) {
        while self.peek().kind == Kind::Space {
            self.at += 1;
        }
    }

    fn slice(&self, token: Token) -> &str {
        &self.text[token.span.range()]
    }

    fn unexpected<T>(&self, token: Token, place: &str) -> Result<T> {
        let message = match token.kind {
            Kind::Error(message) => message.to_owned(),
            Kind::End => format!("unexpected end of file in {place}"),
            _ => format!("unexpected `{}` in {place}", self.slice(token).trim()),
        };
        Err((token.span, message))
    }

    fn list(&mut self, depth: usize) -> Result<(Vec<Node>, Stop)> {
        let mut nodes = Vec::new();
        loop {
            let token = self.next();
            match token.kind {
                Kind::Text => nodes.push(Node::Text(self.slice(token).to_owned(), token.span)),
                Kind::End => return Ok((nodes, Stop::End)),
                Kind::Left if depth > DEPTH => return Err((token.span, "nested too deeply".to_owned())),
                Kind::Left => {
                    if let Some(stop) = self.action(&mut nodes, depth)? {
                        return Ok((nodes, stop));
                    }
                }
                _ => return self.unexpected(token, "template"),
            }
        }
    }

    /// What follows `{{`. Pushes its node, or says that it ends the list.
    fn action(&mut self, nodes: &mut Vec<Node>, depth: usize) -> Result<Option<Stop>> {
        self.skip_space();
        let token = self.peek();
        let word = if token.kind == Kind::Word { self.slice(token).to_owned() } else { String::new() };
        match word.as_str() {
            "if" => nodes.push(self.branch(BranchKind::If, depth)?),
            "with" => nodes.push(self.branch(BranchKind::With, depth)?),
            "range" => nodes.push(self.branch(BranchKind::Range, depth)?),
            "break" | "continue" => {
                self.at += 1;
                self.close(&word)?;
                nodes.push(Node::Jump(if word == "break" { Jump::Break } else { Jump::Continue }));
            }
            "else" => {
                self.at += 1;
                return Ok(Some(Stop::Else(token.span)));
            }
            "end" => {
                self.at += 1;
                self.close("end")?;
                return Ok(Some(Stop::Close(token.span)));
            }
            "define" | "block" => self.define(&word, nodes, depth)?,
            "template" => {
                self.at += 1;
                let name = self.name("template clause")?;
                let context = self.context(depth)?;
                nodes.push(Node::Template { name, context });
            }
            _ => {
                let pipeline = self.pipeline("command", false, depth)?;
                self.close("command")?;
                nodes.push(Node::Action(pipeline));
            }
        }
        Ok(None)
    }

    fn close(&mut self, place: &str) -> Result<()> {
        self.skip_space();
        let token = self.next();
        if token.kind == Kind::Right { Ok(()) } else { self.unexpected(token, place) }
    }

    fn name(&mut self, place: &str) -> Result<String> {
        self.skip_space();
        let token = self.next();
        match token.kind {
            Kind::Quoted | Kind::Raw => self.string(token),
            _ => self.unexpected(token, place),
        }
    }

    /// The optional context of a template call, and the call's end.
    fn context(&mut self, depth: usize) -> Result<Option<Pipeline>> {
        self.skip_space();
        if self.peek().kind == Kind::Right {
            self.at += 1;
            return Ok(None);
        }
        let pipeline = self.pipeline("template clause", false, depth)?;
        self.close("template clause")?;
        Ok(Some(pipeline))
    }

    fn define(&mut self, word: &str, nodes: &mut Vec<Node>, depth: usize) -> Result<()> {
        self.at += 1;
        let name = self.name(word)?;
        if word == "define" {
            self.close(word)?;
        } else {
            let context = self.context(depth)?;
            nodes.push(Node::Template { name: name.clone(), context });
        }
        let (body, stop) = self.list(depth + 1)?;
        match stop {
            Stop::Close(_) => {}
            Stop::Else(span) => return Err((span, format!("unexpected {{{{else}}}} in {word} clause"))),
            Stop::End => return self.unexpected(self.peek(), word),
        }
        self.out.defines.entry(name).or_insert(body);
        Ok(())
    }

    /// A branch, from its keyword to its `{{ end }}`.
    fn branch(&mut self, kind: BranchKind, depth: usize) -> Result<Node> {
        let place = match kind {
            BranchKind::If => "if",
            BranchKind::With => "with",
            BranchKind::Range => "range",
        };
        if depth > DEPTH {
            return Err((self.peek().span, "nested too deeply".to_owned()));
        }
        self.at += 1;
        let pipeline = self.pipeline(place, kind == BranchKind::Range, depth)?;
        self.close(place)?;
        let (then, stop) = self.list(depth + 1)?;
        let otherwise = match stop {
            Stop::Close(_) => Vec::new(),
            Stop::Else(_) => self.otherwise(kind, place, depth)?,
            Stop::End => return self.unexpected(self.peek(), place),
        };
        Ok(Node::Branch { kind, pipeline, then, otherwise })
    }

    /// What follows the word `else`, up to the branch's `{{ end }}`.
    fn otherwise(&mut self, kind: BranchKind, place: &str, depth: usize) -> Result<Vec<Node>> {
        self.skip_space();
        let token = self.peek();
        // Go allows `else if` in an if, `else with` in a with: both share the outer branch's end.
        let again = match (kind, self.slice(token)) {
            (BranchKind::If, "if") => Some(BranchKind::If),
            (BranchKind::With, "with") => Some(BranchKind::With),
            _ => None,
        };
        if let Some(kind) = again {
            return Ok(vec![self.branch(kind, depth + 1)?]);
        }
        self.close("else")?;
        let (nodes, stop) = self.list(depth + 1)?;
        match stop {
            Stop::Close(_) => Ok(nodes),
            Stop::Else(span) => Err((span, "expected end; found {{else}}".to_owned())),
            Stop::End => self.unexpected(self.peek(), place),
        }
    }

    /// `$a, $b := command | command`, up to but not including `}}` or `)`.
    fn pipeline(&mut self, place: &str, range: bool, depth: usize) -> Result<Pipeline> {
        if depth > DEPTH {
            return Err((self.peek().span, "nested too deeply".to_owned()));
        }
        self.skip_space();
        let first = self.peek();
        let (variables, assigns) = self.variables(range);
        let mut commands = Vec::new();
        loop {
            self.skip_space();
            let token = self.peek();
            if matches!(token.kind, Kind::Right | Kind::CloseParen) {
                let Some(last) = self.tokens.get(self.at.saturating_sub(1)) else { break };
                let span = Span { start: first.span.start, end: last.span.end.max(first.span.end) };
                if commands.is_empty() {
                    return Err((token.span, format!("missing value for {place}")));
                }
                return Ok(Pipeline { variables, assigns, commands, span });
            }
            let command = self.command(place, depth)?;
            let constant = |expr: &Expr| {
                matches!(expr, Expr::Dot | Expr::Nil | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_))
            };
            if !commands.is_empty() && command.operands.first().is_some_and(constant) {
                return Err((token.span, "non executable command in pipeline".to_owned()));
            }
            commands.push(command);
        }
        self.unexpected(first, place)
    }

    /// The variables before `:=` or `=`, if there is one; else nothing is read.
    fn variables(&mut self, range: bool) -> (Vec<String>, bool) {
        let start = self.at;
        let mut variables = Vec::new();
        while self.peek().kind == Kind::Variable {
            let token = self.next();
            variables.push(self.slice(token).to_owned());
            self.skip_space();
            match self.peek().kind {
                Kind::Comma if range && variables.len() == 1 => {
                    self.at += 1;
                    self.skip_space();
                }
                kind @ (Kind::Declare | Kind::Assign) => {
                    self.at += 1;
                    return (variables, kind == Kind::Assign);
                }
                _ => break,
            }
        }
        self.at = start;
        (Vec::new(), false)
    }

    /// One command, with the `|` after it if there is one.
    fn command(&mut self, place: &str, depth: usize) -> Result<Command> {
        let mut operands = Vec::new();
        loop {
            self.skip_space();
            match self.peek().kind {
                Kind::Right | Kind::CloseParen => break,
                Kind::Pipe if operands.is_empty() => return self.unexpected(self.peek(), place),
                Kind::Pipe => {
                    // Go takes a pipe with nothing behind it.
                    self.at += 1;
                    break;
                }
                _ => {}
            }
            operands.push(self.operand(place, depth)?);
            let after = self.peek();
            if !matches!(after.kind, Kind::Space | Kind::Right | Kind::CloseParen | Kind::Pipe) {
                return self.unexpected(after, "operand");
            }
        }
        Ok(Command { operands })
    }

    /// A term and the fields glued to it.
    fn operand(&mut self, place: &str, depth: usize) -> Result<Expr> {
        let term = self.term(place, depth)?;
        let mut fields = Vec::new();
        let first = self.peek();
        while self.peek().kind == Kind::Field {
            let token = self.next();
            fields.push(self.slice(token)[1..].to_owned());
        }
        if fields.is_empty() {
            return Ok(term);
        }
        match term {
            Expr::Field(mut path) => {
                path.append(&mut fields);
                Ok(Expr::Field(path))
            }
            Expr::Variable(name, mut path) => {
                path.append(&mut fields);
                Ok(Expr::Variable(name, path))
            }
            Expr::Function(space) if !matches!(space.as_str(), "site" | "page" | "hugo") => {
                let name = [space.as_str(), ".", &fields.remove(0)].concat();
                let function = Expr::Function(canonical(&name).to_owned());
                Ok(if fields.is_empty() { function } else { Expr::Chain(Box::new(function), fields) })
            }
            Expr::Function(_) | Expr::Paren(_) | Expr::Chain(..) => Ok(Expr::Chain(Box::new(term), fields)),
            Expr::Dot | Expr::Nil | Expr::Bool(_) | Expr::Number(_) | Expr::Str(_) => {
                Err((first.span, "unexpected . after constant".to_owned()))
            }
        }
    }

    fn term(&mut self, place: &str, depth: usize) -> Result<Expr> {
        let token = self.next();
        let text = self.slice(token);
        Ok(match token.kind {
            Kind::Word => match text {
                "true" => Expr::Bool(true),
                "false" => Expr::Bool(false),
                "nil" => Expr::Nil,
                "if" | "else" | "end" | "range" | "with" | "template" | "define" | "block" => {
                    return self.unexpected(token, place);
                }
                _ => Expr::Function(canonical(text).to_owned()),
            },
            Kind::Dot => Expr::Dot,
            Kind::Field => Expr::Field(vec![text[1..].to_owned()]),
            Kind::Variable => Expr::Variable(text.to_owned(), Vec::new()),
            Kind::Number => Expr::Number(text.to_owned()),
            Kind::Quoted | Kind::Raw => Expr::Str(self.string(token)?),
            Kind::OpenParen => {
                let pipeline = self.pipeline("parenthesized pipeline", false, depth + 1)?;
                let close = self.next();
                if close.kind != Kind::CloseParen {
                    return self.unexpected(close, "parenthesized pipeline");
                }
                Expr::Paren(Box::new(pipeline))
            }
            _ => return self.unexpected(token, place),
        })
    }

    fn string(&self, token: Token) -> Result<String> {
        let text = self.slice(token);
        let inside = &text[1..text.len() - 1];
        if token.kind == Kind::Raw {
            return Ok(inside.replace('\r', ""));
        }
        unquote(inside).ok_or_else(|| (token.span, "invalid syntax in string".to_owned()))
    }
}

/// Resolves Go's escapes (`strconv.Unquote`).
fn unquote(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let (digits, radix) = match chars.next()? {
            'n' => {
                out.push('\n');
                continue;
            }
            't' => {
                out.push('\t');
                continue;
            }
            'r' => {
                out.push('\r');
                continue;
            }
            'a' | 'b' | 'f' | 'v' => {
                out.push(' ');
                continue;
            }
            c @ ('\\' | '"' | '\'') => {
                out.push(c);
                continue;
            }
            'x' => (2, 16),
            'u' => (4, 16),
            'U' => (8, 16),
            c if c.is_digit(8) => {
                let rest: String = chars.by_ref().take(2).collect();
                let code = u32::from_str_radix(&format!("{c}{rest}"), 8).ok()?;
                out.push(char::from_u32(code)?);
                continue;
            }
            _ => return None,
        };
        let code: String = chars.by_ref().take(digits).collect();
        out.push(char::from_u32(u32::from_str_radix(&code, radix).ok()?)?);
    }
    Some(out)
}

/// The name of the function that `head` calls.
pub(super) fn function_name(head: &Expr) -> Option<&str> {
    match head {
        Expr::Function(name) => Some(name),
        _ => None,
    }
}

/// The short name of a function: `strings.TrimPrefix` has none, `transform.Markdownify` is `markdownify`.
fn canonical(name: &str) -> &str {
    match name {
        "safe.HTML" | "safe.Html" => "safeHTML",
        "safe.HTMLAttr" => "safeHTMLAttr",
        "safe.URL" => "safeURL",
        "safe.CSS" | "safe.JS" | "safe.JSStr" => "safeJS",
        "compare.Default" => "default",
        "compare.Conditional" => "cond",
        "compare.Eq" => "eq",
        "compare.Ne" => "ne",
        "collections.In" | "strings.Contains" => "in",
        "collections.Index" => "index",
        "collections.Dictionary" => "dict",
        "collections.Slice" => "slice",
        "collections.Merge" => "merge",
        "collections.Append" => "append",
        "collections.IsSet" => "isset",
        "strings.Split" => "split",
        "strings.Trim" => "trim",
        "strings.TrimSpace" => "trimSpace",
        "strings.ToLower" => "lower",
        "strings.ToUpper" => "upper",
        "strings.HasPrefix" => "hasPrefix",
        "strings.Chomp" => "chomp",
        "fmt.Printf" => "printf",
        "fmt.Print" => "print",
        "fmt.Errorf" => "errorf",
        "fmt.Warnf" => "warnf",
        "cast.ToString" => "string",
        "partials.Include" => "partial",
        "partials.IncludeCached" => "partialCached",
        "transform.Markdownify" => "markdownify",
        "transform.HTMLEscape" => "htmlEscape",
        "transform.Highlight" => "highlight",
        "compare.Gt" => "gt",
        "compare.Ge" => "ge",
        "compare.Lt" => "lt",
        "compare.Le" => "le",
        "urls.Ref" => "ref",
        "urls.RelRef" => "relref",
        "urls.RelURL" => "relURL",
        "urls.AbsURL" => "absURL",
        "urls.RelLangURL" => "relLangURL",
        "urls.AbsLangURL" => "absLangURL",
        "os.ReadFile" => "readFile",
        "T" | "lang.Translate" => "i18n",
        other => other,
    }
}

/// Whether a partial ends with `return`: then its output is dropped.
pub(super) fn returns(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Action(pipeline) => pipeline
            .commands
            .iter()
            .filter_map(|command| command.operands.first())
            .any(|head| matches!(head, Expr::Function(name) if name == "return")),
        Node::Branch { then, otherwise, .. } => returns(then) || returns(otherwise),
        _ => false,
    })
}
