//! Conditions and loops: every way is taken, and what they leave is joined.

use std::rc::Rc;

use super::{
    Piece,
    collections::REST,
    interpret::{INNER, Interpreter, UNKNOWN, Variable},
    known::{literal, truth},
    layout::may_have_any_id,
    parse::{BranchKind, Jump, Node, Pipeline},
    value::{Condition, Fact, Origin, Value},
};

impl<'a> Interpreter<'a> {
    pub(super) fn branch(
        &mut self,
        kind: BranchKind,
        pipeline: &'a Pipeline,
        then: &'a [Node],
        otherwise: &'a [Node],
    ) {
        let (doubtful, round) = (self.doubtful, self.round);
        self.ways(kind, pipeline, then, otherwise);
        self.round = round;
        // `break` and `continue` reach no further.
        if kind == BranchKind::Range {
            self.doubtful = doubtful;
        }
    }

    fn ways(&mut self, kind: BranchKind, pipeline: &'a Pipeline, then: &'a [Node], otherwise: &'a [Node]) {
        let scope = self.variables.len();
        let value = self.pipeline(pipeline);
        if self.known.is_some() && self.known_branch(kind, &value, pipeline, (then, otherwise)) {
            self.variables.truncate(scope);
            return;
        }
        if kind == BranchKind::Range {
            self.round = None;
        }
        if kind == BranchKind::Range && self.attributes(&value, pipeline, then) {
            return self.variables.truncate(scope);
        }
        let (inside, outside) = match kind {
            BranchKind::If => (value.conditions(), Condition::negate(&value.conditions())),
            BranchKind::With if value.any(|leaf| matches!(leaf, Origin::Check(_))) => {
                (value.conditions(), Condition::negate(&value.conditions()))
            }
            BranchKind::With => (vec![Condition::OTHER], vec![Condition::OTHER]),
            BranchKind::Range if self.known.is_some() => (vec![Condition::OTHER], vec![Condition::OTHER]),
            BranchKind::Range => (Vec::new(), vec![Condition::OTHER]),
        };
        let dot = match kind {
            BranchKind::If => self.dot.clone(),
            BranchKind::With => value.clone(),
            BranchKind::Range => self.range(&value, pipeline),
        };
        if let (Some(matches), [Condition { fact: Fact::Match(_), holds }]) =
            (self.assumed, inside.as_slice())
        {
            let (conditions, nodes) = if *holds == matches { (inside, then) } else { (outside, otherwise) };
            self.under(conditions, dot, nodes);
            return self.variables.truncate(scope);
        }
        let before = self.html.clone();
        let out = std::mem::take(&mut self.facts.out);
        let pieces = self.facts.pieces.clone();
        let dead = value.is_false();
        // Those of callers stay what they are.
        let frame = self.frame;
        let values: Vec<Value> = self.variables[frame..].iter().map(|known| known.value.clone()).collect();
        if !dead {
            self.under(inside.clone(), dot.clone(), then);
        }
        // In the next round, variables hold what this one left.
        let is_left = |(known, before): (&Variable<'_>, &Value)| known.value != *before;
        if self.layout
            && kind == BranchKind::Range
            && self.variables[frame..].iter().zip(&values).any(is_left)
        {
            for (known, before) in self.variables[frame..].iter_mut().zip(&values) {
                known.value = known.value.clone().union(before);
            }
            self.html.clone_from(&before);
            self.under(inside, dot, then);
        }
        let swap = |(known, value): (&mut Variable<'_>, Value)| std::mem::replace(&mut known.value, value);
        let changed: Vec<Value> = self.variables[frame..].iter_mut().zip(values).map(swap).collect();
        let printed = std::mem::take(&mut self.facts.out);
        let first = std::mem::replace(&mut self.html, before.clone());
        self.under(outside, self.dot.clone(), otherwise);
        let alternative = std::mem::replace(&mut self.facts.out, out);
        if dead {
            self.facts.out.push_str(&alternative);
        } else {
            for (known, value) in self.variables[frame..].iter_mut().zip(changed) {
                known.value = value.union(&known.value);
            }
            let second = std::mem::replace(&mut self.html, first);
            self.html.join(&before, &second);
            self.facts.out.push_str(&merge(printed, alternative, before.in_text()));
            if self.facts.pieces != pieces {
                self.facts.pieces = pieces.filter(|_| !self.facts.out.contains(INNER));
                self.facts.pieces.iter_mut().for_each(|pieces| pieces.push(Piece::Unknown));
            }
        }
        self.variables.truncate(scope);
    }

    /// Prints the attributes that a dictionary holds one by one, so that each has its name, unless that would change
    /// variables; whether it did. Any of them may be missing.
    fn attributes(&mut self, value: &Value, pipeline: &'a Pipeline, then: &'a [Node]) -> bool {
        let Some(Origin::Dict(entries)) = value.only() else { return false };
        let [key, name] = pipeline.variables.as_slice() else { return false };
        if entries.is_empty() || self.html.in_text() || assigns(then) {
            return false;
        }
        let pieces = self.facts.pieces.clone();
        for (own, value) in entries.iter().filter(|(own, _)| *own != REST) {
            let scope = self.variables.len();
            self.declare(key, Origin::Literal(own.into()).into());
            self.declare(name, value.clone());
            self.under(vec![Condition::OTHER], value.clone(), then);
            self.variables.truncate(scope);
        }
        self.facts.pieces = pieces.filter(|_| !self.facts.out.contains(INNER));
        self.facts.pieces.iter_mut().for_each(|pieces| pieces.push(Piece::Unknown));
        true
    }

    /// Runs the one way that is taken where the condition is known, and every round of a loop; whether it is.
    fn known_branch(
        &mut self,
        kind: BranchKind,
        value: &Value,
        pipeline: &'a Pipeline,
        (then, otherwise): (&'a [Node], &'a [Node]),
    ) -> bool {
        let all_arguments = if kind == BranchKind::Range { self.all_arguments(value) } else { None };
        let Some(holds) = truth(value).or(all_arguments.as_ref().map(|all| !all.is_empty())) else {
            return false;
        };
        let rounds = match (kind, value.only()) {
            (BranchKind::Range, Some(Origin::Params)) => all_arguments.unwrap_or_default(),
            (BranchKind::Range, Some(Origin::Fixed(fixed))) if pipeline.variables.len() < 2 => {
                let no_key = Value::from(Origin::Nil);
                fixed.elements().map(|element| (no_key.clone(), element.clone())).collect()
            }
            (BranchKind::Range, Some(Origin::Fixed(fixed))) => fixed.items(),
            (BranchKind::Range, Some(Origin::Dict(entries)))
                if !entries.contains_key(REST) && !self.is_hook =>
            {
                entries.iter().map(|(key, value)| (literal(key), value.clone())).collect()
            }
            (BranchKind::Range, Some(Origin::Nil)) => Vec::new(),
            (BranchKind::Range, Some(Origin::Pages(listing)))
                if listing.pages.is_empty() || listing.is_ordered && !self.layout =>
            {
                let all = listing.pages.iter().enumerate();
                all.map(|(at, page)| (literal(&at.to_string()), Origin::Instance(*page).into())).collect()
            }
            (BranchKind::Range, _) => return false,
            _ if holds => vec![(Origin::Nil.into(), value.clone())],
            _ => Vec::new(),
        };
        if rounds.is_empty() {
            self.under(Vec::new(), self.dot.clone(), otherwise);
        }
        for (key, element) in rounds {
            let scope = self.variables.len();
            if kind == BranchKind::Range {
                let last = pipeline.variables.last();
                for name in &pipeline.variables {
                    let value = if Some(name) == last { &element } else { &key };
                    self.declare(name, value.clone());
                }
            }
            if kind == BranchKind::Range {
                self.round = Some(self.conditions.len());
            }
            let dot = if kind == BranchKind::If { self.dot.clone() } else { element };
            self.under(Vec::new(), dot, then);
            self.variables.truncate(scope);
            if kind == BranchKind::Range && self.jump.take() == Some(Jump::Break) {
                break;
            }
        }
        true
    }

    /// Whether nothing that a call prints here can be of use: its ids are not known anyhow, and its links may not be there.
    pub(super) fn is_of_no_use(&mut self) -> bool {
        if self.conditions.is_empty() || self.known.is_none_or(|known| known.call.is_none()) {
            return false;
        }
        let new = self.facts.sinks.get(self.judged..).unwrap_or_default();
        self.open = self.open || self.facts.opaque || new.iter().any(may_have_any_id);
        self.judged = self.facts.sinks.len();
        self.open
    }

    /// Forgets what these would change.
    pub(super) fn pass_over(&mut self, nodes: &'a [Node]) {
        (self.facts.doubtful, self.lost) = (true, true);
        for node in nodes {
            let (pipeline, inside) = match node {
                Node::Action(pipeline) => (pipeline, [&[][..], &[]]),
                Node::Branch { pipeline, then, otherwise, .. } => (pipeline, [&then[..], &otherwise[..]]),
                _ => continue,
            };
            if pipeline.assigns {
                pipeline.variables.iter().for_each(|name| self.assign(name, &Origin::Other.into()));
            }
            inside.into_iter().for_each(|nodes| self.pass_over(nodes));
        }
    }

    /// Sets a range's variables; gives the element.
    fn range(&mut self, value: &Value, pipeline: &'a Pipeline) -> Value {
        self.consume(value);
        let element = value.flat_map(|origin| match origin {
            Origin::Params | Origin::AnyArgument => Origin::EachArgument.into(),
            Origin::List(param, separator) => Origin::Element(param.clone(), separator.clone()).into(),
            Origin::Lower(inner) => match &**inner {
                Origin::List(param, separator) => {
                    Origin::Lower(Rc::new(Origin::Element(param.clone(), separator.clone()))).into()
                }
                other => Value::from(other.clone()).derived(),
            },
            Origin::Dict(entries) => {
                entries.values().flat_map(|value| value.origins().iter().cloned()).collect()
            }
            Origin::Resources | Origin::ResourcesOf(_) | Origin::SectionResources => {
                Origin::Resource(None).into()
            }
            Origin::Each(value) => (**value).clone(),
            Origin::Nil
            | Origin::Stored
            | Origin::Literal(_)
            | Origin::Resource(_)
            | Origin::OtherPage(_)
            | Origin::PagesOf(_) => origin.clone().into(),
            other => Value::from(other.clone()).derived(),
        });
        if let Some(last) = pipeline.variables.last() {
            // `pipeline` declared them with the whole; the innermost declaration counts.
            for name in &pipeline.variables {
                self.declare(name, if name == last { element.clone() } else { keys(value) });
            }
        }
        element
    }

    /// Runs one branch.
    fn under(&mut self, conditions: Vec<Condition>, dot: Value, nodes: &'a [Node]) {
        let held = self.conditions.len();
        self.conditions.extend(conditions);
        let outer = std::mem::replace(&mut self.dot, dot);
        self.nodes(nodes);
        self.dot = outer;
        self.conditions.truncate(held);
    }
}

/// Whether variables from elsewhere are given other values.
fn assigns(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Action(pipeline) => pipeline.assigns,
        Node::Branch { pipeline, then, otherwise, .. } => {
            pipeline.assigns || assigns(then) || assigns(otherwise)
        }
        _ => false,
    })
}

/// The first variable of a range over dictionaries.
fn keys(value: &Value) -> Value {
    let of = |origin: &Origin| match origin {
        Origin::Dict(entries) if !entries.is_empty() => {
            entries.keys().map(|key| Origin::Literal(key.into())).collect()
        }
        _ => Value::from(Origin::Other),
    };
    value.flat_map(of)
}

/// What two branches print, as far as it is known.
fn merge(first: String, second: String, in_text: bool) -> String {
    if first == second || !in_text {
        return first;
    }
    match (first.contains(INNER), second.contains(INNER)) {
        (true, false) => first,
        (false, true) => second,
        _ => UNKNOWN.to_string(),
    }
}
