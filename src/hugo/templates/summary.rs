//! From what a template prints to what is worth knowing about it.

use std::collections::BTreeSet;

use super::{
    Constant, Exactness, Guard, IdPattern, InnerUse, Output, Param, Partials, Piece, Renderer, Role, Summary,
    html::{Part, Place, Sink},
    interpret::{Facts, INNER, UNKNOWN, is_inner},
    parse::{Command, Expr, Node, Pipeline, Template, parse},
    run::{run, run_assuming, run_given},
    stored::{Flow, Scope, Stores},
    value::{Condition, Fact, Origin, Value},
};

/// What the shortcode template `text` does.
pub fn summarize(text: &str, partials: &Partials) -> Summary {
    sketch(&parse(text), partials).0
}

/// The same, with what the template stores for other shortcodes, which stays unknown here.
pub(super) fn sketch(template: &Template, partials: &Partials) -> (Summary, Flow) {
    if let Some(problem) = template.problem.clone() {
        let summary = Summary {
            all_parameters: true,
            opaque: true,
            inner_use: InnerUse::Unknown,
            unknown_anchors: true,
            problem: Some(problem),
            ..Summary::default()
        };
        return (summary, Flow::default());
    }
    let mut facts = run(template, Origin::Context.into(), partials);
    let mut flow = std::mem::take(&mut facts.flow);
    flow.ids = facts.sinks.iter().any(is_stored_id);
    let mut summary = from_facts(template, facts);
    summary.reads_store = flow.reads.iter().any(|(scope, _)| *scope == Scope::Own);
    if let Some(guard) = summary.guard.as_ref().filter(|_| !summary.opaque) {
        let printed = |holds| run_assuming(template, Origin::Context.into(), partials, holds).pieces;
        summary.branches = [printed(guard.shows), printed(!guard.shows)];
    }
    (summary, flow)
}

/// What a template does with what another one stored.
pub(super) fn summarize_given(template: &Template, partials: &Partials, given: &Stores) -> Summary {
    from_facts(template, run_given(template, Origin::Context.into(), partials, Some(given)))
}

fn from_facts(template: &Template, facts: Facts) -> Summary {
    let mut summary = Summary {
        inner: Some(uses_inner(template)),
        legacy: legacy(template),
        inner_use: inner_use(&facts),
        renderer: match (facts.by_home, facts.by_page) {
            (false, _) => Renderer::Page,
            (true, false) => Renderer::Home,
            (true, true) => Renderer::Either,
        },
        guard: guard(&facts.sinks),
        output: output(&facts),
        unknown_anchors: facts.opaque,
        opaque: facts.opaque,
        all_parameters: facts.all_parameters,
        unknown_terms: facts.defines_terms,
        parameters: facts.parameters,
        ..Summary::default()
    };
    (summary.before_inner, summary.after_inner) = around_inner(&facts.out);
    for sink in facts.sinks.iter().filter(|sink| !is_stored_id(sink)) {
        summary.add(sink);
    }
    // Whatever else is made of an argument: where it is printed as it is in any case, that is a link.
    for (param, role) in facts.sinks.iter().filter_map(certain_link) {
        if let Some(roles) = summary.parameters.get_mut(param) {
            roles.insert(role, Exactness::Exact);
        }
    }
    summary
}

/// The argument that is all of a link's destination in any case.
fn certain_link(sink: &Sink) -> Option<(&Param, Role)> {
    let Place::Attribute(tag, name) = &sink.place else { return None };
    let role = role_of(tag, name).filter(|role| *role == Role::LinkDestination)?;
    let mut parts = sink.parts.iter().filter(|part| **part != Part::Literal(String::new()));
    match (parts.next()?.value()?.only()?, parts.next()) {
        (Origin::Argument(param, Exactness::Exact), None) if sink.conditions.is_empty() => {
            Some((param, role))
        }
        _ => None,
    }
}

/// Whether an id is made of what other shortcodes stored, and of nothing else that is unknown.
fn is_stored_id(sink: &Sink) -> bool {
    let Place::Attribute(tag, name) = &sink.place else { return false };
    let known =
        |leaf: &Origin| matches!(leaf, Origin::Stored | Origin::Literal(_) | Origin::Nil | Origin::Bool(_));
    let mut values = sink.parts.iter().filter_map(Part::value);
    role_of(tag, name) == Some(Role::Id)
        && values.clone().any(|value| value.any(|leaf| *leaf == Origin::Stored))
        && values.all(|value| !value.any(|leaf| !known(leaf)))
}

/// Whether a text starts as a Markdown heading does.
fn starts_heading(text: &str) -> bool {
    let text = text.trim_start();
    let rest = text.trim_start_matches('#');
    (1..=6).contains(&(text.len() - rest.len())) && rest.starts_with([' ', '\t'])
}

impl Summary {
    fn add(&mut self, sink: &Sink) {
        match &sink.place {
            Place::Heading => self.headings = true,
            Place::MarkdownHeading => self.add_heading(&sink.parts),
            Place::Hidden => {}
            Place::Tag(_) => self.unknown_anchors |= !sink.parts.iter().all(constant),
            Place::Text => self.add_text(sink),
            Place::Destination { image } => {
                self.add_destination(if *image { Role::MarkdownImage } else { Role::MarkdownLink }, sink);
            }
            Place::Attribute(tag, name) => {
                if let Some(role) = role_of(tag, name) {
                    self.add_destination(role, sink);
                }
            }
        }
    }

    fn add_heading(&mut self, parts: &[Part]) {
        let end = parts.last().and_then(|part| match part {
            Part::Literal(text) => text.trim_end().strip_suffix('}'),
            Part::Value(_) => None,
        });
        let id = end.and_then(|text| text.rsplit_once("{#")).and_then(|(_, id)| id.split_whitespace().next());
        match (id, parts) {
            (Some(id), _) => {
                let (before, after) = (id.to_owned(), String::new());
                self.anchors.insert(IdPattern { before, param: None, after });
            }
            (None, [Part::Literal(text)]) => _ = self.heading_texts.insert(text.trim().to_owned()),
            _ => self.unknown_headings = true,
        }
    }

    fn add_text(&mut self, sink: &Sink) {
        for value in sink.parts.iter().filter_map(Part::value) {
            value.leaves(&mut |leaf| match leaf {
                Origin::Argument(param, exactness) => self.reach(param, Role::Text, *exactness),
                Origin::Rendered(param) => self.reach(param, Role::Markdown, Exactness::Exact),
                Origin::Content => {
                    self.transcludes = true;
                    self.unknown_anchors = true;
                }
                Origin::Opaque => self.unknown_anchors = true,
                // A pattern: texts that are printed as they are written are read with what stands round them.
                Origin::Literal(text) if starts_heading(text) => self.unknown_headings = true,
                _ => {}
            });
        }
    }

    fn add_destination(&mut self, role: Role, sink: &Sink) {
        let is_computed = |leaf: &Origin| {
            matches!(
                leaf,
                Origin::Other | Origin::SiteParam(_) | Origin::PageParam(_) | Origin::EitherParam(_)
            )
        };
        let mut values = sink.parts.iter().filter_map(Part::value);
        self.computed_links |= role == Role::LinkDestination && values.any(|value| value.any(is_computed));
        let parts: Vec<&Part> =
            sink.parts.iter().filter(|part| **part != Part::Literal(String::new())).collect();
        match parts.as_slice() {
            [] => {}
            [Part::Literal(text)] => self.add_constant(role, text, sink),
            [Part::Value(value)] => {
                for origin in value.origins() {
                    self.add_origin(role, origin, sink);
                }
            }
            parts => {
                let values = || parts.iter().filter_map(|part| part.value());
                // Each of several images stands for itself.
                let is_set = matches!(&sink.place, Place::Attribute(_, name) if name == "srcset");
                let is_found = |leaf: &Origin| matches!(leaf, Origin::FoundResource(_));
                for value in values() {
                    value.leaves(&mut |leaf| match is_set && is_found(leaf) {
                        true => self.add_origin(role, leaf, sink),
                        false => self.add_origin(role, &reduced(leaf), sink),
                    });
                }
                if role == Role::Id {
                    match id_pattern(parts) {
                        Some(pattern) => _ = self.anchors.insert(pattern),
                        None => self.unknown_anchors = true,
                    }
                }
            }
        }
    }

    fn add_origin(&mut self, role: Role, origin: &Origin, sink: &Sink) {
        match origin {
            Origin::Literal(text) if !text.is_empty() => self.add_constant(role, text, sink),
            Origin::Argument(param, exactness) => {
                self.reach(param, role, *exactness);
                if role == Role::Id && *exactness == Exactness::Exact {
                    let (before, after) = (String::new(), String::new());
                    self.anchors.insert(IdPattern { before, param: Some(param.clone()), after });
                } else if role == Role::Id {
                    self.unknown_anchors |= sink.parts.len() == 1;
                }
            }
            Origin::FoundResource(Some(param)) | Origin::FoundPage(Some(param)) => self.find(param, role),
            Origin::Url(param) => self.reach(param, role, Exactness::Exact),
            Origin::Nil | Origin::Bool(_) | Origin::Literal(_) => {}
            // With its query and fragment: `printf "%s#%s" .RelPermalink $fragment`.
            Origin::Concat(parts, _) if role != Role::Id && found(parts).is_some() => {
                if let Some(param) = found(parts) {
                    self.find(param, role);
                }
            }
            other => {
                self.unknown_anchors |= role == Role::Id && sink.parts.len() == 1;
                Value::from(other.clone()).derived().leaves(&mut |leaf| {
                    if let Origin::Argument(param, exactness) = leaf {
                        self.reach(param, role, *exactness);
                    }
                });
            }
        }
    }

    fn add_constant(&mut self, role: Role, text: &str, sink: &Sink) {
        let image = matches!(role, Role::ImageSource | Role::MediaSource | Role::MarkdownImage);
        let markdown = matches!(role, Role::MarkdownLink | Role::MarkdownImage);
        match (role, sink.span) {
            (Role::Id, _) if !text.is_empty() => {
                self.anchors.insert(IdPattern { before: text.to_owned(), param: None, after: String::new() });
            }
            (Role::Id | Role::AltText | Role::Text, _) | (_, None) => {}
            (_, Some(span)) => {
                let constant = Constant { destination: text.to_owned(), span, markdown };
                if image { &mut self.images } else { &mut self.links }.push(constant);
            }
        }
    }

    /// What `ref` finds is judged as a reference already.
    fn find(&mut self, param: &Param, role: Role) {
        let is_reference =
            self.parameters.get(param).is_some_and(|roles| roles.contains_key(&Role::PageReference));
        self.reach(param, role, if is_reference { Exactness::Derived } else { Exactness::Found });
    }

    fn reach(&mut self, param: &Param, role: Role, exactness: Exactness) {
        // A hook's context is no argument; only what was read as one counts.
        if let Some(roles) = self.parameters.get_mut(param) {
            let known = roles.entry(role).or_insert(exactness);
            // Every id counts by itself, and stands in `anchors`.
            *known = if role == Role::Id { exactness.min(*known) } else { exactness.or(*known) };
        }
    }
}

/// The argument by which something was looked up whose URL a sequence starts with.
fn found(parts: &[Value]) -> Option<&Param> {
    match parts.first()?.origins() {
        [Origin::FoundResource(Some(param)) | Origin::FoundPage(Some(param)), ..] => Some(param),
        [Origin::Concat(parts, _), ..] => found(parts),
        _ => None,
    }
}

/// What an attribute's value is for.
fn role_of(tag: &str, name: &str) -> Option<Role> {
    Some(match (tag, name) {
        (_, "id") | ("a", "name") => Role::Id,
        ("a" | "area", "href") => Role::LinkDestination,
        ("img", "src" | "srcset") => Role::ImageSource,
        ("iframe" | "video" | "audio" | "source" | "embed" | "script" | "track", "src") => Role::MediaSource,
        ("source", "srcset") | ("video", "poster") | ("object", "data") => Role::MediaSource,
        ("img" | "area", "alt") => Role::AltText,
        (_, "title") => Role::Text,
        _ => return None,
    })
}

fn constant(part: &Part) -> bool {
    match part {
        Part::Literal(_) => true,
        Part::Value(value) => !value.any(|leaf| !matches!(leaf, Origin::Literal(_))),
    }
}

/// What one of several pieces still says.
fn reduced(leaf: &Origin) -> Origin {
    match leaf {
        Origin::Literal(_) => Origin::Nil,
        other => Value::from(other.clone()).derived().only().cloned().unwrap_or(Origin::Other),
    }
}

pub(super) fn id_pattern(parts: &[&Part]) -> Option<IdPattern> {
    let mut pattern = IdPattern { before: String::new(), param: None, after: String::new() };
    for part in parts {
        let text = match part {
            Part::Literal(text) => text,
            Part::Value(value) => {
                // An argument that is not given prints nothing.
                let empty = |origin: &&Origin| !Value::from((*origin).clone()).is_false();
                let mut origins = value.origins().iter().filter(empty);
                match (origins.next(), origins.next()) {
                    (Some(Origin::Argument(param, Exactness::Exact)), None) if pattern.param.is_none() => {
                        pattern.param = Some(param.clone());
                        continue;
                    }
                    (Some(Origin::Literal(text)), None) => text.as_ref(),
                    (None, _) => "",
                    _ => return None,
                }
            }
        };
        if pattern.param.is_some() { &mut pattern.after } else { &mut pattern.before }.push_str(text);
    }
    Some(pattern)
}

pub(super) fn inner_use(facts: &Facts) -> InnerUse {
    let mut uses = BTreeSet::new();
    for sink in facts.sinks.iter().filter(|sink| sink.place.visible()) {
        for value in sink.parts.iter().filter_map(Part::value) {
            value.leaves(&mut |leaf| {
                uses.insert(match (leaf, &sink.place) {
                    (Origin::InnerChanged, Place::Text) => 4,
                    (leaf, place) if is_inner(leaf) && *place != Place::Text => 3,
                    (Origin::Inner, _) => 0,
                    (Origin::InnerText, _) => 5,
                    (Origin::InnerMarkdown, _) => 1,
                    (Origin::InnerCode, _) => 2,
                    _ => return,
                });
            });
        }
    }
    // What is printed as code, and once more as escaped text, is code.
    if uses.remove(&5) && !uses.contains(&2) {
        uses.insert(0);
    }
    let uses: Vec<u8> = uses.into_iter().collect();
    match uses.as_slice() {
        _ if facts.inner_escapes => InnerUse::Unknown,
        [] if facts.mentions_inner => InnerUse::Dropped,
        [] => InnerUse::None,
        [.., 4] => InnerUse::Unknown,
        [3] => InnerUse::Attribute,
        // What an attribute holds besides has neither headings nor links.
        [0] | [0, 3] => InnerUse::Raw,
        [1] | [1, 3] => InnerUse::Markdown,
        [2] | [2, 3] => InnerUse::Code,
        _ => InnerUse::Mixed,
    }
}

/// The one comparison that decides, wherever `.Inner` is printed, whether it is.
fn guard(sinks: &[Sink]) -> Option<Guard> {
    let mut found: Option<Guard> = None;
    for sink in sinks {
        if !sink.parts.iter().filter_map(Part::value).any(|value| value.any(is_inner)) {
            continue;
        }
        let mut matches = sink.conditions.iter().filter_map(|condition| match condition {
            Condition { fact: Fact::Match(guard), holds } => Some(Guard { shows: *holds, ..guard.clone() }),
            _ => None,
        });
        let guard = matches.next()?;
        if matches.any(|other| other != guard) || found.as_ref().is_some_and(|found| *found != guard) {
            return None;
        }
        found = Some(guard);
    }
    found
}

fn output(facts: &Facts) -> Output {
    if !facts.printed && !facts.opaque {
        return Output::Silent;
    }
    match &facts.pieces {
        Some(pieces) if !pieces.is_empty() => {
            let blank = |piece: &Piece| matches!(piece, Piece::Literal(text) if text.is_empty());
            Output::Pieces(pieces.iter().filter(|piece| !blank(piece)).cloned().collect())
        }
        _ => Output::Unknown,
    }
}

fn around_inner(out: &str) -> (Option<String>, Option<String>) {
    let known = |text: &str| (!text.contains(UNKNOWN)).then(|| text.to_owned());
    match out.split_once(INNER) {
        Some((before, after)) if !after.contains(INNER) => (known(before), known(after)),
        _ => (None, None),
    }
}

/// Hugo's own rule. Hugo: `collectInnerInShortcode` in `tpl/tplimpl/templatetransform.go`.
fn uses_inner(template: &Template) -> bool {
    nodes_use_inner(&template.nodes, template, &mut BTreeSet::new())
}

fn nodes_use_inner<'a>(nodes: &'a [Node], template: &'a Template, seen: &mut BTreeSet<&'a str>) -> bool {
    nodes.iter().any(|node| match node {
        Node::Text(..) | Node::Jump(_) => false,
        Node::Action(pipeline) => pipeline_uses_inner(pipeline),
        Node::Branch { pipeline, then, otherwise, .. } => {
            pipeline_uses_inner(pipeline)
                || !defers(pipeline) && nodes_use_inner(then, template, seen)
                || nodes_use_inner(otherwise, template, seen)
        }
        // The context is not looked at.
        Node::Template { name, .. } => {
            let body = template.defines.get(name);
            seen.insert(name) && body.is_some_and(|body| nodes_use_inner(body, template, seen))
        }
    })
}

fn pipeline_uses_inner(pipeline: &Pipeline) -> bool {
    let names = |path: &[String]| path.iter().any(|name| name == "Inner" || name == "InnerDeindent");
    pipeline.commands.iter().flat_map(|command| &command.operands).any(|operand| match operand {
        Expr::Field(path) | Expr::Variable(_, path) => names(path),
        Expr::Paren(pipeline) => pipeline_uses_inner(pipeline),
        _ => false,
    })
}

/// `with (templates.Defer …)`: the body becomes another template, before the rule is applied.
fn defers(pipeline: &Pipeline) -> bool {
    let [Command { operands }] = pipeline.commands.as_slice() else { return false };
    let Some(Expr::Paren(inner)) = operands.first() else { return false };
    let [Command { operands }] = inner.commands.as_slice() else { return false };
    matches!(operands.as_slice(), [Expr::Function(name), _] if name == "templates.Defer")
}

/// `{{ $_hugo_config := `{"version": 1}` }}` as the very first pipeline.
fn legacy(template: &Template) -> bool {
    let first = template.nodes.iter().find_map(|node| match node {
        Node::Action(pipeline) | Node::Branch { pipeline, .. } => Some(pipeline),
        _ => None,
    });
    let Some(Pipeline { variables, commands, .. }) = first else { return false };
    let [Command { operands }] = commands.as_slice() else { return false };
    let (["$_hugo_config"], Some(Expr::Str(config))) =
        (variables.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), operands.first())
    else {
        return false;
    };
    let config: Result<serde_json::Value, _> = serde_json::from_str(config);
    let version = config.ok().and_then(|config| config.get("version").cloned());
    version.is_some_and(|version| version.as_f64() == Some(1.0) || version.as_str() == Some("1"))
}
