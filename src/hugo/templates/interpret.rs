//! Runs a template without knowing the page: every branch is taken, every value is what it may stand for.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    Division, Exactness, Known, Made, PageStore, Param, Partials, Piece, Quote, Role, Roles,
    html::{Html, Sink},
    known::truth,
    parse::{Command, Expr, Jump, Node, Pipeline, Template, function_name, returns},
    partials::PartialOutput,
    stored::{Flow, Stores},
    value::{Condition, Origin, Value},
};
use crate::value::Value as Datum;

/// Stands for `.Inner` in [`Interpreter::out`].
pub(super) const INNER: char = '\u{fffc}';
/// Stands for something of unknown shape there.
pub(super) const UNKNOWN: char = '\u{fffb}';

/// Partials nested deeper than this are not followed.
const DEPTH: usize = 8;
/// Nodes read before we give up; the largest real template reads 3,000, partials included, and with the loops over
/// data that one call runs, 13,000.
pub(super) const BUDGET: usize = 30_000;
/// The same for a template of whole pages, with all that it calls.
pub(super) const LAYOUT_BUDGET: usize = 200_000;

/// Hugo's own partials. Hugo: `tpl/tplimpl/embedded/templates`.
const EMBEDDED_PARTIALS: [&str; 9] = [
    "disqus",
    "google_analytics",
    "google_analytics_async",
    "google_news",
    "opengraph",
    "pagination",
    "schema",
    "twitter_cards",
    "x_cards",
];

/// What kind of thing an argument is looked up as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lookup {
    Page,
    Reference,
    PageResource,
    SectionResource,
    GlobalResource,
}

/// A lookup that a template makes: by which argument, and when.
#[derive(Debug, Clone)]
pub(super) struct Looked {
    pub(super) lookup: Lookup,
    /// By the argument itself.
    pub(super) exact: bool,
    pub(super) conditions: Vec<Condition>,
}

/// What running a template shows.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) sinks: Vec<Sink>,
    pub(super) parameters: BTreeMap<Param, Roles>,
    pub(super) all_parameters: bool,
    pub(super) opaque: bool,
    pub(super) mentions_inner: bool,
    pub(super) inner_escapes: bool,
    /// `.Inner` is rendered with `markdownify`, and with `RenderString`.
    pub(super) by_home: bool,
    pub(super) by_page: bool,
    pub(super) lookups: Vec<Looked>,
    /// A page template prints summaries of other pages.
    pub(super) summaries: bool,
    /// The same of pages of these types.
    pub(super) summaries_of: BTreeSet<String>,
    /// A page template hands text from elsewhere on as HTML.
    pub(super) prints_text: bool,
    /// It reads files that may hold headings.
    pub(super) reads_files: bool,
    /// All literal text in order, with `x`, [`INNER`] and [`UNKNOWN`] for the rest.
    pub(super) out: String,
    pub(super) pieces: Option<Vec<Piece>>,
    pub(super) printed: bool,
    /// Words that a hook compares the whole destination with; what it does then is not followed.
    pub(super) words: Vec<String>,
    /// What the template puts where other shortcodes find it, and what it looks for there.
    pub(super) flow: Flow,
    /// Content from elsewhere that it prints and that is known.
    pub(super) quotes: Vec<Quote>,
    /// The texts of other pages, by their indexes, that it reads; they are known.
    pub(super) quotes_pages: Vec<usize>,
    /// Something happened that is not followed exactly.
    pub(super) doubtful: bool,
    /// It prints what are definitions in Markdown.
    pub(super) defines_terms: bool,
    /// How the first list is divided into pages that is; `Some(None)`: that is not known.
    pub(super) division: Option<Option<Division>>,
    /// What the store of the call around holds in the end, where it was known before.
    pub(super) handed_up: Stores,
    /// What the store of the page holds in the end, where that is known.
    pub(super) page_store: Option<PageStore>,
    /// The pages that a content adapter adds, as front matter, and whether it adds more than these.
    pub(super) added: Vec<Datum>,
    pub(super) adds_more: bool,
    /// The files that it publishes at paths which it makes up.
    pub(super) made: Vec<Made>,
    /// How many nodes of templates were read.
    pub(super) nodes: usize,
}

type Defines = BTreeMap<String, Vec<Node>>;

pub(super) struct Variable<'a> {
    pub(super) name: &'a str,
    pub(super) value: Value,
    /// How many conditions held where it was declared.
    pub(super) conditions: usize,
}

pub(super) struct Interpreter<'a> {
    pub(super) facts: Facts,
    pub(super) partials: &'a Partials,
    /// The template is a render hook: its context is no shortcode.
    pub(super) is_hook: bool,
    defines: &'a Defines,
    pub(super) variables: Vec<Variable<'a>>,
    /// Variables before this belong to callers.
    pub(super) frame: usize,
    pub(super) dot: Value,
    root: Value,
    pub(super) conditions: Vec<Condition>,
    pub(super) html: Html,
    /// The partials we are in.
    pub(super) calls: Vec<String>,
    returned: Option<Value>,
    /// Nothing behind it runs.
    has_returned: bool,
    /// How many conditions hold in a round of a loop that is known, right around us.
    pub(super) round: Option<usize>,
    /// The rest of the round does not run.
    pub(super) jump: Option<Jump>,
    /// How many conditions held where the partial we are in was called.
    held: usize,
    /// What the partial we are in has printed.
    output: PartialOutput,
    pub(super) scratch: Stores,
    /// What another shortcode stored, when the template is run to see what becomes of that.
    pub(super) given: Option<&'a Stores>,
    /// Whether the comparison with the reader is taken to hold; else both sides of it are run.
    pub(super) assumed: Option<bool>,
    pub(super) budget: usize,
    /// The template is one for whole pages.
    pub(super) layout: bool,
    /// It is run for the files that it publishes.
    pub(super) makes: bool,
    /// What is known of the page and the call.
    pub(super) known: Option<&'a Known<'a>>,
    /// Something happened that we do not follow exactly: what is printed from here on may not be.
    pub(super) doubtful: bool,
    /// All is known that the call's own store holds at first, and that of the call around.
    pub(super) own_known: bool,
    pub(super) above_known: bool,
    /// `.Inner` is none of the text that is followed.
    pub(super) other_inner: bool,
    /// The call prints ids that are not known, so that only links that it prints in any case are of use.
    pub(super) open: bool,
    /// How many sinks were looked at for that.
    pub(super) judged: usize,
    /// Something was passed over: what it would have stored or returned is not known.
    pub(super) lost: bool,
}

impl<'a> Interpreter<'a> {
    pub(super) fn new(template: &'a Template, context: Value, partials: &'a Partials) -> Self {
        Self {
            facts: Facts { pieces: Some(Vec::new()), ..Facts::default() },
            partials,
            is_hook: matches!(context.only(), Some(Origin::Dict(_))),
            defines: &template.defines,
            variables: Vec::new(),
            frame: 0,
            dot: context.clone(),
            root: context,
            conditions: Vec::new(),
            html: Html::default(),
            calls: Vec::new(),
            returned: None,
            has_returned: false,
            round: None,
            jump: None,
            held: 0,
            output: PartialOutput::default(),
            scratch: Stores::new(),
            given: None,
            assumed: None,
            budget: BUDGET,
            layout: false,
            makes: false,
            known: None,
            doubtful: false,
            own_known: false,
            above_known: false,
            other_inner: false,
            open: false,
            judged: 0,
            lost: false,
        }
    }

    pub(super) fn give_up(&mut self) {
        self.facts.opaque = true;
        self.facts.inner_escapes = true;
        self.facts.pieces = None;
        self.facts.out.push(UNKNOWN);
    }

    pub(super) fn nodes(&mut self, nodes: &'a [Node]) {
        let scope = self.variables.len();
        for (at, node) in nodes.iter().enumerate() {
            if self.budget == 0 || self.has_returned || self.jump.is_some() {
                break;
            }
            if self.is_of_no_use() {
                self.pass_over(&nodes[at..]);
                break;
            }
            self.budget -= 1;
            match node {
                Node::Text(text, span) => {
                    self.output.take_text(text);
                    let start = self.calls.is_empty().then_some(span.start as usize);
                    self.print(text, start);
                }
                Node::Action(pipeline) => self.action(pipeline),
                Node::Branch { kind, pipeline, then, otherwise } => {
                    self.branch(*kind, pipeline, then, otherwise);
                }
                Node::Template { name, context } => {
                    let context =
                        context.as_ref().map_or(Origin::Nil.into(), |context| self.pipeline(context));
                    match self.defines.get(name) {
                        Some(body) if self.may_call(name) => self.call(name, context, body, self.defines),
                        defined if self.adds_nothing(name, defined.is_some()) => {}
                        _ => {
                            let opaque = self.opaque(&[context]);
                            self.emit(&opaque);
                        }
                    }
                }
                Node::Jump(to) if self.round == Some(self.conditions.len()) => self.jump = Some(*to),
                Node::Jump(_) => (self.doubtful, self.facts.doubtful) = (true, true),
            }
        }
        self.variables.truncate(scope);
    }

    fn action(&mut self, pipeline: &'a Pipeline) {
        let called = inline_partial(pipeline).map(|(name, context)| (name, context, self.find_partial(name)));
        match called {
            Some((_, _, Some((body, _)))) if returns(body) => {}
            Some((name, context, found)) => {
                let context = context.map_or(Origin::Nil.into(), |context| self.expr(context));
                return match found {
                    Some((body, defines)) => self.call(name, context, body, defines),
                    None if self.adds_nothing(name, self.partials.get(name).is_some()) => {}
                    None => {
                        let opaque = self.opaque(&[context]);
                        self.emit(&opaque);
                    }
                };
            }
            None => {}
        }
        let value = self.pipeline(pipeline);
        if pipeline.variables.is_empty() {
            self.output.take(&value, self.conditions.len() == self.held);
            self.emit(&value);
        }
    }

    /// A partial's body, if it can be followed: it exists, is read, and we are not in it already.
    fn find_partial(&self, name: &str) -> Option<(&'a [Node], &'a Defines)> {
        if !self.may_call(name) {
            return None;
        }
        let mut names = ["_partials/", "partials/"].iter().filter(|_| !self.defines.is_empty());
        if let Some(body) = names.find_map(|root| self.defines.get(&[root, name].concat())) {
            return Some((body, self.defines));
        }
        let template = self.partials.get(name).filter(|template| template.problem.is_none())?;
        Some((&template.nodes, &template.defines))
    }

    /// Whether a template or partial is followed: we are not too deep in others, nor in it already. Page templates print
    /// trees of pages, in which the second call may print other ids than the first; all others are like the second.
    /// Where it is known which way is taken, so it is that the calls come to an end.
    pub(super) fn may_call(&self, name: &str) -> bool {
        let is_sure = self.known.is_some() && self.conditions.len() == self.held;
        let (depth, times) = match self.layout {
            _ if is_sure => (2 * DEPTH, DEPTH),
            true => (2 * DEPTH, 2),
            false => (DEPTH, 1),
        };
        self.calls.len() < depth && self.calls.iter().filter(|call| *call == name).count() < times
    }

    /// Whether a page template's call of what cannot be followed prints no ids that are not known: it is in that
    /// already, or Hugo brings it along.
    fn adds_nothing(&mut self, name: &str, exists: bool) -> bool {
        let called = self.calls.iter().filter(|call| *call == name).count();
        let is_known = exists && called > 1 && self.calls.len() < 2 * DEPTH;
        let bare = name.trim_start_matches("_internal/").trim_end_matches(".html");
        let is_hugos = !exists && EMBEDDED_PARTIALS.contains(&bare);
        if self.layout && is_hugos && bare == "disqus" {
            self.print("<div id=\"disqus_thread\"></div>", None);
        }
        self.layout && (is_known || is_hugos)
    }

    /// Runs another body with its own dot and variables; its output is ours.
    pub(super) fn call(&mut self, name: &str, context: Value, body: &'a [Node], defines: &'a Defines) {
        let dot = std::mem::replace(&mut self.dot, context.clone());
        let root = std::mem::replace(&mut self.root, context);
        let frame = std::mem::replace(&mut self.frame, self.variables.len());
        let outer = std::mem::replace(&mut self.defines, defines);
        let round = self.round.take();
        self.calls.push(name.to_owned());
        self.nodes(body);
        self.calls.pop();
        self.round = round;
        (self.dot, self.root, self.frame, self.defines) = (dot, root, frame, outer);
    }

    /// `partial` inside an expression: what it returns, or its output as something unknown.
    pub(super) fn partial(&mut self, args: &[Value]) -> Value {
        let context = args.get(1).cloned().unwrap_or_else(|| Origin::Nil.into());
        let name = args.first().and_then(Value::literal).unwrap_or_default();
        let Some((body, defines)) = self.find_partial(name) else {
            return self.opaque(args.get(1..).unwrap_or_default());
        };
        let html = std::mem::take(&mut self.html);
        let out = std::mem::take(&mut self.facts.out);
        let (pieces, printed) = (self.facts.pieces.take(), self.facts.printed);
        let (returned, has_returned) = (self.returned.take(), std::mem::take(&mut self.has_returned));
        let held = std::mem::replace(&mut self.held, self.conditions.len());
        let outer = std::mem::take(&mut self.output);
        self.call(name, context, body, defines);
        (self.has_returned, self.held) = (has_returned, held);
        let output = std::mem::replace(&mut self.output, outer);
        self.html = html;
        self.facts.out = out;
        (self.facts.pieces, self.facts.printed) = (pieces, printed);
        let result = std::mem::replace(&mut self.returned, returned);
        let result = result.or_else(|| output.address()).unwrap_or_else(|| Origin::Other.into());
        if self.lost { result.union(&Origin::Other.into()) } else { result }
    }

    pub(super) fn return_value(&mut self, value: Value) {
        self.has_returned = self.known.is_some() && self.conditions.len() == self.held;
        self.returned = Some(match self.returned.take() {
            Some(old) => old.union(&value),
            None => value,
        });
    }

    /// What is left of values that go where we cannot follow.
    pub(super) fn opaque(&mut self, args: &[Value]) -> Value {
        let mut all = Value::from(Origin::Opaque);
        // It may divide a list.
        self.facts.doubtful |= self.in_lists();
        for arg in args {
            self.facts.opaque |= arg.any(|leaf| matches!(leaf, Origin::Context | Origin::Adapter));
            self.consume(arg);
            self.facts.inner_escapes |= arg.any(is_inner);
            all = all.union(&arg.derived());
        }
        all
    }

    /// Notes that something looks at `.Params` as a whole.
    pub(super) fn consume(&mut self, value: &Value) {
        self.facts.all_parameters |=
            value.any(|leaf| matches!(leaf, Origin::Params | Origin::EachArgument | Origin::AnyArgument));
    }

    pub(super) fn read(&mut self, param: Param) -> Value {
        if let Some(value) = self.known_argument(&param) {
            return value;
        }
        self.facts.parameters.entry(param.clone()).or_default();
        Origin::Argument(param, Exactness::Exact).into()
    }

    /// Notes that the arguments in `value` are looked up, and gives them back.
    pub(super) fn look_up(&mut self, lookup: Lookup, value: &Value) -> Vec<Param> {
        self.consume(value);
        let mut params = Vec::new();
        let whole = |origin: &Origin| match origin {
            Origin::Concat(..) | Origin::Dict(_) => Value::from(origin.clone()).derived(),
            other => other.clone().into(),
        };
        value.flat_map(whole).leaves(&mut |leaf| {
            let (param, exactness) = match leaf {
                Origin::Argument(param, exactness) => (param, *exactness),
                Origin::Url(param) | Origin::UrlPath(param) => (param, Exactness::Exact),
                Origin::Unrooted(param) => (param, Exactness::Derived),
                _ => return,
            };
            let role = match lookup {
                Lookup::Page => Role::PageLookup,
                Lookup::Reference => Role::PageReference,
                Lookup::PageResource | Lookup::SectionResource | Lookup::GlobalResource => {
                    Role::ResourceReference
                }
            };
            let known =
                self.facts.parameters.entry(param.clone()).or_default().entry(role).or_insert(exactness);
            *known = exactness.or(*known);
            params.push((param.clone(), exactness == Exactness::Exact));
        });
        for (_, exact) in &params {
            let conditions = self.conditions.clone();
            self.facts.lookups.push(Looked { lookup, exact: *exact, conditions });
        }
        params.into_iter().map(|(param, _)| param).collect()
    }

    pub(super) fn pipeline(&mut self, pipeline: &'a Pipeline) -> Value {
        let mut value = None;
        // What stands behind `return` is a pipeline of its own. Hugo: `tpl/tplimpl/templatetransform.go`.
        let is_return = |head: &Expr| matches!(head, Expr::Function(name) if name == "return");
        let first = pipeline.commands.first().map_or(&[][..], |command| &command.operands);
        let returned = first.split_first().filter(|(head, rest)| is_return(head) && !rest.is_empty());
        for (at, command) in pipeline.commands.iter().enumerate() {
            let operands = returned.filter(|_| at == 0).map_or(&command.operands[..], |(_, rest)| rest);
            value = Some(self.command(operands, value));
        }
        let mut value = value.unwrap_or_else(|| Origin::Other.into());
        if returned.is_some() {
            value = self.function("return", &[value]);
        }
        for name in &pipeline.variables {
            if pipeline.assigns {
                self.assign(name, &value);
            } else {
                self.declare(name, value.clone());
            }
        }
        value
    }

    pub(super) fn declare(&mut self, name: &'a str, value: Value) {
        let conditions = self.conditions.len();
        self.variables.push(Variable { name, value, conditions });
    }

    pub(super) fn assign(&mut self, name: &str, value: &Value) {
        let Some(variable) = self.variables[self.frame..].iter_mut().rev().find(|known| known.name == name)
        else {
            return;
        };
        let since = self.conditions.get(variable.conditions..).unwrap_or_default();
        // `$flag = true` under a condition: the flag is the condition.
        let value = match value.only() {
            Some(Origin::Bool(true)) if !since.is_empty() => Origin::Check(Rc::new(since.to_vec())).into(),
            Some(Origin::Bool(false)) if !since.is_empty() => {
                Origin::Check(Rc::new(Condition::negate(since))).into()
            }
            _ => value.clone(),
        };
        variable.value = value;
    }

    fn variable(&self, name: &str) -> Value {
        if name == "$" {
            return self.root.clone();
        }
        let known = self.variables[self.frame..].iter().rev().find(|known| known.name == name);
        known.map_or_else(|| Origin::Other.into(), |known| known.value.clone())
    }

    fn command(&mut self, operands: &'a [Expr], piped: Option<Value>) -> Value {
        let Some((head, operands)) = operands.split_first() else { return Origin::Other.into() };
        let decides = match head {
            Expr::Function(name) if self.known.is_some() => match name.as_str() {
                "and" => Some(false),
                "or" => Some(true),
                _ => None,
            },
            _ => None,
        };
        let mut args = Vec::with_capacity(operands.len() + 1);
        let mut is_sure = true;
        for operand in operands {
            let arg = self.expr(operand);
            // Go looks at no more of them than it needs.
            let holds = decides.and_then(|_| truth(&arg));
            if is_sure && holds.is_some() && holds == decides {
                return arg;
            }
            is_sure &= holds.is_some();
            args.push(arg);
        }
        args.extend(piped);
        self.apply(head, &args)
    }

    fn expr(&mut self, expr: &'a Expr) -> Value {
        self.apply(expr, &[])
    }

    fn apply(&mut self, head: &'a Expr, args: &[Value]) -> Value {
        match head {
            Expr::Dot => self.dot.clone(),
            Expr::Nil => Origin::Nil.into(),
            Expr::Bool(value) => Origin::Bool(*value).into(),
            Expr::Number(text) | Expr::Str(text) => Origin::Literal(text.as_str().into()).into(),
            Expr::Field(path) => self.access(self.dot.clone(), path, args),
            Expr::Variable(name, path) => self.access(self.variable(name), path, args),
            Expr::Function(name) => self.function(name, args),
            Expr::Paren(pipeline) => self.pipeline(pipeline),
            Expr::Chain(base, path) => {
                let base = self.expr(base);
                self.access(base, path, args)
            }
        }
    }

    /// The fields `path` of `base`; the last one may be a method with arguments.
    pub(super) fn access(&mut self, base: Value, path: &[String], args: &[Value]) -> Value {
        let mut value = base;
        for (at, name) in path.iter().enumerate() {
            let args = if at + 1 == path.len() { args } else { &[] };
            value = match value.only() {
                Some(origin) => self.field(origin, name, args),
                None => {
                    let all = value.origins().iter();
                    all.flat_map(|origin| self.field(origin, name, args).origins().to_vec()).collect()
                }
            };
        }
        value
    }
}

/// The name and context of a partial whose output goes straight to that of the caller.
fn inline_partial(pipeline: &Pipeline) -> Option<(&str, Option<&Expr>)> {
    let (first, rest) = pipeline.commands.split_first()?;
    let [head, Expr::Str(name), context @ ..] = first.operands.as_slice() else { return None };
    let is_safe = |command: &Command| {
        let [head] = command.operands.as_slice() else { return false };
        function_name(head).is_some_and(|name| matches!(name, "safeHTML" | "chomp"))
    };
    let is_partial = matches!(function_name(head)?, "partial" | "partialCached");
    (is_partial && pipeline.variables.is_empty() && rest.iter().all(is_safe))
        .then(|| (name.as_str(), context.first()))
}

pub(super) fn is_inner(origin: &Origin) -> bool {
    matches!(
        origin,
        Origin::Inner | Origin::InnerText | Origin::InnerMarkdown | Origin::InnerCode | Origin::InnerChanged
    )
}
