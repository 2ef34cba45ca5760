//! The rules. To add one: `src/rules/<name>.rs`, `rules/<name>.md`, and its two lines below.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    diagnostic::Findings,
    manual::Manual,
    page::Page,
    site::Site,
    suppressions::Usage,
    value::{self, Mistake, Value},
};

mod admonition_disagreement;
mod always_shown_block;
mod ambiguous_ref;
mod broken_anchor;
mod broken_file;
mod broken_image;
mod broken_link;
mod broken_ref;
mod code_language_disagreement;
mod crossed_shortcodes;
mod dangling_step_reference;
mod dead_block;
mod dead_link;
mod duplicate_anchor;
mod duplicate_key;
mod duplicate_variant_value;
mod empty_block;
mod empty_container;
mod empty_link;
mod empty_page;
mod empty_section;
mod external_anchor;
mod glued_block;
mod heading_id_disagreement;
mod heading_level_disagreement;
mod identical_alternatives;
mod image_alt_disagreement;
mod insecure_link;
mod invalid_configuration;
mod invalid_front_matter;
mod invalid_template;
mod link_disagreement;
mod link_through_alias;
mod list_nesting_disagreement;
mod list_numbering_restart;
mod list_type_disagreement;
mod malformed_shortcode;
mod mergeable_neighbours;
mod mismatched_delimiters;
mod missing_alt;
mod missing_branch;
mod missing_configuration;
mod missing_title;
mod missing_translation;
mod mixed_polarity;
mod near_miss_delimiters;
mod order_disagreement;
mod orphan_page;
mod other_language_link;
mod outline_disagreement;
mod outside_base_path;
mod overlapping_alternatives;
mod own_site_url;
mod page_never_shown;
mod partly_dead_block;
mod placeholder_alt;
mod punctuation_disagreement;
mod redirected_link;
mod role_disagreement;
mod shortcode_in_heading;
mod shortcode_starts_file;
mod skipped_heading_level;
mod spelled_out_variable;
mod stale_translation;
mod tag_spacing;
mod translation_anchor;
mod translation_structure;
mod unclosable_shortcode;
mod unclosed_shortcode;
mod uncovered_variant;
mod undefined_reference;
mod unexplained_suppression;
mod unknown_shortcode;
mod unknown_variant_value;
mod unoffered_branch;
mod unopened_shortcode;
mod unpublished_target;
mod unreachable_page;
mod unread_page;
mod unstable_anchor;
mod unused_definition;
mod unused_exclude;
mod unused_image;
mod unused_suppression;
mod url_collision;
mod wording_disagreement;
mod wrong_case_link;

/// A check; its fields are its options.
pub trait Rule: Send + Sync {
    /// Looks at one page.
    fn check_page(&self, _page: &Page, _site: &Site, _findings: &mut Findings) {}

    /// Looks at the site as a whole.
    fn check_site(&self, _site: &Site, _findings: &mut Findings) {}

    /// Looks at what the suppressions of a page were good for, after all others have looked at everything.
    fn check_suppressions(&self, _page: &Page, _site: &Site, _usage: &Usage<'_>, _findings: &mut Findings) {}

    /// Whether it cannot look at this site at all, as when nobody asked the web.
    fn is_silent(&self, _site: &Site) -> bool {
        false
    }

    /// Whether it needs [`Site::names`].
    fn reads_names(&self) -> bool {
        false
    }

    /// Whether what it finds depends on what other rules find.
    fn judges_suppressions(&self) -> bool {
        false
    }

    /// Whether it needs [`Site::history`].
    fn reads_history(&self) -> bool {
        false
    }
}

/// A rule as the rest of the program sees it.
pub struct Entry {
    /// Its name: the problem, in kebab-case.
    pub name: &'static str,
    /// Its page, `rules/<name>.md`.
    pub page: &'static str,
    /// Builds the rule from its options.
    pub configure: fn(&Value) -> Result<Box<dyn Rule>, Mistake>,
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
    rule!("ambiguous-ref", ambiguous_ref::AmbiguousRef),
    rule!("broken-anchor", broken_anchor::BrokenAnchor),
    rule!("broken-file", broken_file::BrokenFile),
    rule!("broken-image", broken_image::BrokenImage),
    rule!("broken-link", broken_link::BrokenLink),
    rule!("broken-ref", broken_ref::BrokenRef),
    rule!("code-language-disagreement", code_language_disagreement::CodeLanguageDisagreement),
    rule!("crossed-shortcodes", crossed_shortcodes::CrossedShortcodes),
    rule!("dangling-step-reference", dangling_step_reference::DanglingStepReference),
    rule!("dead-block", dead_block::DeadBlock),
    rule!("dead-link", dead_link::DeadLink),
    rule!("duplicate-anchor", duplicate_anchor::DuplicateAnchor),
    rule!("duplicate-key", duplicate_key::DuplicateKey),
    rule!("duplicate-variant-value", duplicate_variant_value::DuplicateVariantValue),
    rule!("empty-block", empty_block::EmptyBlock),
    rule!("empty-container", empty_container::EmptyContainer),
    rule!("empty-link", empty_link::EmptyLink),
    rule!("empty-page", empty_page::EmptyPage),
    rule!("empty-section", empty_section::EmptySection),
    rule!("external-anchor", external_anchor::ExternalAnchor),
    rule!("glued-block", glued_block::GluedBlock),
    rule!("heading-id-disagreement", heading_id_disagreement::HeadingIdDisagreement),
    rule!("heading-level-disagreement", heading_level_disagreement::HeadingLevelDisagreement),
    rule!("identical-alternatives", identical_alternatives::IdenticalAlternatives),
    rule!("image-alt-disagreement", image_alt_disagreement::ImageAltDisagreement),
    rule!("insecure-link", insecure_link::InsecureLink),
    rule!("invalid-configuration", invalid_configuration::InvalidConfiguration),
    rule!("invalid-front-matter", invalid_front_matter::InvalidFrontMatter),
    rule!("invalid-template", invalid_template::InvalidTemplate),
    rule!("link-disagreement", link_disagreement::LinkDisagreement),
    rule!("link-through-alias", link_through_alias::LinkThroughAlias),
    rule!("list-nesting-disagreement", list_nesting_disagreement::ListNestingDisagreement),
    rule!("list-numbering-restart", list_numbering_restart::ListNumberingRestart),
    rule!("list-type-disagreement", list_type_disagreement::ListTypeDisagreement),
    rule!("malformed-shortcode", malformed_shortcode::MalformedShortcode),
    rule!("mergeable-neighbours", mergeable_neighbours::MergeableNeighbours),
    rule!("mismatched-delimiters", mismatched_delimiters::MismatchedDelimiters),
    rule!("missing-alt", missing_alt::MissingAlt),
    rule!("missing-branch", missing_branch::MissingBranch),
    rule!("missing-configuration", missing_configuration::MissingConfiguration),
    rule!("missing-title", missing_title::MissingTitle),
    rule!("missing-translation", missing_translation::MissingTranslation),
    rule!("mixed-polarity", mixed_polarity::MixedPolarity),
    rule!("near-miss-delimiters", near_miss_delimiters::NearMissDelimiters),
    rule!("order-disagreement", order_disagreement::OrderDisagreement),
    rule!("orphan-page", orphan_page::OrphanPage),
    rule!("other-language-link", other_language_link::OtherLanguageLink),
    rule!("outline-disagreement", outline_disagreement::OutlineDisagreement),
    rule!("outside-base-path", outside_base_path::OutsideBasePath),
    rule!("overlapping-alternatives", overlapping_alternatives::OverlappingAlternatives),
    rule!("own-site-url", own_site_url::OwnSiteUrl),
    rule!("page-never-shown", page_never_shown::PageNeverShown),
    rule!("partly-dead-block", partly_dead_block::PartlyDeadBlock),
    rule!("placeholder-alt", placeholder_alt::PlaceholderAlt),
    rule!("punctuation-disagreement", punctuation_disagreement::PunctuationDisagreement),
    rule!("redirected-link", redirected_link::RedirectedLink),
    rule!("role-disagreement", role_disagreement::RoleDisagreement),
    rule!("shortcode-in-heading", shortcode_in_heading::ShortcodeInHeading),
    rule!("shortcode-starts-file", shortcode_starts_file::ShortcodeStartsFile),
    rule!("skipped-heading-level", skipped_heading_level::SkippedHeadingLevel),
    rule!("spelled-out-variable", spelled_out_variable::SpelledOutVariable),
    rule!("stale-translation", stale_translation::StaleTranslation),
    rule!("tag-spacing", tag_spacing::TagSpacing),
    rule!("translation-anchor", translation_anchor::TranslationAnchor),
    rule!("translation-structure", translation_structure::TranslationStructure),
    rule!("unclosable-shortcode", unclosable_shortcode::UnclosableShortcode),
    rule!("unclosed-shortcode", unclosed_shortcode::UnclosedShortcode),
    rule!("uncovered-variant", uncovered_variant::UncoveredVariant),
    rule!("undefined-reference", undefined_reference::UndefinedReference),
    rule!("unexplained-suppression", unexplained_suppression::UnexplainedSuppression),
    rule!("unknown-shortcode", unknown_shortcode::UnknownShortcode),
    rule!("unknown-variant-value", unknown_variant_value::UnknownVariantValue),
    rule!("unoffered-branch", unoffered_branch::UnofferedBranch),
    rule!("unopened-shortcode", unopened_shortcode::UnopenedShortcode),
    rule!("unpublished-target", unpublished_target::UnpublishedTarget),
    rule!("unreachable-page", unreachable_page::UnreachablePage),
    rule!("unread-page", unread_page::UnreadPage),
    rule!("unstable-anchor", unstable_anchor::UnstableAnchor),
    rule!("unused-definition", unused_definition::UnusedDefinition),
    rule!("unused-exclude", unused_exclude::UnusedExclude),
    rule!("unused-image", unused_image::UnusedImage),
    rule!("unused-suppression", unused_suppression::UnusedSuppression),
    rule!("url-collision", url_collision::UrlCollision),
    rule!("wording-disagreement", wording_disagreement::WordingDisagreement),
    rule!("wrong-case-link", wrong_case_link::WrongCaseLink),
];

fn configure<R>(options: &Value) -> Result<Box<dyn Rule>, Mistake>
where
    R: Rule + for<'de> Deserialize<'de> + JsonSchema + 'static,
{
    Ok(Box::new(value::read::<R>(options)?))
}

/// The rule of this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    RULES.iter().find(|entry| entry.name == name)
}

/// That a rule or group of this name exists.
///
/// # Errors
/// When there is none, in a phrase that suggests the nearest.
pub fn known(name: &str) -> Result<(), String> {
    let mut names: Vec<String> = RULES.iter().map(|entry| entry.name.to_owned()).collect();
    names.extend(RULES.iter().map(|entry| entry.manual().group));
    if names.iter().any(|own| own == name) {
        return Ok(());
    }
    let hint = nearest(name, names.iter().map(String::as_str));
    let hint = hint.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(format!("there is no rule or group `{name}`{hint}"))
}

/// The name nearest to a mistyped one, if any is near.
pub fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let scored = names.into_iter().map(|own| (strsim::damerau_levenshtein(name, own), own));
    scored.min().filter(|(distance, own)| *distance <= (own.chars().count() / 3).max(1)).map(|(_, own)| own)
}
