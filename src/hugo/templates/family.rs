//! Calls together with the calls inside them, which hand things up through `.Parent.Store`: [`Family`].

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    InnerUse, Known, PageStore, Partials, Template,
    interpret::{BUDGET, Facts, Interpreter, is_inner},
    stored::{Scope, Stores},
    summary::inner_use,
    value::Origin,
};
use crate::hugo::shortcode::Tag;

/// A call, and those calls inside it that may hand something up to it.
#[derive(Debug)]
pub struct Family<'a> {
    /// The call.
    pub tag: &'a Tag,
    /// Which of the calls next to each other it is, from 0.
    pub ordinal: usize,
    /// The shortcode's template.
    pub template: &'a Template,
    /// The calls right inside it whose templates ask for their parent; `None`: not all templates are known.
    pub inside: Option<Vec<Self>>,
    /// What the store of the page holds before; `None`: that is not known, or does not matter.
    pub page_store: Option<PageStore>,
}

impl Family<'_> {
    /// Runs the templates as Hugo does, the inner ones first; `above` is what the store of the call around holds by now.
    pub(super) fn run(&self, above: Option<Stores>, partials: &Partials, known: &Known<'_>) -> Facts {
        let (mut own, mut nodes) = (Stores::new(), 0);
        for inside in self.inside.iter().flatten() {
            let ordinal = || inside.ordinal;
            let known = Known {
                call: Some(inside.tag),
                around: Some(Some(self.tag)),
                ordinal: Some(&ordinal),
                around_ordinal: known.ordinal,
                ..*known
            };
            let facts = inside.run(Some(own), partials, &known);
            nodes += facts.nodes;
            own = facts.handed_up;
        }
        let own = self.inside.is_some().then_some(own);
        let store = self.page_store.clone().map(RefCell::new);
        let known = &Known { page_store: store.as_ref(), ..*known };
        let facts = run_family(self.template, partials, known, (own, above), false);
        let page_store = store.map(RefCell::into_inner);
        Facts { nodes: nodes + facts.nodes, page_store, ..facts }
    }
}

/// Runs a shortcode's template for one call. `own` is what its store holds at first, `above` that of the call around;
/// `None`: that is not known. `other_inner`: the inner text of this call is not the one that is followed.
fn run_family<'a>(
    template: &'a Template,
    partials: &'a Partials,
    known: &'a Known<'a>,
    (own, above): (Option<Stores>, Option<Stores>),
    other_inner: bool,
) -> Facts {
    let mut interpreter = Interpreter::new(template, Origin::Context.into(), partials);
    (interpreter.known, interpreter.other_inner) = (Some(known), other_inner);
    (interpreter.own_known, interpreter.above_known) = (own.is_some(), above.is_some());
    let in_scope = |stores: Option<Stores>, to: Scope| {
        stores.into_iter().flatten().map(move |((_, key), value)| ((to, key), value))
    };
    // Only what a template does for all its calls is described piece by piece.
    interpreter.facts.pieces = None;
    interpreter.scratch = in_scope(own, Scope::Own).chain(in_scope(above, Scope::Parent)).collect();
    interpreter.nodes(&template.nodes);
    interpreter.html.finish(&mut interpreter.facts.sinks);
    if interpreter.budget == 0 {
        interpreter.give_up();
    }
    // What was put there in a way that is not certain stays unknown.
    let mut left = interpreter.scratch;
    for key in interpreter.facts.flow.stores.keys().filter(|(scope, _)| *scope == Scope::Parent) {
        left.insert(key.clone(), Origin::Stored.into());
    }
    left.retain(|(scope, _), _| *scope == Scope::Parent);
    Facts { handed_up: left, nodes: BUDGET - interpreter.budget, ..interpreter.facts }
}

/// What becomes of inner texts where that depends on the arguments of the call, and on those of the call around it.
#[derive(Default)]
pub struct InnerUses {
    templates: BTreeMap<String, Template>,
    partials: Arc<Partials>,
    /// What is worked out already, by the tags.
    known: Mutex<BTreeMap<String, InnerUse>>,
}

impl PartialEq for InnerUses {
    fn eq(&self, other: &Self) -> bool {
        self.templates == other.templates && self.partials == other.partials
    }
}

impl Eq for InnerUses {}

impl fmt::Debug for InnerUses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.templates.keys()).finish()
    }
}

impl InnerUses {
    /// By the names of shortcodes.
    pub fn new(templates: BTreeMap<String, Template>, partials: Arc<Partials>) -> Self {
        Self { templates, partials, known: Mutex::default() }
    }

    /// What becomes of the inner text of a call in another one, each with its shortcode's name.
    pub fn of(&self, call: (&str, &Tag), around: Option<(&str, &Tag)>) -> InnerUse {
        if !self.templates.contains_key(call.0) {
            return InnerUse::Unknown;
        }
        let mut key = String::new();
        for (name, tag) in [Some(call), around].into_iter().flatten() {
            key.push_str(name);
            for argument in &tag.arguments {
                let name = argument.key.as_deref().unwrap_or_default();
                key.push_str(&format!("\0{name}\0{:?}{}", argument.quoting, argument.value));
            }
            key.push('\n');
        }
        // A thread that panicked has left nothing half-written here.
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&found) = known().get(&key) {
            return found;
        }
        let found = self.follow(call, around).unwrap_or(InnerUse::Unknown);
        known().insert(key, found);
        found
    }

    fn follow(&self, (name, tag): (&str, &Tag), around: Option<(&str, &Tag)>) -> Option<InnerUse> {
        let known = Known {
            call: Some(tag),
            around: Some(around.map(|(_, tag)| tag)),
            // Nothing that is done with the inner text depends on it.
            ordinal: Some(&|| 0),
            around_ordinal: Some(&|| 0),
            ..Known::nothing()
        };
        let stores = (Some(Stores::new()), Some(Stores::new()));
        let mut facts = run_family(self.templates.get(name)?, &self.partials, &known, stores, false);
        let keeps = |stores: &Stores| stores.values().any(|value| value.any(is_inner));
        if keeps(&facts.flow.stores) {
            return None;
        }
        if keeps(&facts.handed_up) {
            let (name, tag) = around?;
            let known = Known { call: Some(tag), around: None, ..known };
            let stores = (Some(std::mem::take(&mut facts.handed_up)), None);
            let of_around = run_family(self.templates.get(name)?, &self.partials, &known, stores, true);
            facts.inner_escapes |= of_around.inner_escapes || keeps(&of_around.flow.stores);
            facts.sinks.extend(of_around.sinks);
        }
        Some(inner_use(&facts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        hugo::{
            shortcode,
            templates::{Layout, Shortcodes, parse},
            version::Version,
        },
        source::Span,
    };

    #[test]
    fn what_becomes_of_an_inner_text_depends_on_arguments() {
        let pane = r#"{{ .Inner }}{{ $text := .Get "text" | default false }}{{ range $at, $tab := .Scratch.Get "tabs" }}
{{ $own := $text }}{{ with $tab.text }}{{ $own = . }}{{ end }}
{{ if $own }}{{ .content }}{{ else }}{{ highlight (trim .content "\n") "md" "" }}{{ end }}{{ end }}"#;
        let tab = r#"{{ $tab := dict "header" (.Get "header" | default (printf "Tab %v" .Ordinal)) }}
{{ with .Get "text" }}{{ $tab = merge $tab (dict "text" .) }}{{ end }}
{{ with .Inner }}{{ $tab = merge $tab (dict "content" .) }}{{ end }}
{{ $.Parent.Scratch.SetInMap "tabs" (printf "%02v" .Ordinal) $tab }}"#;
        let layouts = [("_shortcodes/pane.html", pane), ("_shortcodes/tab.html", tab)]
            .map(|(path, text)| Layout { path, text, module: 0 });
        let shortcodes = Shortcodes::new(&layouts, &Partials::default(), Version::NEWEST);
        let summary = &shortcodes.get("tab").expect("a shortcode").summary;
        assert_eq!(summary.inner_use, InnerUse::Mixed);
        assert!(summary.shown_by.is_some());
        let templates = [("pane", pane), ("tab", tab)].map(|(name, text)| (name.to_owned(), parse(text)));
        let uses = InnerUses::new(templates.into_iter().collect(), Arc::default());
        for (text, expected) in [
            ("{{< pane >}}{{< tab >}}", InnerUse::Code),
            ("{{< pane >}}{{< tab text=true >}}", InnerUse::Raw),
            ("{{< pane text=true >}}{{< tab >}}", InnerUse::Raw),
        ] {
            let scan = shortcode::scan(text, Span::new(0, text.len()), Version::NEWEST);
            let found = uses.of(("tab", &scan.tags[1]), Some(("pane", &scan.tags[0])));
            assert_eq!(found, expected, "{text}");
        }
    }
}
