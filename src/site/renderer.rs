//! What render hooks see: the page they take a link to be on.

use super::resolve::Resolver;
use crate::{
    hugo::{shortcode::Delimiter, templates::Renderer},
    page::{Link, LinkKind, Page},
};

impl Resolver<'_> {
    /// Whom render hooks see as the page of a link: `markdownify` renders inner texts on behalf of the home page.
    pub(super) fn renderer(&self, page: &Page, link: &Link) -> Renderer {
        if let LinkKind::Printed { hooked: Some(renderer), .. } = link.kind {
            return renderer;
        }
        let call = page.documents.get(link.document as usize).and_then(|document| document.call);
        let Some(call) = call.and_then(|call| page.calls.get(call as usize)) else { return Renderer::Page };
        let tag = &page.tags[call.open];
        let Some(definition) = self.site.definitions.get(&tag.name) else { return Renderer::Page };
        // These are rendered before the template gets them.
        let is_early = call.parent.is_some() || definition.summary.legacy;
        if is_early && tag.delimiter == Delimiter::Markdown {
            return Renderer::Page;
        }
        definition.summary.renderer
    }

    /// A resolver of links on the home page in the same language.
    pub(super) fn home(&self) -> Option<Self> {
        let home = self.published.identity(&self.instance.language, "")?;
        Some(Resolver::new(self.site, self.edition, home))
    }
}
