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
};

/// The declared axis, if it is one of editions.
pub(super) fn axis_of_editions(found: &[editions::Found], setting: &AxisSetting) -> Option<Axis> {
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
}

/// The declared axis, if the reader decides in the browser: every page holds what is for all.
pub(super) fn axis_of_readers(setting: &AxisSetting, pages: usize) -> Option<Axis> {
    let DecidedBy::Reader(values) = &setting.decided_by else { return None };
    let of_page = vec![EditionSet::all(values.len()); pages];
    Some(Axis {
        param: setting.name.clone(),
        values: values.clone(),
        source: AxisSource::Settings,
        pages: Some(PageAxis {
            texts: Vec::new(),
            names: values.iter().map(|value| vec![value.clone()]).collect(),
            of_page,
            places: vec![None; pages],
        }),
        page_hide: None,
        page_show: None,
    })
}

/// Says of shortcodes what is declared.
pub(super) fn define(settings: &VariantSettings, axis: Option<&Axis>, definitions: &mut Definitions) {
    let asks = match settings.axis.as_ref().map(|axis| &axis.decided_by) {
        Some(DecidedBy::PageParam(path)) => Some(Asks::Page(vec![vec![PageText::Param(path.clone())]])),
        Some(DecidedBy::Reader(_)) => Some(Asks::Reader),
        Some(DecidedBy::SiteParam(_)) | None => {
            axis.map(|axis| Asks::SiteParam(vec![axis.param.to_lowercase()]))
        }
    };
    for setting in &settings.conditions {
        let Some(asks) = asks.clone() else { continue };
        ensure(&setting.shortcode, definitions);
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
