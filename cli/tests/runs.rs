//! Recorded runs: what a command prints, where, and how it exits.
//!
//! Each file in `runs/` is a command and what came of it. `METRICSET_RECORD=1 cargo test -p cargo-metricset` writes them again; then
//! read the difference.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::Path;
use std::process::Command;

fn run(command: &str, folder: &Path) -> String {
    let args: Vec<&str> = command
        .strip_prefix("$ cargo metricset ")
        .unwrap_or_else(|| panic!("not a command: {command}"))
        .split_whitespace()
        .collect();
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-metricset"))
        .arg("metricset")
        .args(args)
        .current_dir(folder.join("fixtures"))
        .env("COLUMNS", "80")
        .output()
        .unwrap();
    format!(
        "{command}\nexit {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn recorded_runs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let record = std::env::var_os("METRICSET_RECORD").is_some();
    let mut differing = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder.join("runs")).unwrap() {
        let path = entry.unwrap().path();
        let recorded = fs::read_to_string(&path).unwrap();
        let now = run(recorded.lines().next().unwrap(), &folder);
        count += 1;
        if record {
            fs::write(&path, now).unwrap();
        } else if now != recorded {
            differing.push(format!("{}:\n{now}", path.display()));
        }
    }
    assert!(count >= 30, "only {count} runs were found");
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}
