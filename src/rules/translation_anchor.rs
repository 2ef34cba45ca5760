//! An id that a page has and its translation lacks.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    page::{AnchorKind, Page},
    site::{Site, anchors::Id, translations::Translation},
    source::Span,
    variants::{Pair, Sections, are_in_step, first_line, heading_ids, headings_in_common, is_marked_old},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TranslationAnchor {}

impl Rule for TranslationAnchor {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let Some(translation) = site.translation(page).filter(|_| !is_marked_old(page)) else { return };
        let Some(comparison) = Comparison::new(page, site, translation) else { return };
        comparison.headings(site, findings);
        comparison.others(site, findings);
    }
}

/// A translation beside its original.
struct Comparison<'s> {
    page: &'s Page,
    translation: Translation<'s>,
    ids: Vec<Option<&'s Id>>,
    original_ids: Vec<Option<&'s Id>>,
    pairs: Vec<Pair>,
    sections: Sections<'s>,
    original_sections: Sections<'s>,
}

impl<'s> Comparison<'s> {
    /// `None` where the pages differ so much that one is probably older.
    fn new(page: &'s Page, site: &'s Site, translation: Translation<'s>) -> Option<Self> {
        let original = translation.original;
        let is_parallel = page.headings.len() == original.headings.len();
        if !is_parallel || !may_lack(page) && !may_lack(original) {
            return None;
        }
        let (ids, original_ids) = (heading_ids(site, page), heading_ids(site, original));
        let pairs = headings_in_common((original, &original_ids), (page, &ids));
        let (sections, original_sections) = (Sections::of(page), Sections::of(original));
        are_in_step(&pairs, &original_sections, &sections).then_some(Self {
            page,
            translation,
            ids,
            original_ids,
            pairs,
            sections,
            original_sections,
        })
    }

    /// Whether the text below two headings (or before the first ones) has the same blocks.
    fn is_alike(&self, pair: Option<Pair>) -> bool {
        let (own, other) = (pair.map(|pair| pair.translation), pair.map(|pair| pair.original));
        self.sections.are_alike(own, &self.original_sections, other)
    }

    fn both(&self, pair: &Pair) -> Option<(&'s Id, &'s Id)> {
        Some((self.original_ids[pair.original as usize]?, self.ids[pair.translation as usize]?))
    }

    fn headings(&self, site: &Site, findings: &mut Findings) {
        let given = |pair: &&Pair| self.both(pair).is_some_and(|(_, own)| own.explicit);
        let (kept, changed): (Vec<&Pair>, Vec<&Pair>) =
            self.pairs.iter().filter(given).partition(|pair| pair.by_id);
        // Who gives ids in the words of the own language means to.
        let keeps_ids = kept.len() > changed.len();
        let keeps_all_ids = kept.len() >= 3 && 4 * (kept.len() + changed.len()) >= 3 * self.pairs.len();
        let all = |page: &Page| &site.anchors[site.index(page)];
        let (anchors, original_anchors) = (all(self.page), all(self.translation.original));
        for pair in self.pairs.iter().filter(|pair| !pair.by_id && self.is_alike(Some(**pair))) {
            let Some((theirs, own)) = self.both(pair) else { continue };
            // What either page has elsewhere is another heading, in another order.
            let is_elsewhere =
                !original_anchors.with_id(&own.id).is_empty() || !anchors.with_id(&theirs.id).is_empty();
            if is_elsewhere || theirs.numbered || anchors.may_be(&theirs.id) {
                continue;
            }
            let is_sure = match (theirs.explicit, own.explicit) {
                (_, true) => keeps_ids || strsim::normalized_levenshtein(&theirs.id, &own.id) >= SIMILAR,
                (true, false) => keeps_ids || self.most_translations_have(site, &theirs.id),
                (false, false) => keeps_ids && keeps_all_ids,
            };
            if is_sure {
                self.report(site, pair, (theirs, own), findings);
            }
        }
    }

    fn report(&self, site: &Site, pair: &Pair, (theirs, own): (&Id, &Id), findings: &mut Findings) {
        let original = self.translation.original;
        let name = site.language_name(self.translation.default_language);
        let (line, id) = (original.source.line(theirs.span.start), &theirs.id);
        let heading = &self.page.headings[pair.translation as usize];
        let place = first_line(self.page, heading.span);
        let (span, message) = if own.explicit {
            (own.span, format!("heading id `{}`, but `{id}` in the {name} page (line {line})", own.id))
        } else {
            (place, format!("no heading id, but `{id}` in the {name} page (line {line})"))
        };
        let finding = findings.report(self.page, span, message);
        let there = first_line(original, original.headings[pair.original as usize].span);
        finding.label(original, there, format!("in the {name} page"));
        finding.help(if own.explicit {
            format!("give it the id `{id}`, and change links to `#{}` with it", own.id)
        } else {
            format!("add `{{#{id}}}`, so that links to `#{id}` work in each language")
        });
        let line = self.page.source.slice(place);
        let written = self.page.source.slice(own.span);
        if own.explicit && written.matches(own.id.as_str()).count() == 1 {
            let text = written.replacen(own.id.as_str(), id, 1);
            finding.fix(Safety::Unsafe, [Edit { span: own.span, text }]);
        } else if !own.explicit && line.starts_with('#') && !line.trim_start_matches('#').contains('#') {
            let end = Span { start: place.end, end: place.end };
            finding.fix(Safety::Unsafe, [Edit { span: end, text: format!(" {{#{id}}}") }]);
        }
    }

    /// Whether most of the other translations, and at least two, have an id.
    fn most_translations_have(&self, site: &Site, id: &str) -> bool {
        let all = site.translations_of(self.translation.original);
        let others: Vec<&Page> = all.into_iter().filter(|other| other.path() != self.page.path()).collect();
        let having =
            others.iter().filter(|other| !site.anchors[site.index(other)].with_id(id).is_empty()).count();
        having >= 2 && 2 * having > others.len()
    }

    /// Ids in raw HTML and attributes of blocks.
    fn others(&self, site: &Site, findings: &mut Findings) {
        let original = self.translation.original;
        let anchors = &site.anchors[site.index(self.page)];
        if anchors.open.is_some() {
            return;
        }
        for anchor in original.anchors.iter().filter(|anchor| is_written(anchor.kind)) {
            if !anchors.with_id(&anchor.id).is_empty() || anchors.may_be(&anchor.id) || anchor.id.is_empty() {
                continue;
            }
            let before =
                |pair: &&Pair| original.headings[pair.original as usize].span.start <= anchor.span.start;
            let pair = self.pairs.iter().take_while(before).last().copied();
            if !self.is_alike(pair) {
                continue;
            }
            let blocks: Vec<usize> = self.original_sections.blocks(pair.map(|pair| pair.original)).collect();
            let holds = |&&block: &&usize| original.blocks[block].span.contains(anchor.span);
            let Some(place) = blocks.iter().rposition(|block| holds(&block)) else { continue };
            let Some(own) = self.sections.blocks(pair.map(|pair| pair.translation)).nth(place) else {
                continue;
            };
            let name = site.language_name(self.translation.default_language);
            let line = original.source.line(anchor.span.start);
            let span = first_line(self.page, self.page.blocks[own].span);
            let message = format!("no id `{}` here, but in the {name} page (line {line})", anchor.id);
            let finding = findings.report(self.page, span, message);
            finding.label(original, anchor.span, format!("in the {name} page"));
            finding.help(format!("links to `#{}` do not work in this language", anchor.id));
        }
    }
}

/// How alike two ids are at least of which one is the other misspelt: a share of their length.
const SIMILAR: f64 = 0.75;

fn is_written(kind: AnchorKind) -> bool {
    matches!(kind, AnchorKind::Html | AnchorKind::Attribute)
}

/// Whether a page says ids itself.
fn may_lack(page: &Page) -> bool {
    page.headings.iter().any(|heading| heading.id.is_some())
        || page.anchors.iter().any(|anchor| is_written(anchor.kind))
}
