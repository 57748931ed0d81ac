//! Alert rules to start from.

use std::fmt::Write;

use metricset_model::catalog::{Catalog, Family};
use metricset_model::{MetricType, Unit};

use super::{camel, failures};

struct Alert {
    name: String,
    expr: String,
    wait: &'static str,
    severity: &'static str,
    summary: String,
    description: String,
}

/// A rule file for a program that is scraped under `job`.
pub(crate) fn rules(catalog: &Catalog, job: &str) -> anyhow::Result<String> {
    let mut alerts = vec![down(job), absent(job)];
    for (set, family) in catalog.families() {
        // An alert on what may be switched off would be silent.
        if set.optional {
            continue;
        }
        alerts.extend(error_ratio(family));
        alerts.extend(latency(family));
        alerts.extend(saturation(catalog, family));
    }
    let mut out = String::new();
    writeln!(
        out,
        "# Written by `cargo metricset generate rules` as a start: the limits are yours to choose."
    )?;
    writeln!(out, "groups:\n  - name: {}\n    rules:", quoted(job))?;
    for alert in alerts {
        writeln!(out, "      - alert: {}", alert.name)?;
        writeln!(out, "        expr: |-")?;
        for line in alert.expr.lines() {
            writeln!(out, "          {line}")?;
        }
        writeln!(out, "        for: {}", alert.wait)?;
        writeln!(
            out,
            "        labels:\n          severity: {}",
            alert.severity
        )?;
        writeln!(
            out,
            "        annotations:\n          summary: {}",
            quoted(&alert.summary)
        )?;
        writeln!(out, "          description: {}", quoted(&alert.description))?;
    }
    Ok(out)
}

/// A double-quoted YAML scalar is a JSON string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn down(job: &str) -> Alert {
    Alert {
        name: format!("{}Down", camel(&identifier(job))),
        expr: format!("up{{job={}}} == 0", quoted(job)),
        wait: "1m",
        severity: "critical",
        summary: format!("{job} is down on {{{{ $labels.instance }}}}"),
        description: "Prometheus cannot scrape it.".to_owned(),
    }
}

fn absent(job: &str) -> Alert {
    Alert {
        name: format!("{}Absent", camel(&identifier(job))),
        expr: format!("absent(up{{job={}}})", quoted(job)),
        wait: "5m",
        severity: "critical",
        summary: format!("no target of the job {job}"),
        description: "Prometheus has no target to scrape under this job.".to_owned(),
    }
}

fn error_ratio(family: &Family) -> Option<Alert> {
    if family.metric_type != MetricType::Counter {
        return None;
    }
    let (label, values) = failures(family)?;
    let name = &family.name;
    let pattern: Vec<String> = values.iter().map(|value| regex::escape(value)).collect();
    // A PromQL string needs its backslashes doubled.
    let pattern = quoted(&pattern.join("|"));
    Some(Alert {
        name: format!(
            "{}Failing",
            camel(name.strip_suffix("_total").unwrap_or(name))
        ),
        expr: format!(
            "sum by (instance) (rate({name}{{{}=~{pattern}}}[5m]))\n  / sum by (instance) (rate({name}[5m]))\n  > 0.05",
            label.name
        ),
        wait: "5m",
        severity: "warning",
        summary: format!("more than 5 % of {name} fail on {{{{ $labels.instance }}}}"),
        description: "{{ $value | humanizePercentage }} failed over five minutes.".to_owned(),
    })
}

/// The objective is the bound three quarters up the buckets: one that the histogram can tell.
fn latency(family: &Family) -> Option<Alert> {
    if family.metric_type != MetricType::Histogram || family.unit != Some(Unit::Seconds) {
        return None;
    }
    let bounds = family.buckets.as_deref()?;
    let bound = bounds.get(bounds.len().checked_sub(2)?.min(bounds.len() * 3 / 4))?;
    let name = &family.name;
    Some(Alert {
        name: format!(
            "{}Slow",
            camel(name.strip_suffix("_seconds").unwrap_or(name))
        ),
        expr: format!(
            "histogram_quantile(0.99, sum by (instance, le) (rate({name}_bucket[5m])))\n  > {bound}"
        ),
        wait: "5m",
        severity: "warning",
        summary: format!("1 % of {name} is above {bound} s on {{{{ $labels.instance }}}}"),
        description: "The 99th percentile is {{ $value | humanizeDuration }}.".to_owned(),
    })
}

/// A gauge and the gauge that limits it: `pool_used` and `pool_total`.
fn saturation(catalog: &Catalog, family: &Family) -> Option<Alert> {
    if family.metric_type != MetricType::Gauge {
        return None;
    }
    let stem = ["_used", "_active", "_in_use"]
        .iter()
        .find_map(|suffix| family.name.strip_suffix(suffix))
        .unwrap_or(&family.name);
    let (_, limit) = catalog.families().find(|(set, other)| {
        !set.optional
            && other.metric_type == MetricType::Gauge
            && other.labels == family.labels
            && other.name != family.name
            && other
                .name
                .strip_prefix(stem)
                .is_some_and(|end| matches!(end, "_total" | "_limit" | "_max" | "_capacity"))
    })?;
    let instances = |name: &str| format!("sum by (instance) ({name})");
    Some(Alert {
        name: format!("{}Saturated", camel(&family.name)),
        expr: format!(
            "{} / {} > 0.9",
            instances(&family.name),
            instances(&limit.name)
        ),
        wait: "10m",
        severity: "warning",
        summary: format!(
            "{} is near its limit on {{{{ $labels.instance }}}}",
            family.name
        ),
        description: format!(
            "{{{{ $value | humanizePercentage }}}} of {} is taken.",
            limit.name
        ),
    })
}

/// A job may be named by anything.
fn identifier(job: &str) -> String {
    job.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect()
}
