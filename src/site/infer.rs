//! What a site's own use of shortcodes teaches about those whose templates are not there.
//!
//! Nothing here is certain, so nothing here makes a finding by itself: it decides what is paired, which arguments are
//! images and links, and which shortcodes are conditions.

use std::collections::BTreeMap;

use super::{alike::Sheet, edition::Axis};
use crate::{
    hugo::{
        definitions::{Asks, Condition, Definition, Definitions, Origin},
        shortcode::{Argument, Inner, TagKind},
        templates::{Exactness, Param, Role, Summary},
    },
    value::Value,
};

/// How a name is used.
#[derive(Debug, Default)]
struct Use {
    opened: usize,
    self_closed: usize,
    closed: usize,
    positional: usize,
    /// Positional arguments that are values of the axis.
    on_axis: usize,
    /// For each named parameter, how often its value looks like what.
    named: BTreeMap<String, Looks>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Looks {
    total: usize,
    image: usize,
    link: usize,
}

/// A condition needs this many uses.
const MIN_USES: usize = 3;

/// Defines what is used and has no template, if templates may be missing.
pub(super) fn define(sheets: &[Sheet<'_>], axis: Option<&Axis>, definitions: &mut Definitions) {
    if !definitions.incomplete {
        return;
    }
    for (name, used) in uses(sheets, axis, definitions) {
        // Hugo wants all calls of a paired shortcode closed. One stray closer among many calls is a slip of the pen;
        // anything in between is not for us to say.
        let calls = used.opened.max(1);
        let inner = match used.closed {
            0 => Inner::Unused,
            closed if closed * 2 >= calls => Inner::Used,
            _ => Inner::Unknown,
        };
        let inner = if used.closed == 0 && used.self_closed > 0 { Inner::Unknown } else { inner };
        let is_condition =
            inner == Inner::Used && used.positional >= MIN_USES && used.on_axis * 10 >= used.positional * 9;
        let condition = axis.filter(|_| is_condition).map(|axis| Condition {
            asks: Asks::SiteParam(vec![axis.param.to_lowercase()]),
            shows: !hides(&name),
            argument: None,
            separator: None,
        });
        let definition = Definition {
            origin: Origin::Use,
            inner,
            summary: Summary::default(),
            roles: roles(&used),
            condition,
            choice: None,
        };
        definitions.insert(&name, definition);
    }
}

fn uses(sheets: &[Sheet<'_>], axis: Option<&Axis>, definitions: &Definitions) -> BTreeMap<String, Use> {
    let mut uses: BTreeMap<String, Use> = BTreeMap::new();
    for tag in sheets.iter().flat_map(Sheet::tags) {
        if tag.kind == TagKind::Comment || definitions.get(&tag.name).is_some() {
            continue;
        }
        let used = uses.entry(tag.name.clone()).or_default();
        match tag.kind {
            TagKind::Open => used.opened += 1,
            TagKind::SelfClosing => used.self_closed += 1,
            TagKind::Close => used.closed += 1,
            TagKind::Comment => {}
        }
        for argument in &tag.arguments {
            match &argument.key {
                None => {
                    used.positional += 1;
                    let known = axis.is_some_and(|axis| axis.values.contains(&argument.value));
                    used.on_axis += usize::from(known);
                }
                Some(key) => {
                    let looks = used.named.entry(key.clone()).or_default();
                    let (image, link) = look(argument);
                    looks.total += usize::from(!argument.value.is_empty());
                    looks.image += usize::from(image);
                    looks.link += usize::from(link);
                }
            }
        }
    }
    uses
}

/// Whether a value looks like the address of an image, and of something to link to.
fn look(argument: &Argument) -> (bool, bool) {
    const IMAGES: [&str; 7] = [".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif"];
    let value = argument.value.to_lowercase();
    let path = value.split(['?', '#']).next().unwrap_or("");
    let image = IMAGES.iter().any(|ending| path.ends_with(ending));
    let rooted = value.starts_with('/') || value.starts_with("http://") || value.starts_with("https://");
    (
        image,
        !image && (rooted || value.starts_with("../") || value.starts_with("./") || value.starts_with('#')),
    )
}

/// `src` that is always an image is one; `href`, `url`, `link…` that is always an address is a link.
fn roles(used: &Use) -> Vec<(Param, Role, Exactness)> {
    let mut roles = Vec::new();
    let mut images: Vec<&str> = Vec::new();
    for (key, looks) in &used.named {
        let lower = key.to_lowercase();
        let all = |count: usize| looks.total > 0 && count == looks.total;
        let image_name = ["src", "img", "image", "file"].iter().any(|word| lower.contains(word));
        let link_name = ["href", "url", "link"].iter().any(|word| lower.contains(word));
        if image_name && all(looks.image) {
            roles.push((Param::Named(key.clone()), Role::ImageSource, Exactness::Exact));
            images.push(key);
        } else if link_name && all(looks.link) {
            roles.push((Param::Named(key.clone()), Role::LinkDestination, Exactness::Exact));
        }
    }
    if !images.is_empty() {
        let alts = used.named.keys().filter(|key| key.to_lowercase().contains("alt"));
        roles.extend(alts.map(|key| (Param::Named(key.clone()), Role::AltText, Exactness::Exact)));
    }
    roles
}

fn hides(name: &str) -> bool {
    let lower = name.to_lowercase();
    ["dis", "hide", "except", "not", "without", "exclude"].iter().any(|word| lower.contains(word))
}

/// The front matter key that hides (or shows) pages by values of the axis: a list whose items are such values in nine
/// of ten cases.
pub(super) fn page_key(sheets: &[Sheet<'_>], axis: &mut Axis) {
    let mut keys: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for sheet in sheets {
        for entry in sheet.front_matter().fields.entries() {
            for value in entry.value.items().iter().filter_map(Value::as_str) {
                let counts = keys.entry(entry.key.to_lowercase()).or_default();
                counts.0 += 1;
                counts.1 += usize::from(axis.values.iter().any(|own| own == value));
            }
        }
    }
    let fitting =
        keys.into_iter().filter(|(_, (total, known))| *known >= MIN_USES && known * 10 >= total * 9);
    for (key, _) in fitting {
        let polarity = if hides(&key) { &mut axis.page_hide } else { &mut axis.page_show };
        polarity.get_or_insert(key);
    }
}
