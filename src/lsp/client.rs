//! What a client can do: [`Client`].

use serde_json::Value;

use super::convert::Encoding;

/// What a client can do, as it said at the beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Client {
    /// What columns count.
    pub(super) encoding: Encoding,
    /// It shows other places that matter to a finding.
    pub(super) related: bool,
    /// It asks us for the texts of `javert:` URIs.
    pub(super) shows_texts: bool,
    /// It asks for the findings of open files itself, and can be told to ask again.
    pub(super) pulls: bool,
    /// It takes edits of files with their versions.
    pub(super) versions: bool,
    /// It watches files for us if we say which.
    pub(super) watches: bool,
    /// It fills in the parameters of what it completes.
    pub(super) snippets: bool,
    /// It can be told to ask for inlay hints again.
    pub(super) refreshes_hints: bool,
}

impl Client {
    /// Reads what `initialize` says. Clients say it in many versions of the protocol, so nothing here is taken for
    /// granted.
    pub(super) fn read(params: &Value) -> Self {
        let says = |path: &str| params.pointer(path).and_then(Value::as_bool).unwrap_or(false);
        let offered: Vec<_> = params
            .pointer("/capabilities/general/positionEncodings")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|kind| serde_json::from_value(kind.clone()).ok())
            .collect();
        let pulls = params.pointer("/capabilities/textDocument/diagnostic").is_some();
        Self {
            encoding: Encoding::choose(&offered),
            related: says("/capabilities/textDocument/publishDiagnostics/relatedInformation")
                || says("/capabilities/textDocument/diagnostic/relatedInformation"),
            shows_texts: params.pointer("/capabilities/workspace/textDocumentContent").is_some()
                || says("/initializationOptions/virtualDocuments"),
            pulls: pulls && says("/capabilities/workspace/diagnostics/refreshSupport"),
            versions: says("/capabilities/workspace/workspaceEdit/documentChanges"),
            watches: says("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
            snippets: says("/capabilities/textDocument/completion/completionItem/snippetSupport"),
            refreshes_hints: says("/capabilities/workspace/inlayHint/refreshSupport"),
        }
    }
}
