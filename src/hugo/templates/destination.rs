//! What a render hook prints as the destination of one link, where it is known what it finds: [`link_destination`].

use percent_encoding::percent_decode_str;

use super::{
    Known, Partials, Template,
    fixed::map,
    html::{Part, Place},
    interpret::Interpreter,
    run::run_known,
    value::{Origin, Value},
};

/// What a render hook finds on one page.
pub trait Finder {
    /// The URL of the page that `GetPage` finds; `Some(None)`: it finds none. `None`: that is not known.
    fn page(&self, path: &str) -> Option<Option<String>>;
    /// Whether the page's bundle or the assets have a file of this name.
    fn has_file(&self, name: &str) -> bool;
    /// The URL of the page itself.
    fn own_url(&self) -> String;
    /// The full path of the page's file.
    fn file(&self) -> String;
}

/// Runs a render hook for a link with this destination; `None`: what it prints is not known.
pub fn link_destination<'a>(
    template: &'a Template,
    partials: &'a Partials,
    known: &'a Known<'a>,
    destination: &str,
) -> Option<String> {
    let unknown = ["Text", "PlainText", "Title", "IsBlock", "Ordinal"];
    let context = unknown.into_iter().map(|name| (name, Origin::Other.into()));
    let context = context.chain(["Page", "PageInner"].map(|name| (name, Origin::Page.into())));
    let context = context.chain([("Destination", literal(destination))]).collect();
    let facts = run_known(template, Value::dict(context), partials, known);
    let is_address =
        |place: &Place| matches!(place, Place::Attribute(tag, name) if tag == "a" && name == "href");
    let mut sinks = facts.sinks.iter().filter(|sink| is_address(&sink.place));
    let (Some(sink), None) = (sinks.next(), sinks.next()) else { return None };
    let is_sure = sink.conditions.is_empty() && !facts.opaque && !facts.doubtful;
    let part = |part: &Part| match part {
        Part::Literal(text) => Some(text.clone()),
        Part::Value(value) => value.literal().map(str::to_owned),
    };
    sink.parts.iter().map(part).collect::<Option<String>>().filter(|_| is_sure)
}

fn literal(text: &str) -> Value {
    Origin::Literal(text.into()).into()
}

impl Interpreter<'_> {
    /// What a function finds or takes apart in a render hook that is run for one link.
    pub(super) fn finder_function(&mut self, name: &str, args: &[Value]) -> Option<Value> {
        let finder = self.known?.finds?;
        match (name, args) {
            ("urls.Parse", [text]) => parts(text.literal()?),
            ("resources.Get", [name]) => (!finder.has_file(name.literal()?)).then(|| Origin::Nil.into()),
            _ => None,
        }
    }

    /// What a method finds there.
    pub(super) fn finder_field(&mut self, origin: &Origin, name: &str, args: &[Value]) -> Option<Value> {
        let finder = self.known?.finds?;
        match (origin, name, args) {
            (Origin::Page, "GetPage", [path]) => {
                Some(finder.page(path.literal()?)?.map_or(Origin::Nil, |url| Origin::At(url.into())).into())
            }
            (Origin::Resources, "Get" | "GetMatch", [name]) => {
                (!finder.has_file(name.literal()?)).then(|| Origin::Nil.into())
            }
            (Origin::Page, "RelPermalink", []) => Some(literal(&finder.own_url())),
            (Origin::PageFile, "Filename", []) => Some(literal(&finder.file())),
            (Origin::At(url), "RelPermalink", []) => Some(literal(url)),
            (Origin::At(_), ..) => Some(Origin::Other.into()),
            _ => None,
        }
    }
}

/// `urls.Parse`, where the address has nothing that Go would write in another way. Go: `net/url`.
pub(super) fn parts(address: &str) -> Option<Value> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\' | b'`');
    if !address.bytes().all(is_plain) {
        return None;
    }
    let (rest, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let has_scheme = |scheme: &&str| {
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-');
        scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(is_word)
    };
    let scheme = rest.split_once(':').map(|(scheme, _)| scheme).filter(has_scheme);
    let path = match scheme {
        Some(_) => Origin::Other.into(),
        None if rest.starts_with("//") => Origin::Other.into(),
        None => literal(&percent_decode_str(rest).decode_utf8_lossy()),
    };
    let entries = [
        ("String", literal(address)),
        ("Path", path),
        ("RawQuery", literal(query)),
        ("Fragment", literal(&percent_decode_str(fragment).decode_utf8_lossy())),
        ("Scheme", literal(&scheme.unwrap_or("").to_lowercase())),
        ("IsAbs", Origin::Bool(scheme.is_some()).into()),
        ("Host", Origin::Other.into()),
        ("User", Origin::Other.into()),
    ];
    Some(map(entries.into_iter().collect()))
}
