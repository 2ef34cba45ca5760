//! Content that calls bring in from elsewhere: what templates may read, and the ids and links in it.

use rustc_hash::FxHashSet;

use super::{
    Site,
    anchors::{self, PageAnchors, Setting},
    edition::{EditionSet, Visibility},
    printouts::Ran,
    resolve::{Resolver, decode, split},
};
use crate::{
    edition_set::ByEdition,
    hugo::{
        content,
        glob::Glob,
        published::PageKind,
        shortcode::{self, Scan},
        templates::{FlowOf, Library, Printout, Quote, Renderer, Role, Shelf, Shelved, has_calls},
    },
    markdown::{self, Dialect, Draft, front_matter::FrontMatter},
    page::{BlockKind, Link, LinkKind, Page},
    source::{Source, Span},
    tree::Tree,
};

/// What templates may read while a page is rendered.
pub(super) struct Shelves<'r> {
    pub(super) resolver: &'r Resolver<'r>,
    pub(super) tree: &'r dyn Tree,
    pub(super) page: &'r Page,
}

impl Shelves<'_> {
    fn text(&self, path: &str) -> Option<String> {
        if path.is_empty() || path.split('/').any(|part| part == "..") {
            return None;
        }
        self.resolver.site.printed.note_read(path);
        let text = self.tree.read(path).ok()?;
        text.invalid.is_none().then(|| text.text.into_owned())
    }

    /// Another page that a template asks for.
    fn known(&self, page: usize) -> Option<usize> {
        let site = self.resolver.site;
        site.printed.note_read(site.pages[page].path());
        Some(page)
    }

    /// The file of the page's bundle with this name.
    fn in_bundle(&self, name: &str) -> Option<String> {
        if self.resolver.instance.kind == PageKind::Page || name.contains(['*', '?', '{', '[']) {
            return None;
        }
        let (directory, _) = self.page.path().rsplit_once('/')?;
        Some(format!("{directory}/{}", name.trim_start_matches('/').trim_start_matches("./")))
    }
}

impl Library for Shelves<'_> {
    fn read(&self, shelf: Shelf, name: &str) -> Option<String> {
        let mounts = &self.resolver.site.editions[self.resolver.edition].mounts;
        let name = name.trim_start_matches('/').trim_start_matches("./");
        match shelf {
            Shelf::Files => self.text(name).or_else(|| {
                let mut found = mounts.content.iter().filter(|file| file.path == name);
                let only = found.next().filter(|_| found.next().is_none())?;
                self.text(&only.disk)
            }),
            Shelf::Assets => self.text(mounts.assets.get(name)?),
            Shelf::Bundle => {
                let path = self.in_bundle(name)?;
                (!path.ends_with(".md")).then(|| self.text(&path)).flatten()
            }
        }
    }

    fn page(&self, path: &str, near: bool) -> Option<usize> {
        if path.is_empty() {
            return None;
        }
        let found = match near {
            true => self.resolver.get_kept_page(path),
            false => self.resolver.get_kept_page(&format!("/{}", path.trim_start_matches('/'))),
        };
        self.known(self.resolver.published.instances[found? as usize].page? as usize)
    }

    fn resource_page(&self, name: &str) -> Option<usize> {
        let path = self.in_bundle(name)?;
        self.known(self.resolver.site.page_at(&path)?)
    }

    fn resource_of(&self, page: usize, pattern: &str) -> Shelved {
        let bundle = self.resolver.site.pages[page].path();
        let Some((directory, _)) = bundle.rsplit_once("/index.") else { return Shelved::Unknown };
        // Names are compared in lower case. Hugo: `resources/resource/resources.go`.
        let pattern = pattern.trim_start_matches('/').to_lowercase();
        let (glob, start) = (Glob::new(&pattern), pattern.split(['*', '?', '[', '{', '\\']).next());
        let is_meant = |path: &&String| {
            let name = path[directory.len() + 1..].to_lowercase();
            path.as_str() != bundle
                && start.is_none_or(|start| name.starts_with(start))
                && glob.is_match(&name)
        };
        let mut found = self.tree.below(directory).iter().filter(is_meant);
        let (Some(path), None) = (found.next(), found.next()) else {
            let is_none = self.tree.below(directory).iter().find(is_meant).is_none();
            return if is_none { Shelved::Nothing } else { Shelved::Unknown };
        };
        let page = self.resolver.site.page_at(path).and_then(|page| self.known(page));
        match page {
            Some(page) => Shelved::Page(page),
            None => self.text(path).map_or(Shelved::Unknown, Shelved::Text),
        }
    }

    fn body(&self, page: usize) -> String {
        self.resolver.site.body_of(page)
    }

    fn path(&self) -> Option<String> {
        let mounts = &self.resolver.site.editions[self.resolver.edition].mounts;
        mounts.content_path(self.page.path()).map(str::to_owned)
    }
}

impl Site {
    /// What a page says behind its front matter, for templates of others that read it.
    pub(super) fn body_of(&self, page: usize) -> String {
        let page = &self.pages[page];
        self.printed.note_read(page.path());
        page.source.text[page.body.range()].to_owned()
    }
}

/// A link in content that a call brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Brought {
    pub(super) destination: String,
    /// Whose page render hooks take it to be on; `None`: it is HTML, and they do not see it.
    pub(super) hooked: Option<Renderer>,
    pub(super) embedded: bool,
}

/// What a text says that is read as Markdown.
struct Reading {
    anchors: PageAnchors,
    page: Page,
}

/// Reads a text that is brought in by the page `index`; `runs`: Hugo runs the calls in it, and has not taken them for text.
fn read(site: &Site, index: usize, setting: &Setting<'_>, text: &str, runs: bool) -> Option<Reading> {
    let source = Source::new("", text.to_owned());
    let body = Span::new(0, source.text.len());
    let scan = if runs { shortcode::scan(&source.text, body, setting.version) } else { Scan::default() };
    let draft = Draft {
        source,
        invalid_utf8: None,
        front_matter: FrontMatter::default(),
        body,
        scan,
        suppressions: Vec::new(),
    };
    let dialect =
        Dialect { version: setting.version, goldmark: setting.goldmark, definitions: setting.definitions };
    let page = markdown::page(draft, dialect);
    let everybody = EditionSet::all(site.editions.len());
    let values = site.axes.first().and_then(|axis| Some(axis.pages.as_ref()?.of_page[index]));
    let seen = Visibility::new(&page, (everybody, values), None, &site.axes, setting.definitions);
    let anchors = anchors::collect(&page, &seen, setting);
    // Where the page decides, it has what it shows, and nothing else.
    let is_for_all = |call: Option<u32>| values.is_some() || seen.of(call) == everybody;
    let are_for_all = page.headings.iter().all(|heading| is_for_all(heading.call))
        && page.anchors.iter().all(|anchor| is_for_all(anchor.call));
    let is_sure = anchors.is_sure()
        && !anchors.other_lines
        && are_for_all
        && anchors.ids.iter().all(|id| id.editions == everybody);
    is_sure.then_some(Reading { anchors, page })
}

impl Reading {
    fn ids(&self) -> impl Iterator<Item = String> {
        self.anchors.ids_in(0, "")
    }

    fn links(&self, renderer: Renderer) -> impl Iterator<Item = Brought> {
        let is_sure = |link: &&Link| link.rendered && !link.computed && !link.destination.contains("{{");
        self.page.links.iter().filter(is_sure).filter_map(move |link| {
            let hooked = match link.kind {
                LinkKind::Inline | LinkKind::Reference(_) => Some(renderer),
                LinkKind::Html(..) | LinkKind::Autolink | LinkKind::Bare => None,
                LinkKind::Printed { .. } | LinkKind::Argument { .. } => return None,
            };
            Some(Brought { destination: link.destination.clone(), hooked, embedded: link.embedded })
        })
    }
}

/// The ids in a text that a template renders as Markdown on a page; `None`: these are not all known.
pub(super) fn ids_of_text(site: &Site, index: usize, text: &str) -> Option<Vec<String>> {
    let setting = site.anchors_of(index, None);
    read(site, index, &setting, text, true).map(|reading| reading.ids().collect())
}

/// What a call prints, with what it brings in. `is_known` says of a page whether its ids are known by now; `taken` are
/// the ids of what other calls put into the text of the page.
pub(super) fn settle(
    site: &Site,
    (index, number): (usize, usize),
    printout: Printout,
    setting: &Setting<'_>,
    is_known: &dyn Fn(usize) -> bool,
    taken: &mut FxHashSet<String>,
) -> Ran {
    let html = |destination: String| Brought { destination, hooked: None, embedded: false };
    let is_own = |start: &String| {
        site.editions.iter().any(|edition| {
            let origins = edition.config.languages.iter().map(|own| edition.config.origin_of(&own.key));
            origins.into_iter().any(|origin| !origin.is_empty() && start.starts_with(origin))
        })
    };
    let mut ran = Ran {
        links_told: printout.outside.is_some_and(|all| !all.iter().any(is_own)),
        ids: printout.ids,
        of_markdown: Vec::new(),
        for_some: Vec::new(),
        closed: printout.closed,
        flow_told: printout.flow_told,
        text: ByEdition::default(),
        is_early: false,
        links: printout.links.into_iter().map(html).collect(),
    };
    for quote in &printout.quotes {
        match quote {
            Quote::Page(page) => {
                site.printed.note_read(site.pages[*page].path());
                let other = &site.anchors[*page];
                let is_sure = other.is_sure() && is_known(*page);
                ran.closed &= is_sure;
                ran.is_early |= !is_known(*page);
                ran.ids.extend(other.ids.iter().map(|own| own.id.clone()));
                ran.ids.extend(other.lines.iter().flat_map(|(lines, _)| lines.ids()));
                ran.links.extend(links_of_part(site, index, *page));
            }
            Quote::Markdown(text, renderer) => match read(site, index, setting, text, true) {
                Some(reading) => {
                    ran.ids.extend(reading.ids());
                    if !printout.of_pages {
                        ran.links.extend(reading.links(*renderer));
                    }
                }
                None => ran.closed = false,
            },
        }
    }
    let page = &site.pages[index];
    let Some(flow) = printout.flow.filter(|_| !content::is_html(page.path())) else { return ran };
    let reading = match printout.flow_of {
        // Its calls have run on their own page.
        FlowOf::Page(other) if has_calls(&flow) => {
            ran.is_early |= !is_known(other);
            let anchors = &site.anchors[other];
            let reading = || Reading { anchors: anchors.clone(), page: site.pages[other].clone() };
            (anchors.is_sure() && is_known(other)).then(reading)
        }
        own => read(site, index, setting, &flow, own != FlowOf::Templates),
    };
    let Some(reading) = reading.filter(|reading| flows_alone(page, number, reading)) else {
        ran.closed = false;
        return ran;
    };
    let (own, tag) = (&site.anchors[index], page.tag(number));
    for id in reading.ids().filter(|id| !ran.ids.contains(id)).collect::<Vec<_>>() {
        // The ids of a document are numbered together.
        // What the template alone says that the call prints is among them.
        let is_new = own.with_id(&id).iter().all(|known| known.span == tag.span);
        ran.closed &= is_new && !own.may_be(&id) && taken.insert(id.clone());
        ran.of_markdown.push(id);
    }
    if !printout.of_pages {
        let known: Vec<String> = ran.links.iter().map(|link| link.destination.clone()).collect();
        // Those in the template's own HTML are known already, where they are known wholly.
        let is_new = |link: &Brought| {
            !known.contains(&link.destination) && (link.hooked.is_some() || link.destination.contains("://"))
        };
        ran.links.extend(reading.links(Renderer::Page).filter(is_new));
    }
    ran
}

/// The links of a page that is only published as part of others, as far as they lead to the same place wherever they
/// stand. References are worked out as if they stood on the page `on`.
fn links_of_part(site: &Site, on: usize, part: usize) -> Vec<Brought> {
    let of = |edition: usize, page: usize| {
        let instances = u32::try_from(page).ok().and_then(|page| site.published[edition].of_page.get(&page));
        instances.map_or(&[][..], Vec::as_slice)
    };
    let is_published = (0..site.editions.len()).any(|edition| {
        let instances = &site.published[edition].instances;
        of(edition, part).iter().any(|&number| instances[number as usize].unpublished.is_none())
    });
    if is_published {
        return Vec::new();
    }
    let is_sure = |link: &&Link| link.rendered && !link.computed && !link.destination.contains("{{");
    let is_same = |path: &str| path.starts_with(['/', '#']) || path.contains("://");
    let brought = |link: &Link| {
        let (destination, hooked) = match link.kind {
            LinkKind::Inline | LinkKind::Reference(_) => (link.destination.clone(), Some(Renderer::Page)),
            LinkKind::Html(..) | LinkKind::Autolink | LinkKind::Bare => (link.destination.clone(), None),
            LinkKind::Argument { role: Role::PageReference, .. } if site.editions.len() == 1 => {
                let (path, fragment) = split(&link.destination);
                let resolver = Resolver::new(site, 0, *of(0, on).first()?);
                let found = path.starts_with('/').then(|| resolver.get_page(&decode(path)))??;
                let url = &site.published[0].instances[found as usize].url;
                (fragment.map_or_else(|| url.clone(), |fragment| format!("{url}#{fragment}")), None)
            }
            LinkKind::Printed { .. } | LinkKind::Argument { .. } => return None,
        };
        is_same(&destination).then_some(Brought { destination, hooked, embedded: link.embedded })
    };
    site.pages[part].links.iter().filter(is_sure).filter_map(brought).collect()
}

/// Whether what a call prints is read by itself as it is in the text of the page: the call is a paragraph of its own.
fn flows_alone(page: &Page, number: usize, reading: &Reading) -> bool {
    let is_call = |kind: &BlockKind| matches!(kind, BlockKind::Call(call) if *call as usize == number);
    let is_block = page.blocks.iter().any(|block| is_call(&block.kind) && block.parent.is_none());
    let in_heading = reading.page.headings.iter().any(|heading| heading.text.contains('\u{fffc}'));
    let has_notes = reading.anchors.ids.iter().any(|own| own.id.starts_with("fn:"));
    let is_plain = reading.page.headings.is_empty() && reading.anchors.ids.is_empty();
    is_plain || is_block && !in_heading && !has_notes
}
