//! Which editions a site has, and what tells their readers apart, from its configuration files alone.

use super::edition::{Axis, AxisSource};
use crate::{
    hugo::{
        config::{Config, PRODUCTION, default_files},
        dimensions::{Cell, Dimension, Dimensions},
        overrides::Overrides,
        version::Version,
    },
    tree::Tree,
    value::{Format, Mistake, Value},
};

/// An edition before its files are known.
#[derive(Debug)]
pub(super) struct Found {
    /// Empty if there is only one.
    pub(super) name: String,
    pub(super) files: Vec<String>,
    pub(super) config: Config,
}

/// The editions and the mistakes in their configurations.
///
/// A default configuration makes one edition. Without one, each configuration at the root that sets a base URL
/// (`config_jp.toml`, `config_us.toml`, …) makes one, as `hugo --config` would build it.
/// The overrides count for the default configuration only: with several, other commands build them.
pub(super) fn find(tree: &dyn Tree, overrides: &Overrides) -> (Vec<Found>, Vec<(String, Mistake)>) {
    let environment = overrides.environment.as_deref().unwrap_or(PRODUCTION);
    let files = default_files(tree, "", environment);
    if !files.is_empty() {
        let (config, mistakes) = Config::of_files(tree, "", &files);
        let config = overrides.applied(config);
        return (vec![Found { name: String::new(), files, config }], mistakes);
    }
    let mut editions = Vec::new();
    let mut mistakes = Vec::new();
    for path in tree.paths().iter().filter(|path| may_be_configuration(path)) {
        let (config, wrong) = Config::of_files(tree, "", std::slice::from_ref(path));
        if config.root.get("baseurl").is_some() || !wrong.is_empty() {
            mistakes.extend(wrong);
            editions.push(Found { name: stem(path).to_owned(), files: vec![path.clone()], config });
        }
    }
    if editions.is_empty() {
        let (config, mistakes) = Config::of_files(tree, "", &[]);
        return (vec![Found { name: String::new(), files: Vec::new(), config }], mistakes);
    }
    (editions, mistakes)
}

/// One edition for each version and role of each configuration, those that content is for by default first.
pub(super) fn by_cell(found: Vec<Found>, version: Version) -> Vec<Found> {
    let mut all = Vec::with_capacity(found.len());
    for edition in found {
        let Some(dimensions) = Dimensions::read(&edition.config.root, version) else {
            all.push(edition);
            continue;
        };
        for cell in Cell::of_all(dimensions) {
            let names = [edition.name.clone(), cell.name()];
            let name = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ");
            let config = Config { cell: Some(cell), ..edition.config.clone() };
            all.push(Found { name, files: edition.files.clone(), config });
        }
    }
    all
}

/// The versions and the roles that the site is built for, as far as there are several.
fn dimensions(editions: &[Found]) -> Vec<Axis> {
    let cells: Option<Vec<&Cell>> = editions.iter().map(|edition| edition.config.cell.as_ref()).collect();
    let Some(cells) = cells else { return Vec::new() };
    let axis = |dimension: Dimension| {
        let name = |cell: &&Cell| match dimension {
            Dimension::Version => cell.all.versions.names[cell.version].clone(),
            Dimension::Role => cell.all.roles.names[cell.role].clone(),
        };
        new_axis(dimension.name(), cells.iter().map(name).collect(), AxisSource::Dimensions)
    };
    [Dimension::Version, Dimension::Role].into_iter().map(axis).filter(Axis::tells_apart).collect()
}

fn new_axis(param: &str, values: Vec<String>, source: AxisSource) -> Axis {
    Axis { param: param.to_owned(), values, source, pages: None, page_hide: None, page_show: None }
}

/// Whether there is a configuration at the tree's root.
pub(super) fn is_configured(tree: &dyn Tree) -> bool {
    !default_files(tree, "", PRODUCTION).is_empty()
        || tree.paths().iter().any(|path| may_be_configuration(path))
}

/// `config_jp.toml`, `config-us.yaml`, `hugo.cn.toml` at the root.
fn may_be_configuration(path: &str) -> bool {
    let name_fits = ["config", "hugo"]
        .iter()
        .any(|prefix| path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(['_', '-', '.'])));
    name_fits && !path.contains('/') && Format::of_path(path).is_some()
}

fn stem(path: &str) -> &str {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    stem.trim_start_matches("config").trim_start_matches("hugo").trim_start_matches(['_', '-', '.'])
}

/// Site parameters whose value differs in every edition, by name.
fn telling_params(editions: &[Found]) -> Vec<(String, Vec<String>)> {
    let Some(first) = editions.first() else { return Vec::new() };
    let params = first.config.root.get("params").map(Value::entries).unwrap_or_default();
    params
        .iter()
        .filter_map(|entry| {
            let values: Option<Vec<String>> = editions
                .iter()
                .map(|edition| edition.config.root.at(&["params", &entry.key])?.to_text())
                .collect();
            let values = values?;
            let mut distinct = values.clone();
            distinct.sort();
            distinct.dedup();
            (distinct.len() == values.len()).then(|| (entry.key.clone(), values))
        })
        .collect()
}

/// The values of a site parameter by edition, and its name as it is written, if every edition has it.
pub(super) fn values(editions: &[Found], param: &str) -> Option<(String, Vec<String>)> {
    let first = editions.first()?.config.root.get("params")?.entry(param)?;
    let values = editions.iter().map(|edition| edition.config.root.at(&["params", param])?.to_text());
    Some((first.key.clone(), values.collect::<Option<_>>()?))
}

/// What tells the readers apart. `asked` are the site parameters that conditions of templates look at.
///
/// First what every edition has another value of. In this order: the parameter that a template asks for; the one whose
/// values are the endings of the file names (`config_jp.toml`, `JP`); the one that arguments of shortcodes mention most
/// (`mentions`). Then whatever else templates ask for that some editions have another value of, and versions and roles.
pub(super) fn axes(editions: &[Found], asked: &[String], mentions: &dyn Fn(&[String]) -> usize) -> Vec<Axis> {
    if editions.len() < 2 {
        return Vec::new();
    }
    let telling = telling_params(editions);
    let is_asked = |param: &str| asked.iter().any(|own| own.eq_ignore_ascii_case(param));
    let by_template = || telling.iter().find(|(param, _)| is_asked(param));
    let by_name = || {
        telling.iter().find(|(_, values)| {
            values.iter().zip(editions).all(|(value, edition)| value.eq_ignore_ascii_case(&edition.name))
        })
    };
    let by_mention = || {
        let best = telling.iter().map(|pair| (mentions(&pair.1), pair)).max_by_key(|(count, _)| *count);
        best.filter(|(count, _)| *count >= 3).map(|(_, pair)| pair)
    };
    let first = by_template()
        .map(|found| (found, AxisSource::Templates))
        .or_else(|| by_name().map(|found| (found, AxisSource::FileNames)))
        .or_else(|| by_mention().map(|found| (found, AxisSource::Use)));
    let first = first.map(|((param, values), source)| new_axis(param, values.clone(), source));
    let mut axes: Vec<Axis> = first.into_iter().collect();
    for param in asked {
        if let Some((param, values)) = values(editions, param)
            && !axes.iter().any(|axis| axis.param == param)
        {
            axes.push(new_axis(&param, values, AxisSource::Templates));
        }
    }
    axes.extend(dimensions(editions));
    axes.retain(Axis::tells_apart);
    axes
}
