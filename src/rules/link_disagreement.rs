//! The same words of the same sentence, linked to another page in another version.

use schemars::JsonSchema;
use serde::Deserialize;

use std::{collections::BTreeSet, ops::ControlFlow};

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::{Link, Page},
    site::{
        Site,
        edition::{Axis, EditionSet},
        resolve::{Outcome, Target},
    },
    variants::{Columns, Group, LinkedWords, Member, Readers, first_line, links, names, readers},
};

/// The same words of the same sentence, linked to another page in another version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LinkDisagreement {}

impl Rule for LinkDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        // Where pages decide whose they are, who finds what elsewhere is another question.
        if site.visibility(page).values.is_some() {
            return;
        }
        let mut reported = BTreeSet::new();
        for group in site.alternatives(page) {
            let Readers::Axis(axis) = group.readers else { continue };
            for words in links(page, group) {
                if alike(page, &site.axes[axis], &words) {
                    continue;
                }
                check(page, site, group, &words, &mut reported, findings);
            }
        }
    }
}

/// Whether the words lead to the same address in each version, apart from names of the readers (`guide_us.html`).
fn alike(page: &Page, axis: &Axis, words: &LinkedWords) -> bool {
    let destination =
        |&(_, _, link): &(usize, u32, Option<u32>)| Some(&page.links[link? as usize].destination);
    if words.places.iter().all(|place| destination(place) == destination(&words.places[0])) {
        return true;
    }
    let address = |&(_, _, link): &(usize, u32, Option<u32>)| {
        let destination = page.links[link? as usize].destination.as_str();
        let parts = destination.split_inclusive(['/', '_', '-', '.', '#']);
        let is_reader = |part: &&str| {
            let word = part.trim_end_matches(['/', '_', '-', '.', '#']);
            axis.values.iter().any(|value| value.eq_ignore_ascii_case(word))
        };
        Some(parts.filter(|part| !is_reader(part)).collect::<String>())
    };
    let mut addresses = words.places.iter().map(address);
    let first = addresses.next();
    addresses.all(|own| Some(own) == first)
}

/// Where words lead.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Goal {
    /// They are no link.
    None,
    /// To a page, by index in [`Site::pages`], and a place on it.
    Page(u32, String),
    /// To a file.
    File(String),
}

fn check(
    page: &Page,
    site: &Site,
    group: &Group,
    words: &LinkedWords,
    reported: &mut BTreeSet<u32>,
    findings: &mut Findings,
) {
    let goal = |&(_, _, link): &(usize, u32, Option<u32>)| match link {
        None => Some(Goal::None),
        Some(link) => goal(page, site, &page.links[link as usize]),
    };
    let Some(goals) = words.places.iter().map(goal).collect::<Option<Vec<Goal>>>() else { return };
    let mut columns = Columns::default();
    let member = |at: usize| Member { branch: words.places[at].0, node: u32::try_from(at).unwrap_or(0) };
    (1..words.places.len()).for_each(|at| columns.join(member(0), member(at)));
    for dissent in columns.dissents(|at| &goals[at as usize]) {
        let editions = |member: Member| group.branches[member.branch].editions;
        let (own, other) = (editions(dissent.member), editions(dissent.others[0]));
        if !is_for(page, site, dissent.value, other) || !is_for(page, site, dissent.most, own) {
            continue;
        }
        let (_, block, link) = words.places[dissent.member.node as usize];
        if !reported.insert(link.unwrap_or(block)) {
            continue;
        }
        let place = |at: u32| match words.places[at as usize] {
            (_, _, Some(link)) => page.links[link as usize].span,
            (_, block, None) => first_line(page, page.blocks[block as usize].span),
        };
        let link_of = |at: u32| words.places[at as usize].2;
        let said = |at: u32| match link_of(at) {
            Some(link) => format!("leads to `{}`", page.destination(&page.links[link as usize])),
            None => "is no link".to_owned(),
        };
        let that = match link_of(dissent.others[0].node) {
            Some(link) if link_of(dissent.member.node).is_some() => {
                format!("to `{}`", page.destination(&page.links[link as usize]))
            }
            _ => said(dissent.others[0].node),
        };
        let message = format!(
            "`{}` {} for {}, but {that} for {}",
            words.text,
            said(dissent.member.node),
            names(site, group, &[dissent.member]),
            readers(page, site, group, &dissent.others, place)
        );
        let finding = findings.report(page, place(dissent.member.node), message);
        for &other in &dissent.others {
            finding.label(page, place(other.node), format!("{that} for {}", names(site, group, &[other])));
        }
        finding.help("the same words lead all readers to the same page, if it is there for them");
    }
}

/// Where a link leads, if it is on this site and the same for all its readers.
fn goal(page: &Page, site: &Site, link: &Link) -> Option<Goal> {
    let (_, fragment) = link.destination.split_once('#').unwrap_or_default();
    let mut goal: Option<Goal> = None;
    let flow = site.follow(page, link, false).into_iter().try_for_each(|led| {
        let published = &site.published[led.edition];
        let own = match led.outcome {
            Outcome::Good(Target::Page(instance) | Target::Alias(instance)) => {
                match published.instances[instance as usize].page {
                    Some(page) => Goal::Page(page, fragment.to_owned()),
                    None => return ControlFlow::Break(()),
                }
            }
            Outcome::Good(Target::File(path)) => Goal::File(path.to_owned()),
            _ => return ControlFlow::Break(()),
        };
        if goal.get_or_insert(own.clone()) == &own {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    goal.filter(|_| flow.is_continue())
}

/// Whether these readers, too, would find what is there.
fn is_for(page: &Page, site: &Site, goal: &Goal, readers: EditionSet) -> bool {
    match goal {
        Goal::None | Goal::File(_) => true,
        Goal::Page(target, fragment) => {
            let target = *target as usize;
            let anchor = site.anchors[target].editions_of(fragment);
            let is_there = fragment.is_empty()
                || anchor.contains_all(readers)
                || anchor.is_empty() && site.index(page) != target;
            site.visibility[target].page.contains_all(readers) && is_there
        }
    }
}
