//! The `javert` binary: arguments in, exit code out.
#![expect(clippy::disallowed_methods, reason = "the rim: it looks at the environment")]

use std::{
    env,
    io::{self, IsTerminal, Write},
    process::ExitCode,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::Parser;
use javert::{
    cli::{Args, Command},
    commands::{self, Ending, Surroundings},
    hugo::paths::Day,
    web::stamp::Stamp,
};
use mimalloc::MiMalloc;

/// A site is read into many small pieces, for which the usual heap takes a tenth of the time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    // This thread works too, rather than wait for others: it has the heap that grows at the lowest price. Where that is
    // not to be had, the usual threads do it.
    _ = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
    let ending = run(&args);
    let written =
        write(io::stdout().lock(), &ending.out).and_then(|()| write(io::stderr().lock(), &ending.err));
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => ExitCode::from(2),
        _ => ExitCode::from(ending.code),
    }
}

fn write(mut to: impl Write, text: &str) -> io::Result<()> {
    to.write_all(text.as_bytes())?;
    to.flush()
}

fn run(args: &Args) -> Ending {
    let directory = match env::current_dir() {
        Ok(directory) => directory,
        Err(error) => return Ending::failed(format!("cannot read the working directory: {error}")),
    };
    let now = now();
    let around = Surroundings {
        directory,
        today: Day::from_unix_days(i64::try_from(now.0 / 86_400).unwrap_or(0)),
        now,
        terminal: io::stdout().is_terminal(),
        error_terminal: io::stderr().is_terminal(),
        variable: |name| env::var(name).ok(),
        no_color: env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
    };
    match &args.command {
        Command::Check(args) => commands::check::check(args, &around),
        Command::Explain { rule } => commands::explain::explain(rule),
        Command::Rules => commands::rules::rules(),
        Command::Config(args) => commands::config::config(args, &around),
        Command::Baseline(args) => commands::baseline::baseline(args, &around),
        Command::Init(args) => commands::init::init(args, &around),
        Command::Links(args) => commands::links::links(args, &around),
        Command::Variants(args) => commands::variants::variants(args, &around),
        Command::Trace(args) => commands::trace::trace(args, &around),
        Command::Cache(args) => commands::cache::cache(args, &around),
        Command::Completions { shell } => commands::shell::completions(*shell),
        Command::Man { directory } => commands::shell::man(directory, &around),
        Command::Lsp => commands::lsp::lsp(&around),
        Command::Inventory(args) => commands::inventory::inventory(args, &around),
    }
}

fn now() -> Stamp {
    Stamp(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()))
}
