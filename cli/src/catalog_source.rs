//! Where a command gets its catalogue from: a target that cargo builds, a binary, or a file.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use metricset_model::catalog::Catalog;
use serde::Deserialize;

use crate::args::{CatalogArgs, OptionalSourceArgs, SourceArgs};
use crate::{binary, output};

pub(crate) fn load(args: &CatalogArgs) -> anyhow::Result<Catalog> {
    let SourceArgs {
        bin,
        binary,
        catalog,
    } = &args.source;
    let build = bin.as_deref().map(|name| Build {
        name,
        package: args.package.as_deref(),
        profile: args.profile.as_deref(),
        features: args.features.as_deref(),
    });
    let found = named(build, binary.as_deref(), catalog.as_deref())?;
    let mut found = found.context("name a catalogue with `--bin`, `--binary` or `--catalog`")?;
    for (old, new) in &args.rename_prefix {
        rename(&mut found, old, new)?;
    }
    Ok(found)
}

pub(crate) fn load_if_named(args: &OptionalSourceArgs) -> anyhow::Result<Option<Catalog>> {
    let build = args.bin.as_deref().map(|name| Build {
        name,
        package: None,
        profile: None,
        features: None,
    });
    named(build, args.binary.as_deref(), args.catalog.as_deref())
}

fn named(
    build: Option<Build<'_>>,
    binary: Option<&Path>,
    catalog: Option<&Path>,
) -> anyhow::Result<Option<Catalog>> {
    match (build, binary, catalog) {
        (Some(build), ..) => binary::read(&build.run()?).map(Some),
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

struct Build<'a> {
    name: &'a str,
    package: Option<&'a str>,
    profile: Option<&'a str>,
    features: Option<&'a str>,
}

/// The part of cargo's messages that says where an executable is.
#[derive(Deserialize)]
struct Artifact {
    reason: String,
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

impl Build<'_> {
    fn run(&self) -> anyhow::Result<PathBuf> {
        output::status(
            "Building",
            &format!("`{}` to read its catalogue", self.name),
        );
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .args([
                "build",
                "--message-format=json-render-diagnostics",
                "--bin",
                self.name,
            ])
            .stdout(Stdio::piped());
        if let Some(package) = self.package {
            command.args(["--package", package]);
        }
        if let Some(profile) = self.profile {
            command.args(["--profile", profile]);
        }
        if let Some(features) = self.features {
            command.args(["--features", features]);
        }
        let mut child = command.spawn().context("cannot run cargo")?;
        let mut executable = None;
        if let Some(stdout) = child.stdout.take() {
            for line in BufReader::new(stdout).lines() {
                let line = line.context("cannot read what cargo says")?;
                // Build scripts may print other lines.
                let Ok(artifact) = serde_json::from_str::<Artifact>(&line) else {
                    continue;
                };
                let named = artifact
                    .target
                    .is_some_and(|target| target.name == self.name);
                if artifact.reason == "compiler-artifact" && named {
                    executable = artifact.executable.or(executable);
                }
            }
        }
        let status = child.wait().context("cannot wait for cargo")?;
        if !status.success() {
            bail!("cargo could not build the binary `{}`", self.name);
        }
        executable.with_context(|| format!("cargo built no binary `{}`", self.name))
    }
}
