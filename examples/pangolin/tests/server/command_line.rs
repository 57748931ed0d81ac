//! The program from outside.

use metricset_tests::process::{assert_usage, run};
use tempfile::TempDir;

use crate::{BINARY, Server};

#[test]
fn a_wrong_command_line_says_what_is_wrong() {
    let refused: &[(&[&str], &str)] = &[
        (&["--lisen", "127.0.0.1:0"], "invalid option '--lisen'"),
        (&["--proxy", "nowhere"], "nowhere"),
        (
            &["--fail-rate", "101"],
            "`--fail-rate` must be between 0 and 100",
        ),
    ];
    assert_usage(BINARY, "pangolin", refused);

    let missing = run(BINARY, &["--config", "/nowhere/config.yml"]);
    assert_eq!(missing.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&missing.stderr);
    assert!(
        stderr.contains("cannot read /nowhere/config.yml"),
        "{stderr}"
    );
}

#[test]
fn starts_are_counted_where_they_are_told_to() {
    let folder = TempDir::new().expect("a temporary folder");
    let state = folder.path().join("starts");
    let state = ["--state", state.to_str().expect("a plain name")];
    for restarts in 0..3 {
        let server = Server::start(&state);
        server.wait_for(&[&format!("restart_count_total {restarts}")]);
    }
    std::fs::write(state[1], "many").expect("a writable folder");
    let output = run(BINARY, &[&state[..], &["--proxy", "127.0.0.1:0"]].concat());
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("cannot count starts"), "{stderr}");
}

#[test]
fn an_interrupt_ends_it_in_order() {
    let server = Server::start(&["--load"]);
    assert!(server.metrics.interrupt().success());
}
