//! `javert init`

use super::{Ending, Opened, Surroundings};
use crate::{
    cli::InitArgs,
    disk,
    settings::FILES,
    site::{
        Site,
        edition::{Axis, AxisSource},
    },
};

/// Writes a configuration that says what was found out.
pub fn init(args: &InitArgs, around: &Surroundings) -> Ending {
    match written(args, around) {
        Ok(out) => Ending { out, err: String::new(), code: 0 },
        Err(message) => Ending::failed(message),
    }
}

fn written(args: &InitArgs, around: &Surroundings) -> Result<String, String> {
    let opened = Opened::around(&args.path, around, args.hugo_version)?;
    if let Some((path, _)) = opened.site.settings.files.first().filter(|_| !args.force) {
        return Err(format!("there is `{}{path}` already: `--force` overwrites it", opened.prefix));
    }
    let path = opened.site.settings.path.as_deref().unwrap_or(FILES[0]);
    let shown = format!("{}{path}", opened.prefix);
    disk::replace(&opened.root.join(path), &text(&opened.site))
        .map_err(|error| format!("cannot write `{shown}`: {error}"))?;
    Ok(format!("wrote {shown}\n"))
}

fn text(site: &Site) -> String {
    let mut text = String::from(
        "# How Javert judges this site. All of it is optional: what is commented out shows what else there is.\n\
         # `javert config` shows what is in force, `javert rules` lists the rules, `javert explain RULE` says why.\n\n\
         # The lowest level that makes the exit code 1: error, warning or info.\n\
         fail-on = \"error\"\n\n\
         # Files in which nothing is reported, as in a .gitignore at the site's root.\n",
    );
    let generated: Vec<String> =
        site.pages.iter().filter_map(|page| generated_directory(page.path())).collect();
    match generated.first() {
        Some(directory) => text.push_str(&format!("# exclude = [\"{directory}/**\"]\n")),
        None => text.push_str("# exclude = [\"content/*/archive/**\"]\n"),
    }
    text.push_str(
        "\n[rules]\n\
         # A level for a rule or a group, or a table with the rule's own options.\n\
         # missing-alt = \"warning\"\n\
         # variants = \"info\"\n\
         # placeholder-alt = { level = \"warning\", placeholders = [\"image\", \"screenshot\"] }\n\n\
         [per-file]\n\
         # \"content/blog/**\" = { ignore = [\"skipped-heading-level\"], levels = { images = \"info\" } }\n\n",
    );
    text.push_str(&format!("# Hugo {}", site.version));
    match &site.version_source {
        Some(file) => text.push_str(&format!(", as {file} says.\n")),
        None => text.push_str(": no file says which, so the newest known is assumed (`--hugo-version`).\n"),
    }
    for edition in &site.editions {
        let name = if edition.name.is_empty() { "the only edition" } else { &edition.name };
        text.push_str(&format!("# {name}: {}\n", edition.files.join(", ")));
    }
    axes(site, &mut text);
    sites(site, &mut text);
    for missing in site.editions.first().map(|edition| &edition.mounts.missing).into_iter().flatten() {
        text.push_str(&format!(
            "# `{}` is not here, so what it would add is unknown: fetch it to have it checked too.\n",
            missing.name
        ));
    }
    text
}

/// What tells readers apart, to be corrected where it is wrong.
fn axes(site: &Site, text: &mut String) {
    let is_found = |axis: &&Axis| ![AxisSource::Settings, AxisSource::Dimensions].contains(&axis.source);
    let axes: Vec<&Axis> = site.axes.iter().filter(is_found).collect();
    if axes.is_empty() {
        return;
    }
    text.push_str("\n# What tells readers apart, as it was found. Correct it where it is wrong.\n");
    let header = if axes.len() == 1 { "[variants.axis]" } else { "[[variants.axis]]" };
    for axis in axes {
        let key = if axis.pages.is_some() { "page" } else { "param" };
        text.push_str(&format!("# {header}\n# {key} = {:?}\n", axis.param));
        for (key, value) in [("hide", &axis.page_hide), ("show", &axis.page_show)] {
            if let Some(value) = value {
                text.push_str(&format!("# {key} = {value:?}\n"));
            }
        }
    }
}

/// Other sites on the same host, of which nobody has said anything yet.
fn sites(site: &Site, text: &mut String) {
    let around = site.sites_around();
    if around.is_empty() {
        return;
    }
    text.push_str(
        "\n# Other sites on the same host to which links lead, unknown until somebody says what there is: the `inventory` of\n\
         # the site (`javert inventory`, or the path of its source), or that the web is to be asked.\n",
    );
    for (prefix, count) in around {
        let links = if count == 1 { "link" } else { "links" };
        text.push_str(&format!("# [sites.{prefix:?}] # {count} {links}\n# external = true\n"));
    }
}

/// The directory of a page that looks as if a program had written it.
fn generated_directory(path: &str) -> Option<String> {
    let (directory, _) = path.rsplit_once('/')?;
    let name = directory.rsplit('/').next()?;
    ["generated", "_generated", "autogen"].contains(&name).then(|| directory.to_owned())
}
