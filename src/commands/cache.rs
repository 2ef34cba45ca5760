//! `javert cache`

use std::{collections::BTreeSet, path::Path};

use super::{Ending, Surroundings, external, find_sites};
use crate::{
    cli::{CacheArgs, CacheCommand},
    disk::{self, Directory},
    site::{Site, load::Circumstances},
    web::{
        cause::Cause,
        memory::{Answer, Memory},
    },
};

/// Shows, tidies, merges or renews what is known of external links.
pub fn cache(args: &CacheArgs, around: &Surroundings) -> Ending {
    let done = match &args.command {
        CacheCommand::Show { text } => show(args, around, text.as_deref()),
        CacheCommand::Prune { older_than, unreferenced } => prune(args, around, *older_than, *unreferenced),
        CacheCommand::Merge { files, output } => merge(around, files, output),
        CacheCommand::Refresh { oldest, max_time } => refresh(args, around, *oldest, *max_time),
    };
    done.unwrap_or_else(Ending::failed)
}

/// The site whose cache it is.
fn open(args: &CacheArgs, around: &Surroundings) -> Result<(Directory, Site), String> {
    let full = around.directory.join(&args.site);
    let roots = find_sites(&full, &args.site)?;
    let [root] = roots.as_slice() else {
        return Err("there are several sites here: name one with `--site`".to_owned());
    };
    let tree = Directory::open(root)?;
    let site = Site::load(&tree, Circumstances { today: around.today, version: None });
    Ok((tree, site))
}

fn ending(out: String, notes: &[String], last: &str) -> Ending {
    let notes: String = notes.iter().map(|note| format!("note: {note}\n")).collect();
    Ending { out, err: format!("{notes}{last}\n"), code: 0 }
}

fn show(args: &CacheArgs, around: &Surroundings, text: Option<&str>) -> Result<Ending, String> {
    let (tree, site) = open(args, around)?;
    let path = external::cache_path(&site, tree.root(), around);
    let mut notes = Vec::new();
    let memory = external::read_memory(&path, &mut notes)?;
    let shown = memory.answers.values().filter(|answer| text.is_none_or(|text| answer.url.contains(text)));
    let lines: Vec<String> = shown.map(|answer| line(answer, around)).collect();
    let last = format!("{} of {} addresses in `{}`", lines.len(), memory.answers.len(), path.display());
    Ok(ending(lines.concat(), &notes, &last))
}

/// `dead          2 days ago    https://… (it answers 404 Not Found; failed 2 times since 2026-01-01)`
fn line(answer: &Answer, around: &Surroundings) -> String {
    let mut more: Vec<String> = answer.cause.iter().map(Cause::in_words).collect();
    more.extend(answer.hops.last().map(|hop| format!("redirected to {}", hop.to)));
    if let Some(first) = answer.first_failed {
        more.push(format!("failed {} times since {}", answer.failures, first.day()));
        more.extend(answer.last_ok.map(|last| format!("alive {}", last.ago(around.now))));
    }
    let missing =
        answer.anchors.iter().filter(|(_, own)| **own == crate::web::memory::AnchorVerdict::Missing);
    more.extend(missing.map(|(name, _)| format!("no anchor #{name}")));
    let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join("; ")) };
    format!("{:<13} {:<14} {}{more}\n", answer.verdict.name(), answer.checked.ago(around.now), answer.url)
}

fn prune(
    args: &CacheArgs,
    around: &Surroundings,
    older_than: Option<std::time::Duration>,
    unreferenced: bool,
) -> Result<Ending, String> {
    if older_than.is_none() && !unreferenced {
        return Err("say what to remove: `--older-than 90d`, `--unreferenced`".to_owned());
    }
    let (tree, site) = open(args, around)?;
    let path = external::cache_path(&site, tree.root(), around);
    let mut notes = Vec::new();
    external::read_memory(&path, &mut notes)?;
    let named: BTreeSet<String> = if unreferenced {
        let selection = external::selection(&site, &tree, around, &mut Vec::new());
        external::addresses(&site.leaving(&selection, |_| true).0).into_iter().collect()
    } else {
        BTreeSet::new()
    };
    let mut counts = (0, 0);
    disk::journal::settle(&path, None, |texts| {
        let mut all = Memory::default();
        texts.iter().for_each(|text| all.merge(Memory::parse(text).0));
        let before = all.answers.len();
        all.answers.retain(|(url, _), answer| {
            let is_old = older_than.is_some_and(|age| around.now.since(answer.checked) > age);
            !is_old && (!unreferenced || named.contains(url))
        });
        counts = (before - all.answers.len(), all.answers.len());
        all.render()
    })?;
    Ok(ending(String::new(), &notes, &format!("{} addresses removed, {} kept", counts.0, counts.1)))
}

fn merge(around: &Surroundings, files: &[std::path::PathBuf], output: &Path) -> Result<Ending, String> {
    let mut all = Memory::default();
    let mut notes = Vec::new();
    for file in files {
        let path = around.directory.join(file);
        if !path.exists() {
            return Err(format!("there is no `{}`", file.display()));
        }
        all.merge(external::read_memory(&path, &mut notes)?);
    }
    let path = around.directory.join(output);
    disk::replace(&path, &all.render())
        .map_err(|error| format!("cannot write `{}`: {error}", output.display()))?;
    Ok(ending(
        String::new(),
        &notes,
        &format!("{} addresses written to {}", all.answers.len(), output.display()),
    ))
}

fn refresh(
    args: &CacheArgs,
    around: &Surroundings,
    oldest: usize,
    max_time: Option<std::time::Duration>,
) -> Result<Ending, String> {
    let (tree, mut site) = open(args, around)?;
    let options = external::Options { max_time, no_progress: false, oldest: Some(oldest) };
    let notes = external::ask(&mut site, (&tree, tree.root()), around, options, |_| true)?;
    let requests = site.external.as_ref().map_or(0, |own| own.requests);
    let answers = site.external.map(|own| own.answers).unwrap_or_default();
    let mut by_verdict: Vec<(&str, usize)> = Vec::new();
    let mut verdicts: Vec<&str> = answers.values().map(|answer| answer.verdict.name()).collect();
    verdicts.sort_unstable();
    for verdict in verdicts {
        match by_verdict.last_mut() {
            Some((last, count)) if *last == verdict => *count += 1,
            _ => by_verdict.push((verdict, 1)),
        }
    }
    let counts: Vec<String> =
        by_verdict.iter().map(|(verdict, count)| format!("{count} {verdict}")).collect();
    let last = format!("{} addresses asked with {requests} requests: {}", answers.len(), counts.join(", "));
    Ok(ending(String::new(), &notes, &last))
}
