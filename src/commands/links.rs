//! `javert links`

use serde::Serialize;

use super::{Ending, Opened, Surroundings, inside};
use crate::{
    cli::{LinkVerdict, LinksArgs, LinksFormat},
    page::{Link, LinkKind, Page},
    report::placed,
    site::resolve::{Outcome, Target},
    site::{Site, links::Led},
};

/// One link and where it leads.
#[derive(Debug, Serialize)]
struct Listed<'s> {
    path: String,
    line: usize,
    column: usize,
    destination: &'s str,
    kind: &'static str,
    leads: Vec<Lead<'s>>,
}

/// Where a link leads for some readers.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Lead<'s> {
    /// The names of the editions; empty where the site has only one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    editions: Vec<&'s str>,
    /// The languages of the published page that the link is on.
    languages: Vec<&'s str>,
    verdict: LinkVerdict,
    /// What is there: `page`, `alias`, `redirect`, `file`, `generated`, `resource`, `external`, `nowhere`.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'static str>,
    /// The URL of the page that is there, or at which nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The file of the page, or the published file, from the site's root.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'s str>,
    /// Why it is unknown or broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Lists the links of a site, or of some of its pages.
pub fn links(args: &LinksArgs, around: &Surroundings) -> Ending {
    let opened = match Opened::around(&args.path, around, args.hugo_version) {
        Ok(opened) => opened,
        Err(message) => return Ending::failed(message),
    };
    let below = inside(&opened.root, &around.directory.join(&args.path));
    let site = &opened.site;
    let listed: Vec<Listed<'_>> = site
        .pages
        .iter()
        .filter(|page| {
            below.is_empty() || page.path() == below || page.path().starts_with(&format!("{below}/"))
        })
        .flat_map(|page| page.links.iter().map(move |link| (page, link)))
        .map(|(page, link)| listed(&opened, page, link))
        .filter(|link| {
            args.verdict.is_empty() || link.leads.iter().any(|lead| args.verdict.contains(&lead.verdict))
        })
        .collect();
    let out = match args.output_format {
        LinksFormat::Json => serde_json::to_string_pretty(&listed).unwrap_or_default() + "\n",
        LinksFormat::Table => table(&listed),
    };
    Ending { out, err: summary(&listed), code: 0 }
}

fn listed<'s>(opened: &'s Opened, page: &'s Page, link: &'s Link) -> Listed<'s> {
    let mut leads: Vec<Lead<'s>> = Vec::new();
    for led in opened.site.follow(page, link, false) {
        let edition = opened.site.editions[led.edition].name.as_str();
        let language = &*opened.site.published[led.edition].instances[led.from as usize].language;
        let mut lead = lead(&opened.site, led);
        match leads.iter_mut().find(|own| {
            (lead.verdict, &lead.target, &lead.url, &lead.reason)
                == (own.verdict, &own.target, &own.url, &own.reason)
        }) {
            Some(own) => {
                add(&mut own.editions, edition);
                add(&mut own.languages, language);
            }
            None => {
                add(&mut lead.editions, edition);
                add(&mut lead.languages, language);
                leads.push(lead);
            }
        }
    }
    let position = page.source.position(link.span.start);
    Listed {
        path: placed(&opened.prefix, page.path()),
        line: position.line,
        column: position.column,
        destination: page.destination(link),
        kind: kind(link),
        leads,
    }
}

fn add<'s>(names: &mut Vec<&'s str>, name: &'s str) {
    if !name.is_empty() && !names.contains(&name) {
        names.push(name);
    }
}

fn lead<'s>(site: &'s Site, led: Led<'s>) -> Lead<'s> {
    let instances = &site.published[led.edition].instances;
    let mut lead = Lead {
        editions: Vec::new(),
        languages: Vec::new(),
        verdict: LinkVerdict::Good,
        target: None,
        url: None,
        source: None,
        reason: None,
    };
    match led.outcome {
        Outcome::Good(target) => {
            let page = match target {
                Target::Page(number) | Target::Alias(number) => Some(&instances[number as usize]),
                _ => None,
            };
            lead.url = page.map(|page| page.url.clone());
            lead.source = match target {
                Target::File(disk) => Some(disk),
                _ => page.and_then(|own| Some(site.pages[own.page? as usize].path())),
            };
            lead.target = Some(target.name());
            if target == Target::External {
                lead.verdict = LinkVerdict::External;
            }
        }
        Outcome::Unknown(reason) => {
            lead.verdict = LinkVerdict::Unknown;
            lead.reason = Some(reason);
        }
        Outcome::Bad { url, verdict } => {
            lead.verdict = LinkVerdict::Broken;
            lead.reason = Some(site.in_words(&verdict));
            lead.url = Some(url).filter(|url| !url.is_empty());
        }
    }
    lead
}

fn kind(link: &Link) -> &'static str {
    match (&link.kind, link.embedded) {
        (LinkKind::Inline, true) => "image",
        (LinkKind::Inline, false) => "inline",
        (LinkKind::Reference(_), true) => "reference image",
        (LinkKind::Reference(_), false) => "reference",
        (LinkKind::Autolink | LinkKind::Bare, _) => "autolink",
        (LinkKind::Html(..), _) => "html",
        (LinkKind::Argument { .. } | LinkKind::Printed { .. }, _) => "shortcode",
    }
}

fn table(listed: &[Listed<'_>]) -> String {
    let mut out = String::new();
    for link in listed {
        let place = format!("{}:{}:{}", link.path, link.line, link.column);
        if link.leads.is_empty() {
            out.push_str(&format!("{place}: {}: not shown to any reader\n", link.destination));
        }
        for lead in &link.leads {
            let whose: Vec<&str> = lead.editions.iter().chain(&lead.languages).copied().collect();
            let to = lead.source.map(str::to_owned).or_else(|| lead.url.clone());
            let to = to.map(|to| format!(" {to}")).unwrap_or_default();
            let what = lead.target.unwrap_or(match lead.verdict {
                LinkVerdict::Unknown => "unknown",
                _ => "broken",
            });
            let reason = lead.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            out.push_str(&format!(
                "{place}: {} -> {what}{to}{reason} [{}]\n",
                link.destination,
                whose.join(", ")
            ));
        }
    }
    out
}

fn summary(listed: &[Listed<'_>]) -> String {
    let count = |verdict: LinkVerdict| {
        let has = |link: &&Listed<'_>| link.leads.iter().map(|lead| lead.verdict).max() == Some(verdict);
        listed.iter().filter(has).count()
    };
    let hidden = listed.iter().filter(|link| link.leads.is_empty()).count();
    format!(
        "{} links: {} good, {} to other sites, {} unknown, {} broken, {hidden} not shown to any reader\n",
        listed.len(),
        count(LinkVerdict::Good),
        count(LinkVerdict::External),
        count(LinkVerdict::Unknown),
        count(LinkVerdict::Broken),
    )
}
