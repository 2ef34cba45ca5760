//! A reference link whose label is not defined.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::{Page, Reading},
    rules::nearest,
    site::Site,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UndefinedReference {}

impl Rule for UndefinedReference {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for reference in &page.undefined_references {
            let document = page.documents.get(reference.document as usize);
            let known = document.is_none_or(|own| !own.assumed && own.reading != Reading::Opaque);
            if !known || site.visibility(page).of(reference.call).is_empty() {
                continue;
            }
            // Brackets side by side are often just text: `[OK][Cancel]`. Only who defines labels means to use them.
            if page.definitions.is_empty() {
                continue;
            }
            let labels = page.definitions.iter().filter(|own| own.document == reference.document);
            let near = nearest(&reference.label, labels.map(|own| own.label.as_str()));
            let found = findings.report(
                page,
                reference.span,
                format!("`[{}]` is not defined, so this is printed as it is", reference.label),
            );
            let elsewhere =
                page.definitions.iter().find(|own| own.label.eq_ignore_ascii_case(&reference.label));
            if let Some(other) = elsewhere {
                found.label(page, other.span, "this definition does not reach there");
                found.help("define it again in the same block: the text is rendered on its own");
            } else if let Some(near) = near {
                found.help(format!("did you mean `[{near}]`?"));
            } else {
                found.help(format!("define it: `[{}]: https://…`", reference.label));
            }
        }
    }
}
