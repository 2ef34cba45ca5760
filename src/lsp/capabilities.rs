//! What the server can do, and what it wants of the client.

use gen_lsp_types::{
    CodeActionKind, CodeActionOptions, CompletionOptions, DiagnosticOptions, DocumentLinkOptions,
    ExecuteCommandOptions, InitializeResult, RenameOptions, ServerCapabilities, ServerInfo,
    TextDocumentSyncKind, TextDocumentSyncOptions, WorkDoneProgressOptions,
};
use serde_json::{Value, json};

use super::{
    client::Client,
    features::views::{EXPLAIN, PROJECTION},
};

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
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QuickFix]),
        ..CodeActionOptions::default()
    };
    let completion = CompletionOptions {
        trigger_characters: Some(["<", "%", "(", "/", "#", "\"", " "].map(str::to_owned).to_vec()),
        resolve_provider: Some(true),
        ..CompletionOptions::default()
    };
    let renaming = RenameOptions { prepare_provider: Some(true), ..RenameOptions::default() };
    let commands = ExecuteCommandOptions {
        commands: vec![EXPLAIN.to_owned(), PROJECTION.to_owned()],
        ..ExecuteCommandOptions::default()
    };
    let capabilities = ServerCapabilities {
        position_encoding: Some(client.encoding.kind()),
        text_document_sync: Some(sync.into()),
        diagnostic_provider: client.pulls.then(|| diagnostics.into()),
        code_action_provider: Some(actions.into()),
        hover_provider: Some(true.into()),
        definition_provider: Some(true.into()),
        references_provider: Some(true.into()),
        completion_provider: Some(completion),
        document_symbol_provider: Some(true.into()),
        folding_range_provider: Some(true.into()),
        document_link_provider: Some(DocumentLinkOptions::default()),
        inlay_hint_provider: Some(true.into()),
        rename_provider: Some(renaming.into()),
        execute_command_provider: Some(commands),
        ..ServerCapabilities::default()
    };
    let info = ServerInfo { name: "javert".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
    let result = InitializeResult { capabilities, server_info: Some(info) };
    let mut answer = serde_json::to_value(result).unwrap_or_default();
    answer["capabilities"]["workspace"] = json!({
        "workspaceFolders": { "supported": true, "changeNotifications": true },
        "fileOperations": { "willRename": { "filters": [
            { "scheme": "file", "pattern": { "glob": "**/*.md", "matches": "file" } },
        ] } },
        "textDocumentContent": { "schemes": ["javert"] },
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
