//! An id that a reader meets twice on one page.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{diagnostic::Findings, page::Page, site::Site};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DuplicateAnchor {}

impl Rule for DuplicateAnchor {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        let anchors = &site.anchors[site.index(page)];
        for same in anchors.ids.chunk_by(|a, b| a.id == b.id).filter(|same| same.len() > 1) {
            for (index, later) in same.iter().enumerate().skip(1) {
                let Some(earlier) =
                    same[..index].iter().find(|own| !own.editions.and(later.editions).is_empty())
                else {
                    continue;
                };
                if !(earlier.explicit || later.explicit) || later.span.start < earlier.span.end {
                    continue;
                }
                let both = earlier.editions.and(later.editions);
                // Some see only one of the two.
                let taken = if both == earlier.editions {
                    "taken here".to_owned()
                } else {
                    format!("taken here, for {}", site.names(earlier.editions.and(site.everybody())))
                };
                findings
                    .report(page, later.span, format!("the id `{}` is already taken", later.id))
                    .editions(both, later.editions)
                    .label(page, earlier.span, taken)
                    .help("give it another id; links to this one lead to the first");
            }
        }
    }
}
