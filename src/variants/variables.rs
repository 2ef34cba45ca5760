//! Texts that are the same once the site's parameters are put in: [`spelled_out`].

use std::{borrow::Cow, cell::RefCell, collections::BTreeMap};

use super::{
    Group,
    leaves::{has_calls, normalise, words},
    sentences::SHORTEST,
};
use crate::{
    page::{BlockKind, Page},
    site::Site,
    value::Value,
};

/// A sentence that writes out what another version leaves to a parameter of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpelledOut {
    /// The version, by index in [`Group::branches`], and the sentence, by index in [`Page::blocks`].
    pub own: (usize, u32),
    /// The same of the version that uses the parameter.
    pub other: (usize, u32),
    /// The shortcode that prints the parameter.
    pub name: String,
    /// What it prints for the readers of this version.
    pub value: String,
}

/// The sentences that are those of another version once each shortcode that is called like a parameter of the site
/// stands for the parameter's value.
pub fn spelled_out(page: &Page, site: &Site, group: &Group) -> Vec<SpelledOut> {
    // Readers of one page have no parameters of their own.
    if site.visibility(page).values.is_some() || group.is_choice() {
        return Vec::new();
    }
    let differing = group.differing();
    let is_parameter = |name: &str| {
        site.editions.iter().any(|edition| {
            let root = &edition.config.root;
            let languages = root.get("languages").map(Value::entries).unwrap_or_default();
            let tables = languages.iter().map(|language| &language.value).chain([root]);
            tables.filter_map(|table| table.at(&["params", name])).next().is_some()
        })
    };
    if !differing.iter().flatten().any(|&block| names(page.words(block)).any(is_parameter)) {
        return Vec::new();
    }
    let leaves: Vec<Vec<(u32, String)>> = differing
        .into_iter()
        .map(|leaves| {
            let is_text =
                |block: &u32| !matches!(page.blocks[*block as usize].kind, BlockKind::Code | BlockKind::Html);
            let texts = leaves.into_iter().filter(is_text).map(|block| (block, words(page, block)));
            texts.filter(|(_, text)| text.chars().take(SHORTEST).count() == SHORTEST).collect()
        })
        .collect();
    let mut found: Vec<SpelledOut> = Vec::new();
    for (branch, own) in leaves.iter().enumerate() {
        let values = Values { page, site, group, branch, known: RefCell::default() };
        let mut seen: BTreeMap<Cow<'_, str>, Vec<(u32, &str)>> = BTreeMap::new();
        for (block, text) in own {
            seen.entry(values.printed(text)).or_default().push((*block, text));
        }
        for (other, theirs) in leaves.iter().enumerate().filter(|(other, _)| *other != branch) {
            for (counterpart, text) in theirs.iter().filter(|(_, text)| has_calls(text)) {
                let same = seen.get(&values.printed(text));
                let Some(&[(block, mine)]) = same.map(Vec::as_slice) else { continue };
                let is_new = found.iter().all(|known| known.own.1 != block);
                let count = |text: &str, name: &str| text.matches(&format!("⟦{name}⟧")).count();
                let missing = names(text).find(|name| count(mine, name) < count(text, name));
                if let (true, Some(name)) = (is_new, missing)
                    && names(mine).all(|name| count(mine, name) <= count(text, name))
                    && let Some(value) = values.value(name)
                {
                    let (own, other) = ((branch, block), (other, *counterpart));
                    found.push(SpelledOut { own, other, name: name.to_owned(), value });
                }
            }
        }
    }
    found.sort_by_key(|found| found.own);
    found
}

/// The names of the calls in the words of a leaf.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let text = if has_calls(text) { text } else { "" };
    text.split('⟦').skip(1).filter_map(|rest| Some(rest.split_once('⟧')?.0))
}

/// The values of parameters for the readers of a version.
struct Values<'v> {
    page: &'v Page,
    site: &'v Site,
    group: &'v Group,
    branch: usize,
    /// What was asked for already, by name.
    known: RefCell<BTreeMap<String, Option<String>>>,
}

impl Values<'_> {
    /// What the parameter is for all readers of the version, if it is the same.
    fn value(&self, name: &str) -> Option<String> {
        if let Some(known) = self.known.borrow().get(name) {
            return known.clone();
        }
        let value = self.find(name);
        self.known.borrow_mut().insert(name.to_owned(), value.clone());
        value
    }

    fn find(&self, name: &str) -> Option<String> {
        let number = u32::try_from(self.site.index(self.page)).ok()?;
        let mut values = self.group.branches[self.branch].editions.iter().flat_map(|edition| {
            let root = &self.site.editions[edition].config.root;
            let published = &self.site.published[edition];
            let instances = published.of_page.get(&number).map_or(&[][..], Vec::as_slice);
            instances.iter().map(move |&instance| {
                let language = &*published.instances[instance as usize].language;
                let own = root.at(&["languages", language, "params", name]);
                own.or_else(|| root.at(&["params", name]))?.as_str().map(str::to_owned)
            })
        });
        let first = values.next()??;
        (!first.is_empty() && values.all(|value| value.as_ref() == Some(&first))).then_some(first)
    }

    /// What readers see of the words of a leaf, as far as parameters go that are the same for all of them.
    fn printed<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut printed = Cow::Borrowed(text);
        for name in names(text) {
            if let Some(value) = self.value(name) {
                printed = printed.replace(&format!("⟦{name}⟧"), &normalise(&value)).into();
            }
        }
        printed
    }
}
