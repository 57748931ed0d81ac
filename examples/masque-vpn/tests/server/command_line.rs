//! The program from outside.

use metricset_tests::process::{assert_usage, run};

use crate::{BINARY, Server};

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    let refused: &[(&[&str], &str)] = &[
        (&["--lisen", "127.0.0.1:0"], "invalid option '--lisen'"),
        (&["--tunnel", "nowhere"], "nowhere"),
        (
            &["--pool-size", "0"],
            "`--pool-size` must be between 1 and 253",
        ),
        (
            &["--pool-size", "254"],
            "`--pool-size` must be between 1 and 253",
        ),
        (
            &["--token", "a\nb"],
            "`--token` must not contain a line feed",
        ),
    ];
    assert_usage(BINARY, "masque-vpn", refused);
}

#[test]
fn a_taken_address_is_an_error() {
    let server = Server::start(&[]);
    let tunnel = server.tunnel.to_string();
    let output = run(BINARY, &["--listen", "127.0.0.1:0", "--tunnel", &tunnel]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains(&format!("cannot listen on {tunnel}")),
        "{stderr}"
    );
}

#[test]
fn an_interrupt_ends_it_in_order() {
    let server = Server::simulated(&[]);
    assert!(server.http.interrupt().success());
}
