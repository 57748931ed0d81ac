//! The families that the binary serves and the alert rules beside it, held against the catalogue, so that none of the three
//! drifts from the others.

use std::collections::BTreeSet;

use metricset::encode::Format;
use metricset_tests::judge::{Judge, ParsedFamily};
use metricset_tests::poll::eventually;
use metricset_tests::process::Example;
use toml::{Table, Value};

fn catalogue() -> Table {
    let text = include_str!("../../../checks/tests/catalogues/muti-metroo.toml");
    text.parse().expect("the catalogue is TOML")
}

fn entries<'a>(catalogue: &'a Table, of: &str) -> &'a [Value] {
    catalogue[of].as_array().expect("an array of tables")
}

fn text<'a>(entry: &'a Value, key: &str) -> &'a str {
    entry[key].as_str().expect("text")
}

/// The families of the catalogue as a running node serves them.
fn served(format: Format) -> Vec<ParsedFamily> {
    let binary = env!("CARGO_BIN_EXE_muti-metroo");
    let node = Example::start(binary, &["--socks", "127.0.0.1:0"]);
    let accept = format!("Accept: {}", format.content_type());
    let mut judge = Judge::start();
    // The family with an open label has no series before its first call; the simulated peers make one of each result.
    let families = eventually("a call of each result", || {
        let families = judge.parse(format, &node.get("/metrics", &[&accept]));
        let calls = find(&families, "muti_metroo_rpc_calls").ok_or("no such family")?;
        match label_values(calls, "result").len() {
            4 => Ok(families),
            results => Err(format!("{results} results")),
        }
    });
    let of_the_node = |family: &ParsedFamily| family.name.starts_with("muti_metroo_");
    families.into_iter().filter(of_the_node).collect()
}

fn find<'a>(families: &'a [ParsedFamily], name: &str) -> Option<&'a ParsedFamily> {
    families.iter().find(|family| family.name == name)
}

/// The values that a label has in the samples of a family.
fn label_values<'a>(family: &'a ParsedFamily, label: &str) -> BTreeSet<&'a str> {
    let samples = family.samples.iter();
    samples
        .filter_map(|sample| sample.labels.get(label).map(String::as_str))
        .collect()
}

fn hold_against_the_catalogue(format: Format) {
    let catalogue = catalogue();
    let metrics = entries(&catalogue, "metric");
    let families = served(format);
    assert_eq!(families.len(), metrics.len());
    for metric in metrics {
        let (name, metric_type) = (text(metric, "name"), text(metric, "type"));
        // The judge names counters as OpenMetrics does.
        let family = match metric_type {
            "counter" => name.strip_suffix("_total").expect("a counter's suffix"),
            _ => name,
        };
        let family = find(&families, family).unwrap_or_else(|| panic!("{name} is not served"));
        assert_eq!(family.metric_type, metric_type, "{name}");
        assert_eq!(family.help, text(metric, "help"), "{name}");

        let labels = metric["labels"].as_array().expect("an array");
        let names: BTreeSet<_> = labels.iter().map(|label| text(label, "name")).collect();
        for sample in &family.samples {
            let mut served: BTreeSet<_> = sample.labels.keys().map(String::as_str).collect();
            served.remove("le");
            assert_eq!(served, names, "{name}");
        }
        for label in labels {
            let Some(documented) = label.get("values").and_then(Value::as_array) else {
                continue;
            };
            let documented: BTreeSet<_> = documented.iter().filter_map(Value::as_str).collect();
            let mut served = label_values(family, text(label, "name"));
            if label.get("open").is_some() {
                // What stands for the "etc." of the document.
                assert!(served.remove("other"), "{name}");
            }
            assert_eq!(served, documented, "{name}");
        }
        if let Some(documented) = metric.get("buckets").and_then(Value::as_array) {
            let documented: Vec<_> = documented.iter().filter_map(Value::as_float).collect();
            assert_eq!(finite_bounds(family), documented, "{name}");
        }
    }
}

fn finite_bounds(histogram: &ParsedFamily) -> Vec<f64> {
    let mut bounds: Vec<f64> = label_values(histogram, "le")
        .into_iter()
        .map(|bound| bound.parse().expect("a number"))
        .filter(|bound: &f64| bound.is_finite())
        .collect();
    bounds.sort_by(f64::total_cmp);
    bounds
}

#[test]
fn text_serves_the_catalogue() {
    hold_against_the_catalogue(Format::PrometheusText);
}

#[test]
fn openmetrics_serves_the_catalogue() {
    hold_against_the_catalogue(Format::OpenMetrics);
}

/// MM-13: a quantile is never above the largest finite bound, so neither may a threshold be.
#[test]
fn the_alert_on_a_quantile_can_fire() {
    let catalogue = catalogue();
    let is_latency = |alert: &&Value| text(alert, "alert") == "HighStreamLatency";
    let alert = entries(&catalogue, "alert").iter().find(is_latency);
    let expression = text(alert.expect("it is documented"), "expr");
    let (_, threshold) = expression.rsplit_once("> ").expect("a threshold");
    let threshold: f64 = threshold.parse().expect("a number");

    let families = served(Format::PrometheusText);
    let latency = find(&families, "muti_metroo_stream_open_latency_seconds");
    let bounds = finite_bounds(latency.expect("it is served"));
    assert!(bounds.last() > Some(&threshold), "{bounds:?}");
    // And a quantile just above the threshold is told from one just below.
    assert!(bounds.contains(&threshold), "{bounds:?}");
}

#[test]
fn the_alert_rules_are_the_documented_ones() {
    let documented: String = entries(&catalogue(), "alert")
        .iter()
        .map(|alert| {
            format!(
                "      - alert: {}\n        expr: {}\n        for: {}\n        labels:\n          severity: {}\n        \
                 annotations:\n          summary: \"{}\"\n",
                text(alert, "alert"),
                text(alert, "expr"),
                text(alert, "for"),
                text(alert, "severity"),
                text(alert, "summary"),
            )
        })
        .collect();
    // Comments are ours: what the rules are allowed to keep as it is documented.
    let rules: String = include_str!("../alerts.yml")
        .lines()
        .filter(|line| !line.is_empty() && !line.trim_start().starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(
        rules,
        format!("groups:\n  - name: muti-metroo\n    rules:\n{documented}")
    );
}
