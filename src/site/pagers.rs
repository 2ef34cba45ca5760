//! The further pages of lists that templates divide: `page/2/` and so on.

use super::{Site, resolve::Resolver};
use crate::{
    hugo::{
        extras::pager_setting,
        published::{Instance, PageKind, Unpublished},
        templates::{Known, Listed, Lists, division, whole},
    },
    value::Value,
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
    let catalogue = Catalogue { resolver: &resolver, number };
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

/// The pages of an edition, as a template of one of them sees them.
struct Catalogue<'r> {
    resolver: &'r Resolver<'r>,
    number: u32,
}

impl Catalogue<'_> {
    fn instance(&self, page: u32) -> &Instance {
        &self.resolver.published.instances[page as usize]
    }

    fn select(&self, wanted: impl Fn(u32, &Instance) -> bool) -> Vec<u32> {
        let language = &self.resolver.instance.language;
        let is_listed = |own: &Instance| {
            let is_built = matches!(
                own.unpublished,
                None | Some(Unpublished::LinkOnly | Unpublished::NotRendered | Unpublished::NoTemplate)
            );
            is_built && !own.unlisted && own.language == *language
        };
        let all = (0_u32..).zip(&self.resolver.published.instances);
        all.filter(|(number, own)| is_listed(own) && wanted(*number, own)).map(|(number, _)| number).collect()
    }

    /// The pages that have a term.
    fn with_term(&self, identity: &str) -> Option<Vec<u32>> {
        let taxonomies = &self.resolver.config.taxonomies;
        let (plural, term) = taxonomies.iter().find_map(|plural| {
            let rest = identity.strip_prefix(&*plural.to_lowercase())?.strip_prefix('/')?;
            Some((plural, rest))
        })?;
        let has = |page: u32| {
            let terms = self.param(page, &plural.to_lowercase()).map(|own| own.texts()).unwrap_or_default();
            terms.iter().any(|own| own.to_lowercase().replace(' ', "-").trim_matches('/') == term)
        };
        Some(self.select(|number, own| own.page.is_some() && own.kind != PageKind::Term && has(number)))
    }
}

fn is_regular(own: &Instance) -> bool {
    matches!(own.kind, PageKind::Page | PageKind::Leaf)
}

impl Lists for Catalogue<'_> {
    fn own(&self) -> u32 {
        self.number
    }

    fn pages(&self, of: Option<u32>, which: Listed) -> Option<Vec<u32>> {
        let Some(of) = of else {
            return Some(self.select(|_, own| which == Listed::All || is_regular(own)));
        };
        let list = self.instance(of);
        match (list.kind, which) {
            (PageKind::Home | PageKind::Section, Listed::RegularBelow) => Some(self.select(|_, own| {
                let rest = own.identity.strip_prefix(list.identity.as_str());
                is_regular(own)
                    && (list.identity.is_empty() || rest.is_some_and(|rest| rest.starts_with('/')))
            })),
            (PageKind::Home | PageKind::Section, _) => Some(self.select(|number, own| {
                let fits = is_regular(own) || which == Listed::All && own.kind == PageKind::Section;
                fits && number != of && self.parent(number) == Some(of)
            })),
            (PageKind::Term, _) => self.with_term(&list.identity),
            (PageKind::Taxonomy, Listed::All) => Some(self.select(|_, own| {
                let rest = own.identity.strip_prefix(list.identity.as_str());
                own.kind == PageKind::Term && rest.is_some_and(|rest| rest.starts_with('/'))
            })),
            _ => Some(Vec::new()),
        }
    }

    fn parent(&self, page: u32) -> Option<u32> {
        let own = self.instance(page);
        let mut above = own.identity.as_str();
        if above.is_empty() {
            return None;
        }
        loop {
            above = above.rsplit_once('/').map_or("", |(above, _)| above);
            let found = self.resolver.published.identity(&own.language, above);
            let is_branch = |number: &u32| !is_regular(self.instance(*number));
            if found.is_some_and(|number| is_branch(&number)) || above.is_empty() {
                return found;
            }
        }
    }

    fn fact(&self, page: u32, name: &str) -> Option<String> {
        let own = self.instance(page);
        let first = own.identity.split('/').next().unwrap_or_default();
        let section = if is_regular(own) && !own.identity.contains('/') { "" } else { first };
        Some(match name {
            "Kind" => own.kind.name().to_owned(),
            "Lang" => own.language.to_string(),
            "Section" => section.to_owned(),
            "Path" => format!("/{}", own.identity),
            "Type" => match self.param(page, "type").and_then(|own| own.to_text()) {
                Some(own) => own,
                None if section.is_empty() => "page".to_owned(),
                None => section.to_owned(),
            },
            _ => return None,
        })
    }

    fn param(&self, page: u32, key: &str) -> Option<Value> {
        let resolver = Resolver::new(self.resolver.site, self.resolver.edition, page);
        let own = self.instance(page).page.map(|own| &self.resolver.site.pages[own as usize]);
        resolver.field(own, key)
    }
}
