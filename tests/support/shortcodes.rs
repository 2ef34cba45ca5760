//! The pages of `fixtures/shortcodes`, their mutations, and the recording of what Hugo says of them.

use std::{collections::BTreeMap, fs};

use javert::{
    hugo::{
        shortcode::{Inner, verdict},
        version::Version,
    },
    source::Span,
};

use super::{repository, txtar};

/// What precedes the body in every page.
pub(crate) const FRONT_MATTER: &str = "---\ntitle: a\n---\n";

const MUTATIONS: usize = 3;

/// The fixture.
pub(crate) struct Fixture {
    /// Configuration and templates: path and text.
    pub(crate) site: Vec<(String, String)>,
    /// Name and body of each page, mutations included.
    pub(crate) pages: BTreeMap<String, String>,
}

/// Reads the fixture and mutates its pages.
pub(crate) fn fixture() -> Fixture {
    let text = fs::read_to_string(repository("fixtures/shortcodes/pages.txtar")).expect("the fixture");
    let is_page = |name: &str| !name.contains(['/', '.']);
    let (pages, site): (Vec<_>, Vec<_>) = txtar(&text).into_iter().partition(|(name, _)| is_page(name));
    let mut all = BTreeMap::new();
    for (name, text) in pages {
        let body = text.strip_suffix('\n').unwrap_or(&text);
        let mut random = Random::seeded(&name);
        for mutation in 1..=MUTATIONS {
            all.insert(format!("{name}~{mutation}"), mutated(body, &mut random));
        }
        all.insert(name, body.to_owned());
    }
    Fixture { site, pages: all }
}

impl Fixture {
    /// What the fixture's templates say.
    pub(crate) fn inner(&self, name: &str) -> Inner {
        let path = format!("layouts/_shortcodes/{name}.html");
        match self.site.iter().find(|(file, _)| *file == path) {
            Some((_, template)) if template.contains(".Inner") => Inner::Used,
            Some(_) => Inner::Unused,
            None => Inner::NoTemplate,
        }
    }

    /// What we think that Hugo says of a page, in the words of the recording.
    pub(crate) fn predicted(&self, body: &str) -> String {
        let text = format!("{FRONT_MATTER}{body}");
        let span = Span::new(FRONT_MATTER.len(), text.len());
        match verdict(&text, span, &|name| self.inner(name), Version::NEWEST) {
            None => "builds".into(),
            Some(refusal) if refusal.message.starts_with("runtime error") => "crashes".into(),
            Some(refusal) => {
                let before = &text[..refusal.offset as usize];
                let line = before.matches('\n').count() + 1;
                let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1) + 1;
                format!("{line}:{column} {}", refusal.message.replace('\n', "\\n"))
            }
        }
    }
}

/// The recording: what Hugo says of each page.
pub(crate) fn recording() -> BTreeMap<String, String> {
    let text = fs::read_to_string(recording_path()).expect("the recording");
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(page, says)| (page.into(), says.into()))
        .collect()
}

/// Where the recording is.
pub(crate) fn recording_path() -> std::path::PathBuf {
    repository("fixtures/shortcodes/hugo.txt")
}

/// A small deterministic generator (SplitMix64), so that the mutations stay what was recorded.
pub(crate) struct Random(u64);

impl Random {
    /// A generator whose sequence depends on `name` only (FNV-1a).
    pub(crate) fn seeded(name: &str) -> Self {
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, hash))
    }

    /// A number below `bound`; 0 if that is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % (bound.max(1) as u64)) as usize
    }
}

const INSERTED: [&str; 22] = [
    "/",
    "\"",
    "`",
    "\n",
    "=",
    ".",
    "\\",
    " ",
    "'",
    "\u{3000}",
    "\r",
    "\t",
    "<",
    ">",
    "%",
    "{{",
    "}}",
    "a",
    "{{< in >}}",
    "{{< /in >}}",
    "{{% b %}}",
    ".inline ",
];

/// One or two small accidents.
fn mutated(body: &str, random: &mut Random) -> String {
    let mut text = body.to_owned();
    for _ in 0..=random.below(2) {
        text = match random.below(6) {
            0 => deleted(&text, random),
            1 => delimiter_changed(&text, random),
            2 => closers_swapped(&text, random),
            3 => closer_dropped(&text, random),
            _ => inserted(&text, random),
        };
    }
    text
}

fn boundary(text: &str, random: &mut Random) -> usize {
    let at = random.below(text.len() + 1);
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn deleted(text: &str, random: &mut Random) -> String {
    let at = boundary(text, random);
    let rest = text[at..].chars().next().map_or(0, char::len_utf8);
    [&text[..at], &text[at + rest..]].concat()
}

fn inserted(text: &str, random: &mut Random) -> String {
    let at = boundary(text, random);
    [&text[..at], INSERTED[random.below(INSERTED.len())], &text[at..]].concat()
}

/// Doubles one delimiter or makes it the other kind.
fn delimiter_changed(text: &str, random: &mut Random) -> String {
    let delimiters = ["{{<", "{{%", ">}}", "%}}"];
    let mut found: Vec<(usize, &str)> = delimiters.iter().flat_map(|d| text.match_indices(d)).collect();
    found.sort_unstable();
    let Some(&(at, delimiter)) = found.get(random.below(found.len())) else { return text.to_owned() };
    let new = match (random.below(2), delimiter) {
        (0, _) => delimiter.repeat(2),
        (_, "{{<") => "{{%".into(),
        (_, "{{%") => "{{<".into(),
        (_, ">}}") => "%}}".into(),
        _ => ">}}".into(),
    };
    [&text[..at], &new, &text[at + 3..]].concat()
}

/// The closing tags, roughly: from `{{< /` to `}}`.
fn closers(text: &str) -> Vec<(usize, usize)> {
    let lefts = ["{{< /", "{{% /"];
    let mut found: Vec<(usize, usize)> = lefts
        .iter()
        .flat_map(|left| text.match_indices(left))
        .filter_map(|(at, _)| text[at..].find("}}").map(|end| (at, at + end + 2)))
        .collect();
    found.sort_unstable();
    found
}

fn closers_swapped(text: &str, random: &mut Random) -> String {
    let found = closers(text);
    let first = random.below(found.len().saturating_sub(1));
    let (Some(&(a, b)), Some(&(c, d))) = (found.get(first), found.get(first + 1)) else {
        return inserted(text, random);
    };
    if b > c {
        return text.to_owned();
    }
    [&text[..a], &text[c..d], &text[b..c], &text[a..b], &text[d..]].concat()
}

fn closer_dropped(text: &str, random: &mut Random) -> String {
    let found = closers(text);
    match found.get(random.below(found.len())) {
        Some(&(start, end)) => [&text[..start], &text[end..]].concat(),
        None => inserted(text, random),
    }
}
