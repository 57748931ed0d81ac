//! SARIF 2.1.0, the format of code scanning (OASIS, "Static Analysis Results Interchange Format").

use std::collections::BTreeMap;
use std::io::Write;

use metricset_checks::{Check, Finding};
use serde_json::{Value, json};

pub(super) fn write(out: &mut impl Write, found: &[Finding]) -> anyhow::Result<()> {
    let checks: BTreeMap<&str, &Check> = found
        .iter()
        .map(|finding| (finding.check.name, finding.check))
        .collect();
    let rules: Vec<Value> = checks.values().map(|check| rule(check)).collect();
    let results: Vec<Value> = found.iter().map(result).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            // Columns are counted in characters.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)?;
    Ok(())
}

fn rule(check: &Check) -> Value {
    json!({
        "id": check.name,
        "shortDescription": { "text": check.summary },
        "help": { "text": check.explanation, "markdown": check.explanation },
        "defaultConfiguration": { "level": check.severity.as_str() },
    })
}

fn result(finding: &Finding) -> Value {
    let place = &finding.place;
    let text = match &finding.fix {
        Some(fix) => format!("{}: {}", finding.message, fix.message),
        None => finding.message.clone(),
    };
    let mut result = json!({
        "ruleId": finding.check.name,
        "level": finding.severity().as_str(),
        "message": { "text": text },
    });
    if !place.path.is_empty() {
        result["locations"] = json!([{
            "physicalLocation": {
                "artifactLocation": { "uri": place.path.replace('\\', "/") },
                "region": {
                    "startLine": place.line,
                    "startColumn": place.column,
                    "snippet": { "text": place.piece },
                },
            },
            "logicalLocations": [{ "name": place.item }],
        }]);
    }
    result
}
