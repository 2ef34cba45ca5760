//! Other sites, on which links are checked by their inventories, or that are external: [`Neighbour`].

use percent_encoding::percent_decode_str;

use super::{
    Site,
    inventory::{EditionInventory, Inventory},
    links::Verdict,
    load::Circumstances,
    resolve::{Outcome, Resolver, Target, split, unknown},
};
use crate::{settings::Settings, tree::Tree, value::Mistake};

/// Another site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Where it is: a path on the same host, or a full URL; with a slash at its end.
    pub prefix: String,
    /// The path of its inventory or source, from this site's root; empty: it is external.
    pub path: String,
    /// What it publishes; `None`: it is external.
    pub inventory: Option<Inventory>,
}

/// Reads the inventories of other sites; what cannot be read is a mistake of the configuration, and unknown.
pub(super) fn read(
    tree: &dyn Tree,
    settings: &Settings,
    circumstances: Circumstances,
) -> (Vec<Neighbour>, Vec<(String, Mistake)>) {
    let (mut neighbours, mut mistakes) = (Vec::new(), Vec::new());
    for site in &settings.sites {
        let read = site.inventory.as_ref().map(|path| inventory(tree, path, circumstances)).transpose();
        match read {
            Ok(inventory) => neighbours.push(Neighbour {
                prefix: site.prefix.clone(),
                path: site.inventory.clone().unwrap_or_default(),
                inventory,
            }),
            Err(message) => {
                mistakes.push((site.path.clone(), Mistake { span: site.span, message, duplicate_of: None }))
            }
        }
    }
    (neighbours, mistakes)
}

fn inventory(tree: &dyn Tree, path: &str, circumstances: Circumstances) -> Result<Inventory, String> {
    if !path.ends_with(".json") {
        let other = tree.beside(path)?;
        // Its own neighbours are no business of ours: two sites may name each other.
        let (settings, _) = Settings::read(&*other);
        return Ok(Inventory::of(&Site::load_alone(&*other, circumstances, &settings.variants, None)));
    }
    let text = tree.read(path)?.text;
    let found: Inventory =
        serde_json::from_str(&text).map_err(|error| format!("`{path}` is no inventory: {error}"))?;
    match found.format {
        1 => Ok(found),
        other => Err(format!("`{path}` has the format {other}, of a newer Javert")),
    }
}

impl<'s> Resolver<'s> {
    /// What another site has at a path of this host; `None`: no such site is configured.
    pub(super) fn at_neighbour(&self, path: &str, fragment: Option<&str>) -> Option<Outcome<'s>> {
        let neighbours = self.site.neighbours.iter().zip(0_u32..);
        let base = self.config.base_path.as_str();
        // What is below the base path is this site's, unless another one has its place within.
        let may_have = |own: &Neighbour| !path.starts_with(base) || own.prefix.len() > base.len();
        let is_in = |own: &Neighbour| path.starts_with(&own.prefix) || format!("{path}/") == own.prefix;
        let (neighbour, number) = neighbours
            .filter(|(own, _)| is_in(own) && may_have(own))
            .max_by_key(|(own, _)| own.prefix.len())?;
        let Some(inventory) = &neighbour.inventory else {
            self.step(|| format!("the configuration says that `{}` is external", neighbour.prefix));
            self.leave_for(path);
            return Some(Outcome::Good(Target::External));
        };
        Some(self.in_inventory((neighbour, inventory), number, path, fragment))
    }

    /// What another site has at a full URL; `None`: no such site is configured, or it is external like the rest of the web.
    pub(super) fn at_neighbouring_url(&self, url: &str) -> Option<Outcome<'s>> {
        let (address, fragment) = split(url);
        let is_in = |prefix: &str| {
            prefix.contains("://") && (address.starts_with(prefix) || format!("{address}/") == prefix)
        };
        let neighbours = self.site.neighbours.iter().zip(0_u32..);
        let (neighbour, number) =
            neighbours.filter(|(own, _)| is_in(&own.prefix)).max_by_key(|(own, _)| own.prefix.len())?;
        let after_host = &address[address.find("://")? + 3..];
        let path = after_host.find('/').map_or("/", |at| &after_host[at..]);
        let path = percent_decode_str(path.split('?').next().unwrap_or("")).decode_utf8_lossy();
        Some(self.in_inventory((neighbour, neighbour.inventory.as_ref()?), number, &path, fragment))
    }

    fn in_inventory(
        &self,
        (neighbour, inventory): (&Neighbour, &'s Inventory),
        number: u32,
        path: &str,
        fragment: Option<&str>,
    ) -> Outcome<'s> {
        self.step(|| {
            format!("it is on the other site `{}`, whose inventory is {}", neighbour.prefix, neighbour.path)
        });
        let Some(edition) = self.same_edition(inventory) else {
            return unknown("the inventory of that site has no such edition");
        };
        let Some(found) = edition.at(path) else {
            return match edition.may_have(path) {
                Some(reason) => unknown(reason),
                None => Outcome::Bad { url: path.to_owned(), verdict: Verdict::NoPageElsewhere(number) },
            };
        };
        let Some(page) = found else { return Outcome::Good(Target::OtherSite) };
        let fragment = fragment.map(|fragment| percent_decode_str(fragment).decode_utf8_lossy());
        match fragment {
            Some(fragment) if !page.has(&fragment) => match page.open {
                Some(_) => unknown("the page on that site may have anchors that its inventory does not list"),
                None => Outcome::Bad { url: path.to_owned(), verdict: Verdict::NoAnchorElsewhere(number) },
            },
            _ => Outcome::Good(Target::OtherSite),
        }
    }

    /// The edition of another site that the readers of this one see: of the same name, on the same host, or the only one.
    fn same_edition(&self, inventory: &'s Inventory) -> Option<&'s EditionInventory> {
        let editions = &inventory.editions;
        let name = &self.site.editions[self.edition].name;
        let host = |url: &str| url.split('/').nth(2).map(str::to_ascii_lowercase);
        let own_host = host(&self.config.base_url);
        editions
            .iter()
            .find(|own| !name.is_empty() && own.name == *name)
            .or_else(|| editions.iter().find(|own| own_host.is_some() && host(&own.base_url) == own_host))
            .or_else(|| editions.first().filter(|_| editions.len() == 1))
    }
}
