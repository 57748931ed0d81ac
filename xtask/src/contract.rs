//! The metrics of each example as a contract: lock file, alert rules, dashboard and reference stand beside it.

use std::fs;

use crate::error::Error;
use crate::shell::{root, run};
use crate::tools;

/// Where an example listens by default, and which conventions its published names break.
const TARGETS: &[(&str, &str, &str)] = &[
    (
        "connmix",
        "localhost:6787,localhost:6789",
        "--allow openmetrics_clash",
    ),
    (
        "masque-vpn",
        "localhost:8080",
        "--allow elapsed_counter --allow label_name_inconsistent --allow word_repeated",
    ),
    (
        "muti-metroo",
        "localhost:8080",
        "--allow help_labels --allow label_name_inconsistent",
    ),
    (
        "pangolin",
        "localhost:9464",
        "--allow elapsed_counter --allow help_labels --allow label_name_inconsistent --allow word_repeated",
    ),
    ("quickstart", "localhost:8000", ""),
    ("sockudo", "localhost:9601", ""),
];

/// Holds every example that has a lock file against what stands beside it.
pub(crate) fn check() -> Result<(), Error> {
    tools::install()?;
    for name in examples()? {
        let (_, target, allowed) = TARGETS
            .iter()
            .find(|(known, ..)| *known == name)
            .ok_or_else(|| Error::Missing {
                what: format!("the example `{name}` has a lock file and no address"),
                remedy: String::from("add it to `TARGETS` in xtask/src/contract.rs"),
            })?;
        let folder = format!("examples/{name}");
        let tool = "cargo run --quiet --package cargo-metricset --";
        let program = format!("--package {name} --bin {name}");
        run(&format!(
            "{tool} check {program} --lock {folder}/metrics.lock --fail-on note {allowed}"
        ))?;
        run(&format!(
            "{tool} rules {folder}/alerts.yml {program} --fail-on note"
        ))?;
        run(&format!("promtool check rules {folder}/alerts.yml"))?;
        run(&format!(
            "{tool} dashboards {folder}/dashboard.json {program} --fail-on note"
        ))?;
        run(&format!(
            "{tool} generate dashboard {program} --job {name} --check {folder}/dashboard.json"
        ))?;
        run(&format!(
            "{tool} docs {program} --title {name} --target {target} --check {folder}/METRICS.md"
        ))?;
    }
    Ok(())
}

/// Names of the examples with a lock file, sorted.
fn examples() -> Result<Vec<String>, Error> {
    let folder = root().join("examples");
    let failed = |source| Error::File {
        path: folder.clone(),
        source,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.path().join("metrics.lock").exists() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
