//! Pages that are made to be slow: every one should take time in proportion to its size, whatever is in it.
//!
//! `cargo bench --bench hostile` measures pages of one and two MiB: twice the size should take twice as long.
//! `cargo test` reads small ones.

mod shapes;

use std::{env, fmt};

use divan::{Bencher, counter::BytesCount};
use javert::{lint, rules::RULES, site::Site};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// A page to measure.
struct Case {
    name: &'static str,
    text: String,
}

impl fmt::Display for Case {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({} KiB)", self.name, self.text.len() >> 10)
    }
}

fn cases() -> Vec<Case> {
    let measured = env::args().any(|argument| argument == "--bench");
    let sizes: &[usize] = if measured { &[1 << 20, 2 << 20] } else { &[1 << 10] };
    let mut cases = Vec::new();
    for shape in shapes::SHAPES {
        cases.extend(sizes.iter().map(|&bytes| Case { name: shape.name, text: shape.text(bytes) }));
    }
    for &bytes in sizes {
        cases.extend(shapes::special(bytes).into_iter().map(|(name, text)| Case { name, text }));
    }
    if measured {
        cases.push(Case {
            name: "the largest page",
            text: "Some *words* and a [link](b).\n\n".repeat((16 << 20) / 31),
        });
    }
    cases
}

/// Everything but printing, of a site with that one page.
#[divan::bench(args = cases(), sample_count = 3, sample_size = 1)]
fn check(bencher: Bencher<'_, '_>, case: &Case) {
    let rules = lint::defaults(RULES);
    let tree = shapes::site(&case.text);
    bencher
        .counter(BytesCount::new(case.text.len()))
        .bench_local(|| lint::run(&Site::load(&tree, shapes::CIRCUMSTANCES), &rules));
}

/// So many entries of data.
fn entries() -> &'static [usize] {
    if env::args().any(|argument| argument == "--bench") { &[1_000, 2_000] } else { &[10] }
}

/// Reading a site whose shortcode goes through its data.
#[divan::bench(args = entries(), sample_count = 3, sample_size = 1)]
fn data(bencher: Bencher<'_, '_>, entries: usize) {
    let tree = shapes::site_of_data(entries);
    bencher.bench_local(|| Site::load(&tree, shapes::CIRCUMSTANCES));
}
