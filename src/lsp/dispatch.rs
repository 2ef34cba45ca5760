//! Which request is answered by what.

use gen_lsp_types::{DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport};
use lsp_server::{ErrorCode, Request};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    features::{actions, completion, hints, hover, jump, outline, rename, views},
    server::Server,
};

/// Why there is no answer.
pub(super) struct Fault {
    /// What kind of fault it is.
    pub(super) code: ErrorCode,
    /// A sentence for people.
    pub(super) message: String,
}

/// Whether a request is about a site, so that it waits until the site is read.
pub(super) fn needs_site(request: &Request) -> bool {
    request.method.starts_with("textDocument/")
        || request.method.starts_with("workspace/")
        || request.method.starts_with("javert/")
}

/// The answer to a request.
///
/// # Errors
/// When there is no such request, or it cannot be read.
pub(super) fn answer(server: &Server<'_>, request: Request) -> Result<Value, Fault> {
    let Request { method, params, .. } = request;
    match method.as_str() {
        "textDocument/diagnostic" => with(server, params, pull),
        "textDocument/codeAction" => with(server, params, actions::actions),
        "textDocument/hover" => with(server, params, hover::hover),
        "textDocument/definition" => with(server, params, jump::definition),
        "textDocument/references" => with(server, params, jump::references),
        "textDocument/completion" => with(server, params, completion::complete),
        "completionItem/resolve" => with(server, params, completion::resolve),
        "textDocument/documentSymbol" => with(server, params, outline::symbols),
        "textDocument/foldingRange" => with(server, params, outline::folds),
        "textDocument/documentLink" => with(server, params, outline::links),
        "textDocument/inlayHint" => with(server, params, hints::hints),
        "textDocument/prepareRename" => with(server, params, rename::prepare),
        "textDocument/rename" => rename::rename(server, read(params)?).and_then(written),
        "workspace/willRenameFiles" => with(server, params, rename::files),
        "workspace/executeCommand" => views::execute(server, read(params)?),
        "workspace/textDocumentContent" => views::content(server, read(params)?),
        "javert/projection" => views::projection(server, read(params)?),
        _ => Err(Fault { code: ErrorCode::MethodNotFound, message: format!("there is no `{method}` here") }),
    }
}

fn with<P: DeserializeOwned, R: Serialize>(
    server: &Server<'_>,
    params: Value,
    answer: fn(&Server<'_>, P) -> R,
) -> Result<Value, Fault> {
    written(answer(server, read(params)?))
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, Fault> {
    serde_json::from_value(params).map_err(|error| Fault {
        code: ErrorCode::InvalidParams,
        message: format!("the parameters cannot be read: {error}"),
    })
}

fn written(answer: impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(answer)
        .map_err(|error| Fault { code: ErrorCode::InternalError, message: error.to_string() })
}

fn pull(server: &Server<'_>, params: DocumentDiagnosticParams) -> DocumentDiagnosticReport {
    let items = server
        .place(&params.text_document.uri)
        .map(|(session, path)| server.items(&session.root, &path))
        .unwrap_or_default();
    let report = FullDocumentDiagnosticReport { result_id: None, items };
    DocumentDiagnosticReport::RelatedFullDocumentDiagnosticReport(
        gen_lsp_types::RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: report,
        },
    )
}
