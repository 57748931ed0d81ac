//! Requests to the resources behind the tunnels.

use crate::Server;

#[test]
fn requests_go_to_the_backends_in_turn() {
    let server = Server::start(&[]);
    server.wait_for(&[r#"backend_health_status{backend="backend-2",site_id="s-abc"} 1"#]);
    assert_eq!(server.send("/api/page", &[]), "this is /api/page\n");
    assert_eq!(server.send("/api/echo", &["--data", "hello"]), "hello");
    assert_eq!(server.send("/api/echo", &["--data", "hello"]), "hello");
    server.send("/api/page", &["--request", "PATCH"]);
    server.wait_for(&[
        "resource_request_duration_seconds_count 4",
        r#"resource_bandwidth_bytes_total{direction="ingress"} 10"#,
        r#"resource_bandwidth_bytes_total{direction="egress"} 46"#,
        r#"site_bandwidth_bytes_total{site_id="s-abc",direction="ingress",protocol="tcp"} 10"#,
        r#"resource_active_connections{site_id="s-abc",resource_id="api",protocol="http/1.1"} 0"#,
    ]);
    let exposition = server.exposition();
    let requests = |labels: [&str; 2]| -> u64 {
        let starts = "pangolin_resource_requests_total{site_id=\"s-abc\",resource_id=\"api\"";
        let lines = exposition.lines().filter(|line| {
            line.starts_with(starts) && labels.iter().all(|label| line.contains(label))
        });
        let values = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
        values.sum()
    };
    assert_eq!(requests([r#"method="POST""#, r#"status="200""#]), 2);
    assert_eq!(requests([r#"method="OTHER""#, r#"status="200""#]), 1);
    for backend in [r#"backend="backend-1""#, r#"backend="backend-2""#] {
        // The plugin of Traefik is fetched from the backends too, and takes a turn.
        assert!(requests([backend, ""]) >= 1, "{exposition}");
    }
    assert!(
        server
            .try_send("/nothing", &[])
            .is_err_and(|error| error.contains("404"))
    );
}

#[test]
fn what_backends_fail_at_is_counted() {
    let server = Server::start(&["--fail-rate", "100"]);
    let failed = server.try_send("/api/page", &[]);
    assert!(failed.is_err_and(|error| error.contains("failed on purpose")));
    let exposition = server.exposition();
    let is_error = |line: &str| {
        line.starts_with("pangolin_resource_errors_total{")
            && line.contains(r#"error_type="server_error""#)
            && line.ends_with(" 1")
    };
    assert!(exposition.lines().any(is_error), "{exposition}");
}

#[test]
fn a_backend_that_is_down_gets_no_requests() {
    let server = Server::start(&["--backend-down"]);
    server.wait_for(&[r#"backend_health_status{backend="backend-2",site_id="s-abc"} 0"#]);
    for _ in 0..4 {
        server.send("/api/page", &[]);
    }
    server.wait_for(&[
        r#"resource_requests_total{site_id="s-abc",resource_id="api",backend="backend-1",method="GET",status="200"} 4"#,
    ]);
    let exposition = server.exposition();
    let refused = r#"pangolin_backend_connection_errors_total{backend="backend-2",site_id="s-abc",error_type="connect"}"#;
    assert!(exposition.contains(refused), "{exposition}");
}

#[test]
fn a_protected_resource_takes_a_session() {
    let server = Server::start(&[]);
    let unauthorized = server.try_send("/wiki/page", &[]);
    assert!(unauthorized.is_err_and(|error| error.contains("401")));
    let session = server.log_in();
    let page = server.send("/wiki/page", &["--header", &session]);
    assert_eq!(page, "this is /wiki/page\n");
    server.wait_for(&[
        r#"auth_requests_total{site_id="s-def",auth_method="token",result="failure"} 1"#,
        r#"auth_requests_total{site_id="s-def",auth_method="token",result="success"} 1"#,
        r#"auth_failure_reasons_total{reason="no_token"} 1"#,
        r#"resource_requests_total{site_id="s-def",resource_id="wiki",backend="none",method="GET",status="401"} 1"#,
    ]);
}
