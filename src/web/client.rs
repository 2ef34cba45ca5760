//! One request: [`Client`]. Redirects, retries and everything else that lasts longer is decided elsewhere.

use std::{
    collections::BTreeMap,
    error::Error,
    io,
    sync::{Arc, PoisonError},
    time::Duration,
};

use reqwest::{Response, header::HeaderMap, redirect};
use tokio::time::timeout;

use super::{
    anchors::Scanner,
    body::Body,
    cause::{Cause, plain},
    memory::AnchorVerdict,
    names::{Failure, Resolver, Shared},
    settings::{Proxies, Settings, Timeouts},
    sign::{HEADERS, Headers},
    tls::{self, Expiring},
    visit::{Method, Reply},
};

/// How we introduce ourselves.
const AGENT: &str = concat!("javert/", env!("CARGO_PKG_VERSION"), " (link checker)");

/// How a browser introduces itself.
const BROWSER: [(&str, &str); 7] = [
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("accept-language", "en-US,en;q=0.5"),
    ("sec-fetch-dest", "document"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-site", "none"),
    ("upgrade-insecure-requests", "1"),
];

/// Larger headers are not read.
const LARGEST_HEADERS: usize = 64 * 1024;
/// So much of the page of a bot wall is read.
const WALL: usize = 20 * 1024;

/// What is asked.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) browser: bool,
    /// Anchors to look for.
    pub(super) anchors: Vec<String>,
    pub(super) insecure: bool,
    pub(super) impatient: bool,
}

/// Asks, one request at a time.
pub(super) struct Client {
    usual: reqwest::Client,
    /// For hosts of which any certificate will do.
    careless: reqwest::Client,
    expiring: Expiring,
    timeouts: Timeouts,
    resolver: Arc<Resolver>,
}

impl Client {
    /// `encrypted`: some address is asked for with `https`, for which certificates are read now.
    pub(super) fn new(settings: &Settings, encrypted: bool) -> Result<Self, String> {
        let expiring = Expiring::default();
        let scale = |time: Duration| time.mul_f64(settings.second.as_secs_f64());
        let own = settings.timeouts;
        let timeouts = Timeouts {
            name: scale(own.name),
            connect: scale(own.connect),
            answer: scale(own.answer),
            total: scale(own.total),
            impatient: scale(own.impatient),
        };
        let mut open = settings.open.clone();
        // Somebody who says which proxy to use means it.
        open.hosts.extend(proxy_hosts(&settings.proxies));
        let resolver = Resolver::new(settings.names.clone(), open, timeouts.name);
        let configured = settings.hosts.iter().filter_map(|host| host.concurrency);
        let idle =
            configured.chain(settings.limits.map(|limits| limits.concurrency)).max().unwrap_or(0).max(2);
        let build = |insecure| -> Result<reqwest::Client, String> {
            let tls = tls::config(&settings.certificates, insecure, encrypted, Arc::clone(&expiring))?;
            let builder = reqwest::Client::builder()
                .tls_backend_preconfigured(tls)
                .dns_resolver(Shared(Arc::clone(&resolver)))
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .no_proxy()
                .connect_timeout(timeouts.connect)
                .pool_idle_timeout(Duration::from_secs(30))
                .pool_max_idle_per_host(idle)
                .http2_max_header_list_size(u32::try_from(LARGEST_HEADERS).unwrap_or(u32::MAX));
            let builder = with_proxies(builder, &settings.proxies)?;
            builder.build().map_err(|error| format!("the web client cannot be set up: {error}"))
        };
        let usual = build(false)?;
        let needs_careless = settings.hosts.iter().any(|host| host.insecure);
        let careless = if needs_careless { build(true)? } else { usual.clone() };
        Ok(Self { usual, careless, expiring, timeouts, resolver })
    }

    /// Asks.
    pub(super) async fn ask(&self, ask: Ask) -> Result<Reply, Cause> {
        let client = if ask.insecure { &self.careless } else { &self.usual };
        let method = match ask.method {
            Method::Head => reqwest::Method::HEAD,
            Method::Get => reqwest::Method::GET,
        };
        let mut request = client.request(method, &ask.url).header("accept-encoding", "gzip");
        if ask.browser {
            request = BROWSER.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        } else {
            request = request.header("user-agent", AGENT).header("accept", "text/html,*/*;q=0.8");
        }
        request = ask.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let total = if ask.impatient { self.timeouts.impatient } else { self.timeouts.total };
        let start = tokio::time::Instant::now();
        let response = timeout(self.timeouts.answer.min(total), request.send()).await;
        let response = response.map_err(|_| Cause::AnswerTimeout)?.map_err(|error| cause_of(&error))?;
        let left = total.saturating_sub(start.elapsed());
        let mut reply = Reply {
            status: response.status().as_u16(),
            headers: headers(response.headers())?,
            certificate_expires: self.is_expiring(response.url().host_str().unwrap_or("")),
            ..Reply::default()
        };
        if ask.method == Method::Head {
            return Ok(reply);
        }
        if matches!(reply.status, 401 | 403 | 405 | 406 | 429 | 451 | 503 | 999) {
            reply.body = start_of(response, left.min(self.timeouts.connect)).await;
        } else if reply.status / 100 == 2 && !ask.anchors.is_empty() {
            reply.anchors = find(response, &reply.headers, &ask.anchors, left).await;
        }
        Ok(reply)
    }

    /// Whether names can be looked up at all.
    pub(super) async fn names_work(&self) -> bool {
        self.resolver.works().await
    }

    /// Sends a query to a programming interface; what it says, if it answers.
    pub(super) async fn query(&self, api: &str, token: &str, body: String) -> Option<serde_json::Value> {
        let request =
            self.usual.post(api).header("user-agent", AGENT).header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {token}")).body(body);
        let answer = async {
            let mut response = request.send().await.ok()?;
            let mut text = Vec::new();
            while let Some(piece) = response.chunk().await.ok()? {
                text.extend_from_slice(&piece);
                if text.len() > LARGEST_HEADERS * 64 {
                    return None;
                }
            }
            serde_json::from_slice(&text).ok()
        };
        timeout(self.timeouts.total, answer).await.ok()?
    }

    fn is_expiring(&self, host: &str) -> bool {
        self.expiring.lock().unwrap_or_else(PoisonError::into_inner).contains(host)
    }
}

fn proxy_hosts(proxies: &Proxies) -> Vec<String> {
    let all = [&proxies.http, &proxies.https].into_iter().flatten();
    all.filter_map(|proxy| Some(url::Url::parse(proxy).ok()?.host_str()?.trim_matches(['[', ']']).to_owned()))
        .collect()
}

fn with_proxies(
    mut builder: reqwest::ClientBuilder,
    proxies: &Proxies,
) -> Result<reqwest::ClientBuilder, String> {
    let none = proxies.none.as_deref().and_then(reqwest::NoProxy::from_string);
    let http = proxies.http.as_deref().map(reqwest::Proxy::http);
    let https = proxies.https.as_deref().map(reqwest::Proxy::https);
    for proxy in [http, https].into_iter().flatten() {
        // The error would show the address, which may hold a password.
        let proxy = proxy.map_err(|_| "the proxy of the environment is no address".to_owned())?;
        builder = builder.proxy(proxy.no_proxy(none.clone()));
    }
    Ok(builder)
}

fn headers(all: &HeaderMap) -> Result<Headers, Cause> {
    let size: usize = all.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > LARGEST_HEADERS {
        return Err(Cause::TooLarge);
    }
    let mut kept = BTreeMap::new();
    for name in HEADERS {
        let values: Vec<String> =
            all.get_all(name).iter().map(|value| plain(&String::from_utf8_lossy(value.as_bytes()))).collect();
        if !values.is_empty() {
            kept.insert(name, values.join("\n"));
        }
    }
    Ok(kept)
}

/// The start of a body, as far as it comes in time.
async fn start_of(mut response: Response, time: Duration) -> String {
    let mut bytes = Vec::new();
    let read = async {
        while bytes.len() < WALL
            && let Ok(Some(piece)) = response.chunk().await
        {
            bytes.extend_from_slice(&piece[..piece.len().min(WALL)]);
        }
    };
    _ = timeout(time, read).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Looks for anchors in a page until all are found, or it ends, or is too large, or takes too long.
async fn find(
    mut response: Response,
    headers: &Headers,
    anchors: &[String],
    time: Duration,
) -> Vec<AnchorVerdict> {
    let get = |name: &str| headers.get(name).map_or("", String::as_str);
    let content_type = get("content-type").to_ascii_lowercase();
    let is_html = content_type.contains("html");
    let mut scanner = Scanner::new(anchors.iter().map(String::as_str));
    let Some(mut body) = Body::new(get("content-encoding"), &content_type).filter(|_| is_html) else {
        return scanner.verdicts(false);
    };
    let read = async {
        loop {
            let Ok(piece) = response.chunk().await else { return false };
            let last = piece.is_none();
            let Ok(text) = body.read(piece.as_deref().unwrap_or_default(), last) else { return false };
            let goes_on = scanner.read(&text);
            if last || !goes_on {
                return true;
            }
        }
    };
    let whole = timeout(time, read).await.unwrap_or(false);
    scanner.verdicts(whole)
}

/// Why a request failed.
fn cause_of(error: &reqwest::Error) -> Cause {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    let mut by_hyper = None;
    while let Some(error) = next {
        if let Some(Failure(cause)) = error.downcast_ref() {
            return cause.clone();
        }
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return tls::cause_of(error);
        }
        if let Some(error) = error.downcast_ref::<io::Error>()
            && let Some(cause) = cause_of_io(error)
        {
            return cause;
        }
        if let Some(error) = error.downcast_ref::<hyper::Error>() {
            by_hyper = Some(if error.is_parse() { Cause::Protocol } else { Cause::Reset });
        }
        next = error.source();
    }
    match by_hyper {
        Some(cause) => cause,
        None if error.is_timeout() => Cause::ConnectTimeout,
        None if error.is_connect() => Cause::Unreachable,
        None => Cause::Reset,
    }
}

fn cause_of_io(error: &io::Error) -> Option<Cause> {
    use io::ErrorKind as Kind;
    let inner = error.get_ref();
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return Some(tls::cause_of(error));
    }
    if let Some(Failure(cause)) = inner.and_then(|inner| inner.downcast_ref()) {
        return Some(cause.clone());
    }
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<io::Error>()) {
        return cause_of_io(error);
    }
    Some(match error.kind() {
        Kind::ConnectionRefused => Cause::Refused,
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe | Kind::UnexpectedEof => {
            Cause::Reset
        }
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::AddrNotAvailable => Cause::Unreachable,
        Kind::TimedOut => Cause::ConnectTimeout,
        _ => return None,
    })
}
