//! Versions and roles: with languages, the dimensions in which Hugo builds a site since 0.153. Each pair of a version
//! and a role is an edition of its own here; languages live inside an edition.
//!
//! Hugo: `hugolib/versions/versions.go`, `hugolib/roles/roles.go`, `hugolib/sitesmatrix/vectorstores.go`,
//! `common/predicate/predicate.go`.

use std::{cmp::Ordering, sync::Arc};

use super::{glob::Glob, version::Version};
use crate::value::{Data, Value};

/// What Hugo builds a site once for each of, besides languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// `[versions]`
    Version,
    /// `[roles]`
    Role,
}

impl Dimension {
    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Role => "role",
        }
    }
}

/// What a site has of one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// Names, in Hugo's order: by weight, then the newest version first, or roles by name.
    pub names: Vec<String>,
    /// The one that content is for where nothing says otherwise.
    pub default: usize,
    /// Whether the default one is published in a directory of its own.
    pub in_subdir: bool,
}

/// The versions and roles of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimensions {
    /// `versions`
    pub versions: Axis,
    /// `roles`
    pub roles: Axis,
}

/// One version and one role of a site: what an edition publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// All of the site.
    pub all: Arc<Dimensions>,
    /// By index in the versions.
    pub version: usize,
    /// By index in the roles.
    pub role: usize,
}

/// For which versions and roles something is, as sets of their indexes; more than 64 are not told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    versions: u64,
    roles: u64,
}

impl Scope {
    /// All versions and roles.
    pub const ALL: Self = Self { versions: u64::MAX, roles: u64::MAX };

    /// Whether it has anything in common with another.
    pub fn meets(self, other: Self) -> bool {
        self.versions & other.versions != 0 && self.roles & other.roles != 0
    }

    /// Whether it is nothing.
    pub fn is_empty(self) -> bool {
        self.versions == 0 || self.roles == 0
    }

    /// Whether all of another is in it.
    pub fn covers(self, other: Self) -> bool {
        other.versions & !self.versions == 0 && other.roles & !self.roles == 0
    }

    /// What is left without another, as far as that is again a set of versions with a set of roles.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        let roles_go = other.versions & self.versions == self.versions;
        let versions_go = other.roles & self.roles == self.roles;
        Self {
            versions: if versions_go { self.versions & !other.versions } else { self.versions },
            roles: if roles_go { self.roles & !other.roles } else { self.roles },
        }
    }

    /// The versions and roles of these names, as far as there are such; where there are none, as in `self`.
    #[must_use]
    pub fn named(self, dimensions: &Dimensions, versions: &[String], roles: &[String]) -> Self {
        let bit = |index: usize| 1_u64 << index.min(63);
        let own = versions.iter().filter_map(|name| dimensions.versions.index_of(name));
        let versions = own.fold(0, |set, index| set | bit(index));
        let own = roles.iter().filter_map(|name| dimensions.roles.names.iter().position(|own| own == name));
        let roles = own.fold(0, |set, index| set | bit(index));
        Self {
            versions: if versions == 0 { self.versions } else { versions },
            roles: if roles == 0 { self.roles } else { roles },
        }
    }

    /// What `patterns` of versions and roles choose; where there are none, as in `self`. `None`: they choose nothing.
    fn narrowed(self, dimensions: &Dimensions, patterns: &Patterns) -> Option<Self> {
        let chosen = |axis: &Axis, patterns: &[String], otherwise: u64| match patterns {
            [] => Some(otherwise),
            patterns => Some(axis.chosen(patterns)).filter(|set| *set != 0),
        };
        let versions = chosen(&dimensions.versions, &patterns.versions, self.versions);
        let roles = chosen(&dimensions.roles, &patterns.roles, self.roles);
        Some(Self { versions: versions?, roles: roles? })
    }
}

/// The `versions` and `roles` of a `sites.matrix`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patterns {
    versions: Vec<String>,
    roles: Vec<String>,
}

impl Patterns {
    /// Reads a `matrix` or `complements` table.
    pub fn read(matrix: Option<&Value>) -> Self {
        let texts =
            |key: &str| matrix.and_then(|matrix| matrix.get(key)).map(Value::texts).unwrap_or_default();
        Self { versions: texts("versions"), roles: texts("roles") }
    }

    /// Those of `other` where there are none here.
    pub fn or(&mut self, other: &Self) {
        if self.versions.is_empty() {
            self.versions.clone_from(&other.versions);
        }
        if self.roles.is_empty() {
            self.roles.clone_from(&other.roles);
        }
    }
}

impl Axis {
    fn read(root: &Value, plural: &str, singular: &str, fallback: &str, order: Order) -> Self {
        let wanted = root.get(&format!("defaultcontent{singular}")).and_then(Value::to_text);
        let wanted = wanted.filter(|name| !name.is_empty());
        let weight = |value: &Value| match value.get("weight").map(|weight| &weight.data) {
            Some(Data::Int(weight)) if *weight != 0 => *weight,
            _ => i64::MAX,
        };
        let table = root.get(plural).map(Value::entries).unwrap_or_default();
        let mut found: Vec<(i64, String)> =
            table.iter().map(|entry| (weight(&entry.value), entry.key.to_lowercase())).collect();
        if found.is_empty() {
            found.push((0, wanted.clone().unwrap_or_else(|| fallback.to_owned())));
        }
        found.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| order(&a.1, &b.1)));
        let names: Vec<String> = found.into_iter().map(|(_, name)| name).collect();
        let default = wanted.and_then(|wanted| names.iter().position(|name| *name == wanted)).unwrap_or(0);
        let in_subdir = root.get(&format!("defaultcontent{singular}insubdir")).and_then(Value::as_bool);
        Self { names, default, in_subdir: in_subdir == Some(true) }
    }

    /// The set of those that patterns choose: globs, ranges (`>= v2`), and what is left out (`! v1*`). Each restricts or
    /// widens what those before it chose.
    fn chosen(&self, patterns: &[String]) -> u64 {
        let own = |(index, name): (usize, &String)| self.is_chosen(patterns, index, name);
        let bit = |index: usize| 1_u64 << index.min(63);
        let chosen = self.names.iter().enumerate().filter(|&entry| own(entry));
        chosen.fold(0, |set, (index, _)| set | bit(index))
    }

    /// Hugo: `NewIndexStringPredicateFromGlobsAndRanges`; what fails an "and" is out for good.
    fn is_chosen(&self, patterns: &[String], index: usize, name: &str) -> bool {
        let mut chosen: Option<bool> = None;
        for pattern in patterns.iter().map(|pattern| pattern.trim()).filter(|pattern| !pattern.is_empty()) {
            let and = if let Some(left_out) = pattern.strip_prefix("! ") {
                !Glob::new(left_out).is_match(name)
            } else if let Some((compares, than)) = range(pattern) {
                self.index_of(than).is_some_and(|than| compares(index, than))
            } else {
                // A glob adds.
                chosen = Some(chosen == Some(true) || Glob::new(pattern).is_match(name));
                continue;
            };
            if !and || chosen == Some(false) {
                return false;
            }
            chosen = Some(true);
        }
        chosen == Some(true)
    }

    fn index_of(&self, name: &str) -> Option<usize> {
        let same = |own: &String| number(own).is_some_and(|own| number(name) == Some(own));
        self.names.iter().position(|own| own == name).or_else(|| self.names.iter().position(same))
    }

    /// The directory of the one at `index`, or nothing.
    fn directory(&self, index: usize) -> &str {
        if index == self.default && !self.in_subdir { "" } else { &self.names[index] }
    }
}

type Order = fn(&str, &str) -> Ordering;
type Compares = fn(usize, usize) -> bool;

/// `>= v2`: those with greater values come first.
fn range(pattern: &str) -> Option<(Compares, &str)> {
    let operators: [(&str, Compares); 6] = [
        (">= ", |own, than| own <= than),
        ("<= ", |own, than| own >= than),
        ("== ", |own, than| own == than),
        ("!= ", |own, than| own != than),
        ("> ", |own, than| own < than),
        ("< ", |own, than| own > than),
    ];
    operators.into_iter().find_map(|(sign, compares)| Some((compares, pattern.strip_prefix(sign)?)))
}

/// The numbers of a version such as `v1.2.3`.
fn number(name: &str) -> Option<[u32; 3]> {
    let mut numbers = [0; 3];
    for (number, part) in numbers.iter_mut().zip(name.trim_start_matches('v').splitn(3, '.')) {
        *number = part.split('-').next()?.parse().ok()?;
    }
    Some(numbers)
}

impl Dimensions {
    /// Those that a configuration names; `None`: there is one version and one role, which no URL says.
    pub fn read(root: &Value, version: Version) -> Option<Self> {
        const KEYS: [&str; 4] =
            ["versions", "roles", "defaultcontentversioninsubdir", "defaultcontentroleinsubdir"];
        if !version.at_least(153) || !KEYS.iter().any(|key| root.get(key).is_some()) {
            return None;
        }
        let newest_first: Order = |a, b| {
            let newest = number(b).unwrap_or_default().cmp(&number(a).unwrap_or_default());
            newest.then_with(|| a.cmp(b))
        };
        let versions = Axis::read(root, "versions", "version", "v1.0.0", newest_first);
        let roles = Axis::read(root, "roles", "role", "guest", |a, b| a.cmp(b));
        Some(Self { versions, roles })
    }

    /// What content is for where nothing says otherwise.
    pub fn default_scope(&self) -> Scope {
        Scope { versions: 1 << self.versions.default.min(63), roles: 1 << self.roles.default.min(63) }
    }

    /// What patterns choose, and `otherwise` for a dimension without any. `None`: nothing.
    pub fn chosen(&self, patterns: &Patterns, otherwise: Scope) -> Option<Scope> {
        otherwise.narrowed(self, patterns)
    }
}

impl Cell {
    /// Every version with every role, the default ones first.
    pub fn of_all(dimensions: Dimensions) -> Vec<Self> {
        let all = Arc::new(dimensions);
        let indexes = |axis: &Axis| {
            let default = axis.default;
            std::iter::once(default).chain((0..axis.names.len()).filter(move |&own| own != default))
        };
        let pairs =
            indexes(&all.versions).flat_map(|version| indexes(&all.roles).map(move |role| (version, role)));
        pairs.map(|(version, role)| Self { all: Arc::clone(&all), version, role }).collect()
    }

    /// Its version and role alone.
    pub fn scope(&self) -> Scope {
        Scope { versions: 1 << self.version.min(63), roles: 1 << self.role.min(63) }
    }

    /// The names of what differs within the site: `v2.0.0`, `member`, or `v2.0.0 member`.
    pub fn name(&self) -> String {
        let axes = [(&self.all.versions, self.version), (&self.all.roles, self.role)];
        let several = axes.into_iter().filter(|(axis, _)| axis.names.len() > 1);
        let names: Vec<&str> = several.map(|(axis, index)| axis.names[index].as_str()).collect();
        names.join(" ")
    }

    /// The directory of what it publishes, without slashes at its ends: role, then version.
    /// Hugo: `hugolib/page__paths.go`, `createTargetPathDescriptor`.
    pub fn directory(&self) -> String {
        let parts = [self.all.roles.directory(self.role), self.all.versions.directory(self.version)];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    }

    /// Whether it is the default version and the default role.
    pub fn is_default(&self) -> bool {
        self.version == self.all.versions.default && self.role == self.all.roles.default
    }

    /// Whether it is the first version and the first role, which publish what is published once.
    pub fn is_first(&self) -> bool {
        self.version == 0 && self.role == 0
    }
}
