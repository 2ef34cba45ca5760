//! `javert rules`

use super::Ending;
use crate::rules::RULES;

/// Lists all rules.
pub fn rules() -> Ending {
    let width = RULES.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    let mut entries: Vec<_> = RULES.iter().map(|entry| (entry.manual(), entry.name)).collect();
    entries.sort_by(|a, b| (&a.0.group, a.1).cmp(&(&b.0.group, b.1)));
    for (manual, name) in entries {
        let level = manual.level.map_or_else(|| "off".to_owned(), |level| level.to_string());
        let fix = manual.fix.map(|fix| format!(" [{fix} fix]")).unwrap_or_default();
        out.push_str(&format!("{:<12} {name:<width$}  {level:<7}  {}{fix}\n", manual.group, manual.summary));
    }
    Ending { out, err: String::new(), code: 0 }
}
