//! A site in which some pages say something else for a while: [`Site::exchange`]. To read the site anew for that would take
//! as long as the first time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use super::{
    Site,
    anchors::PageAnchors,
    containers,
    edition::Visibility,
    links::{self, PageLinks},
};
use crate::{hugo::shortcode::Tag, markdown::Draft, page::Page, source::Source, tree::Tree, variants::Group};

/// Of more pages it takes about as long as to read the site anew.
const MOST: usize = 48;

/// What became of pages that have other texts for now.
#[derive(Debug)]
pub struct Exchanged {
    /// The pages, by index in [`Site::pages`].
    pages: BTreeMap<usize, Known>,
    /// What became of the links of other pages, by index.
    links: BTreeMap<usize, PageLinks>,
}

/// What is known of one page.
#[derive(Debug)]
struct Known {
    page: Page,
    visibility: Visibility,
    alternatives: Vec<Group>,
    anchors: PageAnchors,
    links: PageLinks,
}

impl Site {
    /// Gives pages, by path, the texts that they have in another tree; `None`, and the site as it is, where that may
    /// change more than these pages and the links to them. All else must be the same in that tree. The result is what
    /// [`Site::load`] would make of it, until [`Site::put_back`].
    pub fn exchange(&mut self, tree: &dyn Tree, paths: &BTreeSet<&str>) -> Option<Exchanged> {
        // What the web says is asked for by page.
        if self.external.is_some() || paths.len() > MOST || self.printed.looked_everywhere() {
            return None;
        }
        let texts: Vec<(usize, String)> =
            paths.iter().map(|path| self.replaceable(tree, path)).collect::<Option<_>>()?;
        let pages = texts.iter().map(|&(index, _)| (index, self.known(index))).collect();
        let mut was = Exchanged { pages, links: BTreeMap::new() };
        let mut others = BTreeSet::new();
        for (index, text) in &texts {
            let path = self.pages[*index].path().to_owned();
            let revision = self.revise(tree, &path, text);
            others.extend(revision.into_iter().flat_map(|revision| revision.others));
        }
        let own = was.pages.iter().flat_map(|(&index, known)| [&known.links, &self.links[index]]);
        others.extend(links::lacking_alike(self, &own.collect::<Vec<_>>()));
        let is_other = |index: &usize| !was.pages.contains_key(index);
        was.links = others
            .iter()
            .filter(|index| is_other(index))
            .map(|&index| (index, self.links[index].clone()))
            .collect();
        links::judge_again(self, &others.into_iter().collect::<Vec<usize>>());
        // A page whose ids are not all known says nothing of those who link to it.
        let is_open = |ids: &PageAnchors| ids.open.is_some() || ids.computed_headings().next().is_some();
        let matters_elsewhere = |(&index, known): (&usize, &Known)| {
            let (one, other) = (&known.anchors, &self.anchors[index]);
            !one.is_like(other) && (is_open(one) || is_open(other))
        };
        if self.printed.looked_everywhere() || was.pages.iter().any(matters_elsewhere) {
            self.put_back(was);
            return None;
        }
        Some(was)
    }

    /// Gives pages their own texts again. Returns the others, with their ids, by path.
    pub fn put_back(&mut self, was: Exchanged) -> BTreeMap<String, (Page, PageAnchors)> {
        for (index, links) in was.links {
            self.links[index] = links;
        }
        let mut others = BTreeMap::new();
        for (index, known) in was.pages {
            let page = std::mem::replace(&mut self.pages[index], known.page);
            let anchors = std::mem::replace(&mut self.anchors[index], known.anchors);
            self.visibility[index] = known.visibility;
            self.alternatives[index] = known.alternatives;
            self.links[index] = known.links;
            self.projections[index] = OnceLock::new();
            self.suspects[index] = OnceLock::new();
            others.insert(page.path().to_owned(), (page, anchors));
        }
        others
    }

    fn known(&self, index: usize) -> Known {
        Known {
            page: self.pages[index].clone(),
            visibility: self.visibility[index].clone(),
            alternatives: self.alternatives[index].clone(),
            anchors: self.anchors[index].clone(),
            links: self.links[index].clone(),
        }
    }

    /// The page at a path and its text in another tree, if no other file depends on what is different in it.
    fn replaceable(&self, tree: &dyn Tree, path: &str) -> Option<(usize, String)> {
        let index = self.page_at(path)?;
        let text = tree.read(path).ok()?;
        let own = &self.pages[index];
        if text.invalid.is_some()
            || text.text.contains('\u{fffd}')
            || own.invalid_utf8.is_some()
            || self.printed.is_read(path)
        {
            return None;
        }
        let draft = Draft::new(Source::new(path, text.text.as_ref()), None, self.version);
        // Where it is published, for whom, and under what name.
        let is_same = draft.front_matter == own.front_matter && draft.body.start == own.body.start;
        // What shortcodes are may be inferred from all their uses.
        let tags = [&draft.scan.tags, &own.tags];
        let teaches = self.definitions.incomplete
            || self.editions.len() > 1
            || tags.iter().any(|tags| containers::has_any(tags));
        let is_used_alike = || {
            let [one, other] = tags;
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_alike(one, other))
        };
        (is_same && (!teaches || is_used_alike())).then(|| (index, text.text.into_owned()))
    }
}

/// Whether two tags say the same, wherever they stand.
fn is_alike(one: &Tag, other: &Tag) -> bool {
    let arguments = one.arguments.iter().zip(&other.arguments);
    one.kind == other.kind
        && one.delimiter == other.delimiter
        && one.name == other.name
        && one.arguments.len() == other.arguments.len()
        && arguments.into_iter().all(|(own, others)| {
            own.key == others.key && own.value == others.value && own.quoting == others.quoting
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{hugo::paths::Day, site::load::Circumstances, tree::MemoryTree};

    #[test]
    fn only_pages_on_which_nothing_else_depends_are_exchanged() {
        let files = [
            ("hugo.toml", "baseURL = \"https://x.example/\""),
            ("layouts/_shortcodes/read.html", "{{ readFile (.Get 0) | safeHTML }}"),
            ("layouts/_shortcodes/note.html", "<aside>{{ .Inner }}</aside>"),
            ("layouts/_shortcodes/tab.html", "<div>{{ .Inner }}</div>"),
            ("content/a.md", "---\ntitle: a\n---\n# A\n\n{{< note >}}x{{< /note >}}\n"),
            ("content/b.md", "# B\n\n{{< read \"content/c.md\" >}}\n\n[a](/a/#a)\n"),
            ("content/c.md", "# C\n"),
        ];
        let tree = |changed: Option<(&str, &str)>| {
            let all = files.into_iter().chain(changed);
            MemoryTree::new(all.map(|(path, text)| (path.to_owned(), text.to_owned())))
        };
        let check = |path: &str, text: &str, expected: bool| {
            let today = Day { year: 2026, month: 1, day: 1 };
            let mut site = Site::load(&tree(None), Circumstances { today, version: None });
            let was = site.exchange(&tree(Some((path, text))), &BTreeSet::from([path]));
            assert_eq!(was.is_some(), expected, "{path}: {text}");
        };
        check("content/a.md", "---\ntitle: a\n---\n# Other\n\n{{< note >}}x{{< /note >}}\n", true);
        check("content/a.md", "---\ntitle: a\n---\n\n{{< note >}}\n# A\n{{< /note >}}\n", true);
        check("content/a.md", "---\ntitle: a\n---\n# A\n\n{{< note a >}}x{{< /note >}}\n", true);
        // It may be published elsewhere,
        check("content/a.md", "---\ntitle: a\nslug: x\n---\n# A\n\n{{< note >}}x{{< /note >}}\n", false);
        // say of shortcodes what they are,
        check("content/a.md", "---\ntitle: a\n---\n# A\n\n{{< tab >}}x{{< /tab >}}\n", false);
        // be read by another page,
        check("content/c.md", "# Other\n", false);
        // be no page.
        check("layouts/_shortcodes/note.html", "", false);
        check("content/d.md", "# D\n", false);
    }
}
