//! `cargo xtask bench`: the programs of `benches/`, a workspace of its own that no other command builds, and the tables that are
//! written from what they measured.

use std::fs;
use std::path::Path;

use crate::error::Error;
use crate::report::{details, marked, summary};
use crate::results::Results;
use crate::shell::{ask, read, root, run};

const RESULTS: &str = "benches/results.json";

type Table = fn(&Results) -> String;

/// Each file with a table, and what the table says.
const TABLES: [(&str, Table); 2] = [("README.md", summary), ("docs/performance.md", details)];

/// Measures everything, or only the questions with these names, which are not written down unless `update` stands before them.
fn bench(questions: &[&str]) -> Result<(), Error> {
    if ask("valgrind --version").is_none() {
        return Err(Error::Missing {
            what: String::from("no valgrind, which counts instructions"),
            remedy: String::from("apt-get install --yes --no-install-recommends valgrind"),
        });
    }
    let manifest = "--manifest-path benches/Cargo.toml --release";
    run(&format!("cargo build {manifest} --bins"))?;
    run(&format!(
        "cargo run {manifest} --quiet --bin bench -- {}",
        questions.join(" ")
    ))?;
    write_tables()
}

/// Writes the tables from the results.
fn write_tables() -> Result<(), Error> {
    for (path, _, written) in tables()? {
        let path = root().join(path);
        fs::write(&path, written).map_err(|source| Error::File { path, source })?;
    }
    Ok(())
}

/// Every table is what the committed results come to.
pub(crate) fn check_tables() -> Result<(), Error> {
    match tables()?.into_iter().find(|(_, is, should)| is != should) {
        None => Ok(()),
        Some((path, ..)) => Err(Error::Stale {
            path,
            source: RESULTS,
            remedy: "cargo xtask bench tables",
        }),
    }
}

/// Each file with a table as it is and as it should be.
fn tables() -> Result<Vec<(&'static str, String, String)>, Error> {
    let malformed = |path: &str, problem: String| Error::Manifest {
        path: Path::new(path).to_owned(),
        problem,
    };
    let results: Results = serde_json::from_str(&read(RESULTS)?)
        .map_err(|error| malformed(RESULTS, error.to_string()))?;
    let tables = TABLES.iter().map(|(path, table)| {
        let is = read(path)?;
        let should = marked(&is, &table(&results))
            .ok_or_else(|| malformed(path, String::from("there is no place for the table")))?;
        Ok((*path, is, should))
    });
    tables.collect()
}

/// What `cargo xtask bench` is asked for.
pub(crate) fn command(args: &[&str]) -> Result<(), Error> {
    match args {
        ["tables"] => write_tables(),
        questions => bench(questions),
    }
}
