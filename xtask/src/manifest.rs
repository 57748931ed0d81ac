//! What the steps need to know of the manifests.

use toml::Table;

use crate::error::Error;
use crate::shell::{read, root};

/// The features that the runtime declares, without `default`.
pub(crate) fn runtime_features() -> Result<Vec<String>, Error> {
    let manifest = parse("runtime/Cargo.toml")?;
    let features = manifest.get("features").and_then(|table| table.as_table());
    Ok(features
        .into_iter()
        .flat_map(Table::keys)
        .filter(|name| *name != "default")
        .cloned()
        .collect())
}

/// The `rust-version` that every package inherits.
pub(crate) fn rust_version() -> Result<String, Error> {
    let path = "Cargo.toml";
    parse(path)?
        .get("workspace")
        .and_then(|workspace| workspace.get("package")?.get("rust-version")?.as_str())
        .map(str::to_owned)
        .ok_or_else(|| Error::Manifest {
            path: root().join(path),
            problem: String::from("no `rust-version` in `[workspace.package]`: state it there"),
        })
}

fn parse(path: &str) -> Result<Table, Error> {
    read(path)?
        .parse()
        .map_err(|error: toml::de::Error| Error::Manifest {
            path: root().join(path),
            problem: error.to_string(),
        })
}
