//! The shortcodes that Hugo brings along. Hugo: `tpl/tplimpl/embedded/templates/_shortcodes`.

use super::{Exactness, InnerUse, Param, Role, Summary};
use crate::hugo::version::Version;

/// Every name that some version answered to.
pub(super) const NAMES: &[&str] = &[
    "comment",
    "details",
    "figure",
    "gist",
    "highlight",
    "instagram",
    "instagram_simple",
    "param",
    "qr",
    "ref",
    "relref",
    "speakerdeck",
    "tweet",
    "twitter",
    "twitter_simple",
    "vimeo",
    "vimeo_simple",
    "x",
    "x_simple",
    "youtube",
];

/// What Hugo's own shortcode of this name does in this version; `None` if it has none.
///
/// `gist`, `tweet`, `twitter` and `twitter_simple` still exist after 0.156, but fail the build: see [`removed`].
pub fn embedded(name: &str, version: Version) -> Option<Summary> {
    let name = if version.at_least(146) { name.to_lowercase() } else { name.to_owned() };
    let (since, until) = span(&name)?;
    if version < since || until.is_some_and(|until| version >= until) {
        return None;
    }
    let mut summary = Summary { inner: Some(false), ..Summary::default() };
    match name.as_str() {
        "figure" => figure(&mut summary, version),
        "ref" | "relref" => {
            summary.all_parameters = true;
            summary.set(Param::Positional(0), Role::PageReference, Exactness::Exact);
            summary.set(named("path"), Role::PageReference, Exactness::Exact);
            summary.takes(&["lang", "outputFormat"], 2);
        }
        "highlight" => {
            paired(&mut summary, InnerUse::Code);
            summary.takes(&[], 2);
        }
        "details" => {
            paired(&mut summary, InnerUse::Markdown);
            summary.takes(&["class", "name", "open"], 0);
            summary.set(named("summary"), Role::Markdown, Exactness::Exact);
            summary.set(named("title"), Role::Text, Exactness::Exact);
        }
        "qr" => {
            paired(&mut summary, InnerUse::Dropped);
            summary.takes(&["text", "level", "scale", "targetDir", "class", "loading"], 0);
            summary.set(named("alt"), Role::AltText, Exactness::Exact);
            summary.set(named("title"), Role::Text, Exactness::Exact);
            summary.set(named("id"), Role::Id, Exactness::Exact);
            summary.anchors.insert(super::IdPattern {
                before: String::new(),
                param: Some(named("id")),
                after: String::new(),
            });
        }
        "comment" => {
            paired(&mut summary, InnerUse::Dropped);
            summary.output = super::Output::Silent;
        }
        "param" => summary.takes(&[], 1),
        // The rest make external URLs from ids; nothing in them can be checked offline.
        _ => summary.all_parameters = true,
    }
    Some(summary)
}

/// Whether this version of Hugo has the shortcode only to say that it is gone: a call fails the build.
pub fn removed(name: &str, version: Version) -> bool {
    version.at_least(156) && matches!(name, "gist" | "tweet" | "twitter" | "twitter_simple")
}

/// The version that brought a shortcode, and the one that took it away.
fn span(name: &str) -> Option<(Version, Option<Version>)> {
    let since = |minor| Some((Version::new(0, minor), None));
    match name {
        "figure" | "ref" | "relref" | "highlight" | "youtube" | "vimeo" | "instagram" | "gist" | "tweet" => {
            since(0)
        }
        "twitter" => since(41),
        "twitter_simple" | "instagram_simple" | "vimeo_simple" => since(42),
        "param" => since(52),
        "comment" => Some((Version { patch: 1, ..Version::new(0, 137) }, None)),
        "details" => since(140),
        "qr" | "x" | "x_simple" => since(141),
        "speakerdeck" => Some((Version::new(0, 0), Some(Version::new(0, 42)))),
        _ => None,
    }
}

fn figure(summary: &mut Summary, version: Version) {
    // Resources are looked up since 0.124.
    let source = if version.at_least(124) { Exactness::Resource } else { Exactness::Exact };
    summary.set(named("src"), Role::ImageSource, source);
    for link in ["link", "attrlink"] {
        summary.set(named(link), Role::LinkDestination, Exactness::Exact);
    }
    summary.set(named("alt"), Role::AltText, Exactness::Exact);
    summary.set(named("caption"), Role::Markdown, Exactness::Exact);
    summary.set(named("caption"), Role::AltText, Exactness::Derived);
    summary.set(named("attr"), Role::Markdown, Exactness::Exact);
    summary.set(named("title"), Role::Text, Exactness::Exact);
    summary.takes(&["target", "rel", "class", "height", "width", "loading"], 0);
    // The title is an `<h4>`.
    summary.headings = true;
}

fn named(name: &str) -> Param {
    Param::Named(name.to_owned())
}

fn paired(summary: &mut Summary, inner_use: InnerUse) {
    summary.inner = Some(true);
    summary.inner_use = inner_use;
}

impl Summary {
    fn set(&mut self, param: Param, role: Role, exactness: Exactness) {
        self.parameters.entry(param).or_default().insert(role, exactness);
    }

    /// Arguments without a role worth knowing: these names, and the first `positions`.
    fn takes(&mut self, names: &[&str], positions: usize) {
        let names = names.iter().map(|name| named(name));
        for param in names.chain((0..positions).map(Param::Positional)) {
            self.parameters.entry(param).or_default();
        }
    }
}
