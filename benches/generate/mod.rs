//! A made-up documentation site of any size, shaped like real ones and the same for the same seed.
//!
//! It has the configurations and the theme of `fixtures/help`: three editions, Japanese and English. A page is
//! about 7.5 KB: headings with ids, region blocks, notes, nested lists, tables, code, links, screenshots. About one
//! link in a hundred leads nowhere; everything else is right.
//!
//! Benchmarks and tests share it with `#[path]`.

mod words;

use std::fmt::Write as _;

use words::{Language, Random};

/// One file of the generated site.
pub(crate) struct File {
    /// Below the site's folder, with `/`.
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
    /// How many of its links lead nowhere. All are outside of region blocks.
    pub(crate) broken: usize,
}

/// Pages in one folder; a section has five.
const FOLDER: usize = 20;
const SECTION: usize = 5 * FOLDER;

/// All files of a site with `pages` pages, and one more for each folder, one after the other.
pub(crate) fn site(pages: usize, seed: u64) -> impl Iterator<Item = File> {
    // Each page has a generator of its own, so that a page does not depend on those before it.
    let random = move |number: usize| Random::new(seed.wrapping_add(1 + number as u64));
    let folders = (0..pages).step_by(FOLDER).flat_map(index);
    let page = move |number| Page::new(number, pages, random(number)).file();
    let images = (0..images(pages)).map(|image| File {
        path: format!("static/{}", image_path(image)),
        bytes: IMAGE.to_vec(),
        broken: 0,
    });
    homes().chain(theme()).chain(images).chain(folders).chain((0..pages).map(page))
}

/// All images have the same pixels.
const IMAGE: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/help/static/img-ja/login_img01.png"));

/// How many images a site has.
fn images(pages: usize) -> usize {
    1 + pages / 4
}

/// Where an image is published, below the base URL.
fn image_path(image: usize) -> String {
    format!("img-ja/image-{image:04}.png")
}

/// The language of a page: one section in three is English.
fn language(number: usize) -> Language {
    if number / SECTION % 3 == 2 { Language::English } else { Language::Japanese }
}

/// `ja/section-000/folder-01`
fn folder(number: usize) -> String {
    let section = number / SECTION;
    format!("{}/section-{section:03}/folder-{:02}", language(number).code(), number % SECTION / FOLDER)
}

/// Whether CN readers see the page only as a redirect.
fn disabled(number: usize) -> bool {
    number % 25 == 7
}

/// The `_index.md` of the folder that starts with this page, and of its section.
fn index(number: usize) -> impl Iterator<Item = File> {
    let folder = folder(number);
    let section = folder.rsplit_once('/').map(|(section, _)| section.to_owned());
    let starts_section = number.is_multiple_of(SECTION);
    let folders = std::iter::once(folder).chain(section.filter(|_| starts_section));
    folders.map(move |path| {
        let title = language(number).title(number / FOLDER);
        text(format!("content/{path}/_index.md"), format!("---\ntitle: \"{title}\"\nweight: {number}\n---\n"))
    })
}

/// The first page of each language.
fn homes() -> impl Iterator<Item = File> {
    [("ja", "ヘルプ"), ("en", "Help")].into_iter().map(|(code, title)| {
        text(
            format!("content/{code}/_index.md"),
            format!("---\ntitle: \"{title}\"\n---\n\n{{{{%slash%}}}}\n"),
        )
    })
}

/// Configuration, theme and images: those of the fixture.
fn theme() -> impl Iterator<Item = File> {
    macro_rules! fixture {
        ($($path:literal)*) => {[$((
            $path,
            &include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/help/", $path))[..],
        )),*]};
    }
    let files = fixture![
        "config_cn.toml" "config_jp.toml" "config_us.toml"
        "static/files/users.csv" "static/css/guide.css"
        "themes/guide/theme.toml"
        "themes/guide/layouts/404.html" "themes/guide/layouts/index.html"
        "themes/guide/layouts/_default/section.html" "themes/guide/layouts/_default/single.html"
        "themes/guide/layouts/partials/head.html" "themes/guide/layouts/partials/title.html"
        "themes/guide/layouts/shortcodes/CorpName.html" "themes/guide/layouts/shortcodes/disabled.html"
        "themes/guide/layouts/shortcodes/enabled.html" "themes/guide/layouts/shortcodes/hint.html"
        "themes/guide/layouts/shortcodes/note.html" "themes/guide/layouts/shortcodes/screen.html"
        "themes/guide/layouts/shortcodes/seealso.html" "themes/guide/layouts/shortcodes/service.html"
        "themes/guide/layouts/shortcodes/slash.html" "themes/guide/layouts/shortcodes/subtitle.html"
        "themes/guide/layouts/shortcodes/tile.html" "themes/guide/layouts/shortcodes/warning.html"
    ];
    files.into_iter().map(|(path, bytes)| File { path: path.to_owned(), bytes: bytes.to_vec(), broken: 0 })
}

fn text(path: String, text: String) -> File {
    File { path, bytes: text.into_bytes(), broken: 0 }
}

/// A page that is being written.
struct Page {
    number: usize,
    /// Of the whole site.
    pages: usize,
    language: Language,
    random: Random,
    out: String,
    broken: usize,
    /// Whether we write what everybody sees, and not a block for some.
    for_all: bool,
}

/// Writing to a string cannot fail, so the answer of `write!` is not looked at.
macro_rules! put {
    ($page:expr, $($what:tt)*) => { let _ = write!($page.out, $($what)*); };
}

impl Page {
    fn new(number: usize, pages: usize, random: Random) -> Self {
        Self {
            number,
            pages,
            language: language(number),
            random,
            out: String::new(),
            broken: 0,
            for_all: true,
        }
    }

    /// The whole page.
    fn file(mut self) -> File {
        let number = self.number;
        put!(self, "---\ntitle: \"{}\"\nweight: {}\n", self.language.title(number), number % FOLDER);
        if disabled(number) {
            put!(self, "disabled: [CN]\n");
        }
        put!(self, "---\n\n");
        self.paragraph();
        for heading in 1..=4 + self.random.below(3) {
            put!(self, "## {} {{#p{number}_{heading}0}}\n\n", self.language.title(number + heading * 7));
            self.paragraph();
            match self.random.below(6) {
                0 => self.table(),
                1 => self.code(),
                2 => self.regions(heading),
                3 => self.admonition(),
                _ => self.steps(3),
            }
            if self.random.below(3) == 0 {
                put!(self, "### {}\n\n", self.language.title(self.random.below(997)));
                self.paragraph();
                self.steps(2);
            }
        }
        let path = format!("content/{}/page-{number:05}.md", folder(number));
        File { path, bytes: self.out.into_bytes(), broken: self.broken }
    }

    /// A few sentences with a link, sometimes with emphasis, code and text macros.
    fn paragraph(&mut self) {
        for _ in 0..2 + self.random.below(3) {
            let sentence = self.language.sentence(&mut self.random);
            put!(self, "{sentence}\n");
        }
        let link = self.link();
        put!(self, "{}\n\n", self.language.see(&link));
    }

    /// A link to a page that everybody can see, in one of the ways in which people write it.
    fn link(&mut self) -> String {
        let to = self.target();
        let label = self.language.title(to);
        let (from, folder) = (folder(self.number), folder(to));
        let page = format!("page-{to:05}.html");
        if self.for_all && self.random.below(100) == 0 {
            self.broken += 1;
            return match self.random.below(3) {
                0 => format!("[{label}](/guide/{folder}/Page-{to:05}.html)"),
                1 => format!("[{label}](/guide/{folder}/{page}#p{to}_99)"),
                _ => format!("[{label}](page-{}.html)", self.pages + to),
            };
        }
        match self.random.below(5) {
            0 => format!("[{label}](/guide/{folder}/{page}#p{to}_20)"),
            1 if folder == from => format!("[{label}]({page})"),
            1 | 2 => format!("[{label}](/guide/{folder}/)"),
            3 if self.random.below(3) == 0 => format!("[{label}](https://www.minamo.example/{to})"),
            3 => format!("[{label}](/guide/files/users.csv)"),
            _ => format!("[{label}](/guide/{folder}/{page})"),
        }
    }

    /// The number of a page in this language: half of the time near, else anywhere.
    fn target(&mut self) -> usize {
        let near = self.number / FOLDER * FOLDER;
        // This ends: the first page of a section is never switched off.
        loop {
            let far = self.random.below(self.pages);
            let to = if self.random.below(2) == 0 { near + far % FOLDER } else { far };
            if to < self.pages && language(to) == self.language && !disabled(to) {
                return to;
            }
        }
    }

    fn image(&mut self) -> String {
        format!("/guide/{}", image_path(self.random.below(images(self.pages))))
    }

    /// A numbered list with a screenshot, and a nested list in one item.
    fn steps(&mut self, items: usize) {
        for item in 0..items {
            let sentence = self.language.sentence(&mut self.random);
            put!(self, "1. {sentence}\n");
            if item == 0 {
                let image = self.image();
                let alt = self.language.title(self.random.below(997));
                put!(self, "   {{{{< screen src=\"{image}\" alt=\"{alt}\" >}}}}\n");
            }
            if item == 1 {
                let link = self.link();
                put!(self, "\n    * {}\n", self.language.see(&link));
                put!(self, "    * **{}**\n", self.language.title(self.random.below(997)));
            }
            put!(self, "\n");
        }
    }

    /// A block for each region. They say the same, and each but the first one sentence more.
    fn regions(&mut self, heading: usize) {
        let number = self.number;
        let blocks: &[&str] = match (disabled(number), number % 3) {
            (true, _) => &["JP", "US"],
            (false, 0) => &["JP", "US", "CN"],
            (false, _) => &["JP", "US CN"],
        };
        self.for_all = false;
        let before = std::mem::take(&mut self.out);
        self.steps(3);
        let steps = std::mem::replace(&mut self.out, before);
        self.for_all = true;
        let title = self.language.title(number + heading);
        for (place, regions) in blocks.iter().enumerate() {
            put!(self, "{{{{% enabled {regions} %}}}}\n\n### {title} {{#p{number}_{heading}1}}\n\n{steps}");
            if place > 0 {
                let sentence = self.language.sentence(&mut self.random);
                put!(self, "{sentence}\n\n");
            }
            put!(self, "{{{{% /enabled %}}}}\n\n");
        }
    }

    fn admonition(&mut self) {
        let kind = ["note", "warning", "hint"][self.random.below(3)];
        let sentence = self.language.sentence(&mut self.random);
        let link = self.link();
        put!(self, "{{{{% {kind} %}}}}\n{sentence}\n{}\n{{{{% /{kind} %}}}}\n\n", self.language.see(&link));
    }

    fn table(&mut self) {
        put!(self, "| A | B | C |\n|---|:-:|--:|\n");
        for row in 0..4 + self.random.below(5) {
            let link = self.link();
            put!(self, "| {} | {link} | {row} |\n", self.language.title(self.random.below(997)));
        }
        put!(self, "\n");
    }

    fn code(&mut self) {
        put!(self, "```sh\n");
        for line in 0..3 + self.random.below(6) {
            put!(
                self,
                "curl --fail https://api.{{{{%service%}}}}/v1/items/{line} | jq '.[].name' # [x](y)\n"
            );
        }
        let image = self.image();
        put!(self, "```\n\n![{}]({image})\n\n", self.language.title(self.number + 3));
    }
}
