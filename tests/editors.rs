//! Javert in editors, set up as `editors/README.md` says.
//!
//! The test in the real Neovim needs it (`NEOVIM`, or `nvim` on the path), 0.7 or newer; without it, the test says so and
//! passes, except where `CI` is set. The extension for VS Code has its own tests, in `editors/vscode/test`.
#![expect(clippy::disallowed_methods, reason = "tests read fixtures and the environment, and write sites")]
#![expect(clippy::unwrap_used, reason = "what goes wrong in a helper fails the test")]

mod support;

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use support::{binary::javert, repository};

/// How long Neovim may take for everything; the script gives up much earlier.
const LONG: Duration = Duration::from_secs(400);

#[test]
fn neovim_finds_mends_renames_and_looks_around() {
    let Some(neovim) = Neovim::find() else { return };
    let home = tempfile::tempdir().unwrap();
    let site = home.path().join("site");
    copy(&repository("fixtures/help"), &site);
    let before = findings(&site);
    let seen = neovim.drive(home.path(), &site);
    assert_eq!(seen, SEEN, "what Neovim showed:\n{seen}");

    // What the editor wrote is what was meant, and nothing else is wrong than before.
    let page = fs::read_to_string(site.join("content/ja/start/mobile.md")).unwrap();
    let fixture = fs::read_to_string(repository("fixtures/help/content/ja/start/mobile.md")).unwrap();
    let meant =
        fixture.replace("/ja/Start/first", "/ja/start/first").replace("#login_keitai", "#login_mobile");
    assert_eq!(page, meant);
    let after = findings(&site).replace("login_mobile", "login_keitai");
    let without = |text: &str| text.lines().filter(|line| !line.contains("/ja/Start/")).count();
    assert_eq!(without(&after), after.lines().count(), "{after}");
    assert_eq!(without(&before), after.lines().count(), "{after}");
}

#[test]
fn helix_is_told_to_start_our_command() {
    let [set_up] = &blocks("toml")[..] else { panic!("one block of TOML") };
    let set_up: toml::Table = set_up.parse().expect("what the guide shows is TOML");
    let server = &set_up["language-server"]["javert"];
    assert_eq!(server["command"].as_str(), Some("javert"));
    let arguments: Vec<&str> =
        server["args"].as_array().unwrap().iter().filter_map(|it| it.as_str()).collect();
    let language = &set_up["language"][0];
    assert_eq!(language["name"].as_str(), Some("markdown"));
    assert!(language["language-servers"].as_array().unwrap().contains(&"javert".into()));

    let help = javert(&repository(""), &[&arguments[..], &["--help"]].concat());
    assert!(help.code == 0 && help.out.contains("Usage: javert lsp\n"), "{help:?}");
}

/// What somebody sees; columns are in bytes.
const SEEN: &str = "\
finds: 11:78 broken-anchor
finds: 27:1 missing-alt
finds: 8:63 wrong-case-link
finds: 9:51 outside-base-path
chooses: write `/guide/ja/start/first.html`: letter case matters in URLs
mended: * パソコンでの使い方は、[はじめて使う方へ](/guide/ja/start/first.html)を参照してください。
typed: 29:5 broken-link
renamed: ## 携帯電話からログインする {#login_mobile}
references: 3
hover: → `/guide/ja/login/login.html` (content/ja/login/login.md)
definition: login.md:17
reader: 送信元のアドレスは、管理画面で変更できます。
";

/// One line for each finding.
fn findings(site: &Path) -> String {
    javert(site, &["check", "--output-format", "concise"]).out
}

/// A Neovim.
struct Neovim {
    program: PathBuf,
    /// Whether it starts servers by `vim.lsp.enable`.
    enables: bool,
}

impl Neovim {
    /// `None`, and a word about it, if there is none. Where `CI` is set that is an error.
    fn find() -> Option<Self> {
        let wanted = PathBuf::from(env::var_os("NEOVIM").unwrap_or_else(|| "nvim".into()));
        // The path that it runs with is another one.
        let path = env::var_os("PATH").unwrap_or_default();
        let found = env::split_paths(&path).map(|folder| folder.join(&wanted)).find(|path| path.is_file());
        let program = found.unwrap_or(wanted);
        let output = Command::new(&program).arg("--version").output();
        let says =
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        let version = says.lines().next().and_then(|line| line.strip_prefix("NVIM v"));
        let minor = version.and_then(|version| version.strip_prefix("0.")?.split('.').next()?.parse().ok());
        // From 1.0 on there is no `0.` to strip.
        let minor: Option<u32> = minor.or(version.map(|_| u32::MAX));
        if let Some(minor) = minor.filter(|minor| *minor >= 7) {
            return Some(Self { program, enables: minor >= 11 });
        }
        let missing = "Neovim 0.7 or newer is needed (NEOVIM, or nvim on PATH)";
        assert!(env::var_os("CI").is_none(), "{missing}");
        // Written directly, since cargo hides what a passing test prints.
        io::stderr().write_all(format!("SKIPPED: {missing}\n").as_bytes()).unwrap();
        None
    }

    /// Runs the script in a site, with nothing of our own environment but `javert` on the path; what was seen.
    fn drive(&self, home: &Path, site: &Path) -> String {
        // For a new Neovim, for an old one, and the command for one reader's view.
        let [new, old, reader] = &blocks("lua")[..] else { panic!("three blocks of Lua") };
        let config = home.join("init.lua");
        fs::write(&config, format!("{}\n{reader}", if self.enables { new } else { old })).unwrap();
        let seen = home.join("seen.txt");
        let program = Path::new(env!("CARGO_BIN_EXE_javert")).parent().unwrap();
        let mut child = Command::new(&self.program)
            .args(["--headless", "-i", "NONE", "-u"])
            .arg(&config)
            .arg("-S")
            .arg(repository("tests/editors/neovim.lua"))
            .current_dir(site)
            .env_clear()
            .env("PATH", program)
            .env("HOME", home)
            .env("LANG", "C.UTF-8")
            .env("SEEN", &seen)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Neovim starts");
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if start.elapsed() > LONG {
                child.kill().unwrap();
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let output = child.wait_with_output().unwrap();
        fs::read_to_string(&seen).unwrap_or_else(|_| panic!("nothing was seen: {output:?}"))
    }
}

/// The blocks of a language in `editors/README.md`.
fn blocks(language: &str) -> Vec<String> {
    let guide = fs::read_to_string(repository("editors/README.md")).unwrap();
    let start = format!("```{language}\n");
    let blocks = guide.split(&start).skip(1);
    blocks.map(|rest| rest.split_once("```").expect("it is closed").0.to_owned()).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
