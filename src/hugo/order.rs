//! In which order Hugo lists pages: [`Key`]. Hugo: `resources/page/pages_sort.go`.

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use super::{
    collation::{self, Rank},
    paths::Day,
    templates::Order,
};

/// What decides where a page is listed.
#[derive(Debug)]
pub struct Key {
    /// `.Weight`, where 0 comes last; `None`: it is not known.
    pub weight: Option<i64>,
    /// `.Date`
    pub date: Date,
    /// The rank of `.Title`; `None`: it is not known.
    pub title: Option<Rank>,
    /// That of `.LinkTitle`.
    pub link_title: Option<Rank>,
    /// The path of the page below the content, in its language.
    pub path: String,
}

/// `.Date`
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Date {
    /// It has none.
    None,
    /// It is not known.
    Unknown,
    /// As it is written.
    On(Day, String),
}

impl Date {
    /// Whether Hugo has two dates in this order. Two times on one day may be in several zones.
    fn is_certain(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::On(one, text), Self::On(other, other_text)) => one != other || text == other_text,
            _ => *self != Self::Unknown && *other != Self::Unknown,
        }
    }
}

impl Key {
    /// Which of them comes first.
    pub fn compare(&self, other: &Self, order: Order) -> Ordering {
        let weight = |key: &Self| key.weight.map(|weight| (weight == 0, weight));
        match order {
            Order::Default => weight(self)
                .cmp(&weight(other))
                .then_with(|| other.date.cmp(&self.date))
                .then_with(|| self.link_title.cmp(&other.link_title))
                .then_with(|| self.path.cmp(&other.path)),
            Order::Date => self.date.cmp(&other.date),
            Order::Title => self.title.cmp(&other.title),
            Order::LinkTitle => self.link_title.cmp(&other.link_title),
        }
    }

    /// Whether Hugo has them in that order.
    pub fn is_certain(&self, other: &Self, order: Order, language: &str) -> bool {
        let is_certain = |one: &Option<Rank>, other: &Option<Rank>| match (one, other) {
            (Some(one), Some(other)) => collation::is_certain(language, one, other),
            _ => false,
        };
        match order {
            Order::Default if self.weight.is_none() || other.weight.is_none() => false,
            Order::Default if self.weight != other.weight => true,
            Order::Default if self.date != other.date => self.date.is_certain(&other.date),
            Order::Default => {
                self.date.is_certain(&other.date) && is_certain(&self.link_title, &other.link_title)
            }
            Order::Date => self.date.is_certain(&other.date),
            Order::Title => is_certain(&self.title, &other.title),
            Order::LinkTitle => is_certain(&self.link_title, &other.link_title),
        }
    }
}

/// Gives lists without any date the latest one below them, if they are not dated by git (`has_git`); `parents`: pages with
/// the lists that they are in. Hugo: `hugolib/content_map_page_assembler.go`.
pub fn pass_dates_up(keys: &mut FxHashMap<u32, Key>, parents: &[(u32, Option<u32>)], has_git: bool) {
    let above: FxHashMap<u32, Option<u32>> = parents.iter().copied().collect();
    let mut passed: FxHashMap<u32, Date> = FxHashMap::default();
    for (page, parent) in parents {
        let Some(own) = keys.get(page).map(|key| key.date.clone()).filter(|date| *date != Date::None) else {
            continue;
        };
        let mut next = *parent;
        while let Some(list) = next {
            let latest = passed.entry(list).or_insert(Date::None);
            if !own.is_certain(latest) {
                *latest = Date::Unknown;
            } else if own > *latest {
                *latest = own.clone();
            }
            next = above.get(&list).copied().flatten();
        }
    }
    #[expect(clippy::iter_over_hash_type, reason = "each list gets its own date")]
    for (list, date) in passed {
        let Some(key) = keys.get_mut(&list).filter(|key| key.date == Date::None) else { continue };
        // The commit of its own file may date it.
        key.date = if has_git { Date::Unknown } else { date };
    }
}
