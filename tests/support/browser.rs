//! A published site as a browser sees it: what a page holds, and where its links lead.

use std::collections::{BTreeMap, BTreeSet};

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use percent_encoding::percent_decode_str;

/// What one HTML page holds, in document order.
#[derive(Default)]
pub(crate) struct Html {
    /// What `id=` and `<a name=>` define, twice if it is there twice.
    pub(crate) ids: Vec<String>,
    /// `href` as written, without those in `<nav>`, which are the theme's.
    pub(crate) links: Vec<String>,
    /// `src` as written.
    pub(crate) images: Vec<String>,
    /// Where `<meta http-equiv=refresh>` sends the reader.
    pub(crate) redirect: Option<String>,
}

impl Html {
    /// Reads the text of a page.
    pub(crate) fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut navs = 0_usize;
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
            match token {
                Token::StartTag(tag) => {
                    navs += usize::from(*tag.name == b"nav");
                    page.add(&tag, navs > 0);
                }
                Token::EndTag(tag) if *tag.name == b"nav" => navs = navs.saturating_sub(1),
                _ => {}
            }
        }
        page
    }

    /// Takes from a tag what we want to know.
    fn add(&mut self, tag: &StartTag<()>, in_nav: bool) {
        let get = |name: &str| {
            let value = tag.attributes.get(name.as_bytes())?;
            Some(String::from_utf8_lossy(&value.value).into_owned())
        };
        self.ids.extend(get("id"));
        match &tag.name[..] {
            b"a" | b"area" => {
                self.ids.extend(get("name").filter(|name| Some(name) != get("id").as_ref()));
                self.links.extend(get("href").filter(|_| !in_nav));
            }
            b"img" | b"source" => self.images.extend(get("src")),
            b"meta" if get("http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("refresh")) => {
                self.redirect =
                    get("content").and_then(|content| Some(content.split_once("url=")?.1.to_owned()));
            }
            _ => {}
        }
    }
}

/// Where a link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lead {
    /// To a page or file that is there.
    There,
    /// To a page that sends the reader on: an alias, or a page that is switched off in this edition.
    Redirect,
    /// To nothing.
    NoPage,
    /// To a page that has no such id.
    NoFragment,
    /// Out of this build: another host, another path on this host, a mail address.
    Other,
}

/// All files of one build, below its base URL.
pub(crate) struct Published {
    /// `https://help.example`
    origin: String,
    /// `/guide/`
    base_path: String,
    /// Paths below the base path.
    pub(crate) files: BTreeSet<String>,
    /// Those that are HTML.
    pub(crate) pages: BTreeMap<String, Html>,
}

impl Published {
    /// `base_url` ends with a slash.
    pub(crate) fn new(base_url: &str, files: BTreeMap<String, Vec<u8>>) -> Self {
        let host = base_url.find("://").map_or(0, |colon| colon + 3);
        let path = base_url[host..].find('/').map_or(base_url.len(), |slash| host + slash);
        let html = files.iter().filter(|(path, _)| path.ends_with(".html") || path.ends_with(".htm"));
        Self {
            origin: base_url[..path].to_owned(),
            base_path: base_url[path..].to_owned(),
            pages: html
                .map(|(path, text)| (path.clone(), Html::read(&String::from_utf8_lossy(text))))
                .collect(),
            files: files.into_keys().collect(),
        }
    }

    /// Follows a link of the page at `from` as a browser does.
    pub(crate) fn follow(&self, from: &str, link: &str) -> Lead {
        self.land(from, link).0
    }

    /// Follows a link, and says at which file it ends.
    pub(crate) fn land(&self, from: &str, link: &str) -> (Lead, Option<String>) {
        let link = link.trim();
        let Some(link) = self.on_host(link) else { return (Lead::Other, None) };
        let (rest, fragment) = link.split_once('#').unwrap_or((link, ""));
        let path = rest.split('?').next().unwrap_or_default();
        let here = format!("{}{from}", self.base_path);
        let whole = if path.is_empty() { decode(&here) } else { join(&here, &decode(path)) };
        let Some(below) = format!("{whole}/").strip_prefix(&self.base_path).map(str::to_owned) else {
            return (Lead::Other, None);
        };
        let Some(file) = self.file(below.trim_end_matches('/'), whole.ends_with('/')) else {
            return (Lead::NoPage, None);
        };
        let Some(page) = self.pages.get(&file) else { return (Lead::There, Some(file)) };
        let fragment = decode(fragment);
        let lead = if page.redirect.is_some() {
            Lead::Redirect
        } else if fragment.is_empty() || fragment == "top" || page.ids.contains(&fragment) {
            Lead::There
        } else {
            Lead::NoFragment
        };
        (lead, Some(file))
    }

    /// Whether a link stays on the host of the site.
    pub(crate) fn is_on_host(&self, link: &str) -> bool {
        self.on_host(link.trim()).is_some()
    }

    /// A link without the host, if that is ours.
    fn on_host<'l>(&self, link: &'l str) -> Option<&'l str> {
        let host = |url: &str| url.find("//").map(|at| at + 2);
        let web = ["http://", "https://", "//"].iter().any(|start| link.starts_with(start));
        if !web {
            // With the scheme of the page and no `//`, the rest is a path.
            let own = self.origin.split_once("//").map_or("", |(scheme, _)| scheme);
            let rest = link.strip_prefix(own).filter(|_| !own.is_empty());
            return rest.or_else(|| (!has_scheme(link)).then_some(link));
        }
        let own = &self.origin[host(&self.origin)?..];
        let rest = &link[host(link)?..];
        let (other, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        other.eq_ignore_ascii_case(own).then_some(if path.is_empty() { "/" } else { path })
    }

    /// The file that a server sends for a path: itself, or the index of the folder. With a slash, only the latter.
    fn file(&self, path: &str, slash: bool) -> Option<String> {
        let index = if path.is_empty() { "index.html".to_owned() } else { format!("{path}/index.html") };
        [path.to_owned(), index].into_iter().skip(usize::from(slash)).find(|file| self.files.contains(file))
    }
}

/// Whether a link begins with `https:`, `mailto:` or the like.
fn has_scheme(link: &str) -> bool {
    link.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// Resolves `path` against the page at `here`.
fn join(here: &str, path: &str) -> String {
    let folder = here.rsplit_once('/').map_or("", |(folder, _)| folder);
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/').skip(1) {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Undoes percent-encoding.
fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[test]
fn a_link_is_followed_as_a_browser_does() {
    let page = |text: &str| text.as_bytes().to_vec();
    let files = BTreeMap::from([
        ("ja/a.html".to_owned(), page("<h2 id=語>x</h2><a name=n></a>")),
        ("ja/s/index.html".to_owned(), page("<p id=p>")),
        ("ja/old.html".to_owned(), page("<meta http-equiv=refresh content='0; url=/guide/ja/a.html'>")),
        ("f.csv".to_owned(), Vec::new()),
    ]);
    let site = Published::new("https://help.example/guide/", files);
    let cases = [
        ("", Lead::There),
        ("#", Lead::There),
        ("#p", Lead::There),
        ("#q", Lead::NoFragment),
        ("../a.html#n", Lead::There),
        ("../a.html#%E8%AA%9E", Lead::There),
        ("../a.html?x=1#N", Lead::NoFragment),
        ("/guide/f.csv", Lead::There),
        ("/guide/F.csv", Lead::NoPage),
        ("/guide/ja/s", Lead::There),
        ("/guide/ja/s/", Lead::There),
        ("/guide/ja/a.html/", Lead::NoPage),
        ("/guide/", Lead::NoPage),
        ("/guides/", Lead::Other),
        ("/ja/a.html", Lead::Other),
        ("../old.html#x", Lead::Redirect),
        ("https://help.example/guide/ja/b.html", Lead::NoPage),
        ("https://help.example.org/guide/ja/b.html", Lead::Other),
        ("tel:1", Lead::Other),
        ("//cdn.example/x", Lead::Other),
    ];
    for (link, lead) in cases {
        assert_eq!(site.follow("ja/s/index.html", link), lead, "{link}");
    }
}
