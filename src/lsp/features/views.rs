//! Texts that are no files: the page of a rule, and a page as one reader sees it.

use gen_lsp_types::{ExecuteCommandParams, TextDocumentContentParams, TextDocumentIdentifier};
use lsp_server::ErrorCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    lsp::{desk::Desk, dispatch::Fault, server::Server},
    rules,
    variants::Projection,
};

/// The command that shows a rule's page.
pub(in crate::lsp) const EXPLAIN: &str = "javert.explain";
/// The command that gives a page as the readers of one edition see it.
pub(in crate::lsp) const PROJECTION: &str = "javert.projection";

/// What `javert/projection` takes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::lsp) struct ProjectionParams {
    text_document: TextDocumentIdentifier,
    /// The name of an edition; the first without it.
    edition: Option<String>,
}

/// A page as the readers of one edition see it, and which other editions there are.
pub(in crate::lsp) fn projection(server: &Server<'_>, params: ProjectionParams) -> Result<Value, Fault> {
    let refuse = |message: String| Fault { code: ErrorCode::RequestFailed, message };
    let desk = Desk::of(server, &params.text_document.uri)
        .ok_or_else(|| refuse("that is no page of a site".to_owned()))?;
    let editions = &desk.site.editions;
    let names: Vec<&str> = editions.iter().map(|edition| edition.name.as_str()).collect();
    let wanted = params.edition.as_deref();
    let edition = wanted.map_or(Some(0), |wanted| names.iter().position(|name| *name == wanted));
    let edition = edition.ok_or_else(|| {
        let known = names.join(", ");
        refuse(format!("no edition `{}`; the site has {known}", wanted.unwrap_or_default()))
    })?;
    if !desk.site.visibility(desk.page).page.contains(edition) {
        return Ok(json!({ "text": "", "edition": names[edition], "editions": names, "hidden": true }));
    }
    let projection = Projection::new(desk.site, desk.page, edition)
        .ok_or_else(|| refuse("what readers see of this page is not known".to_owned()))?;
    let text = projection.text(desk.page);
    Ok(json!({ "text": text, "edition": names[edition], "editions": names, "hidden": false }))
}

/// The text of a `javert:` URI.
pub(in crate::lsp) fn content(_: &Server<'_>, params: TextDocumentContentParams) -> Result<Value, Fault> {
    let name = params.uri.0.strip_prefix("javert:/rules/").and_then(|rest| rest.strip_suffix(".md"));
    let message = format!("there is no `{}`", params.uri.0);
    let entry = name.and_then(rules::find).ok_or(Fault { code: ErrorCode::RequestFailed, message })?;
    Ok(json!({ "text": entry.manual().text }))
}

/// Does what a command says; what comes of it is its result.
pub(in crate::lsp) fn execute(server: &Server<'_>, params: ExecuteCommandParams) -> Result<Value, Fault> {
    let first = params.arguments.and_then(|all| all.into_iter().next()).unwrap_or_default();
    match params.command.as_str() {
        EXPLAIN => {
            let name = first.as_str().unwrap_or_default();
            let message = format!("there is no rule `{name}`");
            let entry = rules::find(name).ok_or(Fault { code: ErrorCode::RequestFailed, message })?;
            server.show_rule(entry.name, entry.manual().text);
            Ok(json!(entry.manual().text))
        }
        PROJECTION => {
            let params = serde_json::from_value(first)
                .map_err(|error| Fault { code: ErrorCode::InvalidParams, message: error.to_string() })?;
            projection(server, params)
        }
        other => {
            Err(Fault { code: ErrorCode::InvalidParams, message: format!("there is no command `{other}`") })
        }
    }
}
