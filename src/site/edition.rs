//! Editions and who sees what: [`Axis`], [`Visibility`].

pub use crate::edition_set::EditionSet;
use crate::{
    hugo::{
        definitions::{Asks, Choice, Condition, Definitions},
        shortcode::Tag,
        templates::{PageText, Param},
    },
    page::Page,
    source::Span,
};

/// What tells readers apart: a site parameter that differs between editions, or parameters of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// The parameter, as configured (`TargetRegion`) or written in front matter (`product`).
    pub param: String,
    /// Its values: one for each edition, or all that pages have, sorted.
    pub values: Vec<String>,
    /// How it was found.
    pub source: AxisSource,
    /// If pages or readers decide: how.
    pub pages: Option<PageAxis>,
    /// The front matter key that hides a page from the values it lists, if there is one.
    pub page_hide: Option<String>,
    /// The front matter key that shows a page only to the values it lists.
    pub page_show: Option<String>,
}

/// How an axis was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AxisSource {
    /// The user says so.
    Settings,
    /// Templates ask for it.
    Templates,
    /// Its values are the endings of the configuration files' names.
    FileNames,
    /// Arguments of shortcodes mention its values.
    Use,
    /// They are Hugo's own versions or roles.
    Dimensions,
}

/// How pages decide whose they are, by their own front matter and what cascades to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageAxis {
    /// The texts that conditions compare with. None: the reader decides, and every page holds what is for all.
    pub texts: Vec<Vec<PageText>>,
    /// For each value of the axis, all names that conditions may call it by.
    pub names: Vec<Vec<String>>,
    /// Which values each page is for, parallel to the site's pages; all of them where none is known.
    pub of_page: Vec<EditionSet>,
    /// Where a page says so, parallel to the site's pages.
    pub places: Vec<Option<Span>>,
}

impl Axis {
    /// Whether conditions may name this value.
    pub fn knows(&self, value: &str) -> bool {
        !self.editions_of(value).is_empty()
    }

    /// Whether a condition asks for a value of this axis.
    pub fn is_asked_by(&self, condition: &Condition) -> bool {
        match (&self.pages, &condition.asks) {
            (None, Asks::SiteParam(_)) => {
                self.source != AxisSource::Dimensions && condition.is_on(&self.param)
            }
            (None, Asks::Dimension(own)) => self.source == AxisSource::Dimensions && own.name() == self.param,
            (Some(pages), Asks::Reader) => pages.texts.is_empty(),
            (Some(pages), Asks::Page(texts)) => texts.iter().all(|text| pages.texts.contains(text)),
            _ => false,
        }
    }

    /// The readers that a value names: the editions with it, or the values of pages so called.
    pub fn editions_of(&self, value: &str) -> EditionSet {
        let is_called = |(index, own): &(usize, &String)| match &self.pages {
            Some(pages) => pages.names[*index].iter().any(|name| name == value),
            None => *own == value,
        };
        let matching = self.values.iter().enumerate().filter(is_called);
        matching.fold(EditionSet::EMPTY, |set, (index, _)| set.or(EditionSet::one(index)))
    }

    /// Whether one page holds what is for different readers, so that what must be unique in a page must be so for all.
    pub fn is_in_one_page(&self) -> bool {
        self.pages.as_ref().is_some_and(|pages| pages.texts.is_empty())
    }

    /// All readers.
    pub fn everybody(&self) -> EditionSet {
        EditionSet::all(self.values.len())
    }

    /// Whether readers have different values.
    pub(super) fn tells_apart(&self) -> bool {
        self.values.iter().any(|value| *value != self.values[0])
    }

    /// The values that these readers have, in the order of the editions, each once.
    pub fn values_of(&self, editions: EditionSet) -> Vec<&str> {
        let mut values: Vec<&str> = Vec::new();
        for value in editions.iter().filter_map(|index| self.values.get(index)) {
            if !values.contains(&value.as_str()) {
                values.push(value);
            }
        }
        values
    }

    /// `JP, US`
    pub fn names(&self, editions: EditionSet) -> String {
        self.values_of(editions).join(", ")
    }
}

/// A value written in a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenValue {
    /// The value.
    pub value: String,
    /// Where it is written.
    pub span: Span,
}

/// A call that is a condition, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionCall {
    /// What it asks for, by index in [`super::Site::axes`].
    pub axis: usize,
    /// The values it names, in order.
    pub values: Vec<WrittenValue>,
    /// For whom it shows its inner text, by its own words alone; everybody where a value is unknown.
    pub shown: EditionSet,
    /// Whether the values are shown it (or hidden).
    pub shows: bool,
    /// Whether all its values are known and there is at least one.
    pub certain: bool,
}

/// Who sees what of one page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visibility {
    /// The editions that publish the page with its content.
    pub page: EditionSet,
    /// Where the front matter says for whom the page is hidden or shown.
    pub page_key: Option<Span>,
    /// For each call of the page, in the order of [`Page::calls`]: who sees its inner text, enclosing conditions and
    /// the page's own included.
    pub calls: Vec<EditionSet>,
    /// The same in values of an axis on which pages decide, for the page and for each call. `None`: the axis is that
    /// of the editions.
    pub values: Option<Box<(EditionSet, Vec<EditionSet>)>>,
    /// For each call that is a condition: what it says. Same order; `None` for other calls.
    pub conditions: Vec<Option<Box<ConditionCall>>>,
    /// Branches of containers, by position: indexes of the container and of the branch in [`Page::calls`].
    pub branches: Vec<(u32, u32)>,
}

impl Visibility {
    /// The values of the axis for which the inner text of a call is shown (`None`: the page).
    pub fn on_axis(&self, call: Option<usize>) -> EditionSet {
        let (page, calls) = match &self.values {
            Some(values) => (values.0, &values.1),
            None => (self.page, &self.calls),
        };
        call.map_or(page, |call| calls[call])
    }

    /// Leaves only these editions.
    pub(super) fn limit(&mut self, editions: EditionSet) {
        self.page = self.page.and(editions);
        for call in &mut self.calls {
            *call = call.and(editions);
        }
    }

    /// The editions that show something that stands in `call` (`None`: in no call).
    pub fn of(&self, call: Option<u32>) -> EditionSet {
        match call {
            Some(call) => self.calls.get(call as usize).copied().unwrap_or(self.page),
            None => self.page,
        }
    }

    /// Works it out, given who sees the page itself: editions, and values of an axis on which pages decide.
    pub fn new(
        page: &Page,
        (visible, values): (EditionSet, Option<EditionSet>),
        page_key: Option<Span>,
        axes: &[Axis],
        definitions: &Definitions,
    ) -> Self {
        let on_axis = values.unwrap_or(visible);
        let mut calls = Vec::with_capacity(page.calls.len());
        let mut conditions = Vec::with_capacity(page.calls.len());
        let mut branches = Vec::new();
        for (index, call) in page.calls.iter().enumerate() {
            let around = call.parent.map_or(on_axis, |parent| calls[parent]);
            let tag = &page.tags[call.open];
            let definition = definitions.get(&tag.name);
            let condition = definition.and_then(|definition| definition.condition.as_ref());
            let said = condition.filter(|_| call.inner.is_some()).and_then(|condition| {
                let asked = axes.iter().position(|axis| axis.is_asked_by(condition))?;
                Some(Box::new(condition_call(tag, condition, asked, &axes[asked])))
            });
            calls.push(around.and(said.as_ref().map_or(around, |said| said.shown)));
            conditions.push(said);
            if let Some(Choice::Branch { container, .. }) =
                definition.and_then(|definition| definition.choice.as_ref())
                && let Some(parent) = call.parent.filter(|&parent| page.tag(parent).name == *container)
            {
                branches.extend(u32::try_from(parent).ok().zip(u32::try_from(index).ok()));
            }
        }
        let mut seen = Self { page: visible, page_key, calls, values: None, conditions, branches };
        if let Some(values) = values {
            let editions = |set: &EditionSet| if set.is_empty() { EditionSet::EMPTY } else { visible };
            let editions = seen.calls.iter().map(editions).collect();
            let of_calls = std::mem::replace(&mut seen.calls, editions);
            seen.values = Some(Box::new((values, of_calls)));
        }
        seen
    }
}

fn condition_call(tag: &Tag, condition: &Condition, asked: usize, axis: &Axis) -> ConditionCall {
    let mut values: Vec<WrittenValue> = Vec::new();
    for (index, argument) in tag.arguments.iter().enumerate() {
        let asked = match &condition.argument {
            None => argument.key.is_none(),
            Some(Param::Named(name)) => argument.key.as_ref() == Some(name),
            Some(Param::Positional(position)) => argument.key.is_none() && index == *position,
        };
        if !asked {
            continue;
        }
        match &condition.separator {
            None => values.push(WrittenValue { value: argument.value.clone(), span: argument.value_span }),
            Some(separator) => {
                let mut at = argument.value_span.start as usize;
                for part in argument.value.split(separator.as_str()) {
                    let lead = part.len() - part.trim_start().len();
                    let start = (at + lead).min(argument.value_span.end as usize);
                    let end = (start + part.trim().len()).min(argument.value_span.end as usize);
                    values.push(WrittenValue { value: part.trim().to_owned(), span: Span::new(start, end) });
                    at += part.len() + separator.len();
                }
            }
        }
    }
    let certain = !values.is_empty() && values.iter().all(|own| axis.knows(&own.value));
    let named = values.iter().fold(EditionSet::EMPTY, |set, own| set.or(axis.editions_of(&own.value)));
    let shown = match (certain, condition.shows) {
        (false, _) => axis.everybody(),
        (true, true) => named,
        (true, false) => axis.everybody().without(named),
    };
    ConditionCall { axis: asked, values, shown, shows: condition.shows, certain }
}
