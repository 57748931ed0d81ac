//! Findings for programs.

use std::io::Write;

use metricset_checks::Finding;
use serde_json::{Value, json};

pub(super) fn write(out: &mut impl Write, found: &[Finding]) -> anyhow::Result<()> {
    let findings: Vec<Value> = found.iter().map(one).collect();
    let document = json!({ "version": 1, "findings": findings });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)?;
    Ok(())
}

fn one(finding: &Finding) -> Value {
    let place = &finding.place;
    json!({
        "check": finding.check.name,
        "severity": finding.severity().as_str(),
        "message": finding.message,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "item": place.item,
        "piece": place.piece,
        "fix": finding.fix.as_ref().map(|fix| json!({
            "message": fix.message,
            "replace": fix.replace.as_ref().map(|(span, by)| json!({
                "start_byte": span.start,
                "end_byte": span.end,
                "by": by,
            })),
        })),
    })
}
