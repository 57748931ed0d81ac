//! Alert rules to start from.

use std::fmt::Write;

use metricset_model::catalog::{Catalog, Family, Function};
use metricset_model::number::canonical;
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
    for function in &catalog.functions {
        alerts.extend(success_objective(catalog, function));
        alerts.extend(latency_objective(catalog, function));
    }
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

/// Labels of a function, unless the shared family that is needed does not show it.
fn selector(catalog: &Catalog, family: &str, function: &Function) -> Option<String> {
    let served = function.shared && catalog.families().any(|(_, known)| known.name == family);
    served.then(|| {
        format!(
            "function={},module={}",
            quoted(&function.name),
            quoted(&function.module)
        )
    })
}

fn success_objective(catalog: &Catalog, function: &Function) -> Option<Alert> {
    const CALLS: &str = "function_calls_total";
    let success = function.success_objective?;
    let labels = selector(catalog, CALLS, function)?;
    let name = &function.name;
    Some(Alert {
        name: format!("{}MissesItsObjective", camel(&identifier(name))),
        expr: format!(
            "sum by (instance) (rate({CALLS}{{{labels},outcome=\"ok\"}}[5m]))\n  / sum by (instance) (rate({CALLS}{{{labels}}}[5m]))\n  < {}",
            fraction(success)
        ),
        wait: "5m",
        severity: "warning",
        summary: format!("less than {success} % of {name} end well on {{{{ $labels.instance }}}}"),
        description: "{{ $value | humanizePercentage }} ended well over five minutes.".to_owned(),
    })
}

fn latency_objective(catalog: &Catalog, function: &Function) -> Option<Alert> {
    const DURATION: &str = "function_duration_seconds";
    let (seconds, percent) = function.latency_objective?;
    let labels = selector(catalog, DURATION, function)?;
    let name = &function.name;
    Some(Alert {
        name: format!("{}IsSlowerThanItsObjective", camel(&identifier(name))),
        expr: format!(
            "sum by (instance) (rate({DURATION}_bucket{{{labels},le={}}}[5m]))\n  / sum by (instance) (rate({DURATION}_count{{{labels}}}[5m]))\n  < {}",
            quoted(&canonical(seconds)),
            fraction(percent)
        ),
        wait: "5m",
        severity: "warning",
        summary: format!(
            "less than {percent} % of {name} take at most {seconds} s on {{{{ $labels.instance }}}}"
        ),
        description: "{{ $value | humanizePercentage }} were in time over five minutes.".to_owned(),
    })
}

/// A percentage as a fraction, without the noise of binary fractions.
fn fraction(percent: f64) -> String {
    let text = format!("{:.6}", percent / 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
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
