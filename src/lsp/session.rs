//! One site while it is edited: [`Session`].

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use super::{Order, Reading, texts::Texts};
use crate::{diagnostic::Diagnostic, lint, report::Checked, source::Span};

/// So long nothing must have been typed before the whole site is read anew, besides the time that takes.
const PAUSE: Duration = Duration::from_millis(150);

/// One site while it is edited.
pub(super) struct Session {
    /// Its root.
    pub(super) root: PathBuf,
    /// What is known of it; `None`: it is being read for the first time, or there is no such site any more.
    pub(super) reading: Option<Reading>,
    /// The texts that editors hold, by path.
    pub(super) texts: BTreeMap<String, String>,
    /// Pages that a revision affects and that are not judged again yet, by path.
    behind: Vec<String>,
    /// When the site is to be read anew.
    pub(super) due: Option<Instant>,
    /// Whether files on disk are others than those that were read: then what is typed does not put off the reading.
    is_stale: bool,
    /// What stops the reading that is under way.
    running: Option<Arc<AtomicBool>>,
}

impl Session {
    /// A site that is yet to be read.
    pub(super) fn new(root: PathBuf) -> Self {
        let due = Some(Instant::now());
        Self {
            root,
            reading: None,
            texts: BTreeMap::new(),
            behind: Vec::new(),
            due,
            is_stale: true,
            running: None,
        }
    }

    /// Whether all that is known follows from the texts as they are.
    pub(super) fn is_settled(&self) -> bool {
        self.due.is_none() && self.running.is_none() && self.behind.is_empty()
    }

    /// Whether files are being read of which nothing is known: the site for the first time, or what has changed on disk.
    pub(super) fn is_unread(&self) -> bool {
        self.is_stale && (self.due.is_some() || self.running.is_some())
    }

    /// Has the site read anew as soon as possible, as files on disk have changed.
    pub(super) fn stale(&mut self, now: Instant) {
        self.stop();
        self.due = Some(now);
        self.is_stale = true;
    }

    /// Gives a file another text: at once what follows for the file itself.
    pub(super) fn revise(&mut self, path: &str, text: &str, now: Instant) {
        self.texts.insert(path.to_owned(), text.to_owned());
        let Some(reading) = &self.reading else {
            // What is being read for the first time is brought up to date when it is there.
            if self.running.is_none() {
                self.due.get_or_insert(now + PAUSE);
            }
            return;
        };
        if reading.checked.site.source(path).is_some_and(|source| source.text == text) {
            return;
        }
        if !self.is_stale {
            self.due = Some(now + PAUSE + reading.took);
            self.stop();
        }
        self.apply(path);
    }

    /// An editor holds the text no longer; what counts is on disk.
    pub(super) fn forget(&mut self, path: &str, now: Instant) {
        let Some(text) = self.texts.remove(path) else { return };
        let on_disk =
            self.reading.as_ref().and_then(|reading| Some(reading.tree.read(path).ok()?.text == text));
        if on_disk != Some(true) {
            self.stale(now);
        }
    }

    /// An order to read the site, if it is time.
    pub(super) fn order(&mut self, now: Instant) -> Option<Order> {
        self.due.filter(|due| *due <= now)?;
        self.due = None;
        let cancelled = Arc::new(AtomicBool::new(false));
        self.running = Some(Arc::clone(&cancelled));
        Some(Order { cancelled, ..self.order_now() })
    }

    /// An order to read the site as it is now.
    pub(super) fn order_now(&self) -> Order {
        let texts = self.texts.iter().map(|(path, text)| (path.clone(), Some(text.clone())));
        Order { root: self.root.clone(), texts: texts.collect(), cancelled: Arc::default() }
    }

    /// Takes what came of an order; `false`: nobody wants it any more.
    pub(super) fn accept(&mut self, order: &Order, reading: Option<Reading>, now: Instant) -> bool {
        let is_ours = |running: &Arc<AtomicBool>| Arc::ptr_eq(running, &order.cancelled);
        if !self.running.as_ref().is_some_and(is_ours) {
            return false;
        }
        self.running = None;
        self.is_stale = false;
        self.reading = reading;
        self.behind.clear();
        // What was typed since the site began to be read.
        for (path, text) in self.texts.clone() {
            if order.texts.get(&path).and_then(Option::as_ref) != Some(&text) {
                self.revise(&path, &text, now);
            }
        }
        true
    }

    fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }

    fn apply(&mut self, path: &str) {
        let (Some(reading), Some(text)) = (&mut self.reading, self.texts.get(path)) else { return };
        let Some(before) = reading.checked.site.source(path) else { return };
        let edit = Edited::between(&before.text, text);
        let tree = Texts { under: &*reading.tree, texts: &self.texts };
        let Some(revision) = reading.checked.site.revise(&tree, path, text) else { return };
        reading.of_site.retain_mut(|found| edit.keeps(found, path));
        for found in &mut reading.checked.diagnostics {
            edit.move_labels(found, path);
        }
        reading.judge(&[revision.page]);
        let site = &reading.checked.site;
        let others = revision.others.iter().map(|&index| site.pages[index].path().to_owned());
        self.behind.extend(others);
    }

    /// Judges the pages again that revisions of other pages affect: their paths.
    pub(super) fn catch_up(&mut self) -> Vec<String> {
        let mut behind = std::mem::take(&mut self.behind);
        let Some(reading) = self.reading.as_mut().filter(|_| !behind.is_empty()) else { return Vec::new() };
        behind.sort();
        behind.dedup();
        let site = &mut reading.checked.site;
        let index = |path: &String| site.page_at(path);
        let pages: Vec<usize> = behind.iter().filter_map(index).collect();
        site.catch_up(&pages);
        reading.judge(&pages);
        behind
    }

    /// The findings in a file, in order.
    pub(super) fn findings(&self, path: &str) -> &[Diagnostic] {
        self.reading.as_ref().map_or(&[], |reading| &reading.checked.diagnostics[reading.range(path)])
    }
}

impl Reading {
    fn range(&self, path: &str) -> std::ops::Range<usize> {
        let all = &self.checked.diagnostics;
        let start = all.partition_point(|found| found.path.as_str() < path);
        let length = all[start..].iter().take_while(|found| found.path == path).count();
        start..start + length
    }

    /// Judges some pages again, by index, sorted.
    fn judge(&mut self, pages: &[usize]) {
        let site = &self.checked.site;
        let mut found = lint::judge_pages(site, &self.rules, pages, &self.of_site);
        let paths: Vec<String> = pages.iter().map(|&index| site.pages[index].path().to_owned()).collect();
        if let Some(baseline) = &self.baseline {
            let all = std::mem::replace(&mut self.checked.diagnostics, found);
            baseline.subtract(&mut self.checked);
            found = std::mem::replace(&mut self.checked.diagnostics, all);
        }
        // Both are in the order of paths.
        let mut found = found.into_iter().peekable();
        for path in paths {
            let range = self.range(&path);
            let own: Vec<Diagnostic> =
                std::iter::from_fn(|| found.next_if(|finding| finding.path == path)).collect();
            self.checked.diagnostics.splice(range, own);
        }
    }
}

/// What was replaced in a text, in bytes: from `start` on, `before` by `after`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Edited {
    start: usize,
    before: usize,
    after: usize,
}

impl Edited {
    fn between(old: &str, new: &str) -> Self {
        let (old, new) = (old.as_bytes(), new.as_bytes());
        let start = old.iter().zip(new).take_while(|(one, other)| one == other).count();
        let ends = old[start..].iter().rev().zip(new[start..].iter().rev());
        let end = ends.take_while(|(one, other)| one == other).count();
        Self { start, before: old.len() - start - end, after: new.len() - start - end }
    }

    /// Where a place is now; `None`: something in it was replaced.
    fn moved(self, span: Span) -> Option<Span> {
        let range = span.range();
        if range.end <= self.start {
            return Some(span);
        }
        let shift = |byte: usize| byte + self.after - self.before;
        (range.start >= self.start + self.before).then(|| Span::new(shift(range.start), shift(range.end)))
    }

    /// Moves what a finding points at in the file; `false`: it is gone.
    fn keeps(self, found: &mut Diagnostic, path: &str) -> bool {
        self.move_labels(found, path);
        if found.path != path {
            return true;
        }
        if let Some(fix) = &mut found.fix {
            let edits = fix.edits.iter_mut();
            let all = edits.map(|edit| self.moved(edit.span).map(|span| edit.span = span));
            if !all.fold(true, |all, moved| all & moved.is_some()) {
                found.fix = None;
            }
        }
        self.moved(found.span).map(|span| found.span = span).is_some()
    }

    fn move_labels(self, found: &mut Diagnostic, path: &str) {
        found.labels.retain_mut(|label| {
            label.path != path || self.moved(label.span).map(|span| label.span = span).is_some()
        });
    }
}

/// What a session knows of its site, for those who ask.
impl Session {
    /// The site and what was found, once it was read.
    pub(super) fn checked(&self) -> Option<&Checked> {
        self.reading.as_ref().map(|reading| &reading.checked)
    }
}
