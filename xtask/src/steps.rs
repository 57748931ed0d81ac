//! The steps, in the order in which CI runs them: what is cheap and fails often comes first.

use crate::error::Error;
use crate::shell::{ask, run, run_with};
use crate::{bench, contract, manifest, tools};

/// One check with a name.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn() -> Result<(), Error>,
}

pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "tools",
        about: "Debian packages and the exposition judge, installed if missing",
        run: tools::install,
    },
    Step {
        name: "fmt",
        about: "rustfmt has nothing to change",
        run: || run("cargo fmt --all --check"),
    },
    Step {
        name: "msrv",
        about: "the stated rust-version is one that compiles",
        run: msrv,
    },
    Step {
        name: "clippy",
        about: "no warning in any target, with and without features",
        run: clippy,
    },
    Step {
        name: "features",
        about: "the runtime compiles and passes its own tests with no feature and with each alone",
        run: features,
    },
    Step {
        name: "docs",
        about: "documentation builds without a warning, also where links to what a feature brings lead nowhere",
        run: || {
            let strict = &[("RUSTDOCFLAGS", "-D warnings")];
            run_with(strict, "cargo doc --package metricset --no-deps")?;
            run_with(strict, "cargo doc --workspace --no-deps --all-features")
        },
    },
    Step {
        name: "tables",
        about: "the tables of measurements are what the committed results come to",
        run: bench::check_tables,
    },
    Step {
        name: "test",
        about: "every test of the workspace, in debug",
        run: test,
    },
    Step {
        name: "doctest",
        about: "the examples in the documentation",
        run: || run("cargo test --workspace --all-features --doc"),
    },
    Step {
        name: "contract",
        about: "rules, dashboards, lock files and references of the examples, held against their binaries",
        run: contract::check,
    },
    Step {
        name: "release",
        about: "lanes and registration as release builds lay them out",
        run: || {
            run(
                "cargo test --release --package metricset --package metricset-tests --all-features \
                 --lib --test expansion --test linked* --test registry",
            )
        },
    },
    Step {
        name: "loom",
        about: "what threads share without a lock, under every interleaving",
        run: || run("cargo test --package metricset-loom --lib"),
    },
    Step {
        name: "miri",
        about: "lanes, open series and summaries under Miri",
        run: miri,
    },
];

fn clippy() -> Result<(), Error> {
    run("cargo clippy --workspace --all-targets --all-features -- -D warnings")?;
    run("cargo clippy --package metricset --all-targets --no-default-features -- -D warnings")
}

/// A compiler other than the stated one has to be asked for; with the stated one, every other step is the proof.
fn msrv() -> Result<(), Error> {
    let stated = manifest::rust_version()?;
    let current = ask("rustc --version").unwrap_or_default();
    if current.starts_with(&format!("rustc {stated}.")) {
        println!("every step runs on the stated compiler: {}", current.trim());
        return Ok(());
    }
    if ask(&format!("rustc +{stated} --version")).is_none() {
        return Err(Error::Missing {
            what: format!("no Rust {stated}"),
            remedy: format!("rustup toolchain install {stated} --profile minimal"),
        });
    }
    run(&format!(
        "cargo +{stated} check --workspace --all-targets --all-features"
    ))
}

fn features() -> Result<(), Error> {
    let test = "cargo test --package metricset --no-default-features --lib --tests";
    run(test)?;
    for feature in manifest::runtime_features()? {
        run(&format!("{test} --features {feature}"))?;
    }
    Ok(())
}

fn test() -> Result<(), Error> {
    tools::install()?;
    run("cargo test --workspace --exclude metricset-loom --all-features --lib --bins --tests")
}

fn miri() -> Result<(), Error> {
    tools::install_miri()?;
    run("cargo +nightly miri test --package metricset --lib lanes")?;
    // The storage of a registered set is never freed, also when its registry is gone.
    run_with(
        &[("MIRIFLAGS", "-Zmiri-ignore-leaks")],
        "cargo +nightly miri test --package metricset --lib -- family::open metrics::summary",
    )
}
