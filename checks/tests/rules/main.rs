//! Rule files against a catalogue.
#![allow(missing_docs, clippy::unwrap_used, reason = "helpers of tests")]

mod expressions;
mod files;

use metricset_checks::{Finding, Index, Settings, Source, check_rules};
use metricset_model::MetricType;
use metricset_model::catalog::{Catalog, Family, Label, Set, VERSION};

fn label(name: &str, values: &[&str]) -> Label {
    Label {
        name: name.into(),
        values: (!values.is_empty())
            .then(|| values.iter().map(|value| (*value).to_owned()).collect()),
    }
}

fn family(name: &str, metric_type: MetricType, labels: Vec<Label>) -> Family {
    Family {
        name: name.into(),
        metric_type,
        help: "Help.".into(),
        unit: None,
        labels,
        labels_complete: true,
        buckets: (metric_type == MetricType::Histogram).then(|| vec![0.1, 1.0, 5.0]),
        quantiles: Vec::new(),
        sparse: false,
        max_series: None,
        idle_timeout_ms: None,
        allowed: Vec::new(),
        file: "src/metrics.rs".into(),
        line: 1,
    }
}

fn catalog() -> Catalog {
    use MetricType::{Counter, Gauge, Histogram, Info, StateSet, Summary};
    let status = || label("status", &["200", "404", "500"]);
    let method = || label("method", &["GET", "POST"]);
    let mut foreign = family("app_foreign_seconds", Histogram, vec![]);
    foreign.buckets = None;
    let mut size = family("app_size_bytes", Summary, vec![method()]);
    size.quantiles = vec![0.0, 0.5, 1.0];
    Catalog {
        version: VERSION,
        functions: Vec::new(),
        sets: vec![
            Set {
                name: "App".into(),
                prefix: "app".into(),
                families: vec![
                    family("app_requests_total", Counter, vec![method(), status()]),
                    family(
                        "app_errors_total",
                        Counter,
                        vec![label("kind", &["io", "parse"])],
                    ),
                    family("app_bytes_total", Counter, vec![label("client", &[])]),
                    family("app_packets_total", Counter, vec![label("client", &[])]),
                    family(
                        "app_jobs_total",
                        Counter,
                        vec![label("kind", &["io", "cpu"]), label("queue", &[])],
                    ),
                    family("app_connections", Gauge, vec![]),
                    family("app_limit", Gauge, vec![]),
                    family("app_latency_seconds", Histogram, vec![method()]),
                    foreign,
                    size,
                    family("app_build_info", Info, vec![label("version", &[])]),
                    family("app_mode", StateSet, vec![]),
                ],
                ..Set::default()
            },
            Set {
                name: "Queue".into(),
                prefix: "app_queue".into(),
                optional: true,
                families: vec![family("app_queue_depth", Gauge, vec![])],
                ..Set::default()
            },
        ],
    }
}

fn check(yaml: &str) -> Vec<Finding> {
    let mut settings = Settings::default();
    settings.target_labels = vec!["zone".into()];
    settings.external = vec![metricset_checks::glob("node_*").unwrap()];
    let mut index = Index::new(&catalog(), settings);
    check_rules(&[Source::new("rules.yml", yaml)], &mut index).unwrap()
}
