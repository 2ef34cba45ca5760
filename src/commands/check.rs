//! `javert check`

use std::{
    collections::{BTreeMap, btree_map::Entry},
    path::{Path, PathBuf},
    time::Instant,
};

use super::{
    Ending, Surroundings, external, find_sites, inside,
    judge::{Against, Judge},
    mend::{Mending, mend},
    output,
};
use crate::{
    cli::{CheckArgs, FailOn},
    diagnostic::{Diagnostic, Level},
    disk::{
        self, Directory,
        git::{Git, Origin},
    },
    lint::{self, Wishes},
    report::{Checked, Outcome, counts, summary::Statistics},
    rules::{self, RULES},
    site::Site,
    tree::Overlay,
};

/// Checks the sites that the arguments name.
pub fn check(args: &CheckArgs, around: &Surroundings) -> Ending {
    let start = Instant::now();
    match output::possible(args).and_then(|()| checked(args, around)) {
        Ok((sites, mending)) => {
            let outcome = Outcome { sites, time: start.elapsed() };
            let mut ending = show(args, around, &outcome);
            mending.tell(args, &mut ending);
            // The process ends now: to give the memory back piece by piece takes 5 % of a large site's time.
            std::mem::forget(outcome);
            ending
        }
        Err(message) => Ending::failed(message),
    }
}

fn checked(args: &CheckArgs, around: &Surroundings) -> Result<(Vec<Checked>, Mending), String> {
    let wishes = wishes(args)?;
    if args.stdin_filename.is_some() && args.paths.iter().any(|path| path != Path::new("-")) {
        return Err("with `--stdin-filename`, no other paths are checked".to_owned());
    }
    let sites = named_sites(args, around)?;
    let stdin = match &args.stdin_filename {
        Some(_) => Some(disk::standard_input().map_err(|error| format!("cannot read the page: {error}"))?),
        None => None,
    };
    let (mut all, mut mending) = (Vec::new(), Mending::default());
    for (root, asked) in sites {
        let judge = Judge {
            around,
            version: args.hugo_version,
            wishes: &wishes,
            edition: args.edition.as_deref(),
            root: &root,
            asked: &asked,
            baseline: args.baseline.as_deref(),
            no_baseline: args.no_baseline,
            external: args.external.then_some(external::Options {
                max_time: args.max_time,
                no_progress: args.no_progress,
                oldest: None,
            }),
            against: None,
        };
        all.push(check_site(judge, args, stdin.as_deref(), &mut mending)?);
    }
    Ok((all, mending))
}

/// The sites that the arguments name, each with the files and directories that are asked for.
fn named_sites(args: &CheckArgs, around: &Surroundings) -> Result<Vec<(PathBuf, Vec<PathBuf>)>, String> {
    let mut sites: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    // A hook names many files of few directories.
    let mut by_directory: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    let here = [PathBuf::from(".")];
    let paths = match &args.stdin_filename {
        Some(path) => std::slice::from_ref(path),
        None if args.paths.is_empty() => &here[..],
        None => &args.paths,
    };
    for path in paths {
        for full in named_files(args, around, path)? {
            let directory = full.parent().filter(|_| full.is_file()).unwrap_or(&full).to_owned();
            let roots = match by_directory.entry(directory) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(sites_of(args, &full, path)?),
            };
            for root in roots {
                match sites.iter_mut().find(|(own, _)| own == root) {
                    Some((_, asked)) => asked.push(full.clone()),
                    None => sites.push((root.clone(), vec![full.clone()])),
                }
            }
        }
    }
    Ok(sites)
}

/// What an argument names: itself, or what it matches where there is no such file.
fn named_files(args: &CheckArgs, around: &Surroundings, path: &Path) -> Result<Vec<PathBuf>, String> {
    let full = around.directory.join(path);
    let pattern = path.to_str().filter(|text| text.contains(['*', '?', '[', '{']));
    let Some(pattern) = pattern.filter(|_| args.stdin_filename.is_none() && !full.exists()) else {
        return Ok(vec![full]);
    };
    let found = disk::matching(&around.directory, pattern)?;
    if found.is_empty() { Err(format!("no file matches `{pattern}`")) } else { Ok(found) }
}

/// The sites that a path belongs to. A page on standard input need not be on disk yet.
fn sites_of(args: &CheckArgs, full: &Path, shown: &Path) -> Result<Vec<PathBuf>, String> {
    let is_new = args.stdin_filename.is_some() && !full.exists();
    let start = full.ancestors().find(|above| above.exists()).filter(|_| is_new).unwrap_or(full);
    find_sites(start, shown)
}

fn check_site(
    judge: Judge<'_>,
    args: &CheckArgs,
    stdin: Option<&str>,
    mending: &mut Mending,
) -> Result<Checked, String> {
    let directory = Directory::open(judge.root)?;
    // `pre-commit run --from-ref REF`, and its hook before a push: what is staged is not the question.
    let pushed = (judge.around.variable)("PRE_COMMIT_FROM_REF").filter(|own| args.staged && !own.is_empty());
    let staged = args.staged && pushed.is_none();
    let mut tree = Overlay::new(&directory);
    if let (Some(text), Some(path)) = (stdin, judge.asked.first()) {
        tree.set(&inside(judge.root, path), Some(text.to_owned()));
    }
    if staged {
        let git = Git::around(judge.root)?;
        git.show(&git.state(&Origin::Staged)?, &mut tree);
        let against = git.head().map(|head| Against::new(git, Origin::BeforeStaging(head), &tree));
        return finished(Judge { against, ..judge }, |judge| judge.all(&tree));
    }
    let mut against = None;
    if let Some(reference) = args.since.as_ref().or(pushed.as_ref()) {
        let git = Git::around(judge.root)?;
        let commit = git.base(reference)?;
        against = Some(Against::new(git, Origin::Commit(commit), &directory));
    }
    finished(Judge { against, ..judge }, |judge| match (args.fixes(), stdin) {
        (true, _) => mend(judge, args, tree, stdin.is_some(), mending),
        (false, Some(_)) => judge.all(&tree),
        (false, None) => judge.all(&directory),
    })
}

/// What came of a judge's work. The process ends soon: to give the memory back piece by piece takes time.
fn finished(
    judge: Judge<'_>,
    work: impl FnOnce(&Judge<'_>) -> Result<Checked, String>,
) -> Result<Checked, String> {
    let checked = work(&judge);
    std::mem::forget(judge);
    checked
}

/// What the arguments say about rules.
fn wishes(args: &CheckArgs) -> Result<Wishes, String> {
    let mut levels: Vec<(String, Option<Level>)> = Vec::new();
    for setting in &args.level {
        let (name, level) =
            setting.split_once('=').ok_or_else(|| format!("`--level {setting}`: expected RULE=LEVEL"))?;
        let parsed = Level::parse(level);
        if parsed.is_none() && level != "off" {
            return Err(format!("unknown level `{level}`: expected error, warning, info or off"));
        }
        levels.push((name.to_owned(), parsed));
    }
    for name in args.select.iter().chain(&args.ignore).chain(levels.iter().map(|(name, _)| name)) {
        rules::known(name)?;
    }
    Ok(Wishes { select: args.select.clone(), ignore: args.ignore.clone(), levels })
}

fn show(args: &CheckArgs, around: &Surroundings, outcome: &Outcome) -> Ending {
    let (out, failure) = output::write(args, around, outcome);
    let mut err = String::new();
    if args.show_unknown {
        err.push_str(&unknown_links(outcome));
    }
    for checked in &outcome.sites {
        err.push_str(&notes(&checked.site));
        checked.notes.iter().for_each(|note| err.push_str(&format!("note: {note}\n")));
    }
    if args.statistics {
        err.push_str(&counts::table(outcome));
    }
    let statistics = Statistics::of(outcome);
    err.push_str(&statistics.line());
    err.push('\n');
    err.extend(statistics.external_line());
    let asked = args.fail_on.map(|asked| match asked {
        FailOn::Error => Level::Error,
        FailOn::Warning => Level::Warning,
        FailOn::Info => Level::Info,
    });
    let fails = |checked: &Checked| {
        let lowest = asked.or(checked.site.settings.fail_on).unwrap_or(Level::Error);
        checked.diagnostics.iter().any(|found| found.level >= lowest)
    };
    let failed = outcome.sites.iter().any(fails) && !args.exit_zero;
    let unread = outcome
        .sites
        .iter()
        .any(|checked| checked.site.pages.is_empty() && !checked.site.mistakes.is_empty());
    let code = if unread || failure.is_some() { 2 } else { u8::from(failed) };
    err.extend(failure);
    Ending { out, err, code }
}

/// What everybody should know before believing the report.
fn notes(site: &Site) -> String {
    let mut notes = String::new();
    let mut names: Vec<&str> = site
        .editions
        .iter()
        .flat_map(|edition| &edition.mounts.missing)
        .map(|missing| missing.name.as_str())
        .collect();
    names.extend(site.generated.configuration.as_deref());
    names.sort_unstable();
    names.dedup();
    if !names.is_empty() {
        let shown: Vec<String> = names.iter().take(8).map(|name| format!("`{name}`")).collect();
        let more = if names.len() > 8 { format!(" and {} more", names.len() - 8) } else { String::new() };
        notes.push_str(&format!(
            "note: not here, so what they would add is unknown: {}{more}\n",
            shown.join(", ")
        ));
    }
    notes
}

fn unknown_links(outcome: &Outcome) -> String {
    let mut text = String::new();
    for checked in &outcome.sites {
        for (page, links) in checked.site.pages.iter().zip(&checked.site.links) {
            for (link, reason) in &links.unknown {
                let link = &page.links[*link as usize];
                let position = page.source.position(link.span.start);
                text.push_str(&format!(
                    "{}:{}:{}: unknown: `{}`: {reason}\n",
                    checked.path(page.path()),
                    position.line,
                    position.column,
                    page.destination(link)
                ));
            }
        }
        text.push_str(&doubtful_links(checked));
    }
    text
}

/// The links of which the web did not say whether they live.
fn doubtful_links(checked: &Checked) -> String {
    let mut text = String::new();
    let Some(external) = &checked.site.external else { return text };
    for (page, uses) in checked.site.pages.iter().zip(&external.uses) {
        for (own, doubt) in uses.iter().filter_map(|own| Some((own, external.doubt(own)?))) {
            let position = page.source.position(page.links[own.link as usize].span.start);
            let place = format!("{}:{}:{}", checked.path(page.path()), position.line, position.column);
            text.push_str(&format!("{place}: unverified: `{}`: {doubt}\n", own.url));
        }
    }
    text
}

/// The findings of a site whose rules are all at their defaults; for tests.
pub fn findings(site: &Site) -> Vec<Diagnostic> {
    lint::run(site, &lint::defaults(RULES))
}
