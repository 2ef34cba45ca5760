//! Findings that are known and not reported: `javert-baseline.json`.

use serde::{Deserialize, Serialize};

use crate::{
    fingerprint::{Fingerprint, matched},
    report::Checked,
};

/// The file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The version of the format.
    version: u32,
    /// Findings, by path, rule and message; each stands for one.
    pub findings: Vec<Known>,
}

/// One finding. Nothing in it is a line number, so that it stays the same when text moves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The file, from the site's root.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// What was said; for people.
    pub message: String,
    /// Rule, path, message and the text it is about: 16 hexadecimal digits.
    pub fingerprint: String,
    /// The line it stood in: 16 hexadecimal digits.
    pub line: String,
}

impl Baseline {
    /// All findings of a site.
    pub fn of(checked: &Checked) -> Self {
        let mut findings: Vec<Known> = checked
            .diagnostics
            .iter()
            .map(|found| {
                let print = Fingerprint::of(checked, found, &found.path);
                Known {
                    path: found.path.clone(),
                    rule: found.rule.to_owned(),
                    message: checked.message(found),
                    fingerprint: format!("{:016x}", print.subject),
                    line: format!("{:016x}", print.line),
                }
            })
            .collect();
        findings.sort();
        Self { version: 1, findings }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// In a phrase for people: when it is no baseline, or that of a newer Javert.
    pub fn read(text: &str) -> Result<Self, String> {
        let read: Self = serde_json::from_str(text).map_err(|error| format!("is no baseline: {error}"))?;
        match read.version {
            1 => Ok(read),
            other => Err(format!("has the version {other}, of a newer Javert")),
        }
    }

    /// The file's text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data") + "\n"
    }

    /// Which of the findings of a site are known. What is known and was not found, by index, is gone.
    pub fn known(&self, checked: &Checked) -> (Vec<bool>, Vec<usize>) {
        let parse = |text: &str| u64::from_str_radix(text, 16).unwrap_or(0);
        let print = |own: &Known| Fingerprint { subject: parse(&own.fingerprint), line: parse(&own.line) };
        let known: Vec<Fingerprint> = self.findings.iter().map(print).collect();
        let (old, gone) = matched(&Fingerprint::all(checked), &known);
        (old, (0..gone.len()).filter(|&index| gone[index]).collect())
    }

    /// Takes away from the findings of a site what is known.
    pub fn subtract(&self, checked: &mut Checked) {
        let (known, _) = self.known(checked);
        let mut known = known.into_iter();
        checked.diagnostics.retain(|_| !known.next().unwrap_or(false));
    }
}
