//! A link that is not encrypted, or soon will not be.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Level, Safety},
    page::Page,
    site::Site,
    web::cause::Verdict,
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct InsecureLink {}

impl Rule for InsecureLink {
    fn is_silent(&self, site: &Site) -> bool {
        site.external.is_none()
    }

    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for (link, own, answer) in site.external(page) {
            let Some(answer) = answer.filter(|answer| answer.verdict == Verdict::Alive) else { continue };
            let visible = site.visibility(page).of(link.call);
            let mut from = answer.url.as_str();
            let fall = answer.hops.iter().find_map(|hop| {
                let falls = from.starts_with("https://") && hop.to.starts_with("http://");
                from = &hop.to;
                falls.then_some(hop.to.as_str())
            });
            if let Some(to) = fall {
                let message = format!("`{}` is redirected to `{to}`, which is not encrypted", own.url);
                findings
                    .report(page, link.span, message)
                    .editions(own.editions, visible)
                    .level(Level::Warning);
            } else if let Some(rest) = answer.url.strip_prefix("http://")
                && let Some(hop) = answer.hops.first()
                && hop.to.strip_prefix("https://") == Some(rest)
            {
                let found = findings.report(page, link.span, format!("`{}` is not encrypted", own.url));
                found.editions(own.editions, visible);
                found.help("the same address answers with `https`, to which it is redirected");
                let written = link.destination.get(..5).filter(|start| start.eq_ignore_ascii_case("http:"));
                if let (Some(_), Some(span)) = (written, site.destination_span(page, link)) {
                    found.fix(
                        Safety::Safe,
                        [Edit { span, text: format!("https:{}", &link.destination[5..]) }],
                    );
                }
            } else if answer.certificate_expires {
                let message = format!("the certificate of `{}` expires in less than two weeks", own.url);
                findings.report(page, link.span, message).editions(own.editions, visible);
            }
        }
    }
}
