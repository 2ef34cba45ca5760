//! A link to another site where nothing is.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Findings, Level},
    page::{LinkKind, Page},
    site::{
        Site,
        external::{External, Use},
    },
    web::{
        address::Skip,
        cause::{Cause, Verdict},
        memory::Answer,
    },
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DeadLink {}

impl Rule for DeadLink {
    fn is_silent(&self, site: &Site) -> bool {
        site.external.is_none()
    }

    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let Some(external) = &site.external else { return };
        for (link, own, answer) in site.external(page) {
            let visible = site.visibility(page).of(link.call);
            if let Err(Skip::Invalid(reason)) = &own.address {
                let message = format!("`{}` is no address: {reason}", own.url);
                findings
                    .report(page, link.span, message)
                    .editions(own.editions, visible)
                    .level(Level::Warning);
                continue;
            }
            let Some(answer) = answer.filter(|answer| is_worth_a_word(answer, site)) else { continue };
            let why = answer.cause.as_ref().map(Cause::in_words).unwrap_or_default();
            let found =
                findings.report(page, link.span, format!("`{}` is {}: {why}", own.url, in_words(answer)));
            found.editions(own.editions, visible);
            found.help(help(own, answer, external, site));
            if let LinkKind::Reference(definition) = &link.kind {
                found.label(page, *definition, "the destination is defined here");
            }
            let is_broken = External::is_broken(answer, &site.settings.external.fail_after);
            let is_certificate = matches!(answer.cause, Some(Cause::TlsExpired | Cause::TlsName));
            if !is_broken || is_certificate {
                found.level(Level::Warning);
            }
        }
    }
}

/// Whether it is gone, or has not answered for days.
fn is_worth_a_word(answer: &Answer, site: &Site) -> bool {
    match answer.verdict {
        Verdict::Dead => true,
        Verdict::Temporary => {
            let long = answer.failures >= 3
                && answer
                    .first_failed
                    .is_some_and(|first| answer.checked.since(first).as_secs() >= 3 * 86_400);
            long || External::is_broken(answer, &site.settings.external.fail_after)
        }
        _ => false,
    }
}

fn in_words(answer: &Answer) -> &'static str {
    match answer.verdict {
        Verdict::Dead => "dead",
        _ => "not answering",
    }
}

fn help(own: &Use, answer: &Answer, external: &External, site: &Site) -> String {
    let now = external.now;
    let mut lines = Vec::new();
    if let Some(hop) = answer.hops.last() {
        let times =
            if answer.hops.len() == 1 { String::new() } else { format!(" in {} steps", answer.hops.len()) };
        lines.push(format!("it is redirected to `{}`{times}", hop.to));
    }
    match (answer.last_ok, answer.first_failed) {
        (Some(last), Some(first)) => {
            let times =
                if answer.failures == 1 { "once".to_owned() } else { format!("{} times", answer.failures) };
            lines.push(format!("alive {}; failed {times} since {}", last.ago(now), first.day()));
            if !External::is_broken(answer, &site.settings.external.fail_after)
                && answer.verdict == Verdict::Dead
            {
                lines.push("it may come back: an error only if it stays so".to_owned());
            }
        }
        _ => lines.push(format!("asked {}; it was never seen alive", answer.checked.ago(now))),
    }
    if answer.verdict == Verdict::Dead && own.address.as_ref().is_ok_and(|address| is_page(&address.url)) {
        lines.push("remove the link, or look for where the page is now".to_owned());
    }
    lines.join("\n")
}

fn is_page(url: &str) -> bool {
    url.split_once("://").is_some_and(|(_, rest)| rest.trim_end_matches('/').contains('/'))
}
