//! What can be done about findings: mend them, suppress them, explain them.

use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams, Command};
use serde_json::json;

use crate::{
    diagnostic::{Diagnostic, Safety},
    fix::with_line_ends,
    lsp::{
        convert,
        desk::{Desk, Edits},
        features::{suppress, views::EXPLAIN},
        server::Server,
    },
};

/// What can be done about the findings in a range.
pub(in crate::lsp) fn actions(server: &Server<'_>, params: CodeActionParams) -> Vec<CodeAction> {
    let Some(desk) = Desk::of(server, &params.text_document.uri) else { return Vec::new() };
    let (start, end) = (desk.offset(params.range.start), desk.offset(params.range.end));
    let here = desk.findings().iter().filter(|found| found.span.start <= end && start <= found.span.end);
    let wanted = |kind: &CodeAction| {
        params.context.only.as_ref().is_none_or(|only| {
            only.iter().any(|own| Some(own) == kind.kind.as_ref() || *own == CodeActionKind::Empty)
        })
    };
    let mut actions: Vec<CodeAction> = Vec::new();
    for found in here {
        let own = [mend(&desk, found), suppress(&desk, found), Some(explain(&desk, found))];
        actions.extend(own.into_iter().flatten().filter(wanted));
    }
    // Those that mend come first.
    actions.sort_by_key(|action| (action.is_preferred != Some(true), action.command.is_some()));
    actions.dedup();
    actions
}

fn action(desk: &Desk<'_>, found: &Diagnostic, title: String) -> CodeAction {
    let uri = |path: &str| desk.uri(path);
    let diagnostic = convert::diagnostic(desk.checked, found, &desk.server.client, &uri);
    CodeAction {
        title,
        kind: Some(CodeActionKind::QuickFix),
        diagnostics: Some(vec![diagnostic]),
        ..CodeAction::default()
    }
}

fn mend(desk: &Desk<'_>, found: &Diagnostic) -> Option<CodeAction> {
    let fix = found.fix.as_ref().filter(|fix| !fix.edits.is_empty())?;
    let path = fix.file.as_ref().unwrap_or(&found.path);
    let edits = with_line_ends(fix, desk.site.source(path)?).edits;
    let edits = edits.into_iter().map(|edit| (edit.span, edit.text)).collect();
    let says = found.help.as_deref().and_then(|help| help.lines().next()).unwrap_or("mend it");
    let doubt = if fix.safety == Safety::Safe { "" } else { " (look at it)" };
    let mut action = action(desk, found, format!("{says}{doubt}"));
    action.is_preferred = Some(true);
    action.edit = Some(desk.edit(Edits::from([(path.clone(), edits)])));
    Some(action)
}

fn suppress(desk: &Desk<'_>, found: &Diagnostic) -> Option<CodeAction> {
    let edits = suppress::edits(desk.page, found)?;
    let mut action = action(desk, found, format!("suppress `{}` here", found.rule));
    action.edit = Some(desk.edit(Edits::from([(found.path.clone(), edits)])));
    Some(action)
}

fn explain(desk: &Desk<'_>, found: &Diagnostic) -> CodeAction {
    let title = format!("explain `{}`", found.rule);
    let command = Command {
        title: title.clone(),
        command: EXPLAIN.to_owned(),
        arguments: Some(vec![json!(found.rule)]),
        ..Command::default()
    };
    CodeAction { command: Some(command), ..action(desk, found, title) }
}
