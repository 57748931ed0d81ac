//! `scrape` against endpoints that answer well, badly, slowly, or not at all.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::thread;

/// Serves one answer to one request, and keeps the connection open if the answer is empty.
fn endpoint(answer: String) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
        if answer.is_empty() {
            // Until the client goes away.
            stream.read_to_end(&mut Vec::new()).ok();
        }
    });
    address
}

fn response(status: &str, media: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn scrape(address: SocketAddr, more: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-metricset"))
        .args(["scrape", &format!("http://{address}/metrics")])
        .args(more)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"))
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

const TEXT: &str = "text/plain; version=0.0.4";

/// The checks that found something.
fn checks(json: &str) -> Vec<String> {
    let document: serde_json::Value = serde_json::from_str(json).unwrap();
    let findings = document["findings"].as_array().unwrap();
    let mut names: Vec<_> = findings
        .iter()
        .map(|finding| format!("{} {}", finding["check"].as_str().unwrap(), finding["line"]))
        .collect();
    names.sort();
    names
}

#[test]
fn a_clean_endpoint() {
    let body = "# HELP a_total A.\n# TYPE a_total counter\na_total{x=\"1\"} 3\n";
    let (code, stdout, stderr) = scrape(endpoint(response("200 OK", TEXT, body)), &[]);
    assert_eq!((code, stdout.as_str()), (Some(0), ""), "{stderr}");
    assert!(stderr.contains("1 family, 1 sample: nothing found"));
}

#[test]
fn the_exposition_itself() {
    let body = "\
# HELP h H.
# TYPE h histogram
h_bucket{le=\"1\"} 5
h_bucket{le=\"+Inf\"} 4
h_sum 1
h_count 4
# TYPE t counter
t{a=\"1\",b=\"2\"} 1
t{b=\"2\",a=\"1\"} 2
t{c=1} 2
# HELP n N.
# TYPE n histogram
n_bucket{le=\"0.1\"} 1
n_sum 1
n_count 1
";
    let (code, stdout, _) = scrape(
        endpoint(response("200 OK", TEXT, body)),
        &["--format", "json"],
    );
    assert_eq!(code, Some(1));
    assert_eq!(
        checks(&stdout),
        [
            "exposition_syntax 10",
            "histogram_inconsistent 13",
            "histogram_inconsistent 3",
            "le_not_canonical 3",
            "metadata_missing 7",
            "series_twice 9",
        ]
    );
}

#[test]
fn against_the_catalogue() {
    let body = "\
# HELP app_requests Requests.
# TYPE app_requests counter
app_requests_total{method=\"GET\",status=\"418\"} 1
# HELP app_request_duration_seconds Time.
# TYPE app_request_duration_seconds histogram
app_request_duration_seconds_bucket{method=\"GET\",le=\"+Inf\"} 0
app_request_duration_seconds_sum{method=\"GET\"} 0
app_request_duration_seconds_count{method=\"GET\"} 0
# HELP app_pool_connections_used In use.
# TYPE app_pool_connections_used counter
app_pool_connections_used 1
# HELP process_cpu_seconds_total CPU.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 1
# HELP node_x X.
# TYPE node_x gauge
node_x 1
# EOF
";
    let answer = response(
        "200 OK",
        "application/openmetrics-text; version=1.0.0",
        body,
    );
    let args = [
        "--catalog",
        "catalog.json",
        "--format",
        "json",
        "--external",
        "node_*",
    ];
    let (code, stdout, stderr) = scrape(endpoint(answer), &args);
    assert_eq!(code, Some(1), "{stderr}");
    assert_eq!(
        checks(&stdout),
        [
            // `app_pool_connections_limit`; the open family and the optional one may be missing.
            "absent_family 1",
            "never_touched 4",
            "served_type 9",
            "undeclared_family 12",
            "undeclared_label 3",
        ]
    );
}

#[test]
fn endpoints_that_cannot_be_read() {
    let html = response(
        "200 OK",
        "text/html; charset=utf-8",
        "<!doctype html><p>hello</p>",
    );
    let refused = [
        (html, "serves HTML, not metrics"),
        (response("503 Service Unavailable", TEXT, ""), "status 503"),
        (response("200 OK", TEXT, "\n"), "serves no metrics"),
        ("not HTTP\r\n\r\n".to_owned(), "cannot reach"),
    ];
    for (answer, reason) in refused {
        let (code, stdout, stderr) = scrape(endpoint(answer), &[]);
        assert_eq!((code, stdout.as_str()), (Some(2), ""));
        assert!(stderr.contains(reason), "{stderr}");
    }
    let (code, _, stderr) = scrape(endpoint(String::new()), &["--timeout", "200ms"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("did not answer within 0.2 s"), "{stderr}");

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    let (code, _, stderr) = scrape(closed, &[]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("cannot reach"), "{stderr}");
}
