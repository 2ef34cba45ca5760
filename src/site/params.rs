//! Destinations of which the embedded shortcode `param` makes a part. Hugo: `param.html` among its embedded shortcodes.

use super::resolve::{Outcome, Resolver};
use crate::{
    hugo::{
        cascade::{self, Cascade, Fields},
        definitions::Origin,
        shortcode::{Delimiter, Tag},
        templates::Role,
    },
    page::{Link, LinkKind, Page},
    source::Span,
    value::Value,
};

impl<'s> Resolver<'s> {
    /// The link with the values of all `{{% param name %}}` in its destination; `None` where anything else makes a part
    /// of it, or a value is not known. `{{< param name >}}` is put in when render hooks have seen the link already.
    pub(super) fn with_params(&self, page: &Page, link: &Link) -> Option<Link> {
        let text = &page.source.text;
        let span = page.written(link)?;
        let first = page.tags.partition_point(|tag| tag.span.start < span.start);
        let (mut out, mut at) = (String::new(), span.start as usize);
        let mut kind = link.kind.clone();
        for tag in page.tags[first..].iter().take_while(|tag| tag.span.end <= span.end) {
            out.push_str(text.get(at..tag.span.start as usize)?);
            out.push_str(&self.param(page, tag)?);
            at = tag.span.end as usize;
            if tag.delimiter == Delimiter::Html {
                kind = LinkKind::Html("a", "href");
            }
        }
        out.push_str(text.get(at..span.end as usize)?);
        let is_plain =
            !out.contains(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '{' | '\\'));
        let known = Link { destination: out, computed: false, kind, ..link.clone() };
        (is_plain && !known.destination.is_empty()).then_some(known)
    }

    /// What `param` prints: the page's parameter, else the site's.
    fn param(&self, page: &Page, tag: &Tag) -> Option<String> {
        let embedded = self.site.definitions.get("param").is_some_and(|own| own.origin == Origin::Embedded);
        if tag.name != "param" || !embedded {
            return None;
        }
        let name = tag.positional(0)?.value.to_lowercase();
        let path: Vec<&str> = name.split('.').collect();
        let fields = &page.front_matter.fields;
        let own = fields.get("params").and_then(|params| params.at(&path)).or_else(|| fields.at(&path));
        own.or_else(|| self.cascaded(fields, &path))
            .or_else(|| self.config.param(&path, &self.instance.language))
            .and_then(Value::to_text)
    }

    /// What the sections around the page, or the configuration, cascade to it.
    fn cascaded<'a>(&'a self, own: &'a Value, path: &[&str]) -> Option<&'a Value> {
        let (first, rest) = path.split_first()?;
        let identity = self.instance.identity.as_str();
        let mut cascades: Vec<Cascade<'a>> = self
            .config
            .root
            .get("cascade")
            .map(|all| cascade::read(all, "", None, self.site.version))
            .unwrap_or_default();
        let inner = identity.match_indices('/').map(|(at, _)| at).chain([identity.len()]);
        for end in [0].into_iter().chain(inner.filter(|&end| end > 0)) {
            let section = &identity[..end];
            let number = self.published.identity(&self.instance.language, section);
            let page = number.and_then(|number| self.published.instances[number as usize].page);
            let fields = page.and_then(|page| self.site.pages.get(page as usize));
            let all = fields.and_then(|page| page.front_matter.fields.get("cascade"));
            cascades.extend(all.into_iter().flat_map(|all| {
                cascade::read(all, section, Some(&self.instance.language), self.site.version)
            }));
        }
        let kind = self.instance.kind.name();
        let fields = Fields::new(own, &cascades, identity, kind, &self.instance.language);
        let value = fields.get(first)?;
        if rest.is_empty() { Some(value) } else { value.at(rest) }
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
