//! What a change to one family means for those who query it.
#![allow(missing_docs, clippy::unwrap_used, reason = "helpers of tests")]

use metricset_checks::{Lock, Severity, Source, compare};
use metricset_model::catalog::{Catalog, Family, Label, Set, VERSION};
use metricset_model::{MetricType, Unit};

fn latency() -> Family {
    Family {
        name: "app_latency_seconds".into(),
        metric_type: MetricType::Histogram,
        help: "Time to answer.".into(),
        unit: Some(Unit::Seconds),
        labels: vec![
            Label {
                name: "method".into(),
                values: Some(vec!["GET".into(), "POST".into()]),
            },
            Label {
                name: "client".into(),
                values: None,
            },
        ],
        labels_complete: true,
        buckets: Some(vec![0.1, 1.0]),
        quantiles: Vec::new(),
        sparse: false,
        max_series: None,
        idle_timeout_ms: None,
        allowed: Vec::new(),
        file: "src/metrics.rs".into(),
        line: 1,
    }
}

fn catalog(families: Vec<Family>) -> Catalog {
    Catalog {
        version: VERSION,
        functions: Vec::new(),
        sets: vec![Set {
            name: "App".into(),
            prefix: "app".into(),
            families,
            ..Set::default()
        }],
    }
}

/// Severity and message of everything that differs from a lock file of [`latency`].
fn changes_to(families: Vec<Family>) -> Vec<(Severity, String)> {
    let lock = Lock::of(&catalog(vec![latency()])).to_json().unwrap();
    compare(&Source::new("metrics.lock", lock), &catalog(families))
        .unwrap()
        .into_iter()
        .map(|finding| (finding.severity(), finding.message))
        .collect()
}

fn change(change: impl FnOnce(&mut Family)) -> Vec<(Severity, String)> {
    let mut family = latency();
    change(&mut family);
    changes_to(vec![family])
}

#[test]
fn nothing_changed() {
    assert_eq!(change(|_| {}), []);
    // Nobody's query depends on where a family is declared, or on what was silenced there.
    assert_eq!(
        change(|family| {
            family.line = 90;
            family.sparse = true;
            family.max_series = Some(7);
            family.labels.reverse();
        }),
        []
    );
}

#[test]
fn what_breaks_queries() {
    let breaking = |message: &str| vec![(Severity::Error, message.to_owned())];
    assert_eq!(
        changes_to(Vec::new()),
        breaking("`app_latency_seconds` is gone")
    );
    assert_eq!(
        change(|family| family.metric_type = MetricType::Gauge),
        breaking("the type of `app_latency_seconds` was histogram and is gauge")
    );
    assert_eq!(
        change(|family| family.unit = None),
        breaking("the unit of `app_latency_seconds` was seconds and is none")
    );
    assert_eq!(
        change(|family| family.buckets = Some(vec![0.1, 2.0])),
        breaking("the bucket bounds of `app_latency_seconds` were 0.1, 1 and are 0.1, 2")
    );
    assert_eq!(
        change(|family| family.quantiles = vec![0.5]),
        breaking("the quantiles of `app_latency_seconds` were none and are 0.5")
    );
    assert_eq!(
        change(|family| family.labels.truncate(1)),
        breaking("`app_latency_seconds` lost the label `client`")
    );
    assert_eq!(
        change(|family| family.labels.push(Label {
            name: "zone".into(),
            values: None
        })),
        breaking("`app_latency_seconds` has a new label `zone`")
    );
    assert_eq!(
        change(|family| family.labels[0].values = Some(vec!["GET".into()])),
        breaking("`method` of `app_latency_seconds` lost the value `POST`")
    );
    let added = ["GET", "POST", "PUT"].map(str::to_owned).to_vec();
    assert_eq!(
        change(|family| family.labels[0].values = Some(added)),
        breaking("`method` of `app_latency_seconds` has a new value `PUT`")
    );
    assert_eq!(
        change(|family| family.labels[0].values = None),
        breaking("the label `method` of `app_latency_seconds` was closed and is open")
    );
    assert_eq!(
        change(|family| family.labels[1].values = Some(vec!["a".into()])),
        breaking("the label `client` of `app_latency_seconds` was open and is closed")
    );
}

#[test]
fn what_does_not() {
    let mut other = latency();
    other.name = "app_wait_seconds".into();
    assert_eq!(
        changes_to(vec![latency(), other]),
        [(Severity::Warning, "`app_wait_seconds` is new".to_owned())]
    );
    assert_eq!(
        change(|family| family.help = "Time until the answer.".into()),
        [(
            Severity::Note,
            "the help of `app_latency_seconds` changed".to_owned()
        )]
    );
}

#[test]
fn every_change_of_a_family_at_once() {
    let found = change(|family| {
        family.metric_type = MetricType::Counter;
        family.buckets = None;
        family.labels.clear();
        family.help.clear();
    });
    assert_eq!(found.len(), 5, "{found:?}");
}
