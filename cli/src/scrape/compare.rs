//! What is served against what is declared.

use std::collections::BTreeSet;

use metricset_checks::scrape::{
    ABSENT_FAMILY, NEVER_TOUCHED, SERVED_TYPE, UNDECLARED_FAMILY, UNDECLARED_LABEL,
};
use metricset_model::MetricType;
use metricset_model::catalog::{Catalog, Family};
use regex::Regex;

use super::Findings;
use super::exposition::{Exposition, Served};

pub(super) fn run(
    served: &Exposition,
    catalog: &Catalog,
    external: &[Regex],
    findings: &mut Findings,
) {
    let mut seen = BTreeSet::new();
    for (set, family) in catalog.families() {
        let Some((name, found)) =
            names(family).find_map(|name| Some((name.clone(), served.families.get(&name)?)))
        else {
            // An open family without a series, or a set that is switched off, is rightly missing.
            if !set.optional && !family.sparse && family.closed_series().is_some() {
                let message = format!(
                    "`{}` is declared at {}:{} and not served",
                    family.name, family.file, family.line
                );
                findings.add(&ABSENT_FAMILY, 0, &family.name, message);
            }
            continue;
        };
        seen.insert(name);
        one(family, found, findings);
    }
    for (name, family) in &served.families {
        if !seen.contains(name) && !external.iter().any(|pattern| pattern.is_match(name)) {
            let message = format!("`{name}` is served and not declared");
            findings.add(&UNDECLARED_FAMILY, family.line, name, message);
        }
    }
}

/// The names under which a family may be served: OpenMetrics takes suffixes off.
fn names(family: &Family) -> impl Iterator<Item = String> {
    let stem = match family.metric_type {
        MetricType::Counter => family.name.strip_suffix("_total"),
        MetricType::Info => family.name.strip_suffix("_info"),
        _ => None,
    };
    [Some(family.name.clone()), stem.map(str::to_owned)]
        .into_iter()
        .flatten()
}

fn one(family: &Family, served: &Served, findings: &mut Findings) {
    let name = &family.name;
    let declared = family.metric_type.as_str();
    let expected: &[&str] = match family.metric_type {
        // Text 0.0.4 has no such types, and OpenMetrics no counter without `_total`.
        MetricType::Info | MetricType::StateSet => &[declared, "gauge"],
        MetricType::Counter => &[declared, "unknown"],
        _ => &[declared],
    };
    if let Some(found) = &served.metric_type
        && !expected.contains(&found.as_str())
    {
        let message = format!("`{name}` is declared a {declared} and served as {found}");
        findings.add(&SERVED_TYPE, served.line, name, message);
    }
    let mut reported = BTreeSet::new();
    for sample in &served.samples {
        for (label, value) in &sample.labels {
            let message = match family.label(label) {
                _ if matches!(label.as_str(), "le" | "quantile") || *label == *name => continue,
                None if family.labels_complete => format!("`{name}` has no label `{label}`"),
                Some(declared) if !family.accepts(declared, value) => {
                    format!("`{label}` of `{name}` is never `{value}`")
                }
                _ => continue,
            };
            if reported.insert(message.clone()) {
                findings.add(&UNDECLARED_LABEL, sample.line, name, message);
            }
        }
    }
    let counts = matches!(
        family.metric_type,
        MetricType::Counter | MetricType::Histogram | MetricType::Summary
    );
    let values = served
        .samples
        .iter()
        .filter(|sample| !sample.name.ends_with("_created"));
    let mut touched = values.map(|sample| sample.value != 0.0 && !sample.value.is_nan());
    if counts && !touched.any(|touched| touched) {
        let message = format!("`{name}` was never touched since the program was started");
        findings.add(&NEVER_TOUCHED, served.line, name, message);
    }
}
