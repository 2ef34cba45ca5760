//! Checkstyle's XML, which Jenkins, SonarQube and reviewdog read.

use std::collections::BTreeMap;

use super::{finding::Finding, xml::escape};

/// The report. Files are sorted by path.
pub fn render(findings: &[Finding<'_>]) -> String {
    let mut files: BTreeMap<&str, Vec<&Finding<'_>>> = BTreeMap::new();
    for found in findings {
        files.entry(&found.path).or_default().push(found);
    }
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n".to_owned();
    for (path, all) in files {
        out.push_str(&format!("  <file name=\"{}\">\n", escape(path)));
        for found in all {
            out.push_str(&format!(
                "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" source=\"javert.{}\"/>\n",
                found.place.start.line,
                found.place.start.column,
                found.level,
                escape(&found.message_line()),
                found.rule
            ));
        }
        out.push_str("  </file>\n");
    }
    out + "</checkstyle>\n"
}
