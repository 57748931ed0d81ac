//! The catalogue inside a built binary.

use std::path::Path;

use anyhow::{Context, anyhow, bail};
use metricset_model::catalog::embed::{ELF_SECTION, MACH_O_SECTION, PE_SECTION};
use metricset_model::catalog::{Catalog, Record, RecordError, assemble};
use object::{Object, ObjectSection};

/// Reads the catalogue of a program without running it.
pub(crate) fn read(path: &Path) -> anyhow::Result<Catalog> {
    let shown = path.display();
    let data = std::fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
    if data.is_empty() {
        bail!("`{shown}` is empty");
    }
    let file = object::File::parse(data.as_slice())
        .map_err(|error| anyhow!("`{shown}` is not a program that can be read: {error}"))?;
    let names = [ELF_SECTION, MACH_O_SECTION, PE_SECTION];
    let section = file
        .sections()
        .find(|section| section.name().is_ok_and(|name| names.contains(&name)));
    let Some(section) = section else {
        if file.sections().next().is_none() {
            bail!(
                "`{shown}` has no section table: it was stripped of it, read the binary from before that"
            );
        }
        bail!(
            "`{shown}` holds no catalogue: it declares no metric set, or was built with a metricset that did not write one"
        );
    };
    let data = section.data().map_err(|error| {
        anyhow!("the catalogue of `{shown}` cannot be read, the file is truncated: {error}")
    })?;
    records(data).with_context(|| format!("cannot read the catalogue of `{shown}`"))
}

/// Records stand on lines; the linker may pad between them with zeros.
fn records(data: &[u8]) -> anyhow::Result<Catalog> {
    let text = std::str::from_utf8(data).context("the catalogue is damaged: it is not UTF-8")?;
    let text = text.trim_matches('\0');
    if !text.ends_with('\n') {
        bail!("the catalogue is damaged: its last record is cut off");
    }
    let records: Result<Vec<Record>, RecordError> = text
        .lines()
        .map(|line| line.trim_matches('\0'))
        .filter(|line| !line.is_empty())
        .map(Record::parse)
        .collect();
    Ok(assemble(&records?))
}
