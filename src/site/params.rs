//! Destinations of which the embedded shortcode `param` makes a part. Hugo: `param.html` among its embedded shortcodes.

use super::resolve::Resolver;
use crate::{
    hugo::{
        definitions::Origin,
        shortcode::{Delimiter, Tag},
    },
    page::{Link, LinkKind, Page},
    value::Value,
};

impl Resolver<'_> {
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
        own.or_else(|| self.config.param(&path, &self.instance.language)).and_then(Value::to_text)
    }
}
