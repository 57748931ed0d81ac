//! What a person at a terminal sees: colour, and how far a run is. A pipe gets neither.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;
use std::process::{Command, Stdio};

const RUN: &str = "rules good.yml bad.yml --catalog catalog.json";

/// `script` gives a command a terminal.
fn on_a_terminal(args: &str) -> String {
    let command = format!("{} {args}", env!("CARGO_BIN_EXE_cargo-metricset"));
    let output = Command::new("script")
        .args(["--quiet", "--command", &command, "/dev/null"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"))
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn colour_and_progress_on_a_terminal() {
    let shown = on_a_terminal(RUN);
    assert!(shown.contains("\u{1b}["), "{shown}");
    for step in ["1/2 good.yml", "2/2 bad.yml"] {
        assert!(shown.contains(step), "{shown}");
    }
    let (progress, findings) = shown.split_once("error[").unwrap();
    let cleared = progress.rsplit("bad.yml").next().unwrap();
    let width = "    Checking 2/2 bad.yml".len();
    assert!(
        cleared.starts_with(&format!("\r{:width$}\r", "")),
        "{shown:?}"
    );
    assert!(!findings.contains("Checking"), "{shown}");
}

#[test]
fn neither_where_nobody_looks() {
    let shown = on_a_terminal(&format!("{RUN} --color never"));
    assert!(!shown.contains("\u{1b}["), "{shown}");
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-metricset"))
        .args(RUN.split(' '))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"))
        .output()
        .unwrap();
    for stream in [output.stdout, output.stderr] {
        let text = String::from_utf8(stream).unwrap();
        assert!(
            !text.contains(['\u{1b}', '\r']) && !text.contains("Checking"),
            "{text}"
        );
    }
}
