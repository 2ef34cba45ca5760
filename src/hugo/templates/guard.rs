//! Conditions that compare a shortcode's arguments with something that differs between readers.

use std::rc::Rc;

use super::{
    Exactness, Guard, GuardArguments, PageGuard, PageText, Param, Partials, Selector,
    interpret::Interpreter,
    parse::{BranchKind, Expr, Node, Pipeline, Template, parse},
    value::{Condition, Fact, Origin, Value},
};

/// One side of a comparison.
enum Side {
    Selector(Selector),
    All,
    /// The argument, its separator if this is the whole list or a piece of it, and whether it is the whole.
    Argument(Param, Option<String>, bool),
}

fn side(origin: &Origin) -> Option<(Side, bool)> {
    Some(match origin {
        Origin::Lower(inner) => (side(inner)?.0, true),
        Origin::SiteParam(path) if !path.is_empty() => {
            (Side::Selector(Selector::SiteParam(path.clone())), false)
        }
        Origin::PageParam(path) if !path.is_empty() => {
            (Side::Selector(Selector::PageParam(path.clone())), false)
        }
        Origin::Concat(parts, _) => (Side::Selector(page_text(parts)?), false),
        Origin::EitherParam(path) => (Side::Selector(Selector::Param(path.clone())), false),
        Origin::Environment => (Side::Selector(Selector::Environment), false),
        Origin::Language => (Side::Selector(Selector::Language), false),
        Origin::Dimension(own) => (Side::Selector(Selector::Dimension(*own)), false),
        Origin::Params | Origin::EachArgument => (Side::All, false),
        Origin::Argument(param, Exactness::Exact) => (Side::Argument(param.clone(), None, true), false),
        Origin::List(param, separator) => {
            (Side::Argument(param.clone(), Some(separator.clone()), true), false)
        }
        Origin::Element(param, separator) => {
            (Side::Argument(param.clone(), Some(separator.clone()), false), false)
        }
        _ => return None,
    })
}

/// `eq a b`, or `in a b` when `searches`: what it says about the reader, if it does.
pub(super) fn compare(a: &Value, b: &Value, searches: bool) -> Option<Guard> {
    let (left, left_lower) = sides(a)?;
    let (right, right_lower) = sides(b)?;
    let (arguments, selector, arguments_first) = match (selector(&left), selector(&right)) {
        (None, Some(selector)) => (left, selector, true),
        (Some(selector), None) => (right, selector, false),
        _ => return None,
    };
    let mut guard = Guard {
        selector,
        arguments: GuardArguments::All,
        separator: None,
        shows: true,
        ignores_case: left_lower || right_lower,
        substring: false,
    };
    let mut listed = Vec::new();
    for side in arguments {
        match side {
            Side::All => return Some(guard),
            Side::Argument(param, separator, whole) => {
                // `eq (split …) S` compares a list with a string.
                if whole && separator.is_some() && !searches {
                    return None;
                }
                guard.substring |= searches && arguments_first && separator.is_none();
                guard.separator = separator;
                listed.push(param);
            }
            Side::Selector(_) => return None,
        }
    }
    guard.arguments = GuardArguments::Listed(listed);
    Some(guard)
}

/// `in .Params.disabled site.Params.region`: what it says about the page, if it does.
pub(super) fn compare_page(a: &Value, b: &Value) -> Option<Fact> {
    let (a, b) = (selector(&sides(a)?.0)?, selector(&sides(b)?.0)?);
    match (a, b) {
        (Selector::PageParam(_), Selector::PageParam(_)) => None,
        (Selector::PageParam(key), selector) | (selector, Selector::PageParam(key)) => {
            Some(Fact::Page(PageGuard { key, selector, shows: true }))
        }
        _ => None,
    }
}

/// A value that is true if all of these hold.
pub(super) fn check(conditions: Vec<Condition>) -> Value {
    Origin::Check(Rc::new(conditions)).into()
}

/// `eq`, `ne` and `in`.
pub(super) fn comparison(name: &str, args: &[Value]) -> Value {
    let [a, rest @ ..] = args else { return check(vec![Condition::OTHER]) };
    // `eq $flag false`
    if let (Some(Origin::Bool(value)), true) = (rest.first().and_then(Value::only), name != "in") {
        let conditions = a.conditions();
        return check(if *value == (name == "eq") { conditions } else { Condition::negate(&conditions) });
    }
    let fact = match rest {
        [b] => compare(a, b, name == "in").map(Fact::Match).or_else(|| compare_page(a, b)),
        _ => None,
    };
    check(match fact {
        Some(fact) => vec![Condition { fact, holds: name != "ne" }],
        None => vec![Condition::OTHER],
    })
}

/// `hasPrefix`
pub(super) fn prefix(args: &[Value]) -> Value {
    let [text, prefix] = args else { return check(vec![Condition::OTHER]) };
    let subject = |leaf: &Origin| {
        matches!(leaf, Origin::Argument(_, Exactness::Exact) | Origin::Url(_) | Origin::UrlPath(_))
    };
    match prefix.literal() {
        Some(prefix) if text.origins().iter().all(subject) => {
            check(vec![Condition { fact: Fact::Prefix(prefix.to_owned()), holds: true }])
        }
        _ => check(vec![Condition::OTHER]),
    }
}

/// The `if` that `template` starts with, before it prints anything: what it asks, and its two branches.
fn first_if<'a>(
    template: &'a Template,
    context: Value,
    partials: &'a Partials,
) -> Option<(Vec<Condition>, &'a [Node], &'a [Node])> {
    let mut interpreter = Interpreter::new(template, context, partials);
    for node in &template.nodes {
        match node {
            Node::Text(text, _) if text.trim().is_empty() => {}
            Node::Action(pipeline) if !pipeline.variables.is_empty() => _ = interpreter.pipeline(pipeline),
            Node::Branch { kind: BranchKind::If, pipeline, then, otherwise } => {
                return Some((interpreter.pipeline(pipeline).conditions(), then, otherwise));
            }
            _ => return None,
        }
    }
    None
}

/// The condition that a page's layout starts with, if one branch shows the page and the other does not.
pub fn page_guard(text: &str, partials: &Partials) -> Option<PageGuard> {
    let template = parse(text);
    let (conditions, then, otherwise) = first_if(&template, Origin::Page.into(), partials)?;
    let [Condition { fact: Fact::Page(guard), holds }] = conditions.as_slice() else { return None };
    let (then, otherwise) = (body(then), body(otherwise));
    (then != otherwise && template.problem.is_none())
        .then(|| PageGuard { shows: (then > otherwise) == *holds, ..guard.clone() })
}

/// How much of a page these nodes show: 2 with `.Content` or another template's block, 1 with a partial, 0.
fn body(nodes: &[Node]) -> u8 {
    let content = |operand: &Expr| match operand {
        Expr::Field(path) | Expr::Variable(_, path) if path.iter().any(|name| name == "Content") => 2,
        Expr::Function(name) if name.starts_with("partial") => 1,
        _ => 0,
    };
    let pipeline = |pipeline: &Pipeline| {
        pipeline.commands.iter().flat_map(|command| &command.operands).map(content).max().unwrap_or(0)
    };
    let node = |node: &Node| match node {
        Node::Text(..) | Node::Jump(_) => 0,
        Node::Action(action) => pipeline(action),
        Node::Branch { pipeline: condition, then, otherwise, .. } => {
            pipeline(condition).max(body(then)).max(body(otherwise))
        }
        Node::Template { .. } => 2,
    };
    nodes.iter().map(node).max().unwrap_or(0)
}

fn sides(value: &Value) -> Option<(Vec<Side>, bool)> {
    let mut lower = false;
    let mut sides = Vec::new();
    // A fallback (`default "JP" …`) does not change what is compared.
    for origin in value.origins().iter().filter(|origin| !matches!(origin, Origin::Literal(_) | Origin::Nil))
    {
        let (side, lowered) = side(origin)?;
        lower |= lowered;
        sides.push(side);
    }
    (!sides.is_empty()).then_some((sides, lower))
}

fn selector(sides: &[Side]) -> Option<Selector> {
    match sides {
        [Side::Selector(selector)] => Some(selector.clone()),
        [_, _, ..] => {
            let texts = sides.iter().map(|side| match side {
                Side::Selector(Selector::PageParam(path)) => Some(vec![vec![PageText::Param(path.clone())]]),
                Side::Selector(Selector::PageTexts(texts)) => Some(texts.clone()),
                _ => None,
            });
            Some(Selector::PageTexts(texts.collect::<Option<Vec<_>>>()?.concat()))
        }
        _ => None,
    }
}

/// `print .Page.Params.product "/" .Page.Params.version`
fn page_text(parts: &[Value]) -> Option<Selector> {
    let parts = parts.iter().map(|part| match part.only()? {
        Origin::Literal(text) => Some(PageText::Literal(text.to_string())),
        Origin::PageParam(path) if !path.is_empty() => Some(PageText::Param(path.clone())),
        _ => None,
    });
    Some(Selector::PageTexts(vec![parts.collect::<Option<Vec<_>>>()?]))
}

/// `or a b …`: several comparisons with the same selector are one.
pub(super) fn any_of(args: &[Value]) -> Option<Value> {
    let mut merged: Option<Guard> = None;
    for arg in args {
        let conditions = arg.conditions();
        let [Condition { fact: Fact::Match(guard), holds: true }] = conditions.as_slice() else {
            return None;
        };
        merged = Some(match merged {
            None => guard.clone(),
            Some(mut all) => {
                let (a, b) = (&mut all.arguments, &guard.arguments);
                match (a, b) {
                    (GuardArguments::Listed(a), GuardArguments::Listed(b)) => a.extend_from_slice(b),
                    (a, _) => *a = GuardArguments::All,
                }
                if all.selector != guard.selector || all.separator != guard.separator {
                    return None;
                }
                all
            }
        });
    }
    let fact = Fact::Match(merged?);
    Some(Origin::Check(Rc::new(vec![Condition { fact, holds: true }])).into())
}
