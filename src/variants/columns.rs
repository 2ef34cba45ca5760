//! The same thing in each version of a text, and who is in the minority: [`Columns`].

use std::collections::BTreeMap;

use super::Group;
use crate::{page::Page, site::Site, source::Span};

/// A thing of a version: a list, a heading, an admonition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// The version, by index in [`Group::branches`].
    pub branch: usize,
    /// The thing, by an index that the rule chooses.
    pub node: u32,
}

/// Things that are the same in different versions.
#[derive(Debug, Default)]
pub struct Columns {
    /// Each thing's representative; a thing that represents itself stands for its column.
    parents: BTreeMap<Member, Member>,
}

impl Columns {
    /// Says that two things are the same.
    pub fn join(&mut self, one: Member, other: Member) {
        let (one, other) = (self.find(one), self.find(other));
        self.parents.insert(one.max(other), one.min(other));
        self.parents.insert(one.min(other), one.min(other));
    }

    fn find(&mut self, member: Member) -> Member {
        let mut root = member;
        while let Some(&parent) = self.parents.get(&root).filter(|&&parent| parent != root) {
            root = parent;
        }
        self.parents.insert(member, root);
        root
    }

    /// Where the things of a column differ in `value`: what differs from most versions, or, where as many are of one
    /// mind as of another, from the first.
    pub fn dissents<V: PartialEq>(mut self, value: impl Fn(u32) -> V) -> Vec<Dissent<V>> {
        let mut values = self.parents.keys().map(|member| value(member.node));
        if values.next().is_none_or(|first| values.all(|value| value == first)) {
            return Vec::new();
        }
        let members: Vec<Member> = self.parents.keys().copied().collect();
        let mut columns: BTreeMap<Member, Vec<Member>> = BTreeMap::new();
        for member in members {
            columns.entry(self.find(member)).or_default().push(member);
        }
        let mut dissents = Vec::new();
        for column in columns.into_values() {
            let mut sides: Vec<(V, Vec<Member>)> = Vec::new();
            for &member in &column {
                let own = value(member.node);
                match sides.iter_mut().find(|(value, _)| *value == own) {
                    Some((_, members)) => members.push(member),
                    None => sides.push((own, vec![member])),
                }
            }
            let strength = |members: &[Member]| members.chunk_by(|a, b| a.branch == b.branch).count();
            let most = sides.iter().map(|(_, members)| strength(members)).max().unwrap_or(0);
            let Some(winner) = sides.iter().position(|(_, members)| strength(members) == most) else {
                continue;
            };
            let (_, winners) = sides.swap_remove(winner);
            for (_, members) in sides {
                for member in members {
                    let others: Vec<Member> =
                        winners.iter().copied().filter(|winner| winner.branch != member.branch).collect();
                    if let Some(first) = others.first() {
                        dissents.push(Dissent {
                            value: value(member.node),
                            most: value(first.node),
                            member,
                            others,
                        });
                    }
                }
            }
        }
        dissents.sort_by_key(|dissent| dissent.member);
        dissents
    }
}

/// A thing that is otherwise in most versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dissent<V> {
    /// The thing.
    pub member: Member,
    /// What it is.
    pub value: V,
    /// What the others are.
    pub most: V,
    /// The others, by version; never empty.
    pub others: Vec<Member>,
}

/// Who sees these things, in the order of the versions: `US, CN`.
pub fn names(site: &Site, group: &Group, members: &[Member]) -> String {
    let mut branches: Vec<usize> = members.iter().map(|member| member.branch).collect();
    branches.dedup();
    let names: Vec<String> =
        branches.iter().map(|&branch| group.names(site, group.branches[branch].editions)).collect();
    names.join(", ")
}

/// Who sees these things and where the first of them is: `US, CN (line 62)`.
pub fn readers(
    page: &Page,
    site: &Site,
    group: &Group,
    members: &[Member],
    place: impl Fn(u32) -> Span,
) -> String {
    let line = members.first().map_or(0, |first| page.source.line(place(first.node).start));
    format!("{} (line {line})", names(site, group, members))
}
