//! Workflow commands that GitHub turns into annotations.

use std::io::Write;

use metricset_checks::{Finding, Severity};

pub(super) fn write(out: &mut impl Write, found: &[Finding]) -> anyhow::Result<()> {
    for finding in found {
        let command = match finding.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let place = &finding.place;
        let text = match &finding.fix {
            Some(fix) => format!("{}: {}", finding.message, fix.message),
            None => finding.message.clone(),
        };
        writeln!(
            out,
            "::{command} file={},line={},col={},title={}::{}",
            property(&place.path),
            place.line,
            place.column,
            property(finding.check.name),
            data(&text)
        )?;
    }
    Ok(())
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
