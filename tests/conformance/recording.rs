//! What Hugo made of a case, as text that can be read in a review: [`Recording`].
//!
//! ```text
//! refused: what Hugo said
//! /docs/s/a/                    a published file, `…/index.html` as its directory
//!   #install                    an id of it; ids and links are in document order
//!   [b.md] no page              a link, as published, and what a browser finds
//!   ![i.png] /docs/s/a/i.png    an image
//! /docs/old/ -> /docs/s/a/      a page that only sends the reader on
//! ```

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    fs,
    path::Path,
};

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use crate::{
    case::Case,
    support::{
        Hugo,
        browser::{Lead, Published},
        write_site,
    },
};

/// What Hugo made of a case.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Recording {
    /// Why the build failed.
    pub(crate) refused: Option<String>,
    /// What is at each URL.
    pub(crate) places: BTreeMap<String, Place>,
}

/// What is at a URL.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A page with what is in it, or a file.
    Content(Vec<Item>),
    /// It sends the reader on to this URL.
    Redirect(String),
}

/// What is in a page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Id(String),
    Link { embedded: bool, href: String, found: String },
}

impl Recording {
    /// Builds a case.
    pub(crate) fn of(hugo: &Hugo, case: &Case) -> Self {
        let site = tempfile::tempdir().expect("a temporary folder");
        write_site(site.path(), case.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let build = hugo.run(site.path(), &["--noBuildLock", "--destination", "public"]);
        let refused = (!build.success).then(|| first_error(&build.output, site.path()));
        // Where Hugo stops in the middle, it is chance what is written.
        let finished = build.success || build.output.contains("logged ");
        let files = if finished { files(&site.path().join("public")) } else { BTreeMap::new() };
        let texts: Vec<(String, String)> = files
            .iter()
            .filter(|(path, _)| path.ends_with(".html"))
            .map(|(path, text)| (path.clone(), String::from_utf8_lossy(text).into_owned()))
            .collect();
        let browser = Browser { base: &case.base, published: Published::new(&case.base, files) };
        let mut places: BTreeMap<String, Place> = BTreeMap::new();
        for file in &browser.published.files {
            let redirect = browser.published.pages.get(file).and_then(|page| page.redirect.as_deref());
            let place = match redirect {
                Some(target) => Place::Redirect(browser.path(target)),
                None => Place::Content(Vec::new()),
            };
            places.insert(browser.url(file), place);
        }
        for (file, text) in texts {
            if let Some(Place::Content(items)) = places.get_mut(&browser.url(&file)) {
                *items = browser.items(&file, &text);
            }
        }
        Self { refused, places }
    }

    /// Reads a recording.
    pub(crate) fn parse(text: &str) -> Self {
        let mut own = Self::default();
        let mut last: Option<&mut Vec<Item>> = None;
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(why) = line.strip_prefix("refused: ") {
                own.refused = Some(why.to_owned());
            } else if let Some(item) = line.strip_prefix("  ") {
                last.as_mut().expect("a page").push(Item::parse(item));
            } else {
                let (url, place) = match line.split_once(" -> ") {
                    Some((url, target)) => (url, Place::Redirect(target.to_owned())),
                    None => (line, Place::Content(Vec::new())),
                };
                let place = own.places.entry(url.to_owned()).insert_entry(place).into_mut();
                last = if let Place::Content(items) = place { Some(items) } else { None };
            }
        }
        own
    }
}

impl Item {
    fn parse(text: &str) -> Self {
        if let Some(id) = text.strip_prefix('#') {
            return Self::Id(id.to_owned());
        }
        let (href, found) = text.rsplit_once("] ").expect("a link and what is found there");
        match href.strip_prefix("![") {
            Some(href) => Self::Link { embedded: true, href: href.to_owned(), found: found.to_owned() },
            None => Self::Link { embedded: false, href: href[1..].to_owned(), found: found.to_owned() },
        }
    }
}

impl fmt::Display for Recording {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(why) = &self.refused {
            writeln!(out, "refused: {why}")?;
        }
        for (url, place) in &self.places {
            match place {
                Place::Redirect(target) => writeln!(out, "{url} -> {target}")?,
                Place::Content(items) => {
                    writeln!(out, "{url}")?;
                    items.iter().try_for_each(|item| writeln!(out, "  {item}"))?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Item {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(out, "#{id}"),
            Self::Link { embedded, href, found } => {
                write!(out, "{}[{href}] {found}", if *embedded { "!" } else { "" })
            }
        }
    }
}

/// The attributes that hold addresses: element, attribute, whether it embeds rather than links.
const ADDRESSES: [(&str, &str, bool); 12] = [
    ("a", "href", false),
    ("area", "href", false),
    ("img", "src", true),
    ("img", "srcset", true),
    ("source", "src", true),
    ("source", "srcset", true),
    ("video", "src", true),
    ("video", "poster", true),
    ("audio", "src", true),
    ("iframe", "src", true),
    ("embed", "src", true),
    ("object", "data", true),
];

/// A browser that looks at what was published.
struct Browser<'c> {
    base: &'c str,
    published: Published,
}

impl Browser<'_> {
    /// The path of a URL on its host; with the host if that is another one.
    fn path(&self, url: &str) -> String {
        let host = self.base.find("://").map_or(0, |at| at + 3);
        let end = self.base[host..].find('/').map_or(self.base.len(), |at| host + at);
        let path = url.strip_prefix(&self.base[..end]).unwrap_or(url);
        path.strip_suffix("/index.html").map_or_else(|| path.to_owned(), |directory| format!("{directory}/"))
    }

    /// The URL path of a published file.
    fn url(&self, file: &str) -> String {
        self.path(&format!("{}{file}", self.base))
    }

    /// The ids and links of a page.
    fn items(&self, file: &str, text: &str) -> Vec<Item> {
        let mut items = Vec::new();
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        for Ok(token) in Tokenizer::new_with_emitter(text, emitter) {
            if let Token::StartTag(tag) = token {
                self.look_at(file, &tag, &mut items);
            }
        }
        items
    }

    fn look_at(&self, file: &str, tag: &StartTag<()>, items: &mut Vec<Item>) {
        let get = |name: &str| {
            let value = tag.attributes.get(name.as_bytes())?;
            Some(String::from_utf8_lossy(&value.value).into_owned())
        };
        let named = get("name").filter(|name| *tag.name == *b"a" && Some(name) != get("id").as_ref());
        items.extend(get("id").into_iter().chain(named).filter(|id| !id.is_empty()).map(Item::Id));
        if get("class").is_some_and(|class| class.starts_with("footnote-")) {
            return;
        }
        for (element, attribute, embedded) in ADDRESSES {
            let Some(value) = get(attribute).filter(|_| *tag.name == *element.as_bytes()) else { continue };
            let hrefs: Vec<&str> = match attribute {
                "srcset" => value.split(',').filter_map(|one| one.split_whitespace().next()).collect(),
                _ => vec![&value],
            };
            for href in hrefs {
                let found = self.found(file, href);
                items.push(Item::Link { embedded, href: href.to_owned(), found });
            }
        }
    }

    /// What is at the end of a link.
    fn found(&self, from: &str, href: &str) -> String {
        let (lead, file) = self.published.land(from, href);
        let there = file.map(|file| self.url(&file)).unwrap_or_default();
        match lead {
            Lead::There => there,
            Lead::Redirect => format!("{there} (redirect)"),
            Lead::NoFragment => format!("{there} (no id)"),
            Lead::NoPage => "no page".to_owned(),
            Lead::Other if self.published.is_on_host(href) => "outside".to_owned(),
            Lead::Other => "elsewhere".to_owned(),
        }
    }
}

/// The first error, whatever the order in which Hugo says them; without the path of the site.
fn first_error(output: &str, site: &Path) -> String {
    let errors = output.lines().filter(|line| line.starts_with("ERROR ") || line.starts_with("Error: "));
    let mut errors: Vec<&str> = errors.collect();
    errors.sort_unstable();
    let error = errors.first().copied().unwrap_or(output).replace(&format!("{}/", site.display()), "");
    let mut line = String::new();
    // Places of temporary files and times differ from run to run.
    for word in error.split_whitespace().take(60) {
        _ = write!(line, "{}{word}", if line.is_empty() { "" } else { " " });
    }
    line
}

/// All files below a folder, by their path with `/`.
#[expect(clippy::disallowed_methods, reason = "what Hugo wrote is read")]
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(folder).expect("it was found there");
            let below: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
            found.insert(below.join("/"), fs::read(&path).expect("a file"));
        }
    }
    found
}
