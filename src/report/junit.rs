//! JUnit's XML, which shows findings among the tests of a build: a suite for each file, a failed test for each finding.

use std::collections::BTreeMap;

use super::{
    finding::{Finding, counts},
    xml::escape,
};

/// The report. Suites are sorted by path; where nothing was found, one test passes.
pub fn render(findings: &[Finding<'_>]) -> String {
    let mut files: BTreeMap<&str, Vec<&Finding<'_>>> = BTreeMap::new();
    for found in findings {
        files.entry(&found.path).or_default().push(found);
    }
    let tests = findings.len();
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    if files.is_empty() {
        let says = counts(findings);
        return out
            + "<testsuites name=\"javert\" tests=\"1\" failures=\"0\" errors=\"0\">\n"
            + "  <testsuite name=\"javert\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">\n"
            + &format!("    <testcase name=\"{says}\" classname=\"javert\"/>\n")
            + "  </testsuite>\n</testsuites>\n";
    }
    out.push_str(&format!(
        "<testsuites name=\"javert\" tests=\"{tests}\" failures=\"{tests}\" errors=\"0\">\n"
    ));
    for (path, all) in files {
        let (name, tests) = (escape(path), all.len());
        out.push_str(&format!(
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{tests}\" errors=\"0\" skipped=\"0\">\n"
        ));
        all.into_iter().for_each(|found| out.push_str(&case(found)));
        out.push_str("  </testsuite>\n");
    }
    out + "</testsuites>\n"
}

fn case(found: &Finding<'_>) -> String {
    let (path, start) = (escape(&found.path), found.place.start);
    let class = without_extension(&found.path);
    let text = format!("{}:{}:{}: {}", found.path, start.line, start.column, found.message_with_help());
    // Tests of one name are one test to those who count over time.
    format!(
        "    <testcase name=\"javert.{} ({}:{})\" classname=\"{}\" file=\"{path}\" line=\"{}\">\n      \
         <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>\n",
        found.rule,
        start.line,
        start.column,
        escape(class),
        start.line,
        found.level,
        escape(&found.message_line()),
        escape(&text)
    )
}

/// A path without the extension of its file.
fn without_extension(path: &str) -> &str {
    path.rsplit_once('.').filter(|(_, extension)| !extension.contains('/')).map_or(path, |(stem, _)| stem)
}
