//! A condition's tag with unusual white space.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::{Edit, Findings, Safety},
    hugo::shortcode::{CallEnd, Delimiter, Tag, TagKind},
    page::Page,
    site::Site,
    variants::conditions,
};

/// A condition's tag with unusual white space.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct TagSpacing {}

impl Rule for TagSpacing {
    fn check_page(&self, page: &Page, site: &Site, findings: &mut Findings) {
        for condition in conditions(site, page) {
            let close = match page.calls[condition.call].end {
                CallEnd::Closed(close) => Some(&page.tags[close]),
                _ => None,
            };
            for tag in [Some(page.tag(condition.call)), close].into_iter().flatten() {
                let (written, usual) = (page.source.slice(tag.span), usual(page, tag));
                let dense = |text: &str| text.split_whitespace().collect::<String>();
                if written == usual || written.contains('\n') || dense(written) != dense(&usual) {
                    continue;
                }
                findings
                    .report(page, tag.span, format!("usually written `{usual}`"))
                    .fix(Safety::Safe, [Edit { span: tag.span, text: usual }]);
            }
        }
    }
}

/// The tag with one blank before and after its name and each argument.
fn usual(page: &Page, tag: &Tag) -> String {
    let (open, close) = match tag.delimiter {
        Delimiter::Html => ("{{<", ">}}"),
        Delimiter::Markdown => ("{{%", "%}}"),
    };
    let slash = if tag.kind == TagKind::Close { "/" } else { "" };
    let mut words = vec![open.to_owned(), format!("{slash}{}", tag.name)];
    words.extend(tag.arguments.iter().map(|argument| page.source.slice(argument.span).to_owned()));
    words.push(close.to_owned());
    words.join(" ")
}
