//! The same words in another kind of box in another version.

use schemars::JsonSchema;
use serde::Deserialize;

use std::collections::BTreeSet;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    hugo::shortcode::CallEnd,
    page::Page,
    site::Site,
    variants::{admonition, admonitions, names, readers},
};

/// The same words in another kind of box in another version.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct AdmonitionDisagreement {}

impl Rule for AdmonitionDisagreement {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let mut reported = BTreeSet::new();
        for group in site.alternatives(page) {
            for dissent in admonitions(page, group).dissents(|call| admonition(page.tag(call as usize))) {
                if !reported.insert(dissent.member.node) {
                    continue;
                }
                let tag = |call: u32| page.tag(call as usize).span;
                let others = readers(page, site, group, &dissent.others, tag);
                let (kind, most) = (dissent.value.unwrap_or_default(), dissent.most.unwrap_or_default());
                let own = names(site, group, &[dissent.member]);
                let message = format!("`{kind}` for {own}, but `{most}` for {others}");
                let finding = findings.report(page, tag(dissent.member.node), message);
                for &other in &dissent.others {
                    let label = format!("`{most}` for {}", names(site, group, &[other]));
                    finding.label(page, tag(other.node), label);
                }
                finding.help("the same words deserve the same box for all readers");
                if let Some(edits) = renaming(page, dissent.member.node, dissent.others[0].node) {
                    finding.fix(Safety::Unsafe, edits);
                }
            }
        }
    }
}

/// Makes a call what the other one is: another shortcode, or the same with another kind.
fn renaming(page: &Page, call: u32, other: u32) -> Option<Vec<Edit>> {
    let (own, tag, model) = (&page.calls[call as usize], page.tag(call as usize), page.tag(other as usize));
    if tag.name == model.name {
        let differing =
            tag.arguments.iter().zip(&model.arguments).filter(|(one, two)| one.value != two.value);
        let edits = differing.map(|(one, two)| {
            (one.key == two.key)
                .then(|| Edit { span: one.span, text: page.source.slice(two.span).to_owned() })
        });
        // A title is the author's; only where nothing but the kind differs it is clear what to change.
        return edits.collect::<Option<Vec<Edit>>>().filter(|edits| edits.len() == 1);
    }
    let CallEnd::Closed(close) = own.end else { return None };
    let edit = |span| Edit { span, text: model.name.clone() };
    Some(vec![edit(tag.name_span), edit(page.tags[close].name_span)])
}
