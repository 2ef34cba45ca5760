//! What Hugo's functions and methods make of what they are given.

use std::rc::Rc;

use super::{
    Exactness, Known, Param,
    collections::{and, dict, merge, union},
    entries::Entries,
    guard::{self, check},
    interpret::{Interpreter, Lookup},
    known::of_parent,
    lists::of_type,
    stored::Scope,
    texts::{code, markdown, printf, rebase, split, trimmed},
    value::{Condition, Fact, Origin, Value},
};
use crate::hugo::dimensions::Dimension;

impl Interpreter<'_> {
    /// A function's result.
    pub(super) fn function(&mut self, name: &str, args: &[Value]) -> Value {
        if let Some(value) = self.making_function(name, args) {
            return value;
        }
        if let Some(value) = self.finder_function(name, args) {
            return value;
        }
        if let Some(value) = self.list_function(name, args) {
            return value;
        }
        if let Some(value) = self.known_function(name, args) {
            return value;
        }
        if let Some(value) = self.read_function(name, args) {
            return value;
        }
        let last = args.last().cloned().unwrap_or_else(|| Origin::Nil.into());
        match name {
            "site" => Origin::Site.into(),
            "page" => Origin::Page.into(),
            "hugo" => Origin::Hugo.into(),
            "newScratch" | "collections.NewScratch" => Origin::Scratch(Scope::Fresh).into(),
            "partial" | "partialCached" => self.partial(args),
            "return" => {
                self.return_value(last);
                Origin::Literal("".into()).into()
            }
            "default" => union(args),
            "or" => guard::any_of(args).unwrap_or_else(|| union(args)),
            "cond" => union(args.get(1..).unwrap_or_default()),
            "and" => and(args),
            "not" => check(Condition::negate(&last.conditions())),
            "eq" if self.is_word(args) => Origin::Bool(false).into(),
            "eq" | "ne" | "in" => guard::comparison(name, args),
            "hasPrefix" => guard::prefix(args),
            "isset" => {
                if let [collection, key] = args {
                    self.index(collection, key);
                }
                check(vec![Condition::OTHER])
            }
            "len"
            | "gt"
            | "lt"
            | "ge"
            | "le"
            | "hasSuffix"
            | "strings.HasSuffix"
            | "collections.Counter"
            | "reflect.IsMap"
            | "reflect.IsSlice"
            | "compare.Gt"
            | "compare.Lt" => {
                // Whether there are any is no use of their values.
                check(vec![Condition::OTHER])
            }
            "errorf" | "warnf" | "erroridf" | "warnidf" | "fmt.Erroridf" | "fmt.Warnidf" => {
                args.iter().for_each(|arg| self.consume(arg));
                Origin::Literal("".into()).into()
            }
            "index" => self.index_path(args),
            "dict" => dict(args),
            "merge" => merge(args, self.known.is_some()),
            "slice" if args.is_empty() => Value::dict(Entries::new()),
            "slice" | "append" if !args.is_empty() => union(args),
            "where" | "collections.Where" => {
                of_type(args).filter(|_| self.layout).unwrap_or_else(|| self.unknown(args))
            }
            "first" | "last" | "after" | "collections.First" | "collections.Last" | "collections.After" => {
                last.flat_map(|origin| match origin {
                    Origin::PagesOf(_) => origin.clone().into(),
                    _ => self.unknown(args),
                })
            }
            _ => self.text_function(name, args, last),
        }
    }

    /// `eq .Destination "g"` in a hook: such a destination stands for something else.
    fn is_word(&mut self, args: &[Value]) -> bool {
        let destination = Param::Named("Destination".to_owned());
        let [a, b] = args else { return false };
        let is_whole = match a.only() {
            Some(Origin::Argument(param, Exactness::Exact) | Origin::Url(param)) => *param == destination,
            _ => false,
        };
        match b.literal().filter(|word| is_whole && self.is_hook && !word.is_empty()) {
            Some(word) => {
                self.facts.words.push(word.to_owned());
                true
            }
            None => false,
        }
    }

    /// The functions that take and give text.
    fn text_function(&mut self, name: &str, args: &[Value], last: Value) -> Value {
        match name {
            "trim"
            | "strings.TrimLeft"
            | "strings.TrimRight"
            | "strings.TrimPrefix"
            | "strings.TrimSuffix"
            | "trimSpace"
            | "chomp"
            | "string"
            | "htmlEscape"
            | "htmlUnescape"
            | "safeURL"
            | "safeJS"
            | "safeCSS"
            | "transform.HTMLUnescape" => trimmed(name, args),
            "safeHTMLAttr" if self.layout && !last.any(is_text) && last.origins().iter().any(is_computed) => {
                Origin::Opaque.into()
            }
            "plainify" | "transform.Plainify" | "jsonify" | "encoding.Jsonify" if self.layout => {
                Origin::Other.into()
            }
            "safeHTML" | "safeHTMLAttr" => {
                if name == "safeHTML" {
                    self.hand_on(&last);
                }
                last.map(|origin| match origin {
                    Origin::Literal(text) => {
                        Origin::Concat(Rc::new(vec![Origin::Literal(text.clone()).into()]), true)
                    }
                    Origin::Concat(parts, _) => Origin::Concat(parts.clone(), true),
                    Origin::InnerText => Origin::Inner,
                    other => other.clone(),
                })
            }
            "lower" | "upper" => last.flat_map(|origin| match origin {
                Origin::Lower(_) | Origin::Literal(_) => origin.clone().into(),
                Origin::Dict(_) | Origin::Concat(..) => Value::from(origin.clone()).derived(),
                other => Origin::Lower(Rc::new(other.clone())).into(),
            }),
            "split" => split(args),
            "printf" => printf(args),
            "print" => match args {
                [only] => only.clone(),
                several => Value::concat(several.to_vec()),
            },
            "relURL" | "absURL" => rebase(&last, Exactness::BaseUrl),
            "relLangURL" | "absLangURL" => rebase(&last, Exactness::LanguageUrl),
            "urls.Parse" => last.flat_map(|origin| match origin {
                Origin::Argument(param, Exactness::Exact) => Origin::Url(param.clone()).into(),
                other => Value::from(other.clone()).derived(),
            }),
            "markdownify" => {
                self.facts.by_home |= last.any(is_raw);
                self.hand_on(&last);
                markdown(&last)
            }
            "highlight" => code(args.first().unwrap_or(&last)),
            "ref" | "relref" => self.reference(args.get(1).unwrap_or(&last)),
            "readFile" => {
                self.facts.reads_files |= self.layout && may_be_prose(&last);
                self.look_up(Lookup::GlobalResource, &last);
                Origin::Content.into()
            }
            "resources.Get" | "resources.GetMatch" | "resources.Match" => {
                self.resource(Lookup::GlobalResource, &last)
            }
            // What is made of a picture or style sheet is one.
            "minify"
            | "fingerprint"
            | "toCSS"
            | "postCSS"
            | "css.Sass"
            | "css.PostCSS"
            | "js.Build"
            | "resources.Minify"
            | "resources.Fingerprint"
            | "resources.ToCSS"
            | "resources.PostCSS"
            | "resources.Copy"
                if last.only() == Some(&Origin::Asset) =>
            {
                last
            }
            _ => self.unknown(args),
        }
    }

    /// Notes that a page template hands text on as HTML or Markdown that stands neither in it nor in the content.
    fn hand_on(&mut self, value: &Value) {
        let is_known = |leaf: &Origin| is_text(leaf) || matches!(leaf, Origin::Asset | Origin::Quote(_));
        let is_html = self.layout && !self.html.is_raw();
        self.facts.prints_text |= is_html && value.any(|leaf| !is_known(leaf));
    }

    /// A function we know nothing about: it computes something from its arguments.
    pub(super) fn unknown(&mut self, args: &[Value]) -> Value {
        let mut all = Value::from(Origin::Other);
        for arg in args {
            self.consume(arg);
            all = all.union(&arg.derived());
        }
        all
    }

    fn reference(&mut self, path: &Value) -> Value {
        // `ref . (dict "path" … "lang" …)`
        let path = path.flat_map(|origin| match origin {
            Origin::Dict(entries) => entries.get("path").cloned().unwrap_or_else(|| Origin::Params.into()),
            other => other.clone().into(),
        });
        let params = self.look_up(Lookup::Reference, &path);
        params.into_iter().map(|param| Origin::FoundPage(Some(param))).collect()
    }

    fn resource(&mut self, lookup: Lookup, name: &Value) -> Value {
        let params = self.look_up(lookup, name);
        if ends_as_asset(name) {
            return Origin::Asset.into();
        }
        if params.is_empty() {
            return Origin::Resource(None).into();
        }
        params.into_iter().map(|param| Origin::Resource(Some(param))).collect()
    }

    fn page(&mut self, name: &Value) -> Value {
        let params = self.look_up(Lookup::Page, name);
        if params.is_empty() {
            return Origin::OtherPage(None).into();
        }
        params.into_iter().map(|param| Origin::OtherPage(Some(param))).collect()
    }

    /// `.Get key` and `index .Params key`.
    fn get(&mut self, key: &Value) -> Value {
        let mut value: Option<Value> = None;
        for origin in key.origins() {
            let one = match origin {
                Origin::Literal(key) => match key.parse() {
                    Ok(position) => self.read(Param::Positional(position)),
                    Err(_) => self.read(Param::Named(key.to_string())),
                },
                _ => {
                    self.facts.all_parameters = true;
                    Origin::AnyArgument.into()
                }
            };
            value = Some(value.map_or_else(|| one.clone(), |value| value.union(&one)));
        }
        value.unwrap_or_else(|| Origin::Other.into())
    }

    fn index_path(&mut self, args: &[Value]) -> Value {
        let Some((first, keys)) = args.split_first() else { return Origin::Other.into() };
        keys.iter().fold(first.clone(), |value, key| self.index(&value, key))
    }

    fn index(&mut self, collection: &Value, key: &Value) -> Value {
        collection
            .origins()
            .to_vec()
            .iter()
            .fold(None::<Value>, |all, origin| {
                let one = match (origin, key.literal()) {
                    (Origin::Params, _) => self.get(key),
                    (Origin::Each(value), _) => match key.literal() {
                        Some(name) if name.parse::<usize>().is_err() => self.index(value, key),
                        _ => (**value).clone(),
                    },
                    (Origin::Stored, _) => Origin::Stored.into(),
                    (Origin::SiteParam(_) | Origin::PageParam(_) | Origin::Dict(_), Some(key)) => {
                        self.field(origin, key, &[])
                    }
                    (Origin::List(param, separator), Some(_)) => {
                        Origin::Element(param.clone(), separator.clone()).into()
                    }
                    (Origin::Resource(_) | Origin::OtherPage(_), _) => origin.clone().into(),
                    _ => Value::from(origin.clone()).derived(),
                };
                Some(all.map_or_else(|| one.clone(), |all| all.union(&one)))
            })
            .unwrap_or_else(|| Origin::Other.into())
    }

    /// A field or method of one thing.
    pub(super) fn field(&mut self, origin: &Origin, name: &str, args: &[Value]) -> Value {
        if let Some(value) = self.making_field(origin, name) {
            return value;
        }
        if let Some(value) = self.finder_field(origin, name, args) {
            return value;
        }
        if let Some(value) = self.list_field(origin, name, args) {
            return value;
        }
        if let Some(value) = self.known_field(origin, name) {
            return value;
        }
        if let Some(value) = self.read_field(origin, name, args) {
            return value;
        }
        match origin {
            Origin::Context => self.shortcode_field(name, args),
            Origin::Adapter => self.adapter_method(name, args),
            Origin::Section if name == "Resources" => Origin::SectionResources.into(),
            Origin::Section => self.page_field(&Origin::OtherPage(None), name, args),
            Origin::Page if name == "CurrentSection" => Origin::Section.into(),
            Origin::Page | Origin::OtherPage(_) => self.page_field(origin, name, args),
            Origin::Params => self.read(Param::Named(name.to_owned())),
            Origin::Resources => match (name, args) {
                ("Get" | "GetMatch" | "Match", [.., key]) => self.resource(Lookup::PageResource, key),
                _ => Origin::Resource(None).into(),
            },
            Origin::SectionResources => match (name, args) {
                ("Get" | "GetMatch" | "Match", [.., key]) => self.resource(Lookup::SectionResource, key),
                _ => Origin::Resource(None).into(),
            },
            Origin::Resource(param) => match name {
                "Permalink" | "RelPermalink" | "Key" => Origin::FoundResource(param.clone()).into(),
                "Content" => Origin::Content.into(),
                "Name" | "Title" | "Params" | "MediaType" | "Width" | "Height" | "ResourceType" | "Data" => {
                    Origin::Other.into()
                }
                _ => origin.clone().into(),
            },
            Origin::Site => match (name, args) {
                ("Params", _) => Origin::SiteParam(Vec::new()).into(),
                ("Language", _) => Origin::LanguageObject.into(),
                ("LanguageCode", _) => Origin::Language.into(),
                ("Version", _) => Origin::DimensionObject(Dimension::Version).into(),
                ("Role", _) => Origin::DimensionObject(Dimension::Role).into(),
                ("GetPage", [.., path]) => self.page(path),
                _ => Origin::Other.into(),
            },
            Origin::DimensionObject(own) if name == "Name" => Origin::Dimension(*own).into(),
            Origin::PageFile if name == "Ext" => Origin::Literal("md".into()).into(),
            Origin::LanguageObject => match name {
                "Lang" | "LanguageCode" | "Locale" | "Name" => Origin::Language.into(),
                _ => Origin::Other.into(),
            },
            Origin::Hugo if name == "Environment" => Origin::Environment.into(),
            Origin::SiteParam(path) => {
                let path = deeper(path, name);
                self.known_param(&path, true).unwrap_or_else(|| Origin::SiteParam(path).into())
            }
            Origin::PageParam(path) => {
                let path = deeper(path, name);
                self.known_param(&path, false).unwrap_or_else(|| Origin::PageParam(path).into())
            }
            Origin::Dict(entries) => entries.get(name).cloned().unwrap_or_else(|| Origin::Nil.into()),
            Origin::Scratch(scope) => self.scratch_method(*scope, name, args),
            Origin::Parent => match name {
                "Scratch" | "Store" => Origin::Scratch(Scope::Parent).into(),
                "Page" => Origin::Page.into(),
                "Name" if let Some(Some(around)) = self.known.and_then(Known::ask_around) => {
                    Origin::Literal(around.name.as_str().into()).into()
                }
                "Get" => match self.known.and_then(|known| known.ask_around()?).zip(args.last()) {
                    Some((around, key)) => of_parent(around, key),
                    None => self.field(&Origin::Other, name, args),
                },
                _ => self.field(&Origin::Other, name, args),
            },
            Origin::Stored => Origin::Stored.into(),
            Origin::Each(value) => self.access((**value).clone(), &[name.to_owned()], args),
            Origin::Url(param) => match name {
                "String" => Origin::Argument(param.clone(), Exactness::Exact).into(),
                "Path" => Origin::UrlPath(param.clone()).into(),
                "IsAbs" => check(vec![Condition { fact: Fact::Absolute, holds: true }]),
                _ => Origin::Argument(param.clone(), Exactness::Derived).into(),
            },
            Origin::Nil => Origin::Nil.into(),
            // What a variable starts with, before a page is found.
            Origin::Literal(_) if matches!(name, "Permalink" | "RelPermalink") => Origin::Nil.into(),
            Origin::Asset => Origin::Asset.into(),
            Origin::PagesOf(kind) => match name {
                "Summary" => {
                    self.facts.summaries_of.insert(kind.to_string());
                    Origin::Other.into()
                }
                _ if IN_ANOTHER_ORDER.contains(&name) => origin.clone().into(),
                _ => self.page_field(&Origin::OtherPage(None), name, args),
            },
            Origin::Other if matches!(name, "Content" | "RawContent" | "RenderShortcodes") => {
                Origin::Content.into()
            }
            Origin::Other if self.layout && name == "Summary" => self.summary(),
            Origin::Other if self.layout && name == "ContentWithoutSummary" => Origin::Content.into(),
            Origin::Other if name == "Render" => self.view(origin, args),
            other => {
                let rest = self.unknown(args);
                let own = Value::from(other.clone()).derived();
                if args.is_empty() { own } else { own.union(&rest) }
            }
        }
    }

    fn summary(&mut self) -> Value {
        self.facts.summaries = true;
        Origin::Other.into()
    }

    fn shortcode_field(&mut self, name: &str, args: &[Value]) -> Value {
        match (name, args) {
            // Only what another shortcode stored is looked for.
            ("Get" | "Params" | "Inner" | "InnerDeindent", _) if self.given.is_some() => Origin::Other.into(),
            ("Get", [.., key]) => self.get(key),
            ("Params", _) => Origin::Params.into(),
            ("Inner" | "InnerDeindent", _) if self.other_inner => Origin::Other.into(),
            ("Inner" | "InnerDeindent", _) => {
                self.facts.mentions_inner = true;
                Origin::Inner.into()
            }
            ("Page", _) => Origin::Page.into(),
            ("Site", _) => Origin::Site.into(),
            ("Name", _) if let Some(call) = self.known.and_then(|known| known.call) => {
                Origin::Literal(call.name.as_str().into()).into()
            }
            ("Scratch" | "Store", _) => Origin::Scratch(Scope::Own).into(),
            ("Parent", _) => Origin::Parent.into(),
            ("Ref" | "RelRef", [.., path]) => self.reference(path),
            _ => Origin::Other.into(),
        }
    }

    fn page_field(&mut self, origin: &Origin, name: &str, args: &[Value]) -> Value {
        match (name, args) {
            ("Site" | "Sites", _) => Origin::Site.into(),
            ("GetPage", [.., path]) => self.page(path),
            ("Resources", _) => Origin::Resources.into(),
            ("AllTranslations" | "Translations", _) => Origin::OtherPage(None).into(),
            ("RenderString", [.., text]) => {
                self.facts.by_page |= text.any(is_raw);
                self.hand_on(text);
                markdown(text)
            }
            ("Ref" | "RelRef", [.., path]) => self.reference(path),
            ("Content" | "RenderShortcodes" | "Summary" | "ContentWithoutSummary", _)
                if self.layout && *origin == Origin::Page =>
            {
                Origin::Other.into()
            }
            ("Summary", _) if self.layout => self.summary(),
            ("Content" | "RawContent" | "RenderShortcodes" | "Summary" | "ContentWithoutSummary", _) => {
                Origin::Content.into()
            }
            ("Render", _) => self.view(origin, args),
            ("TableOfContents", _) if !self.layout && *origin == Origin::Page => {
                let start = Origin::Literal("<nav id=\"TableOfContents\">".into());
                Origin::Concat(Rc::new(vec![start.into(), Origin::Other.into()]), true).into()
            }
            _ => match origin {
                Origin::OtherPage(param) if matches!(name, "Permalink" | "RelPermalink") => {
                    Origin::FoundPage(param.clone()).into()
                }
                Origin::OtherPage(_) if matches!(name, "CurrentSection" | "FirstSection" | "Parent") => {
                    Origin::OtherPage(None).into()
                }
                Origin::OtherPage(_) => Origin::Other.into(),
                _ => match (name, args) {
                    ("Params", _) => Origin::PageParam(Vec::new()).into(),
                    ("Permalink", _) => Origin::PageUrl { is_whole: true }.into(),
                    ("RelPermalink", _) => Origin::PageUrl { is_whole: false }.into(),
                    ("Param", [key]) => match key.literal() {
                        Some(key) => self.either_param(key.split('.').map(str::to_owned).collect()),
                        None => self.unknown(args),
                    },
                    ("Language", _) => Origin::LanguageObject.into(),
                    ("Lang", _) => Origin::Language.into(),
                    // Calls and hooks are run for pages in Markdown, whose files are nearly all called so.
                    ("File", _) if !self.layout => Origin::PageFile.into(),
                    ("Page", _) => Origin::Page.into(),
                    ("Scratch" | "Store", _) => Origin::Scratch(Scope::Page).into(),
                    _ => self.unknown(args),
                },
            },
        }
    }
}

/// Methods of collections of pages that leave out nothing and add nothing. Hugo: `resources/page/pages_sort.go`.
const IN_ANOTHER_ORDER: [&str; 14] = [
    "ByDate",
    "ByExpiryDate",
    "ByLanguage",
    "ByLastmod",
    "ByLength",
    "ByLinkTitle",
    "ByParam",
    "ByPublishDate",
    "ByTitle",
    "ByWeight",
    "GroupByDate",
    "GroupByPublishDate",
    "Limit",
    "Reverse",
];

/// Whether text stands in the template itself.
fn is_text(leaf: &Origin) -> bool {
    matches!(leaf, Origin::Literal(_) | Origin::Nil | Origin::Bool(_))
}

/// Whether it is `.Inner`, as it was written.
fn is_raw(leaf: &Origin) -> bool {
    matches!(leaf, Origin::Inner | Origin::InnerText)
}

/// Whether nothing of a value stands in the template.
fn is_computed(origin: &Origin) -> bool {
    !is_text(origin) && !matches!(origin, Origin::Concat(..))
}

/// How the name of a file certainly ends.
fn ending(name: &Value) -> Option<&str> {
    match name.only() {
        Some(Origin::Concat(parts, _)) => parts.last().and_then(Value::literal),
        _ => name.literal(),
    }
}

/// Whether a file may hold headings, by its name. Those without extension are lists for the build.
fn may_be_prose(name: &Value) -> bool {
    ending(name).is_none_or(|ending| {
        let file = ending.rsplit('/').next().unwrap_or_default();
        let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
        file.is_empty() || matches!(extension, "md" | "markdown" | "html" | "htm")
    })
}

/// Whether a resource's name ends with a literal extension of a file that brings no anchors.
fn ends_as_asset(name: &Value) -> bool {
    let extension = ending(name).and_then(|ending| ending.rsplit_once('.')).map(|(_, extension)| extension);
    matches!(
        extension,
        Some(
            "svg" | "png" | "jpg" | "webp" | "gif" | "css" | "scss" | "js" | "json" | "yaml" | "toml" | "csv"
        )
    )
}

fn deeper(path: &[String], name: &str) -> Vec<String> {
    let mut path = path.to_vec();
    path.push(name.to_owned());
    path
}
