//! Sessions and keys.

use crate::Server;

const POST: [&str; 2] = ["--request", "POST"];

#[test]
fn a_session_starts_is_refreshed_and_ends() {
    let server = Server::start(&[]);
    let wrong = server.try_send("/ui/login", &["--data", "admin:guess"]);
    assert!(wrong.is_err_and(|error| error.contains("401")));
    let first = server.log_in();
    server.wait_for(&[
        "ui_active_sessions 1",
        "auth_active_users 1",
        r#"token_issued_total{auth_method="password"} 1"#,
        r#"auth_failure_reasons_total{reason="wrong_password"} 1"#,
        r#"ui_requests_total{endpoint="/ui/login",method="POST",status="401"} 1"#,
        r#"ui_requests_total{endpoint="/ui/login",method="POST",status="200"} 1"#,
    ]);
    let token = server.send("/ui/refresh", &[&POST[..], &["--header", &first]].concat());
    let second = format!("Authorization: Bearer {token}");
    let outdated = server.try_send("/ui/sites", &["--header", &first]);
    assert!(outdated.is_err_and(|error| error.contains("401")));
    assert_eq!(
        server.send("/ui/sites", &["--header", &second]),
        "s-abc\ns-def\n"
    );
    server.send("/ui/logout", &[&POST[..], &["--header", &second]].concat());
    server.wait_for(&[
        "ui_active_sessions 0",
        r#"token_issued_total{auth_method="token"} 1"#,
        r#"token_revoked_total{reason="refreshed"} 1"#,
        r#"token_revoked_total{reason="logout"} 1"#,
        r#"token_refresh_total{result="success"} 1"#,
        r#"auth_failure_reasons_total{reason="unknown_token"} 1"#,
        r#"db_pool_connections{state="idle"} 2"#,
        r#"db_pool_connections{state="active"} 0"#,
    ]);
}

#[test]
fn programs_come_in_with_a_key() {
    let server = Server::start(&[]);
    let key = ["--header", "x-api-key: open-sesame"];
    assert!(
        server
            .try_send("/v1/sites", &[])
            .is_err_and(|error| error.contains("401"))
    );
    assert_eq!(server.send("/v1/sites", &key), "s-abc\ns-def\n");
    server.send("/v1/tokens", &[&POST[..], &key].concat());
    server.wait_for(&[
        "integration_api_requests_total 3",
        "integration_api_duration_seconds_count 3",
        r#"token_issued_total{auth_method="api_key"} 1"#,
        // A program is no user of the interface.
        "auth_active_users 1",
        "ui_active_sessions 0",
    ]);
}
