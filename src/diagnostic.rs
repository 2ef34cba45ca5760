//! What a rule found, and how to fix it.

use std::{collections::BTreeMap, fmt};

use crate::{
    page::Page,
    site::edition::EditionSet,
    source::{Source, Span},
};

/// How bad a finding is. Ordered: `Error` is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A suggestion.
    Info,
    /// Probably not what was meant.
    Warning,
    /// Broken for a reader, or refused by Hugo.
    Error,
}

impl Level {
    /// Reads `error`, `warning`, `info`; `off` and anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "error" => Some(Self::Error),
            "warning" => Some(Self::Warning),
            "info" => Some(Self::Info),
            _ => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        })
    }
}

/// Another place that matters to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The file.
    pub path: String,
    /// The place.
    pub span: Span,
    /// What is there.
    pub message: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's name.
    pub rule: &'static str,
    /// Its level.
    pub level: Level,
    /// The file.
    pub path: String,
    /// The place.
    pub span: Span,
    /// What is wrong here, in a lower-case phrase without a full stop.
    pub message: String,
    /// For whom it holds, where not for everybody who can see the place.
    pub editions: Option<EditionSet>,
    /// For whom it holds, in any case. Filled in by [`crate::lint::run`].
    pub affected: EditionSet,
    /// Other places.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// How to fix it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Says what to do.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to do, before what the help says already.
    pub fn help_first(&mut self, help: impl Into<String>) -> &mut Self {
        let rest = self.help.take().map(|rest| format!("\n{rest}")).unwrap_or_default();
        self.help = Some(help.into() + &rest);
        self
    }

    /// Points at another place in `page`.
    pub fn label(&mut self, page: &Page, span: Span, message: impl Into<String>) -> &mut Self {
        self.labels.push(Label { path: page.source.path.clone(), span, message: message.into() });
        self
    }

    /// Says for whom it holds; everybody who can see the place needs no saying.
    pub fn editions(&mut self, editions: EditionSet, visible: EditionSet) -> &mut Self {
        self.editions = (editions != visible).then_some(editions);
        self
    }

    /// Lowers (or raises) the level of this one finding.
    pub fn level(&mut self, level: Level) -> &mut Self {
        self.level = level;
        self
    }

    /// Says how to fix it.
    pub fn fix(&mut self, safety: Safety, edits: impl Into<Vec<Edit>>) -> &mut Self {
        self.fix = Some(Fix { safety, file: None, edits: edits.into() });
        self
    }
}

/// Collects what one rule reports, under that rule's name and level.
#[derive(Debug)]
pub struct Findings {
    rule: &'static str,
    level: Level,
    /// What was reported so far.
    pub list: Vec<Diagnostic>,
}

impl Findings {
    /// Nothing yet, for this rule.
    pub fn of(rule: &'static str, level: Level) -> Self {
        Self { rule, level, list: Vec::new() }
    }

    /// Reports something wrong in a page.
    pub fn report(&mut self, page: &Page, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.report_in(&page.source, span, message)
    }

    /// Reports something wrong in any file of the site.
    pub fn report_in(&mut self, source: &Source, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.list.push_mut(Diagnostic {
            rule: self.rule,
            level: self.level,
            path: source.path.clone(),
            span,
            message: message.into(),
            editions: None,
            affected: EditionSet::EMPTY,
            labels: Vec::new(),
            help: None,
            fix: None,
        })
    }
}

/// Edits that only make sense together, all in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether the author need not look at it.
    pub safety: Safety,
    /// The file; `None`: the finding's own.
    pub file: Option<String>,
    /// The edits, by position; they do not overlap.
    pub edits: Vec<Edit>,
}

/// Whether a fix may be applied unseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// May change what the author meant.
    Unsafe,
    /// Renders the same, or is certainly what was meant.
    Safe,
}

/// A replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What is there instead.
    pub text: String,
}

/// Applies each fix whole, or leaves it for the next round if an earlier one is in its way.
pub fn apply<'a>(text: &str, fixes: impl IntoIterator<Item = &'a Fix>) -> String {
    apply_counted(text, fixes).0
}

/// Like [`apply`]; the second value says how many fixes were applied.
pub fn apply_counted<'a>(text: &str, fixes: impl IntoIterator<Item = &'a Fix>) -> (String, usize) {
    // By place; what was chosen never overlaps.
    let mut chosen: BTreeMap<Span, &Edit> = BTreeMap::new();
    let mut applied = 0;
    for fix in fixes {
        let free = |edit: &Edit, chosen: &BTreeMap<Span, &Edit>| {
            // At most two start where this one ends; those before the third end before it.
            let near = chosen.range(..=Span { start: edit.span.end, end: u32::MAX }).rev().take(3);
            near.map(|(other, _)| *other).all(|other| !in_the_way(other, edit.span))
        };
        let mut own: BTreeMap<Span, &Edit> = BTreeMap::new();
        let fits = fix.edits.iter().all(|edit| {
            let inside = text.get(edit.span.range()).is_some();
            inside && free(edit, &chosen) && free(edit, &own) && own.insert(edit.span, edit).is_none()
        });
        if fits {
            chosen.append(&mut own);
            applied += 1;
        }
    }
    let (mut fixed, mut done) = (String::with_capacity(text.len()), 0);
    for edit in chosen.values() {
        fixed.push_str(&text[done..edit.span.range().start]);
        fixed.push_str(&edit.text);
        done = edit.span.range().end;
    }
    (fixed + &text[done..], applied)
}

/// Whether two edits cannot both be made: they overlap, or would stand at the same place.
fn in_the_way(one: Span, other: Span) -> bool {
    one == other || one.start < other.end && other.start < one.end
}
