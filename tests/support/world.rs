//! A world of web servers on loopback addresses, each with a script: what it is asked, in which order, and what it
//! answers. What it was asked beyond that, and what it was not asked, is said.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
};

/// A line of a script: `GET a.world/x [x-token: secret] [!cookie] -> 200 etag: "1" page 3 late`.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    method: String,
    url: String,
    /// Headers that the request has, or with `!` does not have.
    conditions: Vec<String>,
    response: String,
}

impl Line {
    pub(crate) fn parse(text: &str) -> Self {
        let (request, response) = text.split_once(" -> ").unwrap_or_else(|| panic!("no `->` in `{text}`"));
        let mut parts = request.trim().splitn(3, ' ');
        let mut part = || parts.next().unwrap_or("").to_owned();
        let (method, url, rest) = (part(), part(), part());
        let conditions = rest.split(['[', ']']).map(str::trim).filter(|own| !own.is_empty());
        Self {
            method,
            url,
            conditions: conditions.map(str::to_owned).collect(),
            response: response.trim().to_owned(),
        }
    }

    fn host(&self) -> &str {
        self.url.split('/').next().unwrap_or("")
    }
}

/// What all servers know together.
#[derive(Debug, Default)]
struct State {
    lines: Vec<Line>,
    complaints: Vec<String>,
    /// What was asked of lines that end with `*`, which are asked for as often as anybody likes.
    served: BTreeSet<String>,
    /// By host: when requests came.
    times: BTreeMap<String, Vec<Instant>>,
    /// By host: the most at once.
    most: BTreeMap<String, usize>,
}

/// The servers.
pub(crate) struct World {
    state: Arc<Mutex<State>>,
    /// Where each host is.
    pub(crate) addresses: BTreeMap<String, SocketAddr>,
    /// Whom to trust, as PEM.
    pub(crate) authority: String,
    second: Duration,
}

impl World {
    /// Starts a server for every host of the script, and for those of which it knows nothing. Times in it are in seconds
    /// that last `second`.
    pub(crate) fn start(lines: Vec<Line>, silent: &[String], second: Duration) -> Self {
        let certificates = Arc::new(Certificates::new());
        let hosts = lines.iter().map(|line| line.host().to_owned());
        let mut hosts: Vec<String> = hosts.chain(silent.iter().cloned()).collect();
        hosts.sort();
        hosts.dedup();
        let state = Arc::new(Mutex::new(State { lines, ..State::default() }));
        let mut addresses = BTreeMap::new();
        for host in hosts {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            addresses.insert(host.clone(), listener.local_addr().expect("bound"));
            let server = Arc::new(Server {
                host,
                state: Arc::clone(&state),
                second,
                certificates: Arc::clone(&certificates),
                running: AtomicUsize::new(0),
            });
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let server = Arc::clone(&server);
                    thread::spawn(move || server.welcome(stream));
                }
            });
        }
        Self { state, addresses, authority: certificates.authority.clone(), second }
    }

    /// What was asked beyond the script, and what of it was not asked.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let state = lock(&self.state);
        let left = state
            .lines
            .iter()
            .filter(|line| !line.url.ends_with('*'))
            .map(|line| format!("never asked: {} {}", line.method, line.url));
        state.complaints.iter().cloned().chain(left).collect()
    }

    /// How many different requests the lines that end with `*` answered.
    pub(crate) fn served(&self) -> usize {
        lock(&self.state).served.len()
    }

    /// The most requests at once that a host saw.
    pub(crate) fn most(&self, host: &str) -> usize {
        lock(&self.state).most.get(host).copied().unwrap_or(0)
    }

    /// When requests came to a host, in seconds of the script since the first.
    pub(crate) fn times(&self, host: &str) -> Vec<f64> {
        let state = lock(&self.state);
        let times = state.times.get(host).map_or(&[][..], Vec::as_slice);
        times.iter().map(|time| (*time - times[0]).as_secs_f64() / self.second.as_secs_f64()).collect()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Server {
    host: String,
    state: Arc<Mutex<State>>,
    second: Duration,
    certificates: Arc<Certificates>,
    running: AtomicUsize,
}

trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

impl Server {
    /// Serves one connection, encrypted if it begins so.
    fn welcome(&self, stream: TcpStream) {
        _ = stream.set_nodelay(true);
        let socket = stream.try_clone().expect("a socket");
        let mut first = [0];
        if stream.peek(&mut first).is_ok_and(|read| read == 1) && first[0] == 0x16 {
            let connection =
                ServerConnection::new(self.certificates.of(&self.host)).expect("a configuration");
            self.serve(&mut StreamOwned::new(connection, stream), &socket);
        } else {
            let mut stream = stream;
            self.serve(&mut stream, &socket);
        }
    }

    fn serve(&self, wire: &mut dyn Wire, socket: &TcpStream) {
        let mut buffer = Vec::new();
        while let Some(head) = read_head(wire, &mut buffer) {
            let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
            let response = self.take(&head, running);
            let goes_on = self.answer(wire, socket, &head, &response);
            if !goes_on {
                break;
            }
        }
    }

    /// The response to a request, by the script.
    fn take(&self, head: &str, running: usize) -> String {
        let mut lines = head.lines();
        let request: Vec<&str> = lines.next().unwrap_or("").split(' ').collect();
        let headers: Vec<String> = lines.map(str::to_ascii_lowercase).collect();
        let host = headers.iter().find_map(|line| line.strip_prefix("host: ")).unwrap_or("");
        let host = host.split(':').next().unwrap_or("");
        let path = request.get(1).copied().unwrap_or("");
        let asked = format!("{} {host}{path}", request[0]);
        let mut state = lock(&self.state);
        state.times.entry(self.host.clone()).or_default().push(Instant::now());
        let most = state.most.entry(self.host.clone()).or_default();
        *most = running.max(*most);
        let fits = |line: &Line| {
            let holds = |condition: &String| match condition.strip_prefix('!') {
                Some(name) => !headers.iter().any(|line| line.starts_with(&format!("{name}:"))),
                None => headers.contains(&condition.to_ascii_lowercase()),
            };
            let wanted = format!("{} {}", line.method, line.url);
            let is_it =
                wanted == asked || wanted.strip_suffix('*').is_some_and(|start| asked.starts_with(start));
            is_it && line.conditions.iter().all(holds)
        };
        match state.lines.iter().position(fits) {
            Some(at) if state.lines[at].url.ends_with('*') => {
                state.served.insert(asked);
                state.lines[at].response.clone()
            }
            Some(at) => state.lines.remove(at).response,
            None => {
                state.complaints.push(format!("asked beyond the script: {asked} {headers:?}"));
                "418".to_owned()
            }
        }
    }

    /// Answers; whether the connection stays open.
    fn answer(&self, wire: &mut dyn Wire, socket: &TcpStream, head: &str, response: &str) -> bool {
        let done = || self.running.fetch_sub(1, Ordering::SeqCst);
        let mut words = response.split(' ').filter(|word| !word.is_empty()).peekable();
        let mut status = words.next().unwrap_or("200").to_owned();
        if status == "after" {
            let seconds: f64 = words.next().and_then(|text| text.parse().ok()).expect("seconds");
            thread::sleep(self.second.mul_f64(seconds));
            status = words.next().unwrap_or("200").to_owned();
        }
        match status.as_str() {
            "close" => {
                done();
                return false;
            }
            "hang" => {
                // Until the other side has enough.
                _ = wire.read(&mut [0]);
                done();
                return false;
            }
            "garbage" => {
                done();
                _ = wire.write_all(b"SSH-2.0-OpenSSH_9.9\r\n\r\n\r\n");
                return false;
            }
            _ => {}
        }
        let rest: Vec<&str> = words.collect();
        let rest = rest.join(" ");
        let (headers, body) = match rest.split_once("body ") {
            Some((headers, body)) => (headers.to_owned(), Some(body.to_owned())),
            None => (rest, None),
        };
        let mut text = format!("HTTP/1.1 {status} X\r\n");
        for header in headers.split('|').map(str::trim).filter(|header| !header.is_empty()) {
            text.push_str(&format!(
                "{}\r\n",
                header.replace("\\e", "\u{1b}").replace("{big}", &"x".repeat(70_000))
            ));
        }
        if !headers.contains("content-type") {
            text.push_str("Content-Type: text/html; charset=utf-8\r\n");
        }
        let body = body.map(|body| content(&body)).unwrap_or_default();
        let endless = matches!(body, Content::Endless);
        let bytes = match body {
            Content::Bytes(bytes) => bytes,
            Content::Gzip(bytes) => {
                text.push_str("Content-Encoding: gzip\r\n");
                bytes
            }
            Content::Endless => Vec::new(),
        };
        text.push_str(&if endless {
            "\r\n".to_owned()
        } else {
            format!("Content-Length: {}\r\n\r\n", bytes.len())
        });
        done();
        let is_head = head.starts_with("HEAD ");
        let sent = wire
            .write_all(text.as_bytes())
            .and_then(|()| if is_head { Ok(()) } else { wire.write_all(&bytes) });
        if endless && !is_head {
            let limit = Instant::now() + Duration::from_secs(20);
            while Instant::now() < limit && wire.write_all(&[b' '; 4096]).is_ok() {}
            _ = socket.shutdown(std::net::Shutdown::Both);
            return false;
        }
        sent.and_then(|()| wire.flush()).is_ok()
    }
}

#[derive(Debug)]
enum Content {
    Bytes(Vec<u8>),
    Gzip(Vec<u8>),
    Endless,
}

impl Default for Content {
    fn default() -> Self {
        Self::Bytes(b"<p>Text.".to_vec())
    }
}

/// `page 300 late`: so many KiB of text, then an anchor; `gzip page …`; `bomb`; `endless`; anything else as it is.
fn content(text: &str) -> Content {
    let gzip = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    };
    let words: Vec<&str> = text.split(' ').collect();
    match words.as_slice() {
        ["endless"] => Content::Endless,
        ["bomb"] => Content::Gzip(gzip(&vec![b' '; 24 * 1024 * 1024])),
        ["gzip", rest @ ..] => match content(&rest.join(" ")) {
            Content::Bytes(bytes) => Content::Gzip(gzip(&bytes)),
            other => other,
        },
        ["page", size, anchor] => {
            let size: usize = size.parse().expect("KiB");
            let line = "<p id=\"some-paragraph\">Words that people read, one after the other.</p>\n";
            let page = line.repeat(size * 1024 / line.len() + 9);
            Content::Bytes(format!("{page}<h2 id=\"{anchor}\">End</h2>").into_bytes())
        }
        ["euc-jp", anchor] => {
            let page = "<p>本文です。</p>".repeat(60);
            Content::Bytes(encoding_rs::EUC_JP.encode(&format!("{page}<h2 id=\"{anchor}\">")).0.into_owned())
        }
        _ => Content::Bytes(text.as_bytes().to_vec()),
    }
}

/// The head of the next request.
fn read_head(wire: &mut dyn Wire, buffer: &mut Vec<u8>) -> Option<String> {
    loop {
        if let Some(at) = buffer.windows(4).position(|part| part == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..at]).into_owned();
            buffer.drain(..at + 4);
            return Some(head);
        }
        let mut piece = [0; 4096];
        match wire.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(read) => buffer.extend_from_slice(&piece[..read]),
        }
    }
}

/// Certificates by what is wrong with them, which the first part of a host's name says.
struct Certificates {
    authority: String,
    root: Issuer<'static, KeyPair>,
    between: Issuer<'static, KeyPair>,
}

impl Certificates {
    fn new() -> Self {
        let (authority, root) = issuer("Root", None);
        let (_, between) = issuer("Between", Some(&root));
        Self { authority, root, between }
    }

    fn of(&self, host: &str) -> Arc<ServerConfig> {
        let name = if host.starts_with("wrongname.") { "other.world" } else { host };
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        params.not_before = date_time_ymd(2020, 1, 1);
        if host.starts_with("expired.") {
            params.not_after = date_time_ymd(2021, 1, 1);
        } else if host.starts_with("soon.") {
            let day = std::time::SystemTime::now() + Duration::from_secs(5 * 86_400);
            params.not_after = day.into();
        }
        let issuer = match host.split('.').next() {
            Some("incomplete") => &self.between,
            _ => &self.root,
        };
        let key = KeyPair::generate().expect("a key");
        let certificate = match host.split('.').next() {
            Some("untrusted") => params.self_signed(&key),
            _ => params.signed_by(&key, issuer),
        };
        let certificate = certificate.expect("a certificate");
        let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().expect("versions").with_no_client_auth();
        Arc::new(builder.with_single_cert(chain, key).expect("a configuration"))
    }
}

fn issuer(name: &str, above: Option<&Issuer<'static, KeyPair>>) -> (String, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let certificate = match above {
        Some(above) => params.signed_by(&key, above),
        None => params.self_signed(&key),
    };
    let pem = certificate.expect("a certificate").pem();
    (pem, Issuer::new(params, key))
}

/// So that a port is known on which nobody listens.
pub(crate) fn closed_port() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}
