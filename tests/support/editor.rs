//! An editor without a screen: a client of the language server in memory.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread::JoinHandle,
    time::Duration,
};

use javert::{
    commands::{Surroundings, lsp::talk},
    hugo::paths::Day,
    web::stamp::Stamp,
};
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use url::Url;

/// An editor that has a folder open.
pub(crate) struct Editor {
    pub(crate) root: PathBuf,
    connection: Connection,
    server: JoinHandle<Result<(), String>>,
    /// The open files: version and text.
    open: BTreeMap<String, (i32, String)>,
    /// Whether columns count bytes, and not UTF-16.
    bytes: bool,
    /// What the server said of files: version and findings.
    pub(crate) said: BTreeMap<String, (Option<i64>, Vec<Value>)>,
    /// What else it said or asked, by method.
    pub(crate) heard: Vec<String>,
    requests: i32,
}

impl Editor {
    /// Starts a server for a folder.
    pub(crate) fn new(root: &Path, capabilities: &Value) -> Self {
        let mut editor = Self::silent(root);
        let folder = json!([{ "uri": editor.uri(""), "name": "site" }]);
        let params = json!({ "processId": null, "workspaceFolders": folder, "capabilities": capabilities });
        let answer = editor.ask("initialize", &params).expect("it begins");
        editor.bytes = answer["capabilities"]["positionEncoding"] == "utf-8";
        editor.tell("initialized", &json!({}));
        editor
    }

    /// Starts a server and says nothing to it.
    pub(crate) fn silent(root: &Path) -> Self {
        let (server, client) = Connection::memory();
        let around = Surroundings {
            directory: root.to_owned(),
            today: Day { year: 2026, month: 1, day: 1 },
            now: Stamp(1_767_225_600),
            terminal: false,
            error_terminal: false,
            no_color: true,
            variable: |_| None,
        };
        let server = std::thread::spawn(move || talk(&server, &around));
        Self {
            root: fs::canonicalize(root).expect("a folder"),
            connection: client,
            server,
            open: BTreeMap::new(),
            bytes: false,
            said: BTreeMap::new(),
            heard: Vec::new(),
            requests: 0,
        }
    }

    /// The URI of a file.
    pub(crate) fn uri(&self, path: &str) -> String {
        Url::from_file_path(self.root.join(path)).expect("a path").into()
    }

    /// The path of a file of the folder.
    pub(crate) fn path(&self, uri: &str) -> String {
        let full =
            Url::parse(uri).ok().filter(|url| url.scheme() == "file").and_then(|url| url.to_file_path().ok());
        let inside = full.and_then(|full| Some(full.strip_prefix(&self.root).ok()?.to_str()?.to_owned()));
        inside.unwrap_or_else(|| uri.to_owned())
    }

    /// Sends a notification.
    pub(crate) fn tell(&self, method: &str, params: &Value) {
        let notification = Notification { method: method.to_owned(), params: params.clone() };
        self.send(notification.into());
    }

    /// Sends whatever it is.
    pub(crate) fn send(&self, message: Message) {
        self.connection.sender.send(message).expect("the server is there");
    }

    /// Sends a request, and waits for the answer.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Result<Value, String> {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        let request = Request { id: id.clone(), method: method.to_owned(), params: params.clone() };
        self.send(request.into());
        loop {
            if let Message::Response(Response { id: own, response_result }) = self.hear()
                && own == id
            {
                return response_result.map_err(|error| error.message);
            }
        }
    }

    /// The next message.
    pub(crate) fn hear(&mut self) -> Message {
        let message = self.connection.receiver.recv_timeout(Duration::from_secs(60));
        let message = message.expect("the server says something");
        match &message {
            Message::Notification(Notification { method, params })
                if method == "textDocument/publishDiagnostics" =>
            {
                let path = self.path(params["uri"].as_str().expect("a file"));
                let findings = params["diagnostics"].as_array().expect("findings").clone();
                self.said.insert(path, (params["version"].as_i64(), findings));
            }
            Message::Notification(Notification { method, .. }) => self.heard.push(method.clone()),
            Message::Request(request) => {
                self.heard.push(request.method.clone());
                self.send(Response::new_ok(request.id.clone(), Value::Null).into());
            }
            Message::Response(_) => {}
        }
        message
    }

    /// Waits until the server has said everything.
    pub(crate) fn settle(&mut self) {
        self.ask("javert/settled", &Value::Null).expect("it settles");
    }

    /// The text of a file: what was typed, or what is on disk.
    pub(crate) fn text(&self, path: &str) -> String {
        let typed = self.open.get(path).map(|(_, text)| text.clone());
        typed.unwrap_or_else(|| fs::read_to_string(self.root.join(path)).unwrap_or_default())
    }

    /// The version of an open file.
    pub(crate) fn version(&self, path: &str) -> Option<i32> {
        self.open.get(path).map(|(version, _)| *version)
    }

    /// Opens a file.
    pub(crate) fn open(&mut self, path: &str) {
        let text = self.text(path);
        let uri = self.uri(path);
        self.open.insert(path.to_owned(), (1, text.clone()));
        let document = json!({ "uri": uri, "languageId": "markdown", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    /// Replaces bytes of an open file.
    pub(crate) fn replace(&mut self, path: &str, range: std::ops::Range<usize>, by: &str) {
        let uri = self.uri(path);
        let text = self.text(path);
        let place =
            json!({ "start": self.position(&text, range.start), "end": self.position(&text, range.end) });
        let (version, text) = self.open.get_mut(path).expect("an open file");
        text.replace_range(range, by);
        *version += 1;
        let params = json!({
            "textDocument": { "uri": uri, "version": *version },
            "contentChanges": [{ "range": place, "text": by }],
        });
        self.tell("textDocument/didChange", &params);
    }

    /// Makes edits of the server's in an open file: all of them, or none is right.
    pub(crate) fn apply(&mut self, path: &str, edits: &Value) {
        let text = self.text(path);
        let byte = |place: &Value| {
            let line = place["line"].as_u64().expect("a line") as usize;
            let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
            (start..=text.len())
                .find(|&at| text.is_char_boundary(at) && self.position(&text, at) == *place)
                .expect("a place in the file")
        };
        let edits = edits.as_array().expect("edits").iter();
        let mut edits: Vec<_> = edits
            .map(|edit| {
                (
                    byte(&edit["range"]["start"])..byte(&edit["range"]["end"]),
                    edit["newText"].as_str().expect("a text"),
                )
            })
            .collect();
        edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, new) in edits {
            self.replace(path, range, new);
        }
    }

    /// Waits until the server has said what is found in the newest version of a file.
    pub(crate) fn findings_now(&mut self, path: &str) -> Vec<Value> {
        let version = i64::from(self.open[path].0);
        loop {
            if let Some((Some(own), findings)) = self.said.get(path)
                && *own == version
            {
                return findings.clone();
            }
            self.hear();
        }
    }

    /// The position of a byte, in what the server counts.
    pub(crate) fn position(&self, text: &str, byte: usize) -> Value {
        let mut position = position(text, byte);
        if self.bytes {
            position["character"] = json!(byte - text[..byte].rfind('\n').map_or(0, |at| at + 1));
        }
        position
    }

    /// Closes a file.
    pub(crate) fn close(&mut self, path: &str) {
        self.open.remove(path);
        self.tell("textDocument/didClose", &json!({ "textDocument": { "uri": self.uri(path) } }));
    }

    /// Says that a file on disk is another.
    pub(crate) fn touch(&self, path: &str) {
        let changes = json!([{ "uri": self.uri(path), "type": 2 }]);
        self.tell("workspace/didChangeWatchedFiles", &json!({ "changes": changes }));
    }

    /// Leaves, and tells how the server ended.
    pub(crate) fn leave(mut self) -> Result<(), String> {
        self.ask("shutdown", &Value::Null)?;
        self.tell("exit", &Value::Null);
        self.server.join().expect("the server does not panic")
    }

    /// Is gone without a word, and tells how the server ended.
    pub(crate) fn vanish(self) -> Result<(), String> {
        drop(self.connection);
        self.server.join().expect("the server does not panic")
    }
}

/// The position of a byte, in UTF-16.
pub(crate) fn position(text: &str, byte: usize) -> Value {
    let before = &text[..byte];
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": line, "character": before[start..].encode_utf16().count() })
}
