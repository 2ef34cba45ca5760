//! Lists of pages, as far as they are known, and into how many pages a template divides them.

use std::rc::Rc;

use super::{
    Known, Partials, Template,
    data::of_datum,
    interpret::Interpreter,
    known::compared,
    pages::{IN_CALLS, of_page, referred},
    run::run_layout,
    value::{Origin, Value},
};
use crate::value::Value as Datum;

/// The pages of a site, by their numbers.
pub trait Lists {
    /// The page that is rendered.
    fn own(&self) -> u32;
    /// The pages of a kind that are in a list of a page, or (`None`) of the site.
    fn pages(&self, of: Option<u32>, which: Listed) -> Option<Listing>;
    /// Pages in another order, if that is known; those that are alike in it stay as they are.
    fn sorted(&self, pages: &Listing, order: Order, is_down: bool) -> Option<Vec<u32>>;
    /// The section that a page is in; `None`: it is the home page.
    fn parent(&self, page: u32) -> Option<u32>;
    /// `Kind`, `Type`, `Section`, `Lang`, `Path`, `Title`, `LinkTitle`, `Description`, `RelPermalink`, `Permalink`
    fn fact(&self, page: u32, name: &str) -> Option<String>;
    /// A parameter of a page.
    fn param(&self, page: u32, key: &str) -> Option<Datum>;
    /// The index of the page's content.
    fn content(&self, page: u32) -> Option<usize>;
    /// What `GetPage` finds by a path from the root, or as seen from a page; `Some(None)`: nothing. `None`: that is not
    /// known.
    fn find(&self, path: &str, from: Option<u32>) -> Option<Option<u32>>;
}

/// Which pages a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Listed {
    /// `.Pages`
    All,
    /// `.RegularPages`
    Regular,
    /// `.RegularPagesRecursive`
    RegularBelow,
    /// `.Sections`
    Sections,
}

/// Pages in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// By their numbers.
    pub pages: Vec<u32>,
    /// Whether that is the order in which Hugo has them.
    pub is_ordered: bool,
}

/// By what pages are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// Weight, date, link title and path.
    Default,
    /// `.ByTitle`
    Title,
    /// `.ByLinkTitle`
    LinkTitle,
    /// `.ByDate`
    Date,
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
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "Pages" => Self::All,
            "RegularPages" => Self::Regular,
            "RegularPagesRecursive" => Self::RegularBelow,
            "Sections" => Self::Sections,
            _ => return None,
        })
    }
}

impl Order {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "ByWeight" | "Weight" => Self::Default,
            "ByTitle" | "Title" => Self::Title,
            "ByLinkTitle" | "LinkTitle" => Self::LinkTitle,
            "ByDate" | "Date" => Self::Date,
            _ => return None,
        })
    }
}

/// Methods that leave out nothing and add nothing. Hugo: `resources/page/pages_sort.go`, `pagegroup.go`.
fn keeps_all(method: &str) -> bool {
    method.starts_with("By") && method != "ByType" || method.starts_with("GroupBy") || method == "Reverse"
}

/// The pages of a list, one after the other, whatever their order.
pub(super) fn listed(value: &Value) -> Option<Rc<Listing>> {
    match value.only()? {
        Origin::Pages(pages) => Some(Rc::clone(pages)),
        // `slice`
        Origin::Fixed(fixed) => {
            let pages = fixed.list()?.map(|item| match item.only()? {
                Origin::Instance(page) => Some(*page),
                _ => None,
            });
            Some(Rc::new(Listing { pages: pages.collect::<Option<_>>()?, is_ordered: true }))
        }
        _ => None,
    }
}

pub(super) fn of_pages(listing: Listing) -> Value {
    Origin::Pages(Rc::new(listing)).into()
}

/// How many pages a list holds.
fn length(value: &Value) -> Option<usize> {
    match value.only()? {
        Origin::Pages(listing) => Some(listing.pages.len()),
        Origin::SomePages(count) => Some(*count),
        _ => None,
    }
}

/// So many pages of a list, from a place on.
fn part(list: &Value, from: usize, count: usize) -> Option<Value> {
    let all = length(list)?;
    let count = count.min(all.saturating_sub(from));
    if count == 0 {
        return Some(of_pages(Listing { pages: Vec::new(), is_ordered: true }));
    }
    match list.only()? {
        _ if count == all => Some(list.clone()),
        Origin::Pages(own) if own.is_ordered => {
            Some(of_pages(Listing { pages: own.pages[from..from + count].to_vec(), is_ordered: true }))
        }
        _ => Some(Origin::SomePages(count).into()),
    }
}

pub(super) fn number(value: &Value) -> Option<usize> {
    value.literal()?.parse().ok()
}

impl Interpreter<'_> {
    /// A field or method of a page or a list of pages.
    pub(super) fn list_field(&mut self, origin: &Origin, name: &str, args: &[Value]) -> Option<Value> {
        let lists = self.known?.lists?;
        match (origin, name) {
            (Origin::Page, "Paginate" | "Paginator") => {
                self.divide(lists, name, args);
                None
            }
            // `.Data.Pages`
            (Origin::Page, "Data") if self.layout => Some(Origin::Page.into()),
            (Origin::Site, "Home") => self.found(lists.find("/", None)?),
            (Origin::Site | Origin::Page | Origin::Instance(_), "GetPage") => {
                self.get_listed(lists, origin, args)
            }
            (Origin::Page | Origin::Context | Origin::Instance(_), "Ref" | "RelRef") => {
                referred(lists, origin, args.last()?, name == "Ref")
            }
            (Origin::Site, _) => lists.pages(None, Listed::of(name)?).map(of_pages),
            (Origin::Pages(_) | Origin::SomePages(_), _) => self.of_list(lists, origin, name, args),
            (Origin::InstanceParams(page), _) => {
                let found = lists.param(*page, name);
                Some(found.map_or_else(|| Origin::Nil.into(), |datum| of_datum(&datum, true)))
            }
            // What calls ask for of their own page is known otherwise.
            (Origin::Page, "Params") => None,
            (Origin::Page, _) if !self.layout && !IN_CALLS.contains(&name) => None,
            (Origin::Page, _) => of_page(lists, lists.own(), name),
            (Origin::Instance(page), _) => {
                of_page(lists, *page, name).or_else(|| self.of_instance(lists, *page, name, args))
            }
            _ => None,
        }
    }

    fn of_list(&self, lists: &dyn Lists, list: &Origin, name: &str, args: &[Value]) -> Option<Value> {
        let own = Value::from(list.clone());
        let pages = listed(&own);
        match name {
            "Len" => Some(Origin::Literal(length(&own)?.to_string().into()).into()),
            "Limit" => part(&own, 0, number(args.last()?)?),
            "Reverse" if let Some(pages) = pages => {
                Some(of_pages(Listing { pages: pages.pages.iter().rev().copied().collect(), ..*pages }))
            }
            _ if name.starts_with("GroupBy") && !self.layout => None,
            _ if keeps_all(name) => Some(match pages {
                Some(pages) => sorted(lists, &pages, Order::of(name), false),
                None => own,
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

    /// Whether lists of pages are known in a template for pages.
    pub(super) fn in_lists(&self) -> bool {
        self.layout && self.known.is_some_and(|known| known.lists.is_some())
    }

    /// What a function makes of pages.
    pub(super) fn list_function(&self, name: &str, args: &[Value]) -> Option<Value> {
        let lists = self.known?.lists?;
        self.page_function(lists, name, args).or_else(|| self.of_lists(lists, name, args))
    }

    /// What a function makes of lists of pages.
    fn of_lists(&self, lists: &dyn Lists, name: &str, args: &[Value]) -> Option<Value> {
        let all = args.iter().find(|arg| length(arg).is_some())?;
        match (name, args) {
            ("where" | "collections.Where", [of, key, rest @ ..]) => {
                let all = listed(of)?;
                let (operator, wanted) = match rest {
                    [wanted] => ("eq", wanted),
                    [operator, wanted] => (operator.literal()?, wanted),
                    _ => return None,
                };
                let mut kept = Vec::new();
                for page in &all.pages {
                    let value = at(lists, *page, key.literal()?)?;
                    if compared(&value, operator, wanted)? {
                        kept.push(*page);
                    }
                }
                Some(of_pages(Listing { pages: kept, ..*all }))
            }
            ("first" | "collections.First", [count, _]) => part(all, 0, number(count)?),
            ("last" | "collections.Last", [count, _]) => {
                let count = number(count)?;
                part(all, length(all)?.saturating_sub(count), count)
            }
            ("after" | "collections.After", [count, _]) => part(all, number(count)?, usize::MAX),
            ("len", [_]) => Some(Origin::Literal(length(all)?.to_string().into()).into()),
            ("collections.Reverse", [_]) => self.of_list(lists, all.only()?, "Reverse", &[]),
            ("sort" | "collections.Sort", [_, rest @ ..]) => {
                let Some(pages) = listed(all) else { return Some(all.clone()) };
                let order = match rest {
                    [] => None,
                    [key, ..] => key.literal().and_then(|key| Order::of(key.trim_start_matches('.'))),
                };
                // By weight alone.
                let order = order.filter(|order| *order != Order::Default);
                let is_down = rest.get(1).and_then(Value::literal) == Some("desc");
                Some(sorted(lists, &pages, order, is_down))
            }
            ("shuffle" | "collections.Shuffle", _) => Some(match listed(all) {
                Some(pages) => sorted(lists, &pages, None, false),
                None => all.clone(),
            }),
            ("uniq" | "collections.Uniq", [_]) => Some(all.clone()),
            ("union" | "collections.Union", [one, other]) => {
                let (one, other) = (listed(one)?, listed(other)?);
                let mut joined = one.pages.clone();
                joined.extend(other.pages.iter().filter(|page| !one.pages.contains(page)));
                Some(of_pages(Listing { pages: joined, is_ordered: one.is_ordered && other.is_ordered }))
            }
            ("intersect" | "collections.Intersect", [one, other]) => {
                let (one, other) = (listed(one)?, listed(other)?);
                let pages = one.pages.iter().filter(|page| other.pages.contains(page)).copied().collect();
                Some(of_pages(Listing { pages, is_ordered: false }))
            }
            ("complement" | "collections.Complement", [without @ .., last]) => {
                let last = listed(last)?;
                let mut kept = last.pages.clone();
                for other in without {
                    let other = listed(other)?;
                    kept.retain(|page| !other.pages.contains(page));
                }
                Some(of_pages(Listing { pages: kept, ..*last }))
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
                (found.map(|listing| listing.pages.len()), args)
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

/// The pages in another order; `None`: in one that is not known.
fn sorted(lists: &dyn Lists, all: &Listing, order: Option<Order>, is_down: bool) -> Value {
    let found = order.and_then(|order| lists.sorted(all, order, is_down));
    let is_ordered = found.is_some() || all.pages.len() < 2;
    of_pages(Listing { pages: found.unwrap_or_else(|| all.pages.clone()), is_ordered })
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
        Origin::Pages(listing) => Some(!listing.pages.is_empty()),
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

        fn pages(&self, of: Option<u32>, which: Listed) -> Option<Listing> {
            let pages = match (of, which) {
                (Some(0), Listed::All) => vec![1],
                (None, Listed::All) => (0..30).collect(),
                (Some(2..), _) | (Some(0), Listed::Regular) => Vec::new(),
                _ => (2..30).collect(),
            };
            Some(Listing { pages, is_ordered: false })
        }

        fn sorted(&self, _pages: &Listing, _order: Order, _is_down: bool) -> Option<Vec<u32>> {
            None
        }

        fn content(&self, _page: u32) -> Option<usize> {
            None
        }

        fn find(&self, _path: &str, _from: Option<u32>) -> Option<Option<u32>> {
            None
        }

        fn parent(&self, page: u32) -> Option<u32> {
            page.checked_sub(1).map(|page| page.min(1))
        }

        fn fact(&self, page: u32, name: &str) -> Option<String> {
            Some(match (name, page) {
                ("Kind", 0) => "home".to_owned(),
                ("Kind", 1) => "section".to_owned(),
                ("Kind", _) => "page".to_owned(),
                ("Title", _) => return None,
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
