//! How long checking a site takes, whole and stage by stage, next to the floor: reading the same Markdown files and
//! parsing them with bare pulldown-cmark, on the same threads.
//!
//! `cargo bench --bench check` measures 1,000 and 10,000 pages; `cargo test` runs everything once on a few;
//! `cargo bench --bench check -- write DIRECTORY PAGES` leaves a site on the disk, to time the program on, and
//! `… -- floor DIRECTORY` is the floor as a process of its own, to time next to it.
#![expect(clippy::disallowed_methods, reason = "it writes the site that it measures")]

#[expect(dead_code, reason = "the tests of the generator use the rest")]
mod generate;

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use divan::{Bencher, black_box, counter::BytesCount};
use javert::{
    disk::Directory,
    hugo::{
        host::Host,
        layouts::LayoutStore,
        outputs::Outputs,
        paths::Day,
        publish::{Contents, PageInput, publish},
    },
    lint::{self, Chosen},
    markdown::{self, Dialect, Draft},
    rules::RULES,
    site::{Edition, Site, load::Circumstances},
    source::Source,
    tree::Tree,
};
use pulldown_cmark::{Options, Parser};
use rayon::prelude::*;
use tempfile::TempDir;

const SEED: u64 = 1;

const CIRCUMSTANCES: Circumstances =
    Circumstances { today: Day { year: 2026, month: 1, day: 1 }, version: None };

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", directory, pages, ..] => {
            OnDisk::write(Path::new(directory), pages.parse().expect("a number of pages"));
            return;
        }
        ["floor", directory, ..] => {
            let root = Path::new(directory);
            let tree = Directory::open(root).expect("a site");
            let pages = tree.paths().iter().filter(|path| path.ends_with(".md"));
            black_box(parse_all(&pages.map(|path| root.join(path)).collect::<Vec<_>>()));
            return;
        }
        _ => {}
    }
    divan::main();
    // Statics are never dropped, and the directories must go.
    SITES.lock().expect("no benchmark panicked").clear();
}

/// The sites that were written, by size, and the directories they are in.
static SITES: Mutex<BTreeMap<usize, (Arc<OnDisk>, TempDir)>> = Mutex::new(BTreeMap::new());

fn site(pages: usize) -> Arc<OnDisk> {
    let mut sites = SITES.lock().expect("no benchmark panicked");
    let (site, _) = sites.entry(pages).or_insert_with(|| {
        let directory = TempDir::new().expect("there is room for temporary files");
        (Arc::new(OnDisk::write(directory.path(), pages)), directory)
    });
    Arc::clone(site)
}

/// Site sizes in pages.
fn sizes() -> Vec<usize> {
    if env::args().any(|argument| argument == "--bench") { vec![1_000, 10_000] } else { vec![40] }
}

/// A generated site on the disk.
struct OnDisk {
    root: PathBuf,
    /// Its Markdown files.
    pages: Vec<PathBuf>,
    /// Their size.
    bytes: usize,
}

impl OnDisk {
    fn write(root: &Path, pages: usize) -> Self {
        let mut site = Self { root: root.to_owned(), pages: Vec::new(), bytes: 0 };
        for file in generate::site(pages, SEED) {
            let path = root.join(&file.path);
            fs::create_dir_all(path.parent().expect("the file is in the site")).expect("can be created");
            fs::write(&path, &file.bytes).expect("can be written");
            if path.extension().is_some_and(|extension| extension == "md") {
                site.bytes += file.bytes.len();
                site.pages.push(path);
            }
        }
        site
    }

    fn open(&self) -> Directory {
        Directory::open(&self.root).expect("the site was just written")
    }

    fn load(&self) -> Site {
        Site::load(&self.open(), CIRCUMSTANCES)
    }
}

/// What everything else is compared with: reading and parsing alone.
#[divan::bench(args = sizes(), sample_count = 10, sample_size = 1)]
fn floor(bencher: Bencher<'_, '_>, pages: usize) {
    let site = site(pages);
    bencher.counter(BytesCount::new(site.bytes)).bench_local(|| parse_all(&site.pages));
}

/// Reads and parses; the number of events.
fn parse_all(pages: &[PathBuf]) -> usize {
    let parse = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("a page can be read");
        Parser::new_ext(&text, extensions()).into_offset_iter().map(black_box).count()
    };
    pages.par_iter().map(parse).sum()
}

/// The extensions that Hugo switches on and that pulldown-cmark has.
fn extensions() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_DEFINITION_LIST
}

/// Everything but printing, and giving the memory back, which the program leaves to the end of its process.
#[divan::bench(args = sizes(), sample_count = 10, sample_size = 1)]
fn check(bencher: Bencher<'_, '_>, pages: usize) {
    let site = site(pages);
    let rules = lint::defaults(RULES);
    bencher.counter(BytesCount::new(site.bytes)).bench_local(|| {
        let loaded = site.load();
        let found = lint::run(&loaded, &rules);
        (loaded, found)
    });
}

/// The parts of [`check`], in their order.
mod stages {
    use super::*;

    #[divan::bench(args = sizes(), sample_count = 10, sample_size = 1)]
    fn a_list_files(bencher: Bencher<'_, '_>, pages: usize) {
        let site = site(pages);
        bencher.bench_local(|| site.open());
    }

    /// All of reading a site: files, configuration, templates, and the stages below.
    #[divan::bench(args = sizes(), sample_count = 10, sample_size = 1)]
    fn b_load(bencher: Bencher<'_, '_>, pages: usize) {
        let site = site(pages);
        let tree = site.open();
        bencher.counter(BytesCount::new(site.bytes)).bench_local(|| Site::load(&tree, CIRCUMSTANCES));
    }

    /// Front matter and shortcode tags.
    #[divan::bench(args = sizes(), sample_count = 10, sample_size = 1)]
    fn c_draft(bencher: Bencher<'_, '_>, pages: usize) {
        let site = site(pages);
        let loaded = site.load();
        let sources = || loaded.pages.iter().map(|page| page.source.clone()).collect::<Vec<Source>>();
        bencher.counter(BytesCount::new(site.bytes)).with_inputs(sources).bench_local_values(|sources| {
            let draft = |source| Draft::new(source, None, loaded.version);
            sources.into_par_iter().map(draft).collect::<Vec<Draft>>()
        });
    }

    /// Shortcodes in pairs, Markdown, HTML.
    #[divan::bench(args = sizes(), sample_count = 10, sample_size = 1)]
    fn d_page(bencher: Bencher<'_, '_>, pages: usize) {
        let site = site(pages);
        let loaded = site.load();
        let goldmark = &loaded.editions[0].config.goldmark;
        let dialect = Dialect { version: loaded.version, goldmark, definitions: &loaded.definitions };
        let drafts = || {
            let draft = |page: &javert::page::Page| Draft::new(page.source.clone(), None, loaded.version);
            loaded.pages.par_iter().map(draft).collect::<Vec<Draft>>()
        };
        bencher.counter(BytesCount::new(site.bytes)).with_inputs(drafts).bench_local_values(|drafts| {
            drafts.into_par_iter().map(|draft| markdown::page(draft, dialect)).collect::<Vec<_>>()
        });
    }

    /// Which pages and files every edition has, and where.
    #[divan::bench(args = sizes(), sample_count = 10, sample_size = 1)]
    fn e_publish(bencher: Bencher<'_, '_>, pages: usize) {
        let site = site(pages);
        let loaded = site.load();
        let host = Host::detect(&site.open(), &loaded.editions[0].mounts, &loaded.editions[0].config);
        let inputs: Vec<PageInput<'_>> = loaded
            .pages
            .iter()
            .map(|page| PageInput { disk: page.path(), fields: &page.front_matter.fields })
            .collect();
        let tree = site.open();
        bencher.bench_local(|| {
            let one = |edition: &Edition| {
                let outputs = Outputs::new(&edition.config);
                let layouts =
                    LayoutStore::read(&tree, &edition.mounts, &edition.config, &outputs, loaded.version);
                let today = CIRCUMSTANCES.today;
                let contents = Contents {
                    pages: &inputs,
                    others: &[],
                    adapted: &|_, _| None,
                    layouts: &layouts,
                    today,
                    known: None,
                    complete: true,
                };
                publish(&edition.config, loaded.version, &edition.mounts, &contents, &host)
            };
            loaded.editions.par_iter().map(one).collect::<Vec<_>>()
        });
    }

    /// All rules.
    #[divan::bench(args = sizes(), sample_count = 10, sample_size = 1)]
    fn f_rules(bencher: Bencher<'_, '_>, pages: usize) {
        let loaded = site(pages).load();
        let rules: Vec<Chosen> = lint::defaults(RULES);
        bencher.bench_local(|| lint::run(&loaded, &rules));
    }
}
