//! A file to which several processes add lines, and that survives all of them: [`Journal`].
//!
//! Every process writes each line, as soon as it is known, to a journal of its own beside the file, and holds a lock on
//! it as long as it lives. At its end it merges the file, its journal and those of processes that have died into a new
//! file, under a lock, and puts that in place of the old one. So nothing is lost but the line that was being written.
#![expect(clippy::disallowed_methods, reason = "this is a place that reads and writes")]

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// How often, and with which pause, the lock is asked for: five seconds.
const TRIES: usize = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// The journal of this process, beside the file that it belongs to.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// Begins a journal for the file at `path`; its directory is made if it is not there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn begin(path: &Path) -> io::Result<Self> {
        make_directory(path)?;
        for number in 0.. {
            let own = beside(path, &format!(".{}-{number}.journal", std::process::id()));
            match OpenOptions::new().append(true).create_new(true).open(&own) {
                Ok(file) => {
                    file.lock()?;
                    // Before it was locked, somebody may have taken it for that of a process that died.
                    if own.exists() {
                        return Ok(Self { file, path: own });
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1000 => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Adds a line, which ends with a newline.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, line: &str) -> io::Result<()> {
        self.file.write_all(line.as_bytes())
    }
}

/// The text of a file and of all journals beside it, the file first.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn read(path: &Path) -> Result<Vec<String>, String> {
    let mut texts = Vec::new();
    match fs::read_to_string(path) {
        Ok(text) => texts.push(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(format!("cannot read `{}`: {error}", path.display())),
    }
    texts.extend(journals(path).iter().filter_map(|journal| fs::read_to_string(journal).ok()));
    Ok(texts)
}

/// Puts in place of a file what `merge` makes of it and of the journals of this process and of those that have died,
/// which are then removed.
///
/// # Errors
/// When somebody else holds the lock for too long, or something cannot be written; then the journals stay.
pub fn settle(
    path: &Path,
    own: Option<Journal>,
    merge: impl FnOnce(&[String]) -> String,
) -> Result<(), String> {
    let failed = |error: io::Error| format!("cannot write `{}`: {error}", path.display());
    make_directory(path).map_err(failed)?;
    let lock = File::create(beside(path, ".lock")).map_err(failed)?;
    let mut tries = 0;
    while let Err(error) = lock.try_lock() {
        tries += 1;
        match error {
            TryLockError::WouldBlock if tries < TRIES => thread::sleep(PAUSE),
            TryLockError::WouldBlock => {
                return Err(format!("cannot write `{}`: another process writes it", path.display()));
            }
            TryLockError::Error(error) => return Err(failed(error)),
        }
    }
    let own_path = own.as_ref().map(|journal| journal.path.clone());
    let mut texts: Vec<String> = Vec::new();
    texts.extend(fs::read_to_string(path).ok());
    let mut merged = Vec::new();
    for journal in journals(path) {
        let is_own = own_path.as_ref() == Some(&journal);
        let locked = if is_own { None } else { locked_if_over(&journal) };
        if is_own || locked.is_some() {
            texts.extend(fs::read_to_string(&journal).ok());
            merged.push((journal, locked));
        }
    }
    super::replace(path, &merge(&texts)).map_err(failed)?;
    drop(own);
    for (journal, locked) in merged {
        _ = fs::remove_file(journal);
        drop(locked);
    }
    Ok(())
}

/// The journal of a process that has died, locked, so that nobody begins it meanwhile; `None`: it lives.
fn locked_if_over(journal: &Path) -> Option<File> {
    File::open(journal).ok().filter(|file| file.try_lock().is_ok())
}

/// Whether processes have died that left journals of a file, which are to be merged.
pub fn has_left_over(path: &Path) -> bool {
    journals(path).iter().any(|journal| locked_if_over(journal).is_some())
}

/// All journals beside a file, sorted.
fn journals(path: &Path) -> Vec<PathBuf> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    let entries =
        fs::read_dir(path.parent().unwrap_or_else(|| Path::new("."))).into_iter().flatten().flatten();
    let is_journal = |entry: &fs::DirEntry| {
        let own = entry.file_name();
        own.to_str().is_some_and(|own| own.starts_with(name) && own.ends_with(".journal"))
    };
    let mut found: Vec<PathBuf> = entries.filter(is_journal).map(|entry| entry.path()).collect();
    found.sort();
    found
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// Makes the directory of a file; one that we make is not for version control.
fn make_directory(path: &Path) -> io::Result<()> {
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    let Some(directory) = directory.filter(|directory| !directory.exists()) else { return Ok(()) };
    fs::create_dir_all(directory)?;
    fs::write(directory.join(".gitignore"), "*\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).expect("a folder").flatten();
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    #[test]
    fn lines_are_kept_whoever_dies() {
        let directory = tempfile::tempdir().expect("a temporary folder");
        let path = directory.path().join("cache/links.jsonl");
        let mut living = Journal::begin(&path).expect("a journal");
        living.add("living\n").expect("written");
        let mut dying = Journal::begin(&path).expect("a journal");
        dying.add("dead\nhal").expect("written");
        drop(dying);
        let mut own = Journal::begin(&path).expect("a journal");
        own.add("own\n").expect("written");
        assert_eq!(read(&path).expect("readable").len(), 3);
        assert!(has_left_over(&path));
        settle(&path, Some(own), |texts| texts.concat()).expect("written");
        let text = fs::read_to_string(&path).expect("there");
        assert!(!has_left_over(&path));
        assert!(text.contains("dead\n") && text.contains("own\n") && !text.contains("living"), "{text}");
        settle(&path, Some(living), |texts| texts.concat()).expect("written");
        assert!(fs::read_to_string(&path).expect("there").contains("living\n"));
        assert_eq!(names(&directory.path().join("cache")), [".gitignore", "links.jsonl", "links.jsonl.lock"]);
    }
}
