//! For programs that read line by line: each finding as one JSON object on its own line, as in [`super::json`].

use super::{Outcome, json};

/// All findings.
pub fn render(outcome: &Outcome) -> String {
    let lines = json::items(outcome).into_iter();
    lines.map(|item| serde_json::to_string(&item).expect("plain data") + "\n").collect()
}
