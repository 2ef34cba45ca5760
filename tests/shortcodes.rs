//! Our verdict on every page of `fixtures/shortcodes` is the one recorded from the real Hugo.
#![expect(clippy::disallowed_methods, reason = "tests read fixtures and the environment")]

mod support;

use support::shortcodes::{fixture, recording};

#[test]
fn our_verdict_is_the_recorded_one() {
    let fixture = fixture();
    let recording = recording();
    let mut wrong = String::new();
    for (page, body) in &fixture.pages {
        let says = recording.get(page).map_or("is not recorded", String::as_str);
        let predicted = fixture.predicted(body);
        if predicted != says {
            wrong += &format!("{page}: {body}\n    hugo: {says}\n    we:   {predicted}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let known = recording.keys().all(|page| fixture.pages.contains_key(page));
    assert!(
        known,
        "the recording has pages that the fixture has not; record again with UPDATE=1 (tests/hugo.rs)"
    );
}
