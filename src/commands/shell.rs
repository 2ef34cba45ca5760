//! `javert completions` and `javert man`: what makes the command line at home in a shell.

use std::{io, path::Path};

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use super::{Ending, Surroundings};
use crate::{cli::Args, disk};

/// Prints what a shell needs to complete arguments.
pub fn completions(shell: Shell) -> Ending {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "javert", &mut out);
    Ending { out: String::from_utf8_lossy(&out).into_owned(), err: String::new(), code: 0 }
}

/// Writes man pages into a directory.
pub fn man(directory: &Path, around: &Surroundings) -> Ending {
    let shown = directory.display();
    match write_pages(&around.directory.join(directory)) {
        Ok(count) => Ending { out: format!("wrote {count} pages to {shown}\n"), err: String::new(), code: 0 },
        Err(error) => Ending::failed(format!("cannot write to `{shown}`: {error}")),
    }
}

fn write_pages(directory: &Path) -> io::Result<usize> {
    let mut root = Args::command().disable_help_subcommand(true);
    root.build();
    let mut commands = vec![root];
    let mut count = 0;
    while let Some(command) = commands.pop() {
        let nested = command.get_subcommands().filter(|own| !own.is_hide_set()).cloned();
        commands.extend(nested.map(|own| own.disable_help_subcommand(true)));
        let page = Man::new(command);
        let mut text = Vec::new();
        page.render(&mut text)?;
        disk::write_new(&directory.join(page.get_filename()), &String::from_utf8_lossy(&text))?;
        count += 1;
    }
    Ok(count)
}
