//! Where a command gets its catalogue from: a target that cargo builds, a binary, or a file.

use std::path::Path;

use anyhow::{Context, bail};
use metricset_model::catalog::Catalog;

use crate::args::{BuildArgs, CatalogArgs, ScrapeArgs, SourceArgs};
use crate::{binary, build};

pub(crate) fn load(args: &CatalogArgs) -> anyhow::Result<Catalog> {
    let SourceArgs {
        bin,
        binary,
        catalog,
    } = &args.source;
    let found = named(
        bin.as_deref(),
        &args.build,
        binary.as_deref(),
        catalog.as_deref(),
    )?;
    let found = found.context("name a catalogue with `--bin`, `--binary` or `--catalog`")?;
    renamed(found, &args.rename_prefix)
}

pub(crate) fn load_if_named(args: &ScrapeArgs) -> anyhow::Result<Option<Catalog>> {
    let source = &args.source;
    let found = named(
        source.bin.as_deref(),
        &args.build,
        source.binary.as_deref(),
        source.catalog.as_deref(),
    )?;
    found
        .map(|found| renamed(found, &args.rename_prefix))
        .transpose()
}

fn named(
    bin: Option<&str>,
    how: &BuildArgs,
    binary: Option<&Path>,
    catalog: Option<&Path>,
) -> anyhow::Result<Option<Catalog>> {
    match (bin, binary, catalog) {
        (Some(bin), ..) => binary::read(&build::run(bin, how)?).map(Some),
        (_, Some(path), _) => binary::read(path).map(Some),
        (_, _, Some(path)) => file(path).map(Some),
        (None, None, None) => Ok(None),
    }
}

fn file(path: &Path) -> anyhow::Result<Catalog> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    Catalog::from_json(&text).with_context(|| format!("cannot read the catalogue `{shown}`"))
}

/// The program may choose another prefix at run time.
fn renamed(mut catalog: Catalog, prefixes: &[(String, String)]) -> anyhow::Result<Catalog> {
    for (old, new) in prefixes {
        rename(&mut catalog, old, new)?;
    }
    Ok(catalog)
}

fn rename(catalog: &mut Catalog, old: &str, new: &str) -> anyhow::Result<()> {
    let mut renamed = false;
    for set in &mut catalog.sets {
        let rest = match set.prefix.strip_prefix(old) {
            Some(rest) if rest.is_empty() || rest.starts_with('_') => rest.to_owned(),
            _ => continue,
        };
        renamed = true;
        for family in &mut set.families {
            let local = family.name[old.len()..].trim_start_matches('_').to_owned();
            family.name = metricset_model::name::join(new, &local);
        }
        set.prefix = match (new, rest.trim_start_matches('_')) {
            (new, "") => new.to_owned(),
            (new, rest) => metricset_model::name::join(new, rest),
        };
    }
    if !renamed {
        bail!("no metric set has the prefix `{old}`");
    }
    Ok(())
}
