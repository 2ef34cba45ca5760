//! Writes the site that the benchmarks run on: `cargo run --example generate-site -- DIR PAGES [SEED]`.
#![expect(clippy::disallowed_methods, reason = "it writes the site to the disk")]

#[path = "../benches/generate/mod.rs"]
mod generate;

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (folder, pages, seed) = match &arguments[..] {
        [folder, pages] => (folder, pages.parse()?, 1),
        [folder, pages, seed] => (folder, pages.parse()?, seed.parse()?),
        _ => {
            writeln!(io::stderr(), "usage: generate-site DIR PAGES [SEED]")?;
            return Ok(ExitCode::from(2));
        }
    };
    let (mut files, mut bytes, mut broken) = (0, 0, 0);
    for file in generate::site(pages, seed) {
        let path = Path::new(folder).join(&file.path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(folder)))?;
        fs::write(path, &file.bytes)?;
        files += 1;
        bytes += file.bytes.len();
        broken += file.broken;
    }
    writeln!(io::stdout(), "{files} files, {bytes} bytes, {broken} links that lead nowhere")?;
    Ok(ExitCode::SUCCESS)
}
