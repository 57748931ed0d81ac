//! `--bin NAME`: the program that cargo builds.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::args::BuildArgs;
use crate::output;

/// The part of `cargo metadata` that says which package has which binary.
#[derive(Deserialize)]
struct Workspace {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// The part of cargo's messages that says where an executable is.
#[derive(Deserialize)]
struct Artifact {
    reason: String,
    target: Option<Target>,
    executable: Option<PathBuf>,
}

impl Target {
    fn is_binary(&self, name: &str) -> bool {
        self.name == name && self.kind.iter().any(|kind| kind == "bin")
    }
}

/// Builds a binary and says where it is.
///
/// Only its package is built: with a whole workspace, a program has the features that other packages ask of the dependencies they
/// share, and with them metric sets that the program has not when it is built alone.
pub(crate) fn run(bin: &str, how: &BuildArgs) -> anyhow::Result<PathBuf> {
    let package = match &how.package {
        Some(package) => package.clone(),
        None => owner(bin)?,
    };
    output::status("Building", &format!("`{bin}` to read its catalogue"));
    let mut command = cargo();
    command
        .args(["build", "--message-format=json-render-diagnostics"])
        .args(["--package", &package, "--bin", bin])
        .stdout(Stdio::piped());
    if let Some(profile) = &how.profile {
        command.args(["--profile", profile]);
    }
    if let Some(features) = &how.features {
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
            let named = artifact.target.is_some_and(|target| target.is_binary(bin));
            if artifact.reason == "compiler-artifact" && named {
                executable = artifact.executable.or(executable);
            }
        }
    }
    let status = child.wait().context("cannot wait for cargo")?;
    if !status.success() {
        bail!("cargo could not build the binary `{bin}` of `{package}`");
    }
    executable.with_context(|| format!("cargo built no binary `{bin}`"))
}

/// The package of the workspace that has a binary of this name.
fn owner(bin: &str) -> anyhow::Result<String> {
    let output = cargo()
        .args(["metadata", "--no-deps", "--format-version=1"])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("cargo could not tell which packages are here");
    }
    let workspace: Workspace =
        serde_json::from_slice(&output.stdout).context("cannot read what cargo says")?;
    let mut owners: Vec<&str> = workspace
        .packages
        .iter()
        .filter(|package| package.targets.iter().any(|target| target.is_binary(bin)))
        .map(|package| package.name.as_str())
        .collect();
    owners.sort_unstable();
    match owners.as_slice() {
        [package] => Ok((*package).to_owned()),
        [] => bail!(
            "no package of this workspace has a binary `{bin}`: {}",
            binaries(&workspace)
        ),
        [first, ..] => bail!(
            "several packages have a binary `{bin}`, {}: write `--package {first}`, or another of them",
            list(&owners)
        ),
    }
}

fn binaries(workspace: &Workspace) -> String {
    let mut names: Vec<&str> = workspace
        .packages
        .iter()
        .flat_map(|package| &package.targets)
        .filter(|target| target.is_binary(&target.name))
        .map(|target| target.name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return "it has none at all".to_owned();
    }
    format!("write one of {}", list(&names))
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
