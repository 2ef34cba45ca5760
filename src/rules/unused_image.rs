//! An image that nothing refers to.

use std::collections::BTreeSet;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Rule;
use crate::{
    diagnostic::Findings,
    page::Page,
    site::{
        Site,
        resolve::{Outcome, Target},
    },
    source::{Source, Span},
};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UnusedImage {}

/// Words in the names of images that themes look for.
const DESIGN: [&str; 6] = ["favicon", "logo", "icon", "apple-touch", "android-chrome", "card"];

impl Rule for UnusedImage {
    fn reads_names(&self) -> bool {
        true
    }

    fn check_site(&self, site: &Site, findings: &mut Findings) {
        let Some(names) = &site.names else { return };
        let images = images(site);
        let lacks_module = site.editions.iter().any(|edition| edition.mounts.lacks_module());
        let used = used(site);
        let directory = |path: &str| path.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned();
        // Images in a directory that pages never take one from are for templates and style sheets.
        let of_content: BTreeSet<String> = used.iter().map(|path| directory(path)).collect();
        for path in images {
            let name = path.rsplit('/').next().unwrap_or(path);
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
            let is_named = names.contains(&name.to_lowercase()) || names.contains(&stem);
            let is_design = lacks_module && DESIGN.iter().any(|word| stem.contains(word));
            if !used.contains(path) && !is_design && of_content.contains(&directory(path)) && !is_named {
                let source = Source::new(path, "");
                findings
                    .report_in(&source, Span::default(), format!("nothing refers to the image `{path}`"))
                    .help("remove it, or use it");
            }
        }
    }
}

/// The image files of the project that templates do not find by themselves, by path.
fn images(site: &Site) -> BTreeSet<&str> {
    let extensions = ["png", "jpg", "jpeg", "gif", "svg", "webp", "avif"];
    let is_image = |path: &&str| {
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        extensions.contains(&extension.as_str())
            && !path.starts_with("themes/")
            && !path.starts_with("_vendor/")
            && !path.starts_with("../")
    };
    let of_edition = site.editions.iter().flat_map(|edition| {
        let mounts = &edition.mounts;
        // Templates may take whatever image lies in a page's bundle.
        let takes_any =
            mounts.lacks_module() || site.sources.iter().any(|own| own.text.contains(".Resources"));
        let content = mounts.content.iter().map(|file| file.disk.as_str()).filter(move |_| !takes_any);
        content.chain(mounts.statics.values().map(String::as_str))
    });
    of_edition.filter(is_image).collect()
}

/// The files that links and images of pages lead to.
fn used(site: &Site) -> BTreeSet<&str> {
    let of_page = |page: &'_ Page| -> Vec<&str> {
        let led = page.links.iter().flat_map(|link| site.follow(page, link, false));
        led.filter_map(|led| match led.outcome {
            Outcome::Good(Target::File(disk)) => Some(disk),
            _ => None,
        })
        .collect()
    };
    let found: Vec<Vec<&str>> = site.pages.par_iter().map(of_page).collect();
    found.into_iter().flatten().collect()
}
