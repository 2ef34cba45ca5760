//! Javert as a team adopts it: real git and real pre-commit, the files for CI and editors, what the README says to do.
#![expect(clippy::disallowed_methods, reason = "tests write repositories to disk")]

mod support;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use javert::{
    source::Span,
    value::{self, Format, Value},
};
use regex::Regex;
use support::{
    binary::{javert, site},
    repository,
    tools::{found, git, said, shell},
    write_site,
};
use tempfile::TempDir;

fn read(path: &str) -> String {
    fs::read_to_string(repository(path)).expect("it is in the repository")
}

fn yaml(text: &str) -> Value {
    let (value, mistakes) = value::parse(Format::Yaml, text, Span::new(0, text.len()));
    assert!(mistakes.is_empty(), "{mistakes:?}\n{text}");
    value
}

/// The code blocks of a language in a section of the README.
fn blocks(section: &str, language: &str) -> Vec<String> {
    let readme = read("README.md");
    let section = readme.split(&format!("\n## {section}\n")).nth(1).expect("there is such a section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let fence = format!("```{language}\n");
    let blocks = section.split(&fence).skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// A repository with the help site as content, committed on `main`.
fn help_site() -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary folder");
    copy(&repository("fixtures/help"), directory.path());
    git(directory.path(), &["init", "-q", "-b", "main"]);
    git(directory.path(), &["config", "user.name", "a"]);
    git(directory.path(), &["config", "user.email", "a@example.org"]);
    git(directory.path(), &["config", "commit.gpgsign", "false"]);
    commit_all(directory.path(), "one");
    directory
}

fn commit_all(directory: &Path, message: &str) {
    git(directory, &["add", "-A"]);
    git(directory, &["commit", "-q", "--no-verify", "-m", message]);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("readable") {
        let entry = entry.expect("readable");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Replaces a text that is there in a file.
#[track_caller]
fn edit(site: &TempDir, path: &str, old: &str, new: &str) {
    let path = site.path().join(path);
    let text = fs::read_to_string(&path).expect("it is there");
    assert!(text.contains(old), "{}: {old}", path.display());
    fs::write(path, text.replace(old, new)).expect("it is ours");
}

/// A repository that holds our hooks, and the name of its commit.
fn hooks() -> (TempDir, String) {
    let hooks = tempfile::tempdir().expect("a temporary folder");
    write_site(hooks.path(), [(".pre-commit-hooks.yaml", read(".pre-commit-hooks.yaml").as_str())]);
    git(hooks.path(), &["init", "-q", "-b", "main"]);
    git(hooks.path(), &["add", "-A"]);
    git(hooks.path(), &["commit", "-q", "-m", "one"]);
    let commit = git(hooks.path(), &["rev-parse", "HEAD"]);
    (hooks, commit.trim().to_owned())
}

/// The README's configuration for pre-commit, with our hooks and the `javert` that is on `PATH`.
fn pre_commit_configuration(hooks: &Path, commit: &str) -> String {
    let [block] = blocks("Adopting it", "yaml")
        .into_iter()
        .filter(|block| block.starts_with("# .pre-commit-config.yaml"))
        .collect::<Vec<_>>()
        .try_into()
        .expect("one block");
    let replace = |text: &str, key: &str, value: &str| {
        let line = Regex::new(&format!(r"(?m)({key}: )\S+")).expect("it compiles");
        assert!(line.is_match(text), "{text}");
        line.replace(text, format!("${{1}}{value}").as_str()).into_owned()
    };
    let block = replace(&block, "repo", &hooks.display().to_string());
    replace(&replace(&block, "rev", commit), "id", "javert-system")
}

#[test]
fn a_team_adopts_it_breaks_a_link_mends_it_and_merges() {
    let Some(pre_commit) = found("pre-commit") else { return };
    let site = help_site();
    let cache = tempfile::tempdir().expect("a temporary folder");
    let run = |command: &str| {
        let variables = [("PRE_COMMIT_HOME", cache.path().to_path_buf())];
        said(&shell(site.path(), command, pre_commit.parent(), &variables))
    };
    // Adopt: what there is is known, and nothing fails.
    assert_eq!(javert(site.path(), &["check"]).code, 1, "there is something to adopt");
    let [adopt] =
        blocks("Adopting it", "sh").into_iter().take(1).collect::<Vec<_>>().try_into().expect("one");
    let (success, out) = run(&adopt);
    assert!(success && out.contains(" in the baseline)"), "{out}");
    let (hooks, commit) = hooks();
    write_site(
        site.path(),
        [(".pre-commit-config.yaml", pre_commit_configuration(hooks.path(), &commit).as_str())],
    );
    let (success, out) = run("git add -A && pre-commit install && git commit -m adopt");
    assert!(success && out.contains("javert...") && out.contains("Passed"), "{out}");

    // A change that breaks a link in a file that it does not touch.
    edit(&site, "content/ja/files/limits.md", "{#limits_size}", "{#limits_bytes}");
    let broken = "content/ja/files/upload.md:9:25: error[broken-anchor]";
    let (success, out) = run("git commit -a -m break");
    assert!(!success && out.contains(broken) && out.matches("error[").count() == 1, "{out}");
    // One that only removes a page.
    let (_, out) =
        run("git checkout -q -- . && git reset -q --hard && git rm -q content/ja/admin/users/csv.md");
    let (success, said) = run("git commit -m remove");
    assert!(
        !success && said.contains("content/ja/admin/users/_index.md:7:11: error[broken-link]"),
        "{out}{said}"
    );

    // What is not staged is not judged: neither what breaks a link nor what mends it.
    run("git reset -q --hard");
    edit(&site, "content/ja/files/limits.md", "{#limits_size}", "{#limits_bytes}");
    fs::write(site.path().join("note.txt"), "x").expect("it is ours");
    let (success, out) = run("git add note.txt && git commit -m note");
    assert!(success, "{out}");
    edit(&site, "content/ja/files/upload.md", "#limits_size", "#limits_bytes");
    let (success, out) = run("git add content/ja/files/limits.md && git commit -m half");
    assert!(!success && out.contains(broken), "{out}");
    let (success, out) = run("git commit -a -m whole");
    assert!(success, "{out}");

    // The gate before a merge, for those who have no hook.
    run("git checkout -q -b work");
    edit(&site, "content/ja/files/limits.md", "{#limits_bytes}", "{#limits_octets}");
    run("git commit -q --no-verify -a -m past");
    let broken = "content/ja/files/upload.md:9:25: error[broken-anchor]";
    for gate in ["javert check --since main", "pre-commit run --from-ref main --to-ref HEAD"] {
        let (success, out) = run(gate);
        assert!(!success && out.contains(broken), "{gate}: {out}");
    }
    let (_, out) = run("javert check --since main --unsafe-fixes --select broken-anchor");
    assert!(
        out.contains("fixed 0") || out.contains("no fix"),
        "explicit ids are taken apart by nobody: {out}"
    );
    edit(&site, "content/ja/files/upload.md", "#limits_bytes", "#limits_octets");
    let (success, out) = run("git commit -q -a -m mended && javert check --since main");
    assert!(success, "{out}");
    let (success, out) = run("pre-commit run --from-ref main --to-ref HEAD && pre-commit run --all-files");
    assert!(success, "{out}");
}

#[test]
fn the_other_lines_of_the_readme_run_as_they_stand() {
    let site = help_site();
    let home = tempfile::tempdir().expect("a temporary folder");
    let run = |lines: &str| {
        let variables = [("HOME", home.path().to_path_buf())];
        said(&shell(site.path(), lines, None, &variables))
    };
    let [_, install, gate, shells] = blocks("Adopting it", "sh").try_into().expect("four blocks");
    assert_eq!(install, "pre-commit install\n", "which the test above runs");
    git(site.path(), &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    assert!(run(&gate).0);
    edit(&site, "content/ja/files/limits.md", "{#limits_size}", "{#limits_bytes}");
    let (success, out) = run(&gate);
    assert!(!success && out.contains("content/ja/files/upload.md:9:25: error[broken-anchor]"), "{out}");
    let (success, out) = run(&shells);
    assert!(success, "{out}");
    assert!(home.path().join(".local/share/man/man1/javert-check.1").exists());
    assert!(home.path().join(".local/share/bash-completion/completions/javert").exists());
    // The workflow gives the action inputs that it has.
    let workflow = blocks("Adopting it", "yaml").into_iter().find(|block| block.contains("/docs.yml"));
    let workflow = yaml(&workflow.expect("a workflow"));
    let action = yaml(&read("action.yml"));
    let steps = workflow.at(&["jobs", "javert", "steps"]).expect("steps").items();
    let given = steps[1].get("with").expect("inputs").entries();
    assert!(given.iter().all(|input| action.at(&["inputs", &input.key]).is_some()) && !given.is_empty());
}

#[test]
fn pre_commit_builds_the_wheel_and_runs_it() {
    let Some(pre_commit) = found("pre-commit") else { return };
    let site = help_site();
    edit(&site, "content/ja/files/limits.md", "{#limits_size}", "{#limits_bytes}");
    git(site.path(), &["add", "-A"]);
    let cache = tempfile::tempdir().expect("a temporary folder");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target directory");
    let javert_on_path = env::split_paths(&env::var_os("PATH").unwrap_or_default())
        .any(|directory| directory.join("javert").is_file());
    assert!(!javert_on_path, "it could run instead of the one in the wheel");
    let run = Command::new(pre_commit)
        .args(["try-repo", &repository("").display().to_string(), "javert", "--verbose"])
        .current_dir(site.path())
        .env("PRE_COMMIT_HOME", cache.path())
        // A debug build is enough; a folder of its own, as it would make others build anew.
        .env("CARGO_TARGET_DIR", target.join("wheel"))
        .env("MATURIN_PEP517_ARGS", "--profile dev")
        .output();
    let (success, out) = said(&run.expect("it runs"));
    assert!(!success && out.contains("content/ja/files/upload.md:9:25: error[broken-anchor]"), "{out}");
}

/// Runs the step of our action that checks, as GitHub would.
fn action(site: &TempDir, inputs: &[(&str, &str)]) -> (i32, String, String) {
    let action = yaml(&read("action.yml"));
    let steps = action.at(&["runs", "steps"]).expect("steps").items();
    let check = steps.iter().find(|step| step.get("id").and_then(Value::as_str) == Some("check"));
    let check = check.expect("a step `check`");
    let outputs = site.path().join("outputs.txt");
    let mut command = Command::new("bash");
    command
        .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c"])
        .arg(check.get("run").and_then(Value::as_str).expect("a script"))
        .current_dir(site.path());
    for entry in check.get("env").expect("variables").entries() {
        let value = entry.value.to_text().unwrap_or_default();
        let name = value.trim_start_matches("${{ inputs.").trim_end_matches(" }}");
        let default = action.at(&["inputs", name, "default"]).and_then(Value::to_text).unwrap_or_default();
        let given = inputs.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        command.env(&entry.key, given.unwrap_or(default));
    }
    command.env("JAVERT", env!("CARGO_BIN_EXE_javert")).env("GITHUB_OUTPUT", &outputs);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", site.path().join("summary.md"));
    let base = inputs.iter().find(|(own, _)| *own == "base").map_or("", |(_, value)| value);
    command.env("BASE_REF", base);
    let Output { status, stdout, stderr } = command.output().expect("there is a bash");
    let out = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    (status.code().unwrap_or(-1), out, fs::read_to_string(outputs).unwrap_or_default())
}

#[test]
fn the_action_checks_what_its_inputs_say() {
    let site = site(&[("content/a.md", "# A\n\n[x](/no/)\n"), ("content/b c.md", "[x](/no/)\n")]);
    git(site.path(), &["init", "-q", "-b", "main"]);
    git(site.path(), &["add", "-A"]);
    git(site.path(), &["commit", "-q", "-m", "one"]);
    git(site.path(), &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let (code, out, outputs) = action(&site, &[]);
    assert_eq!((code, outputs.as_str()), (1, "exit-code=1\n"), "{out}");
    assert!(out.contains("content/a.md:3:5: error[broken-link]") && out.contains("::error "), "{out}");
    let summary = fs::read_to_string(site.path().join("summary.md")).expect("the summary was written");
    assert!(summary.contains("broken-link"), "{summary}");
    let files = |inputs: &[(&str, &str)]| {
        let (code, out, _) = action(&site, inputs);
        let lines = out.lines().filter(|line| line.contains(": error[")).count();
        (code, lines)
    };
    assert_eq!(files(&[("paths", "content/a.md content/b*.md")]), (1, 2));
    assert_eq!(files(&[("paths", "content/[a-b].md\n")]), (1, 1));
    assert_eq!(files(&[("arguments", "--ignore links\n  --fail-on warning")]), (0, 0));
    assert_eq!(files(&[("since", "HEAD")]), (0, 0));
    assert_eq!(files(&[("since", "auto"), ("base", "main")]), (0, 0));
    assert_eq!(files(&[("since", "auto")]), (1, 2));
    assert_eq!(files(&[("since", "nowhere")]).0, 2);
    assert_eq!(files(&[("paths", "$(touch hacked)"), ("arguments", "`touch hacked`")]).0, 2);
    assert!(!site.path().join("hacked").exists());
    assert_eq!(files(&[("sarif", "x.sarif")]).0, 1);
    assert!(site.path().join("x.sarif").exists());
}

#[test]
fn the_action_gives_every_input_to_its_steps_and_hands_nothing_to_the_shell() {
    let text = read("action.yml");
    let action = yaml(&text);
    for input in action.get("inputs").expect("inputs").entries() {
        assert!(text.contains(&format!("inputs.{}", input.key)), "{}", input.key);
        assert!(input.value.get("description").is_some(), "{}", input.key);
    }
    let mut scripts = 0;
    for step in action.at(&["runs", "steps"]).expect("steps").items() {
        let Some(script) = step.get("run").and_then(Value::as_str) else { continue };
        // What stands in a script is read by the shell: `${{ inputs.x }}` there would be a hole.
        assert!(!script.contains("${{"), "{script}");
        assert_eq!(step.get("shell").and_then(Value::as_str), Some("bash"));
        scripts += 1;
    }
    assert_eq!(scripts, 2);
}

#[test]
fn the_template_for_gitlab_runs_as_it_stands() {
    let text = read("gitlab-ci.yml");
    let (header, jobs) = text.split_once("\n---\n").expect("a header");
    let inputs = yaml(header);
    let inputs = inputs.at(&["spec", "inputs"]).expect("inputs");
    let jobs = inputs.entries().iter().fold(jobs.to_owned(), |jobs, input| {
        let default = input.value.get("default").and_then(Value::to_text).unwrap_or_default();
        assert!(jobs.contains(&format!("$[[ inputs.{} ]]", input.key)), "{}", input.key);
        jobs.replace(&format!("$[[ inputs.{} ]]", input.key), &default)
    });
    assert!(!jobs.contains("$[["), "{jobs}");
    let jobs = yaml(&jobs);
    let script = jobs.at(&["javert", "script"]).expect("a script").texts().join("\n");
    let site = help_site();
    let variables = [("GITLAB_CI", PathBuf::from("true"))];
    let (success, out) = said(&shell(site.path(), &script, None, &variables));
    assert!(!success && out.contains("content/ja/support.md:26:34: error[broken-file]"), "{out}");
    let reports = jobs.at(&["javert", "artifacts", "reports"]).expect("reports");
    for report in reports.entries() {
        let path = site.path().join(report.value.as_str().unwrap_or_default());
        assert!(path.is_file(), "{}", path.display());
    }
    let base = ("CI_MERGE_REQUEST_DIFF_BASE_SHA", PathBuf::from("HEAD"));
    let (success, out) = said(&shell(site.path(), &script, None, &[variables[0].clone(), base]));
    assert!(success, "{out}");
}

#[test]
fn the_image_is_made_of_what_is_here() {
    let text = read("Dockerfile");
    let cargo = read("Cargo.toml");
    let rust = cargo.split("rust-version = \"").nth(1).and_then(|rest| rest.split('"').next()).expect("one");
    assert!(text.contains(&format!("FROM rust:{rust}-slim")), "{text}");
    assert!(text.contains("cargo build --release --locked --bin javert\n"));
    assert!(text.contains("COPY --from=build /javert/target/release/javert /usr/local/bin/javert\n"));
    let command = text.lines().find_map(|line| line.strip_prefix("CMD ")).expect("a command");
    let words: Vec<String> = serde_json::from_str(command).expect("a list");
    assert_eq!(words[0], "javert");
    let words: Vec<&str> = words[1..].iter().map(String::as_str).collect();
    let run = javert(&repository("fixtures/help"), &words);
    assert_eq!(run.code, 1, "{run:?}");
}

/// The lines of a real report, and what is in them.
fn report() -> Vec<(String, [String; 6])> {
    let run = javert(&repository("fixtures/help"), &["check", "--output-format", "concise"]);
    let parts = |line: &str| {
        let (place, rest) = line.split_once(": ").expect("a place");
        let [column, number, path] =
            place.rsplitn(3, ':').collect::<Vec<_>>().try_into().expect("three parts");
        let (level, rest) = rest.split_once('[').expect("a level");
        let (rule, message) = rest.split_once("] ").expect("a rule");
        [path, number, column, level, rule, message].map(str::to_owned)
    };
    run.out.lines().map(|line| (line.to_owned(), parts(line))).collect()
}

#[test]
fn problem_matchers_read_every_line_of_a_report() {
    let lines = report();
    assert!(["error", "warning", "info"].iter().all(|level| lines.iter().any(|(_, own)| own[3] == *level)));
    let json = |path: &str| -> serde_json::Value { serde_json::from_str(&read(path)).expect("JSON") };
    let github = &json("editors/github-matcher.json")["problemMatcher"][0]["pattern"][0];
    let code = &json("editors/vscode-tasks.json")["tasks"][0]["problemMatcher"]["pattern"];
    for (pattern, levels) in [(github, &["error", "warning"][..]), (code, &["error", "warning", "info"])] {
        let regex = Regex::new(pattern["regexp"].as_str().expect("a pattern")).expect("it compiles");
        for (line, parts) in &lines {
            let Some(captures) = regex.captures(line) else {
                assert!(!levels.contains(&parts[3].as_str()), "{line}");
                continue;
            };
            let fields = ["file", "line", "column", "severity", "code", "message"];
            let group = |field: &&str| {
                let group = usize::try_from(pattern[*field].as_u64().expect("a number")).expect("small");
                captures[group].to_owned()
            };
            assert_eq!(fields.iter().map(group).collect::<Vec<_>>(), parts, "{line}");
        }
    }
}

#[test]
fn vim_reads_every_line_of_a_report() {
    let Some(vim) = found("vim") else { return };
    let directory = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(directory.path().join("compiler")).expect("a folder");
    fs::copy(repository("editors/javert.vim"), directory.path().join("compiler/javert.vim")).expect("a copy");
    let lines = report();
    let all: Vec<&str> = lines.iter().map(|(line, _)| line.as_str()).collect();
    // What stands on standard error is no finding.
    fs::write(directory.path().join("report"), all.join("\n") + "\n32 pages: 3 errors in 0.1 s\n")
        .expect("ours");
    let script = "set runtimepath^=. | compiler javert | cgetfile report | \
                  call writefile(map(getqflist(), {_, own -> join([own.valid ? bufname(own.bufnr) : '-', own.lnum, \
                  own.col, own.type, own.text], '|')}), 'read') | qall!";
    let run = Command::new(vim)
        .args(["-u", "NONE", "-N", "-i", "NONE", "-n", "-es"])
        .args(["-c", script])
        .current_dir(directory.path())
        .env("LC_ALL", "C.UTF-8")
        .output();
    assert!(run.is_ok());
    let read = fs::read_to_string(directory.path().join("read")).expect("vim wrote it");
    let expected: Vec<String> = lines
        .iter()
        .map(|(_, [path, line, column, level, _, message])| {
            [path.as_str(), line, column, &level[..1], message].join("|")
        })
        .collect();
    assert_eq!(read.lines().collect::<Vec<_>>(), expected);
}
