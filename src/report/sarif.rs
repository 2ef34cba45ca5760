//! SARIF 2.1.0, for GitHub's code scanning, editors and other viewers.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use rustc_hash::FxBuildHasher;
use serde_json::{Value, json};

use super::{
    encoded,
    finding::{Finding, Place, Spot, cut},
};
use crate::{
    diagnostic::{Fix, Level, Safety},
    rules,
    source::Source,
};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// GitHub refuses a run with more results.
const RESULTS: usize = 25_000;

/// GitHub refuses longer descriptions of rules.
const DESCRIPTION: usize = 1024;

/// What paths are relative to.
const ROOT: &str = "%SRCROOT%";

/// The report; `site` is the path of the only site seen from the root of the repository, empty for the root itself and
/// where there are several.
pub fn render(findings: &[Finding<'_>], site: &str) -> String {
    let mut shown: Vec<&Finding<'_>> = findings.iter().collect();
    if shown.len() > RESULTS {
        shown.sort_by_key(|found| Reverse(found.level));
        shown.truncate(RESULTS);
    }
    let names: BTreeSet<&str> = shown.iter().map(|found| found.rule).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let mut hashes = LineHashes::default();
    let results: Vec<Value> = shown.iter().map(|found| result(found, &names, &mut hashes)).collect();
    let mut invocation = json!({ "executionSuccessful": true });
    if shown.len() < findings.len() {
        let left_out = findings.len() - shown.len();
        let message = format!("{left_out} more findings are left out: GitHub takes {RESULTS} results");
        invocation["toolExecutionNotifications"] =
            json!([{ "level": "warning", "message": { "text": message } }]);
    }
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Javert",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": names.iter().map(|name| rule(name)).collect::<Vec<Value>>(),
            } },
            "automationDetails": { "id": format!("javert/{site}") },
            "invocations": [invocation],
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository." } } },
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&document).expect("plain data") + "\n"
}

fn rule(name: &str) -> Value {
    let Some(entry) = rules::find(name) else { return json!({ "id": name }) };
    let manual = entry.manual();
    let level = manual.level.unwrap_or(Level::Warning);
    let severity = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "recommendation",
    };
    let summary = cut(&manual.summary, DESCRIPTION);
    json!({
        "id": name,
        "name": name,
        "shortDescription": { "text": summary },
        "fullDescription": { "text": summary },
        "help": { "text": manual.text, "markdown": manual.text },
        "defaultConfiguration": { "enabled": manual.level.is_some(), "level": level_name(level) },
        "properties": { "tags": [manual.group], "precision": "very-high", "problem.severity": severity },
    })
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

fn result(found: &Finding<'_>, rules: &[&str], hashes: &mut LineHashes) -> Value {
    let mut fingerprints = json!({ "javert/v1": found.fingerprint });
    if let Some(hash) = hashes.of(found) {
        fingerprints["primaryLocationLineHash"] = hash.into();
    }
    let mut text = without_links(&found.message_with_help());
    // GitHub shows the other places only where the message links to them.
    for (id, label) in found.labels.iter().enumerate() {
        let place = format!("{}:{}", label.repository_path, label.place.start.line);
        let says = if label.message.is_empty() { place } else { format!("{place}: {}", label.message) };
        text.push_str(&format!("\n[{}]({id})", escape(&says)));
    }
    let mut result = json!({
        "ruleId": found.rule,
        "ruleIndex": rules.binary_search(&found.rule).unwrap_or(0),
        "level": level_name(found.level),
        "message": { "text": text },
        "locations": [location(&found.repository_path, found.first_line)],
        "partialFingerprints": fingerprints,
    });
    if !found.labels.is_empty() {
        let related = found.labels.iter().enumerate().map(|(id, label)| {
            let mut location = location(&label.repository_path, label.place);
            location["id"] = id.into();
            if !label.message.is_empty() {
                location["message"] = json!({ "text": without_links(&label.message) });
            }
            location
        });
        result["relatedLocations"] = related.collect();
    }
    if let (Some(fix), Some(source)) = (found.fix, found.source) {
        result["fixes"] = json!([fixed(found, fix, source)]);
    }
    result
}

/// A text of which nothing is taken for a link.
fn without_links(text: &str) -> String {
    if text.contains("](") { escape(text) } else { text.to_owned() }
}

/// A text for a link, in which brackets count.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn artifact(path: &str) -> Value {
    // What lies outside the repository has no place relative to its root.
    if path.starts_with('/') || path.starts_with("../") {
        return json!({ "uri": encoded(path) });
    }
    json!({ "uri": encoded(path), "uriBaseId": ROOT })
}

fn location(path: &str, place: Place) -> Value {
    json!({ "physicalLocation": { "artifactLocation": artifact(path), "region": region(place) } })
}

fn region(place: Place) -> Value {
    let Place { start: Spot { line, utf16, .. }, end } = place;
    json!({ "startLine": line, "startColumn": utf16, "endLine": end.line, "endColumn": end.utf16 })
}

fn fixed(found: &Finding<'_>, fix: &Fix, source: &Source) -> Value {
    let safety = if fix.safety == Safety::Safe { "safe" } else { "unsafe" };
    let description = found.help.clone().unwrap_or_else(|| format!("fix {}", found.rule));
    let replacements = fix.edits.iter().map(|edit| {
        let mut replacement = json!({ "deletedRegion": region(Place::of(Some(source), edit.span)) });
        if !edit.text.is_empty() {
            replacement["insertedContent"] = json!({ "text": edit.text });
        }
        replacement
    });
    json!({
        "description": { "text": without_links(&description) },
        "artifactChanges": [{
            "artifactLocation": artifact(&found.repository_path),
            "replacements": replacements.collect::<Vec<Value>>(),
        }],
        "properties": { "safety": safety },
    })
}

/// What `github/codeql-action/upload-sarif` takes a line by: it computes these itself, and warns of every other value.
#[derive(Default)]
struct LineHashes(BTreeMap<String, Vec<String>>);

impl LineHashes {
    fn of(&mut self, found: &Finding<'_>) -> Option<String> {
        let source = found.source?;
        if !self.0.contains_key(&found.repository_path) {
            self.0.insert(found.repository_path.clone(), line_hashes(&source.text));
        }
        self.0.get(&found.repository_path)?.get(found.place.start.line - 1).cloned()
    }
}

/// For each line a polynomial over the 100 characters (UTF-16) from its start on, spaces and tabs left out, all line ends
/// made `\n`, with a -1 behind the text and zeros behind that; then which one it is of those alike.
fn line_hashes(text: &str) -> Vec<String> {
    const BLOCK: usize = 100;
    let (mut units, mut starts): (Vec<u16>, Vec<usize>) = (Vec::new(), Vec::new());
    let (mut is_start, mut after_return) = (true, false);
    for unit in text.encode_utf16() {
        let is_second_half = after_return && unit == u16::from(b'\n');
        after_return = unit == u16::from(b'\r');
        if is_second_half || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        let unit = if after_return { u16::from(b'\n') } else { unit };
        if is_start {
            starts.push(units.len());
        }
        is_start = unit == u16::from(b'\n');
        units.push(unit);
    }
    if is_start {
        starts.push(units.len());
    }
    units.push(u16::MAX);
    units.resize(units.len() + BLOCK, 0);
    let mut seen: HashMap<u64, u32, FxBuildHasher> = HashMap::default();
    let hashes = starts.into_iter().map(|start| {
        let block = &units[start..start + BLOCK];
        let hash =
            block.iter().fold(0, |hash: u64, unit| hash.wrapping_mul(37).wrapping_add(u64::from(*unit)));
        let alike = seen.entry(hash).or_default();
        *alike += 1;
        format!("{hash:x}:{alike}")
    });
    hashes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hash_as_the_upload_does() {
        // What the action's own tests expect.
        for (text, expected) in [
            ("", &["c129715d7a2bc9a3:1"][..]),
            (
                " a\nb\n  \t\tc\n d",
                &["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
            ),
            (
                " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
                &[
                    "e9496ae3ebfced30:1",
                    "fb7c023a8b9ccb3f:1",
                    "ce8ba1a563dcdaca:1",
                    "e20e36e16fcb0cc8:1",
                    "b3edc88f2938467e:1",
                    "c8e28b0b4002a3a0:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
        ] {
            assert_eq!(line_hashes(text), expected, "{text:?}");
        }
    }
}
