//! What Hugo's functions and methods make of what they are given.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    Exactness, Param,
    guard::{self, check},
    interpret::{Interpreter, Lookup},
    stored::Scope,
    value::{Condition, Fact, Origin, Value},
};

/// The short name of a function: `strings.TrimPrefix` has none, `transform.Markdownify` is `markdownify`.
pub(super) fn canonical(name: &str) -> &str {
    match name {
        "safe.HTML" | "safe.Html" => "safeHTML",
        "safe.HTMLAttr" => "safeHTMLAttr",
        "safe.URL" => "safeURL",
        "safe.CSS" | "safe.JS" | "safe.JSStr" => "safeJS",
        "compare.Default" => "default",
        "compare.Conditional" => "cond",
        "compare.Eq" => "eq",
        "compare.Ne" => "ne",
        "collections.In" | "strings.Contains" => "in",
        "collections.Index" => "index",
        "collections.Dictionary" => "dict",
        "collections.Slice" => "slice",
        "collections.Merge" => "merge",
        "collections.Append" => "append",
        "collections.IsSet" => "isset",
        "strings.Split" => "split",
        "strings.Trim" => "trim",
        "strings.TrimSpace" => "trimSpace",
        "strings.ToLower" => "lower",
        "strings.ToUpper" => "upper",
        "strings.HasPrefix" => "hasPrefix",
        "strings.Chomp" => "chomp",
        "fmt.Printf" => "printf",
        "fmt.Print" => "print",
        "fmt.Errorf" => "errorf",
        "fmt.Warnf" => "warnf",
        "cast.ToString" => "string",
        "partials.Include" => "partial",
        "partials.IncludeCached" => "partialCached",
        "transform.Markdownify" => "markdownify",
        "transform.HTMLEscape" => "htmlEscape",
        "transform.Highlight" => "highlight",
        "urls.Ref" => "ref",
        "urls.RelRef" => "relref",
        "urls.RelURL" => "relURL",
        "urls.AbsURL" => "absURL",
        "urls.RelLangURL" => "relLangURL",
        "urls.AbsLangURL" => "absLangURL",
        "os.ReadFile" => "readFile",
        other => other,
    }
}

impl Interpreter<'_> {
    /// A function's result.
    pub(super) fn function(&mut self, name: &str, args: &[Value]) -> Value {
        let last = args.last().cloned().unwrap_or_else(|| Origin::Nil.into());
        match canonical(name) {
            "site" => Origin::Site.into(),
            "page" => Origin::Page.into(),
            "hugo" => Origin::Hugo.into(),
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
            "eq" | "ne" | "in" => guard::comparison(canonical(name), args),
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
            "merge" => merge(args),
            "slice" if args.is_empty() => Value::dict(BTreeMap::new()),
            "slice" | "append" if !args.is_empty() => union(args),
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
        match b.literal().filter(|word| is_whole && self.in_hook() && !word.is_empty()) {
            Some(word) => {
                self.facts.words.push(word.to_owned());
                true
            }
            None => false,
        }
    }

    /// The functions that take and give text.
    fn text_function(&mut self, name: &str, args: &[Value], last: Value) -> Value {
        match canonical(name) {
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
            | "transform.HTMLUnescape" => trimmed(canonical(name), args),
            "safeHTML" | "safeHTMLAttr" => last.map(|origin| match origin {
                Origin::Literal(text) => {
                    Origin::Concat(Rc::new(vec![Origin::Literal(text.clone()).into()]), true)
                }
                Origin::Concat(parts, _) => Origin::Concat(parts.clone(), true),
                other => other.clone(),
            }),
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
                self.facts.by_home |= last.any(|leaf| *leaf == Origin::Inner);
                markdown(&last)
            }
            "highlight" => code(args.first().unwrap_or(&last)),
            "ref" | "relref" => self.reference(args.get(1).unwrap_or(&last)),
            "readFile" => {
                self.look_up(Lookup::GlobalResource, &last);
                Origin::Content.into()
            }
            "resources.Get" | "resources.GetMatch" | "resources.Match" => {
                self.resource(Lookup::GlobalResource, &last)
            }
            _ => self.unknown(args),
        }
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
        match origin {
            Origin::Context => self.shortcode_field(name, args),
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
                ("GetPage", [.., path]) => self.page(path),
                _ => Origin::Other.into(),
            },
            Origin::LanguageObject => match name {
                "Lang" | "LanguageCode" | "Locale" | "Name" => Origin::Language.into(),
                _ => Origin::Other.into(),
            },
            Origin::Hugo if name == "Environment" => Origin::Environment.into(),
            Origin::SiteParam(path) => Origin::SiteParam(deeper(path, name)).into(),
            Origin::PageParam(path) => Origin::PageParam(deeper(path, name)).into(),
            Origin::Dict(entries) => entries.get(name).cloned().unwrap_or_else(|| Origin::Nil.into()),
            Origin::Scratch(scope) => self.scratch_method(*scope, name, args),
            Origin::Parent => match name {
                "Scratch" | "Store" => Origin::Scratch(Scope::Parent).into(),
                "Page" => Origin::Page.into(),
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
            Origin::Asset => Origin::Asset.into(),
            Origin::Other if matches!(name, "Content" | "RawContent" | "RenderShortcodes") => {
                Origin::Content.into()
            }
            other => {
                let rest = self.unknown(args);
                let own = Value::from(other.clone()).derived();
                if args.is_empty() { own } else { own.union(&rest) }
            }
        }
    }

    fn shortcode_field(&mut self, name: &str, args: &[Value]) -> Value {
        match (name, args) {
            // Only what another shortcode stored is looked for.
            ("Get" | "Params" | "Inner" | "InnerDeindent", _) if self.given.is_some() => Origin::Other.into(),
            ("Get", [.., key]) => self.get(key),
            ("Params", _) => Origin::Params.into(),
            ("Inner" | "InnerDeindent", _) => {
                self.facts.mentions_inner = true;
                Origin::Inner.into()
            }
            ("Page", _) => Origin::Page.into(),
            ("Site", _) => Origin::Site.into(),
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
            ("RenderString", [.., text]) => {
                self.facts.by_page |= text.any(|leaf| *leaf == Origin::Inner);
                markdown(text)
            }
            ("Ref" | "RelRef", [.., path]) => self.reference(path),
            ("Content" | "RawContent" | "RenderShortcodes" | "Summary" | "ContentWithoutSummary", _) => {
                Origin::Content.into()
            }
            ("Render", _) => Origin::Opaque.into(),
            _ => match origin {
                Origin::OtherPage(param) if matches!(name, "Permalink" | "RelPermalink") => {
                    Origin::FoundPage(param.clone()).into()
                }
                Origin::OtherPage(_) => Origin::Other.into(),
                _ => match (name, args) {
                    ("Params", _) => Origin::PageParam(Vec::new()).into(),
                    ("Param", [key]) => match key.literal() {
                        Some(key) => Origin::EitherParam(key.split('.').map(str::to_owned).collect()).into(),
                        None => self.unknown(args),
                    },
                    ("Language", _) => Origin::LanguageObject.into(),
                    ("Lang", _) => Origin::Language.into(),
                    ("Page", _) => Origin::Page.into(),
                    ("Scratch" | "Store", _) => Origin::Scratch(Scope::Page).into(),
                    _ => self.unknown(args),
                },
            },
        }
    }
}

/// Whether a resource's name ends with a literal extension of a file that brings no anchors.
fn ends_as_asset(name: &Value) -> bool {
    let ending = match name.only() {
        Some(Origin::Concat(parts, _)) => parts.last().and_then(Value::literal),
        _ => name.literal(),
    };
    let extension = ending.and_then(|ending| ending.rsplit_once('.')).map(|(_, extension)| extension);
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

fn union(args: &[Value]) -> Value {
    let mut all = args.iter();
    let Some(first) = all.next() else { return Origin::Nil.into() };
    all.fold(first.clone(), |all, arg| all.union(arg))
}

fn and(args: &[Value]) -> Value {
    let checks = |value: &Value| value.any(|leaf| matches!(leaf, Origin::Check(_)));
    // What a `with` goes on with is the last one.
    if let Some(last) = args.last()
        && last.origins().iter().all(|origin| matches!(origin, Origin::Resource(_) | Origin::OtherPage(_)))
    {
        return last.clone();
    }
    if args.iter().any(checks) {
        check(args.iter().flat_map(Value::conditions).collect())
    } else {
        union(args)
    }
}

fn dict(args: &[Value]) -> Value {
    let mut entries = BTreeMap::new();
    for pair in args.chunks(2) {
        let [key, value] = pair else { continue };
        let Some(key) = key.literal() else { return union(args).derived() };
        entries.insert(key.to_owned(), value.clone());
    }
    Value::dict(entries)
}

/// Later dictionaries win; what is no dictionary is forgotten, but for what it was made from.
fn merge(args: &[Value]) -> Value {
    let mut entries = BTreeMap::new();
    for origin in args.iter().flat_map(Value::origins) {
        match origin {
            Origin::Dict(more) => {
                for (key, value) in more.iter() {
                    let known = entries.entry(key.clone()).or_insert_with(|| value.clone());
                    *known = known.clone().union(value);
                }
            }
            Origin::Params | Origin::AnyArgument | Origin::Opaque => return union(args).derived(),
            _ => {}
        }
    }
    Value::dict(entries)
}

/// Functions that only take white space, affixes or a type off.
fn trimmed(name: &str, args: &[Value]) -> Value {
    let literal = |value: &&Value| value.literal().is_none();
    let Some(subject) = args.iter().find(literal).or(args.last()) else { return Origin::Nil.into() };
    let affix = matches!(name, "strings.TrimPrefix" | "strings.TrimSuffix");
    let dot = args.iter().any(|arg| arg.literal() == Some("./"));
    subject.flat_map(|origin| match origin {
        Origin::UrlPath(_) if affix && dot => origin.clone().into(),
        Origin::Argument(param, Exactness::Exact) if affix && dot => Origin::UrlPath(param.clone()).into(),
        Origin::Argument(..) | Origin::UrlPath(_) if affix => Value::from(origin.clone()).derived(),
        Origin::Inner if name == "htmlEscape" => Origin::InnerCode.into(),
        Origin::Params => Origin::AnyArgument.into(),
        other => other.clone().into(),
    })
}

fn split(args: &[Value]) -> Value {
    let [text, separator] = args else { return union(args).derived() };
    let Some(separator) = separator.literal() else { return text.derived() };
    // What stands in for an argument that is not given says nothing about those that are.
    let given = text.origins().iter().filter(|origin| !matches!(origin, Origin::Literal(_))).cloned();
    let given: Vec<Origin> = given.collect();
    let text = if given.is_empty() { text.clone() } else { given.into_iter().collect() };
    text.flat_map(|origin| match origin {
        Origin::Argument(param, Exactness::Exact) => Origin::List(param.clone(), separator.to_owned()).into(),
        Origin::Lower(inner) => match &**inner {
            Origin::Argument(param, Exactness::Exact) => {
                Origin::Lower(Rc::new(Origin::List(param.clone(), separator.to_owned()))).into()
            }
            other => Value::from(other.clone()).derived(),
        },
        other => Value::from(other.clone()).derived(),
    })
}

fn rebase(value: &Value, exactness: Exactness) -> Value {
    value.flat_map(|origin| match origin {
        Origin::Argument(param, known) => {
            Origin::Argument(param.clone(), if *known == Exactness::Exact { exactness } else { *known })
                .into()
        }
        Origin::FoundResource(_) | Origin::FoundPage(_) => origin.clone().into(),
        // Where a constant leads now depends on the base URL.
        other => Value::from(other.clone()).derived(),
    })
}

/// `printf` with a constant format: its text and its values in a row.
fn printf(args: &[Value]) -> Value {
    let Some((format, values)) = args.split_first() else { return Origin::Other.into() };
    let Some(format) = format.literal() else { return union(args).derived() };
    let mut parts: Vec<Value> = Vec::new();
    let mut literal = String::new();
    let mut values = values.iter();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            literal.push(c);
            continue;
        }
        let mut flags = String::new();
        let verb = chars.by_ref().find(|c| {
            let flag = c.is_ascii_digit() || "+-# .*[]".contains(*c);
            if flag {
                flags.push(*c);
            }
            !flag
        });
        let quote = verb == Some('q');
        match verb {
            Some('%') => literal.push('%'),
            Some(verb) => {
                let value = values.next().cloned().unwrap_or_else(|| Origin::Other.into());
                if quote {
                    literal.push('"');
                }
                parts.push(Value::from(Origin::Literal(std::mem::take(&mut literal).into())));
                let plain = flags.is_empty() && matches!(verb, 's' | 'v' | 'q' | 'd');
                parts.push(if plain { value } else { value.derived() });
                if quote {
                    literal.push('"');
                }
            }
            None => {}
        }
    }
    parts.push(Origin::Literal(literal.into()).into());
    parts.retain(|part| part.literal() != Some(""));
    match parts.as_slice() {
        [] => Origin::Literal("".into()).into(),
        [only] => only.clone(),
        _ => Value::concat(parts),
    }
}

/// `markdownify`, `RenderString`.
fn markdown(value: &Value) -> Value {
    value.flat_map(|origin| match origin {
        Origin::Inner => Origin::InnerMarkdown.into(),
        Origin::Argument(param, Exactness::Exact) => Origin::Rendered(param.clone()).into(),
        Origin::Concat(parts, _) => {
            Origin::Concat(Rc::new(parts.iter().map(markdown_part).collect()), true).into()
        }
        Origin::Literal(_)
        | Origin::InnerMarkdown
        | Origin::Rendered(_)
        | Origin::Content
        | Origin::Stored => origin.clone().into(),
        Origin::Each(value) => markdown(value),
        other => Value::from(other.clone()).derived(),
    })
}

/// A destination inside stays what it is; see `Place::Destination`.
fn markdown_part(value: &Value) -> Value {
    value.map(|origin| if *origin == Origin::Inner { Origin::InnerMarkdown } else { origin.clone() })
}

fn code(value: &Value) -> Value {
    value.flat_map(|origin| match origin {
        Origin::Inner => Origin::InnerCode.into(),
        other => Value::from(other.clone()).derived(),
    })
}
