//! What the fragment of a link leads to on a page.

use super::{
    links::{SHORTCODE_IN_ID, Verdict},
    relative::decode,
    resolve::{Outcome, Resolver, Target, unknown},
};
use crate::fragment::{before_text, is_for_script};

/// Ids that themes give to parts of every page; only trusted where the theme is not here.
const COMMON_IDS: [&str; 12] = [
    "content",
    "contents",
    "footer",
    "header",
    "main",
    "main-content",
    "nav",
    "navbar",
    "search",
    "sidebar",
    "toc",
    "menu",
];

/// Why nothing is said of such fragments.
pub(super) const FOR_SCRIPT: &str = "only a script on the page knows what such a fragment means";

impl<'s> Resolver<'s> {
    /// What comes of a link to this page with a fragment.
    pub(super) fn fragment_of(&self, number: u32, fragment: Option<&str>) -> Outcome<'s> {
        let good = Outcome::Good(Target::Page(number));
        let target = &self.published.instances[number as usize];
        let Some(fragment) = fragment else { return good };
        let fragment = decode(before_text(fragment));
        let is_top = fragment.is_empty() || fragment.eq_ignore_ascii_case("top");
        // What is no HTML has no ids.
        let name = target.url.rsplit('/').next().unwrap_or_default();
        let is_other = name.rsplit_once('.').is_some_and(|(_, end)| !matches!(end, "html" | "htm"));
        if is_top || is_other || fragment == "TableOfContents" {
            return good;
        }
        let Some(page) = target.page else {
            return self.fragment_of_made(number, &fragment);
        };
        let anchors = &self.site.anchors[page as usize];
        let having = anchors.editions_of(&fragment);
        self.having.set(Some(having));
        if having.contains(self.edition)
            || anchors.is_for(self.edition, &target.language, &fragment)
            || self.site.layout_ids.binary_search_by(|id| id.as_str().cmp(&fragment)).is_ok()
        {
            self.step(|| format!("which has the anchor `#{fragment}`"));
            return good;
        }
        self.step(|| format!("which has no anchor `#{fragment}` that we can see"));
        if let Some(reason) = anchors.open {
            return unknown(reason);
        }
        if is_for_script(&fragment) {
            return unknown(FOR_SCRIPT);
        }
        let has_others = anchors.other_lines || self.site.definitions.incomplete;
        let is_named = self.config.goldmark.highlight.names_lines() && is_number(&fragment);
        if is_named || has_others && is_code_line(&fragment) {
            return unknown("a line of highlighted code may have the anchor");
        }
        if anchors.headings_that_may_be(&fragment).next().is_some() {
            return unknown(SHORTCODE_IN_ID);
        }
        if self.site.definitions.incomplete && COMMON_IDS.contains(&&*fragment) {
            return unknown("the theme may define the anchor");
        }
        if let Some(outcome) = self.around(number, &fragment) {
            return outcome;
        }
        Outcome::Bad { url: target.url.clone(), verdict: Verdict::NoAnchor(page, having) }
    }
}

/// Whether an anchor may be that of a line of code, such as `hl-2-7` or `7`. Hugo: `markup/highlight/config.go`,
/// `lineAnchors`.
fn is_code_line(fragment: &str) -> bool {
    let numbers = fragment.strip_prefix("hl-").and_then(|rest| rest.split_once('-'));
    is_number(fragment) || numbers.is_some_and(|(block, line)| is_number(block) && is_number(line))
}

/// Whether an anchor is a number, as those are of lines that a template highlights.
fn is_number(fragment: &str) -> bool {
    !fragment.is_empty() && fragment.bytes().all(|byte| byte.is_ascii_digit())
}
