//! What templates bring in from elsewhere, where it is known from where: files, resources and other pages.

use std::{borrow::Cow, rc::Rc};

use super::{
    Renderer,
    fixed::{list, map},
    interpret::Interpreter,
    value::{Origin, Value},
};

/// Where a file is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// `readFile`: in the project, then in its content.
    Files,
    /// `resources.Get`: among the assets.
    Assets,
    /// `.Page.Resources.Get`: in the bundle of the page.
    Bundle,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shelved {
    /// It is a page, by its index.
    Page(usize),
    /// It has this text.
    Text(String),
    /// There is none.
    Nothing,
    /// There are several, or it cannot be known.
    Unknown,
}

/// The files and pages that templates may read.
pub trait Library {
    /// The text of a file, if that is surely the one which Hugo reads.
    fn read(&self, shelf: Shelf, name: &str) -> Option<String>;
    /// The names in a directory of the project, in their order, and whether each is a directory; `None`: that is not known.
    fn directory(&self, _name: &str) -> Option<Vec<(String, bool)>> {
        None
    }
    /// The index of a page: by its path from the root, or as seen from the page that is being rendered (`near`).
    fn page(&self, _path: &str, _near: bool) -> Option<usize> {
        None
    }
    /// The index of the page that is a file of the bundle of the page that is being rendered.
    fn resource_page(&self, _name: &str) -> Option<usize> {
        None
    }
    /// The only file of the bundle of another page whose name matches a pattern.
    fn resource_of(&self, _page: usize, _pattern: &str) -> Shelved {
        Shelved::Unknown
    }
    /// What a page says behind its front matter.
    fn body(&self, page: usize) -> String;
    /// The path of the file of the page that is being rendered, from the root of the content.
    fn path(&self) -> Option<String> {
        None
    }
}

/// Content from elsewhere that a template prints as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quote {
    /// A text rendered as a Markdown document of its own, and the page that render hooks take it to be on.
    Markdown(String, Renderer),
    /// The content of a page, by its index.
    Page(usize),
}

/// Whether a text holds shortcode calls. Hugo runs them where it renders the text as Markdown, and prints them as they
/// are anywhere else.
pub fn has_calls(text: &str) -> bool {
    text.contains("{{<") || text.contains("{{%")
}

fn literal(text: &str) -> Value {
    Origin::Literal(text.into()).into()
}

/// Text that is printed as it is.
fn safe(text: &str) -> Value {
    Origin::Concat(Rc::new(vec![literal(text)]), true).into()
}

/// A text that is known, safe or not.
pub(super) fn known_text(value: &Value) -> Option<Cow<'_, str>> {
    match value.only()? {
        Origin::Literal(text) => Some(Cow::Borrowed(text)),
        Origin::Concat(parts, _) => parts.iter().map(known_text).collect::<Option<String>>().map(Cow::Owned),
        _ => None,
    }
}

/// Whether a text is the same after it is rendered as Markdown, but for its element.
fn is_plain(text: &str) -> bool {
    let is_marked = |c: char| matches!(c, '\n' | '#' | '<' | '[' | '{' | '`');
    !text.trim().contains(is_marked)
}

impl Interpreter<'_> {
    /// What a function reads, or makes of what was read.
    pub(super) fn read_function(&mut self, name: &str, args: &[Value]) -> Option<Value> {
        let library = self.known?.reads?;
        let text = args.last().and_then(known_text);
        match (name, args) {
            ("readFile", [_]) => {
                let name = text?;
                let text = library.read(Shelf::Files, &name)?;
                // The files that calls read are code and data but for these.
                let is_prose = [".md", ".markdown", ".html"].iter().any(|end| name.ends_with(end));
                self.facts.reads_files |= self.layout || is_prose;
                Some(literal(&text))
            }
            ("readDir" | "os.ReadDir", [_]) => {
                let names = library.directory(&text?)?;
                Some(list(names.iter().map(|(name, is_directory)| listed(name, *is_directory)).collect()))
            }
            ("fileExists" | "os.FileExists", [_]) => {
                library.read(Shelf::Files, &text?).map(|_| Origin::Bool(true).into())
            }
            ("resources.Get", [_]) => {
                let text = library.read(Shelf::Assets, &text?)?;
                Some(Origin::File(text.as_str().into()).into())
            }
            ("markdownify", [_]) => {
                let text = text?;
                (!is_plain(&text)).then(|| {
                    Origin::Quote(Rc::new(Quote::Markdown(text.into_owned(), Renderer::Home))).into()
                })
            }
            ("path.Join", _) => {
                let parts: Vec<&str> = args.iter().map(Value::literal).collect::<Option<_>>()?;
                Some(literal(&clean(&parts.join("/"))))
            }
            ("path.Clean", [_]) => Some(literal(&clean(&text?))),
            ("path.Dir", [_]) => {
                let text = text?;
                let (dir, _) = text.rsplit_once('/').unwrap_or((".", ""));
                Some(literal(if dir.is_empty() { "/" } else { dir }))
            }
            ("path.Base", [_]) => Some(literal(text?.rsplit('/').next().unwrap_or_default())),
            ("path.Ext", [_]) => {
                let text = text?;
                let name = text.rsplit('/').next().unwrap_or_default();
                Some(literal(name.rfind('.').map_or("", |at| &name[at..])))
            }
            ("print" | "add" | "math.Add", [_, _, ..]) => {
                let parts: Vec<&str> = args.iter().map(Value::literal).collect::<Option<_>>()?;
                // Numbers are kept as text, and would be added or set apart.
                let is_number = |text: &&str| text.parse::<f64>().is_ok() || text.is_empty();
                (!parts.iter().any(is_number)).then(|| literal(&parts.concat()))
            }
            ("printf", [format, value]) => {
                let count = format.literal()?.strip_prefix("%.")?.strip_suffix('s')?.parse().ok()?;
                Some(literal(&value.literal()?.chars().take(count).collect::<String>()))
            }
            ("delimit" | "collections.Delimit", [all, separator, ..]) => {
                let separator = separator.literal()?;
                let Origin::Fixed(fixed) = all.only()? else { return None };
                let words: Option<Vec<&str>> = fixed.elements().map(Value::literal).collect();
                let words = words.filter(|_| fixed.is_ordered())?;
                Some(literal(&words.join(separator)))
            }
            ("slice", []) => Some(list(Vec::new())),
            _ => None,
        }
    }

    /// A method of a page, resource or file that is known.
    pub(super) fn read_field(&mut self, origin: &Origin, name: &str, args: &[Value]) -> Option<Value> {
        let library = self.known?.reads?;
        let text = args.last().and_then(known_text);
        match (origin, name, args) {
            (Origin::Page, "File", []) => Some(file(&library.path()?)),
            (Origin::Page, "GetPage", [_]) => Some(Origin::KnownPage(library.page(&text?, true)?).into()),
            // A kind may stand before the path, and means nothing. Hugo: `hugolib/pagecollections.go`.
            (Origin::Site, "GetPage", [_] | [_, _]) => {
                Some(Origin::KnownPage(library.page(&text?, false)?).into())
            }
            (Origin::Page, "RenderString", [.., _]) => {
                let options = match args {
                    [_] => true,
                    [options, _] => match options.only()? {
                        Origin::Dict(entries) => entries.keys().all(|key| key == "display"),
                        _ => false,
                    },
                    _ => false,
                };
                let text = text.filter(|text| options && !is_plain(text))?;
                Some(Origin::Quote(Rc::new(Quote::Markdown(text.into_owned(), Renderer::Page))).into())
            }
            (Origin::Resources, "Get" | "GetMatch", [_]) => {
                if let Some(page) = text.as_deref().and_then(|name| library.resource_page(name)) {
                    return Some(Origin::KnownPage(page).into());
                }
                let text = library.read(Shelf::Bundle, &text?)?;
                Some(Origin::File(text.as_str().into()).into())
            }
            (Origin::KnownPage(page), "Resources", []) => Some(Origin::ResourcesOf(*page).into()),
            (Origin::ResourcesOf(page), "Get" | "GetMatch", [_]) => {
                match library.resource_of(*page, &text?) {
                    Shelved::Page(page) => Some(Origin::KnownPage(page).into()),
                    Shelved::Text(text) if !has_calls(&text) => {
                        Some(Origin::File(text.as_str().into()).into())
                    }
                    Shelved::Nothing => Some(Origin::Nil.into()),
                    Shelved::Text(_) | Shelved::Unknown => Some(Origin::Resource(None).into()),
                }
            }
            (Origin::ResourcesOf(_), _, _) => Some(self.field(&Origin::Resources, name, args)),
            (Origin::File(text), "Content", _) => Some(literal(text)),
            (Origin::File(_), _, _) => Some(Origin::Other.into()),
            (Origin::KnownPage(page), "Content", _) => {
                Some(Origin::Quote(Rc::new(Quote::Page(*page))).into())
            }
            (Origin::KnownPage(page), "RawContent", _) => Some(literal(&library.body(*page))),
            (Origin::KnownPage(page), "RenderShortcodes", _) => {
                self.facts.quotes_pages.push(*page);
                Some(safe(&library.body(*page)))
            }
            (Origin::KnownPage(_), _, _) => Some(self.field(&Origin::OtherPage(None), name, args)),
            _ => None,
        }
    }
}

/// What `readDir` says of a file or directory. Go: `fs.FileInfo`.
fn listed(name: &str, is_directory: bool) -> Value {
    let unknown = ["ModTime", "Mode", "Size", "Sys"].map(|key| (key, Origin::Other.into()));
    let own = [("Name", literal(name)), ("IsDir", Origin::Bool(is_directory).into())];
    map(own.into_iter().chain(unknown).collect())
}

/// `.File`. Hugo: `source/fileInfo.go`.
fn file(path: &str) -> Value {
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (base, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let entry = |key: &'static str, value: &str| (key, literal(value));
    // What stands behind a dot may be a language.
    let translation = (!base.contains('.')).then_some(base);
    let content = translation.map(|own| match own {
        "index" | "_index" => dir.rsplit('/').next().unwrap_or_default(),
        own => own,
    });
    let if_known =
        |key: &'static str, value: Option<&str>| (key, value.map_or_else(|| Origin::Other.into(), literal));
    Value::dict(
        [
            if_known("TranslationBaseName", translation),
            if_known("ContentBaseName", content.filter(|own| !own.is_empty())),
            if_known("Filename", None),
            if_known("UniqueID", None),
            if_known("FileInfo", None),
            if_known("Section", None),
            entry("Path", path),
            entry("Dir", &format!("{dir}/")),
            entry("LogicalName", name),
            entry("BaseFileName", base),
            entry("Ext", extension),
        ]
        .into_iter()
        .collect(),
    )
}

/// A path without `.`, `..` and empty elements. Go: `path.Clean`.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => _ = parts.pop(),
            ".." if path.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (path.starts_with('/'), joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}
