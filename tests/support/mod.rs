//! What the tests share: txtar archives, temporary sites, the real Hugo.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

pub(crate) mod binary;
pub(crate) mod browser;
pub(crate) mod editor;
pub(crate) mod shortcodes;
pub(crate) mod sites;
pub(crate) mod world;

/// A path below the repository's root.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The sections of a txtar archive, in order: name and text, its last newline included.
pub(crate) fn txtar(text: &str) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let name = line.strip_prefix("-- ").and_then(|line| line.trim_end_matches('\n').strip_suffix(" --"));
        match (name, sections.last_mut()) {
            (Some(name), _) => sections.push((name.to_owned(), String::new())),
            (None, Some((_, text))) => text.push_str(line),
            (None, None) => {}
        }
    }
    sections
}

/// Writes `files` below `root`.
pub(crate) fn write_site<'a>(root: &Path, files: impl IntoIterator<Item = (&'a str, &'a str)>) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

/// The real Hugo.
pub(crate) struct Hugo {
    program: PathBuf,
}

/// What Hugo did with a site.
pub(crate) struct Build {
    /// Whether the exit code was 0.
    pub(crate) success: bool,
    /// Standard output and standard error.
    pub(crate) output: String,
}

impl Hugo {
    /// This binary, whatever its version.
    pub(crate) fn at(program: PathBuf) -> Self {
        Self { program }
    }

    /// The binary that `HUGO` names or that is on `PATH`, if its version is `version` (such as `0.168`).
    ///
    /// Without it a test says that it was skipped and passes; but when `CI` is set it fails.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    pub(crate) fn find(version: &str) -> Option<Self> {
        let program = env::var_os("HUGO").unwrap_or_else(|| "hugo".into()).into();
        let found = Command::new(&program).arg("version").output().ok();
        let found =
            found.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        if found.contains(&format!("v{version}.")) {
            return Some(Self { program });
        }
        let reason = if found.is_empty() { "there is no hugo".into() } else { format!("it is {found}") };
        assert!(env::var_os("CI").is_none(), "Hugo {version} is needed in CI, but {reason}");
        eprintln!("SKIPPED: Hugo {version} is needed, but {reason}; set HUGO or PATH");
        None
    }

    /// Builds the site at `root` without writing its pages to disk.
    pub(crate) fn check(&self, root: &Path) -> Build {
        self.run(root, &["--renderToMemory", "--noBuildLock"])
    }

    /// Runs Hugo with `arguments` at `root`, with nothing of the environment that would change its configuration.
    pub(crate) fn run(&self, root: &Path, arguments: &[&str]) -> Build {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(root);
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HUGO_")) {
            command.env_remove(name);
        }
        let output = command.output().expect("hugo runs");
        let text = [output.stdout, output.stderr].concat();
        Build { success: output.status.success(), output: String::from_utf8_lossy(&text).into_owned() }
    }
}
