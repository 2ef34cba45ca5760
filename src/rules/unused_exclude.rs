//! A setting for external links that no link needs.

use rustc_hash::FxHashSet;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    site::{Site, external::External},
    source::Span,
    web::settings::HostSettings,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnusedExclude {}

impl Rule for UnusedExclude {
    fn is_silent(&self, site: &Site) -> bool {
        site.external.is_none()
    }

    fn check_site(&self, site: &Site, findings: &mut Findings) {
        let Some(external) = &site.external else { return };
        let path = site.settings.external_path.as_deref();
        let Some(source) = path.and_then(|path| site.source(path)) else { return };
        let settings = &site.settings.external;
        let mut report = |span: Span, message: String, help: &str| {
            findings.report_in(source, span, message).help(help);
        };
        let today = external.now.day();
        for (number, exclude) in settings.excludes.iter().enumerate() {
            let over = exclude.until.as_deref().filter(|until| *until < today.as_str());
            if let Some(until) = over {
                let message = format!("`{}` is excluded until {until}, which is over", exclude.pattern);
                report(exclude.span, message, "remove the entry, or give it another day");
            } else if !external.used_excludes.contains(&number) {
                let message = format!("no link needs the exclusion `{}`", exclude.pattern);
                report(exclude.span, message, "remove the entry; `*` stands for anything");
            }
        }
        let hosts = hosts(external);
        for entry in &settings.hosts {
            let own = HostSettings { pattern: entry.pattern.clone(), ..HostSettings::default() };
            if !hosts.iter().any(|host| own.are_for(host)) {
                let message = format!("no link leads to the host `{}`", entry.pattern);
                report(
                    entry.span,
                    message,
                    "remove the entry; `*.example.org` is for all hosts below `example.org`",
                );
            }
        }
        for (host, span) in &settings.allow_private {
            if !hosts.iter().any(|own| own.trim_matches(['[', ']']).eq_ignore_ascii_case(host)) {
                report(*span, format!("no link leads to the host `{host}`"), "remove the entry");
            }
        }
    }
}

/// All hosts that links lead to, or are redirected to.
fn hosts(external: &External) -> Vec<String> {
    let uses = external.uses.iter().flatten().map(|own| own.url.as_str());
    let hops = external.answers.values().flat_map(|answer| answer.hops.iter().map(|hop| hop.to.as_str()));
    // Many links lead to few hosts.
    let starts: FxHashSet<&str> = uses.chain(hops).map(origin).collect();
    let host = |url: &str| url::Url::parse(url).ok()?.host_str().map(str::to_owned);
    let mut hosts: Vec<String> = starts.into_iter().filter_map(host).collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

/// The scheme and host of an address.
fn origin(url: &str) -> &str {
    url.match_indices('/').nth(2).map_or(url, |(end, _)| &url[..end])
}
