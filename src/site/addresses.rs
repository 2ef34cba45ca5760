//! Full URLs, and what is put below the base URL: whether they lead out of the site.

use super::{
    links::Verdict,
    relative::without_query,
    resolve::{
        EMBEDDED_IMAGE_HOOK, EMBEDDED_LINK_HOOK, NO_HOOK, Outcome, Resolver, Target, decode, split, trimmed,
        unknown,
    },
};
use crate::{
    hugo::{
        config::UseEmbedded,
        templates::{Renderer, hooks::DestinationHook},
    },
    page::{Link, LinkKind, Page},
};

impl<'s> Resolver<'s> {
    /// What `relURL` makes of a path; `prefix` is that of a language. Until 0.100 a leading slash made no difference.
    pub(super) fn rebased(&self, path: &str, prefix: &str) -> String {
        let from_host = path.starts_with('/') && self.site.version.at_least(101);
        let root = self.config.site_root(&self.instance.language);
        let base = if from_host && !self.config.is_multihost() { "/" } else { &root };
        let prefix = if path.trim_start_matches('/').starts_with(prefix) { "" } else { prefix };
        format!("{base}{prefix}{}", path.trim_start_matches('/'))
    }

    /// Where a template puts some destinations below the base URL, or that of the language, and leaves others as they are:
    /// whatever works in any of these ways may work.
    pub(super) fn rebased_or_verbatim(&self, path: &str, fragment: Option<&str>, link: &Link) -> Outcome<'s> {
        let written = self.verbatim(path, fragment, link);
        if path.is_empty() || matches!(written, Outcome::Good(_)) {
            return written;
        }
        let language = self.config.language_prefix(&self.instance.language);
        let unrooted = path.trim_start_matches('/');
        let ways =
            [path, unrooted].into_iter().flat_map(|path| ["", &*language].map(|prefix| (path, prefix)));
        let others: Vec<Outcome<'s>> =
            ways.map(|(path, prefix)| self.at(&self.rebased(path, prefix), fragment, link)).collect();
        let is_bad = |own: &Outcome<'s>| matches!(own, Outcome::Bad { .. });
        let good = others.iter().position(|own| matches!(own, Outcome::Good(_)));
        let best = good.or_else(|| others.iter().position(|own| !is_bad(own)).filter(|_| is_bad(&written)));
        best.and_then(|at| others.into_iter().nth(at)).unwrap_or(written)
    }

    /// `//host/a` of which Hugo's embedded hook makes the URL of the page `/a`: it takes the path of all that has no scheme.
    pub(super) fn without_host(&self, page: &Page, link: &Link, destination: &str) -> Option<Outcome<'s>> {
        let rest = destination.strip_prefix("//")?;
        let is_written = matches!(link.kind, LinkKind::Inline | LinkKind::Reference(_)) && !link.embedded;
        let is_embedded = is_written && std::ptr::eq(self.hook(link).0, &raw const EMBEDDED_LINK_HOOK);
        if !is_embedded || self.renderer(page, link) != Renderer::Page {
            return None;
        }
        let (path, fragment) = split(&rest[rest.find(['/', '?', '#']).unwrap_or(rest.len())..]);
        let path = decode(without_query(path));
        let number = self.get_page(if path.is_empty() { "/" } else { &path })?;
        self.step(|| {
            let name = self.name_of(number);
            format!("Hugo's embedded render-link hook looks at the path alone, which names {name}")
        });
        Some(self.on_page(number, fragment))
    }

    /// Addresses that do not survive: Hugo's own hooks let `http`, `https` and `mailto` pass and print `#ZgotmplZ` for
    /// every other scheme; without a hook, what may run a program is left out.
    /// Go: `html/template/url.go`, `isSafeURL`; goldmark: `renderer/html/html.go`, `IsDangerousURL`.
    pub(super) fn spoilt(&self, link: &Link) -> Option<Outcome<'s>> {
        let destination = trimmed(&link.destination);
        let scheme = &destination[..scheme_end(destination)?];
        let is_written = matches!(link.kind, LinkKind::Inline | LinkKind::Reference(_));
        // Nobody minds those that most addresses have.
        let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
        let may_have_hook = self.site.editions[self.edition].mounts.lacks_module();
        if is_web || may_have_hook || !is_written && link.kind != LinkKind::Autolink {
            return None;
        }
        let lower = scheme.to_ascii_lowercase();
        let (hook, _) = self.hook(link);
        let url = destination.to_owned();
        if std::ptr::eq(hook, &raw const EMBEDDED_LINK_HOOK)
            || std::ptr::eq(hook, &raw const EMBEDDED_IMAGE_HOOK)
        {
            let survives = lower == "mailto";
            let is_mail = link.kind == LinkKind::Autolink && !destination.contains(':');
            return (!survives && !is_mail).then(|| {
                self.step(|| {
                    format!("Hugo's embedded hook prints `#ZgotmplZ` for addresses with `{scheme}:`")
                });
                Outcome::Bad { url, verdict: Verdict::Destroyed(scheme.to_owned()) }
            });
        }
        let is_printed = std::ptr::eq(hook, &raw const NO_HOOK);
        let is_empty =
            is_printed && is_written && !self.config.goldmark.raw_html && is_dangerous(destination);
        is_empty.then(|| {
            self.step(|| format!("Hugo leaves addresses with `{scheme}:` empty"));
            Outcome::Bad { url, verdict: Verdict::Emptied }
        })
    }

    /// The render hook for a link, and whether it is the site's own.
    pub(super) fn hook(&self, link: &Link) -> (&'s DestinationHook, bool) {
        let known = self.hooks.map(|hooks| hooks[usize::from(link.embedded)]);
        known.unwrap_or_else(|| self.hook_for(link.embedded))
    }

    pub(super) fn hook_for(&self, images: bool) -> (&'s DestinationHook, bool) {
        let hooks = if images { &self.site.image_hooks } else { &self.site.link_hooks };
        let own = hooks.on(&self.instance.identity);
        let (setting, embedded) = if images {
            (self.config.goldmark.image_hook, &EMBEDDED_IMAGE_HOOK)
        } else {
            (self.config.goldmark.link_hook, &EMBEDDED_LINK_HOOK)
        };
        let automatic = self.config.has_languages_table
            && !self.config.is_multihost()
            && !self.config.goldmark.duplicate_resource_files
            && self.site.version.at_least(123);
        match (setting, own) {
            (UseEmbedded::Always, _) => (embedded, false),
            (_, Some(own)) => (own, true),
            (UseEmbedded::Fallback, None) => (embedded, false),
            // A theme that is not here may bring a hook.
            (UseEmbedded::Auto, None) if automatic => (embedded, false),
            (UseEmbedded::Auto | UseEmbedded::Never, None) => (&NO_HOOK, false),
        }
    }

    /// What hooks take for the destination, if it is another than its text means: they see escapes and entities as they
    /// are written. Hugo: `markup/goldmark/render_hooks.go`.
    pub(super) fn as_hooks_see(&self, page: &Page, link: &Link) -> Option<Link> {
        let is_written = matches!(link.kind, LinkKind::Inline | LinkKind::Reference(_)) && !link.computed;
        if !is_written || std::ptr::eq(self.hook(link).0, &raw const NO_HOOK) {
            return None;
        }
        // Most hold neither, and where the address stands in a definition takes longer to find out.
        let around = if let LinkKind::Reference(definition) = link.kind { definition } else { link.span };
        let has_any = |text: &str| memchr::memchr2(b'\\', b'&', text.as_bytes()).is_some();
        if !page.source.text.get(around.range()).is_some_and(has_any) {
            return None;
        }
        let written = page.source.slice(page.written(link)?);
        let differs = written != link.destination && written.contains(['\\', '&']) && !written.contains("{{");
        differs.then(|| {
            self.step(|| format!("a hook sees it as it is written: `{written}`"));
            Link { destination: written.to_owned(), ..link.clone() }
        })
    }

    /// `https:/host/a`, which browsers take for the path `/host/a` on the host of a page with the same scheme.
    /// WHATWG URL, "special relative or authority state".
    pub(super) fn without_slashes(&self, destination: &str, link: &Link) -> Option<Outcome<'s>> {
        let (scheme, rest) = destination.split_at(scheme_end(destination)? + 1);
        let is_web = ["http:", "https:"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
        if !is_web || rest.is_empty() || ["//", "/\\"].iter().any(|start| rest.starts_with(start)) {
            return None;
        }
        let own = self.config.origin_of(&self.instance.language).split_once("//")?.0;
        if !scheme.eq_ignore_ascii_case(own) {
            return None;
        }
        self.step(|| {
            format!("behind `{scheme}` there is no `//`: browsers take the rest for a path on this host")
        });
        let (path, fragment) = split(rest);
        Some(self.verbatim(path, fragment, link))
    }

    /// Destinations with a scheme or host: external, or this site's own.
    pub(super) fn with_scheme(&self, destination: &str) -> Option<Outcome<'s>> {
        let scheme_end = scheme_end(destination);
        let is_network = destination.starts_with("//");
        if scheme_end.is_none() && !is_network {
            return None;
        }
        let own = &self.config.origin;
        let without_scheme =
            if own.starts_with("//") { own } else { own.split_once(':').map_or("", |(_, rest)| rest) };
        let address = scheme_end.map_or(destination, |at| &destination[at + 1..]);
        let is_of_web = |at| ["http", "https"].iter().any(|web| destination[..at].eq_ignore_ascii_case(web));
        let web = is_network || scheme_end.is_some_and(is_of_web);
        let prefix = address.get(..without_scheme.len());
        let same_host = web
            && !without_scheme.is_empty()
            && prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(without_scheme));
        let rest = if same_host { &address[without_scheme.len()..] } else { "" };
        let is_elsewhere = !same_host || !rest.is_empty() && !rest.starts_with(['/', '?', '#']);
        let (path, fragment) = split(rest);
        let path = match without_query(path) {
            "" => "/",
            path => path,
        };
        if let Some(url) = self.config.on_other_host(address) {
            self.step(|| format!("it is a full URL of this site, of which the file is `{url}`"));
            let (path, fragment) = split(&url);
            return Some(self.locate(without_query(path), fragment, false));
        }
        let is_below = |path: &str| path.starts_with(self.config.base_path.as_str());
        if is_elsewhere || !is_below(path) && !is_below(&format!("{path}/")) {
            if let Some(outcome) =
                self.in_repository(destination).or_else(|| self.at_neighbouring_url(destination))
            {
                return Some(outcome);
            }
            self.step(|| {
                format!("it leads out of this site, which is published at `{}`", self.config.base_url)
            });
            self.leave(|| {
                let scheme = own.split_once("//").map_or("https:", |(scheme, _)| scheme);
                if is_network { format!("{scheme}{destination}") } else { destination.to_owned() }
            });
            return Some(Outcome::Good(Target::External));
        }
        self.step(|| format!("it is a full URL of this site, `{}`", self.config.base_url));
        let outcome = self.locate(path, fragment, false);
        let is_nowhere = matches!(&outcome, Outcome::Bad { verdict: Verdict::NoPage | Verdict::NoFile, .. });
        if is_nowhere && self.is_of_foreign_directory(path) {
            return Some(unknown(
                "this site publishes nothing in that directory, so another site of the same host may answer there",
            ));
        }
        Some(outcome)
    }

    /// Whether a path leads into a directory right below the base URL in which nothing is published.
    fn is_of_foreign_directory(&self, path: &str) -> bool {
        let base = self.config.base_path.as_str();
        let path = decode(path);
        let rest = path.strip_prefix(base).unwrap_or_default();
        let first = rest.split_once('/').filter(|(_, behind)| !behind.is_empty());
        first.is_some_and(|(first, _)| !self.published.has_directory_of(&format!("{base}{first}/x")))
    }

    /// Whether a destination, part of which is computed, has a host that is not this site's: it is written out, or as it
    /// begins no host of the site does.
    pub(super) fn is_surely_elsewhere(&self, destination: &str) -> bool {
        let rest = ["https://", "http://", "//"].iter().find_map(|scheme| destination.strip_prefix(scheme));
        let Some(rest) = rest else { return false };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
        let end = rest.bytes().position(|byte| !is_plain(byte)).unwrap_or(rest.len());
        let (host, behind) = rest.split_at(end);
        let languages = self.config.languages.iter().map(|own| self.config.origin_of(&own.key));
        let mut own = std::iter::once(self.config.origin.as_str())
            .chain(languages)
            .map(|origin| origin.split_once("//").map_or("", |(_, host)| host));
        let begins = |own: &str| own.get(..end).is_some_and(|start| start.eq_ignore_ascii_case(host));
        !host.is_empty()
            && match behind {
                _ if behind.starts_with('/') => !own.any(|own| own.eq_ignore_ascii_case(host)),
                _ if behind.starts_with("{{") => !own.any(begins),
                _ => false,
            }
    }
}

/// Where the scheme of a destination ends, if it has one.
fn scheme_end(destination: &str) -> Option<usize> {
    let bytes = destination.as_bytes();
    if !bytes.first()?.is_ascii_alphabetic() {
        return None;
    }
    let is_outside = |byte: &u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'.' | b'-');
    bytes.iter().position(is_outside).filter(|&end| bytes[end] == b':')
}

/// Whether an address may run a program. goldmark: `renderer/html/html.go`, `IsDangerousURL`.
fn is_dangerous(destination: &str) -> bool {
    let lower = destination.to_ascii_lowercase();
    match lower.strip_prefix("data:image/") {
        Some(rest) => {
            !["png;", "gif;", "jpeg;", "webp;", "svg+xml;"].iter().any(|kind| rest.starts_with(kind))
        }
        None => ["javascript:", "vbscript:", "file:", "data:"].iter().any(|scheme| lower.starts_with(scheme)),
    }
}
