//! The host's redirect rules: `_redirects` as Netlify and Cloudflare read it, and netlify.toml.

use crate::{
    source::Span,
    value::{self, Format, Value},
};

/// One rule that sends readers elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Where it stands, for people: `static/_redirects, line 3`.
    pub place: String,
    /// The path as it is written, without host.
    from: String,
    /// Where it leads, as it is written; `None` where that depends on the reader, or a template makes it.
    to: Option<String>,
    /// It sends nobody anywhere, but answers with what is there on this site (status 200), if anything is.
    pub is_rewrite: bool,
}

impl Redirect {
    /// A rule of which only the paths are known that it covers.
    pub(super) fn to_unknown(from: &str, place: String) -> Option<Self> {
        redirect(from, None, 301, place)
    }

    /// The same rule, where it is not known to what it leads.
    pub(super) fn without_target(self) -> Self {
        Self { to: None, ..self }
    }

    /// The only path that the rule applies to, without slashes at its ends; `None`: there are others.
    pub(super) fn only_path(&self) -> Option<String> {
        let is_plain = !self.from.contains('*') && parts(&self.from).all(|part| !part.starts_with(':'));
        is_plain.then(|| parts(&self.from).collect::<Vec<_>>().join("/"))
    }

    /// Whether another covers the same paths.
    pub(super) fn covers_like(&self, other: &Self) -> bool {
        self.from == other.from
    }

    /// Whether the rule applies to a path.
    pub fn covers(&self, path: &str) -> bool {
        self.captures(path).is_some()
    }

    /// Where the rule sends readers from a path that it covers, if that is known.
    pub fn target(&self, path: &str) -> Option<String> {
        let captured = self.captures(path)?;
        let mut to = self.to.clone()?;
        for (name, value) in captured.iter().rev() {
            to = to.replace(&format!(":{name}"), value);
        }
        let unfilled = to.match_indices("/:").any(|(at, _)| !to[at + 2..].is_empty());
        (!unfilled).then_some(to)
    }

    /// The placeholders and the splat as a path fills them, longer names last. Netlify: "Redirect options", Cloudflare
    /// Pages: "Redirects"; a splat stands at the end, and a slash at the end makes no difference.
    fn captures(&self, path: &str) -> Option<Vec<(&str, String)>> {
        let mut captured: Vec<(&str, String)> = Vec::new();
        let mut rest = parts(path);
        let is_directory = path.ends_with('/');
        for part in parts(&self.from) {
            if part == "*" {
                let slash = if is_directory && rest.clone().next().is_some() { "/" } else { "" };
                captured.push(("splat", rest.by_ref().collect::<Vec<_>>().join("/") + slash));
                break;
            }
            let own = rest.next()?;
            if let Some(name) = part.strip_prefix(':') {
                captured.push((name, own.to_owned()));
            } else if let Some(start) = part.strip_suffix('*') {
                return own.starts_with(start).then(Vec::new);
            } else if part != own {
                return None;
            }
        }
        captured.sort_by_key(|(name, _)| name.len());
        rest.next().is_none().then_some(captured)
    }
}

fn parts(path: &str) -> impl Iterator<Item = &str> + Clone {
    path.split('/').filter(|part| !part.is_empty())
}

/// Reads `_redirects`, which is at `path`. Error pages (404) send nobody anywhere, so they are left out; so is the rule for
/// everything.
pub fn read(path: &str, text: &str) -> Vec<Redirect> {
    let line = |(number, line): (usize, &str)| rule(line, format!("{path}, line {}", number + 1));
    text.lines().enumerate().filter_map(line).collect()
}

/// Reads the `[[redirects]]` of a netlify.toml, on the same terms.
pub fn read_netlify(path: &str, text: &str) -> Vec<Redirect> {
    let (root, _) = value::parse(Format::Toml, text, Span::new(0, text.len()));
    let rules = root.get("redirects").map(Value::items).unwrap_or_default();
    rules
        .iter()
        .filter_map(|rule| {
            let get = |key: &str| rule.get(key).and_then(Value::to_text);
            let depends = ["conditions", "query", "signed"].iter().any(|key| rule.get(key).is_some());
            let to = get("to").filter(|_| !depends);
            let from = rule.get("from")?;
            let line = text.get(..from.span.start as usize)?.lines().count().max(1);
            let status = get("status").and_then(|status| status.parse().ok()).unwrap_or(301);
            redirect(&from.to_text()?, to, status, format!("{path}, line {line}"))
        })
        .collect()
}

/// Reads one line.
pub(super) fn rule(line: &str, place: String) -> Option<Redirect> {
    let line = line.split(" #").next().filter(|line| !line.starts_with('#'))?;
    let mut words = line.split_whitespace();
    let (from, rest) = (words.next()?, words.collect::<Vec<_>>());
    let status = rest.iter().find_map(|word| word.trim_end_matches('!').parse::<u16>().ok()).unwrap_or(301);
    // `/a id=:id /b` and `/a /b 302 Country=de` depend on the query and on the reader.
    let is_condition = |word: &&&str| word.contains('=') && !word.starts_with('/') && !word.contains("://");
    let depends = rest.iter().any(|word| is_condition(&word));
    let to = rest.first().filter(|_| !depends).map(|to| (*to).to_owned());
    redirect(from, to, status, place)
}

fn redirect(from: &str, to: Option<String>, status: u16, place: String) -> Option<Redirect> {
    if !(300..400).contains(&status) && status != 200 {
        return None;
    }
    let is_rewrite = status == 200 && !to.as_ref().is_some_and(|to| to.contains("://"));
    let to = to.filter(|_| !from.contains("://"));
    let path = from.split_once("://").map_or(from, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    let is_plain = path.starts_with('/') && !path.strip_suffix('*').unwrap_or(path).contains('*');
    let is_everything = path.split('/').all(|part| matches!(part, "" | "*") || part.starts_with(':'));
    (is_plain && !is_everything).then(|| Redirect { place, from: path.to_owned(), to, is_rewrite })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_and_rewrites_cover_paths() {
        let rules = read(
            "static/_redirects",
            "# c\n/old /new\n/docs/* /guide/:splat 302!\n/g/* /:splat 200!\n/x/* /404.html 404\n/* /y\n",
        );
        let covers = |path| rules.iter().any(|rule| rule.covers(path));
        assert!(covers("/old") && covers("/old/") && covers("/docs/a/b") && covers("/docs"));
        assert!(!covers("/older") && !covers("/x/a") && !covers("/other"));
        let rewrites = |path| rules.iter().any(|rule| rule.covers(path) && rule.is_rewrite);
        assert!(rewrites("/g/a") && !rewrites("/docs/a"));
    }

    #[test]
    fn targets_are_filled_in() {
        let text = "/docs/* /guide/:splat\n/news/:year/:slug /blog/:slug-:year/\n/a /b Country=de\n/q id=:id /q/:id\n/p/* https://x.org/:splat 200\n/w/:x /y/:z\n";
        let rules = read("static/_redirects", text);
        let target = |path: &str| rules.iter().find(|rule| rule.covers(path)).map(|rule| rule.target(path));
        let to = |path: &str| Some(Some(path.to_owned()));
        assert_eq!(target("/docs/a/b/"), to("/guide/a/b/"));
        assert_eq!(target("/docs/"), to("/guide/"));
        assert_eq!(target("/news/2026/x"), to("/blog/x-2026/"));
        assert_eq!(target("/a"), Some(None), "it depends on the reader");
        assert_eq!(target("/q"), Some(None), "it depends on the query");
        assert_eq!(target("/p/x"), to("https://x.org/x"), "another server answers");
        assert_eq!(target("/w/x"), Some(None), "a placeholder that nothing fills");
        assert_eq!(rules[0].place, "static/_redirects, line 1");
        let toml = "[[redirects]]\nfrom = '/a/*'\nto = '/b/:splat'\n[[redirects]]\nfrom = '/c'\nto = '/d'\nconditions = {Country = ['de']}\n";
        let rules = read_netlify("netlify.toml", toml);
        assert_eq!(rules[0].target("/a/x").as_deref(), Some("/b/x"));
        assert_eq!(rules[0].place, "netlify.toml, line 2");
        assert!(rules[1].covers("/c") && rules[1].target("/c").is_none());
    }
}
