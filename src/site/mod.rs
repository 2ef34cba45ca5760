//! All pages together and what Hugo makes of them, for every edition: [`Site`].

use std::sync::{Arc, OnceLock};

use anchors::PageAnchors;
use edition::{Axis, EditionSet, Visibility};
use external::External;
use generated::Generated;
use history::History;
use links::PageLinks;
use named::Named;
use neighbours::Neighbour;
use printed::Printed;
use repository::RepositoryFiles;
use rustc_hash::FxHashSet;

use crate::{
    hugo::{
        config::Config,
        definitions::Definitions,
        highlight::CodeHooks,
        mounts::Mounts,
        paths::Day,
        published::Published,
        refusals::Refusal,
        templates::{
            Template,
            hooks::{DestinationHook, HeadingHook, Hooks},
        },
        version::Version,
    },
    page::Page,
    settings::{Settings, variants::VariantSettings},
    source::{Source, Span},
    value::Mistake,
    variants::{Group, Projections, Suspects},
};

mod absent;
mod adapters;
mod addresses;
pub mod alike;
pub mod anchors;
mod answers;
mod calls;
mod cascaded;
mod catalogue;
mod containers;
mod data;
mod declared;
mod definitions;
pub mod edition;
mod editions;
pub mod exchange;
pub mod external;
mod fragments;
pub mod generated;
pub mod history;
mod hooked;
mod images;
mod infer;
pub mod inventory;
#[cfg(test)]
mod inventory_tests;
pub mod links;
pub mod load;
mod made;
mod messages;
pub mod named;
mod names;
pub mod neighbours;
pub mod notes;
mod page_axis;
mod pagers;
mod params;
mod printed;
mod printouts;
mod quotes;
mod references;
mod refusals;
mod relative;
mod renderer;
pub mod repository;
pub mod resolve;
mod resources;
pub mod revise;
mod suggestions;
mod texts;
mod told;
pub mod translations;
mod witness;

/// One published build of the site.
#[derive(Debug)]
pub struct Edition {
    /// How it is called in reports: the value of the parameter that tells editions apart, or its configuration's name;
    /// empty where there is only one.
    pub name: String,
    /// The configuration files it is built with.
    pub files: Vec<String>,
    /// Its configuration.
    pub config: Config,
    /// Its files.
    pub mounts: Mounts,
}

/// One Hugo project, read.
#[derive(Debug)]
pub struct Site {
    /// The Hugo version that decides, and where it was found.
    pub version: Version,
    /// The file that says which version; `None`: the newest known is assumed.
    pub version_source: Option<String>,
    /// Flags and variables of netlify.toml that count over the configuration, as they are written there.
    pub overrides: Vec<String>,
    /// Editions, by the names of their configuration files.
    pub editions: Vec<Edition>,
    /// Today.
    pub today: Day,
    /// What the user declares of readers.
    pub declared: VariantSettings,
    /// What tells readers apart: several parameters of the editions, or one thing that pages or readers decide. The
    /// first gives the editions their names, if it has another value in each.
    pub axes: Vec<Axis>,
    /// What is known of shortcodes.
    pub definitions: Definitions,
    /// Pages, by path.
    pub pages: Vec<Page>,
    /// Who sees what, parallel to `pages`.
    pub visibility: Vec<Visibility>,
    /// The blocks of each page that are versions of one another, parallel to `pages`.
    pub alternatives: Vec<Vec<Group>>,
    /// What the readers of each edition see, parallel to `pages`; worked out when a rule asks.
    projections: Vec<OnceLock<Option<Projections>>>,
    /// What may be wrong with it, parallel to `pages`; worked out when a rule asks.
    suspects: Vec<OnceLock<Suspects>>,
    /// The ids of each page, parallel to `pages`.
    pub anchors: Vec<PageAnchors>,
    /// What each edition publishes, parallel to `editions`; the same for those that publish alike.
    pub published: Vec<Arc<Published>>,
    /// What became of each page's links, parallel to `pages`.
    pub links: Vec<PageLinks>,
    /// The site's own link hooks.
    pub link_hooks: Hooks<DestinationHook>,
    /// The site's own image hooks.
    pub image_hooks: Hooks<DestinationHook>,
    /// The site's own heading hooks.
    heading_hooks: Hooks<HeadingHook>,
    /// The hooks for code.
    code_hooks: CodeHooks,
    /// The texts of the site's own image hooks that print ids.
    image_id_hooks: Hooks<String>,
    /// The templates of the site's own link hooks; empty: of several that differ.
    link_hook_templates: Hooks<Template>,
    /// Whether the site's own heading hook gives headings no ids.
    pub drops_heading_ids: bool,
    /// Other sites on which links are checked.
    pub neighbours: Vec<Neighbour>,
    /// The full path of the site's root ([`Tree::location`](crate::tree::Tree::location)).
    pub location: String,
    /// The repository that the site lies in, if it is one.
    pub repository: Option<RepositoryFiles>,
    /// What the user configured; the text of the file is among `sources`.
    pub settings: Settings,
    /// What the web said of links that leave the site; `None`: nobody asked.
    pub external: Option<External>,
    /// What scripts make before the build.
    pub generated: Generated,
    /// Ids that layouts print around every page, sorted.
    pub layout_ids: Vec<String>,
    /// What layouts print around the content of pages.
    pub printed: Printed,
    /// The words of all files that may be names of other files; `None` where no rule asks for them.
    pub names: Option<FxHashSet<String>>,
    /// The commits of the repository; `None` where no rule asks for them or nobody knows.
    pub history: Option<History>,
    /// Configuration files and themes that something names and that are not there.
    pub absent: Vec<Named>,
    /// Templates that do not parse: path, place, why.
    pub template_problems: Vec<(String, Span, String)>,
    /// Other files that findings may point into, by path.
    pub sources: Vec<Source>,
    /// What is wrong with the configuration, and in which file.
    pub mistakes: Vec<(String, Mistake)>,
    /// What Hugo refuses in the configuration, and in which file.
    pub refusals: Vec<(String, Refusal)>,
}

impl Site {
    /// The index of a page in `pages`.
    pub fn index(&self, page: &Page) -> usize {
        // Rules ask with our own pages; a search by path would touch many of them.
        let own = self.pages.element_offset(page);
        own.unwrap_or_else(|| self.pages.partition_point(|own| own.path() < page.path()))
    }

    /// The number of the page whose file is at a path.
    pub fn page_at(&self, path: &str) -> Option<usize> {
        self.pages.binary_search_by(|page| page.path().cmp(path)).ok()
    }

    /// Whether some edition publishes a page.
    pub fn is_published(&self, page: &Page) -> bool {
        let number = u32::try_from(self.index(page)).unwrap_or(u32::MAX);
        self.published.iter().any(|published| {
            let all = published.of_page.get(&number).map_or(&[][..], Vec::as_slice);
            all.iter().any(|&instance| published.instances[instance as usize].unpublished.is_none())
        })
    }

    /// Who sees what of a page.
    pub fn visibility(&self, page: &Page) -> &Visibility {
        &self.visibility[self.index(page)]
    }

    /// The blocks of a page that are versions of one another.
    pub fn alternatives(&self, page: &Page) -> &[Group] {
        &self.alternatives[self.index(page)]
    }

    /// What the readers of each edition see of a page; `None` where all see the same, or where it is not known.
    pub fn projections(&self, page: &Page) -> Option<&Projections> {
        self.projections[self.index(page)].get_or_init(|| Projections::new(self, page)).as_ref()
    }

    /// The same, where a page may have a certain problem, and its shortcodes are in order.
    pub fn suspected(&self, page: &Page, problem: impl Fn(Suspects) -> bool) -> Option<&Projections> {
        let suspects = &self.suspects[self.index(page)];
        let may_be = || problem(*suspects.get_or_init(|| Suspects::of(page, self.visibility(page))));
        let tells = self.axes.first().is_some_and(|axis| axis.pages.is_none());
        let is_open = page.is_well_formed() && tells && may_be();
        is_open.then(|| self.projections(page)).flatten()
    }

    /// All editions.
    pub fn everybody(&self) -> EditionSet {
        EditionSet::all(self.editions.len())
    }

    /// The names of these editions, for people: `JP, US`.
    pub fn names(&self, editions: EditionSet) -> String {
        let names: Vec<&str> =
            editions.iter().filter_map(|index| Some(self.editions.get(index)?.name.as_str())).collect();
        names.join(", ")
    }

    /// Who can see a place in a file; everybody where the file is no page. A tag belongs to the text between the tags:
    /// what is wrong with it concerns those who see that.
    pub fn readers_of(&self, path: &str, span: Span) -> EditionSet {
        match self.page_at(path) {
            Some(index) => {
                let call = self.pages[index].call_at(span.start).and_then(|call| u32::try_from(call).ok());
                self.visibility[index].of(call).and(self.everybody())
            }
            None => self.everybody(),
        }
    }

    /// The file at this path: a page, or another file that was read.
    pub fn source(&self, path: &str) -> Option<&Source> {
        let page = self.page_at(path);
        page.map(|index| &self.pages[index].source)
            .or_else(|| self.sources.iter().find(|own| own.path == path))
    }
}
