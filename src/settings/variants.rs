//! `[variants]`: what tells readers apart, where a site's own use and templates do not show it.

use super::{mistake, unknown_keys};
use crate::{
    hugo::{definitions::Offers, templates::Param},
    source::Span,
    value::{Mistake, Value},
};

/// `[variants]`
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VariantSettings {
    /// `[variants.axis]`, or several `[[variants.axis]]` in the order of the file.
    pub axes: Vec<AxisSetting>,
    /// `[[variants.condition]]`, in the order of the file.
    pub conditions: Vec<ConditionSetting>,
    /// `[[variants.container]]`, in the order of the file.
    pub containers: Vec<ContainerSetting>,
}

/// `[variants.axis]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AxisSetting {
    /// What it is called in messages: `region`.
    pub name: String,
    /// What decides who a reader is.
    pub decided_by: DecidedBy,
    /// The front matter key that hides a page from the values it lists.
    pub hide: Option<String>,
    /// The front matter key that shows a page only to the values it lists.
    pub show: Option<String>,
    /// Where it is written.
    pub span: Span,
}

/// What decides who a reader is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecidedBy {
    /// `param = "TargetRegion"`: a site parameter that differs between editions.
    SiteParam(String),
    /// `page = "product"`: a parameter of the page.
    PageParam(Vec<String>),
    /// `values = ["us", "eu"]`: the reader, in the browser; every page holds what is for all.
    Reader(Vec<String>),
}

/// `[[variants.condition]]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionSetting {
    /// The shortcode.
    pub shortcode: String,
    /// The name of the axis whose values it names; `None`: the first.
    pub axis: Option<String>,
    /// Whether its inner text is shown to those named, or to all others.
    pub shows: bool,
    /// The argument that names them; `None`: all positional ones.
    pub argument: Option<Param>,
    /// What stands between names within one argument.
    pub separator: Option<String>,
}

/// `[[variants.container]]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerSetting {
    /// The shortcode that holds alternatives.
    pub shortcode: String,
    /// The shortcode that is one of them.
    pub branch: String,
    /// Where the container says what it offers.
    pub offers: Option<Offers>,
    /// The argument that names a branch.
    pub label: Option<Param>,
}

impl VariantSettings {
    pub(super) fn read(table: &Value, mistakes: &mut Vec<Mistake>) -> Self {
        unknown_keys(table, &["axis", "condition", "container"], mistakes);
        let entries = |key| table.get(key).map(Value::items).unwrap_or_default();
        let axes: Vec<AxisSetting> =
            entries("axis").iter().filter_map(|axis| AxisSetting::read(axis, mistakes)).collect();
        Self {
            conditions: entries("condition")
                .iter()
                .filter_map(|entry| ConditionSetting::read(entry, &axes, mistakes))
                .collect(),
            axes,
            containers: entries("container")
                .iter()
                .filter_map(|entry| ContainerSetting::read(entry, mistakes))
                .collect(),
        }
    }
}

impl AxisSetting {
    fn read(table: &Value, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        unknown_keys(table, &["name", "param", "page", "values", "hide", "show"], mistakes);
        let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
        let by_page =
            || Some(DecidedBy::PageParam(text("page")?.split('.').map(str::to_lowercase).collect()));
        let by_reader = || Some(DecidedBy::Reader(table.get("values")?.texts()));
        let given = ["param", "page", "values"].iter().filter(|key| table.get(key).is_some()).count();
        let decided_by = text("param").map(DecidedBy::SiteParam).or_else(by_page).or_else(by_reader);
        let Some(decided_by) = decided_by.filter(|_| given == 1) else {
            mistakes.push(mistake(
                table.span,
                "expected one of `param` (a site parameter), `page` (a key of the front matter) and `values` (which \
                 the reader chooses in the browser)",
            ));
            return None;
        };
        let key = |key| text(key).map(|key| key.to_lowercase());
        let name = text("name").unwrap_or_else(|| "reader".to_owned());
        Some(Self { name, decided_by, hide: key("hide"), show: key("show"), span: table.span })
    }
}

impl ConditionSetting {
    fn read(table: &Value, axes: &[AxisSetting], mistakes: &mut Vec<Mistake>) -> Option<Self> {
        unknown_keys(table, &["shortcode", "axis", "shows", "argument", "separator"], mistakes);
        let axis = table.get("axis").and_then(|axis| Some((axis.as_str()?.to_owned(), axis.span)));
        if let Some((name, span)) = &axis
            && !axes.iter().any(|own| own.name == *name)
        {
            mistakes.push(mistake(*span, format!("no `[[variants.axis]]` has the name `{name}`")));
        }
        Some(Self {
            shortcode: name(table, "shortcode", mistakes)?,
            axis: axis.map(|(name, _)| name),
            shows: table.get("shows").and_then(Value::as_bool).unwrap_or(true),
            argument: param(table, "argument", mistakes),
            separator: table.get("separator").and_then(Value::as_str).map(str::to_owned),
        })
    }
}

impl ContainerSetting {
    fn read(table: &Value, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        unknown_keys(table, &["shortcode", "branch", "offers", "label"], mistakes);
        let each = table.get("offers").and_then(Value::as_str) == Some("*");
        let offers =
            if each { Some(Offers::Each) } else { param(table, "offers", mistakes).map(Offers::List) };
        Some(Self {
            shortcode: name(table, "shortcode", mistakes)?,
            branch: name(table, "branch", mistakes)?,
            offers,
            label: param(table, "label", mistakes),
        })
    }
}

fn name(table: &Value, key: &str, mistakes: &mut Vec<Mistake>) -> Option<String> {
    let found = table.get(key).and_then(Value::as_str).filter(|name| !name.is_empty());
    if found.is_none() {
        let span = table.get(key).map_or(table.span, |value| value.span);
        mistakes.push(mistake(span, format!("expected `{key}`: the name of a shortcode")));
    }
    found.map(str::to_owned)
}

/// A parameter: its name, or its position from 0.
fn param(table: &Value, key: &str, mistakes: &mut Vec<Mistake>) -> Option<Param> {
    let value = table.get(key)?;
    let position = || value.to_text()?.parse::<usize>().ok();
    match value.as_str() {
        Some(name) => Some(Param::Named(name.to_owned())),
        None => {
            let position = position().map(Param::Positional);
            if position.is_none() {
                mistakes.push(mistake(value.span, format!("expected the name or the position of `{key}`")));
            }
            position
        }
    }
}
