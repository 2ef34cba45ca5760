//! Where one link leads, on one page of one edition: [`Resolver`].

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
};

pub(super) use super::relative::{decode, resolve_path, split, trimmed};
use super::relative::{holds_braces, is_resolved, without_query};
use super::{Site, edition::EditionSet, links::Verdict};
use crate::{
    hugo::{
        config::Config,
        published::{Instance, Place, Published},
        templates::{
            Exactness, Renderer, Role,
            hooks::{DestinationHook, Reach, Resolution},
        },
    },
    page::{Link, LinkKind, Page},
};

/// What a link leads to that leads somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'s> {
    /// A page, by index in [`Published::instances`].
    Page(u32),
    /// An alias of a page.
    Alias(u32),
    /// A redirect of the host, or one that Hugo makes between languages.
    Redirect,
    /// A published file: its path on disk.
    File(&'s str),
    /// Something that Hugo makes: a feed, a site map.
    Generated,
    /// A file of the page's bundle, or an asset, that a render hook or shortcode publishes.
    Resource,
    /// Another site, in whose inventory it is.
    OtherSite,
    /// A file of the repository that the site lies in, shown by its host.
    Repository,
    /// Another site that we know nothing of.
    External,
    /// No address, and that is how it is meant: an empty argument, or a word to which a hook gives a meaning of its own.
    Nowhere,
}

impl Target<'_> {
    /// What it is, in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page(_) => "page",
            Self::Alias(_) => "alias",
            Self::Redirect => "redirect",
            Self::File(_) => "file",
            Self::Generated => "generated",
            Self::Resource => "resource",
            Self::OtherSite => "other site",
            Self::Repository => "repository file",
            Self::External => "external",
            Self::Nowhere => "nowhere",
        }
    }
}

/// What came of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<'s> {
    /// It leads somewhere, or off the site.
    Good(Target<'s>),
    /// We cannot know.
    Unknown(String),
    /// It leads nowhere.
    Bad {
        /// The decoded URL path.
        url: String,
        /// What is wrong.
        verdict: Verdict,
    },
}

pub(super) fn unknown<'s>(reason: &str) -> Outcome<'s> {
    Outcome::Unknown(reason.to_owned())
}

/// Resolves links of one published page.
pub struct Resolver<'s> {
    pub(super) site: &'s Site,
    pub(super) edition: usize,
    pub(super) config: &'s Config,
    pub(super) published: &'s Published,
    pub(super) instance: &'s Instance,
    /// The index of `instance` in [`Published::instances`].
    pub(super) number: u32,
    /// How a verdict is reached, in sentences; only for those who ask.
    steps: Option<RefCell<Vec<String>>>,
    /// Whether a template that we cannot read may make something else of the link that was resolved.
    pub(super) doubtful: Cell<bool>,
    /// The address outside of the site that the link that was resolved leads to; see [`Resolver::leave`].
    left: Option<RefCell<Option<String>>>,
    /// Whether the link that was resolved is printed as it is written, without a hook that looks anything up.
    pub(super) as_written: Cell<bool>,
    /// Who has the anchor that was looked for; `None` where none was.
    pub(super) having: Cell<Option<EditionSet>>,
    /// The hooks for links and images on this page; `None`: few links of it will be resolved.
    pub(super) hooks: Option<[(&'s DestinationHook, bool); 2]>,
}

pub(super) const CHANGED_BY_HOOK: &str = "the site's render hook may change the destination";
/// The embedded link hook. Hugo: `tpl/tplimpl/embedded/templates/_markup/render-link.html`.
const EMBEDDED_LINK: Resolution = Resolution {
    pages: Reach { relative: true, absolute: true },
    references: Reach { relative: false, absolute: false },
    page_resources: Reach { relative: true, absolute: true },
    section_resources: Reach { relative: false, absolute: false },
    assets: Reach { relative: true, absolute: true },
    inexact: Reach { relative: false, absolute: false },
    fragments: true,
    base_url: false,
    verbatim: true,
    not_http: false,
};

/// The embedded image hook. Hugo: `tpl/tplimpl/embedded/templates/_markup/render-image.html`.
const EMBEDDED_IMAGE: Resolution =
    Resolution { pages: Reach { relative: false, absolute: false }, ..EMBEDDED_LINK };

pub(super) static EMBEDDED_LINK_HOOK: DestinationHook = DestinationHook::Resolves(EMBEDDED_LINK);
pub(super) static EMBEDDED_IMAGE_HOOK: DestinationHook = DestinationHook::Resolves(EMBEDDED_IMAGE);
pub(super) static NO_HOOK: DestinationHook = DestinationHook::Verbatim;

impl<'s> Resolver<'s> {
    /// Resolves links of the page that an edition publishes as `instance`.
    pub(super) fn new(site: &'s Site, edition: usize, instance: u32) -> Self {
        let published = &site.published[edition];
        Self {
            site,
            edition,
            config: &site.editions[edition].config,
            published,
            instance: &published.instances[instance as usize],
            number: instance,
            steps: None,
            doubtful: Cell::new(false),
            left: None,
            as_written: Cell::new(false),
            having: Cell::new(None),
            hooks: None,
        }
    }

    /// Resolves all links of the page.
    pub(super) fn of_all(site: &'s Site, edition: usize, instance: u32) -> Self {
        let new = Self::new(site, edition, instance);
        Self { hooks: Some([new.hook_for(false), new.hook_for(true)]), ..new }
    }

    /// Resolves the next link of the page: what was taken down of the last one is gone.
    pub(super) fn resolve_next(&self, page: &Page, link: &Link) -> Outcome<'s> {
        self.doubtful.set(false);
        self.as_written.set(false);
        self.having.set(None);
        self.resolve(page, link)
    }

    /// Where a link leads that leaves the site, as a full URL.
    pub(super) fn way_out(mut self, page: &Page, link: &Link) -> Option<String> {
        self.left = Some(RefCell::default());
        let outcome = self.resolve(page, link);
        let is_out = match outcome {
            Outcome::Good(target) => target == Target::External,
            Outcome::Unknown(_) => !self.doubtful.get(),
            Outcome::Bad { .. } => false,
        };
        self.left.and_then(RefCell::into_inner).filter(|_| is_out)
    }

    /// Takes down that the link leaves the site; `to` is called only when somebody wants to know.
    pub(super) fn leave(&self, to: impl FnOnce() -> String) {
        if let Some(left) = &self.left {
            *left.borrow_mut() = Some(to());
        }
    }

    /// Resolves a link and says how, step by step.
    pub(super) fn trace(mut self, page: &Page, link: &Link) -> (Outcome<'s>, Vec<String>) {
        self.steps = Some(RefCell::default());
        self.step(|| format!("this page is published at `{}`", self.instance.url));
        let outcome = self.resolve(page, link);
        (outcome, self.steps.map(RefCell::into_inner).unwrap_or_default())
    }

    /// Takes down a step; `say` is called only when somebody wants to know.
    pub(super) fn step(&self, say: impl FnOnce() -> String) {
        if let Some(steps) = &self.steps {
            steps.borrow_mut().push(say());
        }
    }

    pub(super) fn resolve(&self, page: &Page, link: &Link) -> Outcome<'s> {
        let as_written = self.as_hooks_see(page, link);
        let link = as_written.as_ref().unwrap_or(link);
        let destination = trimmed(&link.destination);
        if link.computed || holds_braces(destination) && !self.braces_are_text(link) {
            if let Some(printed) = self.with_params(page, link) {
                if printed.destination != link.destination {
                    self.step(|| format!("with what its shortcodes print it is `{}`", printed.destination));
                }
                return self.resolve(page, &printed);
            }
            if self.is_surely_elsewhere(destination) {
                return Outcome::Good(Target::External);
            }
            if let Some(outcome) = self.through_call(page, link) {
                return outcome;
            }
            return unknown("a shortcode or template makes part of the destination");
        }
        let exactness = match &link.kind {
            LinkKind::Argument { role: Role::PageReference, call, exactness }
                if *exactness != Exactness::Derived =>
            {
                return self.reference(page, Some(*call), destination);
            }
            LinkKind::Argument { exactness, .. } => *exactness,
            _ => Exactness::Exact,
        };
        if destination.is_empty() {
            self.step(|| "the destination is empty".to_owned());
            return match link.kind {
                LinkKind::Argument { .. } => Outcome::Good(Target::Nowhere),
                // Browsers take it for the address of the page itself. RFC 3986, §5.2.2.
                _ if !link.embedded => Outcome::Good(Target::Page(self.number)),
                _ => Outcome::Bad { url: String::new(), verdict: Verdict::Empty },
            };
        }
        let decided = || {
            let spoilt = self.spoilt(link).or_else(|| self.without_host(page, link, destination));
            let relative =
                || self.without_slashes(destination, link).or_else(|| self.with_scheme(destination));
            spoilt.or_else(relative)
        };
        if let Some(outcome) = decided() {
            return outcome;
        }
        let (path, fragment) = split(destination);
        let hooked = match (&link.kind, exactness) {
            (_, Exactness::Derived) => {
                self.step(|| {
                    "the shortcode's template makes something of it that cannot be followed".to_owned()
                });
                return self.perhaps(path, fragment, link, "a template computes the destination");
            }
            (_, Exactness::Found) => return self.found_or_verbatim(path, fragment, link),
            (_, Exactness::Resource) => {
                self.step(|| {
                    "the shortcode's template looks for a file of the page's bundle or an asset of that name"
                        .to_owned()
                });
                let found = self.through(page, self, EMBEDDED_IMAGE, path, fragment, link);
                return found.unwrap_or_else(|| self.verbatim(path, fragment, link));
            }
            (_, Exactness::Rebased) => {
                self.step(|| "the shortcode's template may put it below the base URL".to_owned());
                return self.rebased_or_verbatim(path, fragment, link);
            }
            (_, Exactness::BaseUrl) => {
                self.step(|| "the shortcode's template puts it below the base URL".to_owned());
                return self.at(&self.rebased(path, ""), fragment, link);
            }
            (_, Exactness::LanguageUrl) => {
                self.step(|| "the shortcode's template puts it below the URL of the language".to_owned());
                let prefix = self.config.language_prefix(&self.instance.language);
                return self.at(&self.rebased(path, &prefix), fragment, link);
            }
            (LinkKind::Inline | LinkKind::Reference(_), _) => true,
            (LinkKind::Printed { hooked, .. }, _) => hooked.is_some(),
            (LinkKind::Argument { role: Role::MarkdownLink | Role::MarkdownImage, .. }, _) => true,
            _ => false,
        };
        self.as_written.set(!hooked);
        if hooked && let Some(outcome) = self.through_hook(page, path, fragment, link) {
            return self.with_hook_run(page, link, outcome);
        }
        self.verbatim(path, fragment, link)
    }

    /// What a render hook makes of a destination; `None`: it is left as it is.
    fn through_hook(
        &self,
        page: &Page,
        path: &str,
        fragment: Option<&str>,
        link: &Link,
    ) -> Option<Outcome<'s>> {
        let (mut hook, is_own) = self.hook(link);
        while let DestinationHook::Except(words, does) = hook {
            if words.contains(&link.destination) {
                self.step(|| {
                    format!("to the site's hook `{}` is a word with a meaning of its own", link.destination)
                });
                return Some(Outcome::Good(Target::Nowhere));
            }
            hook = does;
        }
        let name = if link.embedded { "render-image" } else { "render-link" };
        let whose = if is_own { "the site's" } else { "Hugo's embedded" };
        match hook {
            DestinationHook::Verbatim => {
                self.as_written.set(true);
                self.step(|| match is_own {
                    true => format!("the site's {name} hook prints the destination as it is written"),
                    false => format!("no {name} hook is on: the destination is printed as it is written"),
                });
                None
            }
            DestinationHook::Unknown | DestinationHook::Except(..) => {
                self.step(|| {
                    format!("the site's {name} hook does something with it that cannot be followed")
                });
                let run = self.hook_run(page, link);
                Some(run.unwrap_or_else(|| self.perhaps(path, fragment, link, CHANGED_BY_HOOK)))
            }
            DestinationHook::Resolves(resolution) if resolution.not_http && path.starts_with("http") => {
                self.step(|| {
                    format!("the site's {name} hook takes what starts with `http` as it is written")
                });
                None
            }
            DestinationHook::Resolves(resolution) => {
                self.step(|| format!("{whose} {name} hook looks the destination up"));
                let seen = match self.renderer(page, link) {
                    Renderer::Page => return self.through(page, self, *resolution, path, fragment, link),
                    Renderer::Home => self.home(),
                    Renderer::Either => None,
                };
                let Some(seen) = seen else {
                    return Some(unknown(CHANGED_BY_HOOK));
                };
                self.step(|| "`markdownify` renders it as if it stood on the home page".to_owned());
                if path.is_empty() && resolution.fragments {
                    return Some(self.on_page(seen.number, fragment));
                }
                self.through(page, &seen, *resolution, path, fragment, link)
            }
        }
    }

    /// A template that we cannot read: whatever works in any way may work.
    fn perhaps(&self, path: &str, fragment: Option<&str>, link: &Link, why: &str) -> Outcome<'s> {
        self.doubtful.set(true);
        // Files are looked up in many ways that end alike; what pages are taken by varies.
        let is_page = !link.embedded && !matches!(link.kind, LinkKind::Argument { .. });
        let outcome = match is_page {
            true => self.verbatim(path, fragment, link),
            false => self.found_or_verbatim(path, fragment, link),
        };
        match outcome {
            // What is left outside of the base path may be put below it.
            Outcome::Good(Target::External) => unknown(why),
            good @ Outcome::Good(_) => good,
            _ => unknown(why),
        }
    }

    /// A hook that looks the destination up; `seen` is what it takes for the page.
    fn through(
        &self,
        page: &Page,
        seen: &Self,
        hook: Resolution,
        path: &str,
        fragment: Option<&str>,
        link: &Link,
    ) -> Option<Outcome<'s>> {
        let reaches = |reach: Reach| if path.starts_with('/') { reach.absolute } else { reach.relative };
        let path_only = without_query(path);
        // `?q=1` names no page, which is home for Hugo.
        let asks_home = hook == EMBEDDED_LINK && !path.is_empty();
        if path_only.is_empty() && hook.base_url && !hook.verbatim && !hook.fragments {
            self.step(|| "the hook puts it below the base URL".to_owned());
            return Some(self.at(&self.rebased(path, ""), fragment, link));
        }
        if path_only.is_empty() && !asks_home {
            return None;
        }
        let decoded = decode(path_only);
        let lookup = decoded.strip_prefix("./").unwrap_or(&decoded);
        let lookup = if lookup.is_empty() { "/" } else { lookup };
        if reaches(hook.references) {
            return Some(seen.reference(page, None, &link.destination));
        }
        let page = if reaches(hook.pages) { seen.get_page(lookup) } else { None };
        // Behind `./`, nothing is looked for from the root, unless the hook takes that off.
        let is_near = page.is_some() && decoded.len() > lookup.len() && lookup != "/";
        let is_from_root = is_near && seen.get_page(&decoded).is_none();
        if is_from_root && hook != EMBEDDED_LINK {
            return Some(unknown(CHANGED_BY_HOOK));
        }
        if let Some(number) = page {
            self.step(|| format!("`{lookup}` names {}", self.name_of(number)));
            let outcome = self.on_page(number, fragment);
            let is_sure = !reaches(hook.inexact) || matches!(outcome, Outcome::Good(_));
            return Some(if is_sure { outcome } else { unknown(CHANGED_BY_HOOK) });
        }
        if reaches(hook.pages) && seen.may_find_page(lookup) {
            return Some(unknown("a content adapter may make it, or content that is not here"));
        }
        if reaches(hook.page_resources) && seen.page_resource(lookup) {
            self.step(|| format!("`{lookup}` is a file of this page's bundle"));
            return Some(Outcome::Good(Target::Resource));
        }
        if reaches(hook.section_resources) && seen.section_resource(lookup) {
            self.step(|| format!("`{lookup}` is a file of this page's section"));
            return Some(Outcome::Good(Target::Resource));
        }
        if reaches(hook.assets) && self.asset(lookup) {
            self.step(|| format!("`{lookup}` is one of the site's assets"));
            return Some(Outcome::Good(Target::Resource));
        }
        if reaches(hook.inexact) {
            self.step(|| "the hook looks for it under other names, too".to_owned());
            return Some(self.perhaps(path, fragment, link, CHANGED_BY_HOOK));
        }
        if hook.base_url && hook.verbatim {
            self.step(|| "the hook finds nothing of that name and may put it below the base URL".to_owned());
            return Some(self.rebased_or_verbatim(path, fragment, link));
        }
        if hook.base_url {
            self.step(|| "the hook finds nothing of that name and puts it below the base URL".to_owned());
            return Some(self.at(&self.rebased(path, ""), fragment, link));
        }
        if hook.verbatim {
            self.step(|| {
                "it finds nothing of that name and prints the destination as it is written".to_owned()
            });
        }
        (!hook.verbatim).then(|| unknown(CHANGED_BY_HOOK))
    }

    /// The destination as a browser reads it.
    pub(super) fn verbatim(&self, path: &str, fragment: Option<&str>, link: &Link) -> Outcome<'s> {
        let path_only = without_query(path);
        if path_only.is_empty() {
            self.step(|| "it stays on this page".to_owned());
            return self.fragment_of(self.number, fragment);
        }
        let url = if path_only.starts_with('/') {
            if self.config.canonify_urls && !path_only.starts_with(self.config.base_path.as_str()) {
                self.step(|| "`canonifyURLs` puts it below the base URL".to_owned());
                Cow::Owned(format!("{}{}", self.config.base_path, path_only.trim_start_matches('/')))
            } else if self.config.relative_urls && self.config.base_path != "/" {
                return unknown("`relativeURLs` with a base path rewrites the link");
            } else {
                match self.config.on_host(&self.instance.language, path_only) {
                    Some(url) => url,
                    None => {
                        self.leave(|| {
                            format!("{}{path_only}", self.config.origin_of(&self.instance.language))
                        });
                        return Outcome::Good(Target::External);
                    }
                }
            }
        } else {
            Cow::Owned(resolve_path(&self.instance.url, path_only))
        };
        self.at(&url, fragment, link)
    }

    /// What is at an URL path that is not decoded yet.
    pub(super) fn at(&self, url: &str, fragment: Option<&str>, link: &Link) -> Outcome<'s> {
        self.locate(without_query(url), fragment, link.embedded)
    }

    pub(super) fn locate(&self, url: &str, fragment: Option<&str>, embedded: bool) -> Outcome<'s> {
        let decoded = decode(url);
        let path = if is_resolved(&decoded) { decoded } else { Cow::Owned(resolve_path("/", &decoded)) };
        self.step(|| format!("a browser goes to `{path}`"));
        match self.published.at(&path) {
            Some(Place::Page(number)) if !embedded => {
                self.step(|| format!("there is {}", self.name_of(*number)));
                self.on_page(*number, fragment)
            }
            Some(Place::Alias(number)) => {
                self.step(|| format!("there is an alias of {}", self.name_of(*number)));
                match self.on_page(*number, fragment) {
                    Outcome::Good(_) => Outcome::Good(Target::Alias(*number)),
                    other => other,
                }
            }
            Some(Place::Page(number)) => Outcome::Good(Target::Page(*number)),
            Some(Place::Redirect) => {
                self.step(|| "there is a redirect".to_owned());
                Outcome::Good(Target::Redirect)
            }
            Some(Place::File(disk)) => {
                self.step(|| format!("there is the file {disk}"));
                Outcome::Good(Target::File(disk))
            }
            Some(Place::Output { page, .. }) => {
                self.step(|| format!("there is another output format of {}", self.name_of(*page)));
                match fragment {
                    Some(_) if !embedded => unknown("templates make the anchors of other output formats"),
                    _ => Outcome::Good(Target::Generated),
                }
            }
            Some(Place::Generated) => {
                self.step(|| "Hugo makes a file there".to_owned());
                Outcome::Good(Target::Generated)
            }
            Some(Place::Elsewhere) => {
                self.step(|| "another version or role of the site has something there".to_owned());
                match fragment {
                    Some(_) if !embedded => {
                        unknown("the anchors of another version or role are not looked up")
                    }
                    _ => Outcome::Good(Target::Generated),
                }
            }
            None => {
                self.step(|| "nothing is published there".to_owned());
                if let Some(outcome) = self.at_neighbour(&path, fragment) {
                    return outcome;
                }
                // Where a template may print something else, it does not matter why.
                if self.doubtful.get()
                    && path.starts_with(self.config.base_path.as_str())
                    && self.published.redirect(&path).is_none()
                {
                    return unknown("a template may print another destination");
                }
                self.missing(path.into_owned(), embedded)
            }
        }
    }

    /// A page, for people.
    pub(super) fn name_of(&self, number: u32) -> String {
        let instance = &self.published.instances[number as usize];
        match instance.page {
            Some(page) => format!("the page {}", self.site.pages[page as usize].path()),
            None => format!("the {} page that Hugo makes at `{}`", instance.kind.name(), instance.url),
        }
    }

    pub(super) fn on_page(&self, number: u32, fragment: Option<&str>) -> Outcome<'s> {
        let target = &self.published.instances[number as usize];
        if let Some(page) = target.page
            && !self.site.visibility[page as usize].page.contains(self.edition)
        {
            self.step(|| "that page is hidden from these readers".to_owned());
            return Outcome::Bad { url: target.url.clone(), verdict: Verdict::Hidden(page) };
        }
        self.fragment_of(number, fragment)
    }
}
