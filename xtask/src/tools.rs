//! What the tests need beside cargo: Debian's Prometheus (with promtool), VictoriaMetrics and curl, installed when this program
//! may, else named; and the Python package that reads expositions back, in a virtual environment under `target/`.

use crate::error::Error;
use crate::shell::{ask, run, run_with};

/// A program, a command that succeeds if it is there, and the Debian package that brings it.
struct Tool {
    name: &'static str,
    probe: &'static str,
    package: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "prometheus",
        probe: "prometheus --version",
        package: "prometheus",
    },
    Tool {
        name: "promtool",
        probe: "promtool --version",
        package: "prometheus",
    },
    Tool {
        name: "victoria-metrics",
        probe: "victoria-metrics --version",
        package: "victoria-metrics",
    },
    Tool {
        name: "curl",
        probe: "curl --version",
        package: "curl",
    },
    Tool {
        name: "python3 with venv",
        // Debian's python3 has `venv` without the part that puts pip into one.
        probe: "python3 -m ensurepip --version",
        package: "python3-venv",
    },
];

/// Installs what is missing, or says what to run.
pub(crate) fn install() -> Result<(), Error> {
    packages()?;
    judge()
}

/// Miri, which only nightly has. A nightly that is there already is kept.
pub(crate) fn install_miri() -> Result<(), Error> {
    if ask("cargo +nightly miri --version").is_some() {
        return Ok(());
    }
    run(match ask("rustc +nightly --version") {
        Some(_) => "rustup component add --toolchain nightly miri rust-src",
        None => {
            "rustup toolchain install nightly --profile minimal --component miri --component rust-src"
        }
    })
}

fn judge() -> Result<(), Error> {
    if ask("target/judge/bin/python tests/judge/judge.py --check").is_some() {
        return Ok(());
    }
    run("python3 -m venv target/judge")?;
    run("target/judge/bin/pip install --quiet --requirement tests/judge/requirements.txt")
}

fn packages() -> Result<(), Error> {
    let missing: Vec<&Tool> = TOOLS
        .iter()
        .filter(|tool| ask(tool.probe).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut packages: Vec<_> = missing.iter().map(|tool| tool.package).collect();
    packages.dedup();
    let install = format!(
        "apt-get install --yes --no-install-recommends {}",
        packages.join(" ")
    );
    let is_root = ask("id --user").is_some_and(|id| id.trim() == "0");
    if !is_root || ask("apt-get --version").is_none() {
        let names: Vec<_> = missing.iter().map(|tool| tool.name).collect();
        return Err(Error::Missing {
            what: format!("not installed: {}", names.join(", ")),
            remedy: format!("sudo apt-get update && sudo {install}"),
        });
    }
    run("apt-get update --quiet")?;
    run_with(&[("DEBIAN_FRONTEND", "noninteractive")], &install)
}
