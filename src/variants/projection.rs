//! What a reader of one edition sees of a page: [`Projection`].
//!
//! A page is put together as Hugo does it for that edition, and the Markdown is read again. Inner texts that are rendered
//! on their own are documents of their own, and stand where their call stands; others are pasted before Markdown is
//! read. What templates print is there as far as it is known ([`NodeKind::Unknown`]).

use super::compose::{Composed, Composer, Parts, Rendered, Slot, partly};
use crate::{
    markdown::fragment::{Fragment, Part, PartKind},
    page::Page,
    site::{Site, edition::Visibility},
    source::Span,
};

/// Calls nested deeper than this are unknown.
const DEEPEST: usize = 128;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// A part of a Markdown document. The places of words are those in [`Projection::words`].
    Part(PartKind),
    /// What a call prints that comes in behind Markdown, by index in [`Page::calls`]. Conditions have no node.
    Call(u32),
    /// The inner text of a call that is rendered on its own, and is no condition.
    Inner(u32),
    /// What would be there, but Markdown drops it, as the site does not let raw HTML pass.
    Dropped(u32),
    /// Something that a call prints and that is not known; or a condition with a value that is not known.
    Unknown(u32),
}

/// A part of what a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where in the page it comes from.
    pub span: Span,
    /// Index of the node it is in.
    pub parent: Option<u32>,
    /// One past the index of its last descendant.
    pub end: u32,
    /// The innermost call that it comes from, by index in [`Page::calls`]: its inner text was rendered on its own.
    pub call: Option<u32>,
}

/// Whether there is something to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    /// Nothing.
    Empty,
    /// Perhaps: something is there that is not known.
    Unknown,
    /// Words or a picture.
    Full,
}

/// A page as a reader of one edition sees it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Projection {
    /// What is there, in document order, each node before those in it.
    pub nodes: Vec<Node>,
    /// All words.
    pub words: String,
}

impl Projection {
    /// Puts it together; `None` where the page is too large, or holds characters that this module needs for itself.
    pub fn new(site: &Site, page: &Page, edition: usize) -> Option<Self> {
        let mut parts = Parts::new(page, site.visibility(page))?;
        Some(Self::of_parts(&mut parts, site, edition))
    }

    fn of_parts<'p>(parts: &mut Parts<'p>, site: &'p Site, edition: usize) -> Self {
        let mut composer = Composer::new(parts, site, edition);
        let body = composer.body();
        let mut builder = Builder { composer, projection: Self::default(), open: Vec::new(), call: None };
        builder.document(&body, 0);
        builder.projection
    }

    /// The nodes in a node.
    pub fn inside(&self, node: usize) -> std::ops::Range<usize> {
        node + 1..self.nodes[node].end as usize
    }

    /// The nodes directly in a node (`None`: in none), by index.
    pub fn children(&self, node: Option<usize>) -> impl Iterator<Item = usize> {
        let mut range = node.map_or(0..self.nodes.len(), |node| self.inside(node));
        std::iter::from_fn(move || {
            let next = range.start;
            (next < range.end).then(|| {
                range.start = self.nodes[next].end as usize;
                next
            })
        })
    }

    /// Whether a reader certainly sees something there: words or a picture.
    pub fn is_content(&self, node: usize) -> bool {
        match self.nodes[node].kind {
            NodeKind::Part(PartKind::Words(start, end)) => {
                !self.words[start as usize..end as usize].trim().is_empty()
            }
            NodeKind::Part(PartKind::Object) => true,
            _ => false,
        }
    }

    /// What is there to see in these nodes.
    pub fn filling(&self, nodes: std::ops::Range<usize>) -> Filling {
        let mut filling = Filling::Empty;
        for node in nodes {
            if self.is_content(node) {
                return Filling::Full;
            }
            // HTML without words may be filled by a script, or is dropped, which is another matter.
            if matches!(self.nodes[node].kind, NodeKind::Unknown(_) | NodeKind::Part(PartKind::Html)) {
                filling = Filling::Unknown;
            }
        }
        filling
    }

    /// The first of these nodes that a reader certainly sees.
    pub fn first_content(&self, mut nodes: std::ops::Range<usize>) -> Option<usize> {
        nodes.find(|&node| self.is_content(node))
    }

    /// Everything that is written in these nodes, white space as it is.
    pub fn words_of(&self, nodes: std::ops::Range<usize>) -> String {
        let mut text = String::new();
        for node in &self.nodes[nodes] {
            if let NodeKind::Part(PartKind::Words(start, end)) = node.kind {
                text.push_str(&self.words[start as usize..end as usize]);
            }
        }
        text
    }

    /// The visible text in document order: one line per block, white space unified, what is not known as `⟦name⟧`.
    pub fn text(&self, page: &Page) -> String {
        let mut text = String::new();
        let mut ends: Vec<usize> = Vec::new();
        let mut dropped = 0;
        for (index, node) in self.nodes.iter().enumerate() {
            while ends.pop_if(|end| *end <= index).is_some() {
                text.push('\n');
            }
            match node.kind {
                _ if index < dropped => {}
                NodeKind::Dropped(_) => dropped = node.end as usize,
                NodeKind::Part(PartKind::Words(start, end)) => {
                    text.push_str(&self.words[start as usize..end as usize]);
                }
                NodeKind::Part(kind) if kind.is_block() => {
                    text.push('\n');
                    ends.push(node.end as usize);
                }
                NodeKind::Unknown(call) => {
                    text.push('⟦');
                    text.push_str(&page.tag(call as usize).name);
                    text.push('⟧');
                }
                _ => {}
            }
        }
        let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

/// What the readers of each edition see of a page that not all see alike.
#[derive(Debug, Default)]
pub struct Projections(Vec<(usize, Projection)>);

impl Projections {
    /// Of all editions that publish the page; `None` where all see the same, or where it is not known.
    pub fn new(site: &Site, page: &Page) -> Option<Self> {
        let visibility = site.visibility(page);
        if partly(visibility).is_empty() {
            return None;
        }
        let mut parts = Parts::new(page, visibility)?;
        let editions = visibility.page.and(site.everybody()).iter();
        Some(Self(
            editions.map(|edition| (edition, Projection::of_parts(&mut parts, site, edition))).collect(),
        ))
    }

    /// With the indexes of their editions, in order.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Projection)> {
        self.0.iter().map(|(edition, projection)| (*edition, projection))
    }
}

/// How much of a page the readers of an edition see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// All of it.
    Shown,
    /// All but some blocks.
    Partly,
    /// Nothing: it is not published for them.
    Hidden,
}

/// How much of a page each edition shows, in the order of the editions.
pub fn coverage(visibility: &Visibility, editions: usize) -> Vec<Coverage> {
    let partly = partly(visibility);
    let of = |edition| match (visibility.page.contains(edition), partly.contains(edition)) {
        (false, _) => Coverage::Hidden,
        (true, true) => Coverage::Partly,
        (true, false) => Coverage::Shown,
    };
    (0..editions).map(of).collect()
}

/// Brings the documents of a page together.
struct Builder<'b, 'p> {
    composer: Composer<'b, 'p>,
    projection: Projection,
    /// Open nodes.
    open: Vec<u32>,
    call: Option<u32>,
}

impl Builder<'_, '_> {
    fn push(&mut self, kind: NodeKind, span: Span) -> usize {
        let nodes = &mut self.projection.nodes;
        let index = nodes.len();
        let end = u32::try_from(index + 1).unwrap_or(u32::MAX);
        nodes.push(Node { kind, span, parent: self.open.last().copied(), end, call: self.call });
        index
    }

    fn begin(&mut self, kind: NodeKind, span: Span) {
        let index = self.push(kind, span);
        self.open.push(u32::try_from(index).unwrap_or(u32::MAX));
    }

    fn finish(&mut self) {
        if let Some(index) = self.open.pop() {
            let end = u32::try_from(self.projection.nodes.len()).unwrap_or(u32::MAX);
            self.projection.nodes[index as usize].end = end;
        }
    }

    fn document(&mut self, rendered: &Rendered, depth: usize) {
        self.fragment(&rendered.fragment, &rendered.composed, rendered.bare, depth);
    }

    /// `bare`: without its first part, which holds all others.
    fn fragment(&mut self, fragment: &Fragment, composed: &Composed, bare: bool, depth: usize) {
        // Where the open blocks of this fragment end, as indexes of its parts.
        let mut ends: Vec<u32> = Vec::new();
        for (index, part) in (0_u32..).zip(&fragment.parts).skip(usize::from(bare)) {
            while ends.pop_if(|end| *end <= index).is_some() {
                self.finish();
            }
            let span = composed.span(part.start, part.stop);
            match part.kind {
                PartKind::Slot(number) => self.slot(Slot::of(number), span, depth),
                PartKind::Dropped(number) => match Slot::of(number) {
                    Slot::Inner(call) | Slot::Dropped(call) => self.slot(Slot::Dropped(call), span, depth),
                    Slot::Output(_) | Slot::Unknown(_) => {}
                },
                PartKind::Words(start, end) => {
                    let from = u32::try_from(self.projection.words.len()).unwrap_or(u32::MAX);
                    self.projection.words.push_str(&fragment.words[start as usize..end as usize]);
                    self.push(NodeKind::Part(PartKind::Words(from, from + (end - start))), span);
                }
                // A paragraph of nothing but a call is that call's output. Hugo takes the marks off, too.
                PartKind::Paragraph | PartKind::Line if is_lone_call(&fragment.parts, index as usize) => {}
                PartKind::Object => _ = self.push(NodeKind::Part(part.kind), span),
                kind => {
                    self.begin(NodeKind::Part(kind), span);
                    ends.push(part.end);
                }
            }
        }
        ends.iter().for_each(|_| self.finish());
    }

    fn slot(&mut self, slot: Slot, span: Span, depth: usize) {
        match slot {
            Slot::Unknown(call) => _ = self.push(NodeKind::Unknown(call), span),
            Slot::Output(call) | Slot::Inner(call) | Slot::Dropped(call) if depth >= DEEPEST => {
                self.push(NodeKind::Unknown(call), span);
            }
            Slot::Output(call) => {
                let certain = self.composer.condition(call);
                let is_condition = certain.is_some();
                // What the author meant is not known.
                if certain == Some(false) {
                    self.push(NodeKind::Unknown(call), span);
                }
                let output = self.composer.output(call);
                let fragment = Fragment::html(&output.text);
                if !is_condition {
                    self.begin(NodeKind::Call(call), span);
                }
                self.fragment(&fragment, &output, false, depth + 1);
                if !is_condition {
                    self.finish();
                }
            }
            Slot::Inner(call) | Slot::Dropped(call) => {
                let Some(inner) = self.composer.inner(call) else { return };
                let outer = self.call.replace(call);
                let is_dropped = matches!(slot, Slot::Dropped(_));
                let own = if is_dropped { NodeKind::Dropped(call) } else { NodeKind::Inner(call) };
                let has_node = is_dropped || self.composer.condition(call).is_none();
                if has_node {
                    self.begin(own, span);
                }
                self.document(&inner, depth + 1);
                if has_node {
                    self.finish();
                }
                self.call = outer;
            }
        }
    }
}

/// Whether a part holds nothing but all that a call prints.
fn is_lone_call(parts: &[Part], index: usize) -> bool {
    let is_output = |part: &Part| match part.kind {
        PartKind::Slot(number) => matches!(Slot::of(number), Slot::Output(_)),
        _ => false,
    };
    parts[index].end as usize == index + 2 && parts.get(index + 1).is_some_and(is_output)
}
