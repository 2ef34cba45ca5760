//! `javert inventory`

use super::{Ending, Opened, Surroundings};
use crate::{cli::InventoryArgs, disk, site::inventory::Inventory};

/// Prints, or writes, what a site publishes.
pub fn inventory(args: &InventoryArgs, around: &Surroundings) -> Ending {
    match written(args, around) {
        Ok(ending) => ending,
        Err(message) => Ending::failed(message),
    }
}

fn written(args: &InventoryArgs, around: &Surroundings) -> Result<Ending, String> {
    let opened = Opened::around(&args.path, around, args.hugo_version)?;
    let inventory = Inventory::of(&opened.site);
    let text = inventory.to_json();
    let pages: usize = inventory.editions.iter().map(|edition| edition.pages.len()).sum();
    let Some(file) = &args.output else {
        return Ok(Ending { out: text, err: String::new(), code: 0 });
    };
    disk::write_report(&around.directory.join(file), &text)
        .map_err(|error| format!("cannot write `{}`: {error}", file.display()))?;
    let err = format!("{pages} pages written to {}\n", file.display());
    Ok(Ending { out: String::new(), err, code: 0 })
}
