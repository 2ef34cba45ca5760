//! Asks git which files differ from a commit or from what is staged, and what they say there.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{SKIPPED, repository_root};
use crate::{
    settings,
    tree::{Overlay, Tree},
};

/// Files larger than this are there, but not read.
const MAX_SIZE: usize = 16 << 20;

/// A repository, and the site in it.
#[derive(Debug)]
pub struct Git {
    root: PathBuf,
    /// The site's root from that of the repository, with a slash at its end unless it is the same.
    site: String,
}

/// Which state of the files in a repository.
#[derive(Debug)]
pub enum Origin {
    /// What is staged for the next commit, compared with what is on disk.
    Staged,
    /// That of a commit, compared with what is on disk.
    Commit(String),
    /// That of a commit, compared with what is staged.
    BeforeStaging(String),
}

/// Another state of the files in a repository, compared with those on disk or with what is staged.
#[derive(Debug, Default)]
pub struct State {
    /// By path from the root of the repository: the text, or `None` for a file that is not there.
    files: BTreeMap<String, Option<String>>,
    /// Files that have another name in what it is compared with: from that in this state to that.
    renamed: BTreeMap<String, String>,
}

/// A file that differs.
struct Difference {
    /// In the other state.
    path: String,
    /// In what it is compared with, if it was renamed.
    renamed: Option<String>,
    /// What it says in the other state; `None`: it is not there, or no regular file.
    object: Option<String>,
}

impl Git {
    /// The repository around a site.
    ///
    /// # Errors
    /// When there is none.
    pub fn around(site: &Path) -> Result<Self, String> {
        let root =
            repository_root(site).ok_or_else(|| format!("`{}` lies in no git repository", site.display()))?;
        let full =
            site.canonicalize().map_err(|error| format!("cannot read `{}`: {error}", site.display()))?;
        let inside = full.strip_prefix(&root).ok().and_then(Path::to_str).unwrap_or_default();
        let inside = inside.replace('\\', "/");
        Ok(Self { root, site: if inside.is_empty() { inside } else { inside + "/" } })
    }

    /// The commit from which the work on the current branch started, seen from `reference`; that commit itself where the
    /// two have no common history.
    ///
    /// # Errors
    /// When there is no such commit here.
    pub fn base(&self, reference: &str) -> Result<String, String> {
        let commit = self.line(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &format!("{reference}^{{commit}}"),
        ]);
        let commit = commit.map_err(|_| {
            format!(
                "git knows no commit `{reference}` here: fetch it first (a shallow clone has few of them)"
            )
        })?;
        Ok(self.line(&["merge-base", &commit, "HEAD"]).unwrap_or(commit))
    }

    /// The last commit; `None` before the first.
    pub fn head(&self) -> Option<String> {
        self.line(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]).ok()
    }

    /// The files in a state.
    ///
    /// # Errors
    /// When git fails.
    pub fn state(&self, origin: &Origin) -> Result<State, String> {
        let options = [
            "--raw",
            "-z",
            "-M",
            "--no-abbrev",
            "--no-ext-diff",
            "--no-textconv",
            "--no-color",
            "--ignore-submodules=all",
            "--",
        ];
        let of_origin = match origin {
            Origin::Staged => vec!["diff"],
            Origin::Commit(commit) => vec!["diff", commit],
            Origin::BeforeStaging(commit) => vec!["diff", "--cached", commit],
        };
        let diff = || self.run(&[&of_origin, &options[..]].concat(), None);
        // Files that git does not know are on disk only.
        let unknown = || match origin {
            Origin::Staged | Origin::Commit(_) => {
                self.run(&["ls-files", "--others", "--exclude-standard", "-z"], None)
            }
            Origin::BeforeStaging(_) => Ok(Vec::new()),
        };
        let (output, unknown) = rayon::join(diff, unknown);
        let output = output?;
        let differences = read_raw(&output);
        let mut state = State::default();
        let mut wanted: Vec<(String, String)> = Vec::new();
        for difference in differences {
            if let Some(now) = difference.renamed {
                state.files.insert(now.clone(), None);
                state.renamed.insert(difference.path.clone(), now);
            }
            state.files.entry(difference.path.clone()).or_insert(None);
            if let Some(object) = difference.object {
                wanted.push((difference.path, object));
            }
        }
        for path in fields(&unknown?) {
            state.files.insert(path, None);
        }
        let texts = self.texts(&wanted)?;
        for ((path, _), text) in wanted.into_iter().zip(texts) {
            state.files.insert(path, Some(text));
        }
        Ok(state)
    }

    /// What objects say; nothing for those that are no text worth reading.
    fn texts(&self, wanted: &[(String, String)]) -> Result<Vec<String>, String> {
        let read: Vec<&str> =
            wanted.iter().filter(|(path, _)| is_text(path)).map(|(_, object)| object.as_str()).collect();
        let sizes = self.run(&["cat-file", "--batch-check=%(objectsize)"], Some(&lines(&read)))?;
        let sizes: Vec<usize> =
            String::from_utf8_lossy(&sizes).lines().map(|line| line.parse().unwrap_or(usize::MAX)).collect();
        let small: Vec<&str> = read
            .iter()
            .zip(&sizes)
            .filter(|(_, size)| **size <= MAX_SIZE)
            .map(|(object, _)| *object)
            .collect();
        let output = self.run(&["cat-file", "--batch"], Some(&lines(&small)))?;
        let mut texts: BTreeMap<&str, String> = BTreeMap::new();
        let mut rest = output.as_slice();
        for object in small {
            let end = memchr::memchr(b'\n', rest).ok_or("git ended early")?;
            let head = String::from_utf8_lossy(&rest[..end]);
            let size: usize = head
                .rsplit(' ')
                .next()
                .and_then(|size| size.parse().ok())
                .ok_or_else(|| format!("git says `{head}`"))?;
            let text = rest.get(end + 1..end + 1 + size).ok_or("git ended early")?;
            texts.insert(object, String::from_utf8_lossy(text).into_owned());
            rest = rest.get(end + 2 + size..).unwrap_or_default();
        }
        Ok(wanted.iter().map(|(_, object)| texts.get(object.as_str()).cloned().unwrap_or_default()).collect())
    }

    fn line(&self, arguments: &[&str]) -> Result<String, String> {
        Ok(String::from_utf8_lossy(&self.run(arguments, None)?).trim().to_owned())
    }

    /// Runs git at the root of the repository, so that what hooks set in the environment is understood.
    fn run(&self, arguments: &[&str], input: Option<&str>) -> Result<Vec<u8>, String> {
        let failed = |why: String| format!("git {} failed: {why}", arguments.first().unwrap_or(&""));
        let mut child = Command::new("git")
            .args(["-c", "core.quotepath=false", "-c", "core.fsmonitor=false", "--no-pager"])
            .args(arguments)
            .current_dir(&self.root)
            .env("GIT_OPTIONAL_LOCKS", "0")
            .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let writer = input.zip(child.stdin.take()).map(|(input, mut stdin)| {
            let input = input.to_owned();
            // It answers while it still reads.
            std::thread::spawn(move || stdin.write_all(input.as_bytes()))
        });
        let output = child.wait_with_output().map_err(|error| failed(error.to_string()))?;
        if let Some(writer) = writer {
            _ = writer.join();
        }
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(failed(String::from_utf8_lossy(&output.stderr).trim().replace('\n', ", ")))
        }
    }

    /// Shows a tree of the site on disk as this state has it. The settings stay those on disk: what they change is
    /// nothing that somebody broke.
    pub fn show(&self, state: &State, tree: &mut Overlay<'_>) {
        for (path, text) in &state.files {
            tree.set_in_repository(path, text.is_some());
            let Some(inside) = self.inside(path) else { continue };
            let skipped = inside.split('/').next().is_some_and(|first| SKIPPED.contains(&first))
                || inside.contains("node_modules/");
            let is_settings = settings::FILES.contains(&inside.trim_start_matches("../"));
            let elsewhere =
                inside.starts_with("../") && !tree.surroundings().iter().any(|(own, _)| *own == inside);
            if !skipped && !is_settings && !elsewhere {
                tree.set(&inside, text.clone());
            }
        }
    }

    /// The names that files of this state have in what it is compared with, where they differ: both from the site's root.
    pub fn renamed(&self, state: &State) -> BTreeMap<String, String> {
        let both = |(then, now): (&String, &String)| Some((self.inside(then)?, self.inside(now)?));
        state.renamed.iter().filter_map(both).collect()
    }

    /// A path from the site's root; `None` where it lies beside what belongs to the site.
    fn inside(&self, path: &str) -> Option<String> {
        if let Some(inside) = path.strip_prefix(&self.site) {
            return Some(inside.to_owned());
        }
        let mut above = self.site.trim_end_matches('/');
        let mut up = String::new();
        while !above.is_empty() {
            above = above.rsplit_once('/').map_or("", |(parent, _)| parent);
            up.push_str("../");
            let below =
                if above.is_empty() { Some(path) } else { path.strip_prefix(above)?.strip_prefix('/') };
            if let Some(below) = below {
                return Some(up + below);
            }
        }
        None
    }
}

/// `:100644 100644 1234… 0000… M\0path\0`, and two paths for `R` and `C`.
fn read_raw(output: &[u8]) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut fields = fields(output).into_iter();
    while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
        let words: Vec<&str> = head.trim_start_matches(':').split(' ').collect();
        let [mode, _, object, _, status] = words[..] else { continue };
        let other = if status.starts_with(['R', 'C']) { fields.next() } else { None };
        // What is not merged is left as it is on disk.
        if status == "U" {
            continue;
        }
        let object = mode.starts_with("100").then(|| object.to_owned());
        differences.push(Difference { path, renamed: other, object });
    }
    differences
}

fn fields(output: &[u8]) -> Vec<String> {
    let fields = output.split(|&byte| byte == 0).filter(|field| !field.is_empty());
    fields.map(|field| String::from_utf8_lossy(field).into_owned()).collect()
}

fn lines(objects: &[&str]) -> String {
    objects.iter().map(|object| format!("{object}\n")).collect()
}

/// Whether a file is worth reading, by its name.
fn is_text(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    let media = [
        "avif", "bmp", "eot", "gif", "gz", "ico", "jar", "jpeg", "jpg", "mov", "mp3", "mp4", "otf", "pdf",
        "png", "tif", "tiff", "ttf", "webm", "webp", "woff", "woff2", "zip",
    ];
    !media.contains(&extension.as_str())
}
