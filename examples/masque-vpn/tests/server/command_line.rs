//! The program from outside.

use std::process::{Command, Output};

use crate::{BINARY, Server};

fn run(args: &[&str]) -> Output {
    let output = Command::new(BINARY).args(args).output();
    output.expect("the binary starts")
}

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    for (args, message) in [
        (&["--lisen", "127.0.0.1:0"][..], "invalid option '--lisen'"),
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
    ] {
        let output = run(args);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
        assert!(stderr.contains(message), "{args:?}: {stderr}");
        assert!(stderr.contains("usage: masque-vpn"), "{args:?}: {stderr}");
    }
    let help = run(&["--help"]);
    assert!(help.status.success());
    assert!(help.stdout.starts_with(b"usage: masque-vpn"));
}

#[test]
fn a_taken_address_is_an_error() {
    let server = Server::start(&[]);
    let tunnel = server.tunnel.to_string();
    let output = run(&["--listen", "127.0.0.1:0", "--tunnel", &tunnel]);
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
