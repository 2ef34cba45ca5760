//! What a template computes when its page, its arguments and the site's data are known: [`Known`].
//!
//! Functions with known arguments are worked out here; everything else stays as it is without such knowledge.

use std::{cell::RefCell, collections::BTreeSet, rc::Rc};

use super::{
    Finder, Library, Lists, PageStore, Param, SiteData,
    data::of_datum,
    entries::Entries,
    fixed::{Fixed, list, shuffled},
    interpret::Interpreter,
    lists::is_filled,
    pages::of_page,
    patterns::Pattern,
    sorted::{part, reversed, sorted, unique},
    texts::{formatted, printf},
    value::{Origin, Value},
    words::replaced,
};
use crate::{
    hugo::{
        collation,
        config::IdType,
        paths::PathStyle,
        shortcode::{Quoting, Tag, TagKind},
    },
    value::Value as Datum,
};

/// Functions that ask something of a text.
const ASKING: [&str; 11] = [
    "eq",
    "findRE",
    "findRESubmatch",
    "hasPrefix",
    "hasSuffix",
    "in",
    "ne",
    "split",
    "strings.FindRE",
    "strings.FindRESubmatch",
    "strings.HasSuffix",
];

/// Looks a value up by its name: `Some(None)` if there is none, `None` if that is not known.
pub type Lookup<'k> = &'k dyn Fn(&str) -> Option<Option<Datum>>;

/// Looks up what a message says.
pub type Messages<'k> = &'k dyn Fn(&str, bool) -> Option<String>;

/// What tells where a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Its kind.
    Kind,
    /// Its top-level section.
    Section,
    /// Its language.
    Language,
    /// The directory of its language in URLs.
    LanguagePrefix,
    /// A language with the same order of texts.
    Collation,
    /// A language with the same order of texts in ASCII.
    AsciiCollation,
    /// The call around a call.
    Around,
}

/// What is known when a template runs.
#[derive(Clone, Copy)]
pub struct Known<'k> {
    /// The page's front matter, with what cascades to it.
    pub fields: Lookup<'k>,
    /// The site's parameters.
    pub params: Lookup<'k>,
    /// The data files; `None`: not all of them could be read.
    pub data: Option<&'k SiteData>,
    /// The page's kind; empty: it, the section and the language are not known.
    pub kind: &'k str,
    /// Its top-level section.
    pub section: &'k str,
    /// Its language.
    pub language: &'k str,
    /// The directory of its language in URLs, with a slash at its end; empty: there is none.
    pub language_prefix: &'k str,
    /// Its URL path, where that is written as it is; empty: that is not known.
    pub url: &'k str,
    /// Told where a template asks for one of these.
    pub placed: Option<&'k dyn Fn(Place)>,
    /// How ids are made from text.
    pub id_type: IdType,
    /// How paths are made from text.
    pub paths: Option<&'k PathStyle>,
    /// The base URL, with a slash at its end, where `relURL` and `absURL` use it as it is; empty: that is not known.
    pub base_url: &'k str,
    /// The call, in a shortcode.
    pub call: Option<&'k Tag>,
    /// The call around it, if there is one; `None`: that is not known.
    pub around: Option<Option<&'k Tag>>,
    /// How many calls there are before it, on the page or in the call around it.
    pub ordinal: Option<&'k dyn Fn() -> usize>,
    /// The same of the call around it.
    pub around_ordinal: Option<&'k dyn Fn() -> usize>,
    /// What a message says to a reader in the page's language, by its key; `true`: it may count something.
    pub messages: Option<Messages<'k>>,
    /// What templates may read; `None`: nothing of it is known.
    pub reads: Option<&'k dyn Library>,
    /// What the page's store holds; `None`: that is not known.
    pub page_store: Option<&'k RefCell<PageStore>>,
    /// What a render hook finds that is run for one link.
    pub finds: Option<&'k dyn Finder>,
    /// The pages of the site, in a template for whole pages.
    pub lists: Option<&'k dyn Lists>,
    /// Text is escaped where it is printed, as in all templates for HTML.
    pub escapes: bool,
}

impl Known<'_> {
    /// Nothing is known.
    pub fn nothing() -> Self {
        Self {
            fields: &|_| None,
            params: &|_| None,
            data: None,
            kind: "",
            section: "",
            language: "",
            language_prefix: "",
            url: "",
            placed: None,
            id_type: IdType::Github,
            paths: None,
            base_url: "",
            call: None,
            around: None,
            ordinal: None,
            around_ordinal: None,
            messages: None,
            reads: None,
            page_store: None,
            finds: None,
            lists: None,
            escapes: true,
        }
    }

    /// Where the page is.
    pub fn at(&self, place: Place) -> &str {
        match place {
            Place::Kind => self.kind,
            Place::Section => self.section,
            Place::Language => self.language,
            Place::LanguagePrefix => self.language_prefix,
            Place::Collation => collation::like(self.language, false),
            Place::AsciiCollation => collation::like(self.language, true),
            // Whoever takes down what is asked for has it as it is written.
            Place::Around => "",
        }
    }

    /// A field that depends on the page's kind, section or language.
    fn place(&self, origin: &Origin, name: &str) -> Option<Value> {
        let flag = |flag: bool| Origin::Bool(flag).into();
        let (place, found) = match (origin, name) {
            (Origin::Page | Origin::LanguageObject, _) if self.kind.is_empty() => return None,
            (Origin::Page, "Section") => (Place::Section, literal(self.section)),
            (Origin::Page, "Kind") => (Place::Kind, literal(self.kind)),
            (Origin::Page, "IsHome") => (Place::Kind, flag(self.kind == "home")),
            (Origin::Page, "IsPage") => (Place::Kind, flag(self.kind == "page")),
            (Origin::Page, "IsSection") => (Place::Kind, flag(self.kind == "section")),
            (Origin::Page, "IsNode") => (Place::Kind, flag(self.kind != "page")),
            (Origin::Page | Origin::LanguageObject, "Lang") | (Origin::LanguageObject, "Name") => {
                (Place::Language, literal(self.language))
            }
            _ => return None,
        };
        self.ask(place);
        Some(found)
    }

    /// The call around this one, for what depends on it.
    pub(super) fn ask_around(&self) -> Option<Option<&Tag>> {
        self.placed.inspect(|placed| placed(Place::Around));
        self.around
    }

    /// Where the page is, for what depends on it.
    pub(super) fn ask(&self, place: Place) -> &str {
        self.placed.inspect(|placed| placed(place));
        self.at(place)
    }
}

pub(super) fn literal(text: &str) -> Value {
    Origin::Literal(text.into()).into()
}

/// Whether a condition on a known value holds. Numbers are kept as text: `0` may be either.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value.only()? {
        Origin::Nil => Some(false),
        Origin::Bool(flag) => Some(*flag),
        Origin::Literal(text) => (&**text != "0").then_some(!text.is_empty()),
        Origin::Fixed(fixed) => Some(fixed.len() > 0),
        Origin::Dict(entries) => Some(!entries.is_empty()),
        Origin::File(_)
        | Origin::At(_)
        | Origin::KnownPage(_)
        | Origin::ResourcesOf(_)
        | Origin::Quote(_)
        | Origin::Draft(_)
        | Origin::Parent => Some(true),
        Origin::Concat(parts, _) if parts.iter().all(|part| part.literal().is_some()) => {
            Some(parts.iter().any(|part| part.literal() != Some("")))
        }
        origin => is_filled(origin),
    }
}

/// A value that is known wholly.
fn is_known(value: &Value) -> bool {
    matches!(value.only(), Some(Origin::Nil | Origin::Bool(_) | Origin::Literal(_) | Origin::Fixed(_)))
}

/// An argument of a call. Hugo: `hugolib/shortcode.go`, `ShortcodeWithPage.Get`.
fn argument(call: &Tag, param: &Param) -> Value {
    let argument = match param {
        Param::Named(key) => call.named(key),
        Param::Positional(at) => call.positional(*at),
    };
    match argument {
        Some(own) if own.quoting == Quoting::Bare && own.value == "true" => Origin::Bool(true).into(),
        Some(own) if own.quoting == Quoting::Bare && own.value == "false" => Origin::Bool(false).into(),
        Some(own) => literal(&own.value),
        None if call.arguments.is_empty() => Origin::Nil.into(),
        None => literal(""),
    }
}

/// `.Parent.Get`.
pub(super) fn of_parent(around: &Tag, key: &Value) -> Value {
    match key.literal() {
        Some(key) => match key.parse() {
            Ok(position) => argument(around, &Param::Positional(position)),
            Err(_) => argument(around, &Param::Named(key.to_owned())),
        },
        None => Origin::Other.into(),
    }
}

fn is_dict(value: &Value) -> bool {
    matches!(value.only(), Some(Origin::Dict(_)))
}

/// The elements of a list that is known.
pub(super) fn items(value: &Value) -> Option<Vec<Value>> {
    match value.only()? {
        Origin::Fixed(fixed) => Some(fixed.list()?.cloned().collect()),
        _ => None,
    }
}

impl Interpreter<'_> {
    /// A parameter of the page, or of the site.
    pub(super) fn known_param(&self, path: &[String], of_site: bool) -> Option<Value> {
        let known = self.known?;
        let [first, rest @ ..] = path else { return None };
        let found = if of_site { (known.params)(first)? } else { (known.fields)(first)? };
        let value = found.map_or_else(|| Origin::Nil.into(), |datum| of_datum(&datum, true));
        Some(rest.iter().fold(value, |value, key| get(&value, key)))
    }

    /// A parameter of the page, or else of the site: `.Param`. Hugo: `resources/resource/params.go`.
    pub(super) fn either_param(&self, path: Vec<String>) -> Value {
        let own = self.known_param(&path, false);
        let found = match own.as_ref().map(Value::only) {
            Some(Some(Origin::Nil)) => self.known_param(&path, true),
            _ => own,
        };
        found.unwrap_or_else(|| Origin::EitherParam(path).into())
    }

    /// An argument of the call.
    pub(super) fn known_argument(&self, param: &Param) -> Option<Value> {
        self.known?.call.map(|call| argument(call, param))
    }

    /// Keys and values of `.Params`, where that is what `value` is and the call is known, in the order in which templates
    /// range over them.
    pub(super) fn all_arguments(&self, value: &Value) -> Option<Vec<(Value, Value)>> {
        let call = self.known?.call.filter(|_| matches!(value.only(), Some(Origin::Params)))?;
        let keys: BTreeSet<&str> =
            call.arguments.iter().filter_map(|argument| argument.key.as_deref()).collect();
        if !keys.is_empty() {
            let named = |key: &&str| (literal(key), argument(call, &Param::Named((*key).to_owned())));
            return Some(keys.iter().map(named).collect());
        }
        let positional = |at: usize| (literal(&at.to_string()), argument(call, &Param::Positional(at)));
        Some((0..call.arguments.len()).map(positional).collect())
    }

    /// A field of the page, the site or Hugo.
    pub(super) fn known_field(&self, origin: &Origin, name: &str) -> Option<Value> {
        let known = self.known?;
        let flag = |flag: bool| Some(Origin::Bool(flag).into());
        match (origin, name) {
            (Origin::Fixed(fixed), _) => Some(fixed.get(name)),
            (Origin::Page, "RelPermalink") if self.layout && !known.url.is_empty() => {
                Some(literal(known.url))
            }
            (Origin::Page | Origin::LanguageObject, _) => known.place(origin, name),
            (Origin::Site | Origin::Hugo, "Data") => Some(known.data?.value()),
            (Origin::Site, "BaseURL") if !known.base_url.is_empty() => Some(literal(known.base_url)),
            (Origin::Context, "Ordinal") => Some(literal(&(known.ordinal?)().to_string())),
            (Origin::Context, "Parent") => {
                Some(if known.ask_around()?.is_some() { Origin::Parent } else { Origin::Nil }.into())
            }
            (Origin::Context, "Name") => Some(literal(&known.call?.name)),
            (Origin::Context, "Inner" | "InnerDeindent") => {
                (known.call?.kind == TagKind::SelfClosing).then(|| literal(""))
            }
            (Origin::Parent, "Ordinal") => Some(literal(&(known.around_ordinal?)().to_string())),
            (Origin::Parent, "Name") => Some(literal(&known.ask_around()??.name)),
            (Origin::Context, "IsNamedParams") => {
                flag(known.call?.arguments.iter().any(|argument| argument.key.is_some()))
            }
            _ => None,
        }
    }

    /// Values that hold the URL of the page in a call, where that is known. What it prints stays the URL of whatever page
    /// it is on.
    fn with_page_url(&self, args: &[Value]) -> Option<Vec<Value>> {
        let method = |arg: &Value| match arg.only() {
            Some(Origin::PageUrl { is_whole }) => Some(if *is_whole { "Permalink" } else { "RelPermalink" }),
            _ => None,
        };
        let is_url = |arg: &Value| method(arg).is_some();
        let lists = self.known?.lists.filter(|_| !self.layout && args.iter().any(is_url))?;
        let known = |arg: &Value| match method(arg) {
            Some(method) => of_page(lists, lists.own(), method),
            None => Some(arg.clone()),
        };
        args.iter().map(known).collect()
    }

    /// What a function makes of arguments that are known. Hugo: `tpl/collections`, `tpl/strings`, `tpl/compare`.
    pub(super) fn known_function(&self, name: &str, args: &[Value]) -> Option<Value> {
        self.known?;
        if ASKING.contains(&name)
            && let Some(args) = self.with_page_url(args)
        {
            return self.known_function(name, &args);
        }
        match (name, args) {
            ("default" | "or", [.., last]) => {
                let in_order: Vec<&Value> = match (name, args) {
                    ("default", [fallback, own]) => vec![own, fallback],
                    ("default", _) => return None,
                    _ => args.iter().collect(),
                };
                for own in in_order {
                    if truth(own)? {
                        return Some(own.clone());
                    }
                }
                return Some(if name == "default" { args[0].clone() } else { last.clone() });
            }
            ("and", [.., last]) => {
                for own in args {
                    if !truth(own)? {
                        return Some(own.clone());
                    }
                }
                return Some(last.clone());
            }
            ("cond", [condition, yes, no]) => {
                return Some(if truth(condition)? { yes.clone() } else { no.clone() });
            }
            ("printf", [format, values @ ..]) if !values.is_empty() && args.iter().all(is_known) => {
                let exact = format.literal().and_then(|format| formatted(format, values));
                return exact.map(|text| literal(&text)).or_else(|| whole(&printf(args)));
            }
            ("merge", _) => return merged(args),
            ("replaceRE" | "strings.ReplaceRE", [pattern, new, text]) => return replaced(pattern, new, text),
            ("i18n", [key, context @ ..]) => return self.message(key, context),
            ("sort" | "collections.Sort", [all, arguments @ ..]) => {
                let Origin::Fixed(all) = all.only()? else { return None };
                let known = self.known?;
                return sorted(all, arguments, &|place| known.ask(place));
            }
            ("slice", _) if args.iter().all(|arg| is_known(arg) || is_dict(arg)) => {
                return Some(list(args.to_vec()));
            }
            ("append", [more @ .., all]) if !more.is_empty() => {
                let Origin::Fixed(all) = all.only()? else { return None };
                let more = match more {
                    [only] if items(only).is_some() => items(only)?,
                    _ => more.to_vec(),
                };
                return all.with(more);
            }
            _ => {}
        }
        if !args.iter().all(is_known) {
            return None;
        }
        comparison(name, args).or_else(|| collection(name, args)).or_else(|| self.text(name, args))
    }
}

/// Known parts in a row, as one.
pub(super) fn whole(value: &Value) -> Option<Value> {
    match value.only()? {
        Origin::Concat(parts, _) => {
            let parts: Option<Vec<&str>> = parts.iter().map(Value::literal).collect();
            Some(literal(&parts?.concat()))
        }
        Origin::Literal(_) => Some(value.clone()),
        _ => None,
    }
}

/// Maps of which the later ones win.
fn merged(args: &[Value]) -> Option<Value> {
    let mut all = Entries::new();
    for arg in args {
        let entries = match arg.only()? {
            Origin::Dict(entries) => entries,
            Origin::Fixed(fixed) => fixed.entries()?,
            _ => return None,
        };
        all = all.merge(entries, |_, later| later.clone());
    }
    Some(Value::dict(all))
}

pub(super) fn get(value: &Value, key: &str) -> Value {
    match value.only() {
        Some(Origin::Fixed(fixed)) => fixed.get(key),
        _ => Origin::Nil.into(),
    }
}

fn comparison(name: &str, args: &[Value]) -> Option<Value> {
    let answer = match (name, args) {
        ("not", [value]) => !truth(value)?,
        ("eq", [a, others @ ..]) if !others.is_empty() => others.iter().any(|b| a == b),
        ("ne", [a, b]) => a != b,
        ("in", [all, one]) => match (all.only()?, one.literal()) {
            (Origin::Fixed(fixed), _) => fixed.elements().any(|item| item == one),
            (Origin::Literal(text), Some(part)) => text.contains(part),
            (Origin::Nil, _) => false,
            _ => return None,
        },
        ("gt" | "ge" | "lt" | "le", [a, b]) => {
            let number = |value: &Value| value.literal()?.parse::<f64>().ok();
            let (a, b) = (number(a)?, number(b)?);
            match name {
                "gt" => a > b,
                "ge" => a >= b,
                "lt" => a < b,
                _ => a <= b,
            }
        }
        ("isset", [all, key]) => match all.only()? {
            Origin::Fixed(fixed) => fixed.get(key.literal()?).only() != Some(&Origin::Nil),
            _ => return None,
        },
        _ => return None,
    };
    Some(Origin::Bool(answer).into())
}

fn collection(name: &str, args: &[Value]) -> Option<Value> {
    let fixed = |value: &Value| match value.only() {
        Some(Origin::Fixed(fixed)) => Some(Rc::clone(fixed)),
        _ => None,
    };
    match (name, args) {
        ("index", [all, keys @ ..]) => keys.iter().try_fold(all.clone(), |value, key| {
            let key = key.literal()?;
            match value.only()? {
                Origin::Fixed(fixed) => fixed.is_ordered().then(|| fixed.get(key)),
                Origin::Nil => Some(Origin::Nil.into()),
                _ => None,
            }
        }),
        ("len", [all]) => Some(literal(&match all.only()? {
            Origin::Fixed(fixed) => fixed.len().to_string(),
            Origin::Literal(text) => text.chars().count().to_string(),
            _ => return None,
        })),
        ("first" | "collections.First", [count, all]) => {
            part(fixed(all)?.as_ref(), 0, count.literal()?.parse().ok()?)
        }
        ("after" | "collections.After", [count, all]) => {
            part(fixed(all)?.as_ref(), count.literal()?.parse().ok()?, usize::MAX)
        }
        ("last" | "collections.Last", [count, all]) => {
            let (all, count): (_, usize) = (fixed(all)?, count.literal()?.parse().ok()?);
            part(&all, all.len().saturating_sub(count), count)
        }
        ("reflect.IsMap", [value]) => {
            Some(Origin::Bool(fixed(value).is_some_and(|own| own.list().is_none())).into())
        }
        ("reflect.IsSlice", [value]) => {
            Some(Origin::Bool(fixed(value).is_some_and(|own| own.list().is_some())).into())
        }
        ("collections.Reverse", [all]) => reversed(fixed(all)?.as_ref()),
        ("uniq" | "collections.Uniq", [all]) => unique(fixed(all)?.as_ref()),
        ("where" | "collections.Where", [all, key, wanted]) => {
            filter(fixed(all)?.as_ref(), key.literal()?, "eq", wanted)
        }
        ("where" | "collections.Where", [all, key, operator, wanted]) => {
            filter(fixed(all)?.as_ref(), key.literal()?, operator.literal()?, wanted)
        }
        _ => None,
    }
}

/// A comparison of `where`. Hugo: `tpl/collections/where.go`.
pub(super) fn compared(value: &Value, operator: &str, wanted: &Value) -> Option<bool> {
    if !is_known(value) || !is_known(wanted) {
        return None;
    }
    let is_in = || truth(&comparison("in", &[wanted.clone(), value.clone()])?);
    Some(match operator {
        "eq" | "=" | "==" => value == wanted,
        "ne" | "!=" | "<>" => value != wanted,
        "in" if !wanted.is_false() => is_in()?,
        "not in" if !wanted.is_false() => !is_in()?,
        "intersect" => {
            let (own, wanted) = (items(value).unwrap_or_default(), items(wanted)?);
            own.iter().any(|item| wanted.contains(item))
        }
        _ => return None,
    })
}

fn filter(all: &Fixed, key: &str, operator: &str, wanted: &Value) -> Option<Value> {
    let pattern = match operator {
        "like" => Some(Pattern::of(wanted.literal()?)?),
        _ => None,
    };
    let mut kept = Vec::new();
    for item in all.elements() {
        let value = key.split('.').fold(item.clone(), |value, key| get(&value, key));
        let keeps = match (operator, &pattern) {
            ("like", Some(pattern)) => match value.literal() {
                Some(text) => pattern.on(text)?.is_some_and(|pattern| pattern.is_match(text)),
                None => false,
            },
            _ => compared(&value, operator, wanted)?,
        };
        if keeps {
            kept.push(item.clone());
        }
    }
    Some(if all.is_ordered() { list(kept) } else { shuffled(kept) })
}
