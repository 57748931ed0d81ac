//! Expositions: format, compression, limits, and what the exporter measures of itself.

use std::time::Duration;

use metricset::{Counter, Exporter, MetricSet, Registry};

use crate::client::{get, send};
use crate::gate::Gate;
use crate::{eventually, start, within};

const OK: &str = r#"metricset_exporter_scrapes_total{status="200"}"#;
const FAILED: &str = r#"metricset_exporter_scrapes_total{status="500"}"#;
const UNAVAILABLE: &str = r#"metricset_exporter_scrapes_total{status="503"}"#;

const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Visits.
#[derive(MetricSet)]
#[metrics(prefix = "visits", register = false)]
struct Visits {
    /// Visits so far.
    seen_total: Counter,
}

#[tokio::test]
async fn exposes_the_registry() {
    let registry = Registry::new();
    let visits: Visits = registry.register().unwrap();
    visits.seen_total.inc_by(7);
    let server = start(|exporter| exporter.registry(registry)).await;
    let response = get(server.addr, "/metrics").await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some(TEXT));
    assert_eq!(response.sample("visits_seen_total"), Some(7.0));
    visits.seen_total.inc();
    let response = get(server.addr, "/metrics").await;
    assert_eq!(response.sample("visits_seen_total"), Some(8.0));
}

#[tokio::test]
async fn accept_chooses_the_format() {
    let server = start(|exporter| exporter).await;
    let prometheus = "Accept: application/openmetrics-text;version=1.0.0,\
        application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    for (headers, content_type) in [
        (&[][..], TEXT),
        (&[prometheus], OPENMETRICS),
        (&["Accept: text/plain;version=0.0.4"], TEXT),
        // Two lines are one list.
        (
            &[
                "Accept: text/plain;q=0.2",
                "Accept: application/openmetrics-text;version=1.0.0",
            ],
            OPENMETRICS,
        ),
    ] {
        let response = send(server.addr, "GET", "/metrics", headers).await;
        assert_eq!(response.header("content-type"), Some(content_type));
        assert_eq!(response.header("vary"), Some("Accept, Accept-Encoding"));
        let ends = response.text().ends_with("# EOF\n");
        assert_eq!(ends, content_type == OPENMETRICS);
    }
}

#[tokio::test]
async fn gzip_when_asked_for() {
    let server = start(|exporter| exporter).await;
    for accept in ["gzip", "*", "br, gzip;q=0.5"] {
        let accept = format!("Accept-Encoding: {accept}");
        let response = send(server.addr, "GET", "/metrics", &[&accept]).await;
        assert_eq!(response.header("content-encoding"), Some("gzip"));
        assert_eq!(response.header("vary"), Some("Accept, Accept-Encoding"));
        assert_eq!(response.header("content-type"), Some(TEXT));
        let text = response.unzipped();
        assert!(text.contains("\nmetricset_exporter_exposed_series "));
        assert!(response.body.len() < text.len());
    }
    for accept in ["identity", "gzip;q=0", "br"] {
        let accept = format!("Accept-Encoding: {accept}");
        let response = send(server.addr, "GET", "/metrics", &[&accept]).await;
        assert_eq!(response.header("content-encoding"), None);
        assert!(
            response
                .sample("metricset_exporter_exposed_series")
                .is_some()
        );
    }
}

#[tokio::test]
async fn measures_itself() {
    let server = start(|exporter| exporter).await;
    let first = get(server.addr, "/metrics").await;
    assert_eq!(first.sample(OK), Some(0.0));
    let series = first.text().lines().filter(|line| !line.starts_with('#'));
    let series = series.filter(|line| !line.contains("_bucket{") && !line.contains("_sum "));
    let series = series.count() as f64;
    let second = get(server.addr, "/metrics").await;
    for (sample, value) in [
        (OK, 1.0),
        (UNAVAILABLE, 0.0),
        ("metricset_exporter_scrape_duration_seconds_count", 1.0),
        ("metricset_exporter_scrape_size_bytes_count", 1.0),
        (
            "metricset_exporter_scrape_size_bytes_sum",
            first.body.len() as f64,
        ),
        ("metricset_exporter_exposed_series", series),
        (r#"metricset_exporter_errors_total{kind="scrape"}"#, 0.0),
    ] {
        assert_eq!(second.sample(sample), Some(value), "{sample}");
    }
    let seconds = second.sample("metricset_exporter_scrape_duration_seconds_sum");
    assert!(seconds.unwrap() > 0.0);
}

#[tokio::test]
async fn exporters_of_one_registry_share_their_metrics() {
    let registry = Registry::new();
    let a = start(|exporter| exporter.registry(registry.clone())).await;
    let b = start(|exporter| exporter.registry(registry.clone())).await;
    let other = start(|exporter| exporter).await;
    get(a.addr, "/metrics").await;
    get(b.addr, "/metrics").await;
    assert_eq!(get(a.addr, "/metrics").await.sample(OK), Some(2.0));
    assert_eq!(get(other.addr, "/metrics").await.sample(OK), Some(0.0));
}

#[tokio::test]
async fn a_registry_with_such_families_is_refused() {
    /// In the way.
    #[derive(MetricSet)]
    #[metrics(prefix = "metricset_exporter", register = false)]
    struct InTheWay {
        /// Scrapes.
        scrapes_total: Counter,
    }
    let registry = Registry::new();
    let in_the_way: InTheWay = registry.register().unwrap();
    in_the_way.scrapes_total.inc();
    let error = Exporter::builder().registry(registry).build().unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("metricset_exporter_scrapes_total"),
        "{message}"
    );
}

#[tokio::test]
async fn scrapes_in_flight_are_bounded() {
    let registry = Registry::new();
    let gate = Gate::closed(&registry);
    let mut server = start(|exporter| exporter.registry(registry).max_scrapes_in_flight(2)).await;
    let first = tokio::spawn(get(server.addr, "/metrics"));
    let second = tokio::spawn(get(server.addr, "/metrics"));
    gate.reached_by(2).await;
    let refused = get(server.addr, "/metrics").await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert!(server.error().await.contains("max_scrapes_in_flight"));
    // `/healthz` collects too; what needs no collection is not held up.
    assert_eq!(get(server.addr, "/healthz").await.status, 503);
    assert_eq!(get(server.addr, "/health").await.status, 200);
    assert_eq!(get(server.addr, "/ready").await.status, 200);
    gate.open();
    for scrape in [first, second] {
        assert_eq!(within(scrape).await.unwrap().status, 200);
    }
    let response = get(server.addr, "/metrics").await;
    let too_many = r#"metricset_exporter_errors_total{kind="too_many_scrapes"}"#;
    for (sample, value) in [(OK, 2.0), (UNAVAILABLE, 1.0), (too_many, 2.0)] {
        assert_eq!(response.sample(sample), Some(value), "{sample}");
    }
}

#[tokio::test]
async fn a_scrape_that_takes_too_long_is_given_up_but_keeps_its_place() {
    let registry = Registry::new();
    let gate = Gate::closed(&registry);
    let mut server = start(|exporter| {
        exporter
            .registry(registry)
            .max_scrapes_in_flight(1)
            .scrape_timeout(Duration::from_millis(50))
    })
    .await;
    let refused = get(server.addr, "/metrics").await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert!(server.error().await.contains("50ms"));
    assert_eq!(get(server.addr, "/metrics").await.status, 503);
    assert!(server.error().await.contains("max_scrapes_in_flight"));
    gate.open();
    eventually(async || get(server.addr, "/metrics").await.status == 200).await;
}

#[tokio::test]
async fn a_collector_that_panics_fails_its_scrape_only() {
    let registry = Registry::new();
    let gate = Gate::new(&registry);
    let mut server = start(|exporter| exporter.registry(registry).max_scrapes_in_flight(1)).await;
    gate.set_broken(true);
    for path in ["/metrics", "/healthz"] {
        let response = get(server.addr, path).await;
        assert_eq!(response.status, 500);
        assert!(!response.text().contains("out of order"));
        assert!(
            server
                .error()
                .await
                .contains("the collector is out of order")
        );
    }
    gate.set_broken(false);
    let response = get(server.addr, "/metrics").await;
    let panics = r#"metricset_exporter_errors_total{kind="scrape"}"#;
    for (sample, value) in [(OK, 0.0), (FAILED, 1.0), (panics, 2.0), ("gate_open", 1.0)] {
        assert_eq!(response.sample(sample), Some(value), "{sample}");
    }
}
