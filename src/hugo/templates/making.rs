//! Files that templates publish at paths which they make up: [`made`].
//!
//! Hugo: `tpl/resources/resources.go`. What is made is published when a template says so, or asks for its URL.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    Known, Partials, Template,
    html::{Part, Place},
    interpret::Interpreter,
    known::whole,
    parse::{Command, Expr, Node, Pipeline, function_name, parse},
    run::run_maker,
    value::{Origin, Value},
};

/// The functions that make a file at the path that is their first argument.
const MAKERS: [&str; 4] =
    ["resources.ExecuteAsTemplate", "resources.FromString", "resources.Copy", "resources.Concat"];

/// What publishes a file.
const PUBLISHERS: [&str; 3] = ["Publish", "RelPermalink", "Permalink"];

/// What puts something into a store.
const STORERS: [&str; 4] = ["Set", "Add", "SetInMap", "Delete"];

/// Partials that call partials are looked into so deep.
const DEPTH: usize = 8;

/// A file that a template publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its path from the root of the published site.
    pub path: MadePath,
    /// Where it sends readers on, if it does.
    pub sends_to: Option<String>,
    /// It is published in any case.
    pub is_sure: bool,
}

impl Made {
    /// Whether it is a page.
    pub fn is_page(&self) -> bool {
        let (MadePath::Whole(end) | MadePath::Between(_, end)) = &self.path;
        self.sends_to.is_some() || [".html", ".htm", "/"].iter().any(|own| end.ends_with(own))
    }

    /// Whether nothing is known of its path.
    pub fn is_open(&self) -> bool {
        matches!(&self.path, MadePath::Between(start, end) if start.len() + end.len() < 2)
    }
}

/// What is known of the path of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MadePath {
    /// All of it.
    Whole(String),
    /// How it begins and ends.
    Between(String, String),
}

/// A file that is not published yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    path: Value,
    /// Its text: that of a template to run with the context, or as it is.
    text: Value,
    context: Option<Value>,
}

/// Whether a template file, by its text, makes files at paths that it computes.
pub fn is_maker(text: &str) -> bool {
    MAKERS.iter().any(|maker| {
        let name = maker.trim_start_matches("resources");
        memchr::memmem::find_iter(text.as_bytes(), name)
            .any(|at| !text[at + name.len()..].trim_start().starts_with(['"', '`']))
    })
}

/// What of a template decides which files it publishes at paths that it computes; `None`: there are no such files.
pub fn making(template: &Template, partials: &Partials) -> Option<Template> {
    let mut search = Search { template, partials, drafts: BTreeSet::new() };
    search.find_drafts(&template.nodes);
    let nodes = search.kept(&template.nodes, false, &mut BTreeSet::new());
    search.makes(&nodes, 0).then(|| {
        let defines = if calls_defines(&nodes) { template.defines.clone() } else { BTreeMap::new() };
        Template { nodes, defines, problem: template.problem.clone() }
    })
}

fn calls_defines(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Template { .. } => true,
        Node::Branch { then, otherwise, .. } => calls_defines(then) || calls_defines(otherwise),
        _ => false,
    })
}

/// The files that a template publishes at paths that it makes up.
pub fn made(template: &Template, partials: &Partials, known: &Known<'_>) -> Vec<Made> {
    run_maker(template, partials, known).made
}

struct Search<'t> {
    template: &'t Template,
    partials: &'t Partials,
    /// The variables that hold files at computed paths.
    drafts: BTreeSet<String>,
}

impl Search<'_> {
    /// Whether files are made at computed paths.
    fn makes(&self, nodes: &[Node], depth: usize) -> bool {
        depth < DEPTH
            && nodes.iter().any(|node| match node {
                Node::Action(pipeline) => self.makes_in(pipeline, depth),
                Node::Branch { pipeline, then, otherwise, .. } => {
                    self.makes_in(pipeline, depth) || self.makes(then, depth) || self.makes(otherwise, depth)
                }
                Node::Template { name, .. } => {
                    self.template.defines.get(name).is_some_and(|body| self.makes(body, depth + 1))
                }
                Node::Text(..) | Node::Jump(_) => false,
            })
    }

    fn makes_in(&self, pipeline: &Pipeline, depth: usize) -> bool {
        commands(pipeline).into_iter().any(|command| {
            let [head, arguments @ ..] = command.operands.as_slice() else { return false };
            let Some(name) = function_name(head) else { return false };
            match (name, arguments.first()) {
                ("partial" | "partialCached", Some(Expr::Str(name))) => {
                    self.partials.get(name).is_some_and(|own| self.makes(&own.nodes, depth + 1))
                }
                (name, first) => MAKERS.contains(&name) && !matches!(first, Some(Expr::Str(_))),
            }
        })
    }

    fn find_drafts(&mut self, nodes: &[Node]) {
        for node in nodes {
            let (Node::Action(pipeline) | Node::Branch { pipeline, .. }) = node else { continue };
            if self.is_draft(pipeline) {
                self.drafts.extend(pipeline.variables.iter().cloned());
            }
            if let Node::Branch { then, otherwise, .. } = node {
                self.find_drafts(then);
                self.find_drafts(otherwise);
            }
        }
    }

    /// Whether a value may be a file at a computed path.
    fn is_draft(&self, pipeline: &Pipeline) -> bool {
        let mut own = BTreeSet::new();
        variables(pipeline, &mut own);
        self.makes_in(pipeline, 0) || own.iter().any(|name| self.drafts.contains(name))
    }

    /// The nodes that make files or publish them, and those that set what these use; `used` are the variables that others
    /// use. `dot`: the dot may be such a file.
    fn kept(&self, nodes: &[Node], dot: bool, used: &mut BTreeSet<String>) -> Vec<Node> {
        let mut kept = Vec::new();
        for node in nodes.iter().rev() {
            let own = match node {
                Node::Text(..) => continue,
                Node::Action(pipeline) => {
                    let sets = pipeline.variables.iter().any(|name| used.contains(name));
                    let publishes = self.is_draft(pipeline) || dot && ends_with(pipeline, &PUBLISHERS);
                    if !sets && !publishes && !ends_with(pipeline, &STORERS) {
                        continue;
                    }
                    node.clone()
                }
                Node::Branch { kind, pipeline, then, otherwise } => {
                    let is_draft = self.is_draft(pipeline);
                    let then = self.kept(then, dot || is_draft, used);
                    let otherwise = self.kept(otherwise, dot, used);
                    if then.is_empty() && otherwise.is_empty() && !is_draft {
                        continue;
                    }
                    Node::Branch { kind: *kind, pipeline: pipeline.clone(), then, otherwise }
                }
                Node::Template { .. } if !self.makes(std::slice::from_ref(node), 0) => continue,
                other => other.clone(),
            };
            match &own {
                Node::Action(pipeline)
                | Node::Branch { pipeline, .. }
                | Node::Template { context: Some(pipeline), .. } => variables(pipeline, used),
                _ => {}
            }
            kept.push(own);
        }
        kept.reverse();
        kept
    }
}

/// A pipeline's commands, those in parentheses too.
fn commands(pipeline: &Pipeline) -> Vec<&Command> {
    let mut found = Vec::new();
    let mut waiting: Vec<&Pipeline> = vec![pipeline];
    while let Some(pipeline) = waiting.pop() {
        for command in &pipeline.commands {
            found.push(command);
            for operand in &command.operands {
                match operand {
                    Expr::Paren(inner) => waiting.push(inner),
                    Expr::Chain(base, _) => {
                        if let Expr::Paren(inner) = &**base {
                            waiting.push(inner);
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    found
}

fn variables(pipeline: &Pipeline, used: &mut BTreeSet<String>) {
    for operand in commands(pipeline).into_iter().flat_map(|command| &command.operands) {
        let base = if let Expr::Chain(base, _) = operand { base } else { operand };
        if let Expr::Variable(name, _) = base {
            used.insert(name.clone());
        }
    }
}

/// Whether it has a field or method of one of these names.
fn ends_with(pipeline: &Pipeline, names: &[&str]) -> bool {
    commands(pipeline).into_iter().any(|command| {
        let path = match command.operands.first() {
            Some(Expr::Field(path) | Expr::Variable(_, path) | Expr::Chain(_, path)) => path.last(),
            _ => None,
        };
        path.is_some_and(|name| names.contains(&name.as_str()))
    })
}

impl Interpreter<'_> {
    /// What a function makes of a file that may be published, where that is of interest.
    pub(super) fn making_function(&mut self, name: &str, args: &[Value]) -> Option<Value> {
        if !self.makes {
            return None;
        }
        let draft = |path: &Value, text: Value, context| {
            Some(Origin::Draft(Rc::new(Draft { path: path.clone(), text, context })).into())
        };
        match (name, args) {
            ("resources.FromString", [path, text]) => draft(path, text.clone(), None),
            ("resources.ExecuteAsTemplate", [path, context, resource]) => {
                draft(path, text_of(resource), Some(context.clone()))
            }
            ("resources.Copy", [path, resource]) => draft(path, text_of(resource), None),
            ("resources.Concat", [path, _]) => draft(path, Origin::Other.into(), None),
            // These put something behind the name.
            ("minify" | "fingerprint" | "resources.Minify" | "resources.Fingerprint", [.., own]) => {
                let Some(Origin::Draft(own)) = own.only() else { return None };
                draft(&renamed(&own.path), own.text.clone(), own.context.clone())
            }
            _ => None,
        }
    }

    /// A field of such a file, or of the page for which it is made.
    pub(super) fn making_field(&mut self, origin: &Origin, name: &str) -> Option<Value> {
        let known = self.known.filter(|_| self.makes)?;
        match (origin, name) {
            (Origin::Draft(draft), _) if PUBLISHERS.contains(&name) => {
                self.publish(draft);
                Some(if name == "Publish" { Origin::Literal("".into()) } else { Origin::Other }.into())
            }
            (Origin::Draft(_), "Err") => Some(Origin::Nil.into()),
            (Origin::Draft(_), _) => Some(Origin::Other.into()),
            // Where the host is one, that of the base URL.
            (Origin::Page, "Permalink") if !known.url.is_empty() => {
                let origin = known.base_url.find("//").map_or(0, |at| at + 2);
                let end = known.base_url[origin..].find('/').map(|at| origin + at)?;
                Some(Origin::Literal([&known.base_url[..end], known.url].concat().into()).into())
            }
            _ => None,
        }
    }

    fn publish(&mut self, draft: &Draft) {
        let path = match whole(&draft.path).as_ref().and_then(Value::literal) {
            Some(path) => MadePath::Whole(path.to_owned()),
            None => {
                let (mut before, mut after) = (String::new(), String::new());
                if let Some(Origin::Concat(parts, _)) = draft.path.only() {
                    let literals = |part: &Value| part.literal().map(str::to_owned);
                    before = parts.iter().map_while(literals).collect();
                    let behind: Vec<String> = parts.iter().rev().map_while(literals).collect();
                    after = behind.into_iter().rev().collect();
                }
                MadePath::Between(before, after)
            }
        };
        let is_sure = self.conditions.is_empty() && !self.doubtful && !self.lost;
        let made = Made { path, sends_to: self.sends_to(draft), is_sure };
        if !self.facts.made.contains(&made) {
            self.facts.made.push(made);
        }
    }

    /// Where a page that is made sends readers on.
    fn sends_to(&self, draft: &Draft) -> Option<String> {
        let known = self.known?;
        let template = match (&draft.context, draft.text.literal()) {
            (Some(_), Some(text)) if text.contains("http-equiv") => parse(text),
            (Some(_), _) => return None,
            (None, _) => Template::default(),
        };
        let context = draft.context.clone().unwrap_or_else(|| Origin::Nil.into());
        let mut inner = Interpreter::new(&template, context, self.partials);
        (inner.layout, inner.makes, inner.known) = (true, true, Some(known));
        if draft.context.is_none() {
            let text = Origin::Concat(Rc::new(vec![draft.text.clone()]), true);
            inner.emit(&text.into());
        }
        inner.nodes(&template.nodes);
        let sinks = &inner.facts.sinks;
        let is_refresh =
            |parts: &[Part]| matches!(parts, [Part::Literal(text)] if text.eq_ignore_ascii_case("refresh"));
        let of_meta = |wanted: &'static str| {
            sinks.iter().filter(move |sink| {
                matches!(&sink.place, Place::Attribute(tag, name) if tag == "meta" && name == wanted)
            })
        };
        of_meta("http-equiv").any(|sink| is_refresh(&sink.parts)).then_some(())?;
        of_meta("content").find_map(|sink| {
            let part = |part: &Part| match part {
                Part::Literal(text) => text.clone(),
                Part::Value(value) => value.literal().unwrap_or("\u{fffd}").to_owned(),
            };
            let content: String = sink.parts.iter().map(part).collect();
            let (_, target) = content.split_once("url=").or_else(|| content.split_once("URL="))?;
            Some(target.trim_matches(['\'', '"', ' ']).to_owned())
        })
    }
}

/// The text of a file, if that is known.
fn text_of(resource: &Value) -> Value {
    match resource.only() {
        Some(Origin::File(text)) => Origin::Literal(text.clone()).into(),
        Some(Origin::Draft(draft)) if draft.context.is_none() => draft.text.clone(),
        _ => Origin::Other.into(),
    }
}

/// A path with something put between name and extension.
fn renamed(path: &Value) -> Value {
    let path = whole(path).unwrap_or_else(|| path.clone());
    let Some(text) = path.literal() else { return path.derived() };
    let name = text.rfind('/').map_or(0, |at| at + 1);
    let stem = text[name..].rfind('.').map_or(text.len(), |at| name + at);
    let literal = |text: &str| Origin::Literal(format!("{text}.").trim_end_matches('.').into()).into();
    Value::concat(vec![
        literal(&text[..stem]),
        Origin::Other.into(),
        Origin::Literal(text[stem..].into()).into(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paths that a template publishes; with a `?` those that it may publish.
    fn paths(template: &str) -> Vec<String> {
        let files = [
            ("_partials/make.html", "{{ (resources.FromString .path .text).Publish }}"),
            ("_partials/not.html", "{{ .Title }}"),
        ];
        let partials = Partials::new(files);
        let params = |key: &str| {
            Some((key == "v").then(|| crate::value::Value {
                data: crate::value::Data::String("2.20".to_owned()),
                ..crate::value::Value::map()
            }))
        };
        let known = Known { params: &params, kind: "page", section: "docs", ..Known::nothing() };
        let Some(template) = making(&parse(template), &partials) else { return Vec::new() };
        let path = |made: Made| {
            let path = match made.path {
                MadePath::Whole(path) => path,
                MadePath::Between(before, after) => format!("{before}*{after}"),
            };
            let target = made.sends_to.map(|target| format!(" -> {target}")).unwrap_or_default();
            format!("{path}{}{target}", if made.is_sure { "" } else { "?" })
        };
        made(&template, &partials, &known).into_iter().map(path).collect()
    }

    #[test]
    fn files_at_computed_paths() {
        for (template, expected) in [
            (r#"{{ (resources.FromString "x.txt" "x").Publish }}"#, &[][..]),
            (
                r#"{{ $p := print "a/" site.Params.v ".txt" }}{{ (resources.FromString $p "x").Publish }}"#,
                &["a/2.20.txt"],
            ),
            (r#"{{ $p := print "a/" site.Params.v ".txt" }}{{ $r := resources.FromString $p "x" }}"#, &[]),
            (
                r#"{{ $p := printf "a/%s/i.html" .Title }}{{ $r := resources.FromString $p "x" }}{{ $r.RelPermalink }}"#,
                &["a/*/i.html"],
            ),
            (
                r#"{{ if eq .Section "docs" }}{{ $p := printf "%s.js" .Section }}{{ with resources.FromString $p "x" | minify }}{{ .Publish }}{{ end }}{{ end }}"#,
                &["docs*.js"],
            ),
            (
                r#"{{ if eq .Section "blog" }}{{ $p := printf "%s.js" .Section }}{{ (resources.FromString $p "x").Publish }}{{ end }}"#,
                &[],
            ),
            (
                r#"{{ if .Title }}{{ $p := printf "%s.js" .Section }}{{ (resources.FromString $p "x").Publish }}{{ end }}"#,
                &["docs.js?"],
            ),
            (
                r#"{{ $t := printf "<meta http-equiv=refresh content='0; url=/%s/'>" .Section }}{{ partial "not.html" . }}{{ partial "make.html" (dict "path" (print .Section "/x.html") "text" $t) }}"#,
                &["docs/x.html -> /docs/"],
            ),
        ] {
            assert_eq!(paths(template), expected, "{template}");
        }
    }
}
