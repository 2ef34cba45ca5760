//! Large and hostile pages are read in linear time; `--nocapture` shows the times.
#![expect(clippy::print_stdout, reason = "shows the times")]

use std::time::{Duration, Instant};

use javert::{
    hugo::{
        shortcode::{Inner, pair, scan, verdict},
        version::Version,
    },
    source::Span,
};

/// Far above what any of them takes, even unoptimised, and far below what quadratic time would.
const LIMIT: Duration = Duration::from_secs(4);

#[test]
fn every_shape_of_page_is_linear() {
    let shapes = [
        ("sequential", "{{< img src=\"a.png\" alt=b >}}\n".repeat(30_000)),
        ("nested", ["{{< note >}}".repeat(10_000), "{{< /note >}}".repeat(10_000)].concat()),
        ("never closed", "{{< note >}}".repeat(30_000)),
        ("never opened", "{{< /note >}}".repeat(30_000)),
        (
            "crossed",
            ["{{< note >}}{{< tab >}}".repeat(15_000), "{{< /note >}}{{< /tab >}}".repeat(15_000)].concat(),
        ),
        ("met", "{{< tab >}}{{< note >}}{{< /tab >}}".repeat(30_000)),
        ("unknown", "{{< foo >}}".repeat(30_000)),
        ("malformed", "{{< note 'a' >}} ".repeat(15_000)),
        ("wrong ends", "{{< note }} {{< note %}} {{<note>} ".repeat(20_000)),
        ("open tags", "{{< note ".repeat(30_000)),
        ("swallowed", "{{<a\"b\"=1>}}".repeat(15_000)),
        ("open comments", "{{</*{{%/*".repeat(15_000)),
        ("open strings", "{{< a \"b >}}".repeat(15_000)),
        ("open raw strings", "{{< a `b >}}\n".repeat(15_001)),
        ("near misses", "{{ < a >}} ` ".repeat(15_000)),
        ("braces", "{".repeat(150_000)),
    ];
    for (name, text) in shapes {
        let body = Span::new(0, text.len());
        let inner = |name: &str| match name {
            "note" | "tab" => Inner::Used,
            "foo" => Inner::Unknown,
            _ => Inner::Unused,
        };
        let start = Instant::now();
        let scan = scan(&text, body, Version::NEWEST);
        let scanned = start.elapsed();
        let pairing = pair(&scan, body, &inner, Version::NEWEST);
        verdict(&text, body, &inner, Version::NEWEST);
        let elapsed = start.elapsed();
        println!(
            "{name:17} {:7} bytes, scan {scanned:?}, all {elapsed:?}, {} calls",
            text.len(),
            pairing.calls.len()
        );
        assert!(elapsed < LIMIT, "{name} took {elapsed:?}");
    }
}
