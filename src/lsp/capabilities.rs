//! What the server can do, and what it wants of the client.

use gen_lsp_types::{
    DiagnosticOptions, InitializeResult, ServerCapabilities, ServerInfo, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkDoneProgressOptions,
};
use serde_json::{Value, json};

use super::client::Client;

/// The answer to `initialize`.
pub(super) fn answer(client: &Client) -> Value {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::Incremental),
        ..TextDocumentSyncOptions::default()
    };
    let diagnostics = DiagnosticOptions {
        identifier: Some("javert".to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: false,
        work_done_progress_options: WorkDoneProgressOptions::default(),
    };
    let capabilities = ServerCapabilities {
        position_encoding: Some(client.encoding.kind()),
        text_document_sync: Some(sync.into()),
        diagnostic_provider: client.pulls.then(|| diagnostics.into()),
        ..ServerCapabilities::default()
    };
    let info = ServerInfo { name: "javert".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
    let result = InitializeResult { capabilities, server_info: Some(info) };
    let mut answer = serde_json::to_value(result).unwrap_or_default();
    answer["capabilities"]["workspace"] = json!({
        "workspaceFolders": { "supported": true, "changeNotifications": true },
    });
    answer
}

/// The files that the client is to watch.
pub(super) fn watchers() -> Value {
    json!({ "registrations": [{
        "id": "files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": [{ "globPattern": "**/*" }] },
    }] })
}
