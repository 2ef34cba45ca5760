//! Where reports go: standard output, files, and the summary of a job.

use std::path::Path;

use super::{Surroundings, relative};
use crate::{
    cli::{CheckArgs, Color, Format, Output},
    disk,
    report::{
        Outcome, checkstyle, concise,
        finding::{self, Finding},
        github, gitlab, html, human, json, json_lines, junit, markdown, rdjsonl, sarif,
    },
};

/// GitHub refuses a larger summary: 1 MiB for all that a step says.
const SUMMARY: usize = 1 << 20;

/// Whether the outputs that were asked for can go together.
///
/// # Errors
/// When two would have to share a place.
pub(super) fn possible(args: &CheckArgs) -> Result<(), String> {
    for (index, output) in args.output_format.iter().enumerate() {
        let earlier = args.output_format[..index].iter().find(|other| other.file == output.file);
        let Some(earlier) = earlier else { continue };
        let (one, other) = (earlier.format.name(), output.format.name());
        return Err(match &output.file {
            None => format!(
                "`--output-format {one}` and `--output-format {other}` cannot both be printed: give one a file, \
                 as in `--output-format {other}=report.txt`"
            ),
            Some(file) => format!("`{one}` and `{other}` cannot both go to `{}`", file.display()),
        });
    }
    Ok(())
}

/// Writes the reports that go to files. What is to be printed, and what could not be written.
pub(super) fn write(args: &CheckArgs, around: &Surroundings, outcome: &Outcome) -> (String, Option<String>) {
    let on_github = (around.variable)("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let printed: Vec<Format> = match args.output_format.iter().find(|output| output.file.is_none()) {
        Some(output) => vec![output.format],
        None if on_github => vec![Format::Concise, Format::Github],
        // A report for GitLab is a file that its job names; what is printed is for people.
        None if around.terminal && !on_gitlab(around) => vec![Format::Full],
        None => vec![Format::Concise],
    };
    let report = Report::new(args, around, outcome, &printed);
    let mut failures = Vec::new();
    for Output { format, file } in &args.output_format {
        let Some(file) = file else { continue };
        if let Err(error) = disk::write_report(&around.directory.join(file), &report.text(*format, true)) {
            failures.push(format!("javert: cannot write `{}`: {error}\n", file.display()));
        }
    }
    if printed.contains(&Format::Github)
        && let Some(path) = (around.variable)("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty())
    {
        failures.extend(report.add_to_summary(Path::new(&path)).err());
    }
    let out = printed.iter().map(|format| report.text(*format, false)).collect();
    (out, Some(failures.concat()).filter(|text| !text.is_empty()))
}

fn on_gitlab(around: &Surroundings) -> bool {
    (around.variable)("GITLAB_CI").is_some_and(|value| value == "true")
}

/// An outcome, ready to be shown in any format.
struct Report<'o> {
    outcome: &'o Outcome,
    /// Empty unless a format wants them.
    findings: Vec<Finding<'o>>,
    /// The path of the only site, seen from the root of the repository.
    site: String,
    /// Where the files of the repository can be looked at.
    web: Option<String>,
    /// Colours: in what is printed, in files.
    colors: [bool; 2],
}

impl<'o> Report<'o> {
    fn new(args: &CheckArgs, around: &Surroundings, outcome: &'o Outcome, printed: &[Format]) -> Self {
        let formats = args.output_format.iter().map(|output| output.format).chain(printed.iter().copied());
        let is_own =
            |format| matches!(format, Format::Full | Format::Concise | Format::Json | Format::JsonLines);
        let base = disk::repository_root(&around.directory)
            .map_or_else(String::new, |root| relative(&around.directory, &root));
        let wants_findings = formats.into_iter().any(|format| !is_own(format));
        let site = match outcome.sites.as_slice() {
            [only] => finding::joined(&base, &only.prefix),
            _ => String::new(),
        };
        Self {
            findings: if wants_findings { finding::findings(outcome, &base) } else { Vec::new() },
            outcome,
            site,
            web: web(around),
            colors: match args.color {
                Color::Always => [true, true],
                Color::Never => [false, false],
                Color::Auto => [around.terminal && !around.no_color, false],
            },
        }
    }

    fn text(&self, format: Format, in_file: bool) -> String {
        let color = self.colors[usize::from(in_file)];
        match format {
            Format::Full => {
                let all = self.outcome.diagnostics();
                all.map(|(checked, found)| human::render(checked, found, color) + "\n").collect()
            }
            Format::Concise => {
                let all = self.outcome.diagnostics();
                all.map(|(checked, found)| concise::line(checked, found) + "\n").collect()
            }
            Format::Json => json::render(self.outcome),
            Format::JsonLines => json_lines::render(self.outcome),
            Format::Github => github::render(&self.findings),
            Format::Gitlab => gitlab::render(&self.findings),
            Format::Sarif => sarif::render(&self.findings, &self.site),
            Format::Rdjsonl => rdjsonl::render(&self.findings),
            Format::Junit => junit::render(&self.findings),
            Format::Checkstyle => checkstyle::render(&self.findings),
            Format::Markdown => markdown::render(&self.findings, self.web.as_deref()),
            Format::Html => html::render(self.outcome, &self.findings, self.web.as_deref()),
        }
    }

    fn add_to_summary(&self, path: &Path) -> Result<(), String> {
        let room = SUMMARY.saturating_sub(disk::size(path));
        let text = markdown::render_within(&self.findings, self.web.as_deref(), room);
        if text.len() > room {
            return Ok(());
        }
        let failed = |error| format!("javert: cannot write the job summary `{}`: {error}\n", path.display());
        disk::append(path, &text).map_err(failed)
    }
}

/// Where GitHub or GitLab shows the files of the commit that is checked.
fn web(around: &Surroundings) -> Option<String> {
    let variable = |name| (around.variable)(name).filter(|value: &String| !value.is_empty());
    if let (Some(server), Some(repository), Some(commit)) =
        (variable("GITHUB_SERVER_URL"), variable("GITHUB_REPOSITORY"), variable("GITHUB_SHA"))
    {
        return Some(format!("{server}/{repository}/blob/{commit}/"));
    }
    Some(format!("{}/-/blob/{}/", variable("CI_PROJECT_URL")?, variable("CI_COMMIT_SHA")?))
}
