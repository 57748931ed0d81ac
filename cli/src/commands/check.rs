//! `check`: lints, collisions and changes.

use std::path::Path;

use anyhow::{Context, bail};
use metricset_checks::{
    CatalogSettings, Finding, Lock, Source, check_catalog, compare, most_series_of_all,
};
use metricset_model::catalog::Catalog;

use crate::args::CheckArgs;
use crate::{Outcome, catalog_source, output};

pub(super) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let catalog = catalog_source::load(&args.catalog)?;
    let mut settings = CatalogSettings::default();
    settings.prefix.clone_from(&args.prefix);
    settings.max_series = args.max_series;
    let mut found = check_catalog(&catalog, &settings);
    let mut sources = Vec::new();
    if let Some(path) = &args.lock {
        if args.update {
            update(path, &catalog)?;
        } else {
            let (source, changes) = changes(path, &catalog)?;
            found.extend(changes);
            sources.push(source);
        }
    }
    let families = output::counted(catalog.families().count(), "family", "families");
    let series = most_series_of_all(&catalog);
    let what = format!("{families}, at most {series} series");
    output::findings(found, &sources, &args.findings, &what)
}

fn update(path: &Path, catalog: &Catalog) -> anyhow::Result<()> {
    let shown = path.display();
    let text = Lock::of(catalog).to_json()?;
    std::fs::write(path, text).with_context(|| format!("cannot write `{shown}`"))?;
    output::status("Wrote", &shown.to_string());
    Ok(())
}

fn changes(path: &Path, catalog: &Catalog) -> anyhow::Result<(Source, Vec<Finding>)> {
    let shown = path.display();
    if !path.exists() {
        bail!("there is no lock file `{shown}`: write it with `--update`");
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{shown}`"))?;
    let source = Source::new(shown.to_string(), text);
    let found = compare(&source, catalog).with_context(|| format!("cannot read `{shown}`"))?;
    Ok((source, found))
}
