//! What the user declares of readers and shortcodes, put in place of what templates and use teach.

use super::{
    edition::{Axis, AxisSource, EditionSet, PageAxis},
    editions,
};
use crate::{
    hugo::{
        definitions::{Asks, Choice, Condition, Definition, Definitions, Origin},
        shortcode::Inner,
        templates::{PageText, Summary},
    },
    settings::variants::{AxisSetting, DecidedBy, VariantSettings},
    value::Mistake,
};

/// The declared axes of editions, as far as they tell any apart.
pub(super) fn axes_of_editions(found: &[editions::Found], settings: &[AxisSetting]) -> Vec<Axis> {
    let axis = |setting: &AxisSetting| {
        let DecidedBy::SiteParam(param) = &setting.decided_by else { return None };
        let (param, values) = editions::values(found, param)?;
        Some(Axis {
            param,
            values,
            source: AxisSource::Settings,
            pages: None,
            page_hide: setting.hide.clone(),
            page_show: setting.show.clone(),
        })
    };
    settings.iter().filter_map(axis).filter(Axis::tells_apart).collect()
}

/// The declared axis on which the reader decides in the browser, if there is one: every page holds what is for all.
pub(super) fn axis_of_readers(settings: &[AxisSetting], pages: usize) -> Option<Axis> {
    let axis = |setting: &AxisSetting| {
        let DecidedBy::Reader(values) = &setting.decided_by else { return None };
        Some(Axis {
            param: setting.name.clone(),
            values: values.clone(),
            source: AxisSource::Settings,
            pages: Some(PageAxis {
                texts: Vec::new(),
                names: values.iter().map(|value| vec![value.clone()]).collect(),
                of_page: vec![EditionSet::all(values.len()); pages],
                places: vec![None; pages],
            }),
            page_hide: None,
            page_show: None,
        })
    };
    settings.iter().filter_map(axis).find(Axis::tells_apart)
}

/// The declared axes that came to nothing.
pub(super) fn idle<'s>(settings: &'s [AxisSetting], axes: &'s [Axis]) -> impl Iterator<Item = Mistake> {
    let counts = |setting: &&AxisSetting| match &setting.decided_by {
        DecidedBy::SiteParam(param) => axes.iter().any(|axis| axis.param.eq_ignore_ascii_case(param)),
        DecidedBy::PageParam(path) => {
            axes.iter().any(|axis| axis.param.eq_ignore_ascii_case(&path.join(".")))
        }
        DecidedBy::Reader(_) => axes.iter().any(|axis| axis.param == setting.name),
    };
    let mistake = |setting: &AxisSetting| {
        let by_editions = axes.first().filter(|axis| axis.pages.is_none());
        let message = match (&setting.decided_by, by_editions) {
            (DecidedBy::SiteParam(_), _) | (_, None) => "no two readers are told apart by this".to_owned(),
            (_, Some(axis)) => format!(
                "the editions differ in `{}`: what pages or readers decide is not judged beside that",
                axis.param
            ),
        };
        Mistake { span: setting.span, message, duplicate_of: None }
    };
    settings.iter().filter(move |setting| !counts(setting)).map(mistake)
}

/// Says of shortcodes what is declared.
pub(super) fn define(settings: &VariantSettings, axes: &[Axis], definitions: &mut Definitions) {
    let asks = |name: &Option<String>| {
        let named = |setting: &&AxisSetting| name.as_ref().is_none_or(|name| setting.name == *name);
        match settings.axes.iter().find(named).map(|axis| &axis.decided_by) {
            Some(DecidedBy::PageParam(path)) => Some(Asks::Page(vec![vec![PageText::Param(path.clone())]])),
            Some(DecidedBy::Reader(_)) => Some(Asks::Reader),
            Some(DecidedBy::SiteParam(param)) => Some(Asks::SiteParam(vec![param.to_lowercase()])),
            None if name.is_some() => None,
            None => axes.first().map(|axis| Asks::SiteParam(vec![axis.param.to_lowercase()])),
        }
    };
    for setting in &settings.conditions {
        ensure(&setting.shortcode, definitions);
        let Some(asks) = asks(&setting.axis) else { continue };
        let condition = Condition {
            asks,
            shows: setting.shows,
            argument: setting.argument.clone(),
            separator: setting.separator.clone(),
        };
        definitions.set_condition(&setting.shortcode, condition);
    }
    for setting in &settings.containers {
        let container = setting.shortcode.clone();
        ensure(&container, definitions);
        ensure(&setting.branch, definitions);
        definitions.set_choice(&container, Choice::Container(setting.offers.clone()));
        definitions.set_choice(&setting.branch, Choice::Branch { container, label: setting.label.clone() });
    }
}

/// A shortcode without a template that is not used either is still what it is declared to be.
fn ensure(name: &str, definitions: &mut Definitions) {
    if definitions.get(name).is_none() {
        let definition = Definition {
            origin: Origin::Use,
            inner: Inner::Used,
            summary: Summary::default(),
            roles: Vec::new(),
            condition: None,
            choice: None,
        };
        definitions.insert(name, definition);
    }
}
