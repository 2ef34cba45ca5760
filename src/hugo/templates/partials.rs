//! The partials and content views that templates call, by name.

use std::{borrow::Cow, collections::BTreeMap, sync::OnceLock};

use rustc_hash::FxHashMap;

use super::{
    interpret::Interpreter,
    parse::{Template, parse},
    value::{Origin, Value},
};

/// A site's partials. Each is parsed when first asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Partials {
    by_name: FxHashMap<String, Partial>,
    /// Templates that `.Render` may choose, by name without extension, each with the directory whose pages it is for.
    views: BTreeMap<String, Vec<(String, Partial)>>,
}

#[derive(Debug)]
struct Partial {
    text: String,
    template: OnceLock<Template>,
}

impl PartialEq for Partial {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Partial {}

impl Partials {
    /// Takes the partials out of a site's layout files: paths below `layouts/`, those that win first.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut out = Self::default();
        for (path, text) in files {
            if let Some(name) = ["_partials/", "partials/"].iter().find_map(|root| path.strip_prefix(root)) {
                out.by_name
                    .entry(key(name).into_owned())
                    .or_insert_with(|| Partial { text: text.to_owned(), template: OnceLock::new() });
            } else if let Some((directory, name)) = view_name(path) {
                let view = Partial { text: text.to_owned(), template: OnceLock::new() };
                out.views.entry(name).or_default().push((directory, view));
            }
        }
        out
    }

    /// The templates that `{{ .Render "name" }}` may run: of a page with this path, the one whose directory is nearest;
    /// of any page, one for each directory that has its own. Hugo: `tpl/tplimpl/templatedescriptor.go`.
    pub fn views(&self, name: &str, page: Option<&str>) -> Vec<&Template> {
        let name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
        let views = self.views.get(&name).map_or(&[][..], Vec::as_slice);
        let mut above = page.map(|page| page.trim_matches('/'));
        while let Some(directory) = above {
            if let Some((_, view)) = views.iter().find(|(own, _)| own == directory) {
                return vec![view.template()];
            }
            above =
                (!directory.is_empty()).then(|| directory.rsplit_once('/').map_or("", |(above, _)| above));
        }
        views.iter().map(|(_, view)| view.template()).collect()
    }

    /// The partial that `{{ partial "name" }}` calls.
    pub fn get(&self, name: &str) -> Option<&Template> {
        self.by_name.get(&*key(name)).map(Partial::template)
    }
}

impl Partial {
    fn template(&self) -> &Template {
        self.template.get_or_init(|| parse(&self.text))
    }
}

/// The directory whose pages a template is for, and what `.Render` calls it by; `None`: it is a shortcode or render hook, or
/// not for HTML.
fn view_name(path: &str) -> Option<(String, String)> {
    let (directory, file) = path.rsplit_once('/').unwrap_or(("", path));
    let is_special = directory
        .split('/')
        .any(|folder| matches!(folder, "shortcodes" | "_shortcodes" | "_markup" | "partials" | "_partials"));
    let stem = file.strip_suffix(".html")?;
    let directory = if directory == "_default" { "" } else { directory };
    (!is_special && !stem.starts_with("baseof"))
        .then(|| (directory.to_lowercase(), stem.strip_suffix(".html").unwrap_or(stem).to_lowercase()))
}

/// `partial "a/b"` and `partial "/a/B.html"` call `a/b.html`.
fn key(name: &str) -> Cow<'_, str> {
    let name = name.trim_start_matches('/');
    let file = name.rsplit('/').next().unwrap_or_default();
    match file.contains('.') {
        true if name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) => Cow::Borrowed(name),
        true => Cow::Owned(name.to_lowercase()),
        false => Cow::Owned(name.to_lowercase() + ".html"),
    }
}

impl Interpreter<'_> {
    /// `.Render "li"` in a page template: all templates of that name where we do not know the path of the page.
    pub(super) fn view(&mut self, page: &Origin, args: &[Value]) -> Value {
        let path = self.path_of(page);
        let views =
            args.first().and_then(Value::literal).map(|name| self.partials.views(name, path.as_deref()));
        let views = views.unwrap_or_default();
        if views.is_empty() || !self.layout {
            return Origin::Opaque.into();
        }
        let doubtful = self.doubtful;
        self.doubtful |= views.len() > 1;
        for template in views {
            if template.problem.is_some() || !self.may_call("a view") {
                self.doubtful = doubtful;
                return Origin::Opaque.into();
            }
            let (html, out) = (std::mem::take(&mut self.html), std::mem::take(&mut self.facts.out));
            self.call("a view", page.clone().into(), &template.nodes, &template.defines);
            (self.html, self.facts.out) = (html, out);
        }
        self.doubtful = doubtful;
        Origin::Other.into()
    }
}

/// What a partial prints that is called for its output: mostly it is one address.
#[derive(Debug, Default)]
pub(super) struct PartialOutput {
    has_text: bool,
    values: usize,
    /// The last of them, if it is printed in any case.
    value: Option<Value>,
}

impl PartialOutput {
    pub(super) fn take_text(&mut self, text: &str) {
        self.has_text |= !text.trim().is_empty();
    }

    pub(super) fn take(&mut self, value: &Value, in_any_case: bool) {
        if !value.is_false() {
            self.values += 1;
            self.value = in_any_case.then(|| value.clone());
        }
    }

    /// The only thing that was printed, if it is made from what is found or given.
    pub(super) fn address(self) -> Option<Value> {
        let is_given = |leaf: &Origin| {
            matches!(
                leaf,
                Origin::Argument(..) | Origin::Url(_) | Origin::FoundPage(_) | Origin::FoundResource(_)
            )
        };
        let is_plain = |leaf: &Origin| {
            is_given(leaf)
                || matches!(
                    leaf,
                    Origin::PageUrl { .. }
                        | Origin::Literal(_)
                        | Origin::Nil
                        | Origin::Bool(_)
                        | Origin::Other
                )
        };
        let is_only = self.values == 1 && !self.has_text;
        self.value.filter(|value| is_only && value.any(is_given) && !value.any(|leaf| !is_plain(leaf)))
    }
}
