//! `cargo xtask bench`: the programs of `benches/`, a workspace of its own that no other command builds.

use crate::error::Error;
use crate::shell::{ask, run};

/// Measures everything, or only the questions with these names.
pub(crate) fn bench(questions: &[&str]) -> Result<(), Error> {
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
    ))
}
