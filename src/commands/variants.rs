//! `javert variants`

use super::{Ending, Opened, Surroundings, inside};
use crate::{
    cli::{VariantsArgs, VariantsFormat},
    lint,
    report::{
        Checked,
        side_by_side::{Coverage, Sheet},
    },
    rules::RULES,
};

/// Shows the versions of a page side by side, or who sees which page of a site.
pub fn variants(args: &VariantsArgs, around: &Surroundings) -> Ending {
    match shown(args, around) {
        Ok(out) => Ending { out, err: String::new(), code: 0 },
        Err(message) => Ending::failed(message),
    }
}

fn shown(args: &VariantsArgs, around: &Surroundings) -> Result<String, String> {
    let opened = Opened::around(&args.path, around, args.hugo_version)?;
    let path = inside(&opened.root, &around.directory.join(&args.path));
    let mut selected = lint::defaults(RULES);
    selected.retain(|rule| rule.entry.manual().group == "variants");
    let diagnostics = lint::run(&opened.site, &selected);
    let checked = Checked::new(opened.site, opened.prefix, diagnostics);
    if let Some(page) = checked.site.pages.iter().find(|page| page.path() == path) {
        let sheet = Sheet::new(&checked, page);
        return Ok(match args.output_format {
            VariantsFormat::Text => sheet.text(args.width),
            VariantsFormat::Html => sheet.html(),
        });
    }
    if args.path.is_file() {
        return Err(format!("`{}` is not a page of the site", args.path.display()));
    }
    let coverage = Coverage::new(&checked);
    Ok(match (coverage, args.output_format) {
        (None, _) => "all readers see the same\n".to_owned(),
        (Some(coverage), VariantsFormat::Text) => coverage.text(),
        (Some(coverage), VariantsFormat::Html) => coverage.html(),
    })
}
