//! Shapes of pages that tempt a reader into work out of proportion to their size. Benchmarks and tests share them with
//! `#[path]`.

use javert::{hugo::paths::Day, site::load::Circumstances, tree::MemoryTree};

pub(crate) const CIRCUMSTANCES: Circumstances =
    Circumstances { today: Day { year: 2026, month: 1, day: 1 }, version: None };

/// A page of any size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    /// Repeated until the page is full.
    before: &'static str,
    /// As often as `before`, behind all of it.
    after: &'static str,
}

const fn row(name: &'static str, piece: &'static str) -> Shape {
    Shape { name, before: piece, after: "" }
}

const fn nest(name: &'static str, before: &'static str, after: &'static str) -> Shape {
    Shape { name, before, after }
}

impl Shape {
    /// A page of about this many bytes.
    pub(crate) fn text(self, bytes: usize) -> String {
        self.repeated(bytes / (self.before.len() + self.after.len()))
    }

    /// A page of so many pieces.
    pub(crate) fn repeated(self, times: usize) -> String {
        format!("---\ntitle: x\n---\nx\n\n{}{}\n", self.before.repeat(times), self.after.repeat(times))
    }
}

pub(crate) const SHAPES: &[Shape] = &[
    // Shortcodes.
    row("images", "{{< img src=\"a.png\" alt=b >}}\n"),
    nest("nested notes", "{{% note %}}", "{{% /note %}}"),
    nest("nested notes on lines", "{{% note %}}\n[a](b)\n", "{{% /note %}}\n"),
    nest("nested flow", "{{% flow %}}\n", "{{% /flow %}}\n"),
    nest("nested conditions", "{{% enabled JP %}}\n", "{{% /enabled %}}\n"),
    nest("nested unknown", "{{% who %}}\n", "{{% /who %}}\n"),
    nest("nested, then links", "{{< note >}}", "{{< /note >}}[a](b)\n"),
    row("bare addresses behind brackets", "[ `https://a.example/x`\nhttps://a.example/x\n"),
    row("attributes on one line", "{#x} {a"),
    row("open delimiters", "\\( ` `` "),
    row("expressions", "\\(a\\) $$b$$ "),
    row("flow on one line", "{{% flow %}}{{% /flow %}}"),
    row("conditions", "{{% enabled JP %}}\nsome words here\n{{% /enabled %}}\n"),
    row(
        "conditions of two",
        "{{% enabled JP %}}\n* one\n{{% /enabled %}}\n{{% enabled US %}}\n1. one\n{{% /enabled %}}\n",
    ),
    row("never closed", "{{< note >}}"),
    row(
        "alternatives of many items",
        "{{% enabled JP %}}\n* one of many items\n* another of many\n* the third item here\n* and one more\n{{% /enabled %}}\n\n\
         {{% enabled US CN %}}\n1. one of many items\n1. another of many!\n1. the third item there\n{{% /enabled %}}\n\n",
    ),
    row("never closed flow", "{{% enabled JP %}}\n\n# a\n\n"),
    row("never opened", "{{< /note >}}"),
    nest("crossed", "{{< note >}}{{< tab >}}", "{{< /note >}}{{< /tab >}}"),
    row("met", "{{< tab >}}{{< note >}}{{< /tab >}}"),
    row("unknown", "{{< foo >}}"),
    row("malformed", "{{< note 'a' >}} "),
    row("wrong ends", "{{< note }} {{< note %}} {{<note>} "),
    row("open tags", "{{< note "),
    row("swallowed", "{{<a\"b\"=1>}}"),
    row("open comments", "{{</*{{%/*"),
    row("comments", "{{</* a */>}}"),
    row("comments and notes", "{{</* a */>}}{{% note %}}{{% /note %}}"),
    row("open strings", "{{< a \"b >}}"),
    row("open raw strings", "{{< a `b >}}\n"),
    row("near misses", "{{ < a >}} ` "),
    row("braces", "{"),
    // Blocks.
    row("nested quotes", ">"),
    row("nested quotes with spaces", "> "),
    row("nested lists", "- "),
    row("nested numbers", "1. "),
    row("flat list", "- a\n"),
    row("headings", "# a\n"),
    row("headings of every name", "# a\n\n## a 1\n\n"),
    row("headings with ids", "# a {#b}\n"),
    row("underlined", "a\n==\n"),
    row("table rows", "|a|b|\n|-|-|\n|[a](b)|c|\n"),
    row("table columns", "|-"),
    row("fences", "```\n"),
    row("rules", "***\n\n"),
    row("attributes", "a\n{#b .c}\n\n"),
    row("definitions", "a\n: b\n\n"),
    row("one line", "word "),
    row("spaces", " "),
    row("lines", "\n"),
    row("japanese", "日本語の文。"),
    // Inlines.
    row("stars", "*"),
    row("open emphasis", "*a "),
    row("open strong", "**a "),
    nest("nested emphasis", "*a **a ", "a** a*"),
    row("mixed emphasis", "*a_ "),
    row("heading of emphasis", "*a **a "),
    row("open brackets", "["),
    row("brackets", "[a"),
    nest("nested brackets", "[", "]"),
    row("open links", "[a]("),
    row("open images", "![a]("),
    nest("nested images", "![a", "](b)"),
    row("links", "[a](b) "),
    row("broken links on lines", "[a](b.html#c)\n"),
    row("undefined references", "[a][b] "),
    row("undefined references on lines", "[a][b]\n"),
    row("reference definitions", "[a]: b\n"),
    row("references", "[a] [x][a]\n\n[a]: b\n\n"),
    row("footnotes", "[^a]\n\n[^a]: b\n\n"),
    row("backticks", "`"),
    row("growing backticks", "` `` ``` "),
    row("bare addresses", "https://a.example/b "),
    row("long address", "www.a"),
    row("closing parentheses", "https://a.example/)"),
    row("backslashes", "\\"),
    row("entities", "&amp;"),
    row("open entities", "&"),
    row("dollars", "$$ [a][b] "),
    // HTML.
    row("open tags of HTML", "<a "),
    row("angles", "<"),
    row("open comments of HTML", "<!-- "),
    nest("nested elements", "<div id=a>", "</div>"),
    row("inline elements", "x <b id=a>a</b> "),
    row("elements on lines", "<a href=b>c</a>\n"),
    row("attributes of HTML", "<a b=c d=e f=g href='h' id=i>\n\n"),
    row("open declarations", "<! "),
    row("open instructions", "<? "),
    row("open sections", "<![CDATA["),
];

/// One element with very many attributes, one long line, one name: what cannot be said by repetition of the whole.
pub(crate) fn special(bytes: usize) -> Vec<(&'static str, String)> {
    let page = |text: String| format!("---\ntitle: x\n---\n{text}\n");
    let numbered = |piece: &dyn Fn(usize) -> String| -> String {
        let mut text = String::new();
        for number in 0.. {
            if text.len() >= bytes {
                break;
            }
            text.push_str(&piece(number));
        }
        text
    };
    vec![
        ("one element, many attributes", page(format!("<a {}>", numbered(&|n| format!("a{n}=b "))))),
        ("one element, open quote", page(format!("<a b=\"{}", "a=b ".repeat(bytes / 4)))),
        ("one call, many arguments", page(format!("{{{{< img {} >}}}}", numbered(&|n| format!("a{n}=b "))))),
        ("many definitions, many uses", page(numbered(&|n| format!("[a{n}]: b\n\n[x][a{n}]\n\n")))),
        ("many footnotes", page(numbered(&|n| format!("[^a{n}]\n\n[^a{n}]: b\n\n")))),
        ("heading of emphasis", page(format!("# {}", "*a **a ".repeat(bytes / 7)))),
        (
            "heading of nested emphasis",
            page(format!("# {}{}", "*a **b ".repeat(bytes / 14), "b** a*".repeat(bytes / 14))),
        ),
        ("many headings", page(numbered(&|n| format!("## Heading {n}\n\n[a](#heading-{n})\n\n")))),
        (
            "nested lists on lines",
            page({
                let mut text = String::new();
                for depth in 0.. {
                    if text.len() >= bytes {
                        break;
                    }
                    text.push_str(&"  ".repeat(depth));
                    text.push_str("- a\n");
                }
                text
            }),
        ),
        ("deep path", page(format!("[a]({})", "../".repeat(bytes / 3)))),
        ("deep front matter", format!("---\na: {}\n---\nx\n", "[".repeat(bytes))),
        ("front matter of many keys", format!("---\n{}---\nx\n", numbered(&|n| format!("k{n}: v\n")))),
        ("front matter of tags", format!("---\ntags: [{}]\n---\nx\n", numbered(&|n| format!("t{n}, ")))),
        ("front matter in TOML", format!("+++\n{}+++\nx\n", numbered(&|n| format!("k{n} = 1\n")))),
        ("never ending front matter", format!("---\n{}", "a: b\n".repeat(bytes / 5))),
        ("aliases to many pages", page(numbered(&|n| format!("{{{{< relref \"p{n}\" >}}}}\n")))),
    ]
}

/// A site with so many entries of data, of which a shortcode collects those that a condition is true of; whether it is,
/// nobody knows without running Hugo.
#[allow(dead_code, reason = "only one of those who share this file measures it")]
pub(crate) fn site_of_data(entries: usize) -> MemoryTree {
    let entry = |number: usize| {
        let text = format!(
            "title: Entry {number}\nauthors: [{{name: Somebody}}]\nlanguage: go\nlicense: free\n\
             urls: {{docs: 'https://a.example/{number}'}}\n"
        );
        (format!("data/registry/e{number}.yaml"), text)
    };
    let collect = "{{ $found := slice }}{{ range site.Data.registry }}\
                   {{ if eq .language (getenv \"LANGUAGE\") }}{{ $found = $found | append . }}{{ end }}{{ end }}\
                   {{ range sort $found \"title\" }}<a href=\"{{ .urls.docs }}\">{{ .title }}</a>{{ end }}";
    let page = "---\ntitle: x\n---\n{{< collect >}}\n";
    let files = [
        ("hugo.toml".to_owned(), "baseURL = 'https://a.example/'\n".to_owned()),
        ("layouts/shortcodes/collect.html".to_owned(), collect.to_owned()),
        ("content/page.md".to_owned(), page.to_owned()),
    ];
    MemoryTree::new(files.into_iter().chain((0..entries).map(entry)))
}

/// A site of two editions with that one page, with shortcodes of every kind.
pub(crate) fn site(page: &str) -> MemoryTree {
    let configuration = |region: &str| {
        format!(
            "baseURL = 'https://a.example/'\ntitle = 'x'\n[params]\nregion = '{region}'\n\
             [markup.goldmark.renderer]\nunsafe = true\n\
             [markup.goldmark.parser.attribute]\nblock = true\n\
             [markup.goldmark.extensions.passthrough]\nenable = true\n\
             [markup.goldmark.extensions.passthrough.delimiters]\n\
             block = [['$$', '$$'], ['\\[', '\\]']]\ninline = [['\\(', '\\)']]\n"
        )
    };
    let files = [
        ("config_jp.toml", configuration("JP")),
        ("config_us.toml", configuration("US")),
        ("content/page.md", page.to_owned()),
        ("layouts/_default/single.html", "{{ .Content }}".to_owned()),
        ("layouts/shortcodes/note.html", "<div>{{ .Inner | markdownify }}</div>".to_owned()),
        ("layouts/shortcodes/tab.html", "<div>{{ .Inner }}</div>".to_owned()),
        ("layouts/shortcodes/flow.html", "{{ .Inner }}".to_owned()),
        (
            "layouts/shortcodes/img.html",
            "<img src=\"{{ .Get \"src\" }}\" alt=\"{{ .Get \"alt\" }}\">".to_owned(),
        ),
        (
            "layouts/shortcodes/enabled.html",
            "{{ if in .Params site.Params.region }}{{ .Inner }}{{ end }}".to_owned(),
        ),
    ];
    MemoryTree::new(files.into_iter().map(|(path, text)| (path.to_owned(), text)))
}
