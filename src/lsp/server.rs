//! The conversation with a client: [`serve`].

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::{self, AssertUnwindSafe},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, select, unbounded};
use gen_lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, PublishDiagnosticsParams, Uri,
};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Order, Place, Reading, World, capabilities,
    client::Client,
    convert::{self, path_of, uri_of},
    desk::Desk,
    dispatch::{self, Fault},
    documents::Document,
    session::Session,
};
use crate::{page::Page, site::Site, source::Source};

/// A request that is answered when all that follows from what was typed has been said: for tests and scripts.
const SETTLED: &str = "javert/settled";

/// Directories in which nothing is read, so that nothing follows from changes.
const UNREAD: [&str; 5] = [".git", ".javert_cache", "node_modules", "public", "resources"];

/// What came of an order.
type Outcome = (Order, Result<Reading, String>);

/// Talks to a client until it leaves.
///
/// # Errors
/// A sentence for people: the client did not keep to the protocol.
pub fn serve(connection: &Connection, world: &Arc<dyn World + 'static>) -> Result<(), String> {
    let (id, params) = match connection.initialize_start() {
        Ok(start) => start,
        Err(error) => return Err(format!("the client did not begin: {error}")),
    };
    let client = Client::read(&params);
    let folders = folders(&params);
    let answer = capabilities::answer(&client);
    if connection.sender.send(Response::new_ok(id, answer).into()).is_err() {
        return Err("the client is gone".to_owned());
    }
    let (done, outcomes) = unbounded();
    let mut server = Server {
        connection,
        world,
        client,
        documents: BTreeMap::new(),
        sessions: BTreeMap::new(),
        waiting: Vec::new(),
        revised: BTreeSet::new(),
        published: BTreeMap::new(),
        unpublished: BTreeSet::new(),
        settling: Vec::new(),
        requests: 0,
        done,
    };
    for folder in folders {
        server.add_folder(&folder);
    }
    server.run(&outcomes)
}

/// The folders that are open in the editor.
fn folders(params: &serde_json::Value) -> Vec<PathBuf> {
    let uri = |value: &serde_json::Value| value.as_str().and_then(|uri| path_of(&Uri(uri.to_owned())));
    let listed = params.get("workspaceFolders").and_then(serde_json::Value::as_array);
    let listed: Vec<PathBuf> =
        listed.into_iter().flatten().filter_map(|folder| folder.get("uri").and_then(uri)).collect();
    if !listed.is_empty() {
        return listed;
    }
    params.get("rootUri").and_then(uri).into_iter().collect()
}

/// Everything that is known while a client is there.
pub(super) struct Server<'s> {
    connection: &'s Connection,
    world: &'s Arc<dyn World>,
    /// What the client can do.
    pub(super) client: Client,
    /// The open files, by the client's URI.
    documents: BTreeMap<String, Document>,
    /// The sites, by root.
    sessions: BTreeMap<PathBuf, Session>,
    /// Requests about sites that are not read yet.
    waiting: Vec<Request>,
    /// Open files whose texts are newer than what their sites know, by URI.
    revised: BTreeSet<String>,
    /// What the client was told of files, by URI, and of which version; nothing of closed files without findings.
    published: BTreeMap<String, (Option<i32>, serde_json::Value)>,
    /// Sites of which there is more to tell.
    unpublished: BTreeSet<PathBuf>,
    /// Requests that are answered when nothing more is to be said.
    settling: Vec<RequestId>,
    /// Requests that we have made.
    requests: i32,
    done: Sender<Outcome>,
}

impl Server<'_> {
    fn run(&mut self, outcomes: &Receiver<Outcome>) -> Result<(), String> {
        loop {
            // What was typed meanwhile comes before everything that follows from it.
            while let Ok(message) = self.connection.receiver.try_recv() {
                if self.take(message)? {
                    return Ok(());
                }
            }
            self.revise();
            if self.connection.receiver.is_empty() {
                self.rest();
            }
            let message = select! {
                recv(self.connection.receiver) -> message => match message {
                    Ok(message) => message,
                    Err(_) => return Err("the client left without saying so".to_owned()),
                },
                recv(outcomes) -> outcome => {
                    if let Ok((order, reading)) = outcome {
                        self.accept(&order, reading);
                    }
                    continue;
                },
                default(self.pause()) => continue,
            };
            if self.take(message)? {
                return Ok(());
            }
        }
    }

    /// How long there is nothing to do.
    fn pause(&self) -> Duration {
        let due = self.sessions.values().filter_map(|session| session.due).min();
        due.map_or(Duration::from_secs(3600), |due| due.saturating_duration_since(Instant::now()))
    }

    /// Does what can wait until nothing else is to be done.
    fn rest(&mut self) {
        self.catch_up();
        let roots: Vec<PathBuf> = self.sessions.keys().cloned().collect();
        let now = Instant::now();
        for root in roots {
            if self.unpublished.remove(&root) {
                self.publish_all(&root);
            }
            let Some(session) = self.sessions.get_mut(&root) else { continue };
            if let Some(order) = session.order(now) {
                let (world, done) = (Arc::clone(self.world), self.done.clone());
                // A thread that is told to stop is gone within milliseconds.
                std::thread::spawn(move || {
                    let read = || world.read(&order);
                    let reading = panic::catch_unwind(AssertUnwindSafe(read));
                    let reading = reading.unwrap_or_else(|_| Err("the site could not be judged".to_owned()));
                    _ = done.send((order, reading));
                });
            }
        }
        if self.unpublished.is_empty() && self.sessions.values().all(Session::is_settled) {
            for id in std::mem::take(&mut self.settling) {
                self.respond(Response::new_ok(id, serde_json::Value::Null));
            }
        }
    }

    /// Tells of the pages that what was typed in others affects.
    fn catch_up(&mut self) {
        let roots: Vec<PathBuf> = self.sessions.keys().cloned().collect();
        for root in roots {
            let paths = self.sessions.get_mut(&root).map(Session::catch_up).unwrap_or_default();
            for path in paths {
                self.publish(&root, &path);
            }
        }
    }

    fn accept(&mut self, order: &Order, reading: Result<Reading, String>) {
        let Some(session) = self.sessions.get_mut(&order.root) else { return };
        let (reading, fault) = match reading {
            Ok(reading) => (Some(reading), None),
            Err(fault) => (None, Some(fault)),
        };
        if !session.accept(order, reading, Instant::now()) {
            return;
        }
        if let Some(fault) = fault {
            self.world.log(&fault);
            self.notify("window/logMessage", &serde_json::json!({ "type": 2, "message": fault }));
        }
        self.unpublished.insert(order.root.clone());
        if self.client.pulls {
            self.request("workspace/diagnostic/refresh", &serde_json::Value::Null);
        }
        if self.client.refreshes_hints {
            self.request("workspace/inlayHint/refresh", &serde_json::Value::Null);
        }
        for request in std::mem::take(&mut self.waiting) {
            self.answer(request);
        }
    }

    /// Takes a message; `true`: the client is done.
    fn take(&mut self, message: Message) -> Result<bool, String> {
        match message {
            Message::Request(request) if request.method == "shutdown" => {
                self.respond(Response::new_ok(request.id, serde_json::Value::Null));
                return self.wait_for_exit();
            }
            Message::Request(request) if request.method == SETTLED => self.settling.push(request.id),
            Message::Request(request) => {
                self.revise();
                // Who asks for findings asks for those of pages as well that another page's text affects.
                if request.method == "textDocument/diagnostic" {
                    self.catch_up();
                }
                self.answer(request);
            }
            Message::Notification(notification) if notification.method == "exit" => {
                return Err("the client left without shutting down".to_owned());
            }
            Message::Notification(notification) => self.notice(notification),
            Message::Response(response) => {
                if let Err(error) = response.response_result {
                    self.world.log(&format!("the client refused request {}: {}", response.id, error.message));
                }
            }
        }
        Ok(false)
    }

    fn wait_for_exit(&self) -> Result<bool, String> {
        loop {
            match self.connection.receiver.recv_timeout(Duration::from_secs(30)) {
                Ok(Message::Notification(notification)) if notification.method == "exit" => return Ok(true),
                Ok(Message::Request(request)) => {
                    let gone = "the server is shutting down".to_owned();
                    self.respond(Response::new_err(request.id, ErrorCode::InvalidRequest as i32, gone));
                }
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(true),
            }
        }
    }

    fn answer(&mut self, request: Request) {
        let waits = self.sessions.values().any(Session::is_unread) && dispatch::needs_site(&request);
        if waits {
            self.waiting.push(request);
            return;
        }
        let id = request.id.clone();
        let method = request.method.clone();
        let answer = panic::catch_unwind(AssertUnwindSafe(|| dispatch::answer(self, request)));
        let fault = |_| Err(Fault { code: ErrorCode::InternalError, message: "it failed".to_owned() });
        let response = match answer.unwrap_or_else(fault) {
            Ok(value) => Response::new_ok(id, value),
            Err(Fault { code, message }) => {
                self.world.log(&format!("{method}: {message}"));
                Response::new_err(id, code as i32, message)
            }
        };
        self.respond(response);
    }

    fn notice(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        match method.as_str() {
            "textDocument/didOpen" => self.with(&method, params, Self::open),
            "textDocument/didChange" => self.with(&method, params, Self::change),
            "textDocument/didClose" => self.with(&method, params, Self::close),
            "workspace/didChangeWatchedFiles" => self.with(&method, params, Self::files_changed),
            "workspace/didChangeWorkspaceFolders" => self.with(&method, params, Self::folders_changed),
            "initialized" => self.watch(),
            "$/cancelRequest" => self.cancel(&params),
            _ => {}
        }
    }

    /// Reads what a notification says, or takes down that it cannot be read.
    fn with<P: DeserializeOwned>(&mut self, method: &str, params: serde_json::Value, take: fn(&mut Self, P)) {
        match serde_json::from_value(params) {
            Ok(params) => take(self, params),
            Err(error) => self.world.log(&format!("{method}: cannot be read: {error}")),
        }
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let own = params.text_document;
        let place = path_of(&own.uri).and_then(|path| self.world.place(&path));
        if let Some(place) = &place {
            self.sessions.entry(place.root.clone()).or_insert_with(|| Session::new(place.root.clone()));
        }
        let path = place.as_ref().map_or("", |place| place.path.as_str());
        let source = Source::new(path, own.text);
        let uri = own.uri.0.clone();
        if self.documents.contains_key(&uri) {
            self.world.log(&format!("textDocument/didOpen: `{uri}` is open already"));
        }
        self.documents.insert(uri.clone(), Document { uri: own.uri, version: own.version, source, place });
        self.revised.insert(uri);
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) {
        let uri = &params.text_document.text_document_identifier.uri.0;
        let Some(document) = self.documents.get_mut(uri) else {
            self.world.log(&format!("textDocument/didChange: `{uri}` is not open"));
            return;
        };
        if params.text_document.version < document.version {
            let versions = format!("{} after {}", params.text_document.version, document.version);
            self.world.log(&format!("textDocument/didChange: `{uri}` has version {versions}"));
        }
        document.version = params.text_document.version;
        document.change(params.content_changes, self.client.encoding);
        self.revised.insert(uri.clone());
    }

    fn close(&mut self, params: DidCloseTextDocumentParams) {
        let uri = params.text_document.uri.0;
        self.revised.remove(&uri);
        let Some(document) = self.documents.remove(&uri) else {
            self.world.log(&format!("textDocument/didClose: `{uri}` is not open"));
            return;
        };
        let Some(place) = document.place else { return };
        if let Some(session) = self.sessions.get_mut(&place.root) {
            session.forget(&place.path, Instant::now());
            self.unpublished.insert(place.root);
        }
    }

    /// Tells the sites of what was typed, and the client what comes of it.
    fn revise(&mut self) {
        let now = Instant::now();
        for uri in std::mem::take(&mut self.revised) {
            let Some(document) = self.documents.get(&uri) else { continue };
            let Some(place) = &document.place else { continue };
            let Some(session) = self.sessions.get_mut(&place.root) else { continue };
            let place = place.clone();
            session.revise(&place.path, &document.source.text, now);
            self.publish(&place.root, &place.path);
        }
    }

    fn files_changed(&mut self, params: DidChangeWatchedFilesParams) {
        let soon = Instant::now() + Duration::from_millis(50);
        for change in params.changes {
            // What is open counts as the editor has it.
            if self.documents.contains_key(&change.uri.0) {
                continue;
            }
            let Some(path) = path_of(&change.uri) else { continue };
            for (root, session) in &mut self.sessions {
                let inside = path.strip_prefix(root).ok();
                if inside.is_some_and(|inside| {
                    !inside.iter().any(|part| UNREAD.contains(&&*part.to_string_lossy()))
                }) {
                    session.stale(soon);
                }
            }
        }
    }

    fn folders_changed(&mut self, params: DidChangeWorkspaceFoldersParams) {
        for folder in params.event.removed {
            let Some(path) = path_of(&folder.uri) else { continue };
            let open: BTreeSet<PathBuf> = self
                .documents
                .values()
                .filter_map(|document| Some(document.place.as_ref()?.root.clone()))
                .collect();
            let gone: Vec<PathBuf> = self
                .sessions
                .keys()
                .filter(|root| root.starts_with(&path) && !open.contains(*root))
                .cloned()
                .collect();
            for root in gone {
                self.sessions.remove(&root);
                self.publish_all(&root);
            }
            // Nobody else answers those that waited for a site which is gone.
            for request in std::mem::take(&mut self.waiting) {
                self.answer(request);
            }
        }
        for folder in params.event.added {
            if let Some(path) = path_of(&folder.uri) {
                self.add_folder(&path);
            }
        }
    }

    fn add_folder(&mut self, folder: &std::path::Path) {
        for root in self.world.sites(folder) {
            self.sessions.entry(root.clone()).or_insert_with(|| Session::new(root));
        }
    }

    /// Asks the client to watch the files that decide about sites.
    fn watch(&mut self) {
        if self.client.watches {
            self.request("client/registerCapability", &capabilities::watchers());
        }
    }

    fn cancel(&mut self, params: &serde_json::Value) {
        let Some(id) = params.get("id") else { return };
        let is_it = |request: &Request| serde_json::to_value(&request.id).is_ok_and(|own| own == *id);
        let (cancelled, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(is_it);
        self.waiting = waiting;
        let cancelled: Vec<Request> = cancelled;
        for request in cancelled {
            let gone = "cancelled".to_owned();
            self.respond(Response::new_err(request.id, ErrorCode::RequestCanceled as i32, gone));
        }
    }
}

/// What the client is told of findings.
impl Server<'_> {
    /// Tells the client what is found in a file, if it was told something else before.
    fn publish(&mut self, root: &std::path::Path, path: &str) {
        let Some(uri) = self.uri(root, path) else { return };
        let items = self.items(root, path);
        let open = self.documents.get(&uri.0);
        let version = open.map(|document| document.version);
        // What the client asks for itself it would show twice.
        let items = if self.client.pulls && open.is_some() { Vec::new() } else { items };
        let value = serde_json::to_value(&items).unwrap_or_default();
        let said = self.published.get(&uri.0);
        let is_read = self.sessions.get(root).is_none_or(|session| session.checked().is_some());
        if !is_read && said.is_none() {
            return;
        }
        let same = said.map_or(items.is_empty(), |(_, said)| *said == value);
        // Findings of an open file are said for each of its versions.
        let again = version.is_some() && !self.client.pulls && said.is_none_or(|(own, _)| *own != version);
        if same && !again {
            return;
        }
        if items.is_empty() && version.is_none() {
            self.published.remove(&uri.0);
        } else {
            self.published.insert(uri.0.clone(), (version, value));
        }
        let params = PublishDiagnosticsParams { uri, version, diagnostics: items };
        self.notify("textDocument/publishDiagnostics", &params);
    }

    /// The findings in a file, in the protocol's words.
    pub(super) fn items(&self, root: &std::path::Path, path: &str) -> Vec<gen_lsp_types::Diagnostic> {
        let Some(session) = self.sessions.get(root) else { return Vec::new() };
        let Some(checked) = session.checked() else { return Vec::new() };
        let uri = |path: &str| self.uri(root, path);
        let one = |found| convert::diagnostic(checked, found, &self.client, &uri);
        session.findings(path).iter().map(one).collect()
    }

    /// Tells the client what is found in all files of a site, as far as it was told something else before.
    fn publish_all(&mut self, root: &std::path::Path) {
        let mut paths: BTreeSet<String> = BTreeSet::new();
        if let Some(checked) = self.sessions.get(root).and_then(Session::checked) {
            paths.extend(checked.diagnostics.iter().map(|found| found.path.clone()));
        }
        let said = self.published.keys().filter_map(|uri| path_of(&Uri(uri.clone())));
        let said = said.filter_map(|full| Some(full.strip_prefix(root).ok()?.to_str()?.replace('\\', "/")));
        paths.extend(said);
        let open = self.documents.values().filter_map(|document| document.place.as_ref());
        paths.extend(open.filter(|place| place.root == root).map(|place| place.path.clone()));
        for path in paths {
            self.publish(root, &path);
        }
    }
}

/// What is asked about sites and files.
impl Server<'_> {
    /// How the client calls a file of a site.
    pub(super) fn uri(&self, root: &std::path::Path, path: &str) -> Option<Uri> {
        let is_it = |document: &&Document| {
            document.place.as_ref().is_some_and(|place| place.root == root && place.path == path)
        };
        let open = self.documents.values().find(is_it).map(|document| document.uri.clone());
        open.or_else(|| uri_of(&root.join(path)))
    }

    /// The site of a file and the file's path in it.
    pub(super) fn place(&self, uri: &Uri) -> Option<(&Session, String)> {
        let place = match self.documents.get(&uri.0) {
            Some(document) => document.place.clone(),
            None => self.world.place(&path_of(uri)?),
        }?;
        Some((self.sessions.get(&place.root)?, place.path))
    }

    /// A page of a site.
    pub(super) fn page(&self, root: &std::path::Path, path: &str) -> Option<&Page> {
        let site = &self.sessions.get(root)?.checked()?.site;
        site.page_at(path).map(|index| &site.pages[index])
    }

    /// Where a file is that need not be there yet.
    pub(super) fn locate(&self, path: &std::path::Path) -> Option<Place> {
        self.world.place(path)
    }

    /// The site as it would be if the file of a page had another path.
    pub(super) fn imagine(&self, desk: &Desk<'_>, path: &str) -> Option<Site> {
        let mut order = desk.session.order_now();
        order.texts.insert(desk.page.path().to_owned(), None);
        order.texts.insert(path.to_owned(), Some(desk.page.source.text.clone()));
        self.world.read(&order).ok().map(|reading| reading.checked.site)
    }

    /// The version of an open file.
    pub(super) fn version(&self, uri: &Uri) -> Option<i32> {
        self.documents.get(&uri.0).map(|document| document.version)
    }
}

/// What is said to the client. If it is gone, the loop notices.
impl Server<'_> {
    /// Shows the page of a rule: as a text of its own, or else in a message.
    pub(super) fn show_rule(&self, rule: &str, text: &str) {
        if self.client.shows_texts {
            let params = serde_json::json!({ "uri": convert::rule_page(rule), "takeFocus": true });
            let id = RequestId::from(format!("show {rule}"));
            let request = Request { id, method: "window/showDocument".to_owned(), params };
            _ = self.connection.sender.send(request.into());
        } else {
            self.notify("window/showMessage", &serde_json::json!({ "type": 3, "message": text }));
        }
    }

    fn respond(&self, response: Response) {
        _ = self.connection.sender.send(response.into());
    }

    fn notify(&self, method: &str, params: &impl Serialize) {
        let params = serde_json::to_value(params).unwrap_or_default();
        let notification = Notification { method: method.to_owned(), params };
        _ = self.connection.sender.send(notification.into());
    }

    fn request(&mut self, method: &str, params: &serde_json::Value) {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        let request = Request { id, method: method.to_owned(), params: params.clone() };
        _ = self.connection.sender.send(request.into());
    }
}
