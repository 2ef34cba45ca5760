//! What holds for every text.

use javert::{commands::check::findings, site::Site};
use javert::{
    hugo::{
        shortcode::{Inner, Pairing, Scan, pair, scan, verdict},
        version::Version,
    },
    source::Span,
};
use proptest::prelude::*;
use shapes::{CIRCUMSTANCES, SHAPES, site, special};

#[path = "../benches/shapes/mod.rs"]
mod shapes;

/// Text with everything that means something in shortcodes.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "{{<", "{{%", ">}}", "%}}", "{{< a >}}", "{{< /a >}}", "{{% b %}}", "{{% /b %}}", "{{< c />}}",
            "{{< d", "{{</*", "*/>}}", "/*", "*/%}}", "/", "\"", "\\\"", "`", "=", "a=1", ".inline ", "}}", "{", ">",
            "｛｛", "“", "\n", " ", "\r\n", "```\n",
        ]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[a-d{}<>%/ \"`=\\\\.]{0,12}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn inner(name: &str) -> Inner {
    match name {
        "a" | "b" => Inner::Used,
        "c" => Inner::Unused,
        "d" => Inner::NoTemplate,
        _ => Inner::Unknown,
    }
}

fn assert_inside(text: &str, span: Span) {
    assert!(span.start <= span.end && text.get(span.range()).is_some(), "{span:?} in {text:?}");
}

fn assert_sound(text: &str, scan: &Scan, pairing: &Pairing) {
    for tag in &scan.tags {
        for span in [tag.span, tag.name_span] {
            assert_inside(text, span);
        }
        assert!(tag.span.contains(tag.name_span), "{tag:?} in {text:?}");
        for argument in &tag.arguments {
            assert_inside(text, argument.span);
            assert!(argument.span.contains(argument.value_span), "{argument:?} in {text:?}");
            assert!(tag.span.contains(argument.span), "{tag:?} in {text:?}");
        }
    }
    for two in scan.tags.windows(2) {
        assert!(two[0].span.end <= two[1].span.start, "{two:?} overlap in {text:?}");
    }
    for problem in scan.problems.iter().chain(&pairing.problems) {
        assert_inside(text, problem.span);
        assert!(!problem.span.is_empty(), "{problem:?} in {text:?}");
    }
    for (index, call) in pairing.calls.iter().enumerate() {
        assert_inside(text, call.span);
        assert!(call.inner.is_none_or(|inner| call.span.contains(inner)), "{call:?} in {text:?}");
        if let Some(parent) = call.parent {
            let enclosing = pairing.calls[parent].inner.expect("a parent has inner text");
            assert!(parent < index && enclosing.contains(call.span), "{call:?} in {enclosing:?} of {text:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn shortcodes_are_sound_in_any_text(text in text(), minor in prop::sample::select(vec![72, 110, 152, 168])) {
        let version = Version::new(0, minor);
        let body = Span::new(0, text.len());
        let scan = scan(&text, body, version);
        let pairing = pair(&scan, body, &inner, version);
        assert_sound(&text, &scan, &pairing);
        verdict(&text, body, &inner, version);
    }

    #[test]
    fn a_page_that_hugo_refuses_has_a_problem(text in text()) {
        let body = Span::new(0, text.len());
        let known = |name: &str| if inner(name) == Inner::Unknown { Inner::NoTemplate } else { inner(name) };
        let scan = scan(&text, body, Version::NEWEST);
        let pairing = pair(&scan, body, &known, Version::NEWEST);
        if let Some(refusal) = verdict(&text, body, &known, Version::NEWEST) {
            assert!(!scan.problems.is_empty() || !pairing.problems.is_empty(), "{refusal:?} for {text:?}");
        }
    }
}

/// How long they take is for `benches/hostile.rs` to say.
#[test]
fn hostile_pages_are_read() {
    const SIZE: usize = 4 << 10;
    let repeated = SHAPES.iter().map(|shape| shape.text(SIZE));
    for text in repeated.chain(special(SIZE).into_iter().map(|(_, text)| text)) {
        let tree = site(&text);
        let site = Site::load(&tree, CIRCUMSTANCES);
        let source = &site.pages[0].source;
        for found in findings(&site).iter().filter(|found| found.path == source.path) {
            assert_inside(&source.text, found.span);
        }
    }
}

#[test]
fn ten_thousand_levels_are_read() {
    for shape in SHAPES.iter().filter(|shape| shape.name.starts_with("nested")) {
        let tree = site(&shape.repeated(10_000));
        findings(&Site::load(&tree, CIRCUMSTANCES));
    }
}
