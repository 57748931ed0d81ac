//! What each path answers to each method.

use metricset::export::Readiness;
use metricset::{Counter, MetricSet, Registry};

use crate::client::{get, send};
use crate::start;

const PATHS: [&str; 4] = ["/metrics", "/health", "/healthz", "/ready"];

#[tokio::test]
async fn health() {
    let server = start(|exporter| exporter).await;
    let response = get(server.addr, "/health").await;
    assert_eq!(response.status, 200);
    assert_eq!(response.text(), "OK");
    assert_eq!(
        response.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
}

#[tokio::test]
async fn healthz() {
    let server = start(|exporter| {
        exporter
            .version("1.2.3")
            .health("peers", || 3_u64)
            .health("region", || "eu \"1\"")
    })
    .await;
    let response = get(server.addr, "/healthz").await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some("application/json"));
    let json: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(json["status"], "ok");
    assert_eq!(json["version"], "1.2.3");
    assert!(json["uptime_seconds"].as_f64().unwrap() > 0.0);
    assert_eq!(json["peers"], 3);
    assert_eq!(json["region"], "eu \"1\"");
    let exposition = get(server.addr, "/metrics").await;
    let families = exposition.text().matches("# TYPE").count();
    assert_eq!(json["families"], families);
    assert!(json["series"].as_u64().unwrap() >= families as u64);
}

#[tokio::test]
async fn healthz_lists_what_nothing_has_updated() {
    /// Jobs.
    #[derive(MetricSet)]
    #[metrics(prefix = "jobs", register = false)]
    struct Jobs {
        /// Jobs done.
        done_total: Counter,
        /// Jobs that failed.
        failed_total: Counter,
    }
    let registry = Registry::new();
    let jobs: Jobs = registry.register().unwrap();
    let server = start(|exporter| exporter.registry(registry)).await;
    let untouched = async || {
        let response = get(server.addr, "/healthz").await;
        let json: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        json["untouched"].clone()
    };
    // Nor is what the exporter counts of itself, which is nobody's mistake.
    assert_eq!(
        untouched().await,
        serde_json::json!(["jobs_done_total", "jobs_failed_total"])
    );
    jobs.done_total.inc();
    assert_eq!(untouched().await, serde_json::json!(["jobs_failed_total"]));
    jobs.failed_total.inc();
    assert_eq!(untouched().await, serde_json::json!([]));
}

#[metricset::instrument_metric]
#[expect(dead_code, reason = "its families are there, and do not move")]
fn never_called() {}

#[tokio::test]
async fn healthz_lists_nothing_that_only_the_library_updates() {
    let registry = Registry::linked().unwrap();
    let server = start(|exporter| exporter.registry(registry)).await;
    let exposition = get(server.addr, "/metrics").await;
    let calls =
        r#"function_calls_total{function="never_called",module="exporter::paths",outcome="ok"}"#;
    assert_eq!(exposition.sample(calls), Some(0.0));
    assert!(
        exposition
            .text()
            .contains("\nmetricset_dropped_updates_total{")
    );

    let response = get(server.addr, "/healthz").await;
    let json: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
    for name in json["untouched"].as_array().unwrap() {
        let name = name.as_str().unwrap();
        assert!(
            !name.starts_with("function_") && !name.starts_with("metricset_"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn version_is_the_library_unless_given() {
    let server = start(|exporter| exporter).await;
    let response = get(server.addr, "/healthz").await;
    let json: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
    let version = json["version"].as_str().unwrap();
    assert!(version.starts_with("metricset/"), "{version}");
}

#[tokio::test]
async fn ready_is_a_switch() {
    let readiness = Readiness::not_ready();
    let server = start(|exporter| exporter.readiness(readiness.clone())).await;
    assert_eq!(get(server.addr, "/ready").await.status, 503);
    let healthz = get(server.addr, "/healthz").await;
    assert!(healthz.text().contains(r#""status":"not_ready""#));
    assert_eq!(get(server.addr, "/health").await.status, 200);
    readiness.set(true);
    let response = get(server.addr, "/ready").await;
    assert_eq!((response.status, response.text()), (200, "OK"));
    readiness.set(false);
    assert_eq!(get(server.addr, "/ready").await.status, 503);
}

#[tokio::test]
async fn ready_by_default() {
    let server = start(|exporter| exporter).await;
    assert_eq!(get(server.addr, "/ready").await.status, 200);
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let server = start(|exporter| exporter).await;
    for path in PATHS {
        // A scrape and the uptime change what the next request sees, so lengths are compared where nothing moves.
        let moves = path == "/metrics" || path == "/healthz";
        let head = send(server.addr, "HEAD", path, &[]).await;
        let get = get(server.addr, path).await;
        assert_eq!(head.status, 200, "{path}");
        assert_eq!(head.body, b"", "{path}");
        let names = |response: &crate::client::Response| -> Vec<String> {
            let headers = response.headers().into_iter();
            let mut names: Vec<_> = headers
                .map(|header| match header.split_once(": ") {
                    Some(("content-length", _)) if moves => "content-length".to_owned(),
                    _ => header.to_owned(),
                })
                .collect();
            names.sort();
            names
        };
        assert_eq!(names(&head), names(&get), "{path}");
        let len: usize = get.header("content-length").unwrap().parse().unwrap();
        assert_eq!(len, get.body.len(), "{path}");
    }
}

#[tokio::test]
async fn other_methods_are_refused() {
    let server = start(|exporter| exporter).await;
    for path in PATHS {
        for method in [
            "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PURGE",
        ] {
            let response = send(server.addr, method, path, &["Content-Length: 0"]).await;
            assert_eq!(response.status, 405, "{method} {path}");
            assert_eq!(response.header("allow"), Some("GET, HEAD"));
        }
    }
}

#[tokio::test]
async fn other_paths_are_not_found() {
    let server = start(|exporter| exporter).await;
    for path in [
        "/",
        "/metric",
        "/metrics/",
        "/Metrics",
        "/healthz/x",
        "//metrics",
        "*",
    ] {
        for method in ["GET", "POST"] {
            let response = send(server.addr, method, path, &[]).await;
            assert_eq!(response.status, 404, "{path}");
            for known in PATHS {
                assert!(response.text().contains(known), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn queries_are_ignored() {
    let server = start(|exporter| exporter).await;
    assert_eq!(get(server.addr, "/metrics?name=x").await.status, 200);
    assert_eq!(get(server.addr, "/health?").await.status, 200);
}
