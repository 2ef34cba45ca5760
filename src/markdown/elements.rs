//! What the elements of raw HTML say: links, images, ids.

use super::{Facts, context::Context, html::Element, mask::has_filler};
use crate::page::{AddressAttribute, Alt, Anchor, AnchorKind, Link, LinkKind};

/// The links, images and ids of an element; `rendered`: it reaches the reader.
pub(super) fn element_facts(context: &Context<'_>, element: &Element, rendered: bool, facts: &mut Facts) {
    for attribute in AddressAttribute::ALL {
        if element.name != attribute.element {
            continue;
        }
        let Some((value, span)) = element.get(attribute.name) else { continue };
        let alt =
            (attribute.element == "img" && attribute.name == "src").then(|| Box::new(image_alt(element)));
        let addresses: Vec<&str> = if attribute.name == "srcset" {
            value.split(',').filter_map(|candidate| candidate.split_whitespace().next()).collect()
        } else {
            vec![value.trim()]
        };
        for address in addresses {
            facts.links.push(Link {
                computed: has_filler(address),
                destination: address.to_owned(),
                span,
                whole: element.span,
                kind: LinkKind::Html(attribute),
                alt: alt.clone(),
                embedded: attribute.embeds,
                rendered,
                document: context.document,
                call: None,
            });
        }
    }
    let named = if element.name == "a" { element.get("name") } else { None };
    for (id, span) in element.get("id").into_iter().chain(named) {
        let twice =
            named.is_some_and(|(name, at)| at == span && element.get("id").is_some_and(|(id, _)| id == name));
        if rendered && !id.is_empty() && !has_filler(id) && !twice {
            facts.anchors.push(Anchor {
                id: id.to_owned(),
                span,
                kind: AnchorKind::Html,
                document: context.document,
                call: None,
            });
        }
    }
}

fn image_alt(element: &Element) -> Alt {
    let decoration = element.get("role").is_some_and(|(role, _)| matches!(role, "presentation" | "none"))
        || element.get("aria-hidden").is_some_and(|(hidden, _)| hidden == "true")
        || element.get("aria-label").is_some()
        || element.get("aria-labelledby").is_some();
    match element.get("alt") {
        // An empty `alt` in HTML is how decoration is marked.
        Some((text, span)) => {
            Alt { exempt: decoration || text.is_empty(), text: Some(text.to_owned()), span }
        }
        None => Alt { text: None, span: element.span, exempt: decoration },
    }
}
