//! What the tool writes passes its own checks and Prometheus's, and a reader that goes away is no failure.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn cargo_metricset(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cargo-metricset"))
        .args(args)
        .current_dir(fixtures())
        .output()
        .unwrap()
}

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn promtool(rules: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yml");
    fs::write(&file, rules).unwrap();
    let output = Command::new("promtool")
        .args(["check", "rules", "--lint-fatal"])
        .arg(&file)
        .output()
        .expect("promtool is installed by `cargo xtask ci`");
    assert!(
        output.status.success(),
        "{rules}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Writes a generated file and holds it against the catalogue it came from, notes included.
fn passes_own_checks(generate: &str, check: &str, catalog: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("generated").to_str().unwrap().to_owned();
    let catalog = ["--catalog", catalog];
    let written = cargo_metricset(
        &[
            &["generate", generate, "--job", "app", "--output", &file],
            &catalog[..],
        ]
        .concat(),
    );
    assert!(written.status.success(), "{written:?}");
    let again = cargo_metricset(
        &[
            &["generate", generate, "--job", "app", "--check", &file],
            &catalog[..],
        ]
        .concat(),
    );
    assert!(again.status.success(), "{again:?}");
    let checked = cargo_metricset(&[&[check, &file, "--fail-on", "note"], &catalog[..]].concat());
    assert!(
        checked.status.success(),
        "{}",
        String::from_utf8_lossy(&checked.stdout)
    );
    fs::read_to_string(&file).unwrap()
}

#[test]
fn rules_pass() {
    let rules = passes_own_checks("rules", "rules", "catalog.json");
    for alert in [
        "AppDown",
        "AppAbsent",
        "AppRequestsFailing",
        "AppRequestDurationSlow",
        "AppPoolConnectionsUsedSaturated",
    ] {
        assert!(rules.contains(&format!("- alert: {alert}\n")), "{rules}");
    }
    promtool(&rules);
}

#[test]
fn objectives_of_functions_become_alerts() {
    let rules = passes_own_checks("rules", "rules", "functions.json");
    assert!(
        rules.contains("- alert: AppLoadMissesItsObjective\n"),
        "{rules}"
    );
    assert!(rules.contains("  < 0.999\n"), "{rules}");
    assert!(
        rules.contains("- alert: AppLoadIsSlowerThanItsObjective\n"),
        "{rules}"
    );
    assert!(
        rules.contains(r#"module="app::load",le="0.25"}"#),
        "{rules}"
    );
    promtool(&rules);
}

#[test]
fn a_dashboard_passes() {
    let board: Value = serde_json::from_str(&passes_own_checks(
        "dashboard",
        "dashboards",
        "catalog.json",
    ))
    .unwrap();
    let panels = board["panels"].as_array().unwrap();
    let rows = panels.iter().filter(|panel| panel["type"] == "row").count();
    assert_eq!(rows, 3, "one for each set");
    assert_eq!(panels.len(), 3 + 6, "and a panel for each family");
    // promtool reads rules only, and knows no variables.
    let mut rules = String::from("groups:\n- name: g\n  rules:\n");
    let exprs = panels
        .iter()
        .flat_map(|panel| panel["targets"].as_array().into_iter().flatten())
        .map(|target| target["expr"].as_str().unwrap());
    for (number, expr) in exprs.enumerate() {
        let expr = expr.replace("$__rate_interval", "1m");
        rules.push_str(&format!(
            "  - record: 'a:b:c{number}'\n    expr: {}\n",
            Value::from(expr)
        ));
    }
    promtool(&rules);
}

#[test]
fn documents_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder
        .path()
        .join("METRICS.md")
        .to_str()
        .unwrap()
        .to_owned();
    let docs = ["docs", "--catalog", "catalog.json"];
    assert!(
        cargo_metricset(&[&docs[..], &["--output", &file]].concat())
            .status
            .success()
    );
    assert!(
        cargo_metricset(&[&docs[..], &["--check", &file]].concat())
            .status
            .success()
    );
    let fresh = fs::read_to_string(&file).unwrap();
    let line = 1 + fresh
        .lines()
        .position(|line| line.contains("Requests answered"))
        .unwrap();
    fs::write(&file, fresh.replace("Requests answered", "Requests")).unwrap();
    let output = cargo_metricset(&[&docs[..], &["--check", &file]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains(&format!(":{line}: stale"))
    );
}

#[test]
fn completions_and_manual() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = cargo_metricset(&["completions", shell]);
        assert!(output.status.success());
        assert!(
            String::from_utf8(output.stdout)
                .unwrap()
                .contains("dashboards")
        );
    }
    let man = cargo_metricset(&["man"]);
    let page = String::from_utf8(man.stdout).unwrap();
    assert!(page.contains(".TH cargo-metricset"));
    // Flags of the commands, and of a command's command.
    for piece in [
        ".SH \"CARGO METRICSET RULES\"",
        "\\-\\-scrape\\-interval",
        ".SH \"CARGO METRICSET GENERATE DASHBOARD\"",
        "\\-\\-job",
        ".SH \"CARGO METRICSET SCRAPE\"",
    ] {
        assert!(page.contains(piece), "{piece}");
    }
}

#[test]
fn a_closed_pipe_is_success() {
    // More than a pipe holds.
    let mut catalog: Value =
        serde_json::from_str(&fs::read_to_string(fixtures().join("catalog.json")).unwrap())
            .unwrap();
    let family = catalog["sets"][0]["families"][0].clone();
    catalog["sets"][0]["families"] = Value::Array(vec![family; 5_000]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("catalog.json");
    fs::write(&file, catalog.to_string()).unwrap();
    for format in ["table", "json", "csv"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cargo-metricset"))
            .args(["list", "--format", format, "--catalog"])
            .arg(&file)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}: {output:?}");
        assert!(output.stderr.is_empty(), "{output:?}");
    }
}
