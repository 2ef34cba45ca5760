//! The words of all files of a site that may be names of other files. Only for rules that ask; it takes long.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::Site;
use crate::tree::Tree;

/// The files that may name others: pages, templates, styles, scripts, data.
const TEXTS: [&str; 26] = [
    "css",
    "csv",
    "go",
    "htm",
    "html",
    "js",
    "json",
    "jsx",
    "less",
    "markdown",
    "md",
    "mjs",
    "py",
    "rb",
    "rst",
    "sass",
    "scss",
    "sh",
    "svg",
    "toml",
    "ts",
    "tsx",
    "txt",
    "webmanifest",
    "xml",
    "yaml",
];

impl Site {
    /// Reads the words of all files, for rules that ask ([`crate::rules::Rule::reads_names`]).
    pub fn read_names(&mut self, tree: &dyn Tree) {
        let is_text = |path: &&String| {
            let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
            TEXTS.contains(&extension.as_str()) || extension == "yml" || !path.contains('.')
        };
        let words: Vec<FxHashSet<String>> = tree
            .paths()
            .par_iter()
            .filter(is_text)
            .filter_map(|path| tree.read(path).ok().map(|text| words(&text.text)))
            .collect();
        self.names = Some(words.into_iter().flatten().collect());
    }
}

/// What may be the name of a file, lower-cased: with its extension and without, as templates also put names together.
fn words(text: &str) -> FxHashSet<String> {
    let separates = |c: char| c.is_whitespace() || "/\"'`()[]{}<>=,;:|!?#&\\".contains(c);
    let mut found = FxHashSet::default();
    for word in text.split(separates).filter(|word| word.len() > 1) {
        let word = percent_encoding::percent_decode_str(word).decode_utf8_lossy().to_lowercase();
        let mut stem = word.as_str();
        while let Some((shorter, _)) = stem.rsplit_once('.') {
            found.insert(shorter.to_owned());
            stem = shorter;
        }
        found.insert(word);
    }
    found
}
