//! What we recorded of the real Hugo is what the real Hugo says.
//!
//! Needs Hugo (`HUGO`, or `hugo` on the path) in the version that was recorded; without it, the tests say so and
//! pass, except where `CI` is set. `UPDATE=1` records anew; review the difference.

#[path = "../benches/generate/mod.rs"]
mod generate;
mod support;

use support::sites;

#[test]
fn hugo_still_says_what_we_recorded() {
    if let Some(hugo) = sites::hugo_or_skip("fixtures/help/hugo.json") {
        sites::compare("fixtures/help/hugo.json", &sites::record(&hugo, "fixtures/help"));
    }
}

#[test]
fn hugo_still_refuses_what_we_recorded() {
    if let Some(hugo) = sites::hugo_or_skip("fixtures/broken/hugo.json") {
        sites::compare("fixtures/broken/hugo.json", &sites::record_each_page(&hugo, "fixtures/broken"));
    }
}

#[test]
fn the_links_we_expect_to_break_are_those_that_hugo_broke() {
    // While the recording is written it cannot be read.
    if !sites::updating() {
        assert_eq!(sites::expected_links("fixtures/help"), sites::recorded_links("fixtures/help"));
    }
}

#[test]
fn a_generated_site_builds_and_no_other_link_breaks_than_was_meant_to() {
    if let Some(hugo) = sites::hugo_or_skip("fixtures/help/hugo.json") {
        let files: Vec<_> = generate::site(120, 1).collect();
        let meant: usize = files.iter().map(|file| file.broken).sum();
        let files = files.into_iter().map(|file| (file.path, file.bytes));
        // JP readers see every page.
        assert_eq!(sites::links_that_break(&hugo, files, "config_jp.toml"), meant);
    }
}

#[test]
fn every_page_that_hugo_refuses_is_expected_to_be_wrong() {
    if !sites::updating() {
        let (refused, expected) =
            (sites::refused("fixtures/broken"), sites::expected_pages("fixtures/broken"));
        assert_eq!(refused.difference(&expected).collect::<Vec<_>>(), Vec::<&String>::new());
    }
}
