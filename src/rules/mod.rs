//! The rules. To add one: `src/rules/<name>.rs`, `rules/<name>.md`, and its two lines below.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{diagnostic::Findings, manual::Manual, page::Page, site::Site};

mod admonition_disagreement;
mod always_shown_block;
mod dead_block;
mod duplicate_variant_value;
mod empty_block;
mod heading_id_disagreement;
mod heading_level_disagreement;
mod identical_alternatives;
mod list_type_disagreement;
mod page_never_shown;
mod unknown_variant_value;

/// A check; its fields are its options.
pub trait Rule: Send + Sync {
    /// Looks at one page.
    fn check_page(&self, _page: &Page, _site: &Site, _findings: &mut Findings) {}

    /// Looks at the site as a whole.
    fn check_site(&self, _site: &Site, _findings: &mut Findings) {}
}

/// A rule as the rest of the program sees it.
pub struct Entry {
    /// Its name: the problem, in kebab-case.
    pub name: &'static str,
    /// Its page, `rules/<name>.md`.
    pub page: &'static str,
    /// Builds the rule from its options.
    pub configure: fn(toml::Table) -> Result<Box<dyn Rule>, toml::de::Error>,
    /// The JSON Schema of its options.
    pub schema: fn() -> schemars::Schema,
}

impl Entry {
    /// Its page, read.
    pub fn manual(&self) -> Manual<'static> {
        Manual::read(self.page)
    }
}

macro_rules! rule {
    ($name:literal, $rule:ty) => {
        Entry {
            name: $name,
            page: include_str!(concat!("../../rules/", $name, ".md")),
            configure: configure::<$rule>,
            schema: || schemars::schema_for!($rule),
        }
    };
}

/// All rules, sorted by name.
pub static RULES: &[Entry] = &[
    rule!("admonition-disagreement", admonition_disagreement::AdmonitionDisagreement),
    rule!("always-shown-block", always_shown_block::AlwaysShownBlock),
    rule!("dead-block", dead_block::DeadBlock),
    rule!("duplicate-variant-value", duplicate_variant_value::DuplicateVariantValue),
    rule!("empty-block", empty_block::EmptyBlock),
    rule!("heading-id-disagreement", heading_id_disagreement::HeadingIdDisagreement),
    rule!("heading-level-disagreement", heading_level_disagreement::HeadingLevelDisagreement),
    rule!("identical-alternatives", identical_alternatives::IdenticalAlternatives),
    rule!("list-type-disagreement", list_type_disagreement::ListTypeDisagreement),
    rule!("page-never-shown", page_never_shown::PageNeverShown),
    rule!("unknown-variant-value", unknown_variant_value::UnknownVariantValue),
];

fn configure<R>(options: toml::Table) -> Result<Box<dyn Rule>, toml::de::Error>
where
    R: Rule + for<'de> Deserialize<'de> + JsonSchema + 'static,
{
    Ok(Box::new(R::deserialize(options)?))
}

/// The rule of this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    RULES.iter().find(|entry| entry.name == name)
}

/// The name nearest to a mistyped one, if any is near.
pub fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let scored = names.into_iter().map(|own| (strsim::damerau_levenshtein(name, own), own));
    scored.min().filter(|(distance, own)| *distance <= (own.chars().count() / 3).max(1)).map(|(_, own)| own)
}
