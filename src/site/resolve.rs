//! Where one link leads, on one page of one edition: [`Resolver`].

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{Site, links::Verdict};
use crate::{
    hugo::{
        config::{Config, UseEmbedded},
        published::{Instance, PageKind, Place, Published, Unpublished, canonical},
        templates::{
            Exactness, Role,
            hooks::{DestinationHook, Reach, Resolution},
        },
    },
    page::{Link, LinkKind, Page},
};

/// What came of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It leads somewhere, or off the site.
    Good,
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

pub(super) fn unknown(reason: &str) -> Outcome {
    Outcome::Unknown(reason.to_owned())
}

/// Resolves links of one published page.
pub(super) struct Resolver<'s> {
    pub(super) site: &'s Site,
    pub(super) edition: usize,
    pub(super) config: &'s Config,
    pub(super) published: &'s Published,
    pub(super) instance: &'s Instance,
}

/// Ids that themes give to parts of every page; only trusted where the theme is not here.
const COMMON_IDS: [&str; 12] = [
    "content",
    "contents",
    "footer",
    "header",
    "main",
    "main-content",
    "nav",
    "navbar",
    "search",
    "sidebar",
    "toc",
    "menu",
];

/// The embedded link hook. Hugo: `tpl/tplimpl/embedded/templates/_markup/render-link.html`.
const EMBEDDED_LINK: Resolution = Resolution {
    pages: Reach { relative: true, absolute: true },
    references: Reach { relative: false, absolute: false },
    page_resources: Reach { relative: true, absolute: false },
    assets: Reach { relative: true, absolute: true },
    fragments: true,
    base_url: false,
    verbatim: true,
};

/// The embedded image hook. Hugo: `tpl/tplimpl/embedded/templates/_markup/render-image.html`.
const EMBEDDED_IMAGE: Resolution =
    Resolution { pages: Reach { relative: false, absolute: false }, ..EMBEDDED_LINK };

impl<'s> Resolver<'s> {
    pub(super) fn new(site: &'s Site, edition: usize, instance: u32) -> Self {
        let published = &site.published[edition];
        Self {
            site,
            edition,
            config: &site.editions[edition].config,
            published,
            instance: &published.instances[instance as usize],
        }
    }

    pub(super) fn resolve(&self, page: &Page, link: &Link) -> Outcome {
        let destination = link.destination.trim();
        if link.computed || destination.contains("{{") {
            return unknown("a shortcode or template makes part of the destination");
        }
        let exactness = match &link.kind {
            LinkKind::Argument { role: Role::PageReference, call, .. } => {
                return self.reference(page.tag(*call as usize).arguments.len(), destination);
            }
            LinkKind::Argument { exactness, .. } => *exactness,
            _ => Exactness::Exact,
        };
        if destination.is_empty() {
            let is_argument = matches!(link.kind, LinkKind::Argument { .. });
            let verdict = Verdict::Empty;
            return if is_argument { Outcome::Good } else { Outcome::Bad { url: String::new(), verdict } };
        }
        if let Some(outcome) = self.with_scheme(destination) {
            return outcome;
        }
        let (path, fragment) = split(destination);
        let hooked = match (&link.kind, exactness) {
            (_, Exactness::Derived) => return unknown("a template computes the destination"),
            (_, Exactness::Resource) => return self.resource_or_verbatim(path, fragment, link),
            (_, Exactness::BaseUrl) => {
                let url = format!("{}{}", self.config.base_path, path.trim_start_matches('/'));
                return self.at(&url, fragment, link);
            }
            (_, Exactness::LanguageUrl) => {
                let prefix = self.config.language_prefix(&self.instance.language);
                let url = format!("{}{prefix}{}", self.config.base_path, path.trim_start_matches('/'));
                return self.at(&url, fragment, link);
            }
            (LinkKind::Inline | LinkKind::Reference(_), _) => true,
            (LinkKind::Argument { role: Role::MarkdownLink | Role::MarkdownImage, .. }, _) => true,
            _ => false,
        };
        if hooked && let Some(outcome) = self.through_hook(path, fragment, link) {
            return outcome;
        }
        self.verbatim(path, fragment, link)
    }

    /// Destinations with a scheme or host: external, or this site's own.
    fn with_scheme(&self, destination: &str) -> Option<Outcome> {
        let scheme_end = destination.find(':').filter(|&at| {
            let scheme = &destination[..at];
            !scheme.is_empty()
                && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'))
        });
        let is_network = destination.starts_with("//");
        if scheme_end.is_none() && !is_network {
            return None;
        }
        let own = &self.config.origin;
        let without_scheme = own.find("//").map_or(own.as_str(), |at| &own[at..]);
        let address = scheme_end.map_or(destination, |at| &destination[at + 1..]);
        let web = is_network
            || matches!(
                scheme_end.map(|at| destination[..at].to_ascii_lowercase()).as_deref(),
                Some("http" | "https")
            );
        let prefix = address.get(..without_scheme.len());
        let same_host = web
            && !without_scheme.is_empty()
            && prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(without_scheme));
        let rest = if same_host { &address[without_scheme.len()..] } else { return Some(Outcome::Good) };
        if !rest.is_empty() && !rest.starts_with(['/', '?', '#']) {
            return Some(Outcome::Good);
        }
        let (path, fragment) = split(rest);
        let path = if path.is_empty() { "/" } else { path };
        if !path.starts_with(self.config.base_path.as_str()) {
            return Some(Outcome::Good);
        }
        Some(self.locate(path, fragment, false))
    }

    /// What a render hook makes of a destination; `None`: it is left as it is.
    fn through_hook(&self, path: &str, fragment: Option<&str>, link: &Link) -> Option<Outcome> {
        let own = if link.embedded { &self.site.image_hook } else { &self.site.link_hook };
        let (setting, embedded) = if link.embedded {
            (self.config.goldmark.image_hook, EMBEDDED_IMAGE)
        } else {
            (self.config.goldmark.link_hook, EMBEDDED_LINK)
        };
        let automatic = self.config.has_languages_table
            && !self.config.is_multihost()
            && !self.config.goldmark.duplicate_resource_files
            && self.site.version.at_least(123);
        let hook = match (setting, own) {
            (UseEmbedded::Always, _) => DestinationHook::Resolves(embedded),
            (_, Some(own)) => *own,
            (UseEmbedded::Never, None) => DestinationHook::Verbatim,
            (UseEmbedded::Fallback, None) => DestinationHook::Resolves(embedded),
            // A theme that is not here may bring a hook.
            (UseEmbedded::Auto, None) if automatic => DestinationHook::Resolves(embedded),
            (UseEmbedded::Auto, None) => DestinationHook::Verbatim,
        };
        match hook {
            DestinationHook::Verbatim => None,
            DestinationHook::Unknown => Some(self.through_unknown_hook(path, fragment, link)),
            DestinationHook::Resolves(resolution) => self.through(resolution, path, fragment, link),
        }
    }

    /// A hook that we cannot read: whatever works in any way may work.
    fn through_unknown_hook(&self, path: &str, fragment: Option<&str>, link: &Link) -> Outcome {
        match self.verbatim(path, fragment, link) {
            Outcome::Good => Outcome::Good,
            _ => unknown("the site's render hook may change the destination"),
        }
    }

    fn through(&self, hook: Resolution, path: &str, fragment: Option<&str>, link: &Link) -> Option<Outcome> {
        let reaches = |reach: Reach| if path.starts_with('/') { reach.absolute } else { reach.relative };
        let path_only = path.split('?').next().unwrap_or("");
        if path_only.is_empty() {
            return None;
        }
        let decoded = decode(path_only);
        let lookup = decoded.strip_prefix("./").unwrap_or(&decoded);
        if reaches(hook.references) {
            return Some(self.reference(1, &link.destination));
        }
        if reaches(hook.pages)
            && let Some(number) = self.get_page(lookup, false).first().copied()
        {
            return Some(self.on_page(number, fragment));
        }
        if reaches(hook.page_resources) && self.page_resource(lookup).is_some() {
            return Some(Outcome::Good);
        }
        if reaches(hook.assets) && self.asset(lookup) {
            return Some(Outcome::Good);
        }
        if hook.base_url {
            let url = format!("{}{}", self.config.base_path, path.trim_start_matches('/'));
            return Some(self.at(&url, fragment, link));
        }
        (!hook.verbatim).then(|| unknown("the site's render hook may change the destination"))
    }

    fn resource_or_verbatim(&self, path: &str, fragment: Option<&str>, link: &Link) -> Outcome {
        let lookup = decode(path.split('?').next().unwrap_or(""));
        let lookup = lookup.strip_prefix("./").unwrap_or(&lookup);
        if self.page_resource(lookup).is_some() || self.asset(lookup) {
            return Outcome::Good;
        }
        match self.verbatim(path, fragment, link) {
            Outcome::Good => Outcome::Good,
            _ => unknown("a template looks the file up in its own way"),
        }
    }

    fn asset(&self, path: &str) -> bool {
        self.site.editions[self.edition].mounts.assets.contains_key(path.trim_start_matches('/'))
    }

    /// A file of the page's own bundle; shared by all its languages.
    fn page_resource(&self, path: &str) -> Option<()> {
        if self.instance.kind == PageKind::Page {
            return None;
        }
        let keys = self.config.languages.iter().map(|language| language.key.as_str());
        keys.filter_map(|language| self.published.identity(language, &self.instance.identity)).find_map(
            |number| {
                let url = &self.published.instances[number as usize].url;
                let base = url.strip_suffix(".html").map_or_else(|| url.clone(), |stem| format!("{stem}/"));
                let full = resolve_path(&base, path);
                let found =
                    self.published.at(&full).is_some() || self.published.in_other_case(&full).is_some();
                found.then_some(())
            },
        )
    }

    /// The destination as a browser reads it.
    fn verbatim(&self, path: &str, fragment: Option<&str>, link: &Link) -> Outcome {
        let path_only = path.split('?').next().unwrap_or("");
        if path_only.is_empty() {
            return self.fragment_of(self.instance, fragment);
        }
        let url = if path_only.starts_with('/') {
            if self.config.flag("canonifyurls") && !path_only.starts_with(self.config.base_path.as_str()) {
                Cow::Owned(format!("{}{}", self.config.base_path, path_only.trim_start_matches('/')))
            } else if self.config.flag("relativeurls") && self.config.base_path != "/" {
                return unknown("`relativeURLs` with a base path rewrites the link");
            } else {
                Cow::Borrowed(path_only)
            }
        } else {
            Cow::Owned(resolve_path(&self.instance.url, path_only))
        };
        self.at(&url, fragment, link)
    }

    /// What is at an URL path that is not decoded yet.
    fn at(&self, url: &str, fragment: Option<&str>, link: &Link) -> Outcome {
        self.locate(url.split('?').next().unwrap_or(""), fragment, link.embedded)
    }

    fn locate(&self, url: &str, fragment: Option<&str>, embedded: bool) -> Outcome {
        let decoded = decode(url);
        let path = if is_resolved(&decoded) { decoded } else { Cow::Owned(resolve_path("/", &decoded)) };
        match self.published.at(&path) {
            Some(Place::Page(number)) if !embedded => self.on_page(*number, fragment),
            Some(Place::Alias(number)) => {
                let outcome = self.on_page(*number, None);
                if outcome == Outcome::Good && fragment.is_some() {
                    unknown("the link leads through an alias")
                } else {
                    outcome
                }
            }
            Some(_) => Outcome::Good,
            None => self.missing(path.into_owned(), embedded),
        }
    }

    pub(super) fn on_page(&self, number: u32, fragment: Option<&str>) -> Outcome {
        let target = &self.published.instances[number as usize];
        if let Some(page) = target.page
            && !self.site.visibility[page as usize].page.contains(self.edition)
        {
            return Outcome::Bad { url: target.url.clone(), verdict: Verdict::Hidden(page) };
        }
        self.fragment_of(target, fragment)
    }

    pub(super) fn fragment_of(&self, target: &Instance, fragment: Option<&str>) -> Outcome {
        let Some(fragment) = fragment else { return Outcome::Good };
        let fragment = decode(fragment);
        let is_top = fragment.is_empty() || fragment.eq_ignore_ascii_case("top");
        if is_top || fragment.starts_with(":~:") || fragment == "TableOfContents" {
            return Outcome::Good;
        }
        let Some(page) = target.page else {
            return unknown("Hugo makes the page, and templates its anchors");
        };
        let anchors = &self.site.anchors[page as usize];
        let having = anchors.editions_of(&fragment);
        if having.contains(self.edition)
            || self.site.layout_ids.binary_search_by(|id| id.as_str().cmp(&fragment)).is_ok()
        {
            return Outcome::Good;
        }
        if let Some(reason) = anchors.open {
            return unknown(reason);
        }
        if anchors.may_be(&fragment) {
            return unknown("a heading's id holds what a shortcode prints");
        }
        if self.site.definitions.incomplete && COMMON_IDS.contains(&&*fragment) {
            return unknown("the theme may define the anchor");
        }
        Outcome::Bad { url: target.url.clone(), verdict: Verdict::NoAnchor(page, having) }
    }

    /// Why nothing is at a path.
    fn missing(&self, path: String, embedded: bool) -> Outcome {
        let published = self.published;
        let base = self.config.base_path.as_str();
        if !path.starts_with(base) && format!("{path}/") != base {
            let below = format!("{base}{}", path.trim_start_matches('/'));
            return match published.at(&below) {
                Some(_) if path != "/" => Outcome::Bad { verdict: Verdict::OutsideBase(below), url: path },
                _ => unknown("it lies outside the site's base path, on another site of the same host"),
            };
        }
        if published.is_redirected(&path) {
            return Outcome::Good;
        }
        if let Some(instance) = published.unpublished_at(&path)
            && let (Some(page), Some(why)) = (instance.page, instance.unpublished)
        {
            if why == Unpublished::LinkOnly {
                return unknown(
                    "the page has a URL and no file, so that something else than Hugo answers there",
                );
            }
            return Outcome::Bad { url: path, verdict: Verdict::Unpublished(page, why.into()) };
        }
        if let Some(reason) = self.may_be_there(&path) {
            return unknown(reason);
        }
        if let Some(actual) = published.in_other_case(&path) {
            let actual = actual.to_owned();
            return Outcome::Bad { url: path, verdict: Verdict::WrongCase(actual) };
        }
        if published.computes_redirects() && !published.has_directory_of(&path) {
            return unknown("a template computes redirects, and one may lead there");
        }
        let verdict = if embedded || is_file(&path) { Verdict::NoFile } else { Verdict::NoPage };
        let lacks_module = self.site.editions[self.edition].mounts.lacks_module();
        if lacks_module && verdict == Verdict::NoPage && !published.has_directory_of(&path) {
            return unknown("a theme, module or submodule that is not here may add it");
        }
        Outcome::Bad { url: path, verdict }
    }

    fn may_be_there(&self, path: &str) -> Option<&'static str> {
        let rest = path.strip_prefix(self.config.base_path.as_str()).unwrap_or(path);
        let first = rest.split('/').next().unwrap_or("");
        if let Some(language) = self.config.language(&first.to_lowercase())
            && !self.published.instances.iter().any(|own| own.language == language.key && own.page.is_some())
        {
            return Some("the content of that language is not here");
        }
        if self.published.may_be_adapted(path) {
            return Some("a content adapter may make it");
        }
        let page_number =
            rest.trim_end_matches('/').trim_end_matches(".html").rsplit('/').take(2).collect::<Vec<_>>();
        if let [number, "page"] = page_number[..]
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            return Some("it is a page of a paginated list");
        }
        if self.config.flag("disablealiases") && self.is_alias(path) {
            return Some("it is an alias, and the site makes redirects in its own way");
        }
        if self.asset(rest) {
            return Some("a template may publish the asset");
        }
        if self.is_generated(rest) {
            return Some("git ignores the file that would be there: something makes it before the build");
        }
        if self.may_be_other_output(path) {
            return Some("it may be another output format of a page");
        }
        (first.starts_with('.') && !first.is_empty()).then_some("the host may provide it")
    }

    /// Whether a file that git ignores would be published at a path below the base path.
    pub(super) fn is_generated(&self, path: &str) -> bool {
        let mounts = &self.site.editions[self.edition].mounts;
        self.site.generated.may_publish(path.trim_start_matches('/'), self.config, mounts)
    }

    /// With `disableAliases`, aliases are still known, and something else than Hugo may act on them.
    fn is_alias(&self, path: &str) -> bool {
        matches!(self.published.at(path), Some(Place::Alias(_)))
    }

    fn may_be_other_output(&self, path: &str) -> bool {
        let Some((stem, extension)) = path.rsplit_once('.') else { return false };
        if !matches!(extension, "xml" | "json" | "txt" | "md" | "ics" | "csv" | "pdf") {
            return false;
        }
        let configured =
            self.config.root.get("outputs").is_some() || self.config.root.get("outputformats").is_some();
        let directory = &path[..path.rfind('/').map_or(0, |at| at + 1)];
        let page = |url: &str| match self.published.at(&canonical(url)) {
            Some(Place::Page(number)) => Some(&self.published.instances[*number as usize]),
            _ => None,
        };
        let owner = page(directory).or_else(|| page(&format!("{stem}.html")));
        owner.is_some_and(|owner| configured || owner.other_outputs)
    }
}

/// Path (with query) and fragment.
pub(super) fn split(destination: &str) -> (&str, Option<&str>) {
    match destination.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (destination, None),
    }
}

pub(super) fn decode(text: &str) -> Cow<'_, str> {
    // Nearly no path is encoded.
    if !text.as_bytes().contains(&b'%') {
        return Cow::Borrowed(text);
    }
    percent_decode_str(text).decode_utf8_lossy()
}

/// Whether a path's last element has an extension other than that of a web page.
fn is_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or("");
    let extension =
        name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        let is_word = extension.chars().all(|c| c.is_ascii_alphanumeric()) && extension.len() <= 5;
        let is_page =
            matches!(extension.to_ascii_lowercase().as_str(), "html" | "htm" | "md" | "php" | "aspx");
        is_word && !is_page && !extension.chars().all(|c| c.is_ascii_digit())
    })
}

/// Whether a path is absolute and has no `.`, `..` or empty element.
fn is_resolved(path: &str) -> bool {
    path.starts_with('/') && !path.as_bytes().windows(2).any(|two| matches!(two, b"/." | b"//"))
}

/// Resolves a relative reference against a base path. RFC 3986 §5.2.
pub(super) fn resolve_path(base: &str, path: &str) -> String {
    let directory = if path.starts_with('/') { "" } else { &base[..base.rfind('/').map_or(0, |at| at + 1)] };
    let full = format!("{directory}{path}");
    if is_resolved(&full) {
        return full;
    }
    let mut parts: Vec<&str> = Vec::new();
    let mut trailing = false;
    for part in full.split('/').skip(usize::from(full.starts_with('/'))) {
        trailing = matches!(part, "" | "." | "..");
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if trailing && !joined.is_empty() { format!("/{joined}/") } else { format!("/{joined}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_references_resolve_as_in_browsers() {
        for (base, path, expected) in [
            ("/g/ja/a/x/", "y", "/g/ja/a/x/y"),
            ("/g/ja/a/x/", "../y", "/g/ja/a/y"),
            ("/g/ja/a/x.html", "y.html", "/g/ja/a/y.html"),
            ("/g/ja/a/x.html", "../y", "/g/ja/y"),
            ("/g/ja/a.html", "img.png", "/g/ja/img.png"),
            ("/g/ja/a/", ".", "/g/ja/a/"),
            ("/g/ja/a/", "../", "/g/ja/"),
            ("/g/", "../../..", "/"),
            ("/g/", "/x/./y/", "/x/y/"),
        ] {
            assert_eq!(resolve_path(base, path), expected, "{base} {path}");
        }
    }
}
