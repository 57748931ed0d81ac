//! The service as its clients see it, and what it says of them.

use std::io::Write;
use std::process::Command;

use metricset_tests::poll::eventually;
use metricset_tests::process::{Example, curl, try_curl};

const BINARY: &str = env!("CARGO_BIN_EXE_quickstart");

fn url(service: &Example, path: &str) -> String {
    format!("http://{}{path}", service.address())
}

/// Whether the exposition has all these lines.
fn exposes(exposition: &str, lines: &[&str]) -> bool {
    lines
        .iter()
        .all(|line| exposition.lines().any(|exposed| exposed == *line))
}

#[test]
fn requests_are_answered_and_measured() {
    let service = Example::start(BINARY, &[]);
    let greeting = url(&service, "/keys/greeting");
    let not_found = "The requested URL returned error: 404";
    assert!(try_curl(&[&greeting]).is_err_and(|error| error.contains(not_found)));
    assert_eq!(
        curl(&["--request", "PUT", "--data", "hello", &greeting]),
        ""
    );
    assert_eq!(curl(&[&greeting]), "hello");
    assert_eq!(curl(&["--request", "DELETE", &greeting]), "");
    assert!(try_curl(&["--request", "PATCH", &greeting]).is_err());

    let exposition = service.get("/metrics", &[]);
    let lines = [
        r#"quickstart_requests_total{method="GET",status="404"} 1"#,
        r#"quickstart_requests_total{method="PUT",status="204"} 1"#,
        r#"quickstart_requests_total{method="GET",status="200"} 1"#,
        r#"quickstart_requests_total{method="DELETE",status="204"} 1"#,
        r#"quickstart_requests_total{method="OTHER",status="other"} 1"#,
        r#"quickstart_request_duration_seconds_count{method="GET"} 2"#,
        r#"function_calls_total{function="call",module="quickstart::store",outcome="ok"} 5"#,
        "quickstart_requests_in_flight 0",
        "quickstart_received_bytes_total 5",
        "quickstart_sent_bytes_total 5",
        "quickstart_keys 0",
    ];
    assert!(exposes(&exposition, &lines), "{exposition}");
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let service = Example::start(BINARY, &[]);
    let mut body = tempfile::NamedTempFile::new().expect("a temporary file");
    body.write_all(&[b'x'; 64 * 1024 + 1])
        .expect("a writable file");
    let path = body.path().to_str().expect("a plain name");
    assert!(try_curl(&["--upload-file", path, &url(&service, "/keys/large")]).is_err());
    let refused = [
        r#"quickstart_requests_total{method="PUT",status="other"} 1"#,
        "quickstart_keys 0",
    ];
    let exposition = service.get("/metrics", &[]);
    assert!(exposes(&exposition, &refused), "{exposition}");
}

#[test]
fn load_moves_the_numbers() {
    let service = Example::start(BINARY, &["--load"]);
    let touched = |exposition: &str, series: &str| {
        let mut lines = exposition.lines();
        lines.any(|line| line.strip_prefix(series).is_some_and(|value| value != " 0"))
    };
    eventually("requests of every kind", || {
        let exposition = service.get("/metrics", &[]);
        let kinds = [
            r#"quickstart_requests_total{method="GET",status="200"}"#,
            r#"quickstart_requests_total{method="GET",status="404"}"#,
            r#"quickstart_requests_total{method="PUT",status="204"}"#,
            r#"quickstart_requests_total{method="DELETE",status="204"}"#,
            r#"quickstart_requests_total{method="OTHER",status="other"}"#,
        ];
        match kinds.iter().all(|kind| touched(&exposition, kind)) {
            true => Ok(()),
            false => Err(exposition),
        }
    });
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    let output = Command::new(BINARY)
        .arg("--lod")
        .output()
        .expect("the binary starts");
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("invalid option '--lod'"), "{stderr}");

    let taken = Example::start(BINARY, &[]);
    let address = taken.address().to_string();
    let output = Command::new(BINARY).args(["--listen", &address]).output();
    let output = output.expect("the binary starts");
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains(&format!("cannot listen on {address}")),
        "{stderr}"
    );
}
