//! The further pages of lists that templates divide: `page/2/` and so on.

use super::{Site, catalogue::Catalogue, resolve::Resolver};
use crate::hugo::{
    extras::pager_setting,
    templates::{Known, division, whole},
};

/// How many pages Hugo makes of the list on a published page; `Some(0)`: it divides none. `None`: that is not known.
pub(super) fn count(site: &Site, edition: usize, number: u32) -> Option<usize> {
    let published = &site.published[edition];
    if published.others.contains_key(&number) {
        return None;
    }
    let instance = &published.instances[number as usize];
    let layout = published.layouts.get(instance.layout? as usize)?;
    let text = |path: &str| site.source(path).map(|source| source.text.as_str());
    let base = match &layout.base {
        Some(base) => Some(text(base)?),
        None => None,
    };
    let template = whole(text(&layout.template)?, base);
    if template.problem.is_some() {
        return None;
    }
    let resolver = Resolver::new(site, edition, number);
    let page = instance.page.map(|page| &site.pages[page as usize]);
    let catalogue = Catalogue::new(&resolver, None);
    let run = |known: &Known<'_>| {
        division(&template, site.printed.partials(), &Known { lists: Some(&catalogue), ..*known })
    };
    let Some((pages, size)) = resolver.with_known(page, None, run)? else { return Some(0) };
    let root = &site.editions[edition].config.root;
    let size = size.or_else(|| {
        pager_setting(root, "pagersize", site.version).map_or(Some(10), |own| own.to_text()?.parse().ok())
    });
    Some(pages.div_ceil(size.filter(|size| *size > 0)?).max(1))
}
