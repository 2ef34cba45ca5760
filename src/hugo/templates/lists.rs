//! Lists of pages, as far as they are known, and into how many pages a template divides them.

use std::rc::Rc;

use super::{
    Known, Partials, Template,
    functions::canonical,
    interpret::Interpreter,
    known::{compared, of_datum},
    run::run_layout,
    value::{Origin, Value},
};
use crate::value::Value as Datum;

/// The pages of a site, by their numbers.
pub trait Lists {
    /// The page that is rendered.
    fn own(&self) -> u32;
    /// The pages of a kind that are in a list of a page, or (`None`) of the site.
    fn pages(&self, of: Option<u32>, which: Listed) -> Option<Vec<u32>>;
    /// The section that a page is in; `None`: it is the home page.
    fn parent(&self, page: u32) -> Option<u32>;
    /// `Kind`, `Type`, `Section`, `Lang`, `Path`
    fn fact(&self, page: u32, name: &str) -> Option<String>;
    /// A parameter of a page.
    fn param(&self, page: u32, key: &str) -> Option<Datum>;
}

/// Which pages a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// `.Pages`
    All,
    /// `.RegularPages`
    Regular,
    /// `.RegularPagesRecursive`
    RegularBelow,
}

/// How many pages are divided, and how many go on each (`None`: as many as the site says).
pub type Division = (usize, Option<usize>);

/// How a page's template divides a list; `Some(None)`: not at all. `None`: that is not known.
pub fn division(template: &Template, partials: &Partials, known: &Known<'_>) -> Option<Option<Division>> {
    let facts = run_layout(template, partials, Some(known));
    match facts.division {
        Some(found) => found.map(Some),
        None => (!facts.opaque && !facts.doubtful).then_some(None),
    }
}

impl Listed {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "Pages" => Self::All,
            "RegularPages" => Self::Regular,
            "RegularPagesRecursive" => Self::RegularBelow,
            _ => return None,
        })
    }
}

/// Methods that leave out nothing and add nothing. Hugo: `resources/page/pages_sort.go`, `pagegroup.go`.
fn keeps_all(method: &str) -> bool {
    method.starts_with("By") && method != "ByType" || method.starts_with("GroupBy") || method == "Reverse"
}

fn pages(value: &Value) -> Option<Rc<Vec<u32>>> {
    match value.only()? {
        Origin::Pages(pages) => Some(Rc::clone(pages)),
        _ => None,
    }
}

fn of_pages(pages: Vec<u32>) -> Value {
    Origin::Pages(Rc::new(pages)).into()
}

/// How many pages a list holds.
fn length(value: &Value) -> Option<usize> {
    match value.only()? {
        Origin::Pages(pages) => Some(pages.len()),
        Origin::SomePages(count) => Some(*count),
        _ => None,
    }
}

/// So many pages of a list, whose order is not known.
fn part(list: &Value, count: usize) -> Option<Value> {
    let all = length(list)?;
    Some(match count {
        0 => of_pages(Vec::new()),
        count if count >= all => list.clone(),
        count => Origin::SomePages(count).into(),
    })
}

fn number(value: &Value) -> Option<usize> {
    value.literal()?.parse().ok()
}

impl Interpreter<'_> {
    /// A field or method of a page or a list of pages.
    pub(super) fn list_field(&mut self, origin: &Origin, name: &str, args: &[Value]) -> Option<Value> {
        let lists = self.known?.lists?;
        let own = match origin {
            Origin::Page => Some(lists.own()),
            Origin::Instance(page) => Some(*page),
            _ => None,
        };
        match (origin, name) {
            (Origin::Page, "Paginate" | "Paginator") => {
                self.divide(lists, name, args);
                None
            }
            // `.Data.Pages`
            (Origin::Page, "Data") => Some(Origin::Page.into()),
            (Origin::Site, _) => lists.pages(None, Listed::of(name)?).map(of_pages),
            (Origin::Pages(_) | Origin::SomePages(_), "Len") => {
                let count = length(&origin.clone().into())?;
                Some(Origin::Literal(count.to_string().into()).into())
            }
            (Origin::Pages(_) | Origin::SomePages(_), "Limit") => {
                part(&origin.clone().into(), number(args.last()?)?)
            }
            (Origin::Pages(_) | Origin::SomePages(_), _) if keeps_all(name) => Some(origin.clone().into()),
            (Origin::InstanceParams(page), _) => {
                let found = lists.param(*page, name);
                Some(found.map_or_else(|| Origin::Nil.into(), |datum| of_datum(&datum, true)))
            }
            (Origin::Page | Origin::Instance(_), _) => of_page(lists, own?, name).or_else(|| {
                (origin != &Origin::Page).then(|| self.field(&Origin::OtherPage(None), name, args))
            }),
            _ => None,
        }
    }

    /// The path of a page, where lists of pages are known.
    pub(super) fn path_of(&self, page: &Origin) -> Option<String> {
        let lists = self.known?.lists?;
        match page {
            Origin::Page => lists.fact(lists.own(), "Path"),
            Origin::Instance(page) => lists.fact(*page, "Path"),
            _ => None,
        }
    }

    /// Whether lists of pages are known.
    pub(super) fn in_lists(&self) -> bool {
        self.known.is_some_and(|known| known.lists.is_some())
    }

    /// What a function makes of lists of pages.
    pub(super) fn list_function(&self, name: &str, args: &[Value]) -> Option<Value> {
        let lists = self.known?.lists?;
        let all = args.iter().find(|arg| length(arg).is_some())?;
        match (canonical(name), args) {
            ("where" | "collections.Where", [of, key, rest @ ..]) => {
                let all = pages(of)?;
                let (operator, wanted) = match rest {
                    [wanted] => ("eq", wanted),
                    [operator, wanted] => (operator.literal()?, wanted),
                    _ => return None,
                };
                let mut kept = Vec::new();
                for page in all.iter() {
                    let value = at(lists, *page, key.literal()?)?;
                    if compared(&value, operator, wanted)? {
                        kept.push(*page);
                    }
                }
                Some(of_pages(kept))
            }
            ("first" | "collections.First" | "last" | "collections.Last", [count, _]) => {
                part(all, number(count)?)
            }
            ("after" | "collections.After", [count, _]) => {
                part(all, length(all)?.saturating_sub(number(count)?))
            }
            ("len", [_]) => Some(Origin::Literal(length(all)?.to_string().into()).into()),
            (
                "sort" | "collections.Sort" | "shuffle" | "collections.Shuffle" | "uniq" | "collections.Uniq",
                _,
            )
            | ("collections.Reverse", _) => Some(all.clone()),
            ("union" | "collections.Union", [one, other]) => {
                let mut joined = pages(one)?.to_vec();
                joined.extend(pages(other)?.iter().copied());
                joined.sort_unstable();
                joined.dedup();
                Some(of_pages(joined))
            }
            ("intersect" | "collections.Intersect", [one, other]) => {
                let other = pages(other)?;
                Some(of_pages(pages(one)?.iter().filter(|page| other.contains(page)).copied().collect()))
            }
            ("complement" | "collections.Complement", [without @ .., _]) => {
                let mut kept = pages(args.last()?)?.to_vec();
                for other in without {
                    let other = pages(other)?;
                    kept.retain(|page| !other.contains(page));
                }
                Some(of_pages(kept))
            }
            _ => None,
        }
    }

    /// Notes how the first list is divided that is. Hugo: `hugolib/page__paginator.go`.
    fn divide(&mut self, lists: &dyn Lists, name: &str, args: &[Value]) {
        if self.facts.division.is_some() {
            return;
        }
        let is_sure = self.conditions.is_empty() && !self.doubtful;
        let own = lists.own();
        let (divided, rest) = match (name, args) {
            ("Paginate", [divided, rest @ ..]) => (length(divided), rest),
            _ => {
                let found = match lists.fact(own, "Kind").as_deref() {
                    Some("home") => lists.pages(None, Listed::Regular),
                    Some("term" | "taxonomy") => lists.pages(Some(own), Listed::All),
                    _ => lists.pages(Some(own), Listed::Regular),
                };
                (found.map(|pages| pages.len()), args)
            }
        };
        let size = match rest {
            [] => Some(None),
            [size, ..] => number(size).map(Some),
        };
        self.facts.division = Some(divided.zip(size).filter(|_| is_sure));
    }
}

/// What `where` leaves of pages, if it asks for those of one type.
pub(super) fn of_type(args: &[Value]) -> Option<Value> {
    let (key, wanted) = match args {
        [_, key, wanted] => (key, wanted),
        [_, key, operator, wanted] if matches!(operator.literal(), Some("eq" | "=" | "==")) => (key, wanted),
        _ => return None,
    };
    let is_type = matches!(key.literal(), Some("Type" | ".Type"));
    // Content that is in a list already stays unknown.
    let is_plain =
        !args.first()?.any(|leaf| matches!(leaf, Origin::Content | Origin::Opaque | Origin::Stored));
    (is_type && is_plain).then_some(Origin::PagesOf(wanted.literal()?.into()).into())
}

fn of_page(lists: &dyn Lists, page: u32, name: &str) -> Option<Value> {
    let kind = || lists.fact(page, "Kind");
    let flag = |flag: bool| Some(Origin::Bool(flag).into());
    match name {
        "Kind" | "Type" | "Section" | "Lang" => Some(Origin::Literal(lists.fact(page, name)?.into()).into()),
        "IsHome" => flag(kind()? == "home"),
        "IsPage" => flag(kind()? == "page"),
        "IsSection" => flag(kind()? == "section"),
        "IsNode" => flag(kind()? != "page"),
        "Parent" => Some(lists.parent(page).map_or(Origin::Nil, Origin::Instance).into()),
        "Params" if page != lists.own() => Some(Origin::InstanceParams(page).into()),
        _ => lists.pages(Some(page), Listed::of(name)?).map(of_pages),
    }
}

/// What is at a key of `where`.
fn at(lists: &dyn Lists, page: u32, key: &str) -> Option<Value> {
    let mut keys = key.trim_start_matches('.').split('.');
    let first = keys.next()?;
    if first == "Params" {
        let found = lists.param(page, keys.next()?);
        let value = found.map_or_else(|| Origin::Nil.into(), |datum| of_datum(&datum, true));
        return Some(keys.fold(value, |value, key| match value.only() {
            Some(Origin::Fixed(fixed)) => fixed.get(key),
            _ => Origin::Nil.into(),
        }));
    }
    let value = of_page(lists, page, first)?;
    match (value.only()?, keys.next()) {
        (_, None) => Some(value),
        (Origin::Instance(parent), Some(key)) => of_page(lists, *parent, key),
        _ => None,
    }
}

/// Whether a list holds any pages.
pub(super) fn is_filled(origin: &Origin) -> Option<bool> {
    match origin {
        Origin::Pages(pages) => Some(!pages.is_empty()),
        Origin::SomePages(_) => Some(true),
        Origin::Instance(_) => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hugo::templates::parse;

    /// The home page (0), the section `blog` (1) and the pages in it.
    struct Blog(u32);

    impl Lists for Blog {
        fn own(&self) -> u32 {
            self.0
        }

        fn pages(&self, of: Option<u32>, which: Listed) -> Option<Vec<u32>> {
            Some(match (of, which) {
                (Some(0), Listed::All) => vec![1],
                (None, Listed::All) => (0..30).collect(),
                (Some(2..), _) | (Some(0), Listed::Regular) => Vec::new(),
                _ => (2..30).collect(),
            })
        }

        fn parent(&self, page: u32) -> Option<u32> {
            page.checked_sub(1).map(|page| page.min(1))
        }

        fn fact(&self, page: u32, name: &str) -> Option<String> {
            Some(match (name, page) {
                ("Kind", 0) => "home".to_owned(),
                ("Kind", 1) => "section".to_owned(),
                ("Kind", _) => "page".to_owned(),
                _ => "blog".to_owned(),
            })
        }

        fn param(&self, page: u32, key: &str) -> Option<Datum> {
            let text = format!("{page}");
            (key == "n").then(|| Datum { data: crate::value::Data::String(text), ..Datum::map() })
        }
    }

    fn check(template: &str, page: u32) -> Option<Option<Division>> {
        let blog = Blog(page);
        let known = Known {
            fields: &|_| Some(None),
            params: &|_| Some(None),
            kind: if page == 0 { "home" } else { "section" },
            section: "blog",
            language: "en",
            lists: Some(&blog),
            ..Known::nothing()
        };
        division(&parse(template), &Partials::default(), &known)
    }

    #[test]
    fn lists_that_are_divided() {
        let docsy = r#"{{ if (and .Parent .Parent.IsHome) -}}
  {{ $.Scratch.Set "blog-pages" (where .Site.RegularPages "Section" .Section) -}}
{{ else -}}
  {{ $.Scratch.Set "blog-pages" .Pages -}}
{{ end -}}
{{ if .Pages -}}{{ $pager := .Paginate (( $.Scratch.Get "blog-pages").GroupByDate "2006" ) -}}
{{ range $pager.PageGroups }}{{ range .Pages }}{{ .Title }}{{ end }}{{ end }}{{ end }}"#;
        for (template, page, expected) in [
            ("{{ .Title }}", 1, Some(None)),
            ("{{ range .Paginator.Pages }}{{ .Title }}{{ end }}", 0, Some(Some((28, None)))),
            ("{{ range (.Paginate .Pages.ByDate.Reverse 5).Pages }}{{ end }}", 1, Some(Some((28, Some(5))))),
            (docsy, 1, Some(Some((28, None)))),
            (docsy, 2, Some(None)),
            (
                r#"{{ .Paginate (where .Site.RegularPages "Params.n" "in" (slice "3" "4")) }}"#,
                0,
                Some(Some((2, None))),
            ),
            (
                r#"{{ .Paginate (first 7 (where site.RegularPages "Type" "ne" "page")) }}"#,
                0,
                Some(Some((7, None))),
            ),
            // Which pages the first ones are, nobody knows.
            (r#"{{ .Paginate (where (first 7 site.RegularPages) "Params.n" "3") }}"#, 0, None),
            (
                r"{{ .Paginate (after 3 (last 7 site.RegularPages.ByDate)).Reverse }}",
                0,
                Some(Some((4, None))),
            ),
            (r#"{{ .Paginate (where site.RegularPages "Type" "in" site.Params.mainSections) }}"#, 0, None),
            ("{{ if .Title }}{{ .Paginate .Pages }}{{ end }}", 1, None),
            (r#"{{ partial "list.html" . }}"#, 1, None),
        ] {
            assert_eq!(check(template, page), expected, "{template}");
        }
    }
}
