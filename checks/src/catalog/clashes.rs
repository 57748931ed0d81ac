//! Two families that would serve the same name.

use std::collections::HashMap;

use metricset_model::MetricType;
use metricset_model::catalog::{Catalog, Family, Set};

use super::{declared, site};
use crate::finding::{Check, Finding, Severity};

pub(crate) static DUPLICATE_FAMILY: Check = Check {
    name: "duplicate_family",
    severity: Severity::Error,
    summary: "two sets declare one family",
    explanation: "The program refuses to start: one exposition cannot hold two families of one name.\n\nFound: `app_requests_total` in two \
crates\nAccepted: two prefixes\n",
};

pub(crate) static SAMPLE_CLASH: Check = Check {
    name: "sample_clash",
    severity: Severity::Error,
    summary: "two families serve a sample of one name",
    explanation: "A histogram `x` also serves `x_bucket`, `x_sum` and `x_count`, a summary `x_sum` and `x_count`.\n\nFound: histogram \
`latency` beside counter `latency_count`\nAccepted: another name for one of them\n",
};

pub(crate) static OPENMETRICS_CLASH: Check = Check {
    name: "openmetrics_clash",
    severity: Severity::Warning,
    summary: "two families have one name in OpenMetrics",
    explanation: "OpenMetrics names a counter's family without `_total`. Both are legal in the text format; in OpenMetrics one is \
renamed.\n\nFound: gauge `alloc_bytes` beside counter `alloc_bytes_total`\nAccepted: counter `allocated_bytes_total`\n",
};

pub(super) fn run(catalog: &Catalog, findings: &mut Vec<Finding>) {
    let mut names: HashMap<&str, (&Set, &Family)> = HashMap::new();
    for (set, family) in catalog.families() {
        if let Some((other_set, other)) = names.get(family.name.as_str()) {
            let message = format!("`{}` is declared twice", family.name);
            declared(findings, &DUPLICATE_FAMILY, family, message).advise(format!(
                "rename it, or the one at {}",
                site(other_set, other)
            ));
            continue;
        }
        names.insert(&family.name, (set, family));
    }
    for (_, family) in names.values() {
        for suffix in family.metric_type.sample_suffixes() {
            let sample = format!("{}{suffix}", family.name);
            if let Some((set, other)) = names.get(sample.as_str()) {
                let message = format!(
                    "{} `{}` serves a sample `{sample}`, which is the name of a {} too",
                    family.metric_type, family.name, other.metric_type
                );
                declared(findings, &SAMPLE_CLASH, family, message)
                    .advise(format!("rename it, or the one at {}", site(set, other)));
            }
        }
        if family.metric_type == MetricType::Counter
            && let Some(stem) = family.name.strip_suffix("_total")
            && let Some((set, other)) = names.get(stem)
        {
            let message = format!(
                "in OpenMetrics counter `{}` and {} `{stem}` have one family name",
                family.name, other.metric_type
            );
            declared(findings, &OPENMETRICS_CLASH, family, message)
                .advise(format!("rename it, or the one at {}", site(set, other)));
        }
    }
}
