//! What can be done about findings: mend them, suppress them, explain them.

use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams, Command};
use serde_json::json;

use crate::{
    diagnostic::{Diagnostic, Safety},
    fix::with_line_ends,
    lsp::{
        convert,
        desk::{Desk, Edits},
        features::views::EXPLAIN,
        server::Server,
    },
    page::BlockKind,
    source::Span,
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

/// A comment that suppresses the finding: behind its line where it belongs to a text, else above it. There is no place for one
/// in the front matter but the front matter itself.
fn suppress(desk: &Desk<'_>, found: &Diagnostic) -> Option<CodeAction> {
    let page = desk.page;
    let text = &page.source.text;
    let rule = found.rule;
    let end_of_line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let (at, new) = if found.span.start < page.body.start {
        // YAML only: in other languages a table of its own would have to go to the end.
        let has_own = page.front_matter.fields.entry("javert").is_some();
        if !text.starts_with("---") || has_own {
            return None;
        }
        (text.find('\n')? + 1, format!("javert: {{ disable: [{rule}] }}{end_of_line}"))
    } else {
        let line = page.source.line_range(page.source.line(found.span.start))?;
        let whole = Span::new(line.start, line.end);
        let around = page.blocks.iter().filter(|block| block.span.start <= found.span.start);
        let block =
            around.filter(|block| found.span.start <= block.span.end).min_by_key(|block| block.span.len())?;
        match block.kind {
            // A comment in code is code.
            BlockKind::Code | BlockKind::Html => return None,
            BlockKind::Paragraph | BlockKind::Heading(..) | BlockKind::Cell => {
                let end = whole.start as usize + text[line].trim_end().len();
                let end = page
                    .headings
                    .iter()
                    .find(|own| own.span.contains(found.span))
                    .and_then(|own| own.id.as_ref())
                    .map_or(end, |(_, id)| text[..id.start as usize].trim_end_matches(['{', '#', ' ']).len());
                (end, format!(" <!-- javert-disable-line {rule} -->"))
            }
            _ => {
                let indent: String =
                    text[line.clone()].chars().take_while(|c| *c == ' ' || *c == '\t').collect();
                (line.start, format!("{indent}<!-- javert-disable-next-line {rule} -->{end_of_line}"))
            }
        }
    };
    let mut action = action(desk, found, format!("suppress `{rule}` here"));
    let place = Span::new(at, at);
    action.edit = Some(desk.edit(Edits::from([(found.path.clone(), vec![(place, new)])])));
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
