//! Single pages of a site whose lists are known.

use super::{
    Listing, Lists,
    data::of_datum,
    fixed::list,
    interpret::Interpreter,
    lists::{Listed, listed, number, of_pages},
    value::{Origin, Value},
};

impl Interpreter<'_> {
    /// `GetPage`
    pub(super) fn get_listed(&mut self, lists: &dyn Lists, from: &Origin, args: &[Value]) -> Option<Value> {
        // A kind may stand before the path, and means nothing. Hugo: `hugolib/pagecollections.go`.
        let path = args.last()?.literal()?;
        let from = match from {
            Origin::Page => Some(lists.own()),
            Origin::Instance(page) => Some(*page),
            _ => None,
        };
        self.found(lists.find(path, from.filter(|_| !path.starts_with('/')))?)
    }

    #[expect(clippy::unused_self, reason = "it stands beside the other answers")]
    pub(super) fn found(&self, page: Option<u32>) -> Option<Value> {
        Some(page.map_or(Origin::Nil, Origin::Instance).into())
    }

    /// What else is known of a page that is listed.
    pub(super) fn of_instance(
        &mut self,
        lists: &dyn Lists,
        page: u32,
        name: &str,
        args: &[Value],
    ) -> Option<Value> {
        let content = ["Content", "RawContent", "RenderShortcodes", "Resources"].contains(&name);
        match lists.content(page).filter(|_| content) {
            Some(content) => self.read_field(&Origin::KnownPage(content), name, args),
            None => None,
        }
        .or_else(|| match (name, args) {
            ("Param", [key]) => {
                let key = key.literal().filter(|key| !key.contains('.'))?.to_lowercase();
                let found = lists.param(page, &key).or_else(|| (self.known?.params)(&key)?);
                Some(found.map_or_else(|| Origin::Nil.into(), |datum| of_datum(&datum, true)))
            }
            ("Page", []) => Some(Origin::Instance(page).into()),
            _ => None,
        })
        .or_else(|| Some(self.field(&Origin::OtherPage(None), name, args)))
    }

    /// What a function makes of single pages.
    pub(super) fn page_function(&self, lists: &dyn Lists, name: &str, args: &[Value]) -> Option<Value> {
        let page = |value: &Value| match value.only()? {
            Origin::Instance(page) => Some(*page),
            Origin::Page if !self.layout => Some(lists.own()),
            _ => None,
        };
        let flag = |flag: bool| Some(Origin::Bool(flag).into());
        match (name, args) {
            ("ref" | "relref", [from, path]) => referred(lists, from.only()?, path, name == "ref"),
            ("eq", [one, other]) => flag(page(one)? == page(other)?),
            ("ne", [one, other]) => flag(page(one)? != page(other)?),
            ("in", [all, one]) => flag(listed(all)?.pages.contains(&page(one)?)),
            ("slice", [_, ..]) => args.iter().all(|arg| page(arg).is_some()).then(|| list(args.to_vec())),
            ("index", [all, at]) => {
                let all = listed(all).filter(|all| all.is_ordered)?;
                self.found(all.pages.get(number(at)?).copied())
            }
            _ => None,
        }
    }
}

/// What `ref`, if it is `whole`, and `relref` make of a path. A name alone may be that of a page anywhere, which is not
/// looked for here. Hugo: `hugolib/site.go`, `refLink`.
pub(super) fn referred(lists: &dyn Lists, from: &Origin, path: &Value, whole: bool) -> Option<Value> {
    let from = match from {
        Origin::Page | Origin::Context => lists.own(),
        Origin::Instance(page) => *page,
        _ => return None,
    };
    let text = match path.only()? {
        Origin::Dict(entries) if entries.len() == 1 => entries.get("path")?.literal()?,
        Origin::Fixed(fixed) => fixed.entries().filter(|own| own.len() == 1)?.get("path")?.literal()?,
        _ => path.literal()?,
    };
    let (path, fragment) = text.split_at(text.find('#').unwrap_or(text.len()));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '#' | '-' | '_' | '.');
    if !path.contains('/') || path.contains('?') || !fragment.chars().all(is_plain) {
        return None;
    }
    let page = lists.find(path, (!path.starts_with('/')).then_some(from))??;
    let url = lists.fact(page, if whole { "Permalink" } else { "RelPermalink" })?;
    (!url.is_empty()).then(|| Origin::Literal([&url, fragment].concat().into()).into())
}

/// What calls ask for of their own page.
pub(super) const IN_CALLS: [&str; 13] = [
    "Ancestors",
    "CurrentSection",
    "Description",
    "FirstSection",
    "LinkTitle",
    "Pages",
    "Parent",
    "Path",
    "RegularPages",
    "RegularPagesRecursive",
    "Sections",
    "Title",
    "Type",
];

/// A field of a page.
pub(super) fn of_page(lists: &dyn Lists, page: u32, name: &str) -> Option<Value> {
    let kind = || lists.fact(page, "Kind");
    let flag = |flag: bool| Some(Origin::Bool(flag).into());
    match name {
        "Kind" | "Type" | "Section" | "Lang" | "Path" | "Title" | "LinkTitle" | "Description"
        | "RelPermalink" | "Permalink" => Some(Origin::Literal(lists.fact(page, name)?.into()).into()),
        "IsHome" => flag(kind()? == "home"),
        "IsPage" => flag(kind()? == "page"),
        "IsSection" => flag(kind()? == "section"),
        "IsNode" => flag(kind()? != "page"),
        "Parent" => Some(lists.parent(page).map_or(Origin::Nil, Origin::Instance).into()),
        "Ancestors" => {
            let above = std::iter::successors(lists.parent(page), |page| lists.parent(*page));
            Some(of_pages(Listing { pages: above.collect(), is_ordered: true }))
        }
        "CurrentSection" if kind()? == "page" => {
            lists.parent(page).map(|parent| Origin::Instance(parent).into())
        }
        "CurrentSection" => Some(Origin::Instance(page).into()),
        "FirstSection" => {
            let own = if kind()? == "page" { lists.parent(page)? } else { page };
            let is_first = |page: &u32| lists.parent(*page).is_none_or(|above| lists.parent(above).is_none());
            let mut up = std::iter::successors(Some(own), |page| lists.parent(*page));
            up.find(is_first).map(|page| Origin::Instance(page).into())
        }
        "Params" => Some(Origin::InstanceParams(page).into()),
        _ => lists.pages(Some(page), Listed::of(name)?).map(of_pages),
    }
}
