//! How many of the mistakes that authors make in one of several versions of a text are found: each list, heading, image,
//! link, box and mark of `fixtures/alternatives.txtar` is changed in one version, one at a time.
#![expect(clippy::disallowed_methods, reason = "the fixture is read")]
#![expect(clippy::unwrap_used, reason = "a test that cannot read its fixture fails")]

use std::{collections::BTreeMap, fs};

use javert::{
    diagnostic::{Diagnostic, Edit, Fix, Safety, apply},
    hugo::{paths::Day, shortcode::CallEnd},
    lint,
    page::{BlockKind, LinkKind, Page},
    rules::RULES,
    site::{Site, load::Circumstances},
    source::Span,
    tree::MemoryTree,
    variants::{Branch, admonition},
};
use proptest::{prelude::*, test_runner::RngSeed};

mod support;

type Files = Vec<(String, String)>;

fn fixture() -> Files {
    support::txtar(&fs::read_to_string(support::repository("fixtures/alternatives.txtar")).unwrap())
}

fn load(files: &Files) -> Site {
    let today = Day { year: 2026, month: 1, day: 1 };
    Site::load(&MemoryTree::new(files.clone()), Circumstances { today, version: None })
}

/// What the rules on variants that are on by default say.
fn judge(site: &Site) -> Vec<Diagnostic> {
    let chosen: Vec<lint::Chosen> = RULES
        .iter()
        .filter(|entry| entry.manual().group == "variants")
        .filter_map(|entry| lint::choose(entry, None))
        .collect();
    lint::run(site, &chosen)
}

/// A change to one version: what to find, and the edits.
struct Mutation {
    kind: &'static str,
    rule: &'static str,
    edits: Vec<Edit>,
}

fn replacement(span: Span, text: impl Into<String>) -> Edit {
    Edit { span, text: text.into() }
}

/// The blocks of a version.
fn blocks<'p>(page: &'p Page, branch: &Branch) -> impl Iterator<Item = usize> + use<'p> {
    let inner = page.calls[branch.call as usize].inner.unwrap();
    (0..page.blocks.len()).filter(move |&block| inner.contains(page.blocks[block].span))
}

fn lists(page: &Page, group: &[Branch], at: usize, mutations: &mut Vec<Mutation>) {
    let branch = &group[at];
    // Only what another version says as well can be in another order there.
    let is_elsewhere = |items: [&str; 2]| {
        let others = group.iter().enumerate().filter(|(other, _)| *other != at);
        others.map(|(_, other)| page.source.slice(page.calls[other.call as usize].inner.unwrap())).any(
            |text| {
                items.iter().all(|item| {
                    let mut behind = text.split(item).skip(1);
                    behind.next().is_some_and(|rest| {
                        rest.starts_with("\n\n") || rest.trim_start().starts_with(['*', '-', '1'])
                    })
                })
            },
        )
    };
    for list in blocks(page, branch) {
        let numbered = page.blocks[list].kind == BlockKind::OrderedList;
        if !numbered && page.blocks[list].kind != BlockKind::BulletList {
            continue;
        }
        let items = (list + 1..page.blocks[list].end as usize)
            .filter(|&item| page.blocks[item].parent == u32::try_from(list).ok());
        let marker = |item: usize| {
            let span = page.blocks[item].span;
            let text = page.source.slice(span);
            let start = span.start + u32::try_from(text.len() - text.trim_start().len()).unwrap();
            Span { start, end: start + if numbered { 2 } else { 1 } }
        };
        let markers: Vec<Span> = items.map(marker).collect();
        let text = if numbered { "*" } else { "1." };
        let edits = markers.iter().map(|&marker| replacement(marker, text)).collect();
        mutations.push(Mutation { kind: "list type", rule: "list-type-disagreement", edits });
        // A sublist that is not indented far enough.
        let column = page.source.position(markers[0].start).column - 1;
        if column == 4 {
            let outer =
                page.source.text.lines().enumerate().filter_map(|(line, _)| page.source.line_range(line + 1));
            let own = outer.filter(|line| page.blocks[list].span.range().contains(&(line.start + 4)));
            let edits = own
                .filter(|line| page.source.text[line.clone()].starts_with("    "))
                .map(|line| replacement(Span::new(line.start, line.start + 2), ""))
                .collect();
            mutations.push(Mutation { kind: "list nesting", rule: "list-nesting-disagreement", edits });
        }
        for pair in markers.windows(2) {
            let item = |marker: Span| {
                let end = page.source.text[marker.start as usize..].find('\n').unwrap();
                Span::new(marker.range().start, marker.range().start + end)
            };
            let (one, two) = (item(pair[0]), item(pair[1]));
            let (first, second) = (page.source.slice(one), page.source.slice(two));
            if !is_elsewhere([first, second]) {
                continue;
            }
            let edits = vec![replacement(one, second), replacement(two, first)];
            mutations.push(Mutation { kind: "order", rule: "order-disagreement", edits });
        }
    }
}

fn headings(page: &Page, branch: &Branch, mutations: &mut Vec<Mutation>) {
    for block in blocks(page, branch) {
        let BlockKind::Heading(_, heading) = page.blocks[block].kind else { continue };
        let heading = &page.headings[heading as usize];
        let start = Span { start: heading.span.start, end: heading.span.start };
        let edits = vec![replacement(start, "#")];
        mutations.push(Mutation { kind: "heading level", rule: "heading-level-disagreement", edits });
        let (id, span) = heading.id.clone().unwrap();
        let edits = vec![replacement(span, format!("{id}x"))];
        mutations.push(Mutation { kind: "heading id", rule: "heading-id-disagreement", edits });
        let whole = Span { start: span.start - 3, end: span.end + 1 };
        assert_eq!(page.source.slice(whole), format!(" {{#{id}}}"));
        mutations.push(Mutation {
            kind: "heading id",
            rule: "heading-id-disagreement",
            edits: vec![replacement(whole, "")],
        });
        let line = heading.span;
        let bold = format!("**{}**", heading.text);
        mutations.push(Mutation {
            kind: "role",
            rule: "role-disagreement",
            edits: vec![replacement(line, bold)],
        });
    }
}

fn links(page: &Page, branch: &Branch, mutations: &mut Vec<Mutation>) {
    let inner = page.calls[branch.call as usize].inner.unwrap();
    for link in page.links.iter().filter(|link| inner.contains(link.whole)) {
        if let Some(alt) = &link.alt {
            let edits = vec![replacement(alt.span, "画像")];
            mutations.push(Mutation { kind: "alt", rule: "image-alt-disagreement", edits });
        } else if link.kind == LinkKind::Inline {
            let other = if link.destination == "/guide/users/" { "/guide/groups/" } else { "/guide/users/" };
            let edits = vec![replacement(link.span, other)];
            mutations.push(Mutation { kind: "link", rule: "link-disagreement", edits });
        }
    }
}

fn calls(page: &Page, branch: &Branch, mutations: &mut Vec<Mutation>) {
    let inner = page.calls[branch.call as usize].inner.unwrap();
    for call in page.calls.iter().filter(|call| inner.contains(call.span)) {
        let tag = &page.tags[call.open];
        let CallEnd::Closed(close) = call.end else { continue };
        if admonition(tag).is_some() {
            let other = if tag.name == "note" { "warning" } else { "note" };
            let edits = [tag.name_span, page.tags[close].name_span].map(|span| replacement(span, other));
            let edits = edits.to_vec();
            mutations.push(Mutation { kind: "admonition", rule: "admonition-disagreement", edits });
        }
    }
    for argument in &page.tag(branch.call as usize).arguments {
        for value in [argument.value.to_lowercase(), format!("{}X", argument.value)] {
            let edits = vec![replacement(argument.value_span, value)];
            mutations.push(Mutation { kind: "value", rule: "unknown-variant-value", edits });
        }
    }
}

/// Takes away each mark of a paragraph that another version has word by word.
fn marks(page: &Page, group: &[Branch], at: usize, mutations: &mut Vec<Mutation>) {
    let is_text = |&block: &usize| matches!(page.blocks[block].kind, BlockKind::Paragraph);
    let text = |block: usize| page.source.slice(page.blocks[block].span).trim();
    let texts = |branch: &Branch| -> Vec<usize> { blocks(page, branch).filter(is_text).collect() };
    let others: Vec<&str> = group
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != at)
        .flat_map(|(_, branch)| texts(branch).into_iter().map(text))
        .collect();
    for block in texts(&group[at]).into_iter().filter(|&block| others.contains(&text(block))) {
        let start = page.blocks[block].span.range().start;
        for (offset, mark) in
            page.source.slice(page.blocks[block].span).match_indices(['。', '、', '，', ','])
        {
            let span = Span::new(start + offset, start + offset + mark.len());
            let edits = vec![replacement(span, "")];
            mutations.push(Mutation { kind: "punctuation", rule: "punctuation-disagreement", edits });
        }
    }
}

fn mutations(page: &Page, site: &Site) -> Vec<Mutation> {
    let mut all = Vec::new();
    for group in site.alternatives(page) {
        for (at, branch) in group.branches.iter().enumerate() {
            lists(page, &group.branches, at, &mut all);
            headings(page, branch, &mut all);
            links(page, branch, &mut all);
            calls(page, branch, &mut all);
            marks(page, &group.branches, at, &mut all);
        }
    }
    all
}

#[test]
fn versions_that_agree_have_no_findings() {
    let found = judge(&load(&fixture()));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn most_mistakes_in_one_version_are_found_and_each_once() {
    let files = fixture();
    let site = load(&files);
    let mut tally: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for page in &site.pages {
        let number = files.iter().position(|(path, _)| path == page.path()).unwrap();
        for mutation in mutations(page, &site) {
            let fix = Fix { safety: Safety::Unsafe, file: None, edits: mutation.edits };
            let text = apply(&page.source.text, [&fix]);
            let mut changed = files.clone();
            changed[number].1 = text;
            let found = judge(&load(&changed));
            let (total, hits, noise) = tally.entry(mutation.kind).or_default();
            let own = found.iter().filter(|found| found.rule == mutation.rule).count();
            *total += 1;
            *hits += usize::from(own > 0);
            *noise += found.len() - own.min(1);
            if own != 1 || found.len() != 1 {
                let place = page.source.line(fix.edits[0].span.start);
                let said: Vec<String> = found
                    .iter()
                    .map(|found| format!("{} {}: {}", found.path, found.rule, found.message))
                    .collect();
                missed.push(format!("{}:{place} {} -> {said:?}", page.path(), mutation.kind));
            }
        }
    }
    let report: Vec<String> = tally
        .iter()
        .map(|(kind, (total, hits, noise))| format!("{kind}: {hits} of {total}, {noise} more"))
        .collect();
    let report = format!("{}\n{}", report.join("\n"), missed.join("\n"));
    for (kind, floor) in [
        ("admonition", 90),
        ("alt", 95),
        ("heading id", 95),
        ("heading level", 95),
        ("link", 95),
        ("list nesting", 75),
        ("list type", 95),
        ("order", 90),
        ("punctuation", 90),
        ("role", 90),
        ("value", 100),
    ] {
        let (total, hits, noise) = tally[kind];
        assert!(total >= 8 && hits * 100 >= floor * total, "{kind}\n{report}");
        assert!(noise * 10 <= total, "{kind}\n{report}");
    }
}

/// The source of a leaf without the calls that have blocks of their own in them.
fn without_calls(page: &Page, span: Span) -> String {
    let mut text = String::new();
    let mut at = span.start;
    for call in page.calls.iter().filter(|call| call.inner.is_some() && span.contains(call.span)) {
        if call.span.start >= at {
            text.push_str(page.source.slice(Span { start: at, end: call.span.start }));
            at = call.span.end;
        }
    }
    text + page.source.slice(Span { start: at, end: span.end })
}

/// What a reader sees of a site's only page: the leaves with the lists, tables and quotes they are in, in order.
fn projection(site: &Site, edition: usize) -> Vec<String> {
    let (page, visibility) = (&site.pages[0], site.visibility(&site.pages[0]));
    let sees = |call: Option<u32>| visibility.of(call).contains(edition);
    let is_condition = |call: u32| visibility.conditions[call as usize].is_some();
    let mut seen: Vec<(u32, String)> = Vec::new();
    for (index, block) in page.blocks.iter().enumerate() {
        let call = page.enclosing_call(block.span.start).map(|call| call as u32);
        let is_leaf = block.end as usize == index + 1;
        // A call in a paragraph of its own is seen by what is in it, unless it has nothing in it.
        let is_block =
            matches!(block.kind, BlockKind::Call(call) if page.calls[call as usize].inner.is_some());
        if !is_leaf || is_block || !sees(call) {
            continue;
        }
        let mut around: Vec<String> = Vec::new();
        let mut next = block.parent;
        while let Some(outer) = next {
            around.push(format!("{:?}", page.blocks[outer as usize].kind));
            next = page.blocks[outer as usize].parent;
        }
        let mut boxes = call;
        while let Some(outer) = boxes {
            if !is_condition(outer) {
                around.push(page.tag(outer as usize).name.clone());
            }
            boxes = page.calls[outer as usize].parent.map(|call| call as u32);
        }
        let kind = match block.kind {
            BlockKind::Heading(level, _) => format!("heading {level}"),
            BlockKind::Call(_) => "call".to_owned(),
            ref kind => format!("{kind:?}"),
        };
        let own = without_calls(page, block.span);
        let text: Vec<&str> = own.split_whitespace().collect();
        if !text.is_empty() {
            seen.push((block.span.start, format!("{around:?} {kind} {}", text.join(" "))));
        }
    }
    seen.sort();
    seen.into_iter().map(|(_, text)| text).collect()
}

/// A page of blocks for readers, of which some say the same, some name a reader twice, and some are for everybody.
fn page_of_blocks() -> impl Strategy<Value = String> {
    let readers =
        prop::sample::select(vec!["JP", "US", "CN", "US CN", "JP US", "CN CN", "US JP CN", "JP US JP"]);
    let text = prop::sample::select(vec![
        "The same text.",
        "The same text.  ",
        "* One item\n* Another item",
        "1. One item\n1. Another item\n    1. A third one",
        "### A heading {#a}\n\nIts text.",
        "{{< note >}}\nA note.\n{{< /note >}}",
        "| a | b |\n|---|---|\n| c | d |",
        "> quoted\n> text",
        "    code",
        "<div>\nhtml\n</div>",
        "{{< enabled JP US >}}\nWithin.\n{{< /enabled >}}",
    ]);
    let block = (readers, text)
        .prop_map(|(readers, text)| format!("{{{{< enabled {readers} >}}}}\n{text}\n{{{{< /enabled >}}}}\n"));
    let piece = prop_oneof![
        6 => block,
        2 => Just("\n".to_owned()),
        1 => prop::sample::select(vec!["Text between.\n", "\n* A list before\n\n", "\n\n1. Before\n", "\n## Between\n\n"]).prop_map(str::to_owned),
    ];
    let key = prop::sample::select(vec!["", "disabled: [CN]\n", "disabled: [CN, US]\n"]);
    (key, prop::collection::vec(piece, 1..8))
        .prop_map(|(key, pieces)| format!("---\ntitle: a\n{key}---\n{}", pieces.concat()))
}

fn site_of(page: &str) -> Site {
    let mut files: Files = fixture().into_iter().filter(|(path, _)| !path.starts_with("content/")).collect();
    let single = "{{ if in .Params.disabled site.Params.TargetRegion }}{{ else }}{{ .Content }}{{ end }}";
    files
        .iter_mut()
        .filter(|(path, _)| path.ends_with("single.html"))
        .for_each(|file| file.1 = single.to_owned());
    files.push(("content/a.md".to_owned(), page.to_owned()));
    load(&files)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, rng_seed: RngSeed::Fixed(20_261_122), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn safe_fixes_change_nothing_for_any_reader(page in page_of_blocks()) {
        let rules = ["identical-alternatives", "always-shown-block", "duplicate-variant-value"];
        let site = site_of(&page);
        for found in judge(&site).into_iter().filter(|found| rules.contains(&found.rule)) {
            let Some(fix) = found.fix.as_ref().filter(|fix| fix.safety == Safety::Safe) else { continue };
            let fixed = apply(&page, [fix]);
            let after = site_of(&fixed);
            for edition in 0..site.editions.len() {
                prop_assert_eq!(projection(&site, edition), projection(&after, edition), "{} for {}:\n{}\nto\n{}", found.rule, edition, page, fixed);
            }
            let again = judge(&after);
            prop_assert!(again.iter().all(|other| (other.rule, &other.message, other.span) != (found.rule, &found.message, found.span) || other.fix != found.fix));
        }
    }
}

#[test]
fn a_call_that_opens_a_line_keeps_its_condition_from_being_unwrapped_unasked() {
    let safety = |text: &str| {
        let page =
            format!("---\ndisabled: [CN, JP]\n---\n{{{{< enabled US >}}}}\n{text}\n{{{{< /enabled >}}}}\n");
        let found = judge(&site_of(&page));
        let found = found.iter().find(|found| found.rule == "always-shown-block").expect("it is found");
        found.fix.as_ref().expect("a fix").safety
    };
    assert_eq!(safety("Text with {{< product >}} in it."), Safety::Safe);
    // `<img>` at the start of a document is a block of HTML, in which no Markdown is read.
    assert_eq!(safety("{{< product >}} and\nmore *text*."), Safety::Unsafe);
}

/// For each block in order what it is, and the source of leaves; lists without their kind where `kinds` is off.
fn shape(site: &Site, page: usize, kinds: bool) -> Vec<String> {
    let page = &site.pages[page];
    let shape = page.blocks.iter().map(|block| match block.kind {
        BlockKind::OrderedList | BlockKind::BulletList if !kinds => "list".to_owned(),
        BlockKind::Paragraph => {
            let text: Vec<&str> = page.source.slice(block.span).split_whitespace().collect();
            format!("{:?} {}", block.parent, text.join(" "))
        }
        ref kind => format!("{kind:?} {:?}", block.parent),
    });
    shape.collect()
}

#[test]
fn a_fix_of_a_list_changes_its_kind_and_nothing_else() {
    let files = fixture();
    let site = load(&files);
    let mut fixes = 0;
    for (index, page) in site.pages.iter().enumerate() {
        let number = files.iter().position(|(path, _)| path == page.path()).unwrap();
        for mutation in mutations(page, &site).into_iter().filter(|own| own.kind == "list type") {
            let mutation = Fix { safety: Safety::Unsafe, file: None, edits: mutation.edits };
            let mut changed = files.clone();
            changed[number].1 = apply(&page.source.text, [&mutation]);
            let before = load(&changed);
            let found = judge(&before);
            let Some(fix) = found.iter().find_map(|found| found.fix.as_ref()) else { continue };
            changed[number].1 = apply(&changed[number].1, [fix]);
            let after = load(&changed);
            assert_eq!(shape(&before, index, false), shape(&after, index, false), "{}", changed[number].1);
            assert!(judge(&after).is_empty(), "{}", changed[number].1);
            fixes += 1;
        }
    }
    assert!(fixes >= 20, "{fixes}");
}
