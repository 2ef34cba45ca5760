//! A configuration file or theme that is named and not there.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Rule, nearest};
use crate::{
    diagnostic::Findings,
    site::{Site, named::NamedKind},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MissingConfiguration {}

impl Rule for MissingConfiguration {
    fn check_site(&self, site: &Site, findings: &mut Findings) {
        for named in &site.absent {
            let Some(source) = site.source(&named.path) else { continue };
            let message = match named.kind {
                NamedKind::Configuration => format!("there is no configuration file `{}`", named.name),
                NamedKind::Theme => format!("there is no theme `{}`", named.name),
            };
            let near = nearest(&named.name, named.known.iter().map(String::as_str));
            // A theme of another name may be fetched, or linked to, before the build.
            if near.is_none() && named.kind == NamedKind::Theme {
                continue;
            }
            let found = findings.report_in(source, named.span, message);
            match near {
                Some(near) => found.help(format!("did you mean `{near}`?")),
                None => found.help("Hugo builds the site without it and says nothing"),
            };
        }
    }
}
