//! A real browser.

use std::{env, path::Path, process::Command};

use tempfile::TempDir;

/// Chromium, or what is like it.
pub(crate) struct Chromium {
    program: String,
}

impl Chromium {
    /// The program that `CHROMIUM` names, or that is on `PATH` under a usual name.
    ///
    /// Without it a test says that it was skipped and passes; but when `CI` is set it fails.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    pub(crate) fn find() -> Option<Self> {
        let usual = ["chromium", "chromium-browser", "google-chrome", "chrome"].map(str::to_owned);
        let found = env::var("CHROMIUM").into_iter().chain(usual).find(|program| {
            let output = Command::new(program).arg("--version").output();
            output.is_ok_and(|output| output.status.success())
        });
        if found.is_none() {
            assert!(env::var_os("CI").is_none(), "Chromium is needed in CI");
            eprintln!("SKIPPED: Chromium is needed; set CHROMIUM or PATH");
        }
        found.map(|program| Self { program })
    }

    /// The document of a file as it stands once all its scripts have run. `fragment` is what follows `#` in the address.
    #[track_caller]
    pub(crate) fn document(&self, file: &Path, fragment: &str) -> String {
        let profile = TempDir::new().expect("a temporary folder");
        let output = Command::new(&self.program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--no-first-run"])
            // Time of the page, in milliseconds, which does not depend on how busy the machine is.
            .args(["--virtual-time-budget=20000", "--window-size=1200,900"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("file://{}#{fragment}", file.display()))
            .output()
            .expect("the browser runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains("<html"), "{text}{errors}");
        text
    }
}
