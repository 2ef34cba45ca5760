//! Destinations of which shortcodes make a part. Hugo: `param.html` among its embedded shortcodes.

use super::{
    cascaded::Parameters,
    resolve::{Outcome, Resolver},
};
use crate::{
    hugo::{
        definitions::Origin,
        shortcode::{Delimiter, Tag},
        templates::Role,
    },
    page::{AddressAttribute, Link, LinkKind, Page},
    source::Span,
    value::Value,
};

/// How braces are written in the words and patterns of a template.
const BRACES: [&str; 5] = ["\"{{", "`{{", "\\{\\{", "{\\{", "[{]"];

impl<'s> Resolver<'s> {
    /// The link with what all calls print in its destination; `None` where that is not known, or anything else makes a
    /// part of it. `{{< param name >}}` is put in when render hooks have seen the link already.
    pub(super) fn with_params(&self, page: &Page, link: &Link) -> Option<Link> {
        let text = &page.source.text;
        let span = page.written(link)?;
        let first = page.tags.partition_point(|tag| tag.span.start < span.start);
        let (mut out, mut at) = (String::new(), span.start as usize);
        let mut kind = link.kind.clone();
        for tag in page.tags[first..].iter().take_while(|tag| tag.span.end <= span.end) {
            out.push_str(text.get(at..tag.span.start as usize)?);
            match self.param(page, tag) {
                Some(value) => out.push_str(&value),
                None => {
                    let found = page.texts.binary_search_by_key(&tag.span.start, |(start, _)| *start);
                    let text =
                        page.texts[found.ok()?].1.of(self.edition).filter(|text| !text.contains('<'))?;
                    // Browsers pass over the ends of lines in an address.
                    let is_html = tag.delimiter == Delimiter::Html;
                    out.extend(text.chars().filter(|c| !(is_html && matches!(c, '\n' | '\r' | '\t'))));
                }
            }
            at = tag.span.end as usize;
            if tag.delimiter == Delimiter::Html {
                kind = LinkKind::Html(AddressAttribute::HREF);
            }
        }
        out.push_str(text.get(at..span.end as usize)?);
        let is_odd = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '\\');
        let known = Link { destination: out, computed: false, kind, ..link.clone() };
        let is_plain = !known.destination.is_empty() && !known.destination.contains(is_odd);
        let has_braces = known.destination.contains('{');
        (is_plain && (!has_braces || self.braces_are_text(&known))).then_some(known)
    }

    /// Whether `{{ }}` in a destination is nothing but text to Hugo, such as `{{page.version}}` of another generator, and
    /// no template replaces it.
    pub(super) fn braces_are_text(&self, link: &Link) -> bool {
        let is_written = !matches!(link.kind, LinkKind::Argument { .. } | LinkKind::Printed { .. });
        let mut words =
            link.destination.split("{{").skip(1).map(|rest| rest.split("}}").next().unwrap_or(rest).trim());
        let is_text = |word: &str| {
            let is_call = word.is_empty() || word.starts_with(['<', '%']);
            let has_braces = |text: &str| BRACES.iter().any(|braces| text.contains(braces));
            let replaces = |text: &str| text.contains(word) && has_braces(text);
            !is_call && !self.site.sources.iter().any(|own| replaces(&own.text))
        };
        is_written && link.call.is_none() && words.all(is_text)
    }

    /// What `param` prints: the page's parameter, else the site's.
    fn param(&self, page: &Page, tag: &Tag) -> Option<String> {
        let embedded = self.site.definitions.get("param").is_some_and(|own| own.origin == Origin::Embedded);
        if tag.name != "param" || !embedded {
            return None;
        }
        let name = tag.positional(0)?.value.to_lowercase();
        let path: Vec<&str> = name.split('.').collect();
        let (site, instance) = (self.site, self.instance);
        let parameters = Parameters::around(&site.pages, self.published, self.config, site.version, instance);
        let own = parameters.of(page, instance, &path);
        own.or_else(|| self.config.param(&path, &self.instance.language)?).and_then(Value::to_text)
    }

    /// A parameter of this page, or of one without a file, with what cascades to it.
    pub(super) fn field(&self, page: Option<&Page>, key: &str) -> Option<Value> {
        let (site, instance) = (self.site, self.instance);
        let parameters = Parameters::around(&site.pages, self.published, self.config, site.version, instance);
        let found = match page {
            Some(page) => parameters.of(&site.pages[site.index(page)], instance, &[key]),
            None => parameters.of_made(instance, &[key]),
        };
        found.cloned()
    }

    /// Where a call leads that is a whole destination: the call is a link of its own, and
    /// what is wrong with it is said there.
    pub(super) fn through_call(&self, page: &Page, link: &Link) -> Option<Outcome<'s>> {
        let (LinkKind::Inline | LinkKind::Reference(_)) = link.kind else { return None };
        let span = page.written(link)?;
        // A title may follow.
        let behind = |call: Span| &page.source.text[call.end as usize..span.end.max(call.end) as usize];
        let is_all = |call: Span| {
            call.start == span.start
                && (call.end == span.end || behind(call).starts_with(char::is_whitespace))
        };
        let first = page.links.partition_point(|other| other.span.start < span.start);
        let call =
            page.links[first..].iter().take_while(|other| other.span.start < span.end).find(|other| {
                matches!(other.kind, LinkKind::Argument { role: Role::PageReference, .. })
                    && is_all(other.whole)
            })?;
        match self.resolve(page, call) {
            Outcome::Bad { .. } => None,
            outcome => Some(outcome),
        }
    }
}
