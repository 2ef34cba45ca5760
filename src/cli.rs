//! The command line: what the user typed.

use std::{ffi::OsStr, path::PathBuf, time::Duration};

use clap::{
    Parser, Subcommand, ValueEnum,
    builder::{PossibleValue, StringValueParser, TypedValueParser},
};
use clap_complete::Shell;

use crate::{hugo::version::Version, rules, web::stamp};

/// Says what is wrong with a Hugo site, from its source, for every reader.
#[derive(Debug, Parser)]
#[command(name = "javert", version, about, max_term_width = 100)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check sites: offline, without running Hugo.
    Check(CheckArgs),
    /// Print a rule's page: why it matters, bad and good examples, options.
    Explain {
        /// The rule's name.
        rule: String,
    },
    /// List all rules with their group, level and fix.
    Rules,
    /// Show what is taken for granted about a site, and where it was learned.
    Config(ConfigArgs),
    /// Keep a list of known findings, which are not reported.
    Baseline(BaselineArgs),
    /// Write a javert.toml that says what was found out about a site, with comments.
    Init(InitArgs),
    /// List every link: where it leads, for whom, and whether it leads anywhere.
    Links(LinksArgs),
    /// Show the versions of a page's blocks side by side; without a page, who sees which page.
    Variants(VariantsArgs),
    /// Show how a link was resolved, step by step, for every reader.
    Trace(TraceArgs),
    /// Print what the site publishes, as JSON: URLs with their titles and anchors, aliases, files.
    Inventory(InventoryArgs),
    /// Show, tidy, merge or renew what is known of external links.
    Cache(CacheArgs),
    /// Print what a shell needs to complete Javert's arguments.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Write man pages: javert.1, and one for each command.
    Man {
        /// The directory, which is made if it is not there.
        directory: PathBuf,
    },
    /// Serve an editor: findings while you type, completion, hover, rename and more, over the Language Server Protocol on
    /// standard input and output.
    Lsp,
}

/// What `javert cache` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct CacheArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: CacheCommand,
    /// The site.
    #[arg(long, value_name = "PATH", default_value = ".", global = true)]
    pub site: PathBuf,
}

/// What to do with what is known of external links.
#[derive(Debug, Clone, Subcommand)]
pub enum CacheCommand {
    /// List addresses with what became of them.
    Show {
        /// Only addresses that contain this.
        text: Option<String>,
    },
    /// Remove addresses.
    Prune {
        /// Those that were asked longer ago than this.
        #[arg(long, value_name = "TIME", value_parser = parse_span)]
        older_than: Option<Duration>,
        /// Those to which no link of the site leads.
        #[arg(long)]
        unreferenced: bool,
    },
    /// Write one file of several, of which the newest answers count.
    Merge {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where to write.
        #[arg(long, short, value_name = "FILE")]
        output: PathBuf,
    },
    /// Ask anew what was asked longest ago, as a job in the background of everything else.
    Refresh {
        /// So many addresses.
        #[arg(long, value_name = "NUMBER", default_value = "800")]
        oldest: usize,
        /// Ask nothing more after this time, such as `5m`.
        #[arg(long, value_name = "TIME", value_parser = parse_span)]
        max_time: Option<Duration>,
    },
}

/// What `javert baseline` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct BaselineArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: BaselineCommand,
}

/// What to do with the known findings of a site.
#[derive(Debug, Clone, Subcommand)]
pub enum BaselineCommand {
    /// Write all that is found now, so that from now on only what is new is reported.
    Create {
        /// Overwrite what is there, and with it what was found since.
        #[arg(long)]
        force: bool,
        /// What it is about.
        #[command(flatten)]
        of: BaselineOf,
    },
    /// Remove what is no longer found; nothing is ever added.
    Prune {
        /// What it is about.
        #[command(flatten)]
        of: BaselineOf,
    },
}

/// The site of a baseline.
#[derive(Debug, Clone, clap::Args)]
pub struct BaselineOf {
    /// The site.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// The file; without it what `javert.toml` says, or javert-baseline.json.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// The Hugo version to judge by.
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub hugo_version: Option<Version>,
}

/// What `javert init` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct InitArgs {
    /// The site.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Overwrite what is there.
    #[arg(long)]
    pub force: bool,
    /// The Hugo version to judge by.
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub hugo_version: Option<Version>,
}

/// What `javert config` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct ConfigArgs {
    /// Print the JSON Schema of javert.toml instead.
    #[arg(long)]
    pub schema: bool,
    /// The site.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// The Hugo version to judge by.
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub hugo_version: Option<Version>,
}

/// What `javert links` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct LinksArgs {
    /// A site, or a page or directory in it.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// How to show links.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output_format: LinksFormat,
    /// Only links with one of these verdicts (repeatable, or separated by commas).
    #[arg(long, value_name = "VERDICT", value_delimiter = ',')]
    pub verdict: Vec<LinkVerdict>,
    /// The Hugo version to judge by.
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub hugo_version: Option<Version>,
}

/// How links are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LinksFormat {
    /// One line for each link and each place it leads to.
    Table,
    /// One JSON document.
    Json,
}

/// What a link comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkVerdict {
    /// It leads somewhere on this site.
    Good,
    /// It leads to another site; nobody asked whether that is there.
    External,
    /// It cannot be known.
    Unknown,
    /// It leads nowhere.
    Broken,
}

/// What `javert variants` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct VariantsArgs {
    /// A page, or a site.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// How to show it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output_format: VariantsFormat,
    /// How many columns the terminal has.
    #[arg(long, value_name = "COLUMNS", default_value_t = 120)]
    pub width: usize,
    /// The Hugo version to judge by.
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub hugo_version: Option<Version>,
}

/// How versions are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VariantsFormat {
    /// For a terminal.
    Text,
    /// A web page by itself.
    Html,
}

/// What `javert trace` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct TraceArgs {
    /// The page, or PAGE:LINE, or PAGE:LINE:COLUMN as in a report.
    pub page: PathBuf,
    /// The link, as it is written; or a part of it. Without it, all links of the line.
    pub link: Option<String>,
    /// The Hugo version to judge by.
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub hugo_version: Option<Version>,
}

/// What `javert inventory` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct InventoryArgs {
    /// The site.
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The Hugo version to judge by.
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub hugo_version: Option<Version>,
}

/// What `javert check` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    /// Sites, or files, directories and globs (`'content/ja/**/*.md'`) in them; without any, the site around or directly
    /// below the working directory.
    pub paths: Vec<PathBuf>,
    /// How to show findings, and in which file (repeatable). What has no file is printed: `full` on a terminal and
    /// `concise` elsewhere, on GitHub with annotations.
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = OutputParser)]
    pub output_format: Vec<Output>,
    /// Report only these rules or groups (repeatable, or separated by commas).
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave out these rules or groups.
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Set the level of rules or groups: `missing-alt=warning`, `variants=off`.
    #[arg(long, value_name = "RULE|GROUP=LEVEL", value_delimiter = ',')]
    pub level: Vec<String>,
    /// Also ask the web whether external links live.
    #[arg(long)]
    pub external: bool,
    /// With `--external`: ask nothing more after this time, such as `10m`.
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    pub max_time: Option<Duration>,
    /// With `--external`: do not show how far it has got.
    #[arg(long)]
    pub no_progress: bool,
    /// Report only what concerns this edition.
    #[arg(long, value_name = "NAME")]
    pub edition: Option<String>,
    /// Apply safe fixes, and report what is left.
    #[arg(long)]
    pub fix: bool,
    /// Apply unsafe fixes too: those that may change what was meant.
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Print what the fixes would change, and change nothing.
    #[arg(long, conflicts_with = "output_format")]
    pub diff: bool,
    /// Report only what is new since the work on this branch left REF (a branch, tag or commit), wherever it is.
    #[arg(long, value_name = "REF", conflicts_with = "stdin_filename")]
    pub since: Option<String>,
    /// Judge what is staged for the next commit, and report only what is new in it, wherever it is. Where pre-commit says
    /// from which commit (`--from-ref`, before a push), like `--since` that.
    #[arg(long, conflicts_with_all = ["since", "stdin_filename", "fix", "unsafe_fixes", "diff"])]
    pub staged: bool,
    /// The file of known findings that are not reported; without it what `javert.toml` says, or javert-baseline.json.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Report what the baseline has, too.
    #[arg(long, conflicts_with = "baseline")]
    pub no_baseline: bool,
    /// Read the text of this page from standard input, and report what is wrong in it; the rest of the site is on disk.
    /// No paths are given then, but `-` for those who are used to it.
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
    /// The lowest level that makes the exit code 1; without it what `javert.toml` says, or `error`.
    #[arg(long, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// Exit with 0 whatever was found.
    #[arg(long)]
    pub exit_zero: bool,
    /// Also list the links that could not be judged, with the reason.
    #[arg(long)]
    pub show_unknown: bool,
    /// Also count the findings by rule, and the links that could not be judged by reason.
    #[arg(long)]
    pub statistics: bool,
    /// The Hugo version to judge by, instead of the one that the site says it is built with.
    #[arg(long, value_name = "VERSION", value_parser = parse_version)]
    pub hugo_version: Option<Version>,
    /// Colour.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

impl CheckArgs {
    /// Whether fixes are applied, be it only to show what they would change.
    pub fn fixes(&self) -> bool {
        self.fix || self.diff || self.unsafe_fixes
    }
}

fn parse_span(text: &str) -> Result<Duration, String> {
    stamp::parse_span(text).ok_or_else(|| "expected a time such as 30s, 10m, 6h or 3d".to_owned())
}

fn parse_version(text: &str) -> Result<Version, String> {
    text.parse().map_err(|()| "expected a version such as 0.120.4".to_owned())
}

/// A format and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The format.
    pub format: Format,
    /// The file; standard output without one.
    pub file: Option<PathBuf>,
}

/// Reads a format with its file; shells are told the names of the formats.
#[derive(Debug, Clone)]
struct OutputParser;

impl TypedValueParser for OutputParser {
    type Value = Output;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Output, clap::Error> {
        let parser = StringValueParser::new().try_map(|text| parse_output(&text));
        parser.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Format::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}

fn parse_output(text: &str) -> Result<Output, String> {
    let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
    if file.is_some_and(str::is_empty) {
        return Err(format!("expected a file, as in {name}=report.txt"));
    }
    let format = Format::from_str(name, false).map_err(|_| {
        let names: Vec<&str> = Format::value_variants().iter().map(|format| format.name()).collect();
        let hint = rules::nearest(name, names.iter().copied());
        let hint = hint.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        format!("expected one of {}{hint}", names.join(", "))
    })?;
    Ok(Output { format, file: file.map(PathBuf::from) })
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the source, for people.
    Full,
    /// One line each.
    Concise,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// Workflow commands, which GitHub turns into annotations.
    Github,
    /// A Code Quality report for GitLab.
    Gitlab,
    /// SARIF 2.1.0.
    Sarif,
    /// Lines for reviewdog.
    Rdjsonl,
    /// JUnit's XML.
    Junit,
    /// Checkstyle's XML.
    Checkstyle,
    /// A table in Markdown.
    Markdown,
    /// A web page by itself, with filters.
    Html,
}

impl Format {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::JsonLines => "json-lines",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Sarif => "sarif",
            Self::Rdjsonl => "rdjsonl",
            Self::Junit => "junit",
            Self::Checkstyle => "checkstyle",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

/// The lowest level that fails a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// Anything.
    Info,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
