//! Every example of every page in `rules/` does what the page says. `UPDATE=1 cargo test --test rules` rewrites the
//! `output` and `fixed` blocks; review the difference as prose. What the web says of links is what an example has in
//! `.javert_cache/links.jsonl`, where a run finds what earlier runs learned.
#![expect(clippy::disallowed_methods, reason = "the rule pages are read and rewritten")]

use std::{env, fs, path::Path, time::Duration};

use javert::{
    diagnostic,
    hugo::paths::Day,
    lint,
    manual::{self, Example},
    report::{Checked, Outcome, human},
    rules::{Entry, RULES},
    site::{Site, load::Circumstances},
    tree::MemoryTree,
    web::{memory::Memory, stamp::Stamp},
};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let trials = RULES.iter().map(|rule| Trial::test(rule.name, || check(rule))).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// The site of an example, judged by one rule.
fn judge(entry: &'static Entry, example: &Example) -> Checked {
    let tree = MemoryTree::new(example.files.clone());
    let today = Day { year: 2026, month: 1, day: 1 };
    let mut site = Site::load(&tree, Circumstances { today, version: None });
    if let Some((_, text)) = example.files.iter().find(|(path, _)| path == ".javert_cache/links.jsonl") {
        let (memory, bad) = Memory::parse(text);
        assert_eq!(bad, 0, "{}: lines of the cache that cannot be read", entry.name);
        site.remember(&memory, Stamp::parse("2026-01-01T12:00:00Z").expect("a time"));
    }
    let level = entry.manual().level.unwrap_or(diagnostic::Level::Warning);
    let chosen = lint::choose(entry, Some(level)).expect("a level was given");
    if chosen.rule.reads_names() {
        site.read_names(&tree);
    }
    if chosen.rule.reads_history() {
        site.read_history(&tree);
    }
    let diagnostics = lint::run(&site, &[chosen]);
    Checked::new(site, "", diagnostics)
}

fn check(entry: &'static Entry) -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("rules/{}.md", entry.name));
    let page = fs::read_to_string(&path)?;
    let examples = manual::examples(&page);
    if examples.iter().all(|example| example.output.is_none()) {
        return Err("the page has no bad example".into());
    }
    if examples.iter().all(|example| example.output.is_some()) {
        return Err("the page has no good example".into());
    }
    let mut expected = Vec::new();
    for example in examples {
        let checked = judge(entry, &example);
        let outcome = Outcome { sites: vec![checked], time: Duration::ZERO };
        let checked = &outcome.sites[0];
        let shown: Vec<String> =
            checked.diagnostics.iter().map(|found| human::render(checked, found, false)).collect();
        let Some(output) = example.output else {
            if shown.is_empty() {
                continue;
            }
            return Err(
                format!("line {}: a good example has findings:\n{}", example.line, shown.concat()).into()
            );
        };
        if shown.is_empty() {
            return Err(format!("line {}: a bad example has no findings", example.line).into());
        }
        let text: String = shown.join("\n").lines().map(|line| format!("{}\n", line.trim_end())).collect();
        expected.push((output, text.trim_end().to_owned() + "\n"));
        if let Some(block) = example.fixed {
            let fixes = checked.diagnostics.iter().filter_map(|found| found.fix.as_ref());
            let target =
                checked.diagnostics.iter().find(|found| found.fix.is_some()).map(|found| found.path.clone());
            let source = target.and_then(|path| checked.site.source(&path)).ok_or("no finding has a fix")?;
            expected.push((block, diagnostic::apply(&source.text, fixes)));
        }
    }
    if env::var_os("UPDATE").is_some() {
        let mut text = page;
        for (block, actual) in expected.iter().rev() {
            text.replace_range(block.range.clone(), actual);
        }
        return Ok(fs::write(path, text)?);
    }
    for (block, actual) in expected {
        if block.text != actual {
            return Err(format!("the page says\n{}\nbut it is\n{actual}", block.text).into());
        }
    }
    Ok(())
}
