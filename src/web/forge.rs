//! Hosts of repositories, such as GitHub: what can be asked of their programming interfaces, many at once.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use url::Url;

use super::{
    cause::{Cause, Verdict},
    memory::Finding,
};

/// So much is asked for in one request of GitHub: things.
const MOST_OF_GITHUB: usize = 50;
/// So much is asked for in one request of GitLab, which refuses queries of more than 250 points. A thing costs some, and
/// each way to read the address of a file more. GitLab: `app/graphql/types/base_field.rb`, `field_complexity`.
const MOST_OF_GITLAB: usize = 200;

/// What language its interface speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// GitHub.
    GitHub,
    /// GitLab.
    GitLab,
}

/// A host of repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forge {
    /// What it speaks.
    pub kind: Kind,
    /// The host of its pages.
    pub host: String,
    /// Where its interface is.
    pub api: String,
    /// What opens it; without it nobody asks there.
    pub token: Option<String>,
}

impl Forge {
    /// GitHub and GitLab, with these tokens.
    pub fn usual(github: Option<String>, gitlab: Option<String>) -> Vec<Self> {
        let of = |kind, host: &str, api: &str, token| Self {
            kind,
            host: host.to_owned(),
            api: api.to_owned(),
            token,
        };
        vec![
            of(Kind::GitHub, "github.com", "https://api.github.com/graphql", github),
            of(Kind::GitLab, "gitlab.com", "https://gitlab.com/api/graphql", gitlab),
        ]
    }
}

/// The page of the repository that a page belongs to; `None`: it belongs to none.
pub fn repository_of(url: &Url, forges: &[Forge]) -> Option<Url> {
    let forge = forges.iter().find(|own| url.host_str() == Some(own.host.as_str()))?;
    let (path, _) = split(forge.kind, url)?;
    let mut repository = url.clone();
    repository.set_path(&path);
    repository.set_query(None);
    repository.set_fragment(None);
    Some(repository)
}

/// Names under which GitHub and GitLab have pages of their own.
const NO_OWNER: [&str; 20] = [
    "about",
    "apps",
    "collections",
    "contact",
    "customer-stories",
    "enterprise",
    "explore",
    "features",
    "marketplace",
    "orgs",
    "pricing",
    "readme",
    "security",
    "settings",
    "site",
    "sponsors",
    "topics",
    "trending",
    "users",
    "help",
];

/// The path of the repository and the rest.
fn split(kind: Kind, url: &Url) -> Option<(String, Vec<String>)> {
    let parts: Vec<String> = url
        .path_segments()?
        .filter(|part| !part.is_empty())
        .map(|part| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect();
    if parts.len() < 2 || NO_OWNER.contains(&parts[0].as_str()) {
        return None;
    }
    let at = match kind {
        Kind::GitHub => 2,
        // Groups may be nested, and `-` is behind the project.
        Kind::GitLab => {
            parts.iter().position(|part| part == "-").unwrap_or(match parts.get(2).map(String::as_str) {
                Some(
                    "blob" | "tree" | "raw" | "issues" | "merge_requests" | "blame" | "commits" | "tags"
                    | "releases",
                ) => 2,
                _ => parts.len(),
            })
        }
    };
    let rest = parts[at..].iter().filter(|part| *part != "-").cloned().collect();
    (at >= 2).then(|| (parts[..at].join("/"), rest))
}

/// What a page shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Object {
    Repository,
    /// A file in a revision: the parts of `REVISION/PATH`, as branches may hold `/`.
    File(Vec<String>),
    /// The same, of a file or directory.
    Tree(Vec<String>),
    Tag(String),
    Issue(u64),
    Pull(u64),
    Release(String),
    Discussion(u64),
}

fn object(kind: Kind, rest: &[String]) -> Option<Object> {
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    let owned = |parts: &[&str]| parts.iter().map(|part| (*part).to_owned()).collect();
    Some(match rest.as_slice() {
        [] => Object::Repository,
        // A file is shown at the address of a directory, and the other way round; GitLab tells them apart if asked.
        ["blob" | "raw" | "blame", revision @ ..] if kind == Kind::GitLab && revision.len() > 1 => {
            Object::File(owned(revision))
        }
        ["blob" | "tree" | "raw" | "blame" | "commits", revision @ ..] if !revision.is_empty() => {
            Object::Tree(owned(revision))
        }
        ["tags", tag @ ..] if kind == Kind::GitLab && !tag.is_empty() => Object::Tag(tag.join("/")),
        ["releases", tag @ ..] if kind == Kind::GitLab && !tag.is_empty() => Object::Release(tag.join("/")),
        ["issues", number] => Object::Issue(number.parse().ok()?),
        ["pull" | "merge_requests", number, ..] => Object::Pull(number.parse().ok()?),
        ["releases", "tag", tag @ ..] if !tag.is_empty() => Object::Release(tag.join("/")),
        ["discussions", number] => Object::Discussion(number.parse().ok()?),
        _ => return None,
    })
}

/// The path of a repository and what is asked of it, with the numbers of the pages.
type Repository = (String, Vec<(usize, Object)>);

/// One request for many pages.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    kind: Kind,
    /// Where it is sent.
    pub api: String,
    /// What opens it.
    pub token: String,
    /// The pages, in the order of the query: their numbers in the caller's list.
    pub pages: Vec<usize>,
    /// The body.
    pub query: Value,
    /// By repository: its alias in the query, and of every page its aliases there; branches may hold a `/`, so one page
    /// may have several.
    aliases: Vec<(String, Vec<OfPage>)>,
}

#[derive(Debug, Clone, PartialEq)]
struct OfPage {
    page: usize,
    names: Vec<String>,
    /// Whether it may be there though nothing of these names is.
    may_be_elsewhere: bool,
}

/// A revision may be the first of these many parts.
const DEEPEST_BRANCH: usize = 3;

/// Batches for the pages that can be asked for in this way, given with their numbers.
pub fn batches<'u>(pages: impl IntoIterator<Item = (usize, &'u Url)>, forges: &[Forge]) -> Vec<Batch> {
    let mut wanted: BTreeMap<(usize, String), Vec<(usize, Object)>> = BTreeMap::new();
    for (page, url) in pages {
        let is_host = |own: &Forge| url.host_str() == Some(own.host.as_str()) && own.token.is_some();
        let Some(number) = forges.iter().position(is_host) else { continue };
        let Some((path, rest)) = split(forges[number].kind, url) else { continue };
        let kind = forges[number].kind;
        let is_asked = |object: &Object| kind == Kind::GitHub || !matches!(object, Object::Discussion(_));
        let Some(object) = object(kind, &rest).filter(is_asked) else { continue };
        wanted.entry((number, path)).or_default().push((page, object));
    }
    let mut batches: Vec<Batch> = Vec::new();
    let mut current: Option<(usize, Vec<Repository>, usize)> = None;
    for ((forge, path), objects) in wanted {
        let kind = forges[forge].kind;
        for object in objects {
            let cost = kind.cost(&object.1);
            let is_full =
                |(own, _, sum): &(usize, Vec<Repository>, usize)| *own != forge || sum + cost > kind.most();
            if let Some((forge, repositories, _)) = current.take_if(|current| is_full(current)) {
                batches.push(Batch::of(&forges[forge], repositories));
            }
            let (_, repositories, sum) = current.get_or_insert_with(|| (forge, Vec::new(), 0));
            *sum += cost;
            match repositories.last_mut().filter(|(own, _)| *own == path) {
                Some((_, objects)) => objects.push(object),
                None => repositories.push((path.clone(), vec![object])),
            }
        }
    }
    batches.extend(current.map(|(forge, repositories, _)| Batch::of(&forges[forge], repositories)));
    batches
}

impl Kind {
    /// What one request may cost.
    fn most(self) -> usize {
        match self {
            Self::GitHub => MOST_OF_GITHUB,
            Self::GitLab => MOST_OF_GITLAB,
        }
    }

    /// What it costs to ask for an object.
    fn cost(self, object: &Object) -> usize {
        match (self, object) {
            (Self::GitHub, _) => 1,
            (Self::GitLab, Object::File(parts)) => 12 * parts.len().min(DEEPEST_BRANCH),
            (Self::GitLab, Object::Tree(parts)) => 26 * parts.len().min(DEEPEST_BRANCH),
            (Self::GitLab, Object::Tag(_)) => 16,
            (Self::GitLab, _) => 6,
        }
    }
}

impl Batch {
    fn of(forge: &Forge, repositories: Vec<Repository>) -> Self {
        let mut batch = Self {
            kind: forge.kind,
            api: forge.api.clone(),
            token: forge.token.clone().unwrap_or_default(),
            pages: repositories
                .iter()
                .flat_map(|(_, objects)| objects.iter().map(|(page, _)| *page))
                .collect(),
            query: Value::Null,
            aliases: Vec::new(),
        };
        let mut query = String::from("query {");
        for (number, (path, objects)) in repositories.iter().enumerate() {
            let alias = format!("r{number}");
            let quoted = |text: &str| Value::from(text).to_string();
            match (batch.kind, path.split_once('/')) {
                (Kind::GitHub, Some((owner, name))) => {
                    query.push_str(&format!(
                        " {alias}: repository(owner: {}, name: {}) {{ id",
                        quoted(owner),
                        quoted(name)
                    ));
                }
                _ => query.push_str(&format!(" {alias}: project(fullPath: {}) {{ id", quoted(path))),
            }
            let mut of_pages = Vec::new();
            for (at, (page, object)) in objects.iter().enumerate() {
                let fields = fields(batch.kind, object);
                // What a branch of so deep a name may hold is not certain.
                let is_deep = matches!(object, Object::File(parts) | Object::Tree(parts) if parts.len() > DEEPEST_BRANCH);
                let is_content = matches!(object, Object::File(_) | Object::Tree(_) | Object::Tag(_));
                let first = if batch.kind == Kind::GitLab && is_content { OF_CONTENT } else { 'o' };
                let mut names = Vec::new();
                for (try_number, field) in fields.iter().enumerate() {
                    let name = format!("{first}{at}_{try_number}");
                    query.push_str(&format!(" {name}: {field}"));
                    names.push(name);
                }
                of_pages.push(OfPage { page: *page, names, may_be_elsewhere: is_deep });
            }
            query.push_str(" }");
            batch.aliases.push((alias, of_pages));
        }
        query.push_str(" }");
        batch.query = json!({ "query": query });
        batch
    }

    /// What the interface said of the pages; those of which it said nothing are not in it, and have to be asked one by
    /// one.
    pub fn read(&self, answer: &Value) -> Vec<(usize, Finding)> {
        let mut found = Vec::new();
        let Some(data) = answer.get("data").filter(|data| data.is_object()) else { return found };
        for (alias, pages) in &self.aliases {
            let repository = data.get(alias);
            for OfPage { page, names, may_be_elsewhere } in pages {
                let finding = match repository {
                    // It is not there, or the token is not for it.
                    Some(Value::Null) => finding(Verdict::Blocked, Some(Cause::SignIn)),
                    Some(repository) => {
                        let shown = names.iter().map(|name| shows(name, repository.get(name)?));
                        let shown: Vec<Option<bool>> = shown.collect();
                        if names.is_empty() || shown.contains(&Some(true)) {
                            finding(Verdict::Alive, None)
                        } else if !may_be_elsewhere
                            && shown.iter().all(Option::is_some)
                            && !has_errors(answer, names)
                        {
                            finding(Verdict::Dead, Some(Cause::Status(404)))
                        } else {
                            continue;
                        }
                    }
                    None => continue,
                };
                found.push((*page, finding));
            }
        }
        found
    }
}

/// Whether an answer shows that the thing is there; `None`: it does not say, as the token is not for the content of the
/// repository.
fn shows(name: &str, answer: &Value) -> Option<bool> {
    if !name.starts_with(OF_CONTENT) {
        return Some(!answer.is_null());
    }
    let has_nodes =
        |list: &Value| list.get("nodes").and_then(Value::as_array).is_some_and(|nodes| !nodes.is_empty());
    let lists = |part: &Value| part.as_object().is_some_and(|part| part.values().any(has_nodes));
    Some(answer.as_object()?.values().any(|part| has_nodes(part) || lists(part)))
}

/// The names of questions for the content of a repository of GitLab start with this.
const OF_CONTENT: char = 'c';

/// Whether the interface reports something else than that the thing is not there.
fn has_errors(answer: &Value, names: &[String]) -> bool {
    let errors = answer.get("errors").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    errors.iter().any(|error| {
        let path = error.get("path").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let is_ours = path.iter().filter_map(Value::as_str).any(|part| names.iter().any(|name| name == part));
        is_ours && error.get("type").and_then(Value::as_str) != Some("NOT_FOUND")
    })
}

fn finding(verdict: Verdict, cause: Option<Cause>) -> Finding {
    Finding { verdict: Some(verdict), cause, ..Finding::default() }
}

fn fields(kind: Kind, object: &Object) -> Vec<String> {
    let quoted = |text: &str| Value::from(text).to_string();
    let file = |reference: &str, path: &str| {
        format!("blobs(ref: {}, paths: [{}]) {{ nodes {{ id }} }}", quoted(reference), quoted(path))
    };
    let directory = |reference: &str, path: &str| {
        let (reference, path) = (quoted(reference), quoted(path));
        format!(
            "tree(ref: {reference}, path: {path}) {{ blobs(first: 1) {{ nodes {{ id }} }} trees(first: 1) {{ nodes {{ id }} }} submodules(first: 1) {{ nodes {{ id }} }} }}"
        )
    };
    match (kind, object) {
        (_, Object::Repository) => Vec::new(),
        (Kind::GitHub, Object::File(_) | Object::Tag(_)) => Vec::new(),
        (Kind::GitLab, Object::File(parts) | Object::Tree(parts)) => (1..=parts.len().min(DEEPEST_BRANCH))
            .map(|branch| {
                let (reference, path) = (parts[..branch].join("/"), parts[branch..].join("/"));
                let mut asked = if path.is_empty() { String::new() } else { file(&reference, &path) };
                if path.is_empty() || matches!(object, Object::Tree(_)) {
                    asked = format!("{asked} {}", directory(&reference, &path)).trim_start().to_owned();
                }
                format!("repository {{ {asked} }}")
            })
            .collect(),
        (Kind::GitLab, Object::Tag(tag)) => vec![format!("repository {{ {} }}", directory(tag, ""))],
        (Kind::GitLab, Object::Release(tag)) => {
            vec![format!("release(tagName: {}) {{ tagName }}", quoted(tag))]
        }
        (Kind::GitHub, Object::Tree(parts)) => (1..=parts.len().min(DEEPEST_BRANCH))
            .map(|branch| {
                let expression = format!("{}:{}", parts[..branch].join("/"), parts[branch..].join("/"));
                let expression = if branch == parts.len() {
                    expression.trim_end_matches(':').to_owned()
                } else {
                    expression
                };
                format!("object(expression: {}) {{ id }}", quoted(&expression))
            })
            .collect(),
        // Each is shown at the address of the other.
        (Kind::GitHub, Object::Issue(number) | Object::Pull(number)) => {
            vec![
                format!("issueOrPullRequest(number: {number}) {{ __typename }}"),
                format!("discussion(number: {number}) {{ id }}"),
            ]
        }
        (Kind::GitHub, Object::Release(tag)) => vec![
            format!("release(tagName: {}) {{ id }}", quoted(tag)),
            format!("ref(qualifiedName: {}) {{ id }}", quoted(&format!("refs/tags/{tag}"))),
        ],
        (Kind::GitHub, Object::Discussion(number)) => vec![format!("discussion(number: {number}) {{ id }}")],
        (Kind::GitLab, Object::Issue(number)) => vec![format!("issue(iid: \"{number}\") {{ id }}")],
        (Kind::GitLab, Object::Pull(number)) => vec![format!("mergeRequest(iid: \"{number}\") {{ id }}")],
        (Kind::GitLab, Object::Discussion(_)) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forges() -> Vec<Forge> {
        Forge::usual(Some("t".to_owned()), Some("t".to_owned()))
    }

    fn batch(urls: &[&str]) -> Vec<Batch> {
        let urls: Vec<Url> = urls.iter().map(|url| Url::parse(url).expect(url)).collect();
        batches(urls.iter().enumerate(), &forges())
    }

    #[test]
    fn pages_belong_to_repositories() {
        for (url, repository) in [
            ("https://github.com/a/b/blob/main/x?y#z", Some("https://github.com/a/b")),
            ("https://github.com/a/b", Some("https://github.com/a/b")),
            ("https://github.com/a", None),
            ("https://github.com/orgs/a/repositories", None),
            ("https://gitlab.com/g/h/p/-/issues/3", Some("https://gitlab.com/g/h/p")),
            ("https://a.org/a/b", None),
        ] {
            let parsed = Url::parse(url).expect(url);
            assert_eq!(repository_of(&parsed, &forges()).as_ref().map(Url::as_str), repository, "{url}");
        }
    }

    #[test]
    fn many_pages_are_one_query() {
        let all = batch(&[
            "https://github.com/a/b/blob/release/1.0/x%20y.md",
            "https://github.com/a/b/issues/7",
            "https://github.com/a/b",
            "https://github.com/a/b/wiki/Page",
            "https://gitlab.com/g/h/p/-/issues/3",
        ]);
        assert_eq!(all.iter().map(|own| own.pages.clone()).collect::<Vec<_>>(), [vec![0, 1, 2], vec![4]]);
        let query = all[0].query["query"].as_str().expect("text");
        assert_eq!(
            query,
            "query { r0: repository(owner: \"a\", name: \"b\") { id o0_0: object(expression: \"release:1.0/x y.md\") { id } o0_1: object(expression: \"release/1.0:x y.md\") { id } o0_2: object(expression: \"release/1.0/x y.md\") { id } o1_0: issueOrPullRequest(number: 7) { __typename } o1_1: discussion(number: 7) { id } } }"
        );
        let many: Vec<String> =
            (0..120).map(|number| format!("https://github.com/a/b/issues/{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(batch(&many).iter().map(|own| own.pages.len()).collect::<Vec<_>>(), [50, 50, 20]);
    }

    #[test]
    fn files_of_gitlab_are_looked_for_in_every_revision_that_they_may_be_of() {
        let all = batch(&[
            "https://gitlab.com/g/p/-/blob/main/a.md",
            "https://gitlab.com/g/p/-/tree/v1",
            "https://gitlab.com/g/p/-/tags/v2",
            "https://gitlab.com/g/p/-/releases/v2",
        ]);
        let query = all[0].query["query"].as_str().expect("text");
        let root = |tag: &str| {
            format!(
                "repository {{ tree(ref: \"{tag}\", path: \"\") {{ blobs(first: 1) {{ nodes {{ id }} }} trees(first: 1) {{ nodes {{ id }} }} submodules(first: 1) {{ nodes {{ id }} }} }} }}"
            )
        };
        let expected = [
            "query { r0: project(fullPath: \"g/p\") { id".to_owned(),
            "c0_0: repository { blobs(ref: \"main\", paths: [\"a.md\"]) { nodes { id } } }".to_owned(),
            format!("c0_1: {}", root("main/a.md")),
            format!("c1_0: {}", root("v1")),
            format!("c2_0: {}", root("v2")),
            "o3_0: release(tagName: \"v2\") { tagName } } }".to_owned(),
        ];
        assert_eq!(query, expected.join(" "));
        let said = |answer: Value| -> Vec<(usize, &str)> {
            let found = all[0].read(&json!({ "data": { "r0": answer } }));
            found.into_iter().map(|(page, own)| (page, own.verdict.expect("there is one").name())).collect()
        };
        let (some, none) = (json!({ "nodes": [{ "id": "1" }] }), json!({ "nodes": [] }));
        let of_tree =
            |trees: &Value| json!({ "tree": { "blobs": none, "trees": trees, "submodules": none } });
        let empty = of_tree(&none);
        let there = json!({ "id": "1", "c0_0": { "blobs": some }, "c0_1": empty, "c1_0": of_tree(&some), "c2_0": of_tree(&some), "o3_0": { "tagName": "v2" } });
        assert_eq!(said(there), [(0, "alive"), (1, "alive"), (2, "alive"), (3, "alive")]);
        let gone = json!({ "id": "1", "c0_0": { "blobs": none }, "c0_1": empty, "c1_0": { "tree": null }, "c2_0": empty, "o3_0": null });
        assert_eq!(said(gone), [(0, "dead"), (1, "dead"), (2, "dead"), (3, "dead")]);
        // A project may show everybody its name and few its files.
        let closed =
            json!({ "id": "1", "c0_0": null, "c0_1": null, "c1_0": null, "c2_0": null, "o3_0": null });
        assert_eq!(said(closed), [(3, "dead")]);
        assert_eq!(said(Value::Null), [(0, "blocked"), (1, "blocked"), (2, "blocked"), (3, "blocked")]);
        let many: Vec<String> =
            (0..20).map(|number| format!("https://gitlab.com/g/p/-/blob/main/{number}.md")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(batch(&many).iter().map(|own| own.pages.len()).collect::<Vec<_>>(), [8, 8, 4]);
    }

    #[test]
    fn only_what_is_certainly_missing_is_dead() {
        let all = batch(&[
            "https://github.com/a/b/blob/main/x.md",
            "https://github.com/a/b/issues/7",
            "https://github.com/a/private/issues/1",
        ]);
        let said = |answer: Value| -> Vec<(usize, &str)> {
            let found = all[0].read(&answer);
            found.into_iter().map(|(page, own)| (page, own.verdict.expect("there is one").name())).collect()
        };
        let object =
            |a: Value, b: Value| json!({ "id": "1", "o0_0": a, "o0_1": null, "o1_0": b, "o1_1": null });
        let there = json!({ "data": { "r0": object(json!({"id": "x"}), json!({})), "r1": null } });
        assert_eq!(said(there), [(0, "alive"), (1, "alive"), (2, "blocked")]);
        let gone = json!({ "data": { "r0": object(Value::Null, Value::Null), "r1": null } });
        assert_eq!(said(gone), [(0, "dead"), (1, "dead"), (2, "blocked")]);
        let limited = json!({ "data": { "r0": object(Value::Null, Value::Null), "r1": null }, "errors": [{ "type": "RATE_LIMITED", "path": ["r0", "o1_0"] }] });
        assert_eq!(said(limited), [(0, "dead"), (2, "blocked")]);
        assert_eq!(said(json!({ "message": "Bad credentials" })), []);
    }
}
