//! A site in which one page says something else: [`Site::revise`]. What a text changes in its own page and in the links
//! to it is worked out at once. What it may change beyond that shows when the site is read anew.

use std::sync::OnceLock;

use super::{
    Site, images, links,
    load::{Reading, keep_to_cells},
};
use crate::{markdown::Draft, site::external::Selection, source::Source, tree::Tree, web::guard::Openings};

/// What a new text of a page changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The page, by index in [`Site::pages`].
    pub page: usize,
    /// Other pages of which rules may say something else by now, by index, sorted: they link to it, or are translations.
    /// Their links are not judged again yet ([`Site::catch_up`]).
    pub others: Vec<usize>,
}

impl Site {
    /// Gives a page another text; `None` if there is no such page. Which files there are, what is published where, and
    /// what shortcodes do stays as it is.
    pub fn revise(&mut self, tree: &dyn Tree, path: &str, text: &str) -> Option<Revision> {
        let index = self.page_at(path)?;
        let invalid = text.find('\u{fffd}').and_then(|at| u32::try_from(at).ok());
        let draft = Draft::new(Source::new(path, text), invalid, self.version);
        let reading = Reading {
            editions: &self.editions,
            definitions: &self.definitions,
            heading_hooks: &self.heading_hooks,
            code_hooks: &self.code_hooks,
            version: self.version,
        };
        let page = reading.page(draft);
        let identity = super::load::identity(&self.published, index);
        let (seen, (versions, mut ids)) = reading.facts(index, &page, &page.front_matter.fields, &self.axes);
        let hook = self.heading_hooks.on(identity);
        if hook != self.heading_hooks.on("") {
            ids = super::anchors::collect(&page, &seen, &reading.anchors(hook));
        }
        self.pages[index] = page;
        let before = std::mem::replace(&mut self.anchors[index], ids);
        let was_seen = std::mem::replace(&mut self.visibility[index], seen);
        keep_to_cells(&self.editions, &self.published, index, &mut self.visibility[index..=index]);
        self.alternatives[index] = versions;
        self.run_calls(tree, index..index + 1);
        images::add_ids(self, index..index + 1);
        self.projections[index] = OnceLock::new();
        self.suspects[index] = OnceLock::new();
        if let Some(files) = &mut self.repository {
            files.look_for(tree, &self.pages[index]);
        }
        self.leave_again(index);
        links::judge_again(self, &[index]);
        if self.printed.read_wanted(self, tree) {
            links::judge_again(self, &[index]);
        }
        let same = before.is_like(&self.anchors[index]) && was_seen.page == self.visibility[index].page;
        let mut others = if same { Vec::new() } else { self.linking_to(index) };
        let page = &self.pages[index];
        others.extend(self.translation(page).map(|own| self.index(own.original)));
        others.extend(self.translations_of(page).into_iter().map(|own| self.index(own)));
        others.sort_unstable();
        others.dedup();
        others.retain(|&own| own != index);
        Some(Revision { page: index, others })
    }

    /// Judges the links of pages again that a revision of another page affects.
    pub fn catch_up(&mut self, pages: &[usize]) {
        links::judge_again(self, pages);
    }

    /// The pages that link to a page.
    fn linking_to(&self, index: usize) -> Vec<usize> {
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        let links = |from: usize| self.links[from].targets.binary_search(&number).is_ok();
        (0..self.pages.len()).filter(|&from| links(from)).collect()
    }

    /// Looks again which links of a page leave the site, if the web was asked about them.
    fn leave_again(&mut self, index: usize) {
        let Some(external) = &self.external else { return };
        let today = external.now.day();
        let selection = Selection { open: Openings::default(), ignored: Vec::new(), today };
        let path = self.pages[index].path();
        let (mut uses, _) = self.leaving(&selection, |page| page.path() == path);
        let own = uses.get_mut(index).map(std::mem::take).unwrap_or_default();
        if let Some(external) = &mut self.external
            && let Some(place) = external.uses.get_mut(index)
        {
            *place = own;
        }
    }
}
