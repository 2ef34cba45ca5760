//! The ways to run a template, and what for.

use super::{
    Known, Partials, Template,
    interpret::{Facts, Interpreter, LAYOUT_BUDGET},
    stored::Stores,
    value::{Origin, Value},
};

/// Runs `template` with `context` as its dot.
pub(super) fn run(template: &Template, context: Value, partials: &Partials) -> Facts {
    run_given(template, context, partials, None)
}

/// Runs `template` to see what it does with what another one stored.
pub(super) fn run_given<'a>(
    template: &'a Template,
    context: Value,
    partials: &'a Partials,
    given: Option<&'a Stores>,
) -> Facts {
    let mut interpreter = Interpreter::new(template, context, partials);
    interpreter.given = given;
    for value in given.iter().flat_map(|given| given.values()) {
        value.leaves(&mut |leaf| {
            if let Origin::Argument(param, _) = leaf {
                interpreter.facts.parameters.entry(param.clone()).or_default();
            }
        });
    }
    interpreter.nodes(&template.nodes);
    interpreter.html.finish(&mut interpreter.facts.sinks);
    if interpreter.budget == 0 {
        interpreter.give_up();
    }
    interpreter.facts
}

/// Runs `template` for readers of whom the comparison in it holds, or does not.
pub(super) fn run_assuming(template: &Template, context: Value, partials: &Partials, holds: bool) -> Facts {
    let mut run = Interpreter::new(template, context, partials);
    run.assumed = Some(holds);
    run.nodes(&template.nodes);
    run.facts
}

/// Runs a template for whole pages.
pub(super) fn run_layout<'a>(
    template: &'a Template,
    partials: &'a Partials,
    known: Option<&'a Known<'a>>,
) -> Facts {
    let mut interpreter = Interpreter::new(template, Origin::Page.into(), partials);
    (interpreter.layout, interpreter.budget, interpreter.known) = (true, LAYOUT_BUDGET, known);
    interpreter.nodes(&template.nodes);
    if interpreter.budget == 0 {
        interpreter.give_up();
    }
    interpreter.facts
}

/// Runs a template for the files that it publishes.
pub(super) fn run_maker<'a>(template: &'a Template, partials: &'a Partials, known: &'a Known<'a>) -> Facts {
    let mut interpreter = Interpreter::new(template, Origin::Page.into(), partials);
    (interpreter.budget, interpreter.known) = (LAYOUT_BUDGET, Some(known));
    (interpreter.layout, interpreter.makes) = (true, true);
    interpreter.nodes(&template.nodes);
    interpreter.facts
}

/// Runs a content adapter.
pub(super) fn run_adapter<'a>(template: &'a Template, partials: &'a Partials, known: &'a Known<'a>) -> Facts {
    let mut interpreter = Interpreter::new(template, Origin::Adapter.into(), partials);
    (interpreter.budget, interpreter.known) = (LAYOUT_BUDGET, Some(known));
    interpreter.nodes(&template.nodes);
    if interpreter.budget == 0 {
        interpreter.give_up();
    }
    interpreter.facts
}

/// Runs a template with what is known, such as a render hook.
pub(super) fn run_known<'a>(
    template: &'a Template,
    context: Value,
    partials: &'a Partials,
    known: &'a Known<'a>,
) -> Facts {
    let mut interpreter = Interpreter::new(template, context, partials);
    interpreter.known = Some(known);
    // Only what a template does for all its calls is described piece by piece.
    interpreter.facts.pieces = None;
    interpreter.nodes(&template.nodes);
    interpreter.html.finish(&mut interpreter.facts.sinks);
    if interpreter.budget == 0 {
        interpreter.give_up();
    }
    interpreter.facts
}
