//! What we recorded of the real Hugo is what the real Hugo says.
//!
//! Needs Hugo (`HUGO`, or `hugo` on the path) in the version that was recorded; without it, the tests say so and
//! pass, except where `CI` is set. `UPDATE=1` records anew; review the difference.

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
    assert_eq!(sites::expected_links("fixtures/help"), sites::recorded_links("fixtures/help"));
}
